# SPDX-License-Identifier: GPL-2.0-or-later
"""simstow setup: from nothing to a backup, and with nothing but its key sheet back again."""

import html
import os
import re
import subprocess
import unittest

import command
from test_esim import draw


class Setup(command.CommandTest):
    """Without a modem: what setup asks, tries and writes."""

    def setUp(self):
        super().setUp()
        self.home = self.folder / "home"
        self.home.mkdir()
        self.sheet = self.folder / "sheet.html"
        self.config = self.home / "config" / "simstow" / "simstow.conf"
        self.said = self.folder / "said"
        programs = self.folder / "bin"
        programs.mkdir()
        systemctl = programs / "systemctl"
        systemctl.write_text(f"#!/bin/sh\necho \"$*\" >>{self.said}\n")
        systemctl.chmod(0o755)
        self.env.update(HOME=str(self.home), XDG_CONFIG_HOME=str(self.home / "config"),
                        XDG_STATE_HOME=str(self.home / "state"),
                        PATH=f"{programs}:{os.environ['PATH']}")

    def setup(self, *args, status=0):
        """Runs setup with the user's own configuration."""
        return self.run_command("setup", "--config", self.config, *args, status=status)

    def key_of_sheet(self):
        """The secret key, as the page has it."""
        page = self.sheet.read_text(encoding="utf-8")
        return html.unescape(re.search(r"<pre>(-----BEGIN.*?)</pre>", page, re.S).group(1))

    def test_new_key(self):
        """One page is all that is needed to open what was encrypted; the secret key is nowhere else,
        and nothing of the trial stays."""
        disk, other = self.folder / "disk", self.folder / "other"
        out, _ = self.setup("--destination", f"disk={disk}", "--destination", f"other={other}",
                            "--new-key", "--key-sheet", self.sheet)
        self.assertIn("other: an archive was stored there, read back", out)
        self.assertEqual(self.sheet.stat().st_mode & 0o777, 0o600)
        self.assertEqual(list(disk.iterdir()) + list(other.iterdir()), [])
        self.run_command("config", "check", "--config", self.config)
        secret = self.key_of_sheet()
        self.assertIn("PRIVATE KEY BLOCK", secret)
        held = [path for path in self.folder.rglob("*")
                if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]
        self.assertEqual(held, [self.sheet])
        self.assertIn(f"--from='{disk}'", html.unescape(self.sheet.read_text()))
        picture = self.folder / "qr.pgm"
        draw(self.sheet.read_text(encoding="utf-8"), picture)
        read = subprocess.run(["zbarimg", "--quiet", "--raw", picture], check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.assertEqual(read.stdout.strip(), secret.strip())
        self.open_with(secret)
        self.setup("--destination", f"disk={disk}", "--new-key", "--key-sheet", self.sheet,
                   status=1)

    def open_with(self, secret):
        """A file for the public key that was written, opened with the secret key of the page."""
        keyring = self.folder / "k"
        keyring.mkdir(mode=0o700)
        plain = self.write("plain", b"hola\n")
        public = self.config.parent / "simstow-key.asc"
        gpg = ["gpg", "--homedir", keyring, "--batch", "--quiet"]
        subprocess.run([*gpg, "--trust-model=always", "-f", public, "-o", self.folder / "c", "-e",
                        plain], check=True, stderr=subprocess.DEVNULL)
        subprocess.run([*gpg, "--import"], input=secret, text=True, check=True,
                       stderr=subprocess.DEVNULL)
        done = subprocess.run([*gpg, "-d", self.folder / "c"], check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
        self.assertEqual(done.stdout, b"hola\n")
        subprocess.run(["gpgconf", "--homedir", keyring, "--kill", "gpg-agent"], check=True)

    def test_refused(self):
        """What would leave nobody with a key, or a place that cannot be used: nothing is written."""
        key = self.write("key.asc", b"")
        disk = f"disk={self.folder}/disk"
        beside = self.folder / "disk" / "sheet.html"
        (self.folder / "file").write_text("x")
        (self.folder / "real").mkdir()
        (self.folder / "link").symlink_to(self.folder / "real")
        for args, status in (((), 2), (("--destination", disk), 2),
                             (("--destination", disk, "--new-key"), 2),
                             (("--destination", disk, "--encrypt-to", key, "--schedule"), 2),
                             (("--destination", disk, "--new-key", "--key-sheet", beside), 2),
                             (("--destination", f"x=file://{self.folder}/disk", "--new-key",
                               "--key-sheet", beside), 2),
                             (("--destination", f"x={self.folder}/real", "--new-key",
                               "--key-sheet", self.folder / "link" / "sheet.html"), 2),
                             (("--destination", "disk=relative:", "--new-key", "--key-sheet",
                               self.sheet), 1),
                             (("--destination", f"x={self.folder}/file/x", "--new-key",
                               "--key-sheet", self.sheet), 1)):
            with self.subTest(args=args):
                self.setup(*args, status=status)
                self.assertFalse(self.config.exists() or self.sheet.exists() or beside.exists())

    def test_asks(self):
        """On a terminal it asks for all it needs; the schedule is switched on where it goes by that
        configuration."""
        usual = os.geteuid() != 0
        answers = f"{self.folder}/disk\n\n\n{self.sheet}\n" + ("y\n" if usual else "")
        out = self.run_on_terminal("setup", "--config", self.config, answer=answers.encode())
        self.assertIn("place-1: an archive was stored there", out)
        self.assertTrue(self.sheet.exists())
        self.assertIn("[destination place-1]", self.config.read_text())
        self.assertEqual(self.said.exists(), usual)
        if not usual:
            self.setup("--schedule", "--force", "--new-key", "--key-sheet", self.sheet,
                       "--destination", f"disk={self.folder}/disk", status=2)


if __name__ == "__main__":
    unittest.main()
