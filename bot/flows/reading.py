"""A stored report is read: what it is about, its first draft, what is owed, who must hear of it, and its card.

This comes after the acknowledgement, a few reports in one transaction, and after a crash as well: a case says itself
that its report is to be read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.content.bundle import Content
from bot.domain.audit import Action
from bot.domain.case import Case, Details, Status
from bot.flows.alerts import NOWHERE, Places, raise_alerts
from bot.flows.cards import ask_for_card, cards_wished
from bot.flows.details import in_the_log
from bot.flows.drafts import suggest_again
from bot.flows.guess import details_from, guess_again
from bot.flows.history import Setting, repeated_in, used_by
from bot.flows.offers import freeze
from bot.flows.planning import after_opening, plan_again
from bot.flows.routing import route, route_opened
from bot.flows.session import Session, Transaction, Unavailable
from bot.flows.suggestions import FRESH, Suggestion, best, new_draft, suggested
from bot.store import audit, cases, drafts, outbox

log = structlog.get_logger(__name__)

Entry = tuple[str | None, audit.Happened]
"""Who did something, and what is to be logged of it."""

MOST_AT_ONCE = 8
"""Reports read in one transaction: where there is one writer, whoever reports or presses waits for it."""

LET_PASS_SECONDS = 0.02
"""How long one report is left unread while others wait to be stored: so a rush is acknowledged first."""

BREATH_SECONDS = 0.025
"""Pause after the last report that waited: those that come meanwhile are read together."""

SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=1)
"""When a report that could not be read is tried again: after as long as it has waited, within these bounds."""


@dataclass(frozen=True, slots=True)
class Read:
    """A case as it was stored, and what its report says."""

    case: Case
    details: Details
    suggestion: Suggestion


def read(content: Content, case: Case) -> Read:
    """Triage a case's report and draft its reply. What people set by hand stays."""
    details = guess_again(case.details, details_from(content.triage(case.complaint.text)))
    return Read(case, details, best(content, details, agent=case.complaint.reporter_name))


def record(
    session: Session,
    content: Content,
    workspace: str,
    readings: Sequence[Read],
    *,
    places: Places = NOWHERE,
    now: datetime,
) -> list[Case]:
    """Write down what reports say, with all that follows from it; the cases as they are then.

    Left out is what somebody else has read meanwhile, and a report or a case that was changed: it is read once more.
    Leads hear of risks in one of the `places`, or in the channel of the report when none is known.
    """
    locked = cases.lock_unread(session, [reading.case.id for reading in readings])
    readings = [reading for reading in readings if reading.case == locked.get(reading.case.id)]
    if not readings:
        return []
    outbox.open_lanes(session, workspace, {*places.values(), *(reading.case.complaint.channel for reading in readings)})
    begun = cases.begun(session, [*locked])
    late = [reading for reading in readings if reading.case.id in begun]
    fresh = [reading for reading in readings if reading.case.id not in begun]
    happened: list[Entry] = []
    known = [_late(session, content, reading, happened, now=now) for reading in late]
    opened = _fresh(session, content, workspace, fresh, happened, now=now) if fresh else []
    raise_alerts(session, content, workspace, [*known, *opened], places, now=now)
    end = audit.lock_end(session, workspace)
    route_opened(session, content, workspace, opened, places, now=now)
    route(session, content, workspace, known, places, now=now)
    audit.append(session, workspace, end, happened, now=now)
    return [*known, *opened]


def _fresh(
    session: Session,
    content: Content,
    workspace: str,
    readings: Sequence[Read],
    happened: list[Entry],
    *,
    now: datetime,
) -> list[Case]:
    """Cases that nobody has worked on: their details, first drafts, what is owed on them, and their cards."""
    readings = _with_history(session, content, workspace, readings)
    after = cases.save_read(session, [(reading.case, reading.details) for reading in readings])
    new = [new_draft(case, reading.suggestion) for case, reading in zip(after, readings, strict=True)]
    drafts.add_all(session, workspace, new, now=now)
    reminders = after_opening(session, content, workspace, after)
    outbox.ask_in_open_lanes(session, workspace, [*cards_wished(after), *reminders])
    for case, reading in zip(after, readings, strict=True):
        happened += _entries(case, [suggested(content, case, reading.suggestion)])
    return after


def _late(session: Session, content: Content, reading: Read, happened: list[Entry], *, now: datetime) -> Case:
    """A case whose report could not be read before, and that may have been worked on since."""
    case = cases.change_details(session, reading.case, reading.details, to_read_at=None)
    ask_for_card(session, case)
    at_risk = bool(set(case.details.risks) - set(reading.case.details.risks))
    entries = freeze(session, case, now=now) if at_risk else []
    plan_again(session, content, case, now=now)
    if case.status is Status.OPEN and drafts.live(session, case.id) is None:
        drafts.add(session, case.workspace, new_draft(case, reading.suggestion), now=now)
        entries.append(suggested(content, case, reading.suggestion))
    else:
        agent, by = case.complaint.reporter_name, case.complaint.reporter
        entries += suggest_again(session, content, case, agent=agent, by=by, in_any_case=at_risk, now=now)
    happened += _entries(case, entries)
    return case


def _entries(case: Case, more: Sequence[audit.Happened]) -> list[Entry]:
    was_read = Action.CASE_READ, case.reference, in_the_log(case.details)
    return [(case.complaint.reporter, entry) for entry in (was_read, *more)]


def _with_history(session: Session, content: Content, workspace: str, readings: Sequence[Read]) -> list[Read]:
    """The same, drafted anew where the customer was let down before or a response was sent lately."""
    sent = drafts.lately_sent(session, workspace)
    repeated = repeated_in(session, workspace, [reading.details for reading in readings])
    return [
        _drafted(content, reading, Setting(repeated=again, used=used_by(reading.case.complaint.reporter, sent)))
        for reading, again in zip(readings, repeated, strict=True)
    ]


def _drafted(content: Content, reading: Read, setting: Setting) -> Read:
    if setting == FRESH:
        return reading
    agent = reading.case.complaint.reporter_name
    return replace(reading, suggestion=best(content, reading.details, agent=agent, setting=setting))


def put_off(session: Session, case: Case, *, now: datetime) -> None:
    """A report could not be read: try again later."""
    cases.read_later(session, case, min(max(now - case.opened_at, SOONEST), LATEST))


def show_unread(session: Session, content: Content, workspace: str, case_id: int, *, now: datetime) -> None:
    """Post the card of a case whose report could not be read, and plan what is owed in any case."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is not None and not case.is_read:
        plan_again(session, content, case, now=now)
        outbox.ask(session, workspace, *cards_wished([case]))


class Reader:
    """Reads what was stored and not read yet, in the thread that calls it."""

    def __init__(
        self,
        transaction: Transaction,
        looking: Transaction,
        content: Callable[[], Content],
        workspace: str,
        now: Callable[[], datetime],
        *,
        places: Callable[[], Places] = dict,
        let_pass: Callable[[float], None] = lambda seconds: None,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        """`let_pass` waits a while for those who have something to store; `done` is called after each commit."""
        self._transaction, self._looking, self._content, self._workspace = transaction, looking, content, workspace
        self._now, self._places, self._let_pass, self._done = now, places, let_pass, done

    def read_some(self) -> float | None:
        """Read the reports that wait longest, a few of them; in how many seconds to look again, if any did."""
        with self._looking() as session:
            waiting = cases.unread(session, self._workspace, limit=MOST_AT_ONCE)
        if not waiting:
            return None
        content = self._content()
        readings = [reading for case in waiting if (reading := self._read(content, case)) is not None]
        recorded = self._record(content, readings) if readings else 0
        self._done()
        return 0.0 if recorded == MOST_AT_ONCE else BREATH_SECONDS

    def _read(self, content: Content, case: Case) -> Read | None:
        self._let_pass(LET_PASS_SECONDS)
        try:
            return read(content, case)
        except Exception as error:
            self._put_off(content, case, error)
            return None

    def _record(self, content: Content, readings: list[Read]) -> int:
        places = self._places()
        try:
            with self._transaction() as session:
                return len(record(session, content, self._workspace, readings, places=places, now=self._now()))
        except Unavailable:
            raise
        except Exception as error:
            if len(readings) > 1:
                return sum(self._record(content, [reading]) for reading in readings)
            self._put_off(content, readings[0].case, error)
            return 1

    def _put_off(self, content: Content, case: Case, error: Exception) -> None:
        log.error("report.not_read", case=case.reference, exc_info=error)
        with self._transaction() as session:
            put_off(session, case, now=self._now())
        try:
            with self._transaction() as session:  # apart, because this may fail for the same reason
                show_unread(session, content, self._workspace, case.id, now=self._now())
        except Unavailable:
            raise
        except Exception as further:
            log.error("report.not_shown", case=case.reference, exc_info=further)
