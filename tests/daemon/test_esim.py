#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An eUICC through the stock ModemManager, over MBIM, +CGLA and +CSIM: what is saved is what the
simulated one holds, what is sent is what may be sent, what can be set back is."""

import fcntl
import json
import pathlib
import re
import tarfile
import tempfile
import time
import unittest

from testbed import MM, SCENARIOS, Testbed

EID = "89049032005120007320000000000170"
TWIN = "A06573746B6D65FFFF4953442D5220"
CLARO, MOVISTAR, TIGO = "8957101210000000014", "89571232000000000202", "8957103321000000033"
READS = {"GetEID", "GetEuiccConfiguredAddresses", "GetEUICCInfo2", "GetProfilesInfo",
         "RetrieveNotificationsList"}
MALFORMATIONS = ["empty", "truncated", "overrun", "underrun", "indefinite", "long-length",
                 "inner-overrun", "nested", "unknown-tags", "hex-iccid", "short-iccid",
                 "bad-text", "garbage"]
# what a malformation leaves readable, at least
ALL = [CLARO, MOVISTAR, TIGO]
READABLE = {"unknown-tags": ALL, "hex-iccid": [CLARO, TIGO], "short-iccid": [CLARO, TIGO],
            "bad-text": ALL, "nested": [CLARO, TIGO], "inner-overrun": ALL,
            "truncated": [CLARO, MOVISTAR], "overrun": ALL, "underrun": ALL, "indefinite": ALL,
            "long-length": ALL}
# what nothing can be made of, so that something is missing
UNREADABLE = {"empty", "garbage"}


def export(bed, number=0):
    """Saves a modem: exit status, the archive's path, and esim.json."""
    path = bed.directory / "esim.tar.gz"
    result = bed.run_simstow("export", "-m", bed.modem(number), "-o", path, "--force")
    with tarfile.open(path) as tar:
        member = [item for item in tar.getmembers() if item.name.endswith("/esim.json")]
        esim = json.load(tar.extractfile(member[0])) if member else None
    return result, path, esim


def functions(sim):
    """The ES10 functions that the card was asked for, in order."""
    return [line.split(" ")[0] for line in sim.card()[2]
            if line[:2] not in ("> ", "< ")]


def writes(sim):
    """Those that change something."""
    return [name for name in functions(sim) if name not in READS]


def change(bed, name, iccid, value="", aid="A0000005591010FFFFFFFF8900000100"):
    """One of the door's writes; returns the result that the card gave."""
    text = f"{name} {iccid}" if iccid else name
    answers, = bed.call(0, "org.simstow.Modem1", "Run", "sa{sv}a(say)",
                        ("euicc", {}, [(f"select {aid}", b""), (text, value.encode())]))
    parts, error = answers[1]
    if error:
        raise AssertionError(error)
    return bytes(parts[0])[-1]


def profiles_of(sim):
    """ICCID to (enabled, nickname or None) in a simulator."""
    found = {}
    for line in sim.control("euicc-dump").splitlines():
        words = line.split(" ", 5)
        if words[0] == "profile":
            found[words[1]] = (words[3] == "enabled", None if words[5] == "-" else words[5])
    return found


class Reading(unittest.TestCase):
    """Each way to the card."""

    def check_scenario(self, esim):
        """esim.json is the scenario."""
        self.assertEqual(esim["eid"], EID)
        self.assertEqual(esim["root_smds"], "lpa.ds.gsma.com")
        self.assertEqual(esim["info"]["sas_number"], "SIM-AS-UP-0001")
        rows = [(item["iccid"], item["enabled"], item.get("nickname"), item["owner"],
                 item["notification_addresses"][0]["address"], item.get("no_delete", False))
                for item in esim["profiles"]]
        self.assertEqual(rows, [
            (CLARO, True, "Trabajo", "732101", "rsp.claro.example", False),
            (MOVISTAR, False, "Casa de Begoña", "732123", "rsp.movistar.example", False),
            (TIGO, False, None, "732103", "rsp.tigo.example", True)])
        self.assertEqual(esim["profiles"][1]["gid1"].upper(), "ABCD")
        self.assertEqual([(item["sequence"], item["operation"], item["iccid"])
                          for item in esim["notifications"]],
                         [(2, "install", CLARO), (3, "install", MOVISTAR), (4, "enable", CLARO)])
        self.assertEqual([item["name"] for item in esim["answers"]],
                         ["eid", "addresses", "info2", "profiles", "notifications"])
        self.assertNotIn("activation_codes", esim)

    def check_way(self, scenario, way):
        """What is saved over it, what was sent for it, and that nothing stays open."""
        with Testbed(scenario) as bed:
            if way == "mbim":
                sim_path = bed.get(0, "org.freedesktop.ModemManager1.Modem", "Sim")
                self.assertEqual(bed.bus.get(MM, sim_path, MM + ".Sim", "Eid"), EID)
            result, path, esim = export(bed)
            self.assertEqual(result.rc, 0, result.stderr + result.stdout)
            self.check_scenario(esim)
            self.assertEqual(set(functions(bed.sim(0))), READS)
            self.assertEqual(bed.sim(0).card()[0], 0, "a channel stayed open")
            listed = json.loads(bed.run_simstow("list", "--json").stdout)
            stores = {item["id"]: item for item in listed[0]["snapshot"]["stores"]}
            self.assertEqual((stores["euicc"]["via"], stores["euicc"]["way"]), ("card", way))
            self.assertEqual(len(listed[0]["esim"]["profiles"]), 3)
            shown = bed.run_simstow("show", path, "esim")
            self.assertIn("Casa de Begoña", shown.stdout)
            self.assertEqual(set(functions(bed.sim(0))), READS)
            self.assertEqual(bed.sim(0).card()[0], 0)

    def test_mbim(self):
        """Over MBIM, where ModemManager reads the EID, too: it is the same."""
        self.check_way("esim-co", "mbim")

    def test_cgla(self):
        """Over +CCHO and +CGLA."""
        self.check_way("esim-at", "cgla")

    def test_csim(self):
        """Over +CSIM alone."""
        self.check_way("esim-csim", "csim")

    def test_list_for_people(self):
        """Operator by name and country, state, nickname."""
        with Testbed("esim-co") as bed:
            lines = bed.run_simstow("list").stdout.splitlines()
            row, = [line for line in lines if MOVISTAR in line]
            for word in ("disabled", "Begoña", "Movistar", "Colombia", "732123"):
                self.assertIn(word, row)
            row, = [line for line in lines if line.split()[:1] == [CLARO]]
            for word in ("enabled", "Trabajo", "Claro", "Colombia", "732101"):
                self.assertIn(word, row)


class Quirks(unittest.TestCase):
    """What real modems and cards do."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("esim-at", options=[])
        cls.enterClassContext(cls.bed)
        cls.sim = cls.bed.sim(0)

    def tearDown(self):
        for line in ("euicc malformation none", "euicc no-tag-list 0", "card whole-answer false",
                     "card response-block 256", "card quirks reset-on-refresh"):
            self.sim.control("card-set " + line)

    def test_malformed(self):
        """No malformation ends the program otherwise than in order, or hides what is readable;
        the raw answer is kept whatever it is."""
        for name in MALFORMATIONS:
            with self.subTest(name):
                self.sim.control(f"card-set euicc malformation {name}")
                result, archive, esim = export(self.bed)
                self.assertIn(result.rc, (0, 3), result.stderr)
                found = [item["iccid"] for item in esim["profiles"]]
                for iccid in READABLE.get(name, []):
                    self.assertIn(iccid, found)
                if len(found) < len(ALL):
                    self.assertEqual(result.rc, 3, "a profile is missing without a word")
                self.assertEqual(esim["eid"], EID)
                self.assertEqual(len(esim["notifications"]), 3)
                self.assertEqual(self.sim.card()[0], 0)
                if name in UNREADABLE:
                    self.assertEqual(result.rc, 3)
                    self.assertIn("euicc", result.stdout)
                    shown = self.bed.run_simstow("show", archive, "esim").stdout
                    self.assertNotIn("holds no profiles", shown)
                    self.assertIn("could not be read", shown)
        self.sim.control("card-set euicc malformation none")
        _, _, esim = export(self.bed)
        self.assertEqual(len(esim["profiles"]), 3)

    def test_no_tag_list(self):
        """A card that refuses the list of tags is asked without."""
        for refusal in ("1", "6A80", "6A88", "6985", "6F00", "6300"):
            self.sim.control(f"card-set euicc no-tag-list {refusal}")
            result, _, esim = export(self.bed)
            self.assertEqual(result.rc, 0, result.stderr)
            self.assertEqual([item["iccid"] for item in esim["profiles"]],
                             [CLARO, MOVISTAR, TIGO])

    def test_refused(self):
        """A request that is not answered costs no other, and is told; the list of profiles that is
        not known is none without profiles."""
        for number, name in enumerate(("eid", "addresses", "info2")):
            with self.subTest(name):
                self.sim.control(f"fault {2 * number + 1} +CGLA=* cme 100")
                self.addCleanup(self.sim.control, "clear-faults")
                result, _, esim = export(self.bed)
                self.sim.control("clear-faults")
                self.assertEqual(result.rc, 3, result.stderr)
                self.assertRegex(result.stdout, f"euicc.*{name}")
                self.assertEqual([answer["name"] for answer in esim["answers"]
                                  if "raw" in answer],
                                 [item for item in ("eid", "addresses", "info2", "profiles",
                                                    "notifications") if item != name])

    def test_answers(self):
        """However the answer comes."""
        for line in ("card whole-answer true", "card response-block 1",
                     "card quirks reset-on-refresh,bare-handle",
                     "card quirks reset-on-refresh,hex-handle,plain-cgla",
                     "card quirks reset-on-refresh,no-test,collect"):
            with self.subTest(line):
                self.sim.control("card-set " + line)
                result, _, esim = export(self.bed)
                self.assertEqual(result.rc, 0, result.stderr)
                self.assertEqual(len(esim["profiles"]), 3)
                self.assertEqual(self.sim.card()[0], 0)


class Large(unittest.TestCase):
    """More than ten kilobytes."""

    def test_many_profiles(self):
        """All of them come."""
        with Testbed("esim-co") as bed:
            bed.sim(0).control("card-set euicc profiles many 90 0")
            result, _, esim = export(bed)
            self.assertEqual(result.rc, 0, result.stderr)
            self.assertEqual(len(esim["profiles"]), 93)
            raw, = [item["raw"] for item in esim["answers"] if item["name"] == "profiles"]
            self.assertGreater(len(raw), 2 * 8000)


def restore(bed, archive, *args, number=0):
    """Restores the eSIM part: the result, and the report if there is one."""
    report = bed.directory / "report.json"
    result = bed.run_simstow("restore", archive, "-m", bed.modem(number), "--only", "esim",
                             "--report", report, "--force", *args, timeout=200)
    return result, json.loads(report.read_text()) if report.exists() else None


class Replay(unittest.TestCase):
    """Back onto the eUICC it came from."""

    def check_set_back(self, scenario):
        """Nicknames and the default server come back, and nothing else is sent; the second
        time nothing at all."""
        with Testbed(scenario) as bed:
            sim = bed.sim(0)
            sim.control("card-set euicc default-smdp rsp.example.org")
            before = sim.control("euicc-dump")
            _, path, _ = export(bed)
            change(bed, "nickname", CLARO, "Otra cosa")
            change(bed, "nickname", MOVISTAR)
            change(bed, "default-smdp", "")
            self.assertNotEqual(sim.control("euicc-dump"), before)
            sent = len(functions(sim))
            result, report = restore(bed, path)
            self.assertEqual(result.rc, 0, result.stderr + result.stdout)
            self.assertEqual(sim.control("euicc-dump"), before)
            self.assertEqual(report["counts"]["done"], 3)
            self.assertEqual([name for name in functions(sim)[sent:] if name not in READS],
                             ["SetNickname", "SetNickname", "SetDefaultDpAddress"])
            self.assertEqual(sim.card()[0], 0)
            sent = len(functions(sim))
            result, report = restore(bed, path)
            self.assertEqual(result.rc, 0, result.stderr)
            self.assertEqual(report["counts"]["write"], 0)
            self.assertEqual([name for name in functions(sim)[sent:] if name not in READS], [])
            self.assertEqual(sim.card()[0], 0)

    def test_mbim(self):
        """Over MBIM."""
        self.check_set_back("esim-co")

    def test_at(self):
        """Over +CGLA."""
        self.check_set_back("esim-at")

    def test_absent(self):
        """What the eUICC lacks is refused by name; what the archive lacks stays."""
        with Testbed("esim-co") as bed:
            sim = bed.sim(0)
            _, path, _ = export(bed)
            sim.control(f"card-set euicc profiles without {MOVISTAR}")
            change(bed, "nickname", TIGO, "Mío")
            result, report = restore(bed, path)
            self.assertEqual(result.rc, 3)
            refused, = [step for step in report["steps"] if step["action"] == "refuse"]
            self.assertIn(MOVISTAR, refused["what"])
            self.assertIn("Movistar, Colombia", refused["what"])
            self.assertEqual(profiles_of(sim)[TIGO], (False, "Mío"))
            result = bed.run_simstow("diff", path, "-m", bed.modem(0), "--only", "esim")
            self.assertIn(MOVISTAR, result.stdout)
            self.assertIn("Mío", result.stdout)

    def check_enable(self, scenario):
        """The profile that was enabled is enabled again, last, and the modem is back."""
        with Testbed(scenario) as bed:
            sim = bed.sim(0)
            _, path, _ = export(bed)
            first = bed.modem(0)
            change(bed, "nickname", CLARO, "Otra cosa")
            change(bed, "enable", MOVISTAR)
            if sim.mbim:
                bed.wait_gone(first)
                bed.wait_modem(sim)
            changed = bed.modem(0)
            result, _ = restore(bed, path, "--enable-profile")
            self.assertEqual(result.rc, 2, "asks, and nobody is there to answer")
            self.assertTrue(profiles_of(sim)[MOVISTAR][0])
            result, report = restore(bed, path, "--enable-profile", "--yes")
            self.assertEqual(result.rc, 0, result.stderr + result.stdout)
            self.assertEqual(report["steps"][-1]["store"], "esim/enable")
            self.assertEqual(report["steps"][-1]["fate"], "done")
            self.assertEqual(profiles_of(sim)[CLARO], (True, "Trabajo"))
            self.assertFalse(profiles_of(sim)[MOVISTAR][0])
            self.assertEqual(writes(sim)[-1], "EnableProfile")
            self.assertNotIn(bed.modem(0), (first, changed))
            self.assertIn(f"as modem {bed.modem_number(0)}", result.stdout)
            self.assertEqual(sim.card()[0], 0)

    def test_enable_mbim(self):
        """Over MBIM, where ModemManager notices."""
        self.check_enable("esim-co")

    def test_enable_at(self):
        """Over AT, where it has to be told."""
        self.check_enable("esim-at")

    def test_enable_refused(self):
        """A card that is busy keeps what it has, and that is said."""
        with Testbed("esim-co") as bed:
            sim = bed.sim(0)
            _, path, _ = export(bed)
            before = bed.modem(0)
            change(bed, "enable", TIGO)
            bed.wait_gone(before)
            bed.wait_modem(sim)
            sim.control("card-set euicc busy true")
            result, report = restore(bed, path, "--enable-profile", "--yes")
            self.assertEqual(result.rc, 3)
            self.assertIn("ES10 5", report["steps"][-1]["fault"])
            self.assertTrue(profiles_of(sim)[TIGO][0])


class Two(unittest.TestCase):
    """A card of two secure elements, each with an ISD-R and profiles of its own."""

    SECOND = "89049032005120007320000000000267"
    OTHERS = ["8957999000000000000", "8957999000000000001"]

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        text = (SCENARIOS / "esim-at.scenario").read_text(encoding="utf-8")
        text += (f"aid={TWIN}30\n[euicc2]\naid={TWIN}31\neid={cls.SECOND}\n"
                 "profiles=many 2 0\ndefault-smdp=rsp.second.example\n")
        (folder / "two.scenario").write_text(text, encoding="utf-8")
        cls.bed = cls.enterClassContext(Testbed(folder / "two.scenario"))
        cls.sim = cls.bed.sim(0)

    def nicknames(self):
        """Those of the second element."""
        return re.findall(r"nickname (.+)", self.sim.control("euicc-dump 2"))

    def test_saved(self):
        """Both are in the archive and on paper, each with what is its own."""
        result, path, esim = export(self.bed)
        self.assertEqual(result.rc, 0, result.stderr + result.stdout)
        self.assertEqual(esim["eid"], EID)
        self.assertEqual([item["iccid"] for item in esim["profiles"]], [CLARO, MOVISTAR, TIGO])
        second, = esim["further"]
        self.assertEqual((second["eid"], second["default_smdp"]),
                         (self.SECOND, "rsp.second.example"))
        self.assertEqual([item["iccid"] for item in second["profiles"]], self.OTHERS)
        self.assertEqual(second["notifications"], [])
        self.assertEqual(self.sim.card()[0], 0)
        for argv in (("show", path, "esim"), ("esim", "recovery-sheet", path, "--yes")):
            shown = self.bed.run_simstow(*argv)
            self.assertEqual(shown.rc, 0, shown.stderr)
            for word in (EID, self.SECOND, MOVISTAR, *self.OTHERS):
                self.assertIn(word, shown.stdout)

    def test_written(self):
        """What is written to one of them leaves the other alone."""
        self.assertEqual(change(self.bed, "nickname", CLARO, "new one", f"{TWIN}30"), 0)
        self.assertEqual(change(self.bed, "nickname", self.OTHERS[1], "new two", f"{TWIN}31"), 0)
        self.assertEqual(profiles_of(self.sim)[CLARO][1], "new one")
        self.assertEqual(self.nicknames(), ["Apodo 0", "new two"])
        for aid, iccid in ((f"{TWIN}30", self.OTHERS[0]), (f"{TWIN}31", CLARO)):
            self.assertNotEqual(change(self.bed, "nickname", iccid, "no", aid), 0)
        self.assertEqual(self.nicknames(), ["Apodo 0", "new two"])
        change(self.bed, "nickname", CLARO, "Trabajo", f"{TWIN}30")

    def test_restore(self):
        """A restore tells of a nickname on the second, and writes that of the first."""
        _, path, _ = export(self.bed)
        change(self.bed, "nickname", CLARO, "Otro", f"{TWIN}30")
        before = self.nicknames()
        result, _ = restore(self.bed, path)
        self.assertEqual(result.rc, 0, result.stderr + result.stdout)
        self.assertEqual(profiles_of(self.sim)[CLARO][1], "Trabajo")
        self.assertEqual(self.nicknames(), before)


CODE, CONFIRMATION, PASSPHRASE = "LPA:1$rsp.movistar.example$MATCH-0042", "4711", "correct horse"


def files_holding(directory, text):
    """Every file below a directory that holds a text as it is."""
    return [path for path in directory.rglob("*")
            if path.is_file() and text.encode() in path.read_bytes()]


def draw(page, path):
    """The QR code of a page, as a picture."""
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", page)}
    size = int(re.search(r'viewBox="0 0 (\d+) ', page).group(1))
    rows = [bytes(0 if (x // 4, y // 4) in dark else 255 for x in range(4 * size))
            for y in range(4 * size)]
    path.write_bytes(b"P5 %d %d 255\n" % (4 * size, 4 * size) + b"".join(rows))


class WayBack(unittest.TestCase):
    """Profiles that are gone, and the codes that bring them back."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("esim-co")
        cls.enterClassContext(cls.bed)
        _, cls.path, _ = export(cls.bed)
        cls.home = pathlib.Path(cls.bed.env["HOME"])
        cls.sealed = cls.home / "sealed.tar.gz.gpg"
        for name, text in (("code", CODE), ("confirmation", CONFIRMATION), ("pass", PASSPHRASE)):
            (cls.bed.directory / name).write_text(text + "\n", encoding="ascii")
        done = cls.bed.run(["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase-file",
                            cls.bed.directory / "pass", "-o", cls.sealed, "--symmetric", cls.path])
        assert done.rc == 0, done.stderr

    def esim(self, *args, env=None):
        """simstow esim with the passphrase on 3, the code on 4, the confirmation code on 5."""
        line = 'exec "$0" esim "$@" 3<"$D/pass" 4<"$D/code" 5<"$D/confirmation"'
        return self.bed.run(["sh", "-c", line, self.bed.build / "helper" / "simstow", *args],
                            env=dict(env or {}, D=str(self.bed.directory)))

    def add_code(self, *args):
        """Keeps a code, and returns the new archive's path."""
        result = self.esim("add-code", self.sealed, "--passphrase-fd", "3", *args)
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertNotIn("MATCH", result.stdout + result.stderr)
        return pathlib.Path(result.stdout.splitlines()[1])

    def test_restore_tells(self):
        """What to do for each profile that the eUICC lacks, and for no other."""
        with Testbed("esim-co") as bed:
            _, path, _ = export(bed)
            bed.sim(0).control(f"card-set euicc profiles without {MOVISTAR}")
            for args in ((), ("--dry-run",)):
                result, _ = restore(bed, path, *args)
                self.assertEqual(result.rc, 3)
                for word in ("Casa de Begoña", MOVISTAR, "Movistar", "Colombia", "732123",
                             "rsp.movistar.example", "none is kept", "waited", EID):
                    self.assertIn(word, result.stdout)
                self.assertNotIn("rsp.tigo.example", result.stdout)

    def test_sheet_asks(self):
        """Nothing of an archive that is not encrypted without a yes."""
        result = self.esim("recovery-sheet", self.path)
        self.assertEqual(result.rc, 2)
        self.assertEqual(result.stdout, "")
        result = self.esim("recovery-sheet", self.path, "--yes")
        self.assertEqual(result.rc, 0, result.stderr)
        for word in (CLARO, MOVISTAR, TIGO, "Colombia", "rsp.claro.example", EID):
            self.assertIn(word, result.stdout)

    def test_add_code(self):
        """The code is in the new archive, in the sheet with --secrets, and nowhere else."""
        made = self.add_code("--iccid", MOVISTAR, "--code-fd", "4", "--confirmation-fd", "5")
        self.assertEqual(made.stat().st_mode & 0o777, 0o600)
        plain = self.esim("recovery-sheet", made, "--passphrase-fd", "3")
        self.assertEqual(plain.rc, 0, plain.stderr)
        self.assertIn("--secrets", plain.stdout)
        self.assertNotIn("MATCH", plain.stdout)
        secret = self.esim("recovery-sheet", made, "--passphrase-fd", "3", "--secrets")
        self.assertIn(CODE, secret.stdout)
        self.assertIn(CONFIRMATION, secret.stdout)
        self.assertIn("only once", secret.stdout)
        self.assertEqual(files_holding(self.home, "MATCH-0042"), [])
        self.assertEqual(files_holding(self.bed.logs, "MATCH-0042"), [])

    def test_page(self):
        """One file; its QR code says the code, and is read from a picture again."""
        made = self.add_code("--iccid", MOVISTAR, "--code-fd", "4", "-o",
                             self.home / "page.tar.gz.gpg")
        page = self.bed.directory / "sheet.html"
        result = self.esim("recovery-sheet", made, "--passphrase-fd", "3", "--html", page)
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertNotIn("<svg", page.read_text(encoding="utf-8"))
        self.assertNotIn("MATCH", page.read_text(encoding="utf-8"))
        self.esim("recovery-sheet", made, "--passphrase-fd", "3", "--html", page, "--secrets",
                  "--force")
        text = page.read_text(encoding="utf-8")
        self.assertEqual(page.stat().st_mode & 0o777, 0o600)
        self.assertIn("Begoña", text)
        self.assertNotRegex(text, r'(src|href)=')
        picture = self.bed.directory / "qr.pgm"
        draw(text, picture)
        read = self.bed.run(["zbarimg", "--quiet", "--raw", picture])
        self.assertEqual(read.stdout.strip(), CODE)
        again = self.add_code("--image", picture, "-o", self.home / "image.tar.gz.gpg")
        secret = self.esim("recovery-sheet", again, "--passphrase-fd", "3", "--secrets")
        self.assertIn(CODE, secret.stdout)

    def test_refused(self):
        """Archives in the clear, codes that are none, profiles that are not there."""
        before = sorted(self.bed.directory.iterdir())
        result = self.esim("add-code", self.path, "--code-fd", "4")
        self.assertEqual(result.rc, 2)
        self.assertIn("gpg --symmetric", result.stderr)
        result = self.esim("add-code", self.sealed, "--passphrase-fd", "3", "--code-fd", "5")
        self.assertEqual(result.rc, 1)
        self.assertIn("no activation code", result.stderr)
        self.assertNotIn(CONFIRMATION, result.stderr)
        result = self.esim("add-code", self.sealed, "--passphrase-fd", "3", "--code-fd", "4",
                           "--iccid", "8957")
        self.assertEqual(result.rc, 1)
        result = self.esim("add-code", self.sealed, "--passphrase-fd", "4", "--code-fd", "5")
        self.assertEqual(result.rc, 5, "a wrong passphrase")
        self.assertEqual(sorted(self.bed.directory.iterdir()), before)


class Bridge(unittest.TestCase):
    """lpac's protocol, spoken by a peer that behaves and one that does not."""

    @classmethod
    def setUpClass(cls):
        cls.bed = Testbed("esim-co")
        cls.enterClassContext(cls.bed)
        programs = cls.bed.directory / "programs"
        programs.mkdir()
        (programs / "lpac").symlink_to(pathlib.Path(__file__).resolve().parent / "lpac_peer.py")
        cls.env = {"PATH": f"{programs}:/usr/bin:/bin"}

    def lpac(self, *args, options=()):
        """simstow esim lpac; afterwards no channel is open."""
        result = self.bed.run_simstow("esim", "lpac", "-m", self.bed.modem(0), *options, "--",
                                      *args, env=self.env)
        channels = self.bed.sim(0).card()[0]
        if channels:
            # the daemon closes what a caller left, in its own time
            self.bed.bus.get(MM, self.bed.modem(0), "org.simstow.Modem1", "Version")
            channels = self.bed.sim(0).card()[0]
        self.assertEqual(channels, 0, "a channel stayed open")
        return result

    def test_list(self):
        """The list of profiles comes whole, with its status word, and lpac's lines go on."""
        result = self.lpac("list")
        self.assertEqual(result.rc, 0, result.stderr)
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([line["type"] for line in lines], ["progress", "lpa"])
        answer = lines[1]["payload"]["data"].lower()
        self.assertTrue(answer.startswith("bf2d81e1a081de"), answer[:20])
        self.assertTrue(answer.endswith("9000"))
        self.assertEqual(len(answer), 2 * (229 - 1 + 2) + 2)

    def test_hang(self):
        """A peer that does nothing is ended at the deadline, one that listens no more, too."""
        for word in ("hang", "deaf"):
            begin = time.monotonic()
            result = self.lpac(word, options=("--timeout", "2"))
            self.assertNotEqual(result.rc, 0)
            self.assertIn("after 2 seconds", result.stderr)
            self.assertLess(time.monotonic() - begin, 20)

    def test_crash(self):
        """A peer that crashes, and one that leaves without a word."""
        result = self.lpac("crash")
        self.assertEqual(result.rc, 1)
        self.assertIn("signal 11", result.stderr)
        result = self.lpac("leave")
        self.assertEqual(result.rc, 1)
        self.assertIn("without a result", result.stderr)

    def test_babble(self):
        """Whatever it says, each request gets one answer."""
        result = self.lpac("babble")
        self.assertEqual(result.rc, 0, result.stderr)
        self.assertIn("not JSON", result.stdout)

    def test_absent_application(self):
        """What the card does not have is the error that is told."""
        result = self.lpac("absent")
        self.assertEqual(result.rc, 1)
        self.assertIn("euicc_init", result.stdout)
        self.assertRegex(result.stderr, "SW|MBIM|application")

    def test_locked(self):
        """One at a time."""
        with open(self.home_lock(), "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            result = self.lpac("list")
        self.assertEqual(result.rc, 1)
        self.assertIn("another", result.stderr)

    def home_lock(self):
        """The lock file of the testbed's user."""
        return pathlib.Path(self.bed.env["XDG_RUNTIME_DIR"]) / "simstow-lpac.lock"

    def test_not_installed(self):
        """The package is named."""
        result = self.bed.run_simstow("esim", "lpac", "-m", self.bed.modem(0), "--", "chip",
                                      env={"PATH": "/usr/bin:/bin"})
        self.assertEqual(result.rc, 1)
        self.assertIn("package lpac", result.stderr)


if __name__ == "__main__":
    unittest.main()
