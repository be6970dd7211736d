"""The bot is killed in the middle of the work, and Slack delivers again: no report is lost, no card comes twice."""

import hashlib
import hmac
import http.client
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.local_slack import SIGNING_SECRET, Message
from bot.processes import HOST, wait_until
from tests.e2e.desk import Desk, open_desk

pytestmark = pytest.mark.e2e

REPORTS = 8
KILL_AFTER = (2, 5)
PATIENCE = 120  # a lease of the killed process may have to end first


@pytest.fixture
def crash_desk(program: Path, tmp_path: Path) -> Iterator[Desk]:
    yield from open_desk(program, tmp_path / "crash", "events")


def test_a_kill_in_the_middle_leaves_one_card_for_every_report(crash_desk: Desk) -> None:
    desk = crash_desk
    reports: list[Message] = []

    def post() -> None:
        for number in range(REPORTS):
            reports.append(desk.report(f"Order 60{number:02}: the parcel is late, the customer is upset."))
            time.sleep(0.3)

    people = threading.Thread(target=post)
    people.start()
    for count in KILL_AFTER:
        wait_until(lambda count=count: len(reports) >= count, 60, f"{count} reports")
        desk.bot.kill()
        desk.slack.start_bot(desk.bot)
    people.join(120)
    assert len(reports) == REPORTS

    for body in _delivered(desk):
        assert _deliver_again(desk, body) == 200
    wait_until(lambda: all(desk.slack.replies(report) for report in reports), PATIENCE, "A card for every report", 0.5)
    time.sleep(3)
    assert [len(desk.slack.replies(report)) for report in reports] == [1] * REPORTS


def _delivered(desk: Desk) -> list[str]:
    """Every message event that the workspace has sent or tried to send to the bot, as it was."""
    sent = [entry for entry in desk.slack.log() if (entry["direction"], entry["kind"]) == ("to_bot", "events_api")]
    events = [entry["detail"] for entry in sent]
    return [body for body in events if _event(body).get("type") == "message"]


def _event(body: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(body).get("event", {})
    return event


def _deliver_again(desk: Desk, body: str) -> int:
    """Deliver an event a second time, as Slack does when it heard no acknowledgement."""
    now = str(int(time.time()))
    signature = hmac.new(SIGNING_SECRET.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": f"v0={signature}",
        "X-Slack-Retry-Num": "1",
        "X-Slack-Retry-Reason": "http_timeout",
    }
    connection = http.client.HTTPConnection(HOST, desk.slack.bot_port, timeout=10)
    try:
        connection.request("POST", "/slack/events", body.encode(), headers)
        return connection.getresponse().status
    finally:
        connection.close()
