"""The engines under one roof: SQL text in, an Arrow table out. Each lives in a process of its own."""

import pathlib
import statistics
import threading
import time


def tables(folder):
    """The names of the Parquet files of a folder."""
    return sorted(path.stem for path in pathlib.Path(folder).glob("*.parquet")) if folder else []


class DuckDb:
    def __init__(self, folder, _remote):
        import duckdb

        self.connection = duckdb.connect()
        for table in tables(folder):
            self.connection.execute(f"CREATE VIEW {table} AS SELECT * FROM '{folder}/{table}.parquet'")

    def sql(self, text):
        return self.connection.sql(text).to_arrow_table()


class DataFusion:
    def __init__(self, folder, _remote):
        import datafusion

        self.context = datafusion.SessionContext()
        for table in tables(folder):
            self.context.register_parquet(table, f"{folder}/{table}.parquet")

    def sql(self, text):
        return self.context.sql(text).to_arrow_table()


class Polars:
    def __init__(self, folder, _remote):
        import polars

        frames = {table: polars.scan_parquet(f"{folder}/{table}.parquet") for table in tables(folder)}
        self.context = polars.SQLContext(frames)

    def sql(self, text):
        return self.context.execute(text).collect().to_arrow()


class Connect:
    """A server behind Spark Connect."""

    def __init__(self, folder, remote):
        from pyspark.sql import SparkSession

        self.remote = remote
        self.spark = SparkSession.builder.remote(remote).getOrCreate()
        for table in tables(folder):
            self.spark.read.parquet(f"{folder}/{table}.parquet").createOrReplaceTempView(table)

    def sql(self, text):
        return self.spark.sql(text).toArrow()

    def select_one(self, times):
        """The seconds that each of the smallest queries takes, and the client's own processor time for one."""
        seconds = []
        processor = time.process_time()
        for _ in range(times):
            started = time.perf_counter()
            assert self.spark.sql("select 1").collect()[0][0] == 1
            seconds.append(time.perf_counter() - started)
        return seconds, (time.process_time() - processor) / times

    def plan(self, program, runs):
        """The least seconds until the schema and until the rows of one of the programs of `programs.py`."""
        from programs import PROGRAMS

        make = PROGRAMS[program][1]
        ask = [lambda frame: frame.schema, lambda frame: frame.collect()]
        return [min(self._seconds(make, question) for _ in range(1 + runs)) for question in ask]

    def _seconds(self, make, question):
        started = time.perf_counter()
        question(make(self.spark))
        return time.perf_counter() - started

    def group_csv(self, path, keys, aggregates):
        from pyspark.sql import functions as F

        frame = self.spark.read.csv(path, header=True, inferSchema=True)
        return frame.groupBy(*keys).agg(*map(F.expr, aggregates)).toArrow()

    def csv_to_parquet(self, path, target):
        self.spark.read.csv(path, header=True, inferSchema=True).write.parquet(target)

    def collect(self, rows):
        """Fetches that many rows of three columns; how many came."""
        frame = self.spark.range(rows).selectExpr("id", "id * 0.5D AS half", "CAST(id AS STRING) AS text")
        return frame.toArrow().num_rows

    def python_program(self, program, rows):
        """The seconds that one of the programs of `python_programs.py` takes."""
        from python_programs import PROGRAMS

        self._pickle_programs()
        frame, expected = PROGRAMS[program][2](self.spark, rows)
        started = time.perf_counter()
        answer = tuple(frame.collect()[0])
        seconds = time.perf_counter() - started
        assert answer == expected, f"{program} answers {answer}, not {expected}"
        return seconds

    def python_calls(self, times):
        """What a function adds to a query, in seconds: the first in this session, in a fresh one, and later there."""
        self._pickle_programs()
        sessions = [self.spark, self._session()]
        return [self._added(session, 1) for session in sessions] + [self._added(sessions[1], times)]

    def _added(self, session, times):
        from pyspark.sql import functions as F
        from python_programs import exclaimed

        def seconds(function):
            frame = session.range(10).select(function(F.col("id").cast("string")).alias("text"))
            started = time.perf_counter()
            assert len(frame.collect()) == 10
            return time.perf_counter() - started

        with_function = [seconds(F.udf(exclaimed, "string")) for _ in range(times)]
        without = [seconds(F.upper) for _ in range(max(times, 5))]
        return statistics.median(with_function) - statistics.median(without)

    def python_neighbour(self, steps, queries):
        """The seconds that `SELECT 1` takes in another session while functions compute on two cores."""
        import python_programs

        self._pickle_programs()
        neighbour = self._session()
        ending = threading.Event()

        def compute():
            while not ending.is_set():
                python_programs.burn(self.spark, steps, 2)[0].collect()

        thread = threading.Thread(target=compute)
        thread.start()
        try:
            time.sleep(1)
            waits = []
            for _ in range(queries):
                started = time.perf_counter()
                neighbour.sql("SELECT 1").collect()
                waits.append(time.perf_counter() - started)
                time.sleep(0.01)
            return waits
        finally:
            ending.set()
            thread.join()

    def _session(self):
        from pyspark.sql import SparkSession

        return SparkSession.builder.remote(self.remote).create()

    def _pickle_programs(self):
        """Functions of this folder go to workers whole: the workers have no such modules."""
        import python_programs
        from pyspark import cloudpickle

        cloudpickle.register_pickle_by_value(python_programs)
