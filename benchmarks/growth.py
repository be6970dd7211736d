"""What one report costs, and the claim of its card, in a database with 100 and with a million cases."""

import itertools
import time
from collections.abc import Callable, Iterator

from benchmarks.fill import fill
from benchmarks.reports import complaint
from benchmarks.servers import Place
from benchmarks.table import Row, median, ms
from benchmarks.workspace import CHANNELS, WORKSPACE
from bot import clock
from bot.content.bundle import Content
from bot.domain.complaint import Complaint, Door
from bot.flows import outbox
from bot.flows.opening import open_cases
from bot.flows.reading import read, record
from bot.store.db import Database

SMALL, LARGE = 100, 1_000_000
EACH = 20

_NUMBER = itertools.count(1)


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """Both sizes by turns, in this process, with their commits."""
    content = place.content
    large, rounds = (LARGE // 50, 2) if quick else (LARGE, 6)
    for kind in ("SQLite", "PostgreSQL"):
        addresses = [place.database(kind) for _ in range(2)]
        databases = [Database(address) for address in addresses]
        for database, count in zip(databases, (SMALL, large), strict=True):
            fill(database, content, count)
        reports: list[list[float]] = [[], []]
        claims: list[list[float]] = [[], []]
        for turn in range(-1, rounds):
            for which, database in enumerate(databases):
                for _ in range(EACH):
                    report = _timed(lambda: _report(database, content))  # noqa: B023
                    claim = _timed(lambda: _claim(database))  # noqa: B023
                    if turn >= 0:
                        reports[which].append(report)
                        claims[which].append(claim)
        yield _row(f"one report stored and read, {kind}", reports, large)
        yield _row(f"one card claimed and marked, {kind}", claims, large)
        for database, address in zip(databases, addresses, strict=True):
            database.close()
            place.drop(address)


def _report(database: Database, content: Content) -> None:
    number = next(_NUMBER)
    channel = CHANNELS[number % len(CHANNELS)].id
    ts = f"1800000000.{number:06d}"
    report = Complaint(
        Complaint.message_source(channel, ts), Door.MESSAGE, complaint(number), channel, ts, "U0ANA", "Ana Example"
    )
    with database.transaction() as session:
        [opened] = open_cases(session, WORKSPACE, [report], now=clock.now())
    with database.transaction() as session:
        record(session, content, WORKSPACE, [read(content, opened.case)], now=clock.now())


def _claim(database: Database) -> None:
    with database.transaction() as session:
        claimed = outbox.claim_due(session, 1)
    for each in claimed:
        lane, notice = each.taken
        with database.transaction() as session:
            outbox.mark_delivered(session, notice, "1800000001.000000")
            outbox.take_next(session, lane)


def _timed(what: Callable[[], None]) -> float:
    begin = time.perf_counter()
    what()
    return time.perf_counter() - begin


def _row(name: str, times: list[list[float]], large: int) -> Row:
    small, big = (median(one) for one in times)
    return Row(
        f"{name}, {large:,} cases",
        ms(big),
        f"with {SMALL} cases {ms(small)}",
        big / small,
        "ratio < 1.5",
        big / small < 1.5,
    )
