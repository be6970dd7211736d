"""The tree of words: it finds what a slow look for each phrase finds, and equal branches are there once."""

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.patterns import GAP, NUMBER, PatternError, compile_pattern
from bot.domain.sentences import END, PAUSE, is_number
from bot.domain.word_tree import WIDEST_GAP, WordTree, grow
from tests.builders import lines_run


def tree_of(*patterns: str) -> WordTree[int]:
    return grow((compile_pattern(pattern).first, index) for index, pattern in enumerate(patterns))


def size(tree: WordTree[int]) -> int:
    seen: dict[int, WordTree[int]] = {}
    left = [tree]
    while left:
        one = left.pop()
        if id(one) not in seen:
            seen[id(one)] = one
            left += one.below.values()
    return len(seen)


def ends(phrase: Sequence[str], words: Sequence[str], at: int) -> Iterator[int]:
    """Where a phrase that begins at a place may end: word by word, with every width of every gap."""
    if not phrase:
        yield at
    elif phrase[0] == GAP:
        for place in range(at, len(words) + 1):
            if sum(word != PAUSE for word in words[at:place]) <= WIDEST_GAP:
                yield from ends(phrase[1:], words, place)
    elif at < len(words) and (words[at] == phrase[0] or (phrase[0] == NUMBER and is_number(words[at]))):
        yield from ends(phrase[1:], words, at + 1)


def is_readable(pattern: str) -> bool:
    try:
        compile_pattern(pattern)
    except PatternError:
        return False
    return True


PIECES = st.sampled_from(
    ["a", "b", "1", "{a/b}", "{a/b a}", "(a)", "(b/a)", "{a (b)/# …}", "{# b/1}", "…", "#", ",", "."]
)
PATTERNS = st.lists(st.lists(PIECES, min_size=1, max_size=5).map(" ".join).filter(is_readable), min_size=1, max_size=5)
SENTENCES = st.lists(st.sampled_from(["a", "b", "1", PAUSE]), max_size=30).map(lambda words: [*words, END])


@given(PATTERNS, SENTENCES)
def test_it_finds_what_a_slow_look_for_each_phrase_finds(patterns: list[str], words: list[str]) -> None:
    slow = {
        (start, end, index)
        for index, pattern in enumerate(patterns)
        for phrase in compile_pattern(pattern).phrases()
        for start in range(len(words))
        for end in ends(phrase, words, start)
    }
    found = list(tree_of(*patterns).matches(words))
    assert set(found) == slow
    assert [start for start, _, _ in found] == sorted(start for start, _, _ in found)


def test_a_tree_grows_with_the_words_written_and_not_with_the_phrases() -> None:
    assert size(tree_of("{a/b/c/d/e/f/g/h/i/j} {k/l/m/n/o/p/q/r/s/t} {u/v/w/x/y/z}")) == 4


def test_equal_branches_of_one_rule_are_kept_once() -> None:
    first, second = (compile_pattern(text).first for text in ("a x y z", "b x y z"))
    assert size(grow([(first, 1), (second, 2)])) == 9
    assert size(grow([(first, 1), (second, 1)])) == 5


def test_growing_costs_no_more_where_a_pattern_stands_for_more() -> None:
    ten = "{a/b/c/d/e/f/g/h/i/j} "
    one, three = (compile_pattern(ten * times).first for times in (1, 3))
    assert lines_run(lambda: grow([(three, 1)])) < 4 * lines_run(lambda: grow([(one, 1)]))
