# SPDX-License-Identifier: GPL-2.0-or-later
"""A daemon whose time passes faster when a test says so (hurry.c): deadlines of half a minute come
within a second or two, and nothing in the daemon or the plugin is changed for it."""

import os
import pathlib
import struct
import tempfile


class Hurry:
    """The clock of a daemon; `environment` is for Testbed's `daemon_env`."""

    def __init__(self):
        handle, name = tempfile.mkstemp(prefix="simstow-hurry-")
        self.file = os.fdopen(handle, "r+b", buffering=0)
        self.path = pathlib.Path(name)
        self.set(1)
        self.environment = {"LD_PRELOAD": os.environ["HURRY_LIBRARY"], "HURRY_FILE": name}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.path.unlink()

    def set(self, factor):
        """Time passes so many times as fast from now on."""
        os.pwrite(self.file.fileno(), struct.pack("=I", factor), 0)
