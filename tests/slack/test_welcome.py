"""The first word in a channel that Amends was invited to."""

from dataclasses import replace

import pytest

from bot.content.bundle import Content
from bot.domain.channels import Channels, Listened, Mode
from bot.slack.blocks.welcome import Place, welcome
from tests.slack.fake_slack import ANA, APPROVALS, COMPLAINTS, GENERAL, error
from tests.slack.limits import message_faults
from tests.slack.recorded import Door, recorded
from tests.slack.test_hostile_text import texts_in


@pytest.fixture
def content(content: Content) -> Content:
    """Reports in #complaints, a listened #general, approvals and leads in #approvals."""
    listened = (Listened("complaints", Mode.REPORT), Listened("general", Mode.DETECT))
    return replace(content, channels=Channels(listened, approvals="approvals", leads="approvals"))


def invited(bot: Door, channel: str = COMPLAINTS, **event: str) -> None:
    assert bot.send(recorded("member_joined_channel", channel=channel, **event)).status == 200
    for _ in range(3):
        bot.later()
        bot.deliver()


@pytest.mark.parametrize(
    ("channel", "name", "words"),
    [
        (COMPLAINTS, "complaints", ["Each new message here opens a case"]),
        (GENERAL, "general", ["its author alone is asked"]),
        (APPROVALS, "approvals", ["need somebody's yes", "Leads hear of risks here"]),
        ("C0LOUNGE01", "lounge", ["does not name this channel", f"<#{COMPLAINTS}>"]),
    ],
)
def test_where_it_is_invited_it_says_once_what_it_does_there(
    bot: Door, channel: str, name: str, words: list[str]
) -> None:
    bot.slack.channels[channel] = name
    for _ in range(2):
        invited(bot, channel)
    [message] = bot.slack.ours(channel)
    assert message_faults(message["text"], message["blocks"]) == []
    said = " ".join(texts_in(message["blocks"]))
    assert all(word in said and word in message["text"] for word in words)
    assert "Each new message" not in said or channel == COMPLAINTS


def test_others_who_join_are_not_greeted(bot: Door) -> None:
    invited(bot, user=ANA)
    assert bot.slack.ours() == []


def test_a_channel_it_was_just_invited_to_is_known_at_once(bot: Door) -> None:
    assert bot.house.approvals_channel() is None
    bot.slack.channels[APPROVALS] = "approvals"
    assert bot.house.approvals_channel() is None, "asked a moment ago"
    invited(bot, APPROVALS)
    assert bot.house.approvals_channel() == APPROVALS


def test_where_it_may_not_write_it_says_nothing_elsewhere(bot: Door) -> None:
    bot.slack.next("chat.postMessage", error("restricted_action"))
    invited(bot, GENERAL)
    assert bot.slack.ours(GENERAL) == bot.slack.ours(COMPLAINTS) == []


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("for_all", [False, True])
def test_each_kind_of_channel_is_told_within_the_limits(mode: Mode, for_all: bool) -> None:
    text, blocks = welcome(Place(mode, for_all, for_all, for_all), marker="notice-1")
    assert message_faults(text, blocks) == []
    assert text.count("•") == 0
    assert blocks[0]["block_id"] == "notice-1"
