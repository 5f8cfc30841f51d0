# SPDX-License-Identifier: GPL-2.0-or-later
"""A power cut at any point, each call of the file system failing, and file systems that lack some:
there is the file that was there before or the new one, whole, and when a verb says that it is
done, the new one stays.

All points, and not a sample of them, with FAULTS=all in the environment."""

import errno
import fcntl
import itertools
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import archives
import backup
import command
from disk import Disk

ALL = os.environ.get("FAULTS") == "all"
SHIM = os.environ["FS_SHIM"]
ESIM = {"answers": [
    {"name": "eid", "raw": "BF3E125A1089049032005120007320000000000170"},
    {"name": "profiles", "raw": "BF2D24A022E3205A0A987501210100000010F49F700101900754726162616A6F"
                                "B7058003371201"}]}
# short reads and writes are no errors, nor is being interrupted
MILD = (0, errno.EINTR)
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, *MILD)
# what cannot be done without; the others look around or clear up, and a read is tried again
NEEDED = {"create", "write", "fsync", "renameat", "renameat2"}


# with the plan, before anything is carried out
DRAFTS = {"report"}


# done, but for the report of it
INCOMPLETE = 3


def without_drafts(files):
    """What may not be there when a verb fails."""
    return {name: data for name, data in files.items() if name not in DRAFTS}


def is_left(name):
    """A temporary, which the next run clears away."""
    return name.startswith(".simstow-") and name.endswith(".part")


class Faults:
    """How a verb is run on a directory behind the shim; @case is a FaultsCase."""

    def __init__(self, case, name, args, run, outputs, before=None):
        self.case, self.name, self.args = case, name, args
        self.run_program, self.outputs = run, outputs
        self.before = before or (lambda folder: None)
        self.states = self.points = self.calls = self.tried = 0

    def start(self, **env):
        """Runs it in a fresh directory: status, what was there, what is there, the log."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.case.base))
        log = folder.with_suffix(".log")
        self.before(folder)
        disk = Disk(folder)
        status = self.run_program(folder, self.args(folder), {
            "LD_PRELOAD": SHIM, "FS_ROOT": str(folder), "FS_LOG": str(log),
            "ASAN_OPTIONS": "verify_asan_link_order=0", **env})
        lines = [line.split() for line in log.read_text(encoding="ascii").splitlines()]
        return status, folder, disk, lines

    def crash(self):
        """At each point of the log: all that may be on the disk then."""
        status, folder, disk, lines = self.start()
        self.case.assertEqual(status, 0, self.name)
        old = {name: disk.data[inode] for name, inode in disk.names.items()}
        allowed = self.versions(disk, lines)
        disk = self.rewind(old, disk)
        for words in [["K"], *lines]:
            disk.do(words)
            if words[0] == "K":
                continue
            self.points += 1
            for state in disk.crashes():
                self.states += 1
                for name, data in {**dict.fromkeys(old), **state}.items():
                    if not is_left(name):
                        self.case.assertIn(data, allowed.get(name, ()),
                                           f"{self.name}: {name} after {words[:4]}")
        final = {path.name: path.read_bytes() for path in folder.iterdir()}
        for state in disk.crashes():
            self.case.assertEqual({name: data for name, data in state.items()
                                   if not is_left(name)}, final, f"{self.name}: after success")
        self.check_new(folder, old)

    @staticmethod
    def versions(disk, lines):
        """What each name may stand for: what was there, and each whole file that was put there."""
        for words in lines:
            disk.do(words)
        return disk.versions

    @staticmethod
    def rewind(old, disk):
        """The disk before anything was done."""
        fresh = object.__new__(Disk)
        fresh.folder = disk.folder
        fresh.names = {name: -1 - place for place, name in enumerate(old)}
        fresh.data = {fresh.names[name]: data for name, data in old.items()}
        fresh.changes, fresh.writes, fresh.versions = [], {}, {}
        fresh.seen = dict(fresh.names)
        return fresh

    def check_new(self, folder, old):
        """All that was to be written is there, whole; all else as it was."""
        names = {path.name for path in folder.iterdir()}
        new = {name for name in names
               if name not in old or (folder / name).read_bytes() != old[name]}
        self.case.assertEqual(len(new), self.outputs, f"{self.name}: {new}")
        for name in new:
            self.case.check_whole(folder / name)
        for name in set(old) - new:
            self.case.assertIn(name, names)

    def fail(self):
        """Each call failing once, in each way."""
        _, _, _, lines = self.start()
        calls = [words[2] for words in lines if words[0] == "K"]
        pairs = list(itertools.product(range(len(calls)), ERRORS))
        self.calls += len(pairs)
        if not ALL:
            pairs = random.Random(self.name).sample(pairs, min(len(pairs), self.case.sample))
        for place, code in pairs:
            self.tried += 1
            status, folder, disk, lines = self.start(FS_FAULT=f"{place + 1} {code}")
            # what gpg gives comes in pieces, sometimes more and sometimes less
            call = next((words[2] for words in lines if words[:2] == ["K", str(place + 1)]), None)
            old = {name: disk.data[inode] for name, inode in disk.names.items()}
            now = {path.name: path.read_bytes() for path in folder.iterdir()}
            what = f"{self.name}: call {place + 1} {call} {errno.errorcode.get(code, 0)}"
            # what clears up may be what failed
            self.case.assertTrue(call == "unlinkat" or not any(map(is_left, now)), what)
            if status == 0:
                self.case.assertTrue(code in MILD or call not in NEEDED, what)
                self.check_new(folder, old)
            elif status != INCOMPLETE and without_drafts(now) != without_drafts(old):
                # flushing the directory is what fails when the new file is in its place
                self.case.assertEqual(call, "fsync", f"{what}: {now.keys()} {old.keys()}")
                self.case.assertEqual(set(old) - set(now), set(), what)
            self.check_each(folder, old, now)
            shutil.rmtree(folder)

    def check_each(self, folder, old, now):
        """What is not as it was is whole."""
        for name in now:
            if now[name] != old.get(name) and not is_left(name):
                self.case.check_whole(folder / name)


class FaultsCase(unittest.TestCase):
    """A directory, and what is found in one."""

    sample = 8

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.base = pathlib.Path(tempfile.mkdtemp(prefix="simstow-faults-"))
        cls.addClassCleanup(shutil.rmtree, cls.base)
        cls.a = cls.base / "a"
        cls.a.write_bytes(archives.archive(esim=ESIM, calls=[archives.call(1, "123")]))
        cls.b = cls.base / "b"
        cls.b.write_bytes(archives.archive(calls=[
            archives.call(1 + place, str(random.Random(place).getrandbits(64)))
            for place in range(4000)]))
        cls.secret = cls.base / "pw"
        cls.secret.write_bytes(b"secreto\n")

    def simstow(self, *args):
        """Runs the program where nothing fails."""
        return subprocess.run([command.PROGRAM, *map(str, args)], env=command.environment(),
                              cwd=self.base, capture_output=True, timeout=120, check=False)

    def run_program(self, folder, args, env):
        """Runs it behind the shim; its status."""
        done = subprocess.run([command.PROGRAM, *map(str, args)], cwd=folder,
                              env=command.environment(**env), capture_output=True, timeout=120,
                              check=False, stdin=subprocess.DEVNULL)
        self.assertIn(done.returncode, (0, 1, 2, 4, 8, 9), done)
        return done.returncode

    def check_whole(self, path):
        """An archive that verifies, a page or a report."""
        data = path.read_bytes()
        if data.startswith(b"<!DOCTYPE html>"):
            self.assertTrue(data.rstrip().endswith(b"</html>"), path)
        elif data.startswith(b"{"):
            json.loads(data)
        else:
            done = self.simstow("verify", path, "--passphrase-file", self.secret)
            self.assertEqual(done.returncode, 0, f"{path}: {done.stderr}")
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)

    def go(self, verbs):
        """Crashes and failures of all verbs, and what was tried of what there is."""
        for verb in verbs:
            with self.subTest(verb=verb.name):
                verb.crash()
                verb.fail()
        print("# {}: {} states at {} points of {} verbs; {} of {} failures of calls".format(
            type(self).__name__, sum(verb.states for verb in verbs),
            sum(verb.points for verb in verbs), len(verbs), sum(verb.tried for verb in verbs),
            sum(verb.calls for verb in verbs)), flush=True)


class Archives(FaultsCase):
    """The verbs that need no modem."""

    def verb(self, name, *args, outputs=1, before=None, **more):
        """One of them; "OUT" in its arguments is in the directory that is watched."""
        return Faults(self, name, lambda folder: [
            str(arg).replace("OUT", str(folder)) for arg in args], self.run_program, outputs,
                      before, **more)

    def test_verbs(self):
        def old(folder):
            (folder / "x").write_bytes(b"precious")
            (folder / "x").chmod(0o600)
            (folder / "other").write_bytes(b"another")

        def history(folder):
            shutil.copy(self.a, folder / "x")

        sealed = self.base / "sealed.gpg"
        self.simstow("merge", sealed, self.a, "--passphrase-file", self.secret)
        code = self.base / "code"
        code.write_bytes(b"LPA:1$rsp.example.com$MATCH-1\n")
        sheet = ("esim", "recovery-sheet", "--yes", self.a, "--html", "OUT/x")
        closed = ("--passphrase-file", self.secret)
        shell = ["merge", "OUT/x", self.b]
        self.go([
            self.verb("merge", *shell),
            self.verb("merge into a directory", "merge", "OUT", self.a, self.b),
            self.verb("merge --force", "merge", "--force", "OUT/x", self.a, self.b, before=old),
            self.verb("merge in place", "merge", "--force", "OUT/x", "OUT/x", self.b,
                      before=history),
            self.verb("recovery-sheet", *sheet),
            self.verb("recovery-sheet --force", *sheet, "--force", before=old),
        ])
        type(self).sample = 2
        self.addCleanup(setattr, type(self), "sample", FaultsCase.sample)
        self.go([
            self.verb("merge, encrypted", *shell, *closed),
            Faults(self, "add-code", lambda folder: [
                "-c", 'exec "$0" esim add-code "$1" -o "$2" --code-fd 3 --iccid '
                      '8957101210000000014 --passphrase-file "$3" 3<"$4"', command.PROGRAM,
                sealed, folder / "x", self.secret, code], self.run_shell, 1),
        ])

    def run_shell(self, folder, args, env):
        """The same by way of a shell."""
        done = subprocess.run(["bash", *map(str, args)], cwd=folder, timeout=120, check=False,
                              env=command.environment(**env), capture_output=True)
        return done.returncode

    def combinations(self):
        """What file systems lack."""
        locks = (0, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
        renames = (0, errno.EINVAL, errno.ENOSYS, errno.EPERM)
        links = (0, errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP)
        every = list(itertools.product(locks, renames, links))
        # all at once, each alone, and a few more
        return every if ALL else [pick for pick in every if pick.count(0) != 1][::2]

    def test_poor_file_systems(self):
        """Neither locks nor a rename that does not replace nor links: an archive is written all the
        same, and nobody else's file is lost."""
        picks = self.combinations()
        for pick in picks:
            lacks = ",".join(f"{call}={code}" for call, code in
                             zip(("flock", "renameat2", "linkat"), pick) if code)
            verb = self.verb("merge", "merge", "OUT/x", self.a)
            with self.subTest(lacks=lacks):
                status, folder, _, _ = verb.start(FS_MISSING=lacks)
                self.assertEqual(status, 0)
                self.assertEqual(os.listdir(folder), ["x"])
                self.check_whole(folder / "x")
                self.assertEqual(self.meet(lacks), 1)
        print(f"# poor file systems: {len(picks)} of 64", flush=True)

    def meet(self, lacks):
        """Somebody creates the same file at the last moment: that one stays."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.base))
        status = self.run_program(folder, ["merge", folder / "x", self.a], {
            "LD_PRELOAD": SHIM, "FS_ROOT": str(folder), "FS_MISSING": lacks,
            "FS_APPEAR": str(folder / "x"), "ASAN_OPTIONS": "verify_asan_link_order=0"})
        self.assertEqual(os.listdir(folder), ["x"])
        self.assertEqual((folder / "x").read_bytes(), b"theirs")
        return status

    def test_stale_without_locks(self):
        """What was left where nothing can be locked goes when it is old, and not before."""
        def left(folder):
            for name, age in ((".simstow-1.part", 3 * 24 * 3600), (".simstow-2.part", 60)):
                (folder / name).write_bytes(b"left")
                when = (folder / name).stat().st_mtime - age
                os.utime(folder / name, (when, when))
        verb = self.verb("merge", "merge", "OUT/x", self.a, before=left)
        _, folder, _, _ = verb.start(FS_MISSING=f"flock={errno.ENOLCK}")
        self.assertEqual(sorted(os.listdir(folder)), [".simstow-2.part", "x"])
        _, folder, _, _ = verb.start()
        self.assertEqual(os.listdir(folder), ["x"])


    def leave(self):
        """A directory with what a merge left that was killed when all was written."""
        verb = self.verb("merge", "merge", "OUT/x", self.a)
        _, _, _, lines = verb.start()
        last = next(words[1] for words in lines if words[0] == "K" and words[2] == "fsync")
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.base))
        done = subprocess.run(
            [command.PROGRAM, "merge", folder / "x", self.a], capture_output=True,
            env=command.environment(LD_PRELOAD=SHIM, FS_ROOT=str(folder), FS_FAULT=f"{last} -9",
                                    ASAN_OPTIONS="verify_asan_link_order=0"), check=False)
        self.assertEqual(done.returncode, -signal.SIGKILL, done)
        left, = folder.iterdir()
        self.assertTrue(is_left(left.name) and left.stat().st_size > 0, left)
        return folder

    def test_killed(self):
        """What a run that was killed left goes when the next verb starts that writes there, be it in
        vain; what another run holds stays."""
        verbs = (("export", "-o", "."), ("export", "-o", "x.tar.gz"), ("export",),
                 ("merge", "x", "nothing"), ("restore", "nothing", "--report", "x"),
                 ("restore", self.a, "--safety", "."), ("restore", self.a),
                 ("esim", "recovery-sheet", "nothing", "--html", "x"),
                 ("esim", "add-code", self.a, "-o", "x"), ("esim", "add-code", "x.gpg"))
        for args in verbs:
            with self.subTest(args=args):
                folder = self.leave()
                held = folder / ".simstow-held.part"
                with held.open("wb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX)
                    done = subprocess.run([command.PROGRAM, *map(str, args)], cwd=folder,
                                          env=command.environment(), capture_output=True,
                                          stdin=subprocess.DEVNULL, timeout=120, check=False)
                    self.assertNotIn(done.returncode, (0, 3), done)
                    self.assertEqual(list(folder.iterdir()), [held], done)
        folder = self.leave()
        self.simstow("restore", self.a, "--dry-run", "--safety", folder)
        self.assertEqual(len(list(folder.iterdir())), 1)


class Modems(FaultsCase, backup.BedTest):
    """The verbs that do, on a modem with little in it."""

    scenarios = ("blank",)
    sample = 8
    MESSAGE = "deliver 00040C9175039099888800083211417131020A080073006F006C006F"

    def verb(self, name, *args, outputs=1, before=None):
        """One of them."""
        modem = self.bed.modem_number(0)
        return Faults(self, name, lambda folder: [
            args[0], *(str(arg).replace("OUT", str(folder)) for arg in args[1:]), "-m", modem],
                      self.run_modem, outputs, before)

    def run_modem(self, folder, args, env):
        """Runs simstow inside the testbed."""
        return self.bed.run([self.bed.simstow_for(), *args], env=env).rc

    def test_verbs(self):
        empty = self.base / "empty.tar.gz"
        export = ("export", "-m", self.bed.modem_number(0), "-o", empty)
        self.assertEqual(self.bed.run([self.bed.simstow_for(), *export]).rc, 0)

        def history(folder):
            shutil.copy(empty, folder / "x")

        def full(folder):
            self.bed.sim(0).control(self.MESSAGE)
            (folder / "report").write_bytes(b"precious")

        self.go([
            self.verb("export", "export", "-o", "OUT/x"),
            self.verb("export into a directory", "export", "-o", "OUT"),
            self.verb("export --merge", "export", "--merge", "OUT/x", "-o", "OUT/x", "--force",
                      before=history),
            self.verb("restore --replace", "restore", empty, "--replace", "--yes", "--only",
                      "messages", "--safety", "OUT", "--report", "OUT/report", "--force",
                      outputs=2, before=full),
        ])


if __name__ == "__main__":
    sys.exit(unittest.main())
