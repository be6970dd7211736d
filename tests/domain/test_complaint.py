"""What makes a report the same report."""

import pytest

from bot.domain.complaint import Complaint

SOURCE = Complaint.message_source("C1", "1.000001")


@pytest.mark.parametrize(
    ("channel", "ts", "same"), [("C1", "1.000001", True), ("C2", "1.000001", False), ("C1", "1.000002", False)]
)
def test_a_message_is_known_by_its_channel_and_its_timestamp(channel: str, ts: str, same: bool) -> None:
    assert (Complaint.message_source(channel, ts) == SOURCE) is same


def test_the_source_of_the_longest_ids_fits_its_column() -> None:
    assert len(Complaint.message_source("C" * 32, "1" * 32)) <= 200
