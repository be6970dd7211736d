"""Three processes press the same buttons at once on one PostgreSQL: no deadlock, one decision each, all sums right."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

import sqlalchemy as sa

from bot.content.bundle import Content
from bot.domain.offer import OfferState
from bot.flows.receipts import Proof
from bot.settings import ROOT
from bot.store import tables
from bot.store.db import Database
from tests.builders import WORKSPACE
from tests.flows.money import Till

PROCESSES, OFFERS = 3, 5


def test_three_processes_at_once_leave_one_decision_for_each_offer(
    fresh: Callable[[str], Database], content: Content
) -> None:
    database = fresh("postgresql")
    till = Till(database, content, content.policy)
    for number in range(OFFERS):
        till.made(till.open(customer=f"Customer No{number}", reference=""), "80 EUR", loss="900 EUR")
    url = database.url.render_as_string(hide_password=False)
    start = time.time() + 6
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.flows.crowd", url, str(seed), str(start)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        for seed in range(PROCESSES)
    ]
    assert [json.loads(process.communicate(timeout=120)[0]) for process in running] == [[]] * PROCESSES

    rows = till.look(lambda session: session.execute(sa.select(tables.offers)).all())
    assert len({row.source for row in rows}) == len(rows)
    answers = till.look(lambda session: session.execute(sa.select(tables.approvals)).all())
    assert len({row.offer_id for row in answers}) == len(answers), "one answer for each offer"
    for row in rows:
        if OfferState(row.state) in (OfferState.APPROVED, OfferState.DECLINED):
            assert row.decided_by is not None
    assert till.broken_link() is None
    assert till.look(lambda session: Proof(session, WORKSPACE).faults) == []
