#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs one file of Python unit tests and prints TAP, one line a test.

    tap.py FILE [NAME...]

NAME is Class or Class.method, to run only these.
"""

import importlib.util
import pathlib
import sys
import unittest


class TapResult(unittest.TestResult):
    """Prints a line as each test ends."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def report(self, ok, test, note=""):
        """One TAP line."""
        self.count += 1
        name = test.id().split(".", 1)[-1].replace("#", "")
        print(f"{'ok' if ok else 'not ok'} {self.count} - {name}{note}", flush=True)

    def diagnose(self, err, test):
        """The traceback, where meson shows it."""
        print(f"{test.id()}:\n{self._exc_info_to_string(err, test)}", file=sys.stderr, flush=True)

    def addSuccess(self, test):
        self.report(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.diagnose(err, test)
        self.report(False, test)

    def addError(self, test, err):
        super().addError(test, err)
        self.diagnose(err, test)
        self.report(False, test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.report(True, test, f" # SKIP {reason}")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.diagnose(err, subtest)
            self.report(False, subtest)


def main():
    """Loads the file as a module, runs its tests, prints the plan last."""
    path = pathlib.Path(sys.argv[1]).resolve()
    here = pathlib.Path(__file__).resolve().parent
    for folder in (path.parent, here / "daemon"):
        sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    loader = unittest.TestLoader()
    if sys.argv[2:]:
        suite = loader.loadTestsFromNames(sys.argv[2:], module)
    else:
        suite = loader.loadTestsFromModule(module)
    result = TapResult()
    suite.run(result)
    print(f"1..{result.count}")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
