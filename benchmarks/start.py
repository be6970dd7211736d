"""Time from start to ready, and memory at rest."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager

from benchmarks.load import closed_loop
from benchmarks.reports import reports
from benchmarks.servers import Place, Server
from benchmarks.table import Row, median

REST = 1.0
"""Seconds of rest before memory is read."""


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """Each started a few times by turns; memory after a hundred requests and a rest."""
    rounds = 1 if quick else 2
    _ = place.slack
    addresses = {kind: place.database(kind) for kind in ("SQLite", "PostgreSQL")}
    first = {kind: _started(place.amends(address)) for kind, address in addresses.items()}
    bare: list[tuple[float, float]] = []
    again: dict[str, list[tuple[float, float]]] = {kind: [] for kind in addresses}
    for _ in range(rounds):
        bare.append(_look(place.bare()))
        for kind, address in addresses.items():
            again[kind].append(_look(place.amends(address)))
    bare_start, bare_memory = (median([one[which] for one in bare]) for which in (0, 1))
    for kind, looks in again.items():
        started = median([one[0] for one in looks])
        slowest = max(started, first[kind])
        yield Row(
            f"start to ready, {kind}",
            f"{started:.2f} s (new database {first[kind]:.2f} s)",
            f"bare app {bare_start:.2f} s",
            started / bare_start,
            "< 2 s",
            slowest < 2,
        )
    for kind, looks in again.items():
        memory = median([one[1] for one in looks])
        yield Row(
            f"memory at rest, {kind}",
            f"{memory:.0f} MB",
            f"bare app {bare_memory:.0f} MB",
            memory / bare_memory,
            "< 120 MB",
            memory < 120,
        )


def _started(running: AbstractContextManager[Server]) -> float:
    with running as server:
        return server.started_in


def _look(running: AbstractContextManager[Server]) -> tuple[float, float]:
    with running as server:
        closed_loop(server.port, reports(100), connections=4, seconds=5.0)
        time.sleep(REST)
        return server.started_in, server.memory()
