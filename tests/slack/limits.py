"""Block Kit's limits: Slack's own models, and the limits that they leave out."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject
from slack_sdk.models.views import View

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_TEXT = 40_000
PICKED = {
    "datepicker": r"\d{4}-\d\d-\d\d",
    "timepicker": r"\d\d:\d\d",
    "users_select": r"[UW][A-Z0-9]+",
}
"""What is picked from a calendar, a clock and a list of people, and how it is written."""

MODALS_ONLY = {"input", "alert"}


def message_faults(text: Any, blocks: Any) -> list[str]:
    """What Slack would refuse in a message; empty when it takes it."""
    faults = list(_blocks(blocks or [], MESSAGE_BLOCKS))
    if not isinstance(text, str) or not text.strip():
        faults.append("no fallback text")
    elif len(text) > MESSAGE_TEXT:
        faults.append(f"fallback text of {len(text)} characters")
    faults += [f"a {block['type']} block in a message" for block in blocks or [] if block["type"] in MODALS_ONLY]
    return faults


def view_faults(view: dict[str, Any]) -> list[str]:
    """What Slack would refuse in a form; empty when it takes it."""
    faults = list(_blocks(view["blocks"], VIEW_BLOCKS))
    try:
        View(**view).validate_json()
    except SlackObjectFormationError as error:
        faults.append(str(error))
    for name in ("title", "submit", "close"):
        if name in view or name == "title":
            faults += list(_text(view[name], 24, f"the form's {name}"))
    faults += list(_length(view.get("private_metadata", ""), 3000, "private_metadata", least=0))
    faults += list(_length(view.get("callback_id", "none"), 255, "callback_id"))
    if any(block["type"] == "input" for block in view["blocks"]) and not view.get("submit"):
        faults.append("inputs without a submit")
    return faults


def page_faults(view: dict[str, Any]) -> list[str]:
    """What Slack would refuse in somebody's own page; empty when it takes it."""
    return [*([] if view.get("type") == "home" else ["not of type home"]), *_blocks(view["blocks"], VIEW_BLOCKS)]


def _blocks(blocks: list[dict[str, Any]], most: int) -> Iterator[str]:
    if not 1 <= len(blocks) <= most:
        yield f"{len(blocks)} blocks"
    for block in blocks:
        model = Block.parse(block)
        if model is None:
            yield f"no block of type {block.get('type')!r}"
            continue
        try:
            model.validate_json()
        except SlackObjectFormationError as error:
            yield f"{block['type']}: {error}"
        yield from _block(block)
    yield from _twice((block["block_id"] for block in blocks if "block_id" in block), "block_id")
    for block in blocks:
        yield from _twice((element["action_id"] for element in _interactive(block)), "action_id in one block")


def _twice(ids: Iterator[str], name: str) -> Iterator[str]:
    for one, count in Counter(ids).items():
        if count > 1:
            yield f"{name} {one!r} {count} times"


def _interactive(block: dict[str, Any]) -> list[dict[str, Any]]:
    found = [*block.get("elements", []), block.get("element"), block.get("accessory")]
    return [element for element in found if isinstance(element, dict) and "action_id" in element]


def _block(block: dict[str, Any]) -> Iterator[str]:
    kind = block["type"]
    if "block_id" in block:
        yield from _length(block["block_id"], 255, "block_id")
    if kind == "section":
        if "text" in block:
            yield from _text(block["text"], 3000, "section")
        elif not block.get("fields"):
            yield "section with neither text nor fields"
        for field in block.get("fields", []):
            yield from _text(field, 2000, "field")
        if len(block.get("fields", [])) > 10:
            yield "more than 10 fields"
    elif kind == "context":
        if not 1 <= len(block["elements"]) <= 10:
            yield f"{len(block['elements'])} context elements"
        for element in block["elements"]:
            yield from _text(element, 2000, "context")
    elif kind == "actions":
        if not 1 <= len(block["elements"]) <= 25:
            yield f"{len(block['elements'])} action elements"
        for element in block["elements"]:
            yield from _button(element)
    elif kind == "input":
        yield from _text(block["label"], 2000, "label", plain=True)
        if "hint" in block:
            yield from _text(block["hint"], 2000, "hint", plain=True)
        yield from _element(block["element"])


def _button(button: dict[str, Any]) -> Iterator[str]:
    if button["type"] != "button":
        yield f"a {button['type']} among the buttons: teach this file its limits"
        return
    try:
        ButtonElement(
            **{key: value for key, value in button.items() if key not in ("type", "confirm", "accessibility_label")}
        ).validate_json()
        if "confirm" in button:
            ConfirmObject(**button["confirm"]).validate_json()
    except SlackObjectFormationError as error:
        yield f"button: {error}"
    yield from _text(button["text"], 75, "button", plain=True)
    yield from _length(button["action_id"], 255, "action_id")
    yield from _length(button.get("value", "1"), 2000, "button value")
    yield from _length(button.get("accessibility_label", "-"), 75, "accessibility_label")
    if "confirm" in button:
        for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            yield from _text(button["confirm"][name], most, f"confirm {name}")


def _element(element: dict[str, Any]) -> Iterator[str]:
    yield from _length(element["action_id"], 255, "action_id")
    if "placeholder" in element:
        yield from _text(element["placeholder"], 150, "placeholder", plain=True)
    if element["type"] == "plain_text_input":
        most = element.get("max_length", 3000)
        if not 1 <= most <= 3000:
            yield f"max_length {most}"
        yield from _length(element.get("initial_value", ""), most, "initial_value", least=0)
    elif element["type"] == "static_select":
        yield from _select(element)
    elif element["type"] == "checkboxes":
        if not 1 <= len(element["options"]) <= 10:
            yield f"{len(element['options'])} boxes"
        for option in element["options"]:
            yield from _text(option["text"], 75, "box")
        if any(option not in element["options"] for option in element.get("initial_options", [])):
            yield "initial_options are not among the options"
    elif element["type"] in PICKED:
        pattern = PICKED[element["type"]]
        for name, value in element.items():
            if name.startswith("initial_") and not re.fullmatch(pattern, value):
                yield f"{name} {value!r}"
    else:
        yield f"a {element['type']} in an input: teach this file its limits"


def _select(element: dict[str, Any]) -> Iterator[str]:
    groups = element.get("option_groups")
    options = [one for group in groups for one in group["options"]] if groups else element["options"]
    for each in groups or [element]:
        if not 1 <= len(each["options"]) <= 100:
            yield f"{len(each['options'])} options"
    if groups and len(groups) > 100:
        yield f"{len(groups)} option groups"
    for group in groups or []:
        yield from _text(group["label"], 75, "option group", plain=True)
    for option in options:
        yield from _text(option["text"], 75, "option")
        yield from _length(option["value"], 150, "option value")
    yield from _twice(iter(option["value"] for option in options), "option value")
    if "initial_option" in element and element["initial_option"] not in options:
        yield "initial_option is not one of the options"


def _text(text: dict[str, Any], most: int, name: str, *, plain: bool = False) -> Iterator[str]:
    if text["type"] not in ("plain_text", "mrkdwn") or (plain and text["type"] != "plain_text"):
        yield f"{name} is {text['type']}"
    if text["type"] == "mrkdwn" and "emoji" in text:
        yield f"{name} is mrkdwn with `emoji`"
    yield from _length(text["text"], most, name)


def _length(value: Any, most: int, name: str, *, least: int = 1) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{name} is a {type(value).__name__}"
    elif not least <= len(value) <= most:
        yield f"{name} of {len(value)} characters, {least} to {most} fit"
    elif any(0xD800 <= ord(character) <= 0xDFFF or character == "\0" for character in value):
        yield f"{name} holds characters that no JSON reader takes"
