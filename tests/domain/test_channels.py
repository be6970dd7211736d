"""Which channel is listened to, and how."""

import pytest

from bot.domain.channels import Channels, Listened, Mode

CHANNELS = Channels(
    (
        Listened("#quiet", Mode.OFF),
        Listened("complaints", Mode.REPORT),
        Listened("C0SUPPORT", Mode.REPORT),
        Listened("desk", Mode.REPORT),
        Listened("C0DESK123", Mode.OFF),
    ),
    approvals="approvals",
    leads="leads",
)

CASES = [
    ("C1", "complaints", Mode.REPORT),
    ("C1", "#complaints", Mode.REPORT),
    ("C1", "complaint", Mode.OFF),
    ("C1", None, Mode.OFF),
    ("C0SUPPORT", "renamed", Mode.REPORT),
    ("C0SUPPORT", None, Mode.REPORT),
    ("C1", "quiet", Mode.OFF),
    ("C0DESK123", "desk", Mode.OFF),
    ("C1", "desk", Mode.REPORT),
]


@pytest.mark.parametrize(("channel_id", "name", "mode"), CASES)
def test_mode(channel_id: str, name: str | None, mode: Mode) -> None:
    assert CHANNELS.mode_of(channel_id, name) is mode


def test_intake_is_the_first_channel_that_takes_reports() -> None:
    assert CHANNELS.intake == "complaints"
