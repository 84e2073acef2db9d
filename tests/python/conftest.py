"""A Firesteel server for the tests, started once, and sessions on it."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

# PySpark takes a main module without a file, which workers of pytest-xdist have, for its own documentation tests.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = __file__

import pyspark.errors.utils
import pytest
from pyspark.sql import SparkSession
from pyspark.sql.connect.session import SparkSession as ConnectSession


class Server:
    """A `firesteel serve` process on a free port."""

    def __init__(self, *arguments, env=None, wrapper=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="firesteel-test-"))
        self.process = subprocess.Popen(
            [*wrapper, binary(), "serve", "--bind", "127.0.0.1:0", "--warehouse", str(self.folder / "warehouse"), *arguments],
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**os.environ, "PYSPARK_PYTHON": sys.executable, **(env or {})},
        )
        line = self.process.stdout.readline()
        found = re.search(r"sc://\S+", line)
        if not found:
            raise RuntimeError(f"the server did not start: {line!r}")
        self.remote = found.group()

    def session(self, **settings):
        # PySpark's functions ask the first session that was never stopped; the one meant is the test's own, not one
        # of a server that was killed.
        ConnectSession._default_session = None
        ConnectSession._active_session.session = None
        # Whether calls are told to the server is asked once, and was perhaps asked when there was no session.
        pyspark.errors.utils._enable_debugging_cache = None
        builder = SparkSession.builder.remote(self.remote)
        for key, value in settings.items():
            builder = builder.config(key, value)
        return builder.create()

    def stop(self):
        """Ends the server as a service manager would; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)
        return status


def binary():
    return os.environ["FIRESTEEL"]


@pytest.fixture(scope="session")
def server():
    server = Server("--conf", "spark.sql.session.timeZone=UTC")
    yield server
    server.stop()


@pytest.fixture
def spark(server):
    session = server.session()
    yield session
    session.stop()
