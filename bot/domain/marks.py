"""Marks of tone that are no words: capitals that shout, exclamation marks in a row, emoji. Time is linear."""

import re
from collections.abc import Iterator
from enum import StrEnum

from bot.domain.sentences import places_not_judged


class Mark(StrEnum):
    """What a rule may look for beside patterns of words."""

    CAPITALS = "capitals"
    EXCLAMATIONS = "exclamation marks"
    EMOJI = "emoji"


def marks_in(text: str, marks: frozenset[Mark]) -> list[tuple[Mark, int, int]]:
    """Each place where one of these marks stands, in characters of the text; what is not judged is left aside."""
    found = [(mark, start, end) for mark in Mark if mark in marks for start, end in _FINDERS[mark](text)]
    if not found:
        return []
    hidden = places_not_judged(text)
    return [(mark, start, end) for mark, start, end in found if hidden.isdisjoint(range(start, end))]


_SHOUTED_WORDS = (
    "ABSOLUTELY AGAIN ALL ALREADY ALWAYS ANOTHER ANY ANYTHING ASKED BECAUSE BEFORE CANNOT CAN'T CANT CLEARLY "
    "DEFINITELY DIDN'T DON'T DONT EVEN EVER EVERY EVERYTHING EXACTLY EXTREMELY FINAL FIRST HAVE HAVEN'T IMMEDIATELY "
    "IMPORTANT IMPOSSIBLE LISTEN MUST NEED NEVER NOBODY NONE NOT NOTHING NOW OBVIOUSLY ONLY OUR PLEASE READ REALLY "
    "SAID SHOULD SORRY STILL STOP SURELY THANK THANKS THAT THERE THEY THIS TODAY TOLD TOMORROW TONIGHT TOO TWICE VERY "
    "WAIT WANT WAS WERE WHAT WHEN WHERE WHY WILL WON'T WRONG YES YESTERDAY YOU YOUR YOU'RE YOURS"
)
_SHOUTED = frozenset(_SHOUTED_WORDS.split())
"""Words that stand for nothing else when they are written in capitals, unlike USB, IKEA or WHO."""

_LONG_RUN, _LONG_ENOUGH = 3, 8
"""So many words in capitals of two letters and more, with so many letters in all, shout whatever the words are."""

_CAPITALS = re.compile(r"(?<![\w'’])[A-ZÀ-ÖØ-Þ]++(?:['’][A-ZÀ-ÖØ-Þ]++)*+(?![\w'’])")
_TWO_CAPITALS = re.compile("[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’]")
_BETWEEN = re.compile(r"[ \t\xa0]{1,3}|\r?\n")
_EXCLAMATIONS = re.compile("[!\uff01]{2,}+")
_PICTURES = (
    "\U0001f1e6-\U0001f1ff\U0001f300-\U0001f5ff\U0001f600-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001faff"
    "\u2639\u263a\u2764"
)
_PICTURE = re.compile(f"(?:[{_PICTURES}][\ufe0f\u200d]*+)++")
_SHORTCODE = re.compile(r":(?<![\w:].)[a-z][a-z0-9_+-]*+:(?![\w:])")


def _capitals(text: str) -> Iterator[tuple[int, int]]:
    if not _TWO_CAPITALS.search(text):
        return
    run: list[re.Match[str]] = []
    for match in _CAPITALS.finditer(text):
        if run and not _BETWEEN.fullmatch(text, run[-1].end(), match.start()):
            yield from _shout(run)
            run = []
        run.append(match)
    yield from _shout(run)


def _shout(run: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """The place of a run of words in capitals, if it is a shout."""
    words = [match.group().replace("’", "'") for match in run if len(match.group()) > 1]
    letters = sum(len(word) for word in words)
    if any(word in _SHOUTED for word in words) or (len(words) >= _LONG_RUN and letters >= _LONG_ENOUGH):
        yield run[0].start(), run[-1].end()


def _exclamations(text: str) -> Iterator[tuple[int, int]]:
    if "!!" in text or "\uff01" in text:
        yield from (match.span() for match in _EXCLAMATIONS.finditer(text))


def _emoji(text: str) -> Iterator[tuple[int, int]]:
    if not text.isascii():
        yield from (match.span() for match in _PICTURE.finditer(text))
    yield from (match.span() for match in _SHORTCODE.finditer(text))


_FINDERS = {Mark.CAPITALS: _capitals, Mark.EXCLAMATIONS: _exclamations, Mark.EMOJI: _emoji}
