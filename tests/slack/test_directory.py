"""User groups: who is in one, when Slack is asked again, and who counts while Slack cannot be asked."""

import pytest
from structlog.testing import capture_logs

from tests.slack.fake_slack import ANA, BEN, LENA, error
from tests.slack.recorded import Door, recorded

LEADS = "S0LEADS001"
MEMBERS = "usergroups.users.list"


def in_leads(bot: Door, user: str, written: str = "@leads") -> bool:
    return bool(bot.house.directory.groups_of(user, {written}))


@pytest.mark.parametrize("written", ["@leads", LEADS])
def test_a_group_is_written_by_handle_or_by_id(bot: Door, written: str) -> None:
    assert in_leads(bot, LENA, written)
    assert not in_leads(bot, BEN, written)


@pytest.mark.parametrize("written", ["@nobody", "S0NOTTHERE"])
def test_a_group_that_is_not_there_has_no_members(bot: Door, written: str) -> None:
    assert not in_leads(bot, LENA, written)


def test_members_are_asked_once_and_then_remembered(bot: Door) -> None:
    for _ in range(3):
        in_leads(bot, LENA)
    assert len(bot.slack.asked(MEMBERS)) == 1


@pytest.mark.parametrize("event", ["subteam_members_changed", "subteam_updated"])
def test_an_event_of_the_group_has_its_members_asked_anew(bot: Door, event: str) -> None:
    assert not in_leads(bot, BEN)
    bot.slack.groups[LEADS] = {BEN}
    assert not in_leads(bot, BEN)
    assert bot.send(recorded(event)).status == 200
    assert in_leads(bot, BEN)
    assert not in_leads(bot, LENA)


@pytest.mark.parametrize("reason", ["internal_error", "missing_scope", "ratelimited"])
def test_the_last_known_members_count_while_slack_cannot_be_asked_and_the_log_says_so(bot: Door, reason: str) -> None:
    assert in_leads(bot, LENA)
    bot.send(recorded("subteam_members_changed"))
    bot.slack.always(MEMBERS, error(reason))
    with capture_logs() as lines:
        assert in_leads(bot, LENA)
    [line] = lines
    assert (line["what"], line["of"], line["reason"], line["last_known_counts"]) == (
        "members of a group",
        LEADS,
        reason,
        True,
    )


def test_a_group_that_was_deleted_has_no_members_left(bot: Door) -> None:
    assert in_leads(bot, LENA)
    del bot.slack.groups[LEADS]
    bot.send(recorded("subteam_updated"))
    assert not in_leads(bot, LENA)


def test_a_group_never_known_gives_nobody_authority(bot: Door) -> None:
    bot.slack.always(MEMBERS, error("internal_error"))
    assert not in_leads(bot, LENA)


@pytest.mark.parametrize(
    ("written", "mention"),
    [
        (ANA, f"<@{ANA}>"),
        ("Lena@Example.com", f"<@{LENA}>"),
        ("nobody@example.com", None),
        ("@leads", f"<!subteam^{LEADS}>"),
        (LEADS, f"<!subteam^{LEADS}>"),
        ("@nobody", None),
    ],
)
def test_a_line_of_the_team_file_is_called_by_its_id(bot: Door, written: str, mention: str | None) -> None:
    assert bot.house.directory.mention(written) == mention


def test_lines_of_the_team_file_become_people_each_once(bot: Door) -> None:
    bot.slack.groups[LEADS] = {LENA, BEN}
    written = ["ana@example.com", "nobody@example.com", "@leads", "@nobody", BEN]
    assert bot.house.directory.people(written, most=50) == (ANA, *sorted({BEN, LENA}))
    assert bot.house.directory.people(written, most=2) == (ANA, min(BEN, LENA))


def test_a_slack_that_cannot_be_asked_for_people_is_asked_once_and_who_is_known_counts(bot: Door) -> None:
    assert bot.house.directory.people(["ana@example.com"], most=50) == (ANA,)
    bot.slack.always("users.lookupByEmail", error("internal_error"))
    before = len(bot.slack.asked("users.lookupByEmail"))
    written = ["ana@example.com", "ben@example.com", "lena@example.com"]
    assert bot.house.directory.people(written, most=50) == (ANA,)
    assert len(bot.slack.asked("users.lookupByEmail")) == before + 1


def test_people_are_looked_up_only_while_there_is_patience(bot: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.directory.PATIENCE", -1.0)
    assert bot.house.directory.people(["ana@example.com"], most=50) == ()
