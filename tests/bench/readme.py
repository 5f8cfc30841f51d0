# SPDX-License-Identifier: GPL-2.0-or-later
"""The section Performance of README, from what was just measured."""

import datetime
import os
import pathlib
import re

import compare
import measure

README = measure.TOP / "README"
HEAD = "Performance\n-----------\n"
RESULTS = measure.TOP / "data" / "bench"
PARTS = ("compare", "ways", "daemon", "archives")
INTRO = """
Measured by tests/bench/run on {date}, on {machine}. A
simulated modem with 250 contacts and 100 messages that takes 5 ms for each command, those that
share a line too; whole programs, simstow with the real ModemManager, polkit and bus. "lines" are
command lines, "msgs" MBIM messages or command lines: each a round trip; "cmds" the commands in
them, "APDUs" those to the card. "floor" is a bare loop of the least commands, which keeps nothing.
"same" are the records that are there again byte for byte. gammu writes a message in 0.7 s whatever
the line, and about 2.9 s of each of its runs is its own waiting at the start; records at which it
gives up are left out (tests/bench/scenario.py). Other speeds of the line, and a chart of big
archives, are in data/bench.

Each phonebook or call list more costs saving one line more. Of the time of saving, 10 ms are two
commands that look for a phonebook and files on the card, and 70 ms are fourteen on the modem's own
phonebook and its call list, both empty, which the floor does not read. To the card each record is
written where it was found free a moment before, and read back, and what the card held is read
first; the floor writes blindly. MBIM alone knows no types of numbers and cannot write messages;
behind AT commands the floor reads only the contacts of the card. "bound" is what the processors
need for that many modems, all programs together, were nothing else in the way: where it is more
than the target, no order of things would meet it on so few. Who calls the daemon meanwhile waits
for its main loop, of which no turn took longer than 1.9 ms when that was looked at, most of it in
ModemManager's own search of a long answer, and for one of the processors, which all share.
"""


def machine():
    """What kind of machine this is: no names."""
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"model name\s*: (.*)", text)
    name = re.sub(r"\s+", " ", model.group(1)) if model else os.uname().machine
    return f"{os.cpu_count()} processors of kind {name}"


def keep(part, lines, targets):
    """What was measured, in data/bench."""
    RESULTS.mkdir(exist_ok=True)
    text = "\n".join([*lines, "", *(target.text() for target in targets)]) + "\n"
    (RESULTS / f"{part}.txt").write_text(text, encoding="utf-8")


def section():
    """Its text, from what was kept; of the comparison only the usual speed of a line."""
    text = HEAD + INTRO.format(date=datetime.date.today().isoformat(), machine=machine())
    other = tuple(name for name in compare.LINES if name != "5 ms")
    for part in PARTS:
        path = RESULTS / f"{part}.txt"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        rows = [line for line in lines if not line.startswith(other)]
        text += "\n" + "".join(f"    {line}".rstrip() + "\n" for line in rows)
    return text


def update():
    """Puts it into README, in place of the old one or before "The tree"."""
    text = README.read_text(encoding="utf-8")
    start = text.find(HEAD)
    end = text.find("The tree\n--------\n")
    if start < 0:
        start = end
    README.write_text(text[:start] + section() + "\n\n" + text[end:], encoding="utf-8")
