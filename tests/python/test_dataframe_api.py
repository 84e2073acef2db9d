"""`df.stat`, hints, checkpoints, merges, partitions and row numbers: what Spark answers."""

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import functions as F


@pytest.fixture
def frame(spark):
    rows = [(1, 2.0, "a", None), (1, 3.0, "b", "x"), (2, 5.0, "a", None), (3, None, "c", "x"), (1, 2.0, "a", "y")]
    return spark.createDataFrame(rows, "i int, d double, s string, t string")


def test_frequent_items(frame):
    found = frame.freqItems(["i", "s", "t", "d"])
    assert found.schema.simpleString() == (
        "struct<i_freqItems:array<int>,s_freqItems:array<string>,t_freqItems:array<string>,d_freqItems:array<double>>"
    )
    assert [field.nullable for field in found.schema] == [False] * 4
    assert tuple(found.first()) == ([1, 2, 3], ["a", "c", "b"], [None, "x", "y"], [None, 2.0, 3.0, 5.0])
    assert tuple(frame.freqItems(["i", "s"], 0.4).first()) == ([1], ["a"])
    with pytest.raises(AnalysisException) as error:
        frame.freqItems(["nope"]).collect()
    assert error.value.getCondition() == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    with pytest.raises(Exception, match=r"Support must be in \[1e-4, 1\], but got 1.0E-8"):
        frame.freqItems(["i"], 0.00000001).collect()


def test_frequent_items_of_many(spark):
    many = spark.range(100_000).select(F.when(F.col("id") % 3 == 0, 7).otherwise(F.col("id")).alias("n"))
    assert 7 in many.freqItems(["n"], 0.1).first()[0]
    assert spark.range(0).freqItems(["id"]).first()[0] == []


def test_crosstab(frame):
    found = frame.crosstab("t", "d").orderBy("t_d")
    assert found.columns == ["t_d", "2.0", "3.0", "5.0", "null"]
    assert [tuple(row) for row in found.collect()] == [("null", 1, 0, 1, 0), ("x", 0, 1, 0, 1), ("y", 1, 0, 0, 0)]


def test_covariance_and_correlation(frame):
    assert frame.cov("i", "d") == pytest.approx(-0.55)
    assert frame.corr("i", "d") == pytest.approx(-0.338501600193165)
    with pytest.raises(Exception, match="Currently covariance calculation for columns with dataType string not"):
        frame.cov("i", "s")
    with pytest.raises(Exception, match="Currently correlation calculation for columns with dataType string not"):
        frame.corr("i", "s")


def test_quantiles(spark, frame):
    assert frame.approxQuantile("d", [0.0, 0.25, 0.5, 1.0], 0.0) == [2.0, 2.0, 2.0, 5.0]
    assert frame.approxQuantile(["i", "d"], [0.0, 0.5, 1.0], 0.1) == [[1.0, 1.0, 3.0], [2.0, 2.0, 5.0]]
    assert spark.range(1000).approxQuantile(["id"], [0.1, 0.5, 0.9], 0.0) == [[99.0, 499.0, 899.0]]
    assert spark.range(0).approxQuantile(["id"], [0.5], 0.1) == [[]]
    with pytest.raises(Exception, match="Quantile calculation for column s with data type StringType is not supported"):
        frame.approxQuantile(["s"], [0.5], 0.1)


def test_samples_by_stratum(frame):
    assert [row.i for row in frame.sampleBy("i", {1: 1.0, 2: 0.0}, 0).collect()] == [1, 1, 1]
    with pytest.raises(Exception, match=r"Fractions must be in \[0, 1\], but got Map\(1 -> 2.0\)"):
        frame.sampleBy("i", {1: 2.0}, 0).collect()


def test_hints(frame):
    for hint in [("broadcast",), ("nope", 1, "a"), ("repartition", 3), ("rebalance",), ("broadcast", "nope")]:
        assert frame.hint(*hint).count() == 5
    with pytest.raises(AnalysisException) as error:
        frame.hint("repartition", "nope").count()
    assert error.value.getCondition() == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    with pytest.raises(AnalysisException) as error:
        frame.hint("coalesce", "nope").count()
    assert error.value.getCondition() == "_LEGACY_ERROR_TEMP_1048"


def test_checkpoints(frame):
    assert frame.localCheckpoint().count() == 5
    assert frame.localCheckpoint(False).count() == 5
    with pytest.raises(Exception) as error:
        frame.checkpoint()
    assert error.value.getCondition() == "_LEGACY_ERROR_TEMP_3016"


def test_semantics(frame):
    assert frame.sameSemantics(frame)
    assert frame.select("i").sameSemantics(frame.select("i"))
    assert not frame.select("i").sameSemantics(frame.select("s"))
    assert frame.semanticHash() == frame.semanticHash()


def test_merges_need_a_clause(frame):
    with pytest.raises(Exception) as error:
        frame.mergeInto("t", F.expr("true")).merge()
    assert error.value.getCondition() == "NO_MERGE_ACTION_SPECIFIED"
    with pytest.raises(Exception):
        frame.mergeInto("t", F.expr("true")).whenMatched().delete().merge()


def test_explain_names_persisted_rows(spark):
    frame = spark.range(3).filter("id > 0").cache()
    assert frame.count() == 2
    text = frame._explain_string()
    assert text.startswith("== Physical Plan ==\nInMemoryTableScan [id")
    assert "Statistics(sizeInBytes=" in frame._explain_string(mode="cost")
    frame.unpersist()
    assert "InMemoryTableScan" not in frame._explain_string()


def test_coalesced_partitions_are_files(spark, tmp_path):
    frame = spark.range(0, 100_000, 1, 4)

    def files(changed):
        path = tmp_path / "out"
        changed.write.mode("overwrite").parquet(str(path))
        assert sorted(row.id for row in spark.read.parquet(str(path)).collect()) == list(range(100_000))
        return len(list(path.glob("part-*")))

    assert [files(frame.coalesce(1)), files(frame.coalesce(2)), files(frame.coalesce(9))] == [1, 2, 4]
    assert files(frame.repartition(1)) == 1
    ordered = frame.orderBy(F.col("id").desc()).coalesce(1)
    assert [row.id for row in ordered.limit(3).collect()] == [99_999, 99_998, 99_997]
    assert [row.id for row in frame.coalesce(2).filter("id > 99997").select("id").collect()] == [99_998, 99_999]
