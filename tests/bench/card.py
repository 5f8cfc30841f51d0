# SPDX-License-Identifier: GPL-2.0-or-later
"""The floor on the card: the least commands that read or write the same records, over whatever
carries a command to a channel."""

import os
import re
import struct
import time
import tty
import termios

import measure
from peers import Floor

USIM = bytes.fromhex("A0000000871002")
EF_SMS, EF_ADN = "7FFF6F3C", "7F106F3A"


class CardFloor:
    """What is the same for all that carry commands. They have `measure`, which gives what a
    function returned and what it cost, `open_channel`, `close_channel` and `apdu`, which gives
    the data of the answer."""

    def select(self, channel, path):
        """A file: the size of a record, and how many."""
        shape = self.apdu(channel, bytes.fromhex(f"00A4080404{path}00"))
        return struct.unpack_from(">HB", shape, shape.index(b"\x82\x05") + 4)

    def on_channel(self, work):
        """Between opening and closing a channel to the USIM."""
        def run():
            channel = self.open_channel()
            result = work(channel)
            self.close_channel(channel)
            return result
        return self.measure(run)

    def read_card(self, paths=(EF_SMS, EF_ADN)):
        """All records of the files, and what it cost."""
        def work(channel):
            files = {}
            for path in paths:
                size, count = self.select(channel, path)
                files[path] = [self.apdu(channel, bytes([0, 0xB2, index, 4, size]))
                               for index in range(1, count + 1)]
            return files
        return self.on_channel(work)

    def write_card(self, files):
        """All records that are not empty."""
        def work(channel):
            for path, records in files.items():
                self.select(channel, path)
                for index, record in enumerate(records, 1):
                    if record[0] & 1 if path == EF_SMS else record.strip(b"\xff"):
                        self.apdu(channel, bytes([0, 0xDC, index, 4, len(record)]) + record)
        return self.on_channel(work)[1]


class AtFloor(CardFloor):
    """+CCHO, +CGLA and +CCHC."""

    def __init__(self, modem):
        self.modem, self.terminal = modem, None

    def measure(self, work):
        """What @work returned, and what it cost."""
        meter, start, cpu = self.modem.meter(), time.monotonic(), time.process_time()
        self.terminal = os.open(self.modem.terminal, os.O_RDWR | os.O_NOCTTY)
        try:
            tty.setraw(self.terminal, termios.TCSANOW)
            self.command("E0")
            result = work()
        finally:
            os.close(self.terminal)
        cost = measure.Cost(time.monotonic() - start, time.process_time() - cpu)
        return result, meter.read(cost)

    def command(self, text):
        """One command line, and its answer."""
        os.write(self.terminal, f"AT{text}\r".encode())
        return Floor.answer(self.terminal).decode()

    def open_channel(self):
        """A channel to the USIM."""
        return re.search(r"\+CCHO: (\d+)", self.command(f'+CCHO="{USIM.hex().upper()}"')).group(1)

    def close_channel(self, channel):
        """No more."""
        self.command(f"+CCHC={channel}")

    def apdu(self, channel, command):
        """One command to the card, and what it has to say when asked for that."""
        text = command.hex().upper()
        answer = self.command(f'+CGLA={channel},{len(text)},"{text}"')
        data = bytes.fromhex(re.search(r'\+CGLA: \d+,"([0-9A-F]*)"', answer).group(1))
        if data[-2] == 0x61:
            return self.apdu(channel, bytes([0, 0xC0, 0, 0, data[-1]]))
        return data[:-2]
