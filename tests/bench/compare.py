# SPDX-License-Identifier: GPL-2.0-or-later
"""simstow, gammu and the floor on the same simulated modem, at one speed of the line each."""

import concurrent.futures
import dataclasses

import measure
import peers
import product
import scenario

# how long a command takes, and how fast the line is
LINES = {"0 ms": ("--latency", "0"), "5 ms": ("--latency", "5"), "20 ms": ("--latency", "20"),
         "115200 baud": ("--baud", "115200")}
PROMISED = "5 ms"
LATENCY = {"0 ms": 0, "5 ms": 0.005, "20 ms": 0.020}
# gammu sets the clock after the contacts, and counts a refusal as failure of all
SETS_CLOCK = ("--fault", "* +CCLK=* reply \\r\\nOK\\r\\n")


@dataclasses.dataclass
class Lane:
    """One speed: what each program cost for each of the three jobs."""

    line: str
    costs: dict = dataclasses.field(default_factory=dict)

    def put(self, job, who, cost):
        """Files it."""
        self.costs[job, who] = cost

    def wall(self, job, who):
        """Seconds, or None when it was not run."""
        cost = self.costs.get((job, who))
        return cost.wall if cost else None


def best(runs):
    """The run that was least disturbed by what else the machine does."""
    return min(runs, key=lambda cost: cost.wall)


def run_floor(lane, build, folder, full, blank, repeats):
    """The bare loop; to a blank modem it writes what it read."""
    reads, writes = [], []
    options = LINES[lane.line]
    for number in range(repeats):
        place = folder / f"floor-{lane.line.replace(' ', '-')}-{number}"
        with measure.Modem(build, place / "full", full, options) as modem, \
                measure.Modem(build, place / "blank", blank, options) as target:
            before = modem.dump()
            reads.append(peers.Floor(modem).read())
            cost = peers.Floor(target).write()
            cost.fidelity = measure.fidelity(before, target.dump())
            writes.append(cost)
    lane.put("save", "floor", best(reads))
    lane.put("restore", "floor", best(writes))


def run_product(lane, full, blank, repeats):
    """simstow."""
    result = product.Round(full, blank, LINES[lane.line], repeats).measure()
    for job, cost in (("save", result.read), ("restore", result.restore),
                      ("again", result.nothing)):
        lane.put(job, "simstow", cost)


def run_gammu(lane, build, folder, full, blank, restores):
    """gammu; its messages take 0.7 s each to write, at any speed of the line. To a modem where
    nothing differs it writes the contacts all the same, and would double the messages."""
    place = folder / f"gammu-{lane.line.replace(' ', '-')}"
    options = LINES[lane.line]
    with measure.Modem(build, place / "full", full, options) as modem:
        saved = peers.Gammu(modem, place / "saved")
        lane.put("save", "gammu", saved.save())
        before = modem.dump()
    if not restores:
        return
    with measure.Modem(build, place / "blank", blank, options + SETS_CLOCK) as modem:
        target = peers.Gammu(modem, place / "target")
        cost = target.restore(saved.folder)
        cost.fidelity = measure.fidelity(before, modem.dump())
        lane.put("restore", "gammu", cost)
        lane.put("again", "gammu", target.restore_contacts(saved.folder))


class Comparison:
    """All lanes: simstow and the floor one after the other, then the gammus side by side."""

    def __init__(self, build, folder, quick):
        self.build, self.folder, self.quick = build, folder, quick
        self.full, self.blank = scenario.write(folder)
        self.lanes = [Lane(name) for name in ([PROMISED] if quick else LINES)]

    def run_timed(self, say):
        """Those whose time counts to the millisecond; the line with promises more often."""
        for lane in self.lanes:
            say(f"simstow and the floor at {lane.line}")
            repeats = 1 if self.quick or lane.line != PROMISED else 3
            run_floor(lane, self.build, self.folder, self.full, self.blank, repeats)
            run_product(lane, self.full, self.blank, repeats)

    def run_gammus(self):
        """They mostly sleep."""
        with concurrent.futures.ThreadPoolExecutor(len(self.lanes)) as pool:
            jobs = [pool.submit(run_gammu, lane, self.build, self.folder, self.full, self.blank,
                                not self.quick) for lane in self.lanes]
            for job in jobs:
                job.result()

    def results(self):
        """Lines of text and targets."""
        promised, = [lane for lane in self.lanes if lane.line == PROMISED]
        return list(table(self.lanes)), targets(promised)


# What was promised

@dataclasses.dataclass
class Target:
    """One promise: what was measured and what it may be; why it is not kept, if it is not."""

    name: str
    value: float
    limit: float
    unit: str = ""
    at_least: bool = False
    reason: str = ""

    @property
    def met(self):
        """Whether it was kept."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def text(self):
        """One line."""
        relation = ">=" if self.at_least else "<="
        verdict = "met" if self.met else "NOT MET" + (f": {self.reason}" if self.reason else "")
        return f"{self.name}: {self.value:.4g}{self.unit} ({relation} {self.limit:.4g}" \
               f"{self.unit}): {verdict}"


def targets(lane):
    """The promises for 5 ms a command."""
    save, restore = lane.costs["save", "simstow"], lane.costs["restore", "simstow"]
    again, floor = lane.costs["again", "simstow"], lane.costs["save", "floor"]
    records, latency = scenario.RECORDS, LATENCY[lane.line]
    out = [
        Target("save: command lines", save.lines, 20),
        Target("save: time", save.wall, 2 * floor.wall + 0.15, " s"),
        Target("save: times faster than gammu",
               lane.wall("save", "gammu") / save.wall, 20, at_least=True),
        Target("restore to blank: command lines", restore.lines, 1.05 * records + 20),
        Target("restore to blank: time", restore.wall, 1.25 * records * latency + 0.3, " s"),
        Target("restore to blank: records the same", 100 * restore.fidelity, 100, " %", True),
        Target("nothing differs: commands that write", again.writes, 0),
        Target("nothing differs: records the same", 100 * again.fidelity, 100, " %", True),
    ]
    if lane.wall("restore", "gammu"):
        out.insert(5, Target("restore to blank: times faster than gammu",
                             lane.wall("restore", "gammu") / restore.wall, 25, at_least=True))
    return out


JOBS = {"save": "save", "restore": "restore to blank", "again": "nothing differs"}


def table(lanes, what="line", count="commands"):
    """Lines of text: lanes are lines or ways, what is counted in a line are commands or APDUs."""
    head = f"{what:12}{'job':17}{'program':9}{'lines' if what == 'line' else 'msgs':>6}" \
           f"{'cmds' if count == 'commands' else 'APDUs':>6}{'writes':>7}{'bytes':>8}" \
           f"{'time s':>8}{'cpu s':>7}{'MiB':>6}{'same %':>8}"
    yield head
    for lane in lanes:
        for (job, who), cost in sorted(lane.costs.items(), key=lambda item: (
                list(JOBS).index(item[0][0]), ("simstow", "gammu", "floor").index(item[0][1]))):
            same = "" if cost.fidelity is None else f"{100 * cost.fidelity:.1f}"
            memory = f"{cost.memory / 1024:.0f}" if cost.memory else ""
            yield f"{lane.line:12}{JOBS[job]:17}{who:9}{cost.lines:>6}{getattr(cost, count):>6}" \
                  f"{cost.writes:>7}{cost.bytes:>8}{cost.wall:>8.2f}{cost.cpu:>7.2f}" \
                  f"{memory:>6}{same:>8}"
