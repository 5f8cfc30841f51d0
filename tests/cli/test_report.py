# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages: what is in them, read without a browser, and what a real one makes of them."""

import base64
import hashlib
import html.parser
import re
import subprocess

import archives
import browser
import command

ANA, BANK = "573101234567", "573009998888"
ATTACK = "</p></li></ol><script>document.title='owned'</script><img src=x onerror=\"a()\">'&amp;"
ANSWERS = [{"name": "eid", "raw": "BF3E125A1089049032005120007320000000000170"},
           {"name": "profiles",
            "raw": "BF2D24A022E3205A0A987501210100000010F49F700101900754726162616A6FB7"
                   "058003371201"}]


def sample():
    """Something of everything; foreign text wherever it may be."""
    return {
        "messages": [
            archives.message(1, archives.deliver_text(ANA, "Vi\u00e9rnes \U0001f600\n dos",
                                                      when=("231114231500", 4))),
            {**archives.message(2, archives.submit_text(ANA, "respuesta"), status="sent"),
             "sim": "8957101210000001234"},
            archives.message(3, archives.deliver_text(BANK, "saldo $5.000",
                                                      when=("231113090000", -20))),
            archives.message(4, archives.deliver_text(BANK, ATTACK[:60])),
            archives.message(5, archives.deliver_text(BANK, ATTACK[60:] + "\u202e")),
            archives.message(6, archives.deliver_part(ANA, "primera ", 7, 2, 1)),
        ],
        "contacts": archives.card(1, ANA, "Ana <b>Mar\u00eda</b>"),
        "calls": [archives.call(1, ANA, ATTACK, kind=145)],
        "esim": {"answers": ANSWERS},
        "network": {"profiles": [{"id": 1, "name": ATTACK, "apn": "internet.example",
                                  "password": "hush-hush", "enabled": True}]},
        "device": {"manufacturer": ATTACK, "model": "</title><script>"},
        "problems": [{"where": "calls/missed", "text": ATTACK, "lost": True},
                     {"where": "sms/sm", "index": 6, "text": "a remark", "lost": False}],
    }


class Page(html.parser.HTMLParser):
    """A page as a parser sees it: elements with their attributes, and text."""

    VOID = {"meta", "input", "br", "img", "link"}

    def __init__(self, text):
        super().__init__()
        self.elements, self.stack, self.texts, self.inside = [], [], [], {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            raise ValueError(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        if self.stack and self.stack[-1] in ("script", "style"):
            self.inside.setdefault(self.stack[-1], []).append(data)
        else:
            self.texts.append(data)

    def text(self):
        """All text on the page."""
        return "".join(self.texts)

    def all(self, tag):
        """The attributes of all elements of one name."""
        return [attrs for name, attrs in self.elements if name == tag]


class ReportTest(command.CommandTest):
    """An archive, and pages made of it."""

    def setUp(self):
        super().setUp()
        self.path = self.write("a.tar.gz", archives.archive(**sample()))

    def make(self, *options, name="page.html", path=None):
        """A page, read."""
        self.run_command("report", path or self.path, "-o", name, "--force", *options)
        return Page((self.folder / name).read_text(encoding="utf-8"))


class Report(ReportTest):
    """What is in the page, whatever shows it."""

    def check_closed(self, page):
        """Nothing from outside, no script but its own, and a policy that says so."""
        for tag, attrs in page.elements:
            self.assertNotIn(tag, ("img", "link", "iframe", "object", "embed", "base"))
            self.assertFalse([name for name in attrs if name.startswith("on") or name == "style"])
            self.assertTrue(attrs.get("href", "#").startswith("#"), attrs)
            self.assertNotIn("src", attrs)
        policy = next(meta["content"] for meta in page.all("meta")
                      if meta.get("http-equiv") == "Content-Security-Policy")
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        for tag in ("style", "script"):
            found = page.inside.get(tag, [])
            self.assertLessEqual(len(found), 1)
            for text in found:
                digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
                self.assertIn(f"{tag}-src 'sha256-{digest}'", policy)
                self.assertNotRegex(text, r"url\(|@import|https?:")

    def test_contents(self):
        page = self.make()
        self.check_closed(page)
        text = page.text()
        for word in ("Ana <b>Mar\u00eda</b>", "+573101234567", "Vi\u00e9rnes \U0001f600\n dos",
                     "respuesta", "without", "saldo $5.000", "Tuesday, 14 November 2023",
                     "UTC+01:00", "23:15", "09:00", "UTC\u221205:00", "internet.example",
                     "Trabajo", "8957101210000000014", "issue the eSIM", "calls/missed",
                     "a remark", "[part 2 of 2 missing]", ATTACK[:60], "</title><script>"):
            self.assertIn(word.lower(), text.lower(), word)
        self.assertNotIn("hush-hush", text)
        self.assertNotIn("\u202e", text)
        self.assertIn("2023-11-14T23:15:00+01:00", [time["datetime"] for time in page.all("time")])

    def test_accessible(self):
        """Landmarks, one title of each level in its place, names of what can be used."""
        page = self.make()
        tags = [tag for tag, _ in page.elements]
        for tag in ("header", "nav", "main", "h1"):
            self.assertEqual(tags.count(tag), 1, tag)
        levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
        self.assertTrue(all(after <= before + 1 for before, after in zip(levels, levels[1:])))
        self.assertEqual(page.all("html")[0]["lang"], "en")
        ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
        self.assertEqual(len(ids), len(set(ids)))
        for link in page.all("a"):
            self.assertIn(link["href"][1:], ids)
        for section in page.all("section"):
            self.assertIn(section["aria-labelledby"], ids)
        self.assertEqual(page.all("label")[0]["for"], page.all("input")[0]["id"])
        self.assertTrue(all(cell.get("scope") == "col" for cell in page.all("th")))

    def test_same_twice(self):
        self.make()
        first = (self.folder / "page.html").read_bytes()
        self.make(name="again.html")
        self.assertEqual((self.folder / "again.html").read_bytes(), first)
        with open(self.path, "rb") as file:
            out, _ = self.run_command("report", "-", stdin=file.read())
        self.assertEqual(len(Page(out).all("li")), len(Page(first.decode()).all("li")) - 3,
                         "all but how to compute the digest, which is not known of a pipe")

    def test_output(self):
        """Private, whole or not at all, and in the place of nothing."""
        self.make()
        self.assertEqual((self.folder / "page.html").stat().st_mode & 0o777, 0o600)
        self.run_command("report", self.path, "-o", "page.html", status=1)
        before = self.path.read_bytes()
        self.run_command("report", self.path, "-o", self.path, "--force", status=2)
        self.assertEqual(self.path.read_bytes(), before)
        self.write("bad.tar.gz", before[:-300])
        self.run_command("report", "bad.tar.gz", "-o", "bad.html", status=9)
        self.assertEqual(self.files(), ["a.tar.gz", "bad.tar.gz", "page.html"])
        self.run_on_terminal("report", self.path, status=2)
        self.run_command("report", self.path, "--with", "Ana", status=2)
        self.run_command("report", "-", "--transcript", stdin=before, status=2)

    def test_nothing(self):
        """An archive with nothing in it is a page as well."""
        path = self.write("empty.tar.gz", archives.archive())
        page = self.make(path=path)
        self.assertIn("There are none.", page.text())
        self.assertIn("known to be missing", page.text())
        self.assertIn("There are none.", self.make("--transcript", path=path).text())

    def test_transcript(self):
        page = self.make("--transcript")
        self.check_closed(page)
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        text = page.text()
        for word in (digest, "sha256sum 'a.tar.gz'", "certutil", "2023-11-14 23:15:00",
                     "UTC+01:00", "sms/sm 1", "+573101234567", "not stored", ATTACK[:60],
                     "SIM 8957101210000001234"):
            self.assertIn(word, text)
        rows = [row["id"] for row in page.all("tr") if "id" in row]
        self.assertEqual(rows, [f"n{i}" for i in range(1, 7)])

    def test_chosen(self):
        """By number and date; and it is said how."""
        page = self.make("--transcript", "--with", BANK, "--until", "2023-11-13")
        text = page.text()
        self.assertEqual(len([row for row in page.all("tr") if "id" in row]), 1)
        self.assertIn("saldo", text)
        self.assertNotIn("owned", text.split("Messages")[-1])
        for word in (BANK, "2023-11-13 23:59:59 -05:00"):
            self.assertIn(word, text)


# The least contrast of text with what is behind it, WCAG 2.2, and where it is
CONTRAST = """(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const rgb = parse(getComputedStyle(e).backgroundColor);
      if (rgb.length < 4 || rgb[3] > 0) return rgb;
    }
    return [255, 255, 255];
  };
  let worst = [99, ''];
  for (const e of document.querySelectorAll('body *')) {
    if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
      continue;
    let [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
    if (a < b) [a, b] = [b, a];
    const ratio = (a + .05) / (b + .05);
    if (ratio < worst[0]) worst = [ratio, e.tagName + '.' + e.className];
  }
  return worst;
})()"""
# Talks that are shown, bubbles in them, rows of tables
SHOWN = """(() => {
  const shown = (what) => [...document.querySelectorAll(what)].filter((e) => e.checkVisibility());
  return {talks: shown('details').length, texts: shown('ol p').map((e) => e.textContent),
          rows: shown('tbody tr').length, found: document.querySelector('output').textContent,
          marked: CSS.highlights.has('found') ? CSS.highlights.get('found').size : 0,
          title: document.title, hash: location.hash};
})()"""


class Chromium(ReportTest):
    """What a real browser makes of it, started once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        super().setUp()
        self.make()
        self.address = f"file://{self.folder}/page.html"

    def open(self, address):
        """Goes there; nothing was refused by the policy, asked for, or went wrong."""
        events = self.browser.open(address)
        told = [event for event in events
                if event["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")]
        self.assertEqual(told, [])
        asked = [event["params"]["request"]["url"] for event in events
                 if event["method"] == "Network.requestWillBeSent"]
        self.assertEqual(asked, [address.split("#")[0]])

    def test_renders(self):
        """In three widths, light and dark: all fits, and can be read."""
        self.open(self.address)
        title = self.browser.evaluate("document.title")
        self.assertTrue(title.startswith("</p></li>"), title)
        self.browser.evaluate("document.querySelectorAll('details').forEach((e) => e.open = true)")
        for width in (360, 820, 1440):
            for dark in (False, True):
                with self.subTest(width=width, dark=dark):
                    self.browser.resize(width, dark)
                    size = self.browser.evaluate("document.documentElement.scrollWidth")
                    self.assertLessEqual(size, width)
                    contrast, where = self.browser.evaluate(CONTRAST)
                    self.assertGreaterEqual(contrast, 4.5, where)
                    self.assertTrue(self.browser.screenshot().startswith(b"\x89PNG"))

    def test_closed(self):
        """Conversations are closed at first, so that the page opens fast."""
        self.open(self.address)
        shown = self.browser.evaluate(SHOWN)
        self.assertEqual((shown["talks"], shown["texts"]), (2, []))

    def test_search(self):
        """What was written, whatever accents and capitals; a name; nothing; and all again."""
        self.open(self.address + "#q=VIERNES")
        shown = self.browser.evaluate(SHOWN)
        self.assertEqual((shown["talks"], shown["rows"], shown["found"]), (1, 0, "Found: 1"))
        self.assertEqual(len(shown["texts"]), 1)
        self.open(self.address + "#q=5.000")
        shown = self.browser.evaluate(SHOWN)
        self.assertEqual(shown["texts"], ["saldo $5.000"])
        self.assertEqual(shown["marked"], 1)
        search = "(word) => { const q = document.getElementById('q'); q.value = word; " \
                 "location.hash = '#q=' + encodeURIComponent(word); " \
                 "dispatchEvent(new HashChangeEvent('hashchange')); }"
        for word, talks, texts in (("mar\u00eda", 1, 0), ("no such word", 0, 0),
                                   ("<script>", 1, 1)):
            self.browser.evaluate(f"({search})({word!r})")
            shown = self.browser.evaluate(SHOWN)
            self.assertEqual((shown["talks"], len(shown["texts"])), (talks, texts), word)
        self.browser.evaluate(f"({search})('')")
        self.assertEqual(self.browser.evaluate(SHOWN)["talks"], 2)

    def test_script_is_text(self):
        """What comes from the archive makes no element and runs nowhere."""
        self.open(self.address)
        found = self.browser.evaluate("[document.scripts.length, document.images.length, "
                                      "document.querySelectorAll('b b').length]")
        self.assertEqual(found, [1, 0, 0])
        self.assertNotEqual(self.browser.evaluate("document.title"), "owned")

    def test_without_script(self):
        """All is there and can be opened; only the search is not."""
        self.browser.call("Emulation.setScriptExecutionDisabled", value=True)
        self.addCleanup(self.browser.call, "Emulation.setScriptExecutionDisabled", value=False)
        self.open(self.address)
        self.browser.evaluate("document.querySelectorAll('details').forEach((e) => e.open = true)")
        shown = self.browser.evaluate("[document.getElementById('search').checkVisibility(), "
                                      "[...document.querySelectorAll('ol p')]"
                                      ".every((e) => e.checkVisibility())]")
        self.assertEqual(shown, [False, True])

    def pdf(self):
        """The text of the page that is open, as printed."""
        path = self.write("page.pdf", self.browser.print())
        return subprocess.run(["pdftotext", "-layout", path, "-"], check=True,
                              capture_output=True, text=True).stdout

    def test_prints(self):
        """Closed conversations, too; a transcript with numbered pages that carry the digest."""
        self.open(self.address)
        text = self.pdf()
        for word in ("respuesta", "saldo", "1/"):
            self.assertIn(word, text)
        self.make("--transcript", name="transcript.html")
        self.open(f"file://{self.folder}/transcript.html")
        text = self.pdf()
        pages = text.rstrip("\f").split("\f")
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        for number, page in enumerate(pages, 1):
            self.assertRegex(page, rf"SHA-256 {digest} +Page {number} of {len(pages)}")
        self.assertIn("owned", text)
