"""The processes: serving, submitting, the shell."""

import json
import subprocess
import sys
import textwrap

from conftest import Server, binary


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


def test_sql_prints_csv_and_json(tmp_path):
    (tmp_path / "in.csv").write_text("k,v\na,1\nb,\n")

    def sql(output, text):
        done = subprocess.run(
            [binary(), "sql", "--output", output, "-e", text], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert sql("csv", "select * from csv.`in.csv` limit 1") == "_c0,_c1\nk,v\n"
    assert json.loads(sql("json", "select 1 as x, null as y")) == {"x": 1, "y": None}
    assert "│" in sql("table", "select 1 as x") or "|" in sql("table", "select 1 as x")


def test_sql_fails_with_a_status(tmp_path):
    done = subprocess.run([binary(), "sql", "-e", "select nope"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "UNRESOLVED_COLUMN" in done.stderr
