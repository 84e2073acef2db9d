"""A catalog that lasts: restarts, kills in the middle of writes, several servers on one warehouse."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import pytest
from conftest import Server, binary
from pyspark.sql import functions as F


class Shared(Server):
    """A server on a warehouse that it does not own: its own is a link to that."""

    LINK = ("sh", "-c", 'ln -s "$SHARED" warehouse && exec "$@"', "sh")

    def __init__(self, warehouse):
        self.sessions = []
        environment = {"SHARED": str(warehouse)}
        super().__init__("--conf", "spark.sql.session.timeZone=UTC", wrapper=self.LINK, env=environment)

    def session(self, **settings):
        session = super().session(**settings)
        self.sessions.append(session)
        return session

    def stop(self):
        # PySpark asks the first session that was not stopped, wherever its server is.
        for session in self.sessions:
            session.stop()
        return super().stop()

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def warehouse():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="firesteel-warehouse-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def rows(session, sql):
    return [tuple(row) for row in session.sql(sql).collect()]


def condition(session, sql):
    """The condition a statement fails with; `None` when it does not."""
    try:
        session.sql(sql).collect()
    except Exception as error:
        return error.getCondition()
    return None


def make_everything(session):
    session.sql("CREATE DATABASE d COMMENT 'the d' WITH DBPROPERTIES (k = 'v')")
    session.sql("USE d")
    session.sql(
        "CREATE TABLE t (id BIGINT COMMENT 'the id', s STRING DEFAULT 'x', p INT) USING parquet "
        "PARTITIONED BY (p) COMMENT 'tc' TBLPROPERTIES (a = 'b')"
    )
    session.sql("INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2)")
    session.sql("ANALYZE TABLE t COMPUTE STATISTICS FOR ALL COLUMNS")
    session.sql("CREATE VIEW v (n) COMMENT 'vc' AS SELECT id + 1 FROM t")
    session.sql("CREATE FUNCTION f AS 'a.b.C' USING JAR '/x.jar'")
    session.sql("CREATE TEMP VIEW tv AS SELECT 1 AS x")


def look_at_everything(server, session):
    """Everything a catalog knows, as one text; what belongs to one session and the server's folder aside."""
    session.sql("USE d")
    statements = [
        "DESCRIBE DATABASE EXTENDED d",
        "DESCRIBE EXTENDED t",
        "SHOW CREATE TABLE t",
        "DESCRIBE EXTENDED t id",
        "SHOW PARTITIONS t",
        "DESCRIBE EXTENDED t PARTITION (p = 1)",
        "DESCRIBE EXTENDED v",
        "SELECT * FROM v ORDER BY n",
        "DESCRIBE FUNCTION f",
        "SHOW TABLES IN d LIKE 't|v'",
    ]
    return str([rows(session, sql) for sql in statements]).replace(str(server.folder), "")


def test_everything_is_there_after_a_restart(warehouse):
    first = Shared(warehouse)
    session = first.session()
    make_everything(session)
    before = look_at_everything(first, session)
    first.stop()
    second = Shared(warehouse)
    session = second.session()
    assert look_at_everything(second, session) == before
    assert condition(session, "SELECT * FROM tv") == "TABLE_OR_VIEW_NOT_FOUND"
    second.stop()


def test_everything_is_there_after_a_kill(warehouse):
    first = Shared(warehouse)
    session = first.session()
    make_everything(session)
    before = look_at_everything(first, session)
    first.kill()
    second = Shared(warehouse)
    assert look_at_everything(second, second.session()) == before
    second.stop()


def test_a_warehouse_nobody_changed_has_no_file(warehouse):
    server = Shared(warehouse)
    session = server.session()
    assert rows(session, "SELECT 1") == [(1,)]
    assert rows(session, "SHOW TABLES") == []
    assert not (warehouse / ".firesteel").exists()
    server.stop()


def test_a_query_that_fails_leaves_neither_table_nor_files(warehouse):
    server = Shared(warehouse)
    session = server.session()
    assert condition(session, "CREATE TABLE t USING parquet AS SELECT raise_error('no') AS a") is not None
    assert rows(session, "SHOW TABLES") == []
    assert not (warehouse / "t").exists()
    session.sql("CREATE TABLE t USING parquet AS SELECT 1 AS a")
    assert rows(session, "SELECT * FROM t") == [(1,)]
    server.stop()


def test_files_of_nobodys_are_not_taken_over(warehouse):
    server = Shared(warehouse)
    session = server.session()
    (warehouse / "t").mkdir()
    (warehouse / "t" / "file").write_text("mine")
    for sql in ["CREATE TABLE t (a INT) USING parquet", "CREATE TABLE t USING parquet AS SELECT 1 AS a"]:
        assert condition(session, sql) == "LOCATION_ALREADY_EXISTS"
    assert (warehouse / "t" / "file").read_text() == "mine"
    server.stop()


def test_kills_between_tables_leave_whole_tables_or_none(warehouse):
    """CREATE TABLE AS in a loop, killed at any moment: afterwards every table has all its rows, and no name is blocked."""
    for delay in [0.3, 0.7, 1.1]:
        server = Shared(warehouse)
        session = server.session()

        def loop():
            try:
                for number in range(1000):
                    session.sql(f"DROP TABLE IF EXISTS k{number % 5}")
                    session.sql(f"CREATE TABLE k{number % 5} USING parquet AS SELECT id FROM range(1000)")
            except Exception:
                pass

        # It is not waited for: PySpark looks for a lost server for minutes.
        threading.Thread(target=loop, daemon=True).start()
        time.sleep(delay)
        server.kill()
        server = Shared(warehouse)
        session = server.session()
        for (_, name, _) in rows(session, "SHOW TABLES"):
            assert rows(session, f"SELECT count(*), sum(id) FROM {name}") == [(1000, 499500)]
        for number in range(5):
            session.sql(f"DROP TABLE IF EXISTS k{number}")
            session.sql(f"CREATE TABLE k{number} USING parquet AS SELECT id FROM range(1000)")
        server.stop()


def in_parallel(actions):
    """Runs actions at once; their results in order."""
    results = [None] * len(actions)

    def run(place, action):
        try:
            results[place] = action()
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    return results


def test_of_two_servers_that_make_the_same_table_one_wins(warehouse):
    servers = [Shared(warehouse), Shared(warehouse)]
    sessions = [server.session() for server in servers]
    for number in range(10):
        create = f"CREATE TABLE t{number} USING parquet AS SELECT {{}} AS who FROM range(100)"
        done = in_parallel(
            [lambda place=place: condition(sessions[place], create.format(place)) for place in range(2)]
        )
        assert sorted(done, key=str) == [None, "TABLE_OR_VIEW_ALREADY_EXISTS"]
        winner = done.index(None)
        for session in sessions:
            assert rows(session, f"SELECT who, count(*) FROM t{number} GROUP BY who") == [(winner, 100)]
    for server in servers:
        server.stop()


def test_two_servers_that_change_one_warehouse_do_not_harm_each_other(warehouse):
    servers = [Shared(warehouse), Shared(warehouse)]
    sessions = [server.session() for server in servers]

    def hammer(place):
        session = sessions[place]
        for number in range(15):
            name = f"h{place}_{number}"
            session.sql(f"CREATE TABLE {name} (a INT, p INT) USING parquet PARTITIONED BY (p)")
            session.sql(f"INSERT INTO {name} VALUES (1, 1), (2, 2)")
            session.sql(f"ALTER TABLE {name} SET TBLPROPERTIES (k{place} = '{number}')")
            session.sql("CREATE DATABASE IF NOT EXISTS shared")
            session.sql(f"CREATE OR REPLACE VIEW shared.v AS SELECT {place} AS who")
            if number % 3 == 0:
                session.sql(f"DROP TABLE {name}")
        return "done"

    assert in_parallel([lambda: hammer(0), lambda: hammer(1)]) == ["done", "done"]
    for session in sessions:
        names = [name for (_, name, _) in rows(session, "SHOW TABLES LIKE 'h*'")]
        assert len(names) == 20
        for name in names:
            assert rows(session, f"SELECT a, p FROM {name} ORDER BY a") == [(1, 1), (2, 2)]
        assert rows(session, "SELECT count(*) FROM shared.v") == [(1,)]
    for server in servers:
        server.stop()


def test_a_newer_catalog_is_refused(warehouse):
    import sqlite3

    server = Shared(warehouse)
    server.session().sql("CREATE DATABASE d")
    server.stop()
    with sqlite3.connect(warehouse / ".firesteel" / "catalog.sqlite") as file:
        file.execute("PRAGMA user_version = 99")
    started = subprocess.run(
        [binary(), "serve", "--bind", "127.0.0.1:0", "--warehouse", str(warehouse)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYSPARK_PYTHON": sys.executable},
    )
    assert started.returncode != 0
    assert "newer" in started.stderr


def test_partitions_are_those_the_catalog_knows(warehouse, tmp_path):
    server = Shared(warehouse)
    session = server.session()
    outside = tmp_path / "data"
    session.createDataFrame([(1, "a"), (2, "b")], ["id", "s"]).write.partitionBy("s").parquet(str(outside))
    session.sql(f"CREATE TABLE e (id BIGINT, s STRING) USING parquet PARTITIONED BY (s) LOCATION '{outside}'")
    assert rows(session, "SELECT * FROM e") == []
    session.catalog.recoverPartitions("e")
    assert rows(session, "SELECT * FROM e ORDER BY id") == [(1, "a"), (2, "b")]
    session.sql("ALTER TABLE e DROP PARTITION (s = 'a')")
    assert rows(session, "SELECT * FROM e") == [(2, "b")]
    assert (outside / "s=a").exists()
    elsewhere = tmp_path / "elsewhere"
    session.range(7, 8).write.parquet(str(elsewhere))
    session.sql(f"ALTER TABLE e ADD PARTITION (s = 'z') LOCATION '{elsewhere}'")
    assert rows(session, "SELECT * FROM e ORDER BY id") == [(2, "b"), (7, "z")]
    session.sql("INSERT INTO e PARTITION (s = 'z') SELECT 8")
    assert rows(session, "SELECT * FROM e WHERE s = 'z' ORDER BY id") == [(7, "z"), (8, "z")]
    server.stop()


def test_writers_refuse_what_spark_refuses(warehouse):
    server = Shared(warehouse)
    session = server.session()
    frame = session.createDataFrame([(1, "a")], ["id", "s"])
    frame.write.saveAsTable("t")

    def refused(action):
        with pytest.raises(Exception) as error:
            action()
        return error.value.getCondition()

    cases = [
        (lambda: frame.write.saveAsTable("t"), "TABLE_OR_VIEW_ALREADY_EXISTS"),
        (lambda: frame.write.format("json").mode("append").saveAsTable("t"), "_LEGACY_ERROR_TEMP_1159"),
        (lambda: frame.select("id").write.mode("append").saveAsTable("t"), "_LEGACY_ERROR_TEMP_1161"),
        (lambda: frame.toDF("x", "y").write.mode("append").saveAsTable("t"), "_LEGACY_ERROR_TEMP_1162"),
        (lambda: frame.write.partitionBy("s").mode("append").saveAsTable("t"), "_LEGACY_ERROR_TEMP_1163"),
        (lambda: frame.write.bucketBy(3, "s").mode("append").saveAsTable("t"), "_LEGACY_ERROR_TEMP_1164"),
        (lambda: session.table("t").write.mode("overwrite").saveAsTable("t"), "UNSUPPORTED_OVERWRITE.TABLE"),
        (lambda: frame.write.sortBy("id").saveAsTable("u"), "SORT_BY_WITHOUT_BUCKETING"),
        (lambda: frame.write.bucketBy(4, "id").insertInto("t"), "_LEGACY_ERROR_TEMP_1312"),
        (lambda: frame.writeTo("t").append(), "_LEGACY_ERROR_TEMP_1012"),
        (lambda: frame.writeTo("t").overwrite(F.lit(True)), "_LEGACY_ERROR_TEMP_1012"),
        (lambda: frame.writeTo("t").overwritePartitions(), "_LEGACY_ERROR_TEMP_1012"),
        (lambda: frame.writeTo("t").replace(), "UNSUPPORTED_FEATURE.TABLE_OPERATION"),
        (lambda: frame.writeTo("nope").append(), "TABLE_OR_VIEW_NOT_FOUND"),
    ]
    for place, (action, expected) in enumerate(cases):
        assert refused(action) == expected, place
    frame.select("s", "id").write.mode("append").saveAsTable("t")
    frame.write.mode("ignore").saveAsTable("t")
    assert rows(session, "SELECT * FROM t") == [(1, "a"), (1, "a")]
    frame.write.bucketBy(4, "id").sortBy("s").saveAsTable("b")
    assert [column.name for column in session.catalog.listColumns("b") if column.isBucket] == ["id"]
    server.stop()
