"""The linear scorer and the figures: sums by hand."""

from math import exp, sqrt

import pytest

from bot.domain.taxonomy import category_keys
from bot.domain.triage.evaluation import confusion, macro_f1, outcome, outcome_of_lists
from bot.domain.triage.features import MOST_WORDS, NOWHERE, piece_features, word_features, words_of
from bot.domain.triage.labels import CATEGORIES, RISK_OF_SIGNAL, RISKS, SIGNAL_OF_RISK, short_category
from bot.domain.triage.reading import read
from bot.domain.triage.risks import SIGNALS
from bot.domain.triage.scorer import Question, Scorer

YES = Question(("yes",), (1.0,), (0.5,))
TWO = Question(("a", "b"), (1.0, 1.0), (0.0, 0.0))
SCORER = Scorer(
    {"is it": YES, "which": TWO},
    [
        {"late": ((0, 2.0),), "fine": ((0, -3.0),), "x": ((1, 1.0), (2, -1.0)), "y": ((2, 3.0),)},
        {"!": ((0, 1.0), (2, 1.5))},
    ],
)


def logistic(value: float) -> float:
    return 1 / (1 + exp(-value))


def test_a_share_is_the_weights_of_what_is_there_by_the_root_of_their_number() -> None:
    answer = SCORER.answers(({"late": 3, "new": 0, "word": 1, "here": 2}, {"!": NOWHERE}))["is it"]
    assert answer.shares == pytest.approx([logistic(2 / sqrt(4) + 1 + 0.5)])
    assert answer.by_word(0) == {3: 1.0}
    assert SCORER.answers(({}, {}))["is it"].shares == pytest.approx([logistic(0.5)])


def test_shares_of_several_classes_add_up_to_one_and_the_best_is_named_with_its_words() -> None:
    answer = SCORER.answers(({"x": 0, "y": 1}, {}))["which"]
    assert sum(answer.shares) == pytest.approx(1)
    assert (answer.best, answer.words_for(1, 5), answer.words_for(0, 5)) == (1, [1], [0])


def test_each_question_reads_its_own_columns() -> None:
    several = SCORER.answers(({"late": 3, "x": 0}, {"!": 2}))
    alone = Scorer({"which": TWO}, [{"x": ((0, 1.0), (1, -1.0))}, {"!": ((1, 1.5),)}])
    assert several["which"].shares == alone.answers(({"late": 3, "x": 0}, {"!": 2}))["which"].shares
    assert several["which"].by_word(1) == pytest.approx({0: -1 / sqrt(2), 2: 1.5})
    assert several["is it"].by_word(0) == pytest.approx({3: 2 / sqrt(2), 2: 1.0})


def test_a_score_far_out_does_not_overflow() -> None:
    far = Scorer({"is it": YES}, [{"x": ((0, -1e6),)}])
    assert far.answers(({"x": 0},))["is it"].shares == (0.0,)


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
    assert {risk: RISK_OF_SIGNAL[signal] for risk, signal in SIGNAL_OF_RISK.items()} == {risk: risk for risk in RISKS}


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
