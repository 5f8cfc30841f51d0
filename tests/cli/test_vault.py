# SPDX-License-Identifier: GPL-2.0-or-later
"""simstow backup: all at once to a directory, a command, and rclone's WebDAV and SFTP; then each
fault alone: the others go on, what is told is true, and the next run mends it."""

import json
import os
import shutil
import signal
import subprocess
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
        self.assertNotIn("secret", "".join(told))
        self.simstow("backup", "--config", path, status=2)
        group, store = self.directory("disk")
        good = self.configure(group)
        self.assertIn("1 destination", self.simstow("config", "check", "--config", good).stdout)
        self.assertFalse(store.exists())
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

        with self.subTest("wrong password"):
            self.change()
            wrong, _, _ = self.remote("web", "webdav", password="wrong", port=self.web.port)
            text = config.read_text()
            broken = self.place / "broken.conf"
            broken.write_text(text)
            report = self.back_up(broken, status=3)
            self.assertIn("attempts", wrong)
            self.assertEqual(self.states(report), {**dict.fromkeys(stores, "ok"),
                                                   "web": "sign-in"})
            self.assertIn("config reconnect web:", report["destinations"]["web"]["error"])
            self.remote("web", "webdav", port=self.web.port)
            self.assert_mended(config, stores, 2)

        with self.subTest("dead port"):
            self.change()
            self.ssh.stop()
            report = self.back_up(config, status=3)
            self.assertEqual(self.states(report), {**dict.fromkeys(stores, "ok"), "ssh": "pending"})
            self.ssh = vault.Server("sftp", stores["ssh"], self.ssh.port, self.place / "ssh.log")
            self.addCleanup(self.ssh.stop)
            self.assert_mended(config, stores, 3)

        with self.subTest("a flipped byte"):
            newest = self.archives(stores["web"])[-1]
            self.flip(newest)
            found = self.until_damaged(config)
            self.assertEqual(found["mended"], 1)
            self.assert_mended(config, stores, 3)

        with self.subTest("the destination is gone"):
            shutil.move(stores["disk"], self.place / "elsewhere")
            report = self.back_up(config, status=3)
            self.assertEqual(self.states(report), {**dict.fromkeys(stores, "ok"),
                                                   "disk": "pending"})
            self.assertFalse(stores["disk"].exists())
            stores["disk"].mkdir()
            report = self.back_up(config, status=3)
            self.assertIn("README-RESTORE.txt", report["destinations"]["disk"]["error"])
            self.assertEqual(list(stores["disk"].iterdir()), [])
            self.back_up(config, "--renew=disk")
            self.assertEqual(len(self.archives(stores["disk"])), 1)

    def until_damaged(self, config):
        """Runs the backup until it has read back what is damaged; what it says of that place."""
        for _ in range(20):
            report = self.json("backup", "--config", config)
            for place in report["destinations"]:
                if "damaged" in place:
                    return place
        self.fail("never read back")

    def assert_mended(self, config, stores, count):
        """The next run is well, and all places hold the same."""
        self.back_up(config)
        for store in stores.values():
            self.assertEqual(len(self.archives(store)), count)
            self.check_sums(store)


if __name__ == "__main__":
    unittest.main()
