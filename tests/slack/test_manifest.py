"""The manifest an admin pastes equals what the code listens to and calls."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import ROOT
from bot.slack import ids, install
from tests.slack.recorded import Door

SLACK = ROOT / "bot" / "slack"
HISTORY = {"channels:history", "groups:history", "im:history"}

SCOPES: dict[str, set[str]] = {
    "auth_test": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_getPermalink": set(),
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
    "conversations_info": {"channels:read", "groups:read"},
    "users_conversations": {"channels:read", "groups:read"},
    "conversations_replies": HISTORY,
    "conversations_history": HISTORY,
    "dnd_info": {"dnd:read"},
    "users_info": {"users:read", "users:read.email"},
    "users_lookupByEmail": {"users:read", "users:read.email"},
    "usergroups_list": {"usergroups:read"},
    "usergroups_users_list": {"usergroups:read"},
}
"""What Slack asks for each method the code calls; `users:read.email` is for the address in `users.info`."""

EVENT_SCOPES = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "member_joined_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
}


@pytest.fixture
def manifest() -> dict[str, Any]:
    return dict(yaml.safe_load((SLACK / "manifest.yml").read_text(encoding="utf-8")))


def source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(SLACK.rglob("*.py")))


def methods_called() -> set[str]:
    """Web API methods: attributes of a client, called or handed on."""
    from slack_sdk import WebClient

    named = set(re.findall(r"client\.([a-z]+(?:_[A-Za-z]+)+)", source()))
    return {name for name in named if callable(getattr(WebClient, name, None))}


def test_every_event_the_code_listens_to_is_subscribed_and_no_other(manifest: dict[str, Any]) -> None:
    listened = set(re.findall(r'@app\.event\("([a-z_.]+)"\)', source()))
    subscribed = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert {name.partition(".")[0] for name in subscribed} == listened
    assert len(subscribed) == len(set(subscribed))
    assert set(subscribed) == set(EVENT_SCOPES)


def test_the_command_and_the_shortcut_are_the_ones_listened_to(manifest: dict[str, Any], bot: Door) -> None:
    features = manifest["features"]
    assert [command["command"] for command in features["slash_commands"]] == [ids.COMMAND]
    assert [(one["callback_id"], one["type"]) for one in features["shortcuts"]] == [(ids.SHORTCUT, "message")]
    assert source().count("@app.command(") == source().count("@app.shortcut(") == 1


def test_the_commands_hint_names_every_verb(manifest: dict[str, Any]) -> None:
    from bot.slack.listeners.commands import HELP

    hint = manifest["features"]["slash_commands"][0]["usage_hint"]
    assert set(re.findall(r"\w+", hint)) == set(HELP)


def test_every_button_and_form_has_exactly_one_listener() -> None:
    text = source()
    for kind, names in (("button", ids.Press), ("form", ids.Form)):
        for name in names:
            assert len(re.findall(rf"@on\.{kind}\({type(name).__name__}\.{name.name}\b", text)) == 1, name
    assert not re.findall(r"@app\.(action|view)\(", text), "listeners/presses.py is the one way of handling a press"


def test_scopes_are_what_the_events_and_the_called_methods_need_and_no_more(manifest: dict[str, Any]) -> None:
    called = methods_called()
    assert called == set(SCOPES), "teach this test the scopes of what the code calls"
    needed = {"commands"} | {EVENT_SCOPES[name] for name in manifest["settings"]["event_subscriptions"]["bot_events"]}
    needed |= {scope for method in called for scope in SCOPES[method]}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed - {""}


def test_the_scopes_an_installation_is_checked_for_are_those_of_the_manifest(manifest: dict[str, Any]) -> None:
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == install.SCOPES


def test_presses_and_direct_messages_are_switched_on(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["features"]["app_home"]["messages_tab_enabled"] is True
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False


def test_the_manifest_stays_inside_slacks_limits(manifest: dict[str, Any]) -> None:
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    [shortcut] = manifest["features"]["shortcuts"]
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150
    assert all(len(command["description"]) <= 2000 for command in manifest["features"]["slash_commands"])


def test_the_manifest_is_part_of_the_package() -> None:
    assert "slack/manifest.yml" in (Path(ROOT) / "pyproject.toml").read_text(encoding="utf-8")
