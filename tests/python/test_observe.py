"""`df.observe`: metrics of the rows that pass."""

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import Observation, Row
from pyspark.sql import functions as F


def observed(frame, *metrics):
    observation = Observation()
    return frame.observe(observation, *metrics), observation


def test_values_of_many_types(spark):
    metrics = [
        F.count(F.lit(1)).alias("n"),
        F.max("id").alias("max"),
        (F.sum("id") / F.count("id")).alias("avg"),
        F.collect_list("id").alias("list"),
        F.struct(F.min("id"), F.lit("x")).alias("s"),
        F.max(F.lit(None).cast("string")).alias("nothing"),
        F.lit(1).alias("one"),
    ]
    frame, observation = observed(spark.range(0, 10, 1, 1), *metrics)
    assert len(frame.collect()) == 10
    assert observation.get == {
        "n": 10,
        "max": 9,
        "avg": 4.5,
        "list": list(range(10)),
        "s": Row(col1=0, col2="x"),
        "nothing": None,
        "one": 1,
    }


def test_every_row_counts_whatever_is_above(spark, tmp_path):
    n = F.count("*").alias("n")
    source = spark.range(100_000)
    frame, observation = observed(source, n)
    assert frame.filter("id < 3").agg(F.sum("id")).first()[0] == 3
    assert observation.get == {"n": 100_000}
    frame, observation = observed(source, n)
    assert frame.join(spark.range(3), "id").count() == 3
    assert observation.get == {"n": 100_000}
    frame, observation = observed(source, n)
    frame.write.parquet(str(tmp_path / "out"))
    assert observation.get == {"n": 100_000}
    frame, observation = observed(source, n)
    assert frame.repartition(4).select(F.max("id")).first()[0] == 99_999
    assert observation.get == {"n": 100_000}


def test_a_limit_takes_no_more_than_it_needs(spark):
    frame, observation = observed(spark.range(10), F.count("*").alias("n"))
    assert len(frame.limit(3).collect()) == 3
    assert observation.get == {"n": 3}


def test_two_observations(spark):
    frame, first = observed(spark.range(10), F.count("*").alias("n"))
    frame, second = observed(frame.filter("id < 3"), F.count("*").alias("n"))
    frame.collect()
    assert (first.get, second.get) == ({"n": 10}, {"n": 3})


def test_persisted_frames_are_observed_when_they_are_computed(spark):
    frame, observation = observed(spark.range(10), F.count("*").alias("n"))
    frame.cache()
    assert frame.count() == 10
    assert observation.get == {"n": 10}
    frame.unpersist()


def test_no_rows_at_all(spark):
    frame, observation = observed(spark.range(0), F.count("*").alias("n"), F.max("id").alias("max"))
    assert frame.collect() == []
    assert observation.get == {"n": 0, "max": None}


@pytest.mark.parametrize(
    "metric, condition, shown",
    [
        (F.col("id"), "NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE", '"id"'),
        ((F.col("id") + F.count("id")).alias("z"), "NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE", '"(id + count(id)) AS z"'),
        (
            F.countDistinct("id"),
            "AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED",
            '"count(DISTINCT id) AS `count(DISTINCT id)`"',
        ),
        (F.expr("count(id) filter (where id > 1)"), "AGGREGATE_EXPRESSION_WITH_FILTER_UNSUPPORTED", None),
        (F.expr("count(id) over ()"), "WINDOW_EXPRESSIONS_UNSUPPORTED", None),
        (F.rand(), "NON_AGGREGATE_FUNC_ARG_IS_NON_DETERMINISTIC", None),
    ],
)
def test_what_is_no_metric(spark, metric, condition, shown):
    with pytest.raises(AnalysisException) as error:
        spark.range(10).observe("x", metric).collect()
    assert error.value.getCondition() == f"INVALID_OBSERVED_METRICS.{condition}"
    assert shown is None or error.value.getMessageParameters()["expr"] == shown


def test_one_name_has_one_meaning(spark):
    with pytest.raises(AnalysisException) as error:
        spark.range(3).observe("q", F.count("id").alias("a")).observe("q", F.max("id").alias("a")).collect()
    assert error.value.getCondition() == "DUPLICATED_METRICS_NAME"


def test_metrics_that_fail_fail_the_query(spark):
    with pytest.raises(Exception, match="ARITHMETIC_OVERFLOW"):
        spark.range(10).observe("x", F.sum(F.col("id") + 9223372036854775807).alias("d")).collect()
    assert spark.range(3).count() == 3
