"""What the numbers were measured on."""

import datetime
import importlib.metadata
import os
import pathlib
import re
import subprocess


def describe(engines, setup):
    """One line: processor, memory, versions."""
    processor = _find("/proc/cpuinfo", r"model name\s*:\s*(.+)") or "unknown processor"
    kilobytes = int(_find("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0)
    versions = ", ".join(f"{name} {version(name, setup)}" for name in engines)
    cores = len(os.sched_getaffinity(0))
    day = datetime.date.today().isoformat()
    return f"{day}, {cores} cores of {processor}, {kilobytes / 2**20:.0f} GB of memory; {versions}"


def version(engine, setup):
    if engine == "firesteel":
        command = [setup.firesteel, "--version"]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout.split()[-1]
    if engine == "spark":
        return of_spark(setup.spark)
    return importlib.metadata.version(engine)


def of_spark(python):
    """The version of PySpark in that Python; `None` where there is only its client, or no such Python."""
    if not python:
        return None
    question = "import importlib.metadata as m; print(m.version('pyspark'))"
    answer = subprocess.run([python, "-c", question], capture_output=True, text=True, timeout=30, check=False)
    return answer.stdout.strip() or None


def _find(path, pattern):
    found = re.search(pattern, pathlib.Path(path).read_text())
    return found[1].strip() if found else None
