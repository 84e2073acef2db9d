"""Runs the examples in PySpark's own documentation against a server.

Each documented function or method is one test. `passing.txt` lists the tests that are known to pass: the floor, which only
rises.

    conformance.py [--show] [--update] [MODULE…]

--show prints why tests fail, --update rewrites the floor.
"""

import argparse
import contextlib
import doctest
import importlib
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
FLOOR = HERE / "passing.txt"
SECONDS_A_TEST = 60
MODULES = [
    "functions.builtin",
    "functions.partitioning",
    "dataframe",
    "column",
    "readwriter",
    "group",
    "catalog",
    "window",
    "session",
    "conf",
    "udf",
    "tvf",
    "types",
    "observation",
]


class TooLong(BaseException):
    """Not an Exception, so that examples which catch those do not swallow it."""


def run(name, remote):
    """The outcome of every test of one module: its failures as text, empty for a pass."""
    from pyspark.sql import Row, SparkSession
    import pyspark.sql.functions as functions

    module = importlib.import_module("pyspark.sql." + name)
    spark = SparkSession.builder.remote(remote).getOrCreate()
    names = {**vars(module), "spark": spark, "sf": functions, "Row": Row}
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
    outcomes = {}

    def too_long(*_):
        raise TooLong

    signal.signal(signal.SIGALRM, too_long)
    for test in doctest.DocTestFinder().find(module, name=name, globs=names):
        if not test.examples:
            continue
        report = io.StringIO()
        runner = doctest.DocTestRunner(optionflags=flags, verbose=False)
        signal.alarm(SECONDS_A_TEST)
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                runner.run(test, out=report.write, clear_globs=False)
            outcomes[test.name] = report.getvalue() if runner.failures else ""
        except TooLong:
            outcomes[test.name] = "took too long"
        except BaseException as error:  # the next test must run whatever this one did
            outcomes[test.name] = f"{type(error).__name__}: {error}"
        finally:
            signal.alarm(0)
    return outcomes


def run_all(remote, modules=None):
    """The outcomes of all modules, each run in a process and a folder of its own."""
    outcomes = {}
    for name in modules or MODULES:
        with tempfile.TemporaryDirectory() as folder:
            child = subprocess.run(
                [sys.executable, str(HERE / "conformance.py"), "--child", name, "--remote", remote],
                cwd=folder,
                capture_output=True,
                env={**os.environ, "PYTHONWARNINGS": "ignore"},
            )
        try:
            outcomes[name] = json.loads(child.stdout)
        except ValueError:
            raise RuntimeError(f"{name} did not finish: {child.stderr.decode(errors='replace')[-2000:]}") from None
    return outcomes


def floor():
    return {line for line in FLOOR.read_text().splitlines() if line}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--remote")
    parser.add_argument("--child")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    if arguments.child:
        with contextlib.redirect_stdout(sys.stderr):
            outcomes = run(arguments.child, arguments.remote)
        os.write(1, json.dumps(outcomes).encode())
        os._exit(0)  # the client's threads need not be waited for

    from conftest import Server

    server = None if arguments.remote else Server("--conf", "spark.sql.session.timeZone=UTC")
    outcomes = run_all(arguments.remote or server.remote, arguments.modules)
    for name, tests in outcomes.items():
        print(f"{name:24} {sum(not why for why in tests.values()):4}/{len(tests)}")
        if arguments.show:
            for test, why in sorted(tests.items()):
                if why:
                    print(f"-- {test}\n{why}")
    passing = sorted(test for tests in outcomes.values() for test, why in tests.items() if not why)
    print(f"{'total':24} {len(passing):4}/{sum(map(len, outcomes.values()))}")
    if arguments.update and not arguments.modules:
        FLOOR.write_text("\n".join(sorted(floor() | set(passing))) + "\n")
    if server:
        server.stop()


if __name__ == "__main__":
    main()
