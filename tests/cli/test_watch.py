#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""simstow watch through the stock daemon: what arrives is in the journal before anybody hears of it,
once, whatever is killed meanwhile; and from there in the archive, once.

With WATCH=1000,100 in the environment so many messages and calls arrive while watch, daemon and
machine fail, and not a sample; WATCH_SEED=N draws other failures."""

import json
import os
import random
import subprocess
import sys
import time
import unittest

from bus import BusError, BusTimeout, Variant
from disk import Disk
from testbed import MM, MODEM, SCENARIOS, Testbed, TestbedError

sys.path.insert(0, str(SCENARIOS))
import tpdu  # noqa: E402

VOICE = MODEM + ".Voice"
CALL = MM + ".Call"
MESSAGING = MODEM + ".Messaging"


def deliver_pdu(text, second, number="+573001234567", part=None, ucs2=False):
    """SMSC and SMS-DELIVER as hex, of a time in November 2026; `part`: reference, how many, which."""
    when = f"26-11-28 {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return tpdu.deliver(number, tpdu.ucs2(text) if ucs2 else text, when, dcs=8 if ucs2 else 0,
                        elements=tpdu.concat(*part, wide=True) if part else b"").hex()


class Watch:
    """A watch that runs in a testbed."""

    def __init__(self, bed, *args, env=None):
        self.bed = bed
        self.args = args
        self.env = dict(bed.env, **(env or {}))
        self.folder = bed.directory / "home" / "state" / "simstow"
        self.process = None
        self.start()

    def start(self):
        """Starts it, with what it prints in a file."""
        with open(self.bed.logs / "watch.log", "ab") as log:
            self.process = subprocess.Popen(
                [self.bed.simstow_for(), "watch", *self.args], env=self.env, stdout=log,
                stderr=log, stdin=subprocess.DEVNULL)

    def kill(self):
        """As the kernel does when memory is short."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self):
        """As systemd does. Returns its exit status."""
        if not self.process:
            return 0
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(20)

    def log(self):
        """All that it said."""
        return (self.bed.logs / "watch.log").read_text()

    def lines(self):
        """The objects of all lines."""
        found = []
        for path in sorted(self.folder.glob("journal-*.ndjson")):
            for line in path.read_bytes().split(b"\n"):
                try:
                    found.append(json.loads(line[17:]))
                except ValueError:
                    pass
        return found

    def entries(self, kind=None):
        """The entries, in their order."""
        return [line for line in self.lines()
                if "entry" in line and kind in (None, line["kind"])]

    def texts(self):
        """What the messages in it say."""
        return [entry.get("text") for entry in self.entries("message")]

    def wait(self, done, what, timeout=60):
        """Until `done` says so."""
        end = time.monotonic() + timeout
        while not done():
            if time.monotonic() > end:
                raise AssertionError(f"{what} did not come to pass; {self.log()[-2000:]}")
            if self.process and self.process.poll() is not None:
                raise AssertionError(f"the watch has ended: {self.log()[-2000:]}")
            time.sleep(0.02)

    def wait_texts(self, *texts):
        """Until messages with these texts are in it."""
        self.wait(lambda: set(texts) <= set(self.texts()), texts)


class Torture:
    """Messages and calls arrive; watch, daemon and machine fail at random points; what was handed over
    is deleted from the modem, as whoever forwards messages does; exports happen, and are killed."""

    def __init__(self, case, messages, calls, seed):
        self.case, self.bed, self.sim = case, case.bed, case.sim
        self.rand = random.Random(seed)
        self.messages, self.calls = messages, calls
        self.folder = self.bed.directory / "home" / "state" / "simstow"
        self.folder.mkdir(parents=True)
        self.handed = self.bed.directory / "forwarded"
        self.archive = self.bed.directory / "torture.tar"
        self.log = self.bed.directory / "disk.log"
        self.env = {"LD_PRELOAD": os.environ["FS_SHIM"], "FS_ROOT": str(self.folder),
                    "FS_LOG": str(self.log)}
        self.disk = Disk(self.folder)
        self.logged = 0
        self.counts = dict.fromkeys(("watch", "daemon", "power", "export", "killed"), 0)
        # a command that tells whoever forwards, who is on another machine
        self.watch = case.start("--exec", f"cat >> {self.handed}", env=self.env)

    def follow(self):
        """What the disk is sure to have, and what it may have."""
        with open(self.log, "rb") as log:
            log.seek(self.logged)
            text = log.read()
        end = text.rfind(b"\n") + 1
        self.logged += end
        for line in text[:end].decode().splitlines():
            words = line.split()
            if words and words[0] != "K":
                self.disk.do(words)

    def reconcile(self):
        """What a program that was killed did, and did not come to log, nobody has flushed."""
        self.follow()
        there = {path.name: path for path in self.folder.iterdir()}
        listed = self.disk.listed(self.disk.changes)
        for name in listed.keys() - there.keys():
            self.disk.change(name, None)
        for name, path in there.items():
            inode, data = path.stat().st_ino, path.read_bytes()
            if self.disk.contents(inode, self.disk.writes.get(inode, ())) != data:
                self.disk.writes.setdefault(inode, []).append((0, data))
            if listed.get(name) != inode:
                self.disk.change(None, (name, inode))

    def lose_power(self):
        """The machine stops, and what the disk has is there when it starts."""
        self.watch.kill()
        self.bed.daemon.popen.kill()
        self.follow()
        found = self.rand.choice(list(self.disk.crashes()))
        for path in self.folder.iterdir():
            path.unlink()
        for name, data in found.items():
            (self.folder / name).write_bytes(data)
            (self.folder / name).chmod(0o600)
        self.log.write_bytes(b"")
        self.logged = 0
        self.disk = Disk(self.folder)
        self.bed.restart_daemon()
        self.watch.start()

    def plan(self, messages):
        """What fails after which message: each kind once at least."""
        rates = {"watch": 0.05, "daemon": 0.015, "power": 0.02, "export": 0.015, "killed": 0.02}
        kinds = [kind for kind, rate in rates.items()
                 for _ in range(max(1, int(rate * messages)))]
        return dict(zip(self.rand.sample(range(messages), len(kinds)), kinds))

    def fail(self, kind):
        """One of them."""
        self.counts[kind] += 1
        if kind == "watch":
            self.watch.kill()
            self.reconcile()
            self.watch.start()
        elif kind == "daemon":
            self.bed.daemon.popen.kill()
            self.bed.restart_daemon()
        elif kind == "power":
            self.lose_power()
        else:
            self.export(self.rand.choice((0.01, 0.03, 0.06, 0.1)) if kind == "killed" else None)

    def export(self, patience=None):
        """Into the archive that grows; killed after so many seconds."""
        process = subprocess.Popen(
            [self.bed.simstow_for(), "export", "--merge", self.archive, "-o", self.archive,
             "--force"], env=dict(self.bed.env, **self.env), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        try:
            said = process.communicate(timeout=patience or 120)[0].decode()
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            # the watch goes on: its log is read to the end first
            self.reconcile()
            return
        if patience is None:
            self.case.assertIn(process.returncode, (0, 3), said)

    def deliver(self, number):
        """One message; some are long."""
        text = f"message {number} " + "y bien " * (40 if number % 10 == 0 else 1)
        pieces = [text[at:at + 150] for at in range(0, len(text), 150)]
        for place, piece in enumerate(pieces):
            part = (number % 65536, len(pieces), place + 1) if len(pieces) > 1 else None
            line = "deliver " + deliver_pdu(piece, 100 + number, part=part)
            end = time.monotonic() + 60
            while True:
                try:
                    self.sim.control(line)
                    break
                except ValueError:
                    # full: whoever forwards has to catch up
                    self.case.assertLess(time.monotonic(), end)
                    self.tidy()
                    time.sleep(0.1)
            end = time.monotonic() + 1
            # what the daemon misses it finds when it is started anew
            while self.sim.unread() and time.monotonic() < end:
                time.sleep(0.005)
        return text

    def said(self):
        """What was handed over, whole lines of it."""
        if not self.handed.exists():
            return []
        return [json.loads(line) for line in self.handed.read_text().splitlines()
                if line.endswith("}")]

    def tidy(self):
        """Deletes from the modem what was handed over."""
        done = {item.get("text") for item in self.said()}
        try:
            for path in self.bed.get(0, MESSAGING, "Messages"):
                if self.bed.bus.get(MM, path, MM + ".Sms", "Text") in done:
                    self.bed.call(0, MESSAGING, "Delete", "o", (path,))
        except (BusError, BusTimeout, TestbedError):
            pass

    def run(self):
        """All of it."""
        texts, numbers = [], []
        plan = self.plan(self.messages)
        every = max(1, self.messages // max(1, self.calls))
        for number in range(self.messages):
            if number % every == 0 and len(numbers) < self.calls:
                numbers.append(f"+5731{number:08}")
                self.sim.control(f"ring {numbers[-1]}")
                self.case.wait_begun(numbers[-1])
            texts.append(self.deliver(number))
            if number in plan:
                self.fail(plan[number])
            if number % 10 == 9:
                self.tidy()
            if number % every == every - 1:
                self.hang_up()
        self.hang_up()
        return texts, numbers

    def hang_up(self):
        """The call is over."""
        try:
            self.sim.control("hangup")
        except ValueError:
            return
        # be there a daemon or a watch to see it, or not
        if self.rand.random() < 0.1:
            self.fail(self.rand.choice(("watch", "daemon", "power")))
        end = time.monotonic() + 5
        while time.monotonic() < end and any(
                self.bed.bus.get(MM, path, CALL, "State") != 7
                for path in self.bed.get(0, VOICE, "Calls")):
            time.sleep(0.1)

    def finish(self, texts, numbers):
        """Nothing is lost, nothing is twice."""
        # what the daemon has missed, and calls whose end nobody saw
        self.watch.kill()
        self.bed.restart_daemon()
        self.watch.start()
        self.export()

        def kept():
            text = self.bed.run(["tar", "-xOf", self.archive, "--wildcards",
                                 "*/calls.ndjson"]).stdout
            calls = [json.loads(line)["number"] for line in text.splitlines() if '"time"' in line]
            return calls + [item["number"] for item in self.watch.entries("call")]
        self.watch.wait(lambda: set(texts) <= {item.get("text") for item in self.said()},
                        "all messages", 120)
        self.watch.wait(lambda: set(numbers) <= set(kept()), "all calls", 150)
        self.export()
        member = {}
        for name in ("messages", "calls"):
            text = self.bed.run(["tar", "-xOf", self.archive, "--wildcards",
                                 f"*/{name}.ndjson"]).stdout
            member[name] = [json.loads(line) for line in text.splitlines()]
        found = []
        parts = {}
        for item in member["messages"]:
            if "concat" in item:
                key = item["concat"]["reference"], item["time"], bool(item.get("rebuilt"))
                parts.setdefault(key, {})[item["concat"]["part"]] = item["text"]
                if len(parts[key]) == item["concat"]["total"]:
                    found.append("".join(parts[key][part] for part in sorted(parts[key])))
            else:
                found.append(item["text"])
        self.case.assertEqual(set(texts) - set(found), set(), "lost")
        self.case.assertEqual(sorted(found), sorted(texts), "twice")
        calls = [item["number"] for item in member["calls"] if "time" in item]
        self.case.assertEqual(sorted(calls), sorted(numbers))
        said = [item for item in self.said()]
        ids = {item["entry"] for item in said}
        self.case.assertEqual({item.get("text") for item in said if item["kind"] == "message"},
                              set(texts))
        return len(said) - len(ids)


class WatchTest(unittest.TestCase):
    """One testbed for all; the modem's stores are emptied before each."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("claro-co")
        cls.bed.__enter__()
        cls.addClassCleanup(cls.bed.__exit__, None, None, None)
        cls.sim = cls.bed.sim(0)

    def setUp(self):
        self.clear()
        self.watch = None

    def tearDown(self):
        if self.watch:
            self.watch.stop()
        self.bed.run(["rm", "-rf", self.bed.directory / "home" / "state"])

    def clear(self):
        """Nothing in the modem."""
        for path in self.bed.get(0, MESSAGING, "Messages"):
            self.bed.call(0, MESSAGING, "Delete", "o", (path,))
        for path in self.bed.get(0, VOICE, "Calls"):
            self.bed.call(0, VOICE, "DeleteCall", "o", (path,))
        # and what the daemon does not list
        self.sim.control("clear")

    def start(self, *args, **options):
        """A watch."""
        self.watch = Watch(self.bed, *args, **options)
        return self.watch

    def deliver(self, *args, **options):
        """A message comes in, as from a network, which sends the next when this one was taken: the
        daemon misses what is told while it reads another, until it is started anew."""
        self.sim.control("deliver " + deliver_pdu(*args, **options))
        end = time.monotonic() + 5
        while self.sim.unread() and time.monotonic() < end:
            time.sleep(0.01)
        if self.sim.unread():
            self.bed.restart_daemon()
        # its main loop has gone round
        for _ in range(3):
            self.bed.get(0, MESSAGING, "Messages")

    def archive(self, *args):
        """The messages and calls of an archive that grows, and what export said."""
        path = self.bed.directory / f"{self.id()}.tar"
        result = self.bed.run_simstow("export", "--merge", path, "-o", path, "--force", *args)
        self.assertIn(result.rc, (0, 3), result)
        self.assertEqual(self.bed.run_simstow("verify", path).rc, 0)
        found = []
        for member in ("messages", "calls"):
            text = self.bed.run(["tar", "-xOf", path, "--wildcards", f"*/{member}.ndjson"]).stdout
            found.append([json.loads(line) for line in text.splitlines()])
        return found[0], found[1], result

    def check_whole(self):
        """The journal, when the watch is not there, has no line that is none."""
        for line in self.watch.lines():
            self.assertIsInstance(line, dict)

    def test_arrives(self):
        """What is there, what comes, what is long and comes in parts, what is deleted at once."""
        self.deliver("before", second=1)
        watch = self.start()
        watch.wait_texts("before")
        self.deliver("after", second=2)
        watch.wait_texts("after")
        # two parts, of a length that simstow itself would not cut: the header has 16 bits
        whole = "long " * 40
        self.deliver(whole[:150], second=3, part=(0x1234, 2, 1))
        self.deliver("between", second=4)
        watch.wait_texts("between")
        self.assertNotIn(whole, watch.texts())
        self.deliver(whole[150:], second=3, part=(0x1234, 2, 2))
        watch.wait_texts(whole)
        entries = watch.entries()
        self.assertEqual(len(entries), 4)
        self.assertEqual(len({entry["entry"] for entry in entries}), 4)
        for entry in entries:
            self.assertEqual(entry["direction"], "received")
            self.assertEqual(entry["number"], "+573001234567")
            self.assertTrue(entry["sim"] and entry["device"])
        # of another watch there can be none
        second = self.bed.run_simstow("watch")
        self.assertEqual(second.rc, 1)
        self.assertIn("another simstow watch", second.stderr)
        # the program that shows it deletes it
        self.clear()
        messages, _, result = self.archive()
        self.assertIn("4 entries of the journal", result.stdout)
        self.assertEqual(len(messages), 5)
        self.assertEqual(watch.entries(), [])
        # nothing is kept twice
        watch.kill()
        watch.start()
        self.deliver("last", second=5)
        watch.wait_texts("last")
        self.assertEqual(watch.texts(), ["last"])
        messages, _, _ = self.archive()
        self.assertEqual(len(messages), 6, json.dumps(messages, indent=1))
        self.assertEqual(watch.stop(), 0)

    def test_read_beats_rebuilt(self):
        """What export reads from the modem itself takes the place of what was rebuilt, a long
        message too, however it was cut."""
        watch = self.start()
        whole = "El río crece. " * 12
        for part, piece in ((2, whole[60:120]), (1, whole[:60]), (3, whole[120:])):
            self.deliver(piece, second=5 + part, part=(0x4321, 3, part), ucs2=True)
        # one that would fit into one
        self.deliver("two ", second=9, part=(0x99, 2, 1))
        self.deliver("halves", second=10, part=(0x99, 2, 2))
        self.deliver("short", second=11)
        watch.wait_texts(whole, "two halves", "short")
        messages, _, _ = self.archive()
        self.assertEqual(len(messages), 6, json.dumps(messages, indent=1))
        self.assertFalse([item for item in messages if item.get("rebuilt")])

    def test_same(self):
        """The same message twice at once is two; the same again after it went is one."""
        self.deliver("same", second=8)
        self.deliver("same", second=8)
        watch = self.start()
        watch.wait(lambda: len(watch.texts()) == 2, "two")
        self.clear()
        self.deliver("same", second=8)
        self.deliver("end", second=9)
        watch.wait_texts("end")
        self.assertEqual(watch.texts().count("same"), 2)

    def test_exec(self):
        """Each record is handed over when it is safe, one at a time; a failure is told, and ends."""
        handed = self.bed.directory / "handed"
        script = f"cat >> {handed}; read x < /dev/null; ! tail -n1 {handed} | grep -q bad"
        watch = self.start("--exec", script)
        self.deliver("good one", second=12)
        self.deliver("bad one", second=13)
        self.deliver("good two", second=14)
        watch.wait(lambda: handed.exists() and handed.read_text().count("\n") >= 3, "three")
        watch.wait(lambda: "is tried again" in watch.log(), "the failure")
        watch.wait(lambda: sum("handed" in line for line in watch.lines()) == 2, "the notes")
        said = [json.loads(line) for line in handed.read_text().splitlines()]
        self.assertEqual([item["text"] for item in said], ["good one", "bad one", "good two"])
        self.assertEqual(said, watch.entries())
        watch.kill()
        # whoever comes next goes on with it, and no command is given a record that it has taken
        watch.args = ("--exec", f"cat >> {handed}")
        watch.start()
        watch.wait(lambda: handed.read_text().count("\n") == 4, "the fourth")
        watch.wait(lambda: sum("handed" in line for line in watch.lines()) == 3, "its note")
        self.assertEqual(json.loads(handed.read_text().splitlines()[3])["text"], "bad one")

    def call_of(self, number):
        """The object path of the call of that number, once the daemon has it."""
        end = time.monotonic() + 60
        while True:
            for path in self.bed.get(0, VOICE, "Calls"):
                if self.bed.bus.get(MM, path, CALL, "Number") == number:
                    return path
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def entry_of(self, number, timeout=60):
        """The one entry of the call of that number."""
        def find():
            return [item for item in self.watch.entries("call") if item["number"] == number]
        self.watch.wait(find, f"the call of {number}", timeout)
        entry, = find()
        return entry

    def wait_begun(self, number, answered=False):
        """Until the journal has a call that goes on."""
        self.watch.wait(lambda: any(line.get("number") == number and "begun" in line and
                                    (line["answered"] > 0 or not answered)
                                    for line in self.watch.lines()), f"call of {number}")

    def test_calls(self):
        """Missed, answered and made; while the watch or the daemon is killed in the middle."""
        watch = self.start("--json")
        watch.wait(watch.folder.exists, "a folder")
        self.sim.control("ring +573000000001")
        self.wait_begun("+573000000001")
        watch.kill()
        self.sim.control("hangup")
        watch.start()
        entry = self.entry_of("+573000000001")
        self.assertEqual((entry["direction"], entry["answered"]), ("incoming", False))
        # a new daemon finds what rings still, and it is the same call
        self.sim.control("ring +573000000002")
        self.wait_begun("+573000000002")
        self.bed.daemon.popen.kill()
        self.bed.restart_daemon()
        path = self.call_of("+573000000002")
        self.bed.bus.call(MM, path, CALL, "Accept")
        self.wait_begun("+573000000002", answered=True)
        watch.kill()
        watch.start()
        self.sim.control("hangup")
        entry = self.entry_of("+573000000002")
        self.assertEqual((entry["direction"], entry["answered"]), ("incoming", True))
        self.assertGreaterEqual(entry["duration"], 0)
        path, = self.bed.call(0, VOICE, "CreateCall", "a{sv}", ({"number": Variant("s", "123")},))
        self.bed.bus.call(MM, path, CALL, "Start", timeout=30)
        self.wait_begun("123")
        self.sim.control("hangup")
        # the program that made it has done with it
        self.bed.call(0, VOICE, "DeleteCall", "o", (path,))
        entry = self.entry_of("123")
        self.assertEqual((entry["direction"], entry["answered"]), ("outgoing", False))
        watch.kill()
        watch.start()
        self.deliver("end", second=20)
        watch.wait_texts("end")
        self.assertEqual(len(watch.entries("call")), 3)
        self.assertIn('"kind":"call"', watch.log())
        _, calls, _ = self.archive()
        self.assertEqual(sorted((item["store"], item["number"], "duration" in item)
                                for item in calls if "time" in item),
                         [("calls/dialled", "123", False),
                          ("calls/missed", "+573000000001", False),
                          ("calls/received", "+573000000002", True)])

    def test_broadcast(self):
        """Where the daemon has cell broadcasts, from 1.24 on, they are kept as messages of their
        channel."""
        has = MODEM + ".CellBroadcast" in self.bed.objects()[self.bed.modem(0)]
        self.assertEqual(has, self.bed.daemon_version() >= (1, 24))
        watch = self.start()
        if has:
            page = bytes([0x02, 0x30, 0x11, 0x12, 0x0F, 0x11]) + tpdu.pack(tpdu.septets("Alerta"))
            self.sim.control(f"broadcast {page.hex().upper()}")
            watch.wait(lambda: watch.entries("broadcast"), "a broadcast")
            entry, = watch.entries("broadcast")
            self.assertEqual((entry["channel"], entry["code"], entry["text"].rstrip("\r")),
                             (4370, 0x23, "Alerta"))
            messages, _, _ = self.archive()
            self.assertEqual([(item["store"], item["address"]) for item in messages],
                             [("sms/bm", "CB 4370")])

    def test_torture(self):
        """A sample, or all."""
        messages, calls = map(int, os.environ.get("WATCH", "40,1").split(","))
        torture = Torture(self, messages, calls, int(os.environ.get("WATCH_SEED", "1")))
        texts, numbers = torture.run()
        twice = torture.finish(texts, numbers)
        if "WATCH" in os.environ:
            print(f"# {messages} messages, {calls} calls; failures: {torture.counts}; handed over "
                  f"once more: {twice}")


if __name__ == "__main__":
    unittest.main()
