# SPDX-License-Identifier: GPL-2.0-or-later
"""The section Performance of README, from what was just measured."""

import datetime
import os
import pathlib
import re

import measure

README = measure.TOP / "README"
HEAD = "Performance\n-----------\n"
INTRO = """
Measured by tests/bench/run on {date}, on {machine}. A simulated
modem with 250 contacts and 100 messages; whole programs, simstow with the real ModemManager,
polkit and bus. "lines" are command lines, each a round trip; "cmds" the commands in them; the
simulated modem takes its time for each command, those that share a line too. "floor" is a bare
loop of the least commands, which keeps nothing. "same" are the records that are byte for byte
there again. gammu writes messages at 0.7 s each whatever the line; about 2.9 s of each of its
runs is its own waiting at the start.
"""


def machine():
    """What kind of machine this is: no names."""
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"model name\s*: (.*)", text)
    name = re.sub(r"\s+", " ", model.group(1)) if model else os.uname().machine
    return f"{os.cpu_count()} processors of kind {name}"


def section(sections):
    """Its text."""
    text = HEAD + INTRO.format(date=datetime.date.today().isoformat(), machine=machine())
    for _, lines, targets in sections:
        text += "\n" + "".join(f"    {line}".rstrip() + "\n" for line in lines)
        text += "\n" + "".join(f"    {target.text()}\n" for target in targets)
    return text


def update(sections):
    """Puts it into README, in place of the old one or before "The tree"."""
    text = README.read_text(encoding="utf-8")
    start = text.find(HEAD)
    end = text.find("The tree\n--------\n")
    if start < 0:
        start = end
    README.write_text(text[:start] + section(sections) + "\n\n" + text[end:], encoding="utf-8")
