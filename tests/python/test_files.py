"""Reading and writing files."""

import os

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import functions as F


def rows(frame):
    return sorted((tuple(row) for row in frame.collect()), key=str)


def test_csv(spark, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text('id;name;day\n1;"Ann; A.";31/01/2024\n2;NA;29/02/2024\n')
    frame = spark.read.csv(str(path), header=True, inferSchema=True, sep=";", nullValue="NA")
    assert frame.dtypes[:2] == [("id", "int"), ("name", "string")]
    assert rows(frame.select("id", "name")) == [(1, "Ann; A."), (2, None)]
    typed = spark.read.csv(str(path), header=True, sep=";", schema="id int, name string, day date", dateFormat="dd/MM/yyyy")
    assert [str(r.day) for r in typed.orderBy("id").collect()] == ["2024-01-31", "2024-02-29"]


def test_csv_over_several_lines(spark, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text('a,b\n1,"two\nlines"\n')
    assert rows(spark.read.csv(str(path), header=True, multiLine=True)) == [("1", "two\nlines")]


def test_malformed_csv_in_each_mode(spark, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("1,a\nx,b\n3,c\n")
    read = spark.read.schema("id int, name string, _corrupt_record string")
    permissive = read.csv(str(path), mode="PERMISSIVE")
    assert rows(permissive) == [(1, "a", None), (3, "c", None), (None, "b", "x,b")]
    plain = spark.read.schema("id int, name string")
    assert rows(plain.csv(str(path), mode="DROPMALFORMED")) == [(1, "a"), (3, "c")]
    with pytest.raises(Exception, match="MALFORMED_RECORD|FAILFAST"):
        plain.csv(str(path), mode="FAILFAST").collect()


def test_json_text_and_globs(spark, tmp_path):
    (tmp_path / "a.json").write_text('{"x": 1, "y": {"z": "q"}}\n')
    (tmp_path / "b.json").write_text('{"x": 2}\n')
    frame = spark.read.json(str(tmp_path / "*.json"))
    assert frame.dtypes == [("x", "bigint"), ("y", "struct<z:string>")]
    assert rows(frame.select("x", "y.z")) == [(1, "q"), (2, None)]
    assert spark.read.text(str(tmp_path / "a.json")).count() == 1


@pytest.mark.parametrize("format", ["parquet", "csv", "json"])
def test_write_modes(spark, tmp_path, format):
    target = str(tmp_path / "out")
    frame = spark.createDataFrame([(1, "a"), (2, "b")], "id int, name string")

    def back():
        reader = spark.read.schema("id int, name string")
        return rows(reader.format(format).load(target))

    frame.write.format(format).save(target)
    assert back() == [(1, "a"), (2, "b")]
    assert "_SUCCESS" in os.listdir(target)
    with pytest.raises(AnalysisException, match="PATH_ALREADY_EXISTS"):
        frame.write.format(format).save(target)
    frame.write.format(format).mode("ignore").save(target)
    frame.write.format(format).mode("append").save(target)
    assert len(back()) == 4
    frame.limit(1).write.format(format).mode("overwrite").save(target)
    assert back() == [(1, "a")]


def test_text(spark, tmp_path):
    target = str(tmp_path / "out")
    spark.createDataFrame([("one",), ("two",)], ["value"]).write.text(target)
    assert rows(spark.read.text(target)) == [("one",), ("two",)]


def test_partitions(spark, tmp_path):
    target = str(tmp_path / "out")
    frame = spark.createDataFrame([(1, "a", 2023), (2, "b", 2024)], "id int, k string, year int")
    frame.write.partitionBy("year").parquet(target)
    assert sorted(d for d in os.listdir(target) if "=" in d) == ["year=2023", "year=2024"]
    back = spark.read.parquet(target)
    assert back.dtypes == [("id", "int"), ("k", "string"), ("year", "int")]
    assert rows(back.where("year = 2024")) == [(2, "b", 2024)]


def test_partition_columns_that_cannot_be(spark, tmp_path):
    frame = spark.range(3)
    for columns, condition in [(["nope"], "_LEGACY_ERROR_TEMP_1155"), (["id"], "ALL_PARTITION_COLUMNS_NOT_ALLOWED")]:
        with pytest.raises(AnalysisException) as error:
            frame.write.partitionBy(*columns).parquet(str(tmp_path / "out"))
        assert error.value.getCondition() == condition
    assert os.listdir(tmp_path) == []


def test_a_failed_write_changes_nothing(spark, tmp_path):
    target = str(tmp_path / "out")
    spark.range(3).write.parquet(target)
    before = sorted(os.listdir(target))
    broken = spark.range(3).select((F.lit(1) / (F.col("id") - 2)).alias("id"))
    with pytest.raises(Exception, match="DIVIDE_BY_ZERO"):
        broken.write.mode("overwrite").parquet(target)
    assert sorted(os.listdir(target)) == before
    assert spark.read.parquet(target).count() == 3


def test_a_cached_frame_is_not_read_again(spark, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("1\n2\n")
    frame = spark.read.schema("x int").csv(str(path)).cache()
    assert frame.count() == 2
    path.write_text("1\n2\n3\n")
    assert frame.count() == 2
    frame.unpersist()
    assert spark.read.schema("x int").csv(str(path)).count() == 3


def test_a_cached_frame_outlives_its_files(spark, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("1\n2\n")
    frame = spark.read.csv(str(path), inferSchema=True).cache()
    assert frame.count() == 2
    path.unlink()
    assert frame.count() == 2 and frame.where("_c0 > 1").count() == 1
    frame.unpersist()
    with pytest.raises(Exception, match="in.csv"):
        frame.count()


def test_csv_has_the_columns_of_its_largest_file(spark, tmp_path):
    (tmp_path / "a.csv").write_text("1\n")
    (tmp_path / "b.csv").write_text("2,x\n")
    assert rows(spark.read.csv(str(tmp_path))) == [("1", None), ("2", "x")]


def test_tables(spark):
    spark.sql("create database if not exists shop")
    spark.range(3).write.mode("overwrite").saveAsTable("shop.items")
    spark.sql("insert into shop.items values (10)")
    assert sorted(r.id for r in spark.table("shop.items").collect()) == [0, 1, 2, 10]
    spark.sql("create or replace temp view few as select * from shop.items where id < 2")
    assert spark.table("few").count() == 2
    assert [r.tableName for r in spark.sql("show tables in shop").collect() if not r.isTemporary] == ["items"]
    spark.sql("drop database shop cascade")
