"""The worked examples: three ways to bring the same flights into tables, and what is in the tables then."""

import json
import os
import pathlib
import subprocess
import sys

import pytest
from conftest import Server, binary

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
FLIGHTS = 336_776
FIRST_HALF = 166_158
# Two months show what dbt does as well as twelve.
JANUARY = 27_004
WINTER = 55_139


def run(*command, cwd=None, env=None):
    """The output of a command that must succeed."""
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def submit(warehouse, program, *arguments):
    return run(binary(), "submit", "--python", sys.executable, "--warehouse", warehouse, EXAMPLES / program, *arguments)


def sql(warehouse, *arguments):
    return run(binary(), "sql", "--warehouse", warehouse, "--output", "csv", *arguments)


def test_etl(tmp_path):
    warehouse = tmp_path / "warehouse"
    assert "160678 flights flown, 5480 rejected" in submit(warehouse, "etl/flights_etl.py", "--months", "1-6")
    # Months that were loaded before are replaced.
    assert "327346 flights flown, 9430 rejected" in submit(warehouse, "etl/flights_etl.py", "--months", "6-12")
    asked = """
        SELECT count(DISTINCT month), count(*), count_if(departed = scheduled + make_dt_interval(0, 0, dep_delay))
        FROM flights.flown
    """
    assert sql(warehouse, "-e", asked).splitlines()[1:] == ["12,327346,327346"]
    asked = "SELECT airline, flights, mean_delay FROM flights.carriers WHERE carrier = 'UA'"
    assert sql(warehouse, "-e", asked).splitlines()[1:] == ["United Air Lines Inc.,57782,3.6"]
    asked = "SELECT reason, count(*) FROM flights.rejected GROUP BY ALL ORDER BY ALL"
    assert sql(warehouse, "-e", asked).splitlines()[1:] == ["cancelled,8255", "diverted,1175"]


def test_etlt(tmp_path):
    warehouse = tmp_path / "warehouse"
    loaded = submit(warehouse, "etlt/clean_and_load.py", "--months", "1-6")
    assert f"{FIRST_HALF} flights are clean and loaded" in loaded
    loaded = submit(warehouse, "etlt/clean_and_load.py", "--months", "6-12")
    assert f"{FLIGHTS} flights are clean and loaded" in loaded
    models = EXAMPLES / "etlt" / "models.sql"
    out = sql(warehouse, "-f", models)
    assert sql(warehouse, "-f", models) == out
    asked = "SELECT age, flights, mean_delay FROM models.ages ORDER BY flights"
    ages = ["old,37123,4.07", "unknown,53725,6.18", "young,103710,7.36", "grown,133963,7.61"]
    assert sql(warehouse, "-e", asked).splitlines()[1:] == ages
    # A row for each of 16 carriers and 12 months, also for SkyWest, which flew on 29 days.
    asked = "SELECT count(*), sum(if(carrier = 'OO', empty_days, 0)) FROM models.seats"
    assert sql(warehouse, "-e", asked).splitlines()[1:] == ["192,336"]
    asked = "SELECT count(*), count_if(length(plane) = 64) FROM clean.planes"
    assert sql(warehouse, "-e", asked).splitlines()[1:] == ["3322,3322"]


class Dbt:
    """The commands of the folder `elt`, with the Python environment that DBT names."""

    def __init__(self, server, folder):
        self.programs = pathlib.Path(os.environ["DBT"]).parent
        self.target = folder / "target"
        self.env = {
            "SPARK_REMOTE": server.remote,
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DO_NOT_TRACK": "1",
        }

    def load(self, months):
        return run(self.programs / "python", "load.py", "--months", months, cwd=EXAMPLES / "elt", env=self.env)

    def __call__(self, *arguments):
        return run(self.programs / "dbt", "--no-use-colors", *arguments, cwd=EXAMPLES / "elt", env=self.env)

    def results(self):
        """How many nodes of the last run ended in which way."""
        results = json.loads((self.target / "run_results.json").read_text())["results"]
        statuses = [result["status"] for result in results]
        return {status: statuses.count(status) for status in sorted(set(statuses))}

    def catalog(self):
        nodes = json.loads((self.target / "catalog.json").read_text())["nodes"]
        return {name.split(".")[-1]: node for name, node in nodes.items()}


@pytest.mark.skipif("DBT" not in os.environ, reason="DBT is the path of the program dbt; `make test` installs it")
def test_elt(tmp_path):
    server = Server("--conf", "spark.sql.session.timeZone=UTC")
    spark = server.session()
    try:

        def rows(text):
            return [tuple(row) for row in spark.sql(text).collect()]

        dbt = Dbt(server, tmp_path)
        assert f"{JANUARY} flights are loaded" in dbt.load("1")
        dbt("build")
        every_status = {"no-op": 1, "pass": 25, "success": 15, "warn": 1}
        assert dbt.results() == every_status
        assert rows("SELECT count(*), max(month) FROM new_york.flights") == [(JANUARY, 1)]
        assert rows("SELECT count(*) FROM new_york.plane_carriers WHERE dbt_valid_to IS NOT NULL") == [(0,)]

        assert f"{WINTER} flights are loaded" in dbt.load("12")
        dbt("build")
        assert dbt.results() == every_status
        assert rows("SELECT count(*), count(DISTINCT flight_id) FROM new_york.flights") == [(WINTER, WINTER)]
        assert rows("SELECT count(*), sum(flights) FROM new_york.daily_delays") == [(62 * 3, WINTER)]
        assert rows("SELECT count(*), sum(flights) FROM new_york.carrier_months") == [(31, WINTER)]

        # What a snapshot says of now is the table, and every plane that changed hands has its past too.
        now = "SELECT tailnum, carrier FROM new_york.plane_carriers WHERE dbt_valid_to IS NULL"
        assert rows(f"{now} EXCEPT SELECT tailnum, carrier FROM new_york.planes") == []
        assert rows(f"SELECT tailnum, carrier FROM new_york.planes EXCEPT {now}") == []
        [(ended, followed)] = rows(
            """
            SELECT count(*), count(n.tailnum)
            FROM new_york.plane_carriers e
            LEFT JOIN new_york.plane_carriers n
              ON n.tailnum = e.tailnum AND n.carrier <> e.carrier AND n.dbt_valid_from = e.dbt_valid_to
            WHERE e.dbt_valid_to IS NOT NULL
            """
        )
        assert ended == followed > 0

        dbt("docs", "generate", "--no-compile")
        catalog = dbt.catalog()
        assert [column["type"] for column in catalog["carrier_months"]["columns"].values()] == [
            "string", "int", "bigint", "decimal(10,2)", "date",
        ]  # fmt: skip
        assert catalog["flights"]["stats"]["rows"]["value"] == WINTER
        assert catalog["stg_flights"]["metadata"]["type"] == "view"
    finally:
        # A client that is not stopped looks for its server for minutes when the tests end.
        spark.stop()
        server.stop()
