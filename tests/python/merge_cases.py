"""Statements that change rows of Delta tables, and how one is asked; the answers are Spark's with Delta.

`python merge_cases.py [NAME...]` asks Spark and writes `merge_answers.json`; answers that nobody has asked it for yet, and
that come of reasoning, are marked `reasoned` there. Cases that Delta refuses
and Firesteel does not stand in `OURS` with the rows they lead to.
"""

import json
import pathlib
import sys
import tempfile

ANSWERS = pathlib.Path(__file__).with_name("merge_answers.json")

ID_V = {"columns": "id int, v string", "rows": "(1, 'a'), (2, 'b'), (3, null), (null, 'n')"}
ON = "merge into t using s on t.id = s.id "


def case(name, statement, source=None, columns=ID_V["columns"], rows=ID_V["rows"], before=(), layout="", source_columns=None, settings=()):
    """One table `t`, one view `s` of the same columns (unless told otherwise), one statement."""
    return {
        "name": name,
        "statement": statement,
        "source": source,
        "columns": columns,
        "rows": rows,
        "before": list(before),
        "layout": layout,
        "source_columns": source_columns or columns,
        "settings": dict(settings),
    }


FEED = "tblproperties (delta.enableChangeDataFeed = true)"
NESTED = {"columns": "id int, s struct<a: int, b: struct<c: int, d: string>>", "rows": "(1, named_struct('a', 1, 'b', named_struct('c', 2, 'd', 'x'))), (2, null)"}
AMOUNTS = {"columns": "id int, amount decimal(10, 2), day date, flag boolean", "rows": "(1, 1.50, date'2024-01-01', true), (2, 2.50, date'2024-02-01', false), (3, null, null, null)"}

CASES = [
    # DELETE
    case("delete by condition", "delete from t where id = 1"),
    case("delete keeps rows whose condition is null", "delete from t where v = 'a' or v > 'zz'"),
    case("delete everything", "delete from t"),
    case("delete true", "delete from t where true"),
    case("delete nothing", "delete from t where id = 99"),
    case("delete with alias", "delete from t as x where x.id >= 2"),
    case("delete null rows", "delete from t where id is null"),
    case("delete whole partition", "delete from t where p = 'a'", columns="id int, p string", rows="(1, 'a'), (2, 'a'), (3, 'b'), (4, null)", layout="partitioned by (p)"),
    case("delete across partitions", "delete from t where id > 1", columns="id int, p string", rows="(1, 'a'), (2, 'a'), (3, 'b'), (4, null)", layout="partitioned by (p)"),
    case("delete not of a partition keeps null", "delete from t where p <> 'a'", columns="id int, p string", rows="(1, 'a'), (2, 'a'), (3, 'b'), (4, null)", layout="partitioned by (p)"),
    case("delete unknown column", "delete from t where nope = 1"),
    case("delete condition is no boolean", "delete from t where id"),
    case("delete is not the same each time", "delete from t where rand() < 2"),
    case("delete twice", "delete from t where id = 2", before=["delete from t where id = 1"]),
    case("delete of an append only table", "delete from t where id = 1", layout="tblproperties (delta.appendOnly = true)"),
    # UPDATE
    case("update", "update t set v = 'z' where id = 1"),
    case("update everything", "update t set v = concat(coalesce(v, ''), '!')"),
    case("update by old values", "update t set id = id + 1, v = cast(id as string) where id < 3"),
    case("update nothing", "update t set v = 'z' where id = 99"),
    case("update with alias", "update t as x set x.v = 'z' where x.id = 2"),
    case("update to null", "update t set v = null where id = 1"),
    case("update casts", "update t set amount = 3, day = '2024-03-01', flag = 'true' where id = 1", **AMOUNTS),
    case("update casts a text that is none", "update t set amount = 'x' where id = 1", **AMOUNTS),
    case("update overflows", "update t set id = 3000000000 where id = 1"),
    case("update of a field", "update t set s.a = 10 where id = 1", **NESTED),
    case("update of fields at two levels", "update t set s.b.c = 20, s.a = 10", **NESTED),
    case("update of a struct by names", "update t set s = named_struct('b', named_struct('d', 'n', 'c', 5), 'a', 4) where id = 2", **NESTED),
    case("update of a struct with a field too few", "update t set s = named_struct('a', 4) where id = 2", **NESTED),
    case("update of a field twice", "update t set s.a = 1, s.a = 2", **NESTED),
    case("update of a struct and its field", "update t set s = null, s.a = 2", **NESTED),
    case("update of an unknown field", "update t set s.z = 2", **NESTED),
    case("update of an unknown column", "update t set z = 2"),
    case("update of a partition column", "update t set p = 'c' where id = 2", columns="id int, p string", rows="(1, 'a'), (2, 'a'), (3, 'b')", layout="partitioned by (p)"),
    case("update keeps a check", "update t set id = 5 where id = 1", before=["alter table t add constraint positive check (id is null or id > 0)"]),
    case("update breaks a check", "update t set id = -5 where id = 1", before=["alter table t add constraint positive check (id is null or id > 0)"]),
    case("update breaks not null", "update t set v = null where id = 1", columns="id int, v string not null", rows="(1, 'a'), (2, 'b')"),
    case("update to default", "update t set v = default where id = 1", columns="id int, v string default 'd'", layout="tblproperties (delta.feature.allowColumnDefaults = 'supported')"),
    case("update of an array", "update t set a = array(7, 8) where id = 1", columns="id int, a array<int>, m map<string, int>", rows="(1, array(1), map('k', 1)), (2, null, null)"),
    # MERGE
    case("upsert by stars", ON + "when matched then update set * when not matched then insert *", "(2, 'x'), (4, 'y'), (null, 'z')"),
    case("upsert by columns", ON + "when matched then update set t.v = s.v || '!' when not matched then insert (id, v) values (s.id, upper(s.v))", "(2, 'x'), (4, 'y')"),
    case("insert only", ON + "when not matched then insert *", "(2, 'x'), (4, 'y'), (null, 'z')"),
    case("insert only twice the same", ON + "when not matched then insert *", "(4, 'x'), (4, 'y')"),
    case("insert with a condition", ON + "when not matched and s.v = 'y' then insert *", "(4, 'x'), (5, 'y')"),
    case("insert with two conditions", ON + "when not matched and s.id = 4 then insert (id) values (s.id) when not matched then insert (v, id) values ('late', s.id)", "(4, 'x'), (5, 'y')"),
    case("update only", ON + "when matched then update set v = s.v", "(1, 'x'), (4, 'y')"),
    case("matched delete", ON + "when matched then delete", "(1, 'x'), (4, 'y')"),
    case("matched delete with several matches", ON + "when matched then delete", "(1, 'x'), (1, 'y')"),
    case("several matches", ON + "when matched then update set v = s.v", "(1, 'x'), (1, 'y')"),
    case("several matches of which one has a clause", ON + "when matched and s.v = 'x' then update set v = s.v", "(1, 'x'), (1, 'y')"),
    case("several matches with an insert", ON + "when matched and s.v = 'x' then update set v = s.v when not matched then insert *", "(1, 'x'), (1, 'y')"),
    case("several matches, delete and insert", ON + "when matched then delete when not matched then insert *", "(1, 'x'), (1, 'y'), (8, 'n')"),
    case("clauses in order", ON + "when matched and t.id = 1 then delete when matched and s.v = 'x' then update set v = 'first' when matched then update set v = 'second' when not matched then insert *", "(1, 'x'), (2, 'x'), (3, 'y'), (4, 'z')"),
    case("not matched by source delete", ON + "when not matched by source then delete", "(1, 'x')"),
    case("not matched by source update", ON + "when not matched by source and t.id = 2 then update set v = 'gone'", "(1, 'x')"),
    case("full sync", ON + "when matched then update set * when not matched then insert * when not matched by source then delete", "(1, 'x'), (4, 'y')"),
    case("soft delete", ON + "when not matched then insert * when not matched by source and t.v is not null then update set v = concat('old ', t.v)", "(1, 'x'), (9, 'y')"),
    case("not matched by source with several matches", ON + "when not matched by source then delete", "(1, 'x'), (1, 'y')"),
    case("empty source", ON + "when matched then delete when not matched then insert *", "(1, 'x')", before=["create or replace temp view s as select 1 as id, 'x' as v where false"]),
    case("empty source deletes orphans", ON + "when matched then update set * when not matched by source then delete", "(1, 'x')", before=["create or replace temp view s as select 1 as id, 'x' as v where false"]),
    case("empty target", ON + "when matched then update set * when not matched then insert *", "(1, 'x')", rows="(7, 'q')", before=["delete from t"]),
    case("null safe condition", "merge into t using s on t.id <=> s.id when matched then update set v = s.v", "(null, 'x')"),
    case("condition over the target alone", "merge into t using s on t.id = s.id and t.v = 'a' when matched then update set v = s.v when not matched then insert *", "(1, 'x'), (2, 'y')"),
    case("condition that is no equality", "merge into t using s on t.id < s.id when matched then update set v = s.v", "(2, 'x')"),
    case("constant condition", "merge into t using s on false when not matched then insert *", "(1, 'again')"),
    case("other types of keys", ON + "when matched then update set v = s.v when not matched then insert *", "(1L, 'x'), (9L, 'y')", source_columns="id bigint, v string"),
    case("aliases", "merge into t as target using (select id, v from s where id > 1) source on target.id = source.id when matched then update set target.v = source.v", "(1, 'x'), (2, 'y')"),
    case("nested fields", ON + "when matched then update set t.s.a = s.id * 100 when not matched then insert (id) values (s.id)", "(1, null), (5, null)", **NESTED),
    case("default in an insert", ON + "when not matched then insert (id, v) values (s.id, default)", "(8, 'x')", columns="id int, v string default 'd'", layout="tblproperties (delta.feature.allowColumnDefaults = 'supported')", source_columns="id int, v string"),
    case("left out columns have their default", ON + "when not matched then insert (id) values (s.id)", "(8, 'x')", columns="id int, v string default 'd'", layout="tblproperties (delta.feature.allowColumnDefaults = 'supported')", source_columns="id int, v string"),
    case("casts in a merge", ON + "when matched then update set amount = s.v when not matched then insert (id, amount, day, flag) values (s.id, s.v, '2024-05-05', true)", "(1, '7.255'), (9, '8')", source_columns="id int, v string", **AMOUNTS),
    case("overflow in a merge", ON + "when matched then update set id = s.v", "(1, 3000000000)", source_columns="id int, v bigint"),
    case("check in a merge", ON + "when not matched then insert *", "(-1, 'x')", before=["alter table t add constraint positive check (id is null or id > 0)"]),
    case("check of the rows that change alone", ON + "when matched and s.v = 'n' then delete when matched then update set v = s.v", "(1, 'x'), (2, 'n')", before=["alter table t add constraint positive check (id is null or id > 0)"]),
    case("not null in a merge", ON + "when not matched then insert (id) values (s.id)", "(8, 'x')", columns="id int, v string not null", rows="(1, 'a')", source_columns="id int, v string"),
    case("partitioned target", ON + "when matched then update set p = s.p when not matched then insert *", "(1, 'b'), (9, 'c')", columns="id int, p string", rows="(1, 'a'), (2, 'a'), (3, 'b'), (4, null)", layout="partitioned by (p)"),
    case("change feed", ON + "when matched and s.v = 'd' then delete when matched then update set v = s.v when not matched then insert *", "(1, 'x'), (2, 'd'), (9, 'n')", layout=FEED),
    # schema evolution
    case("new column without evolution", ON + "when matched then update set * when not matched then insert *", "(1, 'x', 10), (9, 'y', 90)", source_columns="id int, v string, extra int"),
    case("new column with evolution", "merge with schema evolution into t using s on t.id = s.id when matched then update set * when not matched then insert *", "(1, 'x', 10), (9, 'y', 90)", source_columns="id int, v string, extra int"),
    case("new column set alone", "merge with schema evolution into t using s on t.id = s.id when matched then update set extra = s.extra", "(1, 'x', 10), (9, 'y', 90)", source_columns="id int, v string, extra int"),
    case("new column inserted only", "merge with schema evolution into t using s on t.id = s.id when not matched then insert *", "(1, 'x', 10), (9, 'y', 90)", source_columns="id int, v string, extra int"),
    case("missing column with evolution", "merge with schema evolution into t using s on t.id = s.id when matched then update set * when not matched then insert *", "(1), (9)", source_columns="id int"),
    case("missing column without evolution", ON + "when matched then update set *", "(1), (9)", source_columns="id int"),
    case("automatic evolution", ON + "when not matched then insert *", "(9, 'y', 90)", source_columns="id int, v string, extra int", settings={"spark.databricks.delta.schema.autoMerge.enabled": "true"}),
    # errors
    case("unknown column of a condition", ON + "when matched and nope > 1 then delete", "(1, 'x')"),
    case("unknown column of the search condition", "merge into t using s on t.id = s.nope when matched then delete", "(1, 'x')"),
    case("unknown column to set", ON + "when matched then update set nope = 1", "(1, 'x')"),
    case("unknown column to insert", ON + "when not matched then insert (id, nope) values (1, 2)", "(9, 'x')"),
    case("ambiguous column", ON + "when matched and id > 1 then delete", "(1, 'x')"),
    case("column set twice", ON + "when matched then update set v = 'a', v = 'b'", "(1, 'x')"),
    case("column inserted twice", ON + "when not matched then insert (id, id) values (1, 2)", "(9, 'x')"),
    case("the target in an insert", ON + "when not matched then insert (id) values (t.id)", "(9, 'x')"),
    case("the source in an orphan's clause", ON + "when not matched by source then update set v = s.v", "(9, 'x')"),
    case("aggregate in a condition", ON + "when matched and max(s.id) > 1 then delete", "(1, 'x')"),
    case("condition that is not the same each time", ON + "when matched and rand() > 2 then delete", "(1, 'x')"),
    case("a table of files", "merge into files using s on files.id = s.id when matched then delete", "(1, 'x')", before=["create table files (id int) using parquet"]),
    case("a missing table", "merge into nowhere using s on nowhere.id = s.id when matched then delete", "(1, 'x')"),
]

# Delta refuses subqueries in conditions (`DELTA_UNSUPPORTED_SUBQUERY`).
OURS = [
    (case("delete by a subquery", "delete from t where id in (select id from s)", "(1, 'x'), (2, 'y')"), [("null", "n"), (3, None)]),
    (case("delete by EXISTS", "delete from t where exists (select 1 from s where s.id = t.id)", "(1, 'x')"), [(None, "n"), (2, "b"), (3, None)]),
    (case("update by a scalar subquery", "update t set v = (select max(v) from s) where id = (select min(id) from s)", "(1, 'x'), (2, 'y')"), [(None, "n"), (1, "y"), (2, "b"), (3, None)]),
    (case("merge with a subquery in a clause", ON + "when matched and s.v = (select max(v) from s) then update set v = s.v", "(1, 'x'), (2, 'y')"), [(None, "n"), (1, "a"), (2, "y"), (3, None)]),
]


def prepare(spark, case):
    for table in ("t", "files"):
        spark.sql(f"drop table if exists {table}")
    for key, value in case["settings"].items():
        spark.conf.set(key, value)
    spark.sql(f"create table t ({case['columns']}) using delta {case['layout']}")
    spark.sql(f"insert into t values {case['rows']}")
    if case["source"]:
        fields = [field.strip() for field in split(case["source_columns"])]
        casts = ", ".join(f"cast(col{place} as {field.split(' ', 1)[1].split(' default')[0].replace(' not null', '')}) as {field.split(' ', 1)[0]}" for place, field in enumerate(fields, 1))
        spark.sql(f"create or replace temp view s as select {casts} from values {case['source']}")
    for statement in case["before"]:
        spark.sql(statement)


def split(columns):
    """The columns of a schema text, which may have commas inside of types."""
    depth, start, parts = 0, 0, []
    for place, letter in enumerate(columns):
        depth += letter in "(<"
        depth -= letter in ")>"
        if letter == "," and depth == 0:
            parts.append(columns[start:place])
            start = place + 1
    return [*parts, columns[start:]]


def rows_of(frame):
    return sorted(repr(tuple(row)) for row in frame.collect())


def asked(spark, case):
    """What the statement answers, and what is in the table then."""
    prepare(spark, case)
    answer = {}
    try:
        counts = spark.sql(case["statement"])
        answer["columns"] = counts.columns
        answer["counts"] = [list(row) for row in counts.collect()]
    except Exception as error:  # noqa: BLE001
        answer["condition"] = getattr(error, "getCondition", lambda: None)() or getattr(error, "getErrorClass", lambda: None)()
        if not answer["condition"]:
            answer["message"] = str(error).splitlines()[0][:200]
    answer["schema"] = spark.table("t").schema.simpleString()
    answer["rows"] = rows_of(spark.table("t"))
    for key in case["settings"]:
        spark.conf.unset(key)
    return answer


def judge():
    """Spark with Delta, which fetches its packages itself."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.jars.packages", "io.delta:delta-spark_4.2_2.13:4.4.0")
    builder = builder.config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    builder = builder.config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    builder = builder.config("spark.sql.warehouse.dir", tempfile.mkdtemp()).config("spark.ui.enabled", "false")
    builder = builder.config("spark.databricks.delta.snapshotPartitions", "1")
    return builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()


if __name__ == "__main__":
    # Those that are there stay: Spark takes its time.
    session, answers = judge(), json.loads(ANSWERS.read_text()) if ANSWERS.exists() else {}
    for one in CASES:
        known = answers.get(one["name"], {"reasoned": True})
        if known.get("reasoned") and (len(sys.argv) == 1 or one["name"] in sys.argv):
            answers[one["name"]] = asked(session, one)
            ANSWERS.write_text(json.dumps(answers, indent=1, sort_keys=True) + "\n")
