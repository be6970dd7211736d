"""The whole story as a person sees it, in a browser."""

import re

import pytest

from tests.e2e.desk import Desk

playwright = pytest.importorskip("playwright.sync_api")

from tests.e2e.browser import act_as, field, form, open_page, open_thread, press, write  # noqa: E402

pytestmark = pytest.mark.e2e


def test_from_the_report_to_the_reply_marked_as_sent(desk: Desk, chromium: str) -> None:
    expect = playwright.expect
    with open_page(chromium, desk.slack.url) as page:
        act_as(page, "Ana Alvarez")
        report = write(page, "Mia Berg, order 4711: her parcel is five days late. She is very upset.")
        card = open_thread(page, report)
        expect(card).to_have_count(1)
        expect(card.locator(".blocks")).to_contain_text(re.compile(r"\bR-\d{4,}\b"))

        press(card, "Edit")
        reply = form(page, "Edit reply")
        field(reply, "Reply").fill("Sorry if you were upset. You'll have to wait.")
        press(reply, "Save")
        expect(reply.locator(".modal-error")).to_contain_text("You'll have to")
        expect(reply).to_be_visible()

        mended = "Dear Mia, I am sorry that your parcel is late. I will find it and write to you within two days."
        field(reply, "Reply").fill(mended)
        press(reply, "Save")
        expect(page.locator(".modal")).to_have_count(0)
        expect(card).to_contain_text(mended)

        press(card, "Mark as sent")
        sent = form(page, "Mark as sent")
        expect(sent).to_contain_text("within two days")
        sent.get_by_label("Keep this promise").check()
        press(sent, "Mark as sent")
        expect(page.locator(".modal")).to_have_count(0)
        expect(card).to_contain_text("Reply sent")
        expect(card).to_contain_text("within two days")
        expect(card.get_by_role("button", name="Mark as sent", exact=True)).to_have_count(0)
        expect(card).to_have_count(1)


def test_a_form_that_is_cancelled_changes_nothing(desk: Desk, chromium: str) -> None:
    expect = playwright.expect
    with open_page(chromium, desk.slack.url) as page:
        act_as(page, "Ben Brandt")
        card = open_thread(page, write(page, "Order 4712: the cup arrived broken, the customer is disappointed."))
        before = card.locator(".blocks").inner_text()
        press(card, "Edit")
        reply = form(page, "Edit reply")
        field(reply, "Reply").fill("Something else entirely.")
        press(reply, "Cancel")
        expect(page.locator(".modal")).to_have_count(0)
        assert card.locator(".blocks").inner_text() == before


def test_a_draft_saved_as_it_is_stays_as_it_is(desk: Desk, chromium: str) -> None:
    expect = playwright.expect
    with open_page(chromium, desk.slack.url) as page:
        act_as(page, "Cleo Chen")
        card = open_thread(page, write(page, "Order 4713 has not arrived. The customer is anxious about it."))
        press(card, "Edit")
        reply = form(page, "Edit reply")
        draft = field(reply, "Reply").input_value()
        assert draft
        press(reply, "Save")
        expect(page.locator(".modal")).to_have_count(0)
        press(card, "Edit")
        assert field(form(page, "Edit reply"), "Reply").input_value() == draft
