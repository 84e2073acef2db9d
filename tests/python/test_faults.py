"""Broken input, broken clients, broken disks: a condition at once, nothing half visible, and a server that lives on."""

import contextlib
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import textwrap
import threading
import time

import grpc
import pyarrow
import pytest
import pyspark.sql.connect.proto as proto
from conftest import Server, binary
from pyspark.errors import PythonException
from pyspark.errors.exceptions.connect import SparkConnectGrpcException
from pyspark.sql import functions as F

SMALL = "16m"


def condition(error):
    return error.value.getCondition()


def wait_for(happened, seconds=30):
    """Whether `happened()` becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.1)
    return False


def fails_at_once(action, seconds=30):
    """The error of an action that must not hang."""
    started = time.monotonic()
    with pytest.raises(Exception) as error:
        action()
    assert time.monotonic() - started < seconds
    return error


# Broken messages.


def unknown_field(number=901):
    """A message of one field that no version knows."""
    field = number << 3 | 2
    return bytes([field & 0x7F | 0x80, field >> 7, 3]) + b"new"


def execute(session, plan, reattachable=False):
    """Sends a plan as it is and answers the error that comes back, as PySpark shows it."""
    client = session.client if hasattr(session, "client") else session._client
    request = client._execute_plan_request_with_metadata()
    request.plan.CopyFrom(plan)
    if reattachable:
        request.request_options.append(
            proto.ExecutePlanRequest.RequestOption(reattach_options=proto.ReattachOptions(reattachable=True))
        )
    try:
        return list(client._stub.ExecutePlan(request, metadata=client._builder.metadata()))
    except grpc.RpcError as error:
        client._handle_error(error)


def refused(session, plan, expected):
    for reattachable in (False, True):
        error = fails_at_once(lambda: execute(session, plan, reattachable))
        assert condition(error) == expected, error.value
    assert session.range(3).count() == 3


def relation(kind=b""):
    return proto.Relation.FromString(kind or unknown_field())


def test_a_relation_of_a_newer_client(spark):
    refused(spark, proto.Plan(root=relation()), "INVALID_PLAN_INPUT")
    inside = proto.Relation(limit=proto.Limit(input=relation(), limit=1))
    refused(spark, proto.Plan(root=inside), "INVALID_PLAN_INPUT")


def test_an_expression_of_a_newer_client(spark):
    newer = proto.Expression.FromString(unknown_field())
    input = proto.Relation(range=proto.Range(end=3, step=1))
    projected = proto.Relation(project=proto.Project(input=input, expressions=[newer]))
    refused(spark, proto.Plan(root=projected), "INVALID_PLAN_INPUT")
    literal = proto.Expression(literal=proto.Expression.Literal.FromString(unknown_field()))
    projected = proto.Relation(project=proto.Project(input=input, expressions=[literal]))
    refused(spark, proto.Plan(root=projected), "INVALID_PLAN_INPUT")
    cast = proto.Expression(
        cast=proto.Expression.Cast(
            expr=proto.Expression(literal=proto.Expression.Literal(integer=1)),
            type=proto.DataType.FromString(unknown_field()),
        )
    )
    projected = proto.Relation(project=proto.Project(input=input, expressions=[cast]))
    refused(spark, proto.Plan(root=projected), "INVALID_PLAN_INPUT")


def test_a_command_of_a_newer_client(spark):
    refused(spark, proto.Plan(command=proto.Command.FromString(unknown_field())), "INVALID_PLAN_INPUT")
    refused(spark, proto.Plan.FromString(unknown_field()), "INVALID_PLAN_INPUT")


def test_questions_of_a_newer_client(spark):
    client = spark.client
    request = client._analyze_plan_request_with_metadata()
    request.MergeFromString(unknown_field())
    config = proto.ConfigRequest(session_id=request.session_id, user_context=request.user_context)
    for call, message in [(client._stub.AnalyzePlan, request), (client._stub.Config, config)]:
        with pytest.raises(grpc.RpcError) as failure:
            call(message, metadata=client._builder.metadata())
        error = fails_at_once(lambda: client._handle_error(failure.value))
        assert condition(error) == "INVALID_PLAN_INPUT"


def test_corrupted_compressed_plans(spark):
    packed = proto.Plan.CompressedOperation(
        data=b"\x28\xb5\x2f\xfd\x00 no zstd frame",
        op_type=proto.Plan.CompressedOperation.OP_TYPE_RELATION,
        compression_codec=proto.COMPRESSION_CODEC_ZSTD,
    )
    refused(spark, proto.Plan(compressed_operation=packed), "CONNECT_INVALID_PLAN.CANNOT_PARSE")
    packed.compression_codec = proto.COMPRESSION_CODEC_UNSPECIFIED
    refused(spark, proto.Plan(compressed_operation=packed), "CONNECT_INVALID_PLAN.CANNOT_PARSE")
    packed.compression_codec = proto.COMPRESSION_CODEC_ZSTD
    packed.data = pyarrow.compress(b"\xff" * 1000, codec="zstd", asbytes=True)
    refused(spark, proto.Plan(compressed_operation=packed), "CONNECT_INVALID_PLAN.CANNOT_PARSE")


def test_a_compressed_plan_that_unpacks_to_too_much(spark):
    packed = proto.Plan.CompressedOperation(
        data=pyarrow.compress(bytes(1 << 30), codec="zstd", asbytes=True),
        op_type=proto.Plan.CompressedOperation.OP_TYPE_RELATION,
        compression_codec=proto.COMPRESSION_CODEC_ZSTD,
    )
    refused(spark, proto.Plan(compressed_operation=packed), "CONNECT_INVALID_PLAN.CANNOT_PARSE")


def arrow_stream(**columns):
    table = pyarrow.table(columns)
    out = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue().to_pybytes()


def test_local_relations_of_garbage(spark):
    whole = arrow_stream(a=pyarrow.array(["x" * 100] * 1000))
    broken = [b"garbage", b"\xff" * 64, whole[: len(whole) // 2], whole[:200] + bytes(range(256)) * 8]
    for data in broken:
        local = proto.LocalRelation(data=data, schema="struct<a:string>")
        refused(spark, proto.Plan(root=proto.Relation(local_relation=local)), "INVALID_PLAN_INPUT")


def test_messages_that_are_too_large(spark):
    text = "x" * (130 << 20)
    plan = proto.Plan(root=proto.Relation(sql=proto.SQL(query=f"select '{text}'")))
    client = spark.client
    request = client._execute_plan_request_with_metadata()
    request.plan.CopyFrom(plan)
    started = time.monotonic()
    with pytest.raises(grpc.RpcError) as error:
        list(client._stub.ExecutePlan(request, metadata=client._builder.metadata()))
    assert time.monotonic() - started < 60
    assert error.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert spark.range(3).count() == 3


# Functions in Python.


def worker_processes(server):
    """The processes below the server."""
    tasks = pathlib.Path(f"/proc/{server.process.pid}/task")
    children = [(task / "children").read_text().split() for task in tasks.iterdir()]
    return {int(child) for found in children for child in found}


def sleeping_workers(server, marker):
    return marker.exists() and worker_processes(server)


def test_functions_that_fail_leave_the_session_working(spark):
    def raises(_):
        raise KeyError("missing")

    def exits(_):
        sys.exit(3)

    def dies(_):
        os.kill(os.getpid(), signal.SIGKILL)

    def recurses(value):
        return recurses(value) + 1

    def wrong(_):
        return object()

    echo = F.udf(str, "string")

    cases = [
        (raises, PythonException),
        (exits, SparkConnectGrpcException),
        (dies, SparkConnectGrpcException),
        (recurses, PythonException),
    ]
    for function, expected in cases:
        error = fails_at_once(lambda: spark.range(3).select(F.udf(function, "int")("id")).collect(), 60)
        assert isinstance(error.value, expected), error.value
        assert [row[0] for row in spark.range(2).select(echo("id")).collect()] == ["0", "1"]
    for wrongly in [F.udf(wrong, "array<int>"), F.udf(lambda _: "text", "int")]:
        fails_at_once(lambda: spark.range(3).select(wrongly("id")).collect(), 60)
    assert [row[0] for row in spark.range(2).select(echo("id")).collect()] == ["0", "1"]


def slow_client(server, marker, reattachable):
    """A client process that is inside a query whose function never returns."""
    program = f"""
        import pathlib, time
        from pyspark.sql import SparkSession, functions as F
        spark = SparkSession.builder.remote({server.remote!r}).create()
        spark.client._use_reattachable_execute = {reattachable}

        @F.udf("long")
        def sleeps(x):
            pathlib.Path({str(marker)!r}).touch()
            time.sleep(600)

        spark.range(10).select(sleeps("id")).collect()
    """
    # A file, because the slim client looks for a whole Spark when a program has none.
    path = marker.with_suffix(".py")
    path.write_text(textwrap.dedent(program))
    client = subprocess.Popen([sys.executable, path], stderr=subprocess.DEVNULL)
    assert wait_for(lambda: sleeping_workers(server, marker), 60)
    return client


def has_ended(pids):
    return not any(pathlib.Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_client_that_is_killed_takes_its_query_along(tmp_path):
    server = Server()
    with contextlib.ExitStack() as after:
        after.callback(server.stop)
        client = slow_client(server, tmp_path / "sleeps", reattachable=False)
        workers = worker_processes(server)
        client.kill()
        client.wait()
        assert wait_for(lambda: has_ended(workers)), "the worker goes on"
        session = server.session()
        assert session.range(3).count() == 3
        session.stop()


def test_a_client_that_does_not_come_back_loses_its_query(tmp_path):
    server = Server("--conf", "spark.connect.execute.manager.detachedTimeout=3s")
    with contextlib.ExitStack() as after:
        after.callback(server.stop)
        client = slow_client(server, tmp_path / "sleeps", reattachable=True)
        workers = worker_processes(server)
        client.kill()
        client.wait()
        time.sleep(1)
        assert not has_ended(workers), "it may still come back"
        assert wait_for(lambda: has_ended(workers)), "the worker goes on"


def test_sessions_that_nobody_uses_are_closed(tmp_path):
    server = Server("--conf", "spark.connect.session.manager.defaultSessionTimeout=2s")
    with contextlib.ExitStack() as after:
        after.callback(server.stop)
        session, other = server.session(), server.session()
        session.range(1).createTempView("v")
        for _ in range(8):
            assert other.range(1).count() == 1
            time.sleep(0.5)
        error = fails_at_once(lambda: session.table("v").count())
        assert condition(error) == "INVALID_HANDLE.SESSION_CLOSED"
        assert other.range(1).count() == 1


def test_sigterm_during_a_query(tmp_path):
    server = Server()
    client = slow_client(server, tmp_path / "sleeps", reattachable=True)
    workers = worker_processes(server)
    started = time.monotonic()
    try:
        assert server.stop() == 0
        assert time.monotonic() - started < 25
        assert wait_for(lambda: has_ended(workers), 5), "the worker goes on"
    finally:
        client.kill()
        client.wait()


# Writers at the same time.

ROWS = 200_000


def of_writer(session, number):
    """Rows that say who wrote them."""
    return session.range(ROWS).select(F.lit(number).alias("writer"), F.col("id"))


def write_at_once(sessions, path, mode):
    """Every session writes its rows to one path at the same time; who succeeded."""
    start = threading.Barrier(len(sessions))
    outcomes = {}

    def write(number, session):
        start.wait()
        try:
            of_writer(session, number).write.mode(mode).parquet(path)
            outcomes[number] = None
        except Exception as error:
            outcomes[number] = error.getCondition()

    threads = [threading.Thread(target=write, args=pair) for pair in enumerate(sessions)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return outcomes


def counts(session, path):
    rows = session.read.parquet(path).groupBy("writer").agg(F.count("*"), F.countDistinct("id")).collect()
    assert all(row[1] % ROWS == 0 and row[2] == ROWS for row in rows), rows
    return {row[0]: row[1] // ROWS for row in rows}


@pytest.fixture(scope="module")
def two_servers():
    servers = [Server(), Server()]
    yield servers
    for server in servers:
        server.stop()


@pytest.mark.parametrize("mode", ["overwrite", "append", "error", "ignore"])
@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("apart", [False, True])
def test_two_writers_never_mix(two_servers, tmp_path, mode, there, apart):
    first, second = two_servers
    sessions = [first.session(), (second if apart else first).session()]
    path = str(tmp_path / "out")
    if there:
        of_writer(sessions[0], 9).write.parquet(path)
    outcomes = write_at_once(sessions, path, mode)
    won = [number for number, failure in outcomes.items() if failure is None]
    found = counts(sessions[0], path)
    allowed = {"CONCURRENT_WRITE", "PATH_ALREADY_EXISTS"}
    assert {failure for failure in outcomes.values() if failure} <= allowed, outcomes
    if mode == "append":
        assert len(won) == 2, outcomes
        assert found == ({9: 1} if there else {}) | {0: 1, 1: 1}
    elif mode == "overwrite":
        assert won and len(found) == 1 and set(found) <= set(won), (outcomes, found)
    elif there:
        assert found == {9: 1}
        assert sorted(won) == ([] if mode == "error" else [0, 1])
    else:
        assert len(found) == 1 and set(found) <= set(won), (outcomes, found)
        assert mode == "ignore" or len(won) == 1
    assert [name for name in os.listdir(tmp_path) if name != "out"] == []
    for session in sessions:
        session.stop()


# Disks.


def in_namespace(script):
    """A command that runs `script` where mounts are private, or None where that cannot be."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", "--mount", *user, "sh", "-c"]
    try:
        possible = subprocess.run([*command, "mount -t tmpfs none /mnt"], capture_output=True).returncode == 0
    except FileNotFoundError:
        possible = False
    return [*command, script] if possible else None


@pytest.fixture
def small_disk(tmp_path):
    """A server that sees a disk of 16 MB at a path, and has 96 MB of memory. Spill files go to the disk too."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size={SMALL} none {shlex.quote(str(disk))}"
    wrapper = in_namespace(f'{mount} && exec "$0" "$@"')
    if wrapper is None:
        pytest.skip("private mounts are impossible here")
    server = Server("--memory", "96m", env={"TMPDIR": str(disk)}, wrapper=wrapper)
    yield server, disk
    server.stop()


def seen_by(server, path):
    """A path as the server sees it."""
    return pathlib.Path(f"/proc/{server.process.pid}/root{path}")


def large(session):
    """More than the disk holds, and nothing that compresses."""
    return session.range(3_000_000).select(F.md5(F.col("id").cast("string")).alias("text"), "id")


@pytest.mark.parametrize("format", ["parquet", "csv", "json", "text"])
@pytest.mark.parametrize("mode", ["overwrite", "append", "error"])
def test_a_disk_that_is_full(small_disk, format, mode):
    server, disk = small_disk
    session = server.session()
    path = str(disk / "out")
    frame = large(session)
    frame = frame.select("text") if format == "text" else frame
    there = mode != "error"
    if there:
        frame.limit(10).write.format(format).save(path)
    error = fails_at_once(lambda: frame.write.mode(mode).format(format).save(path), 120)
    assert condition(error) == "TASK_WRITE_FAILED", error.value
    assert sorted(os.listdir(seen_by(server, disk))).count("out") == int(there)
    assert not [name for name in os.listdir(seen_by(server, disk)) if name.startswith(".out")]
    if there:
        assert session.read.format(format).load(path).count() == 10
    frame.limit(5).write.mode("append").format(format).save(path)
    assert session.read.format(format).load(path).count() == (15 if there else 5)
    session.stop()


def test_spilling_to_a_disk_that_is_full(small_disk):
    server, _ = small_disk
    session = server.session()
    query = large(session).union(large(session)).orderBy("text").select("id").offset(10)
    error = fails_at_once(lambda: query.write.format("noop").mode("overwrite").save(), 120)
    assert condition(error) == "DISK_FULL", error.value
    assert session.range(1000).orderBy("id").count() == 1000
    session.stop()


def test_an_upload_to_a_disk_that_is_full(small_disk, tmp_path):
    server, disk = small_disk
    session = server.session()
    file = tmp_path / "large.bin"
    file.write_bytes(os.urandom(40 << 20))
    fails_at_once(lambda: session.addArtifact(str(file), file=True), 60)
    assert session.range(3).count() == 3
    used = sum(found.stat().st_size for found in seen_by(server, disk).rglob("*") if found.is_file())
    assert used < 1 << 20
    session.stop()


def test_a_server_that_is_killed_while_it_writes(tmp_path):
    path = tmp_path / "out"
    server = Server()
    session = server.session()
    session.range(10).write.parquet(str(path))
    writing = threading.Thread(target=lambda: pytest.raises(Exception, very_large(session, path)), daemon=True)
    writing.start()
    assert wait_for(lambda: any(found.stat().st_size for found in tmp_path.glob(".out.*/**/*.parquet")), 60)
    server.process.kill()
    server.process.wait()
    again = Server()
    session = again.session()
    assert session.read.parquet(str(path)).count() == 10
    session.range(3).write.mode("overwrite").parquet(str(path))
    assert session.read.parquet(str(path)).count() == 3
    assert os.listdir(tmp_path) == ["out"]
    session.stop()
    again.stop()


def very_large(session, path):
    frame = session.range(200_000_000).select(F.md5(F.col("id").cast("string")).alias("text"))
    return lambda: frame.write.mode("overwrite").parquet(str(path))


# Files.

MALFORMED = "a,b,c\n1,x,2020-01-01\nnope,y,2020-01-02\n3,z\n4,w,2020-01-03,more\n5,v,never\n6,u,2020-01-04\n"
SCHEMA = "a int, b string, c date"


def malformed(spark, tmp_path, mode, schema=SCHEMA):
    path = tmp_path / "malformed.csv"
    path.write_text(MALFORMED)
    return spark.read.schema(schema).option("header", True).option("mode", mode).csv(str(path))


def test_malformed_csv_in_each_mode(spark, tmp_path):
    kept = malformed(spark, tmp_path, "PERMISSIVE").select("a", "b").collect()
    assert [tuple(row) for row in kept] == [(1, "x"), (None, "y"), (3, "z"), (4, "w"), (5, "v"), (6, "u")]
    kept = malformed(spark, tmp_path, "PERMISSIVE", SCHEMA + ", _corrupt_record string").collect()
    assert [row[3] for row in kept] == [None, "nope,y,2020-01-02", "3,z", "4,w,2020-01-03,more", "5,v,never", None]
    kept = malformed(spark, tmp_path, "DROPMALFORMED").select("a", "b", "c").collect()
    assert [row[0] for row in kept] == [1, 6]
    error = fails_at_once(lambda: malformed(spark, tmp_path, "FAILFAST").collect())
    assert condition(error) == "FAILED_READ_FILE.NO_HINT" and "MALFORMED_RECORD" in str(error.value)


def test_wrong_types(spark, tmp_path):
    path = str(tmp_path / "text")
    spark.createDataFrame([("a",)], "x string").write.parquet(path)
    error = fails_at_once(lambda: spark.read.schema("x int").parquet(path).collect())
    assert condition(error).startswith("FAILED_READ_FILE")
    with pytest.raises(Exception):
        spark.createDataFrame([("a",)], "x int").collect()
    assert spark.range(3).count() == 3
