"""What a case is about: corrected by a person, or guessed again when its report was edited."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.audit import Action, text_hash
from bot.domain.case import Case, Details, may_clear_risks, may_lower_severity, may_say_about
from bot.domain.feedback import Feedback, Field
from bot.domain.taxonomy import RISKS, Severity
from bot.domain.team import Role
from bot.flows.alerts import NOWHERE, Places, raise_alerts
from bot.flows.cards import ask_for_card
from bot.flows.drafts import suggest_again
from bot.flows.guess import details_from, guess_again
from bot.flows.involved import is_about
from bot.flows.offers import freeze
from bot.flows.outcome import GONE, Refused
from bot.flows.planning import plan_again
from bot.flows.routing import route
from bot.store import audit, cases, feedback
from bot.store.db import Session

KEEP_ABOUT = Refused(
    "Only a lead takes back whom a complaint is about, and never the person themself. Ask another lead."
)
KEEP_RISKS = Refused("A risk is taken back by a lead. Ask one of them to look at the case.")


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
    about: str | None = None,
    about_nobody: bool = False,
    by: str,
    role: Role | None,
    agent: str | None,
    places: Places = NOWHERE,
    now: datetime,
) -> Case | Refused:
    """Correct what the case is about; None leaves a value as it is. An untouched suggestion is made anew to fit.

    `raised` and `cleared` are the risks to add and to take back; the others stay. A risk that comes up is told to the
    leads, and its playbook takes the place of any draft. `about` is the colleague the complaint is about, and
    `about_nobody` takes that back.
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
    about = None if about_nobody else about or case.details.about
    if not may_say_about(case.details.about, about, by, role):
        return KEEP_ABOUT
    customer = case.details.customer if customer is None else customer
    reference = case.details.reference if reference is None else reference
    wanted = {
        "category": category,
        "severity": severity,
        "risks": flags,
        "customer": customer,
        "reference": reference,
        "about": about,
    }
    now_known = {name: getattr(case.details, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if now_known[name] != value}
    # Saving the form says yes to every guess in it, except to what stands there only because nobody has read yet.
    left_open = {"risks"} if case.is_read else {*wanted}
    still_guessed = tuple(
        (field, words) for field, words in case.details.guessed if field in left_open and field not in changed
    )
    details = Details(category, severity, flags, customer, reference, still_guessed, about)
    ask_for_card(session, case)
    if details == case.details:
        return case
    confirmed = sorted(
        name for name, _ in case.details.guessed if name in wanted and name not in left_open and name not in changed
    )
    before, case = case.details, cases.change_details(session, case, details)
    if case.is_read:
        feedback.keep(session, workspace, _said(case, now_known, changed, confirmed, by=by, now=now))
    entry: dict[str, object] = {name: [now_known[name], value] for name, value in changed.items()}
    if confirmed:
        entry["confirmed"] = confirmed
    followed = _follow(session, content, before, case, agent=agent, by=by, places=places, now=now)
    audit.record(session, workspace, (Action.CASE_DETAILS_CHANGED, case.reference, entry), *followed, by=by, now=now)
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
    if not case.is_read:  # what it says now is what will be read
        case = cases.change(session, case, text=text, report_edited_at=now)
        ask_for_card(session, case)
        entry: dict[str, object] = {"text": text_hash(text)}
        audit.record(
            session, workspace, (Action.REPORT_EDITED, case.reference, entry), by=case.complaint.reporter, now=now
        )
        return case
    seen = {risk.value for risk in content.triage(case.complaint.text).risks}
    details = guess_again(case.details, details_from(content.triage(text)), seen=seen)
    cases.change(session, case, text=text, report_edited_at=now)
    before, case = case.details, cases.change_details(session, case, details)
    ask_for_card(session, case)
    reporter = case.complaint.reporter
    followed = _follow(session, content, before, case, agent=agent, by=reporter, places=places, now=now)
    entry = {"text": text_hash(text), **in_the_log(details)}
    audit.record(session, workspace, (Action.REPORT_EDITED, case.reference, entry), *followed, by=reporter, now=now)
    return case


def _follow(
    session: Session,
    content: Content,
    before: Details,
    case: Case,
    *,
    agent: str | None,
    by: str | None,
    places: Places,
    now: datetime,
) -> list[audit.Happened]:
    """Do what other details call for: duties and an untouched draft are made anew, and who must know hears of it.

    With a risk that was not there before, offers freeze and its playbook takes the place of any draft. Gives back what
    is to be logged.
    """
    happened = is_about(session, content, case, now=now) if before.about != case.details.about else []
    if replace(before, guessed=case.details.guessed, about=case.details.about) == case.details:
        return happened
    is_new_risk = bool(set(case.details.risks) - set(before.risks))
    happened += freeze(session, case, now=now) if is_new_risk else []
    plan_again(session, content, case, now=now)
    happened += suggest_again(session, content, case, agent=agent, by=by, in_any_case=is_new_risk, now=now)
    if is_new_risk:
        raise_alerts(session, content, case.workspace, [case], places, now=now)
    if before.category != case.details.category:
        route(session, content, case.workspace, [case], places, now=now)
    return happened


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


def in_the_log(details: Details) -> dict[str, object]:
    """What the audit log keeps of details."""
    return {"category": details.category, "severity": details.severity, "risks": list(details.risks)}
