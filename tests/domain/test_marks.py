"""Capitals that shout, exclamation marks in a row, emoji: found where they stand, and only there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.marks import Mark, marks_in
from bot.domain.phrases import Checker, Level, PhraseRule
from tests.builders import lines_run

ALL = frozenset(Mark)
NOT_JUDGED = [
    'You wrote "PLEASE HELP!! 🙂" to us.',
    "> PLEASE HELP!! 🙂\nI am here.",
    "See `DO NOT` and https://example.com/PLEASE!!/NOW",
]
CASES = [
    ("Please do NOT open it.", ["NOT"]),
    ("Please do not open it.", []),
    ("I AM VERY SORRY about this.", ["I AM VERY SORRY"]),
    ("WE REGRET THIS today", ["WE REGRET THIS"]),
    ("We REGRET THIS today", ["REGRET THIS"]),
    ("We REGRET DELAYS today", []),
    ("YOU CAN’T do it", ["YOU CAN’T"]),
    ("DON'T\nEVER, EVER", ["DON'T\nEVER", "EVER"]),
    ("NEVER. AGAIN", ["NEVER", "AGAIN"]),
    ("ÜBERALL NIE WIEDER", ["ÜBERALL NIE WIEDER"]),
    ("A USB HDMI cable of IKEA, the WHO and the IT team in the US", []),
    ("XYZNOT NOTX notNOT NOT_X NOT4", []),
    ("Order AB 10412 CD", []),
    ("USB to HDMI: PDF, XML, CSV", []),
    ("USB to HDMI: PDF or CSV", []),
    ("Thank you!!", ["!!"]),
    ("Thank you! Bye!", []),
    ("Thank you！！", ["！！"]),
    ("Well 🙂 and 👩‍👩‍👧 and ❤️.", ["🙂", "👩‍👩‍👧", "❤️"]),
    ("Well ✓ and ™ and ☎ and €.", []),
    ("Well :slightly_smiling_face: then", [":slightly_smiling_face:"]),
    ("At 10:30:00 in room A:b:c and ::x::", []),
    *((text, []) for text in NOT_JUDGED),
    ("", []),
]


@pytest.mark.parametrize(("text", "words"), CASES)
def test_what_is_found(text: str, words: list[str]) -> None:
    assert [text[start:end] for _, start, end in marks_in(text, ALL)] == words


def test_only_the_marks_that_are_wanted_are_looked_for() -> None:
    text = "PLEASE!! 🙂"
    for mark in Mark:
        assert [found for found, _, _ in marks_in(text, frozenset({mark}))] == [mark]
    assert marks_in(text, frozenset()) == []


def test_a_rule_finds_its_marks_among_its_patterns_in_reading_order() -> None:
    marked = PhraseRule("tone", Level.WARNING, ("you must",), "why", ("x",), marks=(Mark.EXCLAMATIONS, Mark.EMOJI))
    text = "Well!! Then you must 🙂"
    assert [found.words for found in Checker([marked]).check(text)] == ["!!", "you must", "🙂"]


@given(st.text(alphabet="AB cNOT!’'🙂:_x\n\",>`\uff01\u200d\ufe0f", max_size=80))
def test_places_lie_inside_and_apart(text: str) -> None:
    for mark in Mark:
        spans = [(start, end) for _, start, end in marks_in(text, frozenset({mark}))]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert spans == sorted(spans)


@pytest.mark.parametrize("part", ["A", "NOT ", "A'", ":a", "!", "🙂", "\u200d", "A,\n", ": :", "A\u2019"])
def test_a_text_twice_as_long_takes_at_most_twice_the_work(part: str) -> None:
    def work(times: int) -> int:
        return lines_run(lambda: marks_in(part * times, ALL))

    assert work(4000) <= 2.2 * work(2000) + 200
