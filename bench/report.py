"""Results as tables: on the terminal, in bench/results and in docs/benchmarks.md."""

import csv as csv_format
import dataclasses
import math
import pathlib

import machine
from programs import PROGRAMS

ROOT = pathlib.Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
RESULTS = ROOT / "bench" / "results"
MARKS = {"order": "†", "differs": "DIFFERS", "fail": "FAIL", "time": "TIME"}


def queries(benchmark, title, results, engines, scale, runs, setup, store):
    by_place = {(result.query, result.engine): result for result in results}
    names = list(dict.fromkeys(result.query for result in results))
    body = [[name, *(cell(by_place[name, engine]) for engine in engines)] for name in names]
    shared = [name for name in names if all(by_place[name, engine].counts for engine in engines)]
    totals = [sum(by_place[name, engine].seconds for name in shared) for engine in engines]
    body.append([f"sum of {len(shared)}", *(f"{total:.3f}" for total in totals)])
    if "firesteel" in engines:
        ratios = [ratio(by_place, names, engine) for engine in engines]
        body.append(["Firesteel takes", *(text for text, _ in ratios)])
        body.append(["per query", *(text for _, text in ratios)])
    lines = [
        f"{title}, scale {scale}, Parquet; seconds, best of {runs} runs after one warm-up.",
        f"{machine.describe(engines, setup)}.",
        "",
        *markdown(["query", *engines], body),
        "",
        "The sum is over the queries that every engine ran with DuckDB's rows. *Firesteel takes* is the sum of its times",
        "over the other's, *per query* the geometric mean of the quotients, both over the queries that both ran (in",
        "parentheses: how many); less than 1 is faster. †: the same rows in another order.",
    ]
    failures = [f"{r.query} {r.engine}: {r.message.splitlines()[0][:200]}" for r in results if r.message]
    publish(benchmark, lines, failures, results, store)


def cell(result):
    if not result.counts:
        return MARKS[result.verdict]
    return f"{result.seconds:.3f}{MARKS.get(result.verdict, '')}"


def ratio(by_place, names, engine):
    """Firesteel's share of another engine's time: of the sums, and the geometric mean."""
    pairs = [(by_place[name, "firesteel"], by_place[name, engine]) for name in names]
    pairs = [(own.seconds, other.seconds) for own, other in pairs if own.counts and other.counts]
    if not pairs or engine == "firesteel":
        return "", ""
    total = sum(own for own, _ in pairs) / sum(other for _, other in pairs)
    mean = math.exp(sum(math.log(own / other) for own, other in pairs) / len(pairs))
    return f"{total:.2f} × ({len(pairs)})", f"{mean:.2f} ×"


def latency(results, setup, store):
    body = [
        [
            r.engine,
            f"{r.start_milliseconds:.0f}",
            f"{r.query_milliseconds:.1f}",
            f"{r.client_milliseconds:.1f}",
            f"{r.server_milliseconds:.1f}",
            size(r.idle_bytes),
            size(r.used_bytes),
        ]
        for r in results
    ]
    head = [
        "engine",
        "start to listening, ms",
        "`select 1`, ms (median)",
        "client's processor, ms",
        "server's processor, ms",
        "idle, MB",
        "after the queries, MB",
    ]
    lines = [machine.describe([r.engine for r in results], setup) + ".", "", *markdown(head, body)]
    publish("latency", lines, [], results, store)


def planning(results, setup, store):
    engines = list(dict.fromkeys(result.engine for result in results))
    by_place = {(result.program, result.engine): result for result in results}
    body = [
        [title]
        + [milliseconds(by_place[name, engine].schema_milliseconds) for engine in engines]
        + [milliseconds(by_place[name, engine].rows_milliseconds) for engine in engines]
        for name, (title, _) in PROGRAMS.items()
    ]
    head = ["program", *(f"{engine}, schema" for engine in engines), *(f"{engine}, rows" for engine in engines)]
    lines = [
        "Milliseconds from the program to its schema and to its rows, the least of several runs; the client is included.",
        machine.describe(engines, setup) + ".",
        "",
        *markdown(head, body),
    ]
    failures = [f"{r.program} {r.engine}: {r.message.splitlines()[0][:200]}" for r in results if r.message]
    publish("planning", lines, failures, results, store)


def functions(programs, manners, scale, setup, store):
    engines = [result.engine for result in manners]
    by_place = {(result.program, result.engine): result for result in programs}
    titles = {result.program: result.title for result in programs}
    body = [
        [title] + [precise(by_place[program, engine].seconds) for engine in engines]
        for program, title in titles.items()
    ]
    behaviour = [
        ("first call since the server started", "cold_milliseconds"),
        ("first call in a fresh session", "first_milliseconds"),
        ("later calls", "later_milliseconds"),
        ("`SELECT 1` beside busy workers, median", "median_milliseconds"),
        ("`SELECT 1` beside busy workers, 99th percentile", "slow_milliseconds"),
    ]
    calls = [[title] + [milliseconds(getattr(r, field)) for r in manners] for title, field in behaviour]
    lines = [
        f"Python functions, scale {scale:g}; seconds, the best of all runs.",
        machine.describe(engines, setup) + ".",
        "",
        *markdown(["program", *engines], body),
        "",
        "What a call of a function adds to a query of ten rows, and what queries of others wait; milliseconds.",
        "",
        *markdown(["", *engines], calls),
    ]
    failures = [f"{r.program} {r.engine}: {r.message.splitlines()[0][:200]}" for r in programs if r.message]
    failures += [f"{r.engine}: {r.message.splitlines()[0][:200]}" for r in manners if r.message]
    publish("python", lines, failures, programs, store)


def precise(value):
    return "FAIL" if value is None else f"{value:.2f}"


def milliseconds(value):
    return "FAIL" if value is None else f"{value:.1f}"


def csv(results, setup, store):
    body = [
        [
            r.engine,
            seconds(r.group_seconds),
            seconds(r.write_seconds),
            size(r.csv_peak_bytes),
            seconds(r.collect_seconds),
            size(r.collect_before_bytes),
            size(r.collect_peak_bytes),
        ]
        for r in results
    ]
    head = [
        "engine",
        "infer and group, s",
        "infer and write Parquet, s",
        "peak, MB",
        "fetch 10 million rows, s",
        "before, MB",
        "peak, MB",
    ]
    lines = [
        machine.describe([r.engine for r in results], setup) + ".",
        "",
        *markdown(head, body),
        "",
        "Firesteel reads the whole file to infer its schema, as Spark does; not every engine looks at more than the first",
        "rows.",
    ]
    failures = [f"{r.engine}: {r.message.splitlines()[0][:200]}" for r in results if r.message]
    publish("csv", lines, failures, results, store)


def seconds(value):
    return "FAIL" if value is None else f"{value:.1f}"


def size(value):
    return "FAIL" if value is None else f"{value / 1e6:.0f}"


def markdown(head, body):
    """A table whose source can be read too."""
    widths = [max(len(row[i]) for row in [head, *body]) for i in range(len(head))]
    line = lambda row: "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |"
    return [line(head), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, body)]


def publish(name, lines, failures, results, store):
    """Prints a section; stores it between its markers, and the plain numbers beside it."""
    print("\n".join(lines))
    if failures:
        print("\n" + "\n".join(failures))
    if not store:
        return
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{name}.csv").open("w", newline="") as file:
        columns = [field.name for field in dataclasses.fields(results[0])]
        writer = csv_format.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rounded(dataclasses.asdict(result)) for result in results)
    page = PAGE.read_text()
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text("\n".join([before + begin, "", *lines, "", end + after]))


def rounded(record):
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in record.items()}
