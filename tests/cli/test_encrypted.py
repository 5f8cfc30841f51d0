# SPDX-License-Identifier: GPL-2.0-or-later
"""Encrypted archives as a user meets them: written by export, read by every verb and by stock
gpg; each way to fail has a message and a status of its own, and nothing stays behind."""

import contextlib
import os
import pathlib
import pty
import re
import shutil
import subprocess
import tempfile
import unittest

import backup

PASSPHRASE = "una frase de paso"
# a message that no archive has
OWN = "00040C9175039099888800083211417131020A080073006F006C006F"


class Encrypted(backup.BedTest):
    """One modem saved with a passphrase, to a key, and read again."""

    scenarios = ("claro-co", "blank")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret = cls.folder / "passphrase"
        cls.secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
        cls.wrong = cls.folder / "wrong"
        cls.wrong.write_text("otra\n", encoding="utf-8")
        # the path of the agent's socket is short, or it does not start
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="gnupg-", dir="/tmp"))
        cls.gpg("--quick-gen-key", "--passphrase", "", "laptop@example.org", "default", "default",
                "never")
        cls.empty = cls.folder / "empty"
        cls.empty.mkdir(mode=0o700)
        cls.public = cls.folder / "public.gpg"
        cls.public.write_bytes(cls.gpg("--export", "laptop@example.org"))

    @classmethod
    def tearDownClass(cls):
        subprocess.run(["gpgconf", "--homedir", cls.home, "--kill", "gpg-agent"], check=False)
        shutil.rmtree(cls.home, ignore_errors=True)
        super().tearDownClass()

    @classmethod
    def gpg(cls, *args):
        """Stock gpg with a keyring of its own; what it wrote."""
        return subprocess.run(["gpg", "--homedir", cls.home, "--batch", "--quiet", *args],
                              check=True, capture_output=True).stdout

    def encrypted(self, *args):
        """An archive of the first modem, written with these options."""
        path = self.export(0, *args)
        self.assertEqual(path.suffix, ".gpg")
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        return path

    def test_passphrase(self):
        archive = self.encrypted("--passphrase-file", self.secret)
        with_it = ("--passphrase-file", self.secret)
        self.simstow("verify", archive, *with_it)
        self.assertIn("FROM / TO", self.simstow("show", archive, "messages", *with_it).stdout)
        self.simstow("diff", archive, "-m", self.bed.modem_number(0), *with_it)
        self.assertEqual(self.json("diff", archive, archive, *with_it)["differences"], [])

    def test_wrong_passphrase(self):
        archive = self.encrypted("--passphrase-file", self.secret)
        done = self.simstow("verify", archive, "--passphrase-file", self.wrong, status=5)
        self.assertIn("wrong passphrase", done.stderr)
        done = self.simstow("verify", archive, status=5)
        self.assertIn("passphrase", done.stderr)

    def test_damaged(self):
        archive = self.encrypted("--passphrase-file", self.secret)
        whole = archive.read_bytes()
        cut = archive.with_name("cut.gpg")
        cut.write_bytes(whole[:len(whole) * 2 // 3])
        done = self.simstow("verify", cut, "--passphrase-file", self.secret, status=9)
        self.assertIn("cut short", done.stderr)
        flipped = archive.with_name("flipped.gpg")
        flipped.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
        before = self.bed.sim(1).dump(backup.CONTENT)
        done = self.simstow("restore", flipped, "-m", self.bed.modem_number(1),
                            "--passphrase-file", self.secret, status=4)
        self.assertNotIn("cut short", done.stderr)
        self.assertEqual(self.bed.sim(1).dump(backup.CONTENT), before)

    def test_public_key(self):
        """Written without any secret, opened by stock tools and by the owner of the key."""
        archive = self.encrypted("--encrypt-to", self.public)
        self.simstow("verify", archive, status=5, env={"GNUPGHOME": str(self.empty)})
        self.simstow("verify", archive, env={"GNUPGHOME": str(self.home)})
        tar = self.gpg("--decrypt", archive)
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        subprocess.run(["tar", "xz", "-C", folder], input=tar, check=True)
        inside, = folder.iterdir()
        subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=inside, check=True)

    def ask(self, keys, *args):
        """Runs simstow on a terminal of its own and types this when it asks; its status, and what
        it said then."""
        pid, master = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            program = self.bed.build / "helper" / "simstow"
            os.execve(program, [program, *args], self.bed.env)
        said = b""
        with open(master, "rb+", buffering=0) as terminal:
            while b"archive: " not in said:
                said += terminal.read(1)
            terminal.write(keys)
            # a terminal that nobody has open any more reads as an error
            with contextlib.suppress(OSError):
                while chunk := terminal.read(1024):
                    said += chunk
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()

    def test_asked(self):
        """On the terminal, which shows nothing of it; Ctrl-C is no part of a passphrase."""
        archive = self.encrypted("--passphrase-file", self.secret)
        status, said = self.ask(PASSPHRASE.encode() + b"\n", "verify", archive, "--passphrase")
        self.assertEqual(status, 0, said)
        self.assertNotIn(PASSPHRASE, said)
        status, said = self.ask(b"una\x03", "verify", archive, "--passphrase")
        self.assertEqual(status, 1, said)
        self.assertIn("cancelled", said)
        self.assertNotIn("una", said)

    def test_both(self):
        archive = self.encrypted("--encrypt-to", self.public, "--passphrase-file", self.secret)
        self.simstow("verify", archive, "--passphrase-file", self.secret,
                     env={"GNUPGHOME": str(self.empty)})
        self.simstow("verify", archive, env={"GNUPGHOME": str(self.home)})

    def test_credential(self):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        shutil.copy(self.secret, folder / "archive")
        archive = self.encrypted("--passphrase-file", self.secret)
        self.simstow("verify", archive, "--passphrase-credential", "archive",
                     env={"CREDENTIALS_DIRECTORY": str(folder)})
        self.simstow("verify", archive, "--passphrase-credential", "none", status=1,
                     env={"CREDENTIALS_DIRECTORY": str(folder)})

    def test_if_changed(self):
        """An unchanged modem writes nothing, whether the archive can be opened or not."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        args = ("export", "-m", self.bed.modem_number(0), "-o", folder, "--if-changed",
                "--encrypt-to", self.public)
        self.assertIn("Saved", self.simstow(*args).stdout)
        self.assertIn("Nothing has changed", self.simstow(*args).stdout)
        self.assertEqual(len(list(folder.iterdir())), 1)
        target = folder / "mine.gpg"
        secret = ("--if-changed", "--passphrase-file", self.secret)
        first, = self.json("export", "-m", self.bed.modem_number(0), "-o", target, *secret)
        again, = self.json("export", "-m", self.bed.modem_number(0), "-o", target, *secret)
        self.assertEqual((first["unchanged"], again["unchanged"]), (False, True))
        self.simstow("export", "-m", self.bed.modem_number(1), "-o", target, *secret, status=1)
        self.simstow("export", "-o", "-", "--if-changed", status=2)

    def test_if_changed_no_file(self):
        """What has the newest name, and is no file, is named and passed over."""
        archive = self.export(0)
        newest = archive.with_name(re.sub(r"-\d{8}T\d{6}Z-", "-20990101T000000Z-", archive.name))
        args = ("export", "-m", self.bed.modem_number(0), "-o", archive.parent, "--if-changed")
        for name in (newest, re.sub(r"[0-9a-f]{8}(?=\.tar)", "00000000", str(newest))):
            os.mkfifo(name)
            done = self.simstow(*args)
            self.assertIn("Nothing has changed", done.stdout)
            self.assertIn(f"{name} is no regular file", done.stderr)
            os.unlink(name)

    def export_beside(self, archive, data, *closed):
        """Exports with --if-changed beside an older archive of that name, which is not enough."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        name = re.sub(r"-\d{8}T\d{6}Z-", "-20200101T000000Z-", archive.name)
        (folder / name).write_bytes(data)
        result, = self.json("export", "-m", self.bed.modem_number(0), "-o", folder, "--if-changed",
                            *closed)
        self.assertFalse(result["unchanged"])

    def test_if_changed_stays_closed(self):
        """An archive that lies open is not enough for who wants a closed one, nor one that
        another passphrase opens, nor one whose end is missing."""
        another = self.folder / "another-passphrase"
        another.write_text("no monkey\n", encoding="ascii")
        archive = None
        for closed in ((), ("--encrypt-to", self.public), ("--passphrase-file", self.secret),
                       ("--passphrase-file", another), ()):
            with self.subTest(closed=closed):
                if archive:
                    self.export_beside(archive, archive.read_bytes(), *closed)
                archive = self.export(0, *closed)
                self.export_beside(archive, archive.read_bytes()[:-300], *closed)
                again, = self.json("export", "-m", self.bed.modem_number(0), "-o", archive.parent,
                                   "--if-changed", *closed)
                self.assertTrue(again["unchanged"])

    def test_if_changed_file(self):
        """The same of a file that has a name of its own."""
        target = self.folder / "mine"
        args = ("export", "-m", self.bed.modem_number(0), "-o", target, "--if-changed")
        self.simstow(*args)
        done = self.simstow(*args, "--encrypt-to", self.public, status=1)
        self.assertIn("--force", done.stderr)
        self.assertEqual(target.read_bytes()[:2], b"\x1f\x8b")
        self.simstow(*args, "--encrypt-to", self.public, "--force")
        self.gpg("--decrypt", target)

    def test_usage(self):
        done = self.simstow("export", "--passphrase-file", self.secret, "--passphrase-fd", "0",
                            status=2)
        self.assertIn("only one", done.stderr)
        done = self.simstow("export", "-m", self.bed.modem_number(0), "-o", self.folder,
                            "--encrypt-to", self.folder / "no-such-key", status=2)
        self.assertRegex(done.stderr, "no-such-key.*no such file.*keyring")
        done = self.simstow("export", "-m", self.bed.modem_number(0), "-o", self.folder,
                            "--encrypt-to", self.secret, status=2)
        self.assertRegex(done.stderr, "passphrase: .*holds no public key")
        done = self.simstow("export", "--passphrase", status=2)
        self.assertIn("no terminal", done.stderr)

    def test_restore(self):
        archive = self.encrypted("--passphrase-file", self.secret)
        self.simstow("restore", archive, "-m", self.bed.modem_number(1), "--passphrase-file",
                     self.secret)
        self.assertEqual(self.bed.sim(0).dump(backup.CONTENT), self.bed.sim(1).dump(backup.CONTENT))

    def test_replace_stays_closed(self):
        """What is saved first is encrypted as well, or nothing is erased."""
        archive = self.encrypted("--encrypt-to", self.public)
        sim = self.bed.add_sim("blank")
        sim.control(f"deliver {OWN}")
        self.assertIn(OWN, sim.dump(backup.CONTENT))
        safety = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        args = ("restore", archive, "-m", self.bed.modem_number(sim.number), "--replace", "--yes",
                "--safety", safety, "--only", "messages")
        env = {"GNUPGHOME": str(self.home)}
        done = self.simstow(*args, status=2, env=env)
        self.assertIn("--encrypt-to", done.stderr)
        self.assertIn(OWN, sim.dump(backup.CONTENT))
        self.assertEqual(list(safety.iterdir()), [])
        self.simstow(*args, "--encrypt-to", self.public, env=env)
        saved, = safety.iterdir()
        self.assertEqual(saved.suffix, ".gpg")
        self.simstow("verify", saved, env=env)
        self.assertNotIn(OWN, sim.dump(backup.CONTENT))

    def test_nothing_stays(self):
        """No key ring, agent or plain copy of ours is left behind."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        # short: the agent's socket is in it
        with tempfile.TemporaryDirectory(prefix="run-", dir="/tmp") as runtime:
            self.simstow("export", "-m", self.bed.modem_number(0), "-o", folder,
                         "--passphrase-file", self.secret,
                         env={"TMPDIR": runtime, "XDG_RUNTIME_DIR": runtime})
            self.assertEqual(os.listdir(runtime), [])
        self.assertEqual([path.suffix for path in folder.iterdir()], [".gpg"])


if __name__ == "__main__":
    unittest.main()
