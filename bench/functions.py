"""Python functions: how many rows a second go through them, and what they cost others."""

import contextlib
import dataclasses
import statistics
import sys

from contestant import Contestant, Failed, TimedOut
from python_programs import PROGRAMS

SECONDS = 1800
WARM_UP_ROWS = 2_000
#: Calls in a session that has called before.
CALLS = 20
#: Queries of one session while functions of another keep all workers busy.
QUERIES = 300


@dataclasses.dataclass
class Program:
    program: str
    title: str
    engine: str
    seconds: float | None = None
    #: What went wrong.
    message: str = ""


@dataclasses.dataclass
class Manners:
    engine: str
    #: The first call of a function since the server started, the first of another session, and later ones: how much
    #: longer a query takes with a function than without.
    cold_milliseconds: float | None = None
    first_milliseconds: float | None = None
    later_milliseconds: float | None = None
    #: `SELECT 1` of another session while functions keep all workers busy.
    median_milliseconds: float | None = None
    slow_milliseconds: float | None = None
    message: str = ""


def measure(names, setup, scale, runs):
    """What each program takes, and how each engine behaves."""
    with contextlib.ExitStack() as stack:
        contestants = [stack.enter_context(Contestant(name, setup)) for name in names]
        manners = [measure_manners(contestant, scale) for contestant in contestants]
        programs = [result for name in PROGRAMS for result in run(name, contestants, scale, runs)]
    return programs, manners


def run(program, contestants, scale, runs):
    """One program on every engine; they take turns."""
    title, rows, _ = PROGRAMS[program]
    rows = max(2, int(rows * scale))
    results = [Program(program, title.format(rows=rows), contestant.name) for contestant in contestants]
    for count in [min(rows, WARM_UP_ROWS), *[rows] * runs]:
        for contestant, result in zip(contestants, results):
            if result.message:
                continue
            try:
                _, seconds = contestant.call("python_program", program, count, timeout=SECONDS)
            except (Failed, TimedOut) as error:
                result.seconds, result.message = None, str(error) or "failed"
            else:
                # The warm-up does not count where there is more.
                earlier = result.seconds if count == rows and result.seconds is not None else seconds
                result.seconds = min(seconds, earlier) if count == rows else None
    for result in results:
        print(result, file=sys.stderr)
    return results


def measure_manners(contestant, scale):
    result = Manners(contestant.name)
    try:
        _, calls = contestant.call("python_calls", CALLS, timeout=SECONDS)
        result.cold_milliseconds, result.first_milliseconds = calls[0] * 1000, calls[1] * 1000
        result.later_milliseconds = calls[2] * 1000
        steps = int(PROGRAMS["two"][1] * max(scale, 0.1))
        _, waits = contestant.call("python_neighbour", steps, QUERIES, timeout=SECONDS)
        waits.sort()
        result.median_milliseconds = statistics.median(waits) * 1000
        result.slow_milliseconds = waits[int(len(waits) * 0.99)] * 1000
    except (Failed, TimedOut) as error:
        result.message = str(error) or "failed"
    print(result, file=sys.stderr)
    return result
