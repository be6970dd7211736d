"""A reminder as the owner sees it: it comes by itself, is answered on the spot, and changes where it stands."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.e2e.desk import Desk, open_desk

playwright = pytest.importorskip("playwright.sync_api")

from tests.e2e.browser import act_as, form, open_page, open_thread, press, write  # noqa: E402

pytestmark = pytest.mark.e2e

PICTURES = os.environ.get("AMENDS_PICTURES")

PATIENCE = 60_000
"""Milliseconds for a reminder that comes six seconds after its report, on a machine that is busy with other things."""

CADENCE = """
hours:
  zone: Europe/London
  weekdays: 00:00-24:00
  saturday: 00:00-24:00
  sunday: 00:00-24:00
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
"""The team never sleeps, and the warning comes after a hundredth of ten minutes."""


@pytest.fixture(scope="module")
def quick_desk(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk whose first reminder comes within seconds."""
    folder = tmp_path_factory.mktemp("quick")
    policies = folder / "policies"
    shutil.copytree(ROOT / "policies", policies)
    (policies / "followups.yml").write_text(CADENCE, encoding="utf-8")
    for tests_of_the_shipped_cadence in (policies / "tests").glob("followups*.yml"):
        tests_of_the_shipped_cadence.unlink()
    yield from open_desk(program, folder, "socket", policies)


def picture(page: object, name: str) -> None:
    """Take a picture of the page where somebody wants to look at it."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")  # type: ignore[attr-defined]


def test_a_reminder_comes_is_snoozed_and_settled_where_it_stands(quick_desk: Desk, chromium: str) -> None:
    expect = playwright.expect
    with open_page(chromium, quick_desk.slack.url) as page:
        act_as(page, "Ana Alvarez")
        thread = open_thread(
            page, write(page, "Mia Berg, order 4711: her parcel is five days late. She is very upset.")
        )
        press(thread.first, "Take case")
        expect(thread.first).to_contain_text("Ana")

        reminder = thread.filter(has_text="Due soon")
        expect(reminder).to_have_count(1, timeout=PATIENCE)
        expect(thread).to_have_count(2)
        expect(reminder).to_contain_text("A first reply to Mia Berg is due")
        expect(reminder).to_contain_text("@Ana Alvarez", timeout=PATIENCE)
        expect(reminder).to_contain_text("Ready to send")
        picture(page, "reminder")
        ts = sorted(one["ts"] for one in quick_desk.slack.messages("complaints"))

        press(reminder, "Snooze")
        snooze = form(page, "Snooze")
        picture(page, "snooze-form")
        press(snooze, "Snooze")
        expect(page.locator(".modal")).to_have_count(0)
        expect(thread.last).to_contain_text("Snoozed until")
        expect(thread.last).not_to_contain_text("Ready to send")
        picture(page, "reminder-snoozed")

        press(thread.last, "Done")
        done = form(page, "Done")
        expect(done).to_contain_text("first reply to Mia Berg")
        picture(page, "done-form")
        press(done, "Done")
        expect(page.locator(".modal")).to_have_count(0)
        expect(thread.last).to_contain_text("is done")
        expect(thread.last).to_contain_text("@Ana Alvarez")
        expect(thread.last.get_by_role("button", name="Snooze", exact=True)).to_have_count(0)
        picture(page, "reminder-done")
        assert sorted(one["ts"] for one in quick_desk.slack.messages("complaints")) == ts
