#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""simstow watch through the stock daemon: what arrives is in the journal before anybody hears of it,
once, whatever is killed meanwhile; and from there in the archive, once."""

import json
import re
import subprocess
import sys
import time
import unittest

from testbed import MM, MODEM, SCENARIOS, Testbed

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
        self.process.kill()
        self.process.wait()

    def stop(self):
        """As systemd does. Returns its exit status."""
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
            if self.process.poll() is not None:
                raise AssertionError(f"the watch has ended: {self.log()[-2000:]}")
            time.sleep(0.02)

    def wait_texts(self, *texts):
        """Until messages with these texts are in it."""
        self.wait(lambda: set(texts) <= set(self.texts()), texts)


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
        daemon misses what is told while it reads another."""
        self.sim.control("deliver " + deliver_pdu(*args, **options))
        end = time.monotonic() + 60
        while re.search("^[0-9]+=0,", self.sim.dump("messages"), re.M):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)

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


if __name__ == "__main__":
    unittest.main()
