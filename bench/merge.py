#!/usr/bin/env python3
"""MERGE of a few updates and inserts into a large Delta table: Firesteel beside `deltalake`.

    FIRESTEEL=target/shipping/firesteel bench/merge.py --rows 6000000            1 % mixed upserts
    FIRESTEEL=... bench/merge.py --rows 60000000 --spread recent --engines firesteel

Both work on a copy of the same table, written by Firesteel, in processes of their own; time is that of the statement, memory
the most that the process held meanwhile. The tables are compared afterwards. `--spread any` changes rows in all files,
`recent` those of the last tenth of the keys, so that most files need not be touched.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

from server import Server

ENGINES = ("firesteel", "deltalake")
#: Of the source's rows, those that are in the table.
UPDATES = 0.8
KEYS = "t.l_orderkey = s.l_orderkey and t.l_linenumber = s.l_linenumber"
#: Lines of four an order, every other order number is free for what is inserted.
LINES = """
  select {key} as l_orderkey, cast({line} as int) as l_linenumber, cast(pmod(hash(id), 200000) as bigint) as l_partkey,
    cast(pmod(hash(id + 1), 10000) as bigint) as l_suppkey, cast(pmod(id, 50) + 1 as decimal(15, 2)) as l_quantity,
    cast(pmod(hash(id), 1000000) / 100 as decimal(15, 2)) as l_extendedprice, cast(0.05 as decimal(15, 2)) as l_discount,
    cast(0.02 as decimal(15, 2)) as l_tax, substr('ANR', pmod(id, 3) + 1, 1) as l_returnflag,
    substr('FO', pmod(id, 2) + 1, 1) as l_linestatus, date_add(date'1992-01-01', cast(pmod(id, 2500) as int)) as l_shipdate,
    date_add(date'1992-02-01', cast(pmod(id, 2500) as int)) as l_commitdate,
    date_add(date'1992-03-01', cast(pmod(id, 2500) as int)) as l_receiptdate,
    element_at(array('AIR', 'RAIL', 'SHIP', 'TRUCK'), cast(pmod(id, 4) + 1 as int)) as l_shipmode,
    concat('{comment} ', id, ' ', hash(id)) as l_comment
  from {rows}
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=6_000_000, help="rows of the table (default %(default)s)")
    parser.add_argument("--share", type=float, default=0.01, help="rows of the source for each of the table")
    parser.add_argument("--spread", choices=("any", "recent"), default="any")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--python", default=sys.executable, help="the Python that has deltalake")
    parser.add_argument("--folder", type=pathlib.Path, help="where tables are kept; made, and removed, when not given")
    parser.add_argument("--deltalake", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


def make(session, folder, chosen):
    """The table, and the source as Parquet."""
    if not (folder / "table").exists():
        lines = LINES.format(key="id div 4 * 2", line="pmod(id, 4)", comment="line", rows=f"range(0, {chosen.rows})")
        session.sql(f"create table delta.`{folder}/table` using delta as {lines}")
    source = folder / f"source-{chosen.share}-{chosen.spread}"
    if not source.exists():
        count = int(chosen.rows * chosen.share)
        step = 1 / chosen.share * (0.1 if chosen.spread == "recent" else 1)
        first = chosen.rows * 0.9 if chosen.spread == "recent" else 0
        rows = f"(select cast({first} + n * {step} as bigint) as id, n from (select id as n from range(0, {count})))"
        is_new = f"pmod(n, 10) >= {int(UPDATES * 10)}"
        key = f"id div 4 * 2 + if({is_new}, 1, 0)"
        lines = LINES.format(key=key, line="pmod(id, 4)", comment="changed", rows=rows)
        session.sql(lines).write.parquet(str(source))
    return source


def firesteel(session, server, table, source):
    session.read.parquet(str(source)).createOrReplaceTempView("s")
    server.forget_peak()
    started = time.perf_counter()
    answer = session.sql(
        f"merge into delta.`{table}` t using s on {KEYS} when matched then update set * when not matched then insert *"
    ).first()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "peak": server.memory("VmHWM"), "updated": answer[1], "inserted": answer[3]}


def deltalake(table, source):
    """Run in a process of its own, whose peak is that of the merge."""
    import pyarrow.dataset
    from deltalake import DeltaTable

    rows = pyarrow.dataset.dataset(source, format="parquet").to_table()
    started = time.perf_counter()
    merge = DeltaTable(table).merge(rows, KEYS, source_alias="s", target_alias="t")
    counts = merge.when_matched_update_all().when_not_matched_insert_all().execute()
    return {
        "seconds": time.perf_counter() - started,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "updated": counts["num_target_rows_updated"],
        "inserted": counts["num_target_rows_inserted"],
    }


def fingerprint(session, table):
    sums = "count(*), sum(l_orderkey), sum(l_linenumber), sum(hash(l_comment)), sum(l_extendedprice), count(distinct l_orderkey)"
    return tuple(session.sql(f"select {sums} from delta.`{table}`").first())


def main():
    chosen = arguments()
    if chosen.deltalake:
        print(json.dumps(deltalake(*chosen.deltalake)))
        return
    from pyspark.sql import SparkSession

    folder = chosen.folder or pathlib.Path(tempfile.mkdtemp(prefix="bench-merge-"))
    folder.mkdir(parents=True, exist_ok=True)
    server = Server([os.environ["FIRESTEEL"], "serve", "--bind", "127.0.0.1:0", "--warehouse", str(folder / "warehouse")])
    prints = set()
    try:
        session = SparkSession.builder.remote(server.remote).getOrCreate()
        source = make(session, folder, chosen)
        print(f"{chosen.rows} rows, {chosen.share:.1%} of them in the source, spread {chosen.spread}")
        for name in chosen.engines.split(","):
            table = folder / f"table-{name}"
            shutil.rmtree(table, ignore_errors=True)
            shutil.copytree(folder / "table", table)
            if name == "firesteel":
                result = firesteel(session, server, table, source)
            else:
                command = [chosen.python, __file__, "--deltalake", str(table), str(source)]
                answer = subprocess.run(command, check=True, capture_output=True, text=True)
                result = json.loads(answer.stdout)
            prints.add(fingerprint(session, table))
            print(
                f"{name:10} {result['seconds']:8.2f} s {result['peak'] / 2**20:8.0f} MiB"
                f"  {result['updated']} updated, {result['inserted']} inserted"
            )
        if len(prints) != 1:
            sys.exit(f"the tables differ: {prints}")
    finally:
        server.stop()
        if not chosen.folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
