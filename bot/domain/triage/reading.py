"""A text as a person sees it: no invisible characters and no mark-up, and its words with their places."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t]{2,}")
_SLACK_MARKUP = re.compile(r"<(?:[@#!]|https?:|mailto:)[^<>]*>|https?://[^\s<>|]*|[*_~`]{1,3}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True)
class Reading:
    """A text made ready: `clean` is what is seen, `tokens` its words in place, `words` the same in lower case."""

    clean: str
    tokens: Sequence[re.Match[str]]

    @cached_property
    def words(self) -> list[str]:
        """The words in lower case."""
        return [token.group().lower() for token in self.tokens]

    def quote(self, start: int, end: int) -> str:
        """The text from word `start` up to word `end`, on one line."""
        return " ".join(self.clean[self.tokens[start].start() : self.tokens[end - 1].end()].split())


def read(text: str) -> Reading:
    """Never raises, whatever the text holds; linear in its length."""
    clean = cleaned(text)
    return Reading(clean, list(_WORD.finditer(clean)))


def cleaned(text: str) -> str:
    """The words a person sees: no invisible characters, Slack mark-up or wide gaps, straight apostrophes."""
    visible = _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text)).replace("\u2019", "'").replace("\u00a0", " ")
    words = _SLACK_MARKUP.sub(lambda mark: ", " if mark.group()[0] in "<h" else "", visible)
    return _BLANKS.sub(" ", words)
