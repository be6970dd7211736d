"""The notation of patterns: what a pattern stands for, and what a bad one is told."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.patterns import GAP, NUMBER, PatternError, Place, compile_pattern
from bot.domain.sentences import PAUSE, plain_words
from tests.builders import lines_run


@pytest.mark.parametrize(
    ("pattern", "phrases"),
    [
        ("you must", {"you must"}),
        ("{I/we} go", {"i go", "we go"}),
        ("{a/b c} d", {"a d", "b c d"}),
        ("a (x) b", {"a b", "a x b"}),
        ("a (x/y z) b", {"a b", "a x b", "a y z b"}),
        ("high (call/ticket) volume", {"high volume", "high call volume", "high ticket volume"}),
        ("{a (b)/c}", {"a", "a b", "c"}),
        ("a (b) (b)", {"a", "a b", "a b b"}),
        ("you {'ll/will} go", {"you will go"}),
        ("you {’ll/’re} go", {"you will go", "you are go"}),
        ("{I/it/the shop} ('s) go", {"i go", "i's go", "it go", "it is go", "the shop go", "the shop's go"}),
        ("you ('ll) ('ve) go", {"you go", "you will go", "you have go", "you will have go"}),
        ("'ll go", {"ll go"}),
        ("# {'ll/will} go", {"# ll go", "# will go"}),
        ("I can't", {"i can not"}),
        ("so-called", {"so called"}),
        ("T&Cs", {"t cs"}),
        ("oh !! no", {"oh no"}),
        ("a … b", {"a … b"}),
        ("a ... b", {"a … b"}),
        ("… a (… b) …", {"a", "a … b"}),
        ("sorry (,) but", {"sorry but", "sorry , but"}),
        ("by #", {"by #"}),
        ("no.", {"no ."}),
    ],
)
def test_what_a_pattern_stands_for(pattern: str, phrases: set[str]) -> None:
    assert {" ".join(phrase) for phrase in compile_pattern(pattern).phrases()} == phrases


@pytest.mark.parametrize(
    ("pattern", "at_start", "anywhere"),
    [
        ("a b", False, False),
        ("^a b", True, False),
        ("a … b", False, False),
        ("… a b", False, True),
        ("a b …", False, True),
        ("^… a", True, True),
        ("a (…)", False, True),
    ],
)
def test_where_a_pattern_counts(pattern: str, at_start: bool, anywhere: bool) -> None:
    compiled = compile_pattern(pattern)
    assert (compiled.at_start, compiled.anywhere) == (at_start, anywhere)


@pytest.mark.parametrize(
    ("pattern", "advice"),
    [
        ("you {must", "a bracket is left open: add }"),
        ("you (must", "a bracket is left open: add )"),
        ("you must)", "a ) closes nothing: remove it, or open it before"),
        ("you {must)", "a ) closes nothing: remove it, or open it before"),
        ("and/or", "a / stands outside brackets: write {one/the other}"),
        ("happen{ed/ing} now", "a bracket touches a word: put a space between"),
        ("(over)whelmed", "a bracket touches a word: put a space between"),
        ("you ^ must", "a ^ stands inside: it belongs at the very beginning"),
        ("", "can stand for no word at all: give it at least one word that is not optional"),
        ("(maybe)", "can stand for no word at all: give it at least one word that is not optional"),
        ("!!", "can stand for no word at all: give it at least one word that is not optional"),
        (",", "can stand for no word at all: give it at least one word that is not optional"),
        ("a … b … c … d", "has more than 2 …: use fewer"),
        ("a … … b", "a … is followed by another … or by #: put a word after it"),
        ("a … (b) # c", "a … is followed by another … or by #: put a word after it"),
        ("no. thanks", "a . stands inside: it means the end of the sentence and belongs at the end"),
        ("word " * 31, "is longer than 30 words: keep the words that matter"),
        ("word " * 5_000, "is longer than 30 words: keep the words that matter"),
        ("one" + "-one" * 5_000, "is longer than 30 words: keep the words that matter"),
        ("{a/b} " * 12, "stands for over 2000 phrases: split it into several patterns"),
        ("{a/b} " * 40, "stands for over 2000 phrases: split it into several patterns"),
        ("(" * 60, "has more than 50 brackets: split it into several patterns"),
    ],
)
def test_a_bad_pattern_says_what_to_do(pattern: str, advice: str) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(pattern)
    assert str(caught.value) == f"{pattern!r}: {advice}"


@given(st.text(alphabet="{}()/^…,.# abI'’", max_size=40))
def test_any_pattern_is_read_or_refused(pattern: str) -> None:
    try:
        compiled = compile_pattern(pattern)
    except PatternError as error:
        assert repr(pattern) in str(error)
    else:
        assert all(compiled.phrases())


Written = list["str | list[Written]"]
"""What a pattern says, in order; a list within is a choice, of which one is taken."""

PARTS: st.SearchStrategy[str | list[Written]] = st.recursive(
    st.sampled_from(["a", "b", "it", "can", "'s", "'ll", "n't", "so-so", GAP, NUMBER, PAUSE]),
    lambda parts: st.lists(st.lists(parts, max_size=3), min_size=1, max_size=3),
    max_leaves=8,
)


def written(parts: Written) -> str:
    return " ".join(
        part if isinstance(part, str) else "{" + "/".join(written(way) for way in part) + "}" for part in parts
    )


def spelled_out(parts: Written) -> list[list[str]]:
    """Every phrase, one after the other, as one would write them down by hand."""
    choices = [
        [[part]] if isinstance(part, str) else [way for one in part for way in spelled_out(one)] for part in parts
    ]
    return [[word for piece in pieces for word in piece] for pieces in product(*choices)]


def normal(phrase: list[str]) -> tuple[str, ...]:
    """A phrase with its endings joined, its words in their normal form, and no gap at either end."""
    joined: list[str] = []
    for piece in phrase:
        if piece in ("'s", "'ll", "n't") and joined and joined[-1] not in (GAP, NUMBER, PAUSE):
            joined[-1] += piece
        else:
            joined.append(piece)
    words = [word for piece in joined for word in ([piece] if piece in (GAP, NUMBER, PAUSE) else plain_words(piece))]
    while words and words[0] == GAP:
        del words[0]
    while words and words[-1] == GAP:
        del words[-1]
    return tuple(words)


def places(first: Place) -> Iterator[Place]:
    yield first
    for _, behind in first.nexts:
        yield from places(behind)


@given(st.lists(PARTS, min_size=1, max_size=4))
def test_a_pattern_stands_for_what_one_would_write_down(parts: Written) -> None:
    try:
        compiled = compile_pattern(written(parts))
    except PatternError:
        assume(False)
    phrases = spelled_out(parts)
    assert compiled.phrases() == {normal(phrase) for phrase in phrases}
    assert compiled.anywhere == any(GAP in (phrase[0], phrase[-1]) for phrase in phrases)
    assert all(place.ends or place.nexts for place in places(compiled.first))


def test_reading_grows_with_what_is_written_and_not_with_what_it_stands_for() -> None:
    ten = "{a/b/c/d/e/f/g/h/i/j} "
    once, thrice = (lines_run(lambda times=times: compile_pattern(ten * times)) for times in (1, 3))
    assert thrice < 4 * once
