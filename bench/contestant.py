"""An engine that takes part: the process that asks, and for Spark Connect the server that answers."""

import dataclasses
import multiprocessing
import pathlib
import sys
import time

import engines
from server import Server

HERE = pathlib.Path(__file__).parent
ENGINES = {
    "firesteel": engines.Connect,
    "pysail": engines.Connect,
    "spark": engines.Connect,
    "datafusion": engines.DataFusion,
    "duckdb": engines.DuckDb,
    "polars": engines.Polars,
}
CONNECT = [name for name, engine in ENGINES.items() if engine is engines.Connect]
START_SECONDS = 120


class Failed(Exception):
    """The engine answered with an error."""


class Died(Failed):
    """The engine's process ended; it has been started anew."""


class TimedOut(Exception):
    """The engine did not answer in time; it has been started anew."""


@dataclasses.dataclass
class Setup:
    """What differs from one machine to the next."""

    firesteel: str | None
    #: A Python that has the whole of PySpark.
    spark: str | None = None

    def server(self, name):
        """The server of that engine, started; `None` for engines that live in the asking process."""
        if name == "firesteel":
            command = [self.firesteel, "serve", "--bind", "127.0.0.1:0", "--warehouse", "warehouse"]
            # Its Python functions run where Spark's do.
            return Server(command, {"PYSPARK_PYTHON": self.spark or sys.executable})
        if name == "pysail":
            return Server([sys.executable, str(HERE / "sail.py")])
        if name == "spark":
            return Server([self.spark, str(HERE / "spark.py")])
        return None


class Contestant:
    """One engine, started when entered and ended when left. Its calls are timed where they happen."""

    def __init__(self, name, setup, folder=None):
        self.name, self.setup, self.folder = name, setup, folder
        self.server = self.process = self.connection = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.server = self.setup.server(self.name)
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        remote = self.server.remote if self.server else None
        self.process = context.Process(target=answer, args=(theirs, self.name, self.folder, remote), daemon=True)
        self.process.start()
        theirs.close()
        self._receive(START_SECONDS)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.connection.close()
            self.process = None
        if self.server is not None:
            self.server.stop()
            self.server = None

    def call(self, method, *arguments, timeout):
        """Seconds and value of a method of the engine."""
        self.connection.send((method, arguments))
        try:
            return self._receive(timeout)
        except (Died, TimedOut):
            self.stop()
            self.start()
            raise

    def _receive(self, timeout):
        if not self.connection.poll(timeout):
            raise TimedOut(f"{self.name} did not answer within {timeout:g} s")
        try:
            error, seconds, value = self.connection.recv()
        except EOFError:
            raise Died("the process died") from None
        if error:
            raise Failed(error)
        return seconds, value


def answer(connection, name, folder, remote):
    """The asking process: makes the engine, then does what it is told until the pipe closes."""
    try:
        engine = ENGINES[name](folder, remote)
    except Exception as error:
        connection.send((f"{type(error).__name__}: {error}", 0, None))
        return
    connection.send((None, 0, None))
    while True:
        try:
            method, values = connection.recv()
        except EOFError:
            return
        connection.send(timed(getattr(engine, method), values))


def timed(function, values):
    started = time.perf_counter()
    try:
        value = function(*values)
        return None, time.perf_counter() - started, value
    # Polars reports some unsupported SQL as a panic, which is no `Exception`.
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return f"{type(error).__name__}: {error}", time.perf_counter() - started, None
