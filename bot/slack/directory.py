"""Who and where: names of channels and people, asked of Slack and remembered for a while.

What Slack cannot tell right now is answered from memory, however old; what was never known is None.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any, Generic, TypeVar

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.blocks.common import mention_of

log = structlog.get_logger(__name__)
T = TypeVar("T")

CHANNELS_FOR = 300.0
REST_FOR = 120.0
PEOPLE_FOR = 900.0
GROUPS_FOR = 300.0
"""Seconds that an answer is good for."""

ASK_AGAIN_AFTER = 10.0
"""Seconds before Slack is asked again when it did not answer."""

PATIENCE = 1.0
"""Seconds after which no further person of a list is asked for."""

NOT_THERE = frozenset(
    {
        "channel_not_found",
        "user_not_found",
        "users_not_found",
        "not_in_channel",
        "missing_scope",
        "unknown_method",
    }
)
"""Answers that are final: Slack was reached and does not tell."""

NO_GROUP = frozenset({"no_such_subteam", "subteam_not_found"})
"""The same for a user group. Anything else, such as a scope taken away, leaves the last known members in place."""

FAILURES = (SlackClientError, OSError, HTTPException, ValueError, AttributeError)
"""What a failed call can raise; the last when the answer is JSON of another shape than Slack's."""


def error_code(error: Exception) -> str:
    """Slack's code for a failed call, or the kind of failure; never words of a body that came back."""
    code = error.response.get("error") if isinstance(error, SlackApiError) else None
    is_code = isinstance(code, str) and code.isascii() and code.replace("_", "").isalnum()
    return str(code) if is_code else type(error).__name__


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the workspace."""

    id: str
    name: str
    email: str | None
    zone: str | None = None


_REST = ("next_dnd_start_ts", "next_dnd_end_ts", "snooze_endtime")


@dataclass(frozen=True, slots=True)
class Rest:
    """When somebody does not want to be disturbed, in seconds since 1970: their next hours of it, and a pause now."""

    hours: tuple[float, float]
    paused_until: float

    def until(self, now: datetime) -> datetime | None:
        """Until when they are not to be disturbed now; None when they may be."""
        at = now.timestamp()
        ends = max(self.hours[1] if self.hours[0] <= at else 0.0, self.paused_until)
        return datetime.fromtimestamp(ends, UTC) if ends > at else None


class SlackAway(Exception):
    """Slack could not be asked for something that was never known, so nothing can be decided now."""


class _Memory(Generic[T]):
    """Answers by key, with the time until which each is good. `what` names them in the log."""

    def __init__(
        self, what: str, seconds: float, look_up: Callable[[str], T | None], final: frozenset[str] = NOT_THERE
    ) -> None:
        self._what, self._seconds, self._look_up, self._final = what, seconds, look_up, final
        self._answers: dict[str, tuple[float, T | None]] = {}

    def get(self, key: str) -> T | None:
        """The answer, fresh or, when Slack cannot be asked, the last one known, else None."""
        try:
            return self.must_get(key)
        except SlackAway:
            return None

    def must_get(self, key: str) -> T | None:
        """The same, but raises SlackAway when nothing is known and Slack cannot be asked."""
        until, answer = self._answers.get(key, (0.0, None))
        if time.monotonic() < until:
            return answer
        try:
            answer = self._look_up(key)
        except FAILURES as error:
            reason = error_code(error)
            if reason not in self._final:
                known = key in self._answers
                log.warning("slack.lookup_failed", what=self._what, of=key, reason=reason, last_known_counts=known)
                if not known:
                    raise SlackAway(reason) from None
                self._answers[key] = (time.monotonic() + ASK_AGAIN_AFTER, answer)
                return answer
            answer = None
        self.put(key, answer)
        return answer

    def put(self, key: str, answer: T | None) -> None:
        """Remember an answer."""
        self._answers[key] = (time.monotonic() + self._seconds, answer)

    def doubt(self, key: str) -> None:
        """Ask anew the next time; until Slack answers, the last answer counts."""
        if key in self._answers:
            self._answers[key] = (0.0, self._answers[key][1])


class Directory:
    """Channels, people and user groups of one workspace."""

    def __init__(self, client: WebClient) -> None:
        """`client` is used for reading only."""
        self._client = client
        self._names: _Memory[str] = _Memory("channel", CHANNELS_FOR, self._ask_channel)
        self._people: _Memory[Person] = _Memory("person", PEOPLE_FOR, self._ask_person)
        self._rest: _Memory[Rest] = _Memory("do not disturb", REST_FOR, self._ask_rest)
        self._by_email: _Memory[str] = _Memory("person by e-mail", PEOPLE_FOR, self._ask_email)
        self._groups: _Memory[frozenset[str]] = _Memory("members of a group", GROUPS_FOR, self._ask_members, NO_GROUP)
        self._handles: _Memory[dict[str, str]] = _Memory("handles of groups", GROUPS_FOR, self._ask_handles, NO_GROUP)
        self._ids: _Memory[dict[str, str]] = _Memory("channels", CHANNELS_FOR, self._ask_channels)
        self._links: _Memory[str] = _Memory("link", PEOPLE_FOR, self._ask_link, NOT_THERE | {"message_not_found"})
        self._reading = threading.Lock()

    def warm_up(self) -> None:
        """Learn the channels we are in, so that the first report need not wait for it."""
        self._ids.get("")

    def channel_name(self, channel_id: str) -> str | None:
        """A channel's name without `#`. Raises SlackAway when it was never known and Slack cannot be asked."""
        return self._names.must_get(channel_id)

    def channel_id(self, written: str) -> str | None:
        """The id of a channel written by name (with or without `#`) or by id; None when we are not in it.

        Raises SlackAway when our channels were never known and Slack cannot be asked.
        """
        name = written.removeprefix("#")
        known = self._ids.must_get("") or {}
        return name if name in known.values() else known.get(name)

    def places(self, several: Iterable[str]) -> dict[str, str]:
        """The ids of channels by how they are written, without those we are not in. Never raises."""
        try:
            known = {written: self.channel_id(written) for written in several}
        except SlackAway:
            return {}
        return {written: channel for written, channel in known.items() if channel is not None}

    def person(self, user_id: str | None) -> Person | None:
        """Somebody by their Slack id."""
        return self._people.get(user_id) if user_id else None

    def undisturbed_until(self, user_id: str, now: datetime) -> datetime | None:
        """Until when somebody's "do not disturb" is on; None when it is off, or when Slack cannot be asked."""
        rest = self._rest.get(user_id)
        return rest.until(now) if rest else None

    def groups_of(self, user_id: str, among: set[str]) -> frozenset[str]:
        """Those of the user groups (ids or @handles, as written) that the person is in."""
        return frozenset(written for written in among if user_id in self._members(written))

    def mention(self, written: str) -> str | None:
        """How a line of the team file is called in a message: by a person's id or a group's; None when unknown."""
        found = self.id_of(written)
        return mention_of(found) if found else None

    def id_of(self, written: str) -> str | None:
        """The Slack id of the person or user group that a line of the team file means; None when unknown."""
        if "@" in written[1:]:
            return self._by_email.get(written.casefold())
        return self._group_id(written) if written.startswith(("S", "@")) else written

    def people(self, several: Iterable[str], *, most: int) -> tuple[str, ...]:
        """The Slack ids of the people whom lines of the team file mean, groups by their members; at most so many.

        What Slack does not tell within `PATIENCE`, or cannot be asked for, is left out. Never raises.
        """
        until = time.monotonic() + PATIENCE
        found: dict[str, None] = {}
        for written in several:
            if len(found) >= most or time.monotonic() > until:
                break
            try:
                found |= dict.fromkeys(self._meant_by(written))
            except SlackAway:
                break
        return tuple(found)[:most]

    def knows(self, written: str) -> bool:
        """Whether a line of the team file means anybody. Raises SlackAway when Slack cannot be asked."""
        if written.startswith(("S", "@")) or "@" in written:
            return bool(self._meant_by(written))
        return self._people.must_get(written) is not None

    def _meant_by(self, written: str) -> Iterable[str]:
        if "@" in written[1:]:
            user_id = self._by_email.must_get(written.casefold())
            return [user_id] if user_id else []
        return sorted(self._members(written)) if written.startswith(("S", "@")) else [written]

    def link(self, channel: str, message_ts: str) -> str | None:
        """The address of a message, for a link; None when Slack does not tell."""
        return self._links.get(f"{channel} {message_ts}")

    def doubt_group(self, group_id: str) -> None:
        """A user group changed: ask for its members and all handles anew."""
        self._groups.doubt(group_id)
        self._handles.doubt("")

    def doubt_channels(self) -> None:
        """We came into a channel: ask for ours anew."""
        self._ids.doubt("")

    def _members(self, written: str) -> frozenset[str]:
        group_id = self._group_id(written)
        return (self._groups.get(group_id) if group_id else None) or frozenset()

    def _group_id(self, written: str) -> str | None:
        return (self._handles.get("") or {}).get(written[1:]) if written.startswith("@") else written

    def _ask_channel(self, channel_id: str) -> str | None:
        channel = self._client.conversations_info(channel=channel_id)["channel"]
        return str(channel["name"]) if channel.get("name") else None

    def _ask_channels(self, _: str) -> dict[str, str]:
        with self._reading:
            found = {}
            for channel in self._pages(self._client.users_conversations, "channels"):
                if not channel.get("is_archived"):
                    found[str(channel["name"])] = str(channel["id"])
                    self._names.put(str(channel["id"]), str(channel["name"]))
            return found

    def _ask_person(self, user_id: str) -> Person:
        user = self._client.users_info(user=user_id)["user"]
        profile = user.get("profile") or {}
        name = profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name")
        return Person(user_id, str(name or user_id), profile.get("email") or user.get("email"), user.get("tz"))

    def _ask_rest(self, user_id: str) -> Rest:
        answer = self._client.dnd_info(user=user_id)
        begins, ends, snoozed = (float(answer.get(name) or 0) for name in _REST)
        return Rest(
            (begins, ends) if answer.get("dnd_enabled") else (0.0, 0.0),
            snoozed if answer.get("snooze_enabled") else 0.0,
        )

    def _ask_email(self, email: str) -> str:
        return str(self._client.users_lookupByEmail(email=email)["user"]["id"])

    def _ask_link(self, place: str) -> str:
        channel, message_ts = place.split()
        return str(self._client.chat_getPermalink(channel=channel, message_ts=message_ts)["permalink"])

    def _ask_handles(self, _: str) -> dict[str, str]:
        return {str(group["handle"]): str(group["id"]) for group in self._client.usergroups_list()["usergroups"]}

    def _ask_members(self, group_id: str) -> frozenset[str]:
        return frozenset(self._client.usergroups_users_list(usergroup=group_id)["users"])

    @staticmethod
    def _pages(method: Callable[..., Any], name: str) -> Iterator[dict[str, Any]]:
        cursor = None
        for _ in range(50):
            answer = method(types="public_channel,private_channel", exclude_archived=True, limit=200, cursor=cursor)
            yield from answer[name]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
