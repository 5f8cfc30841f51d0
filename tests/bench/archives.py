# SPDX-License-Identifier: GPL-2.0-or-later
"""Archives from a thousand to a million messages: what looking at them costs, and a chart."""

import shutil
import subprocess

import measure
from compare import Target

CHART = measure.TOP / "data" / "bench"
MEMORY_LIMIT, MERGE_LIMIT = 64, 256
# a million would take longer than all the rest together
MERGED_MAX = 100000
BARE = "gzip | sha256sum"
GNUPLOT = """set terminal svg size 760,640 font 'sans,12'
set output '{output}'
set datafile missing '?'
set multiplot layout 2,1
set logscale xy
set key left top
set grid
set xrange [700:1400000]
set xlabel 'messages in the archive'
set ylabel 'seconds'
plot {seconds}
set ylabel 'MiB, at most'
set yrange [1:10000]
plot {memory}
"""


def verbs(simstow, one, two, count):
    """What is measured: name, command and the exit status of success."""
    out = [("verify", [simstow, "verify", one], 0),
           ("show --json", [simstow, "show", one, "messages", "--json"], 0),
           ("diff", [simstow, "diff", one, two], 3)]
    known = subprocess.run([simstow, "--help"], capture_output=True, text=True, check=False).stdout
    if count <= MERGED_MAX and \
            any(line.split()[:1] == ["merge"] for line in known.splitlines()):
        out.append(("merge", [simstow, "merge", "--force", f"{one}.merged", one, two], 0))
    return out


def measure_verb(argv, good):
    """What one run costs; it must end as it should."""
    status, _, cost = measure.run_program(argv, keep=False)
    if status != good:
        raise RuntimeError(f"{' '.join(map(str, argv))}: exit status {status}")
    return cost


def best(one, other):
    """The one that was less disturbed."""
    return one if one.wall <= other.wall else other


def measure_size(build, folder, count):
    """All verbs on two archives of @count messages, half of them in both."""
    make, simstow = build / "tests" / "bench" / "bench-archive", build / "helper" / "simstow"
    one, two = folder / f"{count}-a.tar.gz", folder / f"{count}-b.tar.gz"
    subprocess.run([make, str(count), "0", one], check=True)
    subprocess.run([make, str(count), str(count // 2), two], check=True)
    rows = {}
    for name, argv, good in verbs(simstow, one, two, count):
        rows[name] = measure_verb(argv, good)
    rows[BARE] = measure_verb(["sh", "-c", f"gzip -dc '{one}' | sha256sum"], 0)
    # the two that are compared with each other, in turn, each at its best
    for _ in range(2):
        rows[BARE] = best(rows[BARE], measure_verb(["sh", "-c", f"gzip -dc '{one}' | sha256sum"],
                                                   0))
        rows["verify"] = best(rows["verify"], measure_verb([simstow, "verify", one], 0))
    for path in folder.glob(f"{count}-*"):
        path.unlink()
    return rows


def draw(results):
    """The data, and the chart of it, in data/bench."""
    names = list(next(iter(results.values())))
    CHART.mkdir(exist_ok=True)
    rows = ["messages " + " ".join(f'"{name}, s" "{name}, MiB"' for name in names)]
    for count, costs in results.items():
        cells = (f"{costs[name].wall:.4f} {costs[name].memory / 1024:.1f}" if name in costs
                 else "? ?" for name in names)
        rows.append(f"{count} " + " ".join(cells))
    data = CHART / "archives.dat"
    data.write_text("\n".join(rows) + "\n", encoding="utf-8")
    if not shutil.which("gnuplot"):
        raise RuntimeError("gnuplot is missing (gnuplot-nox)")

    def curves(offset):
        return ", ".join(f"'{data}' using 1:{2 * i + offset} with linespoints title '{name}'"
                         for i, name in enumerate(names) if offset == 2 or name != BARE)
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
        cells = (f"{costs[name].wall:.2f} s {costs[name].memory / 1024:6.1f} MiB"
                 if name in costs else "" for name in names)
        lines.append(f"{count:>9}" + "".join(f"{cell:>22}" for cell in cells))
    targets = []
    for name in names:
        done = [count for count in sizes if name in results[count]]
        biggest, smaller = results[done[-1]][name], results[done[-2]][name]
        if name == BARE:
            continue
        limit = MERGE_LIMIT if name == "merge" else MEMORY_LIMIT
        targets.append(Target(f"{name} of {done[-1]} messages: memory", biggest.memory / 1024,
                              limit, " MiB"))
        targets.append(Target(f"{name}: processor time for ten times as many",
                              biggest.cpu / smaller.cpu, 13))
    biggest = results[sizes[-1]]
    targets.append(Target("verify: throughput against gzip -dc | sha256sum",
                          biggest[BARE].wall / biggest["verify"].wall, 0.5,
                          at_least=True))
    return lines, targets
