"""Take the pictures of README.md anew, from the demo's own workspace: `.venv/bin/python docs/take_pictures.py`."""

import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

from bot.demo import CACHE, SAMPLES, bot_process
from bot.local_slack import LocalSlack, find_program
from bot.processes import free_port

PICTURES = Path(__file__).parent / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Start the workspace and the bot, play the story, take a picture at each turn."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        sys.exit("There is no Chromium on PATH: install it and run this again.")
    PICTURES.mkdir(exist_ok=True)
    program = find_program(CACHE)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1240, "height": 900}, device_scale_factor=1.5)
        with LocalSlack(program, Path(folder), free_port(8400)) as slack:
            bot = bot_process(slack, Path(folder))
            try:
                slack.start_bot(bot)
                page.goto(slack.url)
                story(page)
            finally:
                bot.stop()
                browser.close()


def story(page: Page) -> None:
    """A report, its card, an edit that is stopped, the reply marked as sent."""
    page.get_by_label("Act as").select_option(label="Ana Alvarez")
    page.locator(".sidebar-item", has_text="complaints").click()
    box = page.locator(".main .composer-input")
    for text in (SAMPLES[1], SAMPLES[0]):
        box.fill(text)
        box.press("Enter")
    report = page.locator(".messages .msg", has_text=SAMPLES[0])
    report.locator(".thread-summary").click()
    widen(page)
    card = page.locator(".thread-pane .msg", has=page.locator(".badge-app"))
    expect(card).to_have_count(1)
    take(page, "card")

    press(card, "Edit")
    form = page.locator(".modal")
    label = page.locator(".bk-label", has_text=re.compile("^Reply$"))
    reply = form.locator(".bk-input", has=label).locator("input")
    reply.fill("Sorry if you were upset. You'll have to wait until Friday.")
    press(form, "Save")
    expect(form.locator(".modal-error").first).to_be_visible()
    form.locator(".modal-body").evaluate("body => body.scrollTo(0, body.scrollHeight)")
    take(page, "edit")

    press(form, "Cancel")
    press(card, "Mark as sent")
    page.locator(".modal").get_by_label("Keep this promise").first.check()
    press(page.locator(".modal"), "Mark as sent")
    expect(card.get_by_role("button", name="Mark as sent", exact=True)).to_have_count(0)
    take(page, "sent")


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


def take(page: Page, name: str) -> None:
    """Take one picture, without the pointer over anything."""
    page.mouse.move(5, 500)
    page.locator(".thread-body").evaluate("body => body.scrollTo(0, 0)")
    page.wait_for_timeout(300)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/pictures/{name}.png")


if __name__ == "__main__":
    main()
