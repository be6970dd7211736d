"""A bot that takes a press or a report, reads it, sends what is due, and dies at a step.

`python -m tests.slack.dies URL API STEP`; the payload comes on the standard input.
It ends with 9 where it died and 0 where the step never came.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from bot.content.bundle import load
from bot.flows import outbox, planning, reading
from bot.settings import ROOT
from bot.slack.deliver import Deliverer
from bot.store import audit, offers
from bot.store.db import Database
from bot.store.tables import lanes
from tests.slack.recorded import Door, door

STEPS = (
    "before the offer is locked",
    "before the change",
    "before the commit",
    "after the commit",
    "after the claim",
    "before Slack is told",
    "after Slack was told",
)

OF_A_REPORT = (
    "before the report is read",
    "before the reading is committed",
    "after the reading is committed",
    "before the card is posted",
    "after the card was posted",
)


def another_dies(bot: Door, step: str, payload: dict[str, Any]) -> None:
    """A process of its own takes the payload, beside this bot, and dies at the step."""
    child = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.slack.dies",
            bot.database.url.render_as_string(hide_password=False),
            bot.server.url,
            step,
        ],
        input=json.dumps(payload).encode(),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert child.returncode == 9, child.stderr.decode()


def the_lease_ends(bot: Door) -> None:
    """What the dead process held is free, and the channels may be posted to again."""
    past = datetime(2026, 1, 1, tzinfo=UTC)
    with bot.database.transaction() as session:
        session.execute(sa.update(lanes).values(free_at=past, post_at=past))


def dies(function: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    def wrapper(*given: Any, **named: Any) -> Any:
        if after:
            function(*given, **named)
        os._exit(9)

    return wrapper


def arm(step: str, bot: Door) -> None:
    if step in OF_A_REPORT:
        arm_reading(step)
    elif step == STEPS[0]:
        offers.lock_budget = dies(offers.lock_budget, after=False)
    elif step == STEPS[1]:
        offers.save = dies(offers.save, after=False)
    elif step == STEPS[2]:
        audit.record = dies(audit.record, after=True)
    elif step == STEPS[3]:
        object.__setattr__(bot.house, "wake", lambda: os._exit(9))
    elif step == STEPS[4]:
        outbox.take_next = dies(outbox.take_next, after=False)
    elif step == STEPS[5]:
        Deliverer._update = dies(Deliverer._update, after=False)
    elif step == STEPS[6]:
        Deliverer._update = dies(Deliverer._update, after=True)


def arm_reading(step: str) -> None:
    planning.next_reminder = lambda *_: None  # of the cards alone
    match OF_A_REPORT.index(step):
        case 0:
            reading.read = dies(reading.read, after=False)
        case 1:
            reading.record = dies(reading.record, after=True)
        case 2:
            reading.Reader._record = dies(reading.Reader._record, after=True)
        case place:
            Deliverer._post = dies(Deliverer._post, after=place == 4)


def main(url: str, api: str, step: str) -> None:
    database, payload = Database(url), json.load(sys.stdin)
    content = load(ROOT / "responses", ROOT / "policies")
    with door(database, None, SimpleNamespace(url=api), content, database) as bot:  # type: ignore[arg-type]
        arm(step, bot)
        bot.send(payload)
        bot.deliver()


if __name__ == "__main__":
    main(*sys.argv[1:])
