#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cards that lack files, or say odd things of them: what one file lacks hides no other, what the
card declares and does not have is told, and what has no message says so."""

import unittest

from test_capture import export, held_messages, lines, problems, saved_messages
from test_stores_mbim import held_contacts, saved_contacts, vias
from testbed import Testbed

USIM, TELECOM = "3F00/7FFF", "3F00/7F10"
PDU = "0791751305007010040A81214365870900006220118010030A05C8329BFD06"
# as MBIM has it
NO_CHANNELS = 0x87430001
SERVICES = "BEFF1F9CE73E0408400000000000000000"


class Files(unittest.TestCase):
    """A modem in MBIM mode, whose own services have messages and contacts, too."""

    @classmethod
    def setUpClass(cls):
        cls.bed = cls.enterClassContext(Testbed("mbim-laptop"))
        cls.sim = cls.bed.sim(0)
        cls.messages, cls.contacts = held_messages(cls.sim), held_contacts(cls.sim)
        result, cls.members = export(cls.bed)
        assert result.rc == 0, result.stderr

    def check(self, settings, told=()):
        """Saves the card with places of it changed: exactly that is told to be missing."""
        for place, value in settings.items():
            self.sim.control(f"card-set card {place} {value}")
        try:
            result, members = export(self.bed)
        finally:
            for place, value in settings.items():
                if value.startswith("!"):
                    self.sim.control(f"card-set card {place} !0000")
        self.assertEqual(result.rc, 3 if told else 0, problems(members, lost=True))
        self.assertEqual({where for where, _ in problems(members, lost=True)}, set(told))
        self.assertEqual(self.sim.card()[0], 0)
        return members

    def test_contacts(self):
        """Without EF_ADN the modem's own phonebook has the contacts, and the card all else."""
        members = self.check({f"{TELECOM}/6F3A": "!6A82"})
        before, after = vias(self.members), vias(members)
        self.assertEqual(after.pop("phonebook/sm"), "mbim")
        self.assertEqual(before.pop("phonebook/sm"), "card")
        self.assertEqual(after, before)
        self.assertEqual([contact[:2] for contact in saved_contacts(members)],
                         [contact[:2] for contact in self.contacts])
        for store in ("phonebook/fd", "phonebook/on"):
            self.assertEqual(saved_contacts(members, store), saved_contacts(self.members, store))
        self.assertEqual(members["calls.ndjson"], self.members["calls.ndjson"])

    def test_refused(self):
        """EF_ADN that cannot be read is told, though the modem has names and numbers."""
        members = self.check({f"{TELECOM}/6F3A": "!6F00"}, ["phonebook/sm"])
        self.assertEqual(len(saved_contacts(members)), len(self.contacts))

    def test_messages(self):
        """Without EF_SMS the modem's own memory has the messages."""
        members = self.check({f"{USIM}/6F3C": "!6A82", f"{TELECOM}/6F3C": "!6A82"})
        self.assertEqual(saved_messages(members), self.messages)
        self.assertEqual(vias(members)["sms/sm"], "mbim")

    def test_declared(self):
        """What EF_UST declares is not missing without a word; what it does not is absent."""
        for fid, stores in (("6F3B", ["phonebook/fd"]), ("6F40", ["phonebook/on"]),
                            ("6F49", ["phonebook/sn"]), ("6F81", ["calls/dialled"]),
                            ("6F80", ["calls/received", "calls/missed"])):
            with self.subTest(fid):
                self.check({f"{USIM}/{fid}": "!6A82"}, stores)
        self.addCleanup(self.sim.control, f"card-set card {USIM}/6F38 {SERVICES}")
        self.check({f"{USIM}/6F38": "B4FE1F", f"{USIM}/6F3B": "!6A82", f"{USIM}/6F49": "!9404",
                    f"{USIM}/6F80": "!6A82"})

    def test_selecting(self):
        """Whatever a card takes of SELECT and tells of a file: all is saved, with no word."""
        for kind in ("silent", "no-fcp", "quiet", "no-path", "no-le", "fci", "wrapped", "uncounted",
                     "wide"):
            with self.subTest(kind):
                self.sim.control(f"card-set card select {kind}")
                self.addCleanup(self.sim.control, "card-set card select plain")
                members = self.check({})
                for name in ("messages.ndjson", "contacts.vcf", "calls.ndjson"):
                    self.assertEqual(members[name], self.members[name])

    def test_channels(self):
        """Channels that others have now are free again after a while."""
        for number in range(1, 4):
            self.sim.control(f"fault {number} mbim?uicc-open-channel cme {NO_CHANNELS}")
        self.addCleanup(self.sim.control, "clear-faults")
        members = self.check({})
        self.assertEqual(members["contacts.vcf"], self.members["contacts.vcf"])

    def test_nothing(self):
        """A card on which nothing is found, not even EF_ICCID, was not read."""
        lists = ("6F3B", "6F40", "6F49", "6F44", "6F81", "6F80", "6F3C", "6F38", "6F05")
        members = self.check({f"{TELECOM}/6F3A": "!6A82", f"{TELECOM}/6F3C": "!6A82",
                              "3F00/2FE2": "!6A82", "3F00/2F00": "!6A82", "3F00/2F05": "!6A82"} |
                             {f"{USIM}/{fid}": "!6A82" for fid in lists},
                             ["phonebook", "calls", "simfile"])
        self.assertEqual(saved_messages(members), self.messages)

    def test_status(self):
        """A message that was deleted is no loss; a status that no standard has is none of it, and
        what is there is kept."""
        free = min(set(range(1, 111)) - {message[1] for message in self.messages})
        place = f"{USIM}/6F3C#{free}"
        self.addCleanup(self.sim.control, f"card-set card {place} 00{'FF' * 175}")
        for status in ("00", "02FF", "FFFF"):
            self.check({place: status[:2] + (PDU if status == "00" else "FF" * 175)})
        for status in ("02", "FE", "FF"):
            with self.subTest(status):
                members = self.check({place: status + PDU}, ["sms/sm"])
                self.assertEqual(saved_messages(members), self.messages)
                unread, = lines(members, "unread.ndjson")
                self.assertEqual((unread["store"], unread["index"], unread["raw"][:64].upper()),
                                 ("sms/sm", free, status + PDU))
        self.check({place: "01" + "FF" * 175}, ["sms/sm"])


if __name__ == "__main__":
    unittest.main()
