"""Programs that were written for a Spark of their own run unchanged under `firesteel submit`."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from conftest import binary


def start(tmp_path, program, *arguments, env=None, **popen):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(program))
    return subprocess.Popen(
        [binary(), "submit", "--python", sys.executable, str(path), *arguments],
        cwd=tmp_path,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **popen,
    )


def submit(tmp_path, program, *arguments, input="", env=None):
    process = start(tmp_path, program, *arguments, env=env, stdin=subprocess.PIPE)
    out, err = process.communicate(input, timeout=120)
    return out, process.returncode, err


EVERYDAY = """
    import findspark
    findspark.init()

    from pyspark.sql import SparkSession
    from pyspark.sql import functions as F

    spark = (
        SparkSession.builder.master("local[*]")
        .appName("x")
        .config("spark.x", "y")
        .config("spark.sql.shuffle.partitions", 3)
        .config(map={"spark.driver.memory": "4g"})
        .enableHiveSupport()
        .getOrCreate()
    )
    assert SparkSession.builder.master("local").getOrCreate() is spark
    frame = spark.createDataFrame([(1, "a"), (2, "b")], ["n", "s"])
    frame.groupBy("s").agg(F.sum("n").alias("n")).orderBy("s").show()
    print(spark.conf.get("spark.x"), spark.conf.get("spark.sql.shuffle.partitions"), spark.conf.get("spark.app.name"))
    print(frame.select(F.udf(lambda s: s.upper())("s").alias("u")).first().u)
    spark.stop()
"""


def test_an_everyday_program(tmp_path):
    out, status, err = submit(tmp_path, EVERYDAY, env={"MASTER": "local[2]"})
    table = "+---+---+\n|  s|  n|\n+---+---+\n|  a|  1|\n|  b|  2|\n+---+---+\n\n"
    assert (out, status) == (table + "y 3 x\nA\n", 0), err


def test_places_are_forgotten_wherever_they_are_set(tmp_path):
    program = """
        from pyspark import SparkConf
        from pyspark.sql import SparkSession

        conf = SparkConf().setMaster("local[2]").setAppName("z").set("spark.y", "1")
        spark = SparkSession.builder.config(conf=conf).getOrCreate()
        print(spark.range(3).count(), spark.conf.get("spark.y"))
        spark.stop()
        print(SparkSession.builder.remote("local[*]").getOrCreate().range(4).count())
        print(SparkSession.builder.config("spark.master", "spark://host:7077").getOrCreate().range(5).count())
    """
    out, status, err = submit(tmp_path, program)
    assert (out, status) == ("3 1\n4\n5\n", 0), err


def test_addresses_are_the_programs_choice(tmp_path):
    program = """
        from pyspark.sql import SparkSession
        print(SparkSession.builder.remote("sc://elsewhere:1")._options)
    """
    out, status, err = submit(tmp_path, program)
    assert (out, status) == ("{'spark.remote': 'sc://elsewhere:1'}\n", 0), err


def test_the_program_is_main_and_has_its_arguments_and_input(tmp_path):
    program = """
        import os, sys
        if __name__ == "__main__":
            print(sys.argv[1:], os.path.basename(__file__), sys.stdin.read().strip(), os.path.basename(sys.argv[0]))
            print(sorted(name for name in sys.modules if name.startswith("pyspark")))
            sys.exit(7)
    """
    out, status, err = submit(tmp_path, program, "--day", "2024-01-31", "-x", input="hello\n")
    expected = "['--day', '2024-01-31', '-x'] program.py hello program.py\n[]\n"
    assert (out, status) == (expected, 7), err


@pytest.mark.parametrize(
    "ending, status", [("raise ValueError('no')", 1), ("import os; os.kill(os.getpid(), 9)", 137), ("exit('bye')", 1)]
)
def test_the_programs_status_is_passed_on(tmp_path, ending, status):
    out, found, err = submit(tmp_path, ending)
    assert found == status, (out, err)


def test_sigterm_ends_the_program(tmp_path):
    program = """
        import time
        from pyspark.sql import SparkSession
        spark = SparkSession.builder.master("local[*]").getOrCreate()
        print(spark.range(3).count(), flush=True)
        time.sleep(600)
    """
    process = start(tmp_path, program)
    assert process.stdout.readline() == "3\n"
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 137 or process.returncode == 143
    assert time.monotonic() - started < 20


def test_the_environments_own_customization_is_kept(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sitecustomize.py").write_text("import sys; sys.customized = __file__\n")
    program = """
        import sys, sitecustomize
        from pyspark.sql import SparkSession
        print(sys.customized == sitecustomize.__file__, SparkSession.builder.master("local").getOrCreate().range(2).count())
    """
    out, status, err = submit(tmp_path, program, env={"PYTHONPATH": str(tmp_path / "own")})
    assert (out, status) == ("True 2\n", 0), err


def python_with(folder, name, flags="", setting=""):
    """A Python of another name."""
    path = folder / name
    path.write_text(f'#!/bin/sh\n{setting} exec {sys.executable} {flags} "$@"\n')
    path.chmod(0o755)
    return str(path)


def test_a_python_without_pyspark_is_told_the_command(tmp_path):
    (tmp_path / "program.py").write_text("print(1)")
    bare = python_with(tmp_path, "bare", flags="-I -S")
    command = [binary(), "submit", "--python", bare, "program.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{bare} lacks pyspark" in done.stderr and f"{bare} -m pip install pyspark-client" in done.stderr


def test_which_python_runs_the_program(tmp_path):
    (tmp_path / "program.py").write_text("import os; print(os.environ.get('CHOSEN'))")
    named, other = (python_with(tmp_path, name, setting=f"CHOSEN={name}") for name in ["named", "other"])

    def chosen(*arguments, **env):
        command = [binary(), "submit", *arguments, "program.py"]
        env = {**os.environ, **env}
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60).stdout

    assert chosen(PYSPARK_PYTHON=other) == "other\n"
    assert chosen("--python", named, PYSPARK_PYTHON=other) == "named\n"
    missing = subprocess.run([binary(), "submit", "--python", "/no/python", "program.py"], cwd=tmp_path, capture_output=True, text=True)
    assert missing.returncode == 1 and "/no/python" in missing.stderr
