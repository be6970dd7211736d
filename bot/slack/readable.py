"""All that a person can read in a message: its text, and what an integration or a forward puts beside it.

Help desks write the complaint in `attachments` or `blocks` and leave `text` empty or short; who forwards a message has
it as an attachment. A preview of a link is not part of what was said.
"""

from collections.abc import Iterator
from typing import Any

MOST_PARTS = 200
"""Pieces of one message that are read; Slack itself allows 50 blocks and 100 attachments."""


def readable(event: dict[str, Any]) -> str:
    """The words of a message, each part once, in reading order."""
    text = str(event.get("text") or "").strip()
    said = [text] if text else []
    from_integration = bool(event.get("bot_id")) or not text
    for number, part in enumerate(_parts(event, with_blocks=from_integration)):
        if number >= MOST_PARTS:
            break
        words = part.strip()
        if words and not any(_same(words) in _same(before) for before in said):
            said.append(words)
    if not said:
        said = [str(file.get("title") or file.get("name") or "") for file in _objects(event.get("files"))]
    return "\n".join(said)


def _same(words: str) -> str:
    """Words as they count for telling whether something was said before: without spaces and Slack's marks for bold."""
    return "".join(letter for letter in words.casefold() if letter.isalnum())


def _parts(event: dict[str, Any], *, with_blocks: bool) -> Iterator[str]:
    for attachment in _objects(event.get("attachments")):
        is_forward = bool(attachment.get("is_msg_unfurl") or attachment.get("is_share"))
        if attachment.get("from_url") and not is_forward:
            continue
        found = False
        for name in ("pretext", "title", "text"):
            found |= bool(attachment.get(name)) and name != "pretext"
            yield str(attachment.get(name) or "")
        for field in _objects(attachment.get("fields")):
            found = True
            yield ": ".join(str(field.get(name)) for name in ("title", "value") if field.get(name))
        for block in [*_objects(attachment.get("blocks")), *_forwarded(attachment)]:
            found = True
            yield from _block_texts(block)
        if not found:
            yield str(attachment.get("fallback") or "")
    if with_blocks:
        for block in _objects(event.get("blocks")):
            yield from _block_texts(block)


def _forwarded(attachment: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The blocks of a message that somebody forwarded."""
    for one in _objects(attachment.get("message_blocks")):
        message = one.get("message")
        yield from _objects(message.get("blocks") if isinstance(message, dict) else None)


def _block_texts(block: Any, depth: int = 0) -> Iterator[str]:
    if depth > 8 or not isinstance(block, dict):
        return
    text = block.get("text")
    if isinstance(text, str):
        yield text
    elif isinstance(text, dict):
        yield str(text.get("text") or "")
    for name in ("fields", "elements"):
        for child in _objects(block.get(name)):
            yield from _block_texts(child, depth + 1)


def _objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; nothing when it is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
