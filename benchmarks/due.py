"""Reminders that fall due at given moments, and what a channel's pace lets through."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from benchmarks.fill import fill
from benchmarks.workspace import WORKSPACE
from bot.content.bundle import Content
from bot.domain.cadence import Clock, Wait
from bot.domain.followup import FollowUp, Kind, State
from bot.store import followups
from bot.store.db import Database
from bot.store.outbox import BURST
from bot.store.tables import cases, notices

WAIT = timedelta(hours=1)
WARNED_BEFORE = WAIT / 4
OWNERS = 2_000
"""People the follow-ups belong to, so that nobody's limit of the day is reached."""

AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder: its channel, its moment, and whether its follow-up is done just before that."""

    channel: str
    at: datetime
    is_done: bool = False


def fill_cases(database: Database, content: Content, count: int) -> None:
    """So many serious cases, each with an owner: their first replies are reminded of at any hour."""
    fill(database, content, count)
    owner = sa.literal("U") + sa.cast(cases.c.id % OWNERS, sa.String)
    with database.transaction() as session:
        session.execute(sa.update(cases).values(owner=owner, status="open", severity="S4"))


def plant(database: Database, content: Content, several: Sequence[Due]) -> None:
    """Give each case, in the order of their ids, a first reply whose warning is one of these reminders."""
    for first in range(0, len(several), AT_A_TIME):
        which = sa.select(cases.c.id).order_by(cases.c.id).limit(AT_A_TIME).offset(first)
        with database.transaction() as session:
            some = list(zip(session.execute(which).scalars(), several[first : first + AT_A_TIME], strict=False))
            owed = [_owed(case_id, due) for case_id, due in some]
            keys = followups.add_all(session, WORKSPACE, owed, cadence=content.cadence_hash)
            place = sa.update(cases).where(cases.c.id == sa.bindparam("key")).values(channel=sa.bindparam("place"))
            session.execute(place, [{"key": case_id, "place": due.channel} for case_id, due in some])
            session.execute(sa.insert(notices), [_reminder(key, due) for key, (_, due) in zip(keys, some, strict=True)])


def _owed(case_id: int, due: Due) -> FollowUp:
    begun = due.at + WARNED_BEFORE - WAIT
    return FollowUp(
        case_id=case_id,
        kind=Kind.FIRST_REPLY,
        started_at=begun,
        wait=Wait(WAIT, Clock.ALWAYS),
        runs_from=begun,
        left=WAIT,
        due_at=begun + WAIT,
        state=State.DONE if due.is_done else State.OPEN,
        ended_at=due.at if due.is_done else None,
    )


def _reminder(key: int, due: Due) -> dict[str, object]:
    return {
        "workspace_id": WORKSPACE,
        "channel": due.channel,
        "kind": "reminder",
        "subject": f"{key}:warning",
        "state": "pending",
        "revision": 1,
        "due_at": due.at,
        "attempts": 0,
        "reason": "",
    }


def earliest(moments: Iterable[float]) -> list[float]:
    """When a channel can take messages that fall due at these moments: one a second, a few at once after a rest."""
    taken: list[float] = []
    free = float("-inf")
    for moment in sorted(moments):
        at = max(moment, free)
        free = max(free, at - (BURST - 1)) + 1
        taken.append(at)
    return taken


def most_within(times: Iterable[float], seconds: float) -> int:
    """The most messages that a channel got in any stretch of so many seconds."""
    ordered = sorted(times)
    return max((bisect_left(ordered, start + seconds) - place for place, start in enumerate(ordered)), default=0)


def keeps_pace(times: Iterable[float]) -> bool:
    """Whether a channel got about one message a second, but for the few at once after a rest.

    What is posted is noted when it arrives, up to a second after it was let go.
    """
    several = sorted(times)
    return all(most_within(several, seconds) <= seconds + BURST for seconds in (2, 5, 10, 30, 60))
