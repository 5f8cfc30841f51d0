#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What must not become dearer: commands to the modem, and instructions of the helper. Counts,
with a margin; never seconds, which tell more of the machine."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import measure  # noqa: E402
import product  # noqa: E402
import scenario  # noqa: E402

MARGIN = 1.3
MESSAGES = 1000
# Millions of instructions for an archive of a thousand messages, without what a program costs
# that does nothing. Who makes one of them smaller, makes it smaller here.
INSTRUCTIONS = {"verify": 84, "show": 277, "diff": 640}


class Commands(unittest.TestCase):
    """Whole programs, the stock daemon, a modem that answers at once."""

    @classmethod
    def setUpClass(cls):
        """Saves, restores to a blank modem, and once more."""
        with tempfile.TemporaryDirectory() as name:
            full, blank = scenario.write(pathlib.Path(name))
            cls.round = product.Round(full, blank, (), 1).measure()

    def test_save(self):
        """Twenty lines beyond what the daemon sends on its own."""
        self.assertLessEqual(self.round.read.lines, 20)
        self.assertLessEqual(self.round.read.commands, 60)
        self.assertEqual(self.round.read.writes, 0)

    def test_restore(self):
        """One command for each record, and twenty."""
        self.assertLessEqual(self.round.restore.lines, 1.05 * scenario.RECORDS + 20)
        self.assertLessEqual(self.round.restore.commands, 1.05 * scenario.RECORDS + 70)
        self.assertEqual(self.round.restore.writes, scenario.RECORDS)
        self.assertEqual(self.round.restore.fidelity, 1)

    def test_nothing_differs(self):
        """No command that writes."""
        self.assertLessEqual(self.round.nothing.lines, 20)
        self.assertEqual(self.round.nothing.writes, 0)
        self.assertEqual(self.round.nothing.fidelity, 1)


def instructions(*argv):
    """Millions of instructions, as callgrind counts them."""
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                           measure.BUILD / "helper" / "simstow", *argv],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    return int(re.search(r"Collected\s*: (\d+)", done.stderr).group(1)) / 1e6


class Instructions(unittest.TestCase):
    """The helper's paths over many records."""

    @classmethod
    def setUpClass(cls):
        """Two archives that overlap by half."""
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.archives = []
        for first in (0, MESSAGES // 2):
            path = pathlib.Path(cls.folder.name) / f"{first}.tar.gz"
            subprocess.run([measure.BUILD / "tests" / "bench" / "bench-archive", str(MESSAGES),
                            str(first), path], check=True)
            cls.archives.append(path)
        cls.nothing = instructions("--version")

    def check(self, verb, *args):
        """Within the margin, on both sides: a limit that is far too high guards nothing."""
        count = instructions(verb, *args) - self.nothing
        print(f"# {verb}: {count:.1f} million instructions")
        self.assertLess(count, MARGIN * INSTRUCTIONS[verb])
        self.assertGreater(count, INSTRUCTIONS[verb] / 2)

    def test_verify(self):
        """Each byte, each record."""
        self.check("verify", self.archives[0])

    def test_show(self):
        """Each record decoded and printed."""
        self.check("show", self.archives[0], "messages", "--json")

    def test_diff(self):
        """Each record of both compared."""
        self.check("diff", *self.archives)


if __name__ == "__main__":
    unittest.main()
