# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job: a Colombian laptop's modem backed up through the stock daemon, read with stock
tools, and restored to a blank modem, byte for byte."""

import json
import os
import re
import stat
import subprocess
import tarfile
import tempfile
import unittest
import zipfile

import backup


class Backup(backup.BedTest):
    """One archive of claro-co, looked at from all sides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = cls().export()

    def runTest(self):
        """So that the class can be used before its tests run."""

    def unpack(self):
        """The archive unpacked with tar."""
        folder = tempfile.mkdtemp(dir=self.folder)
        subprocess.run(["tar", "xzf", self.path, "-C", folder], check=True)
        with tarfile.open(self.path) as tar:
            return self.folder / folder / tar.getnames()[0]

    def test_list(self):
        out = self.simstow("list").stdout
        self.assertIn("Claro", out)
        self.assertIn("732101", out)
        for store in ("sms/sm", "sms/me", "phonebook/sm", "phonebook/me", "calls/missed"):
            self.assertIn(store, out)
        listed = self.json("list")
        self.assertEqual([modem["plugin"] for modem in listed], [True, True])
        stores = {store["id"]: store for store in listed[0]["snapshot"]["stores"]}
        self.assertEqual(stores["phonebook/sm"]["capacity"], 200)

    def test_counts(self):
        shown = self.json("show", self.path)
        dump = self.bed.sim(0).dump()
        self.assertEqual(len(shown["messages"]), 100)
        names = [store["id"] for store in shown["modem"]["stores"]]
        self.assertEqual(len(names), len(set(names)))
        contacts = [c for c in shown["contacts"] if c["store"] in ("phonebook/sm", "phonebook/me")]
        self.assertEqual(len(contacts), 250)
        self.assertEqual(len(shown["network"]["profiles"]), 3)
        for record in shown["messages"]:
            self.assertIn(record["pdu"], dump)

    def test_stock_tools(self):
        folder = self.unpack()
        subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=folder,
                       check=True)
        for name in folder.glob("*json"):
            subprocess.run(["jq", "-e", ".", name], check=True, stdout=subprocess.DEVNULL)
        lines = (folder / "messages.ndjson").read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(lines), 100)

    def test_vobject(self):
        import vobject
        text = (self.unpack() / "contacts.vcf").read_text(encoding="utf-8")
        cards = list(vobject.readComponents(text))
        shown = self.json("show", self.path, "contacts")["contacts"]
        self.assertEqual(len(cards), len(shown))
        self.assertEqual([card.fn.value for card in cards if card.fn.value == "María Ospina"],
                         ["María Ospina"])
        numbers = {card.tel.value for card in cards if hasattr(card, "tel")}
        self.assertEqual(numbers, {contact["number"] for contact in shown
                                   if contact.get("number")})

    def test_gammu(self):
        folder = self.unpack()
        done = subprocess.run(["gammu", "convertbackup", "contacts.vcf", "out.backup"], cwd=folder,
                              check=False, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done)
        entries = (folder / "out.backup").read_bytes().decode("utf-8", "replace")
        count = sum(line.startswith(("[PhonePBK", "[SIMPBK")) for line in entries.splitlines())
        self.assertEqual(count, len(self.json("show", self.path, "contacts")["contacts"]))

    def test_convert(self):
        """Each format keeps all it can hold: there, back and there again is the same file, and what
        people see of messages and contacts is the same in the archive that came back."""
        for to, name in (("sms-backup-restore", "out.xml"), ("vcard", "out.vcf"),
                         ("vcard-4", "out4.vcf"), ("csv", "out.csv"), ("csv", "contacts.csv"),
                         ("csv", "calls.csv"), ("sms-import-export", "out.zip"),
                         ("gammu-smsbackup", "out.smsbackup"), ("gammu-backup", "out.backup")):
            with self.subTest(to=to):
                back = f"back-{name}.tar.gz"
                self.simstow("convert", self.path, "-o", name, "--to", to)
                self.simstow("convert", name, "-o", back)
                self.simstow("verify", back)
                self.simstow("convert", back, "-o", "again-" + name, "--to", to)
                self.assertEqual(*[self.without_times(self.folder / file)
                                   for file in (name, "again-" + name)])

    def without_times(self, path):
        """What a file holds but for what is for people alone, and the time of a zip's entry."""
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as file:
                return file.read("messages.ndjson")
        return re.sub(rb' readable_date="[^"]*"', b"", path.read_bytes())

    def test_file(self):
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)
        private = backup.numbers_of(self.bed.sim(0).scenario.read_text(encoding="utf-8"))
        self.assertTrue(private)
        with tarfile.open(self.path) as tar:
            names = " ".join([self.path.name, *tar.getnames()])
        self.assertEqual([number for number in private if number in names], [])

    def test_verify(self):
        self.assertIn("whole; 100 messages", self.simstow("verify", self.path).stdout)

    def test_tables(self):
        out = self.simstow("show", self.path, "messages").stdout
        self.assertIn(" -05:00 ", out)
        self.assertIn("cannot be decoded", out)
        self.assertIn("María Ospina", self.simstow("show", self.path, "contacts").stdout)
        self.assertIn("internet.comcel.com.co", self.simstow("show", self.path, "network").stdout)
        self.assertRegex(self.simstow("show", self.path, "calls").stdout,
                         r"missed +4 +hidden number\n")

    def test_stream(self):
        out = self.simstow("export", "-m", self.bed.modem_number(0), "-o", "-", text=False)
        self.assertRegex(out.stderr, rb"100  messages +sms/me 70, sms/sm 30")
        piped = self.simstow("verify", "-", stdin=out.stdout, text=False)
        self.assertIn(b"whole; 100 messages", piped.stdout)

    def test_progress_only_on_terminal(self):
        self.bed.sim(0).control("latency 20")
        self.addCleanup(self.bed.sim(0).control, "latency 0")
        args = ("export", "-m", self.bed.modem_number(0), "--force")
        self.assertIn("\r\x1b[K", self.on_terminal(*args, "-o", "terminal.tar.gz"))
        done = self.simstow(*args, "-o", "pipe.tar.gz")
        self.assertEqual(done.stderr, "")
        self.assertNotIn("\r", done.stdout)

    def test_existing_file(self):
        args = ("export", "-m", self.bed.modem_number(0), "-o", "there.tar")
        (self.folder / "there.tar").write_text("precious", encoding="ascii")
        self.assertIn("--force", self.simstow(*args, status=1).stderr)
        self.assertEqual((self.folder / "there.tar").read_text(encoding="ascii"), "precious")
        self.simstow(*args, "--force", "--compress", "none")
        with tarfile.open(self.folder / "there.tar", "r:") as tar:
            self.assertEqual(tar.getmembers()[-1].name.rsplit("/", 1)[1], "SHA256SUMS")

    def test_device(self):
        """What is no file is written to as it is, and not replaced by one."""
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        (self.folder / "null").symlink_to("/dev/null")
        for force in ((), ("--force",)):
            args = ("export", "-m", self.bed.modem_number(0), *force, "-o")
            self.simstow(*args, "null")
            self.assertIn("nobody reads", self.simstow(*args, "pipe", status=1).stderr)
        self.assertTrue(pipe.is_fifo())
        self.assertTrue((self.folder / "null").is_symlink())

    def test_compressions(self):
        for method, tool in (("zstd", "zstd"), ("xz", "xz"), ("gzip", "gzip")):
            name = self.folder / f"archive.{method}"
            self.simstow("export", "-m", self.bed.modem_number(0), "-o", name, "--compress", method)
            subprocess.run([tool, "-t", "-q", "-c", name] if tool != "zstd" else
                           ["zstd", "-t", "-q", name], check=True)
            self.simstow("diff", self.path, name)

    def test_same_content_same_id(self):
        again = self.export()
        first, second = self.json("verify", self.path, again)
        self.assertEqual(first["content_id"], second["content_id"])

    def test_daemon_goes_on(self):
        self.bed.sim(0).control("latency 10")
        self.addCleanup(self.bed.sim(0).control, "latency 0")
        modem = self.bed.modem_number(0)
        process = self.popen("export", "-m", modem, "-o", "busy.tar.gz")
        busy = 0
        while process.poll() is None:
            listed = self.bed.mmcli("-m", modem, "--messaging-list-sms")
            self.assertEqual(listed.rc, 0, listed)
            made = self.bed.mmcli("-m", modem,
                                  "--messaging-create-sms=text='hola',number='+573001112222'")
            self.assertEqual(made.rc, 0, made)
            busy += 1
        out, err = process.communicate()
        self.assertEqual(process.returncode, 0, out + err)
        self.assertGreater(busy, 0)
        self.simstow("diff", self.path, "busy.tar.gz")


class Restore(backup.BedTest):
    """Into a blank modem and on from there; the tests build on each other, in order."""

    def test_1_dry_run_changes_nothing(self):
        type(self).path = self.export()
        blank = self.bed.sim(1).dump(backup.RECORDS)
        report = self.restore(self.path, 1, "--dry-run", "--only", "messages,contacts,calls")
        self.assertEqual(report["state"], "planned")
        self.assertGreater(report["counts"]["write"], 340)
        self.assertEqual(self.count_writes(1), 0)
        self.assertEqual(self.bed.sim(1).dump(backup.RECORDS), blank)

    def test_2_restore(self):
        report = self.restore_all(self.path, 1, "--report", "report.json")
        self.assertEqual(report["counts"]["done"], report["counts"]["write"])
        self.assert_same_content()
        written = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        self.assertEqual(written, report)
        fates = {step.get("fate") for step in report["steps"] if step["action"] == "write"}
        self.assertEqual(fates, {"done"})

    def test_3_again_writes_nothing(self):
        before = self.count_writes(1)
        report = self.restore_all(self.path)
        self.assertEqual(report["counts"]["write"], 0)
        self.assertEqual(self.count_writes(1), before)
        self.assert_same_content()

    def test_4_diff(self):
        modem = self.bed.modem_number(1)
        status, left = self.left_over()
        shown = self.json("diff", self.path, "-m", modem, status=status)["differences"]
        self.assertEqual(len(shown), len(left), shown)
        self.assertEqual({item["category"] for item in shown}, {"network"} if left else set())

    def test_5_daemon_sees_messages(self):
        self.bed.enable_modem(1, False)
        self.bed.enable_modem(1, True)
        listed = self.bed.mmcli_json("-m", self.bed.modem_number(1), "--messaging-list-sms")
        self.assertGreater(len(listed["modem.messaging.sms"]), 50)

    def test_6_merge_keeps_what_is_there(self):
        self.bed.sim(1).control("deliver 00040C9175039099888800083211417131020A080073006F006C006F")
        self.restore_all(self.path)
        dump = self.bed.sim(1).dump("messages")
        self.assertIn("073006F006C006F", dump)

    def test_6_report(self):
        """A report that cannot be written is known before anything is; no file is replaced unasked,
        the archive never; a device stays what it is, and a pipe gets the report once."""
        whole = self.path.read_bytes()
        (self.folder / "there").write_bytes(b"precious")
        (self.folder / "soft").symlink_to(self.path)
        before = self.bed.sim(1).dump(backup.RECORDS)
        args = ("restore", self.path, "-m", self.bed.modem_number(1), "--only", backup.EVERYTHING)
        for name, status, text in ((".", 2, "is a directory"), ("nowhere/report", 1, "nowhere"),
                                   ("there", 1, "--force"), (self.path, 2, "destroy it"),
                                   ("soft", 2, "destroy it"), ("/dev/stdin", 2, "destroy it")):
            done = self.bed.run(["sh", "-c", 'cd "$1" && exec "$0" restore - -m "$2" --report "$3" '
                                 '<"$4"', self.bed.simstow_for(), self.folder, args[3], name,
                                 self.path])
            self.assertEqual(done.rc, status, done)
            self.assertIn(text, done.stderr)
            self.assertIn("report", done.stderr)
        self.assertEqual(self.path.read_bytes(), whole)
        self.assertTrue((self.folder / "soft").is_symlink())
        self.assertEqual(self.bed.sim(1).dump(backup.RECORDS), before)
        _, left = self.left_over()
        status = 3 if left else 0
        for name in (("report",), ("/dev/null",), ("there", "--force")):
            self.simstow(*args, "--report", *name, status=status)
        self.assertEqual((self.folder / "report").stat().st_mode & 0o777, 0o600)
        done = self.simstow(*args, "--report", "/dev/stderr", status=status)
        self.assertEqual(json.loads(done.stderr)["state"], "incomplete" if left else "done")

    def test_7_replace_needs_a_yes(self):
        modem = self.bed.modem_number(1)
        done = self.simstow("restore", self.path, "-m", modem, "--replace", status=2)
        self.assertIn("--yes", done.stderr)
        self.assertIn("073006F006C006F", self.bed.sim(1).dump("messages"))

    def test_8_replace_asks(self):
        modem = self.bed.modem_number(1)
        args = ("restore", self.path, "-m", modem, "--replace", "--only", backup.EVERYTHING)
        before = self.bed.sim(1).dump(backup.RECORDS)
        said = self.on_terminal(*args, status=3, answer=b"n\n")
        self.assertIn("Erase 1 record of the modem? [y/N]", said)
        self.assertEqual(self.bed.sim(1).dump(backup.RECORDS), before)
        saved = said.split("Nothing on the modem was changed; what it holds is saved in\n")[1]
        self.simstow("verify", saved.strip())
        (self.folder / "declined").mkdir()
        said = self.on_terminal(*args, "--safety", "declined", answer=b"\n", status=3)
        self.assertIn(f"saved in\n{self.folder / 'declined'}/", said)
        self.assertEqual(self.bed.sim(1).dump(backup.RECORDS), before)

    def test_9_replace(self):
        (self.folder / "safety").mkdir()
        report = self.restore_all(self.path, 1, "--replace", "--yes", "--safety", "safety")
        self.assertEqual(report["counts"]["erase"], 1)
        self.assert_same_content()
        safety, = (self.folder / "safety").iterdir()
        kept = self.json("show", safety)["messages"]
        self.assertEqual(len(kept), 101)

    def restore_all_again(self):
        """Restores all to the modem that has all."""
        return self.restore(self.path, 1, "--only", backup.EVERYTHING)

    def test_9_then_nothing_is_left(self):
        """Found anew, the modem has its initial EPS bearer too."""
        self.bed.restart_daemon()
        self.assertEqual(self.restore_all_again()["counts"]["refuse"], 0)
        modem = self.bed.modem_number(1)
        self.assertIn("No difference", self.simstow("diff", self.path, "-m", modem).stdout)

    def test_9_z_foreign(self):
        """Files of other programs go onto the card as they are, once."""
        (self.folder / "new.vcf").write_text(
            "BEGIN:VCARD\nVERSION:2.1\nN:Nueva;Zoila\nTEL;CELL:+57 300 999-0001\nEND:VCARD\n",
            encoding="utf-8")
        (self.folder / "new.xml").write_text(
            '<smses count="1"><sms address="+573009990001" date="1700000000123" type="1" '
            'body="z&#55357;&#56846;" read="1"/></smses>\n', encoding="utf-8")
        for name in ("new.vcf", "new.xml"):
            report = self.restore(name)
            self.assertEqual(report["counts"]["done"], 1)
            self.assertEqual(self.restore(name)["counts"]["write"], 0)
        self.assertIn("Zoila Nueva", self.bed.sim(1).dump("phonebooks"))
        self.assertIn("007AD83DDE0E", self.bed.sim(1).dump("messages"))


if __name__ == "__main__":
    unittest.main()
