"""What becomes of Python workers that end, leak, print, block or answer wrongly, at each stage and in each kind of
function; that other queries go on meanwhile, and that no process is left behind."""

import os
import threading
import time

import pandas as pd
import pyarrow as pa
import pytest
from pyspark import TaskContext
from pyspark.errors import PySparkException, PythonException
from pyspark.sql import functions as F
from pyspark.sql.functions import arrow_udf, pandas_udf, udf, udtf
from test_python import workers

#: Of one partition; more than one message of rows.
ROWS = 25_000


def wait_until(condition, seconds=20):
    deadline = time.time() + seconds
    while not condition() and time.time() < deadline:
        time.sleep(0.1)
    assert condition()


@pytest.fixture
def counted(server):
    """No process more afterwards than a pool may keep."""
    yield
    wait_until(lambda: len(workers(server)) <= 2 * os.cpu_count())


def in_background(collect):
    """A thread that collects, and what it failed with."""
    failed = []

    def run():
        try:
            collect()
        except PySparkException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, failed


# ---- ends


def ending(when):
    """A function of one value that ends its process when that value comes."""
    fatal = {"first": 0, "midway": 12_345, "last": ROWS - 1}[when]

    def pickled(value):
        if value == fatal:
            os._exit(3)
        return value

    return pickled


def as_kind(kind, function):
    """A program that calls `function` with each of the numbers below ROWS."""

    def series(values: pd.Series) -> pd.Series:
        return values.map(function)

    def batches(frames):
        for frame in frames:
            yield frame.assign(id=frame.id.map(function))

    class Rows:
        def eval(self, value: int):
            yield (function(value),)

    programs = {
        "udf": lambda df: df.select(udf(function, "long", useArrow=False)("id")),
        "arrow udf": lambda df: df.select(udf(function, "long", useArrow=True)("id")),
        "pandas_udf": lambda df: df.select(pandas_udf(series, "long")("id")),
        "mapInPandas": lambda df: df.mapInPandas(batches, "id long"),
        "applyInPandas": lambda df: df.groupBy(F.floor(F.col("id") / 100)).applyInPandas(
            lambda frame: frame.assign(id=frame.id.map(function)), "id long"
        ),
        "udtf": lambda df: df.lateralJoin(udtf(Rows, returnType="value: long")(F.col("id").outer())),
    }
    return programs[kind]


KINDS = ["udf", "arrow udf", "pandas_udf", "mapInPandas", "applyInPandas", "udtf"]


@pytest.mark.parametrize("when", ["first", "midway", "last"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_process_that_ends_fails_its_query_alone(spark, counted, kind, when):
    program = as_kind(kind, ending(when))
    with pytest.raises(PySparkException, match="exited unexpectedly"):
        program(spark.range(0, ROWS, 1, 1)).collect()
    assert as_kind(kind, lambda value: value)(spark.range(3)).count() == 3


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_function_raises_is_its_query_s_error(spark, counted, kind):
    def raising(value):
        if value == 12_345:
            raise ValueError("not this one")
        return value

    with pytest.raises(PythonException, match="not this one"):
        as_kind(kind, raising)(spark.range(0, ROWS, 1, 1)).collect()


@pytest.mark.parametrize("kind", KINDS)
def test_missing_modules_are_named(spark, counted, kind):
    def importing(value):
        import no_such_module_at_all

        return no_such_module_at_all.f(value)

    with pytest.raises(PythonException, match="no_such_module_at_all"):
        as_kind(kind, importing)(spark.range(10)).collect()


@pytest.mark.parametrize("kind", KINDS)
def test_prints_without_end_are_no_answers(spark, counted, kind):
    def chatty(value):
        if value % 1000 == 0:
            print("x" * 10_000, flush=True)
        return value

    assert as_kind(kind, chatty)(spark.range(5_000)).count() == 5_000


# ---- answers wrongly


@pytest.mark.parametrize("kind", ["short series", "short array", "texts", "no series"])
def test_results_of_wrong_lengths_and_types(spark, counted, kind):
    def short_array(values: pa.Array) -> pa.Array:
        return values[:1]

    def short_series(values: pd.Series) -> pd.Series:
        return values[:1]

    def texts(values: pd.Series) -> pd.Series:
        return pd.Series(["text"] * len(values))

    def no_series(values: pd.Series) -> pd.Series:
        return 1

    functions = {"short series": short_series, "texts": texts, "no series": no_series}
    function = arrow_udf(short_array, "long") if kind == "short array" else pandas_udf(functions[kind], "long")
    with pytest.raises(PythonException):
        spark.range(10).select(function("id")).collect()
    assert spark.range(3).select(F.upper(F.lit("a"))).count() == 3


# ---- blocks


@pytest.mark.parametrize("kind", KINDS)
def test_functions_that_block_can_be_interrupted(server, spark, counted, kind):
    def blocking(value):
        time.sleep(600)
        return value

    before = set(workers(server))
    thread, failed = in_background(lambda: as_kind(kind, blocking)(spark.range(10)).collect())
    # A worker that was idle may be the one.
    time.sleep(3)
    started = time.time()
    spark.interruptAll()
    thread.join(60)
    assert failed and time.time() - started < 10
    wait_until(lambda: len(set(workers(server)) - before) == 0)


def test_others_go_on_while_functions_block(server, spark, counted):
    def blocking(value):
        time.sleep(600)
        return value

    # More than there are cores.
    several = [
        in_background(lambda: spark.range(10).select(udf(blocking, "long")("id")).collect())
        for _ in range(2 * os.cpu_count())
    ]
    time.sleep(3)
    other = server.session()
    try:
        assert other.sql("SELECT 1").collect()[0][0] == 1
        assert other.range(10).select(udf(lambda value: value + 1, "long")("id")).count() == 10
    finally:
        other.stop()
        spark.interruptAll()
        for thread, _ in several:
            thread.join(60)
    assert all(failed for _, failed in several)


# ---- how many


def test_an_operator_has_no_more_workers_than_it_needs(server, spark, counted):
    def process(batches):
        for batch in batches:
            yield pd.DataFrame({"pid": [os.getpid()] * len(batch)})

    pids = spark.range(0, 400, 1, 40).repartition(40).mapInPandas(process, "pid long").distinct()
    assert pids.count() <= 2 * os.cpu_count()


@pytest.mark.parametrize("partitions", [1, 3, 16])
def test_plans_that_need_many_workers_at_once_go_on(spark, counted, partitions):
    """Workers that feed workers, through sorts, groups and both sides of joins."""

    def same(batches):
        yield from batches

    rows = spark.range(0, 100_000, 1, partitions).repartition(partitions)
    mapped = rows.mapInPandas(same, "id long").mapInArrow(same, "id long")
    added = mapped.select(udf(lambda value: value + 1, "long")("id").alias("id"))
    grouped = added.groupBy((F.col("id") % 10).alias("key")).applyInPandas(
        lambda key, frame: pd.DataFrame({"key": [key[0]], "rows": [len(frame)]}), "key long, rows long"
    )
    assert sorted(map(tuple, grouped.collect())) == [(key, 10_000) for key in range(10)]
    joined = added.join(mapped, "id").select(udf(lambda value: -value, "long")("id").alias("id")).sort("id")
    assert [row.id for row in joined.limit(2).collect()] == [-99_999, -99_998]


# ---- scalar functions


def test_functions_know_their_partition(spark):
    def partition(_):
        return TaskContext.get().partitionId()

    rows = spark.range(0, 400, 1, 4).repartition(4).select(udf(partition, "int")("id"), F.spark_partition_id())
    assert {tuple(row) for row in rows.collect()} == {(i, i) for i in range(4)}


def test_functions_of_one_projection_share_a_process(spark):
    def process(_):
        return os.getpid()

    one, other = udf(process, "long"), udf(lambda value: os.getpid(), "long")
    row = spark.range(1).select(one("id"), other("id"), one(other("id"))).first()
    assert len(set(row)) == 1


def test_functions_inside_each_other_hand_on_what_they_return(spark):
    inner = udf(lambda value: 5, "string", useArrow=False)
    outer = udf(lambda value: type(value).__name__, "string", useArrow=False)
    # As on Spark: the inner one's result becomes a string only where it leaves the worker.
    assert spark.range(1).select(outer(inner("id"))).first()[0] == "int"
    assert spark.range(1).select(inner("id")).first()[0] == "5"
    pair = udf(lambda one, other: type(one).__name__ + type(other).__name__, "string", useArrow=False)
    assert spark.range(1).select(pair(inner("id"), inner("id"))).first()[0] == "strstr"


def test_conditions_without_functions_come_first(spark):
    divided = udf(lambda value: 1 // value == 1, "boolean", useArrow=False)
    assert spark.range(2).filter(divided("id") & (F.col("id") > 0)).count() == 1
    # A branch that is not taken is computed all the same, as on Spark.
    with pytest.raises(PythonException, match="ZeroDivisionError"):
        spark.range(2).select(F.when(F.col("id") > 0, divided("id"))).collect()


def test_each_call_that_is_not_deterministic_counts(spark):
    random = udf(lambda: __import__("random").random(), "double").asNondeterministic()
    assert spark.range(3).filter(random() == random()).count() == 0


# ---- profiles


def test_functions_are_profiled(spark, capsys):
    spark.conf.set("spark.sql.pyspark.udf.profiler", "perf")
    spark.range(100).select(udf(lambda value: value + 1, "long", useArrow=False)("id")).collect()
    spark.range(100).mapInPandas(lambda batches: batches, "id long").collect()
    spark.profile.show(type="perf")
    shown = capsys.readouterr().out
    assert "Profile of UDF<id=" in shown and "100" in shown
    spark.profile.clear()
    spark.profile.show(type="perf")
    assert "Profile of UDF" not in capsys.readouterr().out
