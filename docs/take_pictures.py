"""Take the pictures of README.md anew, from the demo's own workspace: `.venv/bin/python docs/take_pictures.py`."""

import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

from bot.demo import CACHE, SAMPLES, bot_process
from bot.demo_page import Front
from bot.local_slack import LocalSlack, find_program
from bot.processes import free_port
from bot.settings import ROOT

PICTURES = Path(__file__).parent / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

QUICK = """
hours: {zone: Europe/Berlin, weekdays: "00:00-24:00", saturday: "00:00-24:00", sunday: "00:00-24:00"}
cases:
  all:
    first_reply: 10 minutes
    update_every: 2 days
    checks: [2 days]
    ask_again_after: 3 days
    fulfil_within: 2 days
    to_lead_after: 1 day
    stop_when: [customer answers, opted out, 2 unanswered tries]
warn_at: 1 %
quiet: {from: "00:00", to: "00:00"}
most_a_day: 50
digest_at: "08:45"
sum_up_after: 2 hours
"""
"""Deadlines so short that a reminder comes while one waits for its picture."""


def main() -> None:
    """Play each story in a workspace of its own, and take a picture at each turn."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        sys.exit("There is no Chromium on PATH: install it and run this again.")
    PICTURES.mkdir(exist_ok=True)
    program = find_program(CACHE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        for story, policies in ((reply, ROOT / "policies"), (approval, ROOT / "policies"), (reminder, None)):
            page = browser.new_page(
                viewport={"width": 1240, "height": 900}, device_scale_factor=1.5, timezone_id="Europe/Berlin"
            )
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                play(story, page, program, Path(folder), policies)
            page.close()
        browser.close()


def play(story: Callable[[Page], None], page: Page, program: Path, folder: Path, policies: Path | None) -> None:
    """Start a workspace and the bot, play one story, stop both. Without `policies` reminders come at once."""
    if policies is None:
        policies = folder / "policies"
        shutil.copytree(ROOT / "policies", policies)
        shutil.rmtree(policies / "tests")
        (policies / "followups.yml").write_text(QUICK, encoding="utf-8")
    with LocalSlack(program, folder, free_port(8400)) as slack, Front(free_port(8500), behind=slack.port) as front:
        bot = bot_process(slack, folder, policies=policies)
        try:
            slack.start_bot(bot)
            page.goto(front.url)
            story(page)
        finally:
            bot.stop()


def reply(page: Page) -> None:
    """A report, its card, an edit that is stopped, the reply marked as sent."""
    card = reported(page)
    take(page, "card")

    press(card, "Edit")
    form = page.locator(".modal")
    text = field(form, "Reply")
    thanks = "Thank you for telling us."
    text.fill(text.input_value().replace(thanks, f"You'll have to wait. {thanks}"))
    press(form, "Save")
    expect(form.locator(".modal-error").first).to_be_visible()
    text.evaluate("text => text.scrollTo(0, text.scrollHeight)")
    form.locator(".modal-body").evaluate("body => body.scrollTo(0, body.scrollHeight)")
    take(page, "edit")

    press(form, "Cancel")
    press(card, "Mark as sent")
    form.get_by_label("Keep this promise").first.check()
    press(form, "Mark as sent")
    expect(card.get_by_role("button", name="Mark as sent", exact=True)).to_have_count(0)
    take(page, "sent")


def approval(page: Page) -> None:
    """An offer over the agent's limit: what the form says, and the card on which a lead decides."""
    card = reported(page)
    page.locator(".main .composer-input").fill("/amends offer R-1002 80 refund")
    page.locator(".main .composer-input").press("Enter")
    form = page.locator(".modal")
    expect(form).to_contain_text("Needs the yes of a lead")
    field(form, "What the customer lost or paid").fill("120")
    field(form, "Reason").last.select_option(label="Late")
    field(form, "Why, in your own words").fill("The present missed the birthday. She asks for the price of the parcel.")
    take(page, "offer", form)
    press(form, "Offer")
    press(form, "Close")
    expect(card).to_contain_text("waits for approval")

    act_as(page, "Lena Lind", "approvals")
    wanted = page.locator(".messages .msg")
    expect(wanted).to_contain_text("Approval wanted")
    take(page, "approval", wanted)


def reminder(page: Page) -> None:
    """A duty that is nearly due."""
    card = reported(page)
    press(card, "Take case")
    bots = page.locator(".thread-pane .msg", has=page.locator(".badge-app"))
    reminded = bots.filter(has_text="Due soon")
    expect(reminded).to_contain_text("@Ana Alvarez", timeout=60_000)
    take(page, "reminder", reminded)


def reported(page: Page) -> Locator:
    """Two complaints, and the thread of the second open; its card."""
    act_as(page, "Ana Alvarez", "complaints")
    box = page.locator(".main .composer-input")
    for text in (SAMPLES[1], SAMPLES[0]):
        box.fill(text)
        box.press("Enter")
    page.locator(".messages .msg", has_text=SAMPLES[0]).locator(".thread-summary").click()
    widen(page)
    card = page.locator(".thread-pane .msg", has=page.locator(".badge-app"))
    expect(card).to_have_count(1)
    return card.first


def act_as(page: Page, person: str, channel: str) -> None:
    """Be somebody, and open a channel."""
    page.get_by_label("Act as").select_option(label=person)
    page.locator(".sidebar-item", has_text=channel).click()


def widen(page: Page) -> None:
    """Give the thread half of the window: that is where the card is."""
    handle = page.locator(".thread-resize-handle").bounding_box()
    if handle is None:
        raise RuntimeError("the thread is not open")
    page.mouse.move(handle["x"] + 2, 400)
    page.mouse.down()
    page.mouse.move(handle["x"] - 200, 400, steps=5)
    page.mouse.up()


def press(where: Locator, label: str) -> None:
    """Press the button that bears this label."""
    where.get_by_role("button", name=label, exact=True).click()


def field(form: Locator, label: str) -> Locator:
    """The field of a form that bears this label."""
    labelled = form.page.locator(".bk-label", has_text=re.compile(f"^{label}$"))
    return form.locator(".bk-input", has=labelled).locator("input, textarea, select")


def take(page: Page, name: str, part: Locator | None = None) -> None:
    """Take one picture, of the page or of a part of it, without the pointer over anything."""
    page.mouse.move(5, 500)
    body = page.locator(".thread-body")
    if part is None and body.count():
        body.evaluate("body => body.scrollTo(0, 0)")
    page.wait_for_timeout(300)
    (part or page).screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/pictures/{name}.png")


if __name__ == "__main__":
    main()
