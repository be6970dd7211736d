"""The notices that tell leads of a risk, and that call others when nobody answers."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.alert import Reach
from bot.domain.duty import all_leads, leads_on_call, leads_on_duty
from bot.domain.team import Role
from bot.flows import calls
from bot.flows.alerts import alert_of
from bot.flows.calls import Seen
from bot.flows.cards import call_of
from bot.flows.outbox import Notice
from bot.slack.blocks import alerts as blocks
from bot.slack.house import House
from bot.slack.notices.message import Drawn, Message, Nothing, NotNow, marker

MOST_CALLED = 10


def alert(house: House, notice: Notice) -> Drawn:
    """A risk as it stands now, with a call to the leads on duty until one of them looks after it."""
    return _drawn(house, notice, int(notice.subject), 0)


def call(house: House, notice: Notice) -> Drawn:
    """The same for whoever is called next, when the time to acknowledge it is over."""
    return _drawn(house, notice, *call_of(notice.subject))


def _drawn(house: House, notice: Notice, alert_id: int, number: int) -> Drawn:
    with house.reading() as session:
        raised = alert_of(session, notice.workspace, alert_id)
    if raised is None:
        return None
    case = raised.case
    seen = Seen(case.owner, house.role_of(case.owner) if case.owner else None, case.details.about)
    waits, made = raised.waits(seen.owner_role), raised.call(number)
    if number and notice.message_ts is None:
        if made is None and house.now() < raised.due_at(number):
            return NotNow(raised.due_at(number), "those who were called have their time")
        if not waits:
            return Nothing("a lead has it")
    reach = _reach(house, number, without=case.details.about)
    if notice.message_ts is None and made is None and waits:
        with house.transaction() as session:
            made = calls.call(
                session,
                notice.workspace,
                alert_id,
                number,
                reach=reach,
                seen=seen,
                channel=notice.channel,
                now=house.now(),
            )
        if made is None:
            return NotNow(house.now(), "the case is another by now")
        raised = replace(raised, calls=[*raised.calls, made])
    link = house.directory.link(*raised.place) if raised.place else None
    is_alone = bool(reach.left(raised.calls))
    return Message(*blocks.alert(raised, number, link=link, waits=waits, is_next_alone=is_alone, marker=marker(notice)))


def _reach(house: House, number: int, *, without: str | None) -> Reach:
    """Whom this call may call now, without the colleague the complaint is about."""
    content = house.content()
    team, day, at = content.team, content.policy.day_of(house.now()), house.now().astimezone(content.cadence.zone)

    def ids(written: Iterable[str]) -> tuple[str, ...]:
        return tuple(house.ids_of(written, most=MOST_CALLED, without=without))

    on_call = ids(leads_on_call(team, at, day))
    if number:
        return Reach(on_call=on_call, everybody=ids(all_leads(team, day)))
    on_duty = ids(leads_on_duty(team, at, day))
    if on_duty or on_call:
        return Reach(on_duty, on_call)
    return Reach(leads=ids(one.who for one in team.members if one.role is Role.LEAD) or ids(all_leads(team, day)))
