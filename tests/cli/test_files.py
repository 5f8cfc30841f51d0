# SPDX-License-Identifier: GPL-2.0-or-later
"""Where output goes, and what it never takes the place of: no verb replaces a file unasked, none
ever what it reads, by whatever path that is reached; pipes and devices are written to as they are."""

import os
import signal
import subprocess
import unittest

import archives
import command

ESIM = {"answers": [
    {"name": "eid", "raw": "BF3E125A1089049032005120007320000000000170"},
    {"name": "profiles", "raw": "BF2D24A022E3205A0A987501210100000010F49F700101900754726162616A6F"
                                "B7058003371201"}]}
SHEET = ("esim", "recovery-sheet", "--yes", "a.tar.gz")


class FilesTest(command.CommandTest):
    """Two archives, one of them of an eUICC, and a passphrase."""

    def setUp(self):
        super().setUp()
        self.path = self.write("a.tar.gz", archives.archive(esim=ESIM))
        self.whole = self.path.read_bytes()
        self.write("b.tar.gz", archives.archive(calls=[archives.call(1, "123")]))
        self.write("pw", b"secreto\n")

    def shell(self, line, status=0):
        """Runs a line of shell, where $S is the program; what it wrote."""
        done = subprocess.run(["bash", "-uc", line], cwd=self.folder, timeout=120, check=False,
                              env={**self.env, "S": command.PROGRAM}, capture_output=True)
        self.assertEqual(done.returncode, status, f"{line}: {done}")
        return done.stdout, done.stderr.decode()

    def check_untouched(self):
        """The archive is as it was, and nothing lies about."""
        self.assertEqual(self.path.read_bytes(), self.whole)
        self.assertEqual([name for name in self.files() if name.endswith(".part")], [])


class Inputs(FilesTest):
    """What is read is never written over, with --force neither."""

    def test_by_every_path(self):
        os.link(self.path, self.folder / "hard")
        (self.folder / "soft").symlink_to("a.tar.gz")
        (self.folder / "two").symlink_to("./soft")
        for name in ("a.tar.gz", "./a.tar.gz", self.path, "hard", "soft", "two"):
            for force in ((), ("--force",)):
                with self.subTest(name=name, force=force):
                    self.run_command(*SHEET, "--html", name, *force, status=2)
                    self.check_untouched()
        self.assertTrue((self.folder / "soft").is_symlink())

    def test_by_descriptor(self):
        for line in ("$S esim recovery-sheet --yes a.tar.gz --html /dev/fd/3 3<>a.tar.gz",
                     "$S esim recovery-sheet --yes a.tar.gz --html /dev/stdout 1<>a.tar.gz",
                     "$S esim recovery-sheet --yes --html /dev/stdin a.tar.gz <a.tar.gz",
                     "$S merge - a.tar.gz b.tar.gz 1<>a.tar.gz",
                     "$S merge --force /dev/fd/3 a.tar.gz b.tar.gz 3<>a.tar.gz",
                     "$S show a.tar.gz messages >>a.tar.gz",
                     "$S verify - <a.tar.gz >>a.tar.gz"):
            with self.subTest(line=line):
                _, err = self.shell(line, status=2)
                self.assertIn("destroy it", err)
                self.check_untouched()

    def test_keys(self):
        """Passphrases and keys are read, too."""
        for out in ("pw", "./pw"):
            self.run_command("merge", "--force", out, "a.tar.gz", "--passphrase-file=pw", status=2)
        self.shell("$S merge --force pw a.tar.gz --passphrase-fd=3 3<pw", status=2)
        self.assertEqual((self.folder / "pw").read_bytes(), b"secreto\n")

    def test_growing(self):
        """A merged archive may take the place of what it grew out of, when that is asked for."""
        self.run_command("merge", "a.tar.gz", "a.tar.gz", "b.tar.gz", status=1)
        self.check_untouched()
        (self.folder / "soft").symlink_to("a.tar.gz")
        self.run_command("merge", "--force", "soft", "a.tar.gz", "b.tar.gz")
        self.assertTrue((self.folder / "soft").is_symlink())
        self.assertEqual(len(self.run_json("show", "a.tar.gz")["calls"]), 1)


class Replacing(FilesTest):
    """An existing file stays, unless --force is given; then it is replaced where it is."""

    def outputs(self, name, *more):
        """Each way to write a file."""
        return ((*SHEET, "--html", name, *more), ("merge", name, "a.tar.gz", *more))

    def test_kept(self):
        self.write("there", b"precious")
        (self.folder / "soft").symlink_to("there")
        for name in ("there", "soft"):
            for args in self.outputs(name):
                with self.subTest(args=args):
                    _, err = self.run_command(*args, status=1)
                    self.assertIn("--force", err)
        self.assertEqual((self.folder / "there").read_bytes(), b"precious")

    def test_replaced(self):
        for args in self.outputs("there", "--force"):
            path = self.write("there", b"precious")
            path.chmod(0o644)
            self.run_command(*args)
            self.assertNotEqual(path.read_bytes(), b"precious")
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.check_untouched()

    def test_through_links(self):
        """The file that the link points to is written, in its own directory; the link stays."""
        (self.folder / "deep").mkdir()
        for target in ("deep/there", str(self.folder / "deep" / "there")):
            link = self.folder / "link"
            link.symlink_to(target)
            for args in self.outputs("link", "--force"):
                with self.subTest(target=target, args=args):
                    (self.folder / "deep" / "there").write_bytes(b"precious")
                    self.run_command(*args)
                    self.assertEqual(os.readlink(link), target)
                    self.assertEqual(os.listdir(self.folder / "deep"), ["there"])
                    self.assertNotEqual((self.folder / "deep" / "there").read_bytes(), b"precious")
            link.unlink()

    def test_link_to_nothing(self):
        (self.folder / "link").symlink_to("not-there")
        for args in self.outputs("link"):
            self.run_command(*args, status=1)
        self.assertFalse((self.folder / "not-there").exists())
        self.run_command(*SHEET, "--html", "link", "--force")
        self.assertTrue((self.folder / "link").is_symlink())
        self.assertIn(b"html", (self.folder / "not-there").read_bytes())
        (self.folder / "ring").symlink_to("ring")
        for args in (*self.outputs("ring"), *self.outputs("ring", "--force")):
            self.run_command(*args, status=1)
        self.assertTrue((self.folder / "ring").is_symlink())

    def test_no_file(self):
        """A directory, a socket, a pipe that nobody reads."""
        _, err = self.run_command(*SHEET, "--html", ".", status=2)
        self.assertIn("directory", err)
        os.mkfifo(self.folder / "pipe")
        for args in (*self.outputs("pipe"), *self.outputs("pipe", "--force")):
            _, err = self.run_command(*args, status=1)
            self.assertIn("nobody reads", err)


class Streams(FilesTest):
    """Standard output, pipes and devices."""

    def test_null(self):
        (self.folder / "null").symlink_to("/dev/null")
        for name in ("/dev/null", "null"):
            self.run_command(*SHEET, "--html", name)
            self.run_command("merge", name, "a.tar.gz")
            self.run_command("merge", "--force", name, "a.tar.gz")
        self.assertTrue((self.folder / "null").is_symlink())
        self.assertEqual(os.stat("/dev/null").st_mode & 0o170000, 0o020000)

    def test_standard_output(self):
        for name in ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
            with self.subTest(name=name):
                self.assertIn(b"<html", self.shell(f"$S esim recovery-sheet --yes a.tar.gz "
                                                   f"--html {name} | cat")[0])
                self.shell(f"$S merge {name} a.tar.gz >m; $S verify m")
                self.shell(f"$S merge {name} a.tar.gz 2>/dev/null | cat >m; $S verify m")

    def test_pipes(self):
        self.shell("$S merge >(cat >m) a.tar.gz; wait $!; $S verify m")
        self.shell("mkfifo p; exec 5<>p; $S merge p a.tar.gz; exec 5>&-")

    def test_full_device(self):
        for args in ((*SHEET, "--html", "/dev/full"), ("merge", "/dev/full", "a.tar.gz")):
            _, err = self.run_command(*args, status=1)
            self.assertIn("No space left", err)

    def test_terminal(self):
        self.assertIn("terminal", self.run_on_terminal("merge", "/dev/stdout", "a.tar.gz",
                                                       status=2))

    def test_read_enough(self):
        """Who ends a pipe early is no fault, but of an archive that goes through it."""
        many = [archives.call(1 + place, "573101234567") for place in range(5000)]
        self.write("c.tar.gz", archives.archive(calls=many))
        for line in ("$S show c.tar.gz calls", "$S show c.tar.gz --json", "$S verify c.tar.gz",
                     "$S diff a.tar.gz c.tar.gz", "$S --help", "$S merge /dev/null c.tar.gz",
                     "$S esim recovery-sheet --yes a.tar.gz", "$S merge --force m c.tar.gz"):
            with self.subTest(line=line):
                read, write = os.pipe()
                os.close(read)
                done = subprocess.run(["bash", "-uc", f"exec {line}"], cwd=self.folder,
                                      stdout=write, stderr=subprocess.PIPE, check=False,
                                      timeout=120, env={**self.env, "S": command.PROGRAM})
                os.close(write)
                self.assertEqual((done.returncode, done.stderr), (-signal.SIGPIPE, b""))
        self.run_command("verify", "m")
        noise = archives.call(1, os.urandom(1 << 17).hex())
        self.write("d.tar.gz", archives.archive(calls=[noise]))
        for line in ("$S merge - d.tar.gz", "$S merge - d.tar.gz --passphrase-file=pw"):
            with self.subTest(line=line):
                _, err = self.shell(f"set -o pipefail; {line} | head -c1", status=1)
                self.assertIn("Broken pipe", err)


class Names(FilesTest):
    """A name decides how an archive is compressed; one that contradicts the contents is refused."""

    SECRET = ("--passphrase-file=pw",)
    MAGIC = {"gz": b"\x1f\x8b", "zst": b"\x28\xb5\x2f\xfd", "xz": b"\xfd7zXZ\0", "tar": b"simstow-"}

    def test_decides(self):
        for name, kind in (("m.tar.gz", "gz"), ("m.tgz", "gz"), ("m", "gz"), ("m.bak", "gz"),
                           ("M.TAR.ZST", "zst"), ("m.tzst", "zst"), ("m.tar.xz", "xz"),
                           ("m.txz", "xz"), ("m.tar", "tar"), ("m.v1.tar", "tar")):
            with self.subTest(name=name):
                self.run_command("merge", name, "b.tar.gz")
                data = (self.folder / name).read_bytes()
                self.assertTrue(data.startswith(self.MAGIC[kind]), data[:8])

    def test_decides_inside(self):
        """What is encrypted, too; stock tools open it by its name."""
        for name, tool in (("m.tar.gz.gpg", "xz"), ("m.tar.zst.gpg", "x --zstd"),
                           ("m.tar.xz.PGP", "xJ"), ("m.tar.gpg", "x"), ("m.gpg", "xz"),
                           ("m", "xz")):
            with self.subTest(name=name):
                self.run_command("merge", name, "b.tar.gz", *self.SECRET)
                self.shell("set -o pipefail; gpg --batch --pinentry-mode=loopback "
                           f"--passphrase-file=pw --homedir=. -d {name} | tar {tool} -O >/dev/null")

    def test_contradictions(self):
        before = self.files()
        for name, args in (("m.tar.gz.gpg", ()), ("m.gpg", ()), ("m.PGP", ()), ("m.asc", ()),
                           ("m.asc", self.SECRET), ("m.tar.gz", self.SECRET),
                           ("m.tar", self.SECRET), ("m.txz", self.SECRET), ("m.zip", ()),
                           ("m.tar.bz2", ()), ("m.tar.lz4.gpg", self.SECRET),
                           ("m.tar.gz", ("--compress=zstd",)), ("m.tar.xz", ("--compress=gzip",)),
                           ("m.tar", ("--compress=gzip",)), ("m.tgz", ("--compress=none",)),
                           ("m.tar.xz.gpg", ("--compress=none", *self.SECRET))):
            for verb in (("merge", name, "b.tar.gz"), ("export", "-o", name)):
                with self.subTest(verb=verb, args=args):
                    _, err = self.run_command(*verb, *args, status=2)
                    self.assertIn(name, err)
        self.assertEqual(self.files(), before)

    def test_agreeing(self):
        self.run_command("merge", "m.tar.zst", "b.tar.gz", "--compress=zstd")
        self.run_command("merge", "m", "b.tar.gz", "--compress=xz")
        self.run_command("merge", "/dev/null", "b.tar.gz", *self.SECRET)


if __name__ == "__main__":
    unittest.main()
