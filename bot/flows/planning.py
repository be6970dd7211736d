"""What is owed on a case, planned anew whenever something happens to it, and the next reminder of each duty.

Nothing here decides: `domain/followup.py` plans, this writes the plan down and asks the outbox for what comes of it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.content.bundle import Content
from bot.domain.cadence import Rhythm
from bot.domain.case import Case
from bot.domain.draft import Promise, PromiseState
from bot.domain.followup import (
    Facts,
    FollowUp,
    Kind,
    Stage,
    State,
    cancelled,
    done,
    fulfilment,
    keeps_by_writing,
    plan,
    promise,
)
from bot.domain.reminders import Reminder, reminders
from bot.store import cases, followups, outbox, promises
from bot.store.db import Session
from bot.store.followups import Kept

REMINDER = "reminder"
"""The kind of notice that a reminder is; its subject is the follow-up's id, a colon, and the reminder's name."""

DIGEST = "digest"
"""The kind of notice that a digest is; its subject is the channel, a colon, and which one it is."""


def after_opening(session: Session, content: Content, workspace: str, opened: Sequence[Case]) -> list[outbox.Wish]:
    """Plan what is owed on new cases; the reminders to be asked for. The cases' channels have lanes."""
    owed = [(case, each) for case in opened for each in plan(_facts(case, None), content.cadence, now=case.opened_at)]
    ids = followups.add_all(session, workspace, [each for _, each in owed], cadence=content.cadence_hash)
    wishes = [
        next_reminder(content, case, each, follow_up_id) for (case, each), follow_up_id in zip(owed, ids, strict=True)
    ]
    return [wish for wish in wishes if wish is not None]


def plan_again(
    session: Session,
    content: Content,
    case: Case,
    *,
    promised: Sequence[Promise] = (),
    granted: Sequence[tuple[int, str]] = (),
    now: datetime,
) -> list[FollowUp]:
    """Bring what is owed on a case up to date after something happened to it; the case must be locked.

    `promised` are the promises of a reply that was just sent, `granted` what an offer hands over, by the offer's id.
    What a reply or a changed case has settled is settled, and its reminders in Slack are drawn anew.
    """
    have = followups.of_case(session, case.id)
    facts = _facts(case, followups.last_reply_at(session, case.id) if case.first_replied_at else None)
    made = [_promise(facts, content, source, number) for number, source in enumerate(promised, 1)]
    sources = {each.key: source.id for each, source in zip(made, promised, strict=True)}
    new = [*made, *(_fulfilment(facts, content, have, offer, what, now=now) for offer, what in granted)]
    after = plan(facts, content.cadence, [*(kept.follow_up for kept in have), *new], now=now)
    before = {kept.id: kept for kept in have}
    changed = [each for each in after if each.id is not None and _differs(each, before[each.id], content)]
    fresh = [each for each in after if each.id is None]
    ids = followups.add_all(session, case.workspace, fresh, cadence=content.cadence_hash, promises=sources)
    followups.save_all(session, changed, cadence=content.cadence_hash)
    _tell(session, content, case, [*changed, *fresh], [*(each.id or 0 for each in changed), *ids])
    for each in changed:
        kept = before[each.id or 0]
        redraw(session, kept)
        _settle_promise(session, kept, each)
    return list(after)


def note_change(session: Session, content: Content, case: Case, kept: Kept, after: FollowUp) -> None:
    """Write down what a person did to one follow-up; its reminders in Slack are drawn anew."""
    followups.save_all(session, [after], cadence=content.cadence_hash)
    _tell(session, content, case, [after], [kept.id])
    redraw(session, kept)
    _settle_promise(session, kept, after)


def is_handed_over(session: Session, case: Case, offer_id: int, *, by: str, now: datetime) -> None:
    """The customer has what this offer granted, as somebody said; the case must be locked."""
    for kept in _granted_by(session, case, offer_id):
        _end(session, kept, done(kept.follow_up, at=now))
        followups.note(session, kept.id, ended_by=by)


def is_granted_no_more(session: Session, case: Case, offer_id: int, *, now: datetime) -> None:
    """This offer was taken back or frozen, so nothing is owed for it; the case must be locked."""
    for kept in _granted_by(session, case, offer_id):
        _end(session, kept, cancelled(kept.follow_up, at=now))


def _granted_by(session: Session, case: Case, offer_id: int) -> list[Kept]:
    """What is still to be handed over for this offer."""
    several = followups.of_case(session, case.id)
    return [kept for kept in several if _is_for(kept.follow_up, offer_id) and not kept.follow_up.is_over]


def _is_for(each: FollowUp, offer_id: int) -> bool:
    return each.kind is Kind.FULFILMENT and each.number == offer_id


def _end(session: Session, kept: Kept, after: FollowUp) -> None:
    followups.save_all(session, [after], cadence=kept.cadence)
    redraw(session, kept)


def next_reminder(content: Content, case: Case, each: FollowUp, follow_up_id: int) -> outbox.Wish | None:
    """The reminder that comes next. The one after it is asked for when this one is let out."""
    coming = reminders(each, content.cadence, rhythm_of(content, case))
    return _wish(case, coming[0], follow_up_id) if coming else None


def lead_reminder(content: Content, case: Case, each: FollowUp, follow_up_id: int) -> outbox.Wish | None:
    """The reminder that goes to the lead, if it is still to come."""
    coming = reminders(each, content.cadence, rhythm_of(content, case))
    return next((_wish(case, one, follow_up_id) for one in coming if one.stage is Stage.LEAD), None)


def _wish(case: Case, one: Reminder, follow_up_id: int) -> outbox.Wish:
    return outbox.Wish(case.complaint.channel, REMINDER, f"{follow_up_id}:{one.name}", one.at)


def redraw(session: Session, kept: Kept) -> None:
    """Have every message about this follow-up show how things stand now."""
    each = kept.follow_up
    names = ["warning", "deadline", "lead", *(f"again-{number}" for number in range(1, each.snoozes + 1))]
    outbox.redraw(session, kept.workspace, REMINDER, [f"{kept.id}:{name}" for name in names])
    if kept.told_in:
        outbox.redraw(session, kept.workspace, DIGEST, [kept.told_in])


def redraw_all(session: Session, case: Case) -> None:
    """The same for all that is owed on a case: it has another owner, say."""
    for kept in followups.of_case(session, case.id):
        if not kept.follow_up.is_over:
            redraw(session, kept)


def by_another_cadence(session: Session, content: Content, workspace: str, *, limit: int, now: datetime) -> int:
    """Plan some cases anew that were planned by another cadence, or never; how many there were."""
    which = followups.planned_otherwise(session, workspace, content.cadence_hash, limit=limit)
    for case_id in which:
        case = cases.get(session, workspace, case_id, for_change=True)
        if case is not None:
            plan_again(session, content, case, now=now)
    return len(which)


def facts_of(session: Session, case: Case) -> Facts:
    """What is known of a case, as far as its follow-ups depend on it."""
    return _facts(case, followups.last_reply_at(session, case.id) if case.first_replied_at else None)


def rhythm_of(content: Content, case: Case) -> Rhythm:
    """The cadence of a case of this kind."""
    return content.cadence.rhythm(case.details.category, case.details.severity)


def _facts(case: Case, replied_at: datetime | None) -> Facts:
    return Facts(
        case_id=case.id,
        category=case.details.category,
        severity=case.details.severity,
        opened_at=case.opened_at,
        reopened_at=case.reopened_at,
        replied_at=replied_at,
        answered_at=case.answered_at,
        waiting_since=case.waiting_since,
        resolved_at=case.resolved_at,
        outcome=case.outcome,
        tries=case.tries,
        opted_out=case.opted_out_at is not None,
        closed_at=case.closed_at,
    )


def _promise(facts: Facts, content: Content, source: Promise, number: int) -> FollowUp:
    return promise(
        facts,
        content.cadence,
        source.words,
        source.due_at,
        by_reply=keeps_by_writing(source.words),
        number=number,
        now=source.confirmed_at,
    )


def _fulfilment(
    facts: Facts, content: Content, have: Sequence[Kept], offer: int, what: str, *, now: datetime
) -> FollowUp:
    """What an offer hands over. Granted once more after a freeze, it is another follow-up, reminded of anew."""
    before = [kept.follow_up.started_at for kept in have if _is_for(kept.follow_up, offer)]
    at = max([now, *(started_at + timedelta(microseconds=1) for started_at in before)])
    return fulfilment(facts, content.cadence, what, number=offer, now=at)


def _differs(each: FollowUp, before: Kept, content: Content) -> bool:
    return each != before.follow_up or (not each.is_over and before.cadence != content.cadence_hash)


def _tell(session: Session, content: Content, case: Case, several: Iterable[FollowUp], ids: Iterable[int]) -> None:
    wishes = [next_reminder(content, case, each, key) for each, key in zip(several, ids, strict=True)]
    outbox.ask(session, case.workspace, *(wish for wish in wishes if wish is not None))


def _settle_promise(session: Session, kept: Kept, after: FollowUp) -> None:
    if kept.promise_id is not None and after.is_over and not kept.follow_up.is_over:
        state = PromiseState.KEPT if after.state is State.DONE else PromiseState.DROPPED
        promises.change_state(session, kept.promise_id, state)
