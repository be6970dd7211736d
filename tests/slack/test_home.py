"""A person's own page: what they owe, what nobody has taken, and buttons that work there as they do in a thread."""

from typing import Any

import pytest

from bot.domain.followup import State
from bot.slack.ids import Press
from bot.store import followups as store
from tests.slack.fake_slack import ANA, BEN, LENA, error
from tests.slack.recorded import Door, press, recorded, submit


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


def test_due_and_mine_list_what_is_owed(bot: Door) -> None:
    due = bot.send(recorded("command", text="due")).json["text"]
    assert due.count("A first reply to Jane Doe") == 2
    mine = bot.send(recorded("command", text="mine")).json["text"]
    assert mine.count("A first reply to Jane Doe") == 1
    assert "<@" not in due
