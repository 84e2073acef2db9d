"""How long a server takes to start and to answer the smallest query, and what it holds while idle."""

import dataclasses
import statistics

from contestant import Contestant

STARTS = 5
WARM_UP = 50
QUERIES = 200
SECONDS = 120


@dataclasses.dataclass
class Latency:
    engine: str
    start_milliseconds: float
    query_milliseconds: float
    idle_bytes: int
    #: After the queries, when the session is still open.
    used_bytes: int


def measure(names, setup):
    return [measure_one(name, setup) for name in names]


def measure_one(name, setup):
    starts = [start_and_stop(name, setup) for _ in range(STARTS)]
    with Contestant(name, setup) as contestant:
        _, median = contestant.call("select_one", WARM_UP, QUERIES, timeout=SECONDS)
        used = contestant.server.memory("VmRSS")
    seconds = statistics.median(seconds for seconds, _ in starts)
    idle = round(statistics.median(size for _, size in starts))
    return Latency(name, seconds * 1000, median * 1000, idle, used)


def start_and_stop(name, setup):
    server = setup.server(name)
    try:
        return server.start_seconds, server.memory("VmRSS")
    finally:
        server.stop()
