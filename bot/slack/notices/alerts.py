"""The notices that tell leads of a risk, and that call all of them when nobody answers."""

from collections.abc import Iterable

from bot.domain.duty import all_leads, leads_called
from bot.flows.alerts import alert_of
from bot.flows.outbox import Notice
from bot.slack.blocks import alerts as blocks
from bot.slack.house import House
from bot.slack.notices.message import Drawn, Message, Nothing, NotNow, marker

MOST_CALLED = 10


def alert(house: House, notice: Notice) -> Drawn:
    """A risk as it stands now, with a call to the leads on duty until one of them looks after it."""
    content = house.content()
    at = house.now().astimezone(content.cadence.zone)
    return _drawn(house, notice, leads_called(content.team, at), again=False)


def second_call(house: House, notice: Notice) -> Drawn:
    """The same for all leads and managers, when the time to acknowledge it is over."""
    return _drawn(house, notice, all_leads(house.content().team), again=True)


def _drawn(house: House, notice: Notice, lines: Iterable[str], *, again: bool) -> Drawn:
    with house.reading() as session:
        raised = alert_of(session, notice.workspace, int(notice.subject))
    if raised is None:
        return None
    owner = raised.case.owner
    waits = raised.waits(house.role_of(owner) if owner else None)
    if again and notice.message_ts is None and not notice.uncertain:
        if not waits:
            return Nothing("a lead has it")
        if house.now() < raised.alert.calls_again_at:
            return NotNow(raised.alert.calls_again_at, "those on duty have their time")
    link = house.directory.link(*raised.place) if raised.place else None
    mentions = [mention for who in [*lines][:MOST_CALLED] if (mention := house.directory.mention(who))]
    text, drawn = blocks.alert(
        raised, link=link, leads=list(dict.fromkeys(mentions)), waits=waits, again=again, marker=marker(notice)
    )
    return Message(text, drawn)
