"""A person's own page, as Ana and Lena see it: what waits for them is answered on it, and it changes at once."""

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
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)  # type: ignore[attr-defined]


def test_a_lead_says_yes_and_an_agent_ends_a_follow_up_on_their_own_pages(desk: Desk, chromium: str) -> None:
    expect = playwright.expect
    with open_page(chromium, desk.slack.url, height=1600) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        act_as(page, "Ana Alvarez")
        card = open_thread(page, write(page, "Mia Berg, order 4711: her parcel is five days late. She is very upset."))
        press(card.first, "Take case")
        expect(card.first).to_contain_text("@Ana Alvarez")
        box = page.locator(".main .composer-input")
        box.fill("/amends offer R-1001 80 refund")
        box.press("Enter")
        offer = form(page, "Offer amends")
        field(offer, "What the customer lost or paid").fill("200")
        labelled = page.locator(".bk-label", has_text=re.compile("^Reason$"))
        offer.locator(".bk-input", has=labelled).locator("select").select_option(label="Late")
        press(offer, "Offer")
        expect(page.locator(".modal")).to_contain_text("waits for approval")
        page.locator(".modal-x").click()

        home = page.locator(".main")
        act_as(page, "Lena Lind")
        page.locator(".sidebar-item", has_text="Amends").click()
        expect(home).to_contain_text("Amends that wait for your answer")
        expect(home).to_contain_text("refund of 80.00 EUR")
        expect(home).to_contain_text("Your team")
        picture(page, "home-of-a-lead")
        approve = page.get_by_role("button", name="Approve", exact=True)
        approve.click()
        if approve.count() > 1:  # where the page asks once more
            approve.last.click()
        expect(home).not_to_contain_text("Amends that wait for your answer")
        expect(home).to_contain_text("80 of 5000 EUR offered")

        act_as(page, "Ana Alvarez")
        page.locator(".sidebar-item", has_text="Amends").click()
        expect(home).to_contain_text("A first reply to Mia Berg")
        expect(home).to_contain_text("Refund of 80.00 EUR for Mia Berg")
        expect(home).to_contain_text("Refund up to 50.00 EUR")
        picture(page, "home-of-an-agent")
        home.get_by_role("button", name="Customer unreachable", exact=True).first.click()
        unreachable = form(page, "Customer unreachable")
        picture(page, "unreachable-form")
        unreachable.locator("select").select_option(label="They want no more messages from us")
        press(unreachable, "Save")
        expect(page.locator(".modal")).to_have_count(0)
        expect(home).not_to_contain_text("A first reply to Mia Berg")
        expect(home).to_contain_text("Refund of 80.00 EUR for Mia Berg")
