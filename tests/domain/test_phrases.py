"""Phrase rules: where their patterns are found, and what an unless excuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.patterns import PatternError
from bot.domain.phrases import Checker, Level, PhraseRule, Scope
from tests.builders import lines_run


def a_rule(
    *patterns: str,
    unless: tuple[str, ...] = (),
    scope: Scope = Scope.ANYWHERE,
    id: str = "a-rule",
    level: Level = Level.ERROR,
) -> PhraseRule:
    return PhraseRule(id, level, patterns, "why", ("instead",), scope, unless)


def found(text: str, *patterns: str, unless: tuple[str, ...] = (), scope: Scope = Scope.ANYWHERE) -> list[str]:
    return [violation.words for violation in Checker([a_rule(*patterns, unless=unless, scope=scope)]).check(text)]


def test_a_gap_at_the_end_belongs_to_unless() -> None:
    with pytest.raises(PatternError, match="only `unless` may"):
        Checker([a_rule("you must …")])


@pytest.mark.parametrize(
    "text",
    [
        "You can't do that",
        "you can’t do that",
        "you cannot do that",
        "you can not do that",
        "you cant do that",
        "YOU CAN'T DO THAT",
        "you  can't\u00a0do\nthat",
        "y\u200bou can't do th\u00adat",
        "ｙｏｕ ｃａｎ’ｔ ｄｏ ｔｈａｔ",
    ],
)
def test_spelling_makes_no_difference(text: str) -> None:
    assert found(f"Oh, {text}!", "you can't do that") == [text]


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("you must go", True),
        ("you mustard go", False),
        ("you, must go", False),
        ("you. Must go", False),
        ("you\n\nmust go", False),
        ('"you must" go', False),
        ("> you must go", False),
    ],
)
def test_whole_words_in_one_breath(text: str, hit: bool) -> None:
    assert bool(found(text, "you must")) is hit


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("take down review", True),
        ("take down one two three four review", True),
        ("take down one two three four five review", False),
        ("take down one, two, three, four, review", True),
        ("take down this. A review", False),
    ],
)
def test_a_gap_takes_up_to_four_words_of_the_same_sentence(text: str, hit: bool) -> None:
    assert bool(found(text, "take down … review")) is hit


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("No, thanks", True),
        ("No thanks", False),
        ("We say no, thanks", False),
        ("It is so. No, thanks", True),
        ("Hi Anna, no, thanks", True),
        ("no – thanks", True),
    ],
)
def test_a_hat_is_the_start_of_a_sentence_and_a_comma_any_pause(text: str, hit: bool) -> None:
    assert bool(found(text, "^no,")) is hit


@pytest.mark.parametrize(
    ("text", "hit"),
    [("No.", True), ("No!", True), ("No", True), ("No\n\nSorry", True), ("No. 12", False), ("No more", False)],
)
def test_a_full_stop_is_the_end_of_a_sentence(text: str, hit: bool) -> None:
    assert bool(found(text, "^no.")) is hit


@pytest.mark.parametrize(
    ("scope", "text", "hit"),
    [
        (Scope.ANYWHERE, "Well, noted. Bye", True),
        (Scope.SENTENCE_START, "Well, noted. Bye", False),
        (Scope.SENTENCE_START, "Well. Noted. Bye", True),
        (Scope.REPLY_START, "Well. Noted. Bye", False),
        (Scope.REPLY_START, "Noted. Bye", True),
        (Scope.REPLY_START, "Hi Anna! Noted. Bye", True),
        (Scope.REPLY_START, "Hi Anna, noted. Bye", True),
        (Scope.WHOLE_REPLY, "Noted. Bye", False),
        (Scope.WHOLE_REPLY, "Noted.", True),
        (Scope.WHOLE_REPLY, "Hi Anna,\n\nnoted!", True),
        (Scope.WHOLE_REPLY, "Noted it.", False),
    ],
)
def test_scope(scope: Scope, text: str, hit: bool) -> None:
    assert bool(found(text, "noted", scope=scope)) is hit


@pytest.mark.parametrize(
    ("text", "unless", "hit"),
    [
        ("I can't pay", "can't wait", True),
        ("I can't wait", "can't wait", False),
        ("I can't pay and she can't wait", "can't wait", True),
        ("I can't pay and I can't wait", "… can't wait", False),
        ("I can't pay. She can't wait", "… can't wait", True),
        ("I can't pay yet", "… yet", False),
        ("Not yet. I can't pay", "yet …", True),
        ("Yet I can't pay", "^yet …", False),
        ("And yet I can't pay", "^yet …", True),
        ("I can't pay by 5 pm", "… by #", False),
        ("I can't pay by then", "… by #", True),
        ("If I can't pay", "if I can't", False),
        ("So I can't pay", "if I can't", True),
    ],
)
def test_unless(text: str, unless: str, hit: bool) -> None:
    assert bool(found(text, "I can't", unless=(unless,))) is hit


def test_an_unless_excuses_one_place_and_not_its_neighbour() -> None:
    assert found("I can't wait, but I can't pay", "I can't", unless=("can't wait",)) == ["I can't"]
    (violation,) = Checker([a_rule("I can't", unless=("can't wait",))]).check("I can't wait, but I can't pay")
    assert violation.start == len("I can't wait, but ")


def test_overlapping_places_of_one_rule_count_once_and_the_longest_counts() -> None:
    assert found("you must go on now", "you must", "you must go", "must go on") == ["you must go"]


def test_violations_come_in_the_order_of_the_text() -> None:
    rules = [a_rule("must", id="b"), a_rule("you", id="a"), a_rule("must", id="a-too")]
    found_ids = [violation.rule.id for violation in Checker(rules).check("Must you? You must.")]
    assert found_ids == ["a-too", "b", "a", "a", "a-too", "b"]


def test_a_preferred_phrase_may_hold_a_forbidden_one() -> None:
    assert found("This should not have happened to you", "you should have", "should not have") == ["should not have"]
    unless = ("this should not have happened",)
    assert found("This should not have happened to you", "should not have", unless=unless) == []


def test_no_rules_find_nothing() -> None:
    assert Checker([]).check("You must.") == []


RULES = [
    a_rule("{I/we} can't", "a … b … a", unless=("can't wait", "… yet"), id="one"),
    a_rule("^no,", "^no.", id="two"),
    a_rule("you {'ll/will} have to", "# a", scope=Scope.SENTENCE_START, id="three"),
]
PIECES = st.sampled_from(
    ["I", "we", "can't", "can’t", "cannot", "no", "No", ",", ".", "\n", "\n\n", " ", "a", "b", "7", "wait", "yet", '"',
     ">", "you'll", "have", "to", "\u200b", "\u00a0", "\ud800", "\x00", "`", "'", "Hi", "…", "ﬁ", "İ"]
)  # fmt: skip
CHECKER = Checker(RULES)


@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join), st.lists(PIECES).map(" ".join)))
def test_any_text_can_be_checked_and_places_lie_inside(text: str) -> None:
    found = CHECKER.check(text)
    assert [violation.start for violation in found] == sorted(violation.start for violation in found)
    for violation in found:
        assert 0 <= violation.start < violation.end <= len(text)
        assert text[violation.start : violation.end] == violation.words
        assert violation.words.strip()


@pytest.mark.parametrize(
    "piece",
    [
        "a b ",
        "a ",
        "I can't ",
        "I really can't ",
        "\nI, of course, can't really ",
        "I can't wait ",
        "no. ",
        '"a',
        "7 ",
        "a, ",
    ],
)
def test_the_work_grows_with_the_text_and_no_faster(piece: str) -> None:
    CHECKER.check(piece)
    once = lines_run(lambda: CHECKER.check(piece * 100))
    assert lines_run(lambda: CHECKER.check(piece * 800)) < 10 * once
