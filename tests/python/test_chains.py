"""Long chains of calls: columns that are computed together must be what they were one by one, as in Spark."""

import functools

import pytest
from pyspark.sql import Row, Window
from pyspark.sql import functions as F


@pytest.fixture
def frame(spark):
    return spark.createDataFrame([(1, "x", None), (2, "y", 2.5)], "a int, t string, d double")


def rows(frame):
    return sorted(tuple(row) for row in frame.collect())


def test_columns_of_earlier_calls_are_seen(frame):
    chained = frame.select("a").withColumn("p", F.col("a") + 1).withColumn("q", F.col("p") * 2)
    chained = chained.withColumn("r", F.col("q") + F.col("a"))
    assert rows(chained) == [(1, 2, 4, 5), (2, 3, 6, 8)]


def test_a_replaced_column_keeps_its_place_and_loses_its_value(frame):
    chained = frame.withColumn("a", F.col("a") + 1).withColumn("a", F.col("a") * 2)
    chained = chained.withColumn("A", F.col("a") + F.length("t"))
    assert chained.columns == ["A", "t", "d"]
    assert rows(chained.select("A")) == [(5,), (7,)]


def test_names_may_change_places(frame):
    chained = frame.withColumn("z", F.col("a")).withColumn("a", F.col("t")).withColumn("t", F.col("z"))
    assert chained.filter("a = 'x'").collect() == [Row(a="x", t=1, d=None, z=1)]


def test_windows_and_generators_within(frame):
    chained = frame.select("a").withColumn("p", F.col("a") + 1)
    chained = chained.withColumn("n", F.row_number().over(Window.orderBy("p"))).withColumn("m", F.col("n") + F.col("p"))
    assert rows(chained) == [(1, 2, 1, 3), (2, 3, 2, 5)]
    chained = chained.select("a").withColumn("p", F.array("a", F.lit(9))).withColumn("e", F.explode("p"))
    assert rows(chained.withColumn("f", F.col("e") + 1).select("e", "f")) == [(1, 2), (2, 3), (9, 10), (9, 10)]


def test_a_random_column_is_one(frame):
    chained = frame.withColumn("r", F.rand()).withColumn("s", F.col("r")).withColumn("same", F.col("r") == F.col("s"))
    assert rows(chained.select("same")) == [(True,), (True,)]


def test_columns_that_were_replaced_can_be_asked_for(frame):
    chained = frame.withColumn("q", F.lit(1)).withColumn("a", F.lit(0)).withColumn("z", F.lit(2))
    assert rows(chained.filter(frame.a > 1).select("a", "t")) == [(0, "y")]
    chained = frame.withColumn("a", -F.col("a")).withColumn("q", F.lit(1))
    assert [row.a for row in chained.orderBy(frame.a.desc()).collect()] == [-2, -1]


def test_a_persisted_chain_is_found_in_a_longer_one(frame):
    kept = frame.withColumn("p", F.col("a") + 1).withColumn("r", F.rand()).cache()
    first = rows(kept.select("a", "r"))
    longer = kept.withColumn("q", F.col("r"))
    assert rows(longer.select("a", "q")) == first
    kept.unpersist()


def test_long_chains_end(spark):
    frame = spark.range(3)
    for number in range(300):
        frame = frame.withColumn(f"c{number}", F.col("id") + number)
    assert frame.filter("c299 = 300").select("c7").collect() == [Row(c7=8)]
    unions = functools.reduce(lambda left, right: left.union(right), [spark.range(1)] * 300)
    assert unions.count() == 300
