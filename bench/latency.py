"""How long a server takes to start and to answer the smallest query, and what it holds while idle."""

import contextlib
import dataclasses
import statistics

from contestant import Contestant

STARTS = 5
WARM_UP = 50
#: The engines take turns, so that a machine that is slow for a while is slow for all.
ROUNDS = 10
QUERIES = 50
SECONDS = 120


@dataclasses.dataclass
class Latency:
    engine: str
    start_milliseconds: float
    query_milliseconds: float
    #: Of one query, on a processor: the PySpark client's part, and the server's.
    client_milliseconds: float
    server_milliseconds: float
    idle_bytes: int
    #: After the queries, when the session is still open.
    used_bytes: int


def measure(names, setup):
    starts = {name: [start_and_stop(name, setup) for _ in range(STARTS)] for name in names}
    with contextlib.ExitStack() as stack:
        contestants = [stack.enter_context(Contestant(name, setup)) for name in names]
        queries = take_turns(contestants)
        return [result(contestant, starts[contestant.name], queries[contestant.name]) for contestant in contestants]


def take_turns(contestants):
    """Of each engine's queries: seconds until the answer, and on a processor of the client and of the server."""
    for contestant in contestants:
        contestant.call("select_one", WARM_UP, timeout=SECONDS)
    queries = {contestant.name: ([], [], []) for contestant in contestants}
    for _ in range(ROUNDS):
        for contestant in contestants:
            answers, clients, servers = queries[contestant.name]
            before = contestant.server.processor_seconds()
            _, (seconds, client) = contestant.call("select_one", QUERIES, timeout=SECONDS)
            answers += seconds
            clients.append(client)
            servers.append((contestant.server.processor_seconds() - before) / QUERIES)
    return queries


def result(contestant, starts, queries):
    answers, clients, servers = queries
    return Latency(
        contestant.name,
        start_milliseconds=statistics.median(seconds for seconds, _ in starts) * 1000,
        query_milliseconds=statistics.median(answers) * 1000,
        client_milliseconds=statistics.median(clients) * 1000,
        server_milliseconds=statistics.median(servers) * 1000,
        idle_bytes=round(statistics.median(size for _, size in starts)),
        used_bytes=contestant.server.memory("VmRSS"),
    )


def start_and_stop(name, setup):
    server = setup.server(name)
    try:
        return server.start_seconds, server.memory("VmRSS")
    finally:
        server.stop()
