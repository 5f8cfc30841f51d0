# SPDX-License-Identifier: GPL-2.0-or-later
"""A headless Chromium, driven over a pipe by its DevTools protocol: one start for many looks."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE = 120


class Browser:
    """One browser with one page."""

    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="simstow-chromium-")
        to_read, self.to = os.pipe()
        self.fro, to_write = os.pipe()
        command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
                   "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-pipe",
                   f"--user-data-dir={self.home}"]
        # the protocol's descriptors are 3 and 4
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec "$@" 3<&{to_read} 4>&{to_write}', "sh", *command],
            pass_fds=[to_read, to_write], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self.home})
        os.close(to_read)
        os.close(to_write)
        self.number, self.rest, self.session, self.events = 0, b"", None, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target,
                                 flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def close(self):
        """Ends the browser."""
        os.close(self.to)
        self.process.wait(timeout=PATIENCE)
        os.close(self.fro)
        shutil.rmtree(self.home, ignore_errors=True)

    def receive(self):
        """The next thing that the browser says."""
        end = time.monotonic() + PATIENCE
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.fro], [], [], end - time.monotonic())
            piece = os.read(self.fro, 1 << 20) if ready else b""
            if not piece:
                raise RuntimeError("the browser says nothing")
            self.rest += piece
        line, _, self.rest = self.rest.partition(b"\0")
        return json.loads(line)

    def call(self, method, **params):
        """Asks for something; what happens meanwhile is noted."""
        self.number += 1
        asked = {"id": self.number, "method": method, "params": params}
        if self.session:
            asked["sessionId"] = self.session
        os.write(self.to, json.dumps(asked).encode() + b"\0")
        while True:
            said = self.receive()
            if said.get("id") == self.number:
                if "error" in said:
                    raise RuntimeError(f"{method}: {said['error']}")
                return said["result"]
            self.events.append(said)

    def open(self, address):
        """Goes to a page, from another one, and waits until it is there: all its events."""
        self.load("about:blank")
        self.events = []
        self.load(address)
        return self.events

    def load(self, address):
        """Waits for this very page: another may still be arriving."""
        loader = self.call("Page.navigate", url=address)["loaderId"]

        def arrived(event):
            return (event["method"] == "Page.lifecycleEvent" and
                    event["params"]["loaderId"] == loader and event["params"]["name"] == "load")
        while not any(map(arrived, self.events)):
            self.events.append(self.receive())

    def evaluate(self, expression):
        """What an expression is on the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def resize(self, width, dark=False):
        """The width of the window, and which colours it asks for."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                  deviceScaleFactor=1, mobile=width < 500)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def screenshot(self):
        """A picture of the window, PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])

    def print(self):
        """The page as PDF, by its own style of printing."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])
