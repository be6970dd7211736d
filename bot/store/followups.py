"""Follow-ups in and out of the database, and how many reminders a person had on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.domain.cadence import Clock, Wait
from bot.domain.case import Case
from bot.domain.followup import CHECKS, FollowUp, Kind, Stage, State
from bot.domain.reminders import Toll
from bot.store.audit import upsert
from bot.store.cases import case_columns, case_from
from bot.store.db import Session
from bot.store.tables import IS_OWED, cases, follow_ups, reminded, replies


@dataclass(frozen=True, slots=True)
class Kept:
    """A follow-up as it is stored, with what only its reminders need.

    `reminder` names the last reminder that was let out, at `reminded_at`; `called` are the people and groups it named,
    by Slack id. `told_in` is the digest that says what was held back; `ended_by` said that it is done.
    """

    follow_up: FollowUp
    workspace: str
    reminder: str | None = None
    reminded_at: datetime | None = None
    called: tuple[str, ...] = ()
    told_in: str | None = None
    ended_by: str | None = None
    promise_id: int | None = None
    cadence: str = ""

    @property
    def id(self) -> int:
        """Its id."""
        assert self.follow_up.id is not None  # noqa: S101
        return self.follow_up.id


@dataclass(frozen=True, slots=True)
class Owed:
    """A follow-up with its case."""

    kept: Kept
    case: Case

    @property
    def follow_up(self) -> FollowUp:
        """The follow-up."""
        return self.kept.follow_up


_ADD = sa.insert(follow_ups).returning(follow_ups.c.id, sort_by_parameter_order=True)


def add_all(
    session: Session,
    workspace: str,
    new: Sequence[FollowUp],
    *,
    cadence: str,
    promises: Mapping[tuple[Kind, datetime, int], int] | None = None,
) -> list[int]:
    """Store new follow-ups; their ids, in the same order. `promises` maps keys to the promises they stand for."""
    rows = [
        {
            "workspace_id": workspace,
            "case_id": each.case_id,
            "kind": each.kind.value,
            "started_at": each.started_at,
            "number": each.number,
            "about": each.about,
            "by_reply": each.by_reply,
            "promise_id": (promises or {}).get(each.key),
            "words": "",
            "reminders": 0,
            **_moving(each, cadence),
        }
        for each in new
    ]
    return [int(key) for key in session.execute(_ADD, rows).scalars()] if rows else []


_SAVE = sa.update(follow_ups).where(follow_ups.c.id == sa.bindparam("which"))


def save_all(session: Session, changed: Iterable[FollowUp], *, cadence: str) -> None:
    """Store follow-ups as they are now."""
    rows = [{"which": each.id, **_moving(each, cadence)} for each in changed]
    if rows:
        session.execute(_SAVE, rows)


def note(session: Session, follow_up_id: int, **values: Any) -> None:
    """Store what only reminders and people need: columns of the table."""
    session.execute(sa.update(follow_ups).where(follow_ups.c.id == follow_up_id).values(values))


_LET_OUT = _SAVE.values(
    reminder=sa.bindparam("name"),
    reminded_at=sa.bindparam("at", type_=follow_ups.c.reminded_at.type),
    called=sa.bindparam("names"),
    told_in=None,
    reminders=follow_ups.c.reminders + 1,
)


def save_let_out(
    session: Session, after: FollowUp, reminder: str, called: Sequence[str], *, cadence: str, now: datetime
) -> None:
    """Store a follow-up as it is after this reminder of it was let out, which called these people and is counted."""
    names = " ".join(called) or None
    session.execute(
        _LET_OUT, {"which": after.id, "name": reminder, "at": now, "names": names, **_moving(after, cadence)}
    )


_OF_CASE = sa.select(follow_ups).where(follow_ups.c.case_id == sa.bindparam("case")).order_by(follow_ups.c.id)


def of_case(session: Session, case_id: int) -> list[Kept]:
    """All follow-ups of a case, in the order they came up."""
    return [_kept(row) for row in session.execute(_OF_CASE, {"case": case_id})]


_THIS_OF_CASE = sa.select(follow_ups).where(
    follow_ups.c.case_id == sa.bindparam("case"), follow_ups.c.id == sa.bindparam("which")
)


def of_this_case(session: Session, case_id: int, follow_up_id: int) -> Kept | None:
    """One follow-up of a case."""
    row = session.execute(_THIS_OF_CASE, {"case": case_id, "which": follow_up_id}).one_or_none()
    return _kept(row) if row is not None else None


_NEXT_OF_CASE = (
    sa.select(follow_ups)
    .where(follow_ups.c.case_id == sa.bindparam("case"), IS_OWED)
    .order_by(follow_ups.c.state, follow_ups.c.due_at, follow_ups.c.id)
    .limit(1)
)


def next_of_case(session: Session, case_id: int) -> FollowUp | None:
    """The follow-up of a case that is due next; one that stands still only when there is no other."""
    row = session.execute(_NEXT_OF_CASE, {"case": case_id}).one_or_none()
    return _follow_up(row) if row is not None else None


_CHECKS_OF_CASE = sa.select(follow_ups).where(
    follow_ups.c.case_id == sa.bindparam("case"), IS_OWED, follow_ups.c.kind.in_([kind.value for kind in CHECKS])
)


def checks_of(session: Session, case_id: int) -> Sequence[Kept]:
    """The checks after the fix that are still owed on a case."""
    return [_kept(row) for row in session.execute(_CHECKS_OF_CASE, {"case": case_id})]


_WITH_CASE = sa.select(follow_ups, *case_columns).join(cases, cases.c.id == follow_ups.c.case_id)
_ONE = _WITH_CASE.where(follow_ups.c.workspace_id == sa.bindparam("workspace"), follow_ups.c.id == sa.bindparam("id"))


def get(session: Session, workspace: str, follow_up_id: int) -> Owed | None:
    """A follow-up of this workspace with its case."""
    row = session.execute(_ONE, {"workspace": workspace, "id": follow_up_id}).one_or_none()
    return _owed(row) if row is not None else None


def owed(
    session: Session,
    workspace: str,
    *,
    owner: str | None = None,
    channel: str | None = None,
    until: datetime | None = None,
    limit: int = 100,
) -> list[Owed]:
    """What is owed, the most pressing first: all of it, or of one owner, of one channel, due until then."""
    query = _WITH_CASE.where(follow_ups.c.workspace_id == workspace, IS_OWED)
    if owner is not None:
        query = query.where(cases.c.owner == owner)
    if channel is not None:
        query = query.where(cases.c.channel == channel)
    if until is not None:
        query = query.where(follow_ups.c.due_at <= until)
    query = query.order_by(follow_ups.c.due_at, follow_ups.c.id).limit(limit)
    return [_owed(row) for row in session.execute(query)]


def overdue(session: Session, workspace: str, *, now: datetime) -> int:
    """How much of what is owed should have happened by now."""
    is_late = (IS_OWED, follow_ups.c.state == State.OPEN.value, follow_ups.c.due_at < now)
    query = sa.select(sa.func.count()).where(follow_ups.c.workspace_id == workspace, *is_late)
    return int(session.execute(query).scalar_one())


def told_in(session: Session, workspace: str, digest: str) -> list[Owed]:
    """What a digest says because its reminder was held back, and that is still owed."""
    query = _WITH_CASE.where(follow_ups.c.workspace_id == workspace, follow_ups.c.told_in == digest, IS_OWED)
    return [_owed(row) for row in session.execute(query.order_by(follow_ups.c.due_at, follow_ups.c.id).limit(200))]


def channels_owing(session: Session, workspace: str) -> list[str]:
    """The channels with cases towards whose customers something is owed."""
    query = (
        sa.select(cases.c.channel)
        .join(follow_ups, follow_ups.c.case_id == cases.c.id)
        .where(follow_ups.c.workspace_id == workspace, IS_OWED)
        .distinct()
    )
    return sorted(session.execute(query).scalars())


def planned_otherwise(session: Session, workspace: str, cadence: str, *, limit: int) -> list[int]:
    """Cases whose follow-ups are planned by another cadence than this one, a few at a time."""
    other = sa.or_(follow_ups.c.cadence < cadence, follow_ups.c.cadence > cadence)  # two ranges of an index
    query = sa.select(follow_ups.c.case_id).where(IS_OWED, other, follow_ups.c.workspace_id == workspace).limit(limit)
    return sorted({*session.execute(query).scalars()})


def last_reply_at(session: Session, case_id: int) -> datetime | None:
    """When the last reply on a case was sent."""
    query = sa.select(replies.c.sent_at).where(replies.c.case_id == case_id).order_by(replies.c.sent_at.desc()).limit(1)
    at: datetime | None = session.execute(query).scalar()
    return at


def taken_by_closed(session: Session, workspace: str, *, since: datetime) -> Toll:
    """What the cases took that were resolved since then and still are: all their reminders, from the first on."""
    each = (
        sa.select(sa.func.coalesce(sa.func.sum(follow_ups.c.reminders), 0).label("reminders"))
        .select_from(cases)
        .outerjoin(follow_ups, follow_ups.c.case_id == cases.c.id)
        .where(cases.c.workspace_id == workspace, cases.c.resolved_at >= since)
        .group_by(cases.c.id)
        .subquery()
    )
    total, most = sa.func.sum(each.c.reminders), sa.func.max(each.c.reminders)
    none = sa.func.sum(sa.case((each.c.reminders == 0, 1), else_=0))
    columns = (sa.func.coalesce(column, 0) for column in (total, none, most))
    return Toll(
        *(int(number) for number in session.execute(sa.select(sa.func.count(), *columns).select_from(each)).one())
    )


def lock_count(session: Session, workspace: str, person: str, day: date) -> int:
    """How many reminders named this person on this day; nobody else may count until the transaction ends."""
    which = {"workspace_id": workspace, "person": person, "day": day}
    return int(session.execute(_lock_count(session.dialect.name), which).scalar_one())


def count_one_more(session: Session, workspace: str, person: str, day: date) -> None:
    """One more reminder names this person on this day. Its count must be locked."""
    session.execute(_ONE_MORE, {"of": workspace, "whom": person, "on": day})


@cache
def _lock_count(dialect: str) -> Any:
    insert = upsert(dialect, reminded).values(count=0)
    key = ["workspace_id", "person", "day"]
    return insert.on_conflict_do_update(index_elements=key, set_={"count": reminded.c.count}).returning(
        reminded.c.count
    )


_ONE_MORE = (
    sa.update(reminded)
    .where(
        reminded.c.workspace_id == sa.bindparam("of"),
        reminded.c.person == sa.bindparam("whom"),
        reminded.c.day == sa.bindparam("on"),
    )
    .values(count=reminded.c.count + 1)
)


def _moving(each: FollowUp, cadence: str) -> dict[str, Any]:
    return {
        "clock": each.wait.clock.value,
        "wait": _microseconds(each.wait.amount),
        "left": _microseconds(each.left),
        "runs_from": each.runs_from,
        "due_at": each.due_at,
        "state": each.state.value,
        "said": each.said.value if each.said else None,
        "snoozed_until": each.snoozed_until,
        "snoozes": each.snoozes,
        "ended_at": each.ended_at,
        "cadence": cadence,
    }


def _microseconds(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _follow_up(row: Any) -> FollowUp:
    return FollowUp(
        case_id=row.case_id,
        kind=Kind(row.kind),
        started_at=row.started_at,
        wait=Wait(timedelta(microseconds=row.wait), Clock(row.clock)),
        runs_from=row.runs_from,
        left=timedelta(microseconds=row.left),
        due_at=row.due_at,
        number=row.number,
        about=row.about,
        by_reply=bool(row.by_reply),
        state=State(row.state),
        said=Stage(row.said) if row.said else None,
        snoozed_until=row.snoozed_until,
        snoozes=row.snoozes,
        ended_at=row.ended_at,
        id=row.id,
    )


def _kept(row: Any) -> Kept:
    return Kept(
        _follow_up(row),
        row.workspace_id,
        row.reminder,
        row.reminded_at,
        tuple(row.called.split()) if row.called else (),
        row.told_in,
        row.ended_by,
        row.promise_id,
        row.cadence,
    )


def _owed(row: Any) -> Owed:
    return Owed(_kept(row), case_from(row))
