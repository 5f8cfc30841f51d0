# SPDX-License-Identifier: GPL-2.0-or-later
"""merge: what it keeps, what it refuses, and what it leaves alone."""

import io
import json
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
