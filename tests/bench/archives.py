# SPDX-License-Identifier: GPL-2.0-or-later
"""Archives from a thousand to a million messages: what looking at them costs, and a chart."""

import concurrent.futures
import contextlib
import shutil
import subprocess

import measure
from compare import Target, best

CHART = measure.TOP / "data" / "bench"
MEMORY_LIMIT, TABLE_LIMIT = 64, 256
SIZES, QUICK_SIZES = (1000, 10000, 100000, 1000000), (1000, 10000)
# of this many on, what takes minutes runs once, and gammu beside it
LARGE = 1000000
# how often everything else does: the same run takes a quarter longer at some times than at others
REPEATS = 3
# what is compared with its own size only, side by side: of this the processor time and the memory
# count, not how long it takes
LANES = (("merge",), ("diff", "show --json"))
BARE = "gzip | sha256sum"
GNUPLOT = """set terminal svg size 860,640 font 'sans,12' background '#ffffff'
set output '{output}'
set multiplot layout 2,1 title 'What an archive costs by its size'
set linetype 1 linewidth 2 linecolor '#1b6ca8' pointtype 7
set linetype 2 linewidth 2 linecolor '#2a9d5c' pointtype 5
set linetype 3 linewidth 2 linecolor '#b5442e' pointtype 9
set linetype 4 linewidth 2 linecolor '#7a4fa3' pointtype 13
set linetype 5 linewidth 2 linecolor '#6b6b6b' pointtype 1
set logscale xy
set key outside right center Left reverse
set grid
set xrange [700:1400000]
set xlabel 'messages in the archive'
set format x '10^{{%T}}'
set rmargin 24
set ylabel 'processor seconds'
set yrange [0.005:1000]
plot {seconds}
set ylabel 'MiB, at most'
set yrange [5:5000]
plot {memory}, {limit} with lines dashtype 2 linecolor 'black' title 'target: {limit}', \\
  {table_limit} with lines dashtype 3 linecolor 'black' title 'diff, merge: {table_limit}'
"""


def verbs(simstow, one, two):
    """What is measured: name, command and the exit status of success."""
    return {"verify": ([simstow, "verify", one], 0),
            BARE: (["sh", "-c", f"gzip -dc '{one}' | sha256sum"], 0),
            "show --json": ([simstow, "show", one, "messages", "--json"], 0),
            "diff": ([simstow, "diff", one, two], 3),
            "merge": ([simstow, "merge", "--force", f"{one}.merged", one, two], 0)}


def measure_verb(argv, good):
    """What one run costs; it must end as it should."""
    status, _, cost = measure.run_program(argv, keep=False)
    if status != good:
        raise RuntimeError(f"{' '.join(map(str, argv))}: exit status {status}")
    return cost


def make_archives(build, folder, count):
    """Two of @count messages, half of them in both."""
    make = build / "tests" / "bench" / "bench-archive"
    paths = [folder / f"{count}-{letter}.tar.gz" for letter in "ab"]
    makers = [subprocess.Popen([make, str(count), str(first), path])
              for first, path in zip((0, count // 2), paths)]
    if any([maker.wait() for maker in makers]):
        raise RuntimeError("bench-archive failed")
    return paths


def middle(costs):
    """The run of median processor time, with the largest memory of all."""
    row = sorted(costs, key=lambda cost: cost.cpu)[len(costs) // 2]
    row.memory = max(cost.memory for cost in costs)
    return row


def measure_aside(jobs, repeats):
    """Each lane one after the other, both lanes at once, behind everything else: at all sizes
    alike, as neighbours on the other processor cost time too."""
    def run_lane(names):
        return {name: middle([measure_verb(["nice", "-n", "19", *jobs[name][0]], jobs[name][1])
                              for _ in range(repeats)]) for name in names}
    rows = {}
    with concurrent.futures.ThreadPoolExecutor(len(LANES)) as pool:
        for part in pool.map(run_lane, LANES):
            rows.update(part)
    return rows


def measure_size(build, folder, count, meanwhile):
    """All verbs. The two that are compared with each other run in turn, each at its best."""
    paths = make_archives(build, folder, count)
    jobs = verbs(build / "helper" / "simstow", *paths)
    rows = {name: best([measure_verb(*jobs[name])]) for name in ("verify", BARE)}
    for name in ("verify", BARE) if count == LARGE else 2 * ("verify", BARE):
        rows[name] = best([rows[name], measure_verb(*jobs[name])])
    with meanwhile if count == LARGE else contextlib.nullcontext():
        rows.update(measure_aside(jobs, 1 if count == LARGE else REPEATS))
    for path in folder.glob(f"{count}-*"):
        path.unlink()
    return rows


def draw(results, names):
    """The data, and the chart of it, in data/bench."""
    CHART.mkdir(exist_ok=True)
    rows = ["messages " + " ".join(f'"{name}, s" "{name}, MiB"' for name in names)]
    for count, costs in results.items():
        cells = (f"{costs[name].cpu:.4f} {costs[name].memory / 1024:.1f}" for name in names)
        rows.append(f"{count} " + " ".join(cells))
    data = CHART / "archives.dat"
    data.write_text("\n".join(rows) + "\n", encoding="utf-8")
    if not shutil.which("gnuplot"):
        raise RuntimeError("gnuplot is missing (gnuplot-nox)")

    def curves(offset):
        return ", ".join(f"'{data}' using 1:{2 * i + offset} with linespoints title '{name}'"
                         for i, name in enumerate(names) if offset == 2 or name != BARE)
    script = GNUPLOT.format(output=CHART / "archives.svg", seconds=curves(2), memory=curves(3),
                            limit=MEMORY_LIMIT, table_limit=TABLE_LIMIT)
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def table(results, names):
    """Lines of text."""
    yield "processor seconds and memory; two archives of so many messages, half of them in both"
    yield f"{'messages':>9}" + "".join(f"{name:>22}" for name in names)
    for count, costs in results.items():
        cells = (f"{costs[name].cpu:.2f} s {costs[name].memory / 1024:6.1f} MiB" for name in names)
        yield f"{count:>9}" + "".join(f"{cell:>22}" for cell in cells)


def promises(results, names):
    """Targets: flat memory, linear time, and the throughput of verify."""
    count, smaller = max(results), max(results) // 10
    for name in names:
        if name == BARE:
            continue
        cost = results[count][name]
        yield Target(f"{name} of {count} messages: memory", cost.memory / 1024,
                     TABLE_LIMIT if name in ("diff", "merge") else MEMORY_LIMIT, " MiB")
        yield Target(f"{name}: processor time for ten times as many",
                     cost.cpu / results[smaller][name].cpu, 13)
    yield Target("verify: throughput against gzip -dc | sha256sum",
                 results[count][BARE].wall / results[count]["verify"].wall, 0.5, at_least=True)


def run(build, folder, quick, meanwhile=contextlib.nullcontext()):
    """Returns lines of text and targets; @meanwhile is entered while nothing is timed."""
    results = {count: measure_size(build, folder, count, meanwhile)
               for count in (QUICK_SIZES if quick else SIZES)}
    names = ["verify", "show --json", "diff", "merge", BARE]
    if not quick:
        draw(results, names)
    return list(table(results, names)), list(promises(results, names))
