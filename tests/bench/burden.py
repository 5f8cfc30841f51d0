# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin costs the daemon: start, memory, other clients' calls; and several modems."""

import concurrent.futures
import pathlib
import statistics
import threading
import time

import measure
import product
import scenario
from compare import Target
from bus import Bus

LATENCY = ("--latency", "5")
MODEM = "org.freedesktop.ModemManager1.Modem"


def start_once(plugin, full):
    """Seconds until a daemon with one modem is ready, and its memory then."""
    with product.Testbed(full, plugin=plugin, enable=False) as bed:
        start = time.monotonic()
        bed.restart_daemon()
        wall = time.monotonic() - start
        memory = measure.process_memory(bed.daemon.popen.pid, "VmRSS")
    return wall, memory


def call_times(address, path, stop):
    """Reads a property over and over until told to stop; milliseconds."""
    times = []
    with Bus(address) as bus:
        while not stop.is_set():
            start = time.monotonic()
            bus.get("org.freedesktop.ModemManager1", path, MODEM, "State")
            times.append(1000 * (time.monotonic() - start))
            time.sleep(0.001)
    return times


def sample(bed, work):
    """The 99th percentile of another client's calls while @work runs."""
    stop = threading.Event()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        calls = pool.submit(call_times, bed.address, bed.modem(0), stop)
        work()
        stop.set()
        times = calls.result()
    return statistics.quantiles(times, n=100)[98]


def latency(full):
    """Idle and while exports run, one after the other, each for about three seconds."""
    with product.Testbed(full, options=LATENCY) as bed:
        folder = pathlib.Path(bed.directory)

        def export_all():
            end = time.monotonic() + 3
            number = 0
            while time.monotonic() < end:
                number += 1
                product.run(bed, 0, "export", "-o", folder / f"{number}.tar.gz")
        sample(bed, lambda: time.sleep(0.5))
        return sample(bed, lambda: time.sleep(3)), sample(bed, export_all)


def export_together(full, count):
    """Seconds until all of @count modems in one daemon are saved, all at once."""
    with product.Testbed(*[full] * count, options=LATENCY) as bed:
        folder = pathlib.Path(bed.directory)
        modems = [bed.modem(number).rsplit("/", 1)[1] for number in range(count)]

        def export(number):
            status, output, _ = measure.run_program(
                [bed.build / "helper" / "simstow", "export", "--modem", modems[number], "-o",
                 folder / f"{number}.tar.gz"], env=bed.env)
            if status:
                raise RuntimeError(output[-500:])
        start = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            list(pool.map(export, range(count)))
        return time.monotonic() - start


def run(_build, folder, quick):
    """Returns lines of text and targets."""
    full, _ = scenario.write(folder)
    repeats = 2 if quick else 5
    with_it = [start_once(True, full) for _ in range(repeats)]
    without = [start_once(False, full) for _ in range(repeats)]
    walls = [statistics.median(wall for wall, _ in runs) for runs in (without, with_it)]
    sizes = [statistics.median(size for _, size in runs) / 1024 for runs in (without, with_it)]
    idle, busy = latency(full)
    counts = (1, 2, 4) if quick else (1, 2, 4, 8, 16)
    together = {count: min(export_together(full, count) for _ in range(1 if quick else 2))
                for count in counts}
    lines = ["daemon, one modem:  without the plugin  with",
             f"  restart, s        {walls[0]:18.2f} {walls[1]:5.2f}",
             f"  memory, MiB       {sizes[0]:18.1f} {sizes[1]:5.1f}",
             "another client's Get of a property, 99th percentile, ms:",
             f"  nothing else      {idle:18.2f}",
             f"  during exports    {busy:18.2f}",
             "modems saved at once in one daemon, 5 ms a command, s:",
             "  " + "  ".join(f"{count}: {wall:.2f}" for count, wall in together.items())]
    targets = [Target("calls of others during an export, ms", busy, max(2 * idle, idle + 2))]
    targets += [Target(f"{count} modems at once, against one", together[count] / together[1], 1.5)
                for count in counts[1:]]
    return lines, targets
