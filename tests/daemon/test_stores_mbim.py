#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What simstow saves of a modem in MBIM mode is what the simulated modem holds, by the modem's own
commands and by the card's."""

import json
import re
import unittest

from test_capture import export, held, held_messages, lines, problems, saved_messages
from testbed import Testbed


def held_contacts(sim, store="phonebook/sm"):
    """(index, number, type, name) of each contact in a simulator."""
    found = []
    for row in held(sim, "phonebooks")[store]:
        index, value = row.split("=", 1)
        number, kind, name = value.split(",", 2)
        found.append((int(index), number, int(kind), name))
    return sorted(found)


def saved_contacts(members, store="phonebook/sm"):
    """(index, number, type) of each contact of a store in an archive."""
    cards, card = [], {}
    for line in members["contacts.vcf"].replace("\r\n", "\n").replace("\n ", "").splitlines():
        name, _, value = line.partition(":")
        if name == "END" and card["X-SIMSTOW-STORE"] != store:
            card = {}
        elif name == "END":
            cards.append((int(card["X-SIMSTOW-INDEX"]), card.get("X-SIMSTOW-NUMBER", ""),
                          int(card.get("X-SIMSTOW-TYPE", 129))))
            card = {}
        card[name] = value
    return sorted(cards)


def vias(members):
    """Store id to the way it was reached."""
    return {store["id"]: store["via"] for store in json.loads(members["simstow.json"])["stores"]}


class Native(unittest.TestCase):
    """A modem without access to the card: its own services alone."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("mbim-no-uicc-low-level")
        cls.enterClassContext(cls.bed)

    def test_export(self):
        """All messages and contacts are in the archive, each once."""
        sim = self.bed.sim(0)
        messages, contacts = held_messages(sim), held_contacts(sim)
        result, members = export(self.bed)
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertEqual(problems(members, lost=True), [])
        self.assertGreater(len(messages), 10)
        self.assertEqual(saved_messages(members), messages)
        # MBIM does not tell the type of a number
        self.assertEqual([contact[:2] for contact in saved_contacts(members)],
                         [contact[:2] for contact in contacts])
        self.assertEqual(vias(members), {"sms/sm": "mbim", "phonebook/sm": "mbim"})

    def export_with(self, *faults):
        """Exit status, the stores that are not whole, members."""
        for fault in faults:
            self.bed.sim(0).control(f"fault {fault}")
        try:
            result, members = export(self.bed)
        finally:
            self.bed.sim(0).control("clear-faults")
        return result.rc, {where for where, _ in problems(members, lost=True)}, members

    def test_told(self):
        """A service that answers nothing of use is told to be out of reach; one whose records
        come all the same is read whole."""
        messages = held_messages(self.bed.sim(0))
        code, lost, members = self.export_with("* mbim?sms-configuration error",
                                               "* mbim?sms-read error")
        self.assertEqual((code, lost), (3, {"messages", "sms/sm"}))
        self.assertEqual(saved_messages(members), [])
        code, lost, members = self.export_with("* mbim?sms-configuration error",
                                               "1 mbim?sms-read cme 14",
                                               "1 mbim?phonebook-configuration cme 1")
        self.assertEqual((code, lost), (0, set()))
        self.assertEqual(saved_messages(members), messages)

    def test_odd_rows(self):
        """What is wrong with an entry costs no other; it is told, and kept as it came."""
        rows = ("03000000" "1C000000" "1C000000" "38000000" "1C000000" "54000000" "14000000"
                "01000000" "14000000" "04000000" "18000000" "04000000" "31003200" "41003DD8"
                "02000000" "14000000" "04000000" "18000000" "04000000" "33003400" "41004200"
                "03000000" "00FF0000" "04000000" "00000000" "00000000")
        code, lost, members = self.export_with(f"* mbim?phonebook-read reply {rows}")
        self.assertEqual((code, lost), (3, {"phonebook/sm"}))
        self.assertEqual([contact[:2] for contact in saved_contacts(members)],
                         [(1, "12"), (2, "34")])
        self.assertIn("X-SIMSTOW-NAME-RAW:0041D83D", members["contacts.vcf"].upper())
        unread, = lines(members, "unread.ndjson")
        self.assertEqual((unread["store"], unread["index"], unread["raw"].upper()),
                         ("phonebook/sm", 3, rows[-40:]))


class Card(unittest.TestCase):
    """Modems with access to the card: it keeps more than MBIM's own services."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("mbim-laptop", "mbim-blank")
        cls.enterClassContext(cls.bed)

    def assert_closed(self):
        """No channel is open on any card."""
        for number in range(2):
            self.assertEqual(self.bed.sim(number).card()[0], 0)

    def test_unread(self):
        """Messages are read with their status and left as they are."""
        before = self.bed.sim(0).dump("messages")
        result, members = export(self.bed)
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertEqual(saved_messages(members), held_messages(self.bed.sim(0)))
        self.assertEqual(self.bed.sim(0).dump("messages"), before)
        self.assertEqual(vias(members)["sms/sm"], "card")
        self.assert_closed()

    def test_restore(self):
        """What a modem held is on another one afterwards, byte for byte; twice equals once."""
        result, _ = export(self.bed)
        self.assertEqual(result.rc, 0, result.stderr)
        archive = self.bed.directory / "out.tar.gz"
        for _ in range(2):
            result = self.bed.run_simstow("restore", "-m", self.bed.modem(1), "-y", archive)
            self.assertIn(result.rc, (0, 3), result.stderr)
            self.assertEqual(self.bed.sim(1).dump("messages content"),
                             self.bed.sim(0).dump("messages content"))
            self.assertEqual(held_contacts(self.bed.sim(1)), held_contacts(self.bed.sim(0)))
        self.assert_closed()

    def test_one_record(self):
        """A record that cannot be read costs itself, and is told."""
        sim = self.bed.sim(0)
        for _ in range(2):
            before = len(sim.card()[2])
            result, members = export(self.bed)
            self.assertEqual(result.rc, 0, result.stderr)
        commands = [line[2:] for line in sim.card()[2][before:] if line.startswith("> ")]
        for path, store, saved in (("7FFF6F3C", "sms/sm", saved_messages),
                                   ("7F106F3A", "phonebook/sm", saved_contacts)):
            with self.subTest(store):
                whole = saved(members)
                selected = max(number for number, command in enumerate(commands)
                               if command[2:4] == "A4" and path in command)
                place = next(number for number, command in enumerate(commands)
                             if number > selected and command[2:6] == "B202")
                sim.control(f"card-set card fault {place + 1} 6F00")
                result, rest = export(self.bed)
                self.assertEqual(result.rc, 3, result.stderr)
                self.assertEqual({where for where, _ in problems(rest, lost=True)}, {store})
                self.assertEqual([item["index"] for item in lines(rest, "unread.ndjson")], [2])
                self.assertIn("6F00", rest["unread.ndjson"])
                index = 1 if store == "sms/sm" else 0
                self.assertEqual(saved(rest), [item for item in whole if item[index] != 2])
        self.assert_closed()

    def test_numbers(self):
        """Phonebooks and call lists come from the card, types of numbers too."""
        result, members = export(self.bed)
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertEqual(saved_contacts(members),
                         [contact[:3] for contact in held_contacts(self.bed.sim(0))])
        self.assertEqual(len(saved_contacts(members, "phonebook/fd")),
                         len(held_contacts(self.bed.sim(0), "phonebook/fd")))
        # the simulated card has no room for the rest of a number in its call lists
        self.assertEqual([(call["number"], call["name"]) for call in
                          lines(members, "calls.ndjson") if call["store"] == "calls/last"],
                         [(call[1] if len(call[1]) < 20 else call[1][:20], call[3])
                          for call in held_contacts(self.bed.sim(0), "calls/last")])
        self.assert_closed()

    def test_files(self):
        """The card's files are saved raw, and never those that hold keys."""
        result, members = export(self.bed, "--simfiles")
        self.assertEqual(result.rc, 0, result.stderr)
        files = {item["name"]: item for item in lines(members, "simfiles.ndjson")}
        self.assertRegex(files["EF_ICCID"]["raw"].lower(), "^98[0-9a-f]{18}$")
        self.assertEqual(files["EF_IMSI"]["raw"].lower(), "087923015155001090")
        self.assertEqual(len(files["EF_FDN"]["records"]), 10)
        self.assertNotRegex(members["simfiles.ndjson"], "(?i)keys|6f08|6f09")
        for item in files.values():
            self.assertTrue({"raw", "records", "fault"} & set(item), item)
        self.assert_closed()


class Across(unittest.TestCase):
    """From a stick with AT commands to a laptop in MBIM mode, and back."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("at-stick", "mbim-blank", "at-stick-blank")
        cls.enterClassContext(cls.bed)

    def test_there_and_back(self):
        """Nothing that both can hold is lost on the way."""
        first, middle, last = (self.bed.sim(number) for number in range(3))
        for source, target in ((0, 1), (1, 2)):
            result, _ = export(self.bed, modem=self.bed.modem(source))
            self.assertEqual(result.rc, 0, result.stderr)
            result = self.bed.run_simstow("restore", "-m", self.bed.modem(target), "-y",
                                          self.bed.directory / "out.tar.gz")
            self.assertIn(result.rc, (0, 3), result.stderr)
        kept = [message[2:] for message in held_messages(first) if message[0] == "sms/sm"]
        self.assertEqual([message[2:] for message in held_messages(middle)], kept)
        self.assertEqual([message[2:] for message in held_messages(last)
                          if message[0] == "sms/sm"], kept)
        self.assertEqual(held_contacts(middle), held_contacts(first))
        self.assertEqual(held_contacts(last), held_contacts(first))
        self.assertEqual(middle.card()[0], 0)


def cards(members):
    """Store to the vCards of it in an archive."""
    found = {}
    for card in members["contacts.vcf"].split("END:VCARD\r\n")[:-1]:
        store = re.search(r"^X-SIMSTOW-STORE:(.*?)\r$", card, re.M).group(1)
        found.setdefault(store, []).append(card)
    return found


class EitherWay(unittest.TestCase):
    """One modem with an AT and an MBIM port over one store and card, read through each."""

    def test_same(self):
        """What both ways reach is the same in the archive, byte for byte. Missed and received
        calls are not: the card keeps them in one list, with times. Nor are network settings:
        ModemManager tells of an MBIM modem's profiles what MBIM has, and AT commands have other
        fields; nor a store that one way lacks."""
        with Testbed("both") as bed:
            (first, mbim), (second, at) = (export(bed, "--simfiles", modem=bed.modem(0, at=at))
                                           for at in (False, True))
        self.assertEqual((first.rc, second.rc), (0, 0), first.stderr + second.stderr)
        self.assertGreater(len(lines(mbim, "messages.ndjson")), 90)
        self.assertEqual(mbim["messages.ndjson"], at["messages.ndjson"])
        self.assertGreater(len(lines(mbim, "simfiles.ndjson")), 10)
        self.assertEqual(mbim["simfiles.ndjson"], at["simfiles.ndjson"])
        by_mbim, by_at = cards(mbim), cards(at)
        self.assertGreater(len(by_mbim["phonebook/sm"]), 200)
        for store in ("phonebook/sm", "phonebook/fd"):
            self.assertEqual(by_mbim[store], by_at[store])
        dialled = [[line for line in lines(members, "calls.ndjson")
                    if line["store"] == "calls/dialled"] for members in (mbim, at)]
        self.assertEqual(dialled[0], dialled[1])
        self.assertEqual(len(dialled[0]), 10)


class NoPhonebook(unittest.TestCase):
    """A modem without phonebook service: the card has the contacts."""

    def test_export(self):
        """All contacts are saved."""
        with Testbed("mbim-no-phonebook") as bed:
            result, members = export(bed)
            self.assertEqual(result.rc, 0, result.stderr)
            self.assertEqual(len(saved_contacts(members)),
                             len(held_contacts(bed.sim(0))))
            self.assertEqual(vias(members)["phonebook/sm"], "card")


if __name__ == "__main__":
    unittest.main()
