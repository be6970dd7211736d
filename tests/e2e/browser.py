"""What a person does on the workspace's page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect, sync_playwright

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def open_page(chromium: str, url: str, width: int = 1400, height: int = 900) -> Iterator[Page]:
    """Open the workspace in a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        try:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(15_000)
            page.goto(url)
            page.get_by_label("Act as").wait_for()
            if page.locator(".modal").count():  # the workspace has one form for all; a failed test may have left it
                page.locator(".modal-x").click()
            yield page
        finally:
            browser.close()


def act_as(page: Page, real_name: str, channel: str = "complaints") -> None:
    page.get_by_label("Act as").select_option(label=real_name)
    page.locator(".sidebar-item", has_text=channel).click()


def write(page: Page, text: str) -> Locator:
    """Post in the open channel; returns the message."""
    box = page.locator(".main .composer-input")
    box.fill(text)
    box.press("Enter")
    return page.locator(".messages .msg", has_text=text)


def open_thread(page: Page, message: Locator) -> Locator:
    """Open the thread of a message once somebody has answered; returns the bot's messages in it."""
    message.locator(".thread-summary").click()
    return page.locator(".thread-pane .msg", has=page.locator(".badge-app"))


def press(card: Locator, label: str) -> None:
    card.get_by_role("button", name=label, exact=True).click()


def form(page: Page, title: str) -> Locator:
    """The open form; waits until it bears this title."""
    expect(page.locator(".modal .modal-title")).to_have_text(title)
    return page.locator(".modal")


def field(form_: Locator, label: str) -> Locator:
    """The text field of a form that bears this label."""
    labelled = form_.page.locator(".bk-label", has_text=re.compile(f"^{label}$"))
    return form_.locator(".bk-input", has=labelled).locator("input")
