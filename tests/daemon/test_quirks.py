#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What real modems make of the commands that reach the card: the SIM's own files are read by
whatever way is left, and are the same."""

import pathlib
import sys
import tempfile
import unittest

from bus import BusError, Variant
from testbed import MM, MODEM, REGISTERED, SCENARIOS, Testbed

sys.path.insert(0, str(SCENARIOS))
import tpdu  # noqa: E402

PLUGIN = "org.simstow.Modem1"
USIM = list(bytes.fromhex("A0000000871002"))
NO_SUCH = list(bytes.fromhex("A000000559101000"))
READ_ICCID = list(bytes.fromhex("00B000000A"))


FILES = ("2FE2", "2F05", "7FFF6F07", "7FFF6F46", "7FFF6F3B", "7FFF6F38", "7FFF6FAD", "7FFF6F40")


def read_files(bed, number):
    """Path to records or contents by the door "files"; for one that fails the error's name."""
    answers, = bed.call(number, PLUGIN, "Run", "sa{sv}a(say)",
                        ("files", {}, [(f"read {path}", b"") for path in FILES]))
    return {path: error["name"] if error else [bytes(part) for part in parts[1:]]
            for path, (parts, error) in zip(FILES, answers)}


class Odd(unittest.TestCase):
    """Modems with restricted access that is not as the standard has it."""

    def setUp(self):
        self.bed = self.enterContext(Testbed("at-stick"))
        self.sim = self.bed.sim(0)

    def read(self):
        """Path to records or contents, of some files; NotFound and the like as its name."""
        return read_files(self.bed, 0)

    def test_line_refused(self):
        """A modem that fails a whole line for one file: only that is missing."""
        expected = self.read()
        self.sim.control("fault * +CRSM=178,28475,* error")
        read = self.read()
        self.assertEqual(read.pop("7FFF6F3B"), "org.simstow.Error.ModemError")
        self.assertEqual(len(expected.pop("7FFF6F3B")), 10)
        self.assertEqual(read, expected)

    def test_usim_out_of_reach(self):
        """A modem that does not find the way to the USIM: a channel does, and that is told."""
        self.sim.control('fault * *"3F007FFF" reply \\r\\n+CRSM: 106,130\\r\\n\\r\\nOK\\r\\n')
        read = self.read()
        self.assertEqual(len(read["7FFF6F3B"]), 10)
        self.sim.control("clear-faults")
        self.assertEqual(self.read(), read)
        self.assertEqual(self.bed.call(0, PLUGIN, "Describe")[0]["way"], "cgla")
        self.assertEqual(self.sim.card()[0], 0)


class Selection(unittest.TestCase):
    """What a modem was found with is put back, and what the daemon sets meanwhile is not undone."""

    def start(self, *additions):
        """Modems that are not enabled, with a memory, a phonebook and a mode of their owner's."""
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        text = (SCENARIOS / "claro-co.scenario").read_text(encoding="utf-8")
        self.assertIn("messages=ME,ME,ME\n", text)
        paths = []
        for number, addition in enumerate(additions):
            paths.append(folder / f"selected-{number}.scenario")
            paths[-1].write_text(text.replace("messages=ME,ME,ME\n",
                                              "messages=ME,SM,ME\nformat=1\n") + addition,
                                 encoding="utf-8")
        return self.enterContext(Testbed(*paths, enable=False))

    def selected(self, sim):
        """What is selected now."""
        return sim.dump("all").partition("[selected]")[2].partition("[")[0]

    MESSAGES = ("messages", {"memory": Variant("s", "ME")}, [("+CMGL=4", b"")])

    def read_all(self, bed, number):
        """All records of all messages and phonebooks."""
        calls = [("messages", {}, ["+CPMS=?", "+CPMS?", "+CMGF?", "+CMGL=?"]),
                 ("phonebook", {}, ["+CPBS?", "+CSCS?", "+CPBS=?", "+CSCS=?"])]
        calls += [("messages", {"memory": name}, ["+CPMS?", "+CMGL=4"]) for name in ("SM", "ME")]
        calls += [("phonebook", {"storage": name, "charset": "UCS2"}, ["+CPBR=?", "+CPBR=1,2"])
                  for name in ("SM", "ME", "FD", "ON", "EN", "DC", "RC", "MC", "LD")]
        for door, options, texts in calls:
            answers, = bed.call(number, PLUGIN, "Run", "sa{sv}a(say)", (
                door, {key: Variant("s", value) for key, value in options.items()},
                [(text, b"") for text in texts]))
            self.assertEqual([error for _, error in answers if error], [])

    def settle(self, bed, number):
        """Until what was sent after the last answer has been carried out, too."""
        bed.call(number, PLUGIN, "Run", "sa{sv}a(say)", ("messages", {}, [("+CMGF?", b"")]))

    def check_arrival(self, bed, number):
        """The daemon reads a message that arrives, for which the modem has to be in PDU mode."""
        self.assertIn("# format=0", self.selected(bed.sim(number)))
        bed.bus.forget(MM)
        pdu = tpdu.deliver("Nequi", "llega", "26-03-14 09:26:53")
        bed.sim(number).control(f"deliver {pdu.hex()}")
        added = bed.bus.wait(lambda item: item.member == "Added" and
                             item.path == bed.modem(number))
        self.assertEqual(bed.bus.get(MM, added.args[0], MM + ".Sms", "Text"), "llega")
        self.assertIn(added.args[0], bed.call(number, MODEM + ".Messaging", "List")[0])

    def test_disabled(self):
        """A modem that is not enabled: reading and writing leave all of it as it was."""
        bed = self.start("", "[quirks]\njoined=error\n")
        for number in range(2):
            with self.subTest(number=number):
                before = self.selected(bed.sim(number))
                self.read_all(bed, number)
                self.settle(bed, number)
                self.assertEqual(self.selected(bed.sim(number)), before)

    def test_enabled_since(self):
        """Enabled behind a job, or in the middle of one: the daemon's mode is left alone."""
        bed = self.start("", "", "[quirks]\njoined=error\n")
        for number in range(3):
            with self.subTest(number=number):
                self.read_all(bed, number)
                if number == 0:
                    bed.enable_modem(number)
                    bed.call(number, PLUGIN, "Run", "sa{sv}a(say)", self.MESSAGES)
                else:
                    path = bed.modem(number)
                    sent = bed.sim(number).count_commands("+CMGL")
                    bed.sim(number).control("fault 1 *+CMGL=* hold")
                    read = bed.bus.send(MM, path, PLUGIN, "Run", "sa{sv}a(say)", self.MESSAGES)
                    bed.sim(number).wait_commands("+CMGL", sent + 1)
                    enabled = bed.bus.send(MM, path, MODEM, "Enable", "b", (True,))
                    bed.bus.get(MM, path, PLUGIN, "Version")
                    bed.sim(number).control("clear-faults")
                    self.assertTrue(bed.bus.finish(read)[0])
                    bed.bus.finish(enabled, 60)
                    bed.wait_state(number, REGISTERED)
                self.settle(bed, number)
                self.check_arrival(bed, number)


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
        """The way to the card, and files."""
        files = read_files(bed, number)
        return bed.call(number, PLUGIN, "Describe")[0]["way"], files

    def test_same(self):
        """The files are the same, and a channel stays open only where none can be closed."""
        bed = self.start(*self.ODD)
        _, expected = self.read(bed, 0)
        self.assertEqual(len(expected), len(FILES))
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
