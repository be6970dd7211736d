"""What listeners are handed: the things `app.py` joined, and the questions they all ask of them."""

import contextlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from slack_sdk import WebClient

from bot.content.bundle import Content
from bot.domain.approval import Presser
from bot.domain.channels import Listened, Mode
from bot.domain.complaint import Complaint, clean
from bot.domain.duty import called, on_duty
from bot.domain.team import Role, Standing, is_group
from bot.flows.opening import Opened
from bot.flows.session import Transaction
from bot.slack.blocks.common import mention_of
from bot.slack.directory import FAILURES, Directory
from bot.slack.payloads import Payload, Self, is_on_home

log = structlog.get_logger(__name__)

LONGEST_NAME = 80
LONGEST_SAID = 2900
MOST_CALLED = 3
"""Lines of the team file that one reminder calls."""
LARGEST_GROUP = 10_000
"""Members of a user group among whom somebody is looked for."""
MOST_ON_DUTY = 50
"""People among whom the next owner is looked for."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything a listener may need. `wake` tells the delivery loop that something was committed."""

    me: Self
    client: WebClient
    directory: Directory
    transaction: Transaction
    reading: Transaction
    open_report: Callable[[Complaint], Opened]
    content: Callable[[], Content]
    now: Callable[[], datetime]
    wake: Callable[[], None]

    def mode_of(self, channel: str) -> Mode:
        """How a channel is listened to."""
        entry = self.listened(channel)
        return entry.mode if entry else Mode.OFF

    def listened(self, channel: str) -> Listened | None:
        """The entry of `channels.yml` for a channel, if it has one."""
        channels = self.content().channels
        entry = channels.entry_of(channel)
        if entry is not None and entry.mode is not Mode.OFF:
            return entry
        return channels.entry_of(channel, self.directory.channel_name(channel))

    def leads_channel(self) -> str | None:
        """The id of the channel where leads hear of what concerns them all, or of the next best that we are in.

        Raises SlackAway when our channels were never known and Slack cannot be asked.
        """
        channels = self.content().channels
        known = (self.directory.channel_id(one) for one in (channels.leads, channels.approvals, channels.intake))
        return next((channel for channel in known if channel is not None), None)

    def places(self) -> dict[str, str]:
        """The ids of the channels that cases are told in, by how the policies write them. Never raises."""
        return self.directory.places(self.content().told_in)

    def zone_of(self, user: str | None) -> ZoneInfo:
        """The time zone of somebody's Slack; the team's own when it is not known."""
        person = self.directory.person(user)
        try:
            return ZoneInfo(person.zone) if person and person.zone else self.content().cadence.zone
        except (ZoneInfoNotFoundError, ValueError):
            return self.content().cadence.zone

    def link_to(self, place: tuple[str, str] | None) -> str | None:
        """The address of a message by its channel and timestamp; None when there is none or Slack cannot be asked."""
        return self.directory.link(*place) if place else None

    def name_of(self, user: str | None) -> str | None:
        """A person's first name, for signing a reply."""
        person = self.directory.person(user)
        words = clean(person.name).split() if person else []
        return words[0][:LONGEST_NAME] if words else None

    def full_name(self, user: str) -> str:
        """A person's name, to be shown without calling them."""
        person = self.directory.person(user)
        return clean(person.name)[:LONGEST_NAME] if person else "somebody"

    def role_of(self, user: str) -> Role | None:
        """A person's role by `policies/team.yml`, asked now: their own, or that of whom they stand in for today."""
        return self.standing_of(user).role

    def standing_of(self, user: str) -> Standing:
        """A person's role now, and the Slack id of the person they stand in for, if it is lent."""
        content = self.content()
        team, day = content.team, content.policy.day_of(self.now())
        written = [*(member.who for member in team.members), *(one.to for one in team.delegates)]
        groups = {who for who in written if is_group(who)}
        person = self.directory.person(user)
        email = person.email if person else None
        among = self.directory.groups_of(user, groups)
        found = team.standing_of(user, email, among, day=day)
        if found.lent_by is None:
            return found
        called = self.directory.mention(found.lent_by)
        return Standing(found.role, called.strip("<@>")) if called else team.standing_of(user, email, among)

    def presser(self, user: str) -> Presser:
        """A person who decides on an offer, with the authority they have now."""
        standing = self.standing_of(user)
        return Presser(user, standing.role, standing.lent_by)

    def approvals_channel(self) -> str | None:
        """The id of the channel for approvals; None when we are not in it. Raises SlackAway as above."""
        return self.directory.channel_id(self.content().channels.approvals)

    def approvers(self, role: Role, *, without: str | None = None) -> str:
        """Mentions of those who have at least this role today, by person or group, as the team file names them."""
        content = self.content()
        written = content.team.with_role(role, content.policy.day_of(self.now()))
        return " ".join(map(mention_of, self.ids_of(written, most=MOST_ON_DUTY, without=without)))

    def on_duty(self) -> tuple[str, ...]:
        """The Slack ids of those on duty by `policies/team.yml` now, as far as Slack can be asked. Never raises."""
        content = self.content()
        written = on_duty(content.team, self.now().astimezone(content.cadence.zone))
        people = self.directory.people(written, most=MOST_ON_DUTY)
        return tuple(person for person in people if person != self.me.user)

    def called_on_duty(self, *, without: str | None = None) -> list[str]:
        """Whom the reminder of a case without an owner calls now, by Slack id: at most `MOST_CALLED`. Never raises."""
        content = self.content()
        written = called(content.team, self.now().astimezone(content.cadence.zone))
        return self.ids_of(written, without=without)

    def leads(self, *, without: str | None = None) -> list[str]:
        """Whom a reminder for leads calls, by Slack id: the first `MOST_CALLED` lines of the team with that role."""
        leads = (member.who for member in self.content().team.members if member.role is Role.LEAD)
        return self.ids_of(leads, without=without)

    def ids_of(self, written: Iterable[str], *, most: int = MOST_CALLED, without: str | None = None) -> list[str]:
        """The Slack ids of the first lines of the team that mean somebody; a group as a group. Never raises.

        `without` leaves a person out: a group that they are in is its other members, one that nobody knows is nobody.
        """
        found: dict[str, None] = {}
        for who in written:
            if len(found) >= most:
                break
            members = self.directory.people([who], most=LARGEST_GROUP) if without and is_group(who) else None
            id = self.directory.id_of(who)
            if members is not None and (not members or without in members):
                found |= dict.fromkeys(members)
            elif id is not None:
                found[id] = None
            for nobody in (without, self.me.user):
                found.pop(nobody or "", None)
        return list(found)[:most]

    def in_plain_words(self, text: str) -> str:
        """The text with names in place of mentions, for a form, which cannot draw them."""
        return re.sub(r"<@(\w+)>", lambda found: f"@{self.name_of(found[1]) or found[1]}", text)

    def tell(self, body: Payload, text: str) -> None:
        """Answer the person who acted, where they are, so that only they see it. Never raises."""
        user = (body.get("user") or {}).get("id") or body.get("user_id") or (body.get("event") or {}).get("user")
        channel = (
            (body.get("channel") or {}).get("id") or body.get("channel_id") or (body.get("event") or {}).get("channel")
        )
        thread = ((body.get("container") or {}).get("thread_ts")) or (body.get("event") or {}).get("thread_ts")
        if user and not channel and is_on_home(body) and body.get("trigger_id"):
            self._tell_on_page(str(body["trigger_id"]), text)
        if not user or not channel:
            return
        try:
            self.client.chat_postEphemeral(channel=channel, user=user, text=text, thread_ts=thread)
        except FAILURES as error:
            log.warning("slack.answer_failed", error=type(error).__name__)
            self._tell_by_url(body.get("response_url"), text)

    def replace(self, body: Payload, text: str) -> None:
        """Put an answer in the place of the private message whose button was pressed. Never raises."""
        if not self._tell_by_url(body.get("response_url"), text, replace=True):
            self.tell(body, text)

    def _tell_on_page(self, trigger: str, text: str) -> None:
        """On a person's own page there is no message that only they see: a small window says it."""
        label = {"type": "plain_text", "text": "Amends"}
        said = {"type": "section", "text": {"type": "mrkdwn", "text": text[:LONGEST_SAID]}}
        close = {"type": "plain_text", "text": "Close"}
        with contextlib.suppress(*FAILURES):
            self.client.views_open(
                trigger_id=trigger, view={"type": "modal", "title": label, "close": close, "blocks": [said]}
            )

    def _tell_by_url(self, url: Any, text: str, *, replace: bool = False) -> bool:
        if not url:
            return False
        from slack_sdk.webhook import WebhookClient

        with contextlib.suppress(*FAILURES):
            webhook = WebhookClient(str(url), timeout=2, retry_handlers=[], ssl=self.client.ssl)
            sent = webhook.send(text=text, response_type="ephemeral", replace_original=replace)
            return sent.status_code == 200
        return False
