"""The small pieces blocks are made of: escaping, shortening, dates, buttons, inputs."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

Block = dict[str, Any]

Name = Callable[[str], str]
"""A person's name by their id, to be shown without calling them."""

SECTION_LIMIT = 2900
"""Characters in one text block: Slack's limit is 3000."""

MOST_PARAGRAPHS = 10
"""Sections one text may take: a message holds 50 blocks."""


LONGEST_WORD = 30
"""Characters that are given up so that a text is not cut within a word."""


def escape(text: str) -> str:
    """Text that people typed, made harmless inside mrkdwn and fallback texts."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between two words where one is near; what was cut is said."""
    if len(text) <= limit:
        return text
    note = f" … (shortened, {len(text):,} characters in all)"
    room = limit - len(note)
    kept = text[:room]
    if not text[room].isspace():
        between = max(kept.rfind(" "), kept.rfind("\n"))
        kept = kept[:between] if between > room - LONGEST_WORD else kept
    return kept.rstrip() + note


def one_line(text: str, limit: int) -> str:
    """Text on one line, at most `limit` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def plain(text: str) -> Block:
    """A plain_text object: shown literally, pings nobody, draws no emoji."""
    return {"type": "plain_text", "text": text or " ", "emoji": False}


def label(text: str) -> Block:
    """A plain_text object for our own words."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    """A mrkdwn object. What people typed must be escaped before."""
    return {"type": "mrkdwn", "text": text}


def mention_of(slack_id: str) -> str:
    """How a person or a user group is called in a message, by their id."""
    return f"<!subteam^{slack_id}>" if slack_id.startswith("S") else f"<@{slack_id}>"


def section(text: str, *, block_id: str | None = None) -> Block:
    """A section of mrkdwn."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if block_id:
        block["block_id"] = block_id
    return block


def literal(text: str) -> list[Block]:
    """Any text, literally: a section for each paragraph, and as many more as a long one needs."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()] or [""]
    if len(paragraphs) > MOST_PARAGRAPHS:
        paragraphs = [*paragraphs[: MOST_PARAGRAPHS - 1], "\n\n".join(paragraphs[MOST_PARAGRAPHS - 1 :])]
    # Slack may count an emoji as two characters.
    limit = SECTION_LIMIT if max(text, default="") <= "\uffff" else SECTION_LIMIT // 2
    return [
        {"type": "section", "text": plain(part[start : start + limit])}
        for part in paragraphs
        for start in range(0, max(len(part), 1), limit)
    ]


def context(*texts: str) -> Block:
    """Small print, each text mrkdwn."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


LONGEST_LABEL = 75
"""Characters of what is read out for a button."""


def actions(*buttons: Block, about: str = "") -> Block:
    """A row of buttons. `about` is read out with each, where several rows bear the same words."""
    drawn = list(buttons)
    if about:
        drawn = [
            {**each, "accessibility_label": one_line(f"{each['text']['text']}, {about}", LONGEST_LABEL)}
            for each in drawn
        ]
    return {"type": "actions", "elements": drawn}


def button(
    text: str, action_id: str, value: object, *, style: str | None = None, confirm: Block | None = None
) -> Block:
    """A button that carries an id."""
    block: Block = {"type": "button", "text": label(text), "action_id": str(action_id), "value": str(value)}
    if style:
        block["style"] = style
    if confirm:
        block["confirm"] = confirm
    return block


def confirm(title: str, text: str, *, yes: str, no: str = "Cancel") -> Block:
    """The question Slack asks before a button counts."""
    return {"title": label(title), "text": plain(text), "confirm": label(yes), "deny": label(no)}


def date(at: datetime) -> str:
    """A time that each viewer reads in their own zone; the fallback names the zone."""
    fallback = at.strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def text_input(
    field: str,
    title: str,
    *,
    value: str = "",
    multiline: bool = False,
    optional: bool = False,
    hint: str = "",
    limit: int = 3000,
    action_id: str = "",
    tell: str = "",
    placeholder: str = "",
) -> Block:
    """A text field; its block_id and action_id are both `field`, unless another `action_id` is given.

    `tell` has us told while the form is open: `on_enter_pressed` or `on_character_entered`.
    """
    element: Block = {
        "type": "plain_text_input",
        "action_id": action_id or str(field),
        "multiline": multiline,
        "max_length": limit,
    }
    if value:
        element["initial_value"] = value[:limit]
    if placeholder:
        element["placeholder"] = label(placeholder)
    if tell:
        element["dispatch_action_config"] = {"trigger_actions_on": [tell]}
    block: Block = {
        "type": "input",
        "block_id": str(field),
        "label": label(title),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = label(hint)
    if tell:
        block["dispatch_action"] = True
    return block


def select_input(
    field: str, title: str, options: Iterable[tuple[str, str]], *, chosen: str, action_id: str = "", hint: str = ""
) -> Block:
    """A choice of one; options are (value, label), at most 100. With an `action_id` we are told of each choice."""
    drawn = [{"text": label(text), "value": value} for value, text in options]
    element: Block = {"type": "static_select", "action_id": action_id or str(field), "options": drawn}
    initial = [option for option in drawn if option["value"] == chosen]
    if initial:
        element["initial_option"] = initial[0]
        element["placeholder"] = initial[0]["text"]
    block: Block = {"type": "input", "block_id": str(field), "label": label(title), "element": element}
    if hint:
        block["hint"] = label(hint)
    if action_id:
        block["dispatch_action"] = True
    return block


def tick_input(field: str, title: str, text: str, *, ticked: bool = False) -> Block:
    """One box to tick, or not."""
    option = {"text": label(text), "value": "yes"}
    element: Block = {"type": "checkboxes", "action_id": str(field), "options": [option]}
    if ticked:
        element["initial_options"] = [option]
    return {"type": "input", "block_id": str(field), "label": label(title), "element": element, "optional": True}


def day_input(field: str, title: str, day: str, *, hint: str = "") -> Block:
    """A day, as "2026-03-13"; empty for none yet."""
    element: Block = {"type": "datepicker", "action_id": str(field), "placeholder": label("Which day?")}
    if day:
        element["initial_date"] = day
    block: Block = {"type": "input", "block_id": str(field), "label": label(title), "element": element}
    block["optional"] = True
    if hint:
        block["hint"] = label(hint)
    return block


MOST_BOXES = 10
"""Options one group of checkboxes may have."""


def checkboxes(field: str, title: str, options: Iterable[tuple[str, str]], *, hint: str = "") -> Block:
    """A choice of any number, none at first; options are (value, label), at most MOST_BOXES."""
    drawn = [{"text": label(text), "value": value} for value, text in options]
    block: Block = {
        "type": "input",
        "block_id": str(field),
        "label": label(title),
        "element": {"type": "checkboxes", "action_id": str(field), "options": drawn},
        "optional": True,
    }
    if hint:
        block["hint"] = label(hint)
    return block


def picker_input(
    field: str, title: str, kind: str, *, chosen: str = "", optional: bool = False, hint: str = ""
) -> Block:
    """A choice of a `date` (2026-03-05), a `time` (14:30) or a `user`, in Slack's own picker."""
    element: Block = {"type": "users_select" if kind == "user" else f"{kind}picker", "action_id": str(field)}
    if chosen:
        element[f"initial_{kind}"] = chosen
    block: Block = {
        "type": "input",
        "block_id": str(field),
        "label": label(title),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = label(hint)
    return block


def form(callback_id: str, title: str, blocks: list[Block], *, submit: str, about: object = "") -> Block:
    """A modal. `about` is the id it is about."""
    return {
        "type": "modal",
        "callback_id": str(callback_id),
        "private_metadata": str(about),
        "title": label(title),
        "submit": label(submit),
        "close": label("Cancel"),
        "blocks": blocks,
    }
