#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The card goes wrong at each kind of step while simstow exports, over each way to it, under the
stock daemon. The export ends in time; what is missing is listed with its reason and all else is
saved; no channel stays open; the daemon answers others; the next export is complete. The same at
every step, within one process, is in tests/unit/test-card-faults.c."""

import concurrent.futures
import pathlib
import tempfile
import tarfile
import time
import unittest

from hurry import Hurry
from test_capture import lines, problems
from test_stores_mbim import saved_contacts
from testbed import Testbed

# Seconds; the daemon's own pass faster when the card is to be silent
BOUND = 60
FASTER = 25
PDU = "0791751305007010040A81214365870900006220118010030A05C8329BFD06"

SIM = """[device]
imei=35000055000{number:04}
[network]
operator=732101
long=Claro COL
"""
# Messages and contacts of a modem that has commands of its own for them
STORED = f"""[messages SM]
capacity=3
1=1,{PDU}
[phonebook SM]
capacity=3
number-length=40
name-length=8
1=+573105550001,145,Ana
3=123456789012345678901234,129,Larga
"""
# The same where only the card has them
ON_CARD = f"""sms-records=3
contacts=3
3F00/7FFF/6F3C#1=01{PDU}{"FF" * 144}
3F00/7F10/6F3A#1=416E61{"FF" * 11}07917513550500F1FFFFFFFFFFFF
"""
CARD = "[card]\nphonebook=plain\next-records=2\nquirks={quirks}\n"

WAYS = {
    "mbim": SIM + STORED + CARD + "[mbim]\nmessages=SM\nphonebook=SM\n",
    "cgla": SIM + CARD + ON_CARD,
    "csim": SIM + CARD + ON_CARD,
    "crsm": SIM + CARD + ON_CARD,
}
QUIRKS = {"mbim": "", "cgla": "no-csim,no-crsm", "csim": "no-cgla,no-crsm",
          "crsm": "no-cgla,no-csim"}
# By turns, two at each step
WORDS = (("6A82", "6F00"), ("6982", "6C05"))


def content(members):
    """Store id to what an archive has of it."""
    stores = {}
    for name in ("messages.ndjson", "calls.ndjson"):
        for item in lines(members, name):
            kept = (item["index"], item.get("pdu"), item.get("number"))
            stores.setdefault(item["store"], set()).add(kept)
    for item in lines(members, "simfiles.ndjson"):
        # what the card does not have or keeps to itself is a finding, with its status word
        if not item.get("fault", "").endswith(("(SW 6A82)", "(SW 6982)")):
            stores.setdefault("simfile", set()).add((item["path"], str(item.get("raw")),
                                                     str(item.get("records"))))
    for contact in saved_contacts(members) if "contacts.vcf" in members else ():
        # MBIM's own commands, where they stand in, do not tell the type of a number
        stores.setdefault("phonebook/sm", set()).add(contact[:2])
    return stores


def refused(members):
    """The paths of the card's files of which an archive has nothing but a status word."""
    return {item["path"] for item in lines(members, "simfiles.ndjson")
            if item.get("fault", "").endswith(")")}


def kinds(log):
    """The kinds of step that a save takes, and where in the card's log each comes first and last,
    counted from 1: instruction, and for SELECT whether by name or by path."""
    found = {}
    commands = [line[2:] for line in log if line.startswith("> ")]
    for number, command in enumerate(commands, 1):
        kind = command[2:4] + (command[4:6] if command[2:4] in ("A4", "70") else "")
        found.setdefault(kind, []).append(number)
    return found


class Modem:
    """One modem, and the exports of it."""

    def __init__(self, bed, number, way):
        self.bed, self.number, self.way = bed, number, way
        self.sim = bed.sim(number)
        self.path = bed.modem(number)
        self.archive = bed.directory / f"{way}.tar.gz"
        self.complaints = []
        self.told = 0

    def export(self):
        """Exit status, members, seconds."""
        argv = ["export", "-m", self.path, "-o", self.archive, "--force",
                "--simfiles"]
        begin = time.monotonic()
        result = self.bed.run_simstow(*argv, timeout=2 * BOUND)
        seconds = time.monotonic() - begin
        members = {}
        if result.rc in (0, 3):
            with tarfile.open(self.archive) as tar:
                for member in tar.getmembers():
                    if member.isfile():
                        members[member.name.split("/")[1]] = tar.extractfile(member).read().decode()
        return result, members, seconds

    def learn(self):
        """What a clean export has, and where its steps are; the first one learns the way."""
        for _ in range(2):
            before = len(self.sim.card()[2])
            result, members, _ = self.export()
        assert result.rc == 0, result.stderr
        self.clean = content(members)
        self.steps = kinds(self.sim.card()[2][before:])
        return self

    def complain(self, case, text):
        """Something is not as it must be."""
        self.complaints.append(f"{self.way}, {case}: {text}")

    def find_missing(self, members):
        """The stores of which something is missing in an archive, or is another than it was."""
        found, without = content(members), refused(members)
        for store, records in self.clean.items():
            missing = records ^ found.get(store, set())
            if store == "simfile":
                missing = {item for item in missing if item[0] not in without}
            if missing:
                yield store

    def check(self, case, word=None):
        """Exports while something is wrong."""
        result, members, seconds = self.export()
        if result.rc not in (0, 3):
            self.complain(case, f"exit status {result.rc}: {result.stderr}")
            return
        lost = problems(members, True)
        self.told += result.rc == 3
        if seconds > BOUND:
            self.complain(case, f"took {seconds:.1f} s")
        if (result.rc == 3) != bool(lost):
            self.complain(case, f"exit status {result.rc} with {lost}")
        for store in self.find_missing(members):
            # "plugin": nothing at all could be listed
            if not any(where == "plugin" or store.startswith(where) for where, _ in lost):
                self.complain(case, f"{store} is not complete, and {lost} does not say so")
        if word and lost and not any(text.endswith((f"(SW {word})", ")")) for _, text in lost):
            self.complain(case, f"no reason in {lost}")
        if self.sim.card()[0]:
            self.complain(case, "a channel is open")
        if self.bed.mmcli("-m", self.path, timeout=BOUND).rc != 0:
            self.complain(case, "mmcli gets no answer")

    def check_next(self, case):
        """The export after it is complete."""
        result, members, _ = self.export()
        if result.rc != 0 or content(members) != self.clean:
            self.complain(case, f"the next export is not complete: {result.stderr}")

    def run_words(self):
        """Status words at the first and the last of each kind of step, and no channel at all."""
        for kind, numbers in self.steps.items():
            for turn, number in enumerate(sorted({numbers[0], numbers[-1]})):
                for word in WORDS[turn]:
                    self.sim.control(f"card-set card fault {number} {word}")
                    self.check(f"{word} at {kind} ({number})", word)
                self.check_next(f"{kind} ({number})")
        self.sim.control("card-set card channels 0")
        self.check("no channel")
        self.sim.control("card-set card channels 3")
        self.check_next("no channel")
        return self

    def run_removal(self):
        """The card is taken out at each kind of step, and put back."""
        for kind, numbers in self.steps.items():
            self.sim.control(f"card-set card fault {numbers[0]} remove")
            self.check(f"removal at {kind}")
            self.sim.control("sim on")
            self.check_next(f"removal at {kind}")
        return self

    def run_silence(self):
        """The card is silent once at each kind of step."""
        for kind, numbers in self.steps.items():
            self.sim.control(f"card-set card fault {numbers[0]} silence")
            self.check(f"silence at {kind}")
            self.check_next(f"silence at {kind}")
        # with MBIM the modem has an answer of its own then; here it is the modem that is silent
        for name in ("open-channel", "apdu", "close-channel") if self.way == "mbim" else ():
            for kind in ("silence", "lost"):
                self.sim.control(f"fault 2 mbim?uicc-{name} {kind}")
                self.check(f"{name}, {kind}")
                self.sim.control("clear-faults")
                self.check_next(f"{name}, {kind}")
        return self


class Faults(unittest.TestCase):
    """One modem for each way, all in one daemon, each with an export at a time."""

    @classmethod
    def setUpClass(cls):
        cls.hurry = cls.enterClassContext(Hurry())
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        paths = []
        for number, (way, text) in enumerate(WAYS.items()):
            paths.append(folder / f"{way}.scenario")
            paths[-1].write_text(text.format(number=number, quirks=QUIRKS[way]), encoding="utf-8")
        cls.bed = Testbed(*paths, daemon_env=cls.hurry.environment)
        cls.enterClassContext(cls.bed)
        cls.modems = [Modem(cls.bed, number, way) for number, way in enumerate(WAYS)]
        cls.in_parallel(Modem.learn)

    @classmethod
    def in_parallel(cls, function):
        """Runs it for all modems."""
        with concurrent.futures.ThreadPoolExecutor(len(cls.modems)) as pool:
            return list(pool.map(function, cls.modems))

    def run_all(self, function):
        """Runs it for all modems; each told of something, nobody complains."""
        for modem in self.modems:
            modem.told = 0
            modem.complaints = []
        self.in_parallel(function)
        complaints = [text for modem in self.modems for text in modem.complaints]
        self.assertFalse(complaints, "\n".join(complaints))
        for modem in self.modems:
            self.assertGreater(modem.told, 0, modem.way)
        self.assertIsNone(self.bed.daemon.popen.poll())
        self.assertNotRegex(self.bed.daemon_log(), r"(?i)-CRITICAL \*\*|assertion")

    def test_words(self):
        """The card refuses."""
        self.run_all(Modem.run_words)

    def test_removal(self):
        """The card is taken out."""
        self.run_all(Modem.run_removal)

    def test_silence(self):
        """The card does not answer: every command has a deadline."""
        self.hurry.set(FASTER)
        self.addCleanup(self.hurry.set, 1)
        self.run_all(Modem.run_silence)


if __name__ == "__main__":
    unittest.main()
