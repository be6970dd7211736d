"""Cases in and out of the database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from bot.domain.case import Case, Details, Status
from bot.domain.complaint import Complaint, Door
from bot.domain.duty import Load
from bot.domain.offer import name_key, reference_key
from bot.domain.taxonomy import Severity
from bot.store.db import Session
from bot.store.outbox.model import now_in
from bot.store.tables import IS_LIVE, IS_UNREAD, cases, db_now, drafts, follow_ups, offers

_ADD = sa.insert(cases)
_NUMBERED = (
    sa.select(cases.c.id)
    .where(cases.c.workspace_id == sa.bindparam("workspace"), cases.c.number >= sa.bindparam("first"))
    .order_by(cases.c.number)
)


def add_all(
    session: Session,
    workspace: str,
    reports: Sequence[tuple[Complaint, Details]],
    *,
    first_number: int,
    now: datetime,
) -> list[Case]:
    """Store new open cases, numbered from `first_number`, in this order, to be read. The log's end must be locked."""
    rows = [
        {
            "workspace_id": workspace,
            "number": number,
            "source": complaint.source,
            "door": complaint.door.value,
            "text": complaint.text,
            "channel": complaint.channel,
            "thread_ts": complaint.thread_ts,
            "reporter": complaint.reporter,
            "reporter_name": complaint.reporter_name,
            "link": complaint.link or None,
            "said_at": complaint.said_at,
            **_details(details),
            "status": Status.OPEN.value,
            "steps": [],
            "resolution": "",
            "opened_at": now,
            "tries": 0,
            "to_read_at": now,
        }
        for number, (complaint, details) in enumerate(reports, first_number)
    ]
    session.execute(_ADD, rows)
    ids = session.execute(_NUMBERED, {"workspace": workspace, "first": first_number}).scalars()
    return [
        Case(
            id=key,
            workspace=workspace,
            number=number,
            complaint=complaint,
            details=details,
            status=Status.OPEN,
            owner=None,
            steps=frozenset(),
            opened_at=now,
            to_read_at=now,
        )
        for key, number, (complaint, details) in zip(
            ids, range(first_number, first_number + len(rows)), reports, strict=True
        )
    ]


_BY_SOURCES = sa.select(cases).where(
    cases.c.workspace_id == sa.bindparam("workspace"), cases.c.source.in_(sa.bindparam("sources", expanding=True))
)


def by_sources(session: Session, workspace: str, sources: Sequence[str]) -> dict[str, Case]:
    """The cases of these reports, by source."""
    rows = session.execute(_BY_SOURCES, {"workspace": workspace, "sources": list(sources)})
    return {row.source: _case(row) for row in rows}


def by_source(session: Session, workspace: str, source: str) -> Case | None:
    """The case of this report, if it has one."""
    return by_sources(session, workspace, [source]).get(source)


def by_number(session: Session, workspace: str, number: int) -> Case | None:
    """The case `R-<number>`."""
    return _one(session, _BY_NUMBER, {"workspace": workspace, "number": number})


_OURS = sa.select(cases).where(cases.c.workspace_id == sa.bindparam("workspace"))
_BY_NUMBER = _OURS.where(cases.c.number == sa.bindparam("number"))
_BY_ID = _OURS.where(cases.c.id == sa.bindparam("case"))
_BY_ID_FOR_CHANGE = _BY_ID.with_for_update(key_share=True)


def get(session: Session, workspace: str, case_id: int, *, for_change: bool = False) -> Case | None:
    """A case of this workspace; `for_change` keeps everybody else's hands off it until the transaction ends."""
    query = _BY_ID_FOR_CHANGE if for_change else _BY_ID
    return _one(session, query, {"workspace": workspace, "case": case_id})


_IS_FRESH = cases.c.to_read_at == cases.c.opened_at  # by whichever clock
_UNREAD = (
    _OURS.where(IS_UNREAD, sa.or_(_IS_FRESH, cases.c.to_read_at <= db_now()))
    .order_by(cases.c.to_read_at, cases.c.id)
    .limit(sa.bindparam("most"))
)


def unread(session: Session, workspace: str, *, limit: int) -> list[Case]:
    """The cases whose reports are to be read now, the longest waiting first. Cheap, takes no lock."""
    return [_case(row) for row in session.execute(_UNREAD, {"workspace": workspace, "most": limit})]


_COUNT_UNREAD = sa.select(sa.func.count()).select_from(cases).where(IS_UNREAD)


def count_unread(session: Session) -> int:
    """How many reports are stored and not read yet."""
    return int(session.execute(_COUNT_UNREAD).scalar_one())


_LOCK_UNREAD = (
    sa.select(cases)
    .where(IS_UNREAD, cases.c.id.in_(sa.bindparam("which", expanding=True)))
    .order_by(cases.c.id)
    .with_for_update(key_share=True, skip_locked=True)
)


def lock_unread(session: Session, case_ids: Sequence[int]) -> dict[int, Case]:
    """Those of these cases that are still unread and in nobody else's hands, by id, kept until the transaction ends."""
    return {row.id: _case(row) for row in session.execute(_LOCK_UNREAD, {"which": list(case_ids)})}


_BEGUN = sa.union(
    *(
        sa.select(table.c.case_id).where(table.c.case_id.in_(sa.bindparam("which", expanding=True)))
        for table in (drafts, follow_ups, offers)
    )
)


def begun(session: Session, case_ids: Sequence[int]) -> frozenset[int]:
    """Those of these cases that have a draft, an offer or something owed already."""
    return frozenset(session.execute(_BEGUN, {"which": list(case_ids)}).scalars())


_SAVE_READ = sa.update(cases).where(cases.c.id == sa.bindparam("which"))


def save_read(session: Session, several: Sequence[tuple[Case, Details]]) -> list[Case]:
    """Store what the reports of these cases say; the cases as they are then."""
    rows = [{"which": case.id, "to_read_at": None, **_details(details)} for case, details in several]
    session.execute(_SAVE_READ, rows)
    return [replace(case, details=details, to_read_at=None) for case, details in several]


def read_later(session: Session, case: Case, pause: timedelta) -> None:
    """The report of this case is to be read after a pause, if it still is."""
    session.execute(_SAVE_READ.where(IS_UNREAD), {"which": case.id, "to_read_at": now_in(session) + pause})


def live_of(session: Session, workspace: str, owner: str, *, limit: int = 20) -> Sequence[Case]:
    """The person's cases that are not resolved, oldest first."""
    query = (
        sa.select(cases)
        .where(cases.c.workspace_id == workspace, cases.c.owner == owner, IS_LIVE)
        .order_by(cases.c.opened_at, cases.c.id)
        .limit(limit)
    )
    return [_case(row) for row in session.execute(query)]


def live_without_owner(session: Session, workspace: str, *, limit: int = 20) -> Sequence[Case]:
    """The cases that nobody has taken, oldest first."""
    query = (
        sa.select(cases)
        .where(cases.c.workspace_id == workspace, cases.c.owner.is_(None), IS_LIVE)
        .order_by(cases.c.opened_at, cases.c.id)
        .limit(limit)
    )
    return [_case(row) for row in session.execute(query)]


_LATELY = 500
"""Cases of a workspace that are looked through for who was given one last."""

_OPEN_OF = (
    sa.select(cases.c.owner, sa.func.count())
    .where(
        cases.c.workspace_id == sa.bindparam("workspace"),
        cases.c.owner.in_(sa.bindparam("owners", expanding=True)),
        IS_LIVE,
    )
    .group_by(cases.c.owner)
)
_LATEST = (
    sa.select(cases.c.owner, cases.c.number)
    .where(cases.c.workspace_id == sa.bindparam("workspace"))
    .order_by(cases.c.number.desc())
    .limit(_LATELY)
    .subquery()
)
_NEWEST_OF = (
    sa.select(_LATEST.c.owner, sa.func.max(_LATEST.c.number))
    .where(_LATEST.c.owner.in_(sa.bindparam("owners", expanding=True)))
    .group_by(_LATEST.c.owner)
)


def loads_of(session: Session, workspace: str, owners: Sequence[str]) -> dict[str, Load]:
    """How many open cases each of these people has, and their newest of the workspace's latest cases."""
    given = {"workspace": workspace, "owners": list(owners)}
    live = {owner: int(count) for owner, count in session.execute(_OPEN_OF, given)}
    newest = {owner: int(number) for owner, number in session.execute(_NEWEST_OF, given)}
    return {owner: Load(live.get(owner, 0), newest.get(owner, 0)) for owner in owners}


def _answered(column: sa.Column[str]) -> sa.Select[str]:
    return (
        sa.select(column)
        .distinct()
        .where(
            cases.c.workspace_id == sa.bindparam("workspace"),
            column.in_(sa.bindparam("names", expanding=True)),
            cases.c.first_replied_at.is_not(None),
            cases.c.id < sa.bindparam("before"),
        )
    )


_ANSWERED_CUSTOMERS, _ANSWERED_REFERENCES = _answered(cases.c.customer), _answered(cases.c.reference)
_NEVER = 2**63 - 1


def answered_before(
    session: Session, workspace: str, *, customers: Sequence[str], references: Sequence[str], before: int | None = None
) -> tuple[frozenset[str], frozenset[str]]:
    """Those of these customers, and of these references, that have a case with a sent reply, older than `before`."""

    def found(query: sa.Select[str], names: Sequence[str]) -> frozenset[str]:
        given = {"workspace": workspace, "names": list(names), "before": before or _NEVER}
        return frozenset(session.execute(query, given).scalars()) if names else frozenset()

    return found(_ANSWERED_CUSTOMERS, customers), found(_ANSWERED_REFERENCES, references)


def change(session: Session, case: Case, **values: Any) -> Case:
    """Store new values of columns and give back the case as it is then."""
    values = {name: value.value if isinstance(value, Status) else value for name, value in values.items()}
    row = session.execute(sa.update(cases).where(cases.c.id == case.id).values(values).returning(cases)).one()
    return _case(row)


def change_details(session: Session, case: Case, details: Details, **values: Any) -> Case:
    """Store what the case is about, and other values. Its offers count for the customer it names now."""
    if (details.customer, details.reference) != (case.details.customer, case.details.reference):
        keys = {"customer_key": name_key(details.customer), "reference_key": reference_key(details.reference)}
        session.execute(sa.update(offers).where(offers.c.case_id == case.id).values(keys))
    return change(session, case, **_details(details), **values)


def _one(session: Session, query: Any, which: dict[str, Any]) -> Case | None:
    row = session.execute(query, which).one_or_none()
    return _case(row) if row is not None else None


def _details(details: Details) -> dict[str, Any]:
    return {
        "category": details.category,
        "severity": details.severity.value,
        "risks": list(details.risks),
        "customer": details.customer,
        "reference": details.reference,
        "about": details.about,
        "guessed": {field: list(words) for field, words in details.guessed},
    }


def _case(row: Any) -> Case:
    return Case(
        id=row.id,
        workspace=row.workspace_id,
        number=row.number,
        complaint=Complaint(
            source=row.source,
            door=Door(row.door),
            text=row.text,
            channel=row.channel,
            thread_ts=row.thread_ts,
            reporter=row.reporter,
            reporter_name=row.reporter_name,
            link=row.link or "",
            said_at=row.said_at,
        ),
        details=Details(
            category=row.category,
            severity=Severity(row.severity),
            risks=tuple(row.risks),
            customer=row.customer,
            reference=row.reference,
            guessed=tuple((field, tuple(words)) for field, words in row.guessed.items()),
            about=row.about,
        ),
        status=Status(row.status),
        owner=row.owner,
        steps=frozenset(row.steps),
        opened_at=row.opened_at,
        first_replied_at=row.first_replied_at,
        resolved_at=row.resolved_at,
        outcome=row.outcome,
        resolution=row.resolution,
        cause=row.cause,
        satisfaction=row.satisfaction,
        report_edited_at=row.report_edited_at,
        report_deleted_at=row.report_deleted_at,
        reopened_at=row.reopened_at,
        waiting_since=row.waiting_since,
        answered_at=row.answered_at,
        tries=row.tries,
        opted_out_at=row.opted_out_at,
        closed_at=row.closed_at,
        to_read_at=row.to_read_at,
    )


case_columns = [column.label(f"its_{column.name}") for column in cases.c]
"""A case's columns in a query that joins its table with another."""


def case_from(row: Any) -> Case:
    """The case in a row of such a query."""
    return _case(SimpleNamespace(**{column.name: row._mapping[f"its_{column.name}"] for column in cases.c}))
