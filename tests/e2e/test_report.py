"""A complaint is posted; within seconds its thread holds one case card with a reply draft."""

import re
from collections.abc import Iterator

import pytest

from bot.local_slack import shown
from tests.e2e.desk import Desk

pytestmark = pytest.mark.e2e


@pytest.fixture(params=["desk", "http_desk"], ids=["socket", "http"])
def any_desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    yield request.getfixturevalue(request.param)


def test_a_report_gets_one_card_with_a_reference_and_a_draft(any_desk: Desk) -> None:
    report = any_desk.report("Mia Berg, order 4711: her parcel is five days late. She is very upset.")
    card = any_desk.card(report, seconds=5)
    first_line, *rest = shown(card).splitlines()
    assert re.search(r"\bR-\d{4,}\b", first_line)
    assert re.search(r"\b(sorry|apologi[sz]e)\b", "\n".join(rest), re.IGNORECASE), "the draft apologises"
    labels = {
        element["text"]["text"]
        for block in card["blocks"]
        for element in block.get("elements", [])
        if element["type"] == "button"
    }
    assert {"Use this", "Edit", "Another", "Mark as sent", "Take case", "Resolve"} <= labels
    assert card["text"].strip(), "a notification needs words"


def test_each_report_has_a_case_of_its_own(any_desk: Desk) -> None:
    reports = [any_desk.report(f"Order {n}: the parcel arrived damaged.", user="ben") for n in (5001, 5002, 5003)]
    references = {re.search(r"R-\d+", shown(any_desk.card(report)))[0] for report in reports}
    assert len(references) == 3
    assert [len(any_desk.slack.replies(report)) for report in reports] == [1, 1, 1]


def test_a_reply_in_the_thread_opens_no_case(any_desk: Desk) -> None:
    report = any_desk.report("Order 5010 was never delivered, the customer is angry.")
    any_desk.card(report)
    any_desk.slack.post("ben", "complaints", "I know this customer, order 4000 was late as well.", thread=report["ts"])
    after = any_desk.report("Order 5011: wrong size delivered.")
    any_desk.card(after)
    assert len(any_desk.slack.replies(report)) == 1


def test_other_channels_are_left_alone(any_desk: Desk) -> None:
    message = any_desk.slack.post("ana", "general", "The parcel for the office is five days late.")
    any_desk.card(any_desk.report("Order 5020: the parcel is late."))
    assert not any_desk.slack.replies(message, "general")
