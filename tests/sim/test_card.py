#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The simulated card through the AT front: +CSIM, +CRSM, +CCHO, +CGLA, +CCHC, the quirks of real
modems, faults, and that AT's stores and the card's files are the same thing. No daemon."""

import sys
import unittest

from test_at import Case, SCENARIOS

ISDR = "A0000005591010FFFFFFFF8900000100"
USIM = "A0000000871002"
OK = "\r\nOK\r\n"
EID = "BF3E125A1089049032005120007320000000000170"
GET_EID = "80E2910006BF3E035C015A00"


class CardCase(Case):
    """Helpers for cards."""

    def esim(self, quirks="", card=""):
        """A modem with an eUICC and quirks."""
        text = (SCENARIOS / "esim-at.scenario").read_text(encoding="utf-8")
        return self.modem(self.scenario(text.replace(
            "quirks=reset-on-refresh", f"quirks={quirks}\n{card}")))

    def csim(self, modem, apdu):
        """The answer to an APDU by +CSIM, or the error."""
        answer = modem.at(f'+CSIM={len(apdu)},"{apdu}"')
        return answer.split('"')[1] if '"' in answer else answer.strip()

    def cgla(self, modem, session, apdu):
        """The same by +CGLA."""
        answer = modem.at(f'+CGLA={session},{len(apdu)},"{apdu}"')
        return answer.split('"')[1] if '"' in answer else answer.strip()

    def channels(self, modem):
        """How many are open."""
        return int(modem.control("card").splitlines()[0].split("=")[1])


class Channels(CardCase):
    """Logical channels and what modems make of them."""

    def test_cgla(self):
        """Open, transmit, close; the modem puts the channel in the class byte."""
        modem = self.esim()
        for command in ("+CCHO", "+CGLA", "+CCHC", "+CSIM", "+CRSM"):
            self.assertEqual(modem.at(f"{command}=?"), OK)
        self.assertEqual(modem.at(f'+CCHO="{ISDR}"'), "\r\n+CCHO: 1\r\n" + OK)
        self.assertEqual(modem.at(f'+CGLA=1,24,"{GET_EID}"'), '\r\n+CGLA: 4,"6115"\r\n' + OK)
        self.assertEqual(modem.at('+CGLA=1,10,"00C0000015"'),
                         f'\r\n+CGLA: 46,"{EID}9000"\r\n' + OK)
        self.assertIn("> 81E2910006BF3E035C015A00\n", modem.control("card"))
        self.assertEqual(modem.at("+CCHC=1"), OK)
        self.assertEqual(modem.at("+CCHC=1"), "\r\n+CME ERROR: 21\r\n")
        self.assertEqual(self.cgla(modem, 1, GET_EID), "+CME ERROR: 21")
        self.assertEqual(modem.at(f'+CGLA=1,23,"{GET_EID}"'), "\r\n+CME ERROR: 50\r\n")

    def test_none_free(self):
        """Three channels, and an application that the card has not."""
        modem = self.esim()
        self.assertEqual(modem.at('+CCHO="A0000005591010FFFFFFFF8900050500"'),
                         "\r\n+CME ERROR: 22\r\n")
        for number in (1, 2, 3):
            self.assertIn(f"+CCHO: {number}", modem.at(f'+CCHO="{USIM}"'))
        self.assertEqual(modem.at(f'+CCHO="{USIM}"'), "\r\n+CME ERROR: 20\r\n")
        self.assertEqual(self.channels(modem), 3)

    def test_handles(self):
        """A bare number, 16 digits."""
        modem = self.esim("bare-handle")
        self.assertEqual(modem.at(f'+CCHO="{ISDR}"'), "\r\n1\r\n" + OK)
        modem = self.esim("hex-handle")
        self.assertEqual(modem.at(f'+CCHO="{ISDR}"'),
                         "\r\n+CCHO: 000000000385a701\r\n" + OK)
        self.assertEqual(self.cgla(modem, "000000000385a701", GET_EID), "6115")
        self.assertEqual(self.cgla(modem, 1, GET_EID), "+CME ERROR: 21")
        self.assertEqual(modem.at("+CCHC=000000000385a701"), OK)

    def test_missing(self):
        """No =? forms, no +CCHC, no +CCHO and its kin, no +CSIM above the basic channel."""
        modem = self.esim("no-test,no-close")
        self.assertEqual(modem.at("+CCHO=?"), "\r\nERROR\r\n")
        modem.at(f'+CCHO="{ISDR}"')
        self.assertEqual(modem.at("+CCHC=1"), "\r\nERROR\r\n")
        self.assertEqual(self.csim(modem, "0070800100"), "9000")
        modem = self.esim("no-cgla,basic-csim")
        self.assertEqual(modem.at(f'+CCHO="{ISDR}"'), "\r\nERROR\r\n")
        self.assertEqual(self.csim(modem, "0070000001"), "019000")
        self.assertEqual(self.csim(modem, "01A40400"), "+CME ERROR: 3")
        modem = self.esim("no-csim,no-crsm")
        self.assertEqual(self.csim(modem, "0070000001"), "ERROR")
        self.assertEqual(modem.at("+CRSM=176,12258,0,0,10"), "\r\nERROR\r\n")

    def test_collect(self):
        """The modem fetches the answer itself, and leaves the quotes out."""
        modem = self.esim("collect,plain-cgla")
        modem.at(f'+CCHO="{ISDR}"')
        self.assertEqual(modem.at(f'+CGLA=1,24,"{GET_EID}"'),
                         f"\r\n+CGLA: 46,{EID}9000\r\n" + OK)
        answer = modem.at('+CGLA=1,16,"80E2910003BF2200"')
        self.assertTrue(answer.startswith("\r\n+CGLA: 352,BF2281AA"))

    def test_csim(self):
        """Channels of one's own."""
        modem = self.esim()
        self.assertEqual(self.csim(modem, "0070000001"), "019000")
        self.assertEqual(self.csim(modem, f"01A4040010{ISDR}"), "6127")
        self.assertEqual(self.csim(modem, "81E2910006BF3E035C015A"), "6115")
        self.assertEqual(self.csim(modem, "01C0000015"), EID + "9000")
        self.assertEqual(self.csim(modem, "0070800100"), "9000")
        self.assertEqual(self.channels(modem), 0)

    def test_reset(self):
        """The card is reset after a REFRESH: the channel is gone, another profile is there."""
        modem = self.esim("reset-on-refresh,collect")
        modem.at(f'+CCHO="{ISDR}"')
        self.assertEqual(self.cgla(modem, 1, "80E2910014BF3111A00C5A0A"
                                   "987521230000000020208101FF"), "BF3103800100910B")
        self.assertEqual(self.channels(modem), 0)
        self.assertEqual(modem.at("+CCHC=1"), "\r\n+CME ERROR: 21\r\n")
        self.assertEqual(modem.at("+CRSM=176,12258,0,0,10"),
                         '\r\n+CRSM: 144,0,"98752123000000002020"\r\n' + OK)
        self.assertIn("+CCID: 89571232000000000202", modem.at("+CCID"))

    def test_faults(self):
        """The card fails, says nothing, goes away."""
        modem = self.esim()
        modem.at(f'+CCHO="{ISDR}"')
        self.assertEqual(modem.control("card-set card fault 1 6F00"), "")
        self.assertEqual(self.cgla(modem, 1, GET_EID), "6F00")
        modem.control("card-set card fault 1 silence")
        self.assertTrue(modem.silent(f'+CGLA=1,24,"{GET_EID}"'))
        self.assertEqual(self.cgla(modem, 1, GET_EID), "6115")
        modem.control("card-set card fault 1 remove")
        self.assertEqual(self.cgla(modem, 1, GET_EID), "+CME ERROR: 10")
        self.assertEqual(modem.at("+CPIN?"), "\r\n+CME ERROR: 10\r\n")
        modem.control("sim on")
        self.assertEqual(self.channels(modem), 0)
        self.assertIn("+CCHO: 1", modem.at(f'+CCHO="{ISDR}"'))


class Files(CardCase):
    """The card's files and AT's stores."""

    def test_crsm(self):
        """Files by their identifier, in the USIM, the MF and DF.TELECOM."""
        modem = self.modem("at-stick")
        self.assertEqual(modem.at("+CRSM=176,28423,0,0,9"),
                         '\r\n+CRSM: 144,0,"087923015155001090"\r\n' + OK)
        self.assertEqual(modem.at("+CRSM=176,12258,0,0,10"),
                         '\r\n+CRSM: 144,0,"987523010050550010F6"\r\n' + OK)
        self.assertIn('"62', modem.at("+CRSM=192,28476"))
        self.assertTrue(modem.at("+CRSM=178,28474,1,4,63").startswith(
            '\r\n+CRSM: 144,0,"80004D0061006D00E1'))
        self.assertEqual(modem.at("+CRSM=176,28424,0,0,33"), "\r\n+CRSM: 105,130\r\n" + OK)
        self.assertEqual(modem.at("+CRSM=176,28672,0,0,1"), "\r\n+CRSM: 106,130\r\n" + OK)
        self.assertEqual(modem.at('+CRSM=176,28464,0,0,0,,"7F10"'),
                         "\r\n+CRSM: 106,130\r\n" + OK)

    def test_contacts(self):
        """+CPBW is in EF_ADN at once, and an update of EF_ADN in +CPBR."""
        modem = self.modem("at-stick-blank")
        modem.at('+CSCS="UCS2"')
        modem.at('+CPBW=7,"+571",145,"00D10061"')
        record = modem.at("+CRSM=178,28474,7,4,63").split('"')[1]
        self.assertEqual(record, "5D61" + "FF" * 47 + "039175F1" + "FF" * 10)
        modem.at(f'+CRSM=220,28474,9,4,63,"{record}"')
        self.assertEqual(modem.at("+CPBR=9"),
                         '\r\n+CPBR: 9,"+571",145,"00D10061"\r\n' + OK)
        modem.at(f'+CRSM=220,28474,7,4,63,"{"FF" * 63}"')
        self.assertEqual(modem.at("+CPBR=7"), OK)
        self.assertIn("9=+571,145,Ña\n", modem.control("dump phonebooks"))

    def test_messages(self):
        """+CMGW is in EF_SMS at once, and an update of EF_SMS in +CMGR."""
        modem = self.modem("at-stick-blank")
        modem.write("+CMGW=16", "00" + "11000A8103505510000000A703C8F71D")
        record = modem.at("+CRSM=178,28476,1,4,176").split('"')[1]
        self.assertTrue(record.startswith("07" + "0011000A8103505510000000A703C8F71D"))
        modem.at(f'+CRSM=220,28476,3,4,176,"01{record[2:]}"')
        self.assertIn("3=1,0011000A8103505510000000A703C8F71D\n", modem.control("dump messages"))
        modem.at("+CMGD=1")
        self.assertTrue(modem.at("+CRSM=178,28476,1,4,176").startswith(
            '\r\n+CRSM: 144,0,"00FFFF'))

    def test_pin(self):
        """One PIN for both: a wrong one on either side counts, the right one opens."""
        text = (SCENARIOS / "at-stick-blank.scenario").read_text(encoding="utf-8")
        modem = self.modem(self.scenario(text.replace("[network]", "locked=true\n[network]")))
        self.assertEqual(modem.at("+CRSM=176,28423,0,0,9"), "\r\n+CRSM: 105,130\r\n" + OK)
        self.assertEqual(self.csim(modem, "0020000100"), "63C3")
        self.assertEqual(self.csim(modem, "002000010839393939FFFFFFFF"), "63C2")
        self.assertEqual(modem.at('+CPIN="9999"'), "\r\n+CME ERROR: 16\r\n")
        self.assertEqual(self.csim(modem, "0020000100"), "63C1")
        self.assertEqual(self.csim(modem, "002000010831323334FFFFFFFF"), "9000")
        self.assertEqual(modem.at("+CPIN?"), "\r\n+CPIN: READY\r\n" + OK)
        self.assertIn("144,0", modem.at("+CRSM=176,28423,0,0,9"))

    def test_rewrite(self):
        """Each record read and written again: nothing has changed."""
        modem = self.modem("at-stick")
        before = modem.control("dump")
        for file, size, last in ((28474, 63, 250), (28476, 176, 110)):
            for index in range(1, last + 1):
                record = modem.at(f"+CRSM=178,{file},{index},4,{size}").split('"')[1]
                modem.at(f'+CRSM=220,{file},{index},4,{size},"{record}"')
        self.assertEqual(modem.control("dump"), before)

    def test_card_alone(self):
        """The store follows from the card: another one that is given the records of a full card,
        phonebook satellites among them, holds the same messages and contacts."""
        full = self.modem("usim-phonebook-full")
        blank = self.modem("usim-phonebook-blank")
        have = set(blank.control("card-dump").splitlines())
        for line in full.control("card-dump").splitlines():
            place, _, content = line.split(" ")
            if line not in have and ("/5F3A/" in place or "/7FFF/6F3C#" in place):
                self.assertEqual(blank.control(f"card-set card {place} {content}"), "", place)
        for what in ("messages", "phonebooks"):
            self.assertEqual(self.only_sim(blank.control(f"dump {what}")),
                             self.only_sim(full.control(f"dump {what}")))

    def only_sim(self, dump):
        """The groups [messages SM] and [phonebook SM] of a dump."""
        return [group for group in ("\n" + dump).split("\n[") if " SM]" in group.split("\n")[0]]


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
