"""A case from its report to its end: open, take, change details, resolve, reopen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.audit import Action, text_hash
from bot.domain.case import Case, Details, Status, may_clear_risks, may_lower_severity, stays_open
from bot.domain.complaint import Complaint
from bot.domain.feedback import Feedback, Field
from bot.domain.taxonomy import RISKS, Severity
from bot.domain.team import Role
from bot.flows import drafts as draft_flows
from bot.flows.alerts import NOWHERE, Places, raise_alerts
from bot.flows.cards import ask_for_card, cards_wished
from bot.flows.guess import details_from, details_of, guess_again
from bot.flows.history import Setting, repeated_in, used_by
from bot.flows.offers import freeze
from bot.flows.outcome import GONE, Refused
from bot.flows.planning import after_opening, plan_again, redraw_all
from bot.flows.routing import route
from bot.store import audit, cases, drafts, feedback, outbox
from bot.store.db import Session

KEEP_RISKS = Refused("A risk is taken back by a lead. Ask one of them to look at the case.")


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
    suggestion: draft_flows.Suggestion


def prepare(content: Content, complaint: Complaint) -> Prepared:
    """Triage a report and draft its reply."""
    details = details_of(content, complaint)
    return Prepared(complaint, details, draft_flows.best(content, details, agent=complaint.reporter_name))


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
    route(session, content, workspace, list(opened.values()), places, now=now)
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
        if setting != draft_flows.FRESH:
            agent = report.complaint.reporter_name
            suggestion = draft_flows.best(content, report.details, agent=agent, setting=setting)
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
    new_drafts = [draft_flows.new_draft(case, report.suggestion) for case, report in zip(opened, fresh, strict=True)]
    drafts.add_all(session, workspace, new_drafts, now=now)
    reminders = after_opening(session, content, workspace, opened)
    outbox.ask_in_open_lanes(session, workspace, [*cards_wished(opened), *reminders])
    happened: list[tuple[str | None, audit.Happened]] = []
    for case, report in zip(opened, fresh, strict=True):
        complaint = case.complaint
        entry = {"door": complaint.door, "source": complaint.source, "text": text_hash(complaint.text)}
        happened += [
            (complaint.reporter, (Action.CASE_OPENED, case.reference, {**entry, **_shown(case.details)})),
            (complaint.reporter, draft_flows.suggested(content, case, report.suggestion)),
        ]
    audit.append(session, workspace, end.after_cases(len(opened)), happened, now=now)
    return opened


def take(session: Session, workspace: str, case_id: int, *, by: str, now: datetime) -> Case | Refused:
    """Make this person the owner."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    if case.status is Status.RESOLVED:
        return Refused(f"{case.reference} is resolved. Reopen it first if there is more to do.")
    if case.owner == by:
        ask_for_card(session, case)
        return Refused(f"You already have {case.reference}.")
    before = case.owner
    case = cases.change(session, case, owner=by)
    redraw_all(session, case)
    ask_for_card(session, case)
    audit.record(
        session, workspace, (Action.CASE_TAKEN, case.reference, {"owner": by, "before": before}), by=by, now=now
    )
    return case


def change_details(
    session: Session,
    content: Content,
    workspace: str,
    case_id: int,
    *,
    category: str,
    severity: Severity,
    customer: str | None,
    reference: str | None,
    raised: Sequence[str] = (),
    cleared: Sequence[str] = (),
    by: str,
    role: Role | None,
    agent: str | None,
    places: Places = NOWHERE,
    now: datetime,
) -> Case | Refused:
    """Correct what the case is about; None leaves a value as it is. An untouched suggestion is made anew to fit.

    `raised` and `cleared` are the risks to add and to take back; the others stay. A risk that comes up is told to the
    leads, and its playbook takes the place of any draft.
    """
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    if not may_lower_severity(case.details.severity, severity, role):
        return Refused("A critical case is lowered by a lead. Ask one of them to change the severity.")
    added = (risk for risk in RISKS if risk in raised)
    flags = tuple(risk for risk in dict.fromkeys((*case.details.risks, *added)) if risk not in cleared)
    if not may_clear_risks(case.details.risks, flags, role):
        return KEEP_RISKS
    customer = case.details.customer if customer is None else customer
    reference = case.details.reference if reference is None else reference
    wanted = {
        "category": category,
        "severity": severity,
        "risks": flags,
        "customer": customer,
        "reference": reference,
    }
    now_known = {name: getattr(case.details, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if now_known[name] != value}
    still_guessed = tuple(
        (field, words) for field, words in case.details.guessed if field == "risks" and field not in changed
    )
    details = Details(category, severity, flags, customer, reference, still_guessed)
    ask_for_card(session, case)
    if details == case.details:
        return case
    confirmed = sorted(
        name for name, _ in case.details.guessed if name in wanted and name != "risks" and name not in changed
    )
    before, case = case.details, cases.change_details(session, case, details)
    frozen = _frozen(session, before, case, now=now)
    feedback.keep(session, workspace, _said(case, now_known, changed, confirmed, by=by, now=now))
    plan_again(session, content, case, now=now)
    entry: dict[str, object] = {name: [now_known[name], value] for name, value in changed.items()}
    if confirmed:
        entry["confirmed"] = confirmed
    is_new_risk = _is_new_risk(before, case)
    suggested = (
        draft_flows.suggest_again(session, content, case, agent=agent, by=by, in_any_case=is_new_risk, now=now)
        if changed
        else []
    )
    if is_new_risk:
        raise_alerts(session, content, workspace, [case], places, now=now)
    if "category" in changed:
        route(session, content, workspace, [case], places, now=now)
    happened: audit.Happened = (Action.CASE_DETAILS_CHANGED, case.reference, entry)
    audit.record(session, workspace, happened, *frozen, *suggested, by=by, now=now)
    return case


def resolve(
    session: Session,
    content: Content,
    workspace: str,
    case_id: int,
    *,
    outcome: str,
    resolution: str,
    cause: str | None = None,
    satisfaction: int | None = None,
    by: str,
    places: Places = NOWHERE,
    now: datetime,
) -> Case | Refused:
    """Close the case with its outcome, its root cause and what was done; who can mend the cause hears of it.

    An unhappy customer (`satisfaction`, 1 to 5, as far as known) keeps it open: the case that is given back is not
    resolved then.
    """
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    if case.status is Status.RESOLVED:
        ask_for_card(session, case)
        return Refused(f"{case.reference} is already resolved.")
    if stays_open(outcome, satisfaction):
        return _answered(session, case, satisfaction, by=by, now=now)
    case = cases.change(
        session,
        case,
        status=Status.RESOLVED,
        outcome=outcome,
        resolution=resolution,
        cause=cause,
        satisfaction=satisfaction or case.satisfaction,
        resolved_at=now,
        owner=case.owner or by,
        waiting_since=None,
        steps=sorted(case.steps | {"document"}),
    )
    plan_again(session, content, case, now=now)
    ask_for_card(session, case)
    route(session, content, workspace, [case], places, now=now)
    entry = {"outcome": outcome, "resolution": text_hash(resolution), "cause": cause, "satisfaction": satisfaction}
    audit.record(session, workspace, (Action.CASE_RESOLVED, case.reference, entry), by=by, now=now)
    return case


def customer_answered(
    session: Session, content: Content, workspace: str, case_id: int, *, satisfaction: int, by: str, now: datetime
) -> Case | Refused:
    """What the customer says of a resolved case, 1 to 5. An unhappy answer opens it again."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    if case.status is Status.RESOLVED and stays_open(case.outcome, satisfaction):
        case = _open_again(session, content, case, by=by, now=now)
    return _answered(session, case, satisfaction, by=by, now=now)


def _answered(session: Session, case: Case, satisfaction: int | None, *, by: str, now: datetime) -> Case:
    case = cases.change(session, case, satisfaction=satisfaction)
    ask_for_card(session, case)
    entry = {"satisfaction": satisfaction, "status": case.status}
    audit.record(session, case.workspace, (Action.CUSTOMER_ANSWERED, case.reference, entry), by=by, now=now)
    return case


def reopen(
    session: Session, content: Content, workspace: str, case_id: int, *, by: str, now: datetime
) -> Case | Refused:
    """Open a resolved case again."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    if case.status is not Status.RESOLVED:
        ask_for_card(session, case)
        return Refused(f"{case.reference} is open.")
    return _open_again(session, content, case, by=by, now=now)


def _open_again(session: Session, content: Content, case: Case, *, by: str, now: datetime) -> Case:
    """A resolved case, open as it was before. Its root cause stays known."""
    case = cases.change(
        session,
        case,
        status=Status.ANSWERED if case.first_replied_at else Status.OPEN,
        outcome=None,
        resolution="",
        resolved_at=None,
        reopened_at=now,
        steps=sorted(case.steps - {"document"}),
    )
    plan_again(session, content, case, now=now)
    ask_for_card(session, case)
    audit.record(session, case.workspace, (Action.CASE_REOPENED, case.reference, {}), by=by, now=now)
    return case


def report_edited(
    session: Session,
    content: Content,
    workspace: str,
    source: str,
    text: str,
    *,
    agent: str | None,
    places: Places = NOWHERE,
    now: datetime,
) -> Case | None:
    """The report now says something else: keep the new words and guess again what nobody has set by hand."""
    known = cases.by_source(session, workspace, source)
    if known is None or known.complaint.text == text:
        return None
    case = cases.get(session, workspace, known.id, for_change=True)
    if case is None or case.complaint.text == text:
        return None
    seen = {risk.value for risk in content.triage(case.complaint.text).risks}
    details = guess_again(case.details, details_from(content.triage(text)), seen=seen)
    is_about_the_same = replace(details, guessed=case.details.guessed) == case.details
    cases.change(session, case, text=text, report_edited_at=now)
    before, case = case.details, cases.change_details(session, case, details)
    frozen = _frozen(session, before, case, now=now)
    if not is_about_the_same:
        plan_again(session, content, case, now=now)
    ask_for_card(session, case)
    reporter = case.complaint.reporter
    suggested = (
        []
        if is_about_the_same
        else draft_flows.suggest_again(
            session, content, case, agent=agent, by=reporter, in_any_case=_is_new_risk(before, case), now=now
        )
    )
    if _is_new_risk(before, case):
        raise_alerts(session, content, workspace, [case], places, now=now)
    entry = {"text": text_hash(text), **_shown(details)}
    happened: audit.Happened = (Action.REPORT_EDITED, case.reference, entry)
    audit.record(session, workspace, happened, *frozen, *suggested, by=case.complaint.reporter, now=now)
    return case


def report_deleted(session: Session, workspace: str, source: str, *, now: datetime) -> Case | None:
    """The report was taken back in Slack. The case stays, and says so."""
    known = cases.by_source(session, workspace, source)
    if known is None or known.report_deleted_at is not None:
        return None
    case = cases.get(session, workspace, known.id, for_change=True)
    if case is None or case.report_deleted_at is not None:
        return None
    case = cases.change(session, case, report_deleted_at=now)
    ask_for_card(session, case)
    audit.record(session, workspace, (Action.REPORT_DELETED, case.reference, {}), by=None, now=now)
    return case


def mine(session: Session, workspace: str, owner: str) -> list[Case]:
    """The person's cases that are not resolved, oldest first."""
    return list(cases.live_of(session, workspace, owner))


def _frozen(session: Session, before: Details, case: Case, *, now: datetime) -> list[audit.Happened]:
    """What becomes of the offers when a risk came up that was not seen before."""
    return freeze(session, case, now=now) if _is_new_risk(before, case) else []


def _is_new_risk(before: Details, case: Case) -> bool:
    return bool(set(case.details.risks) - set(before.risks))


def _said(
    case: Case,
    before: Mapping[str, object],
    changed: Mapping[str, object],
    confirmed: Sequence[str],
    *,
    by: str,
    now: datetime,
) -> list[Feedback]:
    """What a correction says about our guesses, for training."""
    fields = [field for field in Field if field in changed or field in confirmed]
    complaint, details = case.complaint, case.details
    known = (complaint.reporter_name, str(before["customer"]), details.customer, details.reference)
    names = tuple(dict.fromkeys(name for name in known if name))
    about = (complaint.text, by, now)
    return [
        Feedback(field, _label(before[field]), _label(changed.get(field, before[field])), *about, names, case.id)
        for field in fields
    ]


def _label(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _shown(details: Details) -> dict[str, object]:
    return {"category": details.category, "severity": details.severity, "risks": list(details.risks)}
