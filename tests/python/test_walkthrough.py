"""What a data engineer does in the first week, call by call."""

import datetime
import decimal

import pandas
import pytest
from pyspark.sql import Row, Window
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, LongType, StringType, StructField, StructType


@pytest.fixture
def people(spark):
    return spark.createDataFrame([(1, "Ann", 30), (2, "Bob", None), (3, "Cid", 41), (3, "Cid", 41)], ["id", "name", "age"])


def rows(frame):
    return [tuple(row) for row in frame.collect()]


def test_version_is_spark_4(spark):
    assert tuple(map(int, spark.version.split(".")[:2])) >= (4, 2)


def test_create_from_tuples_schema_and_pandas(spark):
    assert spark.createDataFrame([(1, "a")], "x int, y string").dtypes == [("x", "int"), ("y", "string")]
    schema = StructType([StructField("x", LongType(), False), StructField("y", StringType())])
    assert spark.createDataFrame([(1, None)], schema).schema == schema
    frame = spark.createDataFrame(pandas.DataFrame({"a": [1, 2], "b": ["x", None]}))
    assert rows(frame) == [(1, "x"), (2, None)]
    assert rows(spark.createDataFrame([Row(a=1, b=[1, 2])])) == [(1, [1, 2])]


def test_schema_and_show(people, capsys):
    assert people.columns == ["id", "name", "age"]
    assert people.dtypes == [("id", "bigint"), ("name", "string"), ("age", "bigint")]
    people.printSchema()
    people.show(1)
    people.limit(1).show(vertical=True)
    assert capsys.readouterr().out == (
        "root\n |-- id: long (nullable = true)\n |-- name: string (nullable = true)\n |-- age: long (nullable = true)\n\n"
        "+---+----+---+\n| id|name|age|\n+---+----+---+\n|  1| Ann| 30|\n+---+----+---+\nonly showing top 1 row\n"
        "-RECORD 0---\n id   | 1   \n name | Ann \n age  | 30  \n\n"
    )


def test_columns(people):
    changed = (
        people.withColumn("older", F.col("age") + 1)
        .withColumns({"upper": F.upper("name"), "id": F.col("id").cast("string")})
        .withColumnRenamed("name", "first")
        .drop("age")
    )
    assert changed.columns == ["id", "first", "older", "upper"]
    assert tuple(changed.first()) == ("1", "Ann", 31, "ANN")


def test_missing_values_and_duplicates(people):
    assert people.dropna().count() == 3
    assert rows(people.fillna(0).where("id = 2")) == [(2, "Bob", 0)]
    assert rows(people.replace({"Bob": "Rob"}).where("id = 2").select("name")) == [("Rob",)]
    assert people.dropDuplicates().count() == 3
    assert people.dropDuplicates(["name"]).count() == 3
    assert people.distinct().count() == 3


def test_filters_say_the_same_in_both_languages(people):
    assert rows(people.filter((people.age > 30) & people.name.startswith("C"))) == rows(
        people.where("age > 30 and name like 'C%'")
    )


def test_groups(people):
    grouped = people.groupBy("name")
    assert sorted(rows(grouped.count())) == [("Ann", 1), ("Bob", 1), ("Cid", 2)]
    assert sorted(rows(grouped.sum("age"))) == [("Ann", 30), ("Bob", None), ("Cid", 82)]
    assert rows(people.agg(F.min("age"), F.max("age"), F.avg("age"))) == [(30, 41, pytest.approx(37.3333, rel=1e-4))]
    pivoted = people.groupBy("id").pivot("name", ["Ann", "Cid"]).count().orderBy("id")
    assert rows(pivoted) == [(1, 1, None), (2, None, None), (3, None, 2)]


def test_order(people):
    assert [r.id for r in people.orderBy("id", ascending=False).collect()] == [3, 3, 2, 1]
    assert [r.age for r in people.select("age").orderBy(F.desc_nulls_first("age")).collect()] == [None, 41, 41, 30]


@pytest.mark.parametrize(
    "how, expected",
    [
        ("inner", 1),
        ("left", 2),
        ("right", 2),
        ("outer", 3),
        ("left_semi", 1),
        ("left_anti", 1),
    ],
)
def test_joins(spark, how, expected):
    left = spark.createDataFrame([(1, "a"), (2, "b")], ["k", "l"])
    right = spark.createDataFrame([(2, "x"), (3, "y")], ["k", "r"])
    assert left.join(right, "k", how).count() == expected
    assert left.join(right, left.k == right.k, how).count() == expected


def test_cross_and_self_join(spark):
    frame = spark.createDataFrame([(1, 2), (2, 3)], ["a", "b"])
    assert frame.crossJoin(frame).count() == 4
    x, y = frame.alias("x"), frame.alias("y")
    assert rows(x.join(y, F.col("x.b") == F.col("y.a")).select("x.a", "y.b")) == [(1, 3)]


def test_set_operations(spark):
    a, b = spark.range(3), spark.range(1, 4)
    assert a.union(b).count() == 6
    assert sorted(r.id for r in a.intersect(b).collect()) == [1, 2]
    assert [r.id for r in a.exceptAll(b).collect()] == [0]
    left = spark.createDataFrame([(1, 2)], ["a", "b"])
    right = spark.createDataFrame([(3, 4)], ["b", "c"])
    assert rows(left.unionByName(right, allowMissingColumns=True)) == [(1, 2, None), (None, 3, 4)]


def test_windows(spark):
    frame = spark.createDataFrame([("a", 1), ("a", 3), ("b", 2)], ["k", "v"])
    window = Window.partitionBy("k").orderBy("v")
    answer = frame.select("k", "v", F.row_number().over(window), F.sum("v").over(window), F.lag("v").over(window))
    assert sorted(rows(answer)) == [("a", 1, 1, 1, None), ("a", 3, 2, 4, 1), ("b", 2, 1, 2, None)]


def test_describe_sample_transpose(people, spark):
    described = {r.summary: r.age for r in people.describe("age").collect()}
    assert described["count"] == "3" and described["max"] == "41"
    assert [r.summary for r in people.summary().collect()][3:7] == ["min", "25%", "50%", "75%"]
    assert 0 < spark.range(1000).sample(0.5, seed=3).count() < 1000
    wide = spark.createDataFrame([("x", 1, 2), ("y", 3, 4)], ["k", "a", "b"]).transpose()
    assert wide.columns == ["key", "x", "y"] and rows(wide) == [("a", 1, 3), ("b", 2, 4)]


def test_explode_and_nested(spark):
    frame = spark.createDataFrame([(1, [1, 2], {"k": "v"})], "id int, xs array<int>, m map<string, string>")
    assert rows(frame.select("id", F.explode("xs").alias("x"))) == [(1, 1), (1, 2)]
    assert rows(frame.select(F.col("xs")[0], F.col("m")["k"], F.transform("xs", lambda x: x * 2))) == [(1, "v", [2, 4])]


def test_types_come_back(spark):
    row = spark.sql(
        "select cast(1.5 as decimal(5,2)) d, date'2024-02-29' day, timestamp'2024-02-29 12:00:00' t, "
        "x'00ff' b, array(1, 2) a, named_struct('x', 1) s, map('k', 2) m, interval 1 day i"
    ).first()
    assert row.d == decimal.Decimal("1.50")
    assert row.day == datetime.date(2024, 2, 29)
    assert row.t == datetime.datetime(2024, 2, 29, 12)
    assert (bytes(row.b), row.a, row.s.x, row.m, row.i) == (b"\x00\xff", [1, 2], 1, {"k": 2}, datetime.timedelta(days=1))


def test_pandas_and_arrow(spark):
    frame = spark.range(5).toPandas()
    assert list(frame["id"]) == [0, 1, 2, 3, 4]
    assert spark.range(100_000).toArrow().num_rows == 100_000


def test_sql(spark, people):
    people.createOrReplaceTempView("people")
    assert rows(spark.sql("with c as (select name, count(*) n from people group by 1) select * from c where n > 1")) == [
        ("Cid", 2)
    ]
    assert rows(spark.sql("select id from people where age = (select max(age) from people) limit 1")) == [(3,)]
    assert rows(spark.sql("select name from people where id = :id", args={"id": 1})) == [("Ann",)]
    assert rows(spark.sql("select name from people where id = ?", args=[2])) == [("Bob",)]
    assert rows(spark.sql("select 1 union select 1 union all select 2 order by 1")) == [(1,), (2,)]
    assert spark.table("people").count() == 4
    spark.catalog.dropTempView("people")
    assert not spark.catalog.tableExists("people")


def test_both_languages_give_one_plan(spark, people):
    people.createOrReplaceTempView("people")

    def plan(frame):
        return frame._explain_string(mode="simple")

    by_frame = spark.table("people").where(F.col("age") > 30).groupBy("name").agg(F.count("*").alias("n")).orderBy("n")
    by_sql = spark.sql("select name, count(*) as n from people where age > 30 group by name order by n")
    assert plan(by_frame) == plan(by_sql)


def test_nothing_runs_before_an_action(spark):
    frame = spark.sql("select 1 / id as x from range(1)")
    with pytest.raises(Exception, match="DIVIDE_BY_ZERO"):
        frame.collect()


def test_python_functions(spark):
    @F.udf(returnType=IntegerType())
    def plus_one(x):
        return None if x is None else x + 1

    frame = spark.createDataFrame([(1,), (None,)], "x int")
    assert rows(frame.select(plus_one("x"))) == [(2,), (None,)]
    spark.udf.register("shout", lambda s: s.upper() + "!", "string")
    assert rows(spark.sql("select shout('hey')")) == [("HEY!",)]
    doubled = F.udf(lambda x: x * 2, "bigint")
    assert spark.range(10_000).select(F.sum(doubled("id"))).first()[0] == 99_990_000
