#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the helper puts back onto a modem is, byte by byte, what it took; what goes wrong on the way
is told record by record, and running it again goes on."""

import json
import os
import pty
import re
import subprocess
import sys
import unittest

from testbed import MM, MODEM, SCENARIOS, Testbed

sys.path.insert(0, str(SCENARIOS))
import tpdu  # noqa: E402

GROUPS = "messages phonebooks content"
EVERYTHING = "messages,contacts,calls,network,esim"


def save(bed, number, name="archive"):
    """An archive of a modem."""
    path = bed.directory / f"{name}.tar.gz"
    result = bed.run_simstow("export", "-m", bed.modem(number), "-o", path, "--force")
    if result.rc != 0:
        raise AssertionError(result.stdout + result.stderr)
    return path


def restore(bed, path, number, *args):
    """Runs restore, of the settings of another SIM too: exit status and report."""
    result = bed.run_simstow("restore", path, "-m", bed.modem(number), "--yes", "--json",
                             "--only", EVERYTHING, "--safety", bed.directory, *args)
    report = json.loads(result.stdout) if result.stdout else None
    return result, report


def writes(sim):
    """The commands that came so far and change what the modem holds."""
    return [command for line in sim.commands() for command in line.split(";")
            if re.search(r"\+(CMGW|CPBW|CMGD|CGDCONT|CPOL)=\d", command)]


def faults(report):
    """(store, fault) of each step that failed."""
    return [(step["store"], step["fault"]) for step in report["steps"]
            if step.get("fate") == "failed"]


def refused(report):
    """The stores of the steps that are not possible."""
    return [step["store"] for step in report["steps"] if step["action"] == "refuse"]


def contents(sim):
    """Messages and phonebooks of a simulator, without places."""
    return sim.dump(GROUPS)


class Blank(unittest.TestCase):
    """From a full modem to a blank one."""

    def setUp(self):
        self.bed = Testbed("claro-co", "blank")
        self.enterContext(self.bed)
        self.source, self.target = self.bed.sim(0), self.bed.sim(1)
        self.archive = save(self.bed, 0)

    def assert_whole(self, result, report):
        """Everything is there, but for what is to be set by hand."""
        left = self.bed.by_hand()
        self.assertEqual((result.rc, refused(report), faults(report)), (3 if left else 0, left, []),
                         result.stderr)

    def test_byte_for_byte(self):
        """Both modems then hold the same; once more writes nothing at all."""
        result, report = restore(self.bed, self.archive, 1)
        self.assert_whole(result, report)
        self.assertEqual(contents(self.target), contents(self.source))
        self.assertEqual(report["counts"]["failed"], 0)
        before = len(writes(self.target))
        self.assertGreater(before, 380)
        result, report = restore(self.bed, self.archive, 1)
        self.assert_whole(result, report)
        self.assertEqual(report["counts"]["write"], 0)
        self.assertEqual(len(writes(self.target)), before)

    def test_one_record_fails(self):
        """It fails alone, with the modem's own code; the next run writes just that."""
        self.target.control("fault 5 +CPBW=1* cme 25")
        result, report = restore(self.bed, self.archive, 1)
        self.assertEqual(result.rc, 3)
        self.assertEqual(len(faults(report)), 1)
        self.assertIn("(CME 25)", faults(report)[0][1])
        result, report = restore(self.bed, self.archive, 1)
        self.assert_whole(result, report)
        self.assertEqual(report["counts"]["write"], 1)
        self.assertEqual(contents(self.target), contents(self.source))

    def test_busy(self):
        """A SIM that is busy is asked again, and nothing is written twice."""
        self.target.control("fault 3 +CMGW=* cms 314")
        self.target.control("fault 7 +CPBW=1* cme 14")
        result, report = restore(self.bed, self.archive, 1)
        self.assert_whole(result, report)
        self.assertEqual(contents(self.target), contents(self.source))

    def test_read_back(self):
        """A modem that says yes and writes nothing is found out."""
        self.target.control('fault 4 +CPBW=1* reply "\\r\\nOK\\r\\n"')
        result, report = restore(self.bed, self.archive, 1, "--only", "contacts")
        self.assertEqual(result.rc, 3)
        self.assertEqual(len(faults(report)), 1)
        self.assertIn("read back", faults(report)[0][1])

    def test_unplugged(self):
        """Taken away in the middle, put back, run again: everything once."""
        self.target.control("fault 40 +CMGW=* hold")
        written = self.target.count_commands("+CMGW")
        argv = [self.bed.build / "helper" / "simstow", "restore", self.archive, "-m",
                self.bed.modem(1), "--yes", "--json"]
        with subprocess.Popen(argv, env=self.bed.env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as running:
            self.target.wait_commands("+CMGW", written + 40)
            self.bed.unplug(1)
            output, errors = running.communicate(timeout=60)
        self.assertNotEqual(running.returncode, 0, errors)
        self.assertIn("went away", output + errors)
        self.target.control("clear-faults")
        self.bed.plug(1)
        result, report = restore(self.bed, self.archive, 1)
        self.assert_whole(result, report)
        self.assertGreater(report["counts"]["skip"], 10)
        self.assertEqual(sorted(contents(self.target).splitlines()),
                         sorted(contents(self.source).splitlines()))

    def test_full(self):
        """No room any more: each record is told, nothing else is harmed."""
        self.target.control("full on")
        result, report = restore(self.bed, self.archive, 1, "--only", "messages")
        self.assertEqual(result.rc, 3)
        self.assertEqual(report["counts"]["done"], 0)
        self.target.control("full off")
        result, report = restore(self.bed, self.archive, 1, "--only", "messages")
        self.assertEqual(result.rc, 0, faults(report))


class Unread(unittest.TestCase):
    """Modems that are not enabled: ModemManager has read none of their messages."""

    def test_stay_unread(self):
        """Reading back marks them as read: they are unread all the same in the end."""
        with Testbed("claro-co", "blank", enable=False) as bed:
            wanted = [line for line in bed.sim(0).dump("messages content").splitlines()]
            self.assertTrue([line for line in wanted if line.startswith("0,")])
            path = bed.directory / "archive.tar.gz"
            bed.run_simstow("export", "-m", bed.modem(0), "-o", path)
            result, report = restore(bed, path, 1, "--only", "messages")
            self.assertEqual(result.rc, 0, faults(report))
            self.assertEqual(bed.sim(1).dump("messages content").splitlines(), wanted)


class Merge(unittest.TestCase):
    """Onto a modem that has something of its own."""

    def setUp(self):
        self.bed = Testbed("claro-co", "movistar-co", options=[])
        self.enterContext(self.bed)
        self.source, self.target = self.bed.sim(0), self.bed.sim(1)
        self.archive = save(self.bed, 0)

    def test_merge_keeps(self):
        """What was there is there afterwards, and a second run changes nothing."""
        before = contents(self.target).splitlines()
        restore(self.bed, self.archive, 1)
        after = contents(self.target).splitlines()
        self.assertEqual([line for line in before if line not in after], [])
        self.assertGreater(len(after), len(before) + 30)
        restore(self.bed, self.archive, 1)
        self.assertEqual(contents(self.target).splitlines(), after)

    def test_replace(self):
        """What the archive lacks goes; a safety archive brings it back."""
        result, report = restore(self.bed, self.archive, 1, "--replace", "--safety",
                                 self.bed.directory, "--only", "messages,contacts")
        self.assertGreater(report["counts"]["erase"], 0)
        self.assertEqual([step for step in report["steps"]
                          if step["action"] == "erase" and step["fate"] != "done"], [])
        self.assertIn(result.rc, (0, 3))

    def deliver(self, text):
        """A message arrives on the target: the object of it and its bytes."""
        pdu = tpdu.deliver("Nequi", text, "26-03-14 09:26:53").hex()
        self.bed.bus.forget(MM)
        self.target.control(f"deliver {pdu}")
        added = self.bed.bus.wait(lambda item: item.member == "Added" and
                                  item.interface == MODEM + ".Messaging")
        return added.args[0], pdu

    def messages(self):
        """The lines of the target's messages."""
        return [line.lower() for line in self.target.dump("messages").splitlines()]

    def place_of(self, pdu):
        """Memory and index of a message, as the dump has them."""
        memory = ""
        for line in self.messages():
            memory = line if line.startswith("[") else memory
            if pdu in line:
                return memory, line.partition("=")[0]
        return None

    def test_replace_meanwhile(self):
        """A message that comes into the place of one that is to go, while the user is asked,
        stays and is told; reading what goes costs one command each."""
        old, old_pdu = self.deliver("vieja")
        place = self.place_of(old_pdu)
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        with subprocess.Popen([self.bed.simstow_for(), "restore", self.archive, "-m",
                               self.bed.modem(1), "--replace", "--only", "messages", "--safety",
                               self.bed.directory], env=self.bed.env, stdin=slave, stdout=slave,
                              stderr=slave) as process:
            os.close(slave)
            text = ""
            while "[y/N]" not in text:
                text += os.read(master, 65536).decode(errors="replace")
            self.bed.call(1, MODEM + ".Messaging", "Delete", "o", (old,))
            _, new_pdu = self.deliver("nueva")
            self.assertEqual(self.place_of(new_pdu), place)
            listed = self.target.count_commands("+CMGL")
            erased = self.target.count_commands("+CMGD")
            read = self.target.count_commands("+CMGR")
            os.write(master, b"y\n")
            try:
                while data := os.read(master, 65536):
                    text += data.decode(errors="replace")
            except OSError:
                pass  # the other end is closed
        self.assertEqual(process.returncode, 3, text)
        self.assertIn("it was changed on the modem since it was saved", " ".join(text.split()))
        self.assertEqual(self.place_of(new_pdu), place)
        erased = self.target.count_commands("+CMGD") - erased
        self.assertGreater(erased, 1)
        self.assertLessEqual(self.target.count_commands("+CMGR") - read, erased + 1)
        self.assertLessEqual(self.target.count_commands("+CMGL") - listed, 8)

    def test_dry_run(self):
        """A plan alone writes nothing."""
        records = "messages phonebooks profiles preferred-networks locks"
        before = self.target.dump(records)
        self.bed.run_simstow("restore", self.archive, "-m", self.bed.modem(1), "--dry-run")
        self.assertEqual(self.target.dump(records), before)
        self.assertEqual(writes(self.target), [])


class OtherSim(unittest.TestCase):
    """An archive onto a modem with another SIM."""

    SETTINGS = "profiles preferred-networks locks"

    def run_restore(self, *args):
        """Restores to the other modem, with nothing asked for by name."""
        result = self.bed.run_simstow("restore", self.archive, "-m", self.bed.modem(1), "--yes",
                                      "--safety", self.bed.directory, *args)
        return result

    def test_settings_stay(self):
        """Settings stay out unless asked for, which the plan says first of all; what they were is
        told and saved, and brings them back."""
        with Testbed("claro-co", "blank") as self.bed:
            target = self.bed.sim(1)
            self.archive = save(self.bed, 0)
            self.bed.bus.call(MM, self.bed.get(1, MODEM, "Sim"), MM + ".Sim",
                              "SetPreferredNetworks", "a(su)", ([("732123", 1 << 1)],))
            before = target.dump(self.SETTINGS)
            preferred = target.dump("preferred-networks")
            result = self.run_restore()
            self.assertRegex(result.stdout.splitlines()[0], "another SIM|Another SIM")
            self.assertIn("--only=network", result.stdout)
            self.assertEqual(target.dump(self.SETTINGS), before)
            left = result.rc
            result = self.run_restore("--json", "--dry-run")
            report = json.loads(result.stdout)
            self.assertEqual((report["other_sim"], report["other_modem"]), (True, True))
            self.assertEqual(result.rc, left)
            steps = [step for step in report["steps"] if step["kind"] == "network"]
            self.assertEqual({step["action"] for step in steps} - {"skip"}, {"leave"})
            archives = set(self.bed.directory.glob("simstow-*"))
            result = self.run_restore("--only=network")
            self.assertIn(" -> ", result.stdout)
            self.assertNotEqual(target.dump("preferred-networks"), preferred)
            saved, = set(self.bed.directory.glob("simstow-*")) - archives
            self.assertIn(saved.name, result.stdout)
            self.archive = saved
            result = self.run_restore("--only=network", "--replace")
            self.assertNotIn("Another", result.stdout.splitlines()[0])
            self.assertEqual(target.dump("preferred-networks"), preferred)


class Altered(unittest.TestCase):
    """Modems that make something else of what they are given."""

    QUIRKS = {"contacts": (("name-cut 10",), ("name-upper true", "type-altered 129"),
                           ("name-cut 8", "name-upper true", "number-cut 9")),
              "messages": (("stat-ignored 1",), ("stat-ignored 3",))}

    def test_told_and_written_once(self):
        """What became another record is told by both runs alike, and written by the first alone."""
        for kind, settings in self.QUIRKS.items():
            with Testbed("claro-co", *["blank"] * len(settings)) as bed:
                archive = save(bed, 0)
                for number, quirks in enumerate(settings, 1):
                    with self.subTest(kind=kind, quirks=quirks):
                        self.check(bed, archive, number, kind, quirks)

    def check(self, bed, archive, number, kind, quirks):
        """Restores twice to one modem."""
        target = bed.sim(number)
        for quirk in quirks:
            target.control(f"quirk {quirk}")
        first, report = restore(bed, archive, number, "--only", kind)
        told = report["counts"]["failed"]
        self.assertGreater(told, 0)
        self.assertEqual(first.rc, 3, first.stderr)
        for _, fault in faults(report):
            self.assertIn("the modem", fault)
        held, written = contents(target), len(writes(target))
        again, report = restore(bed, archive, number, "--only", kind)
        self.assertEqual((report["counts"]["write"], len(writes(target))), (0, written))
        self.assertEqual((again.rc, report["counts"]["altered"]), (3, told))
        self.assertIn("not as it was saved", again.stderr)
        self.assertEqual(contents(target), held)


class WithoutPlugin(unittest.TestCase):
    """The stock daemon alone can store what is to be sent."""

    def test_drafts(self):
        """They come back as drafts, the rest is refused by name, and nothing comes twice."""
        with Testbed("claro-co", plugin=True) as bed:
            archive = save(bed, 0).read_bytes()
        with Testbed("blank", plugin=False) as bed:
            path = bed.directory / "archive.tar.gz"
            path.write_bytes(archive)
            result, report = restore(bed, path, 0, "--only", "messages,contacts")
            self.assertEqual(result.rc, 3)
            self.assertEqual(faults(report), [])
            written = report["counts"]["done"]
            self.assertGreater(written, 3)
            self.assertEqual(bed.sim(0).dump("messages content").count("\n2,"), written)
            refused = {step["reason"] for step in report["steps"] if step["action"] == "refuse"}
            self.assertTrue(all("plugin" in reason for reason in refused), refused)
            result, report = restore(bed, path, 0, "--only", "messages,contacts")
            self.assertEqual(report["counts"]["write"], 0)


if __name__ == "__main__":
    unittest.main()
