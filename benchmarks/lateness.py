"""How late reminders come: 100 fall due every second, in 200 channels, and each answer of Slack takes its time.

What a channel's own pace holds back is no lateness of ours: a reminder is late from the moment its channel could have
taken it.
"""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa

from benchmarks.due import Due, earliest, fill_cases, keeps_pace, plant
from benchmarks.servers import Place
from benchmarks.table import Row, median, percentile
from benchmarks.workspace import CHANNELS
from bot import clock
from bot.store.db import Database
from bot.store.tables import notices

A_SECOND, SECONDS, QUICK_SECONDS = 100, 60, 15
IN = 200
"""Channels they fall due in, by chance: each gets one every two seconds, sometimes several at once."""

ANSWERS_IN = 100
"""Milliseconds that Slack takes for every answer."""

WORKERS = {"SQLite": 1, "PostgreSQL": 3}
BEGIN = timedelta(seconds=15)
PATIENCE = 60.0
GOAL = 2.0


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """Seconds between the moment a channel could take a reminder and its arrival at Slack."""
    seconds = QUICK_SECONDS if quick else SECONDS
    for kind, workers in WORKERS.items():
        address = place.database(kind)
        yield _row(place, kind, address, workers, A_SECOND * seconds)
        place.drop(address)


def _row(place: Place, kind: str, address: str, workers: int, count: int) -> Row:
    database = Database(address)
    fill_cases(database, place.content, count)
    several = _falling_due(clock.now() + BEGIN, count)
    plant(database, place.content, several)
    channels = _channels(database)
    database.close()
    posts = _posted(place, kind, address, workers, several)
    arrived: dict[str, list[float]] = {}
    for _, mark, at in posts:
        if mark in channels:
            arrived.setdefault(channels[mark], []).append(at)
    due: dict[str, list[float]] = {}
    for each in several:
        due.setdefault(each.channel, []).append(each.at.timestamp())
    late = [
        at - could
        for channel, moments in due.items()
        for at, could in zip(sorted(arrived.get(channel, [])), earliest(moments), strict=False)
    ]
    counted = len(posts) == len({mark for _, mark, _ in posts}) == len(late) == count
    p99 = percentile(late, 0.99)
    plural = "" if workers == 1 else "s"
    return Row(
        f"lateness of {count:,} reminders, {A_SECOND} due a second, {workers} process{'es' * bool(plural)}, {kind}",
        f"p50 {median(late):.2f} s, p99 {p99:.2f} s, longest {max(late):.2f} s" + ("" if counted else ", some missing"),
        f"a Slack that answers in {ANSWERS_IN} ms",
        None,
        f"p99 < {GOAL:.0f} s",
        counted and p99 < GOAL and all(map(keeps_pace, arrived.values())),
    )


def _falling_due(begin: datetime, count: int) -> list[Due]:
    random = Random(7)
    return [
        Due(CHANNELS[random.randrange(IN)].id, begin + timedelta(seconds=number / A_SECOND)) for number in range(count)
    ]


def _channels(database: Database) -> dict[str, str]:
    """The channel of each reminder, by the mark that its message bears."""
    query = sa.select(notices.c.id, notices.c.channel).where(notices.c.kind == "reminder")
    with database.reading() as session:
        return {f"notice-{row.id}": row.channel for row in session.execute(query)}


def _posted(place: Place, kind: str, address: str, workers: int, several: list[Due]) -> list[tuple[str, str, float]]:
    """What arrived at Slack: channel, mark and time."""
    place.ask_slack(f"/_delay/{ANSWERS_IN}")
    place.ask_slack("/_posts")
    posts: list[tuple[str, str, float]] = []
    with ExitStack() as stack:
        for _ in range(workers):
            stack.enter_context(place.amends(address, door=kind == "SQLite"))
        end = several[-1].at.timestamp() + PATIENCE
        while len(posts) < len(several) and time.time() < end:
            time.sleep(0.5)
            posts += [(channel, mark, at) for channel, mark, at in json.loads(place.ask_slack("/_posts"))["posts"]]
    place.ask_slack("/_delay/0")
    return posts
