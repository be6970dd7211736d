"""Resolve with its cause and the customer's answer, and the message to those who can mend the cause."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.content.bundle import Content
from bot.domain.case import Case, Status
from bot.domain.routing import Route, Routing
from bot.slack.ids import Press
from bot.store.db import Database
from tests.slack.fake_slack import COMPLAINTS, FakeSlack, Server
from tests.slack.recorded import Answer, Door, door, press, submit

WAREHOUSE = "C0WAREHOUS"


@pytest.fixture
def slack() -> FakeSlack:
    slack = FakeSlack()
    slack.channels[WAREHOUSE] = "warehouse"
    return slack


@pytest.fixture
def bot(sqlite: Database, slack: FakeSlack, server: Server, content: Content, tmp_path: Path) -> Iterator[Door]:
    """A door where the warehouse hears of late deliveries and of the carrier."""
    route = Route("warehouse", "warehouse", ("delivery",), ("carrier",))
    routing = Routing({"carrier": "Carrier <3", "people": "People"}, (route,))
    away = Database(f"sqlite:///{tmp_path / 'away.db'}")
    with door(sqlite, slack, server, replace(content, routing=routing), away) as opened:
        yield opened
    away.close()


def deliver(bot: Door) -> None:
    for _ in range(3):
        bot.later()
        bot.deliver()


def resolve(bot: Door, case: Case, **values: str) -> Answer:
    assert bot.send(press(Press.RESOLVE, case.id)).status == 200
    return bot.send(submit(bot.slack.views[-1], **{"cause": "carrier", **values}))


def answered(bot: Door, case: Case, said: str) -> Answer:
    assert bot.send(press(Press.SATISFACTION, case.id)).status == 200
    return bot.send(submit(bot.slack.views[-1], satisfaction=said))


def heard(bot: Door) -> list[dict[str, Any]]:
    return bot.slack.ours(WAREHOUSE)


def test_the_warehouse_hears_of_late_deliveries_in_one_message_that_counts_on(bot: Door) -> None:
    for number in range(12):
        bot.report(ts=f"17728{number:05d}.000100")
    deliver(bot)
    [message] = heard(bot)
    blocks = str(message["blocks"])
    assert "*Delivery*: 12 cases since <!date^" in blocks
    assert blocks.count("•") == 10
    assert "and 2 before these" in blocks
    assert f"<https://tests.slack.com/archives/{COMPLAINTS}/p" in blocks
    assert "Jane" not in str(message)
    bot.report(ts="1772900000.000100")
    deliver(bot)
    assert "13 cases" in str(heard(bot)[0]["blocks"])
    assert len(heard(bot)) == 1


def test_the_cause_of_a_resolved_case_is_told_and_what_people_typed_is_harmless(bot: Door) -> None:
    case = bot.report("Jane Doe was charged twice for order 10412.")
    assert resolve(bot, case).text in ("", "{}")
    deliver(bot)
    [message] = heard(bot)
    assert "*Carrier &lt;3*: 1 case since" in str(message["blocks"])
    assert f"|{case.reference}>: Billing: charged twice, " in str(message["blocks"])
    assert ", resolved" in str(message["blocks"])


def test_resolve_wants_a_cause(bot: Door) -> None:
    case = bot.report()
    assert bot.send(press(Press.RESOLVE, case.id)).status == 200
    answer = bot.send(submit(bot.slack.views[-1]))
    assert answer.json["errors"] == {"cause": "Choose the cause that comes closest."}
    assert bot.case().status is Status.OPEN


def test_an_unhappy_customer_keeps_the_case_open_and_the_person_is_told(bot: Door) -> None:
    case = bot.report()
    assert resolve(bot, case, satisfaction="2").text in ("", "{}")
    assert (bot.case().status, bot.case().satisfaction) == (Status.OPEN, 2)
    assert "R-1001 stays open, because they are unhappy" in bot.slack.whispers[-1]["text"]
    deliver(bot)
    assert "The customer said 2 unhappy of 5" in str(bot.slack.ours()[0]["blocks"])


def test_what_the_customer_says_later_opens_the_case_again(bot: Door) -> None:
    case = bot.report()
    resolve(bot, case)
    assert bot.case().status is Status.RESOLVED
    assert answered(bot, case, "1").text in ("", "{}")
    assert bot.case().status is Status.OPEN
    resolve(bot, case, satisfaction="5")
    assert (bot.case().status, bot.case().satisfaction) == (Status.RESOLVED, 5)


@pytest.mark.parametrize("said", ["", "6", "-1"])
def test_an_answer_that_is_none_is_not_taken(bot: Door, said: str) -> None:
    case = bot.report()
    resolve(bot, case)
    assert "satisfaction" in answered(bot, case, said).json["errors"]
    assert bot.case().satisfaction is None
