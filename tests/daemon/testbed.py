#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A laptop in a box: a private bus of type system with the stock policies and ours, polkit, the
stock ModemManager with our plugin (or without), and simulated modems, in name spaces of their
own. Nothing of the machine's own services is touched and nothing is left behind.

    with Testbed("claro-co", "blank") as bed:
        bed.run_simstow("list", "--json").stdout
        bed.sim(0).dump("messages content")

A scenario with a group [mbim] is an MBIM modem: a simulated USB device (devices.py) and the
simulator where libmbim looks for its proxy. With `at=true` in that group its AT front is a second
modem of the daemon, over the same store.

From a shell, the rest of the line runs inside, with DBUS_SYSTEM_BUS_ADDRESS set, and SIM_n and
MODEM_n the control socket and the object path of modem n:

    testbed.py run --scenario claro-co --scenario blank -- mmcli -L

Needs dbus-daemon, ModemManager, polkitd, and libmbim-utils for `mbimcli`. As root it is all real.
As another user it makes a user name space, in which polkitd cannot change its user: the daemon
then runs with --test-session, asks nobody, and `authorises` is False.
"""

import argparse
import collections
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from bus import Bus, BusError, BusTimeout  # noqa: E402
from devices import Devices, libc_call  # noqa: E402

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
SCENARIOS = TOP / "tests" / "data" / "scenarios"
MM = "org.freedesktop.ModemManager1"
MM_PATH = "/org/freedesktop/ModemManager1"
MODEM = MM + ".Modem"
FAILED, LOCKED, DISABLED, ENABLED, REGISTERED = -1, 2, 3, 6, 8
POLKITD = "/usr/lib/polkit-1/polkitd"
ACTIONS = "/usr/share/polkit-1/actions"
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x10000000, 0x40000000
PR_SET_PDEATHSIG = 1
BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={directory}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
  </policy>
  <includedir>/usr/share/dbus-1/system.d</includedir>
  <includedir>/etc/dbus-1/system.d</includedir>
  <includedir>{directory}/policy</includedir>
</busconfig>
"""

Result = collections.namedtuple("Result", "rc stdout stderr")


class TestbedError(Exception):
    """The testbed could not be made; the text says what is missing."""


def build_directory():
    """Where the tree was built."""
    return pathlib.Path(os.environ.get("SIMSTOW_BUILDDIR") or
                        os.environ.get("MESON_BUILD_ROOT") or TOP / "build")


def enter_namespaces():
    """Own network and mounts; as another user than root also own users."""
    uid, gid = os.getuid(), os.getgid()
    everybody = pathlib.Path("/proc/self/uid_map").read_text(encoding="ascii").split()[2]
    try:
        libc_call("unshare", CLONE_NEWNS | CLONE_NEWNET | (CLONE_NEWUSER if uid else 0))
        if uid:
            pathlib.Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
            pathlib.Path("/proc/self/uid_map").write_text(f"0 {uid} 1", encoding="ascii")
            pathlib.Path("/proc/self/gid_map").write_text(f"0 {gid} 1", encoding="ascii")
        libc_call("mount", b"none", b"/", None, ctypes.c_ulong(0x44000), None)
    except OSError as error:
        raise TestbedError(f"name spaces cannot be made ({error}): run as root, or allow "
                           "users to unshare (kernel.unprivileged_userns_clone=1)") from error
    return uid == 0 and int(everybody) > 65535


def die_with_parent():
    """In the child: ends when this process does, however it does."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """A program of the testbed, in a process group of its own."""

    def __init__(self, argv, log, env, pipe=False):
        self.name = os.path.basename(argv[0])
        self.log = log
        with open(log, "ab") as stream:
            self.popen = subprocess.Popen(
                argv, env=env, stdin=subprocess.DEVNULL, stderr=stream, start_new_session=True,
                stdout=subprocess.PIPE if pipe else stream, preexec_fn=die_with_parent)

    def first_line(self):
        """The first line on its standard output: it is ready then."""
        line = self.popen.stdout.readline().decode().strip()
        if not line:
            self.stop()
            raise TestbedError(f"{self.name} did not start:\n{self.log.read_text()}")
        return line

    def stop(self, patience=10):
        """Ends it and what it started."""
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(patience)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.popen.wait()
        if self.popen.stdout:
            self.popen.stdout.close()
        return self.popen.returncode


class Simulator:
    """A simulated modem: its process, its control socket."""

    def __init__(self, bed, number, scenario, options):
        self.bed, self.number = bed, number
        self.scenario = pathlib.Path(scenario)
        if not self.scenario.is_absolute():
            self.scenario = SCENARIOS / f"{scenario}.scenario"
        self.options = list(options)
        text = self.scenario.read_text(encoding="utf-8")
        self.mbim = "\n[mbim]\n" in text
        self.at = not self.mbim or "\nat=true\n" in text
        self.uid = f"sim{number}"
        self.device = f"/virtual/{self.uid}"
        self.socket = f"abstract:simstow-{bed.tag}-{number}"
        self.port = f"cdc-wdm{number}"
        self.mbim_socket = f"simstow-{bed.tag}-mbim-{number}"
        self.control_path = bed.directory / f"sim{number}.ctl"
        self.traffic = bed.logs / f"sim{number}.traffic"
        self.process = None
        self.start()

    def start(self):
        """Starts it from its scenario."""
        argv = [str(self.bed.build / "tests" / "sim" / "simstow-sim"),
                "--scenario", str(self.scenario), "--socket", self.socket,
                "--control", str(self.control_path), "--log", str(self.traffic)] + self.options
        if self.mbim:
            argv += ["--mbim", self.mbim_socket]
        self.process = Process(argv, self.bed.logs / f"sim{self.number}.log", self.bed.env, True)
        self.process.first_line()

    def control(self, line):
        """Runs a command of tests/sim/sim-control.h and returns its text."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.control_path))
            connection.sendall(line.encode() + b"\n")
            answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
        head, _, text = answer.partition("\n")
        if head != "ok":
            raise ValueError(f"{line}: {head}")
        return text

    def dump(self, what=""):
        """What it holds, as text (tests/sim/sim-dump.h)."""
        return self.control(f"dump {what}")

    def unread(self):
        """Whether it has a message that nobody has read."""
        return re.search("^[0-9]+=0,", self.dump("messages"), re.M) is not None

    def card(self):
        """What happened on the card: how many channels are open, how many commands it got, and
        the lines of its log (tests/sim/sim-control.h)."""
        channels, commands, *log = self.control("card").splitlines()
        return int(channels.split("=")[1]), int(commands.split("=")[1]), log

    def stats(self):
        """Its counters, a dict of numbers."""
        lines = self.control("stats").split()
        return {name: int(value) for name, value in (line.split("=") for line in lines)}

    def commands(self):
        """The command lines that came so far, from the log of traffic; PDUs among them."""
        data = "".join(line.split(" ", 2)[2].rstrip("\n")
                       for line in self.traffic.read_text().splitlines()
                       if line.split(" ", 2)[1] == ">")
        return [item for item in data.replace("\\x1a", "\\r").split("\\r") if item]

    def count_commands(self, name):
        """How many commands of that name, not counting its test form, it has got."""
        return sum(len(re.findall(rf"\{name}=[^?]", line)) for line in self.commands())

    def wait_commands(self, name, count, timeout=60):
        """Until it has got so many commands of that name."""
        end = time.monotonic() + timeout
        while self.count_commands(name) < count:
            if time.monotonic() > end:
                raise TestbedError(f"no {count} commands {name}")
            time.sleep(0.02)

    def stop(self):
        """Ends it: the daemon sees its port vanish."""
        if self.process:
            self.process.stop()
            self.process = None


class Testbed:
    """Everything, from `with` to its end. `plugin`: whether the daemon gets ours; `enable`:
    whether the modems are enabled and registered, else they are only waited for; `options`:
    further arguments of every simulator; `daemon_env`: more of the daemon's
    environment."""

    __test__ = False

    def __init__(self, *scenarios, plugin=True, enable=True, options=(), keep=False,
                 plugin_path=None, log_level=None, daemon_env=None):
        self.scenarios = scenarios
        self.daemon_env = daemon_env or {}
        self.plugin, self.enable, self.options, self.keep = plugin, enable, options, keep
        # DEBUG costs two seconds for a hundred messages: the daemon syncs each line
        self.log_level = log_level or os.environ.get("SIMSTOW_LOG_LEVEL") or "INFO"
        self.build = build_directory()
        self.plugin_path = plugin_path or self.build / "plugin" / "libmm-plugin-simstow.so"
        self.sims = []
        self.processes = []
        self.daemon = None
        self.relay = None
        self.devices = None
        self.bus = None
        self.authorises = False
        self.mounted = False

    # life

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop(failed=True)
            raise
        return self

    def __exit__(self, kind, *_):
        self.stop(failed=kind is not None)

    def start(self):
        """Makes it all."""
        self.find_programs()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="simstow-bed-"))
        self.directory.chmod(0o755)
        self.tag = self.directory.name.rsplit("-", 1)[1]
        self.logs = self.directory / "logs"
        self.logs.mkdir()
        self.authorises = enter_namespaces()
        self.make_environment()
        self.start_bus()
        if self.authorises:
            self.start_polkit()
        self.sims = [Simulator(self, number, scenario, self.options)
                     for number, scenario in enumerate(self.scenarios)]
        self.start_daemon()

    def stop(self, failed=False):
        """Ends it all; when something failed, says where the logs were and what they end with."""
        if self.bus:
            self.bus.close()
            self.bus = None
        self.stop_daemon()
        self.stop_relay()
        for sim in self.sims:
            sim.stop()
        for process in reversed(self.processes):
            process.stop()
        if self.devices:
            self.devices.leave()
            self.devices = None
        if self.mounted:
            libc_call("umount2", ACTIONS.encode(), 2)
            self.mounted = False
        if not hasattr(self, "directory"):
            return
        keep = self.keep or os.environ.get("SIMSTOW_KEEP")
        if failed and not keep:
            self.print_logs()
        if keep:
            print(f"testbed: kept {self.directory}", file=sys.stderr)
        else:
            shutil.rmtree(self.directory, ignore_errors=True)

    def print_logs(self):
        """The ends of all logs, to standard error."""
        for log in sorted(self.logs.iterdir()):
            lines = log.read_text(errors="replace").splitlines()[-25:]
            print(f"==> {log.name}", *lines, sep="\n", file=sys.stderr)

    def find_programs(self):
        """Says at once what is missing."""
        self.program = {}
        for name in ("dbus-daemon", "ModemManager", "mmcli", "mbimcli"):
            self.program[name] = shutil.which(name, path="/usr/bin:/usr/sbin:/bin:/sbin")
        missing = [name for name in ("dbus-daemon", "ModemManager", "mmcli")
                   if not self.program[name]]
        if not os.path.exists(POLKITD):
            missing.append("polkitd")
        if not (self.build / "tests" / "sim" / "simstow-sim").exists():
            missing.append(f"{self.build}/tests/sim/simstow-sim (build it)")
        if self.plugin and not pathlib.Path(self.plugin_path).exists():
            missing.append(f"{self.plugin_path} (build it)")
        if missing:
            raise TestbedError("the testbed needs " + ", ".join(missing))

    def make_environment(self):
        """What every program here sees: the private bus as system bus, an own home."""
        home = self.directory / "home"
        home.mkdir(mode=0o777)
        self.address = f"unix:path={self.directory}/bus"
        self.env = {name: value for name, value in os.environ.items()
                    if not name.startswith(("DBUS_", "XDG_", "G_DEBUG"))}
        self.env.update(DBUS_SYSTEM_BUS_ADDRESS=self.address, HOME=str(home),
                        XDG_RUNTIME_DIR=str(home), XDG_CONFIG_HOME=str(home / "config"),
                        XDG_DATA_HOME=str(home / "data"), XDG_STATE_HOME=str(home / "state"),
                        XDG_CACHE_HOME=str(home / "cache"))
        self.env.setdefault("LC_ALL", "C.UTF-8")

    def start_bus(self):
        """The bus, with the stock policies and ours."""
        policy = self.directory / "policy"
        policy.mkdir()
        for source in (TOP / "data" / "dbus").glob("*.conf"):
            shutil.copy(source, policy)
        config = self.directory / "bus.conf"
        config.write_text(BUS_CONFIG.format(directory=self.directory), encoding="ascii")
        process = Process([self.program["dbus-daemon"], f"--config-file={config}", "--nofork",
                           "--print-address=1"], self.logs / "bus.log", self.env, True)
        self.processes.append(process)
        process.first_line()
        self.bus = Bus(self.address)
        self.bus.watch(f"sender='{MM}'")

    def start_polkit(self):
        """The real polkitd, with our actions beside the stock ones."""
        ours = list((self.build / "data" / "polkit").glob("*.policy"))
        if ours:
            actions = self.directory / "actions"
            shutil.copytree(ACTIONS, actions)
            for source in ours:
                shutil.copy(source, actions)
            libc_call("mount", str(actions).encode(), ACTIONS.encode(), None,
                      ctypes.c_ulong(0x1000), None)
            self.mounted = True
        self.processes.append(Process([POLKITD, "--no-debug"], self.logs / "polkitd.log",
                                      self.env))
        self.bus.wait_name("org.freedesktop.PolicyKit1")

    # the daemon

    def daemon_version(self):
        """ModemManager's version, two numbers."""
        text = subprocess.run([self.program["ModemManager"], "--version"], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
        return tuple(map(int, re.search(r"(\d+)\.(\d+)", text).groups()))

    def by_hand(self):
        """The settings that restoring everything to a blank modem with AT commands leaves to be
        made by hand. From 1.24 on ModemManager tells the initial EPS bearer of them too: it is
        the first profile, as it was when the modem was found."""
        return ["network/initial-eps"] if self.daemon_version() >= (1, 24) else []

    def make_plugin_directory(self):
        """Links to the stock plugins, and ours if wanted."""
        directory = self.directory / "plugins"
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        stock, = pathlib.Path("/usr/lib").glob("*/ModemManager")
        for source in stock.glob("libmm-*.so"):
            if "simstow" not in source.name:
                (directory / source.name).symlink_to(source)
        if self.plugin:
            (directory / "libmm-plugin-simstow.so").symlink_to(self.plugin_path)
        return directory

    def start_relay(self):
        """The socket of all MBIM modems, and their devices."""
        self.stop_relay()
        sims = [sim for sim in self.sims if sim.mbim]
        if not sims:
            return
        if not self.devices:
            staging = self.directory / "dev"
            staging.mkdir()
            self.devices = Devices()
            self.devices.enter(staging)
        for sim in sims:
            if not os.path.exists(f"/dev/{sim.port}"):
                self.devices.add(sim.number)
        argv = [str(self.build / "tests" / "sim" / "simstow-sim-relay")]
        argv += [f"/dev/{sim.port}={sim.mbim_socket}" for sim in sims]
        self.relay = Process(argv, self.logs / "relay.log", self.env, True)
        self.relay.first_line()

    def stop_relay(self):
        """Nobody answers on that socket any more."""
        if self.relay:
            self.relay.stop()
            self.relay = None

    def start_daemon(self):
        """ModemManager; then a modem for each simulator."""
        env = dict(self.env, DBUS_SESSION_BUS_ADDRESS=self.address,
                   SYSTEMD_DEVICE_VERIFY_SYSFS="0", **self.daemon_env)
        self.start_relay()
        argv = [self.program["ModemManager"], f"--log-level={self.log_level}",
                "--log-personal-info", "--test-enable", "--test-no-suspend-resume",
                f"--test-plugin-dir={self.make_plugin_directory()}"]
        if not self.relay:
            # each of the last two means the first: no scan of devices
            argv += ["--no-auto-scan", "--test-no-udev", "--test-no-qrtr"]
        if not self.authorises:
            argv.append("--test-session")
        self.daemon = Process(argv, self.logs / "ModemManager.log", env)
        self.bus.wait_name(MM)
        for sim in self.sims:
            if sim.at:
                self.set_profile(sim)
        for sim in self.sims:
            self.wait_modem(sim)
            if sim.at and sim.mbim:
                self.wait_modem(sim, at=True)
        for sim in self.sims if self.enable else ():
            self.enable_modem(sim.number)
            if sim.at and sim.mbim:
                self.enable_modem(sim.number, at=True)

    def stop_daemon(self):
        """Ends ModemManager, and returns its exit status."""
        daemon, self.daemon = self.daemon, None
        return daemon.stop(25) if daemon else None

    def restart_daemon(self):
        """A new ModemManager for the same modems."""
        status = self.stop_daemon()
        self.start_daemon()
        return status

    def set_profile(self, sim):
        """Tells the daemon of a simulated modem."""
        self.bus.call(MM, MM_PATH, MM + ".Test", "SetProfile", "ssas",
                      (sim.uid, "generic", [sim.socket]))

    def add_sim(self, scenario, enable=True, options=()):
        """One more modem, while all runs."""
        sim = Simulator(self, len(self.sims), scenario, options)
        self.sims.append(sim)
        if sim.mbim:
            # a device that comes later would have to be told by the kernel
            self.restart_daemon()
            return sim
        self.set_profile(sim)
        self.wait_modem(sim)
        if enable:
            self.enable_modem(sim.number)
        return sim

    def objects(self):
        """Everything that the daemon has: path to interface to properties."""
        return self.bus.call(MM, MM_PATH, "org.freedesktop.DBus.ObjectManager",
                             "GetManagedObjects")[0]

    def find_modem(self, sim, at=False):
        """The object path of a simulator's modem, or None; `at`: that of the AT front of one
        that has both."""
        for path, interfaces in self.objects().items():
            modem = interfaces.get(MODEM, {})
            if sim.mbim and not at:
                if modem.get("PrimaryPort") == sim.port:
                    sim.device = modem["Device"]
                    return path
            elif modem.get("Device") == f"/virtual/{sim.uid}":
                return path
        return None

    def wait_modem(self, sim, timeout=60, at=False):
        """Until its modem is there."""
        path = self.find_modem(sim, at)
        while not path:
            try:
                self.bus.wait(lambda item: item.member == "InterfacesAdded", timeout)
            except BusTimeout as error:
                raise TestbedError(f"no modem for {sim.uid} ({sim.scenario.stem})") from error
            path = self.find_modem(sim, at)
        return path

    def wait_gone(self, path, timeout=30):
        """Until a modem object has gone."""
        while path in self.objects():
            self.bus.wait(lambda item: item.member == "InterfacesRemoved", timeout)

    def unplug(self, number):
        """Takes a modem away: its lines close, and the daemon drops it. The daemon learns of a
        real modem's end from the kernel; for a simulated one this inhibits the device."""
        path = self.modem(number)
        sim = self.sims[number]
        if not sim.mbim:
            sim.control("unplug")
        # the daemon takes a lost MBIM port for a modem to be probed again: inhibit that one first
        self.bus.call(MM, MM_PATH, MM, "InhibitDevice", "sb", (sim.device, True))
        self.wait_gone(path)
        if sim.mbim:
            sim.control("unplug")

    def plug(self, number, enable=True):
        """Puts it back: a new modem object with the same number here."""
        self.sims[number].control("plug")
        self.bus.call(MM, MM_PATH, MM, "InhibitDevice", "sb", (self.sims[number].device, False))
        self.wait_modem(self.sims[number])
        if enable:
            self.enable_modem(number)

    def wait_state(self, number, state, timeout=30, at=False):
        """Until modem `number` is in that state or a later one."""
        path = self.modem(number, at)
        while self.bus.get(MM, path, MODEM, "State") < state:
            self.bus.wait(lambda item: item.path == path and item.member == "StateChanged",
                          timeout)

    def enable_modem(self, number, enable=True, at=False):
        """Enables and waits until it is registered; or disables. A locked one is left alone."""
        path = self.modem(number, at)
        if self.bus.get(MM, path, MODEM, "State") in (FAILED, LOCKED):
            return
        self.bus.call(MM, path, MODEM, "Enable", "b", (enable,), timeout=60)
        if enable:
            self.wait_state(number, REGISTERED, at=at)

    # what tests use

    def sim(self, number):
        """A simulator."""
        return self.sims[number]

    def modem(self, number, at=False):
        """The object path of the modem of that simulator; `at`: of its AT front where it has
        both."""
        path = self.find_modem(self.sims[number], at)
        if not path:
            raise TestbedError(f"modem {number} is not there")
        return path

    def modem_number(self, number):
        """What `mmcli -m` and `simstow -m` call that modem."""
        return self.modem(number).rsplit("/", 1)[1]

    def get(self, number, interface, name):
        """A property of a modem."""
        return self.bus.get(MM, self.modem(number), interface, name)

    def call(self, number, interface, member, signature="", args=(), timeout=60):
        """A method of a modem."""
        return self.bus.call(MM, self.modem(number), interface, member, signature, args, timeout)

    def run(self, argv, stdin=None, env=None, timeout=120, user=None, text=True):
        """Runs a program inside; `user` needs root."""
        done = subprocess.run([str(item) for item in argv], input=stdin, timeout=timeout,
                              env=dict(self.env, **(env or {})), capture_output=True, check=False,
                              user=user, text=text, preexec_fn=die_with_parent)
        return Result(done.returncode, done.stdout, done.stderr)

    def simstow_for(self, user=None):
        """The helper from the build; for another user a copy, as the checkout may be in a folder
        that is closed to others."""
        program = self.build / "helper" / "simstow"
        return pathlib.Path(shutil.copy(program, self.directory)) if user else program

    def run_simstow(self, *args, **options):
        """Runs the helper from the build; what a restore saves first goes into the bed's directory,
        not into the checkout."""
        if args[0] == "restore" and "--safety" not in args:
            args += ("--safety", self.directory)
        return self.run([self.simstow_for(options.get("user")), *args], **options)

    def mmcli(self, *args, **options):
        """Runs mmcli."""
        return self.run([self.program["mmcli"], *args], **options)

    def mbimcli(self, number, *args, **options):
        """Runs mbimcli on the MBIM modem of that simulator, through the socket of the proxy."""
        argv = [self.program["mbimcli"], "-p", "-d", f"/dev/{self.sims[number].port}", *args]
        return self.run(argv, **options)

    def mmcli_json(self, *args):
        """What mmcli says, as data."""
        result = self.mmcli(*args, "-J")
        if result.rc != 0:
            raise TestbedError(f"mmcli {' '.join(args)}: {result.stderr.strip()}")
        return json.loads(result.stdout)

    def daemon_log(self):
        """All that ModemManager said so far."""
        return (self.logs / "ModemManager.log").read_text(errors="replace")


def command_environment(bed):
    """What `testbed.py run` adds for its command."""
    env = dict(bed.env, TESTBED_LOGS=str(bed.logs))
    for sim in bed.sims:
        env[f"SIM_{sim.number}"] = str(sim.control_path)
        env[f"MODEM_{sim.number}"] = bed.modem(sim.number)
    helper = str(bed.build / "helper")
    env["PATH"] = helper + os.pathsep + env.get("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
    return env


def run_command(options):
    """The command line's `run`."""
    with Testbed(*(options.scenario or ["claro-co"]), plugin=not options.no_plugin,
                 enable=not options.no_enable, options=options.sim, keep=options.keep) as bed:
        command = options.command or [os.environ.get("SHELL", "/bin/sh")]
        return subprocess.run(command, env=command_environment(bed), check=False).returncode


def control_command(options):
    """The command line's `control`: one command to a simulator."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(options.socket)
        connection.sendall(" ".join(options.words).encode() + b"\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    head, _, text = answer.partition("\n")
    print(text if head == "ok" else head, end="" if head == "ok" else "\n",
          file=sys.stdout if head == "ok" else sys.stderr)
    return 0 if head == "ok" else 1


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="run a command inside a new testbed")
    run.add_argument("--scenario", action="append", help="a name or a file; several: more modems")
    run.add_argument("--sim", action="append", default=[], help="an argument for every simulator")
    run.add_argument("--no-plugin", action="store_true", help="the stock daemon alone")
    run.add_argument("--no-enable", action="store_true", help="leave the modems disabled")
    run.add_argument("--keep", action="store_true", help="keep the directory with the logs")
    run.add_argument("command", nargs=argparse.REMAINDER)
    control = verbs.add_parser("control", help="send a command to a simulator")
    control.add_argument("socket", help="as in $SIM_0")
    control.add_argument("words", nargs="+")
    options = parser.parse_args()
    if options.verb == "control":
        return control_command(options)
    if options.command[:1] == ["--"]:
        del options.command[0]
    try:
        return run_command(options)
    except (TestbedError, BusError, BusTimeout) as error:
        print(f"testbed: {error}", file=sys.stderr)
        return 125


if __name__ == "__main__":
    sys.exit(main())
