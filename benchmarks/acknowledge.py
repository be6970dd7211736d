"""Acknowledging reports over HTTP, beside the bare Bolt app behind the same server."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.load import Outcome, closed_loop, open_loop
from benchmarks.reports import reports
from benchmarks.servers import Place, Server
from benchmarks.table import Row, median, ms, percentile, rate

CONNECTIONS = (1, 10, 50)
OPEN_RATE = 100
SETTLE = 0.6
MOST = 2500
"""Requests a second that reports are signed for: more than the bare app answers."""


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """Requests a second and latencies, by turns: bare, SQLite, PostgreSQL, and again."""
    rounds, seconds = (1, 0.8) if quick else (3, 1.5)
    with ExitStack() as stack:
        servers = {
            "bare": stack.enter_context(place.bare()),
            "SQLite": stack.enter_context(place.amends(place.database("SQLite"))),
            "PostgreSQL": stack.enter_context(place.amends(place.database("PostgreSQL"))),
        }
        for server in servers.values():
            closed_loop(server.port, reports(600), connections=10, seconds=0.6)
            server.rest()
        for connections in CONNECTIONS[::2] if quick else CONNECTIONS:
            found: dict[str, list[Outcome]] = {name: [] for name in servers}
            for _ in range(rounds):
                for name, server in servers.items():
                    found[name].append(_closed(server, connections, seconds))
            yield from _closed_rows(connections, found)
        found = {name: [] for name in servers}
        for _ in range(rounds):
            for name, server in servers.items():
                found[name].append(_open(server, seconds * 2))
        yield from _open_rows(found)


def _closed(server: Server, connections: int, seconds: float) -> Outcome:
    _wake(server)
    closed_loop(server.port, reports(400), connections=connections, seconds=0.4)
    outcome = closed_loop(server.port, reports(int(MOST * seconds)), connections=connections, seconds=seconds)
    server.rest()
    return outcome


def _wake(server: Server) -> None:
    """Let it run again, and let it post what its channels may take at once after their rest."""
    server.go_on()
    if server.name == "amends":
        time.sleep(SETTLE)


def _open(server: Server, seconds: float) -> Outcome:
    _wake(server)
    closed_loop(server.port, reports(400), connections=1, seconds=0.4)
    outcome = open_loop(server.port, reports(int(OPEN_RATE * seconds)), rate=OPEN_RATE)
    server.rest()
    return outcome


def _closed_rows(connections: int, found: dict[str, list[Outcome]]) -> Iterator[Row]:
    plural = "" if connections == 1 else "s"
    bare = found["bare"]
    bare_rate, bare_all = median([one.rate for one in bare]), _all(bare)
    for name in ("SQLite", "PostgreSQL"):
        mine = median([one.rate for one in found[name]])
        ratio = median([one.rate / other.rate for one, other in zip(found[name], bare, strict=True)])
        everything = _all(found[name])
        yield Row(
            f"acknowledged, {connections} connection{plural}, {name}",
            f"{rate(mine)}, p50 {ms(median(everything))}, p99 {ms(percentile(everything, 0.99))}",
            f"bare app {rate(bare_rate)}, p50 {ms(median(bare_all))}, p99 {ms(percentile(bare_all, 0.99))}",
            ratio,
            "ratio ≥ 0.5",
            ratio >= 0.5,
        )


def _open_rows(found: dict[str, list[Outcome]]) -> Iterator[Row]:
    bare = _all(found["bare"])
    for name in ("SQLite", "PostgreSQL"):
        mine = _all(found[name])
        slowest = percentile(mine, 0.99)
        yield Row(
            f"acknowledged at {OPEN_RATE} events/s, {name}",
            f"p50 {ms(median(mine))}, p99 {ms(slowest)}",
            f"bare app p50 {ms(median(bare))}, p99 {ms(percentile(bare, 0.99))}",
            slowest / percentile(bare, 0.99),
            "p99 < 100 ms",
            slowest < 0.1,
        )


def _all(outcomes: list[Outcome]) -> list[float]:
    return [latency for outcome in outcomes for latency in outcome.latencies]
