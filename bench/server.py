"""A Spark Connect server in a process of its own, and what it takes of the machine."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

START_SECONDS = 180
STOP_SECONDS = 15
ADDRESS = re.compile(r"sc://([\w.]+):(\d+)")


class Server:
    """Started when made. `start_seconds` is the time until it takes connections."""

    def __init__(self, command, environment=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
        self.log = self.folder / "log"
        started = time.perf_counter()
        with self.log.open("w") as log:
            every = os.environ | (environment or {})
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, env=every)
        try:
            self.remote = self._listening(started + START_SECONDS)
        except BaseException:
            self.stop()
            raise
        self.start_seconds = time.perf_counter() - started

    def _listening(self, until):
        """The address it prints, once something answers there."""
        while time.perf_counter() < until and self.process.poll() is None:
            found = ADDRESS.search(self.log.read_text())
            if found:
                try:
                    socket.create_connection((found[1], int(found[2])), timeout=1).close()
                    return found.group()
                except OSError:
                    pass
            time.sleep(0.001)
        raise RuntimeError(f"the server did not start: {self.log.read_text()[-2000:]}")

    def memory(self, field):
        """`VmRSS` (now) or `VmHWM` (the most so far), in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) * 1024

    def forget_peak(self):
        """`VmHWM` counts from now on."""
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def processor_seconds(self):
        """Time on a processor so far, of all threads."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
