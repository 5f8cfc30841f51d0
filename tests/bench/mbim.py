# SPDX-License-Identifier: GPL-2.0-or-later
"""The floor over MBIM: a bare loop that sends the least messages that read or write the same
records, each when the answer to the one before is there."""

import socket
import struct
import time
import uuid

import measure
from card import USIM, CardFloor

OPEN, COMMAND, COMMAND_DONE, INDICATE = 1, 3, 0x80000003, 0x80000007
SMS = uuid.UUID("533fbeeb-14fe-4467-9f90-33a223e56c3f").bytes
PHONEBOOK = uuid.UUID("4bf38476-1e6a-41db-b1d8-bed289c25bdb").bytes
UICC = uuid.UUID("c2f6588e-f037-4bc9-8665-f4d44bd09367").bytes
QUERY, SET = 0, 1


def text(value):
    """A string as MBIM has it, filled up to whole words."""
    raw = value.encode("utf-16-le")
    return len(raw), raw + b"\0" * (-len(raw) % 4)


class Floor(CardFloor):
    """The bare loop."""

    def __init__(self, modem):
        self.modem = modem
        self.socket, self.transaction = None, 0

    def measure(self, work):
        """What @work returned, and what it cost, with opening."""
        meter, start, cpu = self.modem.meter(), time.monotonic(), time.process_time()
        with socket.socket(socket.AF_UNIX) as self.socket:
            self.socket.connect("\0" + self.modem.mbim)
            self.transaction = 1
            self.socket.sendall(struct.pack("<IIII", OPEN, 16, self.transaction, 4096))
            self.message()
            result = work()
        cost = measure.Cost(time.monotonic() - start, time.process_time() - cpu)
        return result, meter.read(cost)

    def exactly(self, size):
        """So many bytes."""
        data = b""
        while len(data) < size:
            chunk = self.socket.recv(size - len(data))
            if not chunk:
                raise RuntimeError("the simulated modem hung up")
            data += chunk
        return data

    def message(self):
        """The next message: its type and all behind its head."""
        kind, size, _ = struct.unpack("<III", self.exactly(12))
        return kind, self.exactly(size - 12)

    def command(self, service, cid, kind, information):
        """One command: its status and the information of its answer."""
        self.transaction += 1
        body = struct.pack("<II", 1, 0) + service + struct.pack("<III", cid, kind,
                                                               len(information)) + information
        self.socket.sendall(struct.pack("<III", COMMAND, 12 + len(body), self.transaction) + body)
        answer, total, current = b"", 1, -1
        while current + 1 < total:
            kind, data = self.message()
            if kind == INDICATE:
                continue
            if kind != COMMAND_DONE:
                raise RuntimeError(f"the simulated modem answers with a message {kind:08X}")
            total, current = struct.unpack_from("<II", data)
            answer += data[8:]
        status, size = struct.unpack_from("<II", answer, 20)
        if status:
            raise RuntimeError(f"the simulated modem refuses command {cid}: status {status}")
        return answer[28:28 + size]

    # the services of MBIM itself

    def read_services(self):
        """All messages and all contacts."""
        def work():
            self.command(SMS, 2, QUERY, struct.pack("<III", 0, 0, 0))
            self.command(PHONEBOOK, 1, QUERY, b"")
            self.command(PHONEBOOK, 2, QUERY, struct.pack("<II", 0, 0))
        return self.measure(work)[1]

    def write_services(self, contacts):
        """All contacts; messages cannot be written."""
        def work():
            for index, (number, _, name) in enumerate(contacts, 1):
                (size, number), (name_size, name) = text(number), text(name)
                self.command(PHONEBOOK, 4, SET,
                             struct.pack("<IIIIII", 1, index, 24, size, 24 + len(number),
                                         name_size) + number + name)
        return self.measure(work)[1]

    # the card

    def open_channel(self):
        """A channel to the USIM."""
        answer = self.command(UICC, 2, SET, struct.pack("<IIII", len(USIM), 16, 4, 1) + USIM +
                              b"\0" * (-len(USIM) % 4))
        return struct.unpack_from("<I", answer, 4)[0]

    def close_channel(self, channel):
        """No more."""
        self.command(UICC, 3, SET, struct.pack("<II", channel, 1))

    def apdu(self, channel, command):
        """One command to the card; class byte and GET RESPONSE are the modem's."""
        answer = self.command(UICC, 4, SET, struct.pack("<IIIII", channel, 0, 1, len(command), 20) +
                              command + b"\0" * (-len(command) % 4))
        size, offset = struct.unpack_from("<II", answer, 4)
        return answer[offset:offset + size]
