# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run costs, and on the line: one simulated modem without a daemon, for those programs
that open the port themselves."""

import collections
import dataclasses
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import uuid

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("SIMSTOW_BUILDDIR") or TOP / "build")
TICKS = os.sysconf("SC_CLK_TCK")
MBIM_WRITES = re.compile(r"^mbim (?:phonebook|sms)-(?:write|delete|send) set")
UPDATE = re.compile(r"^> ..D[6C]")
WRITES = re.compile(r"\+(?:CPBW|CMGW|CMGD|CGDCONT|CPOL|CSCA|CCLK|CFUN)=(?!\?)")


@dataclasses.dataclass
class Cost:
    """One run, or several added up; memory is that of the biggest."""

    wall: float = 0
    cpu: float = 0
    memory: int = 0          # KiB
    lines: int = 0           # command lines or MBIM messages, each a round trip
    commands: int = 0        # the commands in them
    apdus: int = 0           # what came to the card
    writes: int = 0          # those that change what the modem holds
    bytes: int = 0           # both directions
    fidelity: float = None   # records the same, of all

    def add(self, other):
        """The sum of two runs that follow each other."""
        both = Cost(*(getattr(self, name) + getattr(other, name) for name in
                      ("wall", "cpu", "memory", "lines", "commands", "apdus", "writes", "bytes")))
        both.memory = max(self.memory, other.memory)
        both.fidelity = other.fidelity
        return both


def run_program(argv, env=None, cwd=None, stdin=None, keep=True):
    """Runs it to its end: exit status, output if kept, and a Cost without what was on the line."""
    usage = BUILD / "tests" / "bench" / "bench-usage"
    with tempfile.NamedTemporaryFile("r", prefix="simstow-usage-", encoding="ascii") as report:
        done = subprocess.run([usage, report.name, *(str(item) for item in argv)], env=env, cwd=cwd,
                              stdin=stdin or subprocess.DEVNULL, stderr=subprocess.STDOUT,
                              stdout=subprocess.PIPE if keep else subprocess.DEVNULL, check=True)
        status, wall, cpu, memory = report.read().split()
    output = done.stdout.decode(errors="replace") if keep else ""
    return int(status), output, Cost(float(wall), float(cpu), int(memory))


def process_cpu(pid):
    """Seconds of processor time so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def process_memory(pid, what="VmHWM"):
    """KiB, now (VmRSS) or at most (VmHWM)."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1])
    return 0


def control(path, line):
    """One command to a simulator, see tests/sim/sim-control.h."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(line.encode() + b"\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    head, _, text = answer.partition("\n")
    if head != "ok":
        raise ValueError(f"{line}: {head}")
    return text


class Meter:
    """What came over a simulator's line from one moment on."""

    def __init__(self, control_path, log):
        self.control_path, self.log = control_path, pathlib.Path(log)
        self.start_stats, self.start_card = self.stats(), self.card()
        self.start_log = self.log.stat().st_size

    def stats(self):
        """The simulator's counters."""
        pairs = (line.split("=") for line in control(self.control_path, "stats").split())
        return {name: int(value) for name, value in pairs}

    def card(self):
        """The card's log of commands, one line each and one for each answer; none without it."""
        try:
            return control(self.control_path, "card").splitlines()[2:]
        except ValueError:
            return []

    def sent(self):
        """What the program sent: command lines, the data after a prompt, names of messages."""
        with open(self.log, encoding="utf-8", errors="replace") as stream:
            stream.seek(self.start_log)
            data = "".join(line.split(" ", 2)[2].rstrip("\n") for line in stream
                           if line.split(" ", 2)[1] == ">")
        items = (item.replace("\\n", "").strip() for item in re.split(r"\\r|\\x1a|\\x1b", data))
        return [item for item in items if item]

    def read(self, cost):
        """Writes it into @cost, and returns that."""
        now = self.stats()
        apdus = [line for line in self.card()[len(self.start_card):] if line.startswith("> ")]
        sent = self.sent()
        lines = [item for item in sent if item[:2].upper() == "AT" or item.startswith("mbim ")]
        cost.lines = len(lines)
        # the simulator counts the data after a prompt as a command
        prompts = sum("+CMGW" in line for line in lines)
        cost.commands = now["commands"] - self.start_stats["commands"] - prompts
        cost.apdus = len(apdus)
        cost.writes = sum(len(WRITES.findall(line)) for line in lines) + \
            sum(bool(MBIM_WRITES.match(line)) for line in lines) + \
            sum(bool(UPDATE.match(line)) for line in apdus)
        cost.bytes = sum(now[name] - self.start_stats[name] for name in ("bytes-in", "bytes-out"))
        return cost


class Modem:
    """A simulated modem of its own, on a terminal and, for MBIM, a socket."""

    def __init__(self, build, folder, scenario, options=(), mbim=False):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.terminal = self.folder / "tty"
        self.control_path = self.folder / "control"
        self.log = self.folder / "traffic"
        self.mbim = f"simstow-bench-{uuid.uuid4()}" if mbim else None
        options = (*options, "--mbim", self.mbim) if mbim else options
        self.process = subprocess.Popen(
            [str(build / "tests" / "sim" / "simstow-sim"), "--scenario", str(scenario), "--pty",
             str(self.terminal), "--control", str(self.control_path), "--log", str(self.log),
             *options], stdout=subprocess.PIPE)
        self.process.stdout.readline()

    def meter(self):
        """A meter that starts now."""
        return Meter(self.control_path, self.log)

    def dump(self, what="messages phonebooks content"):
        """What it holds."""
        return control(self.control_path, f"dump {what}")

    def stop(self):
        """Ends it."""
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def records(dump, status=True):
    """The records of a dump, as a multiset: messages with or without their status, entries with
    their number, type and name."""
    out, group = collections.Counter(), ""
    for line in dump.splitlines():
        if line.startswith("["):
            group = line
        elif group.startswith("[messages") and re.match(r"\d+,[0-9A-F]", line):
            stat, pdu = line.split(",", 1)
            out[(group, stat if status else "", pdu)] += 1
        elif group.startswith("[phonebook") and re.match(r"\d+=", line):
            out[(group, line.split("=", 1)[1])] += 1
    return out


def fidelity(before, after, status=True):
    """Which part of the records is there again, byte for byte, and none besides."""
    wanted, found = records(before, status), records(after, status)
    total = sum(wanted.values())
    return sum((wanted & found).values()) / max(total, sum(found.values()))
