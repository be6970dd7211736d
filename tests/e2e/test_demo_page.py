"""The demo's page in a browser: what local-slack leaves out is there."""

import re
import urllib.request
from collections.abc import Iterator

import pytest

from bot.demo_page import MENDS, Front
from bot.processes import free_port
from tests.e2e.desk import FIRST_PORT, Desk

playwright = pytest.importorskip("playwright.sync_api")

from tests.e2e.browser import act_as, form, open_page, open_thread, press, write  # noqa: E402

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def front(desk: Desk) -> Iterator[Front]:
    with Front(free_port(FIRST_PORT + 150), behind=desk.slack.port) as opened:
        yield opened


@pytest.mark.parametrize("mend", MENDS, ids=lambda mend: mend.why)
def test_the_version_we_name_has_the_place_of_each_mend_once(desk: Desk, mend: object) -> None:
    with urllib.request.urlopen(desk.slack.url) as answer:
        page = answer.read().decode()
    assert page.count(mend.place) == 1  # type: ignore[attr-defined]


def test_a_reply_keeps_its_paragraphs_times_read_as_times_and_a_button_asks(
    desk: Desk, front: Front, chromium: str
) -> None:
    expect = playwright.expect
    with open_page(chromium, front.url) as page:
        act_as(page, "Ana Alvarez")
        report = write(page, "Mia Berg, order 4711: her parcel is five days late. She is very upset.")
        card = open_thread(page, report)
        expect(card).to_have_count(1)
        expect(card).to_contain_text(re.compile(r"First reply due\s*\S.* at \d+:\d\d [AP]M"))
        expect(card).not_to_contain_text("<!date")

        press(card, "Edit")
        reply = form(page, "Edit reply")
        text = reply.locator("textarea").last
        expect(text).to_have_value(re.compile(r"Hello Mia Berg,\n\nI am sorry"))
        text.fill("Hello Mia,\n\nI am sorry that it is late.\n\nI will write tomorrow.\n\nAna")
        press(reply, "Save")
        expect(page.locator(".modal")).to_have_count(0)
        expect(card.get_by_text("I am sorry that it is late.", exact=True)).to_be_visible()

        asked: list[str] = []

        def no(dialog: object) -> None:
            asked.append(dialog.message)  # type: ignore[attr-defined]
            dialog.dismiss()  # type: ignore[attr-defined]

        page.on("dialog", no)
        press(card, "Take case")
        expect(card).to_contain_text("Owner")
        assert asked == ["Take over?\n\nThis case has an owner already. Take it over?"]


def test_a_case_is_given_to_a_colleague_from_the_home_page(desk: Desk, front: Front, chromium: str) -> None:
    expect = playwright.expect
    with open_page(chromium, front.url) as page:
        act_as(page, "Ben Brandt")
        card = open_thread(page, write(page, "Order 4713: the cup arrived broken, the customer is disappointed."))
        press(card, "Take case")
        expect(card).to_contain_text("@Ben Brandt")
        page.locator(".sidebar-item", has_text="Amends").click()
        home = page.locator(".main")
        expect(home).to_contain_text("What you owe to customers")
        home.get_by_role("button", name="Reassign", exact=True).first.click()
        to = form(page, "Reassign")
        to.locator("select").select_option(label="Cleo Chen")
        press(to, "Reassign")
        expect(page.locator(".modal")).to_have_count(0)
        act_as(page, "Ben Brandt")
        open_thread(page, page.locator(".messages .msg", has_text="Order 4713"))
        expect(card.first).to_contain_text("@Cleo Chen")
