# SPDX-License-Identifier: GPL-2.0-or-later
"""The modems of the comparison: 250 contacts on the card, 40 messages there and 60 in the modem,
all of kinds that every program compared can read; and the same modem blank. Over MBIM and on the
card, where there is no other memory, all 100 messages are on the card.

The records are those of tests/data/scenarios, but for some at which gammu 1.42 gives up: a broken
message and a sent one with an enhanced validity period (it stops reading the memory), a received
one without a service centre (it stops writing), names with a quote or a backslash (it does not
escape them) and a number of 40 digits (it sends noise; in both cases it stops writing). Ordinary
ones stand in their place, so that the comparison is one of speed."""

import pathlib
import sys

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent / "data" / "scenarios"
sys.path.insert(0, str(SCENARIOS))
import generate  # noqa: E402
from tpdu import deliver  # noqa: E402

CONTACTS, ON_CARD, IN_MODEM = 250, 40, 60
RECORDS = CONTACTS + ON_CARD + IN_MODEM


def messages():
    """100 messages that gammu survives."""
    enhanced, = [pdu for _, pdu in generate.own() if pdu[1] & 0x18 == 0x08 and pdu[1] & 3 == 1]
    out = [(stat, pdu) for stat, pdu in generate.messages()
           if pdu != enhanced and len(pdu) > 15 and (pdu[0] or pdu[1] & 3)]
    while len(out) < ON_CARD + IN_MODEM:
        out.append((generate.READ, deliver(f"+57300555{3000 + len(out)}", "Uno más, corriente",
                                           "25-11-02 08:00:00", language="es")))
    return out


def contacts():
    """250 contacts that gammu survives."""
    every = generate.contacts(2 * CONTACTS)
    return [entry for entry in every
            if not set(entry[2]) & set('"\\') and len(entry[0]) <= 20][:CONTACTS]


def lines(filled, imsi, iccid):
    """One modem."""
    records = messages() if filled else []
    out = generate.device("AW-100", "350000550000109")
    out += ["[sim]", f"imsi={imsi}", f"iccid={iccid}", "pin=1234", "puk=12345678", "pin2=4321"]
    out += generate.CLARO_NETWORK
    out += generate.memory_group("SM", ON_CARD, 1, generate.spread(records[:ON_CARD], 1, ()))
    out += generate.memory_group("ME", 100, 0, generate.spread(records[ON_CARD:], 0, ()))
    people = contacts() if filled else []
    out += generate.book_group("SM", CONTACTS, generate.spread(people, 1, ()))
    out += generate.book_group("ME", CONTACTS, [])
    # without any call list the card would be searched for one
    out += generate.book_group("DC", 10, [])
    out += ["[profiles]", "capacity=16", "[preferred-networks]", "capacity=20"]
    out += ["[selected]", "messages=ME,ME,ME", "phonebook=SM", "charset=IRA"]
    return out


def laptop_lines(filled, imsi, iccid, groups):
    """One modem with all on its card, and what else its scenario says."""
    out = generate.device("AW-M5", "350000550000703")
    out += ["[sim]", f"imsi={imsi}", f"iccid={iccid}", "pin=1234", "puk=12345678", "pin2=4321"]
    out += generate.CLARO_NETWORK
    out += generate.memory_group("SM", ON_CARD + IN_MODEM, 1,
                                 generate.spread(messages() if filled else [], 1, ()))
    out += generate.book_group("SM", CONTACTS,
                               generate.spread(contacts() if filled else [], 1, ()))
    return out + ["[profiles]", "capacity=6", "[card]", "phonebook=plain", "ext-records=20", *groups]


FULL_SIM, BLANK_SIM = ("732101555000109", "8957321000055500016"), \
    ("732101555000208", "8957321000055500024")


def write_one(path, text):
    """One file."""
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def write(folder):
    """Writes both; returns their paths."""
    return write_one(folder / "full.scenario", lines(True, *FULL_SIM)), \
        write_one(folder / "blank.scenario", lines(False, *BLANK_SIM))


def write_laptop(folder, name, groups):
    """The same for a modem with all on its card."""
    return write_one(folder / f"{name}-full.scenario", laptop_lines(True, *FULL_SIM, groups)), \
        write_one(folder / f"{name}-blank.scenario", laptop_lines(False, *BLANK_SIM, groups))


def write_many(folder, count):
    """So many full modems, each with a SIM of its own."""
    return [write_one(folder / f"full-{number}.scenario",
                      lines(True, f"7321015550{number:05}", f"89573210000555{number:05}"))
            for number in range(count)]
