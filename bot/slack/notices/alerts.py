"""The notice that tells leads of a risk."""

from bot.domain.team import Role
from bot.flows.alerts import alert_of
from bot.flows.outbox import Notice
from bot.slack.blocks import alerts as blocks
from bot.slack.house import House
from bot.slack.notices.message import Message, marker

MOST_CALLED = 10


def alert(house: House, notice: Notice) -> Message | None:
    """A risk as it stands now, with a call to the leads while nobody has the case."""
    with house.reading() as session:
        raised = alert_of(session, notice.workspace, int(notice.subject))
    if raised is None:
        return None
    link = house.directory.link(*raised.place) if raised.place else None
    lines = [member.who for member in house.content().team.members if member.role is Role.LEAD]
    mentions = [mention for who in lines[:MOST_CALLED] if (mention := house.directory.mention(who))]
    text, drawn = blocks.alert(raised, link=link, leads=list(dict.fromkeys(mentions)), marker=marker(notice))
    return Message(text, drawn)
