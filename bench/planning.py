"""How long servers take over programs that are large and compute little: parsing, resolving, optimizing."""

import dataclasses
import sys

from contestant import Contestant, Failed, TimedOut
from programs import PROGRAMS

RUNS = 5
SECONDS = 120


@dataclasses.dataclass
class Planning:
    program: str
    engine: str
    #: From the program to the schema, and from the program to the rows: the best of all runs.
    schema_milliseconds: float | None = None
    rows_milliseconds: float | None = None
    #: What went wrong.
    message: str = ""


def measure(names, setup):
    results = []
    for name in names:
        with Contestant(name, setup) as contestant:
            results += [measure_one(contestant, program) for program in PROGRAMS]
    return results


def measure_one(contestant, program):
    result = Planning(program, contestant.name)
    try:
        _, (schema, rows) = contestant.call("plan", program, RUNS, timeout=SECONDS)
        result.schema_milliseconds, result.rows_milliseconds = schema * 1000, rows * 1000
    except (Failed, TimedOut) as error:
        result.message = str(error) or "failed"
    print(result, file=sys.stderr)
    return result
