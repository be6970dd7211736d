"""Telling those who can mend a cause: one message for each cause or category and period, counting its cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.case import Case
from bot.domain.routing import Route
from bot.flows.alerts import Places, leads_place
from bot.flows.cards import place_of
from bot.store import audit, outbox, routing
from bot.store.db import Session
from bot.store.routing import Told

ROUTE = "route"
"""The kind of notice that such a message is; its subject is the message's id."""

MOST_SHOWN = 10
"""Cases a message names."""


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a message shows: its last cases, each with the place of its card, and how many there are."""

    told: Told
    cases: tuple[tuple[Case, tuple[str, str] | None], ...]
    count: int


def route(
    session: Session, content: Content, workspace: str, several: Sequence[Case], places: Places, *, now: datetime
) -> None:
    """Count cases in where they belong now, and out where they do not any more; edit or post what that changes.

    Takes the end of the log, so that two cases cannot begin a message for the same cause: ask for cards before.
    """
    if not content.routing.routes:
        return
    outbox.open_lanes(session, workspace, places.values())
    audit.lock_end(session, workspace)
    touched: dict[int, Told] = {}
    for case in several:
        wanted = _wanted(content, case)
        for told in routing.of_case(session, case.id):
            line = content.routing.route(told.route)
            is_live = line is not None and told.started_at > now - line.every
            if wanted.pop((told.route, told.topic), None) is None and is_live:
                routing.take_out(session, told, case.id)
                touched[told.id] = told
        touched |= _count_in(session, content, case, wanted, places, now=now)
    _tell(session, content, workspace, touched)


def route_opened(
    session: Session, content: Content, workspace: str, opened: Sequence[Case], places: Places, *, now: datetime
) -> None:
    """The same for cases that were opened in this transaction, which are counted nowhere yet.

    The places have their lanes, and the end of the log is held.
    """
    touched: dict[int, Told] = {}
    for case in opened:
        touched |= _count_in(session, content, case, _wanted(content, case), places, now=now)
    _tell(session, content, workspace, touched)


def _wanted(content: Content, case: Case) -> dict[tuple[str, str], Route]:
    """Where a case belongs, by the route's id and what it hears the case about."""
    return {(line.id, topic): line for line, topic in content.routing.topics(case.details.category, case.cause)}


def _count_in(
    session: Session,
    content: Content,
    case: Case,
    wanted: Mapping[tuple[str, str], Route],
    places: Places,
    *,
    now: datetime,
) -> dict[int, Told]:
    touched = {}
    for (id, topic), line in wanted.items():
        channel = places.get(line.channel) or leads_place(content, places, case.complaint.channel)
        told = routing.live(session, case.workspace, id, topic, since=now - line.every) or routing.begin(
            session, case.workspace, id, topic, channel, now=now
        )
        routing.put(session, told, case.id)
        touched[told.id] = told
    return touched


def _tell(session: Session, content: Content, workspace: str, touched: dict[int, Told]) -> None:
    wishes = []
    for id, told in sorted(touched.items()):
        line = content.routing.route(told.route)
        if told.is_asked or (line is not None and routing.count(session, told) >= line.least):
            routing.mark_asked(session, told)
            wishes.append(outbox.Wish(told.channel, ROUTE, str(id)))
    if wishes:
        outbox.ask(session, workspace, *wishes)


def shown(session: Session, workspace: str, told_id: int) -> Shown | None:
    """What a message shows now."""
    told = routing.get(session, workspace, told_id)
    if told is None:
        return None
    last = routing.cases_in(session, told, limit=MOST_SHOWN)
    return Shown(told, tuple((case, place_of(session, case)) for case in last), routing.count(session, told))
