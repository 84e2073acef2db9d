"""The engines under one roof: SQL text in, an Arrow table out. Each lives in a process of its own."""

import pathlib
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
