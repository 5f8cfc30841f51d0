# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of configured backups share: a configuration, destinations of every kind on
loopback, and what may go wrong there."""

import http.server
import os
import pathlib
import socket
import subprocess
import time

import archives
import backup

# An exec destination in a few lines, as a user would write it, and what may go wrong there
SCRIPT = """#!/bin/sh
set -e
cd "$STORE" 2>/dev/null || { echo "the store is away" >&2; exit 5; }
# the run that calls is killed at the step that is counted down to
if [ -f "$STEP" ]; then
    left=$(($(cat "$STEP") - 1))
    echo $left >"$STEP"
    [ $left -gt 0 ] || { rm "$STEP"; kill -9 $PPID; exit 1; }
fi
[ -z "$DENY" ] || { echo "sign in with: store login" >&2; exit 4; }
case $1 in
put) cp "$3" "$2" ;;
get) [ -f "$2" ] || exit 3; cp "$2" "$3" ;;
list) find . -maxdepth 1 -type f -printf '%s %f\\n' ;;
stat) [ -f "$2" ] || exit 3; stat -c %s "$2" ;;
remove) [ -f "$2" ] || exit 3; rm "$2" ;;
esac
"""


def free_port():
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """rclone serving a directory."""

    def __init__(self, kind, directory, port, log):
        self.port = port
        with open(log, "ab") as stream:
            self.process = subprocess.Popen(
                ["rclone", "serve", kind, "--addr", f"127.0.0.1:{port}", "--user", "u", "--pass",
                 "p", "--config", "/dev/null", str(directory)], stdout=stream, stderr=stream,
                stdin=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self):
        """Ends it."""
        self.process.kill()
        self.process.wait()


class Tokens(http.server.BaseHTTPRequestHandler):
    """A service that gives no new token any more, as Google answers then."""

    def do_POST(self):  # noqa: N802, the name that http.server looks for
        """The one answer."""
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"error":"invalid_grant","error_description":"Token has been revoked."}'
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing."""


class VaultTest(backup.BedTest):
    """Tests on one modem with a configuration."""

    scenarios = ("claro-co",)
    arrived = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

    def setUp(self):
        self.place = self.folder / self.id().rsplit(".", 1)[1]
        self.place.mkdir()
        self.state = self.place / "state"

    def configure(self, *groups, backup_keys="", name="simstow.conf"):
        """Writes a configuration; each group is a text."""
        path = self.place / name
        path.write_text(f"[backup]\nstate={self.state}\nretry=0\n{backup_keys}\n"
                        + "\n".join(groups) + "\n")
        return path

    def directory(self, name, *more):
        """A destination that is a directory; its group and its path."""
        path = self.place / name
        return "\n".join([f"[destination {name}]", "type=directory", f"path={path}", *more]), path

    def script(self, name, *more, environment=""):
        """A destination that is a command; its group and where it stores."""
        store = self.place / name
        store.mkdir(exist_ok=True)
        program = self.place / f"{name}.sh"
        program.write_text(SCRIPT)
        program.chmod(0o755)
        variables = self.place / f"{name}.env"
        variables.write_text(f"# where\nSTORE={store}\n{environment}")
        return "\n".join([f"[destination {name}]", "type=exec", f"command={program}",
                          f"environment-file={variables}", *more]), store

    def remote(self, name, kind, *more, password="p", port=None):
        """A destination that is a remote of rclone, served here; its group, the directory that is
        served, and the server."""
        store = self.place / name
        store.mkdir(exist_ok=True)
        server = None
        if port is None:
            port = free_port()
            server = Server(kind, store, port, self.place / f"{name}.log")
            self.addCleanup(server.stop)
        obscured = subprocess.run(["rclone", "obscure", password], check=True, text=True,
                                  stdout=subprocess.PIPE).stdout.strip()
        lines = [f"[{name}]", f"type = {kind}", "user = u", f"pass = {obscured}"]
        if kind == "webdav":
            lines += [f"url = http://127.0.0.1:{port}", "vendor = other"]
        else:
            lines += ["host = 127.0.0.1", f"port = {port}"]
        config = self.place / f"{name}.rclone"
        config.write_text("\n".join(lines) + "\n")
        return "\n".join([f"[destination {name}]", "type=rclone", f"remote={name}:",
                          f"rclone-config={config}", "attempts=1", *more]), store, server

    def drive(self, name, port):
        """A destination that is a Google Drive whose token has expired; its group."""
        config = self.place / f"{name}.rclone"
        config.write_text(
            f"[{name}]\ntype = drive\nclient_id = a\nclient_secret = b\n"
            f"token_url = http://127.0.0.1:{port}/token\nroot_folder_id = r\n"
            'token = {"access_token":"x","token_type":"Bearer","refresh_token":"y",'
            '"expiry":"2020-01-01T00:00:00Z"}\n')
        return "\n".join([f"[destination {name}]", "type=rclone", f"remote={name}:simstow",
                          f"rclone-config={config}", "attempts=1"])

    def back_up(self, config, *args, status=0):
        """Runs the backup; its report, destinations by name."""
        report = self.json("backup", "--config", config, *args, status=status)
        report["destinations"] = {place["name"]: place for place in report["destinations"]}
        return report

    @staticmethod
    def archives(store):
        """The archives in a directory, the oldest first."""
        return sorted(path for path in pathlib.Path(store).glob("simstow-*")
                      if path.name.endswith((".tar.gz", ".gpg")))

    @staticmethod
    def marks(store):
        """The marks in a directory."""
        return sorted(path.name for path in pathlib.Path(store).glob("*.seen-*"))

    def change(self):
        """One more message comes to the modem, which is emptied when it is full."""
        type(self).arrived += 1
        text = f"llegó {self.arrived}"
        message = "deliver " + archives.deliver_text("573001112233", text)
        try:
            self.bed.sim(0).control(message)
        except ValueError:
            self.bed.sim(0).control("clear")
            self.bed.sim(0).control(message)
        return text

    def check_sums(self, store):
        """Every archive there is the one of its label."""
        for archive in self.archives(store):
            subprocess.run(["sha256sum", "-c", "--quiet", archive.name + ".sha256"], cwd=store,
                           check=True)

    def flip(self, path):
        """One bit of a file is another."""
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        mode = os.stat(path).st_mode
        path.write_bytes(data)
        path.chmod(mode)
