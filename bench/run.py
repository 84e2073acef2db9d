#!/usr/bin/env python3
"""Firesteel beside its peers.

    FIRESTEEL=target/shipping/firesteel bench/run.py                      TPC-H, all engines
    FIRESTEEL=... bench/run.py --engines firesteel,duckdb --only q1,q5    a part of it; nothing is stored
    FIRESTEEL=... bench/run.py --tpcds                                    TPC-DS
    FIRESTEEL=... bench/run.py --latency --csv                            start, small queries, memory
    FIRESTEEL=... bench/run.py --planning                                 long texts, long chains, wide tables
    FIRESTEEL=... SPARK_PYTHON=... bench/run.py --python --scale 0.01     Python functions; Spark too, where the Python
                                                                          that SPARK_PYTHON names has pyspark

Engines run in processes of their own, over the same Parquet files, with all cores of the machine. Whole runs are
written to bench/results/ and into docs/benchmarks.md.
"""

import argparse
import contextlib
import os
import pathlib
import signal
import sys

import bulk
import data
import functions
import latency
import machine
import planning
import queries
import report
from contestant import CONNECT, ENGINES, Contestant, Setup

#: Spark takes part in what its users run Spark for: nobody starts it for small files.
DEFAULT = ",".join(name for name in ENGINES if name != "spark")
BENCHMARKS = {"tpch": ("TPC-H", data.tpch), "tpcds": ("TPC-DS", data.tpcds)}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="1", help="scale factor of TPC-H, TPC-DS and Python (default 1)")
    parser.add_argument("--runs", type=int, default=3, help="timed runs after one warm-up; the best counts")
    parser.add_argument("--engines", default=DEFAULT, help="default: %(default)s; spark for --python only")
    parser.add_argument("--only", default="", help="queries to run, such as q1,q5")
    parser.add_argument("--data", type=pathlib.Path, help="folder of the Parquet files; made when missing")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for one run of one query")
    parser.add_argument("--latency", action="store_true", help="measure start, small queries and idle memory")
    parser.add_argument("--csv", action="store_true", help="measure 1 GB of CSV and large results")
    parser.add_argument("--planning", action="store_true", help="measure parsing and planning of large programs")
    parser.add_argument("--python", action="store_true", help="measure Python functions, Spark's beside them")
    parser.add_argument("--tpcds", action="store_true", help="the queries of TPC-DS")
    parser.add_argument("--tpch", action="store_true", help="TPC-H too, where something else is asked for")
    parser.add_argument("--print-only", action="store_true", help="store nothing")
    chosen = parser.parse_args()
    chosen.engines = [name for name in chosen.engines.split(",") if name]
    chosen.only = [name for name in chosen.only.split(",") if name]
    chosen.benchmarks = [name for name in BENCHMARKS if getattr(chosen, name)]
    if not chosen.benchmarks and not of_servers(chosen):
        chosen.benchmarks = ["tpch"]
    check(parser, chosen)
    return chosen


def check(parser, chosen):
    unknown = [name for name in chosen.engines if name not in ENGINES]
    if unknown:
        parser.error(f"unknown engines: {', '.join(unknown)}; there are {', '.join(ENGINES)}")
    unknown = [name for name in chosen.only if not any(name in queries.names(b) for b in chosen.benchmarks)]
    if unknown:
        parser.error(f"unknown queries: {', '.join(unknown)}")
    if chosen.runs < 1:
        parser.error("--runs must be at least 1")
    if of_servers(chosen) and not set(CONNECT) & set(chosen.engines):
        parser.error(f"--latency, --csv, --planning and --python measure servers: {', '.join(CONNECT)}")
    if "firesteel" in chosen.engines and not os.access(os.environ.get("FIRESTEEL", ""), os.X_OK):
        parser.error("set FIRESTEEL to the binary, or leave firesteel out of --engines")


def of_servers(chosen):
    """Whether something is asked for that only servers can do."""
    return chosen.latency or chosen.csv or chosen.planning or chosen.python


def run_queries(benchmark, chosen, setup, store):
    title, make = BENCHMARKS[benchmark]
    folder = chosen.data or data.CACHE / f"{benchmark}-sf{chosen.scale}"
    make(folder, chosen.scale)
    every = queries.names(benchmark)
    names = [name for name in every if name in chosen.only] if chosen.only else every
    with contextlib.ExitStack() as stack:
        contestants = [
            stack.enter_context(Contestant(name, setup, folder)) for name in chosen.engines
        ]
        reference = stack.enter_context(Contestant("duckdb", setup, folder))
        results = queries.measure(benchmark, contestants, reference, names, chosen.runs, chosen.timeout)
    store = store and not chosen.only
    report.queries(benchmark, title, results, chosen.engines, chosen.scale, chosen.runs, setup, store)


def run_functions(chosen, setup, store):
    names = [name for name in chosen.engines if name in CONNECT and name != "spark"]
    if machine.of_spark(setup.spark):
        names.append("spark")
    else:
        print("Spark is missing: SPARK_PYTHON names no Python that has pyspark", file=sys.stderr)
    scale = float(chosen.scale)
    programs, manners = functions.measure(names, setup, scale, chosen.runs)
    report.functions(programs, manners, scale, setup, store and scale == 1)


def main():
    # So that a terminated run ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chosen = arguments()
    setup = Setup(os.environ.get("FIRESTEEL"), os.environ.get("SPARK_PYTHON"))
    store = "firesteel" in chosen.engines and not chosen.print_only
    servers = [name for name in chosen.engines if name in CONNECT and name != "spark"]
    for benchmark in chosen.benchmarks:
        run_queries(benchmark, chosen, setup, store)
    if chosen.latency:
        report.latency(latency.measure(servers, setup), setup, store)
    if chosen.planning:
        report.planning(planning.measure(servers, setup), setup, store)
    if chosen.python:
        run_functions(chosen, setup, store)
    if chosen.csv:
        report.csv(bulk.measure(servers, setup), setup, store)


if __name__ == "__main__":
    main()
