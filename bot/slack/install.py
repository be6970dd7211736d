"""What an installation lacks: scopes, and what the policies name and Slack does not know: channels, people, groups."""

from collections.abc import Iterable, Iterator

from slack_sdk import WebClient

from bot.content.bundle import Content
from bot.domain.channels import Mode
from bot.domain.team import Team
from bot.slack.directory import Directory

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "dnd:read",
        "groups:history",
        "groups:read",
        "im:history",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)
"""What the bot token has to be allowed, as in `manifest.yml`."""


def channel_faults(content: Content, directory: Directory) -> list[str]:
    """A line for each channel that a policy names and Amends is not in. Raises SlackAway."""
    return [
        f"{place}: Amends is in no channel {written!r}: correct the name, or type /invite @Amends there"
        for written, place in _channels(content)
        if directory.channel_id(written) is None
    ]


def people_faults(content: Content, directory: Directory) -> list[str]:
    """A line for each person or user group of the team file that Slack does not know. Raises SlackAway."""
    return [
        f"team.yml: {written!r} is nobody in this workspace: correct it, or write the Slack id"
        for written in _people(content.team)
        if not directory.knows(written)
    ]


def scope_faults(client: WebClient) -> list[str]:
    """A line when the token lacks scopes; none where Slack does not say which it has. Raises SlackApiError."""
    headers = {name.lower(): value for name, value in client.auth_test().headers.items()}
    granted = str(headers.get("x-oauth-scopes") or "")
    lacking = sorted(SCOPES - {scope.strip() for scope in granted.split(",")}) if granted else []
    if not lacking:
        return []
    mend = "add the scopes of bot/slack/manifest.yml to the app, then install it again"
    return [f"SLACK_BOT_TOKEN: lacks {', '.join(lacking)}: {mend}"]


def _channels(content: Content) -> Iterable[tuple[str, str]]:
    """Each channel once, as written, with where it is named first."""
    channels = content.channels
    named: Iterator[tuple[str, str]] = iter(
        [
            *((entry.channel, "channels.yml: listen") for entry in channels.listened if entry.mode is not Mode.OFF),
            (channels.approvals, "channels.yml: approvals"),
            (channels.leads, "channels.yml: leads"),
            *((route.channel, f"routing.yml: {route.id}") for route in content.routing.routes),
            *((source.channel, f"intake.yml: {source.name}") for source in content.intake.sources),
        ]
    )
    found: dict[str, tuple[str, str]] = {}
    for written, place in named:
        found.setdefault(written.removeprefix("#"), (written, place))
    return found.values()


def _people(team: Team) -> Iterable[str]:
    """Each line of the team file once, as written."""
    several = [member.who for member in team.members]
    several += [who for one in team.delegates for who in (one.giver, one.to)]
    several += [duty.who for duty in team.duties or ()]
    return dict.fromkeys(several)
