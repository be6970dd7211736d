"""What people do with follow-ups: done, snooze, reassign, customer unreachable, waiting for the customer; and lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.content.bundle import Content
from bot.domain import followup
from bot.domain.audit import Action, text_hash
from bot.domain.case import Case, Status, may_close, rests_with_customer, steps_after_reply
from bot.domain.draft import MAX_TEXT
from bot.domain.followup import FollowUp, Kind, State
from bot.domain.reminders import LOOKED_BACK, Toll, tomorrow_morning
from bot.domain.team import Role
from bot.domain.template import recovery_parts
from bot.flows import cases as case_flows
from bot.flows.cards import ask_for_card
from bot.flows.outcome import GONE, Refused
from bot.flows.planning import facts_of, note_change, plan_again, redraw, rhythm_of
from bot.flows.violations import Blocked, errors_in
from bot.store import audit, cases, followups, outbox
from bot.store.db import Session
from bot.store.followups import Owed

LONGEST_SNOOZE = timedelta(days=60)

__all__ = ["Owed", "Session"]
"""What the door shows of a follow-up and its case; the verbs are below."""


class Snooze(StrEnum):
    """How long a snooze lasts when no time is given."""

    HOUR = "hour"
    TOMORROW = "tomorrow"


def until(content: Content, snooze: Snooze, zone: ZoneInfo, *, now: datetime) -> datetime:
    """The end of a snooze for somebody in this zone."""
    if snooze is Snooze.HOUR:
        return now + timedelta(hours=1)
    return tomorrow_morning(zone, content.cadence, now=now)


def done(
    session: Session,
    content: Content,
    workspace: str,
    follow_up_id: int,
    *,
    words: str,
    satisfaction: int | None = None,
    by: str,
    now: datetime,
) -> Owed | Blocked | Refused:
    """It was done, and `words` were said to the customer, if they are given: they are checked like a reply.

    `satisfaction` is what the customer said then, 1 to 5: an unhappy one opens a resolved case again.
    """
    owed = _owed(session, workspace, follow_up_id)
    if isinstance(owed, Refused):
        return owed
    if owed.follow_up.kind is Kind.FULFILMENT:
        return Refused("Press *Mark as done* at the amends on the card, with its reference. That settles this too.")
    words = words.strip()[:MAX_TEXT]
    blocking = errors_in(content, words) if words else ()
    if blocking:
        return Blocked(blocking)
    each, case = owed.follow_up, owed.case
    after = followup.done(each, at=now)
    note_change(session, content, case, owed.kept, after)
    followups.note(session, owed.kept.id, ended_by=by, words=words)
    steps = steps_after_reply(case.steps, recovery_parts(words) if words else ())
    if each.kind is Kind.FIRST_REPLY:
        status = Status.ANSWERED if case.status is Status.OPEN else case.status
        case = cases.change(session, case, status=status, first_replied_at=case.first_replied_at or now)
    else:
        steps |= {"follow_up"}
    case, taken = case_flows.take_if_free(session, case, by=by)
    case = cases.change(session, case, steps=sorted(steps))
    due, said = each.due_at.isoformat(), text_hash(words)
    entry = {"follow_up": owed.kept.id, "kind": each.kind.value, "due": due, "words": said}
    _record(session, content, case, Action.FOLLOW_UP_DONE, entry, *taken, by=by, now=now)
    if satisfaction is not None:
        case_flows.customer_answered(session, content, workspace, case.id, satisfaction=satisfaction, by=by, now=now)
    return _again(session, owed)


def snooze(
    session: Session, content: Content, workspace: str, follow_up_id: int, *, until: datetime, by: str, now: datetime
) -> Owed | Refused:
    """Have its reminders wait until then. The deadline stays where it is."""
    owed = _owed(session, workspace, follow_up_id)
    if isinstance(owed, Refused):
        return owed
    if until <= now:
        return Refused("That time has passed. Choose one that is still to come.")
    if until > now + LONGEST_SNOOZE:
        return Refused("That is more than two months away. Choose an earlier day, or resolve the case.")
    if owed.follow_up.state is State.PAUSED:
        return Refused(f"{owed.case.reference} is waiting for the customer, so nobody is reminded of it now.")
    note_change(session, content, owed.case, owed.kept, followup.snoozed(owed.follow_up, until))
    entry = {"follow_up": owed.kept.id, "kind": owed.follow_up.kind.value, "until": until.isoformat()}
    _record(session, content, owed.case, Action.FOLLOW_UP_SNOOZED, entry, by=by, now=now)
    return _again(session, owed)


def unreachable(
    session: Session, content: Content, workspace: str, follow_up_id: int, *, by: str, now: datetime
) -> Owed | Refused:
    """Somebody tried and did not reach the customer: try again later, until the cadence says that it is enough."""
    owed = _owed(session, workspace, follow_up_id)
    if isinstance(owed, Refused):
        return owed
    facts = facts_of(session, owed.case)
    after = followup.unreachable(owed.follow_up, facts, content.cadence, at=now)
    note_change(session, content, owed.case, owed.kept, after)
    case, taken = case_flows.take_if_free(session, owed.case, by=by)
    case = cases.change(session, case, tries=case.tries + 1)
    entry = {"follow_up": owed.kept.id, "kind": owed.follow_up.kind.value, "tries": case.tries}
    _record(session, content, case, Action.CUSTOMER_UNREACHABLE, entry, *taken, by=by, now=now)
    return _again(session, owed)


def opted_out(
    session: Session, content: Content, workspace: str, follow_up_id: int, *, by: str, now: datetime
) -> Owed | Refused:
    """The customer wants no more messages: nobody is reminded to write, where the cadence says that this ends it."""
    owed = _owed(session, workspace, follow_up_id)
    if isinstance(owed, Refused):
        return owed
    case = owed.case
    if case.opted_out_at is not None:
        return Refused(f"It is known that this customer wants no more messages. {_GOES_ON.format(case.reference)}")
    case, taken = case_flows.take_if_free(session, case, by=by)
    case = cases.change(session, case, opted_out_at=now, waiting_since=None)
    entry = {"follow_up": owed.kept.id, "kind": owed.follow_up.kind.value}
    _record(session, content, case, Action.CUSTOMER_OPTED_OUT, entry, *taken, by=by, now=now)
    return _again(session, owed)


def close(
    session: Session, content: Content, workspace: str, follow_up_id: int, *, by: str, role: Role | None, now: datetime
) -> Owed | Refused:
    """The same as `end_checks`, from a message about a follow-up of the case."""
    owed = _owed(session, workspace, follow_up_id)
    if isinstance(owed, Refused):
        return owed
    ended = end_checks(session, content, workspace, owed.case.id, by=by, role=role, now=now)
    return ended if isinstance(ended, Refused) else _again(session, owed)


def end_checks(
    session: Session, content: Content, workspace: str, case_id: int, *, by: str, role: Role | None, now: datetime
) -> Case | Refused:
    """A lead ends what is still to be asked of the customer of a resolved case. What was granted is still owed."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    ask_for_card(session, case)
    if case.status is not Status.RESOLVED:
        return Refused(f"{case.reference} is open: resolve it first, then a lead can end the checks after the fix.")
    if not may_close(case, role):
        return Refused("Only a lead ends the checks of a case. Ask one of them to look at it.")
    checks = followups.checks_of(session, case.id)
    if not checks:
        return Refused(f"The customer of {case.reference} is to be asked nothing more.")
    case = cases.change(session, case, closed_at=now)
    entry = {"follow_ups": [kept.id for kept in checks]}
    _record(session, content, case, Action.CASE_CLOSED, entry, by=by, now=now)
    return case


def goes_on(owed: Owed) -> str | None:
    """What to tell somebody whose customer wants no more messages, where the case goes on all the same."""
    return None if owed.follow_up.is_over else _GOES_ON.format(owed.case.reference)


_GOES_ON = "{} goes on all the same, because only a lead ends what is owed on such a case: talk to one of them."


def most_tries(content: Content, case: Case) -> int | None:
    """After how many tries in vain nobody is reminded any more; None where tries do not end it."""
    return rhythm_of(content, case).stops.unanswered_tries


def wait_for_customer(
    session: Session, content: Content, workspace: str, case_id: int, *, by: str, now: datetime
) -> Case | Refused:
    """It is the customer's turn: the clock of the first reply and of updates stands still."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    if case.status is Status.RESOLVED or case.waiting_since is not None:
        ask_for_card(session, case)
        stands = "is resolved" if case.status is Status.RESOLVED else "is waiting for the customer already"
        return Refused(f"{case.reference} {stands}.")
    case, taken = case_flows.take_if_free(session, case, by=by)
    case = cases.change(session, case, waiting_since=now)
    _record(session, content, case, Action.CASE_WAITING, {}, *taken, by=by, now=now)
    return case


def customer_answered(
    session: Session, content: Content, workspace: str, case_id: int, *, by: str, now: datetime
) -> Case | Refused:
    """The customer answered: the clock runs on with what was left, and an opt-out is over."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    if not rests_with_customer(case):
        ask_for_card(session, case)
        return Refused(f"{case.reference} is not waiting for the customer.")
    times = (("since", case.waiting_since), ("opted_out", case.opted_out_at))
    waited = {name: at.isoformat() for name, at in times if at is not None}
    case = cases.change(session, case, waiting_since=None, answered_at=now, tries=0, opted_out_at=None)
    _record(session, content, case, Action.CASE_RESUMED, waited, by=by, now=now)
    return case


def reassign(
    session: Session, content: Content, workspace: str, case_id: int, *, to: str, by: str, now: datetime
) -> Case | Refused:
    """Give a case, and with it what is owed on it, to somebody else."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    if case.owner == to:
        return Refused(f"<@{to}> already has {case.reference}.")
    if case.details.about == to:
        return Refused(f"The complaint is about <@{to}>: choose somebody else for {case.reference}.")
    case, (action, _, entry) = case_flows.give(session, case, Action.CASE_ASSIGNED, to=to)
    _record(session, content, case, action, entry, by=by, now=now)
    return case


def redraw_pressed(session: Session, workspace: str, notice_id: int | None) -> None:
    """Have the message somebody pressed on, a digest perhaps, show how things stand now."""
    if notice_id is not None:
        outbox.redraw_message(session, workspace, notice_id)


def find(session: Session, workspace: str, follow_up_id: int) -> Owed | None:
    """A follow-up of this workspace, to be shown in a form."""
    return followups.get(session, workspace, follow_up_id)


@dataclass(frozen=True, slots=True)
class Due:
    """What is owed, sorted for reading; each the most pressing first. `more` counts what is not listed."""

    overdue: Sequence[Owed]
    today: Sequence[Owed]
    later: Sequence[Owed]
    waiting: Sequence[Owed]
    more: int = 0

    @property
    def listed(self) -> int:
        """How many are listed."""
        return len(self.overdue) + len(self.today) + len(self.later) + len(self.waiting)


def due(
    session: Session, workspace: str, *, zone: ZoneInfo, owner: str | None = None, limit: int = 100, now: datetime
) -> Due:
    """What is owed by one owner, or by all, as somebody in this zone sees the day."""
    found = followups.owed(session, workspace, owner=owner, limit=limit + 1)
    listed = found[:limit]
    running = [owed for owed in listed if owed.follow_up.state is State.OPEN]
    today = now.astimezone(zone).date()
    overdue = [owed for owed in running if owed.follow_up.is_overdue(now)]
    rest = [owed for owed in running if not owed.follow_up.is_overdue(now)]
    return Due(
        overdue=overdue,
        today=[owed for owed in rest if owed.follow_up.due_at.astimezone(zone).date() <= today],
        later=[owed for owed in rest if owed.follow_up.due_at.astimezone(zone).date() > today],
        waiting=[owed for owed in listed if owed.follow_up.state is State.PAUSED],
        more=len(found) - len(listed),
    )


def toll_of_closed(session: Session, workspace: str, *, lookback: timedelta = LOOKED_BACK, now: datetime) -> Toll:
    """How many reminders the cases took that were closed lately and still are."""
    return followups.taken_by_closed(session, workspace, since=now - lookback)


def workspaces(session: Session) -> list[str]:
    """The workspaces that have a case."""
    return [workspace for workspace, _, _ in audit.workspaces_known(session)]


def stands_now(owed: Owed) -> str:
    """How things stand with a follow-up that needs nothing more, for somebody who pressed on an old message."""
    each, who = owed.follow_up, f" by <@{owed.kept.ended_by}>" if owed.kept.ended_by else ""
    if each.state is State.DONE:
        return f"{owed.case.reference}: {_name(each)} is done{who}. Nothing is owed here any more."
    return f"{owed.case.reference}: {_name(each)} is not needed any more. The card shows what is next."


def _name(each: FollowUp) -> str:
    if each.kind is Kind.FULFILMENT:
        return f"what was granted ({each.about})"
    return f"what was promised (“{each.about}”)" if each.about else f"the {each.kind.value}"


def _owed(session: Session, workspace: str, follow_up_id: int) -> Owed | Refused:
    """The follow-up with its case, locked for change, if it is still owed."""
    seen = followups.get(session, workspace, follow_up_id)
    case = cases.get(session, workspace, seen.case.id, for_change=True) if seen else None
    owed = followups.get(session, workspace, follow_up_id) if case else None
    if owed is None:
        return GONE
    if owed.follow_up.is_over:
        redraw(session, owed.kept)
        ask_for_card(session, owed.case)
        return Refused(stands_now(owed))
    return owed


def _record(
    session: Session,
    content: Content,
    case: Case,
    action: Action,
    details: Mapping[str, object],
    *more: audit.Happened,
    by: str,
    now: datetime,
) -> None:
    plan_again(session, content, case, now=now)
    ask_for_card(session, case)
    audit.record(session, case.workspace, (action, case.reference, {**details}), *more, by=by, now=now)


def _again(session: Session, owed: Owed) -> Owed:
    return followups.get(session, owed.case.workspace, owed.kept.id) or owed
