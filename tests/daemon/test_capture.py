#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the helper takes from a modem, through the stock ModemManager with and without the plugin,
is what the simulated modem holds; and what it cannot take, it says."""

import json
import re
import subprocess
import tarfile
import unittest

from testbed import MM, Testbed

STORES = {"messages SM": "sms/sm", "messages ME": "sms/me", "phonebook SM": "phonebook/sm",
          "phonebook ME": "phonebook/me", "phonebook FD": "phonebook/fd",
          "phonebook ON": "phonebook/on", "phonebook EN": "phonebook/en",
          "phonebook DC": "calls/dialled", "phonebook RC": "calls/received",
          "phonebook MC": "calls/missed", "phonebook LD": "calls/last"}
STATUSES = ["unread", "read", "unsent", "sent"]


def export(bed, *args, modem=None):
    """Runs export: exit status, what it printed, and the archive's members by name."""
    path = bed.directory / "out.tar.gz"
    result = bed.run_simstow("export", "-m", modem or bed.modem(0), "-o", path, "--force", *args)
    members = {}
    if result.rc in (0, 3):
        with tarfile.open(path) as tar:
            for member in tar.getmembers():
                if member.isfile():
                    members[member.name.split("/")[1]] = tar.extractfile(member).read().decode()
    return result, members


def lines(members, name):
    """The objects of an .ndjson member."""
    return [json.loads(line) for line in members.get(name, "").splitlines()]


def problems(members, lost=None):
    """(where, text) of the archive's problems."""
    return [(item["where"], item["text"]) for item in
            json.loads(members["simstow.json"])["problems"]
            if lost is None or item.get("lost", False) == lost]


def held(sim, kind):
    """What a simulator holds: store id to its lines, `INDEX=...` left as they are."""
    stores, current = {}, None
    for line in sim.dump(kind).splitlines():
        if line.startswith("["):
            current = stores.setdefault(STORES.get(line.strip("[]"), line.strip("[]")), [])
        elif line.split("=", 1)[0].isdigit():
            current.append(line)
    return stores


def held_messages(sim):
    """(store, index, status, PDU) of each message in a simulator."""
    found = []
    for store, rows in held(sim, "messages").items():
        for row in rows:
            index, value = row.split("=", 1)
            status, pdu = value.split(",", 1)
            found.append((store, int(index), STATUSES[int(status)], pdu))
    return sorted(found)


def saved_messages(members):
    """The same, of an archive."""
    return sorted((item["store"], item["index"], item["status"], item["pdu"])
                  for item in lines(members, "messages.ndjson"))


class Whole(unittest.TestCase):
    """A modem with everything in it."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("claro-co", "movistar-co")
        cls.enterClassContext(cls.bed)

    def test_messages(self):
        """Bytes, place and status; the broken one is a remark, not a loss."""
        expected = held_messages(self.bed.sim(0))
        result, members = export(self.bed)
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertEqual(saved_messages(members), expected)
        self.assertEqual(problems(members, True), [])
        broken = [where for where, text in problems(members) if "cannot be decoded" in text]
        self.assertEqual(broken, ["sms/me"])

    def test_contacts_and_calls(self):
        """As many as the modem has, call by call."""
        _, members = export(self.bed)
        books = held(self.bed.sim(0), "phonebooks")
        contacts = sum(len(rows) for store, rows in books.items()
                       if store.startswith("phonebook/"))
        self.assertEqual(members["contacts.vcf"].count("BEGIN:VCARD"), contacts)
        calls = sorted((store, int(row.split("=")[0]), row.split("=", 1)[1].split(",")[0])
                       for store, rows in books.items() if store.startswith("calls/")
                       for row in rows)
        self.assertEqual(sorted((item["store"], item["index"], item.get("number", ""))
                                for item in lines(members, "calls.ndjson")), calls)

    def test_network(self):
        """Profiles, modes and preferred networks in ModemManager's words."""
        _, members = export(self.bed)
        network = json.loads(members["network.json"])
        self.assertEqual([item["apn"] for item in network["profiles"]],
                         ["internet.comcel.com.co", "ims", "mms.comcel.com.co"])
        self.assertEqual(sorted(network["allowed_modes"]), ["2g", "3g", "4g"])
        self.assertEqual(network["preferred_networks"][1],
                         {"operator": "732123", "access_technologies": ["umts", "lte"]})

    def test_sim_and_device(self):
        """What ModemManager tells of them."""
        _, members = export(self.bed)
        head = json.loads(members["simstow.json"])
        self.assertEqual(head["device"]["equipment_id"], "350000550000109")
        self.assertEqual(head["sim"]["iccid"], "8957321000055500016")
        self.assertEqual(head["sim"]["registered_name"], "Claro COL")
        self.assertEqual(head["sim"]["lock"], "none")

    def trace(self, *args):
        """What is written down of the modem, and the members of an archive made of that."""
        path = self.bed.directory / "modem.trace"
        result = self.bed.run_simstow("trace", "-m", self.bed.modem(0), "-o", path, "--force", *args)
        self.assertEqual(result.rc, 0, result.stderr)
        listed = self.bed.run_simstow("list", "--from-trace", path, "--json")
        self.assertEqual(listed.rc, 0, listed.stderr)
        result, members = export(self.bed, "--from-trace", path)
        self.assertEqual(result.rc, 0, result.stderr)
        return path.read_text(encoding="utf-8"), members

    def test_trace_raw(self):
        """What is played back is what the modem gave."""
        _, members = export(self.bed)
        text, played = self.trace("--raw")
        self.assertIn("350000550000109", text)
        for name in ("messages.ndjson", "contacts.vcf", "calls.ndjson"):
            self.assertEqual(played[name], members[name], name)

    def test_trace_scrubbed(self):
        """As many records, at the same places and of the same kind, and nobody's."""
        _, members = export(self.bed)
        text, played = self.trace()

        def shape(item):
            return {key: len(value) if key == "pdu" else value for key, value in item.items()
                    if key in ("store", "index", "status", "pdu", "type", "time", "alphabet", "class")}
        before, after = lines(members, "messages.ndjson"), lines(played, "messages.ndjson")
        self.assertEqual([shape(item) for item in after], [shape(item) for item in before])
        self.assertEqual(played["contacts.vcf"].count("BEGIN:VCARD"),
                         members["contacts.vcf"].count("BEGIN:VCARD"))
        self.assertEqual(len(lines(played, "calls.ndjson")), len(lines(members, "calls.ndjson")))
        secrets = {"350000550000109", "8957321000055500016"}
        secrets |= {item["pdu"] for item in before}
        secrets |= {item["text"] for item in before if len(item.get("text", "")) > 8}
        secrets |= set(re.findall(r"TEL[^:]*:\+?(\d{7,})", members["contacts.vcf"]))
        secrets |= {name.encode("utf-16-be").hex().upper()
                    for name in re.findall(r"^FN:(\w{4,})\r?$", members["contacts.vcf"], re.M)}
        self.assertGreater(len(secrets), 200)
        self.assertEqual([secret for secret in secrets if secret in text], [])

    def test_selectors(self):
        """Number, path, IMEI, device identifier, device and ICCID all find the same modem."""
        path = self.bed.modem(0)
        modem = self.bed.mmcli_json("-m", path)["modem"]["generic"]
        for selector in (path, path.rsplit("/", 1)[1], "350000550000109", "8957321000055500016",
                         modem["device-identifier"], modem["device"]):
            result = self.bed.run_simstow("list", "-m", selector, "--json")
            self.assertEqual(result.rc, 0, f"{selector}: {result.stderr}")
            self.assertEqual([item["path"] for item in json.loads(result.stdout)], [path])

    def test_selectors_refused(self):
        """None like it is 7, several to choose from is 2, and the message names them."""
        unknown = self.bed.run_simstow("list", "-m", "99")
        self.assertEqual(unknown.rc, 7)
        self.assertIn("AW-100", unknown.stderr)
        several = self.bed.run_simstow("diff", "nothing.tar.gz", "-m", "")
        self.assertNotEqual(several.rc, 0)

    def test_stores_fail(self):
        """Phonebooks that answer with errors are problems; the rest is saved."""
        self.addCleanup(self.bed.sim(0).control, "clear-faults")
        self.bed.sim(0).control("fault * +CPBR=1* cme 0")
        result, members = export(self.bed)
        self.assertEqual(result.rc, 3)
        lost = dict(problems(members, True))
        self.assertIn("(CME 0)", lost["phonebook/sm"])
        self.assertIn("calls/missed", lost)
        self.assertEqual(saved_messages(members), held_messages(self.bed.sim(0)))
        self.assertLess(members.get("contacts.vcf", "").count("BEGIN:VCARD"), 251)

    def test_busy_sim(self):
        """CME 14 is tried again, and nothing is missing."""
        self.addCleanup(self.bed.sim(0).control, "clear-faults")
        self.bed.sim(0).control("fault 1 +CPBR=* cme 14")
        result, members = export(self.bed)
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertEqual(problems(members, True), [])

    def test_several_at_once(self):
        """Two modems are saved by two programs at a time, each with its own."""
        wanted = {number: held_messages(self.bed.sim(number)) for number in (0, 1)}
        argv = [self.bed.build / "helper" / "simstow", "export", "--force"]
        paths = {number: self.bed.directory / f"both{number}.tar.gz" for number in (0, 1)}
        running = [subprocess.Popen(argv + ["-m", self.bed.modem(number), "-o", path],
                                    env=self.bed.env, stdout=subprocess.DEVNULL)
                   for number, path in paths.items()]
        self.assertEqual([process.wait(60) for process in running], [0, 0])
        for number, path in paths.items():
            with tarfile.open(path) as tar:
                name = next(name for name in tar.getnames() if name.endswith("messages.ndjson"))
                members = {"messages.ndjson": tar.extractfile(name).read().decode()}
            self.assertEqual(saved_messages(members), wanted[number])


class PlayedCard(unittest.TestCase):
    """What a card, an eUICC and a modem in MBIM mode say, written down and played back."""

    PARTS = ("messages.ndjson", "contacts.vcf", "calls.ndjson", "simfiles.ndjson", "esim.json")

    def setUp(self):
        self.bed = Testbed("usim-phonebook-full", "esim-co")
        self.enterContext(self.bed)

    def played(self, modem, *args):
        """The transcript, and the archive made of it."""
        path = self.bed.directory / "modem.trace"
        result = self.bed.run_simstow("trace", "-m", modem, "-o", path, "--force", *args)
        self.assertEqual(result.rc, 0, result.stderr)
        _, members = export(self.bed, "--simfiles", "--from-trace", path, modem=modem)
        return path.read_text(encoding="utf-8"), members

    def test_played(self):
        """Raw, the same archive; scrubbed, one of the same shape, with nobody's numbers in it."""
        for number, part in ((0, "contacts.vcf"), (1, "esim.json")):
            modem = self.bed.modem(number)
            _, members = export(self.bed, "--simfiles", modem=modem)
            self.assertIn(part, members)
            _, raw = self.played(modem, "--raw")
            text, scrubbed = self.played(modem)
            for name in self.PARTS:
                before, after = members.get(name, ""), scrubbed.get(name, "")
                self.assertEqual(raw.get(name, ""), before, name)
                mark = "BEGIN:VCARD" if name == "contacts.vcf" else "\n"
                self.assertEqual(after.count(mark), before.count(mark), name)
                self.assertEqual(after == before, name not in members or before == "", name)
            digits = {json.loads(members["simstow.json"])["sim"]["iccid"]}
            digits |= set(re.findall(r"TEL[^:]*:\+?(\d{8,})", members.get("contacts.vcf", "")))
            digits |= set(re.findall(r'"(?:iccid|eid)": *"(\d+)"', members.get("esim.json", "")))
            for one in digits:
                swapped = "".join(b + a for a, b in zip(one[::2], one[1::2]))
                self.assertNotIn(one, text)
                self.assertNotIn(swapped, text)


class Unread(unittest.TestCase):
    """A modem that ModemManager has not enabled, so that messages are still unread."""

    def test_unread(self):
        """They are saved as unread, and a single remark tells what reading did."""
        with Testbed("claro-co", enable=False) as bed:
            expected = held_messages(bed.sim(0))
            self.assertIn("unread", [status for _, _, status, _ in expected])
            _, members = export(bed)
            self.assertEqual(saved_messages(members), expected)
            remarks = [text for where, text in problems(members, False) if where == "messages"]
            self.assertEqual(len(remarks), 1)
            self.assertIn("unread", remarks[0])


class WithoutPlugin(unittest.TestCase):
    """The stock daemon alone."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("claro-co", plugin=False)
        cls.enterClassContext(cls.bed)
        cls.result, cls.members = export(cls.bed)

    def test_says_so(self):
        """What is missing is named, with what to do about it."""
        self.assertEqual(self.result.rc, 3)
        lost = dict(problems(self.members, True))
        self.assertIn("libmm-plugin-simstow.so", lost["plugin"])
        self.assertIn("rebuilt", lost["messages"])

    def test_messages_say_the_same(self):
        """Each message of one part has the original's number, time and text, but for the one in
        a national alphabet, which ModemManager takes for the default one."""
        def view(item):
            return (item.get("type"), item.get("address"), item.get("time"), item.get("text"))
        rebuilt = [view(item) for item in lines(self.members, "messages.ndjson")
                   if "concat" not in item]
        listed = self.bed.mmcli_json("-m", self.bed.modem(0), "--messaging-list-sms")
        with Testbed("claro-co") as other:
            original = [view(item) for item in lines(export(other)[1], "messages.ndjson")
                        if "concat" not in item and item.get("text") is not None]
        self.assertGreater(len(rebuilt), 50)
        self.assertGreaterEqual(len(lines(self.members, "messages.ndjson")),
                                len(listed["modem.messaging.sms"]))
        strange = [item for item in rebuilt if item[3] is not None and item not in original]
        self.assertEqual([item[1] for item in strange], ["+5511955550123"])


class Bare(unittest.TestCase):
    """Modems and daemons that are not as they should be."""

    def test_locked(self):
        """The archive says that the SIM is locked; that is no failure."""
        with Testbed("locked", enable=False) as bed:
            result, members = export(bed)
            self.assertEqual(result.rc, 3, result.stderr)
            self.assertIn("sim-pin", dict(problems(members, True))["sim"])

    def test_unplugged(self):
        """A modem that goes away in the middle ends the export, and nothing is left behind."""
        with Testbed("claro-co") as bed:
            bed.sim(0).control("fault 1 +CPMS=? delay 20000")
            target = bed.directory / "gone"
            target.mkdir()
            bed.bus.forget(MM)
            argv = [bed.build / "helper" / "simstow", "export", "-o", target]
            with subprocess.Popen(argv, env=bed.env, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True) as running:
                bed.bus.wait(lambda item: item.member == "PropertiesChanged" and
                             item.args[1].get("Busy"))
                bed.unplug(0)
                errors = running.communicate(timeout=60)[1]
            self.assertEqual(running.returncode, 7, errors)
            self.assertIn("went away", errors)
            self.assertEqual(list(target.iterdir()), [])

    def test_line_cut(self):
        """A line that is cut while ModemManager keeps the modem: the rest is a list of losses."""
        with Testbed("claro-co") as bed:
            bed.sim(0).control("fault 2 +CPBR=1* unplug")
            result, members = export(bed)
            self.assertEqual(result.rc, 3, result.stderr)
            self.assertEqual(len(lines(members, "messages.ndjson")), 100)
            self.assertIn("phonebook/me", dict(problems(members, True)))

    def test_no_daemon(self):
        """Nobody there: 7 and a clear message."""
        with Testbed("blank") as bed:
            bed.stop_daemon()
            result, _ = export(bed, modem="0")
            self.assertEqual(result.rc, 7)
            self.assertIn("ModemManager", result.stderr)


if __name__ == "__main__":
    unittest.main()
