# SPDX-License-Identifier: GPL-2.0-or-later
"""Modem personalities: what one holds, drawn from a seed, and the knobs that make it odd.

A personality is a scenario of the simulated modem (tests/sim/sim-scenario.h) with a few of the
knobs of KNOBS: quirks (tests/sim/sim-quirks.h), faults (tests/sim/sim-knobs.h), a card of an odd
shape. The same seed and number give the same personality, contents included.
"""

import collections
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "data" / "scenarios"))
import generate  # noqa: E402
import tpdu  # noqa: E402

NAMES = ["Ana", "Bob Marley", "Begoña Ñandú", "Zoë", "@ home", "Dijo \"ya\"", "a\\b, c; d", "50€",
         "Оксана", "山田太郎", "Mamá ❤️", "😀😃", "", "x" * 14, "Última línea", "{[~]}|^", "fin ",
         " vuelta", "ÆØÅ æøå", "ß§¿¡", "10,5", "\u0007timbre", "a;b", "OK", "ERROR", "+CPBR: 1"]
NUMBERS = ["+5730055500{:02}", "30055500{:02}", "*6{:02}#", "#1{:02}#", "+120255501{:02}",
           "1{:02}", "601555010{:02}p4", "+4466612345678901{:02}"]
TEXTS = ["Hola", "Tu código es 48{}", "€ {{}} [] ~", "ñ" * 70, "x" * 160, "OK", "Да, {}", "😀 {}",
         "línea\nnueva {}", "", "ERROR", "+CMGL: 1"]
CALLS = ("DC", "RC", "MC", "LD")
IDS = {"DC": "calls/dialled", "RC": "calls/received", "MC": "calls/missed", "LD": "calls/last"}


def store_id(kind, name):
    """What simstow calls a store of the simulator."""
    if kind == "messages":
        return f"sms/{name.lower()}"
    return IDS.get(name, f"phonebook/{name.lower()}")


class Book:
    """A phonebook."""

    def __init__(self, capacity, people=(), access="read-write", name_length=24):
        self.capacity, self.people, self.access = capacity, list(people), access
        self.name_length, self.first, self.number_length = name_length, 1, 40


class Personality:
    """One modem. `lies`: stores, or kinds of them, of which the modem says what is not so, where
    an alarm has a cause; `hurt`: whether something cannot be read, so that an alarm has a cause
    even where nothing is lost; `absent`: those that it says it does not have; `unclear`: those of
    which an answer may mean either; `late`: lines of its control socket for after it was
    enabled."""

    def __init__(self, seed, number, front):
        self.seed, self.number, self.front = seed, number, front
        self.rng = random.Random(f"{seed}:{number}")
        self.knobs = []
        self.quirks, self.faults, self.late = {}, [], []
        self.card, self.mbim = {}, {}
        self.charsets = "IRA,GSM,UCS2"
        self.lies, self.absent, self.unclear = set(), set(), set()
        self.slow = self.hurt = False
        self.alters = self.view = False
        self.selected = []
        self.draw()

    def draw(self):
        """What it holds."""
        rng = self.rng
        self.memories = {"SM": [rng.choice((8, 10, 20, 30)), rng.choice((0, 1, 1))]}
        self.books = {"SM": Book(rng.choice((10, 20, 50)))}
        if self.front == "at" and rng.random() < 0.6:
            self.memories["ME"] = [rng.choice((5, 25)), rng.choice((0, 1))]
        if self.front == "at" and rng.random() < 0.5:
            self.books["ME"] = Book(20)
            self.books["FD"] = Book(5, access="pin2", name_length=16)
        if self.front == "at" and rng.random() < 0.6:
            for name in CALLS:
                self.books[name] = Book(5, access=rng.choice(("read", "read-write")))
        if self.front == "mbim" or rng.random() < 0.3:
            self.card = {"phonebook": rng.choice(("plain", "plain", "local", "global")),
                         "ext-records": "10"}
            self.memories["SM"][1] = 1
        if self.front == "mbim":
            self.mbim = {"messages": "SM", "phonebook": "SM",
                         "low-level": rng.choice(("full", "none", "none", "apdu"))}

    def fill(self):
        """Contents, once the knobs have shaped the stores."""
        rng = self.rng
        self.contents = {}
        for name, (capacity, first) in self.memories.items():
            count = rng.choice((0, 1, 3, 6, capacity))
            places = sorted(rng.sample(range(first, first + capacity), min(count, capacity)))
            self.contents[name] = [(place, self.message(i)) for i, place in enumerate(places)]
        for name, book in self.books.items():
            count = rng.choice((0, 1, 4, 8, book.capacity if book.capacity < 60 else 8))
            places = sorted(rng.sample(range(book.first, book.first + book.capacity),
                                       min(count, book.capacity)))
            if name in CALLS:
                places = list(range(book.first, book.first + len(places)))
            book.people = [(place, self.entry(book, i)) for i, place in enumerate(places)]

    def message(self, i):
        """A status and a TPDU."""
        rng = self.rng
        text = rng.choice(TEXTS).format(i)
        plain = all(c in tpdu.DEFAULT or c in tpdu.EXTENSION for c in text)
        body, dcs = (text, 0) if plain else (tpdu.ucs2(text), 8)
        when = f"26-0{rng.randint(1, 9)}-{rng.randint(10, 28)} 0{i % 10}:1{i % 10}:30"
        if rng.random() < 0.3:
            return rng.choice((2, 3)), tpdu.submit(f"+57300555{i:04}", body, dcs=dcs, reference=i)
        return rng.choice((0, 1, 1, 1)), tpdu.deliver(
            rng.choice(("Nequi", "+573005550100", "85555")), body, when, dcs=dcs)

    def entry(self, book, i):
        """A number, its type, a name."""
        rng = self.rng
        number = rng.choice(NUMBERS).format(i % 100)
        name = f"{rng.choice(NAMES)}"
        if rng.random() < 0.6:
            name = f"{generate.FIRST[(i * 7 + rng.randint(0, 9)) % 20]} {i}"
        while places(name) > book.name_length:
            name = name[:-1]
        return number[:book.number_length], 145 if number.startswith("+") else 129, name

    def scenario(self, filled):
        """Its text; without `filled` the blank modem of the same make."""
        tail = self.number % 1000000 * 2 + (1 if filled else 0)
        lines = generate.device("AW-T1", f"35{tail:012}0", self.charsets)
        lines += ["[sim]", f"imsi=73210155{tail:07}", f"iccid=895732100{tail:010}", "pin=1234",
                  "puk=12345678", "pin2=4321"] + generate.CLARO_NETWORK
        for name, (capacity, first) in self.memories.items():
            lines += generate.memory_group(name, capacity, first,
                                           self.contents[name] if filled else [])
        if self.view:
            lines += ["[messages MT]", f"members={','.join(self.memories)}", "first=0"]
        for name, book in self.books.items():
            lines += generate.book_group(name, book.capacity, book.people if filled else [],
                                         book.access, book.first, length=book.name_length)
            place = next(i for i in range(len(lines) - 1, 0, -1)
                         if lines[i].startswith("number-length="))
            lines[place] = f"number-length={book.number_length}"
            lines = [controls(line) for line in lines]
        lines += ["[profiles]", "capacity=2"]
        if self.card:
            lines += ["[card]"] + [f"{key}={value}" for key, value in self.card.items()]
        if self.mbim:
            lines += ["[mbim]"] + [f"{key}={value}" for key, value in self.mbim.items()]
        if self.quirks:
            lines += ["[quirks]"] + [f"{key}={value}" for key, value in self.quirks.items()]
        if self.faults:
            lines += ["[knobs]"] + [f"fault{i}={line}" for i, line in enumerate(self.faults)]
        if self.selected:
            lines += ["[selected]"] + self.selected
        return "\n".join(lines) + "\n"

    def describe(self):
        """One line."""
        return " ".join([self.front, " + ".join(self.knobs)]).strip()


def controls(line):
    """Control characters as a scenario has them."""
    return "".join(f"\\u{ord(c):04X}" if ord(c) < 32 else c for c in line)


def places(text):
    """Septets of a name, or UTF-16 units when the alphabet lacks one of them."""
    if all(c in tpdu.DEFAULT or c in tpdu.EXTENSION for c in text):
        return len(tpdu.septets(text))
    return len(text.encode("utf-16-be")) // 2


# knobs: each changes a personality

Knob = collections.namedtuple("Knob", "name front family turn needs")
KNOBS = {}


def add(name, front, turn, family=None, needs=None):
    """A row of KNOBS. `family`: of two of one a personality has at most one."""
    KNOBS[name] = Knob(name, front, family or name.split("=")[0], turn, needs)


def quirk(name, value, front="at", lies=(), absent=(), unclear=(), alters=False, needs=None,
          hurts=False):
    """A knob that is a quirk; `hurts`: whether something cannot be asked for, or read."""
    def turn(self):
        self.quirks[name] = value
        self.hurt |= hurts
        self.lies |= set(lies)
        self.absent |= set(absent)
        self.unclear |= set(unclear)
        self.alters |= alters
    add(f"{name}={value}", front, turn, needs=needs)


def fault(label, line, front="at", absent=(), unclear=(), late=False, slow=False, needs=None,
          family=None, hurts=True):
    """A knob that is a fault; `hurts`: whether there is no other way."""
    def turn(self):
        self.hurt |= hurts
        if late or slow:
            self.late.append(f"fault {line}")
        else:
            self.faults.append(line)
        self.absent |= set(absent)
        self.unclear |= set(unclear)
        self.slow |= slow
    add(label, front, turn, family or label.split(":")[0], needs)


def low(self):
    """MBIM's own services: no way to the card."""
    self.mbim["low-level"] = "none"


def no_card(self):
    """AT alone."""
    self.card = {}


def make_line_knobs():
    """Lines of several commands, refused or done by half."""
    for code in ("error", "cms 302", "cms 304", "cme 3", "cme 4", "cme 21", "cme 100", "cme 50"):
        quirk("joined", code)
    for code in ("2 error", "3 cme 3", "2 cms 302"):
        quirk("joined-most", code)
    # +CCHO with the identifier of the ISD-R has 42 characters: what it names is out of reach then
    for code in ("40 error", "20 cme 100"):
        quirk("line-most", code, hurts=True)
    quirk("line-most", "60 cme 3")
    for code in ("cms 302", "error", "cms 500"):
        quirk("sms-standalone", code)
    for code in ("1 ok", "2 ok", "1 error", "2 cme 3", "3 cms 302", "1 cme 100"):
        quirk("joined-half", code)
    for place in ("1", "2", "3"):
        quirk("joined-mute", place)


def make_answer_knobs():
    """Each form of an answer."""
    for form in ("bare", "one", "two", "triple", "unquoted", "spaces", "tight"):
        quirk("cpms-list", form)
    quirk("cpms-list", "empty", absent=["sms/"])
    for form in ("nocounts", "nototal", "unquoted", "first", "spaces", "tight"):
        quirk("cpms-read", form)
    for form in ("high", "zero"):
        quirk("cpms-read", form, lies=["sms/"])
        quirk("cpms-set", form, lies=["sms/"])
        quirk("cpbs-read", form, lies=["phonebook/", "calls/"])
    for form in ("none", "names", "nocounts", "spaces", "tight"):
        quirk("cpms-set", form)
    for form in ("bare", "unquoted", "spaces", "tight"):
        quirk("cpbs-list", form)
        quirk("cscs-list", form)
    quirk("cpbs-list", "empty", absent=["phonebook/", "calls/"])
    for form in ("nocounts", "nototal", "unquoted", "spaces", "tight"):
        quirk("cpbs-read", form)
    for form in ("bare", "comma", "nolengths", "list", "spaces", "tight", "emptylengths"):
        quirk("cpbr-range", form)
    quirk("cpbr-range", "high", lies=["phonebook/", "calls/"])
    for form in ("notype", "noname", "lower", "trail", "date", "spaces", "tight", "once"):
        quirk("cpbr-row", form)
    quirk("cpbr-row", "unquoted", lies=["phonebook/", "calls/"])
    for form in ("lower", "alpha", "name", "noalpha", "trail", "spaces", "tight"):
        quirk("cmgl-row", form)
    quirk("cmgl-row", "length", lies=["sms/"])
    for rows in ("1", "3"):
        quirk("cpbr-rows", rows, lies=["phonebook/", "calls/"])
        quirk("cmgl-rows", rows)
    for code in ("1 cme 21", "1 error", "5 cme 21", "7 cme 50", "4 cme 3"):
        quirk("cpbr-most", code)
    for code in ("cme 22", "cme 21", "error", "cme 3"):
        quirk("cpbr-empty", code)
    for code in ("ok", "zero", "error", "cms 500"):
        quirk("cmgr-empty", code)
    for code in ("ok", "error", "cms 321", "cme 22", "cms 500"):
        quirk("cmgl-empty", code)
    quirk("cmgl-skip", "1")
    quirk("cmgl-skip", "2")
    for kind in ("129", "none"):
        quirk("blank-rows", kind)
    quirk("cpms-args", "1")
    quirk("cpms-ignored", "true", hurts=True)
    # the daemon's lock of the memories names one of the three
    quirk("cpms-args", "3", lies=["sms/"])
    for text in ("1 +CREG: 1,\"2F1A\",\"0042C1D3\"", "1 RING", "1 ^RSSI: 17", "2 ^RSSI: 17",
                 "2 +CREG: 1", "3 RING", "1 ^BOOT: 1234,0,0,0,75", "1 _OSIGQ: 3,0", "2 PB DONE",
                 "1 +CIEV: 2,3", "1 SMS DONE", "2 *EMRDY: 1"):
        quirk("notice", text)
    for text in ("1 +CREG: 1,\"2F1A\",\"0042C1D3\"", "1 ^RSSI: 17", "2 +CGREG: 1", "3 +CIEV: 2,3"):
        quirk("notice-bare", text)
    for form in ("blank", "space"):
        quirk("crlf", form)
    for form in ("none", "code", "text", "tight", "spaces"):
        quirk("cmee", form)
    quirk("error-text", "COMMAND NOT SUPPORT")
    quirk("echo", "true")
    for which in ("all", "controls", "nul", "quotes"):
        quirk("names-raw", which, lies=["phonebook/", "calls/"])
    for unit in ("FFFF", "0000"):
        quirk("names-pad", unit)
    quirk("names-ucs2", "true")
    quirk("cscs-ignored", "true")
    quirk("ucs2-strings", "true")
    quirk("names-latin", "true", lies=["phonebook/", "calls/"])


def make_refusal_knobs():
    """Commands that are refused."""
    books = ["phonebook/", "calls/"]
    for code in ("error", "cms 302", "cms 500", "cme 3"):
        fault(f"no-cpms-list:{code}", f"* +CPMS=? {code}", needs=no_card)
        fault(f"no-cmgl:{code}", f"* +CMGL=* {code}", hurts=False)
        fault(f"no-cmgr:{code}", f"* +CMGR=* {code}", hurts=False)
    fault("no-cmgl:cms 303", "* +CMGL=* cms 303", unclear=["sms/"])

    def no_reading(self):
        self.faults += ["* +CMGL=* cms 303", "* +CMGR=* cms 303"]
        self.unclear |= {"sms/"}
    add("no-cmgl-no-cmgr", "at", no_reading)
    fault("no-cpms-list:cms 303", "* +CPMS=? cms 303", unclear=["sms/"])
    for code in ("error", "cme 3", "cme 100"):
        fault(f"no-cpms-read:{code}", f"* +CPMS? {code}", hurts=False)
        fault(f"no-cpbs-list:{code}", f"* +CPBS=? {code}")
        # what was selected cannot be put back then, and is left alone
        fault(f"no-cpbs-read:{code}", f"* +CPBS? {code}")
        fault(f"no-cpbs-set:{code}", f'* +CPBS="* {code}')
        fault(f"no-cpbr-range:{code}", f"* +CPBR=? {code}", hurts=False)
        fault(f"no-cpbr:{code}", f"* +CPBR=*,* {code}")
        fault(f"no-cpbw-range:{code}", f"* +CPBW=? {code}", hurts=False)
        fault(f"no-cscs-list:{code}", f"* +CSCS=? {code}", hurts=False)
        fault(f"no-cscs-set:{code}", f"* +CSCS=\"* {code}")
        fault(f"no-cscs-read:{code}", f"* +CSCS? {code}")
        fault(f"no-cscs:{code}", f"* +CSCS* {code}")
        fault(f"no-cmgf-read:{code}", f"* +CMGF? {code}", hurts=False)
        fault(f"no-cmgl-range:{code}", f"* +CMGL=? {code}", hurts=False)
    fault("no-cpbs-list:cme 4", "* +CPBS=? cme 4", unclear=books)
    fault("no-cpbs-set:cme 4", '* +CPBS="* cme 4', unclear=books)
    fault("no-cpbs-sm", '* +CPBS="SM" cme 14')
    fault("no-cpbs-me", '* +CPBS="ME" cme 3')
    for code in ("cme 17", "cme 18", "cme 3"):
        fault(f"no-cpbs-fd:{code}", f'* +CPBS="FD" {code}')
    for command in ("+CPMS=?", "+CPMS?", "+CPBS=?", "+CPBS?", "+CPBR=?", "+CSCS=?", "+CSCS?"):
        fault(f"mute:{command}", f"* {command} reply \\r\\nOK\\r\\n")
    # names in another set would lack characters
    fault("no-cscs-ucs2", '* +CSCS="UCS2" error')
    fault("no-cscs-ucs2:cme", '* +CSCS="UCS2" cme 50')
    fault("no-cmgr-one", "2 +CMGR=* cms 500")
    fault("no-cmgl-once", "1 +CMGL=4 cms 500", late=True)
    fault("no-cpms-list-once", "1 +CPMS=? cms 314", late=True)
    fault("no-cpbs-list-once", "1 +CPBS=? cme 14", late=True)
    fault("no-cpbs-set-once", '1 +CPBS="SM" cme 14', late=True)
    fault("no-cpbr-once", "1 +CPBR=* cme 14", late=True)
    fault("no-cpbr-once-100", "1 +CPBR=* cme 100", late=True)
    fault("cut-cpbr", "1 +CPBR=*,* truncate 60", late=True, slow=True)
    fault("cut-cmgl", "1 +CMGL=* truncate 90", late=True, slow=True)
    fault("cpbr-garbage", "1 +CPBR=*,* garbage 40", late=True, slow=True)
    for family, glob in (("cpms-list", "+CPMS=?"), ("cpbs-list", "+CPBS=?"), ("cmgl", "+CMGL=*"),
                         ("cpbr", "+CPBR=*"), ("cpbs", "+CPBS*"), ("cscs", "+CSCS*"),
                         ("crsm", "+CRSM*")):
        fault(f"silent-{family}", f"* {glob} silence", slow=True)
        fault(f"silent-once-{family}", f"1 {glob} silence", slow=True)
    for glob in ("+CPBR=*", "+CMGL=*", "+CPBS*"):
        fault(f"late-{glob[1:5].lower()}", f"* {glob} delay 150", late=True)


def make_time_knobs():
    """The SIM is busy."""
    for time in ("1500", "4000"):
        for code in ("", "cme 14", "cme 515", "cms 314"):
            def turn(self, time=time, code=code):
                if code:
                    self.quirks["busy-code"] = code
                self.late.append(f"quirk busy {time}")
            add(f"busy={time} {code}".strip(), "at", turn, "busy")
    for time in ("1500", "4000"):
        for status in ("1", "14"):
            def turn_mbim(self, time=time, status=status):
                self.quirks["busy-code"] = f"cme {status}"
                self.late.append(f"quirk busy {time}")
            add(f"mbim-busy={time} {status}", "mbim", turn_mbim, "busy")


def make_shape_knobs():
    """Odd sizes and alphabets."""
    def shape(name, front, turn, family=None, needs=None):
        add(name, front, turn, family, needs)

    for sets in ("GSM", "IRA", "GSM,IRA", "UCS2", "UTF-8,IRA", "GSM,UCS2"):
        shape(f"charsets={sets}", "at", lambda self, sets=sets: setattr(self, "charsets", sets))

    def books(key, value):
        def turn(self):
            for book in self.books.values():
                setattr(book, key, value)
        return turn
    shape("books-from-0", "at", lambda self: (no_card(self), books("first", 0)(self)))
    shape("books-from-100", "at", lambda self: (no_card(self), books("first", 100)(self)))
    shape("books-of-1", "at", lambda self: (no_card(self), books("capacity", 1)(self)))
    shape("books-of-254", "both", lambda self: setattr(self.books["SM"], "capacity", 254))
    shape("books-of-300", "at", lambda self: (no_card(self),
                                              setattr(self.books["SM"], "capacity", 300)))
    shape("books-of-0", "at", lambda self: (no_card(self), books("capacity", 0)(self)))
    shape("memories-of-0", "at", lambda self: (no_card(self), self.memories.update(SM=[0, 1])))
    shape("memories-of-1", "both", lambda self: self.memories.update(SM=[1, 1]))
    shape("memories-of-255", "at", lambda self: (no_card(self),
                                                 self.memories.update(SM=[255, 0])))
    for length in (8, 14, 30, 60):
        shape(f"name-length={length}", "both", books("name_length", length))
    for length in (12, 20):
        shape(f"number-length={length}", "both", books("number_length", length))
    shape("no-messages", "at", lambda self: (no_card(self), self.memories.clear()))
    shape("no-books", "at", lambda self: (no_card(self), self.books.clear()))
    shape("memory-sr", "at", lambda self: self.memories.update(SR=[5, 1]))
    shape("memory-bm", "at", lambda self: self.memories.update(BM=[5, 1]))
    shape("memory-mt", "at", lambda self: setattr(self, "view", True))
    shape("book-mt", "at", lambda self: (self.books.clear(), no_card(self),
                                         self.books.update(MT=Book(20))))
    shape("book-on", "at", lambda self: self.books.update(ON=Book(3, name_length=16)))
    shape("book-sd", "at", lambda self: self.books.update(SD=Book(3, access="read")))


def make_write_knobs():
    """What becomes of what is written."""
    both = "both"
    for name, value in (("name-cut", "10"), ("name-cut", "4"), ("number-cut", "8"),
                        ("name-upper", "true"), ("type-altered", "129"), ("type-altered", "145"),
                        ("stat-ignored", "1"), ("stat-ignored", "2"), ("write-lost", "3"),
                        ("write-lost", "1")):
        quirk(name, value, both, alters=True)
    quirk("cmgw-index", "none")
    quirk("cpbw-place", "cme 50")

    def received(self):
        self.faults.append("* +CMGW=*,1 cms 302")
    add("cmgw-received", "at", received)
    fault("no-cmgw", "* +CMGW=* error")
    fault("no-cpbw", "* +CPBW=*,* cme 3")
    fault("cpbw-one-refused", "2 +CPBW=*,* cme 24", late=True)


def make_mbim_knobs():
    """MBIM's services."""
    for service, label in (("sms", "sms"), ("phonebook", "phonebook")):
        for cid in ("configuration", "read"):
            for status in ("1", "2", "14", "29", "9"):
                fault(f"mbim-{label}-{cid}:{status}", f"* mbim?{service}-{cid} cms {status}",
                      "mbim", late=True, needs=low,
                      unclear=[f"{service}/"] if status == "9" else [])
                fault(f"mbim-{label}-{cid}-once:{status}", f"1 mbim?{service}-{cid} cms {status}",
                      "mbim", late=True, needs=low, family=f"mbim-{label}-{cid}")
            fault(f"mbim-{label}-{cid}:silence", f"* mbim?{service}-{cid} silence", "mbim",
                  slow=True, needs=low)
            fault(f"mbim-{label}-{cid}:cut", f"1 mbim?{service}-{cid} truncate 30", "mbim",
                  late=True, needs=low)
            fault(f"mbim-{label}-{cid}:garbage", f"1 mbim?{service}-{cid} garbage 64", "mbim",
                  late=True, needs=low)
        quirk(f"{service}-all", "cme 2", "mbim", needs=low)
        quirk(f"{service}-all", "cme 21", "mbim", needs=low)
        quirk(f"{service}-all", "cme 28", "mbim", needs=low)
        quirk(f"{service}-bad", "1", "mbim", needs=low)
        quirk(f"{service}-bad", "2", "mbim", needs=low)
        # nothing else tells how many messages there are
        for rows in ("1", "3"):
            quirk(f"{service}-rows", rows, "mbim", needs=low,
                  unclear=["sms/"] if service == "sms" else [])
    quirk("sms-format", "cdma", "mbim", needs=low)
    quirk("sms-format", "configuration", "mbim", needs=low)
    for capacity in ("0", "1"):
        quirk("sms-capacity", capacity, "mbim", lies=["sms/"], needs=low)
    for used in ("high", "zero"):
        quirk("phonebook-used", used, "mbim", lies=["phonebook/"], needs=low)

    def mbim(key, value, absent=(), then=None):
        def turn(self):
            self.mbim[key] = value
            if self.mbim["low-level"] == "none":
                self.absent |= set(absent)
        add(f"mbim-{key}={value}", "mbim", turn, needs=then)
    mbim("messages", "none", ["sms/"])
    mbim("phonebook", "none", ["phonebook/", "calls/"])
    for size in ("64", "512"):
        mbim("fragment", size)
    mbim("extensions", "false")
    mbim("read-marks", "false")
    for level in ("none", "apdu", "full"):
        mbim("low-level", level)
    for name in ("open-channel", "apdu", "file-status", "read-record", "read-binary",
                 "application-list"):
        for status in ("2", "28"):
            fault(f"mbim-{name}:{status}", f"* mbim?uicc-{name} cms {status}", "mbim", late=True)
    fault("mbim-read-record-once", "3 mbim?uicc-read-record cms 2", "mbim", late=True)
    fault("mbim-apdu-once", "9 mbim?uicc-apdu cms 2", "mbim", late=True)


def make_card_knobs():
    """Cards of odd shapes, and what of them is refused."""
    def to_card(self):
        """All of it by way of the card."""
        if self.front == "mbim":
            self.mbim["low-level"] = self.rng.choice(("full", "apdu"))
        else:
            self.card = self.card or {"phonebook": "plain", "ext-records": "10"}
            self.faults += ["* +CPBS* error", "* +CPMS* error"]
            self.memories = {"SM": [self.memories["SM"][0], 1]}
            self.books = {"SM": self.books["SM"]}

    def card(name, value, front="both", absent=()):
        def turn(self):
            self.card[name] = value
            self.absent |= set(absent)
        add(f"card-{name.replace('/', '.')}={value}", front, turn, needs=to_card)

    for kind in ("plain", "local", "global"):
        card("phonebook", kind)
    # no more than a record of a call list, which has 14 bytes more, can be
    for width in ("14", "16", "200", "226"):
        def wide(self, width=width):
            self.card["name-bytes"] = width
            for book in self.books.values():
                book.name_length = min((int(width) - 1) // 2, 24)
        add(f"card-name-bytes={width}", "both", wide, needs=to_card)
    card("ext-records", "1")
    card("channels", "1")
    def no_channel(self):
        self.card["channels"] = "0"
        self.hurt = True
    add("card-channels=0", "both", no_channel, needs=to_card)
    card("response-block", "32")
    card("whole-answer", "true")
    for searching in ("none", "empty", "all", "last", "wild"):
        card("search", searching)
    card("interindustry-response", "true")
    for quirks in ("no-cgla,no-csim", "no-crsm,no-cgla", "no-crsm,no-csim", "no-test",
                   "no-crsm,bare-handle", "no-crsm,hex-handle,plain-cgla", "no-crsm,no-close",
                   "no-cgla,basic-csim", "no-crsm,no-csim,collect"):
        card("quirks", quirks, "at")
    for word in ("6A82", "6982", "6F00", "9300", "6581"):
        def refused(self, word=word):
            self.card["phonebook"] = "plain"
            self.card["3F00/7F10/6F3A"] = f"!{word}"
            self.hurt = True
            self.unclear |= {"phonebook/"} if word == "6A82" else set()
        add(f"card-adn:{word}", "both", refused, needs=to_card)

        def no_messages(self, word=word):
            self.card["3F00/7FFF/6F3C"] = f"!{word}"
            self.hurt = True
            self.unclear |= {"sms/"} if word == "6A82" else set()
        add(f"card-sms:{word}", "both", no_messages, needs=to_card)

        def no_pbr(self, word=word):
            self.card["phonebook"] = "local"
            self.card["3F00/7FFF/5F3A/4F30"] = f"!{word}"
            self.hurt = True
            self.unclear |= {"phonebook/"} if word == "6A82" else set()
        add(f"card-pbr:{word}", "both", no_pbr, needs=to_card)
    for word in ("6A82", "6F00"):
        def no_ext(self, word=word):
            self.card["phonebook"] = "plain"
            self.card["3F00/7F10/6F4A"] = f"!{word}"
            self.hurt = True
        add(f"card-ext1:{word}", "both", no_ext, needs=to_card)

    def empty_pbr(self):
        self.hurt = True
        self.card["phonebook"] = "local"
        self.card["3F00/7FFF/5F3A/4F30#1"] = "FF" * 80
        self.unclear |= {"phonebook/"}
    add("card-pbr-empty", "both", empty_pbr, needs=to_card)

    def two_sets(self):
        self.card.update({"phonebook": "local", "sets": "2"})
        self.books["SM"].capacity = 20
    add("card-sets=2", "both", two_sets, needs=to_card)
    for nth in ("5", "12", "25"):
        for word in ("6F00", "9300", "silence"):
            def broken(self, nth=nth, word=word):
                self.hurt = True
                self.late.append(f"card-set card fault {nth} {word}")
                self.slow |= word == "silence"
            add(f"card-fault={nth} {word}", "both", broken, needs=to_card)


make_line_knobs()
make_answer_knobs()
make_refusal_knobs()
make_time_knobs()
make_shape_knobs()
make_write_knobs()
make_mbim_knobs()
make_card_knobs()


def fits(chosen, item):
    """Whether a knob goes with those: no two of one family, no card where there is
    none, one kind of phonebook on it; no record that is not listed where nothing counts it."""
    alone = ("books-", "memories-", "no-messages", "no-books", "book-", "memory-", "no-cpms-list")
    kinds = ("card-phonebook", "card-adn", "card-ext1", "card-pbr", "card-sets")
    if sum(other.name.startswith(kinds) for other in chosen + [item]) > 1:
        return False
    for hidden, uncounted in ((("cmgl-rows", "cmgl-skip"),
                               ("mute:+CPMS?", "no-cpms-read", "cpms-read=no",
                                "cpms-read=zero")),
                              (("phonebook-rows",), ("mbim-phonebook-configuration:",))):
        if all(any(other.name.startswith(names) for other in chosen + [item])
               for names in (hidden, uncounted)):
            return False
    cards = [other.name.startswith("card-") for other in chosen + [item]]
    bare = [other.name.startswith(alone) for other in chosen + [item]]
    return item.family not in [other.family for other in chosen] and not (any(cards) and any(bare))


def fitting(front):
    """The knobs of a front, in their order."""
    return [knob for knob in KNOBS.values() if knob.front in (front, "both")]


def parse(text):
    """A front and knobs, as Personality.describe () has them."""
    front, _, knobs = text.partition(" ")
    return front, [KNOBS[name] for name in knobs.split(" + ") if name]


def make(seed, number, text=None):
    """Personality `number` of a seed: first each knob by itself, then one to four at a time; or
    with the front and the knobs that `text` says."""
    single = [(front, item) for front in ("at", "mbim") for item in fitting(front)]
    rng = random.Random(f"knobs {seed}:{number}")
    if text:
        front, chosen = parse(text)
    elif number < len(single):
        order = list(range(len(single)))
        random.Random(f"order {seed}").shuffle(order)
        front, item = single[order[number]]
        chosen = [item]
    else:
        front = rng.choice(("at", "at", "mbim"))
        chosen = []
        for item in rng.sample(fitting(front), 12):
            if len(chosen) < rng.randint(2, 4) and fits(chosen, item):
                chosen.append(item)
    self = Personality(seed, number, front)
    for item in chosen:
        if item.needs:
            item.needs(self)
    for item in chosen:
        item.turn(self)
        self.knobs.append(item.name)
    self.fill()
    return self
