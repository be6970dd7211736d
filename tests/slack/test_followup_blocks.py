"""Reminders, the digest, the forms about a follow-up and the App Home, as Slack gets them.

After a change that is meant, `AMENDS_WRITE_GOLDEN=1 pytest tests/slack/test_followup_blocks.py` writes the golden files
anew; read their diff before you commit it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.authority import Budget, allowance
from bot.domain.case import Case, Status
from bot.domain.followup import Kind, Stage, State
from bot.domain.offer import OfferState
from bot.domain.reminders import Toll
from bot.domain.team import Role
from bot.flows.followups import Due, Owed
from bot.flows.home import Home, Team
from bot.flows.reminders import Digest, Nudge
from bot.flows.waiting import Waiting
from bot.slack.blocks import followups, home
from bot.store.followups import Kept
from tests.builders import a_policy, a_rule, an_offered, spent
from tests.slack.limits import message_faults, page_faults, view_faults
from tests.slack.looks import golden_names, is_golden
from tests.slack.test_blocks import AT, DUE, a_case, a_draft


def owed(kind: Kind, due: timedelta, *, key: int, case: Case, **given: Any) -> Owed:
    """Something owed on a case, due so long after noon."""
    values: dict[str, Any] = {"id": key, "due_at": AT + due, "kind": kind, "case_id": case.id, **given}
    return Owed(Kept(replace(DUE, **values), "T0AMENDS01"), case)


HOUR = timedelta(hours=1)
MINE = a_case(owner="U0ANAAGENT")
NOBODYS = a_case(id=8, number=1043)
ASKED = a_case(id=9, number=1044, owner="U0BENAGENT", waiting_since=AT - 9 * HOUR)
FIXED = a_case(id=10, number=1045, owner="U0ANAAGENT", status=Status.RESOLVED, tries=1, resolved_at=AT)
LATE = owed(Kind.FIRST_REPLY, -3 * HOUR, key=21, case=MINE)
TODAY = owed(Kind.FIRST_REPLY, HOUR, key=22, case=NOBODYS)
PAUSED = owed(Kind.UPDATE, 9 * HOUR, key=23, case=ASKED, state=State.PAUSED)
CHECK = owed(Kind.CHECK, 2 * HOUR, key=24, case=FIXED)
GRANTED = owed(Kind.FULFILMENT, 3 * HOUR, key=25, case=MINE, about="refund of 40.00 EUR", number=31)
WAITING = [
    Waiting(an_offered(id=32, state=OfferState.FROZEN, deadline=None), MINE, None),
    Waiting(an_offered(id=33, by="U0ANAAGENT"), MINE, ("C0APPROVAL", "1772800009.000100")),
    Waiting(an_offered(id=34, state=OfferState.COUNTERED, decided_by="U0LENALEAD"), NOBODYS, None),
]
DIGEST = Digest([LATE], [TODAY, CHECK, GRANTED], [PAUSED], [], WAITING, is_late=False)
DUTIES: dict[str, Callable[[], dict[str, Any]]] = {
    "digest": lambda: message(followups.digest(DIGEST, name=NAMES, link=LINK, now=AT, marker="notice-5")),
    "digest-all-done": lambda: message(
        followups.digest(Digest([], [], [], [], [], is_late=False), name=NAMES, link=LINK, now=AT, marker="notice-5")
    ),
    "reminder-of-nobodys-case": lambda: message(
        followups.reminder(
            Nudge(TODAY, a_draft(), None),
            Stage.WARNING,
            call="<!subteam^S0EVENING>",
            link=None,
            now=AT,
            marker="notice-6",
        )
    ),
    "reminder-for-a-lead": lambda: message(
        followups.reminder(
            Nudge(LATE, None, None),
            Stage.LEAD,
            call="<@U0LENALEAD>",
            owner="Ana Agent",
            link="https://example.slack.com/archives/C0/p1",
            now=AT,
            marker="notice-6",
        )
    ),
    "form-unreachable": lambda: followups.unreachable_form(LATE, "5", most_tries=2, may_close=False),
    "form-unreachable-for-a-lead": lambda: followups.unreachable_form(CHECK, "home", most_tries=None, may_close=True),
    "form-done-with-a-check": lambda: followups.done_form(CHECK, "5"),
    "home-of-an-agent": lambda: a_page(Role.AGENT, Due([LATE], [CHECK, GRANTED], [], [])),
    "home-of-a-lead": lambda: a_page(
        Role.LEAD,
        Due([], [], [], []),
        waiting=WAITING[:2],
        cases=[],
        team=Team(2, [LATE], Decimal(120), Toll(41, 97, 17, 9)),
    ),
    "home-of-a-stranger": lambda: a_page(None, Due([], [], [], []), cases=[], unowned=[]),
}
"""What follow-ups look like: messages, forms and pages."""


def NAMES(person: str) -> str:
    return {"U0ANAAGENT": "Ana Agent", "U0BENAGENT": "Ben Agent", "U0LENALEAD": "Lena Lead"}.get(person, "somebody")


def LINK(place: tuple[str, str]) -> str:
    return f"https://example.slack.com/archives/{place[0]}/p{place[1].replace('.', '')}"


def message(drawn: tuple[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {"text": drawn[0], "blocks": drawn[1]}


def a_page(role: Role | None, mine: Due, **given: Any) -> dict[str, Any]:
    policy = a_policy(budget=Budget(a_rule("team"), Decimal(5000), Decimal(80)))
    gave = spent(today={"refund": "120"}, month="1800")
    values: dict[str, Any] = {
        "mine": mine,
        "waiting": [],
        "unowned": [NOBODYS],
        "cases": [MINE],
        "role": role,
        "may_offer": allowance(gave, policy, AT, by="U0ANAAGENT", role=role),
    }
    return home.home(Home(**{**values, **given}), policy=policy, name=NAMES, link=LINK, now=AT)


@pytest.mark.parametrize("name", DUTIES)
def test_a_duty_looks_as_agreed(name: str) -> None:
    drawn = DUTIES[name]()
    faults = message_faults(drawn["text"], drawn["blocks"]) if "text" in drawn else []
    faults += view_faults(drawn) if drawn.get("type") == "modal" else []
    faults += page_faults(drawn) if drawn.get("type") == "home" else []
    assert faults == []
    is_golden(f"followups/{name}", drawn)


def test_every_golden_file_is_compared_with_something() -> None:
    assert golden_names("followups") == {*DUTIES}


def test_a_digest_of_everything_at_its_fullest_fits() -> None:
    full = Digest([LATE] * 90, [TODAY] * 90, [PAUSED] * 90, [CHECK] * 90, WAITING * 30, is_late=False)
    for several in (full, replace(full, overdue=[LATE], due_today=[TODAY], waiting=[PAUSED])):
        drawn = message(followups.digest(several, name=NAMES, link=LINK, now=AT, marker="notice-5"))
        assert message_faults(drawn["text"], drawn["blocks"]) == []
        assert 40 < len(drawn["blocks"]) <= 50
