# SPDX-License-Identifier: GPL-2.0-or-later
"""Those that simstow is compared with: gammu, and the floor, which is a loop that sends the least
commands that read or write the same records, and does nothing with what comes."""

import os
import re
import select
import shutil
import termios
import time
import tty

import measure
import scenario

FINAL = re.compile(rb"\r\n(?:OK|ERROR|\+CM[ES] ERROR: [^\r]*)\r\n$|\r\n> $")


class Gammu:
    """gammu 1.42 on a terminal."""

    def __init__(self, modem, folder):
        self.modem, self.folder = modem, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.config = folder / "gammurc"
        self.config.write_text(f"[gammu]\ndevice = {modem.terminal}\nconnection = at\n",
                               encoding="utf-8")

    def run(self, *args):
        """One command of it, with what it cost."""
        meter = self.modem.meter()
        status, output, cost = measure.run_program(
            [shutil.which("gammu"), "-c", self.config, *args], cwd=self.folder,
            env=dict(os.environ, LC_ALL="C.UTF-8", HOME=str(self.folder)))
        meter.read(cost)
        if status != 0:
            raise RuntimeError(f"gammu {' '.join(map(str, args))}: {output[-500:]}")
        return cost

    def save(self):
        """Contacts and messages, which are two commands of gammu."""
        return self.run("backup", "phone.backup", "-yes").add(
            self.run("backupsms", "messages.smsbackup", "-all"))

    def restore_contacts(self, source):
        """Every place is written."""
        return self.run("restore", source / "phone.backup", "-yes")

    def restore(self, source):
        """Contacts and messages."""
        return self.restore_contacts(source).add(
            self.run("restoresms", source / "messages.smsbackup", "-yes"))


class Floor:
    """The bare loop."""

    def __init__(self, modem):
        self.modem = modem

    def talk(self, items):
        """Sends each item when the answer to the one before is there."""
        meter, start, cpu = self.modem.meter(), time.monotonic(), time.process_time()
        fd = os.open(self.modem.terminal, os.O_RDWR | os.O_NOCTTY)
        try:
            tty.setraw(fd, termios.TCSANOW)
            for item in items:
                os.write(fd, item)
                self.answer(fd)
        finally:
            os.close(fd)
        return meter.read(measure.Cost(time.monotonic() - start, time.process_time() - cpu))

    @staticmethod
    def answer(fd):
        """All up to a final result or a prompt."""
        data = b""
        while not FINAL.search(data[-200:]):
            if not select.select([fd], [], [], 30)[0]:
                raise RuntimeError(f"the simulated modem is silent after {data[-80:]!r}")
            data += os.read(fd, 65536)
        if b"ERROR" in data[-40:]:
            raise RuntimeError(f"the simulated modem refuses: {data[-80:]!r}")
        return data

    def read(self):
        """Everything, with what one has to know to ask for it."""
        return self.talk(f"AT{item}\r".encode() for item in (
            "E0", "+CMGF=0", "+CPMS=?", '+CPMS="SM"', "+CMGL=4", '+CPMS="ME"', "+CMGL=4",
            "+CPBS=?", '+CSCS="UCS2"', '+CPBS="SM"', "+CPBR=?", "+CPBR=1,250", "+CGDCONT?"))

    def write(self):
        """All records, to a blank modem."""
        return self.talk(floor_writes())


def floor_writes():
    """The bytes that write the records of the scenario."""
    records = scenario.messages()
    yield b"ATE0\r"
    yield b"AT+CMGF=0\r"
    for name, part in (("SM", records[:scenario.ON_CARD]), ("ME", records[scenario.ON_CARD:])):
        yield f'AT+CPMS="{name}","{name}"\r'.encode()
        for stat, pdu in part:
            yield f"AT+CMGW={len(pdu) - pdu[0] - 1},{stat}\r".encode()
            yield pdu.hex().upper().encode() + b"\x1a"
    yield b'AT+CSCS="UCS2"\r'
    yield b'AT+CPBS="SM"\r'
    for index, (number, kind, name) in enumerate(scenario.contacts(), 1):
        text = name.encode("utf-16-be").hex().upper()
        yield f'AT+CPBW={index},"{number}",{kind},"{text}"\r'.encode()
