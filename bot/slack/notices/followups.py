"""The notices of follow-ups: reminders and digests."""

from bot.domain.case import Case
from bot.domain.followup import Stage
from bot.domain.reminders import speaks_of
from bot.flows import reminders as flows
from bot.flows.outbox import Notice
from bot.flows.reminders import Asked, Called, Held, Nudge, Over
from bot.slack.blocks import followups as blocks
from bot.slack.blocks.common import mention_of
from bot.slack.directory import SlackAway
from bot.slack.house import House
from bot.slack.notices.message import Drawn, Elsewhere, Message, Nothing, NotNow, marker


def reminder(house: House, notice: Notice) -> Drawn:
    """A reminder in the thread of its case, or with the leads; decided anew at the moment it is to go out."""
    key, _, name = notice.subject.partition(":")
    stage = flows.stage_of(name)
    with house.reading() as session:
        nudge = flows.nudge_of(session, notice.workspace, int(key))
    if nudge is None:
        return None
    case = nudge.owed.case
    place = _leads(house, case, notice) if stage is Stage.LEAD else case.complaint.channel
    thread = _thread(nudge, notice)
    now = max(house.now(), notice.due_at)  # it is due by the database's clock, whatever ours says
    called = _called_before(nudge, stage)
    if notice.message_ts is None:
        if stage is Stage.LEAD and place != notice.channel:
            return Elsewhere(place, "for a lead", thread)
        asked = _asked(house, nudge, notice)
        with house.transaction() as session:
            decided = flows.let_out(session, house.content(), notice.workspace, asked, now=now)
        if isinstance(decided, Held):
            return NotNow(decided.until, decided.why, thread)
        if isinstance(decided, Over):
            return Nothing(decided.why, thread)
        if decided is None:
            return None
        called = decided.called
    link = house.link_to(nudge.card) if thread is None else None
    stage = speaks_of(nudge.owed.follow_up, stage, now=now)
    text, drawn = blocks.reminder(
        nudge,
        speaks_of(nudge.owed.follow_up, stage, now=now),
        call=", ".join(map(mention_of, called)),
        owner=house.full_name(case.owner) if case.owner else "",
        link=link,
        now=now,
        marker=marker(notice),
    )
    return Message(text, drawn, thread)


def digest(house: House, notice: Notice) -> Drawn:
    """A channel's digest of the day, or what an outage has made late."""
    with house.reading() as session:
        shown = flows.digest_of(session, house.content(), notice.workspace, notice.subject, now=house.now())
    if not shown and notice.message_ts is None:
        return Nothing("nothing is owed")
    return Message(
        *blocks.digest(shown, name=house.full_name, link=house.link_to, now=house.now(), marker=marker(notice))
    )


def _asked(house: House, nudge: Nudge, notice: Notice) -> Asked:
    name = notice.subject.partition(":")[2]
    owner, about = nudge.owed.case.owner, nudge.owed.case.details.about
    cadence = house.content().cadence
    channel = nudge.owed.case.complaint.channel
    try:
        channel_name = house.directory.channel_name(channel) if cadence.digest_only else None
    except SlackAway:
        channel_name = None
    if flows.stage_of(name) is Stage.LEAD:
        to = house.leads(without=about)
    else:
        to = [owner] if owner and owner != about else house.called_on_duty(without=about)
    return Asked(
        follow_up_id=nudge.owed.kept.id,
        case_id=nudge.owed.case.id,
        name=name,
        owner=owner,
        called=[_called(house, who) for who in to],
        digest_only=cadence.is_digest_only(channel, channel_name),
        planned_at=notice.due_at,
        channel=notice.channel,
        about=about,
    )


def _called_before(nudge: Nudge, stage: Stage) -> tuple[str, ...]:
    """Whom a reminder that is drawn again names: the owner as of now, or those it called in place of one.

    Nobody whom the complaint is about by now.
    """
    kept, owner, about = nudge.owed.kept, nudge.owed.case.owner, nudge.owed.case.details.about
    if owner and owner != about and stage is not Stage.LEAD:
        return (owner,)
    last = flows.stage_of(kept.reminder) if kept.reminder else None
    called = kept.called if (last is Stage.LEAD) is (stage is Stage.LEAD) else ()
    return tuple(who for who in called if who != about)


def _called(house: House, who: str) -> Called:
    if who.startswith("S"):
        return Called(who, house.content().cadence.zone)
    return Called(who, house.zone_of(who), house.directory.undisturbed_until(who, house.now()))


def _thread(nudge: Nudge, notice: Notice) -> str | None:
    """The message that a reminder answers: the report, or the card where it opens the thread."""
    case, card = nudge.owed.case, nudge.card
    if notice.channel == case.complaint.channel and case.complaint.thread_ts and case.report_deleted_at is None:
        return case.complaint.thread_ts
    return card[1] if card is not None and card[0] == notice.channel else None


def _leads(house: House, case: Case, notice: Notice) -> str:
    try:
        return house.leads_channel() or case.complaint.channel
    except SlackAway:
        return notice.channel
