"""Offers as a lead types them to try the limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.authority.words import WordsError, offer_in_words
from bot.domain.triage import RiskFinder, Triager
from tests.builders import a_policy

POLICY = a_policy()
TRIAGE = Triager(RiskFinder([]), None).triage
REST = "S2 moderate; loss not known; customer known"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            "80 EUR refund on a late delivery, S2, agent",
            f"80.00 EUR as refund, offered by agent; Delivery: late; {REST}",
        ),
        ("refund 80, late delivery, by a senior", f"80.00 EUR as refund, offered by senior; Delivery: late; {REST}"),
        ("€80 refund, late delivery, lead", f"80.00 EUR as refund, offered by lead; Delivery: late; {REST}"),
        (
            "80 euros refund, late delivery, nobody",
            f"80.00 EUR as refund, offered by somebody without a role; Delivery: late; {REST}",
        ),
        ("80 usd refund, delivery.late", f"80.00 USD as refund, offered by agent; Delivery: late; {REST}"),
        ("80 dollars refund, delivery.late", f"80.00 USD as refund, offered by agent; Delivery: late; {REST}"),
        ("20 EUR credit for a rude agent", f"20.00 EUR as credit, offered by agent; Manner of service: rude; {REST}"),
        (
            "20 EUR credit, the refund was late",
            f"20.00 EUR as credit, offered by agent; Billing: refund is late; {REST}",
        ),
        (
            "80 EUR refund, S3, charged twice, paid 120 EUR",
            "80.00 EUR as refund, offered by agent; Billing: charged twice; S3 serious; loss 120.00 EUR; "
            "customer known",
        ),
        (
            "replacement, kettle broken, loss 60 EUR, unknown customer",
            "replacement, offered by agent; Product: defective; S2 moderate; loss 60.00 EUR; customer not known",
        ),
        (
            "10 EUR refund, delivery.late, legal threat, reason late, about me",
            f"10.00 EUR as refund, offered by agent; Delivery: late; {REST}; risk: Legal threat; "
            "the complaint is about the person who offers; reason: Late",
        ),
    ],
)
def test_what_is_understood(typed: str, says: str) -> None:
    found = offer_in_words(typed, POLICY, TRIAGE)
    assert (found.says, found.ignored) == (says, ())


def test_words_that_mean_nothing_are_named() -> None:
    assert offer_in_words("15 EUR refund, xyzzy plugh", POLICY, TRIAGE).ignored == ("xyzzy", "plugh")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("80 EUR", "no kind of amends is named: write one of refund, credit, fee waiver, replacement, gift"),
        ("refund -40 EUR", "'-40 EUR' is no sum: write it like 40.00 EUR"),
        ("refund 0 EUR", "0.00 EUR is nothing: write more than zero"),
        ("refund 1.234 EUR", "1.234 can be read in two ways: write it without the dot or comma, or with two decimals"),
        (
            "40 EUR refund, delivery.lost",
            "'delivery.lost' is no category: write one such as delivery.late, or say what happened",
        ),
    ],
)
def test_words_that_say_too_little_are_refused(typed: str, message: str) -> None:
    with pytest.raises(WordsError) as error:
        offer_in_words(typed, POLICY, TRIAGE)
    assert str(error.value) == message


@given(
    st.text()
    | st.lists(st.sampled_from(["refund", "80", "EUR", "-", ",", "S9", "lost", "by a lead", "€", "gift", "."])).map(
        " ".join
    )
)
def test_any_text_is_an_offer_or_refused(text: str) -> None:
    try:
        assert offer_in_words(text, POLICY, TRIAGE).says
    except WordsError as error:
        assert str(error)
