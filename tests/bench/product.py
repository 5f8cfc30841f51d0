# SPDX-License-Identifier: GPL-2.0-or-later
"""simstow as a whole: the command, the stock daemon with the plugin, polkit and the bus."""

import pathlib
import sys
import time

import measure

sys.path.insert(0, str(measure.TOP / "tests" / "daemon"))
from testbed import Testbed  # noqa: E402


# what is put back late, after a tenth of a second, counts too
SETTLE_SECONDS = 0.2


# what is restored, and what of a dump is then compared
KINDS = {"messages,contacts": "messages phonebooks", "contacts": "phonebooks"}


def run(bed, number, *args, good=(0,)):
    """Runs the command on one modem and returns its output and what it cost; the daemon's share
    of the processor counts, its memory is measured apart."""
    modem = bed.modem(number).rsplit("/", 1)[1]
    meter = measure.Meter(bed.sim(number).control_path, bed.sim(number).traffic)
    before = measure.process_cpu(bed.daemon.popen.pid)
    status, output, cost = measure.run_program(
        [bed.build / "helper" / "simstow", *args, "--modem", modem], env=bed.env)
    cost.cpu += measure.process_cpu(bed.daemon.popen.pid) - before
    if status not in good:
        raise RuntimeError(f"simstow {' '.join(map(str, args))}: {status}: {output[-800:]}")
    time.sleep(SETTLE_SECONDS)
    return output, meter.read(cost)


def archive_of(folder):
    """The only archive in a folder."""
    path, = pathlib.Path(folder).glob("*.tar.gz")
    return path


def best(runs):
    """The run that was least disturbed by what else the machine does."""
    return min(runs, key=lambda cost: cost.wall)


class Round:
    """Saves one modem, restores to a blank one, and once more when nothing differs."""

    def __init__(self, full, blank, options, repeats, kinds="messages,contacts"):
        self.scenarios, self.options, self.repeats = (full, blank), options, repeats
        self.kinds, self.what = kinds, f"{KINDS[kinds]} content"
        self.read = self.restore = self.nothing = None

    def measure(self):
        """All of it, in new testbeds so that each restore finds its modem blank."""
        reads, restores, nothings = [], [], []
        for _ in range(self.repeats):
            with Testbed(*self.scenarios, options=self.options) as bed:
                folder = bed.directory / "archive"
                folder.mkdir()
                _, cost = run(bed, 0, "export", "-o", folder)
                reads.append(cost)
                before = bed.sim(0).dump(self.what)
                archive = archive_of(folder)
                for costs in (restores, nothings):
                    _, cost = run(bed, 1, "restore", archive, "--yes", "--only", self.kinds)
                    cost.fidelity = measure.fidelity(before, bed.sim(1).dump(self.what))
                    costs.append(cost)
        self.read, self.restore, self.nothing = best(reads), best(restores), best(nothings)
        return self
