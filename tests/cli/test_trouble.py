# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes wrong in life: a full or locked modem, Ctrl-C, a cable pulled, no plugin, no right."""

import json
import signal
import unittest

import backup
import testbed


class Full(backup.BedTest):
    """A modem without room: what does not fit is named before anything is written."""

    scenarios = ("claro-co", "full")

    def test_full(self):
        path = self.export()
        before = self.bed.sim(1).dump("messages")
        plan = self.restore(path, 1, "--dry-run", "--only", "messages", status=3)
        refused = [step for step in plan["steps"] if step["action"] == "refuse"]
        self.assertTrue(refused)
        self.assertTrue(all("full" in step["reason"] for step in refused), refused[0])
        report = self.restore(path, 1, "--only", "messages", status=3)
        self.assertEqual(report["state"], "incomplete")
        self.assertEqual(report["counts"]["failed"], 0)
        self.assertEqual(self.bed.sim(1).dump("messages"), before)

    def test_full_without_warning(self):
        """The modem says full in the middle although it told of room."""
        path = self.export()
        sim = self.bed.add_sim("blank")
        sim.control("fault 5+ +CPBW=*,* cme 20")
        report = self.restore(path, sim.number, "--only", "contacts", status=3)
        sim.control("clear-faults")
        self.assertGreater(report["counts"]["failed"], 0)
        failed = [step for step in report["steps"] if step.get("fate") == "failed"]
        self.assertTrue(all(step["fault"] for step in failed))
        report = self.restore(path, sim.number, "--only", "contacts")
        self.assertEqual(report["state"], "done")


class Locked(backup.BedTest):
    """A SIM that waits for its PIN."""

    scenarios = ("locked",)

    def test_locked(self):
        out = self.simstow("list").stdout
        self.assertIn("sim-pin", out)
        done = self.simstow("export", "-o", "locked.tar.gz", status=3)
        self.assertIn("locked", done.stdout.lower())
        self.assertIn("Not saved", done.stdout)


class Interrupted(backup.BedTest):
    """Ends in the middle, of all kinds: nothing is lost, running it again goes on."""

    def setUp(self):
        self.sim = self.bed.add_sim("blank")
        self.number = self.sim.number

    def ensure_daemon(self):
        """Starts the daemon that a test stopped."""
        if self.bed.daemon is None:
            self.bed.start_daemon()

    def start_restore(self, path):
        """A restore that hangs at the 40th contact."""
        self.sim.control("fault 40 +CPBW=*,* hold")
        process = self.popen("restore", path, "-m", self.bed.modem_number(self.number))
        self.wait_for_commands(self.number, "+CPBW", 40)
        return process

    def start_export(self):
        """An export that hangs at the second phonebook."""
        self.bed.sim(0).control("fault 2 +CPBR=*,* hold")
        self.addCleanup(self.bed.sim(0).control, "clear-faults")
        seen = self.count_commands(0, "+CPBR")
        process = self.popen("export", "-m", self.bed.modem_number(0))
        self.wait_for_commands(0, "+CPBR", seen + 2)
        return process

    def finish_restore(self, path):
        """Runs it again; all is there, nothing twice."""
        self.sim.control("clear-faults")
        report = self.restore_all(path, self.number)
        self.assertLess(report["counts"]["write"], 360)
        self.assertEqual(self.bed.sim(0).dump(backup.CONTENT), self.sim.dump(backup.CONTENT))

    def test_ctrl_c_in_restore(self):
        path = self.export()
        said = self.interrupt(self.start_restore(path), 3, self.sim)
        self.assertIn("run the same command again", said)
        self.assertIn("written and read back", said)
        self.finish_restore(path)

    def test_ctrl_c_in_silence(self):
        """The modem says nothing to the first record: it may be written, or not."""
        path = self.export()
        self.sim.control("fault 1 +CPBW=*,* hold")
        process = self.popen("restore", path, "-m", self.bed.modem_number(self.number), "--only",
                             "contacts", "--report", "silence.json")
        self.wait_for_commands(self.number, "+CPBW", 1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 3, out + err)
        self.assertNotIn("Nothing was changed", err)
        report = json.loads((self.folder / "silence.json").read_text(encoding="utf-8"))
        counts = report["counts"]
        self.assertEqual((counts["done"], counts["failed"]), (0, 0))
        self.assertGreaterEqual(counts["unknown"], 1)
        self.assertEqual(counts["unknown"] + counts["pending"], counts["write"])
        self.assertIn(f"not known {counts['unknown']}, remaining {counts['pending']}", err)
        self.assertIn("Not known whether it was done", out)
        self.sim.control("clear-faults")
        self.restore(path, self.number, "--only", "contacts")
        self.finish_restore(path)

    def test_ctrl_c_before_anything(self):
        """While the modem is read nothing is begun."""
        path = self.export()
        blank = self.sim.dump(backup.RECORDS)
        self.sim.control("fault 1 +CPBR=*,* hold")
        process = self.popen("restore", path, "-m", self.bed.modem_number(self.number))
        self.wait_for_commands(self.number, "+CPBR", 1)
        self.interrupt(process, 1, self.sim)
        self.assertEqual(self.sim.dump(backup.RECORDS), blank)

    def test_ctrl_c_in_export(self):
        before = self.files()
        self.interrupt(self.start_export(), 1, self.bed.sim(0))
        self.assertEqual(self.files(), before)

    def test_unplugged_in_restore(self):
        """The port is dead but the daemon keeps the modem: what was not written is named."""
        path = self.export()
        self.sim.control("fault 40 +CPBW=*,* unplug")
        report = self.restore(path, self.number, status=3)
        self.assertEqual(report["state"], "incomplete")
        self.assertGreater(report["counts"]["failed"], 200)
        self.sim.control("clear-faults")
        self.sim.control("plug")
        self.bed.restart_daemon()
        self.finish_restore(path)

    def test_unplugged_in_export(self):
        """What was read before is saved whole; what was not is named."""
        self.addCleanup(self.sim.control, "plug")
        self.sim.control("fault 2 +CPBR=*,* unplug")
        saved, = self.json("export", "-m", self.bed.modem_number(self.number), "-o",
                           "unplugged.tar.gz", status=3)
        lost = {problem["where"] for problem in saved["snapshot"]["problems"] if problem["lost"]}
        self.assertIn("calls/missed", lost)
        self.assertIn("whole", self.simstow("verify", saved["archive"]).stdout)

    def test_daemon_ends_in_restore(self):
        path = self.export()
        process = self.start_restore(path)
        self.bed.stop_daemon()
        self.addCleanup(self.ensure_daemon)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 3, out + err)
        self.assertIn("run the same command again", err)
        self.ensure_daemon()
        self.finish_restore(path)

    def test_daemon_ends_in_export(self):
        before = self.files()
        process = self.start_export()
        self.bed.stop_daemon()
        self.addCleanup(self.ensure_daemon)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (7, ""), err)
        self.assertEqual(self.files(), before)


class TwoModems(backup.BedTest):
    """Several modems and no -m."""

    def test_without_directory(self):
        done = self.simstow("export", status=2)
        self.assertIn("-m", done.stderr)
        for number in (0, 1):
            self.assertIn(self.bed.modem_number(number), done.stderr)

    def test_into_directory(self):
        (self.folder / "all").mkdir()
        saved = self.json("export", "-o", "all")
        self.assertEqual([item["messages"] for item in saved], [100, 0])
        self.simstow("verify", *(self.folder / "all").iterdir())
        self.assertEqual(len(list((self.folder / "all").iterdir())), 2)


class WithoutPlugin(backup.BedTest):
    """The stock daemon alone: what it gives is saved, and what is missing is said."""

    scenarios = ("claro-co",)
    settings = {"plugin": False}

    def test_list(self):
        self.assertIn("plugin", self.simstow("list").stdout)
        self.assertEqual([modem["plugin"] for modem in self.json("list")], [False])

    def test_export(self):
        saved, = self.json("export", status=3)
        self.assertGreater(saved["messages"], 0)
        self.assertFalse(saved["complete"])
        shown = self.json("show", self.folder / saved["archive"])
        self.assertIn("internet.comcel.com.co", str(shown["network"]))
        texts = [problem["text"] for problem in saved["snapshot"]["problems"] if problem["lost"]]
        self.assertTrue(any("plugin" in text for text in texts), texts)


class Gone(backup.BedTest):
    """Nobody there, or nobody like that."""

    scenarios = ("blank",)

    def test_no_such_modem(self):
        done = self.simstow("export", "-m", "77", status=7)
        self.assertIn("77", done.stderr)

    def test_no_modem(self):
        with testbed.Testbed() as bed:
            self.bed = bed
            self.assertIn("modem", self.simstow("list", status=7).stderr)
            self.assertIn("modem", self.simstow("export", status=7).stderr)
        del self.bed

    def test_not_permitted(self):
        self.assertTrue(self.bed.authorises, "distribution: needs root")
        done = self.simstow("export", "-o", "-", user="nobody", status=8)
        self.assertEqual(done.stdout, "")
        done = self.simstow("list", user="nobody", status=8)
        self.assertRegex(done.stderr, r"simstow: modem \d+: ")


if __name__ == "__main__":
    unittest.main()
