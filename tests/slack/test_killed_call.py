"""The bot is killed while it calls the next lead for a risk: started again it calls them once, and the next in time."""

import os
import shutil
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.content.bundle import load
from bot.flows.cards import CALL
from bot.processes import Child, wait_until
from bot.settings import ROOT
from bot.store.db import Database
from bot.store.tables import alert_calls, alerts, audit, lanes, notices
from tests.slack.fake_slack import ANA, BEN, LENA, FakeSlack, Fault, Server, cut
from tests.slack.recorded import Door, door
from tests.slack.test_killed_reminder import the_lease_ends

LEADS = "C0LEADSCHN"
PATIENCE = 90
TEAM_FILE = """\
people:
  - {who: ana@example.com, role: agent}
  - {who: ben@example.com, role: lead}
  - {who: lena@example.com, role: lead}
on_duty: [{who: ben@example.com}]
on_call: [lena@example.com]
"""


@pytest.fixture
def slack() -> FakeSlack:
    workspace = FakeSlack()
    workspace.channels[LEADS] = "leads"
    return workspace


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """The shipped policies with a team that has an order."""
    folder = shutil.copytree(ROOT / "policies", tmp_path / "policies")
    (folder / "team.yml").write_text(TEAM_FILE, encoding="utf-8")
    return folder


@pytest.fixture
def bot(database: Database, slack: FakeSlack, server: Server, policies: Path) -> Iterator[Door]:
    with door(database, slack, server, load(ROOT / "responses", policies), database) as opened:
        yield opened


def dies_at_the_post(worker: Child, slack: FakeSlack, *, after: bool) -> None:
    """Have the bot killed when it posts to the leads; what it had on its way then is never answered."""
    real, condemned = slack.answer, worker.pid

    def answer(asked: str, args: dict[str, Any]) -> tuple[Fault | None, dict[str, Any]]:
        if worker.pid != condemned or asked != "chat.postMessage" or args.get("channel") != LEADS:
            return real(asked, args)
        if after:
            real(asked, args)
        os.kill(condemned, signal.SIGKILL)
        return cut(works=False), {}

    slack.answer = answer  # type: ignore[method-assign]


def the_clock_runs_out(bot: Door) -> None:
    """Nobody answered the call that was made, and the next one is due by the database's clock."""
    past = datetime(2026, 1, 1, tzinfo=UTC)
    with bot.database.transaction() as session:
        session.execute(sa.update(alerts).values(raised_at=past))
        session.execute(sa.update(alert_calls).values(next_at=past))
        session.execute(sa.update(notices).where(notices.c.kind == CALL).values(due_at=past))
        session.execute(sa.update(lanes).values(post_at=past))


def called(bot: Door) -> list[list[str]]:
    texts = [message["blocks"][0]["text"]["text"] for message in bot.slack.ours(LEADS)]
    return [[who for who in (ANA, BEN, LENA) if f"<@{who}>" in text] for text in texts]


@pytest.mark.parametrize("after", [False, True], ids=["before the post", "after the post"])
def test_the_next_lead_is_called_once_wherever_the_bot_died(bot: Door, worker: Child, after: bool) -> None:
    bot.report("Customer Jane Doe: the heater of order 10412 caught fire.")
    bot.deliver()
    assert called(bot) == [[BEN]]
    the_clock_runs_out(bot)
    worker.start()
    dies_at_the_post(worker, bot.slack, after=after)
    wait_until(lambda: worker.exit_code, PATIENCE, "the bot is killed")
    assert worker.exit_code == -signal.SIGKILL, worker.last_lines()
    assert len(called(bot)) == 1 + after
    the_lease_ends(bot)

    worker.start()
    wait_until(lambda: said(bot) >= {"1"}, PATIENCE, "the call is made")
    worker.stop()
    assert called(bot) == [[BEN], [LENA]]
    assert [(row.number, row.called) for row in sorted(bot.rows(alert_calls))] == [(0, [BEN]), (1, [LENA])]
    assert [row.action for row in bot.rows(audit)].count("alert:called") == 2
    [last] = [row for row in bot.rows(notices) if row.subject == "1:2"]
    assert last.state == "pending"
    assert timedelta(minutes=10) < last.due_at - datetime.now(UTC) <= timedelta(minutes=15)


def said(bot: Door) -> set[str]:
    return {row.subject for row in bot.rows(notices) if row.kind == CALL and row.state == "delivered"}
