"""The process dies between a press on Approve and the card, at every step: one decision, one card, and it is true."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.content.bundle import Content
from bot.domain.audit import first_broken
from bot.flows.receipts import Proof
from bot.slack.ids import Press
from bot.store import audit as log
from bot.store.db import Database
from bot.store.tables import approvals, notices, offers
from tests.slack.dies import STEPS, another_dies, the_lease_ends
from tests.slack.fake_slack import LENA, TEAM, FakeSlack, Server
from tests.slack.recorded import Door, door, press, submit

APPROVALS = "C0APPROVAL"


@pytest.fixture
def slack() -> FakeSlack:
    workspace = FakeSlack()
    workspace.channels[APPROVALS] = "approvals"
    return workspace


@pytest.fixture
def bot(database: Database, slack: FakeSlack, server: Server, content: Content, tmp_path: Path) -> Iterator[Door]:
    """The door on either database, with 80 euros that wait for a lead and their card in Slack."""
    with door(database, slack, server, content, database) as opened:
        opened.report()
        opened.send(press(Press.OFFER, opened.case().id))
        opened.send(submit(slack.views[-1], offer__amount="80", offer__loss="200", offer__reason="late"))
        # The clock of the tests stands in the past: what is set for later hours must not come now.
        with database.transaction() as session:
            later = datetime(2100, 1, 1, tzinfo=UTC)
            session.execute(sa.update(notices).where(notices.c.kind == "offer-clock").values(due_at=later))
        opened.deliver()
        assert len(slack.ours(APPROVALS)) == 1
        yield opened


@pytest.mark.parametrize("step", STEPS)
def test_one_decision_and_a_true_card_wherever_the_process_died(bot: Door, step: str) -> None:
    [offer] = bot.rows(offers)
    pressed = press(Press.APPROVE, offer.id, by=LENA)
    another_dies(bot, step, pressed)
    committed = STEPS.index(step) >= STEPS.index("after the commit")
    [row] = bot.rows(offers)
    assert row.state == ("approved" if committed else "pending")

    the_lease_ends(bot)
    assert bot.send(pressed).status == 200, "the person saw an error, and presses again"
    told = [whisper["text"] for whisper in bot.slack.whispers]
    assert told == ([f"This offer is approved already by <@{LENA}>. Nothing was changed."] if committed else [])
    bot.deliver()

    [row] = bot.rows(offers)
    assert (row.state, row.decided_by) == ("approved", LENA)
    assert len(bot.rows(approvals)) == 1
    assert bot.happened().count("offer:approved") == 1
    [card] = bot.slack.ours(APPROVALS)
    assert f"<@{LENA}>" in json.dumps(card)
    assert not [block for block in card["blocks"] if block["type"] == "actions"]
    assert holds(bot)


def holds(bot: Door) -> bool:
    """Whether the log is whole and every decision in it comes out the same again."""

    def proof(session: Any) -> bool:
        [(_, seq, digest)] = log.workspaces_known(session)
        whole = first_broken(log.entries_of(session, TEAM), last_seq=seq, last_hash=digest) is None
        return whole and Proof(session, TEAM).faults == []

    with bot.database.reading() as session:
        return proof(session)
