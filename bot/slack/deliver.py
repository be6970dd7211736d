"""Outbox → Slack: post a notice's message, or edit the one already there, and record what became of it."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from urllib.error import URLError

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.flows import outbox
from bot.flows.outbox import POST, UPDATE, Claimed, Lane, Notice
from bot.flows.session import Session, Unavailable
from bot.slack import notices
from bot.slack.directory import SlackAway
from bot.slack.house import House
from bot.slack.notices.message import Drawn, Elsewhere, Message, Nothing, NotNow, marker

log = structlog.get_logger(__name__)

CALL_SECONDS = 8
"""Longest wait for one answer of Slack: well inside the lease of a lane."""

CHANNEL_REFUSES = {
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "user_disabled",
    "cannot_dm_bot",
    "team_access_not_granted",
}
MESSAGE_GONE = {"message_not_found"}
THREAD_GONE = {"thread_not_found", "message_not_found"}
NEVER = {
    "cant_update_message",
    "edit_window_closed",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_arguments",
    "invalid_arg_name",
    "invalid_array_arg",
    "invalid_charset",
    "msg_too_long",
    "msg_blocks_too_long",
    "no_text",
    "too_many_attachments",
    "as_user_not_supported",
    "metadata_too_large",
    "block_mismatch",
}
LIMITED = {"ratelimited", "rate_limited", "message_limit_exceeded"}
OUR_ACCESS = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "not_allowed_token_type",
    "no_permission",
    "ekm_access_denied",
    "org_login_required",
}
MAY_HAVE_WORKED = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
UNREADABLE = "unreadable answer"
ACCESS_PAUSE = timedelta(seconds=60)
MOST_TRIES = 12
"""How often an answer we do not know is tried again before the notice is set aside."""


Record = Callable[[Session], None]
"""Writes down what became of one try."""


@dataclass(frozen=True, slots=True)
class _NotSent:
    """The record of a notice for which Slack was not called: it costs its lane no time."""

    record: Record

    def __call__(self, session: Session) -> None:
        self.record(session)


class _NotDrawn(Exception):
    """A notice could not be drawn: a fault of ours, which is the cause."""


class _DatabaseAway(Exception):
    """What a notice is about cannot be asked for now."""


class Deliverer:
    """Sends the notices of lanes. Safe to use from several threads, each with its own lane."""

    def __init__(self, house: House, client: WebClient) -> None:
        """`client` writes: it must not repeat a call by itself."""
        self._house, self._client = house, client
        self._random = Random()  # noqa: S311
        self.trouble: str | None = None
        """Why Slack does not let us in, while it does not."""

    def claim(self, limit: int) -> list[Claimed]:
        """Lanes that have something to send now, with the first notice of each."""
        with self._house.transaction() as session:
            return outbox.claim_due(session, limit)

    def run(self, claimed: Claimed, stopping: Any) -> None:
        """Send a lane's notices one after the other until there is none now, or until `stopping` is set."""
        lane: Lane = claimed.lane
        taken: tuple[Lane, Notice] | None = claimed.taken
        while taken is not None:
            after, notice = taken
            if stopping.is_set():
                with self._house.transaction() as session:
                    outbox.give_back(session, lane, notice)
                return
            record = self._send(notice)
            if not isinstance(record, _NotSent):
                lane = after
            with self._house.transaction() as session:
                record(session)
                taken = outbox.take_next(session, lane)

    def _send(self, notice: Notice) -> Record:
        """One try. Gives back what to record."""
        method = POST if notice.message_ts is None else UPDATE
        try:
            drawn = self._draw(notice)
            if notice.uncertain and notice.message_ts is None and drawn is not None:
                method = "conversations.replies" if drawn.thread_ts else "conversations.history"
                there = self._find(notice, drawn.thread_ts)
                if there is not None:
                    log.info("notice.found_again", notice=notice.id)
                    return lambda session: outbox.mark_found(session, notice, there)
                method = POST
                drawn = self._draw(notice)  # looking takes a while
            if not isinstance(drawn, Message):
                return _NotSent(_without_sending(notice, drawn))
            ts = self._post(notice, drawn) if notice.message_ts is None else self._update(notice, drawn)
        except _DatabaseAway:
            raise
        except _NotDrawn as error:
            return self._not_drawn(notice, error.__cause__ or error)
        except SlackApiError as error:
            return self._refused(notice, method, error)
        except Exception as error:  # an answer of another shape can make the client itself stumble
            reason = type(error).__name__
            never_left = method == POST and not notice.uncertain and _never_left(error)
            log.warning("notice.unanswered", notice=notice.id, method=method, reason=reason)
            if never_left:
                return lambda session: outbox.mark_failed(session, notice, reason, self._random)
            return lambda session: outbox.mark_uncertain(session, notice, reason, self._random)
        self.trouble = None
        return lambda session: outbox.mark_delivered(session, notice, ts)

    def _draw(self, notice: Notice) -> Drawn:
        try:
            return notices.draw(self._house, notice)
        except Unavailable as error:  # which a slow answer of Slack looks like too
            raise _DatabaseAway from error
        except Exception as error:
            raise _NotDrawn from error

    def _not_drawn(self, notice: Notice, error: BaseException) -> Record:
        """A fault of ours in one card: it waits, so that the others of its channel go on."""
        reason = f"cannot be drawn: {type(error).__name__}"
        log.error("notice.not_drawn", notice=notice.id, kind=notice.kind, exc_info=error)
        if notice.attempts >= MOST_TRIES:
            return self._set_aside(notice, reason)
        return lambda session: outbox.mark_failed(session, notice, reason, self._random, looked=notice.uncertain)

    def _post(self, notice: Notice, message: Message) -> str:
        try:
            return self._post_in(notice, message, message.thread_ts)
        except SlackApiError as error:
            if message.thread_ts is None or _reason(error.response) not in THREAD_GONE:
                raise
            log.warning("notice.thread_gone", notice=notice.id)
            return self._post_in(notice, message, None)

    def _post_in(self, notice: Notice, message: Message, thread_ts: str | None) -> str:
        answer = self._client.chat_postMessage(
            channel=notice.channel,
            text=message.text,
            blocks=message.blocks,
            thread_ts=thread_ts,
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])

    def _update(self, notice: Notice, message: Message) -> str:
        ts = str(notice.message_ts)
        self._client.chat_update(channel=notice.channel, ts=ts, text=message.text, blocks=message.blocks)
        return ts

    def _find(self, notice: Notice, thread_ts: str | None) -> str | None:
        """The message of an earlier try, if Slack has it: in its thread, or outside when the report is gone.

        Raises TimeoutError when looking took so long that the lane may be lost before a post is done.
        """
        begun = time.monotonic()
        since = (notice.tried_at - timedelta(minutes=1)).timestamp() if notice.tried_at else 0
        place = {"channel": notice.channel, "oldest": f"{since:.6f}", "limit": 200}
        found, report_stands = self._find_in_thread(notice, place, thread_ts) if thread_ts else (None, False)
        if found is None and not report_stands:
            history = self._history(place, None)
            found = next((str(each["ts"]) for each in history if _bears(each, marker(notice))), None)
        if found is None and time.monotonic() - begun > CALL_SECONDS:
            raise TimeoutError
        return found

    def _find_in_thread(self, notice: Notice, place: dict[str, Any], thread_ts: str) -> tuple[str | None, bool]:
        """The message in the thread, if it is there, and whether the report that opens the thread still stands."""
        report_stands = False
        try:
            for each in self._history(place, thread_ts):
                if _bears(each, marker(notice)):
                    return str(each["ts"]), True
                report_stands |= each.get("ts") == thread_ts and each.get("subtype") != "tombstone"
        except SlackApiError as error:
            if _reason(error.response) not in THREAD_GONE:
                raise
        return None, report_stands

    def _history(self, place: dict[str, Any], thread_ts: str | None) -> Iterator[dict[str, Any]]:
        cursor = None
        while True:
            if thread_ts:
                answer = self._client.conversations_replies(**place, ts=thread_ts, cursor=cursor)
            else:
                answer = self._client.conversations_history(**place, cursor=cursor)
            yield from answer.get("messages") or []
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _refused(self, notice: Notice, method: str, error: SlackApiError) -> Record:
        """What to record when Slack answered with an error."""
        answer = error.response
        reason = _reason(answer)
        log.warning("notice.refused", notice=notice.id, method=method, reason=reason)
        looking = method not in (POST, UPDATE)
        if reason in LIMITED or answer.status_code == 429:
            pause = timedelta(seconds=_retry_after(answer.headers))
            return lambda session: outbox.mark_limited(session, notice, method, pause)
        if reason in OUR_ACCESS:
            self.trouble = reason
            return lambda session: outbox.mark_limited(session, notice, method, ACCESS_PAUSE)
        if looking and reason not in CHANNEL_REFUSES:
            return lambda session: outbox.mark_uncertain(session, notice, f"{method}: {reason}", self._random)
        if method == UPDATE and reason in MESSAGE_GONE:
            return lambda session: outbox.mark_gone(session, notice)
        if reason in CHANNEL_REFUSES:
            return self._elsewhere(notice, reason)
        if reason in NEVER:
            return self._set_aside(notice, reason)
        if reason in MAY_HAVE_WORKED or reason == UNREADABLE or answer.status_code >= 500:
            return lambda session: outbox.mark_uncertain(session, notice, reason, self._random)
        if notice.attempts >= MOST_TRIES:
            return self._set_aside(notice, reason)
        return lambda session: outbox.mark_failed(session, notice, reason, self._random)

    def _elsewhere(self, notice: Notice, reason: str) -> Record:
        """Its place does not take it: to the channel where reports come in, once; after that it is set aside."""
        try:
            intake = self._house.directory.channel_id(self._house.content().channels.intake)
        except SlackAway:
            return lambda session: outbox.mark_failed(session, notice, reason, self._random)
        if intake is None or intake == notice.channel:
            return self._set_aside(notice, reason)
        log.warning("notice.moved", notice=notice.id, reason=reason, to=intake)
        return lambda session: outbox.mark_moved(session, notice, intake, reason)

    def _set_aside(self, notice: Notice, reason: str) -> Record:
        log.error("notice.set_aside", notice=notice.id, kind=notice.kind, channel=notice.channel, reason=reason)
        return lambda session: outbox.mark_set_aside(session, notice, reason)


def _without_sending(notice: Notice, drawn: NotNow | Nothing | Elsewhere | None) -> Record:
    if isinstance(drawn, Elsewhere):
        return lambda session: outbox.mark_moved(session, notice, drawn.channel, drawn.why)
    if isinstance(drawn, NotNow):
        return lambda session: outbox.mark_not_now(session, notice, drawn.until, drawn.why)
    if isinstance(drawn, Nothing):
        return lambda session: outbox.mark_withdrawn(session, notice, drawn.why)
    return lambda session: outbox.mark_set_aside(session, notice, "what it is about is not in the database")


def _bears(message: dict[str, Any], mark: str) -> bool:
    blocks = message.get("blocks") or [{}]
    return bool(blocks[0].get("block_id") == mark)


def _never_left(error: Exception) -> bool:
    """Whether the connection was never made, so that Slack cannot have heard us."""
    cause = error.reason if isinstance(error, URLError) else error
    return isinstance(cause, ConnectionRefusedError | socket.gaierror)


def _reason(answer: Any) -> str:
    """Slack's error code; what is not one came from something in between."""
    code = answer.get("error") if answer.data else None
    return code if isinstance(code, str) and code.replace("_", "").isalnum() else UNREADABLE


def _retry_after(headers: Any) -> float:
    value = next((headers[name] for name in headers if str(name).lower() == "retry-after"), "1")
    value = value[0] if isinstance(value, list) else value
    try:
        return min(max(float(value), 0.1), 3600.0)
    except (TypeError, ValueError):
        return 1.0
