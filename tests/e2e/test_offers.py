"""Amends over the limit, from the wish to the draft that names them, as Ana and Lena see it."""

import os
import re

import pytest

from tests.e2e.desk import Desk

playwright = pytest.importorskip("playwright.sync_api")

from tests.e2e.browser import act_as, field, form, open_page, open_thread, press, write  # noqa: E402

pytestmark = pytest.mark.e2e

PICTURES = os.environ.get("AMENDS_PICTURES")


def picture(page: object, name: str) -> None:
    """Take a picture of the page where somebody wants to look at it."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")  # type: ignore[attr-defined]


def choose(form_: object, label: str, option: str) -> None:
    """Choose from the menu of a form that bears this label."""
    labelled = form_.page.locator(".bk-label", has_text=re.compile(f"^{label}$"))  # type: ignore[attr-defined]
    form_.locator(".bk-input", has=labelled).locator("select").select_option(label=option)  # type: ignore[attr-defined]


def test_over_the_limit_a_lead_says_yes_and_the_draft_names_the_sum(desk: Desk, chromium: str) -> None:
    expect = playwright.expect
    with open_page(chromium, desk.slack.url) as page:
        act_as(page, "Ana Alvarez")
        card = open_thread(page, write(page, "Mia Berg, order 4711: her parcel is five days late. She is very upset."))
        expect(card).to_have_count(1)

        press(card, "Offer amends")
        press(form(page, "Offer amends"), "Cancel")
        # The page does not tell of single keys; the command opens the form with the sum in it, judged.
        box = page.locator(".main .composer-input")
        box.fill("/amends offer R-1001 80 refund")
        box.press("Enter")
        offer = form(page, "Offer amends")
        expect(offer).to_contain_text("Needs the yes of a lead")
        expect(offer).to_contain_text("up to 50.00 EUR")
        expect(offer).to_contain_text("authority.yml:")
        field(offer, "What the customer lost or paid").fill("200")
        choose(offer, "Reason", "Late")
        picture(page, "offer-form")
        press(offer, "Offer")
        expect(page.locator(".modal")).to_contain_text("waits for approval")
        page.locator(".modal-x").click()
        expect(card.first).to_contain_text("waits for approval")

        act_as(page, "Lena Lind", "approvals")
        approval = page.locator(".messages .msg", has_text="Approval wanted")
        expect(approval).to_contain_text("refund of 80.00 EUR")
        expect(approval).to_contain_text("authority.yml:")
        picture(page, "approval-card")
        press(approval, "Approve")
        if page.get_by_role("button", name="Approve", exact=True).count() > 1:  # where the page asks once more
            page.get_by_role("button", name="Approve", exact=True).last.click()
        decided = page.locator(".messages .msg", has_text="refund of 80.00 EUR")
        expect(decided).to_contain_text("Approved")
        expect(decided).to_contain_text("Lena")
        expect(decided.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
        expect(decided).to_have_count(1)
        picture(page, "approval-decided")

        act_as(page, "Ana Alvarez")
        page.locator(".messages .msg", has_text="Mia Berg, order 4711").locator(".thread-summary").click()
        thread = page.locator(".thread-pane .msg", has=page.locator(".badge-app"))
        expect(thread.first).to_contain_text("a refund of 80.00 EUR")
        expect(thread.last).to_contain_text("was approved")
        picture(page, "case-card")
