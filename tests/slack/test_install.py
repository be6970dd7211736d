"""What an installation lacks is said with the file that names it and what to do."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from slack_sdk import WebClient

from bot.content.bundle import Content
from bot.domain.channels import Channels, Listened, Mode
from bot.domain.intake import Form, Intake, Source
from bot.domain.routing import Route, Routing
from bot.domain.team import Delegate, Duty, Member, Role, Team
from bot.slack.directory import Directory, SlackAway
from bot.slack.install import SCOPES, channel_faults, people_faults, scope_faults
from tests.builders import NOW
from tests.slack.fake_slack import ANA, COMPLAINTS, TOKEN, FakeSlack, Fault, Server, error


@pytest.fixture
def client(server: Server) -> WebClient:
    return WebClient(token=TOKEN, base_url=server.url, timeout=2, retry_handlers=[])


def listening(content: Content, *listened: tuple[str, Mode], leads: str = "general") -> Content:
    entries = tuple(Listened(channel, mode) for channel, mode in listened)
    channels = Channels(entries, approvals="complaints", leads=leads)
    return replace(content, channels=channels, routing=Routing(), intake=Intake())


def with_team(content: Content, team: Team) -> Content:
    return replace(content, team=team)


@pytest.mark.parametrize("written", ["complaints", "#complaints", COMPLAINTS])
def test_a_channel_that_amends_is_in_is_found_however_it_is_written(
    content: Content, client: WebClient, written: str
) -> None:
    assert channel_faults(listening(content, (written, Mode.REPORT)), Directory(client)) == []


@pytest.mark.parametrize(
    ("listened", "leads", "faults"),
    [
        ([("complaint", Mode.REPORT)], "general", ["channels.yml: listen: Amends is in no channel 'complaint'"]),
        ([("complaints", Mode.REPORT), ("chat", Mode.OFF)], "general", []),
        ([("complaints", Mode.REPORT), ("chat", Mode.DETECT)], "general", ["channels.yml: listen: Amends is in no"]),
        ([("complaints", Mode.REPORT)], "leeds", ["channels.yml: leads: Amends is in no channel 'leeds'"]),
        ([("leeds", Mode.REPORT)], "#leeds", ["channels.yml: listen: Amends is in no channel 'leeds'"]),
    ],
    ids=["misspelled", "left alone", "not invited", "for the leads", "said once"],
)
def test_a_channel_that_amends_is_not_in_is_named_with_its_place(
    content: Content, client: WebClient, listened: list[tuple[str, Mode]], leads: str, faults: Sequence[str]
) -> None:
    found = channel_faults(listening(content, *listened, leads=leads), Directory(client))
    assert len(found) == len(faults)
    assert all(line.startswith(fault) for line, fault in zip(found, faults, strict=True))
    assert all("/invite @Amends" in line for line in found)


def test_channels_of_routes_and_webhooks_are_looked_at_too(content: Content, client: WebClient) -> None:
    named = replace(
        listening(content, ("complaints", Mode.REPORT)),
        routing=Routing({}, (Route("warehouse", "the-warehouse"),)),
        intake=Intake((Source("web-shop", "shop", Form.JSON),)),
    )
    assert [line.partition(": Amends")[0] for line in channel_faults(named, Directory(client))] == [
        "routing.yml: warehouse",
        "intake.yml: web-shop",
    ]


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("ana@example.com", True),
        ("anna@example.com", False),
        (ANA, True),
        ("U0GONE0001", False),
        ("@leads", True),
        ("@lead", False),
        ("S0LEADS001", True),
        ("S0NOTTHERE", False),
    ],
)
def test_each_way_of_writing_a_person_is_looked_up(
    content: Content, client: WebClient, written: str, known: bool
) -> None:
    found = people_faults(with_team(content, Team((Member(written, Role.AGENT),))), Directory(client))
    assert [line.partition(" is nobody")[0] for line in found] == ([] if known else [f"team.yml: {written!r}"])


def test_stand_ins_and_those_on_duty_are_looked_up_too_each_once(content: Content, client: WebClient) -> None:
    team = Team(
        (Member(ANA, Role.AGENT),),
        (Delegate("gone@example.com", ANA, Role.AGENT, NOW.date(), NOW.date()),),
        (Duty("gone@example.com"), Duty("@nobody")),
    )
    found = people_faults(with_team(content, team), Directory(client))
    assert [line.split("'")[1] for line in found] == ["gone@example.com", "@nobody"]


def test_while_slack_cannot_be_asked_nothing_is_called_missing(
    content: Content, client: WebClient, slack: FakeSlack
) -> None:
    slack.always("users.conversations", error("internal_error"))
    slack.always("users.info", error("internal_error"))
    with pytest.raises(SlackAway):
        channel_faults(content, Directory(client))
    with pytest.raises(SlackAway):
        people_faults(with_team(content, Team((Member(ANA, Role.AGENT),))), Directory(client))


def granting(*scopes: str) -> Fault:
    body = json.dumps({"ok": True, "team_id": "T0AMENDS01", "user_id": "U0AMENDSBT"}).encode()
    return Fault(200, body, (("X-OAuth-Scopes", ",".join(scopes)),))


def test_scopes_that_the_token_lacks_are_named(client: WebClient, slack: FakeSlack) -> None:
    slack.next("auth.test", granting(*SCOPES), granting(*(SCOPES - {"dnd:read", "commands"}), "files:read"))
    assert scope_faults(client) == []
    [line] = scope_faults(client)
    assert line.startswith("SLACK_BOT_TOKEN: lacks commands, dnd:read: add the scopes of bot/slack/manifest.yml")


def test_a_slack_that_does_not_say_its_scopes_is_not_doubted(client: WebClient) -> None:
    assert scope_faults(client) == []
