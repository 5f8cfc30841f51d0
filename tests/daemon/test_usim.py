#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Contacts of a USIM phonebook with all their fields: what is saved is what the card holds, what
is restored is there byte for byte, and a card that contradicts itself does no harm."""

import json
import pathlib
import re
import tempfile
import unittest

from bus import BusError, Variant
from test_capture import export, problems
from test_stores_mbim import saved_contacts, vias
from testbed import SCENARIOS, Testbed

PLUGIN = "org.simstow.Modem1"
BOOK = "3F00/7FFF/5F3A"
ADN, IAP, EXT1, SNE, ANR, PBC, GRP, AAS, GAS, EMAIL = (0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6,
                                                       0xC7, 0xC8, 0xCA)
ADN_SIZE, TEXT_SIZE, EMAIL_SIZE = 63, 30, 60


def card_files(sim):
    """The records of the phonebook on a card: "4F3A#1" to hexadecimal digits."""
    return {line.split()[0][len(BOOK) + 1:]: line.split()[2]
            for line in sim.control("card-dump").splitlines() if line.startswith(BOOK)}


def used(files, fid):
    """Which records of a file say something: number to digits."""
    return {int(place.split("#")[1]): digits for place, digits in files.items()
            if place.startswith(f"{fid:04X}#") and digits.strip("F").strip("0")}


def instructions(sim):
    """The instructions the card got so far that matter: how many of each."""
    log = [line[2:] for line in sim.card()[2] if line.startswith("> ")]
    return {name: sum(line[2:4] == code for line in log)
            for name, code in (("select", "A4"), ("read", "B2"), ("update", "DC"))}


def tlv(tag, value):
    """A BER-TLV object in hexadecimal digits."""
    return f"{tag:02X}{len(value) // 2:02X}{value}"


def reference(parallel, linked, shared):
    """A record of EF_PBR: three lists of (tag, file)."""
    return "".join(tlv(kind, "".join(tlv(tag, f"{fid:04X}") for tag, fid in files))
                   for kind, files in ((0xA8, parallel), (0xA9, linked), (0xAA, shared)))


SHARED = [(EXT1, 0x4F4A), (AAS, 0x4F4B), (GAS, 0x4F4C)]
# Two further numbers and two addresses: one with the contact's number, one by EF_IAP
SEVERAL = reference([(ADN, 0x4F3A), (IAP, 0x4F25), (ANR, 0x4F11), (ANR, 0x4F12), (GRP, 0x4F26),
                     (EMAIL, 0x4F51), (PBC, 0x4F09), (0xC9, 0x4F21)],
                    [(SNE, 0x4F19), (EMAIL, 0x4F50)], SHARED)


def text(value, size):
    """A text in the GSM alphabet, ASCII only, as the card pads it."""
    return Variant("ay", list(value.encode().ljust(size, b"\xff")))


def number(digits, kind=0x81):
    """Length, type and digits of a number, no capability, no extension."""
    packed = bytes.fromhex(re.sub("(.)(.)", r"\2\1", digits + "F" * (len(digits) % 2)))
    return bytes([len(packed) + 1, kind]) + packed.ljust(10, b"\xff") + b"\xff\xff"


def extension(digits):
    """A record of EF_EXT1 with the rest of a number."""
    packed = number(digits)[2:12]
    return list(bytes([2, (len(digits) + 1) // 2]) + packed + b"\xff")


def contact(name, digits, *fields, index=0, rest=()):
    """A record to write."""
    raw = name.encode().ljust(ADN_SIZE - 14, b"\xff") + number(digits)
    record = {"raw": Variant("ay", list(raw)), "index": Variant("u", index),
              "fields": Variant("aa{sv}", list(fields))}
    if rest:
        record["extensions"] = Variant("aay", [extension(more) for more in rest])
    return record


def field(tag, raw=None, names=(), rest=()):
    """A field of it."""
    out = {"tag": Variant("y", tag)}
    if raw is not None:
        out["raw"] = raw
    if names:
        out["names"] = Variant("aay", [list(name.encode().ljust(TEXT_SIZE, b"\xff"))
                                       for name in names])
    if rest:
        out["extensions"] = Variant("aay", [extension(more) for more in rest])
    return out


def further(digits, label=None, rest=()):
    """A further number."""
    return field(ANR, Variant("ay", list(b"\x00" + number(digits))), [label] if label else (),
                 rest)


FULL = (field(SNE, text("Segundo", TEXT_SIZE)), further("5551234", "Casa"),
        field(EMAIL, text("uno@ejemplo.example", EMAIL_SIZE)),
        field(GRP, names=["Familia", "Vecinos"]), field(PBC, Variant("ay", [0, 1])))


def variant(folder, name, *changes, capacity=250):
    """A scenario of tests/data with a smaller phonebook and other changes: pairs of a pattern
    and what to put in its place."""
    found = (SCENARIOS / f"{name}.scenario").read_text(encoding="utf-8")
    book = re.search(r"(?ms)^\[phonebook SM\]\n(.*?)(?=^\[)", found)
    kept = [line for line in book[1].splitlines()
            if not re.match(r"\d", line) or int(re.match(r"\d+", line)[0]) <= capacity]
    found = found.replace(book[1], "\n".join(kept).replace(
        "capacity=250", f"capacity={capacity}") + "\n")
    if capacity < 2 * 77:
        found = re.sub(f"{BOOK}/4F3A#77=.*\n", "", found)
    for pattern, replacement in changes:
        found = re.sub(pattern, replacement, found, flags=re.S)
    path = pathlib.Path(folder) / f"{name}-{len(list(pathlib.Path(folder).iterdir()))}.scenario"
    path.write_text(found, encoding="utf-8")
    return path


class Bed(unittest.TestCase):
    """Modems whose cards have a USIM phonebook."""

    @classmethod
    def scenarios(cls, folder):
        """The modems; files may be put into the folder."""
        raise NotImplementedError

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.bed = Testbed(*cls.scenarios(folder))
        cls.enterClassContext(cls.bed)

    def tearDown(self):
        """No channel is open on any card."""
        for sim in self.bed.sims:
            self.assertEqual(sim.card()[0], 0)

    def write(self, record, modem=0):
        """Writes a record; returns its index."""
        return self.bed.call(modem, PLUGIN, "WriteRecord", "sa{sv}", ("phonebook/sm", record))[0]

    def read(self, modem=0):
        """All contacts of the plugin, by index."""
        out, following = {}, 0
        while True:
            records, following = self.bed.call(modem, PLUGIN, "ReadRecords", "suua{sv}",
                                               ("phonebook/sm", following, 0, {}))
            out.update({record["index"]: record for record in records})
            if not following:
                return out

    def restore(self, modem=1, *args):
        """Restores the archive that was made last."""
        return self.bed.run_simstow("restore", "-m", self.bed.modem(modem), "-y",
                                    self.bed.directory / "out.tar.gz", *args)


class Laptop(Bed):
    """Over MBIM, to a card of the same structure."""

    @classmethod
    def scenarios(cls, folder):
        # nothing in EF_FDN, which wants a second PIN
        return (variant(folder, "usim-phonebook-full", ("1=123,129,Línea 123\n", ""),
                        capacity=160),
                variant(folder, "usim-phonebook-blank", capacity=160), "at-stick-blank")

    def test_round(self):
        """All of it, byte for byte; a second time nothing is written, and nothing differs."""
        full, blank = self.bed.sim(0), self.bed.sim(1)
        result, members = export(self.bed)
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertEqual(vias(members)["phonebook/sm"], "card")
        self.assertEqual(problems(members, lost=True), [])
        held = full.dump("phonebooks").split("[phonebook FD]")[0]
        self.assertEqual({item[0] for item in saved_contacts(members)},
                         {int(place) for place in re.findall(r"(?m)^(\d+)=", held)})
        for saved, wanted in (("NICKNAME:", ".second-name="), ("EMAIL;", ".email="),
                              ("CATEGORIES:", ".group="), ("TEL;TYPE=VOICE:", ".number="),
                              ("X-SIMSTOW-HIDDEN:1", ".hidden=1")):
            self.assertGreater(held.count(wanted), 2)
            self.assertEqual(members["contacts.vcf"].count(saved), held.count(wanted), wanted)
        result = self.restore()
        self.assertIn(result.rc, (0, 3), result.stderr)
        self.assertNotIn("Failed", result.stdout)
        self.assertEqual(card_files(blank), card_files(full))
        before = instructions(blank)["update"]
        result = self.restore()
        self.assertIn("write 0,", result.stdout)
        self.assertEqual(instructions(blank)["update"], before)
        result = self.bed.run_simstow("diff", self.bed.directory / "out.tar.gz", "--modem",
                                      self.bed.modem(1), "--only", "contacts")
        # the blank modem has a number of its own
        self.assertNotIn("phonebook/sm", result.stdout + result.stderr)

    def test_cost(self):
        """One command for each record that a contact has, and ten for each file."""
        sim = self.bed.sim(0)
        self.bed.call(0, PLUGIN, "ListStores")
        before = instructions(sim)
        there = len(self.read())
        self.assertGreater(there, 150)
        after = instructions(sim)
        files = card_files(sim)
        linked = len(used(files, 0x4F19)) + len(used(files, 0x4F1A)) + len(
            used(files, 0x4F50)) + len(used(files, 0x4F51))
        # EF_ADN, then EF_IAP, EF_ANR, EF_PBC and EF_GRP of those that are there
        records = 160 + 4 * there + linked
        self.assertLessEqual(after["read"] - before["read"], records + 10 * 2)
        self.assertLessEqual(after["select"] - before["select"], 10 * 18)

    def test_elsewhere(self):
        """A stick that knows names and numbers only: what is lost is said before anything is
        written, contact by contact."""
        export(self.bed)
        stick = self.bed.sim(2)
        before = stick.dump()
        result = self.restore(2, "--only", "contacts", "--dry-run", "--json")
        self.assertEqual(stick.dump(), before)
        steps = {step["index"]: step for step in json.loads(result.stdout)["steps"]
                 if step["store"] == "phonebook/sm"}
        self.assertIn("further numbers, e-mail", steps[5]["reason"])
        self.assertIn("second name", steps[6]["reason"])
        self.assertIn("group", steps[8]["reason"])
        for _ in range(2):
            result = self.restore(2, "--only", "contacts")
            self.assertIn(result.rc, (0, 3), result.stderr)
        self.assertIn("write 0,", result.stdout)


class Sparse(Bed):
    """An empty card, contact by contact."""

    @classmethod
    def scenarios(cls, folder):
        return (variant(folder, "usim-phonebook-blank", capacity=30),)

    def setUp(self):
        self.sim = self.bed.sim(0)
        self.bed.call(0, PLUGIN, "ListStores")
        self.blank = card_files(self.sim)
        self.assertEqual(self.read(), {})

    def tearDown(self):
        for index in self.read():
            self.bed.call(0, PLUGIN, "EraseRecord", "su", ("phonebook/sm", index))
        # names of groups and of kinds of numbers stay for the next contact
        self.assertEqual({place: digits for place, digits in card_files(self.sim).items()
                          if place[:4] not in ("4F4B", "4F4C")},
                         {place: digits for place, digits in self.blank.items()
                          if place[:4] not in ("4F4B", "4F4C")})
        super().tearDown()

    def test_fields(self):
        """Each field is where it belongs, is read as it was written, and goes with the contact."""
        self.assertEqual(self.write(contact("Uno", "123", *FULL)), 1)
        self.assertEqual(self.write(contact("Dos", "456", *FULL, index=16)), 16)
        files = card_files(self.sim)
        # the address in set 2 leads back to EF_ADN there: its short identifier, record 1
        self.assertEqual(files["4F51#1"][-4:], "0901")
        self.assertEqual((files["4F26#1"], files["4F26#2"]), ("0102", "0000"))
        self.assertEqual(files["4F2E#1"], "0102")
        self.assertEqual(len(used(files, 0x4F4C)), 2)
        self.assertEqual(files["4F09#1"], "0001")
        self.assertEqual(files["4F11#1"], "01" "0581" "551532F4FFFFFFFFFFFF" "FFFF")
        for index in (1, 16):
            record = self.read()[index]
            tags = [item["tag"] for item in record["fields"]]
            self.assertEqual(sorted(tags), sorted((SNE, ANR, EMAIL, GRP, PBC)))
            found = dict(zip(tags, record["fields"]))
            self.assertEqual(bytes(found[SNE]["raw"]).rstrip(b"\xff"), b"Segundo")
            self.assertEqual(bytes(found[ANR]["names"][0]).rstrip(b"\xff"), b"Casa")
            self.assertEqual([bytes(name).rstrip(b"\xff") for name in found[GRP]["names"]],
                             [b"Familia", b"Vecinos"])
            self.assertNotIn("fault", record)

    def test_free_place(self):
        """Without an index the lowest free place, in the second set when the first is full."""
        self.assertEqual([self.write(contact("N", str(100 + i))) for i in range(3)], [1, 2, 3])
        self.bed.call(0, PLUGIN, "EraseRecord", "su", ("phonebook/sm", 2))
        self.assertEqual(self.write(contact("N", "104")), 2)

    def test_over(self):
        """What is written over another contact leaves nothing of it."""
        self.write(contact("Uno", "1" * 20, *FULL, rest=["77", "88"]))
        self.assertEqual(len(used(card_files(self.sim), 0x4F4A)), 2)
        self.write(contact("Dos", "2", index=1))
        self.assertEqual(self.read()[1]["fields"], [])
        files = card_files(self.sim)
        for fid in (0x4F4A, 0x4F11, 0x4F19, 0x4F50, 0x4F26, 0x4F25):
            self.assertEqual(used(files, fid), {}, f"{fid:04X}")

    def test_long_numbers(self):
        """Numbers of more than 20 digits share EF_EXT1, and are freed from it."""
        self.write(contact("Uno", "1" * 20, further("2" * 20, rest=["33", "44"]),
                           rest=["55", "66"]))
        record = self.read()[1]
        self.assertEqual(len(record["extensions"]), 2)
        self.assertEqual(len(record["fields"][0]["extensions"]), 2)
        self.assertEqual(len(used(card_files(self.sim), 0x4F4A)), 4)

    def test_refused(self):
        """What does not fit is refused before anything is written."""
        before = card_files(self.sim)
        for record in (contact("N", "1", further("1"), further("2")),
                       contact("N", "1", field(EMAIL, text("a" * 61, 61))),
                       contact("N", "1", field(GRP, names=["A", "B", "C"])),
                       contact("N", "1", field(IAP, Variant("ay", [1, 1]))),
                       contact("N", "1", field(SNE, Variant("ay", []))),
                       contact("N", "1", field(GRP)),
                       contact("N", "1", index=9999),
                       {"raw": Variant("ay", [0xFF] * 20)},
                       {"index": Variant("u", 1)}):
            with self.assertRaises(BusError) as caught:
                self.write(record)
            self.assertEqual(caught.exception.name, "org.simstow.Error.InvalidRecord")
        self.assertEqual(card_files(self.sim), before)
        with self.assertRaises(BusError) as caught:
            self.bed.call(0, PLUGIN, "EraseRecord", "su", ("phonebook/sm", 31))
        self.assertEqual(caught.exception.name, "org.simstow.Error.NotFound")

    def erase(self):
        """Erases the first contact."""
        self.bed.call(0, PLUGIN, "EraseRecord", "su", ("phonebook/sm", 1))

    def comparable(self):
        """What the plugin reads, without the number of the record where a number goes on."""
        out = self.read()
        for record in out.values():
            record["raw"] = bytes(record["raw"])[:-1]
        return out

    def count(self, job):
        """How many commands to the card a job takes; the last one closes the channel."""
        before = self.sim.card()[1]
        job()
        return self.sim.card()[1] - before

    def cut(self, command, job):
        """Has the card fail at a command of a job; whether that ended it."""
        self.sim.control(f"card-set card fault {command} 6F00")
        try:
            job()
        except BusError:
            return True
        finally:
            self.sim.control("card-set card fault 0 6F00")
        return False

    def test_cut(self):
        """Cut short at any command, a write leaves the contact whole or not there at all, and
        done again it leaves what it leaves uncut."""
        record = contact("Uno", "1" * 20, *FULL, rest=["77"], index=1)
        self.write(record)
        wanted = card_files(self.sim)
        whole = self.comparable()
        cuts = 0
        self.erase()
        for command in range(1, self.count(lambda: self.write(record))):
            self.erase()
            cuts += self.cut(command, lambda: self.write(record))
            self.assertIn(self.comparable(), ({}, whole), command)
            self.write(record)
            self.assertEqual(self.comparable(), whole, command)
            self.erase()
            self.assertEqual(used(card_files(self.sim), 0x4F4A), {}, command)
        self.assertGreater(cuts, 25)
        self.erase()
        self.write(record)
        self.assertEqual(card_files(self.sim), wanted)

    def test_cut_erase(self):
        """Cut short at any command, an erasure leaves the contact whole or not there at all."""
        record = contact("Uno", "1", *FULL, index=1)
        self.write(record)
        whole = self.read()
        cuts = 0
        for command in range(1, self.count(self.erase)):
            self.write(record)
            cuts += self.cut(command, self.erase)
            self.assertIn(self.read(), ({}, whole), command)
        self.assertGreater(cuts, 10)
        self.erase()


class Several(Bed):
    """Several files of a kind in a set."""

    @classmethod
    def scenarios(cls, folder):
        return (variant(folder, "usim-phonebook-blank", capacity=30),) * 2

    def test_round(self):
        """Two further numbers, two addresses; on another card of that kind they are the same."""
        for sim in self.bed.sims:
            sim.control(f"card-set card {BOOK}/4F30#1 {SEVERAL}")
            sim.control(f"card-set card {BOOK}/4F30#2 FF")
        for modem in (0, 1):
            self.bed.call(modem, PLUGIN, "ListStores")
        self.write(contact("Uno", "1", further("11", "Casa"), further("2" * 20, rest=["33"]),
                           field(EMAIL, text("a@b.example", EMAIL_SIZE)),
                           field(EMAIL, text("c@d.example", EMAIL_SIZE)), index=3))
        self.write(contact("Dos", "2", further("22", "Oficina"), index=7))
        files = card_files(self.bed.sim(0))
        self.assertEqual(len(used(files, 0x4F12)), 1)
        self.assertEqual((files["4F25#3"], len(used(files, 0x4F51)), len(used(files, 0x4F50))),
                         ("FF01", 1, 1))
        result, members = export(self.bed)
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertEqual(members["contacts.vcf"].count("X-SIMSTOW-FURTHER:"), 3)
        self.assertIn("X-SIMSTOW-LABEL:Casa", members["contacts.vcf"])
        result = self.restore(1)
        self.assertIn(result.rc, (0, 3), result.stderr)
        self.assertNotIn("Failed", result.stdout)
        self.assertEqual(card_files(self.bed.sim(1)), files)


class Odd(Bed):
    """Cards that contradict themselves."""

    @classmethod
    def scenarios(cls, folder):
        return (variant(folder, "usim-phonebook-full", capacity=30),)

    def check(self, fault, *settings, contacts=30, via="card"):
        """Saves the card with some places of it changed: a problem names what is wrong, and the
        contacts are there."""
        sim = self.bed.sim(0)
        before = card_files(sim)
        for setting in settings:
            sim.control(f"card-set card {BOOK}/{setting}")
        try:
            result, members = export(self.bed)
        finally:
            for setting in settings:
                place, value = setting.split()
                sim.control(f"card-set card {BOOK}/{place} "
                            f"{'!0000' if value.startswith('!') else before[place]}")
        self.assertEqual(result.rc, 3, result.stdout + result.stderr)
        found = [item for where, item in problems(members, lost=True) if where == "phonebook/sm"]
        self.assertRegex("\n".join(found), fault)
        self.assertLess(len(found), 4)
        self.assertEqual(len(saved_contacts(members)), contacts)
        self.assertEqual(vias(members)["phonebook/sm"], via)
        return members

    def test_references(self):
        """EF_PBR that cannot be: the modem's own phonebook has names and numbers still."""
        for value, fault in (("A8", "EF_PBR: "), ("A8FF", "EF_PBR: "), ("A805C0034F", "EF_ADN"),
                             ("A804C0024F77", "EF_ADN"), ("A804C0023F00", "EF_ADN"),
                             ("A804C0025F3A", "EF_ADN"), ("A804C0024F22", "EF_ADN"),
                             ("A804C4024F11", "without EF_ADN"),
                             ("A904C0024F3A", "without EF_ADN"), ("FF", "names no files")):
            with self.subTest(value):
                members = self.check(fault, f"4F30#1 {value}", "4F30#2 FF", via="mbim")
                self.assertNotIn("EMAIL", members["contacts.vcf"])

    def test_half_a_book(self):
        """A file that is named twice, or is not there, is left out; all else is saved."""
        one = reference([(ADN, 0x4F3A), (IAP, 0x4F25), (ANR, 0x4F11), (EMAIL, 0x4F11)],
                        [(SNE, 0x4F19), (EMAIL, 0x4F50)], SHARED)
        self.check("make no sense", f"4F30#1 {one}")
        self.check("EF_EMAIL .*6A82", "4F50 !6A82")
        self.check("EF_ANR .*6982", "4F11 !6982")
        self.check("EF_GAS", "4F4C !6A82")
        missing = reference([(ADN, 0x4F3A), (ANR, 0x4F11)], [(EMAIL, 0x4F50)], SHARED)
        self.check("EF_EMAIL .*no place in EF_IAP", f"4F30#1 {missing}")
        twice = reference([(ADN, 0x4F3A)], [], SHARED)
        self.check("named in two sets", f"4F30#1 {twice}", f"4F30#2 {twice}", contacts=15)

    def test_links(self):
        """Links that lead nowhere, or in a circle, end there."""
        files = card_files(self.bed.sim(0))
        self.check("record 200 of 7FFF5F3A4F50", "4F25#1 FFC8")
        self.check("record 99 of 7FFF5F3A4F4C", "4F26#4 6300")
        circle = files["4F3A#1"][:-2]
        self.check("no end", f"4F3A#1 {circle}02", "4F4A#2 020221FFFFFFFFFFFFFFFFFF03",
                   "4F4A#3 020221FFFFFFFFFFFFFFFFFF02")
        self.check("record 250 of 7FFF5F3A4F4A", f"4F3A#1 {circle}FA")


class Stick(Bed):
    """Over AT: the card where it keeps more than the modem's own phonebook."""

    @classmethod
    def scenarios(cls, folder):
        stick, plain = (r"\[mbim\].*", ""), ("extended=true", "extended=false")
        return (variant(folder, "usim-phonebook-full", stick, plain, capacity=60),
                variant(folder, "usim-phonebook-full", stick, capacity=60),
                variant(folder, "usim-phonebook-blank", stick, plain, capacity=60))

    def test_round(self):
        """A modem whose phonebook is plain: all of the card, byte for byte."""
        result, members = export(self.bed)
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertEqual({vias(members)[store] for store in ("phonebook/fd", "calls/last")}, {"at"})
        self.assertEqual(vias(members)["phonebook/sm"], "card")
        result = self.restore(2, "--only", "contacts")
        self.assertIn(result.rc, (0, 3), result.stderr)
        self.assertEqual(card_files(self.bed.sim(2)), card_files(self.bed.sim(0)))

    def test_whole(self):
        """A modem whose phonebook has all fields: that one, without a look at the card."""
        result, members = export(self.bed, modem=self.bed.modem(1))
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertEqual(vias(members)["phonebook/sm"], "at")
        self.assertFalse([line for line in self.bed.sim(1).commands() if "5F3A" in line])


if __name__ == "__main__":
    unittest.main()
