"""Days pass: what is granted on a Friday is reminded of at its hours, through the outbox and into Slack.

The time is handed in, to the rules and to the database, which says what is due; nothing waits for a real clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.content.bundle import Content
from bot.domain.money import parse
from bot.domain.offer import Offered, Wanted
from bot.domain.team import Role
from bot.flows.offers import Made, make_offer
from bot.flows.reminders import Keeper
from bot.slack.ids import Press
from bot.store.db import Database
from bot.store.tables import notices
from tests.slack.fake_slack import ANA, COMPLAINTS, LENA, TEAM, FakeSlack, Server
from tests.slack.limits import message_faults
from tests.slack.recorded import NOW, Door, door, press, submit

REMINDERS = True
LONDON = ZoneInfo("Europe/London")
DATABASE_CLOCKS = {"(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')": "'{:%Y-%m-%d %H:%M:%S.%f}'"}
DATABASE_CLOCKS |= {"statement_timestamp()": "TIMESTAMPTZ '{:%Y-%m-%d %H:%M:%S.%f+00}'"}


class Days:
    """A door whose time is `at`, for the rules and for the database. `said` is what was posted, and when."""

    def __init__(self, bot: Door, slack: FakeSlack) -> None:
        self.bot, self.at = bot, NOW
        self.said: list[tuple[datetime, dict[str, Any]]] = []
        object.__setattr__(bot.house, "now", lambda: self.at)
        content = bot.house.content
        self._keeper = Keeper(bot.house.transaction, content, TEAM)
        self._post = slack._chat_postMessage
        slack._chat_postMessage = self._posted  # type: ignore[method-assign]

    def _posted(self, args: dict[str, Any]) -> dict[str, Any]:
        self.said.append((self.at, args))
        return self._post(args)

    def until(self, day: int, hour: float) -> None:
        """Let the time pass until then, from one thing that is due to the next, on London's clock."""
        end = datetime(2026, 3, day, tzinfo=LONDON) + timedelta(hours=hour)
        for _ in range(500):
            self._keeper.tend(self.at)
            for _ in range(3):
                self.bot.deliver()
                self.at += timedelta(seconds=1)
            coming = min([end, self._digest(), *self._due()])
            if coming >= end:
                self.at = end
                return
            self.at = max(self.at, coming)
        raise AssertionError("the outbox turns in circles")

    def _digest(self) -> datetime:
        return self.bot.house.content().cadence.next_digest(self.at)

    def _due(self) -> list[datetime]:
        query = sa.select(sa.func.min(notices.c.due_at)).where(notices.c.state == "pending")
        with self.bot.database.reading() as session:
            at = session.execute(query).scalar()
        return [at] if at is not None else []

    def about(self, words: str) -> list[tuple[str, str, dict[str, Any]]]:
        """What was posted about this: when on London's clock, to the minute, its first words, and the message."""
        return [
            (f"{at.astimezone(LONDON):%a %H:%M}", str(args["text"]).partition(":")[0], args)
            for at, args in self.said
            if words in str(args["text"])
        ]


@contextmanager
def clock_handed_in(database: Database, days: Days) -> Iterator[None]:
    """The database takes the time of `days` for its own."""

    def tell(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> tuple[str, Any]:
        for own, form in DATABASE_CLOCKS.items():
            statement = statement.replace(own, form.format(days.at))
        return statement, parameters

    sa.event.listen(database.engine, "before_cursor_execute", tell, retval=True)
    yield
    sa.event.remove(database.engine, "before_cursor_execute", tell)


@pytest.fixture
def days(database: Database, slack: FakeSlack, server: Server, content: Content, tmp_path: Path) -> Iterator[Days]:
    """Friday noon: Ana has a case and has answered it."""
    away = Database(f"sqlite:///{tmp_path}")
    with door(database, slack, server, content, away) as bot:
        found = Days(bot, slack)
        with clock_handed_in(database, found):
            case = bot.report()
            bot.send(press(Press.TAKE, case.id))
            yield found
    away.close()


@pytest.fixture
def granted(days: Days) -> Offered:
    """40 euros that Ana may give without asking: two working days to hand them over, until Tuesday noon."""
    bot, wanted = days.bot, Wanted("refund", parse("40 EUR"), loss=parse("200 EUR"), reason="late")
    with bot.database.transaction() as session:
        made = make_offer(
            session,
            bot.house.content(),
            TEAM,
            bot.case().id,
            wanted,
            source="form:1",
            approvals=None,
            agent="Ana",
            by=ANA,
            role=Role.AGENT,
            now=days.at,
        )
    assert isinstance(made, Made)
    return made.offered


def pressed(message: dict[str, Any], action: Press, value: object) -> dict[str, Any]:
    """A press on a button of a message that stands in Slack; fails if it has no such button."""
    assert [action, str(value)] in [
        [element["action_id"], element["value"]]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    payload = press(action, value)
    payload["message"] = {**payload.get("message", {}), "ts": message["ts"], "blocks": message["blocks"]}
    return payload


def test_what_was_granted_is_reminded_of_at_its_hours_until_the_customer_has_it(days: Days, granted: Offered) -> None:
    days.until(10, 12.1)
    told = days.about("Refund of 40.00 EUR")
    assert [(when, what) for when, what, _ in told] == [("Mon 16:15", "Due soon"), ("Tue 12:00", "Due now")]
    for _, _, args in told:
        assert f"<@{ANA}>: Refund of 40.00 EUR for Jane Doe" in str(args["blocks"])
        assert args["thread_ts"] == days.bot.case().complaint.thread_ts
    shown = [one for one in days.bot.slack.ours() if one["text"].startswith("Due now: R-1001: Refund")]
    assert len(shown) == 1
    assert message_faults(shown[0]["text"], shown[0]["blocks"]) == []
    days.bot.send(pressed(shown[0], Press.GIVEN, granted.id))
    assert days.bot.send(submit(days.bot.slack.views[-1], payment="PAY-77")).text == ""
    days.until(12, 18)
    assert len(days.about("Refund of 40.00 EUR")) == 2, "it is done: no lead hears of it and no digest says it"
    [edited] = [one for one in days.bot.slack.ours() if one["ts"] == shown[0]["ts"]]
    assert "is done" in edited["text"]
    assert "offer:done" in days.bot.happened()


def test_what_nobody_hands_over_goes_to_a_lead_and_then_into_each_digest(days: Days, granted: Offered) -> None:
    days.until(11, 9)
    told = days.about("Refund of 40.00 EUR")
    assert [(when, what) for when, what, _ in told] == [
        ("Mon 16:15", "Due soon"),
        ("Tue 12:00", "Due now"),
        ("Tue 16:00", "For a lead"),
    ]
    assert f"<@{LENA}>" in str(told[-1][2]["blocks"])
    assert f"<@{ANA}>" not in str(told[-1][2]["blocks"])
    digests = [
        (when, args) for when, what, args in days.about("Follow-ups of the day") if args["channel"] == COMPLAINTS
    ]
    assert [when for when, _ in digests] == ["Mon 08:45", "Tue 08:45", "Wed 08:45"]
    assert "Refund of 40.00 EUR for Jane Doe" in str(digests[-1][1]["blocks"])


def test_a_lead_who_is_not_to_be_disturbed_hears_of_it_afterwards_and_once(
    days: Days, slack: FakeSlack, granted: Offered
) -> None:
    five = datetime(2026, 3, 10, 17, tzinfo=LONDON)
    slack.rest[LENA] = {"snooze_enabled": True, "snooze_endtime": five.timestamp()}
    days.until(10, 18)
    told = days.about("Refund of 40.00 EUR")
    assert [(when, what) for when, what, _ in told][2:] == [("Tue 17:00", "For a lead")]
    assert f"<@{LENA}>" in str(told[-1][2]["blocks"])


def test_what_is_taken_back_is_not_reminded_of(days: Days, granted: Offered) -> None:
    days.until(9, 12)
    days.bot.send(press(Press.WITHDRAW, granted.id))
    days.until(12, 18)
    assert days.about("Refund of 40.00 EUR") == []
