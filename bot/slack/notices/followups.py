"""The notices of follow-ups: reminders and digests."""

from bot.domain.case import Case
from bot.domain.followup import Stage
from bot.domain.reminders import speaks_of
from bot.domain.team import Role
from bot.flows import reminders as flows
from bot.flows.outbox import Notice
from bot.flows.reminders import Asked, Held, Nudge, Over
from bot.slack.blocks import followups as blocks
from bot.slack.directory import SlackAway
from bot.slack.house import House
from bot.slack.notices.message import Drawn, Elsewhere, Message, Nothing, NotNow, marker

MOST_LEADS = 3
"""Lines of the team file that a reminder for leads calls."""


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
    if notice.message_ts is None:
        if stage is Stage.LEAD and place != notice.channel:
            return Elsewhere(place, "for a lead", thread)
        asked = _asked(house, nudge, int(key), name, notice)
        with house.transaction() as session:
            decided = flows.let_out(session, house.content(), notice.workspace, asked, now=now)
        if isinstance(decided, Held):
            return NotNow(decided.until, decided.why, thread)
        if isinstance(decided, Over):
            return Nothing(decided.why, thread)
        if decided is None:
            return None
    link = house.link_to(nudge.card) if thread is None else None
    stage = speaks_of(nudge.owed.follow_up, stage, now=now)
    text, drawn = blocks.reminder(
        nudge,
        speaks_of(nudge.owed.follow_up, stage, now=now),
        call=_call(house, case, stage),
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
    return Message(*blocks.digest(shown, name=house.full_name, now=house.now(), marker=marker(notice)))


def _asked(house: House, nudge: Nudge, key: int, name: str, notice: Notice) -> Asked:
    owner, now = nudge.owed.case.owner, house.now()
    cadence = house.content().cadence
    channel = nudge.owed.case.complaint.channel
    try:
        channel_name = house.directory.channel_name(channel) if cadence.digest_only else None
    except SlackAway:
        channel_name = None
    return Asked(
        follow_up_id=key,
        name=name,
        owner=owner,
        zone=house.zone_of(owner),
        do_not_disturb_until=house.directory.undisturbed_until(owner, now) if owner else None,
        digest_only=cadence.is_digest_only(channel, channel_name),
        planned_at=notice.due_at,
        channel=notice.channel,
    )


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


def _call(house: House, case: Case, stage: Stage) -> str:
    """Whom the reminder calls."""
    if stage is Stage.LEAD:
        leads = [member.who for member in house.content().team.members if member.role is Role.LEAD][:MOST_LEADS]
        called = [mention for mention in map(house.directory.mention, leads) if mention]
        owner = f"<@{case.owner}>" if case.owner else ""
        return ", ".join(dict.fromkeys([*called, *([owner] if owner else [])]))
    if case.owner:
        return f"<@{case.owner}>"
    on_duty = house.content().cadence.on_duty
    return (house.directory.mention(on_duty) or "") if on_duty else ""
