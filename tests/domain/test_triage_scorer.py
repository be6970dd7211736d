"""The linear scorer and the figures: sums by hand."""

from math import exp, sqrt

import pytest

from bot.domain.taxonomy import category_keys
from bot.domain.triage.evaluation import confusion, macro_f1, outcome, outcome_of_lists
from bot.domain.triage.features import MOST_WORDS, piece_features, word_features, words_of
from bot.domain.triage.labels import CATEGORIES, RISK_OF_SIGNAL, RISKS, short_category
from bot.domain.triage.reading import read
from bot.domain.triage.risks import SIGNALS
from bot.domain.triage.scorer import Question, Scorer, Weigher

ONE = Question(("yes",), ({"late": (2.0,), "fine": (-3.0,)}, {"!": (1.0,)}), (1.0,), (0.5,))
TWO = Question(("a", "b"), ({"x": (1.0, -1.0), "y": (0.0, 3.0)},), (1.0, 1.0), (0.0, 0.0))


def logistic(value: float) -> float:
    return 1 / (1 + exp(-value))


def test_a_share_is_the_weights_of_what_is_there_by_the_root_of_their_number() -> None:
    answer = ONE.answer(({"late": 3, "new": 0, "word": 1, "here": 2}, {"!": -1}))
    assert answer.shares == pytest.approx([logistic(2 / sqrt(4) + 1 + 0.5)])
    assert answer.by_word(0) == {3: 1.0}
    assert ONE.answer(({}, {})).shares == pytest.approx([logistic(0.5)])


def test_shares_of_several_classes_add_up_to_one_and_the_best_is_named_with_its_words() -> None:
    answer = TWO.answer(({"x": 0, "y": 1},))
    assert sum(answer.shares) == pytest.approx(1)
    assert (answer.best, answer.words_for(1, 5), answer.words_for(0, 5)) == (1, [1], [0])


def test_three_questions_asked_at_once_are_answered_as_each_alone() -> None:
    third = Question(("low", "high"), ({"late": (0.5, 2.0), "x": (1.0, 0.0)}, {}), (1.0, 2.0), (0.1, -0.2))
    second = Question(TWO.classes, (*TWO.groups, {"!": (0.0, 1.5)}), TWO.slope, TWO.shift)
    several = (ONE, second, third)
    features = {"late": 3, "x": 0, "new": 1}, {"!": 2}
    for asked, answer in zip(several, Weigher(Scorer(*several)).answers(features), strict=True):
        alone = asked.answer(features)
        assert answer.shares == pytest.approx(alone.shares)
        assert [answer.by_word(which) for which in range(len(asked.classes))] == [
            alone.by_word(which) for which in range(len(asked.classes))
        ]


def test_a_score_far_out_does_not_overflow() -> None:
    far = Question(("yes",), ({"x": (-1e6,)},), (1.0,), (0.0,))
    assert far.answer(({"x": 0},)).shares == (0.0,)


def test_names_and_numbers_are_read_as_one_sign() -> None:
    assert words_of(read("Call for Jane Doe about order 1042"))[0] == ["call", "for", "Xx", "Xx", "about", "order", "0"]


@pytest.mark.parametrize("size", [10, 400, 40_000])
def test_the_features_of_a_long_text_are_bounded(size: int) -> None:
    """What is read of a text stops growing, so that no text makes the scorer slow."""
    reading = read(" ".join(f"word{number}x" for number in range(size)))
    words, places = words_of(reading)
    assert len(words) == len(places) == min(size, MOST_WORDS)
    assert (places[0], places[-1]) == (0, size - 1)
    assert len(word_features(words, places)) <= 2 * MOST_WORDS + 1
    assert len(piece_features(words, places)) <= 80 * MOST_WORDS


def test_both_lists_are_known_in_one_place() -> None:
    assert {short_category(key) for key in category_keys()} <= set(CATEGORIES)
    assert set(RISK_OF_SIGNAL) == set(SIGNALS)
    assert {risk for risk in RISK_OF_SIGNAL.values() if risk} == set(RISKS)


def test_figures() -> None:
    found = outcome([True, True, False, False], [True, False, True, False])
    assert (found.hits, found.misses, found.false_alarms) == (1, 1, 1)
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    nothing = outcome([False], [False])
    assert (nothing.precision, nothing.recall, nothing.f1) == (0.0, 0.0, 0.0)
    lists = outcome_of_lists([["a", "b"], []], [["b", "c"], ["a"]])
    assert (lists.hits, lists.misses, lists.false_alarms) == (1, 1, 2)
    assert macro_f1(["a", "a", "b"], ["a", None, "b"]) == pytest.approx((2 / 3 + 1) / 2)
    assert macro_f1([], []) == 0.0
    table = confusion(["a", "b", "b"], ["a", "a", None], ["a", "b"]).splitlines()
    assert [line.split() for line in table[1:]] == [["a", "1", "0", "0"], ["b", "1", "0", "1"]]
