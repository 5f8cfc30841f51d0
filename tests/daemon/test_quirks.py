#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What real modems make of the commands that reach the card: the SIM's own files are read by
whatever way is left, and are the same."""

import pathlib
import tempfile
import unittest

from bus import BusError
from testbed import SCENARIOS, Testbed

PLUGIN = "org.simstow.Modem1"
USIM = list(bytes.fromhex("A0000000871002"))
NO_SUCH = list(bytes.fromhex("A000000559101000"))
READ_ICCID = list(bytes.fromhex("00B000000A"))


class Odd(unittest.TestCase):
    """Modems with restricted access that is not as the standard has it."""

    def setUp(self):
        self.bed = self.enterContext(Testbed("at-stick"))
        self.sim = self.bed.sim(0)

    def read(self):
        """Name to record, of all files."""
        self.bed.call(0, PLUGIN, "ListStores")
        records, _ = self.bed.call(0, PLUGIN, "ReadRecords", "suua{sv}", ("simfile", 0, 0, {}))
        return {record["name"]: record for record in records}

    def test_line_refused(self):
        """A modem that fails a whole line for one file: only that is missing."""
        expected = self.read()
        self.sim.control("fault * +CRSM=178,28475,* error")
        read = self.read()
        self.assertIn("fault", read.pop("EF_FDN"))
        self.assertEqual(len(expected.pop("EF_FDN")["records"]), 10)
        self.assertEqual(read, expected)

    def test_usim_out_of_reach(self):
        """A modem that does not find the way to the USIM: a channel does, and that is told."""
        expected = self.read()
        self.sim.control('fault * *"3F007FFF" reply \\r\\n+CRSM: 106,130\\r\\n\\r\\nOK\\r\\n')
        self.assertEqual(self.read(), expected)
        listed, = self.bed.call(0, PLUGIN, "ListStores")
        self.assertEqual([store["way"] for store in listed if store["id"] == "simfile"], ["cgla"])
        self.assertEqual(self.sim.card()[0], 0)


class Quirks(unittest.TestCase):
    """What real modems make of the commands that reach the card."""

    # quirks: the way that is left
    ODD = {"no-crsm,bare-handle": "cgla", "no-crsm,hex-handle,plain-cgla": "cgla",
           "no-crsm,no-test,collect": "cgla", "no-crsm,no-cgla": "csim",
           "no-crsm,no-cgla,no-test,collect": "csim", "no-crsm,no-csim,no-close": "cgla",
           "no-cgla,basic-csim": "crsm", "no-cgla,no-csim,no-test": "crsm"}

    def start(self, *quirks):
        """A testbed with a modem for each; all have the same card."""
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        stick = (SCENARIOS / "at-stick.scenario").read_text(encoding="utf-8")
        paths = []
        for number, quirk in enumerate(quirks):
            paths.append(folder / f"odd-{number}.scenario")
            paths[-1].write_text(f"{stick}quirks={quirk}\n", encoding="utf-8")
        return self.enterContext(Testbed(*paths))

    def read(self, bed, number):
        """What ListStores tells of the files, and the files."""
        listed, = bed.call(number, PLUGIN, "ListStores")
        store, = [item for item in listed if item["id"] == "simfile"]
        records, _ = bed.call(number, PLUGIN, "ReadRecords", "suua{sv}", ("simfile", 0, 0, {}))
        return store["way"], records

    def test_same(self):
        """The files are the same, and a channel stays open only where none can be closed."""
        bed = self.start(*self.ODD)
        _, expected = self.read(bed, 0)
        self.assertEqual(len(expected), 32)
        for number, (quirk, way) in enumerate(self.ODD.items()):
            with self.subTest(quirk=quirk):
                self.assertEqual(self.read(bed, number), (way, expected))
                self.assertEqual(bed.sim(number).card()[0], int("no-close" in quirk))

    def test_no_close(self):
        """A modem without +CCHC: the channel that stays open is used again, by whoever comes."""
        bed = self.start("no-crsm,no-csim,no-close")
        _, expected = self.read(bed, 0)
        for _ in range(3):
            self.assertEqual(self.read(bed, 0), ("cgla", expected))
            handle, _ = bed.call(0, PLUGIN, "OpenChannel", "ay", (USIM,))
            answer, = bed.call(0, PLUGIN, "Transmit", "uay", (handle, READ_ICCID))
            self.assertRegex(bytes(answer).hex(), "6985|6986|9000$")
            bed.call(0, PLUGIN, "CloseChannel", "u", (handle,))
            with self.assertRaises(BusError) as caught:
                bed.call(0, PLUGIN, "OpenChannel", "ay", (NO_SUCH,))
            self.assertEqual(caught.exception.name, "org.simstow.Error.NotFound")
            self.assertEqual(bed.sim(0).card()[0], 1)
        # the card is reset: its channels are gone, and the next one is opened anew
        bed.sim(0).control("sim off")
        bed.sim(0).control("sim on")
        self.assertEqual(self.read(bed, 0), ("cgla", expected))


if __name__ == "__main__":
    unittest.main()
