"""The processes: serving, submitting, the shell; and the manners of the server's calls."""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import textwrap
import threading
import time
import uuid

import grpc
import pyspark.sql.connect.proto as proto
import pytest
from conftest import Server, binary
from pyspark.errors.exceptions.connect import (
    IllegalArgumentException,
    SparkConnectGrpcException,
    UnsupportedOperationException,
)
from pyspark.sql import functions as F


def run(*arguments, **options):
    return subprocess.run([binary(), *arguments], capture_output=True, text=True, timeout=60, **options)


def test_every_command_has_help_with_examples():
    for command in [[], ["serve"], ["submit"], ["sql"]]:
        done = run(*command, "--help")
        assert done.returncode == 0 and "Examples:\n  firesteel " in done.stdout
    assert re.fullmatch(r"firesteel \d+\.\d+\.\d+\n", run("--version").stdout)


def test_a_port_in_use_is_named(server):
    done = run("serve", "--bind", server.remote.removeprefix("sc://"))
    assert done.returncode == 1
    assert "could not listen on 127.0.0.1:" in done.stderr and "in use" in done.stderr


def test_settings_that_no_session_could_have(tmp_path):
    for setting, condition in [
        ("spark.sql.ansi.enabled=maybe", "INVALID_CONF_VALUE.TYPE_MISMATCH"),
        ("spark.sql.session.timeZone=Mars/Olympus", "INVALID_CONF_VALUE.TIME_ZONE"),
    ]:
        done = run("serve", "--bind", "localhost:0", "--conf", setting, cwd=tmp_path)
        assert done.returncode == 1 and condition in done.stderr


def test_sigterm_ends_the_server_cleanly():
    server = Server()
    session = server.session()
    assert session.range(1).count() == 1
    session.stop()
    assert server.stop() == 0


def submit(tmp_path, program, *arguments):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(program))
    return subprocess.run(
        [binary(), "submit", "--python", sys.executable, str(path), *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_submit_runs_a_plain_program(tmp_path):
    program = """
        import sys
        import findspark
        findspark.init()
        from pyspark.sql import SparkSession
        spark = SparkSession.builder.appName("x").getOrCreate()
        print(spark.range(int(sys.argv[1])).count())
        sys.exit(3)
    """
    done = submit(tmp_path, program, "5")
    assert (done.stdout, done.returncode) == ("5\n", 3), done.stderr


def test_submit_names_a_missing_program(tmp_path):
    done = subprocess.run([binary(), "submit", "nothing.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "nothing.py" in done.stderr


def sql(*arguments, **options):
    done = run("sql", *arguments, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_sql_prints_csv_and_json(tmp_path):
    (tmp_path / "in.csv").write_text("k,v\na,1\nb,\n")
    assert sql("--output", "csv", "-e", "select * from csv.`in.csv` limit 1", cwd=tmp_path) == "_c0,_c1\nk,v\n"
    assert json.loads(sql("--output", "json", "-e", "select 1 as x, null as y")) == {"x": 1, "y": None}
    assert "│" in sql("-e", "select 1 as x")


def test_sql_prints_what_spark_prints():
    text = """
        select cast('nan' as double) d, x'00ff' b, interval 1 day i, interval 2 month m, parse_json('{"a": [1]}') v,
            timestamp '2024-01-01 12:00:00' t, map('k', named_struct('x', null)) s
    """
    zone = ["--conf", "spark.sql.session.timeZone=America/New_York"]
    assert json.loads(sql("--output", "json", *zone, "-e", text)) == {
        "d": "NaN",
        "b": "AP8=",
        "i": "INTERVAL '1' DAY",
        "m": "INTERVAL '2' MONTH",
        "v": {"a": [1]},
        "t": "2024-01-01T12:00:00.000-05:00",
        "s": {"k": {"x": None}},
    }
    row = "NaN,[00 FF],INTERVAL '1' DAY,INTERVAL '2' MONTH,\"{\"\"a\"\":[1]}\",2024-01-01 12:00:00,{k -> {NULL}}"
    assert sql("--output", "csv", *zone, "-e", text).splitlines()[1] == row


def test_sql_runs_files_and_pipes(tmp_path):
    statements = "create temp view v as select 1 as x; -- one; two\nselect * from v;\nselect ';' as y"
    (tmp_path / "report.sql").write_text(statements)
    expected = "x\n1\ny\n;\n"
    assert sql("--output", "csv", "-f", "report.sql", cwd=tmp_path) == expected
    assert sql("--output", "csv", input=statements) == expected
    failed = run("sql", "--output", "csv", input="select 1 as a; select nope; select 2 as b")
    assert (failed.returncode, failed.stdout) == (1, "a\n1\n") and "UNRESOLVED_COLUMN" in failed.stderr
    missing = run("sql", "-f", "nothing.sql", cwd=tmp_path)
    assert missing.returncode == 1 and "nothing.sql" in missing.stderr


class Terminal:
    """The shell at a terminal."""

    def __init__(self, folder):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execve(binary(), ["firesteel", "sql"], {**os.environ, "TERM": "xterm", "XDG_STATE_HOME": str(folder)})

    def read_until(self, wanted, seconds=30):
        text, end = "", time.monotonic() + seconds
        while wanted not in text and time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.2)[0]:
                text += os.read(self.terminal, 1 << 16).decode(errors="replace")
        assert wanted in text, text
        return text

    def say(self, text, wanted):
        os.write(self.terminal, text.encode())
        return self.read_until(wanted)

    def leave(self):
        os.write(self.terminal, b"quit\n")
        assert os.waitpid(self.process, 0)[1] == 0


def test_the_shell_completes_remembers_and_is_interrupted(tmp_path):
    (tmp_path / "flights.csv").write_text("AA,1\n")
    shell = Terminal(tmp_path)
    shell.read_until("firesteel> ")
    shell.say("create temp view departures as\n", "-> ")
    shell.say("select 'late' as state;\n", "firesteel> ")
    shell.say("select * from depar\t", "departures")
    shell.say(";\n", "late")
    shell.say("select * from csv.`fli\t", "flights.csv")
    shell.say("`;\n", "AA")
    shell.say("select sum(sin(id)) from range(20000000000);\n", "tasks")
    shell.say("\x03", "OPERATION_CANCELED")
    shell.say("select 6 * 7 as answer;\n", "42")
    shell.leave()
    again = Terminal(tmp_path)
    again.read_until("firesteel> ")
    again.say("\x1b[A", "select 6 * 7 as answer;")
    again.say("\n", "42")
    again.leave()


def test_sql_fails_with_a_status(tmp_path):
    done = subprocess.run([binary(), "sql", "-e", "select nope"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "UNRESOLVED_COLUMN" in done.stderr


# Calls, as clients other than PySpark may make them.


def message(kind, session, **fields):
    template = session.client._execute_plan_request_with_metadata()
    return kind(session_id=template.session_id, user_context=template.user_context, **fields)


def responses(session, call, request):
    client = session.client
    try:
        answer = call(request, metadata=client._builder.metadata())
        return list(answer) if hasattr(answer, "__next__") else answer
    except grpc.RpcError as error:
        client._handle_error(error)


def execute(session, text, operation, tags=()):
    request = message(proto.ExecutePlanRequest, session, operation_id=operation, tags=tags)
    request.plan.root.sql.query = text
    reattach = proto.ReattachOptions(reattachable=True)
    request.request_options.append(proto.ExecutePlanRequest.RequestOption(reattach_options=reattach))
    return responses(session, session.client._stub.ExecutePlan, request)


def release(session, operation):
    request = message(proto.ReleaseExecuteRequest, session, operation_id=operation)
    request.release_all.SetInParent()
    return responses(session, session.client._stub.ReleaseExecute, request)


def refused(condition, action, kind=SparkConnectGrpcException):
    with pytest.raises(kind) as error:
        action()
    assert error.value.getCondition() == condition, error.value


def test_a_request_that_is_sent_again_runs_once(spark):
    operation = str(uuid.uuid4())
    first = execute(spark, "select uuid() as x", operation)
    assert [r.response_id for r in execute(spark, "select uuid() as x", operation)] == [r.response_id for r in first]
    refused("INVALID_HANDLE.OPERATION_ALREADY_EXISTS", lambda: execute(spark, "select 2", operation))
    assert release(spark, operation).operation_id == operation
    refused("INVALID_HANDLE.OPERATION_ABANDONED", lambda: execute(spark, "select uuid() as x", operation))


def test_responses_are_kept_until_they_are_released(spark):
    operation = str(uuid.uuid4())
    sent = execute(spark, "select 1", operation)
    stub = spark.client._stub

    def reattach(last=None, of=operation):
        request = message(proto.ReattachExecuteRequest, spark, operation_id=of, last_response_id=last)
        return [r.response_id for r in responses(spark, stub.ReattachExecute, request)]

    ids = [r.response_id for r in sent]
    assert reattach() == ids and reattach(ids[0]) == ids[1:]
    refused("INVALID_CURSOR.POSITION_NOT_FOUND", lambda: reattach(str(uuid.uuid4())))
    until = message(proto.ReleaseExecuteRequest, spark, operation_id=operation)
    until.release_until.response_id = ids[0]
    responses(spark, stub.ReleaseExecute, until)
    assert reattach(ids[0]) == ids[1:]
    refused("INVALID_CURSOR.POSITION_NOT_AVAILABLE", reattach)
    release(spark, operation)
    assert not release(spark, operation).HasField("operation_id")
    refused("INVALID_HANDLE.OPERATION_NOT_FOUND", reattach)


def test_tags_that_could_not_be_told_apart(spark):
    for tag in ["a,b", ""]:
        with pytest.raises(IllegalArgumentException, match="tag"):
            execute(spark, "select 1", str(uuid.uuid4()), tags=[tag])


def test_status_of_operations(spark):
    succeeded, failed, unknown = (str(uuid.uuid4()) for _ in range(3))
    execute(spark, "select 1", succeeded)
    refused("DIVIDE_BY_ZERO", lambda: execute(spark, "select 1/0", failed), Exception)

    def states():
        request = message(proto.GetStatusRequest, spark)
        request.operation_status.operation_ids.extend([succeeded, failed, unknown])
        found = responses(spark, spark.client._stub.GetStatus, request).operation_statuses
        kinds = proto.GetStatusResponse.OperationStatus.OperationState
        return [kinds.Name(status.state).removeprefix("OPERATION_STATE_") for status in found]

    assert states() == ["SUCCEEDED", "FAILED", "UNKNOWN"]
    release(spark, succeeded)
    assert states() == ["SUCCEEDED", "FAILED", "UNKNOWN"]


def test_sessions_are_cloned_into_new_ones_only(spark, server):
    def clone(into):
        request = message(proto.CloneSessionRequest, spark, new_session_id=into)
        return responses(spark, spark.client._stub.CloneSession, request)

    spark.sql("create temp view of_both as select 7 as x")
    new = str(uuid.uuid4())
    assert clone(new).new_session_id == new
    refused("INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_ALREADY_EXISTS", lambda: clone(new))
    refused("INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_FORMAT", lambda: clone("here"))


def test_files_sent_along_are_found_by_functions(spark, tmp_path):
    small, large = tmp_path / "small.txt", tmp_path / "large.bin"
    small.write_text("small")
    large.write_bytes(os.urandom(3 << 20))
    (tmp_path / "sent_module.py").write_text("def answer():\n    return 42\n")
    spark.addArtifacts(str(small), str(large), file=True)
    spark.addArtifact(str(tmp_path / "sent_module.py"), pyfile=True)

    @F.udf("string")
    def found(_):
        from sent_module import answer

        # The folder of `SparkFiles`, which the slim client does not have.
        folder = next(folder for folder in sys.path if os.path.exists(os.path.join(folder, "small.txt")))
        texts = [open(os.path.join(folder, name), "rb").read() for name in ["small.txt", "large.bin"]]
        return f"{texts[0].decode()} {len(texts[1])} {answer()}"

    assert spark.range(1).select(found("id")).first()[0] == f"small {3 << 20} 42"
    small.write_text("other")
    refused("ARTIFACT_ALREADY_EXISTS", lambda: spark.addArtifact(str(small), file=True))


@pytest.mark.parametrize(("kind", "ending"), [("zip", ".zip"), ("gztar", ".tar.gz"), ("tar", ".tar")])
def test_archives_are_unpacked_where_functions_look(spark, tmp_path, kind, ending):
    content = tmp_path / "content"
    content.mkdir()
    (content / "inside.txt").write_text("found")
    packed = shutil.make_archive(str(tmp_path / "packed"), kind, content)
    spark.addArtifact(f"{packed}#{kind}-folder", archive=True)
    spark.addArtifact(packed, archive=True)

    @F.udf("string")
    def found(folder):
        root = next(root for root in sys.path if os.path.exists(os.path.join(root, folder)))
        return open(os.path.join(root, folder, "inside.txt")).read()

    for folder in [f"{kind}-folder", f"packed{ending}"]:
        assert spark.range(1).select(found(F.lit(folder))).first()[0] == "found"


def test_artifacts_of_no_use_are_refused_by_name(spark, tmp_path):
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path)
    with pytest.raises(Exception, match="copyFromLocalToFs is not supported"):
        spark.copyFromLocalToFs(packed, "/copied.zip")


# Comparing every row with every other takes hours, and no pause.
ENDLESS = [
    "select count(*) from range(100000) a join range(100000) b on a.id * b.id % 1000003 = 5 and sin(a.id) < cos(b.id)",
    "select count(*) from range(10000000) a cross join range(1000000) b",
    "select count(*) from (select 1 k, id from range(3000000)) a join (select 1 k, id from range(3000000)) b using (k)",
]


@pytest.mark.parametrize("text", ENDLESS)
def test_joins_without_end_are_heard_and_stopped(text):
    server = Server()
    sessions = [server.session() for _ in range(4)]
    outcomes = []

    def runs(session):
        try:
            outcomes.append(session.sql(text).collect())
        except Exception as error:
            outcomes.append(error.getCondition())

    threads = [threading.Thread(target=runs, args=[session]) for session in sessions[:3]]
    for thread in threads:
        thread.start()
    time.sleep(3)
    started = time.monotonic()
    assert sessions[3].conf.get("spark.sql.ansi.enabled") == "true"
    assert len(sessions[0].interruptAll()) >= 1
    assert time.monotonic() - started < 5
    for session in sessions[1:3]:
        session.interruptAll()
    for thread in threads:
        thread.join(10)
    assert outcomes == ["OPERATION_CANCELED"] * 3
    assert sessions[3].range(3).count() == 3
    assert time.monotonic() - started < 20
    assert server.stop() == 0
