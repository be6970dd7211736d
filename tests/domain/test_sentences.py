"""Text → sentences: which words, where they stand, what is not judged."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sentences import END, MASK, PAUSE, is_number, plain_words, sentences


def words(text: str) -> list[str]:
    return [word for sentence in sentences(text) for word in sentence.words]


def spoken(text: str) -> list[str]:
    return [word for word in words(text) if word not in (PAUSE, END, MASK)]


@pytest.mark.parametrize(
    "spelling",
    [
        "you can't have it",
        "You CAN'T have it",
        "you can’t have it",
        "you canʼt have it",
        "you cannot have it",
        "you can not have it",
        "you cant have it",
        "you  can't\u00a0have\u2009it",
        "you can't\nhave it",
        "you can't\r\nhave it",
        "y\u200bou ca\u00adn't ha\u2060ve it\ufeff",
        "ｙｏｕ ｃａｎ＇ｔ ｈａｖｅ ｉｔ",
        "yóu cän't hâve it",
        "you can't h\u0000ave it",
        "_you_ *can't* ~have~ it",
    ],
)
def test_every_spelling_gives_the_same_words(spelling: str) -> None:
    assert words(spelling) == ["you", "can", "not", "have", "it", END]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("I'll", "I will"),
        ("you're", "you are"),
        ("youre", "you are"),
        ("youll", "you will"),
        ("we've", "we have"),
        ("I'm", "I am"),
        ("don't", "do not"),
        ("dont", "do not"),
        ("won't", "will not"),
        ("shouldn't've", "should not have"),
        ("you'd", "you would"),
        ("it's", "it is"),
        ("gonna", "going to"),
        ("let's", "let us"),
    ],
)
def test_contractions_are_spelled_out(short: str, long: str) -> None:
    assert plain_words(short) == plain_words(long)


@pytest.mark.parametrize("word", ["well", "its", "ill", "were", "courier's", "can"])
def test_words_that_only_look_like_contractions_stay(word: str) -> None:
    assert plain_words(word) == (word,)


def test_both_words_of_a_contraction_stand_where_it_stands() -> None:
    text = "Now ca\u200bn’t go"
    (sentence,) = sentences(text)
    places = [text[a:b] for a, b in zip(sentence.starts, sentence.ends, strict=True)]
    assert places == ["Now", "ca\u200bn’t", "ca\u200bn’t", "go", ""]


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ('he wrote "you must" twice', ["he", "wrote", "twice"]),
        ("he wrote “you must” twice", ["he", "wrote", "twice"]),
        ("he wrote „you must“ twice", ["he", "wrote", "twice"]),
        ("he wrote «you must» twice", ["he", "wrote", "twice"]),
        ("he wrote 'you must' twice", ["he", "wrote", "twice"]),
        ("he wrote ‘you can’t’ twice", ["he", "wrote", "twice"]),
        ('he wrote "you must twice', ["he", "wrote", "you", "must", "twice"]),
        ('he "wrote\n\nyou" must', ["he", "wrote", "you", "must"]),
        ('he "wrote you "must" twice', ["he", "wrote", "you", "twice"]),
        ('a 15" screen and a 17" screen', ["a", "15", "screen", "and", "a", "17", "screen"]),
        ('a 5 " pipe you must" go', ["a", "5", "pipe", "you", "must", "go"]),
        ("the boys' toys and the girls' bikes", ["the", "boys", "toys", "and", "the", "girls", "bikes"]),
        ("sorry 'bout the boys' toys", ["sorry", "bout", "the", "boys", "toys"]),
        ("mine\n> yours\nmine", ["mine", "mine"]),
        ("mine\n  &gt; yours\nmine", ["mine", "mine"]),
        ("mine > yours", ["mine", "yours"]),
        ("mine `you must` mine", ["mine", "mine"]),
        ("mine `you must", ["mine", "you", "must"]),
        ("mine ```you\n\nmust``` mine", ["mine", "mine"]),
        ("mine ```you", ["mine", "you"]),
        ("see https://you.must/have?it=1 now", ["see", "now"]),
        ("see <https://you.must|the page> now", ["see", "the", "page", "now"]),
        ("see www.you-must.com now", ["see", "now"]),
        ("ask you.must@have.it now", ["ask", "now"]),
        ("ask <@U123|you> now", ["ask", "now"]),
        ("fine :thumbsup: now", ["fine", "now"]),
        ("salt &amp; pepper", ["salt", "pepper"]),
    ],
)
def test_only_the_writers_own_words_are_judged(text: str, judged: list[str]) -> None:
    assert spoken(text) == judged


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two.", 2),
        ("One! Two? three", 3),
        ("one. two", 2),
        ("One.Two", 2),
        ("version 3.5 is out", 1),
        ("Mr. Smith called", 1),
        ("No. 12 is blue", 1),
        ("No. It is blue", 2),
        ("at 3 p.m. on Friday", 1),
        ("at 3 p.m. We call", 2),
        ("fruit, e.g. Apples", 1),
        ("screws, nails etc. are here", 1),
        ("screws, nails etc. They are here", 2),
        ("J. Smith called", 1),
        ("so was I. You too", 2),
        ("wait... what", 1),
        ("wait... What", 2),
        ("one\ntwo", 1),
        ("one\n\ntwo", 2),
        ("one\r\n \r\ntwo", 2),
        ("one\n- two\n- three", 3),
        ("1. one\n2. two", 2),
        ("one\n> quoted\ntwo", 2),
        ('He said "Go." Then he left', 2),
        ('He said "go" then he left', 1),
        ("see https://a.b/c. Now go", 2),
        ("...!?...", 0),
        ("", 0),
    ],
)
def test_sentences_are_told_apart(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize(
    ("text", "openings"),
    [
        ("no, wait", {"no"}),
        ("Hi Anna, no, wait", {"hi", "no"}),
        ("Good morning Anna: no, wait", {"good", "no"}),
        ("Well Anna, no, wait", {"well"}),
        ("Hi Anna\nNo, wait", {"hi", "no"}),
        ("it is\nno joke", {"it"}),
        ("- No, wait", {"no"}),
        ("(No, wait)", {"no"}),
    ],
)
def test_openings_are_where_a_sentence_may_begin(text: str, openings: set[str]) -> None:
    (sentence,) = sentences(text)
    assert {sentence.words[index] for index in sentence.openings} == openings


@pytest.mark.parametrize(("text", "greeting"), [("Hi Anna!", True), ("Hi Anna,", True), ("Hi Anna, we met", False)])
def test_a_greeting_alone_is_marked(text: str, greeting: bool) -> None:
    assert sentences(text)[0].is_greeting is greeting


@pytest.mark.parametrize(("word", "expected"), [("3", True), ("3pm", True), ("twelve", True), ("noon", False)])
def test_numbers(word: str, expected: bool) -> None:
    assert is_number(word) is expected


TRICKY = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("\"'`<>@:&.!?,;-–()…‘’“”«»\n\r\t \u200b\u00a0\x00\ud800İßﬁ#/*_~|")),
        st.sampled_from(list("aAnoN1")),
        st.characters(),
    ),
    max_size=200,
)


@given(TRICKY)
def test_any_text_is_split_and_places_lie_inside_in_order(text: str) -> None:
    last = 0
    for sentence in sentences(text):
        assert len(sentence.words) == len(sentence.starts) == len(sentence.ends)
        assert sentence.words[-1] == END
        assert max(sentence.openings, default=0) < len(sentence.words)
        for start, end in zip(sentence.starts, sentence.ends, strict=True):
            assert last <= start <= end <= len(text)
            last = start


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        " ",
        "\n",
        "\n\n",
        '"',
        "'",
        "“",
        "`",
        "```",
        ">",
        "<",
        "@",
        "a@",
        ":a",
        "http://",
        ". ",
        "no. ",
        "- ",
        "’s",
        "\x00",
        "e.g.",
    ],
)
def test_a_long_run_of_anything_is_no_trouble(piece: str) -> None:
    sentences(piece * 50_000)


def test_sentences_are_gone_when_nobody_holds_them() -> None:
    """Not only when the collector comes by: it rests while the bot starts."""
    gc.collect()
    gc.disable()
    try:
        found = sentences("Hi Anna, you must wait. I can't say!")
        assert found[0].starts
        del found
        assert gc.collect() == 0
    finally:
        gc.enable()
