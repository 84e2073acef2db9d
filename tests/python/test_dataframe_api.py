"""`df.stat`, hints, checkpoints, merges, partitions and row numbers: what Spark answers."""

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame
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


def test_explain_computes_nothing(spark):
    frame = spark.sql("select 1 / id as x from range(1)").cache()
    for mode in ("simple", "extended", "codegen", "cost", "formatted"):
        frame.groupBy("x").count()._explain_string(mode=mode)
    assert frame._explain_string().startswith("== Physical Plan ==\nInMemoryTableScan [x")
    with pytest.raises(Exception, match="DIVIDE_BY_ZERO"):
        frame.collect()
    frame.unpersist()


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


def partitions(frame):
    """The ids in each partition that has any, in their order."""
    found = {}
    for row in frame.select(F.spark_partition_id().alias("partition"), "id").collect():
        found.setdefault(row.partition, []).append(row.id)
    return found


def test_rows_go_to_the_partitions_of_spark(spark):
    frame = spark.range(0, 10, 1, 4)
    hashed = {0: [3, 6, 7], 1: [0], 2: [1, 2, 4, 5, 8, 9]}
    assert partitions(frame.repartition(3, "id")) == hashed
    assert partitions(frame.repartition(5).repartition(3, "id")) == hashed
    assert partitions(frame.repartition(3, "id").coalesce(5)) == hashed
    assert partitions(frame.repartition(3, F.lit(1))) == {1: list(range(10))}
    assert partitions(frame.repartition("id")).keys() == {0}
    assert partitions(frame.repartition(F.lit(1))) == {0: list(range(10))}
    assert partitions(frame.repartitionByRange(3, "id")) == {0: [0, 1, 2, 3], 1: [4, 5, 6], 2: [7, 8, 9]}
    assert partitions(frame.repartitionByRange(3, F.desc("id"))) == {0: [6, 7, 8, 9], 1: [3, 4, 5], 2: [0, 1, 2]}
    number = F.when(F.col("id") > 1, (F.col("id") - 5).cast("int"))
    assert partitions(frame.repartitionById(3, number)) == {0: [0, 1, 2, 5, 8], 1: [3, 6, 9], 2: [4, 7]}
    with pytest.raises(AnalysisException) as error:
        frame.repartitionById(3, "id").collect()
    assert error.value.getCondition() == "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"


def test_rows_are_dealt_out_from_where_spark_begins(spark):
    def sizes(frame):
        return {partition: len(ids) for partition, ids in partitions(frame).items()}

    frame = spark.range(0, 100, 1, 4)
    assert sizes(frame.repartition(7)) == {0: 14, 1: 14, 2: 15, 3: 15, 4: 14, 5: 14, 6: 14}
    halved = {0: 2, 1: 1, 2: 2}
    assert sizes(spark.range(0, 10, 1, 4).repartition(3).filter("id % 2 = 0")) == halved
    sorted_each = spark.range(0, 10, 1, 4).repartition(3, "id").sortWithinPartitions(F.desc("id"))
    assert partitions(sorted_each) == {0: [7, 6, 3], 1: [0], 2: [9, 8, 5, 4, 2, 1]}
    assert [row.id for row in sorted_each.filter(F.spark_partition_id() == 1).collect()] == [0]


def test_large_exchanges_keep_every_row(spark):
    frame = spark.range(0, 1_000_000, 1, 4).withColumn("text", F.concat(F.lit("row "), F.col("id")))
    for changed in [
        frame.repartition(5),
        frame.repartition(64, "text"),
        frame.repartition("text"),
        frame.repartitionByRange(6, F.desc("text")),
        frame.repartitionByRange("id"),
        frame.hint("rebalance"),
    ]:
        row = changed.agg(F.count("*"), F.sum("id"), F.countDistinct("text")).first()
        assert tuple(row) == (1_000_000, 499_999_500_000, 1_000_000)
    assert frame.repartition(300, "id").limit(3).count() == 3


def test_sampling_with_replacement(spark):
    frame = spark.range(0, 12, 1, 4)
    drawn = [row.id for row in frame.sample(True, 1.5, 7).collect()]
    assert drawn == [0, 0, 2, 2, 3, 3, 3, 4, 4, 5, 6, 6, 6, 6, 9, 10, 10, 11, 11]
    drawn = [row.id for row in spark.range(0, 30, 1, 2).sample(True, 0.3, 42).collect()]
    assert drawn == [5, 6, 13, 17, 23, 24, 25, 26, 28]
    assert frame.sample(True, 0.0, 7).count() == 0


def test_columns_of_frames_that_are_joined_with_themselves(spark):
    frame = spark.createDataFrame([(1, 10), (2, 20), (3, 30)], "id int, v int")
    some = frame.filter("id > 1")
    assert frame.join(some, frame.id == some.id).count() == 2
    assert sorted(row.id for row in frame.join(some, frame.id == some.id).select(some.id).collect()) == [2, 3]
    named = frame.toDF("x", "y")
    assert frame.join(named, frame.id == named.x).select(frame.id, named.y).count() == 3
    assert sorted(frame.join(some, "id", "left").select(frame.id, some.v).collect()) == sorted(
        frame.join(some.withColumnRenamed("v", "w"), "id", "left").select("id", "w").collect()
    )
    ambiguous = [
        lambda: frame.join(frame, frame.id == frame.id),
        lambda: frame.join(some, frame.id == some.id).select(frame.id),
        lambda: frame.join(some, frame.id == some.id).select(frame["*"]),
        lambda: frame.join(frame, "id").select(frame.v),
        lambda: frame.join(some, "id", "full").select(frame.id),
        lambda: frame.crossJoin(frame).select(frame.id),
    ]
    for ask in ambiguous:
        with pytest.raises(AnalysisException) as error:
            ask().collect()
        assert error.value.getCondition() == "AMBIGUOUS_COLUMN_REFERENCE"
    unknown = [
        lambda: frame.select(some.id),
        lambda: frame.filter(frame.nope > 1),
        lambda: frame.join(some, frame.id == some.id, "left_anti").select(some.id),
        lambda: frame.withColumn("id", frame.id + 1).select(frame.id),
    ]
    for ask in unknown:
        with pytest.raises(AnalysisException) as error:
            ask().collect()
        assert error.value.getCondition() == "CANNOT_RESOLVE_DATAFRAME_COLUMN"


@pytest.mark.skipif(not hasattr(DataFrame, "zip"), reason="this client has no DataFrame.zip")
def test_zip(spark):
    frame = spark.createDataFrame([(1, 10), (2, 20), (3, 30)], "id int, v int")
    zipped = frame.select((frame.id + 1).alias("x")).zip(frame.withColumn("z", frame.v * 2))
    assert zipped.columns == ["x", "id", "v", "z"]
    assert [tuple(row) for row in zipped.collect()] == [(2, 1, 10, 20), (3, 2, 20, 40), (4, 3, 30, 60)]
    assert frame.zip(frame).columns == ["id", "v", "id", "v"]
    some = frame.filter("id > 1")
    assert [tuple(row) for row in some.select("id").zip(some.select("v")).collect()] == [(2, 20), (3, 30)]
    for other in [some, frame.groupBy("id").count(), frame.select(F.explode(F.array("id")))]:
        with pytest.raises(AnalysisException) as error:
            frame.select("id").zip(other).collect()
        assert error.value.getCondition() == "ZIP_PLANS_NOT_MERGEABLE"


def test_nearest_by_join(spark):
    users = spark.createDataFrame([(1, 10.0), (2, 20.0), (3, 30.0)], ["user", "score"])
    products = spark.createDataFrame([("A", 11.0), ("B", 22.0), ("C", 5.0)], ["product", "price"])
    distance = F.abs(users.score - products.price)
    nearest = users.nearestByJoin(products, distance, 2, "exact", "distance").select("user", "product")
    assert sorted(map(tuple, nearest.collect())) == [(1, "A"), (1, "C"), (2, "A"), (2, "B"), (3, "A"), (3, "B")]
    none = users.nearestByJoin(products.filter("price > 100"), distance, 1, "approx", "distance", joinType="leftouter")
    assert [row.product for row in none.collect()] == [None, None, None]


def test_a_created_table_is_created_once(spark):
    spark.sql("drop table if exists made_once")
    frame = spark.catalog.createTable("made_once", schema=spark.range(1).schema, source="parquet")
    assert (frame.columns, frame.collect(), frame.count()) == (["id"], [], 0)
    spark.sql("drop table made_once")


def test_pairs_of_rows_come_in_the_order_of_spark(spark):
    ages = spark.createDataFrame([(2,), (5,)], "age int")
    heights = spark.createDataFrame([(80,), (85,), (90,)], "height int")
    by_height = [(2, 80), (5, 80), (2, 85), (5, 85), (2, 90), (5, 90)]
    assert [tuple(row) for row in ages.crossJoin(heights).collect()] == by_height
    by_height = [(80, 2), (80, 5), (85, 2), (85, 5), (90, 2), (90, 5)]
    assert [tuple(row) for row in heights.crossJoin(ages).collect()] == by_height
    others = heights.toDF("other").limit(2)
    pairs = ages.join(others, ages.age < others.other)
    assert [tuple(row) for row in pairs.collect()] == [(2, 80), (2, 85), (5, 80), (5, 85)]
