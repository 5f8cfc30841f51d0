#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What must not grow with an archive: memory. Each verb looks at a small and at a large archive;
what it needs more for the large one, for each message more, is the guard."""

import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
import archives  # noqa: E402
import measure  # noqa: E402

SMALL, LARGE = 2000, 12000
# Where what is kept of either lies in a file
MANY = 9000, 18000
# A message in memory takes over a thousand bytes; of a million on each side, 256 MiB leave 120.
# MERGED: on either side, and what is written of it
COMPARED, MERGED, JOINED, STREAMED = 72, 112, 60, 1
# A conversation: what is known of it, its number twice, and its place in a table
TALKS = 320
# What was not given back to the system yet, at one moment or another
SLACK = 512 * 1024


def plain(count, first, path):
    """Messages that are no parts, the same for the same number from @first on."""
    maker = measure.BUILD / "tests" / "bench" / "bench-archive"
    subprocess.run([maker, str(count), str(first), path], check=True)


def number(i):
    """A phone number for a message."""
    return f"57{3000000000 + i}"


def moved(count, path, side):
    """The same messages on both sides, each at another place, in another store, and read."""
    order = list(range(count))
    if side:
        random.Random(1).shuffle(order)
    store, status = ("sms/sm", "read") if side else ("sms/me", "unread")
    path.write_bytes(archives.archive(messages=[
        archives.message(i, archives.deliver_text(number(of), "hola"), store, status)
        for i, of in enumerate(order)]))


def parts(count, path):
    """Messages in two parts that stand as far apart as they can; some lack one."""
    half = count // 2
    path.write_bytes(archives.archive(messages=[
        archives.message(i, archives.deliver_part(number(i % half), f"{i // half} ", i % 256, 3,
                                                  1 + i // half)) for i in range(count)]))


class Memory(unittest.TestCase):
    """Peaks of whole programs."""

    @classmethod
    def setUpClass(cls):
        """A folder for archives."""
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)

    def path(self, name):
        """Where an archive goes."""
        return pathlib.Path(self.folder.name) / f"{name}.tar.gz"

    def peak(self, status, *argv):
        """Bytes of memory at most."""
        found, _, cost = measure.run_program([measure.BUILD / "helper" / "simstow", *argv],
                                             keep=False)
        self.assertEqual(found, status)
        return cost.memory * 1024

    def check(self, limit, make, *verbs, status=0, sizes=(SMALL, LARGE)):
        """Bytes for each message more."""
        for verb, *more in verbs:
            # the least of two: the pages of whoever starts a program are counted, too, at times
            peaks = [min(self.peak(status, verb, *make(count), *more) for _ in range(2))
                     for count in sizes]
            each = (peaks[1] - peaks[0] - SLACK) / (sizes[1] - sizes[0])
            print(f"# {verb} {' '.join(more)}: {peaks[0] >> 10} and {peaks[1] >> 10} KiB, "
                  f"{each:.1f} bytes a message")
            self.assertLess(each, limit)

    def one(self, count):
        """One archive."""
        path = self.path(f"one-{count}")
        if not path.exists():
            plain(count, 0, path)
        return [path]

    def different(self, count):
        """Two archives without a message in common."""
        path = self.path(f"other-{count}")
        if not path.exists():
            plain(count, 1000000, path)
        return [*self.one(count), path]

    def changed(self, count):
        """Two archives whose messages all changed."""
        paths = [self.path(f"{side}-{count}") for side in "ab"]
        for side, path in enumerate(paths):
            if not path.exists():
                moved(count, path, side)
        return paths

    def long(self, count):
        """One archive of parts."""
        path = self.path(f"parts-{count}")
        if not path.exists():
            parts(count, path)
        return [path]

    def test_streamed(self):
        """One record after the other."""
        self.check(STREAMED, self.one, ("verify",), ("show",), ("show", "messages", "--json"))

    def test_show(self):
        """A table, for which it is noted where each message is kept, whether it is a part, and
        when it was; the notes are sorted beside themselves."""
        self.check(STREAMED + 9 + 2 * 16, self.one, ("show", "messages"), sizes=MANY)

    def test_page(self):
        """Besides the notes a conversation a message, as each has a number of its own."""
        out = ("-o", "/dev/null")
        self.check(TALKS, self.one, ("report", *out), sizes=MANY)
        self.check(STREAMED + 9 + 2 * 16, self.one, ("report", "--transcript", *out), sizes=MANY)

    def test_joined(self):
        """A note of each part."""
        self.check(JOINED, self.long, ("show", "messages"), sizes=MANY)

    def test_different(self):
        """A mark of each message on both sides."""
        self.check(2 * COMPARED, self.different, ("diff",), ("diff", "--json"), status=3,
                   sizes=MANY)

    def test_merged(self):
        """A row of each message."""
        out = str(self.path("merged"))

        def make(count):
            return ["--force", out, *self.different(count)]
        self.check(2 * MERGED, make, ("merge",), sizes=MANY)

    def test_changed(self):
        """Both messages of a pair are told, wherever they stand."""
        self.check(2 * COMPARED, self.changed, ("diff", "--json"), status=3,
                   sizes=MANY)


if __name__ == "__main__":
    unittest.main()
