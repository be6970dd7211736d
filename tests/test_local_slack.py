"""What the tests and the demo do as people in the local workspace."""

from pathlib import Path
from typing import Any

import pytest

from bot.local_slack import LocalSlack

BUTTON = {"type": "button", "action_id": "snooze", "value": "7", "text": {"type": "plain_text", "text": "Snooze"}}


@pytest.mark.parametrize(
    "beside",
    [
        {"type": "mrkdwn", "text": "Snooze"},
        {"type": "plain_text", "text": "Snooze"},
        {"type": "image", "image_url": "https://example.com/clock.png", "alt_text": "Snooze"},
    ],
)
def test_a_button_is_found_behind_words_and_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: dict[str, Any]
) -> None:
    sent: list[tuple[str, Any]] = []
    slack = LocalSlack(tmp_path / "program", tmp_path, 1)
    monkeypatch.setattr(slack, "_call", lambda method, path, body=None: sent.append((path, body)))
    message = {
        "channel": "C0COMPLAINTS",
        "ts": "1.2",
        "blocks": [
            {"type": "context", "elements": [beside]},
            {"type": "actions", "block_id": "buttons", "elements": [BUTTON]},
        ],
    }
    slack.click("ana", message, "Snooze")
    [(path, body)] = sent
    assert path == "/interact"
    assert (body["messageTs"], body["user"]) == ("1.2", "U0AGENTANA")
    assert body["action"] == BUTTON | {"block_id": "buttons"}
