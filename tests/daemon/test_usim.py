#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Contacts of a USIM phonebook with all their fields: what is saved is what the card holds, what
is restored is there byte for byte, and a card that contradicts itself does no harm."""

import json
import pathlib
import re
import tempfile
import unittest

from test_capture import export, problems
from test_stores_mbim import saved_contacts, vias
from testbed import SCENARIOS, Testbed

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
        before = instructions(sim)
        _, members = export(self.bed)
        there = len(saved_contacts(members))
        self.assertGreater(there, 150)
        after = instructions(sim)
        files = card_files(sim)
        linked = len(used(files, 0x4F19)) + len(used(files, 0x4F1A)) + len(
            used(files, 0x4F50)) + len(used(files, 0x4F51))
        # EF_ADN, then EF_IAP, EF_ANR, EF_PBC and EF_GRP of those that are there
        records = 160 + 4 * there + linked
        # and what else is on the card: messages, fixed numbers and calls
        others = 250
        self.assertLessEqual(after["read"] - before["read"], records + 10 * 2 + others)
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
