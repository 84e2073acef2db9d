"""One gigabyte of CSV, and a result of ten million rows: time, and the server's memory."""

import dataclasses
import pathlib
import sys
import tempfile

import answers
import data
from contestant import Contestant, Failed, TimedOut

SECONDS = 900
COLLECTED_ROWS = 10_000_000
#: Fetched first, so that what a server loads for its first query is not counted as the result's.
WARM_UP_ROWS = 1_000
KEYS = ["city", "member"]
AGGREGATES = [
    "count(*) AS orders",
    "count(note) AS notes",
    "sum(quantity) AS quantity",
    "min(day) AS first_day",
    "max(amount) AS largest",
]


@dataclasses.dataclass
class Bulk:
    engine: str
    #: Inferring the schema, grouping by two columns.
    group_seconds: float | None = None
    #: Inferring the schema, writing everything as Parquet.
    write_seconds: float | None = None
    csv_peak_bytes: int | None = None
    collect_seconds: float | None = None
    collect_before_bytes: int | None = None
    collect_peak_bytes: int | None = None
    #: What went wrong.
    message: str = ""


def measure(names, setup):
    path = data.csv()
    expected = reference(path, setup)
    results = []
    for name in names:
        result = Bulk(name)
        results.append(result)
        for step in (measure_csv, measure_collect):
            try:
                step(result, setup, path, expected)
            except (Failed, TimedOut) as error:
                result.message = str(error)
                print(f"{name}: {error}", file=sys.stderr)
    return results


def reference(path, setup):
    with Contestant("duckdb", setup) as duckdb:
        selected = ", ".join(KEYS + AGGREGATES)
        text = f"SELECT {selected} FROM read_csv('{path}') GROUP BY {', '.join(KEYS)}"
        _, table = duckdb.call("sql", text, timeout=SECONDS)
    return answers.rows(table)


def measure_csv(result, setup, path, expected):
    import pyarrow.dataset

    with Contestant(result.engine, setup) as contestant, tempfile.TemporaryDirectory(dir=data.CACHE) as folder:
        seconds, table = contestant.call("group_csv", str(path), KEYS, AGGREGATES, timeout=SECONDS)
        if answers.compare(expected, answers.rows(table)) == "differs":
            raise Failed("the groups of the CSV file differ from DuckDB's")
        result.group_seconds = seconds
        target = pathlib.Path(folder) / "parquet"
        seconds, _ = contestant.call("csv_to_parquet", str(path), str(target), timeout=SECONDS)
        if pyarrow.dataset.dataset(target).count_rows() != data.CSV_ROWS:
            raise Failed("rows are missing in the Parquet files")
        result.write_seconds = seconds
        result.csv_peak_bytes = contestant.server.memory("VmHWM")


def measure_collect(result, setup, _path, _expected):
    with Contestant(result.engine, setup) as contestant:
        contestant.call("collect", WARM_UP_ROWS, timeout=SECONDS)
        before = contestant.server.memory("VmRSS")
        contestant.server.forget_peak()
        seconds, rows = contestant.call("collect", COLLECTED_ROWS, timeout=SECONDS)
        if rows != COLLECTED_ROWS:
            raise Failed(f"{rows} rows came instead of {COLLECTED_ROWS}")
        result.collect_before_bytes, result.collect_seconds = before, seconds
        result.collect_peak_bytes = contestant.server.memory("VmHWM")
