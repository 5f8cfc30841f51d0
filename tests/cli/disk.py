# SPDX-License-Identifier: GPL-2.0-or-later
"""What a disk holds after a power cut, from the log of fs-shim.c."""

import itertools
import random


class Disk:
    """What is sure to be on a disk, and what may be: changes of a directory and of a file's
    contents, each of which may be there or not until the directory or the file is flushed."""

    def __init__(self, folder):
        self.folder = folder.stat().st_ino
        self.names = {path.name: path.stat().st_ino for path in folder.iterdir()}
        self.data = {path.stat().st_ino: path.read_bytes() for path in folder.iterdir()}
        self.changes = []
        self.writes = {}
        # what each name stood for, whoever looked
        self.seen = dict(self.names)
        self.versions = {name: [self.data[inode]] for name, inode in self.names.items()}

    def change(self, removed, added):
        """A directory loses a name and gets another, in one step."""
        self.changes.append((removed, added))
        self.seen.pop(removed, None)
        if added:
            self.seen[added[0]] = added[1]
            self.versions.setdefault(added[0], [None]).append(
                self.contents(added[1], self.writes.get(added[1], ())))

    def contents(self, inode, writes):
        """A file with these writes, as far as a disk has them."""
        data = bytearray(self.data.get(inode, b""))
        for offset, piece in writes:
            data[len(data):] = bytes(max(0, offset - len(data)))
            data[offset:offset + len(piece)] = piece
        return bytes(data)

    def do(self, words):
        """One line of the log."""
        what = words[0]
        if what == "C":
            assert int(words[1]) == self.folder, words
            self.change(None, (words[2], int(words[3])))
        elif what == "R":
            self.change(words[2], (words[4], self.seen[words[2]]))
        elif what == "L":
            self.change(None, (words[4], self.seen[words[2]]))
        elif what == "U":
            self.change(words[2], None)
        elif what == "W":
            self.writes.setdefault(int(words[1]), []).append(
                (int(words[2]), bytes.fromhex(words[3])))
        elif what == "F" and int(words[1]) == self.folder:
            self.names = self.listed(self.changes)
            self.changes = []
        elif what == "F":
            inode = int(words[1])
            self.data[inode] = self.contents(inode, self.writes.pop(inode, ()))

    def listed(self, changes):
        """The directory with these changes."""
        names = dict(self.names)
        for removed, added in changes:
            if removed:
                names.pop(removed, None)
            if added:
                names[added[0]] = added[1]
        return names

    def crashes(self):
        """What may be found after a power cut now: any of the changes, in any case with none, half
        or all of each file's writes, or all but one."""
        picks = list(itertools.chain.from_iterable(
            itertools.combinations(self.changes, size) for size in range(len(self.changes) + 1)))
        for changes in picks if len(picks) <= 64 else random.Random(1).sample(picks, 64):
            names = self.listed(changes)
            for keep in ("none", "half", "all", "first", "last"):
                yield {name: self.contents(inode, self.kept(inode, keep))
                       for name, inode in names.items()}

    def kept(self, inode, keep):
        """Some of the writes that were not flushed."""
        writes = self.writes.get(inode, [])
        if keep == "half":
            return [(offset, piece[:len(piece) // 2]) for offset, piece in writes]
        return {"none": [], "all": writes, "first": writes[1:], "last": writes[:-1]}[keep]
