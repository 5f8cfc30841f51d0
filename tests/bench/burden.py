# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin costs the daemon: start, memory, other clients' calls; and several modems."""

import collections
import multiprocessing
import os
import statistics
import time

import measure
import product
import scenario
from compare import Target
from bus import Bus

LATENCY = ("--latency", "5")
MODEM = "org.freedesktop.ModemManager1.Modem"
ROUNDS, ROUND_SECONDS = 4, 2
PROGRAMS = ("helper", "daemon", "bus", "polkitd", "modems")


def start_once(bed):
    """Seconds until a daemon with one modem is ready, and its memory then."""
    start = time.monotonic()
    bed.restart_daemon()
    return time.monotonic() - start, measure.process_memory(bed.daemon.popen.pid, "VmRSS")


def starts(full, repeats):
    """The same without the plugin and with it, in turn, so that both have the same weather."""
    runs = ([], [])
    with product.Testbed(full, enable=False) as bed:
        for _ in range(repeats):
            for bed.plugin, into in zip((False, True), runs):
                into.append(start_once(bed))
    return [(statistics.median(wall for wall, _ in run),
             statistics.median(size for _, size in run) / 1024) for run in runs]


def call_times(address, path, stop, answer):
    """Reads a property over and over until told to stop; sends how many milliseconds each took."""
    times = []
    with Bus(address) as bus:
        while not stop.is_set():
            start = time.monotonic()
            bus.get("org.freedesktop.ModemManager1", path, MODEM, "State")
            times.append(1000 * (time.monotonic() - start))
            time.sleep(0.001)
    answer.send(times)


def sample(bed, work):
    """Another client's calls while @work runs. It is a process of its own: as a thread it would
    wait for the interpreter whenever this one starts a program."""
    fork = multiprocessing.get_context("fork")
    stop, (receiver, sender) = fork.Event(), fork.Pipe(duplex=False)
    client = fork.Process(target=call_times, args=(bed.address, bed.modem(0), stop, sender))
    client.start()
    sender.close()
    try:
        work()
    finally:
        stop.set()
    times = receiver.recv()
    client.join()
    return times


def export_all(bed, *args):
    """One command; what it cost."""
    status, output, cost = measure.run_program(
        [bed.build / "helper" / "simstow", "export", "-o", bed.directory / "saved", "--force",
         *args], env=bed.env)
    if status:
        raise RuntimeError(output[-500:])
    return cost


def export_for(bed, seconds):
    """Exports, one right after the other."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        export_all(bed)


def latency(full):
    """Idle and while exports run, in turn: the 99th percentile of each, and of how many calls."""
    idle, busy = [], []
    with product.Testbed(full, options=LATENCY) as bed:
        sample(bed, lambda: export_for(bed, 0.5))
        for _ in range(ROUNDS):
            idle += sample(bed, lambda: time.sleep(ROUND_SECONDS))
            busy += sample(bed, lambda: export_for(bed, ROUND_SECONDS))
    return [(statistics.quantiles(times, n=100)[98], len(times)) for times in (idle, busy)]


def processor_seconds(bed):
    """What the programs around the helper have used so far."""
    names = {"dbus-daemon": "bus", "polkitd": "polkitd"}
    used = collections.Counter(daemon=measure.process_cpu(bed.daemon.popen.pid))
    for process in bed.processes:
        used[names[process.name]] += measure.process_cpu(process.popen.pid)
    for sim in bed.sims:
        used["modems"] += measure.process_cpu(sim.process.popen.pid)
    return used


def export_together(folder, count, repeats):
    """All of @count modems in one daemon, saved at once by one command: the best time, and the
    processor time of each program for one modem."""
    with product.Testbed(*scenario.write_many(folder, count), options=LATENCY) as bed:
        (bed.directory / "saved").mkdir()
        export_all(bed)
        before = processor_seconds(bed)
        costs = [export_all(bed) for _ in range(repeats)]
        used = processor_seconds(bed)
        used.subtract(before)
        used["helper"] = sum(cost.cpu for cost in costs)
    return min(cost.wall for cost in costs), \
        {name: used[name] / repeats / count for name in PROGRAMS}


def scale(folder, counts, repeats):
    """Lines of text and targets. What the processors need is a bound that no program passes."""
    results = {count: export_together(folder, count, repeats) for count in counts}
    lines = ["modems saved at once by one command, 5 ms a command; processor time for one of them:",
             f"  {'modems':>6}{'time s':>8}{'bound s':>9}" +
             "".join(f"{name + ' ms':>12}" for name in PROGRAMS)]
    targets, (alone, _) = [], results[counts[0]]
    for count, (wall, used) in results.items():
        bound = count * sum(used.values()) / os.cpu_count()
        lines.append(f"  {count:>6}{wall:>8.2f}{bound:>9.2f}" +
                     "".join(f"{1000 * used[name]:>12.1f}" for name in PROGRAMS))
        if count > 1:
            targets.append(Target(
                f"{count} modems at once, against one", wall / alone, 1.5,
                reason=f"{os.cpu_count()} processors, busy for {bound:.2f} s of {wall:.2f} s"))
    return lines, targets


def run(_build, folder, quick):
    """Returns lines of text and targets."""
    full, _ = scenario.write(folder)
    without, with_it = starts(full, 3 if quick else 9)
    (idle, n_idle), (busy, n_busy) = latency(full)
    counts = (1, 2, 4) if quick else (1, 2, 4, 8, 16)
    lines, targets = scale(folder, counts, 2 if quick else 5)
    return ["daemon, one modem:  without the plugin  with",
            f"  restart, s        {without[0]:18.2f} {with_it[0]:5.2f}",
            f"  memory, MiB       {without[1]:18.1f} {with_it[1]:5.1f}",
            "another client's Get of a property, 99th percentile, ms:",
            f"  nothing else      {idle:18.2f}   of {n_idle} calls",
            f"  during exports    {busy:18.2f}   of {n_busy} calls", *lines], \
        [Target("calls of others during an export, ms", busy, max(2 * idle, idle + 2)), *targets]
