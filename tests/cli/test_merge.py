# SPDX-License-Identifier: GPL-2.0-or-later
"""merge: what it keeps, what it refuses, and what it leaves alone."""

import io
import json
import random
import re
import subprocess
import tarfile
import unittest

import archives
import command

OLD = "2023-01-01T10:00:00Z"
NEW = "2024-01-01T10:00:00Z"


def card(index, name):
    """A card of contacts.vcf with no more than has to be there."""
    return (f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nX-SIMSTOW-STORE:phonebook/sm\r\n"
            f"X-SIMSTOW-INDEX:{index}\r\nX-NEW:{name}\r\nEND:VCARD\r\n").encode()


def capture(when, texts, **more):
    """An archive of received messages, captured at a time."""
    lines = [archives.message(place + 1, archives.deliver_text("573001112233", text))
             for place, text in enumerate(texts)]
    return archives.archive(messages=lines, captured=when, **more)


EIDS = ("89049032005120007320000000000170", "89049032005120007320000000000188")
CLARO, TIGO = "8957101210000000014", "89571030000000000025"
PROFILES = {CLARO: "BF2D24A022E3205A0A987501210100000010F49F700101900754726162616A6FB7058003371201",
            TIGO: "BF2D24A022E3205A0A987501030000000000529F7001009007546967" "6F436F6CB7058003371201"}


def esim(eid, iccid=CLARO, codes=(), **more):
    """An eUICC with one profile."""
    answers = [{"name": "eid", "raw": f"BF3E125A10{eid}"},
               {"name": "profiles", "raw": PROFILES[iccid]}]
    return {"eid": eid, "profiles": [{"iccid": iccid}],
            **({"activation_codes": list(codes)} if codes else {}), "answers": answers, **more}


def code(name, iccid=None, **more):
    """An activation code."""
    return {**({"iccid": iccid} if iccid else {}), "code": f"LPA:1$rsp.example.com${name}",
            "added": "2023-05-01T00:00:00Z", **more}


class Merge(command.CommandTest):
    """simstow merge."""

    def merge_two(self, *args, status=0):
        """Merges an older and a newer archive."""
        self.write("a", capture(OLD, ["uno", "dos"], contacts=card(1, "Ana")))
        self.write("b", capture(NEW, ["dos", "tres"], contacts=card(1, "Luz"),
                                network={"preferred_mode": "4g"}))
        return self.run_command("merge", "m.tar.gz", "a", "b", *args, status=status)

    def test_keeps_all(self):
        """Every record of both, with its times."""
        out, _ = self.merge_two()
        self.assertIn("3 messages, 2 contacts, 0 calls", out)
        shown = self.run_json("show", "m.tar.gz")
        seen = {m["text"]: (m["first_seen"], m["last_seen"]) for m in shown["messages"]}
        self.assertEqual(seen, {"uno": (OLD, OLD), "dos": (OLD, NEW), "tres": (NEW, NEW)})
        self.assertEqual(shown["network"], {"preferred_mode": "4g"})
        self.assertEqual(shown["modem"]["captured"], NEW)
        self.assertEqual(shown["modem"]["first_captured"], OLD)
        self.run_command("verify", "m.tar.gz")

    def test_simfiles(self):
        """The SIM's own files of the newest archive that has them, which says so."""
        files = [{"index": 1, "name": "EF_SPN", "path": "7FFF6F46", "structure": "transparent",
                  "raw": "01436C61726FFF"}]
        self.write("a", capture(OLD, ["uno"], simfiles=files))
        self.write("b", capture(NEW, ["uno"]))
        self.run_command("merge", "m.tar.gz", "a", "b")
        shown = self.run_json("show", "m.tar.gz")
        self.assertEqual(shown["simfiles"], files)
        self.assertEqual(shown["modem"]["older"],
                         [{"member": "simfiles.ndjson", "captured": OLD}])

    def test_seen(self):
        """show and diff tell people when a record was there."""
        self.merge_two()
        out, _ = self.run_command("show", "m.tar.gz", "messages")
        self.assertIn("SEEN", out)
        self.assertIn("2023-01-01 to 2024-01-01", out)
        out, _ = self.run_command("show", "m.tar.gz", "contacts")
        self.assertRegex(out, r"Ana .* 2023-01-01")
        out, _ = self.run_command("show", "m.tar.gz")
        self.assertIn("merged, with all that was there since 2023-01-01", out)
        out, _ = self.run_command("diff", "m.tar.gz", "b", status=3)
        self.assertIn("(seen 2023-01-01)", out)
        out, _ = self.run_command("show", "a", "messages")
        self.assertNotIn("SEEN", out)

    def test_laws(self):
        """Order and repetition change no byte."""
        self.merge_two()
        self.run_command("merge", "n.tar.gz", "b", "a", "a", "m.tar.gz")
        self.assertEqual((self.folder / "m.tar.gz").read_bytes(),
                         (self.folder / "n.tar.gz").read_bytes())

    def test_foreign(self):
        """What this version does not know stays."""
        self.merge_two()
        packed = (self.folder / "m.tar.gz").read_bytes()
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            member = next(m for m in tar if m.name.endswith("contacts.vcf"))
            cards = tar.extractfile(member).read().decode()
        self.assertIn("X-NEW:Ana\r\n", cards)
        self.assertIn("X-NEW:Luz\r\n", cards)

    def member(self, archive, name):
        """The text of a member of an archive, decrypted with stock tools."""
        data = (self.folder / archive).read_bytes()
        if data[:2] != b"\x1f\x8b":
            data = subprocess.run(["gpg", "--batch", "--quiet", "--pinentry-mode=loopback",
                                   "--passphrase=secreto", "-d"], input=data, check=True,
                                  capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            found = [m for m in tar if m.name.endswith("/" + name)]
            return tar.extractfile(found[0]).read().decode() if found else None

    def test_codes(self):
        """No activation code is ever lost: not to a newer capture, not to a second code."""
        self.write("pass", b"secreto\n")
        self.write("a", capture(OLD, ["uno"], esim=esim(EIDS[0], codes=[
            code("A", CLARO), code("B", CLARO, confirmation="4711")])))
        self.write("b", capture(NEW, ["dos"], esim=esim(EIDS[0])))
        self.write("c", capture(NEW, ["tres"], esim=esim(EIDS[0], codes=[code("C"), code("A")])))
        for order in (("a", "b", "c"), ("c", "b", "a", "b")):
            self.run_command("merge", "--force", "m.gpg", *order, "--passphrase-file=pass")
            held = json.loads(self.member("m.gpg", "esim.json"))["activation_codes"]
            self.assertEqual([(c.get("iccid"), c["code"][-1], c.get("confirmation"))
                              for c in held],
                             [(CLARO, "A", None), (CLARO, "B", "4711"), (None, "C", None)])
        out, _ = self.run_command("show", "m.gpg", "esim", "--passphrase-file=pass")
        self.assertIn("3 activation codes", out)
        sheet, _ = self.run_command("esim", "recovery-sheet", "m.gpg", "--passphrase-file=pass",
                                    "--secrets")
        for name in "AB":
            self.assertIn(f"LPA:1$rsp.example.com${name}", sheet)

    def test_esim_history(self):
        """Each eUICC and each profile that was ever seen stays, with its times."""
        middle = "2023-06-01T10:00:00Z"
        self.write("a", capture(OLD, ["uno"], esim=esim(EIDS[0], CLARO)))
        self.write("b", capture(middle, ["uno"], esim=esim(EIDS[1], TIGO)))
        self.write("c", capture(NEW, ["uno"], esim=esim(EIDS[0], TIGO)))
        self.run_command("merge", "m.tar.gz", "a", "b", "c")
        held = json.loads(self.member("m.tar.gz", "esim.json"))
        self.assertEqual([(s["eid"], s["profiles"][0]["iccid"], s["first_seen"], s["last_seen"])
                          for s in held["history"]],
                         [(EIDS[0], TIGO, NEW, NEW), (EIDS[1], TIGO, middle, middle),
                          (EIDS[0], CLARO, OLD, OLD)])
        out, _ = self.run_command("show", "m.tar.gz", "esim")
        for word in (CLARO, TIGO, *EIDS, "2023-01-01"):
            self.assertIn(word, out)
        self.run_command("merge", "n.tar.gz", "c", "m.tar.gz", "b")
        self.assertEqual((self.folder / "m.tar.gz").read_bytes(),
                         (self.folder / "n.tar.gz").read_bytes())
        self.write("d", capture("2025-01-01T10:00:00Z", ["uno"]))
        self.run_command("merge", "o.tar.gz", "d", "m.tar.gz")
        self.assertEqual(json.loads(self.member("o.tar.gz", "esim.json")), held)

    def test_wrong_clock(self):
        """A clock in the future or in 1970 keeps its records, and decides nothing."""
        for wrong in ("2095-01-01T10:00:00Z", "1970-01-01T00:03:00Z"):
            self.write("a", capture(OLD, ["uno", "dos"], network={"preferred_mode": "3g"}))
            self.write("b", capture(NEW, ["dos"], network={"preferred_mode": "4g"}))
            self.write("c", capture(wrong, ["dos", "tres"], network={"preferred_mode": "2g"}))
            _, err = self.run_command("merge", "--force", "m.tar.gz", "c", "a", "b")
            self.assertIn("a clock that was wrong", err)
            shown = self.run_json("show", "m.tar.gz")
            self.assertEqual(shown["modem"]["captured"], NEW)
            self.assertEqual(shown["modem"]["first_captured"], OLD)
            self.assertEqual(shown["network"]["preferred_mode"], "4g")
            seen = {m["text"]: (m["first_seen"], m["last_seen"]) for m in shown["messages"]}
            self.assertEqual(seen, {"uno": (OLD, OLD), "dos": (OLD, NEW), "tres": (wrong, wrong)})
            self.run_command("merge", "--force", "n.tar.gz", "b", "c")
            self.run_command("merge", "--force", "n.tar.gz", "n.tar.gz", "a")
            self.assertEqual((self.folder / "m.tar.gz").read_bytes(),
                             (self.folder / "n.tar.gz").read_bytes())

    def test_facts(self):
        """What network settings, modem and SIM were before is not lost."""
        self.write("a", capture(OLD, ["uno"], network={"preferred_mode": "3g"},
                                device={"model": "L850-GL", "revision": "18500.5001.00.02.24.10"}))
        self.write("b", capture(NEW, ["uno"], network={"preferred_mode": "4g"},
                                device={"model": "L850-GL", "revision": "18500.5001.00.05.27.30"}))
        self.run_command("merge", "m.tar.gz", "b", "a")
        network = json.loads(self.member("m.tar.gz", "network.json"))
        self.assertEqual(network["preferred_mode"], "4g")
        self.assertEqual(network["history"][1], {"first_seen": OLD, "last_seen": OLD,
                                                 "preferred_mode": "3g"})
        header = json.loads(self.member("m.tar.gz", "simstow.json"))
        self.assertEqual([past["device"]["revision"] for past in header["history"]],
                         ["18500.5001.00.05.27.30", "18500.5001.00.02.24.10"])
        self.run_command("merge", "n.tar.gz", "m.tar.gz", "a", "m.tar.gz", "b")
        self.assertEqual((self.folder / "m.tar.gz").read_bytes(),
                         (self.folder / "n.tar.gz").read_bytes())

    def foreign(self, dice, when, strange):
        """An archive in which every object has a key that nobody knows; their names."""
        names = {}

        def new(member):
            key = f"x_{dice.randrange(1 << 48):012x}"
            if not strange:
                return {}
            names.setdefault(member, []).append(key)
            return {key: dice.choice([1, 'dos \u00e9\n"', [1, {"a": [None, True]}], {"b": {}}, 1.5e3])}

        cards = card(1, "Ana").decode()
        if strange:
            cards = cards.replace("END:", f"X-{dice.randrange(1 << 32):08X};TYPE=a:uno\\;dos\r\nEND:")
            names["contacts.vcf"] = re.findall("X-[0-9A-F]{8}", cards)
        profile = {"id": 1, "apn": "internet.comcel.com.co", **new("network.json")}
        inventory = esim(EIDS[0], codes=[code("A", CLARO, **new("esim.json"))], **new("esim.json"))
        inventory["profiles"][0].update(new("esim.json"))
        for answer in inventory["answers"]:
            answer.update(new("esim.json"))
        header = {"device": {"model": "L850-GL", **new("simstow.json")},
                  "sim": {"operator_id": "732101", **new("simstow.json")}, **new("simstow.json")}
        if strange:
            header["stores"] = [{"id": "sms/sm", "complete": True, **new("simstow.json")}]
            header["problems"] = [{"where": "sms/sm", "text": "x", **new("simstow.json")}]
        parts, digest = archives.members(
            messages=[{**archives.message(1, archives.deliver_text("573001112233", "uno")),
                       **new("messages.ndjson")}],
            calls=[{**archives.call(1, "3001112233"), **new("calls.ndjson")}],
            contacts=cards.encode(), esim=inventory,
            network={"profiles": [profile], "preferred_networks": [
                {"operator": "732101", "access_technologies": ["lte"], **new("network.json")}],
                **new("network.json")},
            simfiles=[{"index": 1, "name": "EF_SPN", "raw": "00", **new("simfiles.ndjson")}]
            if strange else (), captured=when, **header)
        return archives.pack(parts, digest), names

    def test_unknown_keys(self):
        """What a newer program wrote survives, in every object of every member."""
        self.write("pass", b"secreto\n")
        self.write("code", b"LPA:1$rsp.example.com$NUEVO\n")
        for seed in range(2):
            dice = random.Random(seed)
            strange, names = self.foreign(dice, NEW if seed % 2 else OLD, True)
            plain, _ = self.foreign(dice, OLD if seed % 2 else NEW, False)
            self.write("a", strange)
            self.write("b", plain)
            self.run_command("merge", "--force", "m.tar.gz", "a")
            self.run_command("merge", "--force", "n.tar.gz", "b", "m.tar.gz")
            self.run_command("merge", "--force", "k.tar.gz", "m.tar.gz", "b", "a", "b")
            for made in ("m.tar.gz", "n.tar.gz", "k.tar.gz"):
                for member, keys in names.items():
                    # codes come in encrypted archives only, stores as the newest tells of them
                    if member == "esim.json":
                        keys = keys[1:]
                    if member == "simstow.json" and made != "m.tar.gz" and seed % 2 == 0:
                        keys = keys[:3]
                    text = self.member(made, member)
                    self.assertEqual([key for key in keys if key not in text], [],
                                     (seed, made, member, text))
        self.run_command("merge", "e.gpg", "a", "--passphrase-file=pass")
        with open(self.folder / "code", "rb") as given:
            self.run_command("esim", "add-code", "e.gpg", "--passphrase-file=pass",
                             "--code-fd", given.fileno(), "-o", "c.gpg",
                             pass_fds=(given.fileno(),))
        for member, keys in names.items():
            text = self.member("c.gpg", member)
            self.assertEqual([key for key in keys if key not in text], [], (member, text))
        self.assertIn("NUEVO", self.member("c.gpg", "esim.json"))
        self.assertEqual(self.member("c.gpg", "messages.ndjson"),
                         self.member("e.gpg", "messages.ndjson"))

    def test_in_place(self):
        """An archive may grow in its place, with --force only."""
        self.merge_two()
        before = (self.folder / "m.tar.gz").read_bytes()
        self.write("c", capture("2025-01-01T10:00:00Z", ["cuatro"]))
        _, err = self.run_command("merge", "m.tar.gz", "m.tar.gz", "c", status=1)
        self.assertIn("m.tar.gz", err)
        self.assertEqual((self.folder / "m.tar.gz").read_bytes(), before)
        self.run_command("merge", "--force", "m.tar.gz", "m.tar.gz", "c")
        self.assertEqual(len(self.run_json("show", "m.tar.gz")["messages"]), 4)
        self.assertEqual(self.files(), ["a", "b", "c", "m.tar.gz"])

    def test_not_permitted(self):
        """A directory that may not be written to is named, whichever way it is given."""
        path = self.write("a", capture(OLD, ["uno"]))
        closed = self.folder / "closed"
        closed.mkdir(mode=0o555)
        for place in (self.folder, path):
            place.chmod(0o755)
        for out in (closed, closed / "m.tar.gz"):
            _, err = self.run_unprivileged("merge", out, path, status=8)
            self.assertIn("closed: Permission denied", err)
        self.assertEqual(list(closed.iterdir()), [])

    def test_damaged(self):
        """A damaged archive is named, and nothing is written."""
        self.write("a", capture(OLD, ["uno"]))
        self.write("b", capture(NEW, ["dos"])[:-40])
        _, err = self.run_command("merge", "m", "a", "b", status=9)
        self.assertIn("b: ", err)
        self.assertEqual(self.files(), ["a", "b"])

    def test_mix(self):
        """Different SIMs are named, and refused without --mix."""
        self.write("a", capture(OLD, ["uno"], sim={"iccid": "8957123400000000017"}))
        self.write("b", capture(NEW, ["dos"], sim={"iccid": "8957123400000000025"}))
        _, err = self.run_command("merge", "m", "a", "b", status=1)
        for word in ("8957123400000000017", "8957123400000000025", "--mix"):
            self.assertIn(word, err)
        self.assertEqual(self.files(), ["a", "b"])
        self.run_command("merge", "--mix", "m", "a", "b")
        self.assertEqual(len(self.run_json("show", "m")["messages"]), 2)

    def test_standard_output(self):
        """- streams, and standard input cannot be merged."""
        self.write("a", capture(OLD, ["uno"]))
        out, err = self.run_command("merge", "-", "a", text=False)
        self.assertIn(b"1 message,", err)
        self.write("m", out)
        self.run_command("verify", "m")
        self.run_command("merge", "n", "-", status=2)
        self.run_command("merge", "-", "a", "--json", status=2)

    def test_encrypted(self):
        """One passphrase opens and closes; what was encrypted does not come out in the clear."""
        self.write("a", capture(OLD, ["uno"]))
        self.write("b", capture(NEW, ["dos"]))
        self.write("pass", b"secreto\n")
        self.write("wrong", b"falso\n")
        self.run_command("merge", "x.gpg", "a", "--passphrase-file=pass")
        self.run_command("merge", "y.gpg", "x.gpg", "b", "--passphrase-file=pass")
        out, _ = self.run_command("show", "y.gpg", "messages", "--passphrase-file=pass")
        self.assertIn("uno", out)
        self.assertIn("dos", out)
        self.run_command("merge", "z", "x.gpg", "b", "--passphrase-file=wrong", status=5)
        self.run_command("merge", "z", "x.gpg", "b", status=5)
        self.assertNotIn("z", self.files())

    def test_usage(self):
        """What makes no sense is told."""
        self.run_command("merge", status=2)
        self.run_command("merge", "m", status=2)
        self.run_command("merge", "m", "a", "--compress=rar", status=2)
        self.run_command("merge", "m", "missing", status=1)
        self.assertEqual(self.files(), [])

    def test_json(self):
        """--json tells what was written."""
        out, _ = self.merge_two("--json")
        self.assertEqual(json.loads(out), {"archive": "m.tar.gz", "messages": 3, "contacts": 2,
                                           "calls": 0})


if __name__ == "__main__":
    unittest.main()
