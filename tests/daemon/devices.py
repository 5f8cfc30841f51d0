# SPDX-License-Identifier: GPL-2.0-or-later
"""Simulated USB devices with an MBIM interface, for programs that ask libudev: own /sys, /dev and
/run in a mount name space of one's own. The stock programs see them without a library loaded
before theirs: that of umockdev 0.17 loses its way when two threads look at files at once, as the
daemon's do."""

import ctypes
import os
import pathlib

MS_BIND, MS_MOVE, MNT_DETACH = 0x1000, 0x2000, 2
NODES = ("null", "zero", "full", "random", "urandom", "tty")
BUS = "/sys/devices/pci0000:00/0000:00:14.0/usb1"
VENDOR, PRODUCT = "2cb7", "0007"
DRIVER = "/sys/bus/usb/drivers/cdc_mbim"
# a device descriptor, and the MBIM functional descriptor: messages of up to 4096 bytes
DESCRIPTORS = bytes.fromhex("1201000200000040b72c0700330301020001" "0c241b000100102080000800")


def libc_call(name, *args):
    """A call of the C library that fails with OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*args) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def mount(source, target, kind=None, flags=0, options=None):
    """mount(2)."""
    text = [item.encode() if item else None for item in (source, str(target), kind, options)]
    libc_call("mount", *text[:3], ctypes.c_ulong(flags), text[3])


def write(path, text):
    """A file and what leads to it."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")


def link(path, target):
    """A relative symbolic link and what leads to it."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(os.path.relpath(target, path.parent))


def make_device(path, subsystem, uevent, attributes=None):
    """A device as the kernel shows it."""
    write(f"{path}/uevent", "".join(f"{line}\n" for line in uevent))
    for name, value in (attributes or {}).items():
        write(f"{path}/{name}", f"{value}\n")
    kind = "bus" if subsystem == "usb" else "class"
    place = f"/sys/{kind}/{subsystem}"
    link(f"{path}/subsystem", place)
    pathlib.Path(place).mkdir(parents=True, exist_ok=True)
    name = path.rsplit("/", 1)[1]
    link(f"{place}/devices/{name}" if kind == "bus" else f"{place}/{name}", path)


def tag(identifier, *properties):
    """What udev's rules have found out of a device."""
    lines = "".join(f"E:{line}\n" for line in properties)
    write(f"/run/udev/data/{identifier}", f"I:1\n{lines}V:1\n")


class Devices:
    """The mounts; they last until `leave`, which ends them in reverse order."""

    def __init__(self):
        self.mounted = []

    def enter(self, staging):
        """Covers /sys, /run and /dev with empty ones; `staging` is an empty folder."""
        mount("simstow", staging, "tmpfs", 0, "mode=755")
        self.mounted.append(str(staging))
        for name in NODES:
            (staging / name).touch()
            mount(f"/dev/{name}", staging / name, flags=MS_BIND)
        for name, target in (("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"),
                             ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"),
                             ("ptmx", "pts/ptmx")):
            (staging / name).symlink_to(target)
        (staging / "shm").mkdir(mode=0o1777)
        (staging / "pts").mkdir()
        mount("devpts", staging / "pts", "devpts", 0, "newinstance,ptmxmode=0666,mode=620")
        mount(str(staging), "/dev", flags=MS_MOVE)
        self.mounted[-1] = "/dev"
        for target in ("/sys", "/run"):
            mount("simstow", target, "tmpfs", 0, "mode=755")
            self.mounted.append(target)

    def leave(self):
        """Uncovers them."""
        while self.mounted:
            libc_call("umount2", self.mounted.pop().encode(), MNT_DETACH)

    def add(self, number):
        """A USB device with an MBIM interface, its control port and its network interface."""
        device = f"{BUS}/1-{number + 1}"
        interface = f"{device}/1-{number + 1}:1.0"
        make_device(device, "usb",
                    ["DEVTYPE=usb_device", "DRIVER=usb", f"PRODUCT={VENDOR}/7/333",
                     "MAJOR=189", f"MINOR={number + 1}"],
                    {"idVendor": VENDOR, "idProduct": PRODUCT, "bcdDevice": "0333",
                     "manufacturer": "SIMCORP", "product": "SIM-MBIM"})
        pathlib.Path(device, "descriptors").write_bytes(DESCRIPTORS)
        make_device(interface, "usb", ["DEVTYPE=usb_interface", "DRIVER=cdc_mbim"],
                    {"bInterfaceClass": "02", "bInterfaceSubClass": "0e",
                     "bInterfaceProtocol": "00", "bInterfaceNumber": "00"})
        pathlib.Path(DRIVER).mkdir(parents=True, exist_ok=True)
        link(f"{interface}/driver", DRIVER)
        port = f"{interface}/usbmisc/cdc-wdm{number}"
        make_device(port, "usbmisc",
                    [f"DEVNAME=cdc-wdm{number}", "MAJOR=180", f"MINOR={number}"],
                    {"dev": f"180:{number}"})
        net = f"{interface}/net/wwan{number}"
        make_device(net, "net", ["DEVTYPE=wwan", f"INTERFACE=wwan{number}",
                                 f"IFINDEX={number + 70}"],
                    {"address": f"02:00:00:00:00:{number:02x}", "ifindex": number + 70})
        for path in (port, net):
            link(f"{path}/device", interface)
        names = (f"ID_VENDOR_ID={VENDOR}", f"ID_MODEL_ID={PRODUCT}")
        tag(f"c189:{number + 1}", *names)
        tag(f"c180:{number}", "ID_MM_CANDIDATE=1", *names)
        tag(f"n{number + 70}", "ID_MM_CANDIDATE=1", *names)
        # libmbim asks for a special file, and then talks to the proxy
        os.mkfifo(f"/dev/cdc-wdm{number}", 0o600)
