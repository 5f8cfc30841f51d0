#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Doors: what passes is carried out as it is, in few lines, and what was selected is put back; what
does not pass never reaches the modem."""

import pathlib
import struct
import sys
import tempfile
import unittest

from bus import BusError, Variant
from testbed import MM, SCENARIOS, Testbed

sys.path.insert(0, str(SCENARIOS))
import tpdu  # noqa: E402

PLUGIN = "org.simstow.Modem1"
DENIED = "org.simstow.Error.Denied"
NOT_FOUND = "org.simstow.Error.NotFound"
CHANGED = "org.simstow.Error.Changed"
OWNERS = ("messages=ME,ME,ME\n", "messages=ME,SM,ME\nformat=1\n")


def run_door(bed, number, door, options, *commands):
    """The answers: bytes where one came, else the dictionary of the error."""
    commands = [(item, b"") if isinstance(item, str) else item for item in commands]
    options = {key: Variant("s", value) for key, value in options.items()}
    answers, = bed.call(number, PLUGIN, "Run", "sa{sv}a(say)", (door, options, commands))
    assert len(answers) == len(commands)
    assert all(len(parts) == (0 if error else 1) for parts, error in answers)
    return [error or bytes(parts[0]) for parts, error in answers]


class Doors(unittest.TestCase):
    """Modems that are not enabled, whose selections are their owner's: one that takes lines of
    several commands, and one that does not."""

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        text = (SCENARIOS / "claro-co.scenario").read_text(encoding="utf-8").replace(*OWNERS)
        paths = [folder / "joined.scenario", folder / "single.scenario"]
        paths[0].write_text(text, encoding="utf-8")
        paths[1].write_text(text + "[quirks]\njoined=error\n", encoding="utf-8")
        cls.bed = cls.enterClassContext(Testbed(*paths, enable=False))
        cls.selected = [cls.selection(number) for number in range(2)]

    @classmethod
    def selection(cls, number):
        """What is selected now."""
        return cls.bed.sim(number).dump("all").partition("[selected]")[2].partition("[")[0]

    def tearDown(self):
        for number in range(2):
            self.assertEqual(self.selection(number), self.selected[number])

    def run_door(self, number, *args):
        """The answers."""
        return run_door(self.bed, number, *args)

    def lines(self, number, *args):
        """The same, with how many lines that took."""
        before = len(self.bed.sim(number).commands())
        answers = self.run_door(number, *args)
        return answers, len(self.bed.sim(number).commands()) - before

    def test_describe(self):
        """What there is."""
        said, = self.bed.call(0, PLUGIN, "Describe")
        self.assertEqual(said["doors"][:2], ["messages", "phonebook"])
        self.assertEqual((said["at"], said["mbim"], said["locked"], said["setup"]),
                         (True, False, False, 0))
        self.assertIn("/SIM/", said["sim"])

    def test_messages(self):
        """A message is written, read, and deleted only where it is still what it was."""
        pdu = tpdu.deliver("Nequi", "hola", "26-03-14 09:26:53")
        stored = b"\0" + bytes(pdu)
        write = (f"+CMGW={len(pdu)},1", stored)
        for number in range(2):
            with self.subTest(number=number):
                memories, selected, mode = self.run_door(number, "messages", {}, "+CPMS=?",
                                                         "+CPMS?", "+CMGF?")
                self.assertIn(b"+CPMS: (", memories)
                self.assertIn(b'"ME"', selected)
                self.assertEqual(mode.strip(), b"+CMGF: 1")
                written, = self.run_door(number, "messages", {"memory": "SM"}, write)
                self.assertRegex(written.strip(), rb"^\+CMGW: \d+$")
                index = int(written.split(b":")[1])
                listed, row, none = self.run_door(number, "messages", {"memory": "SM"}, "+CMGL=4",
                                                  f"+CMGR={index}", "+CMGR=999")
                self.assertIn(stored.hex().upper().encode(), listed)
                self.assertIn(stored.hex().upper().encode(), row)
                self.assertEqual((none["name"], none["domain"], none["code"]),
                                 (NOT_FOUND, "cms", 321))
                other = row.replace(b"0", b"1")
                kept, erased, gone = self.run_door(number, "messages", {"memory": "SM"},
                                                   (f"+CMGD={index}", other),
                                                   (f"+CMGD={index}", row),
                                                   (f"+CMGD={index}", row))
                self.assertEqual((kept["name"], erased, gone["name"]), (CHANGED, b"", NOT_FOUND))

    def test_phonebook(self):
        """A contact is written, read, and erased only where it is still what it was."""
        options = {"storage": "SM", "charset": "UCS2"}
        for number in range(2):
            with self.subTest(number=number):
                self.run_door(number, "phonebook", {}, "+CPBS?", "+CSCS?", "+CPBS=?", "+CSCS=?")
                answers, lines = self.lines(number, "phonebook", options, "+CPBR=?", "+CPBS?",
                                            "+CPBR=1,100")
                self.assertTrue(answers[1].startswith(b'+CPBS: "SM"'), answers[1])
                self.assertTrue(all(row.startswith(b"+CPBR: ") for row in answers[2].split(b"\r\n")
                                    if row), answers[2])
                written, row = self.run_door(number, "phonebook", options,
                                             '+CPBW=100,"5550100",129,"0041006E0061"', "+CPBR=100")
                self.assertEqual((written, row.strip()),
                                 (b"", b'+CPBR: 100,"5550100",129,"0041006E0061"'))
                kept, erased, empty = self.run_door(
                    number, "phonebook", options, ("+CPBW=100", row.replace(b"5", b"6")),
                    ("+CPBW=100", row), "+CPBR=100")
                self.assertEqual((kept["name"], erased), (CHANGED, b""))
                self.assertTrue(empty == b"" or empty["name"] == NOT_FOUND)
                self.assertEqual(lines, [1, 6][number])

    def test_several(self):
        """Several phonebooks in one call; what is refused costs its own commands."""
        for number in range(2):
            with self.subTest(number=number):
                first, second, none, range_of_none, third = self.run_door(
                    number, "phonebook", {}, '+CPBS="SM"', "+CPBS?", '+CPBS="ZZ"', "+CPBR=?",
                    '+CPBS="ME"')
                self.assertEqual((first, third), (b"", b""))
                self.assertTrue(second.startswith(b'+CPBS: "SM"'))
                self.assertIn("name", none)
                self.assertEqual(range_of_none, none)
                answers = self.run_door(number, "phonebook", {"storage": "ZZ"}, "+CPBR=1", "+CPBR=2")
                self.assertEqual(answers, [none, none])

    def test_denied(self):
        """What does not pass never reaches the modem."""
        before = self.bed.sim(0).commands()
        for door, options, text, data, name in (
                ("phonebook", {}, "+CPIN?", b"", DENIED),
                ("phonebook", {}, "+CPBR=1;+CFUN=0", b"", DENIED),
                ("phonebook", {}, "+CPBW=1", b"", DENIED),
                ("phonebook", {"memory": "SM"}, "+CPBR=1", b"", DENIED),
                ("messages", {}, "+CMGL=4", b"", DENIED),
                ("messages", {"memory": "SM"}, "+CMGD=1,4", b"x", DENIED),
                ("kitchen", {}, "+CPBR=1", b"", "org.simstow.Error.Unsupported")):
            with self.subTest(text=text), self.assertRaises(BusError) as caught:
                self.run_door(0, door, options, (text, data))
            self.assertEqual(caught.exception.name, name)
        self.assertEqual(self.bed.sim(0).commands(), before)


class Mbim(unittest.TestCase):
    """A modem in MBIM mode."""

    def test_doors(self):
        """Records are as the modem gave them; what is written to and deleted is compared first."""
        bed = self.enterContext(Testbed("mbim-no-uicc-low-level", enable=False))

        def run(door, *commands):
            return run_door(bed, 0, door, {}, *commands)

        self.assertTrue(bed.call(0, PLUGIN, "Describe")[0]["mbim"])
        services, configuration, messages = run("mbim-messages", "services", "configuration",
                                                "read 0,0")
        self.assertGreater(len(services), 40)
        self.assertEqual(struct.unpack_from("<2I", configuration), (1, 0))
        count, where, size = struct.unpack_from("<3I", messages, 4)
        self.assertGreater(count, 1)
        first = messages[where:where + size]
        index, = struct.unpack_from("<I", first)
        kept, deleted, gone = run("mbim-messages", (f"delete {index}", first[:-1] + b"x"),
                                  (f"delete {index}", first), (f"delete {index}", first))
        self.assertEqual((kept["name"], deleted, gone["name"]), (CHANGED, b"", NOT_FOUND))
        self.assertEqual(struct.unpack_from("<I", run("mbim-messages", "read 0,0")[0], 4),
                         (count - 1,))
        state, total, used = struct.unpack_from("<3I", run("mbim-phonebook", "configuration")[0])
        self.assertEqual(state, 1)
        number, name = "5550100".encode("utf-16le") + b"\0\0", "Ana\0".encode("utf-16le")
        entry = struct.pack("<6I", 1, total, 24, 14, 40, 6) + number + name
        written, = run("mbim-phonebook", (f"write {total}", entry))
        self.assertEqual(written, b"")
        taken, read = run("mbim-phonebook", (f"write {total}", entry), f"read {total}")
        self.assertEqual(taken["name"], CHANGED)
        count, where, size = struct.unpack_from("<3I", read)
        record = read[where:where + size]
        self.assertEqual(struct.unpack_from("<I", record), (total,))
        self.assertIn("Ana".encode("utf-16le"), record)
        self.assertEqual(run("mbim-phonebook", (f"delete {total}", record)), [b""])
        self.assertEqual(struct.unpack_from("<3I", run("mbim-phonebook", "configuration")[0]),
                         (1, total, used))
        none, = run("mbim-phonebook", "read 60000")
        self.assertEqual((none["domain"], none["name"]), ("mbim", NOT_FOUND))


if __name__ == "__main__":
    unittest.main()
