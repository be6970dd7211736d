"""A person's own page: what they owe, what nobody has taken, and buttons that work there as they do in a thread."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.followup import State
from bot.domain.money import parse
from bot.domain.offer import Offered, Wanted
from bot.domain.team import Role
from bot.flows.offers import Made, make_offer
from bot.slack.ids import Press
from bot.store import followups as store
from bot.store.tables import follow_ups
from tests.slack.fake_slack import ANA, BEN, COMPLAINTS, LENA, TEAM, error
from tests.slack.limits import page_faults
from tests.slack.recorded import NOW, Door, press, recorded, submit


@pytest.fixture
def bot(bot: Door) -> Door:
    """The door, with a case that Ana has and one that nobody has."""
    bot.send(press(Press.TAKE, bot.report().id))
    bot.report(ts="1772800009.000100")
    return bot


def page(bot: Door, who: str = ANA) -> dict[str, Any]:
    """Somebody opens their page."""
    assert bot.send(recorded("app_home_opened", user=who)).status == 200
    return bot.slack.pages[who]


def pressed_there(view: dict[str, Any], action: Press, *, by: str = ANA) -> dict[str, Any]:
    """A press on a button of the page: Slack names a view and no channel."""
    [value] = [
        element["value"]
        for block in view["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == action
    ][:1]
    payload = press(action, value, by=by)
    for name in ("message", "channel", "response_url"):
        payload.pop(name, None)
    payload["container"] = {"type": "view", "view_id": "V0HOME"}
    return {**payload, "view": {"type": "home", "id": "V0HOME", "blocks": view["blocks"], "private_metadata": ""}}


def test_the_page_shows_what_i_owe_what_nobody_has_and_my_cases(bot: Door) -> None:
    words = str(page(bot))
    assert "A first reply to Jane Doe" in words
    assert "R-1002" in words
    assert "<!date^" in words
    assert "Nothing is due" in str(page(bot, BEN))


def test_another_tab_draws_nothing(bot: Door) -> None:
    assert bot.send(recorded("app_home_opened", tab="messages")).status == 200
    assert bot.slack.pages == {}


def test_taking_a_case_there_draws_the_page_anew(bot: Door) -> None:
    bot.send(pressed_there(page(bot, BEN), Press.TAKE, by=BEN))
    words = str(bot.slack.pages[BEN])
    assert "Every open case has an owner" in words
    assert "A first reply" in words


def test_done_there_settles_it_and_draws_the_page_anew(bot: Door) -> None:
    bot.send(pressed_there(page(bot), Press.DONE))
    assert bot.send(submit(bot.slack.views[-1])).text == ""
    with bot.database.reading() as session:
        states = [kept.follow_up.state for kept in store.of_case(session, 1)]
    assert states == [State.DONE, State.OPEN]
    assert "A progress update for Jane Doe" in str(bot.slack.pages[ANA])


def test_a_refusal_on_the_page_is_said_in_a_window(bot: Door) -> None:
    view = page(bot, BEN)
    bot.send(pressed_there(view, Press.TAKE, by=BEN))
    bot.send(pressed_there(view, Press.TAKE, by=BEN))
    assert "You already have R-1002" in str(bot.slack.views[-1])


def test_a_page_that_slack_does_not_take_now_loses_nothing(bot: Door) -> None:
    view = page(bot)
    bot.slack.always("views.publish", error("internal_error"))
    bot.send(pressed_there(view, Press.DONE))
    assert bot.send(submit(bot.slack.views[-1])).status == 200
    with bot.database.reading() as session:
        assert store.of_case(session, 1)[0].follow_up.is_over


def test_a_lead_reads_how_many_reminders_closed_cases_took(bot: Door) -> None:
    assert "no case was closed in the last 28 days" in str(page(bot, LENA))
    bot.send(press(Press.RESOLVE, 1))
    assert bot.send(submit(bot.slack.views[-1], cause="promise.unclear")).text == ""
    assert "0.0 for each of 1 case closed in the last 28 days; 1 needed none" in str(page(bot, LENA))
    assert "Reminders:" not in str(page(bot, ANA))


def test_the_page_says_what_may_be_offered_without_asking_and_what_is_left(bot: Door) -> None:
    words = str(page(bot, ANA))
    assert "Refund up to 50.00 EUR" in words
    assert "today: 300 of 300 left" in words
    assert "Free service" not in words, "that is for seniors"
    bot.slack.people["U0STRANGER"] = {"real_name": "Sam", "profile": {"real_name": "Sam", "email": "sam@example.com"}}
    assert "You have no role in `team.yml`" in str(page(bot, "U0STRANGER"))


def test_a_lead_reads_how_the_team_stands(bot: Door) -> None:
    words = str(page(bot, LENA))
    assert "*Overdue:* nothing" in words
    assert "*This month:* 0 of 5000 EUR offered; customers have 0 of it" in words
    assert "*Your team*" not in str(page(bot, ANA))
    with bot.database.transaction() as session:
        session.execute(sa.update(follow_ups).values(due_at=NOW - timedelta(hours=3)))
    words = str(page(bot, LENA))
    assert "*Overdue:* 2\\n• *R-1001*" in words
    assert "3 hours late" in words
    assert f"<@{ANA}>" not in words


def waits(bot: Door, case_id: int = 2) -> Offered:
    """An offer of Ana's that waits for a lead."""
    with bot.database.transaction() as session:
        wanted = Wanted("refund", parse("80 EUR"), loss=parse("200 EUR"), reason="late")
        made = make_offer(
            session,
            bot.house.content(),
            TEAM,
            case_id,
            wanted,
            source=f"form:{case_id}",
            approvals=COMPLAINTS,
            agent="Ana",
            by=ANA,
            role=Role.AGENT,
            now=NOW,
        )
    assert isinstance(made, Made)
    return made.offered


def test_a_lead_answers_there_and_the_page_is_drawn_anew(bot: Door) -> None:
    waits(bot)
    assert "wait for your answer" not in str(page(bot, ANA))
    view = page(bot, LENA)
    assert "refund of 80.00 EUR" in str(view)
    bot.send(pressed_there(view, Press.APPROVE, by=LENA))
    assert "wait for your answer" not in str(bot.slack.pages[LENA])


def test_a_form_opened_there_leads_back_to_the_page_and_then_to_who_offered(bot: Door) -> None:
    waits(bot)
    bot.send(pressed_there(page(bot, LENA), Press.COUNTER, by=LENA))
    assert bot.send(submit(bot.slack.views[-1], by=LENA, offer__amount="60", why="Half will do.")).text == ""
    assert "wait for your answer" not in str(bot.slack.pages[LENA])
    view = page(bot, ANA)
    assert "another sum offered by Lena Lead" in str(view)
    bot.send(pressed_there(view, Press.ACCEPT))
    assert "wait for your answer" not in str(bot.slack.pages[ANA])


def test_a_page_with_everything_fits(bot: Door) -> None:
    for number in range(30):
        case = bot.report(ts=f"17728001{number:02}.000100")
        bot.send(press(Press.TAKE if number % 2 else Press.CHANGE, case.id, by=LENA))
    for number in range(3, 33, 2):
        waits(bot, number)
    for number in (4, 6):
        bot.send(press(Press.WAITING, number, by=LENA))
    with bot.database.transaction() as session:
        for number, days in ((8, 1), (10, 9), (12, -1), (14, -1)):
            due = {"due_at": NOW + timedelta(days=days)}
            session.execute(sa.update(follow_ups).where(follow_ups.c.case_id == number).values(due))
    view = page(bot, LENA)
    assert page_faults(view) == []
    assert 85 < len(view["blocks"]) <= 100
    assert "… and 10 more in the channel for approvals" in str(view)
    rows = [block for block in view["blocks"] if block["type"] == "actions"]
    spoken = [button.get("accessibility_label") for row in rows for button in row["elements"]]
    assert len(spoken) == len(set(spoken)) > 40, "who hears the page hears of each button what it is about"


def test_due_and_mine_list_what_is_owed(bot: Door) -> None:
    due = bot.send(recorded("command", text="due")).json["text"]
    assert due.count("A first reply to Jane Doe") == 2
    mine = bot.send(recorded("command", text="mine")).json["text"]
    assert mine.count("A first reply to Jane Doe") == 1
    assert "<@" not in due
