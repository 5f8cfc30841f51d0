# SPDX-License-Identifier: GPL-2.0-or-later
"""Archives from a thousand to a million messages: what looking at them costs, and a chart."""

import shutil
import subprocess

import measure
from compare import Target

CHART = measure.TOP / "data" / "bench"
MEMORY_LIMIT, MERGE_LIMIT = 64, 256
GNUPLOT = """set terminal svg size 760,640 font 'sans,12'
set output '{output}'
set multiplot layout 2,1
set logscale xy
set key left top
set grid
set xlabel 'messages in the archive'
set ylabel 'seconds'
plot {seconds}
set ylabel 'MiB, at most'
set yrange [1:1000]
plot {memory}
"""


def verbs(simstow, one, two):
    """What is measured: name, command and the exit status of success."""
    out = [("verify", [simstow, "verify", one], 0),
           ("show --json", [simstow, "show", one, "messages", "--json"], 0),
           ("diff", [simstow, "diff", one, two], 3)]
    known = subprocess.run([simstow, "--help"], capture_output=True, text=True, check=False).stdout
    if any(line.split()[:1] == ["merge"] for line in known.splitlines()):
        out.append(("merge", [simstow, "merge", "--force", f"{one}.merged", one, two], 0))
    return out


def measure_size(build, folder, count):
    """All verbs on two archives of @count messages, half of them in both."""
    make, simstow = build / "tests" / "bench" / "bench-archive", build / "helper" / "simstow"
    one, two = folder / f"{count}-a.tar.gz", folder / f"{count}-b.tar.gz"
    subprocess.run([make, str(count), "0", one], check=True)
    subprocess.run([make, str(count), str(count // 2), two], check=True)
    rows = {}
    for name, argv, good in verbs(simstow, one, two):
        status, _, cost = measure.run_program(argv, keep=False)
        if status != good:
            raise RuntimeError(f"simstow {name} of {count} messages: exit status {status}")
        rows[name] = cost
    rows["gzip | sha256sum"] = measure.run_program(
        ["sh", "-c", f"gzip -dc '{one}' | sha256sum"], keep=False)[2]
    for path in folder.glob(f"{count}-*"):
        path.unlink()
    return rows


def draw(results):
    """The data, and the chart of it, in data/bench."""
    names = list(next(iter(results.values())))
    CHART.mkdir(exist_ok=True)
    rows = ["messages " + " ".join(f'"{name}, s" "{name}, MiB"' for name in names)]
    for count, costs in results.items():
        rows.append(f"{count} " + " ".join(f"{costs[name].wall:.4f} {costs[name].memory / 1024:.1f}"
                                           for name in names))
    data = CHART / "archives.dat"
    data.write_text("\n".join(rows) + "\n", encoding="utf-8")
    if not shutil.which("gnuplot"):
        raise RuntimeError("gnuplot is missing (gnuplot-nox)")

    def curves(offset):
        return ", ".join(f"'{data}' using 1:{2 * i + offset} with linespoints title '{name}'"
                         for i, name in enumerate(names) if offset == 2 or "|" not in name)
    script = GNUPLOT.format(output=CHART / "archives.svg", seconds=curves(2), memory=curves(3))
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def run(build, folder, quick):
    """Returns lines of text and targets."""
    sizes = (1000, 10000) if quick else (1000, 10000, 100000, 1000000)
    results = {count: measure_size(build, folder, count) for count in sizes}
    if not quick:
        draw(results)
    names = list(results[sizes[0]])
    lines = [f"{'messages':>9}" + "".join(f"{name:>22}" for name in names)]
    for count, costs in results.items():
        cells = (f"{costs[name].wall:.2f} s {costs[name].memory / 1024:6.1f} MiB" for name in names)
        lines.append(f"{count:>9}" + "".join(f"{cell:>22}" for cell in cells))
    biggest, smaller = results[sizes[-1]], results[sizes[-2]]
    targets = [Target(f"{name} of {sizes[-1]} messages: memory", biggest[name].memory / 1024,
                      MERGE_LIMIT if name == "merge" else MEMORY_LIMIT, " MiB")
               for name in names if "|" not in name]
    targets += [Target(f"{name}: processor time for ten times as many", biggest[name].cpu /
                       smaller[name].cpu, 13) for name in names if "|" not in name]
    targets.append(Target("verify: throughput against gzip -dc | sha256sum",
                          biggest["gzip | sha256sum"].wall / biggest["verify"].wall, 0.5,
                          at_least=True))
    return lines, targets
