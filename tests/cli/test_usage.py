# SPDX-License-Identifier: GPL-2.0-or-later
"""Command lines that make no sense, and verbs where there is no ModemManager."""

import subprocess
import unittest

import archives
import command

VERBS = ("list", "export", "show", "verify", "diff", "restore")


class Usage(command.CommandTest):
    """Status 2, one line on standard error that says what to do, nothing on standard output."""

    def refused(self, *args, says, stdin=None):
        """The command line is refused."""
        out, err = self.run_command(*args, status=2, stdin=stdin)
        self.assertEqual(out, "")
        self.assertEqual(err.count("\n"), 1)
        self.assertTrue(err.startswith("simstow: "), err)
        self.assertIn(says, err)

    def test_no_verb(self):
        self.refused(says="simstow --help")

    def test_unknown_verb(self):
        self.refused("frobnicate", says='"frobnicate"')
        self.refused("help", "frobnicate", says='"frobnicate"')
        self.refused("\033[31m", says="\u241b[31m")

    def test_unknown_option(self):
        for verb in VERBS:
            with self.subTest(verb=verb):
                self.refused(verb, "--frobnicate", says="--frobnicate")

    def test_arguments_missing(self):
        for verb in ("show", "verify", "diff", "restore"):
            with self.subTest(verb=verb):
                self.refused(verb, says=f"simstow help {verb}")

    def test_arguments_too_many(self):
        self.refused("list", "x", says="argument x")
        self.refused("export", "x", says="argument x")
        self.refused("show", "a", "messages", "x", says="argument x")
        self.refused("diff", "a", "b", "x", says="argument x")
        self.refused("restore", "a", "x", says="argument x")

    def test_words(self):
        self.refused("show", "a", "frobs", says='"frobs"')
        self.refused("export", "--compress", "lzma", says='"lzma"')
        self.refused("diff", "a", "b", "--only", "messages,frobs", says='"frobs"')
        self.refused("restore", "a", "--only", "frobs", says='"frobs"')

    def test_standard_input_twice(self):
        for args in (("diff", "-", "-"), ("verify", "-", "-")):
            self.assertIn("only once", self.run_command(*args, status=2)[1])

    def test_contradictions(self):
        self.refused("export", "-o", "-", "--json", says="standard output")
        self.refused("diff", "a", "b", "-m", "0", says="not both")

    def test_replace_needs_an_answer(self):
        self.refused("restore", "a", "--replace", says="--yes")

    def test_archive_onto_terminal(self):
        out = self.run_on_terminal("export", "-o", "-", status=2)
        self.assertIn("terminal", out)


class Help(command.CommandTest):
    """Help goes to standard output, and every verb has it."""

    def test_help(self):
        out, err = self.run_command("--help")
        self.assertEqual((self.run_command("-h")[0], self.run_command("help")[0]), (out, out))
        self.assertEqual(err, "")
        for verb in VERBS:
            self.assertIn(f"\n  {verb} ", out)

    def test_help_of_verbs(self):
        for verb in VERBS:
            out, err = self.run_command(verb, "--help")
            self.assertEqual((out, err), self.run_command("help", verb))
            self.assertIn(f"simstow {verb} ", out)

    def test_version(self):
        self.assertRegex(self.run_command("--version")[0], r"^simstow \d+\.\d+\n$")

    def test_standard_output_full(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([command.PROGRAM, "--help"], stdout=full, env=self.env,
                                  stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output", done.stderr)


class NoBus(command.CommandTest):
    """No system bus, or nobody on it: status 7 for whoever needs a modem, and how to go on."""

    def check_verbs(self, says):
        """Every verb that needs a modem says the same."""
        whole = self.write("a.tar.gz", archives.archive())
        for args in (("list",), ("export",), ("export", "-o", "-"), ("export", "-o", "."),
                     ("diff", whole), ("restore", whole), ("list", "-m", "0")):
            with self.subTest(args=args):
                out, err = self.run_command(*args, status=7)
                self.assertEqual(out, "")
                self.assertIn(says, err)
        self.assertEqual(self.files(), ["a.tar.gz"])

    def test_no_bus(self):
        self.check_verbs("simstow: ")

    def test_no_modem_manager(self):
        config = self.folder.parent / (self.folder.name + ".conf")
        config.write_text("""<busconfig><type>system</type><listen>unix:tmpdir=/tmp</listen>
            <policy context="default"><allow own="*"/>
            <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/></policy>
            </busconfig>""")
        self.addCleanup(config.unlink)
        bus = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--print-address"],
                               stdout=subprocess.PIPE, text=True)
        self.addCleanup(bus.stdout.close)
        self.addCleanup(bus.wait)
        self.addCleanup(bus.terminate)
        self.env["DBUS_SYSTEM_BUS_ADDRESS"] = bus.stdout.readline().strip()
        self.check_verbs("systemctl start ModemManager")

    def test_archives_need_no_bus(self):
        whole = self.write("a.tar.gz", archives.archive())
        self.run_command("verify", whole)
        self.run_command("show", whole)
        self.run_command("diff", whole, whole)


if __name__ == "__main__":
    unittest.main()
