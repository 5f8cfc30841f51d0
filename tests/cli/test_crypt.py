# SPDX-License-Identifier: GPL-2.0-or-later
"""What asks for a secret, what lies where an archive should, and what a killed run left."""

import fcntl
import os
import pathlib
import pty
import select
import signal
import socket
import subprocess
import tempfile
import termios
import unittest

import archives
import command

PROMPT = b"archive: "


class Job:
    """A program in front on a terminal of its own, as a shell starts it: in a group whose parent
    is of the same session, or it could not be stopped."""

    def __init__(self, argv, folder, env):
        self.master, self.slave = pty.openpty()
        self.reports, report = os.pipe()
        self.leader = os.fork()
        if self.leader == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            self.lead(argv, folder, env, report)
        os.close(report)
        self.number = int(self.next_report())

    def lead(self, argv, folder, env, report):
        """Starts the program, and tells what becomes of it."""
        number = os.fork()
        if number == 0:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(self.slave, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            for fd in range(3):
                os.dup2(self.slave, fd)
            os.chdir(folder)
            os.execve(argv[0], argv, env)
        os.write(report, b"%d\n" % number)
        what = b"stopped"
        while what == b"stopped":
            status = os.waitpid(number, os.WUNTRACED)[1]
            if not os.WIFSTOPPED(status):
                what = b"%d" % os.waitstatus_to_exitcode(status)
            os.write(report, what + b"\n")
        os._exit(0)

    def next_report(self):
        """The next line of the leader's."""
        line = b""
        while not line.endswith(b"\n"):
            line += os.read(self.reports, 1)
        return line.decode().strip()

    def read_prompt(self):
        """Waits for the question."""
        said = b""
        while not said.endswith(PROMPT):
            said += os.read(self.master, 1)

    def shows(self):
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def close(self):
        """Ends it, if it is there."""
        if self.leader:
            os.kill(self.leader, signal.SIGKILL)
            os.waitpid(self.leader, 0)
        for fd in (self.master, self.slave, self.reports):
            os.close(fd)


class Prompt(command.CommandTest):
    """Signals while a passphrase is asked for: the terminal shows again what is typed."""

    def setUp(self):
        super().setUp()
        self.write("a.tar.gz", archives.archive())
        self.write("word", b"word\n")
        self.run_command("merge", "a.gpg", "a.tar.gz", "--passphrase-file", "word")

    def start(self):
        """Runs verify until it asks."""
        job = Job([command.PROGRAM, "verify", "a.gpg", "--passphrase"], self.folder, self.env)
        self.addCleanup(job.close)
        job.read_prompt()
        self.assertFalse(job.shows())
        return job

    def test_ended(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(number=number):
                job = self.start()
                os.kill(job.number, number)
                self.assertEqual(job.next_report(), "-3" if number == signal.SIGQUIT else "1")
                self.assertTrue(job.shows())

    def test_typed(self):
        """A key that interrupts is no part of a passphrase."""
        for keys, status in ((b"wo\x03", "1"), (b"wo\x1c", "-3"), (b"word\n", "0")):
            with self.subTest(keys=keys):
                job = self.start()
                os.write(job.master, keys)
                self.assertEqual(job.next_report(), status)
                self.assertTrue(job.shows())

    def test_stopped(self):
        """A stop gives the terminal back; going on, it asks again."""
        job = self.start()
        os.write(job.master, b"wo\x1a")
        self.assertEqual(job.next_report(), "stopped")
        self.assertTrue(job.shows())
        os.kill(job.number, signal.SIGCONT)
        job.read_prompt()
        self.assertFalse(job.shows())
        os.write(job.master, b"word\n")
        self.assertEqual(job.next_report(), "0")
        self.assertTrue(job.shows())


class NoFile(command.CommandTest):
    """What has an archive's name, and is none."""

    def test_refused(self):
        self.write("a.tar.gz", archives.archive())
        os.mkfifo(self.folder / "fifo.tar.gz")
        (self.folder / "folder.tar.gz").mkdir()
        os.symlink("/dev/zero", self.folder / "device.tar.gz")
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(self.folder / "socket.tar.gz"))
        for name in ("fifo", "folder", "device", "socket"):
            for args in (("verify", "a.tar.gz"), ("show",), ("merge", "out", "a.tar.gz"),
                         ("verify", "--level=digest")):
                with self.subTest(name=name, args=args):
                    _, err = self.run_command(*args, f"{name}.tar.gz", status=4)
                    self.assertIn(f"{name}.tar.gz", err)
        os.mkfifo(self.folder / "a.tar.gz.sha256")
        _, err = self.run_command("verify", "--level=digest", "a.tar.gz", status=1)
        self.assertIn("no digest", err)

    def test_pipe(self):
        """A pipe without a name is as good as a file."""
        self.write("a.tar.gz", archives.archive())
        subprocess.run(["bash", "-c", '"$0" verify <(cat a.tar.gz)', command.PROGRAM],
                       cwd=self.folder, env=self.env, check=True, capture_output=True)


class Status(command.CommandTest):
    """An error of each write reaches the exit status, and 1 says that nothing was written."""

    def shell(self, line, status):
        """Runs simstow, as "$0", in a shell."""
        done = subprocess.run(["bash", "-c", line, command.PROGRAM], cwd=self.folder, env=self.env,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.assertEqual(done.returncode, status, f"{line}: {done}")

    def test_standard_output(self):
        self.write("a.tar.gz", archives.archive())
        self.write("word", b"word\n")
        self.shell('"$0" verify a.tar.gz >/dev/full', 1)
        self.shell('"$0" verify a.tar.gz >&-', 1)
        for closed in ("", " --passphrase-file word"):
            self.shell(f'"$0" merge - a.tar.gz{closed} >/dev/full', 1)
            self.shell(f'"$0" merge - a.tar.gz{closed} >&-', 1)
            self.shell(f'"$0" merge b{closed} a.tar.gz >/dev/full', 3)
            self.run_command("verify", "b", *closed.split())
            (self.folder / "b").unlink()
        self.shell('"$0" merge - a.tar.gz --encrypt-to NOBODY --passphrase-file word', 2)
        self.assertEqual(self.files(), ["a.tar.gz", "word"])


class Killed(command.CommandTest):
    """A home of gpg's that a killed run left goes with the next run, whatever it does."""

    def test_home(self):
        self.write("a.tar.gz", archives.archive())
        with tempfile.TemporaryDirectory(prefix="run-", dir="/tmp") as runtime:
            self.env["XDG_RUNTIME_DIR"] = runtime
            left = pathlib.Path(runtime) / "simstow-gpg-left00"
            held = pathlib.Path(runtime) / "simstow-gpg-held00"
            left.mkdir(mode=0o700)
            held.mkdir(mode=0o700)
            asked = subprocess.run(["gpg-connect-agent", "--homedir", left, "getinfo pid", "/bye"],
                                   check=True, capture_output=True, text=True).stdout
            agent = os.pidfd_open(int(asked.split()[1]))
            lock = os.open(held, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.run_command("verify", "a.tar.gz")
            self.assertEqual(os.listdir(runtime), [held.name])
            os.close(lock)
            self.assertTrue(select.select([agent], [], [], 60)[0])
            os.close(agent)


if __name__ == "__main__":
    unittest.main()
