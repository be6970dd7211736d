"""A case without an owner is suggested to whoever on duty has the fewest open cases, and given to them."""

from typing import Any

import pytest

from bot.domain.case import Case
from bot.domain.duty import Suggestion
from bot.flows.duty import assign_suggested, suggestion
from bot.flows.outcome import GONE, Refused
from tests.builders import WORKSPACE, a_case, details
from tests.flows.story import ANA, BEN, LENA, Story

DESK = (ANA, BEN)


def suggested(story: Story, *on_duty: str) -> Suggestion | None:
    with story.database.reading() as session:
        return suggestion(session, a_case(), on_duty)


def assign(story: Story, case: Case, *, on_duty: tuple[str, ...] = DESK, by: str = LENA) -> Any:
    return story.do(assign_suggested, story.content, WORKSPACE, case.id, on_duty=on_duty, by=by)


def several(story: Story, count: int) -> list[Case]:
    return [story.open(source=f"message:C0:{number}") for number in range(count)]


def test_the_fewest_open_cases_count_and_resolved_ones_do_not(story: Story) -> None:
    first, second, third, _ = several(story, 4)
    assert suggested(story, *DESK) == Suggestion(ANA, 0)
    story.take(first, by=ANA)
    assert suggested(story, *DESK) == Suggestion(BEN, 0)
    story.take(second, by=BEN)
    story.take(third, by=BEN)
    assert suggested(story, *DESK) == Suggestion(ANA, 1)
    story.resolve(second, by=BEN)
    story.resolve(third, by=BEN)
    assert suggested(story, *DESK) == Suggestion(BEN, 0)
    assert suggested(story) is None


def test_of_equals_it_is_the_one_who_was_not_given_the_latest_case(story: Story) -> None:
    first, second = several(story, 2)
    story.take(first, by=BEN)
    story.take(second, by=ANA)
    assert suggested(story, *DESK) == Suggestion(BEN, 1)
    story.resolve(first, by=BEN)
    story.resolve(second, by=ANA)
    assert suggested(story, *DESK) == Suggestion(BEN, 0)


def test_cases_of_another_workspace_weigh_nothing(story: Story) -> None:
    case = story.open("T0OTHER")
    story.take(case, by=ANA, workspace="T0OTHER")
    assert suggested(story, *DESK) == Suggestion(ANA, 0)


def test_the_case_goes_to_whom_it_is_suggested_to_now(story: Story) -> None:
    first, second = several(story, 2)
    story.take(first, by=ANA)
    before = story.card_revision(second)
    assert assign(story, second).owner == BEN
    assert story.actions(second)[-1] == "case:assigned"
    assert story.card_revision(second) > before


@pytest.mark.parametrize(("by", "why"), [(LENA, "<@U0ANA> already has R-1001."), (ANA, "You already have R-1001.")])
def test_a_case_that_somebody_has_by_now_stays_theirs(story: Story, by: str, why: str) -> None:
    [case] = several(story, 1)
    story.take(case, by=ANA)
    log = len(story.log())
    assert assign(story, case, on_duty=(BEN,), by=by) == Refused(why)
    assert (story.card(case).case.owner, len(story.log())) == (ANA, log)


def test_what_cannot_be_assigned_says_why(story: Story) -> None:
    resolved, waiting = several(story, 2)
    story.resolve(resolved)
    assert assign(story, resolved) == Refused("R-1001 is resolved. Reopen it first if there is more to do.")
    assert assign(story, waiting, on_duty=()) == Refused(
        "Nobody is on duty now. Take R-1002 yourself with *Take case*."
    )
    assert story.card(waiting).case.owner is None
    assert story.do(assign_suggested, story.content, WORKSPACE, 999, on_duty=DESK, by=LENA) == GONE


def test_a_case_is_not_suggested_to_the_colleague_it_is_about(story: Story) -> None:
    with story.database.reading() as session:
        found = suggestion(session, a_case(details=details(about=ANA)), DESK)
        assert found is not None
        assert found.who == BEN
        assert suggestion(session, a_case(details=details(about=ANA)), (ANA,)) is None
