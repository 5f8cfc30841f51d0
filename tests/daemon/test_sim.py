#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The stock ModemManager, without our plugin, takes the simulated modem for a real one."""

import re
import subprocess
import sys
import time
import unittest

from bus import BusError, Variant
from testbed import (DISABLED, FAILED, LOCKED, MM, MODEM, REGISTERED, SCENARIOS, Testbed,
                     TestbedError)

MESSAGING = MODEM + ".Messaging"
SMS = MM + ".Sms"
PROFILES = MODEM + ".Modem3gpp.ProfileManager"
sys.path.insert(0, str(SCENARIOS))
import tpdu  # noqa: E402


def groups(dump):
    """A dump, as group to lines."""
    out, current = {}, None
    for line in dump.splitlines():
        if line.startswith("["):
            current = out.setdefault(line.strip("[]"), [])
        else:
            current.append(line)
    return out


def records(dump, group):
    """The numbered lines of a group of a dump, as index to value."""
    pairs = (line.split("=", 1) for line in groups(dump)[group])
    return {int(key): value for key, value in pairs if key.isdigit()}


class Whole(unittest.TestCase):
    """One enabled modem with everything in it; tests leave it as they found it."""

    @classmethod
    def setUpClass(cls):
        start = time.monotonic()
        cls.bed = Testbed("claro-co", plugin=False)
        cls.enterClassContext(cls.bed)
        cls.seconds = time.monotonic() - start
        cls.commands = cls.bed.sim(0).stats()["commands"]

    def test_enables_fast(self):
        """Registered within seconds, and the number of the daemon's own commands is known."""
        print(f"# registered after {self.seconds:.2f} s and {self.commands} commands")
        self.assertLess(self.seconds, 15)
        self.assertGreater(self.commands, 60)
        self.assertLess(self.commands, 150)

    def test_identity(self):
        """mmcli shows the device, the SIM and the operator by name."""
        modem = self.bed.mmcli_json("-m", self.bed.modem_number(0))["modem"]
        self.assertEqual(modem["generic"]["manufacturer"], "Andina Wireless")
        self.assertEqual(modem["generic"]["model"], "AW-100")
        self.assertEqual(modem["generic"]["revision"], "AW1.04.7")
        self.assertEqual(modem["generic"]["equipment-identifier"], "350000550000109")
        self.assertEqual(modem["generic"]["own-numbers"], ["+573005550100"])
        self.assertEqual(modem["generic"]["state"], "registered")
        self.assertEqual(modem["3gpp"]["operator-name"], "Claro COL")
        self.assertEqual(modem["3gpp"]["operator-code"], "732101")
        sim = self.bed.mmcli_json("-i", modem["generic"]["sim"])["sim"]["properties"]
        self.assertEqual(sim["imsi"], "732101555000109")
        self.assertEqual(sim["iccid"], "8957321000055500016")
        self.assertEqual(sim["operator-name"], "Claro COL")

    def test_messages(self):
        """Multipart messages are joined, the broken one is skipped, the others are all there."""
        paths = self.bed.mmcli_json("-m", self.bed.modem_number(0), "--messaging-list-sms")
        texts = []
        for path in paths["modem.messaging.sms"]:
            texts.append(self.bed.bus.get(MM, path, SMS, "Text"))
        self.assertIn("Tu pedido va en camino!", texts)
        self.assertIn("¿Vienes mañana? 😀", texts)
        self.assertTrue(any(text.startswith("¡Feliz cumpleaños, Sofía! 🎂🎉") and
                            text.endswith("enorme 🤗") for text in texts))
        self.assertGreater(len(texts), 70)

    def test_reading_marks_as_read(self):
        """Listing turned unread into read, as TS 27.005 has it."""
        scenario = (SCENARIOS / "claro-co.scenario").read_text(encoding="utf-8")
        self.assertRegex(scenario, r"(?m)^\d+=0,")
        self.assertNotRegex(self.bed.sim(0).dump("messages"), r"(?m)^\d+=0,")

    def test_profiles(self):
        """The three APN profiles, and a fourth that is set and deleted."""
        profiles, = self.bed.call(0, PROFILES, "List")
        self.assertEqual([item["apn"] for item in profiles],
                         ["internet.comcel.com.co", "ims", "mms.comcel.com.co"])
        done = self.bed.mmcli("-m", self.bed.modem_number(0),
                              "--3gpp-profile-manager-set=apn=prueba,ip-type=ipv4")
        self.assertEqual(done.rc, 0, done.stderr)
        self.assertIn("4=IP,prueba", self.bed.sim(0).dump("profiles"))
        done = self.bed.mmcli("-m", self.bed.modem_number(0),
                              "--3gpp-profile-manager-delete=profile-id=4")
        self.assertEqual(done.rc, 0, done.stderr)
        self.assertNotIn("prueba", self.bed.sim(0).dump("profiles"))

    def test_preferred_networks(self):
        """The list of the SIM is read and written."""
        sim = self.bed.get(0, MODEM, "Sim")
        networks = self.bed.bus.get(MM, sim, MM + ".Sim", "PreferredNetworks")
        self.assertEqual([code for code, _ in networks], ["732101", "732123", "310410"])
        self.bed.bus.call(MM, sim, MM + ".Sim", "SetPreferredNetworks", "a(su)",
                          ([("732130", 1 << 14)],))
        self.assertIn("1=732130,0,0,0,1,0", self.bed.sim(0).dump("preferred-networks"))
        self.bed.bus.call(MM, sim, MM + ".Sim", "SetPreferredNetworks", "a(su)", (networks,))
        self.assertNotIn("732130", self.bed.sim(0).dump("preferred-networks"))

    def test_locks(self):
        """PIN lock off, its retries known."""
        retries = self.bed.get(0, MODEM, "UnlockRetries")
        self.assertEqual(retries, {2: 3, 3: 3, 4: 10, 5: 10})
        self.assertEqual(self.bed.get(0, MODEM, "UnlockRequired"), 1)

    def test_create_store_delete(self):
        """A message is created, stored by +CMGW, and deleted."""
        before = records(self.bed.sim(0).dump("messages"), "messages ME")
        path, = self.bed.call(0, MESSAGING, "Create", "a{sv}", ({
            "number": variant("+573005550001"), "text": variant("Hola, ¿todo bien?")},))
        self.bed.bus.call(MM, path, SMS, "Store", "u", (0,))
        after = records(self.bed.sim(0).dump("messages"), "messages ME")
        new = set(after) - set(before)
        self.assertEqual(len(new), 1)
        self.assertRegex(after[new.pop()], r"^2,00")
        self.bed.call(0, MESSAGING, "Delete", "o", (path,))
        self.assertEqual(records(self.bed.sim(0).dump("messages"), "messages ME"), before)

    def test_incoming(self):
        """+CMTI: the daemon reads the new message at once."""
        sim = self.bed.sim(0)
        self.bed.bus.forget(MM)
        pdu = tpdu.deliver("Nequi", "Recibiste $5.000 {ok}", "26-03-14 09:26:53")
        sim.control(f"deliver {pdu.hex()}")
        signal = self.bed.bus.wait(lambda item: item.member == "Added" and
                                   item.interface == MESSAGING)
        self.assertTrue(signal.args[1])
        self.assertEqual(self.bed.bus.get(MM, signal.args[0], SMS, "Number"), "Nequi")
        self.assertEqual(self.bed.bus.get(MM, signal.args[0], SMS, "Text"), "Recibiste $5.000 {ok}")
        self.assertEqual(self.bed.bus.get(MM, signal.args[0], SMS, "Timestamp"),
                         "2026-03-14T09:26:53-05")
        self.bed.call(0, MESSAGING, "Delete", "o", (signal.args[0],))

    def test_dump_is_deterministic(self):
        """Two dumps are equal, and a dump is a scenario that gives the same dump."""
        dump = self.bed.sim(0).dump()
        self.assertEqual(dump, self.bed.sim(0).dump())
        path = self.bed.directory / "again.scenario"
        path.write_text(dump, encoding="utf-8")
        again = self.bed.directory / "again.dump"
        program = self.bed.build / "tests" / "sim" / "simstow-sim"
        with subprocess.Popen([program, "-s", path, "-a", f"again-{self.bed.tag}", "-d", again],
                              stdout=subprocess.PIPE) as other:
            other.stdout.readline()
            other.terminate()
            self.assertEqual(other.wait(10), 0)
        self.assertEqual(strip_comments(again.read_text(encoding="utf-8")), strip_comments(dump))


def variant(text):
    """A string to put into a dictionary of variants."""
    return Variant("s", text)


def strip_comments(dump):
    """Without the settings that a scenario cannot set."""
    return re.sub(r"(?m)^#.*\n", "", dump)


class Others(unittest.TestCase):
    """The other scenarios, and what goes wrong."""

    def test_locked(self):
        """The PIN is asked for, a wrong one is counted, the right one opens the modem."""
        with Testbed("locked", plugin=False) as bed:
            self.assertEqual(bed.get(0, MODEM, "State"), LOCKED)
            self.assertEqual(bed.get(0, MODEM, "UnlockRequired"), 2)
            sim = bed.get(0, MODEM, "Sim")
            with self.assertRaises(BusError) as caught:
                bed.bus.call(MM, sim, MM + ".Sim", "SendPin", "s", ("9999",))
            self.assertIn("IncorrectPassword", caught.exception.name)
            bed.bus.call(MM, sim, MM + ".Sim", "SendPin", "s", ("1234",))
            bed.wait_state(0, DISABLED)
            bed.enable_modem(0)
            self.assertEqual(bed.get(0, MODEM, "State"), REGISTERED)

    def test_two_modems(self):
        """Two modems of two makes; one is unplugged and put back, the other stays."""
        with Testbed("blank", "movistar-co", plugin=False) as bed:
            self.assertEqual(bed.call(0, MESSAGING, "List")[0], [])
            self.assertEqual(len(bed.call(1, MESSAGING, "List")[0]), 3)
            bed.unplug(0)
            self.assertIsNone(bed.find_modem(bed.sim(0)))
            self.assertEqual(bed.get(1, MODEM, "State"), REGISTERED)
            bed.plug(0)
            self.assertEqual(bed.get(0, MODEM, "State"), REGISTERED)

    def test_minimal(self):
        """No messages, no phonebook: a modem all the same."""
        with Testbed("minimal", "gsm-only", plugin=False) as bed:
            self.assertNotIn(MESSAGING, bed.objects()[bed.modem(0)])
            self.assertEqual(len(bed.call(1, MESSAGING, "List")[0]), 4)

    def test_full(self):
        """A full store refuses with the modem's code."""
        with Testbed("full", plugin=False) as bed:
            path, = bed.call(0, MESSAGING, "Create", "a{sv}", ({
                "number": variant("+573005550001"), "text": variant("no cabe")},))
            with self.assertRaises(BusError) as caught:
                bed.bus.call(MM, path, SMS, "Store", "u", (0,))
            self.assertIn("MemoryFull", caught.exception.name)

    def test_no_sim(self):
        """Without a SIM the modem fails, and says why."""
        with Testbed(plugin=False) as bed:
            scenario = bed.directory / "no-sim.scenario"
            scenario.write_text("[sim]\npresent=false\n", encoding="ascii")
            bed.add_sim(scenario)
            self.assertEqual(bed.get(0, MODEM, "State"), FAILED)

    def test_nobody_is_refused(self):
        """polkit decides for another user than root."""
        with Testbed("blank", plugin=False) as bed:
            if not bed.authorises:
                self.skipTest("needs root")
            done = bed.mmcli("-m", bed.modem_number(0), "--messaging-create-sms=text='x',"
                             "number='123'", user="nobody")
            self.assertNotEqual(done.rc, 0)
            self.assertIn("Unauthorized", done.stderr)

    def test_bad_scenario(self):
        """A mistake in a scenario is no empty modem."""
        with Testbed(plugin=False) as bed:
            scenario = bed.directory / "bad.scenario"
            scenario.write_text("[messages SM]\ncapacity=1\n2=1,00\n", encoding="ascii")
            with self.assertRaisesRegex(TestbedError, r"bad \[messages SM\] 2"):
                bed.add_sim(scenario)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
