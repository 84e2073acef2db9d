"""Delta tables: those that Spark with Delta wrote, in `delta_tables`, and our own, read again by another reader."""

import datetime
import decimal
import os
import pathlib
import shutil
import threading

import pytest
from pyspark.errors import PySparkException
from pyspark.sql import Row
from pyspark.sql import functions as F

from conftest import Server

TABLES = pathlib.Path(__file__).parent / "delta_tables"


@pytest.fixture
def tables(tmp_path):
    """Copies of the tables, which tests may change."""
    shutil.copytree(TABLES, tmp_path / "tables")
    return tmp_path / "tables"


def load(spark, path, **options):
    return spark.read.format("delta").options(**options).load(str(path))


def rows(frame, *order):
    return [tuple(row) for row in frame.orderBy(*order).collect()]


def condition(error):
    return error.value.getCondition()


def history(spark, path):
    return [tuple(r) for r in spark.sql(f"DESCRIBE HISTORY delta.`{path}`").select("version", "operation").collect()]


# ---- what Spark wrote


def test_partition_values(spark):
    frame = load(spark, TABLES / "partitioned")
    assert rows(frame, "id") == [
        (1, "a", decimal.Decimal("1.50"), datetime.date(2024, 1, 1), "Bern"),
        (3, None, None, datetime.date(2024, 1, 2), None),
        (4, "d", decimal.Decimal("4.50"), None, "a/b=c%"),
    ]
    assert rows(frame.where("city = 'a/b=c%'").select("id"), "id") == [(4,)]
    assert rows(frame.where("day IS NULL").select("id"), "id") == [(4,)]
    assert rows(frame.where("day > DATE'2024-01-01' AND amount IS NULL").select("id"), "id") == [(3,)]
    assert frame.count() == 3


def test_types(spark):
    row = load(spark, TABLES / "types").first()
    assert row.b == 1 and row.s == 2 and row.i == 3 and row.l == 4 and row.f == 1.5 and row.d == 2.5
    assert row.dec == decimal.Decimal("12.34") and row.t == "text" and row.bin == b"\x01\x02" and row.bo is True
    assert row.dt == datetime.date(2024, 2, 29)
    assert row.tn == datetime.datetime(2024, 2, 29, 1, 2, 3, 500000)
    assert row.a == [1, 2, None] and row.m == {"k": 1} and row.st == Row(x=1, y=Row(z="q"))
    assert load(spark, TABLES / "types").where("ts = TIMESTAMP'2024-02-29 12:34:56.123456'").count() == 1


def test_deletion_vectors(spark):
    frame = load(spark, TABLES / "deleted")
    kept = [i for i in range(200) if i % 3 and not 10 <= i <= 20]
    assert [row.id for row in frame.orderBy("id").collect()] == kept
    assert frame.count() == len(kept)
    assert frame.where("id < 30").count() == len([i for i in kept if i < 30])
    assert load(spark, TABLES / "deleted", versionAsOf=1).count() == 200
    assert frame.agg(F.min("id"), F.max("id")).first() == (1, 199)


def test_column_mapping(spark):
    frame = load(spark, TABLES / "mapped")
    assert frame.columns == ["id", "new", "st", "p"]
    assert rows(frame.selectExpr("id", "new", "st.a", "st.c", "p"), "id") == [
        (1, "x", 1, "q", "p1"),
        (2, "y", 2, "r", "p2"),
        (3, "z", 3, "s", "p1"),
    ]
    assert rows(frame.where("p = 'p1' AND st.c = 's'").select("id"), "id") == [(3,)]
    assert rows(load(spark, TABLES / "mapped_id").select("id", "`a b,c`"), "id") == [(1, "x"), (2, None)]


def test_checkpoints(spark):
    assert rows(load(spark, TABLES / "checkpointed"), "id") == [(i, i % 2) for i in range(1, 7)]
    assert rows(load(spark, TABLES / "checkpoint2"), "id") == [(i,) for i in range(5)]
    assert load(spark, TABLES / "checkpointed", versionAsOf=3).count() == 3


def test_a_schema_that_grew(spark):
    frame = load(spark, TABLES / "grown")
    assert rows(frame, "id") == [(1, 10, None, None), (2, 20, "w", Row(x=5))]
    assert frame.schema["id"].nullable is False
    assert frame.schema["id"].metadata == {"comment": "the key"}
    assert rows(load(spark, TABLES / "grown", versionAsOf=1), "id") == [(1, 10)]


def test_change_feed(spark):
    feed = load(spark, TABLES / "feed", readChangeFeed="true", startingVersion=0)
    assert feed.columns == ["id", "v", "_change_type", "_commit_version", "_commit_timestamp"]
    assert rows(feed.drop("_commit_timestamp"), "_commit_version", "id", "_change_type") == [
        (1, "a", "insert", 1),
        (2, "b", "insert", 1),
        (3, "c", "insert", 1),
        (2, "B", "update_postimage", 2),
        (2, "b", "update_preimage", 2),
        (3, "c", "delete", 3),
    ]
    last = spark.sql(f"SELECT id FROM table_changes_by_path('{TABLES}/feed', 3)")
    assert rows(last, "id") == [(3,)]
    with pytest.raises(PySparkException) as error:
        load(spark, TABLES / "grown", readChangeFeed="true", startingVersion=0).collect()
    assert condition(error) == "DELTA_MISSING_CHANGE_DATA"


def test_versions(spark):
    path = TABLES / "partitioned"
    for frame in [
        load(spark, path, versionAsOf=1),
        load(spark, f"{path}@v1"),
        spark.sql(f"SELECT * FROM delta.`{path}` VERSION AS OF 1"),
        spark.sql(f"SELECT * FROM delta.`{path}@v1`"),
    ]:
        assert rows(frame.select("id"), "id") == [(1,), (2,), (3,)]
    for options, expected in [
        ({"versionAsOf": 99}, "DELTA_VERSION_NOT_FOUND"),
        ({"timestampAsOf": "2001-01-01"}, "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION"),
        ({"timestampAsOf": "2101-01-01"}, "DELTA_TIMESTAMP_GREATER_THAN_COMMIT"),
        ({"timestampAsOf": "2101-01-01", "versionAsOf": 0}, "DELTA_ONEOF_IN_TIMETRAVEL"),
    ]:
        with pytest.raises(PySparkException) as error:
            load(spark, path, **options).collect()
        assert condition(error) == expected


def test_files_are_left_out(spark, tables):
    """Only the files that filters leave are opened: the others may be gone."""
    log = tables / "checkpointed"
    for file in log.glob("p=1/*.parquet"):
        file.unlink()
    assert rows(load(spark, log).where("p = 0").select("id"), "id") == [(2,), (4,), (6,)]
    assert rows(load(spark, log).where("id = 4").select("id"), "id") == [(4,)]


# ---- what we write


def test_write_modes(spark, tmp_path):
    path = tmp_path / "t"
    spark.range(3).write.format("delta").save(str(path))
    with pytest.raises(PySparkException) as error:
        spark.range(3).write.format("delta").save(str(path))
    assert condition(error) == "DELTA_PATH_EXISTS"
    spark.range(9).write.format("delta").mode("ignore").save(str(path))
    spark.range(3, 5).write.format("delta").mode("append").save(str(path))
    assert rows(load(spark, path), "id") == [(i,) for i in range(5)]
    spark.range(2).write.format("delta").mode("overwrite").save(str(path))
    assert rows(load(spark, path), "id") == [(0,), (1,)]
    assert load(spark, path, versionAsOf=1).count() == 5
    assert history(spark, path) == [(2, "WRITE"), (1, "WRITE"), (0, "WRITE")]


def test_columns_are_enforced(spark, tmp_path):
    path = str(tmp_path / "t")
    spark.range(1).write.format("delta").save(path)
    append = lambda frame, **o: frame.write.format("delta").mode("append").options(**o).save(path)
    more = spark.range(1, 2).selectExpr("id", "'x' AS extra")
    with pytest.raises(PySparkException) as error:
        append(more)
    assert condition(error) == "DELTA_METADATA_MISMATCH"
    append(more, mergeSchema="true")
    append(spark.range(2, 3).selectExpr("id AS ID"))
    assert rows(load(spark, path), "id") == [(0, None), (1, "x"), (2, None)]
    with pytest.raises(PySparkException) as error:
        append(spark.range(1).selectExpr("array(id) AS id"), mergeSchema="true")
    assert condition(error) == "DELTA_FAILED_TO_MERGE_FIELDS"
    other = spark.range(1).selectExpr("'z' AS z")
    with pytest.raises(PySparkException) as error:
        other.write.format("delta").mode("overwrite").save(path)
    assert condition(error) == "DELTA_METADATA_MISMATCH"
    other.write.format("delta").mode("overwrite").option("overwriteSchema", "true").save(path)
    assert load(spark, path).columns == ["z"]
    assert load(spark, path, versionAsOf=0).columns == ["id"]


def test_parts_are_replaced(spark, tmp_path):
    path = str(tmp_path / "t")
    spark.range(6).selectExpr("id", "id % 3 AS p").write.format("delta").partitionBy("p").save(path)
    overwrite = lambda frame, **o: frame.write.format("delta").mode("overwrite").options(**o).save(path)
    overwrite(spark.range(1).selectExpr("100L AS id", "1L AS p"), replaceWhere="p = 1")
    assert rows(load(spark, path), "p", "id") == [(0, 0), (3, 0), (100, 1), (2, 2), (5, 2)]
    with pytest.raises(PySparkException) as error:
        overwrite(spark.range(1).selectExpr("100L AS id", "2L AS p"), replaceWhere="p = 1")
    assert condition(error) == "DELTA_REPLACE_WHERE_MISMATCH"
    overwrite(spark.range(1).selectExpr("200L AS id", "2L AS p"), partitionOverwriteMode="dynamic")
    assert rows(load(spark, path), "p", "id") == [(0, 0), (3, 0), (100, 1), (200, 2)]
    overwrite(spark.range(1).selectExpr("3L AS id", "7L AS p"), replaceWhere="id = 3")
    assert rows(load(spark, path), "p", "id") == [(0, 0), (100, 1), (200, 2), (3, 7)]


def test_partition_values_survive(spark, tmp_path):
    path = str(tmp_path / "t")
    frame = spark.sql(
        "SELECT * FROM VALUES (1, 'a/b=c%', DATE'2024-01-01', TIMESTAMP'2024-01-01 01:02:03.000004'), (2, '', NULL, NULL),"
        " (3, 'ä x', DATE'1900-01-01', TIMESTAMP'1900-01-01 00:00:00') AS t(id, s, d, ts)"
    )
    frame.write.format("delta").partitionBy("s", "d", "ts").save(path)
    read = load(spark, path)
    assert rows(read.select("id", "s", "d"), "id") == [
        (1, "a/b=c%", datetime.date(2024, 1, 1)),
        (2, None, None),
        (3, "ä x", datetime.date(1900, 1, 1)),
    ]
    assert read.where("ts = TIMESTAMP'2024-01-01 01:02:03.000004'").count() == 1


def test_statistics_leave_files_out(spark, tmp_path):
    path = tmp_path / "t"
    for start in [0, 100]:
        spark.range(start, start + 10).selectExpr("id", "cast(id AS DOUBLE) AS d", "concat('v', id) AS s").write.format(
            "delta"
        ).mode("append").save(str(path))
    first, second = sorted(path.glob("*.parquet"), key=os.path.getmtime)
    second.unlink()
    assert load(spark, path).where("id < 10").count() == 10
    assert load(spark, path).where("s = 'v3'").count() == 1
    assert load(spark, path).count() == 20


def test_the_catalog(spark, tmp_path):
    spark.sql("DROP TABLE IF EXISTS lake_t")
    spark.sql(
        "CREATE TABLE lake_t (id BIGINT NOT NULL, v INT COMMENT 'c') USING delta COMMENT 'tc' TBLPROPERTIES ('k' = 'v')"
    )
    spark.sql("INSERT INTO lake_t VALUES (1, 5), (2, 6)")
    spark.sql("INSERT INTO lake_t (id) VALUES (3)")
    with pytest.raises(PySparkException) as error:
        spark.sql("INSERT INTO lake_t VALUES (NULL, 5)")
    assert condition(error) == "DELTA_NOT_NULL_CONSTRAINT_VIOLATED"
    spark.range(4, 5).write.format("delta").mode("append").saveAsTable("lake_t")
    spark.range(5, 6).selectExpr("id", "cast(id AS INT) AS v").writeTo("lake_t").append()
    assert rows(spark.table("lake_t"), "id") == [(1, 5), (2, 6), (3, None), (4, None), (5, 5)]
    assert rows(spark.sql("SELECT * FROM lake_t VERSION AS OF 1"), "id") == [(1, 5), (2, 6)]
    assert rows(spark.sql("SELECT * FROM lake_t@v1"), "id") == [(1, 5), (2, 6)]
    assert rows(spark.read.option("versionAsOf", 1).table("lake_t"), "id") == [(1, 5), (2, 6)]
    spark.sql("DELETE FROM lake_t WHERE v IS NULL")
    spark.sql("ALTER TABLE lake_t ADD CONSTRAINT pos CHECK (v > 0)")
    with pytest.raises(PySparkException) as error:
        spark.sql("INSERT INTO lake_t VALUES (9, -1)")
    assert condition(error) == "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES"
    with pytest.raises(PySparkException) as error:
        spark.sql("ALTER TABLE lake_t ADD CONSTRAINT big CHECK (v > 5)")
    assert condition(error) == "DELTA_NEW_CHECK_CONSTRAINT_VIOLATION"
    spark.sql("ALTER TABLE lake_t SET TBLPROPERTIES ('x' = 'y')")
    properties = dict(spark.sql("SHOW TBLPROPERTIES lake_t").collect())
    assert properties["x"] == "y" and properties["k"] == "v" and properties["delta.constraints.pos"] == "v > 0"
    spark.sql("ALTER TABLE lake_t ADD COLUMNS (w STRING COMMENT 'wc' AFTER id)")
    assert spark.table("lake_t").columns == ["id", "w", "v"]
    spark.sql("INSERT OVERWRITE lake_t VALUES (7, 'w', 7)")
    assert rows(spark.table("lake_t"), "id") == [(7, "w", 7)]
    spark.sql("TRUNCATE TABLE lake_t")
    assert spark.table("lake_t").count() == 0
    spark.sql("RESTORE TABLE lake_t TO VERSION AS OF 1")
    assert rows(spark.table("lake_t"), "id") == [(1, 5), (2, 6)]
    spark.sql("DROP TABLE lake_t")


def test_constraints_mind_only_the_rows_that_are_written(spark, tmp_path):
    path = str(tmp_path / "t")
    spark.sql(f"CREATE TABLE delta.`{path}` (id BIGINT, p INT) USING delta PARTITIONED BY (p)")
    spark.sql(f"ALTER TABLE delta.`{path}` ADD CONSTRAINT low CHECK (id < 5)")
    spark.range(100).createOrReplaceTempView("many")
    spark.sql(f"INSERT INTO delta.`{path}` SELECT id, CAST(id % 2 AS INT) FROM many WHERE id < 5")
    odd = spark.range(100).selectExpr("id", "CAST(id % 2 AS INT) AS p").where("p = 1 AND id < 3")
    odd.write.format("delta").mode("overwrite").option("replaceWhere", "p = 1").save(path)
    assert rows(load(spark, path), "id") == [(0, 0), (1, 1), (2, 0), (4, 0)]
    with pytest.raises(PySparkException) as error:
        spark.sql(f"INSERT INTO delta.`{path}` SELECT id, 0 FROM many WHERE id < 6")
    assert condition(error) == "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES"


def test_the_order_of_rows_of_which_some_are_deleted(spark, tmp_path):
    path = str(tmp_path / "t")
    table = f"delta.`{path}`"
    spark.sql(f"CREATE TABLE {table} (id BIGINT) USING delta TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')")
    for start in [0, 1000]:
        spark.range(start, start + 1000).repartition(2).write.format("delta").mode("append").save(path)
    spark.sql(f"DELETE FROM {table} WHERE id % 10 = 3")
    kept = [(id,) for id in range(2000) if id % 10 != 3]
    assert rows(load(spark, path), "id") == kept
    spark.sql(f"OPTIMIZE {table} ZORDER BY (id)")
    assert rows(load(spark, path), "id") == kept


def test_tables_of_queries(spark):
    spark.sql("DROP TABLE IF EXISTS lake_c")
    spark.sql("CREATE TABLE lake_c USING delta PARTITIONED BY (p) AS SELECT id, id % 2 AS p FROM range(4)")
    assert rows(spark.table("lake_c"), "id") == [(0, 0), (1, 1), (2, 0), (3, 1)]
    spark.sql("CREATE OR REPLACE TABLE lake_c USING delta AS SELECT 'a' AS z")
    assert spark.table("lake_c").collect() == [Row(z="a")]
    assert spark.sql("SELECT count(*) FROM lake_c VERSION AS OF 0").first()[0] == 4
    spark.sql("DROP TABLE lake_c")


def test_columns_are_renamed_and_dropped(spark, tmp_path):
    path = str(tmp_path / "t")
    spark.sql(
        f"CREATE TABLE delta.`{path}` (id BIGINT, v STRING, s STRUCT<a: INT>) USING delta"
        " TBLPROPERTIES ('delta.columnMapping.mode' = 'name')"
    )
    spark.sql(f"INSERT INTO delta.`{path}` VALUES (1, 'x', named_struct('a', 1))")
    spark.sql(f"ALTER TABLE delta.`{path}` RENAME COLUMN v TO `new name`")
    spark.sql(f"ALTER TABLE delta.`{path}` DROP COLUMN s")
    spark.sql(f"ALTER TABLE delta.`{path}` ADD COLUMNS (v INT)")
    spark.sql(f"INSERT INTO delta.`{path}` VALUES (2, 'y', 2)")
    assert load(spark, path).columns == ["id", "new name", "v"]
    assert rows(load(spark, path), "id") == [(1, "x", None), (2, "y", 2)]


def test_small_files_are_gathered(spark, tmp_path):
    path = tmp_path / "t"
    for i in range(8):
        spark.range(i, i + 1).write.format("delta").mode("append").save(str(path))
    metrics = spark.sql(f"OPTIMIZE delta.`{path}`").first().metrics
    assert metrics.numFilesRemoved == 8 and metrics.numFilesAdded == 1
    assert rows(load(spark, path), "id") == [(i,) for i in range(8)]
    spark.sql(f"OPTIMIZE delta.`{path}` ZORDER BY (id)")
    assert load(spark, path).count() == 8
    with pytest.raises(PySparkException) as error:
        spark.sql(f"VACUUM delta.`{path}` RETAIN 0 HOURS")
    assert condition(error) == "DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT"
    spark.conf.set("spark.databricks.delta.retentionDurationCheck.enabled", "false")
    assert spark.sql(f"VACUUM delta.`{path}` RETAIN 0 HOURS DRY RUN").count() >= 8
    spark.sql(f"VACUUM delta.`{path}` RETAIN 0 HOURS")
    spark.conf.unset("spark.databricks.delta.retentionDurationCheck.enabled")
    assert load(spark, path).count() == 8
    assert len(list(path.glob("*.parquet"))) == 1


def test_what_is_not_known_is_refused(spark, tables):
    for kind, features, expected in [
        ("readerFeatures", ["variantType"], "DELTA_UNSUPPORTED_FEATURES_FOR_READ"),
        ("writerFeatures", ["rowTracking", "domainMetadata"], "DELTA_UNSUPPORTED_FEATURES_FOR_WRITE"),
    ]:
        path = tables / f"refused_{kind}"
        shutil.copytree(tables / "grown", path)
        last = sorted((path / "_delta_log").glob("*.json"))[-1]
        number = int(last.stem) + 1
        reader = features if kind == "readerFeatures" else []
        names = lambda values: str(sorted(values)).replace("'", '"')
        version = 3 if reader else 1
        reading = f'"readerFeatures":{names(reader)},' if reader else ""
        text = f'{{"protocol":{{"minReaderVersion":{version},"minWriterVersion":7,{reading}"writerFeatures":{names(features)}}}}}\n'
        (path / "_delta_log" / f"{number:020}.json").write_text(text)
        if reader:
            with pytest.raises(PySparkException):
                load(spark, path).collect()
        else:
            assert load(spark, path).count() == 2
            with pytest.raises(PySparkException) as error:
                spark.sql(f"INSERT INTO delta.`{path}` VALUES (3, 3, 'x', NULL)")
            assert condition(error) == expected


def test_an_application_writes_once(spark, tmp_path):
    path = str(tmp_path / "t")
    for _ in range(2):
        spark.range(1).write.format("delta").mode("append").option("txnAppId", "a").option("txnVersion", 1).save(path)
    spark.range(1).write.format("delta").mode("append").option("txnAppId", "a").option("txnVersion", 2).save(path)
    assert load(spark, path).count() == 2


def test_appends_at_the_same_time(server, tmp_path):
    path = str(tmp_path / "t")
    first = server.session()
    first.range(0).write.format("delta").save(path)

    def append(number):
        session = server.session()
        for i in range(5):
            session.range(1).selectExpr(f"{number * 100 + i}L AS id").write.format("delta").mode("append").save(path)
        session.stop()

    threads = [threading.Thread(target=append, args=(number,)) for number in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    session = server.session()
    assert rows(load(session, path), "id") == sorted((n * 100 + i,) for n in range(4) for i in range(5))
    assert load(session, path, versionAsOf=10).count() == 10
    session.stop()


def test_a_write_that_is_killed_leaves_the_table_as_it_was(tmp_path):
    path = str(tmp_path / "t")
    server = Server()
    session = server.session()
    session.range(10).write.format("delta").save(path)
    writing = threading.Thread(
        target=lambda: pytest.raises(
            Exception, session.range(0, 200_000_000, 1, 2).write.format("delta").mode("overwrite").save, path
        )
    )
    writing.start()
    while len(list(pathlib.Path(path).glob("*.parquet*"))) < 2 and writing.is_alive():
        pass
    server.process.kill()
    server.process.wait()
    writing.join(timeout=60)
    again = Server()
    session = again.session()
    assert load(session, path).count() == 10
    session.stop()
    again.stop()


# ---- another reader


def test_another_reader_reads_ours(spark, tmp_path):
    deltalake = pytest.importorskip("deltalake")
    path = str(tmp_path / "t")
    frame = spark.sql(
        "SELECT id, cast(id AS INT) AS i, id / 4.0D AS d, concat('v', id) AS s, DATE'2024-01-01' + cast(id AS INT) AS day,"
        " TIMESTAMP'2024-01-01 00:00:00' + make_interval(0, 0, 0, 0, cast(id AS INT)) AS ts, cast(id AS DECIMAL(10, 2)) AS dec,"
        " array(id) AS a, named_struct('x', id) AS st, id % 2 AS p FROM range(12)"
    )
    frame.write.format("delta").partitionBy("p").save(path)
    for i in range(12):
        spark.range(100 + i, 101 + i).selectExpr("id", "id % 2 AS p").write.format("delta").mode("append").save(path)
    spark.sql(f"DELETE FROM delta.`{path}` WHERE id = 3")
    table = deltalake.DeltaTable(path).to_pyarrow_table()
    expected = sorted([i for i in range(12) if i != 3] + list(range(100, 112)))
    assert sorted(table.column("id").to_pylist()) == expected
    assert list(pathlib.Path(path, "_delta_log").glob("*.checkpoint*"))
    ours = {row.id: row.asDict(recursive=True) for row in load(spark, path).collect()}
    for theirs in table.to_pylist():
        own = ours[theirs["id"]]
        assert own["s"] == theirs["s"] and own["day"] == theirs["day"] and own["dec"] == theirs["dec"]
        assert own["a"] == theirs["a"] and own["st"] == theirs["st"] and own["p"] == theirs["p"]


def test_we_read_what_another_writer_appended(spark, tmp_path):
    deltalake = pytest.importorskip("deltalake")
    pyarrow = pytest.importorskip("pyarrow")
    path = str(tmp_path / "t")
    spark.range(3).write.format("delta").save(path)
    deltalake.write_deltalake(path, pyarrow.table({"id": pyarrow.array([10, 11], pyarrow.int64())}), mode="append")
    spark.range(20, 21).write.format("delta").mode("append").save(path)
    assert rows(load(spark, path), "id") == [(0,), (1,), (2,), (10,), (11,), (20,)]
