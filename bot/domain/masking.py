"""Text → the same text without what tells who it is about: addresses, numbers, links, handles and known names.

It would rather take away too much: any run of four digits goes, a date or a price among them. What it cannot know is
a name that nobody told it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable

_UNSEEN = {"Cf", "Cc", "Cs", "Co", "Cn"}
"""Unicode categories of characters that are not seen: they can hide a number or a name from us."""

_MARKS = ("<email>", "<url>", "<phone>", "<number>", "<ref>", "<name>", "@user", "#channel")

_SLACK = re.compile(r"<(?P<kind>[@#!]|[a-z]+:)[^<>]*>")
_ADDRESS = r"[^\s@<>()\[\],;:\"'|]"
_EMAIL = re.compile(rf"{_ADDRESS}{{1,99}}@{_ADDRESS}{{1,99}}\.{_ADDRESS}{{1,99}}")  # bounded: linear on any text
_URL = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.)[^\s<>]+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![^\W_])@[\w.-]*\w")
_PHONE = re.compile(r"(?<!\w)\+?\(?\d(?:[ ./()-]{0,2}\d){6,}(?!\w)")
_NUMBER = re.compile(r"\d[\d ,.'/-]{2,}\d|\d{4,}")
_REF = re.compile(r"\b(?=[\w-]{0,60}\d)(?=[\w-]{0,60}[^\W\d_])[\w-]{5,}\b")
_LETTER = r"[^\W\d_]"
_TITLES = {"mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "and", "the", "van", "von", "de", "der", "la"}


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text with `<email>`, `<url>`, `<phone>`, `<number>`, `<ref>`, `<name>`, `@user` and `#channel` in place.

    `names` are those known from the case: each is masked as a whole and word by word. Masking twice changes nothing.
    """
    seen = "".join(
        letter
        for letter in unicodedata.normalize("NFKC", text)
        if letter in "\n\t" or unicodedata.category(letter) not in _UNSEEN
    )
    addressed = _outside_marks(_slack(seen), lambda piece: _masked(piece, _ADDRESSES))
    named = _outside_marks(addressed, lambda piece: _names(piece, names))
    return _outside_marks(named, lambda piece: _masked(piece, _NUMBERS))


def _outside_marks(text: str, change: Callable[[str], str]) -> str:
    """The text, changed everywhere but in the marks that are in it."""
    pieces = re.split(f"({'|'.join(map(re.escape, _MARKS))})", text)
    return "".join(piece if piece in _MARKS else change(piece) for piece in pieces)


def _slack(text: str) -> str:
    """Slack's own marks for people, channels and links."""
    return _SLACK.sub(lambda found: _OF_KIND.get(found["kind"], "<url>"), text)


_OF_KIND = {"@": "@user", "#": "#channel", "!": "@user", "mailto:": "<email>", "tel:": "<phone>"}


def _names(text: str, names: Iterable[str]) -> str:
    words = {
        part
        for name in names
        for part in (" ".join(name.split()), *re.split(r"[\s-]+", name))
        if len(part) > 1 and part.lower().strip(".") not in _TITLES
    }
    if not words:
        return text
    longest_first = sorted((unicodedata.normalize("NFKC", word) for word in words), key=lambda word: (-len(word), word))
    parts = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)
    return re.sub(rf"(?<!{_LETTER})(?:{parts})(?!{_LETTER})", "<name>", text, flags=re.IGNORECASE)


_ADDRESSES = ((_EMAIL, "<email>"), (_URL, "<url>"), (_HANDLE, "@user"))
_NUMBERS = ((_PHONE, "<phone>"), (_REF, "<ref>"), (_NUMBER, "<number>"))


def _masked(text: str, patterns: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, mark in patterns:
        text = pattern.sub(mark, text)
    return text
