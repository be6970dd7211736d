"""Follow-ups: the claim and bookkeeping of notices, what many future ones cost, and how late reminders come.

`python -m benchmarks.followups` is the long run: 10,000 follow-ups due in the same minute over 200 channels, three
workers on PostgreSQL, a Slack that answers 429 now and then, a worker killed every 20 seconds, and the database
restarted once. It prints what was posted, how often, how late and how fast, and ends with 1 when a promise was broken.
"""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from benchmarks.servers import Place, Server, place
from benchmarks.table import Row, median, ms, percentile, rate
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

DUE, LANES, WORKERS = 10_000, 200, 3
KILL_EVERY, RESTART_AT = 20.0, 30.0
OWNERS = 2_000
"""People the follow-ups belong to, so that nobody's cap of the day is reached."""


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
                lanes = outbox.claim_due(session, 4)
            if not lanes:
                return count
            for lane in lanes:
                with database.transaction() as session:
                    taken = outbox.take_next(session, lane)
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


# The long run


def main() -> int:
    """Run it, print what happened, and say whether every promise was kept."""
    with place() as here:
        return _long_run(here)


def _long_run(here: Place) -> int:
    address = here.database("PostgreSQL")
    database = Database(address)
    ensure_current(database)
    due_at = _plan(database, here.content)
    here.ask_slack("/_delay/0")
    here.ask_slack("/_limit/97")
    posts: list[list[Any]] = []
    over = threading.Event()
    begin = time.monotonic()
    with ExitStack() as stack:
        workers = [stack.enter_context(here.amends(address, door=False)) for _ in range(WORKERS)]
        threading.Thread(target=_killer, args=(here, address, stack, workers, over, begin), daemon=True).start()
        end = begin + 900
        while time.monotonic() < end:
            time.sleep(2)
            posts += json.loads(here.ask_slack("/_posts"))["posts"]
            left = _left(database)
            print(f"{time.monotonic() - begin:5.0f} s: {len(posts)} posted, {left} left", flush=True)
            if left == 0:
                break
        over.set()
        posts += json.loads(here.ask_slack("/_posts"))["posts"]
    print(
        f"what was due at {due_at:%H:%M:%S} UTC: {DUE} follow-ups in {LANES} channels, a third done before their time"
    )
    return _judge(database, posts, due_at.timestamp())


def _plan(database: Database, content: Content) -> Any:
    """Cases whose first reply has its warning at one moment; every third is done a moment before."""
    from benchmarks.fill import fill

    fill(database, content, DUE)
    due_at = clock.now() + timedelta(seconds=20)
    sql = """
      INSERT INTO follow_ups (workspace_id, case_id, kind, started_at, number, about, by_reply, clock, wait, "left",
        runs_from, due_at, state, ended_at, snoozes, words, cadence, reminders)
      SELECT workspace_id, id, 'first reply', :start, 1, '', FALSE, 'around the clock', 3600000000, 3600000000, :start,
        :due, CASE WHEN id % 3 = 0 THEN 'done' ELSE 'open' END, CASE WHEN id % 3 = 0 THEN :due END, 0, '', :cadence, 0
      FROM cases"""
    remind = """
      INSERT INTO notices (workspace_id, channel, kind, subject, state, revision, due_at, attempts, reason)
      SELECT workspace_id, channel, 'reminder', f.id || '\\:warning', 'pending', 1, :due, 0, ''
      FROM follow_ups f JOIN (SELECT id AS key, channel FROM cases) c ON c.key = f.case_id"""
    channel = f"'C' || lpad(CAST(id % {LANES} AS text), 5, '0')"
    values = {"start": due_at - timedelta(minutes=45), "due": due_at + timedelta(minutes=15)}
    with database.engine.connect() as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.execute(
            sa.text(
                f"UPDATE cases SET channel = {channel}, owner = 'U' || (id % {OWNERS}), "
                "status = 'open', severity = 'S4'"
            )
        )
        connection.execute(sa.text(sql), {**values, "cadence": content.cadence_hash})
        connection.execute(sa.text(remind), {"due": due_at})
        connection.commit()
        connection.invalidate()
    return due_at


def _killer(
    here: Place, address: str, stack: ExitStack, workers: list[Server], over: threading.Event, begin: float
) -> None:
    restarted, killed = False, 0
    while not over.wait(0.5):
        passed = time.monotonic() - begin
        if not restarted and passed > RESTART_AT:
            restarted = True
            print(f"{passed:5.0f} s: the database is restarted", flush=True)
            here.restart_database()
        if passed > KILL_EVERY * (killed + 1):
            victim = workers[killed % len(workers)]
            killed += 1
            print(f"{passed:5.0f} s: a worker is killed", flush=True)
            victim.process.kill()
            victim.process.wait()
            workers[workers.index(victim)] = stack.enter_context(here.amends(address, door=False))


def _left(database: Database) -> int:
    query = sa.select(sa.func.count()).where(
        notices.c.kind == "reminder", notices.c.subject.like("%:warning"), notices.c.state == "pending"
    )
    with suppress(Exception), database.reading() as session:
        return int(session.execute(query).scalar_one())
    return -1


def _judge(database: Database, posts: list[list[Any]], due: float) -> int:
    """Each post is channel, mark, and the time it arrived."""
    with database.reading() as session:
        rows = session.execute(sa.select(notices.c.id, notices.c.subject, notices.c.state)).all()
    reminded = {f"notice-{row.id}": row for row in rows if row.subject.endswith(":warning")}
    counts = Counter(mark for _, mark, _ in posts if mark in reminded)
    wanted = {mark for mark, row in reminded.items() if int(row.subject.partition(":")[0]) % 3}
    by_lane: dict[str, list[float]] = {}
    for channel, mark, at in posts:
        if mark in reminded:
            by_lane.setdefault(channel, []).append(at)
    pace = [(len(times) - 4) / (max(times) - min(times)) for times in by_lane.values() if len(times) > 8]
    late = [at - due for _, mark, at in posts if mark in reminded]
    found = {
        "posted": len(counts),
        "never posted": len(wanted - {*counts}),
        "posted twice": sum(1 for count in counts.values() if count > 1),
        "posted after they were done": len({*counts} - wanted),
        "posted before their time": sum(1 for each in late if each < -0.05),
        "states": dict(Counter(row.state for row in reminded.values())),
        "fastest channel, messages a second": round(max(pace, default=0), 2),
        "all of them a second": round(len(late) / (max(late) - min(late)), 1) if late else 0,
        "p50 and p99 seconds after they were due": [round(percentile(late, share), 1) for share in (0.5, 0.99)],
    }
    for name, value in found.items():
        print(f"{name}: {value}")
    broken = ("never posted", "posted twice", "posted after they were done", "posted before their time")
    return int(any(found[name] for name in broken) or max(pace, default=0) > 1.2)


if __name__ == "__main__":
    sys.exit(main())
