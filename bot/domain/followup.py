"""Follow-ups: which dated duties a case has towards its customer, and when each is due.

How to use it. The store keeps one row for each `FollowUp`, unique by case and `key`. Whatever happens to a case
(opened, replied, waiting for the customer, details changed, resolved, reopened, a new cadence), the flow writes the
happening down, gathers `Facts` and the case's rows, and calls `plan`: what it gives back without an `id` is to be
inserted, what differs from its row is to be updated, the rest is as it was. Planning twice changes nothing the second
time, so it never hurts to plan again. What a person does to one follow-up is a verb here: `done`, `snoozed`,
`unreachable`; plan after it as well, because a done update calls for the next one. Promises and things to be handed
over are made by `promise` and `fulfilment`, added to the rows, and planned along from then on. `reminders.py` reminds.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.cadence import Cadence, Clock, Rhythm, Wait
from bot.domain.taxonomy import Severity


class Kind(StrEnum):
    """What is owed."""

    FIRST_REPLY = "first reply"
    UPDATE = "progress update"
    ASK_AGAIN = "ask again"
    CHECK = "check after the fix"
    SECOND_CHECK = "second check"
    PROMISE = "promise"
    FULFILMENT = "fulfilment"


CHECKS = (Kind.CHECK, Kind.SECOND_CHECK)
"""What the customer of a resolved case is still to be asked."""


class State(StrEnum):
    """Where a follow-up stands. It is paused while the customer must answer."""

    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """The reminders of a follow-up, each sent once: before the deadline, at it, after a snooze, and to the lead."""

    WARNING = "warning"
    DEADLINE = "deadline"
    AGAIN = "again"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a case, as far as its follow-ups depend on it. Times are UTC.

    `replied_at` is when the last reply was sent, `answered_at` when the customer last answered, `waiting_since` since
    when it is the customer's turn; None when it is ours. `tries` counts how often somebody pressed that the customer
    could not be reached, since they last answered. `closed_at` is when a lead closed the case for good.
    """

    case_id: int
    category: str
    severity: Severity
    opened_at: datetime
    reopened_at: datetime | None = None
    replied_at: datetime | None = None
    answered_at: datetime | None = None
    waiting_since: datetime | None = None
    resolved_at: datetime | None = None
    outcome: str | None = None
    closed_at: datetime | None = None
    opted_out: bool = False
    tries: int = 0

    @property
    def began_at(self) -> datetime:
        """When the case was opened, or opened again."""
        return self.reopened_at or self.opened_at


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One dated duty. `id` is None until the store has it.

    The clock of `wait` ran from `runs_from`, when `left` was left of it; so it is due at `due_at`. While paused, `left`
    is what will be left when it runs on, and `due_at` is when it was due before. `about` are the words of a promise or
    of what is to be handed over. `by_reply` says that a reply keeps this promise. `said` is the latest stage that its
    reminders have reached; `snoozes` counts how often it was put off, `snoozed_until` the end of the last time.
    """

    case_id: int
    kind: Kind
    started_at: datetime
    wait: Wait
    runs_from: datetime
    left: timedelta
    due_at: datetime
    number: int = 1
    about: str = ""
    by_reply: bool = False
    state: State = State.OPEN
    said: Stage | None = None
    snoozed_until: datetime | None = None
    snoozes: int = 0
    ended_at: datetime | None = None
    id: int | None = None

    @property
    def key(self) -> tuple[Kind, datetime, int]:
        """What makes it this follow-up among those of its case."""
        return self.kind, self.started_at, self.number

    @property
    def is_over(self) -> bool:
        """Whether nothing more is owed."""
        return self.state in (State.DONE, State.CANCELLED)

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have happened by now."""
        return self.state is State.OPEN and self.due_at < now

    def owed(self, customer: str = "") -> str:
        """What is owed to whom, in words: "a progress update for Jane Doe"."""
        who = customer or "the customer"
        if self.about:
            return f"“{self.about}”, promised to {who}" if self.kind is Kind.PROMISE else f"{self.about} for {who}"
        return _OWED[self.kind].format(who=who)


_OWED = {
    Kind.FIRST_REPLY: "a first reply to {who}",
    Kind.UPDATE: "a progress update for {who}",
    Kind.ASK_AGAIN: "a second question to {who}, who has not answered",
    Kind.CHECK: "a check with {who} that the fix holds",
    Kind.SECOND_CHECK: "another check with {who} that all is well",
    Kind.PROMISE: "what was promised to {who}",
    Kind.FULFILMENT: "what was granted to {who}",
}

_PAUSES = (Kind.FIRST_REPLY, Kind.UPDATE)
"""What stands still while the customer must answer. A promised day and a sum to be paid do not wait for that."""

_CONTACT = (Kind.FIRST_REPLY, Kind.UPDATE, Kind.ASK_AGAIN)
"""What counts as having been in touch, once it is done."""


WITHDRAWN = "withdrawn"
"""The outcome of a case whose customer wants no more of it."""


@dataclass(frozen=True, slots=True)
class _Duty:
    """A follow-up that the facts call for."""

    kind: Kind
    started_at: datetime
    wait: Wait
    number: int = 1


def plan(facts: Facts, cadence: Cadence, have: Iterable[FollowUp] = (), *, now: datetime) -> tuple[FollowUp, ...]:
    """The follow-ups of a case as they are to be: those it has, in the same order, then new ones without an id.

    What is done stays done. What a reply has settled becomes done, what nobody waits for any more is cancelled, what
    is wanted again is opened again, and what is not yet done is counted anew by the cadence as it is now.
    """
    rhythm = cadence.rhythm(facts.category, facts.severity)
    before = [_settled(each, facts, cadence) for each in have]
    wanted = {(duty.kind, duty.started_at, duty.number): duty for duty in _wanted(facts, rhythm, cadence, before)}
    over = has_stopped(facts, rhythm, before)
    after: list[FollowUp] = []
    for each in before:
        duty = wanted.pop(each.key, None)
        if each.state is State.DONE:
            after.append(each)
        elif each.kind is Kind.PROMISE or each.kind is Kind.FULFILMENT:
            after.append(_given(each, facts, rhythm, cadence, over=over, now=now))
        elif duty is None:
            after.append(each if each.is_over else _ended(each, State.CANCELLED, now))
        else:
            if each.is_over:
                fresh = _begun(facts, duty, cadence, now)
                same = replace(fresh, id=each.id, said=each.said, snoozes=each.snoozes)
            else:
                same = _recounted(each, duty.wait, cadence)
            after.append(_run(same, facts, cadence, now))
    after += [_run(_begun(facts, duty, cadence, now), facts, cadence, now) for duty in wanted.values()]
    settled = [_settled(each, facts, cadence) for each in after]
    return tuple(after) if settled == after else plan(facts, cadence, settled, now=now)


def settled_by_reply(facts: Facts, cadence: Cadence, have: Sequence[FollowUp], *, now: datetime) -> list[FollowUp]:
    """Which of these a reply that is sent now would settle, without another click."""
    sent = replace(facts, replied_at=now)
    return [each for each in have if not each.is_over and _settled(each, sent, cadence).state is State.DONE]


def has_stopped(facts: Facts, rhythm: Rhythm, have: Iterable[FollowUp] = ()) -> bool:
    """Whether nobody is to write to this customer any more: closed by a lead, opted out, or tried in vain."""
    stops = rhythm.stops
    asked = sum(1 for each in have if each.kind is Kind.ASK_AGAIN and _was_try(each, facts))
    in_vain = stops.unanswered_tries is not None and facts.tries + asked >= stops.unanswered_tries
    opted_out = facts.opted_out or facts.outcome == WITHDRAWN
    return facts.closed_at is not None or (stops.opted_out and opted_out) or in_vain


def _was_try(each: FollowUp, facts: Facts) -> bool:
    """Whether a second question is still without an answer."""
    since = max(facts.began_at, facts.answered_at or facts.began_at)
    return each.state is State.DONE and each.ended_at is not None and each.ended_at > since


def _wanted(facts: Facts, rhythm: Rhythm, cadence: Cadence, have: Sequence[FollowUp]) -> list[_Duty]:
    """What the facts call for, besides promises and what is to be handed over."""
    if has_stopped(facts, rhythm, have):
        return []
    if facts.resolved_at is not None:
        fixed_at = facts.resolved_at
        is_well = rhythm.stops.customer_answers and facts.answered_at is not None and facts.answered_at > fixed_at
        if is_well or facts.outcome in cadence.no_check_after:
            return []
        return [
            _Duty(Kind.SECOND_CHECK if number else Kind.CHECK, fixed_at, cadence.resolved(wait, fixed_at), number + 1)
            for number, wait in enumerate(rhythm.checks)
        ]
    contact = _last_contact(facts, have)
    if contact is None:
        duties = [_Duty(Kind.FIRST_REPLY, facts.began_at, cadence.resolved(rhythm.first_reply, facts.began_at))]
    else:
        duties = [_Duty(Kind.UPDATE, contact, cadence.resolved(rhythm.update_every, contact))]
    if facts.waiting_since is not None:
        since = max(facts.waiting_since, contact or facts.waiting_since)
        duties.append(_Duty(Kind.ASK_AGAIN, since, cadence.resolved(rhythm.ask_again_after, since)))
    return duties


def _last_contact(facts: Facts, have: Iterable[FollowUp]) -> datetime | None:
    """When the customer last heard from us in this round of the case."""
    times = [each.ended_at for each in have if each.kind in _CONTACT and each.state is State.DONE]
    known = [at for at in (facts.replied_at, *times) if at is not None and at >= facts.began_at]
    return max(known, default=None)


def _settled(each: FollowUp, facts: Facts, cadence: Cadence) -> FollowUp:
    """The follow-up, done if the last reply settles it.

    A reply settles a first reply and an update whenever it is sent. A promise to write, a check and a second question
    it settles only near their day, from the warning on: a few words before that are not what was promised.
    """
    at = facts.replied_at
    if (
        at is None
        or each.is_over
        or at < each.started_at
        or (at == each.started_at and each.kind is not Kind.FIRST_REPLY)
    ):
        return each
    near = each.by_reply or each.kind in (Kind.ASK_AGAIN, Kind.CHECK, Kind.SECOND_CHECK)
    settles = each.kind in _PAUSES or (near and at >= warning_at(each, cadence))
    return _ended(each, State.DONE, at) if settles else each


def _given(each: FollowUp, facts: Facts, rhythm: Rhythm, cadence: Cadence, *, over: bool, now: datetime) -> FollowUp:
    """A promise or something to hand over, as it is to be. What was promised keeps its day."""
    if each.kind is Kind.FULFILMENT:
        if each.is_over:
            return each
        return _recounted(each, cadence.resolved(rhythm.fulfil_within, each.started_at), cadence)
    if over and not each.is_over:
        return _ended(each, State.CANCELLED, now)
    return each


def _new(case_id: int, duty: _Duty, cadence: Cadence) -> FollowUp:
    due_at = cadence.after(duty.started_at, duty.wait.amount, duty.wait.clock)
    return FollowUp(
        case_id,
        duty.kind,
        duty.started_at,
        duty.wait,
        runs_from=duty.started_at,
        left=duty.wait.amount,
        due_at=due_at,
        number=duty.number,
    )


def _begun(facts: Facts, duty: _Duty, cadence: Cadence, now: datetime) -> FollowUp:
    """A follow-up that starts, or starts again after it was cancelled.

    Nothing but a first reply is late the moment it is asked for: it is counted from now if its day has passed, and so
    is the reply to a customer who answers when nobody was to write to them any more.
    """
    fresh = _new(facts.case_id, duty, cadence)
    has_answered = facts.answered_at is not None and facts.answered_at > facts.began_at
    if fresh.due_at > now or (duty.kind is Kind.FIRST_REPLY and not has_answered):
        return fresh
    return replace(fresh, runs_from=now, due_at=cadence.after(now, duty.wait.amount, duty.wait.clock))


def _recounted(each: FollowUp, wait: Wait, cadence: Cadence) -> FollowUp:
    """The follow-up by the cadence as it is now: what has been used up stays used up."""
    used = each.wait.amount - each.left
    left = each.left if wait == each.wait else max(timedelta(0), min(wait.amount, wait.amount - used))
    each = replace(each, wait=wait, left=left)
    if each.state is State.PAUSED:
        return each
    return replace(each, due_at=cadence.after(each.runs_from, left, wait.clock))


def _run(each: FollowUp, facts: Facts, cadence: Cadence, now: datetime) -> FollowUp:
    """The follow-up as it is wanted: running, or standing still while the customer must answer."""
    since = facts.waiting_since if each.kind in _PAUSES else None
    if since is not None and each.state is State.OPEN:
        used = cadence.passed(each.runs_from, since, each.wait.clock)
        return replace(each, state=State.PAUSED, left=max(timedelta(0), each.left - used))
    if since is None and each.state is State.PAUSED:
        due_at = cadence.after(now, each.left, each.wait.clock)
        return replace(each, state=State.OPEN, runs_from=now, due_at=due_at)
    return each


def _ended(each: FollowUp, state: State, at: datetime) -> FollowUp:
    return replace(each, state=state, ended_at=at, snoozed_until=None)


def promise(
    facts: Facts,
    cadence: Cadence,
    words: str,
    due_at: datetime,
    *,
    by_reply: bool,
    number: int = 1,
    now: datetime,
) -> FollowUp:
    """A promise that a reply sent now made: its own words and day. `number` counts the promises of one reply.

    `by_reply`: whether writing to the customer keeps it ("I will write by Friday"), see `keeps_by_writing`.
    """
    working = cadence.passed(now, due_at, Clock.WORKING)
    wait = Wait(working) if working else Wait(max(timedelta(0), due_at - now), Clock.ALWAYS)
    return FollowUp(
        facts.case_id,
        Kind.PROMISE,
        now,
        wait,
        runs_from=now,
        left=wait.amount,
        due_at=due_at,
        number=number,
        about=words,
        by_reply=by_reply,
    )


def fulfilment(facts: Facts, cadence: Cadence, what: str, *, number: int, now: datetime) -> FollowUp:
    """Something granted that has to be handed over: "a refund of 40 EUR". `number` is the offer's id."""
    rhythm = cadence.rhythm(facts.category, facts.severity)
    duty = _Duty(Kind.FULFILMENT, now, cadence.resolved(rhythm.fulfil_within, now), number)
    return replace(_new(facts.case_id, duty, cadence), about=what)


_WRITING = re.compile(
    r"\b(?:write|e-?mail|mail|call|ring|phone|message|contact|update|tell|answer|reply|inform|touch|back|hear|confirm)\b",
    re.IGNORECASE,
)


def keeps_by_writing(words: str) -> bool:
    """Whether the words of a promise are about getting in touch, so that a reply keeps it."""
    return _WRITING.search(words) is not None


def warning_at(each: FollowUp, cadence: Cadence) -> datetime:
    """When its warning comes: once so much is left of its wait as the cadence keeps for the end."""
    kept = each.wait.amount * (100 - cadence.warn_share) / 100
    return min(each.due_at, cadence.after(each.runs_from, max(timedelta(0), each.left - kept), each.wait.clock))


def done(each: FollowUp, *, at: datetime) -> FollowUp:
    """It was done, by a call for instance, and somebody said so."""
    return _ended(each, State.DONE, at)


def cancelled(each: FollowUp, *, at: datetime) -> FollowUp:
    """Nobody waits for it any more: what was granted was taken back, say."""
    return _ended(each, State.CANCELLED, at)


def snoozed(each: FollowUp, until: datetime) -> FollowUp:
    """Its reminders wait until then. The deadline stays where it is, and so does the hour at which the lead hears."""
    return replace(each, snoozed_until=until, snoozes=each.snoozes + 1)


def unreachable(each: FollowUp, facts: Facts, cadence: Cadence, *, at: datetime) -> FollowUp:
    """Somebody tried and did not reach the customer: it is due again after the wait for an answer.

    The flow counts one more of `Facts.tries` and plans again: after the last try that the cadence asks for, it stops.
    """
    wait = cadence.resolved(cadence.rhythm(facts.category, facts.severity).ask_again_after, at)
    due_at = cadence.after(at, wait.amount, wait.clock)
    left = cadence.passed(at, due_at, each.wait.clock)
    return replace(snoozed(each, due_at), runs_from=at, left=left, due_at=due_at)
