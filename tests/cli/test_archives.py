# SPDX-License-Identifier: GPL-2.0-or-later
"""show, verify and diff on archives that simstow did not write, whole and broken."""

import copy
import gzip
import hashlib
import io
import json
import pathlib
import re
import subprocess
import tarfile
import unittest

import archives
import command

TOP = pathlib.Path(__file__).resolve().parents[2]
TEXT = "Hola, su saldo es $5.000 \u00f1and\u00fa \U0001f600"
ATTACK = "\033]0;owned\007\033[2Jx\u009b31m\u202egnp\r\nsimstow: done"
LONG = "palabra " * 8


def sample():
    """Messages of every shape, and calls."""
    return {
        "messages": [
            archives.message(1, archives.deliver_text("573101234567", TEXT), status="unread"),
            archives.message(2, archives.deliver_part("573001112222", "primera ", 7, 3, 1)),
            archives.message(3, archives.deliver_part("573001112222", "tercera", 7, 3, 3)),
            archives.message(4, archives.deliver_part("573001112222", "uno ", 9, 2, 1)),
            archives.message(5, archives.deliver_part("573001112222", "dos", 9, 2, 2)),
            archives.message(6, archives.deliver_text("573101234567", LONG)),
            archives.message(7, "00FF", status="unread"),
        ],
        "calls": [archives.call(1, "573101234567", "Bego\u00f1a", kind=145), archives.call(2, "")],
        "network": {"profiles": [{"id": 1, "name": "Claro", "apn": "internet.comcel.com.co",
                                  "ip_type": "ipv4v6", "user": "comcel",
                                  "password": "hush-hush", "enabled": True}],
                    "allowed_modes": ["3g", "4g"], "bands": ["eutran-7"]},
    }


class Show(command.CommandTest):
    """Tables for people, JSON for programs."""

    def setUp(self):
        super().setUp()
        self.path = self.write("a.tar.gz", archives.archive(**sample()))

    def test_overview(self):
        out, err = self.run_command("show", self.path)
        self.assertIn("Fibocom L850-GL, Claro (732101)", out)
        self.assertIn("7 messages, 0 contacts, 2 calls", out)
        self.assertIn("2023-11-14 17:13:20 -05:00", out)
        self.assertEqual(err, "")

    def test_messages(self):
        out, _ = self.run_command("show", self.path, "messages")
        lines = out.splitlines()
        self.assertEqual(len(lines), 6)
        self.assertRegex(lines[1], r"^2023-11-14 17:13:20 -05:00  \+573101234567  unread  sms/sm 1")
        self.assertTrue(lines[1].endswith(TEXT))
        self.assertTrue(lines[2].endswith("primera [part 2 of 3 missing]tercera"), lines[2])
        self.assertTrue(lines[3].endswith("uno dos"), lines[3])
        self.assertIn("cannot be decoded", lines[5])

    def test_fits_terminal(self):
        out = self.run_on_terminal("show", self.path, "messages", columns=72)
        self.assertTrue(all(len(line) <= 72 for line in out.splitlines()))
        self.assertEqual(out.count("palabra"), 8)

    def test_calls(self):
        out, _ = self.run_command("show", self.path, "calls")
        self.assertRegex(out, r"missed +1  \+573101234567 +Bego\u00f1a")
        self.assertRegex(out, r"missed +2  hidden number")

    def test_network_keeps_password(self):
        out, _ = self.run_command("show", self.path, "network")
        self.assertIn("internet.comcel.com.co", out)
        self.assertIn("3g, 4g", out)
        self.assertNotIn("hush-hush", out)

    def test_esim_and_device(self):
        out, _ = self.run_command("show", self.path, "esim")
        self.assertIn("cannot leave its chip", out)
        self.assertIn("L850-GL", self.run_command("show", self.path, "device")[0])

    def test_json(self):
        shown = self.run_json("show", self.path)
        self.assertEqual([record["index"] for record in shown["messages"]], list(range(1, 8)))
        self.assertEqual(shown["messages"][0]["text"], TEXT)
        self.assertEqual(shown["messages"][0]["address"], "+573101234567")
        self.assertEqual(shown["messages"][6]["pdu"], "00FF")
        self.assertEqual(shown["contacts"], [])
        self.assertEqual(len(shown["calls"]), 2)
        self.assertEqual(shown["network"]["profiles"][0]["password"], "hush-hush")
        self.assertEqual(shown["modem"]["device"]["model"], "L850-GL")

    def test_json_sections(self):
        for section, key in (("messages", 7), ("calls", 2), ("contacts", 0)):
            shown = self.run_json("show", self.path, section)
            self.assertEqual(len(shown[section]), key)
            others = {"messages", "calls", "contacts", "network"} - {section}
            self.assertEqual(others & set(shown), set())

    def test_standard_input(self):
        with open(self.path, "rb") as file:
            data = file.read()
        piped = self.run_command("show", "-", "messages", stdin=data)
        self.assertEqual(piped, self.run_command("show", self.path, "messages"))
        piped = self.run_command("show", "-", "--json", stdin=data)
        self.assertEqual(piped, self.run_command("show", self.path, "--json"))

    def test_language_of_pipe(self):
        self.env["LC_ALL"] = "C"
        out, _ = self.run_command("show", self.path, "messages")
        self.assertIn(TEXT, out)


class Messages(command.CommandTest):
    """Messages in the order of time, by conversation, and those that are wanted."""

    ANA, BANK = "573101234567", "573009998888"

    def setUp(self):
        super().setUp()
        late, early, other = (("231114171320", -20), ("231113090000", -20), ("231114221320", 4))
        self.path = self.write("a.tar.gz", archives.archive(
            messages=[
                archives.message(1, archives.deliver_text(self.ANA, "three", when=late)),
                archives.message(2, archives.submit_text("3101234567", "an answer", kind=0x81),
                                 status="sent"),
                archives.message(3, archives.deliver_text(self.ANA, "One", when=early),
                                 status="unread"),
                archives.message(4, archives.deliver_text(self.BANK, "two", when=other)),
                archives.message(5, archives.submit_text(self.BANK, "a draft"), status="unsent"),
                archives.message(6, "00FF"),
            ],
            contacts=archives.card(1, self.ANA, "Ana Mar\u00eda")))

    def texts(self, *options):
        """The last words of what is shown."""
        out, _ = self.run_command("show", self.path, "messages", *options)
        return [line.split()[-1] for line in out.splitlines()[1:]]

    def test_order(self):
        """By time, whatever the zone; those without one last, by place."""
        self.assertEqual(self.texts(), ["One", "two", "three", "answer", "draft", "left]"])

    def test_with(self):
        for who in ("+" + self.ANA, "00" + self.ANA, "310 123-4567", "ana maria", "MAR\u00cdA"):
            self.assertEqual(self.texts("--with", who), ["One", "three", "answer"], who)
        self.assertEqual(self.texts("--with", self.BANK), ["two", "draft"])
        # what has no country may be of any
        self.assertEqual(self.texts("--with", "+13101234567"), ["answer"])
        for who in ("567", "+573101234568", "", "Anna"):
            self.assertEqual(self.texts("--with", who), [], who)

    def test_grep(self):
        self.assertEqual(self.texts("--grep", "^(one|t.o)$"), ["One", "two"])
        _, err = self.run_command("show", self.path, "messages", "--grep", "(", status=2)
        self.assertIn("--grep", err)

    def test_times(self):
        """Days are whole, and of here; what has no time is left out, and that is said."""
        self.assertEqual(self.texts("--since", "2023-11-14"), ["two", "three"])
        self.assertEqual(self.texts("--until", "2023-11-13"), ["One"])
        self.assertEqual(self.texts("--until", "2023-11-14T17:13:20"), ["One", "two", "three"])
        self.assertEqual(self.texts("--since", "2023-11-14T17:13:20-05"), ["three"])
        _, err = self.run_command("show", self.path, "messages", "--since", "2023-11-14")
        self.assertIn("3 messages without a time were left out", err)
        for dates in (("--since", "tomorrow"), ("--until", "x"),
                      ("--since", "2024-01-02", "--until", "2024-01-01")):
            self.run_command("show", self.path, "messages", *dates, status=2)

    def test_limit(self):
        """The newest; those without a time only where there is room."""
        self.assertEqual(self.texts("--limit", "2"), ["two", "three"])
        self.assertEqual(self.texts("--limit", "4"), ["One", "two", "three", "answer"])
        self.assertEqual(self.texts("--limit", "99"), self.texts())
        for limit in ("0", "-3", "some"):
            self.run_command("show", self.path, "messages", "--limit", limit, status=2)

    def test_conversations(self):
        out, _ = self.run_command("show", self.path, "messages", "--conversations")
        lines = [line.strip() for line in out.splitlines()]
        self.assertEqual(lines[0], "Ana Mar\u00eda, +573101234567, 3 messages")
        self.assertRegex(lines[1], r"^2023-11-13 09:00:00 -05:00  Ana .*\+5731.*, unread +One$")
        self.assertRegex(lines[2], r"^2023-11-14 17:13:20 -05:00  Ana .* +three$")
        self.assertRegex(lines[3], r"^me, to 3101234567 +an answer$")
        self.assertEqual(lines[4:6], ["", "+573009998888, 2 messages"])
        self.assertRegex(lines[6], r"^2023-11-14 22:13:20 \+01:00  \+573009998888 +two$")
        self.assertRegex(lines[7], r"^me, not sent +a draft$")
        self.assertEqual(lines[9], "Unknown number, 1 message")
        self.assertEqual(len(lines), 11)

    def test_json(self):
        """All that is known of those that are wanted, in the order of time."""
        shown = self.run_json("show", self.path, "messages", "--with", "Ana")
        self.assertEqual([record["index"] for record in shown["messages"]], [3, 1, 2])
        whole = self.run_json("show", self.path, "messages")
        self.assertEqual(shown["messages"][0], whole["messages"][2])
        self.assertEqual({**shown, "messages": []}, {**whole, "messages": []})

    def test_foreign(self):
        """What the file of another program told, where the message itself cannot."""
        told = {"date": 1699974000123, "name": "Ñandú S.A.", "address": "orders@example.com"}
        path = self.write("f.tar.gz", archives.archive(messages=[
            archives.message(1, archives.deliver_text(self.BANK, "later")),
            {**archives.message(2, archives.submit_text("123", "sent"), status="sent"),
             "foreign": told}]))
        out, _ = self.run_command("show", path, "messages")
        self.assertRegex(out.splitlines()[1],
                         r"^2023-11-14 10:00:00 -05:00  orders@example.com +sent +sms/sm 2 +sent$")
        out, _ = self.run_command("show", path, "messages", "--conversations", "--with", "nandu")
        self.assertEqual(out.splitlines()[0], "Ñandú S.A., orders@example.com, 1 message")

    def test_push(self):
        """The notification of a multimedia message, in two parts, and one that is cut."""
        origin = b"\x80+573001112233/TYPE=PLMN\0"
        data = (b"\x01\x06\x22application/vnd.wap.mms-message\0\xaf\x84\x8c\x82\x98T1\0\x8d\x92\x89"
                + bytes([len(origin)]) + origin + b"\x96\x08\xeaA\xc3\xb1o 1\0\x8e\x02\x30\x39"
                b"\x88\x05\x81\x03\x02\xa3\x00\x83http://mms.example/abc\0")
        path = self.write("p.tar.gz", archives.archive(messages=[
            archives.message(1, archives.deliver_push(self.BANK, data[:70], 7, 2, 1)),
            archives.message(2, archives.deliver_push(self.BANK, data[70:], 7, 2, 2)),
            archives.message(3, archives.deliver_push(self.BANK, data[:70], 8, 2, 1))]))
        out, _ = self.run_command("show", path, "messages", "--grep", "A\u00f1o")
        self.assertTrue(out.rstrip().endswith(
            '[multimedia message to be fetched, from +573001112233, "A\u00f1o 1", 12345 bytes, '
            "until 2023-11-16 22:13 UTC, at http://mms.example/abc]"), out)
        out, _ = self.run_command("show", path, "messages")
        self.assertIn("[70 bytes of data][part 2 of 2 missing]", out)

    def test_only_messages(self):
        self.assertIn("section", self.run_command("show", self.path, "calls", "--with", "Ana",
                                                  status=2)[1])
        self.run_command("show", self.path, "--limit", "1", status=2)

    def test_pager(self):
        """What is longer than the terminal goes through a pager; what is not does not."""
        many = self.write("b.tar.gz", archives.archive(messages=[
            archives.message(i, archives.deliver_text(self.ANA, f"text {i}")) for i in range(30)]))
        self.env["PAGER"] = "sed 's/^/paged: /'"
        out = self.run_on_terminal("show", many, "messages", columns=200)
        self.assertEqual(out.count("paged: "), 31)
        self.assertEqual(self.run_on_terminal("show", self.path, "messages").count("paged"), 0)
        self.assertEqual(self.run_command("show", many, "messages")[0].count("paged"), 0)
        self.env["SIMSTOW_PAGER"] = "head -n 3"
        out = self.run_on_terminal("show", many, "messages", "--conversations")
        self.assertEqual(len(out.splitlines()), 3)
        self.env["SIMSTOW_PAGER"] = ""
        out = self.run_on_terminal("show", many, "messages", columns=200)
        self.assertEqual(len(out.splitlines()), 31)


class Listing(command.CommandTest):
    """One line an archive."""

    def setUp(self):
        super().setUp()
        self.whole = archives.archive(**sample(), sim={
            "iccid": "8957101210000001234", "operator_name": "Claro"})
        (self.folder / "b").mkdir()
        self.write("b/simstow-0123abcd-20231114T221320Z-0c9d1e2f.tar.gz", self.whole)
        self.write("b/lossy.tar.gz", archives.archive(
            captured="2023-11-15T00:00:00Z", esim={"answers": Esim.ANSWERS},
            problems=[{"where": "calls/missed", "text": "CME error 3", "lost": True}]))
        self.write("b/.hidden.tar.gz", self.whole)
        self.write("b/music.tar.gz", b"no archive")
        self.write("b/notes.txt", b"no archive")
        (self.folder / "b" / "folder.tar.gz").mkdir()

    def test_directory(self):
        out, err = self.run_command("ls", "b")
        lines = out.splitlines()
        self.assertEqual(err, "")
        self.assertEqual(len(lines), 3, out)
        self.assertRegex(lines[1], r"^2023-11-14 17:13  Claro \.\.1234 +7 +0 +2 +0  "
                                   r"whole +no +b/simstow-0123abcd-")
        self.assertRegex(lines[2], r"^2023-11-14 19:00  Claro +0 +0 +0 +1  "
                                   r"incomplete +no +b/lossy.tar.gz$")
        self.folder = self.folder / "b"
        self.assertEqual(self.run_command("ls")[0].count("\n"), 3)

    def test_states(self):
        """What is not good is told, with the status of verify."""
        self.write("short.tar.gz", self.whole[:-200])
        self.write("bad.tar.gz", b"no archive")
        self.write("b/simstow-0123abcd-20231113T221320Z-0c9d1e2f.tar.gz", self.whole[:300])
        out, err = self.run_command("ls", "short.tar.gz", status=9)
        self.assertIn("cut short", out)
        self.assertIn("short.tar.gz: ", err)
        out, _ = self.run_command("ls", "bad.tar.gz", "b", status=4)
        self.assertEqual(out.count("\n"), 5)
        self.assertRegex(out, r"\?  +\? +\? +\? +\?  damaged +no +bad.tar.gz")
        self.assertRegex(out, r"2023-11-13 17:13  \S+ .* cut short")
        self.run_command("ls", "nowhere", status=1)

    def test_quick(self):
        out, _ = self.run_command("ls", "b", "--quick")
        self.assertRegex(out, r"Claro \.\.1234 +7 +0 +2 +\?  not checked")

    def test_json(self):
        shown = self.run_json("ls", "b")
        self.assertEqual([row["state"] for row in shown], ["whole", "incomplete"])
        self.assertEqual(shown[0]["iccid"], "8957101210000001234")
        self.assertEqual((shown[0]["messages"], shown[0]["calls"], shown[1]["profiles"]), (7, 2, 1))
        self.assertEqual(shown[1]["saved"], "2023-11-15T00:00:00Z")

    def test_encrypted(self):
        """Unopened it is no fault; with its passphrase it is as any other."""
        (self.folder / "home").mkdir(mode=0o700)
        self.env["GNUPGHOME"] = str(self.folder / "home")
        self.write("phrase", b"one two three\n")
        path = "b/simstow-0123abcd-20231116T221320Z-0c9d1e2f.tar.gz.gpg"
        subprocess.run(["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase-file",
                        "phrase", "-c", "-o", path], input=self.whole, env=self.env, check=True,
                       cwd=self.folder, capture_output=True)
        out, _ = self.run_command("ls", "b")
        self.assertRegex(out.splitlines()[3], r"^2023-11-16 17:13  0123abcd +\? +\? +\? "
                                              r"+\?  not opened +yes ")
        out, _ = self.run_command("ls", path, "--passphrase-file", "phrase")
        self.assertRegex(out, r"Claro \.\.1234 +7 +0 +2 +0  whole +yes")

    def test_no_keyring(self):
        """Somebody without any keyring lacks the key, and the archive is not damaged."""
        (self.folder / "home").mkdir(mode=0o700)
        (self.folder / "new").mkdir()
        gpg = ["gpg", "--batch", "--homedir", str(self.folder / "home"), "--passphrase", ""]
        subprocess.run([*gpg, "--quick-gen-key", "ana@example.org", "future-default"], check=True,
                       capture_output=True)
        subprocess.run([*gpg, "-e", "-r", "ana@example.org", "-o", self.folder / "a.tar.gz.gpg"],
                       input=self.whole, check=True, capture_output=True)
        subprocess.run(["gpgconf", "--homedir", self.folder / "home", "--kill", "all"], check=True)
        self.env.pop("GNUPGHOME", None)
        self.env["HOME"] = str(self.folder / "new")
        _, err = self.run_command("verify", "a.tar.gz.gpg", status=5)
        self.assertIn("secret key it is encrypted to is not here", err)
        self.assertIn("not opened", self.run_command("ls", "a.tar.gz.gpg")[0])

    def test_narrow(self):
        """One line an archive on any terminal."""
        out = self.run_on_terminal("ls", "b", columns=40)
        self.assertEqual(len(out.splitlines()), 3)
        self.assertTrue(out.splitlines()[2].endswith("b/lossy.tar.gz"))

    def test_none(self):
        (self.folder / "empty").mkdir()
        self.assertEqual(self.run_command("ls", "empty"), ("", "There are no archives.\n"))
        self.assertEqual(self.run_json("ls", "empty"), [])


class Esim(command.CommandTest):
    """What is known of an eSIM is shown; an activation code is not."""

    ANSWERS = [{"name": "eid", "raw": "BF3E125A1089049032005120007320000000000170"},
               {"name": "profiles",
                "raw": "BF2D24A022E3205A0A987501210100000010F49F700101900754726162616A6FB7"
                       "058003371201"}]

    def test_profiles(self):
        path = self.write("a.tar.gz", archives.archive(esim={"answers": self.ANSWERS}))
        out, _ = self.run_command("show", path, "esim")
        for word in ("89049032005120007320000000000170", "Trabajo", "enabled", "732101",
                     "8957101210000000014"):
            self.assertIn(word, out)
        shown = self.run_json("show", path, "esim")["esim"]
        self.assertEqual(shown["profiles"][0]["nickname"], "Trabajo")


class Simfiles(command.CommandTest):
    """The SIM's own files."""

    FILES = [{"index": 1, "name": "EF_SPN", "path": "7FFF6F46", "structure": "transparent",
              "raw": "01436C61726FFFFF"},
             {"index": 2, "name": "EF_FDN", "path": "7FFF6F3B", "structure": "linear",
              "records": ["4D616DE1FFFF038121F3FFFFFFFFFFFFFFFFFFFF".replace("E1", "7F"),
                          "FF" * 20]},
             {"index": 3, "name": "EF_GID2", "path": "7FFF6F3F", "structure": "transparent",
              "raw": "FFFF"},
             {"index": 4, "name": "EF_EHPLMN", "path": "7FFF6FD9", "fault": "none (SW 6A82)"}]

    def test_shown(self):
        path = self.write("a.tar.gz", archives.archive(simfiles=self.FILES))
        out, _ = self.run_command("show", path, "simfiles")
        rows = [line.split() for line in out.splitlines()[1:]]
        self.assertEqual(rows[0], ["EF_SPN", "7FFF6F46", "transparent", "Claro",
                                   "01436C61726FFFFF"])
        self.assertEqual(rows[1][:4], ["EF_FDN", "7FFF6F3B", "linear", "1"])
        self.assertEqual(rows[2], ["EF_GID2", "7FFF6F3F", "transparent", "empty"])
        self.assertEqual(rows[3], ["EF_EHPLMN", "7FFF6FD9", "none", "(SW", "6A82)"])
        self.assertEqual(len(rows), 4)
        self.assertEqual(self.run_json("show", path, "simfiles")["simfiles"], self.FILES)
        self.assertEqual(self.run_json("show", path)["simfiles"], self.FILES)

    def test_standard_input(self):
        path = self.write("a.tar.gz", archives.archive(simfiles=self.FILES))
        with open(path, "rb") as file:
            piped = self.run_command("show", "-", "simfiles", "--json", stdin=file.read())
        self.assertEqual(piped, self.run_command("show", path, "simfiles", "--json"))

    def test_none(self):
        path = self.write("a.tar.gz", archives.archive())
        self.assertIn("--simfiles", self.run_command("show", path, "simfiles")[0])
        self.assertEqual(self.run_json("show", path, "simfiles")["simfiles"], [])

    def test_not_compared(self):
        """They are on request only, so that having them is no difference."""
        first = self.write("a.tar.gz", archives.archive(simfiles=self.FILES))
        second = self.write("b.tar.gz", archives.archive())
        self.run_command("diff", first, second, status=0)

    def test_broken(self):
        """A line that is no file is found by verify."""
        path = self.write("a.tar.gz", archives.archive(simfiles=[{"index": 1, "raw": "0"}]))
        self.assertIn("simfiles.ndjson", self.run_command("verify", path, status=4)[1])


class Escapes(command.CommandTest):
    """Nothing in an archive can move the cursor or forge a line."""

    def setUp(self):
        super().setUp()
        self.path = self.write("a.tar.gz", archives.archive(
            messages=[archives.message(1, archives.deliver_text("573101234567", ATTACK))],
            calls=[archives.call(1, "1\033[2J", ATTACK)],
            network={"profiles": [{"id": 1, "name": ATTACK, "apn": ATTACK}]},
            tool=ATTACK, device={"manufacturer": ATTACK, "model": ATTACK},
            simfiles=[{"index": 1, "name": ATTACK, "path": ATTACK, "structure": ATTACK,
                       "raw": "00"},
                      {"index": 2, "name": "EF_SPN", "path": "7FFF6F46", "fault": ATTACK},
                      {"index": 3, "name": "EF_SPN", "path": "7FFF6F46", "raw":
                       "00" + "80" + ATTACK.encode("utf-16-be").hex()},
                      {"index": 4, "name": "EF_FDN", "path": "7FFF6F3B", "records":
                       ["not hexadecimal", ATTACK]}],
            stores=[{"id": "simfile", "via": ATTACK, "way": ATTACK}],
            problems=[{"where": ATTACK, "text": ATTACK, "lost": True}]))

    def assert_harmless(self, out):
        """No control character but the line feed, no turned direction, no forged line."""
        bad = [char for char in out if (ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160
               or char in "\u202e\u2066\u2028"]
        self.assertEqual(bad, [])
        self.assertFalse(any(line.startswith("simstow: done") for line in out.splitlines()))

    def test_tables(self):
        for section in ((), ("messages",), ("calls",), ("network",), ("device",), ("esim",),
                        ("simfiles",)):
            with self.subTest(section=section):
                self.assert_harmless(self.run_command("show", self.path, *section)[0])
                self.assert_harmless(self.run_on_terminal("show", self.path, *section))

    def test_json(self):
        out, _ = self.run_command("show", self.path, "--json")
        self.assert_harmless(out)
        shown = self.run_json("show", self.path)
        self.assertEqual(shown["messages"][0]["text"], ATTACK)
        self.assertEqual(shown["calls"][0]["name"], ATTACK)

    def test_diff(self):
        empty = self.write("b.tar.gz", archives.archive())
        self.assert_harmless(self.run_command("diff", self.path, empty, status=3)[0])

    def test_file_names(self):
        path = self.write("a\033[2J.tar.gz", b"nothing")
        self.assert_harmless(self.run_command("verify", path, status=4)[1])
        self.assert_harmless(self.run_command("show", path, status=4)[1])


class Broken(command.CommandTest):
    """Damaged, cut short, too new, not there: each its own status, and nothing shown."""

    def refused(self, data, status, verbs=("verify", "show", "diff", "restore")):
        """No verb takes this file."""
        path = self.write("broken.tar.gz", data)
        for verb in verbs:
            args = [path, path] if verb == "diff" else [path]
            with self.subTest(verb=verb):
                out, err = self.run_command(verb, *args, status=status)
                self.assertEqual(out, "")
                self.assertIn("broken.tar.gz", err)
        out, err = self.run_command("show", path, "--json", status=status)
        self.assertEqual(out, "")

    def test_empty_and_foreign(self):
        self.refused(b"", 9)
        self.refused(b"just a line\n", 4)
        self.refused(b"just a text file\n" * 100, 4)
        self.refused(gzip.compress(b"no tar" * 1000), 4)

    def test_truncated(self):
        whole = archives.archive(**sample())
        for part in (0.3, 0.6, 0.9, 0.99):
            self.refused(whole[:int(len(whole) * part)], 9)

    def test_flipped_byte(self):
        whole = archives.archive(**sample())
        for place in range(0, len(whole), len(whole) // 40):
            data = bytearray(whole)
            data[place] ^= 0x10
            path = self.write("broken.tar.gz", bytes(data))
            with self.subTest(place=place):
                if place in (4, 8, 9):
                    continue
                self.run_command("verify", path, status=4)

    def test_flipped_inside(self):
        plain = gzip.decompress(archives.archive(**sample()))
        lying = plain.replace(b'"unread"', b'"unsent"', 1)
        self.assertNotEqual(plain, lying)
        self.refused(gzip.compress(lying), 4)

    def test_wrong_counts(self):
        self.refused(archives.archive(counts={"messages": 9, "contacts": 0, "calls": 0}), 4)

    def test_bad_record(self):
        self.refused(archives.archive(messages=[{"store": "sms/sm", "index": 1}]), 4)

    def test_too_new(self):
        self.refused(archives.archive(version=2), 6)

    def test_not_there(self):
        for verb in ("verify", "show", "restore"):
            out, err = self.run_command(verb, "nothing.tar.gz", status=1)
            self.assertEqual(out, "")
            self.assertIn("nothing.tar.gz", err)

    def test_not_permitted(self):
        self.folder.chmod(0o755)
        path = self.write("a.tar.gz", archives.archive())
        path.chmod(0o000)
        out, err = self.run_unprivileged("verify", path, status=8)
        self.assertEqual(out, "")
        self.assertIn("a.tar.gz", err)


def member(name, data=b"x\n", kind=tarfile.REGTYPE, **more):
    """An entry of a tar and its contents."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.type, entry.mode, entry.mtime = len(data), kind, 0o600, archives.CAPTURED
    for key, value in more.items():
        setattr(entry, key, value)
    return entry, data


class Hostile(command.CommandTest):
    """What someone made to do harm: refused with the status of damage, by the member's name, as
    simstow writes it and as another program would; nothing is written but the message."""

    def pack(self, *evil, owner="", form=tarfile.USTAR_FORMAT, **what):
        """An archive with more entries than it should have."""
        parts, digest = archives.members(**{**sample(), **what})
        top = archives.NAME.format(digest[:8])
        sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n"
                       for name, data in parts.items())
        sums += "".join(f"{hashlib.sha256(data).hexdigest()}  {entry.name}\n"
                        for entry, data in evil if entry.isreg() and "/" not in entry.name)
        raw = io.BytesIO()
        with tarfile.open(fileobj=raw, mode="w", format=form) as tar:
            entries = [member(top, b"", tarfile.DIRTYPE)]
            entries += [member(f"{top}/{name}", data) for name, data in parts.items()]
            for entry, data in evil:
                if not entry.name.startswith("/"):
                    entry.name = f"{top}/{entry.name}"
                entries.append((entry, data))
            entries.append(member(f"{top}/SHA256SUMS", sums.encode()))
            for entry, data in entries:
                entry.uname = owner
                tar.addfile(entry, io.BytesIO(data))
        return gzip.compress(raw.getvalue(), mtime=archives.CAPTURED)

    def check(self, says, *evil, verbs=("verify",), owners=("", "somebody"), **what):
        """Refused in both forms."""
        for owner in owners:
            for verb in verbs:
                with self.subTest(owner=owner, verb=verb):
                    path = self.write("evil.tar.gz", self.pack(*[
                        (copy.copy(entry), data) for entry, data in evil], owner=owner, **what))
                    before = self.files()
                    out, err = self.run_command(verb, path, status=4)
                    self.assertEqual(out, "")
                    self.assertRegex(err, says)
                    self.assertEqual(err.count("\n"), 1)
                    self.assertEqual(self.files(), before)

    def test_whole(self):
        """What the others start from; a member that nobody knows is no harm."""
        for owner in ("", "somebody"):
            path = self.write("good.tar.gz", self.pack(owner=owner))
            self.run_command("verify", path)

    def test_paths(self):
        self.check("evil", member("../evil"), verbs=("verify", "show", "restore"))
        for name in ("a/evil", ".evil", "-evil", "evil name", "/tmp/evil"):
            self.check("evil|SHA256SUMS", member(name), verbs=("verify", "show", "restore"),
                       owners=("",) if "/" in name else ("", "somebody"))

    def test_links_and_devices(self):
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            self.check("evil: not in a simstow archive: a (symbolic|hard) link",
                       member("evil", b"", kind, linkname="/etc/passwd"))
        for kind in (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE):
            self.check("evil: not in a simstow archive", member("evil", b"", kind))
        self.check("evil/?: not in a simstow archive", member("evil", b"", tarfile.DIRTYPE),
                   owners=("",))

    def test_duplicates(self):
        self.check("messages.ndjson: not in a simstow archive", member("messages.ndjson"))
        self.check("SHA256SUMS", member("SHA256SUMS"))

    def test_sparse_and_huge_headers(self):
        self.check("evil.*(extended header|file with holes|a malformed)",
                   member("evil", pax_headers={"GNU.sparse.size": "9999999999",
                                               "GNU.sparse.major": "1"}),
                   form=tarfile.PAX_FORMAT)
        self.check("extended header", member("evil", pax_headers={"comment": "x" * (2 << 20)}),
                   form=tarfile.PAX_FORMAT)
        self.check("extended header|odd name", member("e" * 300), form=tarfile.GNU_FORMAT)

    def test_bomb(self):
        self.check("evil: (the archive is damaged: it swells|too large)",
                   member("evil", bytes(100 << 20)))

    def test_records(self):
        """Text, numbers and counts that lie."""
        record = sample()["messages"][0]
        for key, value in (("index", 1 << 32), ("index", -1), ("index", 1.5), ("pdu", "0"),
                           ("store", 7)):
            self.check("messages.ndjson line 1: damaged", messages=[{**record, key: value}])
        self.check("calls.ndjson line 1: damaged.*NUL|calls.ndjson line 1: damaged",
                   calls=[archives.call(1, "1\0002")])
        self.check("contacts.vcf line", contacts=b"BEGIN:VCARD\r\nFN:\xff\r\nEND:VCARD\r\n")
        self.check("messages.ndjson: damaged: it has 7 records",
                   counts={"messages": 8, "contacts": 0, "calls": 2})


class Repacked(command.CommandTest):
    """What people do with an archive: unpack it and pack it again, with tools of their own."""

    REMARK = "another program packed or compressed it again"

    def setUp(self):
        super().setUp()
        self.write("a", archives.archive(**sample()))
        self.run_command("merge", "own.tar.gz", "a")
        self.shell("tar xzf own.tar.gz; mv simstow-* DIR")

    def shell(self, line):
        """Runs a line of shell in the test's directory."""
        subprocess.run(["bash", "-euc", line], cwd=self.folder, check=True)

    def check_taken(self, name):
        """It reads as the archive that it was, and is remarked upon."""
        out, err = self.run_command("verify", name)
        self.assertIn("whole; 7 messages", out)
        self.assertIn(self.REMARK, out)
        self.assertEqual(err, "")
        for verb in (["show", "--json"], ["diff", "own.tar.gz"]):
            self.assertEqual(self.run_command(*verb, name)[0],
                             self.run_command(*verb, "own.tar.gz")[0])
        reports = [self.run_json("verify", "--level=restore", path)[0]
                   for path in (name, "own.tar.gz")]
        self.assertEqual([report["repacked"] for report in reports], [True, False])
        self.assertEqual(reports[0]["restore_to_empty"], reports[1]["restore_to_empty"])

    def test_tar(self):
        """In whatever order and form GNU tar writes the directory."""
        for options in ("", "--sort=name", "--format=posix", "--format=ustar",
                        "--format=posix --sort=name", "--mtime=@1.5 --format=posix"):
            with self.subTest(options=options):
                self.shell(f"tar -c {options} DIR | gzip > again")
                self.check_taken("again")

    def test_compressors(self):
        for line in ("zstd -q", "zstd -q --no-check", "xz", "cat"):
            with self.subTest(line=line):
                self.shell(f"tar -c DIR | {line} > again")
                self.check_taken("again")

    def test_compressed_again(self):
        """The tar as it was: only the seal is gone."""
        self.shell("zcat own.tar.gz | gzip -9 > again")
        self.check_taken("again")
        self.shell("zcat own.tar.gz | zstd -q > again")
        self.check_taken("again")

    def test_python(self):
        with tarfile.open(self.folder / "again", "w:gz") as tar:
            tar.add(self.folder / "DIR", "DIR")
        self.check_taken("again")

    def test_through_a_pipe(self):
        self.shell("tar -cz DIR > again")
        out, _ = self.run_command("verify", "-", stdin=(self.folder / "again").read_bytes())
        self.assertIn(self.REMARK, out)

    def test_documented_command(self):
        page = (TOP / "data" / "man" / "simstow-archive.5.rst").read_text(encoding="utf-8")
        command_line, = re.findall(r"^    (tar --format=ustar .*?)\n\n", page, flags=re.M | re.S)
        self.shell(command_line)
        with tarfile.open(self.folder / "NEW.tar.gz") as again, \
                tarfile.open(self.folder / "own.tar.gz") as own:
            self.assertEqual([name.split("/")[1:] for name in again.getnames()],
                             [name.split("/")[1:] for name in own.getnames()])
        self.check_taken("NEW.tar.gz")

    def test_merge(self):
        """A merged archive has its seal again."""
        self.shell("tar -cz DIR > again")
        self.run_command("merge", "new.tar.gz", "again")
        self.assertNotIn(self.REMARK, self.run_command("verify", "new.tar.gz")[0])
        self.assertEqual(self.run_command("show", "new.tar.gz", "messages")[0],
                         self.run_command("show", "own.tar.gz", "messages")[0])

    def check_refused(self, says, pack="tar -cz DIR > again"):
        """The directory as it is now, packed, is refused with these words."""
        self.shell(pack)
        out, err = self.run_command("verify", "again", status=4)
        self.assertEqual(out, "")
        self.assertIn(says, err)

    def test_changed(self):
        self.shell("sed -i s/unread/unsent/ DIR/messages.ndjson")
        self.check_refused("messages.ndjson: damaged: its digest is not the one in SHA256SUMS")

    def check_ignored(self, *names):
        """The directory as it is now, packed, is taken, and these are remarked upon."""
        self.check_taken("again")
        self.assertEqual(self.run_json("verify", "again")[0]["ignored"], sorted(names))
        out, _ = self.run_command("verify", "again")
        self.assertIn(f"ignored: {', '.join(sorted(names)[:3])}", out)

    def test_more(self):
        """What people and their systems put beside the members is no harm."""
        self.shell("echo x > DIR/more; echo y > DIR/.DS_Store; echo z > 'DIR/a name'; "
                   "mkdir DIR/notes; echo n > DIR/notes/README.txt; tar -cz DIR > again")
        self.check_ignored("DIR/more", "DIR/.DS_Store", "DIR/a name", "DIR/notes/README.txt")
        self.shell("tar -czf again -C DIR .")
        self.check_ignored("more", ".DS_Store", "a name", "notes/README.txt")

    def test_apple(self):
        """As tar and Finder of macOS pack it: a double before each file, extended attributes, and
        what an old tar makes of extended headers."""
        with tarfile.open(self.folder / "again", "w:gz", format=tarfile.PAX_FORMAT) as tar:
            for path in [self.folder / "DIR", *sorted((self.folder / "DIR").iterdir())]:
                for name in (f"{path.parent.name}/._{path.name}", f"__MACOSX/._{path.name}",
                             f"PaxHeaders.12/{path.name}"):
                    double = tarfile.TarInfo(name.replace(self.folder.name, "."))
                    double.size = 5
                    tar.addfile(double, io.BytesIO(b"\0\5\x16\7\0"))
                entry = tar.gettarinfo(path, f"./{path.relative_to(self.folder)}")
                entry.pax_headers = {"SCHILY.xattr.com.apple.quarantine": "0081;x",
                                     "LIBARCHIVE.xattr.com.apple.provenance": "AQ" * 9000}
                with (open(path, "rb") if path.is_file() else io.BytesIO()) as file:
                    tar.addfile(entry, file)
        self.check_taken("again")
        self.assertEqual(len(self.run_json("verify", "again")[0]["ignored"]),
                         3 * (1 + len(list((self.folder / "DIR").iterdir()))))

    def test_ways(self):
        """However the directory is named on the command line of tar, or whatever it is called."""
        self.shell("mkdir -p 'a b/c' && cp -r DIR 'a b/c/Mi copia \u00f1 (2)'; cp -r DIR "
                   "$(printf 'long%.0s' {1..40}); mkdir root; cp -r DIR root/DIR; "
                   "mkdir $(printf 'deep%.0s' {1..23}); cp -r DIR deep*")
        for line in ("tar czf again ./DIR", "cd root; tar czf ../again *",
                     "cd DIR; tar czf ../again *", "tar czf again -C DIR .",
                     "cd DIR; tar czf ../again ./*", "cd DIR; tar czf ../again $(ls -r)",
                     "tar czf again 'a b'", "tar czf again --format=posix 'a b'",
                     "tar czf again --format=ustar 'a b'", "tar czf again long*",
                     "tar czf again --format=posix long*", "tar czf again --format=ustar deep*", "tar czf again deep*",
                     "tar czPf again $PWD/DIR", "tar czf again $PWD/DIR 2>/dev/null",
                     "tar czf again DIR/*", "tar czf again --format=v7 DIR",
                     "tar czf again --format=oldgnu DIR", "tar cf again ./DIR",
                     "tar czf again --owner=0 --group=0 --numeric-owner DIR",
                     "tar czf again --owner=0 --group=0 --numeric-owner --format=ustar "
                     "--sort=name DIR", "find DIR | cpio -o -H ustar --quiet | gzip > again"):
            if "cpio" in line and subprocess.run(["sh", "-c", "command -v cpio"], check=False,
                                                 capture_output=True).returncode != 0:
                continue
            with self.subTest(line=line):
                self.shell(f"rm -f again; {line}")
                self.check_taken("again")

    def test_any_order(self):
        """Every member in every place, with and without owners."""
        names = sorted(path.name for path in (self.folder / "DIR").iterdir())
        for owner in ("--owner=0 --group=0 --numeric-owner", ""):
            for turn in range(len(names)):
                order = " ".join(f"DIR/{name}" for name in names[turn:] + names[:turn])
                with self.subTest(order=order, owner=owner):
                    self.shell(f"tar -c {owner} --format=ustar --no-recursion DIR {order} > again")
                    self.run_command("diff", "again", "own.tar.gz")

    def test_two(self):
        """Two archives in one tar are not one."""
        self.shell("cp -r DIR DIR2")
        self.check_refused("several", "tar -cz DIR DIR2 > again")

    def test_less(self):
        self.shell("rm DIR/README.txt")
        self.check_refused("SHA256SUMS: damaged: it lists members that are not there")
        self.shell("rm DIR/SHA256SUMS")
        self.check_refused("SHA256SUMS: missing")

    def test_twice(self):
        self.check_refused("calls.ndjson: not in a simstow archive: a second member",
                           "tar -cz DIR DIR/calls.ndjson --hard-dereference > again")

    def test_links(self):
        self.shell("mv DIR/calls.ndjson .; ln -s ../calls.ndjson DIR/calls.ndjson")
        self.check_refused("DIR/calls.ndjson: not in a simstow archive: a symbolic link")
        self.shell("rm DIR/calls.ndjson; ln DIR/README.txt DIR/calls.ndjson")
        self.check_refused("a hard link")


class Verify(command.CommandTest):
    """Several archives at once: all are looked at, the first bad one gives the status."""

    def test_several(self):
        whole = self.write("whole.tar.gz", archives.archive(**sample()))
        newer = self.write("newer.tar.gz", archives.archive(version=9))
        short = self.write("short.tar.gz", archives.archive(**sample())[:-20])
        out, err = self.run_command("verify", whole, newer, short, whole, status=6)
        self.assertEqual(out.count("whole.tar.gz: whole; 7 messages, 0 contacts, 2 calls"), 2)
        self.assertIn("newer.tar.gz: ", err)
        self.assertIn("short.tar.gz: ", err)

    def test_json(self):
        whole = self.write("whole.tar.gz", archives.archive(**sample()))
        short = self.write("short.tar.gz", archives.archive(**sample())[:-20])
        first, second = self.run_json("verify", whole, short, status=9)
        self.assertEqual((first["whole"], first["messages"]), (True, 7))
        self.assertEqual((second["whole"], second["status"]), (False, 9))

    def test_levels(self):
        """Each level is named in its report and finds what it is for."""
        whole = self.write("whole.tar.gz", archives.archive(**sample()))
        short = self.write("short.tar.gz", archives.archive(**sample())[:-20])
        out, _ = self.run_command("verify", "--level=present", whole, short)
        self.assertEqual(out.count(": present; "), 2)
        _, err = self.run_command("verify", "--level=digest", whole, status=1)
        self.assertIn("no digest to compare with", err)
        digest = hashlib.sha256(whole.read_bytes()).hexdigest()
        self.write("whole.tar.gz.sha256", f"{digest}  whole.tar.gz\n".encode())
        self.assertIn("digest right", self.run_command("verify", "--level=digest", whole)[0])
        whole.write_bytes(whole.read_bytes()[:-1] + b"x")
        self.run_command("verify", "--level=digest", whole, status=4)
        again = self.write("again.tar.gz", archives.archive(**sample()))
        report, = self.run_json("verify", "--level=restore", again)
        self.assertEqual(report["level"], "restore")
        self.assertEqual(sum(report["restore_to_empty"].values()), 9)

    def test_level_usage(self):
        whole = self.write("whole.tar.gz", archives.archive(**sample()))
        _, err = self.run_command("verify", "--level=most", whole, status=2)
        self.assertIn("present, digest, whole and restore", err)
        self.run_command("verify", "-m", "0", whole, status=2)
        empty = self.write("empty.tar.gz", b"")
        self.run_command("verify", "--level=present", empty, status=9)
        _, err = self.run_command("verify", "--level=present", self.folder, status=4)
        self.assertIn("a directory", err)
        self.run_command("verify", "--level=present", self.folder / "none", status=1)


class Diff(command.CommandTest):
    """What differs, and the status that says so."""

    def test_same(self):
        path = self.write("a.tar.gz", archives.archive(**sample()))
        self.assertEqual(self.run_command("diff", path, path)[0], "No difference.\n")
        self.assertEqual(self.run_json("diff", path, path)["differences"], [])

    def test_different(self):
        less = sample()
        less["messages"] = less["messages"][1:]
        less["calls"] = [archives.call(1, "573101234567", "Bego\u00f1a", kind=145)]
        less["network"]["bands"] = ["eutran-28"]
        one = self.write("a.tar.gz", archives.archive(**sample()))
        two = self.write("b.tar.gz", archives.archive(**less))
        out, _ = self.run_command("diff", one, two, status=3)
        self.assertIn("Only in ", out)
        self.assertIn("saldo", out)
        shown = self.run_json("diff", one, two, status=3)["differences"]
        self.assertEqual([item["category"] for item in shown], ["messages", "calls", "network"])
        self.assertEqual([item["kind"] for item in shown][:2], ["only-a", "only-a"])
        self.assertEqual(shown[0]["a"]["text"], TEXT)
        self.run_command("diff", one, two, "--only", "contacts")
        self.run_command("diff", one, two, "--only", "contacts,calls", status=3)

    def test_changed(self):
        """Both messages of a pair, where the second stands elsewhere."""
        changed = sample()
        changed["messages"] = [{**record, "status": "sent"}
                               for record in reversed(changed["messages"])]
        one = self.write("a.tar.gz", archives.archive(**sample()))
        two = self.write("b.tar.gz", archives.archive(**changed))
        shown = self.run_json("diff", one, two, status=3)["differences"]
        self.assertEqual([item["kind"] for item in shown], ["changed"] * 7)
        self.assertTrue(all(item["a"]["pdu"] == item["b"]["pdu"] for item in shown))
        self.assertEqual({item["b"]["status"] for item in shown}, {"sent"})
        out, _ = self.run_command("diff", one, two, status=3)
        self.assertEqual(out.count("unread -> sent"), 2)

    def test_pipes(self):
        """What cannot be read twice is compared like files, and needs no disk."""
        less = sample()
        less["messages"] = less["messages"][1:]
        one = self.write("a.tar.gz", archives.archive(**sample()))
        two = self.write("b.tar.gz", archives.archive(**less))
        shown = self.run_json("diff", one, two, status=3)["differences"]
        self.env["TMPDIR"] = str(self.folder / "there-is-none")
        out, _ = self.run_command("diff", "-", two, "--json", stdin=one.read_bytes(), status=3)
        self.assertEqual(json.loads(out)["differences"], shown)
        done = subprocess.run(["bash", "-c", '"$0" diff --json <(cat "$1") <(cat "$2")',
                               command.PROGRAM, one, two], env=self.env, capture_output=True,
                              timeout=120, check=False)
        self.assertEqual(json.loads(done.stdout)["differences"], shown)
        self.run_command("diff", "-", two, stdin=one.read_bytes()[:-20], status=9)


if __name__ == "__main__":
    unittest.main()
