"""Follow-ups: planning a case, the claim and bookkeeping of notices, and what many future ones cost."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa

from benchmarks.servers import Place
from benchmarks.table import Row, median, ms, rate
from benchmarks.workspace import CHANNELS, WORKSPACE
from bot import clock
from bot.content.bundle import Content
from bot.domain.followup import Facts, plan
from bot.domain.reminders import reminders
from bot.domain.taxonomy import Severity
from bot.flows import outbox
from bot.store import audit
from bot.store import outbox as store
from bot.store.db import Database
from bot.store.migrations import ensure_current
from bot.store.tables import notices

NOTICES, THREADS = 3000, 8
FUTURE = 1_000_000
PLANNED = 500
TURNS, EACH = 7, 15


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """Planning in memory; then the outbox alone, without Slack and without drawing."""
    yield _planning(place.content)
    kinds = ("SQLite", "PostgreSQL")
    for kind in kinds:
        with _filled(place, kind, NOTICES) as database:
            pace = _claims(database, THREADS)
        goal = ("≥ 500/s", pace >= 500) if kind == "PostgreSQL" else ("", None)
        yield Row(f"notices claimed, marked and let go, one worker, {kind}", rate(pace), "", None, *goal)
    for kind in kinds:
        few, many = 1000, FUTURE // 20 if quick else FUTURE
        with _filled(place, kind, 0, future=few) as first, _filled(place, kind, 0, future=many) as second:
            times: list[list[float]] = [[], []]
            for turn in range(TURNS):  # by turns, so that a busy machine is busy for both
                for which, database in enumerate((first, second)):
                    found = _look(database, turn)
                    times[which] += found if turn else []
        small, large = (median(one) for one in times)
        yield Row(
            f"finding what is due and taking it among {many:,} for later, {kind}",
            ms(large),
            f"among {few:,} {ms(small)}",
            large / small,
            "ratio < 1.5",
            large / small < 1.5,
        )


def _planning(content: Content) -> Row:
    cadence, now = content.cadence, clock.now()
    cadence.calendar.add(now, timedelta(hours=1))  # a year is counted once
    times = []
    for number in range(PLANNED):
        severity = list(Severity)[number % 4]
        begin = time.perf_counter()
        facts = Facts(number, "delivery.late", severity, now - timedelta(minutes=number))
        for each in plan(facts, cadence, now=now):
            reminders(each, cadence, cadence.rhythm("delivery.late", severity))
        times.append(time.perf_counter() - begin)
    taken = median(times)
    return Row("planning a new case and its reminders", ms(taken), "", None, "< 0.2 ms", taken < 0.0002)


class _filled:
    """A database with notices that are due, as edits so that no pace holds them, and some for later."""

    def __init__(self, place: Place, kind: str, due: int, *, future: int = 0) -> None:
        self.place, self.address = place, place.database(kind)
        self.database = Database(self.address)
        ensure_current(self.database)
        with self.database.transaction() as session:
            audit.ensure_workspace(session, WORKSPACE)
            store.open_lanes(session, WORKSPACE, [channel.id for channel in CHANNELS])
        self._insert(0, due, "-1 hours", "'1.0'")
        self._insert(due, future, "+30 days", "NULL")
        if not self.database.is_sqlite:
            with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("SET statement_timeout = 0")
                connection.exec_driver_sql("VACUUM (ANALYZE)")
                connection.exec_driver_sql("CHECKPOINT")
                connection.invalidate()

    def _insert(self, first: int, count: int, offset: str, message: str) -> None:
        if not count:
            return
        lite = self.database.is_sqlite
        numbers = (
            f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {first + count - 1}) "
            if lite
            else ""
        )
        source = "n" if lite else f"generate_series({first}, {first + count - 1}) AS n(i)"
        channel = (
            f"'C' || substr('0000' || (i % {len(CHANNELS)}), -5)"
            if lite
            else f"'C' || lpad(CAST(i % {len(CHANNELS)} AS text), 5, '0')"
        )
        due_at = (
            f"strftime('%Y-%m-%d %H:%M:%f', 'now', '{offset}') || '000'" if lite else f"now() + interval '{offset}'"
        )
        with self.database.engine.connect() as connection:
            if not lite:
                connection.exec_driver_sql("SET statement_timeout = 0")
            connection.execute(
                sa.text(
                    "INSERT INTO notices (workspace_id, channel, kind, subject, state, revision, due_at, "
                    f"attempts, message_ts, reason) {numbers} SELECT '{WORKSPACE}', {channel}, 'reminder', "
                    f"CAST(i AS {'text' if lite else 'varchar'}), 'pending', 1, {due_at}, 0, {message}, '' "
                    f"FROM {source}"
                )
            )
            connection.commit()
            connection.invalidate()

    def __enter__(self) -> Database:
        return self.database

    def __exit__(self, *_: object) -> None:
        self.database.close()
        self.place.drop(self.address)


def _claims(database: Database, threads: int) -> float:
    def work(_: int) -> int:
        count = 0
        while True:
            with database.transaction() as session:
                claimed = outbox.claim_due(session, 4)
            if not claimed:
                return count
            for each in claimed:
                taken: tuple[outbox.Lane, outbox.Notice] | None = each.taken
                while taken is not None:
                    with database.transaction() as session:
                        outbox.mark_delivered(session, taken[1], "1.0")
                        taken = outbox.take_next(session, taken[0])
                    count += 1

    begin = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        total = sum(pool.map(work, range(threads)))
    return total / (time.perf_counter() - begin)


def _look(database: Database, turn: int) -> list[float]:
    """How long it takes to look whether anything is due, claim its lane, take it, mark it, and let go."""
    times = []
    for number in range(turn * EACH, (turn + 1) * EACH):
        with database.transaction() as session:
            wish = store.Wish(CHANNELS[number % len(CHANNELS)].id, "card", f"now {number}")
            store.ask(session, WORKSPACE, wish)
            session.execute(sa.update(notices).where(notices.c.kind == "card").values(message_ts="1.0"))
        begin = time.perf_counter()
        with database.reading() as session:
            assert store.is_anything_due(session)
        _claims(database, 1)
        times.append(time.perf_counter() - begin)
    return times
