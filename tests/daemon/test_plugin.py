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
READ = "suua{sv}"
MEMBERS = ["ListStores", "ReadRecords", "WriteRecord", "WriteRecords", "EraseRecord",
           "EraseRecords", "Describe", "Run", "OpenChannel", "Transmit", "CloseChannel", "Cancel",
           "Progress", "Version", "Transport", "Busy"]


def start_read(bus, path, store, first=0, count=0):
    """Sends ReadRecords, to be finished by bus.finish ()."""
    return bus.send(MM, path, OURS, "ReadRecords", READ, (store, first, count, {}))


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
            return len(bus.finish(serial, 10)[0])
        except BusError as error:
            self.assertIn(ERROR, error.name)
            return error.name

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
                              MM, gone, OURS, "ListStores")
            self.assertTrue(bed.call(1, OURS, "ListStores")[0])
            bed.plug(0)
            self.assertTrue(bed.call(0, OURS, "ListStores")[0])
            self.assert_quiet(bed)

    def test_disabled_and_locked(self):
        """A modem that is not enabled is served; a locked SIM just has no stores on it."""
        with Testbed("movistar-co", "locked", enable=False) as bed:
            stores = {item["id"] for item in bed.call(0, OURS, "ListStores")[0]}
            self.assertIn("sms/sm", stores)
            self.assertIn("phonebook/sm", stores)
            self.assertNotIn("phonebook/sm", {item["id"] for item in
                                              bed.call(1, OURS, "ListStores")[0]})
            self.assert_fails(ERROR + "Unsupported", bed.call, 0, OURS, "ReadRecords", READ,
                              ("photos/sm", 0, 0, {}))
            self.assert_fails(ERROR + "Unsupported", bed.call, 0, OURS, "ReadRecords", READ,
                              ("sms/sm", 0, 0, {"fast": Variant("b", True)}))
            self.assert_quiet(bed)

    def test_line_closes_midway(self):
        """The modem's port dies: every call is answered, the daemon goes on."""
        with Testbed("claro-co", "blank") as bed:
            path = bed.modem(0)
            bed.call(0, OURS, "ListStores")
            bed.sim(0).control("fault 1 +CPBR=* unplug")
            for serial in [start_read(bed.bus, path, "phonebook/sm") for _ in range(3)]:
                with self.assertRaises(BusError) as caught:
                    bed.bus.finish(serial)
                self.assertIn(ERROR, caught.exception.name)
            bed.unplug(0)
            self.assertTrue(bed.call(1, OURS, "ListStores")[0])
            self.assert_quiet(bed)

    def test_vanishes_midway(self):
        """The daemon drops the modem while a job runs and others wait: each is answered."""
        with Testbed("claro-co", "blank") as bed:
            path = bed.modem(0)
            bed.call(0, OURS, "ListStores")
            bed.sim(0).control("fault * +CPBR=* delay 1000")
            serials = [start_read(bed.bus, path, "phonebook/sm") for _ in range(8)]
            wait_busy(bed, path)
            take_away(bed, 0)
            answers = [self.outcome(bed.bus, serial) for serial in serials]
            self.assertIn(ERROR + "Cancelled", answers)
            self.assertTrue(bed.call(1, OURS, "ListStores")[0])
            self.assert_quiet(bed)

    def test_daemon_ends_midway(self):
        """The daemon is told to end while a job runs: it ends well."""
        with Testbed("claro-co") as bed:
            bed.sim(0).control("fault * +CPBR=* delay 3000")
            path = bed.modem(0)
            start_read(bed.bus, path, "phonebook/sm")
            start_read(bed.bus, path, "phonebook/sm")
            wait_busy(bed, path)
            self.assert_quiet(bed)


class Callers(Base):
    """Several callers and modems at once."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("claro-co", "movistar-co")
        cls.enterClassContext(cls.bed)
        cls.bed.call(0, OURS, "ListStores")

    def setUp(self):
        self.path = self.bed.modem(0)
        self.bed.sim(0).control("clear-faults")
        self.alice = self.enterContext(Bus(self.bed.address))
        self.bob = self.enterContext(Bus(self.bed.address))

    def held_read(self):
        """A read by alice, under way until it is let go."""
        self.bed.sim(0).control("fault 1 +CPBR=* hold")
        serial = start_read(self.alice, self.path, "phonebook/sm")
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
        second = start_read(self.bob, self.path, "phonebook/me")
        settle(self.bob, self.path)
        third = start_read(self.alice, self.path, "sms/sm")
        self.assertTrue(self.bob.get(MM, self.path, OURS, "Busy"))
        self.let_go()
        self.assertEqual(len(self.alice.finish(first)[0]), 190)
        self.assertEqual(len(self.bob.finish(second)[0]), 60)
        self.assertEqual(len(self.alice.finish(third)[0]), 30)
        self.assertFalse(self.bob.get(MM, self.path, OURS, "Busy"))
        self.assertEqual(self.reads(since), ["+CPBR=1,200", "+CPBR=1,500", "+CMGL"])

    def test_two_modems(self):
        """A job on one modem does not hold up another modem."""
        first = self.held_read()
        self.assertTrue(self.bed.call(1, OURS, "ListStores")[0])
        self.assertTrue(self.bob.get(MM, self.path, OURS, "Busy"))
        self.let_go()
        self.alice.finish(first)

    def test_cancel(self):
        """Cancel ends the caller's own jobs, running and waiting, and no others."""
        first = self.held_read()
        second = start_read(self.alice, self.path, "phonebook/me")
        other = start_read(self.bob, self.path, "sms/sm")
        settle(self.bob, self.path)
        self.alice.call(MM, self.path, OURS, "Cancel")
        self.let_go()
        self.assert_fails(ERROR + "Cancelled", self.alice.finish, second)
        self.assertEqual(len(self.bob.finish(other)[0]), 30)
        try:
            self.assertEqual(len(self.alice.finish(first)[0]), 190)
        except BusError as error:
            self.assertEqual(error.name, ERROR + "Cancelled")
        self.alice.call(MM, self.path, OURS, "Cancel")

    def test_cancel_silent_modem(self):
        """A caller that cancels does not wait as long as a modem that is silent."""
        serial = self.held_read()
        self.alice.call(MM, self.path, OURS, "Cancel")
        self.assert_fails(ERROR + "Cancelled", self.alice.finish, serial)
        self.assertTrue(self.bob.get(MM, self.path, OURS, "Busy"))
        self.let_go()
        # the line is free again, and everything as before
        self.assertEqual(len(self.bob.call(MM, self.path, OURS, "ReadRecords", READ,
                                           ("phonebook/me", 0, 0, {}))[0]), 60)

    def test_leave(self):
        """A caller that leaves the bus takes its jobs with it."""
        since = len(self.bed.sim(0).traffic.read_text())
        self.held_read()
        start_read(self.alice, self.path, "phonebook/me")
        start_read(self.alice, self.path, "phonebook/fd")
        settle(self.alice, self.path)
        self.bob.watch(f"member='NameOwnerChanged',arg0='{self.alice.name}'")
        self.alice.close()
        # the daemon hears of it before it hears of what bob sends then
        self.bob.wait(lambda item: item.member == "NameOwnerChanged")
        settle(self.bob, self.path)
        self.let_go()
        self.assertEqual(len(self.bob.call(MM, self.path, OURS, "ReadRecords", READ,
                                           ("sms/sm", 0, 0, {}))[0]), 30)
        self.assertEqual(self.reads(since), ["+CPBR=1,200", "+CMGL"])

    def test_bounds(self):
        """One caller cannot fill the queue."""
        first = self.held_read()
        serials = [start_read(self.alice, self.path, "phonebook/fd") for _ in range(20)]
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
        self.alice.finish(start_read(self.alice, self.path, "phonebook/sm"))
        settle(self.bob, self.path)
        progress = [item.args for item in self.alice.signals if item.member == "Progress"]
        self.assertTrue(progress)
        self.assertEqual(progress[-1][0], "phonebook/sm")
        self.assertEqual([item for item in self.bob.signals if item.member == "Progress"], [])

    def write_some(self, *names):
        """Sends WriteRecords with contacts of these names, to be finished by finish ()."""
        records = [{"number": Variant("s", "57301"), "name": Variant("s", name)} for name in names]
        return self.alice.send(MM, self.path, OURS, "WriteRecords", "saa{sv}",
                               ("phonebook/me", records))

    def erase(self, indices):
        """What a test has written."""
        for index in indices:
            self.alice.call(MM, self.path, OURS, "EraseRecord", "su", ("phonebook/me", index))

    def test_write_records(self):
        """A batch ends at the first record that is not written, and tells which were."""
        indices, name, text = self.alice.finish(self.write_some("uno", "dos"))
        self.assertEqual((len(set(indices)), name, text), (2, "", ""))
        self.erase(indices)
        indices, name, text = self.alice.finish(self.write_some("uno", "x" * 300, "tres"))
        self.assertEqual((len(indices), name), (1, ERROR + "InvalidRecord"))
        self.assertIn("300 characters", text)
        self.erase(indices)
        self.bed.sim(0).control("fault 2 +CPBW=,* cme 20")
        indices, name, text = self.alice.finish(self.write_some("uno", "dos", "tres"))
        self.assertEqual((len(indices), name), (1, ERROR + "Full"))
        self.assertTrue(text.endswith("(CME 20)"), text)
        self.erase(indices)
        self.assert_fails("org.freedesktop.DBus.Error.LimitsExceeded", self.alice.finish,
                          self.write_some(*["x"] * 33))

    def erase_records(self, *records):
        """The names of the errors of EraseRecords, one a record."""
        return [name.removeprefix(ERROR) for name, _ in self.alice.call(
            MM, self.path, OURS, "EraseRecords", "saa{sv}", ("phonebook/me", list(records)))[0]]

    def test_erase_records(self):
        """Only what is still there as it was read is erased, record by record."""
        names = ("Uno", "Dos", "Tres")
        indices = self.alice.finish(self.write_some(*names))[0]
        read = {record["index"]: record for record in self.alice.finish(
            start_read(self.alice, self.path, "phonebook/me"))[0]}
        kinds = {"index": "u", "type": "u", "additional-type": "u", "hidden": "b"}
        one, two, three = ({key: Variant(kinds.get(key, "s"), value)
                            for key, value in read[index].items()} for index in indices)
        before = self.bed.sim(0).dump()
        other = dict(two, name=Variant("s", "Otro"))
        self.alice.call(MM, self.path, OURS, "WriteRecord", "sa{sv}", ("phonebook/me", other))
        self.erase([indices[2]])
        changed = self.bed.sim(0).dump()
        self.assertNotEqual(changed, before)
        self.assertEqual(self.erase_records(two, three), ["NotFound", "NotFound"])
        self.assertEqual(self.bed.sim(0).dump(), changed)
        self.assertEqual(self.erase_records(one, two, other), ["", "NotFound", ""])
        self.assertEqual([record for record in self.alice.finish(
            start_read(self.alice, self.path, "phonebook/me"))[0] if record["index"] in indices], [])

    def test_write_records_cancelled(self):
        """Cancel ends a batch after the record that is being written; so does leaving the bus."""
        sim = self.bed.sim(0)
        for leaves in (False, True):
            sim.control("fault 2 +CPBW=,* hold")
            written = sim.count_commands("+CPBW")
            serial = self.write_some("uno", "dos", "tres")
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
                indices, name, _ = self.alice.finish(serial)
                self.assertEqual((len(indices), name), (2, ERROR + "Cancelled"))
                self.erase(indices)
        self.assertEqual(len(self.bob.call(MM, self.path, OURS, "ReadRecords", READ,
                                           ("phonebook/me", 0, 0, {}))[0]), 62)
        self.assertEqual(sim.count_commands("+CPBW"), written + 2)

    def test_modem_errors(self):
        """The modem's own codes are in the message."""
        for fault, name, code in (("cme 20", "Full", "(CME 20)"), ("cme 11", "Locked", "(CME 11)"),
                                  ("cme 9999", "ModemError", "(CME 9999)")):
            self.bed.sim(0).control("clear-faults")
            self.bed.sim(0).control(f"fault * +CPBW=* {fault}")
            text = self.assert_fails(
                ERROR + name, self.alice.call, MM, self.path, OURS, "WriteRecord", "sa{sv}",
                ("phonebook/me", {"number": Variant("s", "123"), "name": Variant("s", "x")}))
            self.assertTrue(text.endswith(code), text)

    def test_daemon_works_meanwhile(self):
        """The daemon's own operations succeed while messages are read again and again."""
        serials = [start_read(self.alice, self.path, "sms/me") for _ in range(10)]
        for number in range(5):
            sms, = self.bed.call(0, MESSAGING, "Create", "a{sv}", ({
                "number": Variant("s", "+573005550001"), "text": Variant("s", f"n {number}")},))
            self.bed.bus.call(MM, sms, SMS, "Store", "u", (0,))
            self.bed.call(0, MESSAGING, "List")
        for serial in serials:
            self.assertGreaterEqual(len(self.alice.finish(serial)[0]), 70)
        for sms in self.bed.call(0, MESSAGING, "List")[0]:
            if self.bed.bus.get(MM, sms, SMS, "Text").startswith("n "):
                self.bed.call(0, MESSAGING, "Delete", "o", (sms,))

    def test_arrivals(self):
        """A message that is announced while its store is being read reaches the daemon too."""
        since = len(self.bed.sim(0).traffic.read_text())
        self.bed.sim(0).control("fault 1 +CMGL=* hold")
        serial = start_read(self.alice, self.path, "sms/me")
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
        self.alice.finish(serial)
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
        self.assertIn("sms/sm", self.ask("root", OURS, "ListStores"))

    def test_nobody(self):
        """polkit refuses a user who is not at the machine, method by method."""
        record = "{'number': <'123'>}"
        for call in (("ListStores",), ("ReadRecords", "sms/sm", "0", "0", "{}"),
                     ("ReadRecords", "calls/missed", "0", "0", "{}"),
                     ("WriteRecord", "phonebook/sm", record),
                     ("WriteRecords", "phonebook/sm", f"[{record}]"), ("EraseRecord", "sms/sm", "1"),
                     ("EraseRecords", "sms/sm", "@aa{sv} []"),
                     ("Run", "phonebook", "@a{sv} {}", "[('+CPBS=?', @ay [])]"),
                     ("OpenChannel", "[byte 0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02]")):
            self.assertIn(ERROR + "Denied", self.ask("nobody", OURS, *call), call)
        # the daemon asks the modem this and that meanwhile, but never for a phonebook
        before = self.bed.sim(0).traffic.read_text().count("+CPB")
        self.ask("nobody", OURS, "ReadRecords", "phonebook/sm", "0", "0", "{}")
        self.assertEqual(self.bed.sim(0).traffic.read_text().count("+CPB"), before)
        self.assertEqual(self.ask("nobody", OURS, "Cancel").strip(), "()")

    def test_bus_policy(self):
        """What the bus does not let through, ours does not open: only our interface is."""
        self.assertIn("AccessDenied", self.ask("nobody", MM + ".Test", "SetProfile", "x", "generic",
                                               "[]", path=MM_PATH))
        self.assertIn("AccessDenied", self.ask("nobody", OURS + "x", "ListStores"))

    def test_kinds(self):
        """Contacts' action opens phonebooks and calls and not messages, and the reverse."""
        self.allow_any(MM + ".Contacts")
        listed = self.ask("nobody", OURS, "ListStores")
        self.assertIn("phonebook/sm", listed)
        self.assertNotIn("sms/", listed)
        self.assertIn("uint32", self.ask("nobody", OURS, "ReadRecords", "phonebook/sm", "0", "0",
                                         "{}"))
        self.assertIn(ERROR + "Denied", self.ask("nobody", OURS, "ReadRecords", "sms/sm", "0", "0",
                                                 "{}"))

    def test_messaging(self):
        """Messaging's action opens messages only."""
        self.allow_any(MM + ".Messaging")
        listed = self.ask("nobody", OURS, "ListStores")
        self.assertIn("sms/sm", listed)
        self.assertNotIn("phonebook/", listed)

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
        for store in bed.call(0, OURS, "ListStores")[0]:
            bed.bus.finish(start_read(bed.bus, path, store["id"]), 60)
        index, = bed.call(0, OURS, "WriteRecord", "sa{sv}", ("phonebook/sm", {
            "number": Variant("s", "+573005550199"), "name": Variant("s", "Nuñez")}))
        bed.call(0, OURS, "EraseRecord", "su", ("phonebook/sm", index))
        pdu = tpdu.deliver("Nequi", "Hola", "26-03-14 09:26:53")
        index, = bed.call(0, OURS, "WriteRecord", "sa{sv}", ("sms/sm", {
            "status": Variant("s", "unread"), "pdu": Variant("ay", pdu)}))
        bed.call(0, OURS, "EraseRecord", "su", ("sms/sm", index))
        self.assert_fails(ERROR + "InvalidRecord", bed.call, 0, OURS, "WriteRecord", "sa{sv}",
                          ("sms/sm", {"pdu": Variant("ay", b"\x00")}))
        bed.sim(0).control("fault 1 +CMGL=* delay 2000")
        serial = start_read(bed.bus, path, "sms/me")
        wait_busy(bed, path)
        bed.bus.forget(MM)
        bed.sim(0).control(f"deliver {pdu.hex()}")
        bed.bus.wait(lambda item: item.member == "Added" and item.interface == MESSAGING, 60)
        bed.bus.finish(serial)
        bed.sim(0).control("fault 1 +CPBR=* delay 2000")
        with Bus(bed.address) as leaving:
            start_read(leaving, path, "phonebook/sm")
            start_read(leaving, path, "sms/sm")
            wait_busy(bed, path)
        serial = start_read(bed.bus, path, "calls/missed")
        bed.call(0, OURS, "Cancel")
        self.assert_fails(ERROR + "Cancelled", bed.bus.finish, serial)
        bed.sim(0).control("clear-faults")
        bed.sim(0).control("fault * +CPBR=* delay 1000")
        serials = [start_read(bed.bus, path, "phonebook/sm") for _ in range(8)]
        wait_busy(bed, path)
        take_away(bed, 0)
        self.assertIn(ERROR + "Cancelled", [self.outcome(bed.bus, serial) for serial in serials])


if __name__ == "__main__":
    os.environ.setdefault("G_MESSAGES_DEBUG", "")
    sys.exit(unittest.main(verbosity=2))
