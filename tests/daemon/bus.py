# SPDX-License-Identifier: GPL-2.0-or-later
"""A small D-Bus client of the standard library only: calls, signals, and waiting for them.
Values go in and out as plain Python: `Variant (signature, value)` where a variant is sent, `ay`
as bytes, arrays as lists, dictionaries as dicts, structs as tuples."""

import collections
import itertools
import os
import selectors
import socket
import struct
import time

FIXED = {"y": "B", "n": "h", "q": "H", "i": "i", "u": "I", "x": "q", "t": "Q", "d": "d", "b": "I"}
CALL, RETURN, ERROR, SIGNAL = 1, 2, 3, 4
FIELDS = {1: "path", 2: "interface", 3: "member", 4: "error", 5: "reply", 6: "destination",
          7: "sender", 8: "signature"}

Variant = collections.namedtuple("Variant", "signature value")
Signal = collections.namedtuple("Signal", "sender path interface member args")


class BusError(Exception):
    """An error reply: `name` is the D-Bus name."""

    def __init__(self, name, text):
        super().__init__(f"{name}: {text}")
        self.name = name
        self.text = text


class BusTimeout(Exception):
    """Nothing came in time."""


def split(signature):
    """The single complete types of a signature."""
    types, start = [], 0
    while start < len(signature):
        end = start
        while signature[end] == "a":
            end += 1
        if signature[end] in "({":
            depth = 0
            while True:
                depth += (signature[end] in "({") - (signature[end] in ")}")
                if depth == 0:
                    break
                end += 1
        types.append(signature[start:end + 1])
        start = end + 1
    return types


def alignment(kind):
    """Where a type may begin."""
    if kind[0] in FIXED:
        return struct.calcsize(FIXED[kind[0]])
    return {"v": 1, "g": 1, "(": 8, "{": 8}.get(kind[0], 4)


class Writer:
    """Marshals into `data`."""

    def __init__(self):
        self.data = bytearray()

    def align(self, size):
        """Fills up with zeros."""
        self.data += b"\0" * (-len(self.data) % size)

    def text(self, value, length):
        """A string or signature."""
        raw = value.encode()
        self.data += struct.pack(length, len(raw)) + raw + b"\0"

    def array(self, kind, value):
        """Length, then the elements."""
        self.align(4)
        place = len(self.data)
        self.data += b"\0\0\0\0"
        self.align(alignment(kind))
        start = len(self.data)
        if kind == "y":
            self.data += bytes(value)
        else:
            for item in value.items() if kind[0] == "{" else value:
                self.write(kind, item)
        struct.pack_into("<I", self.data, place, len(self.data) - start)

    def write(self, kind, value):
        """One value of a single complete type."""
        self.align(alignment(kind))
        if kind in FIXED:
            self.data += struct.pack("<" + FIXED[kind], value)
        elif kind in "so":
            self.text(value, "<I")
        elif kind == "g":
            self.text(value, "B")
        elif kind == "v":
            self.text(value.signature, "B")
            self.write(value.signature, value.value)
        elif kind[0] == "a":
            self.array(kind[1:], value)
        else:
            for part, item in zip(split(kind[1:-1]), value):
                self.write(part, item)


class Reader:
    """Unmarshals from `data`."""

    def __init__(self, data, order, place=0):
        self.data, self.order, self.place = data, order, place

    def fixed(self, code):
        """One number."""
        size = struct.calcsize(code)
        self.place += -self.place % size
        value, = struct.unpack_from(self.order + code, self.data, self.place)
        self.place += size
        return value

    def text(self, length):
        """A string or signature."""
        size = self.fixed(length)
        value = self.data[self.place:self.place + size].decode()
        self.place += size + 1
        return value

    def array(self, kind):
        """Bytes, a dict or a list."""
        size = self.fixed("I")
        self.place += -self.place % alignment(kind)
        end = self.place + size
        if kind == "y":
            self.place = end
            return bytes(self.data[end - size:end])
        items = []
        while self.place < end:
            items.append(self.read(kind))
        return dict(items) if kind[0] == "{" else items

    def read(self, kind):
        """One value of a single complete type."""
        if kind == "b":
            return bool(self.fixed("I"))
        if kind in FIXED:
            return self.fixed(FIXED[kind])
        if kind in "so":
            return self.text("I")
        if kind == "g":
            return self.text("B")
        if kind == "v":
            return self.read(self.text("B"))
        if kind[0] == "a":
            return self.array(kind[1:])
        self.place += -self.place % 8
        return tuple(self.read(part) for part in split(kind[1:-1]))


class Bus:
    """A connection. Signals that match come in order and are kept until asked for."""

    def __init__(self, address):
        path = dict(item.split("=", 1) for item in
                    address.split(":", 1)[1].split(","))["path"]
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.serials = itertools.count(1)
        self.buffer = bytearray()
        self.signals = []
        self.replies = {}
        self.waiting = set()
        self.authenticate()
        self.name, = self.call("org.freedesktop.DBus", "/org/freedesktop/DBus",
                               "org.freedesktop.DBus", "Hello")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Leaves the bus."""
        self.socket.close()

    def authenticate(self):
        """SASL EXTERNAL."""
        self.socket.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() +
                            b"\r\n")
        answer = b""
        while not answer.endswith(b"\r\n"):
            chunk = self.socket.recv(1024)
            if not chunk:
                raise ConnectionError("the bus closed the connection")
            answer += chunk
        if not answer.startswith(b"OK"):
            raise ConnectionError(answer.decode(errors="replace"))
        self.socket.sendall(b"BEGIN\r\n")

    def send(self, destination, path, interface, member, signature="", args=()):
        """Sends a call and returns its serial, for `finish`."""
        serial = next(self.serials)
        body = Writer()
        for kind, value in zip(split(signature), args):
            body.write(kind, value)
        fields = [(1, Variant("o", path)), (2, Variant("s", interface)),
                  (3, Variant("s", member)), (6, Variant("s", destination))]
        if signature:
            fields.append((8, Variant("g", signature)))
        head = Writer()
        head.data += struct.pack("<cBBBII", b"l", CALL, 0, 1, len(body.data), serial)
        head.write("a(yv)", fields)
        head.align(8)
        self.waiting.add(serial)
        self.socket.sendall(head.data + body.data)
        return serial

    def finish(self, serial, timeout=30):
        """The results of a call, as a tuple; raises BusError."""
        end = time.monotonic() + timeout
        while serial not in self.replies:
            self.receive(end)
        kind, fields, args = self.replies.pop(serial)
        if kind == ERROR:
            raise BusError(fields["error"], args[0] if args else "")
        return args

    def call(self, destination, path, interface, member, signature="", args=(), timeout=30):
        """A call and its results."""
        return self.finish(self.send(destination, path, interface, member, signature, args),
                           timeout)

    def get(self, destination, path, interface, name):
        """A property."""
        return self.call(destination, path, "org.freedesktop.DBus.Properties", "Get", "ss",
                         (interface, name))[0]

    def watch(self, rule):
        """Asks for signals by a match rule."""
        self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                  "AddMatch", "s", (f"type='signal',{rule}",))

    def wait(self, predicate, timeout=30):
        """Takes signals up to the first for which the predicate holds, and returns that."""
        end = time.monotonic() + timeout
        while True:
            while self.signals:
                signal = self.signals.pop(0)
                if predicate(signal):
                    return signal
            self.receive(end)

    def forget(self, sender):
        """Forgets the signals that came so far, all that `sender` has sent among them: what it
        tells of later is waited for."""
        self.call(sender, "/", "org.freedesktop.DBus.Peer", "Ping")
        self.signals.clear()

    def has_owner(self, name):
        """Whether somebody has that name."""
        return self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                         "NameHasOwner", "s", (name,))[0]

    def wait_name(self, name, timeout=60):
        """Until somebody has that name; a daemon under valgrind beside a busy machine takes long."""
        self.watch(f"member='NameOwnerChanged',arg0='{name}'")
        if not self.has_owner(name):
            self.wait(lambda signal: signal.member == "NameOwnerChanged" and
                      signal.args[0] == name and signal.args[2], timeout)

    def receive(self, end):
        """Takes at least one message in; raises BusTimeout."""
        while not self.take_message():
            with selectors.DefaultSelector() as selector:
                selector.register(self.socket, selectors.EVENT_READ)
                if not selector.select(max(0, end - time.monotonic())):
                    raise BusTimeout("nothing came over the bus in time")
            chunk = self.socket.recv(65536)
            if not chunk:
                raise ConnectionError("the bus closed the connection")
            self.buffer += chunk

    def take_message(self):
        """Takes one whole message out of the buffer."""
        if len(self.buffer) < 16:
            return False
        order = "<" if self.buffer[0] == ord("l") else ">"
        kind = self.buffer[1]
        size, serial, fields_size = struct.unpack_from(order + "III", self.buffer, 4)
        start = 16 + fields_size + -fields_size % 8
        if len(self.buffer) < start + size:
            return False
        raw = Reader(bytes(self.buffer[:start]), order, 12).read("a(yv)")
        fields = {FIELDS[code]: value for code, value in raw if code in FIELDS}
        body = Reader(bytes(self.buffer[start:start + size]), order)
        args = tuple(body.read(part) for part in split(fields.get("signature", "")))
        del self.buffer[:start + size]
        self.dispatch(kind, fields, args)
        return True

    def dispatch(self, kind, fields, args):
        """Files a message where it is looked for."""
        if kind == SIGNAL:
            self.signals.append(Signal(fields.get("sender"), fields["path"],
                                       fields["interface"], fields["member"], args))
        elif kind in (RETURN, ERROR) and fields["reply"] in self.waiting:
            self.waiting.discard(fields["reply"])
            self.replies[fields["reply"]] = (kind, fields, args)
