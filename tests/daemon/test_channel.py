#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Channels to the card that are lent to programs on the bus: each belongs to its caller, other jobs
go on beside it, and whatever happens none is left open on the card."""

import time
import unittest

from bus import Bus, BusError
from test_plugin import take_away, wait_busy
from testbed import MM, Testbed

OURS = "org.simstow.Modem1"
ERROR = "org.simstow.Error."
LIMIT = "org.freedesktop.DBus.Error.LimitsExceeded"
USIM = list(bytes.fromhex("A0000000871002"))
NO_SUCH = list(bytes.fromhex("A000000559101000"))
SELECT_ICCID = "00A40804022FE200"
READ_ICCID = "00B000000A"
# Le 00 asks for 256 bytes; the card says 6C0A
READ_ALL = "00B0000000"


def hexadecimal(data):
    """Bytes of the bus as text."""
    return bytes(data).hex().upper()


class Lending:
    """What holds over every way to the card; a subclass names the scenario."""

    scenario = None

    def setUp(self):
        self.bed = self.enterContext(Testbed(self.scenario))
        self.path = self.bed.modem(0)
        self.alice = self.enterContext(Bus(self.bed.address))
        self.bob = self.enterContext(Bus(self.bed.address))

    def open(self, bus, aid=USIM):
        """A handle."""
        return bus.call(MM, self.path, OURS, "OpenChannel", "ay", (list(aid),))[0]

    def transmit(self, bus, handle, apdu):
        """The answer, as hexadecimal digits."""
        answer, = bus.call(MM, self.path, OURS, "Transmit", "uay",
                           (handle, list(bytes.fromhex(apdu))))
        return hexadecimal(answer)

    def close(self, bus, handle):
        """Gives the channel back."""
        bus.call(MM, self.path, OURS, "CloseChannel", "u", (handle,))

    def channels(self):
        """How many are open on the card."""
        return self.bed.sim(0).card()[0]

    def wait_closed(self):
        """Until none is open on the card; the bus does not say when."""
        deadline = time.monotonic() + 20
        while self.channels() and time.monotonic() < deadline:
            self.bed.bus.get(MM, self.path, OURS, "Version")
        self.assertEqual(self.channels(), 0)

    def assert_fails(self, name, function, *args):
        """A call that ends with that error."""
        with self.assertRaises(BusError) as caught:
            function(*args)
        self.assertEqual(caught.exception.name, name, caught.exception.text)

    def test_read(self):
        """A file is read, whatever channel the class byte names, while other jobs go on."""
        handle = self.open(self.alice)
        self.assertEqual(self.channels(), 1)
        self.assertRegex(self.transmit(self.alice, handle, SELECT_ICCID), "9000$")
        self.bed.call(0, OURS, "Run", "sa{sv}a(say)", ("files", {}, [("read 7FFF6F3C", b"")]))
        self.assertRegex(self.transmit(self.alice, handle, READ_ICCID), "^98.{18}9000$")
        self.assertRegex(self.transmit(self.alice, handle, "03B000000A"), "^98.{18}9000$")
        self.assertRegex(self.transmit(self.alice, handle, READ_ALL), "^98.{18}9000$")
        self.assertRegex(self.transmit(self.alice, handle, "00A40804026FFF00"), "^6A82$")
        self.close(self.alice, handle)
        self.assertEqual(self.channels(), 0)
        self.assert_fails(ERROR + "NotFound", self.transmit, self.alice, handle, READ_ICCID)

    def test_owner(self):
        """A channel is its caller's own, and goes with him."""
        handle = self.open(self.alice)
        self.assert_fails(ERROR + "NotFound", self.transmit, self.bob, handle, READ_ICCID)
        self.assert_fails(ERROR + "NotFound", self.close, self.bob, handle)
        self.assert_fails(LIMIT, self.open, self.alice)
        self.open(self.bob)
        self.assert_fails(LIMIT, self.open, self.bed.bus)
        self.alice.close()
        self.bob.close()
        self.wait_closed()
        self.close(self.bed.bus, self.open(self.bed.bus))

    def test_refused(self):
        """What is no command, or meddles with channels, does not reach the card."""
        self.assert_fails(ERROR + "NotFound", self.open, self.alice, NO_SUCH)
        self.assert_fails(ERROR + "InvalidRecord", self.open, self.alice, b"")
        self.assert_fails(ERROR + "InvalidRecord", self.open, self.alice, bytes(17))
        handle = self.open(self.alice)
        before = self.bed.sim(0).card()[1]
        for apdu in ("0070000001", "00708001", "0170000001"):
            self.assert_fails(ERROR + "Denied", self.transmit, self.alice, handle, apdu)
        for apdu in ("", "00A4", "00A4080403AABB"):
            self.assert_fails(ERROR + "InvalidRecord", self.transmit, self.alice, handle, apdu)
        self.assertEqual(self.bed.sim(0).card()[1], before)
        self.close(self.alice, handle)
        self.assertEqual(self.channels(), 0)


class OverMbim(Lending, unittest.TestCase):
    """An MBIM laptop."""

    scenario = "mbim-laptop"


class OverAt(Lending, unittest.TestCase):
    """A stick with AT commands alone."""

    scenario = "at-stick"

    def test_cancel(self):
        """A command that the card has is answered, whoever cancels; one that waits is not sent."""
        handle = self.open(self.alice)
        self.bed.sim(0).control("fault 1 +CGLA=* hold")
        serial = self.alice.send(MM, self.path, OURS, "Transmit", "uay",
                                 (handle, list(bytes.fromhex(SELECT_ICCID))))
        wait_busy(self.bed, self.path)
        waits = self.alice.send(MM, self.path, OURS, "Transmit", "uay",
                                (handle, list(bytes.fromhex(READ_ICCID))))
        self.alice.call(MM, self.path, OURS, "Cancel")
        self.assert_fails(ERROR + "Cancelled", self.alice.finish, waits)
        self.bed.sim(0).control("clear-faults")
        self.assertRegex(hexadecimal(self.alice.finish(serial)[0]), "9000$")
        self.assertRegex(self.transmit(self.alice, handle, READ_ICCID), "^98.{18}9000$")
        self.close(self.alice, handle)

    def test_modem_gone(self):
        """A channel is closed when the daemon drops the modem, and the handle is worth nothing."""
        self.open(self.alice)
        take_away(self.bed, 0)
        self.assertIsNone(self.bed.daemon.popen.poll())
        self.assertNotRegex(self.bed.daemon_log(), r"(?i)-CRITICAL \*\*|assertion")


if __name__ == "__main__":
    unittest.main()
