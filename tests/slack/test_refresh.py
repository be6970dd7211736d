"""Edited content in a running bot: taken up, or told to the leads once and taken back when it is mended."""

import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.content.bundle import Library
from bot.flows.session import Unavailable
from bot.refresh import Refresh
from bot.settings import ROOT
from bot.slack.directory import SlackAway
from bot.store.tables import notices
from tests.slack.fake_slack import error
from tests.slack.limits import message_faults
from tests.slack.recorded import Door
from tests.slack.test_hostile_text import texts_in

LEADS = "C0LEADERS1"
TEAM = "people:\n  - who: lena@example.com\n    role: lead\n"
BROKEN = TEAM.replace("lead\n", "boss\n")
WORSE = "people: 7\n"


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    return tmp_path / "policies"


@pytest.fixture
def responses(tmp_path: Path) -> Path:
    """A few of the shipped files: quick to read."""
    folder = tmp_path / "responses"
    for name in ("templates/general.j2", "templates/_parts.j2", "phrases/filler.yml", "risks/safety.yml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "responses" / name, folder / name)
    return folder


@pytest.fixture
def library(responses: Path, policies: Path) -> Library:
    return Library(responses, policies)


def in_leads_channel(bot: Door) -> None:
    bot.slack.channels[LEADS] = "leads"


def save(policies: Path, text: str) -> None:
    (policies / "team.yml").write_text(text, encoding="utf-8")


def look(refresh: Refresh, bot: Door, times: int = 2) -> list[str]:
    """What the bot's messages say after some looks."""
    for _ in range(times):
        refresh.look()
        bot.later()
        bot.deliver()
    return [f"{message['text']} {message['blocks']}" for message in bot.slack.ours(LEADS)]


def test_a_broken_edit_is_told_in_the_leads_channel_and_taken_back_when_mended(
    bot: Door,
    library: Library,
    policies: Path,
) -> None:
    in_leads_channel(bot)
    refresh = Refresh(library, bot.house)
    assert look(refresh, bot) == []
    in_force = library.content
    save(policies, BROKEN)
    [message] = look(refresh, bot, 3)
    assert "the last good version stays in force" in message
    assert "team.yml:3: people[1].role: 'boss' is not one of " in message
    assert library.content is in_force
    save(policies, WORSE)
    [message] = look(refresh, bot)
    assert "team.yml:1: people: " in message
    assert "boss" not in message
    save(policies, TEAM)
    [message] = look(refresh, bot, 1)
    assert message.startswith("Mended")
    assert library.content is not in_force
    assert {row.channel for row in bot.rows(notices)} == {LEADS}
    assert len(bot.slack.asked("chat.postMessage")) == 1


def test_a_file_that_is_right_again_at_the_next_look_is_no_news(
    bot: Door,
    library: Library,
    policies: Path,
) -> None:
    refresh = Refresh(library, bot.house)
    save(policies, "")
    refresh.look()
    save(policies, TEAM)
    assert look(refresh, bot) == []


def test_two_processes_tell_it_once(
    bot: Door,
    library: Library,
    responses: Path,
    policies: Path,
) -> None:
    in_leads_channel(bot)
    other = Library(responses, policies)
    both = [Refresh(library, bot.house), Refresh(other, bot.house)]
    for text in (BROKEN, TEAM):
        save(policies, text)
        for refresh in both:
            look(refresh, bot)
    [message] = look(both[0], bot)
    assert message.startswith("Mended")
    assert len(bot.slack.asked("chat.postMessage")) == 1


def test_a_process_that_starts_on_mended_files_takes_the_message_back(
    bot: Door,
    library: Library,
    responses: Path,
    policies: Path,
) -> None:
    in_leads_channel(bot)
    save(policies, BROKEN)
    refresh = Refresh(library, bot.house)
    look(refresh, bot)
    save(policies, TEAM)
    [message] = look(Refresh(Library(responses, policies), bot.house), bot, 1)
    assert message.startswith("Mended")


def test_while_slack_or_the_database_is_away_it_is_tried_again(
    bot: Door,
    library: Library,
    policies: Path,
) -> None:
    in_leads_channel(bot)
    refresh = Refresh(library, bot.house)
    refresh.look()
    save(policies, BROKEN)
    refresh.look()
    bot.slack.always("users.conversations", error("internal_error"))
    with pytest.raises(SlackAway):
        refresh.look()
    bot.slack.always("users.conversations", None)
    bot.database_away = True
    with pytest.raises(Unavailable):
        refresh.look()
    bot.database_away = False
    assert len(look(refresh, bot, 1)) == 1


@pytest.mark.parametrize(
    ("member_of", "where"), [({LEADS: "leads"}, LEADS), ({"C0APPROVE1": "approvals"}, "C0APPROVE1"), ({}, "C0COMPLAIN")]
)
def test_it_is_told_in_the_best_channel_we_are_in(
    bot: Door,
    library: Library,
    policies: Path,
    member_of: dict[str, str],
    where: str,
) -> None:
    bot.slack.channels |= member_of
    refresh = Refresh(library, bot.house)
    save(policies, BROKEN)
    look(refresh, bot)
    assert [row.channel for row in bot.rows(notices)] == [where]


def test_in_no_channel_at_all_it_is_in_the_log_once(bot: Door, library: Library, policies: Path) -> None:
    bot.slack.channels.clear()
    refresh = Refresh(library, bot.house)
    save(policies, BROKEN)
    with capture_logs() as logs:
        look(refresh, bot, 4)
    assert [entry["event"] for entry in logs] == ["content.kept_last_good", "content.nobody_told"]


def test_what_people_typed_into_a_file_pings_nobody_and_fits_slack(
    bot: Door,
    library: Library,
    policies: Path,
) -> None:
    in_leads_channel(bot)
    refresh = Refresh(library, bot.house)
    lines = "".join(f"  - who: '<!channel> {'x' * 400} {number}'\n    role: lead\n" for number in range(30))
    save(policies, f"people:\n{lines}")
    look(refresh, bot)
    [message] = bot.slack.ours(LEADS)
    assert message_faults(message["text"], message["blocks"]) == []
    assert "<!channel>" not in message["text"]
    assert "<!channel>" not in str([text for block in message["blocks"] for text in texts_in(block, markup_only=True)])
    assert "and more" in str(message["blocks"])
