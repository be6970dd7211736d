"""The process dies after a report was acknowledged, before or while it is read: one case, one draft, one card."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.content.bundle import Content
from bot.domain.audit import first_broken
from bot.settings import ROOT
from bot.store import audit as log
from bot.store.db import Database
from bot.store.tables import cases, drafts, follow_ups, lanes
from tests.slack.dies import OF_A_REPORT
from tests.slack.fake_slack import TEAM, FakeSlack, Server
from tests.slack.recorded import Door, door, recorded


@pytest.fixture
def bot(database: Database, slack: FakeSlack, server: Server, content: Content) -> Iterator[Door]:
    """The process that is started after the other died."""
    with door(database, slack, server, content, database) as opened:
        yield opened


@pytest.mark.parametrize("step", OF_A_REPORT)
def test_an_acknowledged_report_has_its_card_once_wherever_the_process_died(bot: Door, step: str) -> None:
    url = bot.database.url.render_as_string(hide_password=False)
    child = subprocess.run(
        [sys.executable, "-m", "tests.slack.dies", url, bot.server.url, step],
        input=json.dumps(recorded("message")).encode(),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert child.returncode == 9, child.stderr.decode()
    is_read = OF_A_REPORT.index(step) >= OF_A_REPORT.index("after the reading is committed")
    assert bot.case().is_read is is_read
    assert len(bot.rows(drafts)) == is_read
    assert len(bot.slack.ours()) == (step == "after the card was posted")

    bot.read()
    with bot.database.transaction() as session:
        past = datetime(2026, 1, 1, tzinfo=UTC)
        session.execute(sa.update(lanes).values(free_at=past, post_at=past))
    bot.deliver()

    [card] = bot.slack.ours()
    case = bot.case()
    assert case.is_read
    assert case.reference in json.dumps(card)
    assert [len(bot.rows(table)) for table in (cases, drafts, follow_ups)] == [1, 1, 1]
    assert bot.happened() == ["case:opened", "case:read", "draft:suggested"]
    with bot.database.reading() as session:
        [(_, seq, digest)] = log.workspaces_known(session)
        assert first_broken(log.entries_of(session, TEAM), last_seq=seq, last_hash=digest) is None
