# SPDX-License-Identifier: GPL-2.0-or-later
"""convert: other programs' files in and out, what is lost, and what is refused."""

import contextlib
import csv
import email.header
import io
import json
import mailbox
import random
import sqlite3
import subprocess
import unittest
import xml.etree.ElementTree
import zipfile

import archives
import command

HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
CLARO = "8957101210000000014"


def sms(body, date=1700000000123, kind=1, **more):
    """An <sms> as Android's programs write it."""
    values = {"protocol": "0", "address": "+573001112233", "date": str(date), "type": str(kind),
              "subject": "null", "body": body, "toa": "null", "sc_toa": "null",
              "service_center": "null", "read": "1", "status": "-1", "locked": "0",
              "date_sent": "0", "sub_id": "-1", "readable_date": "Nov 14, 2023",
              "contact_name": "(Unknown)", **more}
    return "  <sms " + " ".join(f'{key}="{value}"' for key, value in values.items()) + " />\n"


def smses(*records, count=None, front=""):
    """A file of messages."""
    return (HEAD + front + f'<smses count="{len(records) if count is None else count}">\n'
            + "".join(records) + "</smses>\n").encode("utf-8", "surrogatepass")


def calls(*records):
    """A file of calls."""
    return (HEAD + f'<calls count="{len(records)}">\n' + "".join(
        "  <call " + " ".join(f'{key}="{value}"' for key, value in record.items()) + " />\n"
        for record in records) + "</calls>\n").encode()


def rows(data, tag):
    """What a stock XML parser finds."""
    return [dict(element.attrib) for element in xml.etree.ElementTree.fromstring(data).iter(tag)]


class ConvertTest(command.CommandTest):
    """What the tests of all formats share."""

    def convert(self, name, data, output, *args, status=0):
        """Converts one file; what was said."""
        self.write(name, data)
        out, err = self.run_command("convert", name, "-o", output, *args, status=status)
        return out + err

    def losses(self, name, data, output, *args, status=0):
        """Converts one file; what was lost."""
        self.write(name, data)
        return self.run_json("convert", name, "-o", output, "--force", *args,
                             status=status)["losses"]

    def refused(self, name, data, *says, status=4, output="x.tar.gz"):
        """A file is refused with the line and the reason, and nothing is written."""
        self.write(name, data)
        before = self.files()
        _, err = self.run_command("convert", name, "-o", output, status=status)
        for text in (name, *says):
            self.assertIn(text, err)
        self.assertEqual(err.count("\n"), 1)
        self.assertEqual(self.files(), before)

    def shown(self, name):
        """The messages of an archive."""
        self.run_command("verify", name)
        return self.run_json("show", name)["messages"]

    def there_and_back(self, archive, output):
        """An archive to a format and back gives the same file of that format again."""
        self.run_command("convert", archive, "-o", output)
        self.run_command("convert", output, "-o", "back.tar.gz", "--force")
        self.run_command("verify", "back.tar.gz")
        self.run_command("convert", "back.tar.gz", "-o", "again-" + output)
        self.assertEqual((self.folder / output).read_bytes(),
                         (self.folder / ("again-" + output)).read_bytes())
        return (self.folder / output).read_bytes()


class SmsBackupRestore(ConvertTest):
    """The XML of SMS Backup & Restore."""

    def test_in(self):
        """An archive made of it is one like any other."""
        data = smses(sms("hola", service_center="+573150000000", date_sent="1699999999000"),
                     sms("sí", kind=2, contact_name="Ana"),
                     sms("mañana", kind=3, date=0), sms("null", read="0"), count=77,
                     front="<!-- by an app --->\n<?xml-stylesheet href='sms.xsl'?>\n")
        said = self.convert("a.xml", data, "a.tar.gz")
        self.assertIn("4 messages, 0 contacts, 0 calls", said)
        self.assertNotIn("Not taken", said)
        found = self.shown("a.tar.gz")
        self.assertEqual([m["text"] for m in found], ["hola", "sí", "mañana", "null"])
        self.assertEqual([m["status"] for m in found], ["read", "sent", "unsent", "unread"])
        self.assertEqual([m["type"] for m in found], ["deliver", "submit", "submit", "deliver"])
        self.assertEqual(found[0]["time"], "2023-11-14T22:13:19Z")
        self.assertEqual(found[0]["smsc"], "+573150000000")
        self.assertEqual(found[1]["foreign"]["name"], "Ana")
        self.assertTrue(all(m["rebuilt"] for m in found))
        self.run_command("diff", "a.tar.gz", "a.tar.gz")
        self.run_command("merge", "m.tar.gz", "a.tar.gz", "a.tar.gz")
        self.assertEqual(len(self.shown("m.tar.gz")), 4)

    def test_characters(self):
        """Halves of surrogate pairs, other references, quotation marks of either kind."""
        data = smses(
            sms("a&#55357;&#56846;b &#xD83D;&#xDE0E; &amp;#55357; &quot;&apos;&lt;&gt;&#10;n"),
            sms("hi &#55357; lo &#56846; &#0; &#xFFFF; &#55357;&amp;"),
            "<sms address='+57' body='it is \"so\"' date='1' type='2'/>\n",
            sms("raw\nline \U0001f60e"))
        lost = self.losses("a.xml", data, "a.tar.gz")
        self.assertEqual(lost, {"characters": 5})
        self.assertEqual([m["text"] for m in self.shown("a.tar.gz")],
                         ["a\U0001f60eb \U0001f60e &#55357; \"'<>\nn",
                          "hi \ufffd lo \ufffd \ufffd \ufffd \ufffd&", 'it is "so"',
                          "raw line \U0001f60e"])

    def test_split_pair(self):
        """A pair that lies across any boundary of a read."""
        for place in range(65536 - 420, 65536 - 330, 3):
            data = smses(sms("x" * place + "&#55357;&#56846;"))
            if data.find(b"&#55357;") < 65536 < data.find(b"&#56846;") + 8:
                self.convert("a.xml", data, "b.xml", "--force")
                body = rows((self.folder / "b.xml").read_bytes(), "sms")[0]["body"]
                self.assertEqual(body, "x" * place + "\U0001f60e")

    def test_out(self):
        """A stock parser reads what is written; what XML cannot have is replaced and told."""
        lines = [archives.message(1, archives.deliver_text("573001112233", "a<b>&\"'\n\t\x1b \U0001f60e"))]
        self.write("a", archives.archive(messages=lines, calls=[archives.call(1, "57300", "Ana")],
                                         sim={"iccid": CLARO}))
        said, _ = self.run_command("convert", "a", "-o", "a.xml", "--strict", status=3)
        self.assertIn("characters that are no text, replaced: 1\n", said)
        self.assertIn("calls: 1\n", said)
        data = (self.folder / "a.xml").read_bytes()
        found = rows(data, "sms")
        self.assertEqual(found[0]["body"], "a<b>&\"'\n\t\ufffd \U0001f60e")
        self.assertEqual(found[0]["date"], "1700000000000")
        self.assertEqual(found[0]["address"], "+573001112233")
        self.assertEqual((found[0]["sub_id"], found[0]["simstow_sim"]), ("-1", CLARO))
        self.assertEqual(xml.etree.ElementTree.fromstring(data).get("count"), "1")
        self.run_command("convert", "a", "-o", "c.xml", "--only", "calls", "--strict")
        found = rows((self.folder / "c.xml").read_bytes(), "call")
        self.assertEqual((found[0]["number"], found[0]["type"]), ("57300", "3"))

    def test_no_time(self):
        """What has no time gets none, so that it stays the same message."""
        submit = "0001000B917503101122F30000046F37A90E"
        self.write("a", archives.archive(messages=[archives.message(1, submit, status="sent")]))
        self.run_command("convert", "a", "-o", "a.xml")
        found = rows((self.folder / "a.xml").read_bytes(), "sms")
        self.assertEqual((found[0]["date"], found[0]["type"]), ("0", "2"))

    def test_mms(self):
        """Text is kept, the rest counted; whole videos in an attribute are passed over."""
        part = '<part seq="0" ct="text/plain" name="null" text="foto y texto" />'
        data = smses(
            '<mms date="1700000000000" msg_box="1" address="+571~+572" sub="null" m_type="132">'
            '<parts><part seq="-1" ct="application/smil" text="&lt;smil/>" />' + part +
            f'<part seq="1" ct="image/jpeg" data="{"QUJD" * 700000}" /></parts>'
            '<addrs><addr address="+573009" type="137" /><addr address="+571" type="151" /></addrs>'
            "</mms>\n",
            '<mms date="1700000000000" msg_box="2" address="+571"><parts>'
            '<part seq="0" ct="image/gif" data="R0lG" /></parts></mms>\n', sms("hola"))
        lost = self.losses("a.xml", data, "a.tar.gz")
        self.assertEqual(lost, {"mms": 1, "mms-without-text": 1, "attachments": 2})
        found = self.shown("a.tar.gz")
        self.assertEqual([m["text"] for m in found], ["foto y texto", "hola"])
        self.assertEqual(found[0]["address"], "+573009")
        problems = self.run_json("show", "a.tar.gz")["modem"]["problems"]
        self.assertTrue(all(p["lost"] for p in problems) and len(problems) == 3)

    def test_two_sims(self):
        """What two SIMs got stays two messages, and each knows whose it is."""
        data = smses(sms("alerta", sub_id="1"), sms("alerta", sub_id="2"))
        self.convert("a.xml", data, "a.tar.gz")
        self.assertEqual([m["sim"] for m in self.shown("a.tar.gz")], ["sub:1", "sub:2"])
        self.run_command("merge", "m.tar.gz", "a.tar.gz", "a.tar.gz")
        self.assertEqual([m["sim"] for m in self.shown("m.tar.gz")], ["sub:1", "sub:2"])
        self.run_command("convert", "m.tar.gz", "-o", "b.xml")
        self.assertEqual([m["sub_id"] for m in rows((self.folder / "b.xml").read_bytes(), "sms")],
                         ["1", "2"])
        line = [archives.message(1, archives.deliver_text("573001112233", "hola"))]
        for name, iccid in (("x", CLARO), ("y", "8957103000000000002")):
            self.write(name, archives.archive(messages=line, sim={"iccid": iccid}))
        self.run_command("convert", "x", "y", "-o", "both.xml")
        found = rows((self.folder / "both.xml").read_bytes(), "sms")
        self.assertEqual([(m["sub_id"], m["simstow_sim"]) for m in found],
                         [("1", CLARO), ("2", "8957103000000000002")])
        self.run_command("merge", "mixed.tar.gz", "x", "y", "--mix")
        self.assertEqual({m["sim"] for m in self.shown("mixed.tar.gz")},
                         {CLARO, "8957103000000000002"})

    def test_calls(self):
        """Calls, with what only phones know."""
        data = calls({"number": "+57 300-111", "duration": "61", "date": "1700000000123",
                      "type": "5", "presentation": "1", "subscription_id": "1",
                      "contact_name": "Ana"},
                     {"number": "", "duration": "0", "date": "1700000001000", "type": "3",
                      "presentation": "2"})
        self.convert("calls.xml", data, "a.tar.gz")
        found = self.run_json("show", "a.tar.gz")["calls"]
        self.assertEqual([c["store"] for c in found], ["calls/missed"] * 2)
        self.assertEqual(found[0]["time"], "2023-11-14T22:13:20Z")
        self.assertEqual(found[0]["foreign"]["type"], "rejected")
        again = rows(self.there_and_back("a.tar.gz", "out.xml"), "call")
        self.assertEqual([(c["number"], c["duration"], c["date"], c["type"], c["presentation"])
                          for c in again],
                         [("+57 300-111", "61", "1700000000123", "5", "1"),
                          ("", "0", "1700000001000", "3", "2")])

    def test_round_trip(self):
        """Whatever is in a file comes back from an archive of it, attribute by attribute."""
        rng = random.Random(12)
        letters = "ab z@é€ñ{}\u0444\u4e2d\U0001f60e&<>\"'\n\t"
        records = []
        for _ in range(300):
            body = "".join(rng.choice(letters) for _ in range(rng.choice((0, 5, 70, 161, 700))))
            body = "".join(f"&#{ord(c)};" if c in "&<\"\n\t" else c for c in body)
            records.append(sms(
                body, kind=rng.randint(1, 6), date=rng.randint(0, 4 * 10 ** 12),
                date_sent=rng.choice((0, rng.randint(0, 2 * 10 ** 12))),
                address=rng.choice(("+573001112233", "85432", "Bancolombia", "ana@example.com",
                                    "a sender with a very long name", "(601) 555-0100", "")),
                read=rng.randint(0, 1), locked=rng.randint(0, 1),
                status=rng.choice((-1, 0, 32, 64)), sub_id=rng.choice((-1, 1, 2)),
                contact_name=rng.choice(("(Unknown)", "Ana María")), protocol=rng.choice((0, 65)),
                service_center=rng.choice(("null", "+573150000000")),
                subject=rng.choice(("null", "asunto"))))
        data = smses(*records)
        self.convert("a.xml", data, "a.tar.gz")
        self.there_and_back("a.tar.gz", "out.xml")
        left, right = rows(data, "sms"), rows((self.folder / "out.xml").read_bytes(), "sms")
        for row in left + right:
            row.pop("readable_date")
        self.assertEqual(left, right)

    def test_refused(self):
        """What is no such file is refused with the line and the reason."""
        good = sms("hola")
        for data, *says in (
                (smses(good, front="<!DOCTYPE smses [<!ENTITY a 'b'>]>\n"), "line 2", "type"),
                (smses(good, sms("&nbsp;")), "line 4", "&nbsp;"),
                (smses(good, sms("a & b")), "line 4", "&"),
                (smses(sms("a < b")), "line 3", "<"),
                (smses(sms("x", date="ayer")), "line 3", 'date="ayer"'),
                (smses(sms("x", kind=9)), "line 3", 'type="9"'),
                (smses(good).replace(b"</smses>", b"</sms>"), "line 4", "<sms>"),
                (smses(good) + b"<smses/>", "line 5", "second"),
                (smses(good) + b"x", "line 5"),
                (smses("<sms body=x />"), "line 3", "quotation"),
                (smses('<sms type="1" type="2" />'), "line 3", "type", "twice"),
                (smses("<call />"), "line 3", "<call>"),
                (b"<?xml version='1.0'?>\n<smses2/>", "line 2", "<smses2>"),
                (smses("<sms " + 'a="' + "x" * 1100000 + '" />'), "line 3", "1 MiB")):
            with self.subTest(says=says):
                self.refused("bad.xml", data, *says)
        for length in (75, 90, 200, len(smses(good)) - 3):
            self.refused("short.xml", smses(good)[:length], "line", "too early", status=9)
        self.refused("empty.xml", b"", "empty")
        self.refused("what", b"neither this nor that\n", "--from")

    def test_other_encodings(self):
        """UTF-16, and UTF-8 with a byte order mark; bytes that are neither are told."""
        text = smses(sms("ñandú")).decode()
        for data in (text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode(),
                     b"\xfe\xff" + text.encode("utf-16-be")):
            self.convert("a.xml", data, "a.tar.gz", "--force")
            self.assertEqual(self.shown("a.tar.gz")[0]["text"], "ñandú")
        lost = self.losses("a.xml", smses(sms("a?b")).replace(b"a?b", b"a\xf1b"), "b.tar.gz")
        self.assertEqual(lost, {"characters": 1})


ANDROID = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Garc=C3=ADa;Ana=20=
Mar=C3=ADa;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ana=20Mar=C3=ADa Garc=C3=ADa
TEL;HOME:601 555 0100
TEL;CELL;PREF:+57 (300) 111-2233
EMAIL;HOME:ana@example.com
ADR;HOME;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:;;Calle 1=0ABogot=C3=A1;;;;CO
X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Anita;1;;;;
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD
 /2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoM
AAAAAAAAAAAAAAAA

END:VCARD
"""
APPLE = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iOS 17.0//EN
N:Doe;John;;;
FN:John Doe
NICKNAME:Johnny
ORG:Acme\\, Inc.;Sales
item1.TEL;type=pref:+1 555 0100
item1.X-ABLabel:_$!<Other>!$_
item2.ADR;type=HOME:;;1 Main St;Town;;;US
CATEGORIES:Friends,Work
NOTE:line\\nline2\\, end and a line that is so long that it has to be folded at some place
  or other
PHOTO;ENCODING=b;TYPE=JPEG:AAAA
END:VCARD
"""
GOOGLE = """BEGIN:VCARD
VERSION:4.0
FN:Solo
TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+33-1-23-45-67
TEL;TYPE=cell:12345
EMAIL:solo@example.com
RELATED;VALUE=text:x
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:
END:VCARD
"""


class Vcard(ConvertTest):
    """vCards of any version in, 3.0 and 4.0 out."""

    def contacts(self, name):
        """The contacts of an archive."""
        self.run_command("verify", name)
        return self.run_json("show", name)["contacts"]

    def test_in(self):
        """Android's, Apple's and Google's: what a SIM can hold, and the rest beside it."""
        data = (ANDROID + APPLE).replace("\n", "\r\n").encode() + GOOGLE.encode()
        lost = self.losses("a.vcf", data, "a.tar.gz")
        self.assertEqual(lost, {"photos": 2, "nameless": 1})
        found = self.contacts("a.tar.gz")
        self.assertEqual([c["name"] for c in found], ["Ana María García", "John Doe", "Solo"])
        self.assertEqual([(c["number"], c["type"]) for c in found],
                         [("573001112233", 145), ("15550100", 145), ("331234567", 145)])
        self.assertEqual(found[0]["numbers"], [{"number": "6015550100", "type": 129}])
        self.assertEqual(found[0]["emails"], ["ana@example.com"])
        self.assertEqual((found[1]["group"], found[1]["second_name"]), ("Friends", "Johnny"))

    def test_out(self):
        """Independent readers find what was there, and nothing of it is lost on the way back."""
        import vobject
        self.convert("a.vcf", (ANDROID + APPLE + GOOGLE).encode(), "a.tar.gz")
        for name in ("vcard", "vcard-4"):
            self.run_command("convert", "a.tar.gz", "-o", f"{name}.vcf", "--to", name)
            text = (self.folder / f"{name}.vcf").read_bytes().decode("utf-8")
            self.assertTrue(all(len(line.encode()) <= 75 for line in text.split("\r\n")))
            self.assertNotIn("\n", text.replace("\r\n", ""))
            cards = list(vobject.readComponents(text))
            self.assertEqual([card.fn.value for card in cards],
                             ["Ana María García", "John Doe", "Solo"])
            self.assertEqual((cards[0].n.value.family, cards[0].n.value.given),
                             ("García", "Ana María"))
            self.assertEqual([tel.value.replace("tel:", "") for tel in cards[0].tel_list],
                             ["+573001112233", "6015550100"])
            self.assertEqual(cards[1].org.value, ["Acme, Inc.", "Sales"])
            self.assertEqual(cards[1].note.value, "line\nline2, end and a line that is so long that "
                             "it has to be folded at some place or other")
            self.assertEqual(cards[0].adr.value.street, "Calle 1\nBogotá")
            self.run_command("convert", f"{name}.vcf", "-o", "b.tar.gz", "--force")
            self.run_command("convert", "b.tar.gz", "-o", "again.vcf", "--to", name, "--force")
            self.assertEqual((self.folder / "again.vcf").read_bytes(), text.encode())
        done = subprocess.run(["gammu", "convertbackup", "vcard.vcf", "out.ldif"], check=True,
                              cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0)
        self.assertIn("+573001112233", (self.folder / "out.ldif").read_text(errors="replace"))

    def test_evolution(self):
        """Evolution's own code finds the same."""
        import gi
        gi.require_version("EBookContacts", "1.2")
        from gi.repository import EBookContacts
        self.convert("a.vcf", (ANDROID + APPLE + GOOGLE).encode(), "a.tar.gz")
        for name in ("vcard", "vcard-4"):
            self.run_command("convert", "a.tar.gz", "-o", f"{name}.vcf", "--to", name)
            text = (self.folder / f"{name}.vcf").read_bytes().decode("utf-8")
            found = []
            for part in text.split("END:VCARD\r\n")[:-1]:
                values = {}
                for item in EBookContacts.VCard.new_from_string(part + "END:VCARD\r\n") \
                        .get_attributes():
                    values.setdefault(item.get_name(), []).append(item.get_values())
                found.append(values)
            self.assertEqual([card["FN"] for card in found],
                             [[["Ana María García"]], [["John Doe"]], [["Solo"]]])
            self.assertEqual([[tel[0].replace("tel:", "") for tel in card["TEL"]]
                              for card in found],
                             [["+573001112233", "6015550100"], ["+15550100"],
                              ["+331234567", "12345"]])
            self.assertEqual(found[0]["N"][0][:2], ["García", "Ana María"])
            self.assertEqual(found[0]["ADR"][0][2], "Calle 1\nBogotá")
            self.assertEqual(found[1]["ORG"], [["Acme, Inc.", "Sales"]])
            self.assertEqual(found[1]["CATEGORIES"], [["Friends"], ["Work"]])
            self.assertEqual(found[0]["EMAIL"], [["ana@example.com"]])

    def test_changed_elsewhere(self):
        """A card of ours that another program changed says what it shows."""
        self.convert("a.vcf", ANDROID.encode(), "a.tar.gz")
        self.run_command("convert", "a.tar.gz", "-o", "b.vcf")
        data = (self.folder / "b.vcf").read_bytes().replace(b":6015550100", b":6015559999", 1)
        self.convert("c.vcf", data, "c.tar.gz")
        self.assertEqual(self.contacts("c.tar.gz")[0]["numbers"][0]["number"], "6015559999")

    def test_picture(self):
        """Many megabytes of a picture take no memory and no harm."""
        line = " " + "A" * 72 + "\n"
        data = ANDROID.replace("PHOTO;", "X-A:b\nPHOTO;ENCODING=b:AA\n" + line * 40000 + "PHOTO;")
        self.assertEqual(self.losses("a.vcf", data.encode(), "a.tar.gz"), {"photos": 2})

    def test_calls(self):
        """The call lists that phones give over Bluetooth."""
        card = ("BEGIN:VCARD\r\nVERSION:2.1\r\nN:{name}\r\nTEL;CELL:{tel}\r\n"
                "X-IRMC-CALL-DATETIME;{time}\r\nEND:VCARD\r\n")
        data = "".join(card.format(name=name, tel=tel, time=time) for name, tel, time in (
            ("Ana;Luz", "+57300", "DIALED:20220913T110607"),
            ("", "85432", "MISSED:20220913T110607Z"),
            ("", "", "TYPE=RECEIVED:20220913T110607-0300"),
            ("", "1", "RECEIVED:"))).encode()
        self.convert("ich.vcf", data, "a.tar.gz")
        self.run_command("convert", "a.tar.gz", "-o", "calls.xml")
        found = rows((self.folder / "calls.xml").read_bytes(), "call")
        self.assertEqual(sorted((c["number"], c["type"], c["date"]) for c in found),
                         [("", "1", "1663077967000"), ("+57300", "2", "1663085167000"),
                          ("1", "1", "0"), ("85432", "3", "1663067167000")])

    def test_refused(self):
        """What is no card is refused with the line and the reason."""
        self.refused("a.vcf", (ANDROID + "what\n").encode(), "line 16", "what")
        self.refused("a.vcf", ANDROID.replace("2.1", "5.0").encode(), "line 15", "5.0")
        self.refused("a.vcf", b"BEGIN:VCARD\nVERSION:3.0\nFN:A\n", "line 4", status=9)
        self.refused("a.vcf", b"BEGIN:VCARD\nNOTE:" + b"x\n " * 600000, "1 MiB")


def table(data):
    """What Python's csv reads."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


class Csv(ConvertTest):
    """Tables of messages, contacts and calls."""

    def test_messages(self):
        """Python reads what is written, and nothing of it is lost on the way back."""
        data = smses(sms("uno, &quot;dos&quot;&#10;tres &#55357;&#56846;", date_sent="1699999999000",
                         service_center="+573150000000", sub_id="1", contact_name="Ana, la de=2"),
                     sms("=1+1", kind=4, locked="1", read="0"), sms("'=1", date=1700000000000),
                     sms("'x", kind=2, status=32, protocol=65, subject="s", date=0), sms(""))
        self.convert("a.xml", data, "a.tar.gz")
        written = self.there_and_back("a.tar.gz", "out.csv")
        self.assertEqual(written.count(b"\n"), written.count(b"\r\n") + 1)
        found = table(written)
        self.assertEqual([m["body"] for m in found], ['uno, "dos"\ntres \U0001f60e', "=1+1", "''=1",
                                                      "'x", ""])
        self.assertEqual([m["date"] for m in found][:4],
                         ["2023-11-14T22:13:20.123Z"] * 2 + ["2023-11-14T22:13:20Z", ""])
        self.assertEqual((found[0]["address"], found[0]["direction"], found[0]["type"],
                          found[0]["sim"], found[0]["contact_name"]),
                         ("+573001112233", "in", "received", "sub:1", "Ana, la de=2"))
        self.run_command("convert", "back.tar.gz", "-o", "b.xml")
        data = data.replace(b"&#55357;&#56846;", b"&#x1F60E;")
        left, right = rows(data, "sms"), rows((self.folder / "b.xml").read_bytes(), "sms")
        for row in left + right:
            row.pop("readable_date")
        self.assertEqual(left, right)

    def test_safe(self):
        """No cell is a formula, and reading gives what was there."""
        texts = ["=cmd", "+1", "-1", "@x", "&#9;y", "'=1", "''@", "plain", "'plain"]
        self.convert("a.xml", smses(*map(sms, texts)), "a.tar.gz")
        self.run_command("convert", "a.tar.gz", "-o", "s.csv", "--csv-safe")
        for row in csv.reader(io.StringIO((self.folder / "s.csv").read_text(), newline="")):
            self.assertEqual([cell for cell in row if cell[:1] in tuple("=+-@\t\r")], [])
        self.run_command("convert", "s.csv", "-o", "b.tar.gz")
        self.assertEqual([m["text"] for m in self.shown("b.tar.gz")],
                         [text.replace("&#9;", "\t") for text in texts])
        self.assertEqual(self.shown("b.tar.gz")[0]["address"], "+573001112233")

    def test_other_programs(self):
        """Android's names of columns; the form without names; other separators."""
        for data, *expected in (
                (b"_id,thread_id,address,date,date_sent,read,status,type,body,service_center\n"
                 b"1,1,+57300,1700000000123,0,1,-1,2,hola,null\n", "+57300", "hola", "sent"),
                (b'+57300,1,"2023-11-14 17:13:20","hola, t\xc3\xba"\n', "+57300", "hola, t\u00fa",
                 "received"),
                (b"Date;Type;Number;Text\r\n2023-11-14 17:13:20;sent;85432;a,b\r\n", "85432", "a,b",
                 "sent"),
                (b"\xef\xbb\xbftime\tphone\tmessage\n2023-11-14T22:13:20+00:00\t85432\tma\xf1ana",
                 "85432", "ma\u00f1ana", "received")):
            self.convert("a.csv", data, "b.csv", "--force")
            row, = table((self.folder / "b.csv").read_bytes())
            self.assertEqual([row["address"], row["body"], row["type"]], expected)
            self.assertEqual(row["date"][:19], "2023-11-14T22:13:20")

    def test_contacts(self):
        """Google's tables, old and new, and Outlook's."""
        for head, cells in (
                ("Name,Given Name,Family Name,Notes,Group Membership,E-mail 1 - Type,"
                 "E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value",
                 "Ana Luz,Ana,Luz,n,* myContacts ::: Trabajo,*,a@x.co ::: b@x.co,Mobile,"
                 "+57 300 111 ::: 601555,Home,85432"),
                ("First Name,Middle Name,Last Name,Birthday,Labels,E-mail 1 - Label,"
                 "E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value",
                 "Ana,,Luz,1990-01-01,Trabajo ::: * myContacts,,a@x.co ::: b@x.co,Mobile,+57300111,"
                 "Work,601555 ::: 85432"),
                ("First Name,Last Name,Home Phone,Mobile Phone,Other Phone,E-mail Address,"
                 "E-mail 2 Address,E-mail Type,Categories,Web Page",
                 "Ana,Luz,601555,+57300111,85432,a@x.co,b@x.co,SMTP,Trabajo,http://x.co")):
            lost = self.losses("a.csv", f"{head}\r\n{cells}\r\n".encode(), "a.tar.gz")
            self.assertEqual(lost, {"properties": 1})
            contact, = self.run_json("show", "a.tar.gz")["contacts"]
            self.assertEqual(contact["name"], "Ana Luz")
            self.assertEqual([contact["number"]] + [n["number"] for n in contact["numbers"]],
                             ["57300111", "601555", "85432"])
            self.assertEqual((contact["emails"], contact["group"]),
                             (["a@x.co", "b@x.co"], "Trabajo"))
        written = table(self.there_and_back("a.tar.gz", "contacts.csv"))
        self.assertEqual((written[0]["number"], written[0]["further_numbers"]),
                         ("+57300111", "601555 ::: 85432"))

    def test_calls(self):
        """Calls, ours and Android's."""
        data = b"number,date,duration,type,name\n+57300,1700000000123,61,3,null\n"
        self.convert("a.csv", data, "a.tar.gz")
        row, = table(self.there_and_back("a.tar.gz", "calls.csv"))
        self.assertEqual((row["number"], row["date"], row["duration"], row["type"]),
                         ("+57300", "2023-11-14T22:13:20.123Z", "61", "missed"))

    def test_refused(self):
        """What is no table is refused with the line and the reason."""
        head = "date,address,type,body\n"
        for data, *says in ((head + '1,2,1,"x"y\n', "line 2", "quoted"),
                            (head + "1,2,1\n", "line 2", "cells"),
                            (head + "1,2,1,a\n\n1,2,1,b,c\n", "line 4", "cells"),
                            (head + "ayer,2,1,a\n", "line 2", "ayer"),
                            (head + "1,2,9,a\n", "line 2", '"9"'),
                            ("a,b\n1,2\n", "--from")):
            self.refused("a.csv", data.encode(), *says)
        self.refused("a.csv", (head + '1,2,1,"x\n').encode(), "line 3", status=9)


def row(**more):
    """A row of Android's table, as SMS Import / Export writes it: all values are strings."""
    return {"_id": "7", "thread_id": "3", "address": "+573001112233", "date": "1700000000123",
            "date_sent": "1699999999000", "protocol": "0", "read": "1", "status": "-1",
            "type": "1", "body": "hola", "locked": "0", "sub_id": "1", "error_code": "-1",
            "creator": "com.android.mms", "seen": "1", **more}


def zipped(lines, *more, name="messages.ndjson"):
    """A zip file of SMS Import / Export, version 2."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
        for entry in more:
            file.writestr(entry, b"\xff" * 1000)
    return out.getvalue()


class Android(ConvertTest):
    """The JSON of Android's programs."""

    def test_sms_import_export(self):
        """Version 2, in; MMS have seconds where messages have milliseconds."""
        mms = {"_id": "8", "date": "1700000001", "date_sent": "0", "msg_box": "1", "read": "0",
               "m_type": "132", "sub": None, "sub_id": "1",
               "__sender_address": {"address": "+573009", "type": "137"},
               "__recipient_addresses": [{"address": "insert-address-token", "type": "151"}],
               "__parts": [{"seq": "-1", "ct": "application/smil", "text": "<smil/>"},
                           {"ct": "text/plain", "text": "foto"},
                           {"ct": "image/jpeg", "_data": "/data/x/PART_1.jpg"}]}
        data = zipped([row(body="uno \U0001f60e\ndos", __display_name="Ana"),
                       row(type="2", read="0", body="sí", date_sent="0"), mms],
                      "data/PART_1.jpg")
        lost = self.losses("a.zip", data, "a.tar.gz")
        self.assertEqual(lost, {"mms": 1, "attachments": 1})
        self.run_command("convert", "a.tar.gz", "-o", "a.xml")
        found = rows((self.folder / "a.xml").read_bytes(), "sms")
        self.assertEqual([(m["body"], m["date"], m["date_sent"], m["type"], m["read"],
                           m["address"], m["contact_name"], m["sub_id"]) for m in found],
                         [("uno \U0001f60e\ndos", "1700000000123", "1699999999000", "1", "1",
                           "+573001112233", "Ana", "1"),
                          ("sí", "1700000000123", "0", "2", "0", "+573001112233", "(Unknown)",
                           "1"),
                          ("foto", "1700000001000", "0", "1", "0", "+573009", "(Unknown)", "1")])
        self.assertEqual(self.losses("b.ndjson", json.dumps(row()).encode(), "b.tar.gz"), {})

    def test_zip(self):
        """What is written, unzip, jq and Python read, and nothing is lost on the way back."""
        self.convert("a.xml", smses(sms("a\"b".replace('"', "&quot;"), sub_id="2"),
                                    sms("sí &#128526;&#10;", kind=5, contact_name="Ana")),
                     "a.tar.gz")
        self.there_and_back("a.tar.gz", "out.zip")
        text = subprocess.run(["unzip", "-p", "out.zip", "messages.ndjson"], cwd=self.folder,
                              check=True, capture_output=True).stdout
        shown = subprocess.run(["jq", "-r", ".body, .type, .sub_id"], input=text, check=True,
                               capture_output=True).stdout.decode()
        self.assertEqual(shown, 'a"b\n1\n2\nsí \U0001f60e\n\n5\n-1\n')
        with zipfile.ZipFile(self.folder / "out.zip") as file:
            self.assertEqual((file.namelist(), file.testzip()), (["messages.ndjson"], None))
        self.assertTrue(all(isinstance(value, str) for line in text.splitlines()
                            for value in json.loads(line).values()))

    def test_fossify(self):
        """Both sets of keys, flat and by conversation; a picture in a string is passed over."""
        old = {"sub_id": 1, "address": "1", "body": "a", "date": 1700000000123,
               "date_sent": 1700000000000, "locked": 0, "protocol": "0", "read": 1, "status": -1,
               "type": 1, "service_center": "+5731", "backupType": "sms"}
        new = {"subscriptionId": 2, "address": "2", "body": None, "date": 1700000000124,
               "dateSent": 0, "locked": 1, "protocol": None, "read": 0, "status": 64, "type": 5,
               "serviceCenter": None}
        mms = {"sub_id": 1, "date": 1700000001, "date_sent": 0, "msg_box": 2, "m_type": 128,
               "read": 1, "locked": 0, "sub": None, "backupType": "mms",
               "addresses": [{"address": "x", "type": 137}, {"address": "3", "type": 151},
                             {"address": "4", "type": 151}],
               "parts": [{"contentType": "text/plain", "text": "b"},
                         {"contentType": "image/png", "data": "A" * 3000000}]}
        for data in ([old, new, mms], [{"sms": [old, new], "mms": [mms]}]):
            lost = self.losses("a.json", json.dumps(data, indent=2).encode(), "a.xml")
            self.assertEqual(lost, {"mms": 1, "attachments": 1, "recipients": 1})
            found = rows((self.folder / "a.xml").read_bytes(), "sms")
            self.assertEqual([(m["address"], m["body"], m["date"], m["type"], m["read"],
                               m["locked"], m["status"], m["sub_id"]) for m in found],
                             [("1", "a", "1700000000123", "1", "1", "0", "-1", "1"),
                              ("2", "", "1700000000124", "5", "0", "1", "64", "2"),
                              ("3", "b", "1700000001000", "2", "1", "0", "-1", "1")])

    def test_qksms(self):
        """An object around the messages, with whatever else there is."""
        message = {"type": 2, "address": "85432", "date": 1700000000123, "dateSent": 0,
                   "read": True, "status": 0, "body": "q", "protocol": 0, "serviceCenter": None,
                   "locked": False, "subId": -1}
        for data in ({"messageCount": 2, "messages": [message, dict(message, read=False)]},
                     {"x": [{"a": "]}"}], "messageCount": 2, "y": None,
                      "messages": [message, dict(message, read=False)], "z": "}"}):
            self.convert("a.json", json.dumps(data).encode(), "a.xml", "--force")
            found = rows((self.folder / "a.xml").read_bytes(), "sms")
            self.assertEqual([(m["body"], m["read"], m["status"]) for m in found],
                             [("q", "1", "0"), ("q", "0", "0")])

    def test_calls(self):
        """The call log of SMS Import / Export."""
        calls_of = [{"_id": "1", "number": "+57300", "duration": "61", "date": "1700000000123",
                     "type": "3", "display-name": "Ana"}]
        self.convert("a.json", json.dumps(calls_of).encode(), "a.tar.gz")
        found, = self.run_json("show", "a.tar.gz")["calls"]
        self.assertEqual((found["store"], found["name"]), ("calls/missed", "Ana"))

    def test_refused(self):
        """What is no such file is refused with the line and the reason."""
        good = json.dumps(row())
        for data, *says in ((good + "\n" + good[:-1] + ",}\n", "line 2"),
                            (good + "\n" + json.dumps(row(date="x")), "line 2", '"date": x'),
                            (good + "\n" + json.dumps(row(type=None)), "line 2", "type"),
                            (good + "\n]\n", "line 2"),
                            ("[" + good + "]", "line 1", "version 1"),
                            ('[{"raw_contacts":[]}]', "line 1", "vCards"),
                            ('{"messageCount":1,"messages":[1]}', "line 1")):
            self.refused("a.json", data.encode(), *says)
        self.refused("a.json", good[:-5].encode(), "line 1", "too early", status=9)
        self.refused("a.json", b'{"messageCount":1,"messages":[', "too early", status=9)
        self.refused("a.zip", zipped([row()])[:-300], status=4)
        self.refused("a.zip", zipped([row()], name="x.txt"), "--from")


class Written(ConvertTest):
    """Formats that are only written: mailboxes and JSON."""

    TEXT = "=?UTF-8?B?x?= tr\u00e9s \U0001f600 \nFrom here on \n.\n" + "long " * 40

    def setUp(self):
        super().setUp()
        self.write("a.tar.gz", archives.archive(
            messages=[archives.message(1, archives.deliver_text("573001112233", "=?UTF-8?B?x?= "
                                                                "tr\u00e9s \U0001f600 \nFrom x")),
                      archives.message(2, archives.submit_text("573001112233", "From you  "),
                                       status="sent")],
            contacts=archives.card(1, "573001112233", "Ana \u00d1"),
            calls=[archives.call(1, "573001112233", "Ana", kind=145)]))

    def mails(self, name):
        """What Python's mailbox reads."""
        with contextlib.closing(mailbox.mbox(self.folder / name)) as box:
            return list(box)

    def test_mbox(self):
        lost = self.run_json("convert", "a.tar.gz", "-o", "a.mbox")["losses"]
        self.assertEqual(lost, {"contacts": 1})
        received, sent, call = self.mails("a.mbox")
        self.assertEqual(received.get_payload(decode=True).decode(),
                         "=?UTF-8?B?x?= tr\u00e9s \U0001f600 \nFrom x\n")
        self.assertEqual(received["Date"], "Tue, 14 Nov 2023 17:13:20 -0500")
        self.assertEqual(received.get_from(), "simstow@localhost Tue Nov 14 22:13:20 2023")
        self.assertIn("+573001112233@unknown.email", received["From"])
        self.assertEqual(received["X-smssync-date"], "1700000000000")
        self.assertEqual((received["X-smssync-type"], sent["X-smssync-type"]), ("1", "2"))
        self.assertIn("+573001112233@unknown.email", sent["To"])
        self.assertIsNone(sent["Date"])
        self.assertEqual(sent.get_payload(decode=True), b"From you  \n")
        self.assertEqual(call["X-smssync-datatype"], "CALLLOG")
        self.assertEqual(received["References"], call["References"])
        self.assertEqual(len({mail["Message-ID"] for mail in (received, sent, call)}), 3)
        raw = (self.folder / "a.mbox").read_bytes()
        self.assertTrue(all(len(line) < 999 and line.isascii() for line in raw.split(b"\n")))

    def test_mbox_hostile(self):
        """No header field but ours, whatever names and numbers there are."""
        evil = "a&#10;Bcc: x@example.com&#10;&#10;From y"
        data = smses(sms(self.TEXT.replace("\n", "&#10;"), address=evil, contact_name=evil,
                         subject="\u00e9" * 500))
        self.convert("e.xml", data, "e.mbox")
        mail, = self.mails("e.mbox")
        self.assertIsNone(mail["Bcc"])
        self.assertEqual(mail.get_payload(decode=True).decode(), self.TEXT + "\n")
        name = str(email.header.make_header(email.header.decode_header(mail["X-smssync-address"])))
        self.assertEqual(name, "a\nBcc: x@example.com\n\nFrom y")
        subject = mail["X-simstow-subject"]
        self.assertEqual(str(email.header.make_header(email.header.decode_header(subject))),
                         "\u00e9" * 500)

    def test_json(self):
        self.assertEqual(self.run_json("convert", "a.tar.gz", "-o", "a.json")["losses"], {})
        found = json.loads((self.folder / "a.json").read_bytes())
        received, sent = found["messages"]
        self.assertEqual(received, {
            "folder": "received", "date": "2023-11-14T17:13:20.000-05:00",
            "sent": "2023-11-14T17:13:20.000-05:00", "address": "+573001112233", "read": True,
            "text": "=?UTF-8?B?x?= tr\u00e9s \U0001f600 \nFrom x"})
        self.assertEqual((sent["folder"], "date" in sent), ("sent", False))
        self.assertEqual(found["contacts"][0]["name"], "Ana \u00d1")
        self.assertEqual(found["contacts"][0]["numbers"], [{"number": "+573001112233"}])
        self.assertEqual(found["calls"][0]["type"], "missed")
        self.convert("a.csv", b"", "b.json", "--from", "csv", status=4)
        self.run_command("convert", "a.tar.gz", "-o", "c.json", "--only", "calls")
        only = json.loads((self.folder / "c.json").read_bytes())
        self.assertEqual((only["messages"], len(only["calls"])), ([], 1))
SMSBACKUP = """; This file format was designed for Gammu and is compatible with Gammu+

[SMSBackup000]
; hola \xf1and\xfa
SMSC = "+573150000000"
SMSCUnicode = 002B003500370033003100350030003000300030003000300030
PDU = Deliver
DateTime = 20231114T171320-0500
State = UnRead
Number = "+57300"
NumberUnicode = 002B00350037003300300030
Name = ""
NameUnicode =
Text00 = 0068006F006C0061002000F10061
Text01 = 006E006400FA0020D83DDE0E
Coding = Unicode_No_Compression
Folder = 1
Length = 12
Class = -1

[SMSBackup001]
PDU = Submit
DateTime = 20231114T221321Z
State = Sent
Number = "85432"
UDH = 050003070202
Text00 = DE0E0021
Coding = Unicode_No_Compression

[SMSBackup002]
#abc
State = Sent
Number = "85432"
UDH = 050003070201
Text00 = 0061D83D
Coding = Unicode_No_Compression

[SMSBackup003]
PDU = Status_Report
Number = "85432"

[SMSBackup004]
PDU = Deliver
State = Read
Number = "85432"
Text00 = 010203
Coding = 8bit

[SMSBackup005]
PDU = Deliver
State = Read
NumberUnicode = 00420061006E0063006F
UDH = 06080400070302
Text00 = 0062
Coding = Default
"""
PBK = """[Backup]
IMEI = ""
Phone = ""
Format = 1.05

[PhonePBK001]
Location = 001
Entry00Type = LastName
Entry00Text = "Luz"
Entry00TextUnicode = 004C0075007A
Entry01Type = FirstName
Entry01Text = "Ana"
Entry02Type = NumberMobile
Entry02Text = "+57300111"
Entry02TextUnicode = 002B00350037003300300030003100310031
Entry03Type = NumberHome
Entry03Text = "601555"
Entry04Type = Email
Entry04Text = "a@x.co"
Entry05Type = Postal
Entry05Text = "x"

[SIMPBK001]
Location = 001
Entry00Type = NumberGeneral
Entry00Text = "85432"
Entry01Type = Name
Entry01TextUnicode = 0044006F0073

[Calendar001]
Type = Meeting
"""


class Gammu(ConvertTest):
    """Gammu's backups, which gammu itself reads and writes on a phone of its own making."""

    def gammu(self, *args):
        """Runs gammu on that phone."""
        phone = self.folder / "phone"
        for name in ("sms/1", "sms/2", "sms/3", "sms/4", "sms/5", "pbk/ME", "pbk/SM", "note",
                     "todo", "calendar", "alarm", "fs/incoming"):
            (phone / name).mkdir(parents=True, exist_ok=True)
        self.write("rc", f"[gammu]\nport={phone}\nconnection=none\nmodel=dummy\n".encode())
        done = subprocess.run(["gammu", "-c", "rc", *args], cwd=self.folder, check=False,
                              input=b"ALL\n" * 9, capture_output=True,
                              env={**self.env, "LC_ALL": "C.UTF-8"})
        self.assertEqual(done.returncode, 0, done)
        self.assertNotIn(b"hecksum", done.stdout + done.stderr)
        return done.stdout.decode("utf-8", "replace")

    def test_messages_in(self):
        """Parts in any order, what is missing, what is no text."""
        lost = self.losses("a.smsbackup", SMSBACKUP.encode("latin-1"), "a.tar.gz")
        self.assertEqual(lost, {"reports": 1, "data": 1, "missing-parts": 2})
        self.run_command("convert", "a.tar.gz", "-o", "a.xml")
        found = rows((self.folder / "a.xml").read_bytes(), "sms")
        self.assertEqual([(m["address"], m["body"], m["type"], m["read"], m["date"],
                           m["service_center"]) for m in found],
                         [("+57300", "hola ñandú \U0001f60e", "1", "0", "1700000000000",
                           "+573150000000"),
                          ("85432", "a\U0001f60e!", "2", "1", "1700000001000", "null"),
                          ("Banco", "b", "1", "1", "0", "null")])

    def test_messages_out(self):
        """gammu puts what is written onto its phone, and tells the same of it."""
        long = "palabra \U0001f60e ñ; " * 30
        self.convert("a.xml", smses(sms("hola {ñ}", date_sent="1700000000000"),
                                    sms(long, kind=2), sms("no", kind=3, read="0", date=0)),
                     "a.tar.gz")
        written = self.there_and_back("a.tar.gz", "out.smsbackup").decode()
        self.assertEqual(written.count("[SMSBackup"), 2 + (len(long) + 30 + 66) // 67)
        self.gammu("restoresms", "out.smsbackup")
        self.gammu("backupsms", "theirs.smsbackup", "-all")
        self.run_command("convert", "theirs.smsbackup", "-o", "theirs.xml")
        found = rows((self.folder / "theirs.xml").read_bytes(), "sms")
        self.assertEqual(sorted((m["body"], m["address"], m["date"]) for m in found),
                         sorted([("hola {ñ}", "+573001112233", "1700000000000"),
                                 (long, "+573001112233", "1700000000000"),
                                 ("no", "+573001112233", found[-1]["date"])]))

    def test_contacts(self):
        """Contacts, with the digest that tells a file that is cut short."""
        data = PBK.replace("\n", "\r\n").encode()
        self.refused("a.backup", data, "too early", status=9)
        self.refused("a.backup", data + b"[Checksum]\r\nMD5=" + b"0" * 32 + b"\r\n", "checksum")
        self.convert("a.vcf", ANDROID.encode() + APPLE.encode(), "a.tar.gz")
        self.there_and_back("a.tar.gz", "out.backup")
        self.gammu("restore", "out.backup", "-yes")
        self.gammu("backup", "theirs.backup", "-yes")
        wide = (self.folder / "theirs.backup").read_bytes()
        self.assertTrue(wide.startswith(b"\xfe\xff"))
        for name, data in (("theirs.backup", None),
                           ("narrow.backup", wide.decode("utf-16").split("[Checksum]")[0]
                            .replace("[Backup]", "[Phone]").encode())):
            if data:
                self.write(name, data)
            self.run_command("convert", name, "-o", "theirs.csv", "--force")
            found = table((self.folder / "theirs.csv").read_bytes())
            self.assertEqual([(c["name"], c["number"], c["further_numbers"]) for c in found],
                             [("Ana María García", "+573001112233", "6015550100"),
                              ("John Doe", "+15550100", "")])
        lost = self.losses("b.backup", PBK.replace("[Backup]", "[Phone]").encode(), "b.tar.gz")
        self.assertEqual(lost, {"properties": 1, "other": 2})
        found = self.run_json("show", "b.tar.gz")["contacts"]
        self.assertEqual([(c["name"], c["number"]) for c in found],
                         [("Ana Luz", "57300111"), ("Dos", "85432")])

    def test_refused(self):
        """What is no backup is refused with the line and the reason."""
        for bad, *says in (("Text00 = 00X1\n", "line 3", "Text00"), ("what\n", "line 4", "what"),
                           ("DateTime = ayer\n", "line 3", "ayer"),
                           ("State = Sent\nState = Read\n", "line 5", "twice"),
                           ("[x\n", "line 4", "[x")):
            self.refused("a.smsbackup", ("; x\n\n[SMSBackup000]\n" + bad).encode(), *says)


# By the sources of the programs: Chatty at its versions 4 and 1 (0 is one table), Spacebar at
# its newest and at its first, GNOME Calls at 2
CHATTY = """
    CREATE TABLE files (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name TEXT, url TEXT);
    CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL,
        alias TEXT, avatar_id INTEGER, type INTEGER NOT NULL, UNIQUE (username, type));
    CREATE TABLE accounts (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        user_id INTEGER NOT NULL REFERENCES users(id), password TEXT, enabled INTEGER DEFAULT 0,
        protocol INTEGER NOT NULL, UNIQUE (user_id, protocol));
    CREATE TABLE threads (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,
        alias TEXT, avatar_id INTEGER, account_id INTEGER NOT NULL REFERENCES accounts(id),
        type INTEGER NOT NULL, encrypted INTEGER DEFAULT 0, UNIQUE (name, account_id, type));
    CREATE TABLE thread_members (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        thread_id INTEGER NOT NULL REFERENCES threads(id),
        user_id INTEGER NOT NULL REFERENCES users(id), UNIQUE (thread_id, user_id));
    CREATE TABLE messages (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL,
        thread_id INTEGER NOT NULL REFERENCES threads(id), sender_id INTEGER REFERENCES users(id),
        user_alias TEXT, body TEXT NOT NULL, body_type INTEGER NOT NULL,
        direction INTEGER NOT NULL, time INTEGER NOT NULL, status INTEGER,
        encrypted INTEGER DEFAULT 0, preview_id INTEGER,
        UNIQUE (uid, thread_id, body, time));
    INSERT INTO users(username, type, alias) VALUES ('invalid-0000000000000000', 1, NULL),
        ('+573001112233', 1, 'Ana'), ('+573004445566', 1, NULL), ('me@xmpp.example', 3, NULL),
        ('she@xmpp.example', 3, NULL);
    INSERT INTO accounts(user_id, password, protocol) VALUES (1, NULL, 1), (4, 'hunter2', 3);
    INSERT INTO threads(name, alias, account_id, type) VALUES ('+573001112233', 'Ana', 1, 0),
        ('she@xmpp.example', NULL, 2, 0), ('group', NULL, 1, 1);
    INSERT INTO thread_members(thread_id, user_id) VALUES (1, 2), (2, 5), (3, 2), (3, 3);
    INSERT INTO messages(uid, thread_id, sender_id, body, body_type, direction, time, status)
        VALUES ('a', 1, 2, 'hola \U0001f600', 1, 1, 1700000000, NULL),
        ('b', 1, NULL, 'answer', 1, -1, 1700000060, 4), ('c', 1, NULL, 'draft', 1, -1, 0, 1),
        ('d', 2, 5, 'secret', 2, 1, 1700000000, NULL), ('e', 3, NULL, 'all', 1, -1, 1700000070, 4),
        ('f', 1, 2, 'joined', 1, 0, 1700000000, NULL);
    PRAGMA user_version = 1;
"""
CHATTY_4 = """
    CREATE TABLE message_files (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        message_id INTEGER NOT NULL REFERENCES messages(id),
        file_id INTEGER NOT NULL REFERENCES files(id), preview_id INTEGER);
    ALTER TABLE messages ADD COLUMN subject TEXT;
    INSERT INTO messages(uid, thread_id, sender_id, body, body_type, direction, time, subject)
        VALUES ('g', 1, 2, '', 1, 1, 1700000080, 'a picture'),
        ('h', 1, 2, 'see', 1, 1, 1700000090, NULL);
    INSERT INTO message_files(message_id, file_id) VALUES (7, 1), (8, 1), (8, 2);
    PRAGMA user_version = 4;
"""
CHATTY_0 = """
    CREATE TABLE chatty_im (id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT, who TEXT, uid TEXT,
        direction INTEGER, timestamp INTEGER, message TEXT);
    INSERT INTO chatty_im(account, who, direction, timestamp, message) VALUES
        ('SMS', '+573001112233', 1, 1700000000, 'old'), ('me@x', 'she@x', 1, 1700000000, 'secret');
"""
SPACEBAR_1 = """
    CREATE TABLE Metadata (migrationId INTEGER NOT NULL);
    CREATE TABLE Messages (id INTEGER, phoneNumber TEXT, text TEXT, time DATETIME, read BOOLEAN,
        delivered BOOLEAN, sentByMe BOOLEAN);
    INSERT INTO Messages VALUES (1, '+573001112233', 'in', 1700000000123, 0, 0, 0),
        (2, '+573001112233~+573004445566', 'out', 1700000060000, 1, 1, 1),
        (3, '+573001112233', 'lost', 1700000070000, 1, 3, 1);
"""
SPACEBAR = SPACEBAR_1 + """
    ALTER TABLE Messages ADD COLUMN attachments TEXT;
    ALTER TABLE Messages ADD COLUMN fromNumber TEXT;
    INSERT INTO Messages VALUES ('x', '+573001112233~+573004445566', 'look', 1700000080000, 1, 0, 0,
        '[{"name":"a.jpg"}]', '+573004445566');
"""
CALLS = """
    CREATE TABLE calls (id INTEGER PRIMARY KEY, target TEXT, inbound INTEGER, start TEXT,
        answered TEXT, end TEXT, protocol TEXT);
    INSERT INTO calls VALUES
        (1, '+573001112233', 1, '2023-11-14T22:13:20Z', '2023-11-14T22:13:30Z',
         '2023-11-14T22:14:30Z', 'tel'),
        (2, '+573001112233', 1, '2023-11-14T22:15:20Z', NULL, '2023-11-14T22:15:30Z', 'tel'),
        (3, '321', 0, '2023-11-14T22:16:20Z', '2023-11-14T22:16:21Z', NULL, NULL),
        (4, 'sip:ana@example.com', 0, '2023-11-14T22:16:20Z', NULL, NULL, 'sip');
"""


class Databases(ConvertTest):
    """Chatty, Spacebar, GNOME Calls."""

    def database(self, name, sql):
        """A database by those statements."""
        with contextlib.closing(sqlite3.connect(self.folder / name)) as db:
            db.executescript(sql)
        return self.folder / name

    def records(self, path, *args):
        """What is read, as JSON, and what was lost; nothing beside it is touched."""
        before = self.files()
        told = (path.read_bytes(), path.stat().st_mtime_ns)
        lost = self.run_json("convert", path, "-o", "out.json", "--force", *args)["losses"]
        self.assertEqual((path.read_bytes(), path.stat().st_mtime_ns), told)
        found = json.loads((self.folder / "out.json").read_bytes())
        (self.folder / "out.json").unlink()
        self.assertEqual(self.files(), before)
        self.assertNotIn("secret", json.dumps(found))
        self.assertNotIn("hunter2", json.dumps(found))
        return found, lost

    def test_chatty(self):
        found, lost = self.records(self.database("chatty-history.db", CHATTY))
        self.assertEqual(lost, {"other-accounts": 1, "recipients": 1})
        received, sent, draft, group = found["messages"]
        self.assertEqual(received, {
            "folder": "received", "date": "2023-11-14T22:13:20.000Z",
            "address": "+573001112233", "name": "Ana", "text": "hola \U0001f600", "read": True})
        self.assertEqual((sent["folder"], sent["address"], sent["text"]),
                         ("sent", "+573001112233", "answer"))
        self.assertEqual((draft["folder"], "date" in draft), ("draft", False))
        self.assertEqual(group["address"], "+573001112233")
        found, lost = self.records(self.database("chatty-history.db", CHATTY_4))
        self.assertEqual(lost, {"other-accounts": 1, "recipients": 1, "mms": 1,
                                "mms-without-text": 1, "attachments": 3})
        self.assertEqual((found["messages"][-1]["text"], found["messages"][-1]["multimedia"]),
                         ("see", True))
        found, lost = self.records(self.database("old.db", CHATTY_0))
        self.assertEqual([message["text"] for message in found["messages"]], ["old"])
        self.assertEqual(lost, {"other-accounts": 1})

    def test_spacebar(self):
        for sql, count in ((SPACEBAR_1, 3), (SPACEBAR, 4)):
            path = self.database(f"messages-{count}.sqlite", sql)
            found, lost = self.records(path)
            messages = found["messages"]
            self.assertEqual(len(messages), count)
            self.assertEqual(messages[0]["date"], "2023-11-14T22:13:20.123Z")
            self.assertEqual([message["folder"] for message in messages[:3]],
                             ["received", "sent", "failed"])
            self.assertFalse(messages[0]["read"])
        self.assertEqual(messages[3]["address"], "+573004445566")
        self.assertEqual(lost, {"recipients": 2, "mms": 1, "attachments": 1})

    def test_calls(self):
        found, lost = self.records(self.database("records.db", CALLS))
        self.assertEqual(lost, {"other-accounts": 1})
        self.assertEqual([(call["type"], call.get("duration")) for call in found["calls"]],
                         [("incoming", 60), ("missed", 0), ("outgoing", None)])
        self.assertEqual(found["calls"][0]["date"], "2023-11-14T22:13:20.000Z")

    def test_log(self):
        """What the program has not written into the file yet is read, too, and stays there."""
        self.env["XDG_RUNTIME_DIR"] = str(self.folder / "run")
        (self.folder / "run").mkdir()
        with contextlib.closing(sqlite3.connect(self.folder / "live.db")) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(SPACEBAR_1)
            self.assertGreater((self.folder / "live.db-wal").stat().st_size, 0)
            log = (self.folder / "live.db-wal").read_bytes()
            found, _ = self.records(self.folder / "live.db")
            self.assertEqual(len(found["messages"]), 3)
            self.assertEqual((self.folder / "live.db-wal").read_bytes(), log)
        self.assertEqual(list((self.folder / "run").iterdir()), [])

    def test_archive(self):
        """An archive of it is a whole one, and shows when messages were sent."""
        self.run_command("convert", self.database("a.db", CHATTY), "-o", "a.tar.gz")
        self.run_command("verify", "a.tar.gz")
        out, _ = self.run_command("show", "a.tar.gz", "messages", "--conversations")
        self.assertIn("Ana, +573001112233, 4 messages", out)
        self.assertIn("2023-11-14 17:14:20 -05:00", out)
        with open(self.folder / "a.db", "rb") as file:
            self.run_command("convert", "-", "-o", "b.tar.gz", stdin=file.read())
        self.assertEqual(self.shown("a.tar.gz"), self.shown("b.tar.gz"))

    def test_refused(self):
        """Broken ones, and those of others."""
        data = self.database("a.db", "CREATE TABLE t (a); CREATE VIEW messages AS SELECT 1;"
                                     "CREATE VIEW calls AS SELECT * FROM t;").read_bytes()
        self.refused("other.db", data, "none of Chatty")
        many = "INSERT INTO chatty_im(account, who, direction, timestamp, message) VALUES " + \
            ",".join("('SMS','+57300',1,1700000000,'" + "x" * 300 + "')" for _ in range(200)) + ";"
        whole = self.database("b.db", CHATTY_0 + many).read_bytes()
        self.refused("cut.db", whole[:len(whole) // 2], "damaged")
        self.refused("broken.db", whole[:8192] + b"\xff" * 8192 + whole[16384:], "record")
        self.refused("head.db", whole[:20], "damaged")


NOKIA = """BEGIN:VMSG
VERSION:1.1
X-IRMC-STATUS:{status}
X-IRMC-BOX:{box}
X-NOK-DT:20231114T221320Z
X-MESSAGE-TYPE:{kind}
BEGIN:VCARD
VERSION:3.0
N:
TEL:{outer}
END:VCARD
BEGIN:VENV
BEGIN:VCARD
VERSION:3.0
N:
TEL:{inner}
END:VCARD
BEGIN:VENV
BEGIN:VBODY
Date:14.11.2023 17:13:20
{text}
END:VBODY
END:VENV
END:VENV
END:VMSG
"""
MTK = """BEGIN:VMSG
VERSION: 1.1
BEGIN:VCARD
TEL:+573001112233
END:VCARD
BEGIN:VBODY
X-BOX:SENDBOX
X-READ:READ
X-SIMID:1
X-LOCKED:LOCKED
X-TYPE:SMS
Date:2023/11/14 17:13:20
Subject;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C2=BFqu=C3=A9 tal=3F =
=F0=9F=98=8E
END:VBODY
END:VMSG
"""
SAMSUNG = """BEGIN:VMSG
VERSION:1.1
X-IRMC-STATUS:UNREAD
X-IRMC-BOX:INBOX
X-SS-DT:20231114T171320
BEGIN:VCARD
VERSION:2.1
TEL:85432
END:VCARD
BEGIN:VENV
BEGIN:VBODY
X-BODY-CONTENTS;ENCODING=BASE64;CHARSET=UTF-8:bWHDsWFuYQpk
ZSBub2NoZQ==
END:VBODY
END:VENV
END:VMSG
"""
BMESSAGE = """BEGIN:BMSG
VERSION:1.0
STATUS:{status}
TYPE:{kind}
FOLDER:telecom/msg/{folder}
BEGIN:VCARD
VERSION:2.1
N:Luz;Ana
TEL:{outer}
END:VCARD
BEGIN:BENV
BEGIN:VCARD
VERSION:2.1
N:
TEL:{inner}
END:VCARD
BEGIN:BBODY
{charset}
LENGTH:{length}
BEGIN:MSG
{text}
END:MSG
END:BBODY
END:BENV
END:BMSG
"""


class Vmessage(ConvertTest):
    """vMessages of three dialects, and bMessages."""

    def found(self, name, data, losses=()):
        """What of the messages in a file is told as XML."""
        self.assertEqual(self.losses(name, data, "a.xml"), dict(losses))
        return [(m["address"], m["type"], m["read"], m["date"], m["body"])
                for m in rows((self.folder / "a.xml").read_bytes(), "sms")]

    def test_dialects(self):
        """Nokia's in UTF-16 without a mark, MTK's and Samsung's."""
        text = "uno\nX-A: dos \U0001f60e\n\nBEGIN:VBODY\nEND:VMSG"
        data = (NOKIA.format(status="READ", box="INBOX", kind="DELIVER", outer="+57300", inner="",
                             text=text)
                + NOKIA.format(status="READ", box="SENT", kind="SUBMIT", outer="", inner="85432",
                               text="sí")).replace("\n", "\r\n")
        expected = [("+57300", "1", "1", "1700000000000", text),
                    ("85432", "2", "1", "1700000000000", "sí")]
        for encoded in (data.encode("utf-16-le"), data.encode("utf-16"), data.encode()):
            self.assertEqual(self.found("a.vmg", encoded), expected)
        self.assertEqual(self.found("a.vmg", (MTK + SAMSUNG).encode()),
                         [("+573001112233", "2", "1", "1700000000000", "¿qué tal? \U0001f60e"),
                          ("85432", "1", "0", "1700000000000", "mañana\nde noche")])
        found = rows((self.folder / "a.xml").read_bytes(), "sms")
        self.assertEqual((found[0]["sub_id"], found[0]["locked"]), ("1", "1"))

    def test_bmessage(self):
        """A LENGTH that is wrong, a text with an end in it, PDUs, mail."""
        common = {"outer": "+57300", "inner": "85432", "charset": "CHARSET:UTF-8", "length": 7}
        data = "".join(BMESSAGE.format(**{**common, **more}) for more in (
            {"status": "UNREAD", "kind": "SMS_GSM", "folder": "inbox",
             "text": "uno\nBEGIN:MSG\n/END:MSG\ndós"},
            {"status": "READ", "kind": "SMS_CDMA", "folder": "sent", "text": "tres"},
            {"status": "READ", "kind": "SMS_GSM", "folder": "inbox",
             "charset": "CHARSET:native\nENCODING:G-7BIT",
             "text": archives.deliver_text("573001112233", "cuatro")[2:]},
            {"status": "READ", "kind": "EMAIL", "folder": "inbox", "text": "mail"},
            {"status": "READ", "kind": "MMS", "folder": "inbox", "text": "foto"}))
        self.assertEqual(self.found("a.bmsg", data.replace("\n", "\r\n").encode(),
                                    {"other": 1, "mms": 1}),
                         [("+57300", "1", "0", "0", "uno\nBEGIN:MSG\nEND:MSG\ndós"),
                          ("85432", "2", "1", "0", "tres"),
                          ("+573001112233", "1", "1", "1700000000000", "cuatro"),
                          ("+57300", "1", "1", "0", "foto")])

    def test_refused(self):
        """What is no message is refused with the line and the reason."""
        self.refused("a.vmg", MTK.replace("2023/11/14", "ayer").encode(), "line 12", "ayer")
        self.refused("a.vmg", (MTK + "what\n").encode(), "line 17", "what")
        self.refused("a.vmg", b"BEGIN:VMSG\n" + b"BEGIN:VENV\n" * 9, "line 9")
        self.refused("a.vmg", MTK[:-20].encode(), "too early", status=9)


class Convert(ConvertTest):
    """The command itself."""

    def test_command_line(self):
        """What makes no sense is refused before anything is read."""
        self.write("a", archives.archive())
        for args, says in ((("a",), "-o"), (("a", "-o", "x"), "--to"),
                           (("a", "-o", "x.xml", "--to", "odt"), "sms-backup-restore"),
                           (("a", "-o", "x.xml", "--from", "odt"), "sms-backup-restore"),
                           (("a", "-o", "x.tar.gz"), "simstow merge"),
                           (("a", "-o", "-", "--to", "sms-backup-restore", "--json"), "standard"),
                           (("a", "-o", "x.xml", "--encrypt-to", "k"), "only archives")):
            _, err = self.run_command("convert", *args, status=2)
            self.assertIn(says, err)
        self.assertEqual(self.files(), ["a"])

    def test_files(self):
        """Nothing that is there is replaced without --force, and no input ever."""
        data = smses(sms("hola"))
        self.write("a.xml", data)
        self.write("b.xml", b"old")
        _, err = self.run_command("convert", "a.xml", "-o", "b.xml", status=1)
        self.assertIn("b.xml", err)
        self.assertEqual((self.folder / "b.xml").read_bytes(), b"old")
        self.run_command("convert", "a.xml", "-o", "b.xml", "--force")
        self.assertNotEqual((self.folder / "b.xml").read_bytes(), b"old")
        self.run_command("convert", "a.xml", "-o", "a.xml", "--force", status=2)
        self.assertEqual((self.folder / "a.xml").read_bytes(), data)
        self.run_command("convert", "a.xml", "-o", self.folder)
        self.assertEqual(len([name for name in self.files() if name.startswith("simstow-")]), 1)

    def test_pipes(self):
        """From standard input, to standard output; what is said goes to standard error."""
        data = smses(sms("hola"))
        out, err = self.run_command("convert", "-", "-o", "-", "--to", "sms-backup-restore",
                                    stdin=data)
        self.assertEqual(rows(out, "sms")[0]["body"], "hola")
        self.assertIn("1 message,", err)
        out, _ = self.run_command("convert", "-", "-o", "-", "--to", "simstow", stdin=data,
                                  text=False)
        self.write("a", out)
        self.assertEqual(self.shown("a")[0]["text"], "hola")
        out, _ = self.run_command("convert", "-", "--from", "simstow", "-o", "-", "--to",
                                  "sms-backup-restore", stdin=out)
        self.assertEqual(rows(out, "sms")[0]["body"], "hola")

    def test_encrypted(self):
        """Encrypted archives go in and out with a passphrase."""
        self.write("p", b"correct horse\n")
        self.convert("a.xml", smses(sms("hola")), "a.tar.gz.gpg", "--passphrase-file", "p")
        self.run_command("verify", "a.tar.gz.gpg", "--passphrase-file", "p")
        self.run_command("convert", "a.tar.gz.gpg", "-o", "b.xml", "--passphrase-file", "p")
        self.assertEqual(rows((self.folder / "b.xml").read_bytes(), "sms")[0]["body"], "hola")

    def test_with_archives(self):
        """An archive among the inputs keeps all it holds, and what both have is there once."""
        line = [archives.message(1, archives.deliver_text("573001112233", "hola"))]
        self.write("a", archives.archive(messages=line, sim={"iccid": CLARO},
                                         network={"preferred_mode": "4g"}))
        self.write("b.xml", smses(sms("hola", date_sent="1700000000000"), sms("sí")))
        result = self.run_json("convert", "b.xml", "a", "-o", "c.tar.gz")
        self.assertEqual(result["messages"], 2)
        self.assertEqual(sorted(m["text"] for m in self.shown("c.tar.gz")), ["hola", "sí"])
        shown = self.run_json("show", "c.tar.gz")
        self.assertEqual(shown["network"], {"preferred_mode": "4g"})
        self.assertEqual(shown["modem"]["sim"]["iccid"], CLARO)
        self.run_command("convert", "b.xml", "a", "-o", "d.tar.gz", "--only", "calls", status=2)

    def test_losses_of_archives(self):
        """What of an archive is no text is counted by kind."""
        report = "00060C0B917503101122F3321141713102003211417131020000"
        lines = [archives.message(1, archives.deliver("573001112233", b"\1\2\3", 3, dcs=4)),
                 archives.message(2, "00FF"), archives.message(3, report),
                 archives.message(4, archives.deliver_part("573001112233", "uno", 7, 3, 1)),
                 archives.message(5, archives.deliver_part("573001112233", "tres", 7, 3, 3))]
        self.write("a", archives.archive(messages=lines, network={"preferred_mode": "4g"}))
        result = self.run_json("convert", "a", "-o", "a.xml", "--strict", status=3)
        self.assertEqual(result["losses"], {"data": 1, "undecoded": 1, "reports": 1,
                                            "missing-parts": 1, "network": 1})
        self.assertEqual(result["messages"], 1)


if __name__ == "__main__":
    unittest.main()
