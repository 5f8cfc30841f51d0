# SPDX-License-Identifier: GPL-2.0-or-later
"""export --merge keeps what is gone from the modem; restore takes what was there last, or all."""

import os
import signal
import subprocess
import unittest

import archives
import backup


class History(backup.BedTest):
    """An older archive grows with what the modem holds."""

    def grow(self):
        """Merges the first modem with an archive of a message it no longer has."""
        lines = [archives.message(1, archives.deliver_text("573001112233", "borrado"))]
        previous = self.folder / "previous"
        previous.write_bytes(archives.archive(messages=lines))
        return previous, self.export(0, "--merge", previous)

    def plan(self, archive, *args):
        """How many messages restoring to the blank modem would write or refuse."""
        report = self.restore(archive, 1, "-n", "--only=messages", *args)
        return len(report["steps"])

    def test_history(self):
        """The message stays in the archive, and comes back only with --all."""
        plain = self.export(0)
        count = len(self.json("show", plain)["messages"])
        previous, grown = self.grow()
        shown = self.json("show", grown)["messages"]
        self.assertEqual(len(shown), count + 1)
        gone = [m for m in shown if m.get("text") == "borrado"]
        self.assertEqual(gone[0]["last_seen"], "2023-11-14T22:13:20Z")
        self.assertEqual(self.plan(grown), self.plan(plain))
        self.assertEqual(self.plan(grown, "--latest"), self.plan(plain))
        self.assertEqual(self.plan(grown, "--all"), self.plan(plain) + 1)
        self.assertEqual(self.plan(grown, "--since=2023-11-14"), self.plan(plain) + 1)
        self.assertEqual(self.plan(grown, "--since=2024-01-01T00:00:00"), self.plan(plain))
        self.assertEqual(self.plan(grown, "--since=2023-11-14T22:13:20Z"), self.plan(plain) + 1)
        self.assertEqual(self.plan(grown, "--since=2023-11-14T22:13:21Z"), self.plan(plain))
        self.assertEqual(previous.read_bytes()[:2], b"\x1f\x8b")

    def test_wrong_clock(self):
        """An archive from a clock in the future leaves out nothing of what was there last."""
        plain = self.export(0)
        lines = [archives.message(1, archives.deliver_text("573001112233", "borrado"))]
        previous = self.folder / "future"
        previous.write_bytes(archives.archive(messages=lines, captured="2095-01-01T00:00:00Z"))
        grown = self.export(0, "--merge", previous)
        shown = self.json("show", grown)
        self.assertLess(shown["modem"]["captured"], "2095")
        self.assertEqual(self.plan(grown), self.plan(plain))
        self.assertEqual(self.plan(grown, "--all"), self.plan(plain) + 1)

    def test_restores_like_any_other(self):
        """What was there last, restored from the grown archive, makes the modems equal."""
        _, grown = self.grow()
        self.restore_all(grown, 1)
        self.assert_same_content()
        modem = self.bed.modem_number(1)
        done = self.simstow("restore", grown, "-m", modem, "--only=calls")
        self.assertIn("everything that was asked for", done.stdout)
        _, left = self.left_over()
        done = self.simstow("restore", self.export(0), "-m", modem)
        self.assertEqual("everything the archive has" in done.stdout, not left)

    def test_begins(self):
        """As the manual says: the archive that is to grow is not there the first time. One that is
        not to be written has to be."""
        modem = self.bed.modem_number(0)
        for args in (("--merge", "grows.tar.gz", "-o", "grows.tar.gz", "--force"),
                     ("--merge", "also.tar.gz", "-o", f"{self.folder}/also.tar.gz")):
            with self.subTest(args=args):
                self.simstow("export", "-m", modem, *args)
        self.simstow("export", "-m", modem, "--merge", "grows.tar.gz", "-o", "grows.tar.gz",
                     "--force")
        self.assertIsNotNone(self.json("show", "grows.tar.gz")["modem"].get("first_captured"))
        done = self.simstow("export", "-m", modem, "--merge", "also.tar.gz", "-o", "also.tar.gz",
                            status=1)
        self.assertIn("--force", done.stderr)
        for args in (("--merge", "missing", "-o", "new.tar.gz", "--force"), ("--merge", "missing")):
            before = self.files()
            done = self.simstow("export", "-m", modem, *args, status=1)
            self.assertIn("missing", done.stderr)
            self.assertEqual(self.files(), before)

    def unread(self, *args):
        """Runs simstow where nobody reads what it says; its status and what else it said."""
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([self.bed.simstow_for(), *args, "-m", self.bed.modem_number(0)],
                              cwd=self.folder, env=self.bed.env, stdout=write, timeout=120,
                              stderr=subprocess.PIPE, text=True, check=False)
        os.close(write)
        return done.returncode, done.stderr

    def test_read_enough(self):
        """head ends export and list quietly, after the archive is whole; but not an archive."""
        for args in (("export", "-o", "head.tar.gz"), ("list",), ("list", "--json")):
            self.assertEqual(self.unread(*args), (-signal.SIGPIPE, ""))
        self.simstow("verify", "head.tar.gz")
        status, said = self.unread("export", "-o", "-")
        self.assertEqual(status, 1)
        self.assertIn("Broken pipe", said)

    def test_usage(self):
        """Contradictions and what is no date are told."""
        self.simstow("restore", "x", "--all", "--latest", status=2)
        self.simstow("restore", "x", "--since=gestern", status=2)
        self.simstow("export", "--merge=-", status=2)


if __name__ == "__main__":
    unittest.main()
