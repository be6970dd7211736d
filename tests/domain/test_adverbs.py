"""Phrases with an adverb in between are the same phrases, unless the adverb says something of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.adverbs import without_adverbs
from bot.domain.phrases import Checker, Level, PhraseRule
from bot.domain.sentences import sentences


def found(text: str, pattern: str, *unless: str) -> list[str]:
    rule = PhraseRule("a-rule", Level.ERROR, (pattern,), "why", ("instead",), unless=unless)
    return [violation.words for violation in Checker([rule]).check(text)]


@pytest.mark.parametrize(
    ("text", "pattern", "words"),
    [
        ("You really should have called.", "you should have", "You really should have"),
        ("You should of course have called.", "you should have", "You should of course have"),
        ("You should, of course, have called.", "you should have", "You should, of course, have"),
        ("You should, of all people, have called.", "you should have", ""),
        ("It will never ever happen.", "never happen", "never ever happen"),
        ("I am not really sure.", "not sure", "not really sure"),
        ("It was really our fault.", "was our fault", "was really our fault"),
        ("It was not just our fault.", "not our fault", ""),
        ("We are not simply late.", "not late", ""),
        ("We are simply late.", "are late", "are simply late"),
        ("Clearly you must.", "^you must", ""),
        ("I can still help.", "can still help", "can still help"),
        ("You quickly should have called.", "you should have", ""),
    ],
)
def test_an_adverb_in_between_makes_no_difference(text: str, pattern: str, words: str) -> None:
    assert found(text, pattern) == ([words] if words else [])


def test_what_is_excused_with_or_without_its_adverb_stays_excused() -> None:
    assert found("You really must have been cold.", "you must have") == ["You really must have"]
    assert found("You really must have been cold.", "you must have", "must have been") == []
    assert found("Be so very patient.", "be patient", "so very patient") == []
    assert found("Thank you very much for being so patient.", "being patient", "so patient") == []


def test_a_place_counts_once_however_it_is_found() -> None:
    assert found("You just really must call.", "you (just) must") == ["You just really must"]
    assert found("You must, and you really must.", "you must") == ["You must", "you really must"]


@given(st.text(alphabet=st.sampled_from("youreally must,. of course not\n'"), max_size=80))
def test_what_is_left_stands_where_it_stood(text: str) -> None:
    for sentence in sentences(text):
        plain = without_adverbs(sentence.words, sentence.openings)
        if plain is not None:
            assert [sentence.words[place] for place in plain.places] == plain.words
            assert len(plain.words) < len(sentence.words)
            assert plain.words[-1] == sentence.words[-1]
            assert all(opening < len(plain.places) for opening in plain.openings)
            missing = set(range(len(sentence.words))).difference(plain.places)
            assert max(missing) == plain.places[plain.until] - 1
