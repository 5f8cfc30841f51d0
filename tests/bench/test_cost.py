#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What must not become dearer: commands to the modem and the card, messages on the bus, and
instructions of the helper. Counts, with a margin; never seconds, which tell more of the machine."""

import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import measure  # noqa: E402
import product  # noqa: E402
import scenario  # noqa: E402
import ways  # noqa: E402
from bus import Bus, BusTimeout  # noqa: E402

MARGIN = 1.3
MESSAGES = 1000
# Millions of instructions for an archive of a thousand messages, without what a program costs
# that does nothing. Who makes one of them smaller, makes it smaller here.
INSTRUCTIONS = {"verify": 77, "show": 206, "diff": 271, "export": 78}
# Messages on the bus while one modem is exported, of one and of several that there are
BUS_MESSAGES = 154


class Commands(unittest.TestCase):
    """Whole programs, the stock daemon, a modem that answers at once."""

    @classmethod
    def setUpClass(cls):
        """Saves, restores to a blank modem, and once more."""
        with tempfile.TemporaryDirectory() as name:
            full, blank = scenario.write(pathlib.Path(name))
            cls.round = product.Round(full, blank, (), 1).measure()

    def test_save(self):
        """Some lines beyond what the daemon sends on its own."""
        self.assertLessEqual(self.round.read.lines, 16)
        self.assertLessEqual(self.round.read.commands, 53)
        self.assertEqual(self.round.read.writes, 0)

    def test_restore(self):
        """One line for each record, and some to read what is there, before and after."""
        self.assertLessEqual(self.round.restore.lines, scenario.RECORDS + 24)
        self.assertLessEqual(self.round.restore.commands, scenario.RECORDS + 108)
        self.assertEqual(self.round.restore.writes, scenario.RECORDS)
        self.assertEqual(self.round.restore.fidelity, 1)

    def test_nothing_differs(self):
        """No command that writes."""
        self.assertLessEqual(self.round.nothing.lines, 13)
        self.assertEqual(self.round.nothing.writes, 0)
        self.assertEqual(self.round.nothing.fidelity, 1)


class Card(unittest.TestCase):
    """All records from and to the card, over MBIM."""

    @classmethod
    def setUpClass(cls):
        """Saves, restores to a blank modem, and once more."""
        with tempfile.TemporaryDirectory() as name:
            full, blank = scenario.write_laptop(pathlib.Path(name), "card",
                                                ways.GROUPS[ways.CARD])
            cls.round = product.Round(full, blank, (), 1).measure()

    def test_save(self):
        """A command for each record, and some for what has to be found; many records without
        content are found by one search."""
        self.assertLessEqual(self.round.read.lines, scenario.RECORDS + 70)
        self.assertEqual(self.round.read.writes, 0)

    def test_restore(self):
        """Each record is written once and read back; that all are free is found by searches, when
        the card is read and right before they are written."""
        self.assertLessEqual(self.round.restore.lines, 2.4 * scenario.RECORDS)
        self.assertEqual(self.round.restore.writes, scenario.RECORDS)
        self.assertEqual(self.round.restore.fidelity, 1)

    def test_nothing_differs(self):
        """No command that writes."""
        self.assertEqual(self.round.nothing.writes, 0)
        self.assertEqual(self.round.nothing.fidelity, 1)


class OneStore(unittest.TestCase):
    """One store and nothing else."""

    def check(self, way, store, records, lines, apdus):
        """At most so many round trips and commands to the card for so many records."""
        with tempfile.TemporaryDirectory() as name:
            cost, found = ways.count_read(pathlib.Path(name), way, store)
        self.assertEqual(found, records)
        self.assertLessEqual(cost.lines, lines)
        self.assertLessEqual(cost.apdus, apdus)

    def test_contacts_of_card(self):
        """One command for each record, and ten; over +CRSM many in a line, each of which is
        three to the card, as the modem selects the file itself."""
        self.check(ways.CARD, "phonebook/sm", scenario.CONTACTS, 260, 260)
        self.check(ways.BEHIND_AT, "phonebook/sm", scenario.CONTACTS, 20, 3 * 260)

    def test_native(self):
        """MBIM gives all at once."""
        self.check(ways.SERVICES, "phonebook/sm", scenario.CONTACTS, 2, 0)
        self.check(ways.SERVICES, "sms/sm", scenario.ON_CARD + scenario.IN_MODEM, 2, 0)


class Monitor(Bus):
    """Counts all messages on the bus."""

    def __init__(self, address):
        super().__init__(address)
        self.count = 0
        self.call("org.freedesktop.DBus", "/org/freedesktop/DBus",
                  "org.freedesktop.DBus.Monitoring", "BecomeMonitor", "asu", ([], 0))

    def dispatch(self, kind, fields, args):
        """Before it is a monitor, as any connection."""
        super().dispatch(kind, fields, args)
        self.count = getattr(self, "count", 0) + 1

    def drain(self):
        """All that came up to now, and what follows within a moment."""
        before, self.count = self.count, 0
        try:
            while True:
                self.receive(time.monotonic() + 0.5)
        except BusTimeout:
            return before + self.count


class Messages(unittest.TestCase):
    """The bus, with the real polkitd asking on it who the callers are."""

    def test_export(self):
        """As many for one modem of three as for the only one."""
        with tempfile.TemporaryDirectory() as name:
            scenarios = scenario.write_many(pathlib.Path(name), 3)
            for count in (1, 3):
                with product.Testbed(*scenarios[:count]) as bed, Monitor(bed.address) as monitor:
                    modem = bed.modem(0)
                    monitor.drain()
                    result = bed.run_simstow("export", "--modem", modem, "-o",
                                             bed.directory / "x.tar.gz")
                    self.assertEqual(result.rc, 0, result.stderr)
                    found = monitor.drain()
                    print(f"# one modem of {count}: {found} messages on the bus")
                    self.assertLess(found, MARGIN * BUS_MESSAGES)
                    self.assertGreater(found, BUS_MESSAGES / 2)


def instructions(*argv, env=None):
    """Millions of instructions, as callgrind counts them."""
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                           measure.BUILD / "helper" / "simstow", *argv], env=env,
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

    def check(self, verb, *args, env=None):
        """Within the margin, on both sides: a limit that is far too high guards nothing."""
        count = instructions(verb, *args, env=env) - self.nothing
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

    def test_export(self):
        """Each record read and written."""
        full, _ = scenario.write(pathlib.Path(self.folder.name))
        with product.Testbed(full) as bed:
            self.check("export", "--modem", bed.modem(0), "-o", bed.directory / "x.tar.gz",
                       env=bed.env)


if __name__ == "__main__":
    unittest.main()
