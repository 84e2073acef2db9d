"""Programs whose work is done by Python functions. Each makes a DataFrame of a session and a number of rows, with the
answer that its one row must have.
"""

STRINGS = 10_000_000
DOUBLES = 50_000_000
GROUPED = 1_000_000
ROWS_OF_A_GROUP = 100
#: Of two columns with eight bytes each.
PASSED = 62_500_000
#: Steps of a loop that takes seconds.
STEPS = 40_000_000


def exclaimed(text):
    return text + "!"


def texts(spark, rows, function):
    from pyspark.sql import functions as F

    frame = spark.range(rows).select(function(F.col("id").cast("string")).alias("text"))
    return frame.agg(F.count("text"), F.max("text")), (rows, max(f"{n}!" for n in largest(rows)))


def largest(rows):
    """The numbers below `rows` among which the greatest text is."""
    return {rows - 1, *(10**digits - 1 for digits in range(1, len(str(rows - 1))))}


def pickled(spark, rows):
    from pyspark.sql import functions as F

    return texts(spark, rows, F.udf(exclaimed, "string", useArrow=False))


def arrow(spark, rows):
    from pyspark.sql import functions as F

    return texts(spark, rows, F.udf(exclaimed, "string", useArrow=True))


def pandas(spark, rows):
    from pyspark.sql import functions as F

    # A function of a module would be looked for in that module by the workers.
    doubled = F.pandas_udf(lambda column: column * 2, "double")
    frame = spark.range(rows).select(doubled(F.col("id").cast("double")).alias("value"))
    return frame.agg(F.count("value"), F.max("value")), (rows, 2.0 * (rows - 1))


def groups(spark, rows):
    from pyspark.sql import functions as F

    count = max(1, rows // ROWS_OF_A_GROUP)

    def centred(frame):
        return frame.assign(value=frame.value - frame.value.mean())

    frame = spark.range(rows).selectExpr(f"id % {count} AS key", "CAST(id AS DOUBLE) AS value")
    frame = frame.groupBy("key").applyInPandas(centred, "key long, value double")
    return frame.agg(F.count("key"), F.countDistinct("key")), (rows, count)


def passed(spark, rows):
    from pyspark.sql import functions as F

    frame = spark.range(rows).selectExpr("id", "CAST(id AS DOUBLE) AS value")
    frame = frame.mapInArrow(lambda batches: batches, frame.schema)
    return frame.agg(F.count("id"), F.max("value")), (rows, float(rows - 1))


def burn(spark, steps, partitions):
    """As many partitions that only compute; each takes the same time."""
    from pyspark.sql import functions as F

    def busy(batches):
        import pyarrow

        for batch in batches:
            total = 0
            for number in range(steps if batch.num_rows else 0):
                total += number & 1
            yield pyarrow.RecordBatch.from_pydict({"id": [total] * batch.num_rows})

    frame = spark.range(0, partitions, 1, partitions).mapInArrow(busy, "id long")
    return frame.agg(F.count("id"), F.max("id")), (partitions, steps // 2)


PROGRAMS = {
    "pickled": ("`udf`, {rows:,} short strings", STRINGS, pickled),
    "arrow": ("Arrow `udf`, {rows:,} short strings", STRINGS, arrow),
    "pandas": ("`pandas_udf`, {rows:,} doubles", DOUBLES, pandas),
    "groups": ("`applyInPandas`, {rows:,} rows in groups of 100", GROUPED, groups),
    "passed": ("`mapInArrow`, {rows:,} rows of 16 bytes", PASSED, passed),
    "one": ("one partition that computes", STEPS, lambda spark, steps: burn(spark, steps, 1)),
    "two": ("two of them", STEPS, lambda spark, steps: burn(spark, steps, 2)),
}
