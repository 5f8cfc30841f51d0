#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""org.simstow.Modem1 in the stock ModemManager: it comes and goes with the modem, lets in whom
polkit lets in, serves callers in turn, and never harms the daemon."""

import os
import pathlib
import re
import stat
import sys
import tempfile
import unittest

from bus import Bus, BusError, Variant
from testbed import MM, MM_PATH, MODEM, REGISTERED, SCENARIOS, Testbed

sys.path.insert(0, str(SCENARIOS))
import tpdu  # noqa: E402

OURS = "org.simstow.Modem1"
ERROR = "org.simstow.Error."
MESSAGING = MODEM + ".Messaging"
SMS = MM + ".Sms"
INTROSPECTABLE = "org.freedesktop.DBus.Introspectable"
POLKIT = "org.freedesktop.PolicyKit1"
RUN = "sa{sv}a(say)"
LAST = {"SM": 200, "ME": 500, "FD": 10, "MC": 10}
MEMBERS = ["Describe", "Run", "OpenChannel", "Transmit", "CloseChannel", "Cancel", "Progress",
           "Version", "Transport", "Busy"]


def start_run(bus, path, door, options, *commands):
    """Sends Run, to be finished by finish_run ()."""
    commands = [item if isinstance(item, tuple) else (item, b"") for item in commands]
    options = {key: Variant("s", value) for key, value in options.items()}
    return bus.send(MM, path, OURS, "Run", RUN, (door, options, commands))


def finish_run(bus, serial, timeout=60):
    """Of each command the rows that came, or the dictionary of its error."""
    answers, = bus.finish(serial, timeout)
    return [error or [row for row in bytes(parts[0]).decode("latin-1").split("\r\n") if row]
            for parts, error in answers]


def run(bus, path, *args):
    """Both."""
    return finish_run(bus, start_run(bus, path, *args))


def start_read(bus, path, store):
    """Reads a phonebook, as "phonebook/SM", or the messages of a memory, as "messages/SM"."""
    door, name = store.split("/")
    if door == "messages":
        return start_run(bus, path, door, {"memory": name}, "+CMGL=4")
    return start_run(bus, path, door, {"storage": name, "charset": "UCS2"},
                     f"+CPBR=1,{LAST[name]}")


def finish_read(bus, serial, timeout=60):
    """How many records came, or the name of the error."""
    answer, = finish_run(bus, serial, timeout)
    return answer["name"] if isinstance(answer, dict) else sum(row[0] == "+" for row in answer)


def settle(bus, path):
    """Until the daemon has seen all that was sent on this connection."""
    bus.get(MM, path, OURS, "Version")


def wait_busy(bed, path):
    """Until a job runs."""
    while not bed.bus.get(MM, path, OURS, "Busy"):
        bed.bus.wait(lambda item: item.member == "PropertiesChanged" and item.path == path and
                     item.args[1].get("Busy"))


def take_away(bed, number):
    """The daemon drops a modem whose line is still open."""
    path = bed.modem(number)
    bed.bus.call(MM, MM_PATH, MM, "InhibitDevice", "sb", (bed.sim(number).device, True))
    bed.wait_gone(path)


class Base(unittest.TestCase):
    """What tests share."""

    def assert_fails(self, name, function, *args):
        """A call that ends with that error; returns its text."""
        with self.assertRaises(BusError) as caught:
            function(*args)
        self.assertEqual(caught.exception.name, name, caught.exception.text)
        return caught.exception.text

    def outcome(self, bus, serial):
        """How many records were read, or the name of our error."""
        try:
            outcome = finish_read(bus, serial, 10)
        except BusError as error:
            outcome = error.name
        self.assertTrue(isinstance(outcome, int) or outcome.startswith(ERROR), outcome)
        return outcome

    def assert_quiet(self, bed):
        """No warning of ours, no critical of anybody's; the daemon lives and ends well."""
        log = bed.daemon_log()
        self.assertNotRegex(log, r"(?i)simstow-(WARNING|CRITICAL)|-CRITICAL \*\*|assertion")
        self.assertIsNone(bed.daemon.popen.poll())
        self.assertEqual(bed.stop_daemon(), 0)


class Life(Base):
    """The interface comes and goes with the modem."""

    def test_visible(self):
        """In GetManagedObjects, in introspection, as properties; the stock ones go on."""
        with Testbed("blank") as bed:
            path = bed.modem(0)
            self.assertEqual(bed.objects()[path][OURS],
                             {"Version": "0.1", "Transport": "at", "Busy": False})
            xml, = bed.bus.call(MM, path, INTROSPECTABLE, "Introspect")
            ours = re.search(rf'<interface name="{OURS}">(.*?)</interface>', xml, re.S).group(1)
            self.assertEqual(re.findall(r'<(?:method|signal|property)[^>]* name="(\w+)"', ours),
                             MEMBERS)
            self.assertIn(f'<interface name="{MODEM}">', xml)
            self.assertEqual(bed.get(0, MODEM, "State"), REGISTERED)
            self.assert_quiet(bed)

    def test_comes_and_goes(self):
        """InterfacesAdded and InterfacesRemoved name it; a replugged modem has it again."""
        with Testbed("blank") as bed:
            gone = bed.modem(0)
            observer = self.enterContext(Bus(bed.address))
            observer.watch("interface='org.freedesktop.DBus.ObjectManager'")
            bed.add_sim("movistar-co", enable=False)
            path = bed.modem(1)
            added = observer.wait(lambda item: item.member == "InterfacesAdded" and
                                  item.args[0] == path)
            self.assertIn(OURS, added.args[1])
            bed.unplug(0)
            removed = observer.wait(lambda item: item.member == "InterfacesRemoved" and
                                    item.args[0] == gone)
            self.assertIn(OURS, removed.args[1])
            self.assert_fails("org.freedesktop.DBus.Error.UnknownMethod", bed.bus.call,
                              MM, gone, OURS, "Describe")
            self.assertTrue(run(bed.bus, path, "phonebook", {}, "+CPBS=?")[0])
            bed.plug(0)
            self.assertTrue(run(bed.bus, bed.modem(0), "phonebook", {}, "+CPBS=?")[0])
            self.assert_quiet(bed)

    def test_disabled_and_locked(self):
        """A modem that is not enabled is served; what needs a locked SIM says so, and why."""
        with Testbed("movistar-co", "locked", enable=False) as bed:
            for number, locked in enumerate((False, True)):
                said, = bed.call(number, OURS, "Describe")
                self.assertEqual((said["locked"], said["setup"]), (locked, 0))
            self.assertTrue(run(bed.bus, bed.modem(0), "messages", {"memory": "SM"}, "+CMGL=4")[0])
            self.assertTrue(run(bed.bus, bed.modem(0), "phonebook", {"storage": "SM"}, "+CPBR=?")[0])
            refused, = run(bed.bus, bed.modem(1), "phonebook", {"storage": "SM"}, "+CPBR=?")
            self.assertEqual((refused["name"], refused["domain"], refused["code"]),
                             (ERROR + "Locked", "cme", 11))
            self.assert_quiet(bed)

    def test_line_closes_midway(self):
        """The modem's port dies: every call is answered, the daemon goes on."""
        with Testbed("claro-co", "blank") as bed:
            path = bed.modem(0)
            bed.sim(0).control("fault 1 +CPBR=* unplug")
            for serial in [start_read(bed.bus, path, "phonebook/SM") for _ in range(3)]:
                self.assertIn(ERROR, self.outcome(bed.bus, serial))
            bed.unplug(0)
            self.assertTrue(run(bed.bus, bed.modem(1), "phonebook", {}, "+CPBS=?")[0])
            self.assert_quiet(bed)

    def test_vanishes_midway(self):
        """The daemon drops the modem while a job runs and others wait: each is answered."""
        with Testbed("claro-co", "blank") as bed:
            path = bed.modem(0)
            bed.sim(0).control("fault * +CPBR=* delay 1000")
            serials = [start_read(bed.bus, path, "phonebook/SM") for _ in range(8)]
            wait_busy(bed, path)
            take_away(bed, 0)
            answers = [self.outcome(bed.bus, serial) for serial in serials]
            self.assertIn(ERROR + "Cancelled", answers)
            self.assertTrue(run(bed.bus, bed.modem(1), "phonebook", {}, "+CPBS=?")[0])
            self.assert_quiet(bed)

    def test_daemon_ends_midway(self):
        """The daemon is told to end while a job runs: it ends well."""
        with Testbed("claro-co") as bed:
            bed.sim(0).control("fault * +CPBR=* delay 3000")
            path = bed.modem(0)
            start_read(bed.bus, path, "phonebook/SM")
            start_read(bed.bus, path, "phonebook/SM")
            wait_busy(bed, path)
            self.assert_quiet(bed)


class Callers(Base):
    """Several callers and modems at once."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("claro-co", "movistar-co")
        cls.enterClassContext(cls.bed)
        run(cls.bed.bus, cls.bed.modem(0), "phonebook", {}, "+CPBS?", "+CSCS?")

    def setUp(self):
        self.path = self.bed.modem(0)
        self.bed.sim(0).control("clear-faults")
        self.alice = self.enterContext(Bus(self.bed.address))
        self.bob = self.enterContext(Bus(self.bed.address))

    def held_read(self):
        """A read by alice, under way until it is let go."""
        self.bed.sim(0).control("fault 1 +CPBR=* hold")
        serial = start_read(self.alice, self.path, "phonebook/SM")
        wait_busy(self.bed, self.path)
        return serial

    def let_go(self):
        """What is held goes on."""
        self.bed.sim(0).control("clear-faults")

    def reads(self, since):
        """What was read since, in order: a phonebook by its last index, messages, one message."""
        sent = " ".join(line for line in self.bed.sim(0).traffic.read_text()[since:].splitlines()
                        if " > " in line)
        return re.findall(r"\+CPBR=1,\d+|\+CMG[LR]", sent)

    def test_turns(self):
        """Two callers are served in the order of their calls, one at a time."""
        since = len(self.bed.sim(0).traffic.read_text())
        first = self.held_read()
        second = start_read(self.bob, self.path, "phonebook/ME")
        settle(self.bob, self.path)
        third = start_read(self.alice, self.path, "messages/SM")
        self.assertTrue(self.bob.get(MM, self.path, OURS, "Busy"))
        self.let_go()
        self.assertEqual(finish_read(self.alice, first), 190)
        self.assertEqual(finish_read(self.bob, second), 60)
        self.assertEqual(finish_read(self.alice, third), 30)
        self.assertFalse(self.bob.get(MM, self.path, OURS, "Busy"))
        self.assertEqual(self.reads(since), ["+CPBR=1,200", "+CPBR=1,500", "+CMGL"])

    def test_two_modems(self):
        """A job on one modem does not hold up another modem."""
        first = self.held_read()
        self.assertTrue(run(self.bob, self.bed.modem(1), "phonebook", {}, "+CPBS=?")[0])
        self.assertTrue(self.bob.get(MM, self.path, OURS, "Busy"))
        self.let_go()
        self.alice.finish(first)

    def test_cancel(self):
        """Cancel ends the caller's own jobs, running and waiting, and no others."""
        first = self.held_read()
        second = start_read(self.alice, self.path, "phonebook/ME")
        other = start_read(self.bob, self.path, "messages/SM")
        settle(self.bob, self.path)
        self.alice.call(MM, self.path, OURS, "Cancel")
        self.let_go()
        self.assert_fails(ERROR + "Cancelled", self.alice.finish, second)
        self.assertEqual(finish_read(self.bob, other), 30)
        self.assertIn(self.outcome(self.alice, first), (190, ERROR + "Cancelled"))
        self.alice.call(MM, self.path, OURS, "Cancel")

    def test_cancel_silent_modem(self):
        """A caller that cancels does not wait as long as a modem that is silent."""
        serial = self.held_read()
        self.alice.call(MM, self.path, OURS, "Cancel")
        self.assert_fails(ERROR + "Cancelled", self.alice.finish, serial)
        self.assertTrue(self.bob.get(MM, self.path, OURS, "Busy"))
        self.let_go()
        # the line is free again, and everything as before
        self.assertEqual(finish_read(self.bob, start_read(self.bob, self.path, "phonebook/ME")), 60)

    def test_leave(self):
        """A caller that leaves the bus takes its jobs with it."""
        since = len(self.bed.sim(0).traffic.read_text())
        self.held_read()
        start_read(self.alice, self.path, "phonebook/ME")
        start_read(self.alice, self.path, "phonebook/FD")
        settle(self.alice, self.path)
        self.bob.watch(f"member='NameOwnerChanged',arg0='{self.alice.name}'")
        self.alice.close()
        # the daemon hears of it before it hears of what bob sends then
        self.bob.wait(lambda item: item.member == "NameOwnerChanged")
        settle(self.bob, self.path)
        self.let_go()
        self.assertEqual(finish_read(self.bob, start_read(self.bob, self.path, "messages/SM")), 30)
        self.assertEqual(self.reads(since), ["+CPBR=1,200", "+CMGL"])

    def test_bounds(self):
        """One caller cannot fill the queue."""
        first = self.held_read()
        serials = [start_read(self.alice, self.path, "phonebook/FD") for _ in range(20)]
        settle(self.alice, self.path)
        self.let_go()
        refused = 0
        self.alice.finish(first)
        for serial in serials:
            try:
                self.alice.finish(serial)
            except BusError as error:
                self.assertEqual(error.name, "org.freedesktop.DBus.Error.LimitsExceeded")
                refused += 1
        self.assertEqual(refused, 5)

    def test_progress(self):
        """Progress goes to the caller, and to nobody else."""
        self.bob.watch(f"interface='{OURS}'")
        self.alice.signals.clear()
        self.alice.finish(start_read(self.alice, self.path, "phonebook/SM"))
        settle(self.bob, self.path)
        progress = [item.args for item in self.alice.signals if item.member == "Progress"]
        self.assertTrue(progress)
        self.assertEqual(progress[-1], ("phonebook", 1, 1))
        self.assertEqual([item for item in self.bob.signals if item.member == "Progress"], [])

    def write(self, *names):
        """Sends commands that write contacts of these names, for finish_run ()."""
        return start_run(self.alice, self.path, "phonebook", {"storage": "ME", "charset": "UCS2"},
                         *(f'+CPBW=,"57301",129,"{name.encode("utf-16be").hex().upper()}"'
                           for name in names))

    def erase_written(self):
        """What a test has written."""
        options = {"storage": "ME", "charset": "UCS2"}
        rows, = run(self.alice, self.path, "phonebook", options, "+CPBR=1,500")
        ours = [(f"+CPBW={row[7:].split(',')[0]}", row.encode("latin-1")) for row in rows
                if '"57301"' in row]
        self.assertEqual(run(self.alice, self.path, "phonebook", options, *ours), [[]] * len(ours))
        return len(ours)

    def test_write(self):
        """Each command has its own outcome, with the modem's own code."""
        self.assertEqual(finish_run(self.alice, self.write("uno", "dos")), [[], []])
        self.assertEqual(self.erase_written(), 2)
        for fault, name, code in (("cme 20", "Full", 20), ("cme 11", "Locked", 11),
                                  ("cme 9999", "ModemError", 9999)):
            self.bed.sim(0).control(f"fault 2 +CPBW=,* {fault}")
            one, two, three = finish_run(self.alice, self.write("uno", "dos", "tres"))
            self.assertEqual((one, three), ([], []))
            self.assertEqual((two["name"], two["domain"], two["code"]),
                             (ERROR + name, "cme", code))
            self.assertEqual(self.erase_written(), 2)
            self.bed.sim(0).control("clear-faults")
        self.assert_fails("org.freedesktop.DBus.Error.LimitsExceeded", finish_run, self.alice,
                          self.write(*["x"] * 65))

    def test_write_cancelled(self):
        """Cancel ends a call after the command that is under way; so does leaving the bus."""
        sim = self.bed.sim(0)
        for leaves in (False, True):
            sim.control("fault 2 +CPBW=,* hold")
            written = sim.count_commands("+CPBW")
            serial = self.write("uno", "dos", "tres")
            sim.wait_commands("+CPBW", written + 2)
            if leaves:
                self.bob.watch(f"member='NameOwnerChanged',arg0='{self.alice.name}'")
                self.alice.close()
                self.bob.wait(lambda item: item.member == "NameOwnerChanged")
                settle(self.bob, self.path)
            else:
                self.alice.call(MM, self.path, OURS, "Cancel")
            self.let_go()
            if not leaves:
                one, two, three = finish_run(self.alice, serial)
                self.assertEqual((one, two, three["name"]), ([], [], ERROR + "Cancelled"))
                self.assertEqual(self.erase_written(), 2)
        self.assertEqual(finish_read(self.bob, start_read(self.bob, self.path, "phonebook/ME")), 62)
        self.assertEqual(sim.count_commands("+CPBW"), written + 2)
        self.alice = self.bob
        self.assertEqual(self.erase_written(), 2)

    def test_daemon_works_meanwhile(self):
        """The daemon's own operations succeed while messages are read again and again."""
        serials = [start_read(self.alice, self.path, "messages/ME") for _ in range(10)]
        for number in range(5):
            sms, = self.bed.call(0, MESSAGING, "Create", "a{sv}", ({
                "number": Variant("s", "+573005550001"), "text": Variant("s", f"n {number}")},))
            self.bed.bus.call(MM, sms, SMS, "Store", "u", (0,))
            self.bed.call(0, MESSAGING, "List")
        for serial in serials:
            self.assertGreaterEqual(finish_read(self.alice, serial), 70)
        for sms in self.bed.call(0, MESSAGING, "List")[0]:
            if self.bed.bus.get(MM, sms, SMS, "Text").startswith("n "):
                self.bed.call(0, MESSAGING, "Delete", "o", (sms,))

    def test_arrivals(self):
        """A message that is announced while its store is being read reaches the daemon too."""
        since = len(self.bed.sim(0).traffic.read_text())
        self.bed.sim(0).control("fault 1 +CMGL=* hold")
        serial = start_read(self.alice, self.path, "messages/ME")
        wait_busy(self.bed, self.path)
        # those of the messages that the daemon found when the modem was enabled
        self.bed.bus.forget(MM)
        for text in ("uno", "dos"):
            pdu = tpdu.deliver("Nequi", text, "26-03-14 09:26:53")
            self.bed.sim(0).control(f"deliver {pdu.hex()}")
        self.let_go()
        added = []
        for text in ("uno", "dos"):
            signal = self.bed.bus.wait(lambda item: item.member == "Added" and
                                       item.interface == MESSAGING)
            self.assertTrue(signal.args[1])
            self.assertEqual(self.bed.bus.get(MM, signal.args[0], SMS, "Text"), text)
            added.append(signal.args[0])
        finish_run(self.alice, serial)
        # not before: while the second is read under the lock, the daemon refuses to delete
        for path in added:
            self.bed.call(0, MESSAGING, "Delete", "o", (path,))
        # they came while the store was locked, and were read after it
        self.assertEqual(self.reads(since), ["+CMGL", "+CMGR", "+CMGR"])
        # with no lock of ours the daemon does it alone, and once
        self.bed.sim(0).control(f"deliver {pdu.hex()}")
        signal = self.bed.bus.wait(lambda item: item.member == "Added" and
                                   item.interface == MESSAGING)
        self.assertEqual(self.reads(since), ["+CMGL", "+CMGR", "+CMGR", "+CMGR"])
        self.bed.call(0, MESSAGING, "Delete", "o", (signal.args[0],))


class Permissions(Base):
    """Real polkit, real bus policy."""

    CONTACTS = ("phonebook", "@a{sv} {}", "[('+CPBS=?', @ay [])]")
    MESSAGES = ("messages", "@a{sv} {}", "[('+CPMS=?', @ay [])]")
    FILE = ("files", "@a{sv} {}", "[('read 3F00/2FE2', @ay [])]")

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("movistar-co")
        cls.enterClassContext(cls.bed)
        if not cls.bed.authorises:
            raise unittest.SkipTest("needs root")

    def ask(self, user, interface, member, *args, path=None):
        """A call by another user; returns all that was printed."""
        done = self.bed.run(["gdbus", "call", "--system", "--dest", MM, "--object-path",
                             path or self.bed.modem(0), "--method", f"{interface}.{member}",
                             *args], user=user)
        return done.stdout + done.stderr

    def write_policy(self, policy, text, action, allowed):
        """Gives polkit another policy, and waits until it goes by it."""
        new = policy.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.rename(policy)
        while allowed != any(item[0] == action and item[6] == 5 for item in self.bed.bus.call(
                POLKIT, "/org/freedesktop/PolicyKit1/Authority", POLKIT + ".Authority",
                "EnumerateActions", "s", ("C",))[0]):
            self.bed.bus.wait(lambda item: item.member == "Changed")

    def allow_any(self, action):
        """polkit lets everyone do an action of the daemon's from now on."""
        policy = self.bed.directory / "actions" / "org.freedesktop.ModemManager1.policy"
        text = policy.read_text(encoding="utf-8")
        head, mark, tail = text.partition(f'<action id="{action}">')
        self.assertTrue(mark)
        tail = tail.replace("<defaults>", "<defaults><allow_any>yes</allow_any>", 1)
        self.bed.bus.watch(f"interface='{POLKIT}.Authority',member='Changed'")
        self.addCleanup(self.write_policy, policy, text, action, False)
        self.write_policy(policy, head + mark + tail, action, True)

    def test_root(self):
        """Root may."""
        self.assertIn("{}", self.ask("root", OURS, "Run", *self.CONTACTS))

    def test_nobody(self):
        """polkit refuses a user who is not at the machine, method by method."""
        for call in (("Run", *self.CONTACTS), ("Run", *self.MESSAGES), ("Run", *self.FILE),
                     ("OpenChannel", "[byte 0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02]")):
            self.assertIn(ERROR + "Denied", self.ask("nobody", OURS, *call), call)
        # the daemon asks the modem this and that meanwhile, but never for a phonebook
        before = self.bed.sim(0).traffic.read_text().count("+CPB")
        self.ask("nobody", OURS, "Run", *self.CONTACTS)
        self.assertEqual(self.bed.sim(0).traffic.read_text().count("+CPB"), before)
        self.assertEqual(self.ask("nobody", OURS, "Cancel").strip(), "()")
        self.assertIn("'doors'", self.ask("nobody", OURS, "Describe"))

    def test_bus_policy(self):
        """What the bus does not let through, ours does not open: only our interface is."""
        self.assertIn("AccessDenied", self.ask("nobody", MM + ".Test", "SetProfile", "x", "generic",
                                               "[]", path=MM_PATH))
        self.assertIn("AccessDenied", self.ask("nobody", OURS + "x", "Describe"))

    def test_kinds(self):
        """Contacts' action opens phonebooks and not messages, and the reverse."""
        for action, opens, refuses in ((".Contacts", self.CONTACTS, self.MESSAGES),
                                       (".Messaging", self.MESSAGES, self.CONTACTS)):
            with self.subTest(action=action):
                self.allow_any(MM + action)
                self.assertIn("{}", self.ask("nobody", OURS, "Run", *opens))
                self.assertIn(ERROR + "Denied", self.ask("nobody", OURS, "Run", *refuses))
                self.doCleanups()

    def test_card_action(self):
        """polkit knows our own action, as one that asks for an administrator."""
        actions, = self.bed.bus.call(POLKIT, "/org/freedesktop/PolicyKit1/Authority",
                                     POLKIT + ".Authority", "EnumerateActions", "s", ("",))
        ours = [action for action in actions if action[0] == "org.simstow.card"]
        self.assertEqual(len(ours), 1)
        # implicit answers: any auth_admin, inactive no, active auth_admin_keep
        self.assertEqual(ours[0][6:9], (2, 0, 4))


class Valgrind(Base):
    """The daemon under valgrind, with the plugin at work."""

    class Bed(Testbed):
        """A testbed whose daemon runs under valgrind."""

        def find_programs(self):
            super().find_programs()
            self.scratch = pathlib.Path(self.box.name)
            wrapper = self.scratch / "ModemManager"
            wrapper.write_text(
                "#!/bin/sh\n"
                "G_SLICE=always-malloc exec valgrind -q --leak-check=full --trace-children=no "
                f"--num-callers=40 --log-file={self.scratch}/valgrind.log "
                f'{self.program["ModemManager"]} "$@"\n', encoding="ascii")
            wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
            self.program["ModemManager"] = str(wrapper)

    def test_clean(self):
        """No error in which the plugin has a part, through a modem's life and some trouble."""
        with tempfile.TemporaryDirectory(prefix="simstow-valgrind-") as box:
            self.Bed.box = type("Box", (), {"name": box})
            with self.Bed("movistar-co") as bed:
                self.exercise(bed)
                self.assertEqual(bed.stop_daemon(), 0)
            log = (pathlib.Path(box) / "valgrind.log").read_text(encoding="utf-8")
        blocks = re.split(r"(?m)^==\d+== *\n", log)
        self.assertEqual([block for block in blocks if "simstow" in block], [])

    def exercise(self, bed):
        """A bit of everything."""
        path = bed.modem(0)
        for door, text in (("files", "read 7FFF6F3B"), ("files", "read 2FE2"), ("euicc", "eid")):
            bed.call(0, OURS, "Run", "sa{sv}a(say)", (door, {}, [(text, b"")]))
        contact = {"storage": "SM", "charset": "UCS2"}
        _, row = run(bed.bus, path, "phonebook", contact,
                     '+CPBW=25,"+573005550199",145,"0041006E0061"', "+CPBR=25")
        self.assertEqual(run(bed.bus, path, "phonebook", contact,
                             ("+CPBW=25", row[0].encode())), [[]])
        pdu = tpdu.deliver("Nequi", "Hola", "26-03-14 09:26:53")
        written, = run(bed.bus, path, "messages", {"memory": "SM"},
                       (f"+CMGW={len(pdu)},1", b"\0" + pdu))
        self.assertEqual(run(bed.bus, path, "messages", {"memory": "SM"},
                             (f"+CMGD={written[0][7:]}", b"00" + pdu.hex().encode())), [[]])
        self.assert_fails(ERROR + "Denied", run, bed.bus, path, "messages", {"memory": "SM"},
                          ("+CMGW=1", b"\0"))
        bed.sim(0).control("fault 1 +CMGL=* delay 2000")
        serial = start_read(bed.bus, path, "messages/ME")
        wait_busy(bed, path)
        bed.bus.forget(MM)
        bed.sim(0).control(f"deliver {pdu.hex()}")
        bed.bus.wait(lambda item: item.member == "Added" and item.interface == MESSAGING, 60)
        finish_run(bed.bus, serial)
        bed.sim(0).control("fault 1 +CPBR=* delay 2000")
        with Bus(bed.address) as leaving:
            start_read(leaving, path, "phonebook/SM")
            start_read(leaving, path, "messages/SM")
            wait_busy(bed, path)
        serial = start_read(bed.bus, path, "phonebook/MC")
        bed.call(0, OURS, "Cancel")
        self.assertEqual(self.outcome(bed.bus, serial), ERROR + "Cancelled")
        bed.sim(0).control("clear-faults")
        bed.sim(0).control("fault * +CPBR=* delay 1000")
        serials = [start_read(bed.bus, path, "phonebook/SM") for _ in range(8)]
        wait_busy(bed, path)
        take_away(bed, 0)
        self.assertIn(ERROR + "Cancelled", [self.outcome(bed.bus, serial) for serial in serials])


if __name__ == "__main__":
    os.environ.setdefault("G_MESSAGES_DEBUG", "")
    sys.exit(unittest.main(verbosity=2))
