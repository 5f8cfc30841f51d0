# SPDX-License-Identifier: GPL-2.0-or-later
"""The schedule: units that are sound and hardened, a user that reads modems and cannot write to
them, by the real polkitd and bus, and runs that do nothing before they are due."""

import ctypes
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import backup
import command
import testbed

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["SIMSTOW_BUILDDIR"])
MM = "org.freedesktop.ModemManager1"
UID = 65531


class UserBed(testbed.Testbed):
    """A machine with the user simstow, and what polkit is told of it."""

    def make_environment(self):
        """The files are mounted for this test alone."""
        super().make_environment()
        users = self.directory / "passwd"
        users.write_text(pathlib.Path("/etc/passwd").read_text(encoding="utf-8")
                         + f"simstow:x:{UID}:{UID}::/nonexistent:/usr/sbin/nologin\n")
        rules = self.directory / "rules"
        rules.mkdir()
        (rules / "simstow.rules").write_text((TOP / "data/polkit/simstow.rules").read_text())
        self.over = []
        for source, target in ((users, "/etc/passwd"), (rules, "/usr/share/polkit-1/rules.d")):
            testbed.libc_call("mount", str(source).encode(), target.encode(), None,
                              ctypes.c_ulong(0x1000), None)
            self.over.append(target)

    def stop(self, failed=False):
        """Nothing stays mounted."""
        super().stop(failed)
        while self.over:
            testbed.libc_call("umount2", self.over.pop().encode(), 2)


class User(unittest.TestCase):
    """The user of the system's schedule."""

    @classmethod
    def setUpClass(cls):
        cls.bed = UserBed("claro-co")
        cls.enterClassContext(cls.bed)
        if not cls.bed.authorises:
            raise unittest.SkipTest("needs root")

    def call(self, interface, member, *args, path=None):
        """A call by that user; returns all that was printed."""
        done = self.bed.run(["gdbus", "call", "--system", "--dest", MM, "--object-path",
                             path or self.bed.modem(0), "--method", f"{interface}.{member}",
                             *args], user="simstow")
        return done.stdout + done.stderr

    def simstow(self, *args):
        """Runs simstow as that user; its status and what it printed."""
        program = self.bed.simstow_for("simstow")
        return self.bed.run([program, *args], user="simstow")

    def test_reads(self):
        """All that the modem has is backed up, twice with one result; a run that is not due does
        nothing."""
        place = pathlib.Path(tempfile.mkdtemp(dir=self.bed.directory))
        os.chown(place, UID, UID)
        config = place / "simstow.conf"
        config.write_text(f"[backup]\nretry=0\nstate={place}/state\n[destination disk]\n"
                          f"path={place}/disk\n")
        done = self.simstow("backup", "--config", config, "--json")
        self.assertEqual(done.rc, 0, done)
        modem, = json.loads(done.stdout)["modems"]
        self.assertEqual((modem["complete"], modem["messages"], modem["contacts"]),
                         (True, 100, 254))
        done = self.simstow("backup", "--config", config, "--scheduled")
        self.assertEqual(done.rc, 0)
        self.assertIn("the next backup is due", done.stdout)
        (place / "state" / "last-good").write_text("1000\n")
        done = self.simstow("backup", "--config", config, "--scheduled", "--json")
        self.assertTrue(json.loads(done.stdout)["modems"][0]["unchanged"])
        # root leaves nothing behind that this user could not read or change
        done = self.bed.run_simstow("backup", "--config", config)
        self.assertEqual(done.rc, 0, done)
        self.bed.run_simstow("status", "--config", config)
        self.assertEqual({path.stat().st_uid for path in place.rglob("*")
                          if path != config}, {UID})

    def test_writes_nothing(self):
        """Neither by ModemManager's methods, nor by ours."""
        before = self.bed.sim(0).dump("messages phonebooks")
        ours = "org.simstow.Modem1"
        self.assertIn("{}", self.call(ours, "Run", "messages", "@a{sv} {}", "[('+CPMS=?', @ay [])]"))
        for door, options, line in (
                ("messages", "{'memory': <'SM'>}", "('+CMGD=1', @ay [])"),
                ("messages", "{'memory': <'SM'>}", "('+CMGW=1', [byte 0x00])"),
                ("phonebook", "{'storage': <'SM'>}", "('+CPBW=1,\"1\",129,\"x\"', @ay [])"),
                ("files", "@a{sv} {}", "('update 7F10/6F3A 1', [byte 0x00, 0x01])")):
            told = self.call(ours, "Run", door, options, f"[{line}]")
            self.assertIn("Denied", told, line)
        for interface, member, *args in (
                (".Modem.Messaging", "Create", "{'number': <'1'>, 'text': <'x'>}"),
                (".Modem.Messaging", "Delete", "/org/freedesktop/ModemManager1/SMS/0"),
                (".Modem", "Enable", "false"), (".Modem", "SetPowerState", "uint32 1"),
                (".Modem", "Command", "AT", "uint32 1")):
            self.assertIn("AccessDenied", self.call(MM + interface, member, *args), member)
        self.assertIn("Denied", self.call(ours, "OpenChannel",
                                          "[byte 0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02]"))
        self.assertEqual(self.bed.sim(0).dump("messages phonebooks"), before)


class Units(command.CommandTest):
    """The units themselves, and what switches them on."""

    def unit(self, name):
        """A unit as it is installed, with a program that is there."""
        text = (BUILD / "data" / "systemd" / name).read_text()
        path = self.folder / "simstow-backup.service"
        path.write_text(text.replace("/usr/bin/simstow", command.PROGRAM))
        timer = self.folder / "simstow-backup.timer"
        timer.write_text((TOP / "data" / "systemd" / "simstow-backup.timer").read_text())
        return path, timer

    def test_sound(self):
        """systemd understands every line, and its exposure is 2.0 or better."""
        for name in ("simstow-backup.service", "simstow-backup-user.service"):
            path, timer = self.unit(name)
            for unit in (path, timer):
                done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit],
                                      capture_output=True, text=True, check=False)
                told = [line for line in done.stderr.splitlines() if "simstow-backup" in line]
                self.assertEqual(told, [])
        path, _ = self.unit("simstow-backup.service")
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", path],
                              capture_output=True, text=True, check=False,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        exposure = float(re.search(r"exposure level[^:]*: ([0-9.]+)", done.stdout).group(1))
        self.assertLessEqual(exposure, 2.0)

    def test_schedule(self):
        """What systemctl is asked for, and that mistakes come first."""
        said = self.folder / "said"
        programs = self.folder / "bin"
        programs.mkdir()
        systemctl = programs / "systemctl"
        systemctl.write_text("#!/bin/sh\n"
                             f"echo \"$*\" >>{said}\n"
                             "case $* in *ActiveState*) echo inactive ;; esac\n")
        systemctl.chmod(0o755)
        home = self.folder / "config"
        self.env.update(PATH=f"{programs}:{os.environ['PATH']}", XDG_CONFIG_HOME=str(home))
        self.run_command("schedule", "enable", "--user", status=1)
        (home / "simstow").mkdir(parents=True)
        config = home / "simstow" / "simstow.conf"
        config.write_text("[destination disk]\npath=relative\n")
        self.run_command("schedule", "enable", "--user", status=2)
        self.assertFalse(said.exists())
        config.write_text("[destination disk]\npath=/srv/backup\n")
        self.run_command("schedule", "enable", "--user")
        self.run_command("schedule", "status", "--user", status=3)
        self.run_command("schedule", "disable", "--user")
        lines = said.read_text().splitlines()
        self.assertEqual((lines[0], lines[-1]), ("--user enable --now simstow-backup.timer",
                                                 "--user disable --now simstow-backup.timer"))
        self.run_command("schedule", "now", status=2)


if __name__ == "__main__":
    unittest.main()
