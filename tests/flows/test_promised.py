"""A reply states only amends that are decided on its case."""

from decimal import Decimal

import pytest

from bot.content.bundle import Content
from bot.domain.promise import Approved
from bot.flows import promised, violations
from bot.flows.promised import unapproved_in
from bot.flows.violations import Blocked
from tests.builders import NOW, a_case
from tests.flows.story import Story

REFUND = "I am sorry that your order is late. I will refund 80 euros today."
EIGHTY = Approved("refund", Decimal(80), "EUR")


def approved(monkeypatch: pytest.MonkeyPatch, *given: Approved) -> None:
    """From here on this is decided on every case."""
    for module in (promised, violations):
        monkeypatch.setattr(module, "given_on", lambda session, case: given)


def test_with_nothing_approved_a_stated_sum_is_named_with_what_to_do() -> None:
    [found] = unapproved_in(REFUND, a_case(number=1042), (), now=NOW)
    assert found.words == "80 euros"
    assert found.why == (
        "This reply promises 80.00 EUR as a refund, and nothing is approved on R-1042. "
        "Offer amends first, or take it out of the reply."
    )


@pytest.mark.parametrize(
    ("given", "is_covered"),
    [((EIGHTY,), True), ((Approved("refund", Decimal("79.99"), "EUR"),), False), ((Approved("gift"),), False)],
)
def test_a_stated_sum_is_held_against_what_is_decided(given: tuple[Approved, ...], is_covered: bool) -> None:
    assert (unapproved_in(REFUND, a_case(), given, now=NOW) == ()) is is_covered


def test_a_sign_that_several_currencies_share_is_read_as_the_decided_one() -> None:
    text = "I have arranged a refund of $80 for you."
    assert unapproved_in(text, a_case(), [Approved("refund", Decimal(80), "CAD")], now=NOW) == ()
    assert unapproved_in(text, a_case(), [Approved("refund", Decimal(80), "EUR")], now=NOW) != ()


def test_a_reply_with_a_sum_nobody_approved_is_not_saved(story: Story) -> None:
    case = story.open()
    before = story.everything()
    answer = story.revise(story.draft(case).id, REFUND)
    assert isinstance(answer, Blocked)
    assert [each.words for each in answer.unapproved] == ["80 euros"]
    assert story.everything() == before


def test_the_same_reply_is_saved_once_the_sum_is_approved(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    case = story.open()
    approved(monkeypatch, EIGHTY)
    assert story.revise(story.draft(case).id, REFUND).text == REFUND


def test_no_shipped_example_is_stopped_by_the_promise_check(content: Content) -> None:
    """A word such as "another one" would read like a replacement, and the agent could not save the draft as it is."""
    for template in content.templates:
        for channel in template.channels:
            for example in content.source(template.id).examples:
                text = content.render(template.id, example.values, channel)
                assert [each.words for each in unapproved_in(text, a_case(), (), now=NOW)] == [], template.id
