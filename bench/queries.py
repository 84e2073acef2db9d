"""The queries of TPC-H and TPC-DS: every engine in turn, the best run counts, the rows must be DuckDB's."""

import dataclasses
import pathlib
import re
import sys

import answers
from contestant import Failed, TimedOut

HERE = pathlib.Path(__file__).parent
REFERENCE_SECONDS = 600


@dataclasses.dataclass
class Result:
    query: str
    engine: str
    #: The best of all runs; `None` when there was none.
    seconds: float | None
    rows: int
    #: `ok`, `order`, `differs`, `fail` or `time`.
    verdict: str
    #: What the engine said when it failed.
    message: str = ""

    @property
    def counts(self):
        """Whether the time may be compared with others."""
        return self.verdict in ("ok", "order")


def names(benchmark):
    """The queries of a benchmark in the order of their numbers: `q9`, `q10`, `q14a`, `q14b`."""
    found = [path.stem for path in (HERE / benchmark).glob("q*.sql")]
    return sorted(found, key=lambda name: (int(re.search(r"\d+", name).group()), name))


def measure(benchmark, contestants, reference, chosen, runs, timeout):
    """A result for each query and engine."""
    results = []
    for name in chosen:
        text = (HERE / benchmark / f"{name}.sql").read_text()
        _, expected = reference.call("sql", text, timeout=REFERENCE_SECONDS)
        found = measure_query(contestants, name, text, answers.rows(expected), runs, timeout)
        print(name, *(f"{r.engine} {r.verdict} {r.seconds or 0:.3f}" for r in found), sep="  ", file=sys.stderr)
        results += found
    return results


def measure_query(contestants, name, text, expected, runs, timeout):
    """Engines take turns within each round, so that what disturbs the machine disturbs all."""
    results = [warm_up(contestant, name, text, expected, timeout) for contestant in contestants]
    for _ in range(runs):
        for contestant, result in zip(contestants, results):
            if result.counts:
                run_once(contestant, result, text, timeout)
    return results


def warm_up(contestant, name, text, expected, timeout):
    """The first run, which is not timed but compared."""
    try:
        _, table = contestant.call("sql", text, timeout=timeout)
    except (Failed, TimedOut) as error:
        return failure(name, contestant.name, error)
    actual = answers.rows(table)
    return Result(name, contestant.name, None, len(actual), answers.compare(expected, actual))


def run_once(contestant, result, text, timeout):
    try:
        seconds, _ = contestant.call("sql", text, timeout=timeout)
    except (Failed, TimedOut) as error:
        result.verdict, result.message = verdict(error), str(error)
        return
    result.seconds = min(seconds, result.seconds or seconds)


def failure(name, engine, error):
    return Result(name, engine, None, 0, verdict(error), str(error))


def verdict(error):
    return "time" if isinstance(error, TimedOut) else "fail"
