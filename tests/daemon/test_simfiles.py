#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The SIM's own files over each way to the card: saved when they are asked for, the same by every
way, and never those that hold keys. And a modem that has nothing but restricted access to the card
gives its messages and contacts, too."""

import json
import unittest

from bus import BusError, Variant
from test_capture import export, held_messages, lines, problems, saved_messages
from test_stores_mbim import held_contacts, saved_contacts
from testbed import Testbed

PLUGIN = "org.simstow.Modem1"
# scenario: the way that Describe tells
WAYS = {"mbim-laptop": "mbim", "at-cgla": "cgla", "at-csim": "csim", "at-crsm": "crsm"}
LINE = 1000


def stores(members):
    """An archive's stores, by id."""
    return {store["id"]: store for store in json.loads(members["simstow.json"])["stores"]}


class EveryWay(unittest.TestCase):
    """Modems with the same card in them."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed(*WAYS)
        cls.enterClassContext(cls.bed)
        cls.saved = {}
        for number, scenario in enumerate(WAYS):
            cls.saved[scenario] = export(cls.bed, "--simfiles", modem=cls.bed.modem(number))

    def test_way(self):
        """Which way answered is told, on the bus, in the archive and to people."""
        for number, (scenario, way) in enumerate(WAYS.items()):
            with self.subTest(scenario=scenario):
                result, members = self.saved[scenario]
                self.assertEqual(result.rc, 0, result.stderr)
                store = stores(members)["simfile"]
                self.assertEqual((store["via"], store["way"]), ("card", way))
                self.assertTrue(store["complete"])
                listed = self.bed.run_simstow("list", "-m", self.bed.modem(number))
                self.assertRegex(listed.stdout, rf"simfile .* card \({way}\)")
                self.assertEqual(self.bed.sim(number).card()[0], 0)

    def test_same(self):
        """The member is the same to the byte, whatever the way."""
        members = [saved[1]["simfiles.ndjson"] for saved in self.saved.values()]
        self.assertEqual(len(members), len(WAYS))
        self.assertEqual(len(set(members)), 1, members)

    def test_contents(self):
        """What is on the card, a fault with its status word for what is not, and no keys."""
        files = {item["name"]: item for item in
                 lines(self.saved["at-crsm"][1], "simfiles.ndjson")}
        self.assertEqual(files["EF_ICCID"]["raw"], "987523010050550010F6")
        self.assertEqual(files["EF_IMSI"]["raw"], "087923015155001090")
        self.assertEqual(files["EF_SPN"]["structure"], "transparent")
        self.assertEqual(len(files["EF_FDN"]["records"]), 10)
        self.assertEqual(files["EF_FDN"]["structure"], "linear")
        self.assertRegex(files["EF_EHPLMN"]["fault"], r"no such file or application \(SW 6A82\)$")
        self.assertNotIn("structure", files["EF_EHPLMN"])
        for item in files.values():
            self.assertEqual(len({"raw", "records", "fault"} & set(item)), 1, item)
            self.assertNotIn(item["path"][-4:], ("6F08", "6F09", "6F0A", "4F20", "4F52"))

    def door(self, number, *commands, options=None):
        """The answers of the door "files": parts and the error's dictionary."""
        commands = [(item, b"") if isinstance(item, str) else item for item in commands]
        answers, = self.bed.call(number, PLUGIN, "Run", "sa{sv}a(say)",
                                 ("files", options or {}, commands))
        self.assertEqual(len(answers), len(commands))
        return [([bytes(part) for part in parts], error) for parts, error in answers]

    def test_door(self):
        """Files by the door are the same by every way; the way can be named; no channel stays
        open."""
        seen = []
        for number, way in enumerate(WAYS.values()):
            read = self.door(number, "read 2FE2", "describe ADF/6F3B", "read 7FFF6F3B",
                             "read 7FFF6F3B 2 3", "read 7FFF6F99")
            seen.append(read)
            self.assertEqual(read, self.door(number, "read 2FE2", "describe 7FFF6F3B",
                                             "read 7FFF6F3B", "read 7FFF6F3B 2 3", "read 7FFF6F99",
                                             options={"way": Variant("s", way)}))
            self.assertEqual(self.bed.call(number, PLUGIN, "Describe")[0]["way"], way)
            self.assertEqual(self.bed.sim(number).card()[0], 0)
        iccid, shape, numbers, two, missing = seen[0]
        self.assertEqual(iccid[0][1].hex().upper(), "987523010050550010F6")
        self.assertEqual([len(shape[0]), len(numbers[0]), len(two[0])], [1, 11, 3])
        self.assertEqual(two[0][1:], numbers[0][2:4])
        self.assertEqual((missing[0], missing[1]["name"], missing[1]["domain"],
                          missing[1]["code"]),
                         ([], "org.simstow.Error.NotFound", "sw", 0x6A82))
        self.assertEqual(seen, seen[:1] * len(seen))

    def test_door_update(self):
        """Records are written where all of them are as expected, else none is."""
        path = "7F106F3A"
        for number in range(len(WAYS)):
            records = self.door(number, f"read {path}")[0][0][1:]
            free = [i + 1 for i, record in enumerate(records) if set(record) == {0xFF}][-2:]
            self.assertEqual(len(free), 2)
            old = records[free[0] - 1]
            new = b"A" + old[1:]
            before = self.bed.sim(number).dump("all")
            there = [(f"update {path} {free[0]}", old + new), (f"update {path} {free[1]}", new + old)]
            wrong = self.door(number, *there)
            self.assertEqual([error["name"] for _, error in wrong],
                             ["org.simstow.Error.Cancelled", "org.simstow.Error.Changed"])
            self.assertEqual(wrong[1][0], [old])
            self.assertEqual(self.bed.sim(number).dump("all"), before)
            there[1] = (f"update {path} {free[1]}", old + new)
            self.assertEqual(self.door(number, *there, f"read {path} {free[0]} {free[0]}")[2][0][1],
                             new)
            self.assertNotEqual(self.bed.sim(number).dump("all"), before)
            self.assertEqual(self.door(number, (there[0][0], new + old), (there[1][0], new + old)),
                             [([], {})] * 2)
            self.assertEqual(self.bed.sim(number).dump("all"), before)

    def test_door_denies(self):
        """Keys are not read, nor is written what nobody has to write: nothing is sent."""
        for command in ("read 7FFF6F08", "read 7F206F20", ("update 7FFF6F07 1", b"ab"),
                        "read 2FE2;+CPIN?", ("read 2FE2", b"a")):
            for number in range(len(WAYS)):
                before = len(self.bed.sim(number).commands())
                with self.assertRaises(BusError) as caught:
                    self.door(number, "read 2FE2", command)
                self.assertEqual(caught.exception.name, "org.simstow.Error.Denied")
                self.assertEqual(len(self.bed.sim(number).commands()), before)

    def test_few_lines(self):
        """Restricted access puts many files into a line, of a length that modems take."""
        number = list(WAYS).index("at-crsm")
        before = len(self.bed.sim(number).commands())
        export(self.bed, "--simfiles", modem=self.bed.modem(number))
        sent = [line for line in self.bed.sim(number).commands()[before:] if "+CRSM=" in line]
        self.assertLessEqual(len(sent), 40)
        self.assertLessEqual(max(map(len, sent)), LINE + len("AT"))

    def test_on_request(self):
        """Without the option no file is read, a remark says so, and nothing is lost."""
        for number, scenario in enumerate(WAYS):
            with self.subTest(scenario=scenario):
                result, members = export(self.bed, modem=self.bed.modem(number))
                self.assertEqual(result.rc, 0, result.stderr)
                self.assertNotIn("simfiles.ndjson", members)
                self.assertFalse(stores(members)["simfile"]["complete"])
                self.assertIn("--simfiles", dict(problems(members, False))["simfile"])
                self.assertEqual(problems(members, True), [])

    def test_show(self):
        """People see what the files say, programs the bytes."""
        export(self.bed, "--simfiles", modem=self.bed.modem(0))
        archive = self.bed.directory / "out.tar.gz"
        shown = self.bed.run_simstow("show", archive, "simfiles")
        self.assertEqual(shown.rc, 0, shown.stderr)
        self.assertRegex(shown.stdout, r"EF_ICCID +2FE2 +transparent +8957321000055500016 ")
        self.assertRegex(shown.stdout, r"EF_IMSI .*732101555000109")
        self.assertRegex(shown.stdout, r"EF_EHPLMN .*\(SW 6A82\)")
        told = json.loads(self.bed.run_simstow("show", archive, "simfiles", "--json").stdout)
        self.assertEqual(told["simfiles"],
                         lines(self.saved["mbim-laptop"][1], "simfiles.ndjson"))


class Restricted(unittest.TestCase):
    """Nothing but +CRSM: no channel, no phonebook, no message memory of the modem's."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("at-crsm", "at-crsm-blank")
        cls.enterClassContext(cls.bed)

    def test_stores(self):
        """Messages, contacts and calls are the card's own."""
        result, members = export(self.bed)
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertEqual(problems(members, True), [])
        found = {name: (store["via"], store.get("way")) for name, store in stores(members).items()}
        for name in ("sms/sm", "phonebook/sm", "phonebook/fd", "calls/last", "simfile"):
            self.assertEqual(found[name], ("card", "crsm"))
        sim = self.bed.sim(0)
        self.assertEqual(saved_messages(members),
                         [message for message in held_messages(sim) if message[0] == "sms/sm"])
        self.assertEqual(saved_contacts(members), [contact[:3] for contact in held_contacts(sim)])

    def test_restore(self):
        """They come back onto a blank card by the same way, byte for byte; twice equals once."""
        result, _ = export(self.bed)
        self.assertEqual(result.rc, 0, result.stderr)
        for _ in range(2):
            result = self.bed.run_simstow("restore", "-m", self.bed.modem(1), "-y",
                                          self.bed.directory / "out.tar.gz")
            self.assertIn(result.rc, (0, 3), result.stderr)
            self.assertEqual(self.bed.sim(1).dump("messages content"),
                             self.bed.sim(0).dump("messages content"))
            self.assertEqual(held_contacts(self.bed.sim(1)), held_contacts(self.bed.sim(0)))


if __name__ == "__main__":
    unittest.main()
