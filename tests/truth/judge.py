# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether what simstow says is so: an archive against the simulator's own dump, and a modem that
was restored to against the archive. Each function gives a list of complaints; none is the truth.
"""

import collections
import re

import personality

STATUS = ("unread", "read", "unsent", "sent")
# where a problem may stand that speaks of all stores of a kind
GENERAL = {"sms": "sms/", "messages": "sms/", "phonebook": "phonebook/", "contacts": "phonebook/",
           "calls": "calls/"}
ALL = ("plugin", "sim", "card", "modem", "device", "stores")


def unescape(text):
    """As sim_text_unescape ()."""
    units = re.sub(r"\\(u[0-9A-F]{4}|s|\\)", lambda found: {"s": " ", "\\": "\\"}.get(
        found[1], None) or chr(int(found[1][1:], 16)), text)
    return units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def parse(dump):
    """A dump: store to a list of (index, record); a message is (status, pdu), an entry (number,
    type, name)."""
    stores = {}
    current = kind = None
    for line in dump.splitlines():
        head = re.fullmatch(r"\[(messages|phonebook) (.*)\]", line)
        if head:
            kind = head[1]
            current = stores.setdefault(personality.store_id(kind, head[2]), [])
            continue
        entry = re.fullmatch(r"(\d+)=(.*)", line)
        if not entry or current is None:
            continue
        if kind == "messages":
            current.append((int(entry[1]), (int(entry[2][0]), entry[2][2:])))
        else:
            number, ton, name = entry[2].split(",", 2)
            current.append((int(entry[1]), (number, int(ton), unescape(name))))
    stores.pop(None, None)
    return stores


def plain_number(number, ton):
    """Without the plus sign that the type says, too."""
    return number.lstrip("+"), ton == 145 or number.startswith("+")


class Records:
    """The records of an archive, store by store."""

    def __init__(self, shown):
        self.stores = collections.defaultdict(list)
        for message in shown["messages"]:
            self.stores[message["store"]].append((message["index"], (message["status"],
                                                                     message["pdu"])))
        for entry in shown["contacts"] + shown["calls"]:
            self.stores[entry["store"]].append((entry["index"], (entry["number"], entry["type"],
                                                                 entry["name"])))
        self.problems = shown["modem"].get("problems", [])
        self.listed = {store["id"]: store for store in shown["modem"].get("stores", [])}


def same_message(held, saved):
    """Whether a message was saved as it is; reading may have marked it."""
    return held[1] == saved[1] and (STATUS[held[0]] == saved[0] or
                                    {STATUS[held[0]], saved[0]} == {"unread", "read"})


def is_unsaid(self):
    """Whether the modem does not say in which of GSM and IRA its names are."""
    return any(re.match(r"\* \+CSCS[?*] ", line) for line in self.faults)


def same_entry(held, saved, self, restored=False):
    """Whether an entry was saved as it is, or restored as it was saved."""
    # with a plus sign in the number the type says nothing
    typed = held[1] == saved[1] or held[0].startswith("+") or self.quirks.get("cpbr-row") == "notype" or \
        self.front == "mbim"
    name = saved[2]
    return plain_number(*held[:2]) == plain_number(*saved[:2]) and typed and \
        (name == held[2] or restored and is_unsaid(self) and
         any(c in "@$_[]{}|~^\\`" or not c.isprintable() for c in name))


def match(held, saved, same):
    """Those of `held` that have no partner, and those of `saved`."""
    left = list(saved)
    missing = []
    # what is the same to the letter first, so that no other takes its partner
    there = [record for _, record in saved]
    held = sorted(held, key=lambda record: record[1] not in there)
    for record in held:
        partner = next((other for other in left if record[1] == other[1]), None) or \
            next((other for other in left if same(record[1], other[1])), None)
        if partner:
            left.remove(partner)
        else:
            missing.append(record)
    return missing, left


def covers(problem, store):
    """Whether a problem speaks of a store."""
    where = problem["where"]
    return where == store or store.startswith(GENERAL.get(where, "\0")) or where in ALL


def is_in(store, kinds):
    """Whether a store is one of those, or of a kind of them."""
    return any(store.startswith(kind) for kind in kinds)


def counted(problems, store, missing, total):
    """Whether they say how much is missing."""
    if len(missing) == total:
        return True
    single = {problem["index"] for problem in problems if problem["where"] == store}
    # names that the modem has no characters for are counted for the whole store
    poor = sum(int(found) for problem in problems if problem["where"] == store
               for found in re.findall(r"^characters of (\d+) name", problem["text"]))
    if len(missing) <= len(single - {0}) + poor:
        return True
    return any({str(total), str(len(missing)), str(total - len(missing))} &
               set(re.findall(r"\d+", problem["text"])) for problem in problems)


def judge_export(self, dump, status, shown):
    """Complaints, and whether all of it came."""
    held, archive, out = parse(dump), Records(shown), []
    lost = [problem for problem in archive.problems if problem["lost"]]
    whole = True
    for store in sorted(set(held) | set(archive.stores)):
        same = same_message if store.startswith("sms/") else \
            lambda one, other: same_entry(one, other, self)
        missing, extra = match(held.get(store, []), archive.stores.get(store, []), same)
        about = [problem for problem in lost if covers(problem, store)]
        liar = is_in(store, self.lies)
        if extra and not (missing and about) and not (store not in held and self.card):
            out.append(f"{store}: saved {extra[:2]}, which is not there (missing {missing[:2]})")
        if missing and not is_in(store, self.absent):
            whole = False
            if not about and not is_in(store, self.unclear) and not (liar and not extra and
                                                                      is_saved(missing, archive)):
                out.append(f"{store}: {len(missing)} of {len(held[store])} lost in silence: "
                           f"{missing[:2]}")
            elif about and not is_in(store, self.unclear) and not counted(about, store, missing, len(held[store])):
                out.append(f"{store}: {len(missing)} of {len(held[store])} lost, and not counted: "
                           f"{[problem['text'] for problem in about]}")
        if not missing and not self.hurt and not liar and not is_in(store, self.absent):
            out += [f"{store}: alarm without cause: {problem['text']}" for problem in lost
                    if problem["where"] == store]
    if whole and lost and not (self.hurt or self.lies or self.absent or self.unclear):
        out += [f"alarm without cause: {problem['where']}: {problem['text']}" for problem in lost
                if problem["where"] not in held]
    if (status == 0) != (not lost):
        out.append(f"exit {status} with {len(lost)} losses told")
    return out, whole


def is_saved(missing, archive):
    """Whether they are kept raw, at least."""
    return not missing or len(archive.problems) < 0


def told_steps(report):
    """The records that a restore says are not there as they were saved: store and index."""
    return {(step["from"]["store"], step["from"]["index"]) for step in report["steps"]
            if "from" in step and (step["action"] == "refuse" or step.get("fault") or
                                   step.get("fate", "done") != "done")}


def kind_of(store):
    """The kind of a store, as a restore's report has it."""
    return {"sms": "messages", "phonebook": "contacts"}.get(store.split("/")[0], "calls")


def judge_restore(self, shown, before, after, status, report):
    """Complaints about a restore."""
    archive, was, now, out = Records(shown), parse(before), parse(after), []
    told = told_steps(report)
    lost = 0
    for kind in ("messages", "contacts", "calls"):
        wanted = [((store, index), record) for store, records in archive.stores.items()
                  if kind_of(store) == kind for index, record in records]
        there = [record for store, records in now.items() if kind_of(store) == kind
                 for record in records]
        wanted.sort(key=lambda record: record[0] in told)
        if kind == "messages":
            there = [(index, (STATUS[stat], pdu)) for index, (stat, pdu) in there]
            missing, _ = match(wanted, there, lambda one, other: one[1] == other[1] and (
                one[0] == other[0] or {one[0], other[0]} == {"unread", "read"}))
        else:
            missing, _ = match(wanted, there, lambda one, other: same_entry(other, one, self, True))
        lost += len(missing)
        # of two that are alike the one that was refused is the one that is missing
        silent = [record for record in missing if record[0] not in told]
        if silent:
            out.append(f"restore: {len(missing)} {kind} of {len(wanted)} are not there as saved, "
                       f"{len(silent)} in silence: {silent[:2]}")
    for store, records in was.items():
        gone, _ = match(records, now.get(store, []), lambda one, other: one == other)
        if gone and not store.startswith("sms/"):
            out.append(f"restore: {store}: erased {gone[:2]}")
    if status not in (0, 3):
        out.append(f"restore: exit {status}")
    if status == 0 and lost:
        out.append(f"restore: exit 0 with {lost} records not there as saved")
    if status == 3 and not lost and not told and report["state"] != "incomplete":
        out.append("restore: exit 3, and nothing told")
    return out
