# SPDX-License-Identifier: GPL-2.0-or-later
"""Sweeps faults over each command of a full export and of a full restore, over each way to the
data, under the stock ModemManager.

    run [--sample | --all | --every N] [WORD...]

WORD is a way (at, mbim, card, cgla, csim, crsm), a job (export, restore), a fault of FAULTS, or
the number of a command: what is named is run, of what is not named all is. Each failure is printed
with the words that run it alone.

A run that meets a fault ends in time and in a true state: what it saved or restored is whole, or
it says that it is not (exit status 3, each store of which something is missing named, or another
that the manual has) and leaves no file but a whole archive. Nothing that was on the modem is lost.
No channel to the card stays open, what the plugin selected is put back, the daemon lives and
answers others, and the next run is complete.
"""

import argparse
import collections
import difflib
import json
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / "daemon")]
import laptops  # noqa: E402
from bus import BusError, BusTimeout  # noqa: E402
from hurry import Hurry  # noqa: E402
from testbed import Testbed, TestbedError  # noqa: E402

# Seconds that a run may take, when the daemon's own pass so many times as fast; and how fast they
# pass while a modem is found, which takes a few seconds of waiting
BOUND, FASTER, FINDING = 60, 25, 8

# Name: the fault of the modem's line (sim-knobs.h) or of the card (sim-card-slot.h), and whether
# deadlines pass before it is over
Fault = collections.namedtuple("Fault", "kind card slow")
FAULTS = {
    "error": Fault("error", False, False),
    "busy": Fault("cme 14", False, True),
    "silence": Fault("silence", False, True),
    "lost": Fault("lost", False, True),
    "mute": Fault("silence", False, True),
    "garbage": Fault("garbage 200", False, True),
    "truncate": Fault("truncate 12", False, True),
    "cut": Fault("cut", False, False),
    "double": Fault("double", False, False),
    "notice": Fault("notice", False, False),
    "huge": Fault("huge", False, True),
    "unplug": Fault("unplug", False, False),
    "unplug-after": Fault("unplug-after", False, False),
    "remove": Fault("remove", False, True),
    "daemon-killed": Fault("kill", False, False),
    "killed": Fault("kill", False, False),
    "full": Fault("cms 322", False, False),
    "locked": Fault("cme 11", False, False),
    "card-error": Fault("6F00", True, False),
    "card-refuses": Fault("6982", True, False),
    "card-absent": Fault("6A82", True, False),
    "card-silence": Fault("silence", True, True),
    "card-removed": Fault("remove", True, True),
}
# the same by MBIM's status codes
MBIM_KINDS = {"busy": "cme 1", "full": "cme 31", "locked": "cme 5"}
# from that command on, not at that one only
LASTING = ("mute",)
JOBS = ("export", "restore")
NEEDS_PLUG = ("unplug", "unplug-after", "remove", "card-removed", "daemon-killed")
KINDS = "messages,contacts,network"
DOCUMENTED = (1, 3, 7)

Point = collections.namedtuple("Point", "way job fault k")


def faults_of(way):
    """The faults that there are on a way."""
    return [name for name, fault in FAULTS.items() if not fault.card or way != "at"]


def content(snapshot, folder):
    """Store id to what an archive holds of it."""
    stores = {}
    for name in ("messages.ndjson", "calls.ndjson"):
        for item in read_lines(folder, name):
            stores.setdefault(item["store"], set()).add((item["index"], item.get("pdu"),
                                                         item.get("number")))
    for card in cards(folder):
        stores.setdefault(card.get("X-SIMSTOW-STORE"), set()).add(
            (card.get("X-SIMSTOW-INDEX"), card.get("FN"), card.get("X-SIMSTOW-NUMBER")))
    path = folder / "esim.json"
    if path.exists():
        esim = json.loads(path.read_text(encoding="utf-8"))
        # what a list that was asked for without tags leaves out is not looked at
        for profile in esim.get("profiles", ()):
            stores.setdefault("euicc", set()).add((profile["iccid"], profile.get("name"),
                                                   profile.get("nickname")))
        for key in ("eid", "notifications"):
            stores.setdefault("euicc", set()).add((key, json.dumps(esim.get(key))))
    return stores


def read_lines(folder, name):
    """The objects of an .ndjson member."""
    path = folder / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] \
        if path.exists() else []


def cards(folder):
    """The vCards of an archive, dicts of their lines."""
    path = folder / "contacts.vcf"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    card = {}
    for line in text.replace("\r\n", "\n").replace("\n ", "").splitlines():
        name, _, value = line.partition(":")
        card[name] = value
        if name == "END":
            yield card
            card = {}


class Run:
    """What came of one run of simstow."""

    def __init__(self, rc, out, err, seconds):
        self.rc, self.out, self.err, self.seconds = rc, out, err, seconds
        try:
            self.report = json.loads(out)
        except ValueError:
            self.report = None

    def __str__(self):
        return f"exit status {self.rc} after {self.seconds:.1f} s: {self.err.strip()[-300:]!r}"


class Laptop:
    """One modem in a testbed, and a job on it."""

    def __init__(self, way, job):
        self.way, self.job = way, job
        self.complaints = []
        self.replaced = True

    def __enter__(self):
        self.hurry = Hurry()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="simstow-sweep-"))
        self.hurry.set(FINDING)
        try:
            self.bed = Testbed(laptops.write(self.folder, self.way, True),
                               daemon_env=self.hurry.environment).__enter__()
            self.learn()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if hasattr(self, "bed"):
            self.bed.__exit__(None, None, None)
        self.hurry.__exit__()
        subprocess.run(["rm", "-rf", self.folder], check=False)

    # what is right

    def learn(self):
        """What the job gives when nothing is wrong, and how many commands it takes."""
        self.sim = self.bed.sim(0)
        self.hurry.set(1)
        export = Export(self)
        export.run()
        self.archive = self.folder / "whole.tar.gz"
        self.task = export
        if self.job == "restore":
            os.rename(export.archive, self.archive)
            self.sim.scenario = laptops.write(self.folder, self.way, False)
            self.task = Restore(self)
            self.replug()
        else:
            export.run()
        before = self.count()
        clean = self.task.run()
        self.commands, self.apdus = (after - first for after, first in zip(self.count(), before))
        self.task.keep(clean)
        self.broken = self.job == "restore"

    def count(self):
        """How many commands and APDUs came so far."""
        card = self.sim.card()[1] if self.way != "at" else 0
        return self.sim.stats()["commands"], card

    def length(self, fault):
        """How many points a fault has."""
        return self.apdus if FAULTS[fault].card else self.commands

    # the modem

    def replug(self):
        """A modem as it was in the beginning, found anew."""
        self.hurry.set(FINDING)
        if not self.bed.daemon or self.bed.daemon.popen.poll() is not None or \
                not self.bed.find_modem(self.sim):
            self.bed.stop_daemon()
            self.sim.stop()
            self.sim.start()
            self.bed.start_daemon()
        else:
            self.bed.unplug(0)
            self.sim.stop()
            self.sim.start()
            self.bed.plug(0)
        self.hurry.set(1)

    def bring_back(self):
        """The modem as it was left, put back and found anew."""
        self.bed.stop_daemon()
        self.sim.control("plug")
        self.sim.control("sim on")
        self.hurry.set(FINDING)
        self.bed.start_daemon()
        self.hurry.set(1)

    def simstow(self, *args, fault=None):
        """Runs the command; `fault` sets one, given its process."""
        # the shell waits, so that what is to be killed is known before it begins
        argv = ["/bin/sh", "-c", 'read -r line; exec "$@"', "sh",
                self.bed.build / "helper" / "simstow", *args]
        begin = time.monotonic()
        with subprocess.Popen([str(item) for item in argv], env=self.bed.env, text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            if fault:
                fault(process.pid)
            try:
                out, err = process.communicate("\n", timeout=BOUND * 2)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
                err += "\nit never ended"
        return Run(process.returncode, out, err, time.monotonic() - begin)

    def set_fault(self, name, k, pid):
        """The k-th command from now on meets it."""
        fault = FAULTS[name]
        kind = MBIM_KINDS.get(name, fault.kind) if self.sim.mbim else fault.kind
        if fault.card:
            self.sim.control(f"card-set card fault {k} {kind}")
            return
        if kind == "kill":
            kind += f" {pid if name == 'killed' else self.bed.daemon.popen.pid}"
        self.sim.control(f"fault {k}{'+' if name in LASTING else ''} * {kind}")

    # one point

    def check(self, fault, k):
        """Runs the job with a fault at its k-th command, and then again without; what was wrong."""
        self.complaints = []
        try:
            self.meet(fault, k)
        except (BusError, BusTimeout, TestbedError, OSError, ValueError, KeyError,
                subprocess.TimeoutExpired) as error:
            self.complain(f"{type(error).__name__}: {error}")
            self.broken = True
        finally:
            self.hurry.set(1)
        # what went wrong once is not to be seen again at the next point
        self.broken = self.broken or bool(self.complaints)
        return self.complaints

    def meet(self, fault, k):
        """The same, told to `complain`."""
        if self.broken:
            self.replug()
        self.broken = self.job == "restore" or fault in NEEDS_PLUG + ("mute",)
        before, selected = self.sim.dump(), self.selected()
        log = len(self.bed.daemon_log())
        self.hurry.set(FASTER if FAULTS[fault].slow else 1)
        run = self.task.run(lambda pid: self.set_fault(fault, k, pid))
        self.hurry.set(1)
        self.sim.control("clear-faults")
        if not self.bed.sim(0).process or self.sim.process.popen.poll() is not None:
            self.complain("the simulator ended")
        if run.seconds > BOUND:
            self.complain(f"it took {run.seconds:.0f} s")
        after = self.sim.dump()
        self.task.judge(run, fault, before, after)
        # a modem that is gone, or says nothing any more, cannot be told to close or select anything
        gone = fault in NEEDS_PLUG or fault in LASTING
        self.left_open = self.channels() if gone else 0
        if not gone:
            # the plugin has to notice that its caller left
            if fault == "killed":
                self.wait_until(lambda: not self.channels())
            self.look_around(run)
        if re.search(r"(?i)-CRITICAL \*\*|assertion", self.bed.daemon_log()[log:]):
            self.complain("the daemon complains: " + self.bed.daemon_log()[log:][-300:])
        # the daemon drops an MBIM modem that said nothing more in its own time, after the run or in
        # the middle of the next one
        if fault in NEEDS_PLUG or (fault in LASTING and self.sim.mbim):
            self.bring_back()
        elif FAULTS[fault].slow and not self.bed.find_modem(self.sim):
            # the daemon gives up a modem that did not answer ten times
            self.bring_back()
        again = self.task.run()
        self.task.judge_again(again)
        if self.channels() > self.left_open:
            self.complain("a channel stays open for good")
        # a phonebook stays selected for the next reader a moment longer
        if not (gone or self.wait_until(lambda: self.selected() == selected)):
            self.complain(f"selected for good: {self.selected()!r}, was {selected!r}")

    def channels(self):
        """How many channels of the card are open."""
        return self.sim.card()[0] if self.way != "at" else 0

    def selected(self):
        """What the plugin selects and puts back; the memories of messages are the daemon's."""
        return re.sub("^messages=.*\n", "", self.sim.dump("selected"), flags=re.M)

    @staticmethod
    def wait_until(condition):
        """Whether it comes to hold soon."""
        end = time.monotonic() + 10
        while not condition():
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def look_around(self, run):
        """What else is to be as it was."""
        if self.bed.daemon.popen.poll() is not None:
            self.complain(f"the daemon ended: {run}")
        elif not self.bed.find_modem(self.sim):
            # given up by the daemon: nobody can close anything there
            self.left_open = self.channels()
        else:
            if self.bed.mmcli("-m", self.bed.modem(0), timeout=BOUND).rc != 0:
                self.complain("mmcli gets no answer")
            if self.channels():
                self.complain(f"a channel is open: {run}")

    def complain(self, text):
        """Something is not as it must be."""
        self.complaints.append(text)


class Export:
    """The export of all that a modem has."""

    def __init__(self, laptop):
        self.laptop = laptop
        self.out = laptop.folder / "out"
        self.out.mkdir()
        self.archive = self.out / "archive.tar.gz"

    def run(self, fault=None):
        """Runs it; the folder holds no archive before."""
        self.archive.unlink(missing_ok=True)
        laptop = self.laptop
        return laptop.simstow("export", "-m", laptop.bed.modem(0), "-o", self.archive, "--json",
                              fault=fault)

    def keep(self, run):
        """What comes when nothing is wrong."""
        assert run.rc == 0, run
        self.whole = self.read(run)
        assert sum(map(len, self.whole.values())) > 3, self.whole

    def read(self, run):
        """What the archive holds."""
        with tempfile.TemporaryDirectory(dir=self.laptop.folder) as name:
            subprocess.run(["tar", "xzf", self.archive, "-C", name, "--strip-components=1"],
                           check=True)
            return content(run.report, pathlib.Path(name))

    def differences(self, run):
        """Store id to what of it is missing in an archive, or is too much there; of a few."""
        found = self.read(run)
        return {store: sorted(map(str, self.whole.get(store, set()) ^ found.get(store, set())))[:4]
                for store in sorted(set(self.whole) | set(found))
                if self.whole.get(store, set()) != found.get(store, set())}

    def lost(self, run):
        """(where, text) of the problems that lose something."""
        return [(item["where"], item["text"]) for item in run.report[0]["snapshot"]["problems"]
                if item["lost"]]

    def judge(self, run, fault, before, after):
        """What a run with a fault did."""
        laptop = self.laptop
        if without_marks(before) != without_marks(after):
            laptop.complain(f"the modem was changed: {run}")
        if run.rc in DOCUMENTED + (0,) and run.rc not in (0, 3) or fault == "killed":
            self.judge_nothing(run, fault)
            return
        if run.rc not in (0, 3):
            laptop.complain(str(run))
            return
        lost = self.lost(run)
        if (run.rc == 3) != bool(lost):
            laptop.complain(f"{run}, with {lost}")
        if run.rc == 3 and fault == "notice":
            laptop.complain(f"alarm without cause: {lost}")
        for store, records in self.differences(run).items():
            if not any(names(where, store) for where, _ in lost):
                laptop.complain(f"{store} is not what it was ({records}), and {lost} does not "
                                "say so")
        done = laptop.simstow("verify", self.archive)
        if done.rc != 0:
            laptop.complain(f"no whole archive: {done}")

    def judge_nothing(self, run, fault):
        """There is no archive, and nothing half made."""
        left = [path.name for path in self.out.iterdir()]
        if run.rc == 0 and fault == "killed":
            return
        if fault == "killed" and run.rc != -9:
            self.laptop.complain(f"it was to be killed: {run}")
        if left and fault != "killed":
            self.laptop.complain(f"{left} is left of a run that failed: {run}")
        if not run.err.strip() and fault != "killed":
            self.laptop.complain(f"it does not say why: {run}")

    def judge_again(self, run):
        """The next run is complete."""
        if run.rc != 0:
            lost = self.lost(run) if run.report else ()
            self.laptop.complain(f"the next run is not complete: {run}, with {lost}")
            self.laptop.broken = True
        elif self.read(run) != self.whole:
            self.laptop.complain(f"the next run is not complete: {self.differences(run)}")
            self.laptop.broken = True
        left = [path.name for path in self.out.iterdir()]
        if left != [self.archive.name]:
            self.laptop.complain(f"{left} is left")
            for path in self.out.iterdir():
                path.unlink()


class Restore:
    """The restore of an archive of all to a modem that has something of its own."""

    def __init__(self, laptop):
        self.laptop = laptop

    def run(self, fault=None):
        """Runs it."""
        laptop = self.laptop
        return laptop.simstow("restore", laptop.archive, "-m", laptop.bed.modem(0),
                              "--only", KINDS, "--yes", "--json", fault=fault)

    def keep(self, run):
        """What comes when nothing is wrong."""
        assert run.rc in (0, 3) and run.report, run
        self.clean = run
        self.whole = self.laptop.sim.dump(laptops.HELD)

    def told(self, run):
        """Whether a run says that it is not complete."""
        if run.rc not in (0, self.clean.rc):
            return True
        counts, clean = run.report["counts"], self.clean.report["counts"]
        return any(counts[name] > clean[name]
                   for name in ("failed", "unknown", "pending", "refuse"))

    def judge(self, run, fault, before, after):
        """What a run with a fault did."""
        laptop = self.laptop
        missing = records(before) - records(after)
        if missing:
            laptop.complain(f"lost from the modem: {missing}: {run}")
        if fault == "killed" and run.rc == -9:
            return
        if run.rc not in DOCUMENTED + (0,):
            laptop.complain(str(run))
            return
        whole = laptop.sim.dump(laptops.HELD) == self.whole
        if not whole and not self.told(run):
            laptop.complain(f"not all is restored, and it does not say so: {run}")
        if run.rc == 1 and before != after and not same_records(before, after):
            laptop.complain(f"it says that nothing was changed: {run}")
        if fault == "notice" and (not whole or self.told(run)):
            laptop.complain(f"alarm without cause: {run}")

    def judge_again(self, run):
        """The next run completes it."""
        if run.rc not in (0, self.clean.rc) or self.told(run):
            self.laptop.complain(f"the next run is not complete: {run}")
        held = self.laptop.sim.dump(laptops.HELD)
        if held != self.whole:
            there, wanted = held.splitlines(), self.whole.splitlines()
            self.laptop.complain("after the next run there is another content: " + "; ".join(
                difflib.unified_diff(wanted, there, n=0, lineterm="")))


def names(where, store):
    """Whether a problem's place names a store; `plugin`: nothing at all could be listed."""
    return where == "plugin" or store.startswith(where) or where.startswith(store)


def without_marks(dump):
    """A dump in which a message that was read is as one that was not, without what is selected."""
    text = re.sub(r"^(\d+)=0,", r"\1=1,", dump, flags=re.M)
    return re.sub(r"\[selected\][^\[]*", "", text)


def records(dump):
    """The records of a dump, each with its group, without the place that a message is in."""
    found, group = collections.Counter(), ""
    for line in without_marks(dump).splitlines():
        if line.startswith("["):
            group = line
        elif group.startswith(("[messages", "[phonebook")) and re.match(r"\d+=", line):
            found[(group, line.partition("=")[2])] += 1
    return found


def same_records(one, other):
    """Whether two dumps hold the same."""
    return without_marks(one) == without_marks(other)


# the whole

Task = collections.namedtuple("Task", "way job faults choice")


def spread(task, number, fault, length):
    """The points of a fault that a task is to run; the sample's go over the whole length, another
    for each fault."""
    kind, value = task.choice
    if kind == "at":
        return [value] if value <= length else []
    if kind == "every":
        return range(1 + number % value, length + 1, value)
    # a low-discrepancy sequence (the golden ratio)
    return [1 + int((0.31 + number * 0.618034) % 1 * length)] if length else []


def run_task(task):
    """All the points of a task, on one testbed: (point, complaints) each."""
    results = []
    try:
        with Laptop(task.way, task.job) as laptop:
            for number, fault in enumerate(task.faults):
                shift = list(FAULTS).index(fault) + len(JOBS) * list(laptops.WAYS).index(task.way)
                for k in spread(task, shift + JOBS.index(task.job), fault, laptop.length(fault)):
                    results.append((Point(task.way, task.job, fault, k), laptop.check(fault, k)))
                    for text in results[-1][1]:
                        print(f"# {' '.join(map(str, results[-1][0]))}: {text}", flush=True)
    except Exception as error:  # pylint: disable=broad-except
        results.append((Point(task.way, task.job, task.faults[0], 0),
                        [f"{type(error).__name__}: {error}"]))
        print(f"# {task.way} {task.job}: {error}", flush=True)
    return results


def make_tasks(options):
    """What is asked for, as tasks."""
    def chosen(values):
        return [value for value in values if value in options.words] or list(values)
    numbers = [int(word) for word in options.words if word.isdigit()]
    choice = ("at", numbers[0]) if numbers else \
        ("every", options.every) if options.every else ("one", 0)
    for way in chosen(laptops.WAYS):
        for job in chosen(JOBS):
            faults = [fault for fault in chosen(FAULTS) if fault in faults_of(way)]
            if choice[0] == "one":
                # a third of the faults on each way, so that every one of them has its turn on two
                turn = list(laptops.WAYS).index(way) + JOBS.index(job)
                yield Task(way, job, [fault for number, fault in enumerate(faults)
                                      if options.words or (number + turn) % 3 == 0], choice)
            else:
                yield from (Task(way, job, [fault], choice) for fault in faults)


def check_words(parser, words):
    """Refuses a word that names nothing."""
    for word in words:
        if not word.isdigit() and word not in (*laptops.WAYS, *JOBS, *FAULTS):
            parser.error(f"“{word}” is no way, job, fault or number")


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true", help="one point a way, job and fault")
    parser.add_argument("--all", dest="every", action="store_const", const=1, help="every point")
    parser.add_argument("--every", type=int, help="every N-th point")
    parser.add_argument("--processes", type=int, default=3 * (os.cpu_count() or 1))
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    check_words(parser, options.words)
    counts, failed = {}, []
    with multiprocessing.Pool(options.processes, maxtasksperchild=1) as pool:
        for results in pool.imap_unordered(run_task, list(make_tasks(options)), chunksize=1):
            for point, complaints in results:
                counts.setdefault(point[:3], []).append(not complaints)
                if complaints:
                    failed.append((point, complaints))
    report(counts, failed)
    return 1 if failed or not counts else 0


def report(counts, failed):
    """TAP: a line for each way, job and fault, and how to run what failed."""
    for number, (key, good) in enumerate(sorted(counts.items()), 1):
        print(f"{'ok' if all(good) else 'not ok'} {number} - {' '.join(key)}: "
              f"{sum(good)} of {len(good)}")
    print(f"1..{len(counts)}")
    for point, complaints in failed:
        print(f"tests/sweep/run {' '.join(map(str, point))}: {complaints[0]}", file=sys.stderr)
    total = sum(map(len, counts.values()))
    print(f"{total - len(failed)} of {total} points", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
