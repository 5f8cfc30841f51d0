# SPDX-License-Identifier: GPL-2.0-or-later
"""A restore interrupted at each of its writes, in every way, and run again: the modem then holds
what it holds after one that was not interrupted, and nothing twice."""

import re
import signal
import time
import unittest

import backup
import testbed

HELD = "messages phonebooks profiles preferred-networks content"
KINDS = "messages,contacts,network"
APDU, CONTEXTS = "mbim uicc-apdu", "mbim provisioned-contexts"
RECORDS = {
    "messages SM": ["1=1,0791751305000710040C9175035055011000006230108051000A"
                    "19C8373BCC02B1D9E5F31B5476836230503BEDAED3DF73",
                    "2=0,0791751305000710040C9175035055012000086230209100950A"
                    "2400BF005600690065006E006500730020006D006100F10061006E0061003F0020D83DDE00",
                    "5=3,0791751305000710010505815855F5000002D324"],
    "messages ME": ["0=2,0791751305000710010605815855F5000002D324",
                    "7=1,0791751305000710040C9175035055011000006230108061010A"
                    "24D432885C16BF4133D8A60CDAA0F2A0BA1B340E9B0B9B1468C37BAF373ED0A607"],
    "phonebook SM": ["1=+573005550001,145,Mamá ❤️", "4=6015550101,129,Consultorio"],
    "phonebook ME": ["2=3005551167,129,Lucía Vélez", "2.email=papa@ejemplo.example"],
    "profiles": ["1=IPV4V6,internet.comcel.com.co"],
    "preferred-networks": ["1=732101,1,0,1,1,0", "4=310410,1,0,1,1,1"],
}


def scenario(folder, blank, full):
    """A file of that scenario with few places, so that reading it takes no time; `full`: with the
    records above, as far as it has places of their kinds."""
    text = (testbed.SCENARIOS / f"{blank}.scenario").read_text(encoding="utf-8")
    lines = re.sub(r"^capacity=\d+$", "capacity=10", text, flags=re.M).splitlines()
    for group, records in RECORDS.items() if full else ():
        if f"[{group}]" in lines:
            place = lines.index(f"[{group}]") + 1
            while place < len(lines) and not lines[place].startswith("["):
                place += 1
            lines[place:place] = records
    path = folder / f"{'full' if full else 'blank'}.scenario"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class Interrupted:
    """The modem is emptied and put in anew before each case; all cases share one daemon."""

    blank = None
    # what the modem answers when it has no room, and when its SIM wants the PIN
    full = None
    locked = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for full in (True, False):
            cls.bed.add_sim(scenario(cls.folder, cls.blank, full))
        cls.sim = cls.bed.sim(1)
        cls.status = 3 if cls.bed.by_hand() else cls.status
        case = cls()
        cls.archive = case.export(0)
        case.empty()
        cls.writes = case.restore_whole()
        cls.whole = cls.sim.dump(HELD)

    def runTest(self):
        """So that the class can be used before its tests run."""

    def empty(self):
        """A blank modem, and a daemon that knows nothing of it."""
        self.bed.unplug(1)
        self.sim.control("clear-faults")
        self.sim.control("clear")
        self.bed.plug(1)

    def bring_back(self):
        """Puts the modem back whose line was cut."""
        self.bed.unplug(1)
        self.bed.plug(1)

    def arguments(self):
        """Of a restore of all that can be put back."""
        return ("restore", self.archive, "-m", self.bed.modem_number(1), "--only", KINDS)

    def finish(self, replug):
        """Runs it again, on the modem as it was left: all is there then, and once."""
        self.sim.control("clear-faults")
        if replug:
            self.bring_back()
        done = self.bed.run_simstow(*self.arguments(), "--yes")
        self.assertIn(done.rc, (0, self.status), done)
        self.assertEqual(self.sim.dump(HELD), self.whole)

    def fail_everywhere(self, kind, replug=False, every=False):
        """A fault at each write; the run that meets it says so, and the next one goes on."""
        for glob, nth in self.writes:
            with self.subTest(glob=glob, nth=nth):
                self.empty()
                self.sim.control(f"fault {nth}{'+' if every else ''} {glob.replace(' ', '?')} {kind}")
                done = self.bed.run_simstow(*self.arguments(), "--yes")
                self.assertIn(done.rc, (1, 3, 7), done)
                self.finish(replug)

    def wait_for(self, glob, count):
        """Until so many commands have come."""
        end = time.monotonic() + 60
        while self.count(glob) < count:
            self.assertLess(time.monotonic(), end, f"no {count} commands {glob}")
            time.sleep(0.01)

    def test_unplugged(self):
        """The k-th write never reaches the modem."""
        self.fail_everywhere("unplug", replug=True)

    def test_unplugged_after(self):
        """The k-th write is done, and nobody hears of it."""
        self.fail_everywhere("unplug-after", replug=True)

    def test_killed(self):
        """SIGKILL while the k-th write is under way; the modem stays."""
        for glob, nth in self.writes:
            with self.subTest(glob=glob, nth=nth):
                self.empty()
                before = self.count(glob)
                self.sim.control(f"fault {nth} {glob.replace(' ', '?')} hold")
                process = self.popen(*self.arguments(), "--yes")
                self.wait_for(glob, before + nth)
                process.kill()
                process.communicate()
                self.assertEqual(process.returncode, -signal.SIGKILL)
                self.finish(replug=False)

    def test_full(self):
        """The modem is full from the k-th write on."""
        self.fail_everywhere(self.full, every=True)

    def test_locked(self):
        """The SIM wants its PIN from the k-th write on."""
        self.fail_everywhere(self.locked, every=True)


class At(Interrupted, backup.BedTest):
    """Over AT commands."""

    scenarios = ()
    blank = "blank"
    full = "cms 322"
    locked = "cme 11"
    status = 0

    WRITES = {">": r"^(?:\\n)?[0-9A-F]{20,}$", "+CPBW=*,*": r"\+CPBW=\d",
              "+CGDCONT=*,*": r"\+CGDCONT=\d", "+CPOL=*,2,*": r"\+CPOL=\d+,2,"}

    def count(self, glob):
        """How many commands that a fault with this glob counts have come so far."""
        return sum(len(re.findall(self.WRITES[glob], line)) for line in self.sim.commands())

    @classmethod
    def restore_whole(cls):
        """A restore that nothing interrupts: its writes, a glob and a number each."""
        case = cls()
        before = {glob: case.count(glob) for glob in cls.WRITES}
        case.simstow(*case.arguments(), "--yes", status=cls.status)
        return [(glob, nth + 1) for glob in cls.WRITES
                for nth in range(case.count(glob) - before[glob])]

    def test_0_all(self):
        """There are writes of each kind to be interrupted."""
        self.assertEqual({glob for glob, _ in self.writes}, set(self.WRITES))
        self.assertEqual(len(self.writes), len(set(self.writes)))


class Mbim(Interrupted, backup.BedTest):
    """Over a channel to the card, and the modem's own commands for the profiles."""

    scenarios = ()
    blank = "mbim-blank"
    # "failure", as no MBIM command says that a card is full; "PIN required"
    full = "cme 2"
    locked = "cme 5"
    # the initial EPS bearer is never set
    status = 3

    def count(self, glob):
        """How many commands of that name have come so far."""
        return sum(line.startswith(glob + " ") for line in self.sim.commands())

    def bring_back(self):
        """The daemon has dropped a modem whose MBIM port was cut, and tried it again in vain."""
        self.bed.stop_daemon()
        self.sim.control("plug")
        self.bed.start_daemon()

    @staticmethod
    def card_writes(log):
        """Which of the commands that came as an APDU write a record or a file: opening a channel
        selects the application by itself, the terminal's capabilities have a command of their own,
        and the responses are fetched beside."""
        sent = [line[2:] for line in log if line.startswith("> ")]
        sent = [apdu for apdu in sent
                if apdu[2:4] not in ("70", "AA", "C0") and apdu[2:6] != "A404"]
        return [place + 1 for place, apdu in enumerate(sent) if apdu[2:4] in ("D6", "DC")], len(sent)

    @staticmethod
    def card_steps(log):
        """Where each kind of step, by its instruction, comes first and last on the card."""
        kinds = {}
        for number, apdu in enumerate([line[2:] for line in log if line.startswith("> ")], 1):
            kinds.setdefault(apdu[2:6] if apdu[2:4] in ("A4", "70") else apdu[2:4],
                             []).append(number)
        return sorted({number for numbers in kinds.values() for number in (numbers[0],
                                                                           numbers[-1])})

    @classmethod
    def restore_whole(cls):
        """A restore that nothing interrupts: its writes, a command and a number each."""
        case = cls()
        apdus, lines, log = case.count(APDU), len(cls.sim.commands()), len(cls.sim.card()[2])
        case.simstow(*case.arguments(), "--yes", status=cls.status)
        records, sent = cls.card_writes(cls.sim.card()[2][log:])
        cls.steps = cls.card_steps(cls.sim.card()[2][log:])
        case.assertEqual(case.count(APDU) - apdus, sent)
        contexts = [line for line in cls.sim.commands()[lines:] if line.startswith(CONTEXTS + " ")]
        return ([(APDU, nth) for nth in records] +
                [(CONTEXTS, nth + 1) for nth, line in enumerate(contexts) if line.endswith(" set")])

    def test_card(self):
        """The card refuses a step, or is taken out at it: no channel stays open."""
        for number in self.steps:
            for fault in ("6F00", "remove"):
                with self.subTest(number=number, fault=fault):
                    self.empty()
                    self.sim.control(f"card-set card fault {number} {fault}")
                    done = self.bed.run_simstow(*self.arguments(), "--yes")
                    self.assertIn(done.rc, (0, 1, 3, 7), done)
                    self.assertEqual(self.sim.card()[0], 0, done)
                    self.sim.control("sim on")
                    self.finish(replug=False)

    def test_0_all(self):
        """There are messages, contacts and profiles to be interrupted."""
        self.assertGreater(len([write for write in self.writes if write[0] == APDU]), 4)
        self.assertIn(CONTEXTS, [write[0] for write in self.writes])
        self.assertGreater(len(self.steps), 8)


if __name__ == "__main__":
    unittest.main()
