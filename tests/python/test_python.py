"""Python functions of every kind, with the answers that Spark gives, and what becomes of workers that fail."""

import os
import pathlib
import time
from typing import Iterator, Tuple

import pandas as pd
import pyarrow as pa
import pytest
from pyspark.errors import AnalysisException, PySparkException, PythonException
from pyspark.sql import functions as F
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
from pyspark.sql.functions import pandas_udf, udf, udtf
from pyspark.sql.types import IntegerType, StringType, StructType
from pyspark.sql.udtf import AnalyzeArgument, AnalyzeResult, OrderingColumn, PartitioningColumn, SelectedColumn
from pyspark.sql.window import Window


@pytest.fixture
def rows(spark):
    data = [(1, 1.0, "a"), (1, 2.0, "b"), (2, 3.0, None), (2, 5.0, "d"), (None, 7.0, "e")]
    return spark.createDataFrame(data, "id int, v double, s string")


def answer(df):
    """The rows, whatever order they come in."""
    return sorted((tuple(row) for row in df.collect()), key=str)


def same(df, expected):
    assert answer(df) == sorted(expected, key=str)


@pytest.fixture
def mean(spark):
    @pandas_udf("double")
    def mean(v: pd.Series) -> float:
        return float(v.mean())

    return mean


# ---- whole partitions


def test_functions_map_batches(rows):
    def some(batches):
        for batch in batches:
            yield batch[batch.v > 1.5]

    same(rows.mapInPandas(some, rows.schema), [(1, 2.0, "b"), (2, 3.0, None), (2, 5.0, "d"), (None, 7.0, "e")])
    same(rows.mapInArrow(lambda batches: batches, rows.schema), [tuple(r) for r in rows.collect()])
    assert rows.mapInPandas(some, rows.schema).count() == 4


def test_a_limit_does_not_wait_for_all_rows(spark):
    def endless(batches):
        for batch in batches:
            while True:
                yield batch

    assert len(spark.range(100_000).mapInPandas(endless, "id long").limit(5).collect()) == 5


def test_functions_may_leave_rows_unread_and_make_none(spark):
    df = spark.range(100_000)
    same(df.mapInPandas(lambda batches: iter([pd.DataFrame({"n": [1]})]), "n int").distinct(), [(1,)])
    same(df.mapInPandas(lambda batches: iter([]), "n int"), [])


def test_maps_follow_each_other_on_every_partition(spark):
    def plus(batches):
        for batch in batches:
            yield batch + 1

    df = spark.range(0, 50_000, 1, 4)
    for _ in range(4):
        df = df.mapInPandas(plus, "id long")
    assert df.agg(F.sum("id"), F.count("*")).collect() == [(50_000 * 49_999 // 2 + 4 * 50_000, 50_000)]


def test_functions_see_sorted_rows_in_order(spark):
    df = spark.range(0, 1000, 1, 4).orderBy(F.desc("id"))
    assert [r.id for r in df.mapInArrow(lambda batches: batches, "id long").collect()] == list(range(999, -1, -1))


def test_what_functions_make_is_grouped_again(spark):
    doubled = spark.range(0, 100, 1, 3).mapInPandas(lambda bs: (b * 2 for b in bs), "id long")
    sizes = doubled.groupBy(doubled.id % 3).applyInPandas(lambda g: pd.DataFrame({"n": [len(g)]}), "n long")
    same(sizes, [(34,), (33,), (33,)])


def test_each_row_and_each_partition_for_their_effect(rows):
    assert rows.foreach(lambda row: None) is None
    assert rows.foreachPartition(lambda part: list(part)) is None


def test_the_columns_of_results_are_checked(rows):
    with pytest.raises(PythonException, match="RESULT_COLUMN_NAMES_MISMATCH|names"):
        rows.mapInPandas(lambda batches: (pd.DataFrame({"x": [1]}) for _ in batches), "id int").collect()
    with pytest.raises(PySparkException):
        rows.mapInArrow(lambda b: (pa.RecordBatch.from_pydict({"id": ["x"]}) for _ in b), "id int").collect()


# ---- groups


def test_functions_map_groups(rows):
    centred = rows.groupBy("id").applyInPandas(lambda g: g.assign(v=g.v - g.v.mean()), rows.schema)
    same(centred, [(1, -0.5, "a"), (1, 0.5, "b"), (2, -1.0, None), (2, 1.0, "d"), (None, 0.0, "e")])
    same(rows.groupBy().applyInPandas(lambda g: pd.DataFrame({"n": [len(g)]}), "n int"), [(5,)])

    def total(key, group):
        return pd.DataFrame([key + (group.v.sum(),)])

    keyed = rows.groupBy(rows.id, F.ceil(rows.v / 2)).applyInPandas(total, "id int, c int, v double")
    same(keyed, [(1, 1, 3.0), (2, 2, 3.0), (2, 3, 5.0), (None, 4, 7.0)])


def test_functions_map_groups_in_arrow_and_piece_by_piece(rows):
    def pandas_pieces(pieces: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        yield from pieces

    def arrow_pieces(pieces: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from pieces

    everything = [tuple(row) for row in rows.collect()]
    grouped = rows.groupBy("id")
    same(grouped.applyInArrow(lambda group: group, rows.schema), everything)
    same(grouped.applyInArrow(arrow_pieces, rows.schema), everything)
    same(grouped.applyInPandas(pandas_pieces, rows.schema), everything)


def test_groups_larger_than_batches_stay_whole(spark):
    df = spark.range(0, 100_000, 1, 3).withColumn("k", F.col("id") % 3)
    sizes = df.groupBy("k").applyInPandas(lambda k, g: pd.DataFrame({"k": k, "n": [len(g)]}), "k long, n long")
    same(sizes, [(0, 33_334), (1, 33_333), (2, 33_333)])


def test_functions_map_groups_of_two_relations(spark, rows):
    other = spark.createDataFrame([(1, "x"), (3, "y")], "id int, w string")

    def sizes(left, right):
        return pd.DataFrame({"l": [len(left)], "r": [len(right)], "c": [",".join([*left, *right])]})

    columns = "id,v,s,id,w"
    both = rows.groupBy("id").cogroup(other.groupBy("id"))
    expected = [(2, 1, columns), (2, 0, columns), (1, 0, columns), (0, 1, columns)]
    same(both.applyInPandas(sizes, "l int, r int, c string"), expected)

    def counts(left, right):
        return pa.Table.from_pydict({"l": [left.num_rows], "r": [right.num_rows]})

    same(both.applyInArrow(counts, "l long, r long"), [(2, 1), (2, 0), (1, 0), (0, 1)])
    with pytest.raises(PySparkException, match="2 != 1"):
        uneven = rows.groupBy("id", "v").cogroup(other.groupBy("id"))
        uneven.applyInPandas(sizes, "l int, r int, c string").collect()


# ---- aggregates and windows


def test_functions_aggregate(rows, mean):
    @pandas_udf("double")
    def weighted(v: pd.Series, w: pd.Series) -> float:
        return float((v * w).sum())

    df = rows.groupBy("id").agg(mean("v"), weighted("v", rows.v + 1).alias("w"))
    assert df.columns == ["id", "mean(v)", "w"]
    same(df, [(1, 1.5, 8.0), (2, 4.0, 42.0), (None, 7.0, 56.0)])
    same(rows.select(mean("v")), [(3.6,)])
    same(rows.where("v > 100").agg(mean("v")), [])
    double = udf(lambda x: x * 2, "double")
    same(rows.groupBy("id").agg(mean(double("v"))), [(1, 3.0), (2, 8.0), (None, 14.0)])
    same(rows.groupBy("id").agg(double(mean("v"))), [(1, 3.0), (2, 8.0), (None, 14.0)])
    same(rows.groupBy((rows.id + 1).alias("x")).agg((mean("v") + 1).alias("y")), [(2, 2.5), (3, 5.0), (None, 8.0)])


def test_aggregates_by_name_in_sql(spark, rows, mean):
    spark.udf.register("py_mean", mean)
    rows.createOrReplaceTempView("python_rows")
    same(
        spark.sql("SELECT id, py_mean(v) FROM python_rows GROUP BY id HAVING py_mean(v) > 2"),
        [(2, 4.0), (None, 7.0)],
    )
    for call in ("py_mean(DISTINCT v)", "py_mean(v) FILTER (WHERE v > 1)"):
        with pytest.raises(AnalysisException, match="FUNCTION_WITH_UNSUPPORTED_SYNTAX"):
            spark.sql(f"SELECT id, {call} FROM python_rows GROUP BY id").collect()


def test_aggregates_do_not_mix_with_built_in_ones(rows, mean):
    with pytest.raises(AnalysisException, match="INVALID_PANDAS_UDF_PLACEMENT"):
        rows.groupBy("id").agg(mean("v"), F.sum("v")).collect()
    with pytest.raises(AnalysisException, match="PANDAS_UDAF_IN_PIVOT"):
        rows.groupBy("id").pivot("s").agg(mean("v")).collect()
    with pytest.raises(AnalysisException, match="NESTED_AGGREGATE_FUNCTION"):
        rows.agg(mean(mean("v"))).collect()


def test_functions_over_windows(rows, mean):
    by_id = Window.partitionBy("id")

    def over(window):
        return answer(rows.select("v", mean("v").over(window)))

    assert over(by_id) == [(1.0, 1.5), (2.0, 1.5), (3.0, 4.0), (5.0, 4.0), (7.0, 7.0)]
    assert over(by_id.orderBy("v")) == [(1.0, 1.0), (2.0, 1.5), (3.0, 3.0), (5.0, 4.0), (7.0, 7.0)]
    all_rows = Window.orderBy("v")
    assert over(all_rows.rowsBetween(-1, 0)) == [(1.0, 1.0), (2.0, 1.5), (3.0, 2.5), (5.0, 4.0), (7.0, 6.0)]
    assert over(all_rows.rangeBetween(-2, 0)) == [(1.0, 1.0), (2.0, 1.5), (3.0, 2.0), (5.0, 4.0), (7.0, 6.0)]
    empty = over(all_rows.rowsBetween(-3, -2))
    assert empty == [(1.0, None), (2.0, None), (3.0, 1.0), (5.0, 1.5), (7.0, 2.5)]
    mixed = rows.select("id", mean("v").over(by_id), F.sum("v").over(by_id), F.rank().over(by_id.orderBy("v")))
    same(mixed, [(1, 1.5, 3.0, 1), (1, 1.5, 3.0, 2), (2, 4.0, 8.0, 1), (2, 4.0, 8.0, 2), (None, 7.0, 7.0, 1)])


# ---- iterators


def test_functions_go_through_all_values(spark):
    @pandas_udf("long")
    def plus(values: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for series in values:
            yield series + 1

    @pandas_udf("long")
    def times(values: Iterator[Tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]:
        for left, right in values:
            yield left * right

    df = spark.range(5)
    same(df.select("id", plus("id"), times("id", df.id + 1)), [(i, i + 1, i * (i + 1)) for i in range(5)])
    same(df.select(plus(plus("id"))), [(i + 2,) for i in range(5)])
    same(df.where(plus("id") > 3), [(3,), (4,)])
    same(df.agg(F.sum(plus("id"))), [(15,)])
    assert [r.id for r in df.orderBy(-plus("id")).collect()] == [4, 3, 2, 1, 0]


def test_iterators_answer_every_row_once(spark):
    @pandas_udf("long")
    def fewer(values: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for series in values:
            yield series[:1]

    @pandas_udf("long")
    def more(values: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for series in values:
            yield series
            yield series

    for function in (fewer, more):
        with pytest.raises(PySparkException):
            spark.range(5).select(function("id")).collect()


# ---- table functions


@pytest.fixture
def tables(spark):
    data = [(1, "a", 10), (1, "b", 20), (2, "c", 5), (2, "d", 6), (3, None, None)]
    df = spark.createDataFrame(data, "k int, s string, v int")
    df.createOrReplaceTempView("t")
    return spark


@pytest.mark.parametrize("arrow", [False, True])
def test_table_functions(tables, arrow):
    @udtf(returnType="a int, b string", useArrow=arrow)
    class Two:
        def eval(self, x: int, y: str = "d"):
            yield x, y
            yield x + 1, y

    @udtf(returnType="n int", useArrow=arrow)
    class Ends:
        def __init__(self):
            self.n = 0

        def eval(self, x):
            self.n += 1
            if x:
                yield (x,)

        def terminate(self):
            yield (100 + self.n,)

    tables.udtf.register("two", Two)
    tables.udtf.register("ends", Ends)
    same(Two(F.lit(1)), [(1, "d"), (2, "d")])
    same(tables.sql("SELECT * FROM two(y => 'q', x => 1)"), [(1, "q"), (2, "q")])
    same(tables.sql("SELECT q.u FROM two(1, 'x') AS q(u, w)"), [(1,), (2,)])
    beside = tables.sql("SELECT k, a, b FROM t, LATERAL two(k, s) WHERE a > 2")
    same(beside, [(2, 3, "c"), (2, 3, "d"), (3, 3, None), (3, 4, None)])
    same(tables.sql("SELECT k, n FROM t, LATERAL ends(v)"), [(1, 10), (1, 20), (2, 5), (2, 6), (3, 105)])
    for call, condition in [
        ("two(x => 1, x => 2)", "DOUBLE_NAMED_ARGUMENT_REFERENCE"),
        ("two(x => 1, 2)", "UNEXPECTED_POSITIONAL_ARGUMENT"),
        ("two(1) AS q(u)", "NUM_TABLE_VALUE_ALIASES_MISMATCH"),
        ("two(TABLE(t), TABLE(t))", "TOO_MANY_TABLE_ARGUMENTS"),
    ]:
        with pytest.raises(AnalysisException, match=condition):
            tables.sql(f"SELECT * FROM {call}").collect()
    with pytest.raises(AnalysisException, match="NOT_A_SCALAR_FUNCTION"):
        tables.sql("SELECT two(1)").collect()


@pytest.mark.parametrize("arrow", [False, True])
def test_table_functions_over_relations(tables, arrow):
    @udtf(returnType="n int", useArrow=arrow)
    class Counted:
        def __init__(self):
            self.n = 0

        def eval(self, row):
            self.n += 1

        def terminate(self):
            yield (self.n,)

    @udtf(returnType="x string", useArrow=arrow)
    class Shown:
        def eval(self, row):
            yield (str(row),)

    tables.udtf.register("counted", Counted)
    tables.udtf.register("shown", Shown)
    same(tables.sql("SELECT * FROM counted(TABLE(t) PARTITION BY k)"), [(1,), (2,), (2,)])
    same(tables.sql("SELECT * FROM counted(TABLE(t) WITH SINGLE PARTITION)"), [(5,)])
    same(Counted(tables.table("t").asTable().partitionBy("k")), [(1,), (2,), (2,)])
    shown = tables.sql("SELECT * FROM shown(TABLE(SELECT k, v FROM t WHERE k = 1) PARTITION BY k + 1 ORDER BY v DESC)")
    assert [row.x for row in shown.collect()] == ["Row(k=1, v=20)", "Row(k=1, v=10)"]


@pytest.mark.parametrize("arrow", [False, True])
def test_table_functions_analyse_their_calls(tables, arrow):
    @udtf(useArrow=arrow)
    class Wide:
        @staticmethod
        def analyze(n: AnalyzeArgument) -> AnalyzeResult:
            schema = StructType()
            for i in range(n.value):
                schema = schema.add(f"c{i}", IntegerType())
            return AnalyzeResult(schema=schema)

        def eval(self, n):
            yield tuple(range(n))

    @udtf(useArrow=arrow)
    class Last:
        def __init__(self, analysis):
            self.n = 0

        @staticmethod
        def analyze(row: AnalyzeArgument) -> AnalyzeResult:
            assert row.isTable
            return AnalyzeResult(
                schema=StructType().add("n", IntegerType()).add("last", StringType()),
                partitionBy=[PartitioningColumn("k")],
                orderBy=[OrderingColumn("v", ascending=False)],
                select=[SelectedColumn("k"), SelectedColumn("v")],
            )

        def eval(self, row):
            self.n += 1
            self.last = str(row)

        def terminate(self):
            yield self.n, self.last

    @udtf(useArrow=arrow)
    class Fails:
        @staticmethod
        def analyze(n: AnalyzeArgument) -> AnalyzeResult:
            raise ValueError("not like this")

        def eval(self, n):
            yield (n,)

    for name, function in {"wide": Wide, "last_of": Last, "fails": Fails}.items():
        tables.udtf.register(name, function)
    same(tables.sql("SELECT * FROM wide(1 + 2)"), [(0, 1, 2)])
    expected = [(2, "Row(k=1, v=10)"), (2, "Row(k=2, v=5)"), (1, "Row(k=3, v=None)")]
    same(tables.sql("SELECT * FROM last_of(TABLE(t))"), expected)
    with pytest.raises(AnalysisException, match="not like this"):
        tables.sql("SELECT * FROM fails(1)").collect()
    with pytest.raises(AnalysisException, match="REQUIRED_METADATA_INCOMPATIBLE_WITH_CALL"):
        tables.sql("SELECT * FROM last_of(TABLE(t) PARTITION BY k)").collect()


# ---- data sources


def test_classes_are_data_sources(spark):
    class Squares(DataSource):
        @classmethod
        def name(cls):
            return "squares"

        def schema(self):
            return "n int, square long"

        def reader(self, schema):
            return SquaresReader(int(self.options["upto"]))

    class SquaresReader(DataSourceReader):
        def __init__(self, upto):
            self.upto = upto

        def partitions(self):
            return [InputPartition(i) for i in range(self.upto)]

        def read(self, partition):
            yield partition.value, partition.value**2

    spark.dataSource.register(Squares)
    df = spark.read.format("squares").option("upto", 3).load()
    assert df.schema.simpleString() == "struct<n:int,square:bigint>"
    same(df, [(0, 0), (1, 1), (2, 4)])
    with pytest.raises(AnalysisException, match="PYTHON_DATA_SOURCE_ERROR"):
        spark.read.format("squares").load().collect()


# ---- faults


def workers(server):
    """The processes that the server has started."""
    children = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            stat = (entry / "stat").read_text() if entry.name.isdigit() else ""
        except OSError:
            continue
        if stat and int(stat.rsplit(")", 1)[1].split()[1]) == server.process.pid:
            children.append(int(entry.name))
    return children


@pytest.mark.parametrize("when", ["at once", "midway", "at the end"])
def test_a_worker_that_ends_fails_its_query_alone(spark, when):
    def function(batches):
        if when == "at once":
            os._exit(3)
        for batch in batches:
            yield batch
            if when == "midway":
                os._exit(3)
        os._exit(3)

    with pytest.raises(PySparkException, match="exited unexpectedly"):
        spark.range(100_000).mapInPandas(function, "id long").collect()
    assert spark.range(3).mapInPandas(lambda batches: batches, "id long").count() == 3


def test_what_functions_print_is_no_answer(spark):
    def chatty(batches):
        for batch in batches:
            for _ in range(20_000):
                print("x" * 100)
            yield batch

    assert spark.range(3).mapInPandas(chatty, "id long").count() == 3


def test_missing_modules_are_named(spark):
    def imports(batches):
        import no_such_module_at_all

        yield from batches

    with pytest.raises(PythonException, match="no_such_module_at_all"):
        spark.range(3).mapInPandas(imports, "id long").collect()


def test_no_worker_outlives_its_query(server, spark):
    def slow(batches):
        for batch in batches:
            time.sleep(600)
            yield batch

    before = set(workers(server))
    spark.addTag("slow")
    import threading

    failed = []

    def collect():
        spark.addTag("slow")
        try:
            spark.range(10).mapInPandas(slow, "id long").collect()
        except PySparkException as error:
            failed.append(error)

    thread = threading.Thread(target=collect)
    thread.start()
    deadline = time.time() + 60
    while not set(workers(server)) - before and time.time() < deadline:
        time.sleep(0.2)
    time.sleep(1)
    spark.interruptAll()
    thread.join(60)
    assert failed and not thread.is_alive()
    deadline = time.time() + 20
    while set(workers(server)) - before and time.time() < deadline:
        time.sleep(0.2)
    assert not set(workers(server)) - before
