"""The engines under one roof: SQL text in, an Arrow table out. Each lives in a process of its own."""

import statistics
import time

TABLES = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"]


class DuckDb:
    def __init__(self, folder, _remote):
        import duckdb

        self.connection = duckdb.connect()
        for table in TABLES if folder else []:
            self.connection.execute(f"CREATE VIEW {table} AS SELECT * FROM '{folder}/{table}.parquet'")

    def sql(self, text):
        return self.connection.sql(text).to_arrow_table()


class DataFusion:
    def __init__(self, folder, _remote):
        import datafusion

        self.context = datafusion.SessionContext()
        for table in TABLES:
            self.context.register_parquet(table, f"{folder}/{table}.parquet")

    def sql(self, text):
        return self.context.sql(text).to_arrow_table()


class Polars:
    def __init__(self, folder, _remote):
        import polars

        frames = {table: polars.scan_parquet(f"{folder}/{table}.parquet") for table in TABLES}
        self.context = polars.SQLContext(frames)

    def sql(self, text):
        return self.context.execute(text).collect().to_arrow()


class Connect:
    """A server behind Spark Connect."""

    def __init__(self, folder, remote):
        from pyspark.sql import SparkSession

        self.spark = SparkSession.builder.remote(remote).getOrCreate()
        for table in TABLES if folder else []:
            self.spark.read.parquet(f"{folder}/{table}.parquet").createOrReplaceTempView(table)

    def sql(self, text):
        return self.spark.sql(text).toArrow()

    def select_one(self, warm_up, times):
        """The median of the seconds that the smallest query takes."""
        seconds = []
        for _ in range(warm_up + times):
            started = time.perf_counter()
            assert self.spark.sql("select 1").collect()[0][0] == 1
            seconds.append(time.perf_counter() - started)
        return statistics.median(seconds[warm_up:])

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
