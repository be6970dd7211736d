"""The long run: 10,000 follow-ups due in the same minute, in 200 channels, while much goes wrong.

`python -m benchmarks.long_run` has three workers on PostgreSQL send them while Slack answers 429 now and then, a worker
is killed every 20 seconds and the database is restarted once; `--due 2000` makes it shorter. It prints what was posted,
how often, how late and how fast, and ends with 1 when a promise was broken.
"""

import argparse
import json
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from datetime import timedelta

import sqlalchemy as sa

from benchmarks.due import WARNED_BEFORE, Due, fill_cases, keeps_pace, most_within, plant
from benchmarks.servers import Place, Server, place
from benchmarks.table import percentile
from benchmarks.workspace import CHANNELS
from bot import clock
from bot.store.db import Database
from bot.store.tables import follow_ups, notices

LANES, WORKERS, LIMITED = 200, 3, 97
"""Channels, processes, and every how many posts Slack answers 429."""

KILL_EVERY, RESTART_AT = 20.0, 30.0
BEGIN = timedelta(seconds=20)
LONGEST = 900.0


def main() -> int:
    """Run it, print what happened, and say whether every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long_run", description=__doc__)
    parser.add_argument("--due", type=int, default=10_000, help="how many fall due (10000)")
    count = parser.parse_args().due
    with place() as here:
        return _run(here, count)


def _run(here: Place, count: int) -> int:
    address = here.database("PostgreSQL")
    database = Database(address)
    fill_cases(database, here.content, count)
    due = _due(count)
    plant(database, here.content, due)
    here.ask_slack("/_delay/0")
    here.ask_slack(f"/_limit/{LIMITED}")
    posts: list[tuple[str, str, float]] = []
    over = threading.Event()
    begin = time.monotonic()
    with ExitStack() as stack:
        workers = [stack.enter_context(here.amends(address, door=False)) for _ in range(WORKERS)]
        threading.Thread(target=_killer, args=(here, address, stack, workers, over, begin), daemon=True).start()
        while time.monotonic() < begin + LONGEST:
            time.sleep(2)
            posts += _posted(here)
            left = _left(database)
            print(f"{time.monotonic() - begin:5.0f} s: {len(posts)} posted, {left} left", flush=True)
            if left == 0:
                break
        over.set()
        posts += _posted(here)
    print(f"{count} follow-ups in {LANES} channels, due at {due[0].at:%H:%M:%S} UTC, a third done before")
    return _judge(database, posts)


def _due(count: int) -> list[Due]:
    """All at one moment; every third is done just before."""
    at = clock.now() + BEGIN
    return [Due(CHANNELS[number % LANES].id, at, number % 3 == 0) for number in range(count)]


def _posted(here: Place) -> list[tuple[str, str, float]]:
    """What arrived at Slack since this was asked last: channel, mark and time."""
    return [(channel, mark, at) for channel, mark, at in json.loads(here.ask_slack("/_posts"))["posts"]]


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


def _judge(database: Database, posts: list[tuple[str, str, float]]) -> int:
    """Print what was kept and what was not; 1 when something was not."""
    key = sa.cast(follow_ups.c.id, sa.String) + ":warning"
    query = sa.select(notices.c.id, notices.c.state, follow_ups.c.due_at, follow_ups.c.state.label("owed"))
    with database.reading() as session:
        rows = session.execute(query.join(follow_ups, notices.c.subject == key)).all()
    reminded = {f"notice-{row.id}": row for row in rows}
    ours = [(channel, mark, at) for channel, mark, at in posts if mark in reminded]
    counts = Counter(mark for _, mark, _ in ours)
    wanted = {mark for mark, row in reminded.items() if row.owed == "open"}
    by_lane: dict[str, list[float]] = {}
    for channel, _, at in ours:
        by_lane.setdefault(channel, []).append(at)
    arrived = [at for _, _, at in ours]
    late = [at - (reminded[mark].due_at - WARNED_BEFORE).timestamp() for _, mark, at in ours]
    found = {
        "posted": len(counts),
        "never posted": len(wanted - {*counts}),
        "posted twice": sum(1 for count in counts.values() if count > 1),
        "posted after they were done": len({*counts} - wanted),
        "posted before their time": sum(1 for each in late if each < -0.05),
        "channels faster than one a second after the few at once": sum(not keeps_pace(by_lane[one]) for one in by_lane),
    }
    told = {
        "states": dict(Counter(row.state for row in reminded.values())),
        **{
            f"most in one channel within {seconds} s": max(
                (most_within(by_lane[one], seconds) for one in by_lane), default=0
            )
            for seconds in (1, 10, 60)
        },
        "all of them a second": round(len(late) / (max(arrived) - min(arrived)), 1) if arrived else 0,
        "p50 and p99 seconds after they were due": [round(percentile(late, share), 1) for share in (0.5, 0.99)],
    }
    for name, value in {**found, **told}.items():
        print(f"{name}: {value}")
    return int(any(value for name, value in found.items() if name != "posted"))


if __name__ == "__main__":
    sys.exit(main())
