#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What speaks lpac's stdio protocol in its place, and misbehaves on request: `list` asks as
`profile list` does; the other words are what it does with a channel open."""

import json
import os
import signal
import sys
import time

AID = "a0000005591010ffffffff8900000100"


def say(value):
    """One line."""
    print(json.dumps(value), flush=True)


def ask(func, param=None):
    """A request, and the payload of its answer."""
    say({"type": "apdu", "payload": {"func": func, "param": param}})
    line = sys.stdin.readline()
    if not line:
        sys.exit(255)
    answer = json.loads(line)
    assert answer["type"] == "apdu", answer
    return answer["payload"]


def result(code, message, data):
    """The line that tells how it went."""
    say({"type": "lpa", "payload": {"code": code, "message": message, "data": data}})


def main():
    """Runs as `lpac WORD`."""
    word = sys.argv[1]
    assert os.environ["LPAC_APDU"] == "stdio"
    assert ask("connect")["ecode"] == 0
    aid = "a0000000871002" if word == "other" else "a0000005591010ffffffff8900009999" \
        if word == "absent" else AID
    channel = ask("logic_channel_open", aid)["ecode"]
    if channel < 0:
        ask("disconnect")
        result(-1, "euicc_init", "")
        sys.exit(255)
    if word == "hang":
        time.sleep(600)
    if word == "deaf":
        os.close(0)
        say({"type": "apdu", "payload": {"func": "transmit", "param": "81e2910003bf2d00"}})
        time.sleep(600)
    if word == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if word == "leave":
        sys.exit(0)
    if word == "babble":
        print("not JSON\n\n{\n[]\n{\"type\":5}\n{\"type\":\"apdu\"}", flush=True)
        assert json.loads(sys.stdin.readline())["payload"]["ecode"] == -1
        for param in ("8", "zz", "", "81e2", "00" * 300):
            assert ask("transmit", param)["ecode"] in (0, -1)
        assert ask("no_such_thing")["ecode"] == -1
        say({"type": "http", "payload": {"url": "https://example.com", "tx": "", "headers": []}})
        assert json.loads(sys.stdin.readline())["payload"]["rcode"] == 501
    answer = ask("transmit", f"8{channel:x}e2910003bf2d00")
    assert answer["ecode"] == 0, answer
    say({"type": "progress", "payload": {"code": 0, "message": "halfway", "data": ""}})
    result(0, "success", answer["data"])
    assert ask("logic_channel_close", f"{channel:02x}")["ecode"] == 0
    assert ask("disconnect")["ecode"] == 0


if __name__ == "__main__":
    main()
