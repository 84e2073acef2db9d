"""`CALL firesteel.load(…)`: every pattern against a model of it, loads that run twice, come late or come in any order."""

import random
import subprocess

import pytest
from pyspark.sql import functions as F

from conftest import binary

NAMES = iter(range(10**6))


def literal(value):
    """A value of Python as the procedure reads it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(value, (list, tuple)):
        return f"array({', '.join(map(literal, value))})"
    if isinstance(value, dict):
        return f"map({', '.join(f'{literal(k)}, {literal(v)}' for k, v in value.items())})"
    return str(value)


def load(spark, **spec):
    """Runs a load; what it counted, by step and item."""
    arguments = ", ".join(f"{key} => {literal(value)}" for key, value in spec.items())
    frame = spark.sql(f"CALL firesteel.load({arguments})")
    assert frame.columns == ["step", "item", "action", "passed", "rows"]
    return {(row.step, row.item): row for row in frame.collect()}


def rows(spark, query):
    return sorted((tuple(row) for row in spark.sql(query).collect()), key=str)


def make(spark, columns, format="parquet"):
    """A new table without rows."""
    name = f"load_{next(NAMES)}"
    spark.sql(f"DROP TABLE IF EXISTS {name}")
    spark.sql(f"CREATE TABLE {name} ({columns}) USING {format}")
    return name


def stage(spark, data, schema):
    """Rows as a view."""
    name = f"staged_{next(NAMES)}"
    spark.createDataFrame(data, schema).createOrReplaceTempView(name)
    return name


def condition(spark, **spec):
    with pytest.raises(Exception) as caught:
        load(spark, **spec)
    return caught.value.getCondition()


# ---- tables of files


def test_truncate_reload(spark):
    target = make(spark, "id INT, name STRING")
    spark.sql(f"INSERT INTO {target} VALUES (9, 'old')")
    source = stage(spark, [(1, "a"), (2, "b")], "id int, name string")
    for _ in range(2):
        counted = load(spark, target=target, source=source, pattern="truncate_reload")
        assert counted["load", "num_inserted_rows"].rows == 2
        assert rows(spark, f"TABLE {target}") == [(1, "a"), (2, "b")]
    nothing = stage(spark, [], "id int, name string")
    assert load(spark, target=target, source=nothing, pattern="truncate_reload")["load", "num_inserted_rows"].rows == 0
    assert rows(spark, f"TABLE {target}") == []


def test_truncate_reload_empties_partitions_whatever_the_session_says(spark):
    spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
    spark.sql("CREATE OR REPLACE TEMP VIEW one_day AS SELECT 1 AS id, 'x' AS day")
    name = f"load_{next(NAMES)}"
    spark.sql(f"CREATE TABLE {name} (id INT, day STRING) USING parquet PARTITIONED BY (day)")
    spark.sql(f"INSERT INTO {name} VALUES (5, 'x'), (6, 'y')")
    load(spark, target=name, source="one_day", pattern="truncate_reload")
    assert rows(spark, f"TABLE {name}") == [(1, "x")]


def test_insert_only_adds_each_key_once(spark):
    target = make(spark, "id INT, name STRING")
    first = stage(spark, [(1, "a"), (2, "b"), (2, "b")], "id int, name string")
    second = stage(spark, [(2, "changed"), (3, "c")], "id int, name string")
    for source, added in [(first, 2), (first, 0), (second, 1), (second, 0), (first, 0)]:
        counted = load(spark, target=target, source=source, pattern="insert_only", keys=["id"])
        assert counted["load", "num_inserted_rows"].rows == added
    assert rows(spark, f"TABLE {target}") == [(1, "a"), (2, "b"), (3, "c")]


def test_insert_only_adds_each_batch_once(spark):
    target = make(spark, "id INT, batch STRING")
    source = stage(spark, [(1,), (1,), (2,)], "id int")
    spec = dict(target=target, source=source, pattern="insert_only", batch_column="batch")
    for batch in ["monday", "monday", "tuesday", "monday"]:
        load(spark, batch=batch, **spec)
    assert rows(spark, f"SELECT batch, count(*) FROM {target} GROUP BY batch") == [("monday", 3), ("tuesday", 3)]


def test_the_mark_is_where_the_target_is(spark):
    target = make(spark, "id INT, at INT")
    source = make(spark, "id INT, at INT")
    spec = dict(target=target, source=source, pattern="insert_only", keys="id", changed_by="at")
    spark.sql(f"INSERT INTO {source} VALUES (1, 10), (2, 20)")
    assert load(spark, **spec)["load", "num_inserted_rows"].rows == 2
    # As old as the mark, older than it, without a value.
    spark.sql(f"INSERT INTO {source} VALUES (3, 20), (4, 15), (5, NULL)")
    assert load(spark, **spec)["load", "num_inserted_rows"].rows == 2
    assert load(spark, **spec)["load", "num_inserted_rows"].rows == 0
    assert load(spark, overlap=5, **spec)["load", "num_inserted_rows"].rows == 1
    assert rows(spark, f"SELECT id FROM {target}") == [(1,), (2,), (3,), (4,), (5,)]


def test_guesses_are_errors(spark):
    target = make(spark, "id INT, name STRING, seq INT")
    spark.sql(f"INSERT INTO {target} VALUES (7, 'kept', 1)")
    schema = "id int, name string, seq int"
    spec = dict(target=target, pattern="insert_only", keys="id")
    cases = [
        ([(1, "a", 1), (1, "b", 1)], {}, "LOAD_DUPLICATE_KEY"),
        ([(1, "a", 1), (1, "b", 1)], {"sequence": "seq"}, "LOAD_AMBIGUOUS_SEQUENCE"),
        ([(1, "a", 1), (1, "b", None)], {"sequence": "seq"}, "LOAD_NULL_SEQUENCE"),
        ([(None, "a", 1)], {}, "LOAD_NULL_KEY"),
    ]
    for data, more, expected in cases:
        assert condition(spark, source=stage(spark, data, schema), **spec, **more) == expected
        assert rows(spark, f"TABLE {target}") == [(7, "kept", 1)]
    # What is said alike is said once, and what came before the last is no matter.
    fine = [(1, "a", 1), (1, "b", 2), (1, "b", 2), (1, "c", 1)]
    load(spark, source=stage(spark, fine, schema), sequence="seq", **spec)
    assert rows(spark, f"TABLE {target}") == [(1, "b", 2), (7, "kept", 1)]
    load(spark, source=stage(spark, [(None, "n", 1)], schema), null_keys="match", **spec)
    load(spark, source=stage(spark, [(None, "m", 1)], schema), null_keys="match", **spec)
    assert rows(spark, f"SELECT name FROM {target} WHERE id IS NULL") == [("n",)]


def test_specs_are_refused_by_name(spark):
    target = make(spark, "id INT")
    spec = dict(target=target, source=target, pattern="insert_only")
    assert condition(spark, key="id", **spec) == "LOAD_SPEC.UNKNOWN_KEY"
    assert condition(spark, **spec) == "LOAD_SPEC.MISSING_KEY"
    assert condition(spark, keys="no", **spec) == "LOAD_SPEC.NOT_IN_SOURCE"
    with pytest.raises(Exception, match="Did you mean `keys`"):
        load(spark, keyz="id", **spec)
    with pytest.raises(Exception, match="CALL"):
        spark.sql("CALL other.procedure(1)").collect()


# ---- a log of versions with flags: one INSERT, so in tables of files too


def latest(spark, target):
    query = f"""
        SELECT id, name FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY version DESC) AS n FROM {target})
        WHERE n = 1 AND NOT is_deleted"""
    return rows(spark, query)


def test_insert_delete_flag_follows_snapshots(spark):
    target = make(spark, "id INT, name STRING, is_deleted BOOLEAN, version BIGINT")
    dice = random.Random(5)
    spec = dict(target=target, pattern="insert_delete_flag", keys="id")
    for _ in range(6):
        data = [(key, dice.choice(["a", "b", None])) for key in range(6) if dice.random() < 0.7]
        source = stage(spark, data, "id int, name string")
        load(spark, source=source, **spec)
        assert latest(spark, target) == sorted(data, key=str)
        assert load(spark, source=source, **spec)["load", "num_inserted_rows"].rows == 0


# ---- expectations


EXPECTED = [
    {"check": "not_null", "column": "id", "action": "drop"},
    {"check": "unique", "column": "id", "action": "quarantine"},
    {"check": "range", "column": "qty", "min": 0, "max": 100, "action": "quarantine"},
    {"check": "in_set", "column": "kind", "values": ["a", "b"], "action": "warn"},
    {"check": "regex", "column": "kind", "matches": "^[a-z]$", "action": "warn", "name": "letter"},
    {"check": "row_count", "min": 3, "action": "warn"},
]

DATA = [(1, 5, "a"), (2, 500, "b"), (3, 7, "zz"), (None, 1, "a"), (4, None, None), (4, 2, "b")]


def test_expectations_warn_drop_and_put_aside(spark):
    target = make(spark, "id INT, qty INT, kind STRING")
    aside = make(spark, "id INT, qty INT, kind STRING, violations STRING")
    source = stage(spark, DATA, "id int, qty int, kind string")
    spec = dict(target=target, source=source, pattern="truncate_reload", quarantine=aside, expectations=EXPECTED)
    for run in range(2):
        counted = load(spark, **spec)
        found = {item: (row.action, row.passed, row.rows) for (step, item), row in counted.items() if step == "expectation"}
        assert found == {
            "not_null(id)": ("drop", False, 1),
            "unique(id)": ("quarantine", False, 2),
            "range(qty)": ("quarantine", False, 1),
            "in_set(kind)": ("warn", False, 1),
            "letter": ("warn", False, 1),
            "row_count": ("warn", True, None),
        }
        assert (counted["source", "rows"].rows, counted["source", "rows_accepted"].rows) == (6, 2)
        assert counted["quarantine", "num_inserted_rows"].rows == (3 if run == 0 else 0)
        assert rows(spark, f"TABLE {target}") == [(1, 5, "a"), (3, 7, "zz")]
        violations = [(2, 500, "b", "range(qty)"), (4, 2, "b", "unique(id)"), (4, None, None, "unique(id)")]
        assert rows(spark, f"TABLE {aside}") == violations


def test_rows_that_are_dropped_fail_for_nothing_else(spark):
    target = make(spark, "id INT, qty INT")
    source = stage(spark, [(None, 1), (1, 1), (2, -1), (2, 5)], "id int, qty int")
    expected = [
        {"check": "not_null", "column": "id", "action": "drop"},
        {"check": "range", "column": "qty", "min": 0, "action": "drop"},
    ]
    load(spark, target=target, source=source, pattern="insert_only", keys="id", expectations=expected)
    assert rows(spark, f"TABLE {target}") == [(1, 1), (2, 5)]


@pytest.mark.parametrize(
    "expectation",
    [
        {"check": "not_null", "columns": ["id", "kind"]},
        {"check": "unique", "column": "id"},
        {"check": "range", "column": "qty", "max": 100},
        {"check": "in_set", "column": "kind", "values": ["a", "zz"]},
        {"check": "regex", "column": "kind", "matches": "^.$"},
        {"check": "condition", "condition": "qty <> 7"},
        {"check": "row_count", "min": 7},
        {"check": "row_count", "max": 5},
        {"check": "freshness", "column": "at", "within": "1 day"},
    ],
    ids=lambda expectation: expectation["check"],
)
def test_expectations_that_fail_load_nothing(spark, expectation):
    target = make(spark, "id INT, qty INT, kind STRING, at TIMESTAMP")
    frame = spark.createDataFrame(DATA, "id int, qty int, kind string")
    frame.withColumn("at", F.expr("current_timestamp() - INTERVAL '2' DAY")).createOrReplaceTempView("failing")
    spark.sql(f"INSERT INTO {target} VALUES (0, 0, 'old', NULL)")
    spec = dict(target=target, source="failing", pattern="truncate_reload")
    assert condition(spark, expectations=[expectation], **spec) == "LOAD_EXPECTATION_FAILED"
    assert rows(spark, f"SELECT id, kind FROM {target}") == [(0, "old")]


def test_expectations_that_are_met_are_told(spark):
    target = make(spark, "id INT, at TIMESTAMP")
    spark.sql("CREATE OR REPLACE TEMP VIEW fresh AS SELECT 1 AS id, current_timestamp() AS at")
    expected = [{"check": "freshness", "column": "at", "within": "1 day"}, {"check": "row_count", "min": 1, "max": 1}]
    counted = load(spark, target=target, source="fresh", pattern="truncate_reload", expectations=expected)
    assert counted["expectation", "freshness(at)"].passed and counted["expectation", "row_count"].passed


# ---- YAML


def test_loads_from_yaml(tmp_path):
    def firesteel(*arguments):
        command = [binary(), *arguments, "--warehouse", str(tmp_path / "warehouse"), "--output", "csv"]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)

    (tmp_path / "s.csv").write_text("id,name\n1,a\n2,b\n")
    firesteel("sql", "-e", "CREATE TABLE t (id INT, name STRING) USING parquet")
    spec = tmp_path / "loads.yaml"
    text = f"""
target: t
query: |
  SELECT CAST(_c0 AS INT) AS id, _c1 AS name FROM csv.`{tmp_path}/s.csv` WHERE _c0 <> 'id'
pattern: insert_only
keys: [id]
expectations:
  - {{check: not_null, columns: [id, name]}}
---
target: t
source: t
pattern: insert_only
keys: id
"""
    spec.write_text(text)
    ran = firesteel("load", str(spec))
    assert ran.returncode == 0, ran.stderr
    assert "load,num_inserted_rows,,,2" in ran.stdout and "load,num_inserted_rows,,,0" in ran.stdout
    assert "1,a" in firesteel("sql", "-e", "TABLE t").stdout
    spec.write_text(text.replace("keys: [id]", "key: [id]"))
    ran = firesteel("load", str(spec))
    assert ran.returncode == 1 and "LOAD_SPEC.UNKNOWN_KEY" in ran.stderr and "`keys`" in ran.stderr


# ---- tables that can be changed in place


def version(spark, target):
    return spark.sql(f"DESCRIBE HISTORY {target} LIMIT 1").collect()[0]["version"]


def test_upsert(spark):
    target = make(spark, "id INT, name STRING", "delta")
    spec = dict(target=target, pattern="upsert", keys="id")
    first = stage(spark, [(1, "a"), (2, "b"), (2, "b")], "id int, name string")
    second = stage(spark, [(2, None), (3, "c")], "id int, name string")
    for source, expected in [
        (first, [(1, "a"), (2, "b")]),
        (second, [(1, "a"), (2, None), (3, "c")]),
        (second, [(1, "a"), (2, None), (3, "c")]),
    ]:
        load(spark, source=source, **spec)
        assert rows(spark, f"TABLE {target}") == expected
    assert condition(spark, source=stage(spark, [(1, "x"), (1, "y")], "id int, name string"), **spec) == "LOAD_DUPLICATE_KEY"
    assert rows(spark, f"TABLE {target}") == [(1, "a"), (2, None), (3, "c")]


@pytest.mark.parametrize("pattern", ["hard_delete", "soft_delete"])
def test_deletes_follow_snapshots(spark, pattern):
    own = ", is_deleted BOOLEAN, deleted_at TIMESTAMP" if pattern == "soft_delete" else ""
    target = make(spark, "id INT, name STRING" + own, "delta")
    more = {"deleted_at": "deleted_at"} if own else {}
    dice = random.Random(7)
    seen = set()
    for _ in range(5):
        data = [(key, dice.choice(["a", "b", None])) for key in range(6) if dice.random() < 0.7]
        seen |= {key for key, _ in data}
        source = stage(spark, data, "id int, name string")
        for _ in range(2):
            load(spark, target=target, source=source, pattern=pattern, keys="id", **more)
            there = f"SELECT id, name FROM {target}" + (" WHERE NOT is_deleted" if own else "")
            assert rows(spark, there) == sorted(data, key=str)
        if own:
            assert rows(spark, f"SELECT id FROM {target}") == sorted((key,) for key in seen)
            wrong = f"SELECT * FROM {target} WHERE is_deleted <> (deleted_at IS NOT NULL)"
            assert rows(spark, wrong) == []


def records(dice, keys=4, most=14):
    """A log: key, value, place, operation; no two of a key at one place."""
    places = random.Random(dice.random())
    log = []
    for place in range(1, most):
        key = places.randrange(keys)
        log.append((key, f"v{place}", place, places.choice("IUUD")))
    return log


def batches(dice, log):
    """The log in pieces, in any order, with pieces that come twice."""
    shuffled = log + dice.sample(log, len(log) // 3)
    dice.shuffle(shuffled)
    cuts = sorted(dice.sample(range(1, len(shuffled)), 3))
    return [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(shuffled)])]


LOG = "id int, name string, seq int, op string"


@pytest.mark.parametrize("seed", range(4))
def test_apply_changes_in_any_order(spark, seed):
    dice = random.Random(seed)
    log = records(dice)
    target = make(spark, "id INT, name STRING, seq INT, is_deleted BOOLEAN", "delta")
    for batch in batches(dice, log):
        load(spark, target=target, source=stage(spark, batch, LOG), pattern="apply_changes", keys="id", sequence="seq")
    last = {key: (key, name, seq, op) for key, name, seq, op in sorted(log, key=lambda record: record[2])}
    expected = sorted(((key, name, seq) for key, name, seq, op in last.values() if op != "D"), key=str)
    assert rows(spark, f"SELECT id, name, seq FROM {target} WHERE NOT is_deleted") == expected
    assert rows(spark, f"SELECT id, seq FROM {target}") == sorted(((k, s) for k, _, s, _ in last.values()), key=str)
    before = version(spark, target), rows(spark, f"TABLE {target}")
    load(spark, target=target, source=stage(spark, log, LOG), pattern="apply_changes", keys="id", sequence="seq")
    assert rows(spark, f"TABLE {target}") == before[1]


def test_unknown_operations_are_errors(spark):
    target = make(spark, "id INT, name STRING, seq INT, is_deleted BOOLEAN", "delta")
    spec = dict(target=target, pattern="apply_changes", keys="id", sequence="seq")
    for operation in ["X", None]:
        assert condition(spark, source=stage(spark, [(1, "a", 1, operation)], LOG), **spec) == "LOAD_UNKNOWN_OPERATION"
    feed = [(1, "old", 1, "update_preimage"), (1, "new", 1, "update_postimage"), (2, "x", 1, "delete")]
    more = dict(upserts=["insert", "update_postimage"], deletes="delete", ignore="update_preimage")
    load(spark, source=stage(spark, feed, LOG), **spec, **more)
    assert rows(spark, f"TABLE {target}") == [(1, "new", 1, False), (2, "x", 1, True)]


HISTORY = "id INT, name STRING, valid_from INT, valid_to INT, is_current BOOLEAN"


@pytest.mark.parametrize("seed", range(4))
def test_history_of_events_in_any_order(spark, seed):
    dice = random.Random(seed)
    log = records(dice)
    target = make(spark, HISTORY, "delta")
    spec = dict(
        target=target, pattern="history", keys="id", columns=["id", "name"], sequence="seq", delete_when="op = 'D'",
        keep_unchanged=True,
    )
    for batch in batches(dice, log):
        load(spark, source=stage(spark, batch, LOG), **spec)
    expected = []
    for key in {record[0] for record in log}:
        of_key = sorted((record for record in log if record[0] == key), key=lambda record: record[2])
        ends = [record[2] for record in of_key[1:]] + [None]
        expected += [(k, n, s, end, end is None) for (k, n, s, op), end in zip(of_key, ends) if op != "D"]
    found = f"SELECT * FROM {target} WHERE NOT valid_from <=> valid_to"
    assert rows(spark, found) == sorted(expected, key=str)
    before = rows(spark, f"TABLE {target}")
    load(spark, source=stage(spark, log, LOG), **spec)
    assert rows(spark, f"TABLE {target}") == before


def test_history_leaves_out_what_says_nothing_new(spark):
    target = make(spark, HISTORY, "delta")
    spec = dict(target=target, pattern="history", keys="id", columns=["id", "name"], sequence="seq")
    log = [(1, "a", 1, "I"), (1, "a", 2, "U"), (1, "b", 3, "U"), (2, None, 1, "I"), (2, None, 4, "U")]
    for _ in range(2):
        load(spark, source=stage(spark, log, LOG), **spec)
        assert rows(spark, f"TABLE {target}") == [(1, "a", 1, 3, False), (1, "b", 3, None, True), (2, None, 1, None, True)]


def test_history_of_snapshots(spark):
    columns = "id INT, name STRING, valid_from TIMESTAMP, valid_to TIMESTAMP, is_current BOOLEAN"
    target = make(spark, columns, "delta")
    spec = dict(target=target, pattern="history", keys="id", delete_missing=True)
    days = [[(1, "a"), (2, "b")], [(1, "a"), (2, "c")], [(1, "a")], [(1, None), (2, "c")]]
    for day, data in enumerate(days, start=1):
        for _ in range(2):
            load(spark, source=stage(spark, data, "id int, name string"), as_of=f"2026-01-0{day}", **spec)
    found = f"SELECT id, name, day(valid_from), day(valid_to), is_current FROM {target}"
    assert rows(spark, found) == [
        (1, "a", 1, 4, False),
        (1, None, 4, None, True),
        (2, "b", 1, 2, False),
        (2, "c", 2, 3, False),
        (2, "c", 4, None, True),
    ]
