"""Slack payload or form → domain object. Every question about a payload is answered by one small function here."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from bot.domain.complaint import Complaint, Door, clean
from bot.domain.template import Channel
from bot.slack.ids import ANSWER, HOME, NOTICE_MARK, Field
from bot.slack.readable import readable

Payload = dict[str, Any]

_REPORTING_SUBTYPES = {None, "bot_message", "file_share", "me_message"}
"""Message subtypes that somebody wrote; all others are joins, topics, edits and the like."""

_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class Self:
    """Who we are in a workspace, from `auth.test`."""

    workspace: str
    enterprise: str | None
    user: str
    bot: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What an open reply form remembers: the response whose words it was given, for which channel, and which they were.

    `words` is the digest of those words, empty when they are somebody's own; `turn` counts how often words were put
    into the field; `find` are the words the menu of responses was made for; `said` the digest of all it says besides
    the words in its field. The form behind Mark as sent remembers only its draft and `said`.
    """

    draft: int
    template: str = ""
    channel: Channel = Channel.EMAIL
    words: str = ""
    turn: int = 0
    find: str = ""
    said: str = ""

    @property
    def text(self) -> str:
        """It, as a form carries it."""
        values = [self.draft, self.template, self.channel.value, self.words, self.turn, self.find, self.said]
        return json.dumps(values)


def digest(text: str) -> str:
    """A short name of words, the same however they are spaced."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def shown(body: Payload) -> Shown | None:
    """What a form about a reply remembers; None when it is none of ours."""
    try:
        draft, template, channel, words, turn, find, said = json.loads(about(body))
        return Shown(int(draft), str(template), Channel(channel), str(words), int(turn), str(find), str(said))
    except (ValueError, TypeError):
        return None


def channel(body: Payload) -> Channel:
    """The channel chosen in a form."""
    chosen = field(body, Field.CHANNEL)
    return Channel(chosen) if chosen in list(Channel) else Channel.EMAIL


def typed(text: str) -> str:
    """The words as the person typed them: Slack sends `<`, `>` and `&` as entities."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return clean(text).strip()


def is_ours(event: Payload, me: Self) -> bool:
    """Whether we wrote this message ourselves."""
    message = event.get("message") or event.get("previous_message") or event
    wrote = message.get("user") == me.user
    return wrote or (me.bot is not None and message.get("bot_id") == me.bot)


def is_report(event: Payload) -> bool:
    """Whether this is a new top-level message somebody wrote."""
    if event.get("subtype") not in _REPORTING_SUBTYPES or event.get("hidden"):
        return False
    return event.get("thread_ts") in (None, event.get("ts"))


def author(event: Payload) -> str | None:
    """The person who wrote a message; None for a bot or an integration."""
    is_bot = event.get("bot_id") or event.get("subtype") == "bot_message"
    return None if is_bot else event.get("user")


def is_direct(event: Payload) -> bool:
    """Whether the message was sent to us alone."""
    return event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D")


def message_text(event: Payload, me: Self) -> str:
    """What a message says, wherever it says it: text, attachments or blocks; without a mention of us at its start."""
    text = readable(event)
    mention = re.compile(rf"^\s*<@{re.escape(me.user)}(\|[^>]*)?>[\s,:]*")
    return typed(mention.sub("", text))


def complaint_from_message(event: Payload, me: Self, door: Door, *, reporter_name: str | None) -> Complaint | None:
    """The report in a message; None when it says nothing."""
    text = message_text(event, me)
    if not text:
        return None
    channel, ts = str(event["channel"]), str(event["ts"])
    return Complaint(
        source=Complaint.message_source(channel, ts),
        door=door,
        text=text,
        channel=channel,
        thread_ts=ts,
        reporter=event.get("user"),
        reporter_name=reporter_name,
    )


def complaint_from_command(body: Payload, text: str, *, channel: str, reporter_name: str | None) -> Complaint | None:
    """The report in `/amends report <text>`; None when it says nothing. Its card opens the thread."""
    text = typed(text)
    if not text:
        return None
    source = f"command:{body['trigger_id']}"[:200]
    return Complaint(source, Door.COMMAND, text, channel, None, body["user_id"], reporter_name)


def complaint_from_form(body: Payload, *, reporter_name: str | None) -> Complaint | None:
    """The report in the form behind `/amends report`; None when it says nothing. Its card opens the thread."""
    text = field(body, Field.TEXT)
    if not text:
        return None
    return Complaint(
        source=f"form:{body['view'].get('root_view_id') or body['view']['id']}"[:200],
        door=Door.FORM,
        text=text,
        channel=about(body),
        thread_ts=None,
        reporter=body["user"]["id"],
        reporter_name=reporter_name,
        customer=field(body, Field.CUSTOMER),
        reference=field(body, Field.REFERENCE),
    )


def changed_message(event: Payload) -> Payload:
    """The message after an edit, with the channel it stands in."""
    return {**(event.get("message") or {}), "channel": event["channel"]}


def is_tombstone(event: Payload) -> bool:
    """Whether a message that has replies was deleted: Slack puts a tombstone in its place and calls that an edit."""
    return (event.get("message") or {}).get("subtype") == "tombstone"


def deleted_source(event: Payload) -> str:
    """The source of a message that was deleted."""
    ts = event.get("deleted_ts") or (event.get("message") or {}).get("ts")
    return Complaint.message_source(str(event["channel"]), str(ts))


def pressed_id(body: Payload) -> int | None:
    """The id the pressed button carries; None when it is not one of ours."""
    return number(str((body.get("actions") or [{}])[0].get("value", "")))


def pressed_notice(body: Payload) -> int | None:
    """The notice whose message the button stands in, by the mark of its first block; a form keeps it after a colon."""
    if "view" in body:
        return number(about(body).partition(":")[2])
    blocks = (body.get("message") or {}).get("blocks") or [{}]
    mark = str(blocks[0].get("block_id") or "")
    return number(mark.removeprefix(NOTICE_MARK)) if mark.startswith(NOTICE_MARK) else None


def is_on_home(body: Payload) -> bool:
    """Whether somebody pressed on their own page, or submitted a form that they opened there.

    Slack names the page; the local workspace names neither page nor channel.
    """
    view = body.get("view") or {}
    if view:
        return view.get("type") == "home" or str(view.get("private_metadata") or "").endswith(f":{HOME}")
    return "actions" in body and not (body.get("channel") or {}).get("id")


def pressed_place(body: Payload) -> str:
    """Where the button stands, to be kept in the form behind it: the page, a notice's id, or nothing of ours."""
    return HOME if is_on_home(body) else str(pressed_notice(body) or "")


def about(body: Payload) -> str:
    """What a submitted form is about."""
    return str(body["view"].get("private_metadata", ""))


def form_id(body: Payload) -> int | None:
    """The id of what a form is about, which may be followed by the place it was opened from."""
    return number(about(body).partition(":")[0])


def number(text: str) -> int | None:
    """A database id, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def field(body: Payload, name: str) -> str:
    """What was typed or chosen in a field of a submitted form; one that must be filled keeps what it opened with."""
    element: Payload = next(iter(body["view"]["state"]["values"].get(str(name), {}).values()), {})
    return _content(element) or _opened_with(body["view"], str(name))


def correction(body: Payload, name: str) -> str | None:
    """What an optional field is to become: None leaves it as it is, a dash empties it.

    An empty field is no order to forget: not every client sends a field that nobody touched.
    """
    given = field(body, name)
    return "" if given in ("-", "–", "—") else given or None


def satisfaction(body: Payload) -> int | None:
    """What the customer said by a form, 1 to 5; None when nobody knows."""
    said = field(body, Field.SATISFACTION)
    return int(said) if said in ("1", "2", "3", "4", "5") else None


def chosen(body: Payload, name: str) -> list[str]:
    """What is ticked in a group of boxes; nothing when the form did not have it."""
    element = body["view"]["state"]["values"].get(str(name), {}).get(str(name), {})
    return [str(option.get("value", "")) for option in element.get("selected_options") or []]


def _content(element: Payload, prefix: str = "") -> str:
    chosen = element.get(f"{prefix or 'selected_'}option") or {}
    picked = (element.get(f"{prefix or 'selected_'}{name}") for name in ("date", "time", "user"))
    found = element.get(f"{prefix}value") or chosen.get("value") or next((one for one in picked if one), "")
    return clean(str(found)).strip()


def _opened_with(view: Payload, name: str) -> str:
    """What a field held when its form opened: not every client sends a field that nobody touched."""
    block: Payload = next((block for block in view.get("blocks", []) if block.get("block_id") == name), {})
    return "" if block.get("optional") else _content(block.get("element") or {}, "initial_")


def kept(body: Payload, name: str) -> str:
    """What a field holds; the content it opened with when it holds none, though it need not be filled."""
    block: Payload = next((block for block in body["view"].get("blocks", []) if block.get("block_id") == str(name)), {})
    return field(body, name) or _content(block.get("element") or {}, "initial_")


def is_ticked(body: Payload, name: str) -> bool:
    """Whether any box of a field of a form is ticked."""
    element: Payload = next(iter(body["view"]["state"]["values"].get(str(name), {}).values()), {})
    return bool(element.get("selected_options"))


def blocks_of(body: Payload) -> set[str]:
    """The block_ids of the form as the person has it."""
    return {str(block.get("block_id")) for block in body["view"].get("blocks", [])}


def answers(body: Payload) -> dict[str, str]:
    """The answers to a draft's questions in a submitted form, by the value's name."""
    names = [name for name in body["view"]["state"]["values"] if name.startswith(ANSWER)]
    return {name.removeprefix(ANSWER): field(body, name) for name in names}
