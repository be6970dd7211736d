"""Choosing and finding a template, the values a case gives, lengths, and the parts of a reply."""

import pytest

from bot.domain.taxonomy import Severity, category_keys, category_words
from bot.domain.template import (
    LATER_REPLIES,
    PART_LABELS,
    RECOVERY_STEPS,
    Channel,
    ResponseTemplate,
    Value,
    When,
    amends_in,
    choose,
    first_name,
    length_faults,
    part_positions,
    read_reply,
    recovery_parts,
    search,
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


def spoken(id: str, *categories: str, channels: str = "email", uses: str = "", **more: object) -> ResponseTemplate:
    names = tuple(Channel(name) for name in channels.split())
    words = dict.fromkeys(names, frozenset(uses.split()))
    values = tuple(Value(name, f"{name}?", required=name == "new_day") for name in uses.split())
    return ResponseTemplate(id, str(more.pop("title", id)), categories, values, channels=names, uses=words, **more)  # type: ignore[arg-type]


A, B, C = (spoken(id, "delivery.late", channels="email chat") for id in "abc")
SAYS_SO = spoken("z-again", "delivery.late", channels="email chat", uses="repeated")
CHATTY = spoken("chatty", "other", channels="chat phone public")
QUIET = spoken("quiet", channels="email", for_risk=("legal",))
CARE = spoken("care", channels="email public", for_risk=("safety",))
LETTERS = [C, A, B, SAYS_SO, CHATTY, QUIET, CARE]

LETTER_CHOICES = [
    ({}, "a b c z-again"),
    ({"used": ["a"]}, "b c z-again a"),
    ({"used": ["b", "a"]}, "c z-again a b"),
    ({"used": ["a", "b", "a", "a"]}, "c z-again b a"),
    ({"used": ["nothing", "c"]}, "a b z-again c"),
    ({"repeated": True}, "z-again a b c"),
    ({"repeated": True, "used": ["z-again", "a"]}, "z-again b c a"),
    ({"channel": "chat"}, "a b c z-again chatty"),
    ({"channel": Channel.PHONE}, "chatty"),
    ({"channel": "phone", "used": ["chatty"]}, "chatty"),
    ({"risks": ["legal"]}, "quiet"),
    ({"risks": ["legal"], "channel": "public"}, ""),
    ({"risks": ["safety"], "channel": "public"}, "care"),
    ({"risks": ["safety", "legal"], "channel": "public"}, "care"),
    ({"risks": ["press"], "channel": "public"}, "chatty"),
]


@pytest.mark.parametrize(("given", "ids"), LETTER_CHOICES)
def test_choice_by_channel_history_and_what_was_used(given: dict[str, object], ids: str) -> None:
    for templates in (LETTERS, LETTERS[::-1]):
        chosen = choose(templates, category="delivery.late", severity=Severity.MODERATE, **given)  # type: ignore[arg-type]
        assert " ".join(each.id for each in chosen) == ids


UPDATE = spoken("update", "other", channels="email", when=When.UPDATE)
AGAIN = spoken("still", "other", channels="email", when=When.UNFIXED)


@pytest.mark.parametrize(
    ("when", "ids"),
    [((When.FIRST,), "a b c z-again"), (LATER_REPLIES, "update still a b c z-again"), ((When.UNFIXED,), "still")],
)
def test_choice_by_the_point_of_the_case(when: tuple[When, ...], ids: str) -> None:
    given = [*LETTERS, AGAIN, UPDATE]
    chosen = choose(given, category="delivery.late", severity=Severity.MODERATE, when=when)
    assert " ".join(each.id for each in chosen) == ids
    assert choose(given, category="delivery.late", severity=Severity.MODERATE, risks=["legal"], when=when) == [QUIET]


def test_a_template_is_found_by_the_point_of_the_case_it_is_for() -> None:
    assert search([*LETTERS, UPDATE], "progress") == [UPDATE]


def test_a_required_value_counts_only_where_the_words_use_it() -> None:
    dated = ResponseTemplate(
        "a-dated",
        "Dated",
        ("delivery.late",),
        (Value("new_day", "?", required=True),),
        channels=(Channel.EMAIL, Channel.CHAT),
        uses={Channel.EMAIL: frozenset({"new_day"}), Channel.CHAT: frozenset()},
    )
    for channel, first in (("email", "b"), ("chat", "a-dated")):
        best = choose([B, dated], category="delivery.late", severity=Severity.MINOR, channel=channel)[0]
        assert best.id == first
    assert [value.name for value in dated.asks("email")] == ["new_day"]
    assert dated.asks("chat") == ()


SEARCHED = [
    spoken("late-delivery", "delivery.late", title="Late delivery"),
    spoken("missing-parcel", "delivery.missing", title="Missing parcel"),
    spoken("double-charge", "billing.double_charge", title="Charged twice"),
    spoken("general", "other", title="First reply to any complaint"),
    spoken("playbook-legal", title="Playbook: legal step", for_risk=("legal", "regulator")),
]
SEARCHES = [
    ("late", "late-delivery"),
    ("LATE delivery", "late-delivery missing-parcel"),
    ("deliv", "late-delivery missing-parcel"),
    ("deliveries", "late-delivery missing-parcel"),
    ("parcel lost", "missing-parcel"),
    ("billing", "double-charge"),
    ("double", "double-charge"),
    ("regulator", "playbook-legal"),
    ("twice, late!", "double-charge late-delivery"),
    ("nothing-of-the-kind xyz", ""),
    ("q", ""),
    ("", "double-charge general late-delivery missing-parcel playbook-legal"),
    (" ?! ", "double-charge general late-delivery missing-parcel playbook-legal"),
]


@pytest.mark.parametrize(("words", "ids"), SEARCHES)
def test_search(words: str, ids: str) -> None:
    for templates in (SEARCHED, SEARCHED[::-1]):
        assert " ".join(each.id for each in search(templates, words)) == ids


def test_nothing_fits_only_when_there_is_no_template_for_other() -> None:
    assert choose([GENERAL], category="trust", severity=Severity.MINOR) == [GENERAL]
    assert choose([DELIVERY], category="trust", severity=Severity.MINOR) == []


def test_a_case_gives_what_it_knows() -> None:
    assert standard_values(category="delivery.late", severity=Severity.MODERATE, customer="Jane Doe") == {
        "customer": "Jane Doe",
        "category_words": "late delivery",
        "update_within": "within two working days",
    }


def test_a_case_says_what_is_grave_what_came_again_and_what_is_approved() -> None:
    values = standard_values(
        category="other", severity=Severity.SERIOUS, repeated=True, amends="a refund of 20.00 EUR", agent="Ana"
    )
    assert values == {
        "agent": "Ana",
        "update_within": "within one working day",
        "serious": "yes",
        "repeated": "yes",
        "amends": "a refund of 20.00 EUR",
    }


NAMES = [
    ("Jane Doe", "Jane"),
    ("Jane", "Jane"),
    ("Anne-Marie O’Neill", "Anne-Marie"),
    ("Zoë Ärlig", "Zoë"),
    ("Priya N.", "Priya"),
    ("J. Doe", ""),
    ("J Doe", ""),
    ("Mr Kim", ""),
    ("Mrs. O'Neill", ""),
    ("Dr. Ana Souza", ""),
    ("Doe, Jane", ""),
    ("jane@example.com", ""),
    ("user4711", ""),
    ("王小明", ""),
    ("Иван Петров", "Иван"),
    ("", ""),
    ("  ", ""),
    ("-", ""),
]


@pytest.mark.parametrize(("name", "first"), NAMES)
def test_only_a_first_name_goes_public(name: str, first: str) -> None:
    assert first_name(name) == first


def words(count: int, word: str = "word") -> str:
    return " ".join([word] * count)


LENGTHS = [
    ("email", words(90), ()),
    ("email", words(89), ("89 words: keep it from 90 to 180",)),
    ("email", words(180), ()),
    ("email", words(181), ("181 words: keep it from 90 to 180",)),
    ("email", "\n\n".join([words(12)] * 8), ()),
    ("email", "\n\n".join([words(12)] * 9), ("9 paragraphs: keep it to 8",)),
    ("chat", "\n\n".join([words(40)] * 3), ()),
    ("chat", "\n\n".join([words(30)] * 4), ("4 messages: keep it to 3",)),
    ("chat", words(41), ("a message of 41 words: keep each to 40",)),
    ("chat", words(14), ("14 words: keep it from 15 to 120",)),
    ("phone", "\n".join([words(15)] * 4), ()),
    ("phone", "\n".join([words(15)] * 3 + [words(16)]), ("a line of 16 words: keep each to 15",)),
    ("phone", "\n".join([words(9)] * 17), ("17 lines: keep it to 16",)),
    ("phone", "\n".join(["I am sorry that " + words(11)] + [words(15)] * 3), ()),
    (
        "phone",
        "\n".join(["I am sorry that " + words(5)] * 2 + [words(15)] * 3),
        ("18 words of apology: keep it to 17, about seven seconds",),
    ),
    ("public", words(40), ()),
    ("public", words(39), ("39 words: keep it from 40 to 80",)),
    ("public", words(81), ("81 words: keep it from 40 to 80",)),
]


@pytest.mark.parametrize(("channel", "text", "faults"), LENGTHS)
def test_length(channel: str, text: str, faults: tuple[str, ...]) -> None:
    assert tuple(fault.message for fault in length_faults(text, Channel(channel))) == faults


def test_a_playbook_may_be_shorter_by_email() -> None:
    assert length_faults(words(60), Channel.EMAIL, playbook=True) == []
    assert length_faults(words(59), Channel.EMAIL, playbook=True)[0].message == "59 words: keep it from 60 to 180"
    assert length_faults(words(39), Channel.PUBLIC, playbook=True)


def test_channels_have_labels_and_hints() -> None:
    assert [channel.label for channel in Channel] == ["Email", "Live chat", "Phone script", "Public reply"]
    assert Channel.EMAIL.length_hint == "90 to 180 words, at most 8 paragraphs"
    assert Channel.CHAT.length_hint == "15 to 120 words, at most 3 messages of at most 40 words"


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


AMENDS = [
    ("We refund 20 euros.", ("refund", "20 euros")),
    ("I have arranged a refund of 20.00 EUR.", ("refund", "20.00 eur")),
    ("You get €1,250.50 back.", ("€1,250.50",)),
    ("A voucher, a discount of 15 % and a gift.", ("voucher", "discount", "15 %", "gift")),
    ("We will replace it.", ("replace",)),
    ("Your next night is free of charge.", ("free of charge",)),
    ("A free extra night and free shipping.", ("free extra night", "free shipping")),
    ("Have it on the house, and your money back.", ("on the house", "money back")),
    ("Please keep your credit card.", ()),
    ("I am sorry about the late refund.", ()),
    ("It arrived 3 days late, in order 20.", ()),
    ("Feel free to write, I am free on Friday.", ()),
    ("", ()),
]


@pytest.mark.parametrize(("text", "found"), AMENDS)
def test_money_and_kinds_of_amends_are_found(text: str, found: tuple[str, ...]) -> None:
    assert amends_in(text) == found


GOOD = (
    "I am sorry that the lamp broke. I can see why you are annoyed. I am asking the carrier today. "
    "There are two ways to go on: a call or an email. I have arranged a refund of 20.00 EUR. Thank you for writing."
)
NO_PART = dict.fromkeys(PART_LABELS, False)
CONDITION = "The apology has a condition. Say what went wrong, without “if”, “any” or “but”."
NOTHING_SAID = "Nothing says what this meant for the customer. Say it before the solution."
TURN_ROUND = "The solution comes before the acknowledgement. Turn them round."
NOBODY = "Nobody looks after it. Say what you do yourself: “I am asking …”, “I will …”."

ADVICE = [
    (GOOD, ()),
    ("", ()),
    (" \n ", ()),
    (GOOD.replace("sorry that the lamp broke", "sorry if the lamp broke"), (CONDITION,)),
    (GOOD.replace("sorry that the lamp broke", "sorry for any trouble"), (CONDITION,)),
    (GOOD.replace("broke. I can", "broke, truly sorry, but it was packed. I can"), (CONDITION,)),
    (GOOD.replace("sorry that the lamp broke", "sorry that you feel this way"), (CONDITION,)),
    (GOOD.replace("sorry that the lamp broke", "sorry that you felt unwell"), ()),
    ("Today I will call you. " + GOOD, (TURN_ROUND,)),
    ("You can choose: a call or an email. " + GOOD, (TURN_ROUND,)),
    ("I will call you today.", (NOTHING_SAID,)),
    ("I am sorry that it broke. We will look at it.", (NOBODY,)),
    ("I am sorry that it broke. It has been passed on.", (NOBODY,)),
    ("I am sorry that it broke. I’ll look at it by Friday.", ()),
    ("We sent it. You can choose a colour.", (NOTHING_SAID, NOBODY)),
]


@pytest.mark.parametrize(("text", "advice"), ADVICE)
def test_advice_puts_empathy_first(text: str, advice: tuple[str, ...]) -> None:
    assert read_reply(text).advice == advice


def test_a_reading_ticks_the_parts_in_order() -> None:
    reading = read_reply(GOOD)
    assert dict(reading.parts) == dict.fromkeys(PART_LABELS, True)
    assert reading.order == (
        "apologise",
        "acknowledge",
        "own",
        "next_step",
        "offer_options",
        "make_amends",
        "thanks",
    )
    assert reading.labelled[0] == ("Apology that names what went wrong", True)
    assert dict(read_reply("Hello.").parts) == NO_PART


NAMED = [
    ("I am sorry that the lamp broke.", True),
    ("I am sorry about the late delivery.", True),
    ("You waited nine days, and I am sorry.", True),
    ("We said we would call, and we did not. I am sorry.", True),
    ("You had to ask us twice. I am sorry for that (reference 55).", True),
    ("I apologise for how we answered you.", True),
    ("I am sorry.", False),
    ("Hello Jane. I am sorry.", False),
    ("I am sorry for the inconvenience.", False),
    ("We apologise for this issue.", False),
    ("I am sorry about that. It rained.", False),
    ("Sorry state of affairs in the warehouse.", False),
    ("The lamp broke. I am truly sorry for everything.", False),
]


@pytest.mark.parametrize(("text", "named"), NAMED)
def test_an_apology_names_what_went_wrong(text: str, named: bool) -> None:
    assert dict(read_reply(text).parts)["apologise"] is named


@pytest.mark.parametrize("piece", ["sorry ", "I will ", "a", "sorry. ", "1,1", "free a ", "\ud800 sorry \u202e"])
def test_the_longest_texts_are_read_without_going_back_and_forth(piece: str) -> None:
    """A pattern that backtracks badly would not come to an end here."""
    text = (piece * 40_000)[:40_000]
    read_reply(text)
    amends_in(text)
