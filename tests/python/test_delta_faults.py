"""Delta tables when servers are killed, and when many write at once.

Sizes are the environment's: FAULT_KILLS, FAULT_SECONDS, FAULT_SERVERS, FAULT_INSERTS; a long run is
`FAULT_KILLS=200 FAULT_SECONDS=300 FAULT_SERVERS=12 FAULT_INSERTS=1000 pytest -s test_delta_faults.py`.
"""

import collections
import contextlib
import os
import pathlib
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import boto3
import grpc
import pytest
from conftest import Server
from pyspark.errors import PySparkException
from pyspark.sql.connect.client.retries import DefaultPolicy

KILLS = int(os.environ.get("FAULT_KILLS", 20))
SECONDS = int(os.environ.get("FAULT_SECONDS", 20))
SERVERS = int(os.environ.get("FAULT_SERVERS", 3))
INSERTS = int(os.environ.get("FAULT_INSERTS", 100))


def load(session, path, **options):
    return session.read.format("delta").options(**options).load(str(path))


# ---- what a table holds, here and there


def content(session, path, **options):
    """The rows of a table, ordered."""
    return sorted(tuple(row) for row in load(session, path, **options).select("id", "p", "v").collect())


def content_for_others(path):
    """The same as another reader sees it; `None` where there is no other reader."""
    try:
        import deltalake
    except ImportError:
        return None
    query = deltalake.QueryBuilder().register("t", deltalake.DeltaTable(str(path)))
    read = query.execute("SELECT id, p, v FROM t").read_all()
    columns = [read.column(name).to_pylist() for name in ("id", "p", "v")]
    return sorted(zip(*columns))


class Statement:
    """One change of the table: what is asked, and what the rows are after it."""

    def __init__(self, kind, run, after, repeats=True):
        self.kind, self.run, self.after, self.repeats = kind, run, after, repeats


def sql(*texts):
    return lambda session: [session.sql(text).collect() for text in texts]


# Rows are made by the same rule everywhere: which partition, and which value in which round.
def made(first, end, round):
    return {id: (id % 4, id * 7 + round) for id in range(first, end)}


def query(first, end, round):
    return f"SELECT id, CAST(id % 4 AS INT) AS p, id * 7 + {round} AS v FROM range({first}, {end})"


class Statements:
    """An endless row of statements on one table, each kind in turn."""

    def __init__(self, path, properties, chance):
        self.path, self.chance, self.round = path, chance, 0
        self.definition = f"USING delta PARTITIONED BY (p) TBLPROPERTIES ({properties})"
        self.kinds = [
            self.append,
            self.merge,
            self.update,
            self.insert,
            self.delete,
            self.optimize,
            self.insert_overwrite,
            self.append,
            self.partition,
            self.vacuum,
            self.overwrite,
            self.merge,
            self.zorder,
            self.replace,
        ]

    def next(self, kind=None):
        self.round += 1
        kind = kind or self.kinds[self.round % len(self.kinds)]
        return kind(f"delta.`{self.path}`", self.round, self.chance.randrange(3000))

    def write(self, mode, first, end, round, **options):
        options = {"txnAppId": "loop", "txnVersion": round, **options}
        frame = lambda session: session.sql(query(first, end, round)).write.format("delta").mode(mode)
        return lambda session: frame(session).options(**options).save(str(self.path))

    def append(self, _, round, at):
        """Its application and version make it safe to run twice."""
        first = 10_000 + round * 1000
        run = self.write("append", first, first + 300, round)
        return Statement("append", run, lambda rows: {**rows, **made(first, first + 300, round)})

    def insert(self, table, round, at):
        first = 10_000 + round * 1000
        run = sql(f"INSERT INTO {table} {query(first, first + 300, round)}")
        return Statement("insert", run, lambda rows: {**rows, **made(first, first + 300, round)}, repeats=False)

    def overwrite(self, _, round, at):
        return Statement("overwrite", self.write("overwrite", 0, 3000, round), lambda _: made(0, 3000, round))

    def insert_overwrite(self, table, round, at):
        run = sql(f"INSERT OVERWRITE {table} {query(0, 3000, round)}")
        return Statement("insert overwrite", run, lambda _: made(0, 3000, round))

    def partition(self, _, round, at):
        part = round % 4
        run = lambda session: (
            session.sql(query(0, 2000, round))
            .where(f"p = {part}")
            .write.format("delta")
            .mode("overwrite")
            .option("replaceWhere", f"p = {part}")
            .save(str(self.path))
        )
        new = {id: row for id, row in made(0, 2000, round).items() if row[0] == part}
        return Statement("replace where", run, lambda rows: {**{i: r for i, r in rows.items() if r[0] != part}, **new})

    def replace(self, table, round, at):
        run = sql(f"CREATE OR REPLACE TABLE {table} {self.definition} AS {query(0, 2500, round)}")
        return Statement("replace table", run, lambda _: made(0, 2500, round))

    def merge(self, table, round, at):
        run = sql(
            f"MERGE INTO {table} AS t USING ({query(at, at + 600, round)}) AS s ON t.id = s.id"
            " WHEN MATCHED AND s.id % 5 = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET v = s.v"
            " WHEN NOT MATCHED AND s.id % 5 <> 0 THEN INSERT *"
        )

        def after(rows):
            kept = {id: row for id, row in rows.items() if not (at <= id < at + 600)}
            return {**kept, **{id: row for id, row in made(at, at + 600, round).items() if id % 5}}

        return Statement("merge", run, after)

    def update(self, table, round, at):
        run = sql(f"UPDATE {table} SET v = {round} WHERE id >= {at} AND id % 3 = 0")
        changed = lambda id, row: (row[0], round) if id >= at and id % 3 == 0 else row
        return Statement("update", run, lambda rows: {id: changed(id, row) for id, row in rows.items()})

    def delete(self, table, round, at):
        run = sql(f"DELETE FROM {table} WHERE id >= {at} AND id % 7 = 0")
        gone = lambda id: id >= at and id % 7 == 0
        return Statement("delete", run, lambda rows: {id: row for id, row in rows.items() if not gone(id)})

    def optimize(self, table, round, at):
        return Statement("optimize", sql(f"OPTIMIZE {table}"), lambda rows: rows)

    def zorder(self, table, round, at):
        return Statement("zorder", sql(f"OPTIMIZE {table} ZORDER BY (id)"), lambda rows: rows)

    def vacuum(self, table, round, at):
        check = "SET spark.databricks.delta.retentionDurationCheck.enabled = false"
        return Statement("vacuum", sql(check, f"VACUUM {table} RETAIN 0 HOURS"), lambda rows: rows)


def listed(rows):
    return sorted((id, *row) for id, row in rows.items())


# ---- kills


def fragile_session(server):
    """A session that does not wait for a server that is gone."""
    session = server.session()
    session.client.set_retry_policies([DefaultPolicy(max_retries=0)])
    return session


def interrupted(server, session, statement, moment):
    """Runs a statement and kills the server at a moment, in seconds; what came of the statement, and when."""
    outcome = {}

    def run():
        started = time.monotonic()
        try:
            statement.run(session)
            outcome["done"] = time.monotonic() - started
        except Exception as error:
            outcome["error"] = error

    running = threading.Thread(target=run, daemon=True)
    running.start()
    time.sleep(moment)
    server.process.kill()
    server.process.wait()
    running.join(timeout=60)
    assert outcome, f"{statement.kind} hangs after a kill"
    return outcome


def by_kill(error):
    """Whether an error is that of a connection that broke."""
    causes = [error, error.__cause__, error.__context__]
    broke = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNKNOWN, grpc.StatusCode.CANCELLED}
    codes = [cause.code() for cause in causes if isinstance(cause, grpc.RpcError)]
    return any(code in broke for code in codes) or "UNAVAILABLE" in str(error) or "RETRIES_EXCEEDED" in str(error)


class Killed:
    """A table, its rows as they must be, and the server of the moment."""

    def __init__(self, path, properties, chance):
        self.path, self.chance = path, chance
        self.statements = Statements(path, properties, chance)
        self.seconds = {}
        self.outcomes = collections.Counter()
        self.versions = {}
        self.start()
        columns = "(id BIGINT, p INT, v BIGINT)"
        self.session.sql(f"CREATE TABLE delta.`{path}` {columns} {self.statements.definition}").collect()
        self.rows = {}

    def start(self):
        self.server = Server()
        self.session = fragile_session(self.server)

    def in_peace(self, statement):
        """A statement that nobody disturbs."""
        started = time.monotonic()
        statement.run(self.session)
        self.seconds[statement.kind] = time.monotonic() - started
        self.rows = statement.after(self.rows)
        self.remember(statement)

    def remember(self, statement):
        if statement.kind == "vacuum":
            self.versions.clear()
        self.version = self.latest()
        self.versions[self.version] = listed(self.rows)

    def latest(self):
        return self.session.sql(f"DESCRIBE HISTORY delta.`{self.path}` LIMIT 1").first().version

    def once(self, statement):
        moment = self.chance.uniform(0, 1.5 * self.seconds[statement.kind])
        outcome = interrupted(self.server, self.session, statement, moment)
        if error := outcome.get("error"):
            assert by_kill(error), f"{statement.kind} failed of itself: {error!r}"
        self.start()
        before, after = listed(self.rows), listed(statement.after(self.rows))
        found = content(self.session, self.path)
        assert found in (before, after), f"{statement.kind}: the table is between two versions"
        if "done" in outcome:
            assert found == after, f"{statement.kind}: what was acknowledged is lost"
        version = self.latest()
        assert version in (self.version, self.version + 1), f"{statement.kind}: {self.version} became {version}"
        assert found == (after if version > self.version else before), f"{statement.kind}: rows of another version"
        self.count(statement, outcome, version > self.version)
        self.expect_for_others(found)
        if statement.repeats:
            statement.run(self.session)
            assert content(self.session, self.path) == after, f"{statement.kind}: not the same when run again"
        self.rows = statement.after(self.rows) if statement.repeats or found == after else self.rows
        self.remember(statement)
        self.expect_an_old_version()
        if statement.kind == "vacuum":
            self.expect_no_rest()

    def count(self, statement, outcome, is_after):
        what = "acknowledged" if "done" in outcome else "after" if is_after else "before"
        self.outcomes[statement.kind, what] += 1
        # Half of the kills are to be early, and half of them late.
        self.seconds[statement.kind] *= 1.3 if what == "before" else 0.8

    def expect_for_others(self, expected):
        found = content_for_others(self.path)
        assert found is None or found == expected, "another reader sees other rows"

    def expect_an_old_version(self):
        version = self.chance.choice(list(self.versions))
        assert content(self.session, self.path, versionAsOf=version) == self.versions[version]

    def expect_no_rest(self):
        """After a VACUUM that keeps nothing there are the files of the latest version and no others."""
        files = {pathlib.PurePath(file).name for file in load(self.session, self.path).inputFiles()}
        there = {file.name for file in self.path.rglob("*.parquet*") if "_delta_log" not in file.parts}
        assert there == files, f"left over: {there - files}, missing: {files - there}"

    def stop(self):
        with contextlib.suppress(Exception):
            self.server.stop()


KINDS_OF_TABLES = {
    "plain": "'delta.checkpointInterval' = '3'",
    "vectors": "'delta.enableDeletionVectors' = 'true', 'delta.checkpointInterval' = '4'",
    "feed": "'delta.enableChangeDataFeed' = 'true'",
}


@pytest.mark.parametrize("kind", KINDS_OF_TABLES)
def test_a_kill_leaves_the_version_before_or_after(tmp_path, kind):
    chance = random.Random(kind)
    table = Killed(tmp_path / "t", KINDS_OF_TABLES[kind], chance)
    kills = -(-KILLS // len(KINDS_OF_TABLES))
    try:
        # Every kind once, so that it is known how long each takes.
        table.in_peace(table.statements.next(table.statements.overwrite))
        for statement in [table.statements.next() for _ in range(len(table.statements.kinds))]:
            table.in_peace(statement)
        for _ in range(kills):
            table.once(table.statements.next())
    finally:
        print(f"\n{kind}: {sum(table.outcomes.values())} kills {dict(sorted(table.outcomes.items()))}")
        table.stop()


# ---- many writers

APPENDERS, MERGERS, COUNTERS = 8, 4, 3


class Writer(threading.Thread):
    """Writes until the end, and keeps what was acknowledged and what was refused."""

    def __init__(self, session, table, number, end):
        super().__init__(daemon=True)
        self.session, self.table, self.number, self.end = session, table, number, end
        self.acknowledged, self.refused, self.failures = [], [], []

    def run(self):
        n = 0
        while time.monotonic() < self.end and not self.failures:
            try:
                self.session.sql(self.statement(n)).collect()
                self.acknowledged.append(n)
            except PySparkException as error:
                condition = error.getCondition() or ""
                (self.refused if condition.startswith("DELTA_CONCURRENT_") else self.failures).append(
                    n if condition.startswith("DELTA_CONCURRENT_") else error
                )
            except Exception as error:
                self.failures.append(error)
            n += 1


class Appender(Writer):
    def statement(self, n):
        return f"INSERT INTO {self.table} VALUES ({self.number}, {n}, 0)"


class Merger(Writer):
    """Every statement adds one to all counters, and a row of its own."""

    def statement(self, n):
        own = f"SELECT {self.number} AS writer, {n}L AS n"
        return (
            f"MERGE INTO {self.table} AS t USING (SELECT -1 AS writer, id AS n FROM range({COUNTERS}) UNION ALL {own}) AS s"
            " ON t.writer = s.writer AND t.n = s.n WHEN MATCHED THEN UPDATE SET v = t.v + 1"
            " WHEN NOT MATCHED THEN INSERT (writer, n, v) VALUES (s.writer, s.n, 0)"
        )


def write_at_once(sessions, table):
    """What every writer did. Each has a session of its own, on the servers in turn."""
    end = time.monotonic() + SECONDS
    kinds = [Appender] * APPENDERS + [Merger] * MERGERS
    writers = [kind(session, table, number, end) for number, (kind, session) in enumerate(zip(kinds, sessions))]
    [writer.start() for writer in writers]
    [writer.join(timeout=SECONDS + 300) for writer in writers]
    assert not any(writer.is_alive() for writer in writers), "a writer hangs"
    return writers


def check_writers(session, path, writers):
    """Everything that was acknowledged is there once, and nothing else."""
    merged = sum(len(writer.acknowledged) for writer in writers if isinstance(writer, Merger))
    acknowledged = [(writer.number, n, 0) for writer in writers for n in writer.acknowledged]
    refused = sum(len(writer.refused) for writer in writers)
    kept = len(acknowledged)
    print(f"\n{path}: {kept - merged} appends, {merged} merges, {refused} refused, {SECONDS} s, {SERVERS} servers")
    assert not [writer.failures for writer in writers if writer.failures]
    expected = sorted(acknowledged + [(-1, n, merged) for n in range(COUNTERS)])
    found = sorted(tuple(row) for row in load(session, path).select("writer", "n", "v").collect())
    assert found == expected
    commits = [row.version for row in session.sql(f"DESCRIBE HISTORY delta.`{path}`").collect()]
    assert sorted(commits) == list(range(kept + 2))
    assert kept > merged > 0
    session.sql(f"OPTIMIZE delta.`{path}`").collect()
    assert sorted(tuple(row) for row in load(session, path).select("writer", "n", "v").collect()) == expected
    assert session.sql(f"DESCRIBE DETAIL delta.`{path}`").first().numFiles == 1


def race(path, **settings):
    """Many writers on one table, of several processes."""
    with contextlib.ExitStack() as after:
        servers = [Server() for _ in range(SERVERS)]
        [after.callback(server.stop) for server in servers]
        sessions = [servers[i % SERVERS].session(**settings) for i in range(APPENDERS + MERGERS)]
        [after.callback(session.stop) for session in sessions]
        table = f"delta.`{path}`"
        sessions[0].sql(f"CREATE TABLE {table} (writer INT, n BIGINT, v BIGINT) USING delta").collect()
        sessions[0].sql(f"INSERT INTO {table} SELECT -1, id, 0L FROM range({COUNTERS})").collect()
        check_writers(sessions[1], path, write_at_once(sessions, table))


def test_many_writers_on_a_disk(tmp_path):
    race(tmp_path / "t")


# moto looks whether an object is there and puts it in two steps: two writers at once would both be told that they were
# the first. One request at a time, as S3 answers for one key.
ORDERLY_MOTO = """
import sys, threading
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

moto, turn = DomainDispatcherApplication(create_backend_app), threading.Lock()

def in_turn(environ, start_response):
    with turn:
        return list(moto(environ, start_response))

run_simple("127.0.0.1", int(sys.argv[1]), in_turn, threaded=True)
"""


@pytest.fixture
def orderly_bucket():
    """The endpoint of an object store with the bucket `lake`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", ORDERLY_MOTO, str(port)], stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    for _ in range(300):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(endpoint, timeout=1)
            break
        time.sleep(0.2)
    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=endpoint, **keys).create_bucket(Bucket="lake")
    yield endpoint
    process.terminate()
    process.wait(timeout=30)


def test_many_writers_on_object_storage(orderly_bucket):
    hadoop = {"endpoint": orderly_bucket, "access.key": "k", "secret.key": "s", "path.style.access": "true"}
    race("s3a://lake/race", **{f"spark.hadoop.fs.s3a.{key}": value for key, value in hadoop.items()})


# ---- small files


def test_single_rows_become_a_handful_of_files(spark, tmp_path):
    table = f"delta.`{tmp_path / 't'}`"
    spark.sql(f"CREATE TABLE {table} (id BIGINT, s STRING) USING delta").collect()
    started = time.monotonic()
    for id in range(INSERTS):
        spark.sql(f"INSERT INTO {table} VALUES ({id}, 'v{id}')").collect()
    inserted = time.monotonic()
    files = lambda: spark.sql(f"DESCRIBE DETAIL {table}").first().numFiles
    rows = lambda: sorted(tuple(row) for row in spark.table(table).collect())
    assert files() == INSERTS
    spark.sql(f"OPTIMIZE {table}").collect()
    print(f"\n{INSERTS} rows in {inserted - started:.1f} s, OPTIMIZE in {time.monotonic() - inserted:.1f} s")
    assert files() <= 4
    assert rows() == [(id, f"v{id}") for id in range(INSERTS)]
    assert [path for path in pathlib.Path(tmp_path, "t", "_delta_log").glob("*.checkpoint*")] or INSERTS < 10
