"""A channel that is only listened to: chatter is left alone, a complaint is asked about, and becomes a case."""

import pytest

from bot.local_slack import shown
from bot.processes import wait_until
from tests.e2e.desk import Desk

playwright = pytest.importorskip("playwright.sync_api")

from tests.e2e.browser import act_as, open_page, write  # noqa: E402

pytestmark = pytest.mark.e2e


def test_a_complaint_is_asked_about_and_opened_by_its_author(desk: Desk, chromium: str) -> None:
    expect = playwright.expect
    with open_page(chromium, desk.slack.url) as page:
        act_as(page, "Ana Alvarez", "support")
        write(page, "Who is in the office on Monday?")
        complaint = "Mia Berg is furious: order 4711 arrived broken and nobody answers her."
        write(page, complaint)
        question = page.locator(".messages .msg", has_text="Open a case?")
        expect(question).to_have_count(1)
        question.get_by_role("button", name="Open case", exact=True).click()
        report = next(one for one in desk.slack.messages("support") if one["text"] == complaint)
        card = wait_until(lambda: desk.slack.replies(report, "support"), 10, "A card under the message")[0]
        assert "R-1" in shown(card)
