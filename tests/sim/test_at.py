#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The AT front of the simulated modem, byte for byte: V.250's line discipline, the refusals of
TS 27.005 and 27.007, faults and the control socket. No daemon."""

import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
SCENARIOS = TOP / "tests" / "data" / "scenarios"
PROGRAM = os.environ.get("SIMULATOR") or str(TOP / "build" / "tests" / "sim" / "simstow-sim")
PDU = "0791751305007010F1" + "11000A8103505510000000A703C8F71D"
SUBMIT = "00" + "01000A8103505510000003C8F71D"


class Modem:
    """A simulator of its own and one line to it."""

    def __init__(self, scenario, *options):
        self.folder = tempfile.mkdtemp(prefix="simstow-at-")
        self.name = os.path.basename(self.folder)
        self.control_path = os.path.join(self.folder, "control")
        if not os.path.exists(scenario):
            scenario = SCENARIOS / f"{scenario}.scenario"
        self.process = subprocess.Popen(
            [PROGRAM, "-s", scenario, "-a", self.name, "-c", self.control_path, *options],
            stdout=subprocess.PIPE)
        self.process.stdout.readline()
        self.line = self.connect()

    def connect(self):
        """One more line."""
        line = socket.socket(socket.AF_UNIX)
        line.connect("\0" + self.name)
        return line

    def stop(self):
        """Ends it; it must end well."""
        self.line.close()
        self.process.terminate()
        status = self.process.wait(20)
        self.process.stdout.close()
        shutil.rmtree(self.folder)
        return status

    def read_until(self, done):
        """All that comes until `done` says of it that it is enough, or for a minute."""
        data, limit = b"", time.monotonic() + 60
        while not done(data):
            left = limit - time.monotonic()
            if left <= 0 or not select.select([self.line], [], [], left)[0]:
                break
            chunk = self.line.recv(65536)
            if not chunk:
                break
            data += chunk
        return data

    def read(self, end):
        """All that comes up to `end`."""
        return self.read_until(lambda data: data.endswith(end))

    def raw(self, data, end=b"\r\n"):
        """Sends bytes and reads up to `end`."""
        self.line.sendall(data)
        return self.read(end)

    def silent(self, command):
        """Sends a command that gets no answer: the answer to the next one comes at once."""
        self.line.sendall(f"AT{command}\r".encode())
        return self.at("") == "\r\nOK\r\n"

    def answer(self):
        """Up to a final result code or a prompt."""
        data = self.read_until(re.compile(rb"\r\n(OK|ERROR|\+CM[ES] ERROR: [^\r]+)\r\n$|"
                                          rb"\r\n> $").search)
        return data.decode("latin-1")

    def at(self, command):
        """A command's whole answer; echo must be off."""
        self.line.sendall(f"AT{command}\r".encode())
        return self.answer()

    def write(self, command, pdu):
        """A command with a prompt, and its data."""
        prompt = self.at(command)
        if prompt != "\r\n> ":
            return prompt
        self.line.sendall(pdu.encode() + b"\x1a")
        return self.answer()

    def control(self, text):
        """A command to the control socket."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.control_path)
            connection.sendall(text.encode() + b"\n")
            answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
        head, _, rest = answer.partition("\n")
        return rest if head == "ok" else head


class Case(unittest.TestCase):
    """Makes modems that end with the test."""

    def modem(self, scenario="claro-co", *options, quiet=True):
        """A modem; with `quiet` echo is off and errors are numbers."""
        modem = Modem(scenario, *options)
        self.addCleanup(lambda: self.assertEqual(modem.stop(), 0))
        if quiet:
            self.assertTrue(modem.raw(b"ATE0+CMEE=1\r", b"OK\r\n").endswith(b"\r\nOK\r\n"))
        return modem

    def scenario(self, text):
        """A scenario of the test's own."""
        with tempfile.NamedTemporaryFile("w", suffix=".scenario", delete=False) as stream:
            stream.write(text)
        self.addCleanup(os.unlink, stream.name)
        return stream.name


class Discipline(Case):
    """V.250."""

    def test_echo(self):
        """On at first, off by ATE0."""
        modem = self.modem(quiet=False)
        self.assertEqual(modem.raw(b"AT\r", b"OK\r\n"), b"AT\r\r\nOK\r\n")
        self.assertEqual(modem.raw(b"ATE0\r", b"OK\r\n"), b"ATE0\r\r\nOK\r\n")
        self.assertEqual(modem.raw(b"AT\r", b"OK\r\n"), b"\r\nOK\r\n")

    def test_errors(self):
        """+CMEE 0, 1, 2."""
        modem = self.modem()
        self.assertEqual(modem.at("+CPBR=999"), "\r\n+CME ERROR: 21\r\n")
        modem.at("+CMEE=2")
        self.assertEqual(modem.at("+CPBR=999"), "\r\n+CME ERROR: invalid index\r\n")
        modem.at("+CMEE=0")
        self.assertEqual(modem.at("+CPBR=999"), "\r\nERROR\r\n")

    def test_concatenation(self):
        """Semicolons part commands, not inside quotes; the first error ends the line."""
        modem = self.modem()
        self.assertEqual(modem.at("+COPS=3,2;+COPS?"),
                         '\r\n+COPS: 0,2,"732101",7\r\n\r\nOK\r\n')
        self.assertEqual(modem.at('E0V1+CPBS="ME";+CPBS?'),
                         '\r\n+CPBS: "ME",60,500\r\n\r\nOK\r\n')
        self.assertTrue(modem.at('+CPBW=500,"1",129,"a;b";+CPBR=500').startswith(
            '\r\n+CPBR: 500,"1",129,"a;b",0,"","",129,'))
        self.assertEqual(modem.at("+NONE;+CPBW=500"), "\r\nERROR\r\n")
        self.assertIn("500=1,129,a;b", modem.control("dump phonebooks"))

    def test_line_editing(self):
        """Backspace, line feeds, lower case, spaces, A/."""
        modem = self.modem()
        self.assertEqual(modem.raw(b"\nat+cpbx\x08s?\r\n", b"OK\r\n"),
                         b'\r\n+CPBS: "SM",190,200\r\n\r\nOK\r\n')
        self.assertEqual(modem.raw(b"A/", b"OK\r\n"),
                         b'\r\n+CPBS: "SM",190,200\r\n\r\nOK\r\n')
        self.assertEqual(modem.at(' +CPBS = "SM"'), "\r\nOK\r\n")

    def test_numeric_results(self):
        """ATV0."""
        modem = self.modem()
        self.assertEqual(modem.raw(b"ATV0\r", b"0\r"), b"0\r")
        self.assertEqual(modem.raw(b"ATV1\r", b"OK\r\n"), b"\r\nOK\r\n")

    def test_syntax(self):
        """What is no command is an error, at any length."""
        modem = self.modem()
        for line in ('+CPBS="SM', "+CPBR", "+CPBR=", "+CPBR=x", "+CPBR=1,2,", "?", "+", "=",
                     "+CPMS=,", "+CMGR", '+CMGR="1"', "+CMGW=0", "E7", "+" * 900):
            self.assertIn("ERROR", modem.at(line), line)
        modem.raw(b"AT" + b"x" * 5000 + b"\r")
        self.assertEqual(modem.at(""), "\r\nOK\r\n")
        self.assertEqual(modem.raw(b"no command\rAT\r", b"OK\r\n"), b"\r\nOK\r\n")


class Messages(Case):
    """TS 27.005."""

    def test_list_marks_as_read(self):
        """REC UNREAD comes once."""
        modem = self.modem()
        modem.at('+CPMS="SM"')
        first = modem.at("+CMGL=0")
        self.assertRegex(first, r"^\r\n\+CMGL: \d+,0,,\d+\r\n[0-9A-F]+\r\n")
        self.assertEqual(modem.at("+CMGL=0"), "\r\nOK\r\n")

    def test_write(self):
        """Status kept, first free place taken, odd lengths refused."""
        modem = self.modem("blank")
        for stat in range(4):
            self.assertEqual(modem.write(f"+CMGW=14,{stat}", SUBMIT),
                             f"\r\n+CMGW: {stat}\r\n\r\nOK\r\n")
        self.assertEqual(modem.at("+CMGR=0"), f"\r\n+CMGR: 0,,14\r\n{SUBMIT}\r\n\r\nOK\r\n")
        self.assertEqual(modem.at("+CMGR=0"), f"\r\n+CMGR: 1,,14\r\n{SUBMIT}\r\n\r\nOK\r\n")
        for command, pdu in (("+CMGW=13", SUBMIT), ("+CMGW=14", SUBMIT[:-1]),
                             ("+CMGW=14", SUBMIT[:-1] + "G"), ("+CMGW=14", ""),
                             ("+CMGW=176", SUBMIT), ("+CMGW=14,4", SUBMIT)):
            self.assertEqual(modem.write(command, pdu), "\r\n+CMS ERROR: 304\r\n", command)
        modem.at("+CMGD=1")
        self.assertEqual(modem.write("+CMGW=14", SUBMIT), "\r\n+CMGW: 1\r\n\r\nOK\r\n")

    def test_write_given_up(self):
        """ESC stores nothing."""
        modem = self.modem("blank")
        self.assertEqual(modem.raw(b"AT+CMGW=14\r", b"> "), b"\r\n> ")
        self.assertEqual(modem.raw(b"0001\x1b", b"OK\r\n"), b"\r\nOK\r\n")
        self.assertEqual(modem.control("dump messages content"), "")

    def test_indices(self):
        """Places that are not there, and free ones."""
        modem = self.modem("blank")
        self.assertEqual(modem.at("+CMGR=100"), "\r\n+CMS ERROR: 321\r\n")
        self.assertEqual(modem.at("+CMGR=5"), "\r\n+CMS ERROR: 321\r\n")
        self.assertEqual(modem.at("+CMGD=100"), "\r\n+CMS ERROR: 321\r\n")
        self.assertEqual(modem.at('+CPMS="XX"'), "\r\n+CMS ERROR: 302\r\n")

    def test_full(self):
        """No place left, or the knob."""
        modem = self.modem("full")
        self.assertEqual(modem.write("+CMGW=14", SUBMIT), "\r\n+CMS ERROR: 322\r\n")
        modem = self.modem("blank")
        modem.control("full on")
        self.assertEqual(modem.write("+CMGW=14", SUBMIT), "\r\n+CMS ERROR: 322\r\n")

    def test_delete_flags(self):
        """+CMGD=1,n."""
        modem = self.modem("blank")
        for stat in range(4):
            modem.write(f"+CMGW=14,{stat}", SUBMIT)
        for flag, left in ((1, "0,2,3"), (2, "0,2"), (3, "0"), (4, "")):
            modem.at(f"+CMGD=1,{flag}")
            self.assertIn(f"+CMGD: ({left})", modem.at("+CMGD=?"))

    def test_view(self):
        """MT is ME and SM in one."""
        modem = self.modem("movistar-co")
        self.assertIn('"MT",3,25,"SM",3,15,"MT",3,25', modem.at("+CPMS?"))
        self.assertIn("+CMGL: 10,", modem.at("+CMGL=4"))
        modem.at("+CMGD=10")
        self.assertNotIn("\n0=1,", modem.control("dump messages"))

    def test_new_message(self):
        """+CMTI only where +CNMI asks, and not within an answer."""
        modem = self.modem("blank")
        modem.control(f"deliver {PDU}")
        modem.at("+CNMI=2,1,0,0,0")
        modem.control("latency 200")
        modem.line.sendall(b"AT+CPBS?\r")
        modem.control(f"deliver {PDU}")
        self.assertRegex(modem.read(b",1\r\n").decode(),
                         r'^\r\n\+CPBS: .*\r\n\r\nOK\r\n\r\n\+CMTI: "ME",1\r\n$')


class Phonebooks(Case):
    """TS 27.007 8.11 to 8.14."""

    def test_charsets(self):
        """The same entry in each set; what a set lacks is a question mark."""
        modem = self.modem("gsm-only")
        self.assertEqual(modem.at("+CSCS=?"), '\r\n+CSCS: ("GSM")\r\n\r\nOK\r\n')
        self.assertEqual(modem.at('+CSCS="UCS2"'), "\r\n+CME ERROR: 50\r\n")
        self.assertIn('"\\00 \x5dandu?'.encode("latin-1")[:5].decode("latin-1"),
                      modem.at("+CPBR=1"))
        self.assertIn('"Dijo \\22ya\\22"', modem.at("+CPBR=2"))
        self.assertIn('"Sof?a ??"', modem.at("+CPBR=3"))
        modem = self.modem()
        modem.at('+CSCS="UCS2"')
        self.assertIn('"004D0061006D00E100202764FE0F"', modem.at("+CPBR=1"))
        modem.at('+CSCS="IRA"')
        self.assertIn('"Mam? ??"', modem.at("+CPBR=1"))

    def test_write_ucs2(self):
        """Surrogates, cut ones too, come back as they went."""
        modem = self.modem("blank")
        modem.at('+CSCS="UCS2"')
        for text in ("00D10061D83DDE00", "0041D83D", "0022005C000D"):
            self.assertEqual(modem.at(f'+CPBW=7,"+573005550001",145,"{text}"'), "\r\nOK\r\n")
            self.assertIn(f'7,"+573005550001",145,"{text}"', modem.at("+CPBR=7"))
        self.assertEqual(modem.at('+CPBW=7,"1",129,"004"'), "\r\n+CME ERROR: 25\r\n")
        self.assertIn("7=+573005550001,145,\"\\\\\\u000D", modem.control("dump phonebooks"))

    def test_limits(self):
        """Name, number, index, access, each with its code."""
        modem = self.modem("blank")
        cases = {
            f'+CPBW=1,"1",129,"{"x" * 25}"': 24,
            f'+CPBW=1,"{"1" * 41}",129,"x"': 26,
            '+CPBW=1,"12a",129,"x"': 27,
            '+CPBW=0,"1",129,"x"': 21,
            '+CPBW=201,"1",129,"x"': 21,
            '+CPBW=1,"1",129,"x",0': 50,
            "+CPBR=0": 21,
            "+CPBR=1,201": 21,
            "+CPBR=2,1": 21,
            '+CPBS="XX"': 4,
        }
        for command, code in cases.items():
            self.assertEqual(modem.at(command), f"\r\n+CME ERROR: {code}\r\n", command)
        self.assertEqual(modem.at(f'+CPBW=1,"{"1" * 40}",129,"{"x" * 24}"'), "\r\nOK\r\n")
        modem.at('+CPBS="EN"')
        self.assertEqual(modem.at('+CPBW=1,"1",129,"x"'), "\r\n+CME ERROR: 3\r\n")

    def test_first_free(self):
        """Without an index; full at last."""
        modem = self.modem()
        self.assertEqual(modem.at('+CPBW=,"1",129,"x"'), "\r\nOK\r\n")
        self.assertIn("+CPBR: 13,", modem.at("+CPBR=13"))
        modem = self.modem("full")
        self.assertEqual(modem.at('+CPBW=,"1",129,"x"'), "\r\n+CME ERROR: 20\r\n")

    def test_fixed_dialling(self):
        """FD asks for PIN2."""
        modem = self.modem()
        modem.at('+CPBS="FD"')
        self.assertEqual(modem.at('+CPBW=1,"1",129,"x"'), "\r\n+CME ERROR: 17\r\n")
        self.assertEqual(modem.at('+CPIN="0000"'), "\r\n+CME ERROR: 16\r\n")
        self.assertEqual(modem.at('+CPIN="4321"'), "\r\nOK\r\n")
        self.assertEqual(modem.at('+CPBW=1,"1",129,"x"'), "\r\nOK\r\n")

    def test_extension(self):
        """The fields after the name, as 8.12 and 8.14 order them."""
        modem = self.modem()
        modem.at('+CPBS="ME"')
        self.assertIn("+CPBR: (1-500),40,24,12,24,32,40,40", modem.at("+CPBR=?"))
        self.assertIn(',0,"Familia","",129,"","papa@ejemplo.example","",""', modem.at("+CPBR=2"))
        self.assertEqual(modem.at('+CPBW=500,"1",129,"a","g","22",129,"s","e@x","sip:s","tel:t",'
                                  "1"), "\r\nOK\r\n")
        self.assertIn('500,"1",129,"a",1,"g","22",129,"s","e@x","sip:s","tel:t"',
                      modem.at("+CPBR=500"))


class Locks(Case):
    """PIN and SIM."""

    def test_pin(self):
        """Commands wait for it, tries are counted, PUK opens."""
        modem = self.modem("locked")
        self.assertEqual(modem.at("+CPIN?"), "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n")
        self.assertEqual(modem.at("+CPBS?"), "\r\n+CME ERROR: 11\r\n")
        self.assertEqual(modem.at("+CMGL=4"), "\r\n+CMS ERROR: 311\r\n")
        for code in (16, 16, 12):
            self.assertEqual(modem.at('+CPIN="0000"'), f"\r\n+CME ERROR: {code}\r\n")
        self.assertEqual(modem.at("+CPIN?"), "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n")
        self.assertEqual(modem.at("+CPBS?"), "\r\n+CME ERROR: 12\r\n")
        self.assertEqual(modem.at('+CPIN="12345678","9876"'), "\r\nOK\r\n")
        self.assertEqual(modem.at('+CLCK="SC",2'), "\r\n+CLCK: 1\r\n\r\nOK\r\n")
        self.assertIn("READY", modem.at("+CPIN?"))

    def test_no_sim(self):
        """CME 10, CMS 310."""
        modem = self.modem(self.scenario("[sim]\npresent=false\n[messages SM]\ncapacity=1\n"
                                         "[phonebook SM]\ncapacity=1\n"))
        self.assertEqual(modem.at("+CPBS?"), "\r\n+CME ERROR: 10\r\n")
        self.assertEqual(modem.at("+CMGL=4"), "\r\n+CMS ERROR: 310\r\n")


class Knobs(Case):
    """Faults and speeds."""

    def test_faults(self):
        """Each kind, at the command it is meant for."""
        modem = self.modem()
        modem.control("fault 2 +CPBR=* cme 100")
        self.assertIn("OK", modem.at("+CPBR=1"))
        self.assertEqual(modem.at("+CPBR=1"), "\r\n+CME ERROR: 100\r\n")
        self.assertIn("OK", modem.at("+CPBR=1"))
        modem.control("clear-faults")
        modem.control("fault 1 +CSQ error")
        self.assertEqual(modem.at("+CSQ"), "\r\nERROR\r\n")
        modem.control('fault 1 +CPBS? reply \\r\\n+CPBS: "SM"\\r\\n\\r\\nOK\\r\\n')
        self.assertEqual(modem.at("+CPBS?"), '\r\n+CPBS: "SM"\r\n\r\nOK\r\n')
        modem.control("fault 1 +CGSN truncate 5")
        self.assertEqual(modem.raw(b"AT+CGSN\r", b"350"), b"\r\n350")
        modem.control("fault 1 +CGMI garbage 40")
        modem.line.sendall(b"AT+CGMI\r")
        self.assertEqual(len(modem.read_until(lambda data: len(data) >= 40)), 40)
        modem.control("fault 1 +CGMM silence")
        self.assertTrue(modem.silent("+CGMM"))
        self.assertTrue(modem.control("fault nonsense").startswith("error: "))

    def test_odd_answers(self):
        """Cut inside, twice, with more in it, with a notice between two lines."""
        modem = self.modem()
        whole = modem.at("+CPBR=1,2")
        _, one, two, _, _, _ = whole.split("\r\n")
        modem.control("fault 1 +CPBR=* cut")
        answer = modem.at("+CPBR=1,2")
        self.assertEqual(answer, whole[:(len(whole) - 6) // 2] + "\r\nOK\r\n")
        modem.control("fault 1 +CPBR=* double")
        self.assertEqual(modem.at("+CPBR=1,2"), whole * 2)
        modem.control("fault 1 +CPBR=* huge 5000")
        self.assertEqual(modem.at("+CPBR=1,2"), whole[:-6] + "A" * 5000 + "\r\nOK\r\n")
        modem.control("fault 1 +CPBR=* notice RING")
        self.assertIn(modem.at("+CPBR=1,2"),
                      (f"\r\n{one}\r\n\r\nRING\r\n{two}\r\n\r\nOK\r\n",
                       f"\r\n{one}\r\n{two}\r\n\r\nRING\r\n\r\nOK\r\n"))

    def test_ends(self):
        """The SIM is taken out, or a process is killed, by a command."""
        modem = self.modem()
        modem.control("fault 1 +CPBR=* remove")
        self.assertEqual(modem.at("+CPBR=1"), "\r\n+CME ERROR: 10\r\n")
        with subprocess.Popen(["sleep", "60"]) as process:
            modem.control(f"fault 1 +CSQ kill {process.pid}")
            self.assertIn("OK", modem.at("+CSQ"))
            self.assertEqual(process.wait(), -signal.SIGKILL)

    def test_lost_answer(self):
        """The command was run all the same; a refused one was not."""
        modem = self.modem("blank")
        modem.control("fault 1 +CPBW=1,* lost")
        modem.control("fault 1 +CPBW=2,* error")
        self.assertTrue(modem.silent('+CPBW=1,"1",129,"x"'))
        self.assertEqual(modem.at('+CPBW=2,"1",129,"x"'), "\r\nERROR\r\n")
        dump = modem.control("dump phonebooks content")
        self.assertIn("[phonebook SM]\n1=1,129,x\n[", dump)

    def test_unplug(self):
        """The line closes and nobody can connect until it is plugged in again."""
        modem = self.modem("blank")
        modem.control("fault 1 > unplug")
        self.assertEqual(modem.raw(b"AT+CMGW=14\r", b"> "), b"\r\n> ")
        self.assertEqual(modem.raw(SUBMIT.encode() + b"\x1a"), b"")
        with socket.socket(socket.AF_UNIX) as line:
            with self.assertRaises(ConnectionRefusedError):
                line.connect("\0" + modem.name)
        self.assertEqual(modem.control("dump messages content"), "")
        modem.control("plug")
        modem.line.close()
        modem.line = modem.connect()
        self.assertEqual(modem.at(""), "\r\nOK\r\n")

    def test_speed(self):
        """Latency and line speed take their time."""
        modem = self.modem("claro-co", "--latency", "50", "--baud", "115200")
        start = time.monotonic()
        size = len(modem.at("+CPBR=1,200"))
        seconds = time.monotonic() - start
        self.assertGreater(seconds, 0.05 + size / 11520 * 0.9)

    def test_hold(self):
        """An answer waits until the faults are cleared; what comes meanwhile waits with it."""
        modem = self.modem("blank")
        modem.control("fault 1 +CPBW=* hold")
        modem.line.sendall(b'AT+CPBW=1,"1",129,"x"\rAT+CGMI\r')
        while "1=1,129,x" not in modem.control("dump phonebooks"):
            pass
        self.assertEqual(select.select([modem.line], [], [], 0)[0], [])
        modem.control("clear-faults")
        self.assertEqual(modem.read(b"Wireless\r\n\r\nOK\r\n"),
                         b"\r\nOK\r\n\r\nAndina Wireless\r\n\r\nOK\r\n")

    def test_counters(self):
        """Commands and bytes."""
        modem = self.modem("blank")
        modem.control("reset-stats")
        modem.at("+CSQ;+CSQ")
        self.assertEqual(modem.control("stats"), "commands=2\nbytes-in=12\nbytes-out=36\nwrites=0\n")


class Quirks(Case):
    """What real modems do (sim-quirks.h)."""

    def setUp(self):
        self.odd = self.modem("blank")

    def bent(self, quirk, command):
        """A command's answer with that quirk, and without its final result."""
        name, _, value = quirk.partition("=")
        self.assertEqual(self.odd.control(f"quirk {name} {value}"), "")
        answer = self.odd.at(command).removesuffix("\r\nOK\r\n").strip("\r\n")
        self.odd.control(f"quirk {name}")
        return answer

    def test_lines(self):
        """Joined lines: refused, done by half, with an answer left out."""
        line = '+CPBS="SM";+CPBS?;+CSCS?'
        whole = self.odd.at(line)
        self.assertEqual(self.bent("joined=cms 302", line), "+CMS ERROR: 302")
        self.assertEqual(self.bent("joined-most=2 cme 21", line), "+CME ERROR: 21")
        self.assertEqual(self.bent("line-most=10 error", line), "ERROR")
        self.assertEqual(self.bent("joined-half=1 ok", line), "")
        self.assertEqual(self.bent("joined-half=2 cme 3", line).split("\r\n")[0],
                         whole.split("\r\n")[1])
        self.assertEqual(self.bent("joined-mute=2", line), '+CSCS: "IRA"')
        self.assertEqual(self.bent("sms-standalone=cms 302", "+CMGF=0;+CMGF?"), "+CMS ERROR: 302")
        self.assertEqual(self.odd.at(line), whole)

    def test_answers(self):
        """Forms of answers."""
        self.odd.at('+CPBS="FD"')
        self.odd.at('+CPMS="SM","SM","SM"')
        for quirk, command, answer in (
                ("cpms-list=bare", "+CPMS=?", '+CPMS: "SM","ME"'),
                ("cpms-list=empty", "+CPMS=?", "+CPMS: (),(),()"),
                ("cpms-read=nocounts", "+CPMS?", '+CPMS: "SM","SM","SM"'),
                ("cpms-set=high", '+CPMS="ME"', "+CPMS: 1,100,1,40,1,40"),
                ("cpbs-read=unquoted", "+CPBS?", "+CPBS: FD,0,10"),
                ("cpbr-range=bare", "+CPBR=?", "+CPBR: 1-10,40,16"),
                ("cpbr-empty=cme 22", "+CPBR=1,10", "+CME ERROR: 22"),
                ("cscs-list=spaces", "+CSCS=?", '+CSCS: ("IRA" , "GSM" , "UCS2")')):
            with self.subTest(quirk=quirk):
                self.assertEqual(self.bent(quirk, command), answer)

    def test_writing(self):
        """Names that are cut, records that are dropped; what was written is counted."""
        self.odd.control("quirk name-cut 3")
        self.odd.at('+CPBW=1,"5",129,"Ana Bel"')
        self.odd.control("quirk write-lost 2")
        self.odd.at('+CPBW=2,"6",129,"Eva"')
        self.assertIn('[phonebook SM]\n1=5,129,Ana\n', self.odd.control("dump content"))
        self.assertIn("writes=2\n", self.odd.control("stats"))
        self.odd.control("quirk busy 60000")
        self.assertEqual(self.odd.at("+CPBS?"), "\r\n+CME ERROR: 14\r\n")
        self.assertEqual(self.odd.control("quirk no-such 1"), "error: no such quirk")


class Gammu(Case):
    """A program not written here, over the terminal."""

    def setUp(self):
        if not shutil.which("gammu"):
            self.skipTest("gammu is not installed")
        folder = tempfile.TemporaryDirectory(prefix="simstow-gammu-")
        self.addCleanup(folder.cleanup)
        self.pty = os.path.join(folder.name, "modem")
        self.config = os.path.join(folder.name, "gammurc")
        with open(self.config, "w", encoding="ascii") as stream:
            stream.write(f"[gammu]\nport = {self.pty}\nconnection = at115200\n"
                         "synchronizetime = no\n")

    def gammu(self, *lines):
        """Its output for a batch of commands: it takes four seconds to get going."""
        done = subprocess.run(["gammu", "-c", self.config, "batch"], capture_output=True,
                              input="\n".join(lines).encode() + b"\n", timeout=60, check=False,
                              env=dict(os.environ, LC_ALL="C.UTF-8"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.decode(errors="replace")

    def test_read(self):
        """The device, contacts, messages in both memories (not the sent ones: gammu ends at an
        enhanced validity period)."""
        self.modem("claro-co", "--pty", self.pty)
        text = self.gammu("identify", "getmemory SM 1 4", "getsms 1 9 10")
        text += self.gammu("getsms 3 1 8", "getsms 3 10 20", "getsms 3 37 45")
        for wanted in ("350000550000109", "732101555000109", "Begoña Ibáñez-Quiñones X",
                       "+573005550002", "Tu pedido va en camino!", "¿Vienes mañana? 😀",
                       "Clase 2, para la SIM", "ID (16 bit) 4660, part 4 of 4",
                       "Fri Feb 13 09:00:00 2026 +0545"):
            self.assertIn(wanted, text)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
