"""A report becomes a case, with its first draft, its duties and its card."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.audit import Action, text_hash
from bot.domain.case import Case, Details
from bot.domain.complaint import Complaint
from bot.flows.alerts import NOWHERE, Places, raise_alerts
from bot.flows.cards import cards_wished
from bot.flows.details import in_the_log
from bot.flows.guess import details_of
from bot.flows.history import Setting, repeated_in, used_by
from bot.flows.planning import after_opening
from bot.flows.routing import route_opened
from bot.flows.suggestions import FRESH, Suggestion, best, new_draft, suggested
from bot.store import audit, cases, drafts, outbox
from bot.store.db import Session


@dataclass(frozen=True, slots=True)
class Opened:
    """The case of a report, and whether this very call opened it."""

    case: Case
    is_new: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report with all that can be worked out before the database is asked."""

    complaint: Complaint
    details: Details
    suggestion: Suggestion


def prepare(content: Content, complaint: Complaint) -> Prepared:
    """Triage a report and draft its reply."""
    details = details_of(content, complaint)
    return Prepared(complaint, details, best(content, details, agent=complaint.reporter_name))


def open_case(
    session: Session,
    content: Content,
    workspace: str,
    complaint: Complaint,
    *,
    places: Places = NOWHERE,
    now: datetime,
) -> Opened:
    """Open the case of a report, with its first draft and its card; a report that has its case keeps it."""
    return open_cases(session, content, workspace, [prepare(content, complaint)], places=places, now=now)[0]


def open_cases(
    session: Session,
    content: Content,
    workspace: str,
    reports: Sequence[Prepared],
    *,
    places: Places = NOWHERE,
    now: datetime,
) -> list[Opened]:
    """Open the cases of reports that came in together, in this order. Each may be given more than once.

    Leads hear of risks in one of the `places`, or in the channel of the report when none is known.
    """
    reports = _with_history(session, content, workspace, reports)
    first = {report.complaint.source: report for report in reversed(reports)}
    outbox.open_lanes(session, workspace, {*places.values(), *(report.complaint.channel for report in reports)})
    # The end of the log is what all reports of a workspace queue for: from here on this transaction is alone.
    end = audit.lock_end(session, workspace)
    known = cases.by_sources(session, workspace, list(first))
    fresh = [
        first[source] for source in dict.fromkeys(each.complaint.source for each in reports) if source not in known
    ]
    opened = {case.complaint.source: case for case in _open(session, content, workspace, fresh, end, now=now)}
    raise_alerts(session, content, workspace, list(opened.values()), places, now=now)
    route_opened(session, content, workspace, list(opened.values()), places, now=now)
    answers = []
    for report in reports:
        source = report.complaint.source
        is_new = source in opened
        if is_new:
            known[source] = opened.pop(source)
        answers.append(Opened(known[source], is_new))
    return answers


def _with_history(session: Session, content: Content, workspace: str, reports: Sequence[Prepared]) -> list[Prepared]:
    """The reports, drafted anew where the customer was let down before or a response was sent lately."""
    sent = drafts.lately_sent(session, workspace)
    repeated = repeated_in(session, workspace, [report.details for report in reports])
    drafted = []
    for report, again in zip(reports, repeated, strict=True):
        setting = Setting(repeated=again, used=used_by(report.complaint.reporter, sent))
        if setting != FRESH:
            agent = report.complaint.reporter_name
            suggestion = best(content, report.details, agent=agent, setting=setting)
            drafted.append(replace(report, suggestion=suggestion))
        else:
            drafted.append(report)
    return drafted


def _open(
    session: Session, content: Content, workspace: str, fresh: Sequence[Prepared], end: audit.End, *, now: datetime
) -> list[Case]:
    if not fresh:
        return []
    opened = cases.add_all(
        session,
        workspace,
        [(report.complaint, report.details) for report in fresh],
        first_number=end.next_number,
        now=now,
    )
    new_drafts = [new_draft(case, report.suggestion) for case, report in zip(opened, fresh, strict=True)]
    drafts.add_all(session, workspace, new_drafts, now=now)
    reminders = after_opening(session, content, workspace, opened)
    outbox.ask_in_open_lanes(session, workspace, [*cards_wished(opened), *reminders])
    happened: list[tuple[str | None, audit.Happened]] = []
    for case, report in zip(opened, fresh, strict=True):
        complaint = case.complaint
        entry = {"door": complaint.door, "source": complaint.source, "text": text_hash(complaint.text)}
        happened += [
            (complaint.reporter, (Action.CASE_OPENED, case.reference, {**entry, **in_the_log(case.details)})),
            (complaint.reporter, suggested(content, case, report.suggestion)),
        ]
    audit.append(session, workspace, end.after_cases(len(opened)), happened, now=now)
    return opened
