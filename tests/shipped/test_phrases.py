"""Every shipped phrase rule does what its file says, in every spelling, and leaves good replies alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.phrases import PhraseEntry, PhraseFile, load_checker
from bot.content.rules import read_rules
from bot.domain.phrases import Checker, Level

FOLDER = Path(__file__).parents[2] / "responses" / "phrases"
ENTRIES = [placed.entry for placed in read_rules(FOLDER, PhraseFile, what="phrase rules")[0]]
EVERYTHING = load_checker(FOLDER)

every_rule = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)


def no_break_spaces(text: str) -> str:
    return text.replace(" ", "\u00a0")


def doubled_spaces(text: str) -> str:
    return text.replace(" ", "  ")


def line_breaks(text: str) -> str:
    """A break before a small letter, as a narrow window wraps a line."""
    return "".join("\n" if old == " " and new.islower() else old for old, new in zip(text, text[1:] + " ", strict=True))


def zero_width(text: str) -> str:
    return "".join(letter + "\u200b" if letter.isalpha() else letter for letter in text)


def curly(text: str) -> str:
    return text.replace("'", "’")


def full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def long_forms(text: str) -> str:
    for short, full in (
        ("can't", "cannot"),
        ("won't", "will not"),
        ("n't", " not"),
        ("'ll", " will"),
        ("'re", " are"),
        ("I'm", "I am"),
    ):
        text = text.replace(short, full)
    return text


SPELLINGS: list[Callable[[str], str]] = [
    str.lower,
    str.upper,
    no_break_spaces,
    doubled_spaces,
    line_breaks,
    zero_width,
    curly,
    full_width,
    long_forms,
]


@every_rule
def test_a_rule_has_two_examples_of_each_kind(entry: PhraseEntry) -> None:
    assert len(entry.hits) >= 2
    assert len(entry.passes) >= 2


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.patterns], ids=lambda entry: entry.id)
@pytest.mark.parametrize("spell", SPELLINGS, ids=lambda spell: spell.__name__)
def test_a_rule_finds_its_hits_in_every_spelling(entry: PhraseEntry, spell: Callable[[str], str]) -> None:
    checker = Checker([entry.rule()])
    for text in entry.hits:
        spelled = spell(text)
        found = checker.check(spelled)
        assert found, spelled
        assert all(spelled[one.start : one.end] == one.words for one in found)


@every_rule
def test_a_rule_does_not_judge_quoted_words(entry: PhraseEntry) -> None:
    for text in entry.hits:
        plain = text.replace('"', "")
        assert not EVERYTHING.check(f"> {plain}\nThank you."), text
        assert not EVERYTHING.check(f"You wrote: “{plain}” Thank you."), text


@every_rule
def test_what_one_rule_passes_no_rule_blocks(entry: PhraseEntry) -> None:
    for text in entry.passes:
        assert [one for one in EVERYTHING.check(text) if one.rule.level is Level.ERROR] == [], text


@every_rule
def test_advice_breaks_no_rule_of_any_level(entry: PhraseEntry) -> None:
    for text in entry.instead:
        assert EVERYTHING.check(text) == [], text


@pytest.mark.parametrize(
    "text",
    [
        "I am sorry.",
        "I'm so sorry this happened to you.",
        "I can see why you are upset.",
        "This should not have happened.",
        "You should have received it on Monday, and I am sorry you did not.",
        "We sent you the wrong size. I apologise.",
        "You don't have to send anything back.",
        "I will write to you by Friday at 5 pm with the result.",
        "Not knowing where your parcel was must have been worrying.",
        "It is not your fault in any way.",
        "I have refunded 20 euros to your card today; it shows within three working days.",
        "You can choose: a new one by Friday, or the money back today.",
        "Thank you for telling us. You were right to.",
        "I am Sam, and I look after this until it is done.",
        "That was our mistake, and I have mended it.",
        "Would Tuesday between 9 and 11 suit you?",
        "You have every reason to be angry.",
        "I checked with the depot this morning: the parcel was left at number 12.",
    ],
)
def test_good_sentences_stay_clean(text: str) -> None:
    assert EVERYTHING.check(text) == []


GOOD_REPLY = """Hi Anna,

I'm sorry that your order arrived four days late and with a cracked lid. You planned the party around it, and you had
to explain to your guests why there was no cake stand; I can see why that was upsetting.

Our depot in Leeds loaded the parcel onto the wrong van on Tuesday, and we didn't notice until Thursday. That was our
mistake, and I should have written to you then.

A new stand left our warehouse at 9:40 this morning and will be with you by Friday. I have refunded the delivery charge
to your card. You can keep the cracked one for parts or have it collected; I will arrange whichever you prefer.

I will write to you on Friday afternoon to check that the new one has come in one piece. You can reach me directly at
this address.

Thank you for telling us so clearly what went wrong.

Warm wishes,
Sam
"""


def test_a_good_reply_stays_clean() -> None:
    assert EVERYTHING.check(GOOD_REPLY) == []


def test_the_example_that_the_page_teaches_works(tmp_path: Path) -> None:
    page = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    example = page.split("## Phrase rules")[1].split("```yaml\n")[1].split("```")[0]
    (tmp_path / "example.yml").write_text(example, encoding="utf-8")
    checker = load_checker(tmp_path)
    assert [rule.id for rule in checker.rules] == ["fill-it-in-again"]
    assert checker.check("You will have to fill it in again by mistake.") == []
