# SPDX-License-Identifier: GPL-2.0-or-later
"""What the end-to-end tests share: a testbed for a class of tests, and simstow inside it."""

import json
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

import command
import testbed

CONTENT = "messages phonebooks content"
EVERYTHING = "messages,contacts,calls,network,esim"
RECORDS = "messages phonebooks profiles preferred-networks locks"


class BedTest(unittest.TestCase):
    """Tests on one testbed: `scenarios` and `settings` are those of the class."""

    scenarios = ("claro-co", "blank")
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="simstow-cli-"))
        cls.folder.chmod(0o755)
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.bed = cls.enterClassContext(testbed.Testbed(*cls.scenarios, **cls.settings))

    def simstow(self, *args, status=0, **options):
        """Runs simstow in the class's directory; its status must be the one given."""
        program = self.bed.simstow_for(options.get("user"))
        done = self.bed.run(["env", f"--chdir={self.folder}", program, *args], **options)
        self.assertEqual(done.rc, status, f"{args}: {done}")
        return done

    def json(self, *args, status=0):
        """What simstow prints with --json."""
        return json.loads(self.simstow(*args, "--json", status=status).stdout)

    def export(self, number=0, *args, status=0):
        """Exports a modem; the path of the archive."""
        folder = tempfile.mkdtemp(dir=self.folder)
        result, = self.json("export", "-m", self.bed.modem_number(number), "-o", folder, *args,
                            status=status)
        return self.folder / result["archive"]

    def restore(self, archive, number=1, *args, status=0):
        """Restores to a modem; the report."""
        return self.json("restore", archive, "-m", self.bed.modem_number(number), *args,
                         status=status)

    def left_over(self):
        """What restoring all to a blank modem ends with: its status, and what is to be set by
        hand."""
        left = self.bed.by_hand()
        return (3 if left else 0), left

    def restore_all(self, archive, number=1, *args):
        """Restores all to a blank modem, or again to the same, the settings of its SIM too; the
        report."""
        status, left = self.left_over()
        report = self.restore(archive, number, "--only", EVERYTHING, *args, status=status)
        self.assertEqual(report["state"], "incomplete" if left else "done")
        self.assertEqual([step["store"] for step in report["steps"] if step["action"] == "refuse"],
                         left)
        return report

    def on_terminal(self, *args, status=0, answer=None):
        """Runs simstow on a terminal; what it wrote there."""
        program = self.bed.build / "helper" / "simstow"
        env = {**self.bed.env, "TERM": "xterm"}
        code, out = command.on_terminal([program, *map(str, args)], env, self.folder,
                                        answer=answer)
        self.assertEqual(code, status, out)
        return out

    def popen(self, *args):
        """Starts simstow, to be interrupted or watched."""
        process = subprocess.Popen(
            [self.bed.build / "helper" / "simstow", *map(str, args)], cwd=self.folder,
            env=self.bed.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        return process

    def wait_for_commands(self, number, name, count):
        """Until the simulator has got so many commands of that name."""
        self.bed.sim(number).wait_commands(name, count)

    def count_commands(self, number, name):
        """How many commands of that name, not counting its test form, the simulator has got."""
        return self.bed.sim(number).count_commands(name)

    def count_writes(self, number):
        """How many commands that change a record the simulator has got."""
        return sum(self.count_commands(number, name) for name in ("+CPBW", "+CMGW", "+CMGD"))

    def files(self):
        """What is in the class's directory."""
        return sorted(path.name for path in self.folder.iterdir())

    def assert_same_content(self):
        """Both simulators hold the same messages, contacts and calls, byte for byte."""
        self.assertEqual(self.bed.sim(0).dump(CONTENT), self.bed.sim(1).dump(CONTENT))

    def interrupt(self, process, status, sim):
        """Ctrl-C while a simulator holds an answer; what it said then."""
        process.send_signal(signal.SIGINT)
        sim.control("clear-faults")
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, status, out + err)
        return out + err


def numbers_of(dump):
    """All digit strings of more than nine in a text."""
    return {word for word in dump.replace("=", " ").split() if word.isdigit() and len(word) > 9}
