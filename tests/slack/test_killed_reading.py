"""The process dies after a report was acknowledged, before or while it is read: one case, one draft, one card."""

import json
from collections.abc import Iterator

import pytest

from bot.content.bundle import Content
from bot.domain.audit import first_broken
from bot.store import audit as log
from bot.store.db import Database
from bot.store.tables import cases, drafts, follow_ups
from tests.slack.dies import OF_A_REPORT, another_dies, the_lease_ends
from tests.slack.fake_slack import TEAM, FakeSlack, Server
from tests.slack.recorded import Door, door, recorded


@pytest.fixture
def bot(database: Database, slack: FakeSlack, server: Server, content: Content) -> Iterator[Door]:
    """The process that is started after the other died."""
    with door(database, slack, server, content, database) as opened:
        yield opened


@pytest.mark.parametrize("step", OF_A_REPORT)
def test_an_acknowledged_report_has_its_card_once_wherever_the_process_died(bot: Door, step: str) -> None:
    another_dies(bot, step, recorded("message"))
    is_read = OF_A_REPORT.index(step) >= OF_A_REPORT.index("after the reading is committed")
    assert bot.case().is_read is is_read
    assert len(bot.rows(drafts)) == is_read
    assert len(bot.slack.ours()) == (step == "after the card was posted")

    bot.read()
    the_lease_ends(bot)
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
