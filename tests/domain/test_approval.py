"""Who may decide on an offer, and when it is remembered, passed on and let go."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.approval import (
    Approval,
    Presser,
    Step,
    called_at,
    expires_at,
    is_complete,
    next_after,
    timeline,
    why_not_approve,
    why_not_counter,
    why_not_decide,
)
from bot.domain.authority import PassOn
from bot.domain.money import parse
from bot.domain.team import Role
from tests.builders import NOW, a_policy

POLICY = a_policy()
LENA = Presser("U0LENA", Role.LEAD)


def approval(**given: Any) -> Approval:
    values = {
        "requester": "U0ANA",
        "owner": "U0BEN",
        "needs": Role.LEAD,
        "people": 1,
        "asked_at": NOW,
        "expires_at": NOW + timedelta(hours=24),
    }
    return Approval(**{**values, **given})


PRESSES: list[tuple[dict[str, Any], Presser, timedelta, str | None]] = [
    ({}, LENA, timedelta(), None),
    ({}, replace(LENA, role=Role.MANAGER), timedelta(), None),
    ({}, replace(LENA, role=Role.SENIOR), timedelta(), "This offer needs a lead; you are a senior at the moment."),
    ({}, replace(LENA, role=Role.AGENT), timedelta(), "This offer needs a lead; you are an agent at the moment."),
    (
        {},
        replace(LENA, role=None),
        timedelta(),
        "You have no role in team.yml, so you cannot decide on offers: ask a lead.",
    ),
    ({"requester": "U0LENA"}, LENA, timedelta(), "You made this offer, so somebody else has to decide on it."),
    ({"owner": "U0LENA"}, LENA, timedelta(), "You answer this case, so somebody else has to decide on its offers."),
    (
        {"about": "U0LENA"},
        LENA,
        timedelta(),
        "The complaint is about you, so somebody else has to decide on this offer.",
    ),
    ({"owner": None}, LENA, timedelta(), None),
    (
        {},
        replace(LENA, lent_by="U0ANA"),
        timedelta(),
        "You stand in for somebody who is part of this case, so somebody else has to decide on this offer.",
    ),
    ({}, replace(LENA, lent_by="U0LUIS"), timedelta(), None),
    ({"is_pending": False}, LENA, timedelta(), "This offer is decided already. Nothing was changed."),
    ({}, LENA, timedelta(hours=24, microseconds=-1), None),
    (
        {},
        LENA,
        timedelta(hours=24),
        "The time for this approval is over, so it cannot be decided any more: ask the agent to offer again.",
    ),
]


@pytest.mark.parametrize(("facts", "presser", "later", "reason"), PRESSES)
def test_who_may_press(facts: dict[str, Any], presser: Presser, later: timedelta, reason: str | None) -> None:
    assert why_not_decide(approval(**facts), presser, NOW + later) == reason
    assert why_not_approve(approval(**facts), presser, NOW + later) == reason


def test_where_two_are_needed_nobody_says_yes_twice() -> None:
    one = approval(people=2)
    assert not is_complete(one, LENA)
    second = replace(one, approved_by=("U0LENA",))
    assert why_not_approve(second, LENA, NOW) == "You said yes already. This offer needs the yes of another person too."
    assert why_not_decide(second, LENA, NOW) is None
    luis = Presser("U0LUIS", Role.LEAD)
    assert why_not_approve(second, luis, NOW) is None
    assert is_complete(second, luis)
    assert is_complete(approval(), LENA)


@pytest.mark.parametrize(
    ("sum", "asked", "own", "reason"),
    [
        ("60 EUR", "80 EUR", "60 EUR", None),
        ("60 EUR", "80 EUR", None, None),
        ("80 EUR", "80 EUR", None, None),
        ("60 EUR", None, "60 EUR", None),
        (
            "60.01 EUR",
            "80 EUR",
            "60 EUR",
            "60.01 EUR is more than the 60.00 EUR you may give yourself: write less, or pass it on.",
        ),
        (
            "80.01 EUR",
            "80 EUR",
            None,
            "80.01 EUR is more than the 80.00 EUR that was asked for: write less, or approve.",
        ),
        ("0 EUR", "80 EUR", None, "0.00 EUR is nothing: write more than zero, or decline."),
        ("60 USD", "80 EUR", None, "Write the sum in EUR, as it was asked for."),
        ("60 USD", None, "80 EUR", "Write the sum in EUR, as it was asked for."),
    ],
)
def test_a_counter_offer_stays_below_what_the_presser_may_give(
    sum: str, asked: str | None, own: str | None, reason: str | None
) -> None:
    found = why_not_counter(
        approval(),
        LENA,
        NOW,
        sum=parse(sum),
        asked=parse(asked) if asked else None,
        own_limit=parse(own) if own else None,
    )
    assert found == reason


def test_nobody_counters_who_may_not_decide() -> None:
    found = why_not_counter(
        approval(requester="U0LENA"), LENA, NOW, sum=parse("1 EUR"), asked=parse("80 EUR"), own_limit=None
    )
    assert found == "You made this offer, so somebody else has to decide on it."


def steps(needs: Role, policy: Any = POLICY) -> list[tuple[float, Step, Role]]:
    return [((due.at - NOW) / timedelta(hours=1), due.step, due.role) for due in timeline(needs, NOW, policy)]


def test_an_approval_nobody_answers() -> None:
    assert steps(Role.LEAD) == [
        (0.5, Step.REMIND, Role.LEAD),
        (2, Step.REMIND, Role.LEAD),
        (4, Step.CALL_HIGHER, Role.MANAGER),
        (4.5, Step.REMIND, Role.MANAGER),
        (6, Step.REMIND, Role.MANAGER),
        (24, Step.EXPIRE, Role.MANAGER),
    ]


def test_it_is_not_passed_on_to_who_has_it_already() -> None:
    assert [step for _, step, _ in steps(Role.MANAGER)] == [Step.REMIND, Step.REMIND, Step.EXPIRE]


def test_what_would_come_after_the_end_does_not_happen() -> None:
    approvals = replace(
        POLICY.approvals,
        remind_after=(timedelta(hours=3), timedelta(hours=5)),
        pass_on=(PassOn(timedelta(hours=30), Role.MANAGER),),
    )
    policy = a_policy(approvals=replace(approvals, expires_after=timedelta(hours=4)))
    assert steps(Role.LEAD, policy) == [(3, Step.REMIND, Role.LEAD), (4, Step.EXPIRE, Role.LEAD)]


def test_who_is_called_now_and_what_comes_next() -> None:
    assert expires_at(NOW, POLICY) == NOW + timedelta(hours=24)
    assert called_at(Role.LEAD, NOW, POLICY, NOW + timedelta(hours=4, seconds=-1)) is Role.LEAD
    assert called_at(Role.LEAD, NOW, POLICY, NOW + timedelta(hours=4)) is Role.MANAGER
    dues = timeline(Role.LEAD, NOW, POLICY)
    assert next_after(dues, NOW + timedelta(minutes=30)) == dues[1]
    assert next_after(dues, NOW + timedelta(hours=24)) is None
