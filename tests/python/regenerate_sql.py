"""Writes the answers in `tests/sql`, or in the named files of it, by asking Spark itself: needs pyspark with Java."""

import pathlib
import sys
import tempfile

import sql_cases
from pyspark.sql import SparkSession

FOLDER = pathlib.Path(__file__).parent.parent / "sql"


def main(names):
    files = [FOLDER / f"{name}.sql" for name in names] or sorted(FOLDER.glob("*.sql"))
    with tempfile.TemporaryDirectory() as warehouse:
        spark = session(warehouse)
        for file in files:
            regenerate(spark.newSession(), file)
        spark.stop()


def session(warehouse):
    return (
        SparkSession.builder.master("local[1]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.warehouse.dir", warehouse)
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "OFF")
        .getOrCreate()
    )


def regenerate(spark, file):
    cases = sql_cases.read(file.read_text())
    for case in cases:
        case.answer = sql_cases.answer(spark, case.statement)
    file.write_text(sql_cases.write(cases))


if __name__ == "__main__":
    main(sys.argv[1:])
