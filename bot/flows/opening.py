"""A report becomes a case: stored, numbered and logged, so that it can be acknowledged. It is read right after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.audit import Action, text_hash
from bot.domain.case import Case
from bot.domain.complaint import Complaint
from bot.flows.guess import unread
from bot.store import audit, cases
from bot.store.db import Session


@dataclass(frozen=True, slots=True)
class Opened:
    """The case of a report, and whether this very call opened it."""

    case: Case
    is_new: bool


def open_cases(session: Session, workspace: str, reports: Sequence[Complaint], *, now: datetime) -> list[Opened]:
    """Open the cases of reports that came in together, in this order. Each may be given more than once.

    A report that has its case keeps it.
    """
    first = {report.source: report for report in reversed(reports)}
    # The end of the log is what all reports of a workspace queue for: from here on this transaction is alone.
    end = audit.lock_end(session, workspace)
    known = cases.by_sources(session, workspace, list(first))
    fresh = [first[source] for source in dict.fromkeys(report.source for report in reports) if source not in known]
    opened = {case.complaint.source: case for case in _open(session, workspace, fresh, end, now=now)}
    answers = []
    for report in reports:
        case = opened.pop(report.source, None)
        answers.append(Opened(case or known[report.source], is_new=case is not None))
        known[report.source] = answers[-1].case
    return answers


def _open(session: Session, workspace: str, fresh: Sequence[Complaint], end: audit.End, *, now: datetime) -> list[Case]:
    if not fresh:
        return []
    reports = [(complaint, unread(complaint)) for complaint in fresh]
    opened = cases.add_all(session, workspace, reports, first_number=end.next_number, now=now)
    happened = [(complaint.reporter, _entry(case)) for case, complaint in zip(opened, fresh, strict=True)]
    audit.append(session, workspace, end.after_cases(len(opened)), happened, now=now)
    return opened


def _entry(case: Case) -> audit.Happened:
    complaint = case.complaint
    entry = {"door": complaint.door, "source": complaint.source, "text": text_hash(complaint.text)}
    return Action.CASE_OPENED, case.reference, entry
