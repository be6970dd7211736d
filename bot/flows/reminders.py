"""Letting reminders out: decided once more at the moment of sending, from what the database holds then.

A reminder that is let out is written down before Slack is asked, so that the person's count of the day holds whatever
dies next; the same reminder tried again is the same one. What is held back is said in the channel's digest.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content.bundle import Content
from bot.domain import reminders as rules
from bot.domain.case import Case
from bot.domain.draft import Draft
from bot.domain.followup import FollowUp, Stage, State
from bot.domain.hours import day_in
from bot.domain.reminders import Person, Way
from bot.flows.planning import DIGEST, by_another_cadence, lead_reminder, next_reminder, rhythm_of
from bot.flows.session import Transaction
from bot.flows.waiting import Waiting, waiting_in
from bot.store import cases, drafts, followups, offers, outbox
from bot.store.db import Session
from bot.store.followups import Owed

GATHER = timedelta(seconds=10)
"""How long what an outage has made late is gathered before it is summed up."""

AT_A_TIME = 25
"""Cases planned anew in one transaction when the cadence has changed."""


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody whom a reminder may name, by Slack id. A user group has the team's zone and is never at rest."""

    id: str
    zone: ZoneInfo
    do_not_disturb_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reminder in which channel, and whom it would name.

    `called` are the owner (`owner`), or those on duty where nobody has the case, or the leads, and never whom the
    complaint is about (`about`); `planned_at` is when the reminder was to come.
    """

    follow_up_id: int
    case_id: int
    name: str
    owner: str | None
    called: Sequence[Called]
    digest_only: bool
    planned_at: datetime
    channel: str
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Out:
    """The reminder goes out now, and names these people and groups."""

    owed: Owed
    called: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """The reminder waits until then."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Over:
    """The reminder is not sent: nothing is owed any more, a later one has come due, or the digest says it."""

    why: str


def stage_of(name: str) -> Stage:
    """The stage of a reminder by its name."""
    return Stage(name.partition("-")[0])


def let_out(
    session: Session, content: Content, workspace: str, asked: Asked, *, now: datetime
) -> Out | Held | Over | None:
    """Decide whether this reminder names its person now, and write it down. None when its follow-up is not there."""
    case = cases.get(session, workspace, asked.case_id, for_change=True)
    kept = followups.of_this_case(session, case.id, asked.follow_up_id) if case else None
    if case is None or kept is None:
        return None
    owed = Owed(kept, case)
    each, cadence, rhythm = kept.follow_up, content.cadence, rhythm_of(content, case)
    if owed.kept.reminder == asked.name:
        return _let_out_before(session, content, owed, asked.channel, now=now)
    later = [one.at for one in rules.reminders(each, cadence, rhythm) if one.name == asked.name and one.at > now]
    if later:
        return Held(later[0], "before its time")
    if not rules.stands(each, asked.name, cadence, rhythm, now=now):
        _ask_for_next(session, content, case, each)
        return Over(each.state.value if each.state is not State.OPEN else "overtaken")
    stage = stage_of(asked.name)
    if (case.owner, case.details.about) != (asked.owner, asked.about):
        return Held(now, "another owner")
    days = {one.id: day_in(one.zone, now) for one in asked.called}
    counts = {who: followups.lock_count(session, workspace, who, days[who]) for who in sorted(days)}
    named, delivery = rules.may_call(
        {one.id: Person(one.zone, one.do_not_disturb_until, counts[one.id]) for one in asked.called},
        cadence,
        planned_at=asked.planned_at,
        may_wait=rules.can_wait(each, rhythm),
        digest_only=asked.digest_only,
        now=now,
    )
    if delivery.way is Way.LATER:
        if stage is not Stage.LEAD:  # to ask for the one that is held here would have it come again at once
            _ask_for_lead(session, content, owed)
        return Held(delivery.at, delivery.why)
    after = rules.told(each, stage, now=now)
    if delivery.way is Way.NOW:
        for who in named:
            followups.count_one_more(session, workspace, who, days[who])
        followups.save_let_out(session, after, asked.name, named, cadence=kept.cadence, now=now)
        answer: Out | Over = Out(owed, named)
    else:
        followups.save_all(session, [after], cadence=kept.cadence)
        late = delivery.way is Way.SUMMED_UP
        _tell_in_digest(session, content, owed, asked.channel, at=None if late else delivery.at, now=now)
        answer = Over(delivery.why)
    _ask_for_next(session, content, case, after)
    return answer


def _let_out_before(session: Session, content: Content, owed: Owed, channel: str, *, now: datetime) -> Out | Over:
    """An earlier try had let it out, and Slack did not take it, or we did not hear that it did."""
    each, since = owed.follow_up, owed.kept.reminded_at or now
    snoozed = each.snoozed_until is not None and each.snoozed_until > now
    if each.state is not State.OPEN or snoozed:
        return Over(each.state.value if not snoozed else "snoozed")
    if now - since > content.cadence.stale_after:
        _tell_in_digest(session, content, owed, channel, at=None, now=now)
        return Over(rules.LATE)
    return Out(owed, owed.kept.called)


def _tell_in_digest(
    session: Session, content: Content, owed: Owed, channel: str, *, at: datetime | None, now: datetime
) -> None:
    """Have the channel's digest at that time say it; None sums up what is late."""
    if at is None:
        subject, due_at = f"{channel}:late:{now:%Y-%m-%dT%H}", now + GATHER
    else:
        subject, due_at = f"{channel}:{day_in(content.cadence.zone, at)}", at
    followups.note(session, owed.kept.id, told_in=subject, reminder=None)
    outbox.ask(session, owed.case.workspace, outbox.Wish(channel, DIGEST, subject, due_at))


def _ask_for_lead(session: Session, content: Content, owed: Owed) -> None:
    """While somebody is not to be disturbed the lead is still to hear in time: ask for theirs beside the one held."""
    wish = lead_reminder(content, owed.case, owed.follow_up, owed.kept.id)
    if wish is not None:
        outbox.ask_in_open_lanes(session, owed.case.workspace, [wish])


def _ask_for_next(session: Session, content: Content, case: Case, each: FollowUp) -> None:
    wish = next_reminder(content, case, each, each.id or 0)
    if wish is not None:
        outbox.ask_in_open_lanes(session, case.workspace, [wish])  # a case's channel has a lane since it was opened


@dataclass(frozen=True, slots=True)
class Nudge:
    """All that a reminder shows: the follow-up and its case, the draft that is ready, and where its card is."""

    owed: Owed
    draft: Draft | None
    card: tuple[str, str] | None


def nudge_of(session: Session, workspace: str, follow_up_id: int) -> Nudge | None:
    """What the reminders of a follow-up show now."""
    owed = followups.get(session, workspace, follow_up_id)
    if owed is None:
        return None
    card = outbox.message_of(session, workspace, "card", str(owed.case.id))
    return Nudge(owed, drafts.live(session, owed.case.id), card)


@dataclass(frozen=True, slots=True)
class Digest:
    """What a channel's digest says, each the most pressing first.

    `held` was to be a reminder and is not due today; `approvals` are the offers that wait for an answer.
    """

    overdue: Sequence[Owed]
    due_today: Sequence[Owed]
    waiting: Sequence[Owed]
    held: Sequence[Owed]
    approvals: Sequence[Waiting]
    is_late: bool

    def __bool__(self) -> bool:
        return bool(self.overdue or self.due_today or self.waiting or self.held or self.approvals)


def digest_of(session: Session, content: Content, workspace: str, subject: str, *, now: datetime) -> Digest:
    """What the digest of this subject says now."""
    channel, _, which = subject.partition(":")
    held = followups.told_in(session, workspace, subject)
    is_late = which.startswith("late:")
    owed = held if is_late else followups.owed(session, workspace, channel=channel, limit=200)
    by_id = {each.kept.id: each for each in (*owed, *held)}
    approvals = [] if is_late else waiting_in(session, workspace, channel)
    several, offer_ids = [each.follow_up for each in owed], [each.offered.id for each in approvals]
    sorted_out = rules.digest(several, offer_ids, content.cadence, now=now)

    def listed(several: Iterable[FollowUp]) -> list[Owed]:
        return [by_id[each.id or 0] for each in several]

    overdue, today = listed(sorted_out.overdue), listed(sorted_out.due_today)
    shown = {each.kept.id for each in (*overdue, *today)}
    return Digest(
        overdue=overdue,
        due_today=today,
        waiting=[] if is_late else listed(sorted_out.waiting_for_customer),
        held=[each for each in held if each.kept.id not in shown and each.follow_up.state is State.OPEN],
        approvals=approvals,
        is_late=is_late,
    )


class Keeper:
    """What a running bot does now and then about follow-ups; every process may, and together they do it once."""

    def __init__(self, transaction: Transaction, content: Callable[[], Content], workspace: str) -> None:
        self._transaction, self._content, self._workspace = transaction, content, workspace
        self._digest: datetime | None = None

    def tend(self, now: datetime) -> None:
        """Ask for the digests of this morning, and plan anew what another cadence planned, a few cases at a time."""
        while self._tend(now):
            pass

    def _tend(self, now: datetime) -> bool:
        content, workspace = self._content(), self._workspace
        with self._transaction() as session:
            self._ask_for_digests(session, content, now)
            return by_another_cadence(session, content, workspace, limit=AT_A_TIME, now=now) == AT_A_TIME

    def _ask_for_digests(self, session: Session, content: Content, now: datetime) -> None:
        at = content.cadence.next_digest(now - timedelta(days=1))
        if at <= now < at + content.cadence.stale_after and self._digest != at:
            day = day_in(content.cadence.zone, at)
            owing = followups.channels_owing(session, self._workspace)
            channels = sorted({*owing, *offers.channels_waiting(session, self._workspace)})
            wishes = [outbox.Wish(channel, DIGEST, f"{channel}:{day}") for channel in channels]
            outbox.ask_once(session, self._workspace, *wishes)
            self._digest = at
