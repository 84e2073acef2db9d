"""Programs that ask much of a planner and little of an executor: long texts, long chains of calls, wide tables.

Each makes a DataFrame of a session; whoever calls it measures how long its schema and its rows take.
"""

ROWS = 2_000
ITEMS = 5_000
TERMS = 1_000
CALLS = 500
DEPTH = 100
COLUMNS = 10_000


def values(spark):
    rows = ", ".join(f"({i}, 'name {i}', {i}.25, DATE '2020-01-01')" for i in range(ROWS))
    return spark.sql(f"SELECT * FROM VALUES {rows} AS t (id, name, price, day)")


def in_list(spark):
    return spark.sql(f"SELECT id FROM range(10) WHERE id IN ({', '.join(map(str, range(ITEMS)))})")


def texts_in_list(spark):
    items = ", ".join(f"'item {i}'" for i in range(ITEMS))
    return spark.sql(f"SELECT id FROM range(10) WHERE CAST(id AS STRING) IN ({items})")


def with_column(spark):
    from pyspark.sql import functions as F

    frame = spark.range(10)
    for number in range(CALLS):
        frame = frame.withColumn(f"c{number}", F.col("id") + number)
    return frame


def with_column_on_the_last(spark):
    from pyspark.sql import functions as F

    frame = spark.range(10).withColumn("c", F.col("id"))
    for number in range(CALLS):
        frame = frame.withColumn("c", F.col("c") + number)
    return frame


def wide(spark):
    from pyspark.sql import functions as F

    return spark.range(1).select([F.lit(number).alias(f"c{number}") for number in range(COLUMNS)])


def conjunction(spark):
    return where(spark, " AND ".join(f"id <> {i}" for i in range(10, 10 + TERMS)))


def disjunction(spark):
    return where(spark, " OR ".join(f"id = {i} AND id > 0" for i in range(TERMS)))


def addition(spark):
    return spark.sql(f"SELECT {' + '.join(['id'] * TERMS)} AS total FROM range(10)")


def case(spark):
    branches = " ".join(f"WHEN id = {i} THEN 'text {i}'" for i in range(TERMS))
    return spark.sql(f"SELECT CASE {branches} ELSE 'other' END AS text FROM range(10)")


def parentheses(spark):
    return spark.sql(f"SELECT {'(1 + ' * DEPTH}id{')' * DEPTH} AS total FROM range(10)")


def unions(spark):
    return spark.sql(" UNION ALL ".join(f"SELECT {i} AS number" for i in range(CALLS)))


def where(spark, condition):
    return spark.sql(f"SELECT id FROM range(10) WHERE {condition}")


PROGRAMS = {
    "select_one": ("`SELECT 1`", lambda spark: spark.sql("SELECT 1")),
    "values": (f"VALUES, {ROWS:,} rows of 4", values),
    "in_list": (f"IN list, {ITEMS:,} numbers", in_list),
    "texts_in_list": (f"IN list, {ITEMS:,} texts", texts_in_list),
    "with_column": (f"{CALLS} × withColumn", with_column),
    "with_column_on_the_last": (f"{CALLS} × withColumn, each on the last", with_column_on_the_last),
    "wide": (f"select of {COLUMNS:,} columns", wide),
    "conjunction": (f"{TERMS:,} × AND", conjunction),
    "disjunction": (f"{TERMS:,} × OR of ANDs", disjunction),
    "addition": (f"{TERMS:,} × +", addition),
    "case": (f"CASE, {TERMS:,} branches", case),
    "parentheses": (f"{DEPTH} parentheses", parentheses),
    "unions": (f"{CALLS} × UNION ALL", unions),
}
