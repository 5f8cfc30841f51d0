#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The stock ModemManager and the stock mbimcli take the simulated MBIM modem for a real one: they
read through the same socket, with libmbim's own parsers, what the scenario says."""

import re
import sys
import unittest

from bus import BusError, Variant
from testbed import DISABLED, FAILED, LOCKED, MM, MODEM, REGISTERED, Testbed

MESSAGING = MODEM + ".Messaging"
PROFILES = MODEM + ".Modem3gpp.ProfileManager"
SIM = MM + ".Sim"
SMS = MM + ".Sms"
EID = "89049032005120007320000000000170"
PDU = "0791751305007010" + "040A81214365870900006220118010030A05C8329BFD06"


def keys(dump, group):
    """The lines of a group of a scenario or dump, key to value."""
    text = dump.split(f"[{group}]\n", 1)[1].split("\n[", 1)[0]
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def variant(value):
    """A string."""
    return Variant("s", value)


class Laptop(unittest.TestCase):
    """One enabled MBIM modem with everything on its SIM."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("mbim-laptop", plugin=False)
        cls.enterClassContext(cls.bed)
        cls.dump = cls.bed.sim(0).dump()

    def mbimcli(self, *args):
        """What mbimcli prints."""
        result = self.bed.mbimcli(0, *args)
        self.assertEqual(result.rc, 0, result.stderr)
        return result.stdout

    def test_identity(self):
        """mmcli shows the device and the network."""
        modem = self.bed.mmcli_json("-m", self.bed.modem_number(0))["modem"]
        self.assertEqual(modem["generic"]["primary-port"], "cdc-wdm0")
        self.assertEqual(modem["generic"]["hardware-revision"], "AW-M5")
        self.assertEqual(modem["generic"]["equipment-identifier"], "350000550000703")
        self.assertEqual(modem["generic"]["own-numbers"], ["+573005550100"])
        self.assertEqual(modem["generic"]["state"], "registered")
        self.assertEqual(modem["3gpp"]["operator-name"], "Claro COL")
        self.assertEqual(modem["3gpp"]["packet-service-state"], "attached")

    def test_sim(self):
        """The daemon reads the SIM, two files of the card among it; it has no EID."""
        sim = self.bed.mmcli_json("-i", "any")["sim"]["properties"]
        self.assertEqual(sim["imsi"], "732101555000109")
        self.assertEqual(sim["iccid"], "8957321000055500016")
        self.assertEqual(sim["operator-code"], "732101")
        self.assertEqual(sim["gid1"], "A1FFFFFF")
        self.assertIn(sim["eid"], ("", "--"))

    def test_messages(self):
        """The daemon lists the messages, multipart ones joined."""
        texts = [self.bed.bus.get(MM, path, SMS, "Text")
                 for path in self.bed.call(0, MESSAGING, "List")[0]]
        self.assertIn("Tu pedido va en camino!", texts)
        self.assertGreater(len(texts), 60)

    def test_profiles(self):
        """The daemon's profiles are the store's."""
        profiles, = self.bed.call(0, PROFILES, "List")
        self.assertEqual([(item["profile-id"], item["apn"]) for item in profiles],
                         [(1, "internet.comcel.com.co"), (2, "ims"), (3, "mms.comcel.com.co")])

    def test_mbimcli_device(self):
        """mbimcli reads device, subscriber and services."""
        text = self.mbimcli("--query-device-caps")
        self.assertIn("'350000550000703'", text)
        self.assertIn("'AW1.04.7'", text)
        text = self.mbimcli("--query-subscriber-ready-status")
        self.assertIn("'initialized'", text)
        self.assertIn("'732101555000109'", text)
        self.assertIn("'8957321000055500016'", text)
        self.assertIn("'attached'", self.mbimcli("--query-packet-service-state"))
        text = self.mbimcli("--query-device-services")
        for service in ("basic-connect", "sms", "phonebook", "ms-basic-connect-extensions",
                        "ms-uicc-low-level-access"):
            self.assertIn(f"'{service}'", text)
        self.assertNotIn("unknown (", text)

    def test_mbimcli_phonebook(self):
        """mbimcli reads all contacts, and adds and deletes one."""
        book = keys(self.dump, "phonebook SM")
        entries = [value for key, value in book.items() if key.isdigit()]
        text = self.mbimcli("--phonebook-read-all")
        self.assertEqual(len(re.findall(r"Entry index : ", text)), len(entries))
        self.assertIn("Mamá ❤️", text)
        self.assertIn("山田太郎", text)
        self.mbimcli("--phonebook-write=Prueba nueva,+573005559999,13")
        dump = self.bed.sim(0).dump("phonebooks")
        self.assertEqual(keys(dump, "phonebook SM")["13"], "+573005559999,145,Prueba nueva")
        self.mbimcli("--phonebook-delete=13")
        self.assertEqual(self.bed.sim(0).dump(), self.dump)
        self.assertEqual(self.bed.mbimcli(0, "--phonebook-read=13").rc, 1)

    def test_mbimcli_card(self):
        """mbimcli reads files of the card."""
        text = self.mbimcli("--ms-query-uicc-application-list")
        self.assertIn("A0:00:00:00:87:10:02:FF:FF:FF:FF:89:06:19:00:00", text)
        text = self.mbimcli("--ms-query-uicc-read-binary="
                            "application-id=a0000000871002,file-path=7fff6f07")
        self.assertIn("08:79:23:01:51:55:00:10:90", text)
        text = self.mbimcli("--ms-query-uicc-file-status="
                            "application-id=a0000000871002,file-path=7fff6f3c")
        self.assertIn("linear", text)
        self.assertRegex(text, r"Item size: 176")
        self.assertRegex(text, r"Read: pin1\s*Update: pin1")
        self.assertRegex(text, r"Item count: 110")
        text = self.mbimcli("--ms-query-uicc-read-record=application-id=a0000000871002,"
                            "file-path=7fff6f3c,record-number=1")
        self.assertIn("Data: ", text)
        first = keys(self.dump, "messages SM")["1"].split(",")[1]
        self.assertIn(":".join(re.findall("..", first)), text)

    def test_no_channel_left(self):
        """The daemon and mbimcli leave no channel open."""
        self.assertEqual(self.bed.sim(0).card()[0], 0)


class Others(unittest.TestCase):
    """Other modems, several at once."""

    def test_eid(self):
        """The daemon asks an eUICC for its EID itself; enabling another profile changes who the
        subscriber is."""
        with Testbed("esim-co", plugin=False) as bed:
            sim = bed.mmcli_json("-i", "any")["sim"]["properties"]
            self.assertEqual(sim["eid"], EID)
            self.assertEqual(sim["iccid"], "8957101210000000014")
            channels, _, log = bed.sim(0).card()
            self.assertEqual(channels, 0)
            self.assertIn("GetEID BF3E035C015A", log)
            self.assertIn(f"eid {EID}", bed.sim(0).control("euicc-dump"))

    def test_switch(self):
        """Another profile is enabled: the card asks for a REFRESH, the modem resets it, and the
        daemon probes the modem again."""
        with Testbed("esim-co", plugin=False) as bed:
            path = bed.modem(0)
            text = bed.mbimcli(0, "--ms-set-uicc-open-channel=application-id="
                               "a0000005591010ffffffff8900000100,selectp2arg=0,"
                               "channel-group=1").stdout
            self.assertRegex(text, r"[Cc]hannel: 1")
            text = bed.mbimcli(0, "--ms-set-uicc-apdu=channel=1,secure-message=none,"
                               "classbyte-type=extended,command=81e2910014bf3111a00c5a0a"
                               "987521230000000020208101ff").stdout
            self.assertIn("BF:31:03:80:01:00", text)
            bed.wait_gone(path)
            bed.wait_modem(bed.sim(0))
            sim = bed.mmcli_json("-i", "any")["sim"]["properties"]
            self.assertEqual(sim["iccid"], "89571232000000000202")
            self.assertEqual(sim["operator-code"], "732123")
            self.assertEqual(sim["eid"], EID)
            self.assertEqual(bed.sim(0).card()[0], 0)

    def test_several(self):
        """Three MBIM modems behind one socket, one of them with an AT front of its own."""
        with Testbed("mbim-blank", "both", "usim-phonebook-full", plugin=False) as bed:
            counts = [len(bed.call(number, MESSAGING, "List")[0]) for number in range(3)]
            self.assertEqual(counts[0], 0)
            self.assertEqual(counts[1], counts[2])
            at_front = bed.modem(1, at=True)
            self.assertNotEqual(at_front, bed.modem(1))
            listed, = bed.bus.call(MM, at_front, MESSAGING, "List")
            self.assertEqual(len(listed), counts[1])
            for number, imsi in enumerate(("732101555000208", "732101555000109")):
                text = bed.mbimcli(number, "--query-subscriber-ready-status").stdout
                self.assertIn(imsi, text)
            self.assertIn("Оксана", bed.mbimcli(2, "--phonebook-read=13").stdout)
            self.assertIn("Оксана", bed.mbimcli(2, "--phonebook-read=77").stdout)

    def test_unplug(self):
        """The modem goes and comes back, as an AT modem does."""
        with Testbed("mbim-blank", plugin=False) as bed:
            path = bed.modem(0)
            bed.unplug(0)
            bed.plug(0)
            self.assertNotEqual(bed.modem(0), path)
            self.assertEqual(bed.get(0, MODEM, "State"), REGISTERED)

    def test_new_message(self):
        """A message that comes in is told."""
        with Testbed("mbim-blank", plugin=False) as bed:
            bed.sim(0).control(f"deliver {PDU}")
            bed.bus.wait(lambda item: item.member == "Added" and item.interface == MESSAGING)
            path, = bed.call(0, MESSAGING, "List")[0]
            self.assertEqual(bed.bus.get(MM, path, SMS, "Number"), "1234567890")
            self.assertEqual(bed.bus.get(MM, path, SMS, "Text"), "Hello")

    def test_locked(self):
        """A SIM that asks for its PIN, and gets it."""
        with Testbed("mbim-blank", plugin=False) as bed:
            bed.sim(0).control("pin on")
            bed.unplug(0)
            bed.plug(0)
            self.assertEqual(bed.get(0, MODEM, "State"), LOCKED)
            sim = bed.get(0, MODEM, "Sim")
            with self.assertRaises(BusError):
                bed.bus.call(MM, sim, SIM, "SendPin", "s", ("9999",))
            bed.bus.call(MM, sim, SIM, "SendPin", "s", ("1234",))
            bed.wait_state(0, DISABLED)

    def test_no_sim(self):
        """Without a SIM the modem fails."""
        with Testbed("mbim-blank", plugin=False) as bed:
            bed.sim(0).control("sim off")
            bed.unplug(0)
            bed.plug(0)
            self.assertEqual(bed.get(0, MODEM, "State"), FAILED)

    def test_withheld(self):
        """Services that a modem does not have."""
        with Testbed("mbim-no-phonebook", "mbim-no-uicc-low-level", plugin=False) as bed:
            text = bed.mbimcli(0, "--query-device-services").stdout
            self.assertNotIn("'phonebook'", text)
            self.assertIn("'ms-uicc-low-level-access'", text)
            text = bed.mbimcli(1, "--query-device-services").stdout
            self.assertIn("'phonebook'", text)
            self.assertNotIn("'ms-uicc-low-level-access'", text)
            self.assertNotEqual(bed.mbimcli(0, "--phonebook-read-all").rc, 0)

    def test_set_profile(self):
        """A profile set through the daemon is in the store; 1.20's command has no IP type."""
        with Testbed("mbim-blank", plugin=False) as bed:
            bed.call(0, PROFILES, "Set", "a{sv}", ({
                "apn": variant("web.ejemplo"), "apn-type": Variant("u", 2),
                "ip-type": Variant("u", 4)},))
            self.assertEqual(keys(bed.sim(0).dump("profiles"), "profiles")["1"],
                             "IP,web.ejemplo")

    def test_at_stick(self):
        """The card behind an AT modem: the daemon reads it by +CRSM."""
        with Testbed("at-stick", plugin=False) as bed:
            sim = bed.mmcli_json("-i", "any")["sim"]["properties"]
            self.assertEqual(sim["iccid"], "8957321000055500016")
            self.assertEqual(sim["operator-name"], "Claro COL")
            self.assertEqual(bed.sim(0).card()[0], 0)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
