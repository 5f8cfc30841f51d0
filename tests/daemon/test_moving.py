#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""From modem to modem where one of them speaks MBIM: what both can hold arrives byte for byte, what
the target cannot hold is refused by name before anything is written, and a modem is never asked for
what it does not declare."""

import json
import pathlib
import subprocess
import tempfile
import unittest

from test_capture import export, held_messages, saved_messages
from test_replay import faults, refused, restore, save
from test_stores_mbim import held_contacts, vias
from testbed import SCENARIOS, Testbed


def variation(folder, name, more):
    """A scenario with further lines in its last group, [mbim]."""
    text = (SCENARIOS / f"{name}.scenario").read_text(encoding="utf-8")
    path = pathlib.Path(folder) / f"{name}-variation.scenario"
    path.write_text(text.rstrip("\n") + "\n" + more, encoding="utf-8")
    return path


def undeclared(sim):
    """How often a modem was asked for a command that it does not have."""
    return sum(command.startswith("mbim unknown") for command in sim.commands())


class ToNative(unittest.TestCase):
    """To a blank modem in MBIM mode that gives no access to its card: MBIM has no command to write
    a message."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.bed = Testbed("mbim-laptop", variation(folder, "mbim-blank", "low-level=none\n"))
        cls.enterClassContext(cls.bed)
        cls.archive = save(cls.bed, 0)

    def test_refused(self):
        """Each message is refused in the plan, with the reason, and no plan touches the modem."""
        source, target = self.bed.sim(0), self.bed.sim(1)
        messages, before = held_messages(source), target.dump()
        result = self.bed.run_simstow("restore", self.archive, "-m", self.bed.modem(1), "--dry-run",
                                      "--json")
        self.assertIn(result.rc, (0, 3), result.stderr)
        steps = [step for step in json.loads(result.stdout)["steps"]
                 if step["store"] == "sms/sm"]
        self.assertEqual(len(steps), len(messages))
        for step in steps:
            self.assertEqual(step["action"], "refuse")
            self.assertTrue(step["reason"], step)
        self.assertEqual(target.dump(), before)

    def test_rest(self):
        """The contacts that MBIM can hold arrive all the same, no message does, and the status says
        that not all did."""
        source, target = self.bed.sim(0), self.bed.sim(1)
        result, report = restore(self.bed, self.archive, 1)
        self.assertEqual(result.rc, 3, result.stderr)
        self.assertEqual(faults(report), [])
        self.assertEqual(held_messages(target), [])
        # the type of a number is its "+" there
        kept = [contact for contact in held_contacts(source) if contact[2] in (129, 145)]
        self.assertEqual(held_contacts(target), kept)
        refused = [step for step in report["steps"]
                   if step["store"] == "phonebook/sm" and step["action"] == "refuse"]
        self.assertEqual(len(refused), len(held_contacts(source)) - len(kept))
        self.assertGreater(len(refused), 0)


class Undeclared(unittest.TestCase):
    """Modems without one of the services: the commands of that service are never sent."""

    def check(self, scenario, store, via):
        """Exports twice; the store is reached the other way."""
        with Testbed(scenario) as bed:
            before = undeclared(bed.sim(0))
            for _ in range(2):
                result, members = export(bed)
                self.assertEqual(result.rc, 0, result.stderr)
                self.assertEqual(vias(members)[store], via)
            self.assertEqual(undeclared(bed.sim(0)), before)

    def test_card(self):
        """No access to the card."""
        self.check("mbim-no-uicc-low-level", "sms/sm", "mbim")

    def test_phonebook(self):
        """No phonebook."""
        self.check("mbim-no-phonebook", "phonebook/sm", "card")


class Beside(unittest.TestCase):
    """The daemon's own traffic."""

    def test_others(self):
        """Other programs get their answers while an export over MBIM is under way."""
        with Testbed("mbim-laptop", options=("--latency", "5")) as bed:
            argv = [bed.build / "helper" / "simstow", "export", "-o", bed.directory, "-m",
                    bed.modem(0)]
            number, answers = bed.modem_number(0), []
            with subprocess.Popen(argv, env=bed.env, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True) as running:
                while running.poll() is None:
                    answers.append(bed.mmcli("-m", number, "--messaging-status").rc)
                    answers.append(bed.mmcli("-m", number, "--location-status").rc)
                self.assertEqual(running.returncode, 0, running.stderr.read())
            self.assertGreater(len(answers), 4)
            self.assertEqual(set(answers), {0})
            self.assertEqual(bed.sim(0).card()[0], 0)


class There(unittest.TestCase):
    """From an MBIM laptop to a modem with AT commands, and on to another MBIM modem."""

    # what the AT modem wants the PIN2 for, and what it does not have
    PIN2, ABSENT = ["phonebook/fd"], {"phonebook/on", "network/locks", "network/initial-eps"}

    def move(self, source, target):
        """Saves one, restores to the other; what failed, and what was refused."""
        result, report = restore(self.bed, save(self.bed, source), target)
        self.assertIn(result.rc, (0, 3), result.stderr)
        return [store for store, _ in faults(report)], set(refused(report))

    def test_and_back(self):
        """All that the AT modem can hold is there, and is told once; what it cannot hold is
        refused by name; the rest comes back byte for byte."""
        self.bed = self.enterContext(Testbed("mbim-laptop", "at-stick-blank", "mbim-blank"))
        first, between, last = (self.bed.sim(number) for number in range(3))
        self.assertEqual(self.move(0, 1), (self.PIN2, self.ABSENT))
        self.assertEqual(between.dump("messages content"), first.dump("messages content"))
        result, report = restore(self.bed, save(self.bed, 0), 1)
        self.assertEqual([step["store"] for step in report["steps"] if step["action"] == "write"],
                         self.PIN2)
        failed, absent = self.move(1, 2)
        self.assertEqual(failed, [])
        self.assertTrue(all(store.startswith("calls/") for store in absent), absent)
        self.assertEqual(last.dump("messages content"), first.dump("messages content"))
        self.assertEqual(held_contacts(last), held_contacts(first))
        result, report = restore(self.bed, save(self.bed, 1), 2)
        self.assertEqual(report["counts"]["write"], 0)


class Both(unittest.TestCase):
    """A laptop's modem with both fronts over one card."""

    def test_same(self):
        """Either way gives the same messages, and they arrive on a blank one."""
        with Testbed("both", "mbim-blank") as bed:
            saved = []
            for at_front in (True, False):
                result, members = export(bed, modem=bed.modem(0, at=at_front))
                self.assertEqual(result.rc, 0, result.stderr)
                saved.append([item for item in saved_messages(members) if item[0] == "sms/sm"])
            self.assertEqual(saved[0], saved[1])
            self.assertGreater(len(saved[0]), 50)
            result, _ = restore(bed, bed.directory / "out.tar.gz", 1)
            self.assertIn(result.rc, (0, 3), result.stderr)
            self.assertEqual(bed.sim(1).dump("messages content"),
                             bed.sim(0).dump("messages content"))
            self.assertEqual(held_contacts(bed.sim(1)), held_contacts(bed.sim(0)))
            for number in range(2):
                self.assertEqual(bed.sim(number).card()[0], 0)


if __name__ == "__main__":
    unittest.main()
