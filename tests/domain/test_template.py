"""Choosing a template, the values a case gives, and the parts of a reply."""

import pytest

from bot.domain.taxonomy import Severity, category_keys, category_words
from bot.domain.template import (
    RECOVERY_STEPS,
    ResponseTemplate,
    Value,
    choose,
    part_positions,
    recovery_parts,
    standard_values,
)


def template(
    id: str, *categories: str, severities: str = "", for_risk: tuple[str, ...] = (), needs: tuple[str, ...] = ()
) -> ResponseTemplate:
    values = tuple(Value(name, f"{name}?", required=True) for name in needs)
    levels = tuple(Severity(level) for level in severities.split())
    return ResponseTemplate(id, id, categories, values, levels, for_risk)


GENERAL = template("general", "other")
DELIVERY = template("delivery", "delivery")
LATE = template("late", "delivery.late")
LATE_GRAVE = template("late-grave", "delivery.late", severities="S3 S4")
LATE_DATED = template("a-late-dated", "delivery.late", needs=("new_day",))
SAFETY = template("safety", "delivery.late", for_risk=("safety",))
LEGAL = template("legal", for_risk=("legal", "regulator"))
ALL = [LEGAL, GENERAL, SAFETY, LATE_DATED, LATE, DELIVERY, LATE_GRAVE]

CHOICES = [
    ("delivery.late", "S2", (), (), "late a-late-dated delivery general"),
    ("delivery.late", "S2", (), ("new_day",), "a-late-dated late delivery general"),
    ("delivery.late", "S3", (), (), "late-grave late a-late-dated delivery general"),
    ("delivery.missing", "S2", (), (), "delivery general"),
    ("delivery", "S2", (), (), "delivery general"),
    ("billing", "S2", (), (), "general"),
    ("other", "S2", (), (), "general"),
    ("delivery.late", "S4", ("legal",), (), "legal"),
    ("delivery.late", "S4", ("legal", "safety"), (), "safety legal"),
    ("delivery.late", "S4", ("regulator",), (), "legal"),
    ("delivery.late", "S4", ("press",), (), "late-grave late a-late-dated delivery general"),
]


@pytest.mark.parametrize(("category", "severity", "risks", "known", "ids"), CHOICES)
def test_choice(category: str, severity: str, risks: tuple[str, ...], known: tuple[str, ...], ids: str) -> None:
    for given in (ALL, ALL[::-1]):
        chosen = choose(given, category=category, severity=Severity(severity), risks=risks, known=frozenset(known))
        assert " ".join(each.id for each in chosen) == ids


def test_nothing_fits_only_when_there_is_no_template_for_other() -> None:
    assert choose([GENERAL], category="trust", severity=Severity.MINOR) == [GENERAL]
    assert choose([DELIVERY], category="trust", severity=Severity.MINOR) == []


def test_a_case_gives_what_it_knows() -> None:
    assert standard_values(category="delivery.late", severity=Severity.MODERATE, customer="Jane Doe") == {
        "customer": "Jane Doe",
        "category_words": "late delivery",
        "update_within": "within two working days",
    }


@pytest.mark.parametrize(
    ("severity", "words"),
    [
        ("S1", "within three working days"),
        ("S2", "within two working days"),
        ("S3", "within one working day"),
        ("S4", "today"),
    ],
)
def test_the_next_message_comes_sooner_the_graver_the_case(severity: str, words: str) -> None:
    assert standard_values(category="other", severity=Severity(severity))["update_within"] == words


def test_every_category_but_other_has_words() -> None:
    assert [key for key in category_keys() if not category_words(key)] == ["other"]


PARTS = [
    ("apologise", "I am sorry that the lamp broke.", "I am sorry if the lamp broke."),
    ("apologise", "I apologise for the delay.", "I apologise if there was a delay."),
    ("apologise", "We are truly sorry.", "We are sorry you feel that way."),
    ("apologise", "My apologies for the wait.", "Sorry state of affairs."),
    ("acknowledge", "I can see why you are annoyed.", "I can see the parcel."),
    ("acknowledge", "You waited nine days.", "The parcel waited nine days."),
    ("acknowledge", "That is frustrating.", "That is a parcel."),
    ("own", "I will look into it.", "They will look into it."),
    ("own", "I’ll look into it.", "I will not look into it."),
    ("own", "I have asked the carrier.", "I have no news."),
    ("own", "I am checking the records.", "I am sorry."),
    ("offer_options", "There are two ways to go on.", "There are reasons to go on."),
    ("offer_options", "If you prefer, I can call.", "I can call."),
    ("offer_options", "You can have either a call or an email.", "You can have a call."),
    ("next_step", "I will write to you by Friday.", "I will write to you."),
    ("next_step", "You will hear from me within two days.", "You heard from me two days ago."),
    ("next_step", "Today I will ask the carrier.", "Today I had to ask the carrier."),
    ("thanks", "Thank you for telling us.", "You told us."),
]


@pytest.mark.parametrize(("part", "with_it", "without"), PARTS)
def test_part(part: str, with_it: str, without: str) -> None:
    assert part in recovery_parts(with_it)
    assert part not in recovery_parts(without)


def test_positions_follow_the_sentences() -> None:
    positions = part_positions("Thank you. I am sorry that it broke. I will write to you by Friday!")
    assert positions["thanks"] < positions["apologise"] < positions["next_step"]


def test_any_text_has_parts_or_none() -> None:
    assert recovery_parts("") == frozenset()
    assert recovery_parts("\ud800 sorry \u202e" * 1000) == frozenset()
    assert recovery_parts("I will " * 6000) == {"own"}


def test_the_steps_in_order() -> None:
    assert [step.key for step in RECOVERY_STEPS] == [
        "acknowledge",
        "apologise",
        "own",
        "offer_options",
        "make_amends",
        "follow_up",
        "document",
    ]
    assert RECOVERY_STEPS[3].label == "Offer options"
