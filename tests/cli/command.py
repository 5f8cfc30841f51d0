# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs simstow as a user would, and looks at what comes out."""

import json
import os
import pathlib
import pty
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["SIMSTOW"]
NOBODY = 65534
NOWHERE = "unix:path=/nonexistent/bus"


def environment(**more):
    """A clean environment: English, a fixed zone, no bus unless one is given."""
    keep = {key: os.environ[key] for key in ("PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS")
            if key in os.environ}
    return {**keep, "LC_ALL": "C.UTF-8", "TZ": "America/Bogota", "TERM": "xterm",
            "DBUS_SYSTEM_BUS_ADDRESS": NOWHERE, **more}


def on_terminal(argv, env, folder, columns=80, answer=None):
    """Runs a program on a terminal of its own: its status, and what it wrote there."""
    master, slave = pty.openpty()
    subprocess.run(["stty", "cols", str(columns), "rows", "24", "-echo"], stdin=slave, check=True)
    process = subprocess.Popen(argv, cwd=folder, env=env, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    if answer is not None:
        os.write(master, answer)
    pieces = []
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(master)
    return process.wait(), b"".join(pieces).decode("utf-8").replace("\r\n", "\n")


class CommandTest(unittest.TestCase):
    """A test with a directory of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="simstow-cli-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.env = environment()

    def run_command(self, *args, status=0, stdin=None, text=True, **more):
        """Runs the program; its status must be the one given."""
        done = subprocess.run([PROGRAM, *map(str, args)], cwd=self.folder, env=self.env,
                              stdin=subprocess.DEVNULL if stdin is None else None,
                              input=stdin, capture_output=True, timeout=120, check=False, **more)
        out, err = done.stdout, done.stderr
        if text:
            out, err = out.decode("utf-8"), err.decode("utf-8")
        self.assertEqual(done.returncode, status, f"{args}: {out!r} {err!r}")
        return out, err

    def run_unprivileged(self, *args, status=0):
        """Runs the program as somebody who is not root."""
        if os.geteuid() != 0:
            return self.run_command(*args, status=status)
        program = self.folder / "simstow"
        shutil.copy(PROGRAM, program)
        done = subprocess.run([program, *map(str, args)], cwd="/", env=self.env, user=NOBODY,
                              group=NOBODY, extra_groups=[], capture_output=True, text=True,
                              timeout=120, check=False)
        self.assertEqual(done.returncode, status, f"{args}: {done}")
        return done.stdout, done.stderr

    def run_json(self, *args, status=0):
        """Runs the program with --json; jq and Python must both read what it prints."""
        out, _ = self.run_command(*args, "--json", status=status)
        subprocess.run(["jq", "-e", "."], input=out, text=True, check=True,
                       stdout=subprocess.DEVNULL)
        return json.loads(out)

    def run_on_terminal(self, *args, columns=80, status=0, answer=None):
        """Runs the program on a terminal of its own; what it wrote there."""
        code, out = on_terminal([PROGRAM, *map(str, args)], self.env, self.folder, columns, answer)
        self.assertEqual(code, status, out)
        return out

    def write(self, name, data):
        """A file in the test's directory."""
        path = self.folder / name
        path.write_bytes(data)
        return path

    def files(self):
        """What is in the test's directory."""
        return sorted(path.name for path in self.folder.iterdir())
