"""Who may lower a critical case, and which steps a reply ticks."""

import pytest

from bot.domain.case import Status, may_lower_severity, may_say_about, steps_after_reply
from bot.domain.taxonomy import Severity
from bot.domain.team import Role
from bot.domain.template import RECOVERY_STEPS
from tests.builders import a_case, details

S1, S2, S3, S4 = Severity


@pytest.mark.parametrize(
    ("before", "after", "role", "may"),
    [
        (S4, S3, Role.LEAD, True),
        (S4, S3, Role.MANAGER, True),
        (S4, S3, Role.AGENT, False),
        (S4, S3, None, False),
        (S4, S1, Role.AGENT, False),
        (S4, S4, Role.AGENT, True),
        (S3, S1, Role.AGENT, True),
        (S3, S1, None, True),
        (S3, S4, Role.AGENT, True),
        (S1, S4, None, True),
    ],
)
def test_only_a_lead_or_above_lowers_a_critical_case(
    before: Severity, after: Severity, role: Role | None, may: bool
) -> None:
    assert may_lower_severity(before, after, role) is may


@pytest.mark.parametrize(
    ("before", "after", "by", "role", "may"),
    [
        (None, "U0ANA", "U0BEN", None, True),
        ("U0ANA", "U0ANA", "U0BEN", None, True),
        ("U0ANA", None, "U0LENA", Role.LEAD, True),
        ("U0ANA", "U0BEN", "U0LENA", Role.LEAD, True),
        ("U0ANA", None, "U0BEN", Role.SENIOR, False),
        ("U0ANA", None, "U0ANA", Role.AGENT, False),
        ("U0LENA", None, "U0LENA", Role.LEAD, False),
    ],
)
def test_whom_a_complaint_is_about_is_taken_back_by_another_lead(
    before: str | None, after: str | None, by: str, role: Role | None, may: bool
) -> None:
    assert may_say_about(before, after, by, role) is may


@pytest.mark.parametrize(
    ("had", "parts", "has"),
    [
        ([], ["acknowledge"], ["acknowledge"]),
        (
            [],
            ["acknowledge", "apologise", "own", "offer_options"],
            ["acknowledge", "apologise", "own", "offer_options"],
        ),
        ([], ["next_step", "thanks"], []),
        ([], [], []),
        (["document"], ["own"], ["document", "own"]),
        (["own"], [], ["own"]),
        (["own"], ["own"], ["own"]),
    ],
)
def test_a_reply_ticks_the_steps_it_holds_and_takes_none_back(had: list[str], parts: list[str], has: list[str]) -> None:
    assert steps_after_reply(had, parts) == frozenset(has)


def test_what_a_reply_ticks_are_steps_that_the_card_shows() -> None:
    everything = ["acknowledge", "apologise", "own", "offer_options", "next_step", "thanks"]
    assert steps_after_reply([], everything) <= {step.key for step in RECOVERY_STEPS}


def test_a_case_is_called_by_its_number() -> None:
    assert a_case(number=1042).reference == "R-1042"


@pytest.mark.parametrize(
    ("field", "words"),
    [("category", ("late", "days late")), ("severity", ()), ("customer", None)],
)
def test_a_guess_shows_its_words_and_what_people_set_shows_none(field: str, words: tuple[str, ...] | None) -> None:
    about = details(guessed=(("category", ("late", "days late")), ("severity", ())))
    assert about.words_for(field) == words


def test_states_read_as_the_card_says_them() -> None:
    assert [status.value for status in Status] == ["open", "answered", "resolved"]
