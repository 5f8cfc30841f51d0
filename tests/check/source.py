# SPDX-License-Identifier: GPL-2.0-or-later
"""What the checks know of the tree: its files, and what a C file consists of."""

import pathlib
import re
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]


def tracked():
    """Every tracked or new file that is not ignored, relative to the top."""
    out = subprocess.run(
        ["git", "-c", f"safe.directory={TOP}", "ls-files", "--cached", "--others",
         "--exclude-standard"],
        cwd=TOP, check=True, capture_output=True, text=True).stdout
    return [pathlib.PurePath(line) for line in out.splitlines() if (TOP / line).is_file()]


def c_files():
    """The tracked C sources and headers."""
    return [path for path in tracked() if path.suffix in (".c", ".h")]


def read(path):
    """A file's text."""
    return (TOP / path).read_text(encoding="utf-8")


def strip_comments(text):
    """C text with comments and string contents blanked, line breaks kept."""
    def blank(match):
        token = match.group(0)
        if token.startswith('"') or token.startswith("'"):
            return token[0] + " " * (len(token) - 2) + token[-1]
        return re.sub(r"[^\n]", " ", token)
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    return re.sub(pattern, blank, text, flags=re.S)


def includes(path):
    """(line, included name, whether in quotes) of each #include in a file."""
    found = []
    for number, line in enumerate(read(path).split("\n"), 1):
        match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if match:
            found.append((number, match.group(2), match.group(1) == '"'))
    return found
