"""What leads see of a risk, through the real dispatcher, the outbox and a small Slack."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.content.bundle import Content
from bot.domain.team import Duty, Member, Role
from bot.slack.ids import Press
from bot.store.db import Database
from bot.store.tables import alert_calls, alerts
from tests.slack.fake_slack import ANA, BEN, COMPLAINTS, LENA, FakeSlack, Server
from tests.slack.recorded import NOW, Door, door, press, recorded, submit

LEADS = "C0LEADSCHN"
RISKY = "Customer Jane Doe: the heater of order 10412 caught fire."


@pytest.fixture
def slack() -> FakeSlack:
    slack = FakeSlack()
    slack.channels[LEADS] = "leads"
    return slack


def deliver(bot: Door) -> None:
    for _ in range(3):
        bot.later()
        bot.deliver()


def alert(bot: Door) -> dict[str, Any]:
    [message] = bot.slack.ours(LEADS)
    return message


def shown(bot: Door) -> str:
    return str(alert(bot)["blocks"])


def change(bot: Door, *, by: str | None = None, **values: str) -> Any:
    """Somebody opens Change details, changes fields and saves."""
    assert bot.send(press(Press.CHANGE, bot.case().id)).status == 200
    return bot.send(submit(bot.slack.views[-1], by=by, **values))


def test_the_leads_channel_hears_of_it_with_a_link_and_a_call_and_no_words_of_the_customer(bot: Door) -> None:
    case = bot.report(RISKY)
    deliver(bot)
    message = alert(bot)
    assert "thread_ts" not in message
    place = f"https://tests.slack.com/archives/{COMPLAINTS}/p"
    assert f"Risk on <{place}" in shown(bot)
    assert f"|{case.reference}>" in shown(bot)
    assert f"<@{LENA}>" in shown(bot)
    assert "Injury or safety" in message["text"]
    for words in ("Jane", "heater", "fire"):
        assert words not in str(message)
    assert message["blocks"][-1]["elements"][0]["action_id"] == Press.TAKE


def test_it_is_edited_in_place_when_somebody_takes_the_case_there(bot: Door) -> None:
    case = bot.report(RISKY)
    deliver(bot)
    assert bot.send(press(Press.TAKE, case.id, by=LENA)).status == 200
    deliver(bot)
    assert f"<@{LENA}> has it." in shown(bot)
    assert "Take case" not in shown(bot)
    assert "Somebody has it." in alert(bot)["text"]


def test_it_says_so_when_a_lead_takes_the_risk_back(bot: Door) -> None:
    bot.report(RISKY)
    deliver(bot)
    assert change(bot, by=LENA, cleared_risks="safety").text in ("", "{}")
    deliver(bot)
    assert "risk taken back (Injury or safety)" in shown(bot)
    assert "Risk: " not in str(bot.slack.ours(COMPLAINTS)[0]["blocks"])


def test_an_agent_who_takes_it_back_reads_why_not_under_the_field(bot: Door) -> None:
    bot.report(RISKY)
    answer = change(bot, cleared_risks="safety")
    assert answer.json["errors"]["cleared_risks"].startswith("A risk is taken back by a lead.")
    assert bot.case().details.risks == ("safety",)


def test_a_risk_that_an_agent_adds_is_told(bot: Door) -> None:
    bot.report("Jane Doe's order 10412 is three days late and she is upset")
    deliver(bot)
    assert bot.slack.ours(LEADS) == []
    change(bot, more_risks="press vulnerable")
    deliver(bot)
    assert "Press or social reach, Vulnerable customer" in shown(bot)


def test_a_form_whose_risks_the_client_did_not_send_leaves_them(bot: Door) -> None:
    bot.report(RISKY)
    bot.send(press(Press.CHANGE, bot.case().id))
    payload = submit(bot.slack.views[-1], category="billing")
    for name in ("risks", "cleared_risks"):
        del payload["view"]["state"]["values"][name]
    assert bot.send(payload).text in ("", "{}")
    assert (bot.case().details.risks, bot.case().details.category) == (("safety",), "billing")


def test_while_slack_is_away_the_alert_waits_and_then_comes(bot: Door) -> None:
    bot.slack.away = True
    assert bot.send(recorded("app_mention", text=RISKY)).status == 200
    bot.deliver()
    bot.slack.away = False
    deliver(bot)
    assert bot.rows(alerts)[0].risks == "safety"
    assert "Injury or safety" in str(bot.slack.ours(bot.rows(alerts)[0].channel)[-1]["text"])


def test_the_card_says_how_sure_the_guesses_are_and_another_language(bot: Door) -> None:
    bot.report("Jane Doe's order 10412 is three days late and she is upset")
    bot.deliver()
    card = str(bot.slack.ours(COMPLAINTS)[0]["blocks"])
    assert "sure)" in card
    assert "Written in" not in card
    bot.report("Die Kundin wartet seit fünf Tagen auf das Paket und ist sehr verärgert.", ts="1772800777.000100")
    deliver(bot)
    assert "Written in German" in str(bot.slack.ours(COMPLAINTS)[1]["blocks"])


@pytest.fixture
def desk(sqlite: Database, slack: FakeSlack, server: Server, content: Content, tmp_path: Path) -> Iterator[Door]:
    """The door of a team of two leads, of whom Ben is on duty, and so is Ana, an agent."""
    members = (Member(ANA, Role.AGENT), Member("ben@example.com", Role.LEAD), Member(LENA, Role.LEAD))
    team = replace(content.team, members=members, duties=(Duty(ANA), Duty("ben@example.com")))
    away = Database(f"sqlite:///{tmp_path}")
    with door(sqlite, slack, server, replace(content, team=team), away) as opened:
        yield opened
    away.close()


def time_is_over(bot: Door) -> None:
    """The clock of every alert has run out."""
    with bot.database.transaction() as session:
        session.execute(sa.update(alerts).values(raised_at=NOW - timedelta(hours=5)))
        session.execute(sa.update(alert_calls).values(next_at=NOW - timedelta(minutes=1)))
    deliver(bot)


def calls(bot: Door) -> list[list[str]]:
    """Who is called in each message of the leads' channel."""
    return [
        [who for who in (ANA, BEN, LENA) if f"<@{who}>" in message["blocks"][0]["text"]["text"]]
        for message in bot.slack.ours(LEADS)
    ]


def test_the_lead_on_duty_is_called_first_and_all_of_them_when_time_is_over(desk: Door) -> None:
    desk.report(RISKY)
    deliver(desk)
    assert calls(desk) == [[BEN]]
    assert "All leads are called" in shown(desk)
    time_is_over(desk)
    assert calls(desk) == [[BEN], [BEN, LENA]]
    assert "No lead has answered yet" in desk.slack.ours(LEADS)[1]["text"]


def test_all_leads_are_called_at_once_when_none_of_them_is_on_duty(bot: Door) -> None:
    bot.report(RISKY)
    deliver(bot)
    assert calls(bot) == [[LENA]]


def test_a_lead_who_looks_after_it_ends_the_calls(desk: Door) -> None:
    desk.report(RISKY)
    deliver(desk)
    assert desk.send(press(Press.ACKNOWLEDGE, 1, by=LENA)).status == 200
    time_is_over(desk)
    assert calls(desk) == [[]]
    assert f"<@{LENA}> looks after it since" in shown(desk)
    assert Press.ACKNOWLEDGE not in shown(desk)
    assert "alert:acknowledged" in desk.happened()


def test_both_messages_show_it_when_the_answer_comes_after_the_second_call(desk: Door) -> None:
    desk.report(RISKY)
    deliver(desk)
    time_is_over(desk)
    desk.send(press(Press.ACKNOWLEDGE, 1, by=LENA))
    deliver(desk)
    assert calls(desk) == [[], []]
    assert all("looks after it since" in str(message["blocks"]) for message in desk.slack.ours(LEADS))


def test_an_agent_cannot_answer_for_the_leads_nor_by_taking_the_case(desk: Door) -> None:
    case = desk.report(RISKY)
    deliver(desk)
    desk.send(press(Press.ACKNOWLEDGE, 1, by=ANA))
    assert "acknowledged by a lead" in desk.slack.whispers[-1]["text"]
    desk.send(press(Press.TAKE, case.id, by=ANA))
    time_is_over(desk)
    assert calls(desk) == [[ANA, BEN], [ANA, BEN, LENA]], "Ana is named as the owner"


def test_a_lead_who_takes_the_case_has_answered(desk: Door) -> None:
    case = desk.report(RISKY)
    deliver(desk)
    desk.send(press(Press.TAKE, case.id, by=LENA))
    time_is_over(desk)
    assert calls(desk) == [[LENA]], "named as the owner, in the only message"
    assert f"<@{LENA}> has it." in shown(desk)
