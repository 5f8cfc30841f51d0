# SPDX-License-Identifier: GPL-2.0-or-later
"""simstow backup: all at once to a directory, a command, and rclone's WebDAV and SFTP; then each
fault alone: the others go on, what is told is true, and the next run mends it."""

import contextlib
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import unittest

import vault

MISTAKES = """nothing
[backup]
encrypt=key.asc
retry=soon
[destination here]
type=directry
path=relative
[destination drive]
type=rclone
remote=:sftp,pass=secret:x
class=moon
[destination here]
path=/x
[policies]
max-age=7
[policy]
max-age=7 days
[backup]
on-risk=mail me
"""


class Vault(vault.VaultTest):
    """Backups by a configuration."""

    def test_config_check(self):
        """Each mistake is named with its line, and nothing is done with any of them."""
        path = self.place / "wrong.conf"
        path.write_text(MISTAKES)
        told = self.simstow("config", "check", "--config", path, status=2).stderr.splitlines()
        lines = [int(line.split("line ")[1].split(":")[0]) for line in told if "line " in line]
        self.assertEqual(sorted(set(lines)), [1, 3, 4, 5, 6, 8, 11, 12, 14, 17])
        self.assertIn("\"soon\" is a time as", "".join(told))
        self.assertIn("on-risk: the command has to begin with /", "".join(told))
        self.assertNotIn("secret", "".join(told))
        self.simstow("backup", "--config", path, status=2)
        group, store = self.directory("disk")
        good = self.configure(group)
        self.assertIn("1 destination", self.simstow("config", "check", "--config", good).stdout)
        self.assertFalse(store.exists())
        # two copies in one place are one
        store.mkdir()
        self.place.joinpath("link").symlink_to(store)
        for path in (f"{store}/", f"file://{store}", self.place / "link"):
            twice = self.configure(group, f"[destination again]\npath={path}")
            told = self.simstow("config", "check", "--config", twice, status=2).stderr
            self.assertIn("[destination again] is the same place as [destination disk]", told)
        # what leaves the machine is encrypted, whatever it is called
        for more in ("", "class=disk"):
            cloud = f"[destination c]\ntype=rclone\nremote=c:\n{more}"
            told = self.simstow("backup", "--config", self.configure(cloud), status=2).stderr
            self.assertIn("gets encrypted archives only", told)
        self.simstow("config", "check", "--config", self.configure(cloud, "allow-plaintext=true"))
        self.simstow("config", "check", "--config", self.place / "missing", status=1)
        self.simstow("config", "mend", status=2)

    def make_four(self):
        """A destination of each kind; the configuration, and where they store."""
        key = self.place / "passphrase"
        key.write_text("correcto caballo batería\n")
        disk, on_disk = self.directory("disk")
        command, in_command = self.script("command")
        web, on_web, self.web = self.remote("web", "webdav")
        ssh, on_ssh, self.ssh = self.remote("ssh", "sftp")
        config = self.configure(disk, command, web, ssh,
                                backup_keys=f"passphrase-file={key}")
        return config, {"disk": on_disk, "command": in_command, "web": on_web, "ssh": on_ssh}

    def states(self, report):
        """What became of each destination."""
        return {name: place["state"] for name, place in report["destinations"].items()}

    def test_four_destinations(self):
        """To all at once, verified; then each fault alone."""
        config, stores = self.make_four()
        report = self.back_up(config)
        self.assertEqual(self.states(report), dict.fromkeys(stores, "ok"))
        names = {store: [path.name for path in self.archives(store)] for store in stores.values()}
        self.assertEqual(len({str(found) for found in names.values()}), 1, names)
        archive, = self.archives(stores["disk"])
        self.assertRegex(archive.name, r"^simstow-[0-9a-f]{8}-\d{8}T\d{6}Z-[0-9a-f]{8}\.tar\.gz\.gpg$")
        for store in stores.values():
            self.check_sums(store)
            self.assertTrue((store / "README-RESTORE.txt").exists())
            self.assertEqual(list(store.glob("*.part")), [])
        self.simstow("verify", archive, "--passphrase-file", self.place / "passphrase")

        with self.subTest("unchanged: confirmed, nothing written"):
            report = self.back_up(config)
            modem, = report["modems"]
            self.assertTrue(modem["unchanged"])
            for name, store in stores.items():
                self.assertEqual(report["destinations"][name]["confirmed"], 1)
                self.assertEqual(len(self.archives(store)), 1)
                self.assertEqual(len(self.marks(store)), 1, name)
            verified = [place for place in report["destinations"].values() if "verified" in place]
            self.assertEqual(len(verified), 1)

        with self.subTest("a wrong password at one, a dead port at another"):
            self.change()
            self.remote("web", "webdav", password="wrong", port=self.web.port)
            self.ssh.stop()
            report = self.back_up(config, status=3)
            self.assertEqual(self.states(report), {"disk": "ok", "command": "ok",
                                                   "web": "sign-in", "ssh": "pending"})
            self.assertIn("config reconnect web:", report["destinations"]["web"]["error"])
            for name, count in (("disk", 2), ("command", 2), ("web", 1), ("ssh", 1)):
                self.assertEqual(len(self.archives(stores[name])), count)
                self.check_sums(stores[name])
            self.remote("web", "webdav", port=self.web.port)
            self.ssh = vault.Server("sftp", stores["ssh"], self.ssh.port, self.place / "ssh.log")
            self.addCleanup(self.ssh.stop)
            self.assert_mended(config, stores, 2)

        with self.subTest("a flipped byte"):
            newest = self.archives(stores["web"])[-1]
            self.flip(newest)
            found = self.json("check", "--config", config, "web", status=4)
            self.assertEqual([place["state"] for place in found if place["archive"] == newest.name],
                             ["damaged"])
            self.assertEqual({place["level"] for place in found if "level" in place}, {"whole"})
            status = self.status(config, 1)
            self.assertIn(f"web: {newest.name} is damaged", status["sims"][0]["clauses"])
            report = self.back_up(config)
            self.assertEqual(report["destinations"]["web"]["stored"], 1)
            self.check_sums(stores["web"])
            self.assertEqual(self.status(config)["risk"], 0)

    def test_lost_and_damaged(self):
        """An old archive that is damaged is replaced from elsewhere; a destination that is gone, or
        another disk, is not filled anew unasked."""
        disk, on_disk = self.directory("disk")
        command, in_command = self.script("command")
        config = self.configure(disk, command, "[policy]\nmin-offsite=0",
                                backup_keys=f"encrypt-to={self.key()}")
        first = self.back_up(config)["modems"][0]["archive"]
        self.change()
        self.back_up(config)
        self.flip(in_command / first)
        self.json("check", "--config", config, "command", status=4)
        report = self.back_up(config)
        self.assertEqual(report["destinations"]["command"]["mended"], 1)
        self.check_sums(in_command)

        shutil.move(on_disk, self.place / "elsewhere")
        report = self.back_up(config, status=3)
        self.assertEqual(self.states(report), {"disk": "pending", "command": "ok"})
        self.assertFalse(on_disk.exists())
        told = self.status(config, 1)
        self.assertIn("disk: what it holds cannot be seen", "".join(told["sims"][0]["clauses"]))
        seen = told["destinations"][0]
        self.assertEqual(seen["state"], "pending")
        self.assertGreater(seen["seen"], 1600000000)
        on_disk.mkdir()
        report = self.back_up(config, status=3)
        self.assertIn("README-RESTORE.txt", report["destinations"]["disk"]["error"])
        self.assertEqual(list(on_disk.iterdir()), [])
        self.back_up(config, "--renew=disk")
        self.assertEqual(len(self.archives(on_disk)), 1)
        self.assert_mended(config, {"disk": on_disk}, 1)

    def test_sign_in(self):
        """Who has to sign in again is told how; when only nobody answers, it is pending."""
        disk, on_disk = self.directory("disk")
        command, _ = self.script("command", environment="DENY=1\n")
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), vault.Tokens) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            config = self.configure(disk, command, self.drive("drive", server.server_port),
                                    self.drive("offline", vault.free_port()),
                                    backup_keys=f"encrypt-to={self.key()}")
            report = self.back_up(config, status=3)
            server.shutdown()
        self.assertEqual(self.states(report), {"disk": "ok", "command": "sign-in",
                                               "drive": "sign-in", "offline": "pending"})
        self.assertIn(f"rclone --config {self.place}/drive.rclone config reconnect drive:",
                      report["destinations"]["drive"]["error"])
        self.assertEqual(report["destinations"]["command"]["error"], "sign in with: store login")
        self.assertEqual(len(self.archives(on_disk)), 1)

    def test_history(self):
        """What is deleted from the SIM stays in its archives, though none can be opened here."""
        disk, on_disk = self.directory("disk")
        config = self.configure(disk, backup_keys=f"encrypt-to={self.key()}")
        text = self.change()
        self.back_up(config)
        self.bed.sim(0).control("clear")
        self.change()
        modem, = self.back_up(config)["modems"]
        opened = self.open_archive(on_disk / modem["archive"])
        self.assertIn(text, [message.get("text") for message in opened])
        self.assertEqual(len(opened), modem["messages"])
        self.assertEqual(oct(self.state.stat().st_mode & 0o777), "0o700")

    def test_new_history(self):
        """What only an earlier history holds stays, when the state is lost, or a history was not
        kept for a time; and an archive that was cut short at a destination is put there anew."""
        disk, on_disk = self.directory("disk")
        retention = ("[retention]\nkeep-last=1\nkeep-daily=0\nkeep-weekly=0\nkeep-monthly=0\n"
                     "keep-yearly=0")
        keys = f"encrypt-to={self.key()}"
        config = self.configure(disk, retention, backup_keys=keys)
        self.bed.sim(0).control("clear")
        text = self.change()
        for _ in range(3):
            self.change()
        self.back_up(config)
        self.bed.sim(0).control("clear")
        self.change()
        # reading marks it as read on this modem
        self.back_up(config)
        first = self.back_up(config)["modems"][0]["archive"]
        # of two of one second too, the one that is to be everywhere stays
        self.assertIn(on_disk / first, self.archives(on_disk))

        os.truncate(on_disk / first, 1000)
        report = self.back_up(config)
        self.assertTrue(report["modems"][0]["unchanged"])
        self.assertEqual(report["destinations"]["disk"]["stored"], 1)
        self.check_sums(on_disk)

        shutil.rmtree(self.state)
        # names tell seconds
        time.sleep(1.1)
        for _ in range(6):
            self.change()
            report = self.back_up(config)["destinations"]["disk"]
        self.assertIn(f"{first} stays", report["held"])
        self.assertIn(text, [message.get("text") for message in self.open_archive(on_disk / first)])

        plain = self.configure(disk, backup_keys=keys + "\nhistory=false", name="plain.conf")
        self.assertFalse(self.back_up(plain)["modems"][0]["unchanged"])
        told = self.simstow("tidy", "--config", config, "-y", "--older-than=1", status=1).stderr
        self.assertIn("simstow backup", told)

    def open_archive(self, path):
        """The messages of an archive encrypted to our key, by stock tools."""
        home = self.place / "gnupg"
        plain = subprocess.run(["gpg", "--homedir", home, "--batch", "--quiet", "--decrypt", path],
                               check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "gpg-agent"], check=True)
        (self.place / "plain.tar.gz").write_bytes(plain.stdout)
        return self.json("show", self.place / "plain.tar.gz")["messages"]

    def test_fetch(self):
        """The newest good archive comes back: from what is configured, and on a new laptop, from an
        empty home, with a place and the secret key alone."""
        disk, on_disk = self.directory("disk")
        command, in_command = self.script("command")
        config = self.configure(command, disk, backup_keys=f"encrypt-to={self.key()}")
        self.change()
        first = self.back_up(config)["modems"][0]["archive"]
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        time.sleep(1.1)
        text = self.change()
        second = self.back_up(config)["modems"][0]["archive"]
        got = self.json("fetch", "--config", config, "-o", self.place)
        self.assertEqual((got["archive"], got["destination"], got["level"]),
                         (str(self.place / second), "disk", "digest"))
        self.assertEqual(oct(os.stat(got["archive"]).st_mode & 0o777), "0o600")
        self.simstow("fetch", "--config", config, "-o", self.place, status=1)
        for at, name in ((when, first), ("2999-01-01", second)):
            got = self.json("fetch", "--config", config, "-o", self.place, "--force", "--at", at)
            self.assertEqual(got["archive"], str(self.place / name))
        self.simstow("fetch", "--config", config, "--at=2020-01-01", status=1)
        self.simstow("fetch", "--config", config, "--sim=ffffffff", status=1)
        # the near one is damaged: the other has it
        self.flip(on_disk / second)
        got = self.json("fetch", "--config", config, "-o", self.place, "--force")
        self.assertEqual(got["destination"], "command")
        # what was only copied somewhere is not told to be what was stored
        copied = self.place / "copied"
        copied.mkdir()
        shutil.copy(in_command / second, copied)
        self.flip(copied / second)
        got = self.json("fetch", "--from", copied, "-o", self.place, "--force")
        self.assertEqual(got["level"], "present")
        self.new_laptop(in_command, second, text)

    def new_laptop(self, store, name, text):
        """Another home, with the secret key of the key sheet and what the destination has."""
        shutil.rmtree(self.state)
        home = self.place / "new"
        (home / ".gnupg").mkdir(parents=True, mode=0o700)
        secret = subprocess.run(["gpg", "--homedir", self.place / "gnupg", "--batch", "--armor",
                                 "--export-secret-keys"], check=True, stdout=subprocess.PIPE)
        subprocess.run(["gpg", "--homedir", home / ".gnupg", "--batch", "--quiet", "--import"],
                       input=secret.stdout, check=True, stderr=subprocess.DEVNULL)
        env = {**{name: value for name, value in self.bed.env.items() if "XDG" not in name},
               "HOME": str(home)}
        done = subprocess.run([self.bed.build / "helper" / "simstow", "fetch", "--from", store,
                               "--json"], cwd=home, env=env, check=True, text=True,
                              stdout=subprocess.PIPE)
        got = json.loads(done.stdout)
        self.assertEqual((got["archive"], got["level"]), (f"./{name}", "whole"))
        done = subprocess.run([self.bed.build / "helper" / "simstow", "show", name, "--json"],
                              cwd=home, env=env, check=True, text=True, stdout=subprocess.PIPE)
        shown = json.loads(done.stdout)
        self.assertIn(text, [message.get("text") for message in shown["messages"]])
        iccid = shown["modem"]["sim"]["iccid"]
        done = subprocess.run([self.bed.build / "helper" / "simstow", "fetch", "--from", store,
                               "--sim", iccid[-6:], "--force"], cwd=home, env=env, check=True,
                              text=True, stdout=subprocess.PIPE)
        self.assertIn(f"simstow restore ./{name} --dry-run", done.stdout)
        subprocess.run(["gpgconf", "--homedir", home / ".gnupg", "--kill", "gpg-agent"],
                       check=True)

    def test_never(self):
        """A SIM that was never backed up is seen; one destination is not three copies."""
        group, store = self.directory("disk")
        config = self.configure(group)
        sim, = self.status(config, 2)["sims"]
        self.assertEqual((sim["risk"], sim["copies"], sim["here"]), (2, 1, True))
        self.assertIn("disk: there is no good copy", sim["clauses"])
        self.assertFalse(store.exists())
        modem, = self.back_up(config)["modems"]
        sim, = self.status(config, 1)["sims"]
        self.assertEqual((sim["risk"], sim["copies"], sim["media"]), (1, 2, 1))
        place, = sim["places"]
        self.assertEqual((place["messages"], place["level"]),
                         (modem["messages"], "digest"))
        told = self.simstow("status", "--config", config, status=1).stdout
        self.assertIn("copies offsite: 0, promised are 1", told)
        relaxed = self.configure(group, "[policy]\nmin-copies=2\nmin-media=1\nmin-offsite=0")
        self.assertEqual(self.status(relaxed)["risk"], 0)
        old = self.configure(group, "max-age=1s",
                             "[policy]\nmin-copies=1\nmin-media=0\nmin-offsite=0")
        time.sleep(2)
        sim, = self.status(old, 1)["sims"]
        self.assertEqual(len(sim["clauses"]), 1)
        self.assertIn("last confirmed", sim["clauses"][0])

    def test_tidy(self):
        """Messages go from the modem only when they were read back from two places in that run, and the
        archives keep all."""
        disk, on_disk = self.directory("disk")
        command, in_command = self.script("command")
        config = self.configure(disk, command, "[policy]\nmin-copies=2",
                                backup_keys=f"encrypt-to={self.key()}")
        tidy = ("tidy", "--config", config, "-y")
        sim = self.bed.sim(0)
        sim.control("clear")
        self.change()
        messages = [self.change() for _ in range(4)]
        self.simstow(*tidy, status=2)
        self.assertIn("simstow backup", self.simstow(*tidy, "--older-than=1", status=1).stderr)
        # reading marks them as read on this modem
        self.back_up(config)
        read = self.back_up(config)["modems"][0]
        before = sim.dump("messages")
        self.assertEqual(self.count_messages(), len(messages) + 1)
        self.assertIn("nothing to erase", self.simstow(*tidy, "--when-full=1").stdout)
        self.simstow(*tidy, "--older-than=1", "--dry-run")
        newest = on_disk / read["archive"]
        self.flip(newest)
        told = self.simstow(*tidy, "--older-than=1", status=1).stderr
        self.assertIn("from 1 destinations, and min-copies is 2", told)
        self.assertEqual(sim.dump("messages"), before)
        self.flip(newest)
        self.simstow(*tidy, "--older-than=1")
        self.assertEqual(self.count_messages(), 0)
        after = self.back_up(config)["modems"][0]
        self.assertEqual(after["messages"], read["messages"])
        kept = [message.get("text") for message in self.open_archive(on_disk / after["archive"])]
        self.assertLessEqual(set(messages), set(kept))
        self.assertEqual(len(self.archives(in_command)), len(self.archives(on_disk)))

    def count_messages(self):
        """How many messages the simulated modem holds."""
        return len(re.findall(r"^\d+=\d,", self.bed.sim(0).dump("messages"), re.M))

    def test_told(self):
        """Commands hear of each run, and of a change to risk once; the desktop of each change."""
        disk, on_disk = self.directory("disk")
        heard = self.place / "heard"
        hook = self.place / "hook.sh"
        hook.write_text(f"#!/bin/sh\necho \"$SIMSTOW_EVENT $SIMSTOW_DETAIL\" >>{heard}\n")
        hook.chmod(0o755)
        config = self.configure(disk, "[policy]\nmin-copies=2\nmin-media=1\nmin-offsite=0",
                                backup_keys="\n".join(f"on-{event}={hook}" for event in
                                                      ("success", "failure", "risk")))
        self.back_up(config)
        self.assertEqual(heard.read_text().splitlines(), ["success 0"])
        with self.desktop() as told:
            shutil.move(on_disk, self.place / "away")
            self.back_up(config, status=1)
            self.status(config, 1)
            self.flip(self.archives(self.place / "away")[-1])
            shutil.move(self.place / "away", on_disk)
            self.json("check", "--config", config, status=4)
            for _ in range(2):
                self.status(config, 2)
            self.back_up(config)
            self.status(config)
        self.assertEqual([line.split()[0] for line in heard.read_text().splitlines()],
                         ["success", "failure", "risk", "risk", "success"])
        self.assertIn("is damaged", heard.read_text())
        notified = re.findall(r'member=Notify\n(?:.*\n){4} *string "(.*)"', told())
        self.assertEqual(len(notified), 3, told())
        self.assertIn("cannot be seen", notified[0])
        self.assertIn("is damaged", notified[1])
        self.assertIn("as promised", notified[2])

    @contextlib.contextmanager
    def desktop(self):
        """A session's bus; what was called there."""
        log = self.place / "session"
        daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                                  stdout=subprocess.PIPE, text=True)
        address = daemon.stdout.readline().strip()
        with open(log, "wb") as stream:
            monitor = subprocess.Popen(["dbus-monitor", "--address", address,
                                        "interface=org.freedesktop.Notifications"], stdout=stream)
        while "NameAcquired" not in log.read_text():
            time.sleep(0.02)
        self.bed.env["DBUS_SESSION_BUS_ADDRESS"] = address
        try:
            yield log.read_text
        finally:
            del self.bed.env["DBUS_SESSION_BUS_ADDRESS"]
            daemon.terminate()
            daemon.communicate()
            monitor.wait()

    def test_full_disk(self):
        """No room at one destination: nothing of it is left there, the other has all, and with
        room again both have."""
        disk, on_disk = self.directory("disk")
        small, on_small = self.directory("small")
        config = self.configure(disk, small)
        on_small.mkdir()
        self.mount(on_small, "size=8k")
        report = self.back_up(config, status=3)
        self.assertEqual(report["destinations"]["small"]["state"], "refused")
        self.assertIn("No space", report["destinations"]["small"]["error"])
        self.assertEqual(self.archives(on_small), [])
        self.assertEqual(list(on_small.glob("*.part")), [])
        self.check_sums(on_disk)
        self.mount(on_small, "remount,size=1m")
        report = self.back_up(config)
        self.assertEqual(report["destinations"]["small"]["stored"], 1)
        self.check_sums(on_small)

    def mount(self, path, options):
        """A file system in memory, for as long as the test."""
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", path], check=True)
        if "remount" not in options:
            self.addCleanup(subprocess.run, ["umount", path], check=True)

    def test_killed(self):
        """kill -9 at each step of putting an archive in place of the last one: what was good
        before stays, and the next run ends with both places whole."""
        disk, on_disk = self.directory("disk")
        command, in_command = self.script("command", "allow-plaintext=true",
                                          environment="STEP=/nonexistent\n")
        config = self.configure(disk, command, "[retention]\nkeep-last=1\nkeep-daily=0\n"
                                "keep-weekly=0\nkeep-monthly=0\nkeep-yearly=0")
        self.back_up(config)
        step = self.place / "step"
        variables = self.place / "command.env"
        text = variables.read_text()
        killed = 0
        for number in range(1, 30):
            self.change()
            step.write_text(f"{number}\n")
            variables.write_text(text.replace("/nonexistent", str(step)))
            process = self.popen("backup", "--config", config)
            process.communicate(timeout=60)
            if process.returncode != -signal.SIGKILL:
                break
            killed += 1
            self.assertTrue(self.whole(on_disk) and self.whole(in_command), number)
        variables.write_text(text)
        self.assertGreater(killed, 9)
        self.back_up(config)
        newest = [self.archives(store)[-1].name for store in (on_disk, in_command)]
        self.assertEqual(newest[0], newest[1])
        for store in (on_disk, in_command):
            self.check_sums(store)
            self.assertEqual(len(self.archives(store)), 1)
            self.assertEqual([path for path in store.iterdir() if path.suffix == ".part"], [])

    def key(self):
        """A public key in a file."""
        home = self.place / "gnupg"
        home.mkdir(mode=0o700)
        subprocess.run(["gpg", "--homedir", home, "--batch", "--quiet", "--passphrase", "",
                        "--quick-generate-key", "laptop@example.org", "future-default", "default",
                        "never"], check=True, stderr=subprocess.DEVNULL)
        path = self.place / "key.asc"
        subprocess.run(["gpg", "--homedir", home, "--batch", "--armor", "--output", path,
                        "--export"], check=True)
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "gpg-agent"], check=True)
        return path

    def whole(self, store):
        """How many archives there are the ones of their labels."""
        return sum(subprocess.run(["sha256sum", "-c", "--status", path.name], cwd=store,
                                  check=False, stderr=subprocess.DEVNULL).returncode == 0
                   for path in store.glob("*.sha256"))

    def status(self, config, status=0):
        """What status says."""
        return self.json("status", "--config", config, status=status)

    def assert_mended(self, config, stores, count):
        """The next run is well, and all places hold the same."""
        self.back_up(config)
        for store in stores.values():
            self.assertEqual(len(self.archives(store)), count)
            self.check_sums(store)


if __name__ == "__main__":
    unittest.main()
