# SPDX-License-Identifier: GPL-2.0-or-later
"""The ways to a modem that are no AT commands: MBIM's own services, and the card. gammu knows
neither; the peer is the floor."""

import struct

import card
import compare
import mbim
import measure
import product
import scenario
from compare import Lane, Target, best

LATENCY = ("--latency", "5")
PLUGIN = "org.simstow.Modem1"
CARD, SERVICES, BEHIND_AT = "card, MBIM", "MBIM alone", "card, AT"
# an AT modem without phonebooks of its own
NO_PHONEBOOK = ("--fault", "* +CPB* cme 4")
GROUPS = {CARD: ["[mbim]", "messages=SM", "phonebook=SM"],
          SERVICES: ["[mbim]", "messages=SM", "phonebook=SM", "low-level=none"],
          BEHIND_AT: []}


def measure_floor(build, folder, name, full, blank):
    """The bare loop reads one modem and writes to the other."""
    lane, place = Lane(name), folder / f"floor-{name.replace(', ', '-').replace(' ', '-')}"
    is_mbim = name != BEHIND_AT
    with measure.Modem(build, place / "full", full, LATENCY, is_mbim) as source, \
            measure.Modem(build, place / "blank", blank, LATENCY, is_mbim) as target:
        what = "messages phonebooks content" if name == CARD else "phonebooks content"
        before = source.dump(what)
        if name == CARD:
            files, cost = mbim.Floor(source).read_card()
            written = mbim.Floor(target).write_card(files)
        elif name == BEHIND_AT:
            files, cost = card.AtFloor(source).read_card((card.EF_ADN,))
            written = card.AtFloor(target).write_card(files)
        else:
            cost = mbim.Floor(source).read_services()
            written = mbim.Floor(target).write_services(scenario.contacts())
        written.fidelity = measure.fidelity(before, target.dump(what))
    lane.put("save", "floor", cost)
    lane.put("restore", "floor", written)
    return lane


def measure_way(build, folder, name):
    """One way: the floor and simstow. MBIM alone cannot write messages; behind AT commands only
    the contacts are read from the card, and the floor has only these."""
    full, blank = scenario.write_laptop(folder, name.replace(", ", "-").replace(" ", "-"),
                                        GROUPS[name])
    lane = measure_floor(build, folder, name, full, blank)
    options = LATENCY + (NO_PHONEBOOK if name == BEHIND_AT else ())
    kinds = "messages,contacts" if name == CARD else "contacts"
    done = product.Round(full, blank, options, 1, kinds).measure()
    for job, cost in (("save", done.read), ("restore", done.restore), ("again", done.nothing)):
        lane.put(job, "simstow", cost)
    return lane


def read_services(bed, store):
    """What the helper asks of MBIM's own services; how many records came."""
    door, text, place = (("mbim-messages", "read 0,0", 4) if store.startswith("sms/") else
                         ("mbim-phonebook", "read 0", 0))
    answers, = bed.call(0, PLUGIN, "Run", "sa{sv}a(say)", (door, {}, [(text, b"")]))
    return struct.unpack_from("<I", bytes(answers[0][0][0]), place)[0]


def read_card(bed, store):
    """How many records a file of the card has that say something."""
    path = "7FFF6F3C" if store.startswith("sms/") else "7F106F3A"
    answers, = bed.call(0, PLUGIN, "Run", "sa{sv}a(say)", ("files", {}, [(f"read {path}", b"")]))
    return sum(set(record[1:]) != {0xFF} for record in map(bytes, answers[0][0][1:]))


def count_read(folder, name, store):
    """Commands to the card and to the modem that reading one store costs, and its records."""
    full, _ = scenario.write_laptop(folder, "count", GROUPS[name])
    with product.Testbed(full, options=NO_PHONEBOOK if name == BEHIND_AT else ()) as bed:
        meter = measure.Meter(bed.sim(0).control_path, bed.sim(0).traffic)
        if name == SERVICES:
            records = read_services(bed, store)
            return meter.read(measure.Cost()), records
        records = read_card(bed, store)
        return meter.read(measure.Cost()), records


def run(build, folder, quick):
    """Returns lines of text and targets."""
    names = (CARD, SERVICES) if quick else (CARD, SERVICES, BEHIND_AT)
    lanes = [measure_way(build, folder, name) for name in names]
    targets = []
    for name in (CARD, BEHIND_AT):
        cost, records = count_read(folder, name, "phonebook/sm")
        targets.append(Target(f"{name}: commands to the card for its {records} contacts",
                              cost.apdus, records + 10))
    for store, what in (("phonebook/sm", "contacts"), ("sms/sm", "messages")):
        cost, records = count_read(folder, SERVICES, store)
        targets.append(Target(f"{SERVICES}: messages to the modem for its {records} {what}",
                              cost.lines, 2))
    for lane in lanes:
        again, restore = lane.costs["again", "simstow"], lane.costs["restore", "simstow"]
        if lane.line != SERVICES:
            targets.append(Target(f"{lane.line}: records the same", 100 * restore.fidelity, 100,
                                  " %", True))
        targets.append(Target(f"{lane.line}, nothing differs: commands that write", again.writes,
                              0))
    return list(compare.table(lanes, "way", "apdus")), targets
