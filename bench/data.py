"""Test data, made once and kept in the cache folder."""

import pathlib
import shutil
import subprocess
import sys
import uuid

CACHE = pathlib.Path.home() / ".cache" / "firesteel"
GENERATE_SECONDS = 1800
CSV_ROWS = 10_000_000
# Commas inside of quotes, empty cells, and a type for every kind of inference.
CSV_QUERY = """
SELECT
    i AS id,
    'customer-' || (hash(i) % 100000) AS customer,
    cities[1 + CAST(hash(i, 1) % len(cities) AS BIGINT)] AS city,
    CAST(hash(i, 2) % 1000000 AS BIGINT) / 100 AS amount,
    CAST(hash(i, 3) % 50 AS INTEGER) AS quantity,
    DATE '2020-01-01' + CAST(hash(i, 4) % 1461 AS INTEGER) AS day,
    TIMESTAMP '2020-01-01' + to_seconds(CAST(hash(i, 5) % 126230400 AS BIGINT)) AS moment,
    hash(i, 6) % 2 = 0 AS member,
    CASE WHEN hash(i, 7) % 3 = 0 THEN NULL ELSE 'note ' || (hash(i, 8) % 1000000) || ', kept for later' END AS note
FROM range({rows}) AS numbers (i),
    (SELECT ['Lima', 'Oslo', 'Hanoi', 'Quito', 'Nairobi', 'Washington, DC', 'Sao Paulo', 'Perth']) AS places (cities)
"""


def tpch(folder, scale):
    """The eight tables of TPC-H as Parquet, one file each."""
    _generated(folder, scale, "TPC-H", ["tpchgen-cli", "parquet", "--quiet"])


def tpcds(folder, scale):
    """The tables of TPC-DS as Parquet, one file each."""
    _generated(folder, scale, "TPC-DS", ["tpcgen-cli", "tpcds", "parquet"])


def _generated(folder, scale, name, command):
    if folder.is_dir():
        return
    print(f"Generating {name} data of scale {scale} into {folder}", file=sys.stderr)
    program = pathlib.Path(sys.executable).parent / command[0]
    made = _beside(folder)
    try:
        command = [program, *command[1:], "--scale-factor", scale, "--output-dir", made]
        subprocess.run(command, check=True, timeout=GENERATE_SECONDS)
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def csv():
    """A file of one gigabyte."""
    file = CACHE / "bench.csv"
    if not file.is_file():
        import duckdb

        print(f"Generating {file}", file=sys.stderr)
        made = _beside(file)
        try:
            duckdb.execute(f"COPY ({CSV_QUERY.format(rows=CSV_ROWS)}) TO '{made}' (HEADER, DELIMITER ',')")
            made.rename(file)
        finally:
            made.unlink(missing_ok=True)
    return file


def _beside(target):
    """A name in the same folder: what is half made never has the right name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return target.with_name(f".{target.name}.{uuid.uuid4().hex}")
