"""Triage: tables in which the yes and the no differ by one fact."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.taxonomy import RISKS, Severity, category_keys
from bot.domain.triage import Guess, RiskFinder, RiskRule, Triage, Triager, labels
from bot.domain.triage.guesses import HEARD
from bot.domain.triage.scorer import Question, Scorer

RULES = [
    RiskRule("breach", "data_breach", ("another customer's order",)),
    RiskRule("ill", "vulnerable", ("in hospital",)),
    RiskRule("law", "legal", ("lawyer",)),
    RiskRule("theft", "fraud", ("stolen",)),
    RiskRule("hurt", "injury", ("burned his hand",)),
    RiskRule("leaving", "churn", ("pulling the contract",), unless=("not pulling the contract",)),
]
TRIAGER = Triager(RiskFinder(RULES), None)


def triage(text: str) -> Triage:
    return TRIAGER.triage(text)


CATEGORIES = [
    ("The parcel arrived late", "delivery.late"),
    ("The parcel never arrived", "delivery.missing"),
    ("The parcel arrived damaged", "delivery.damaged_in_transit"),
    ("Courier missed the delivery slot", "delivery.missed_slot"),
    ("It was delivered to the wrong house", "delivery.wrong_address"),
    ("The parcel never arrived and she waited in all day", "delivery.missing"),
    ("Something about a parcel", "delivery"),
    ("We sent her the wrong size", "product.wrong_item"),
    ("The kettle stopped working", "product.defective"),
    ("Two screws and a missing part", "product.incomplete"),
    ("The chair is not as described", "product.not_as_described"),
    ("She was charged twice", "billing.double_charge"),
    ("She was charged too much", "billing.overcharge"),
    ("Still waiting for her refund", "billing.refund_late"),
    ("There is a hidden fee", "billing.unexpected_fee"),
    ("Charged after she cancelled", "billing.cancellation_charge"),
    ("The agent was rude and hung up", "service_manner.rude"),
    ("We promised a callback and never called back", "service_manner.broken_promise"),
    ("He got no reply for a week", "service_access.slow_reply"),
    ("She can't get through to us", "service_access.cannot_reach"),
    ("The app is down since noon", "platform.outage"),
    ("He is locked out and the reset link fails", "platform.login"),
    ("The page shows an error message", "platform.bug"),
    ("Our return policy upset him", "policy.returns_rule"),
    ("Her warranty was not honoured", "policy.guarantee_refused"),
    ("The room was filthy", "onsite.cleanliness"),
    ("Guests upstairs were noisy", "onsite.noise"),
    ("There is no record of his booking", "onsite.booking_lost"),
    ("Somebody sees another customer's order", "trust.privacy"),
    ("Good morning", "other"),
    ("", "other"),
]


@pytest.mark.parametrize(("text", "category"), CATEGORIES)
def test_category(text: str, category: str) -> None:
    assert triage(text).category.value == category


def test_the_words_that_led_to_it_come_from_the_text() -> None:
    guess = triage("Her parcel NEVER\n  arrived, she says").category
    assert guess.words == ("NEVER arrived",)


def test_a_default_has_no_words() -> None:
    result = triage("Good morning")
    assert (result.category.words, result.severity.value, result.severity.words) == ((), "S2", ())


SEVERITIES = [
    ("The parcel is late", Severity.MODERATE),
    ("The parcel is a bit late", Severity.MINOR),
    ("The parcel is a bit late, third time", Severity.MODERATE),
    ("The parcel is late, third time", Severity.SERIOUS),
    ("The parcel for her wedding is late", Severity.SERIOUS),
    ("The parcel for her wedding is late, third time", Severity.CRITICAL),
    ("The parcel is late and she is in hospital", Severity.SERIOUS),
    ("The parcel is a bit late, her lawyer wrote", Severity.CRITICAL),
    ("Her card was stolen", Severity.SERIOUS),
]


@pytest.mark.parametrize(("text", "severity"), SEVERITIES)
def test_severity(text: str, severity: Severity) -> None:
    assert triage(text).severity.value == severity


def test_what_risk_rules_find_raises_flags() -> None:
    found = triage('Client: "my lawyer knows that he burned\nhis hand"')
    assert [(signal.value, signal.words) for signal in found.signals] == [
        ("legal", ("lawyer",)),
        ("injury", ("burned his hand",)),
    ]
    assert [(risk.value, risk.words) for risk in found.risks] == [
        ("safety", ("burned his hand",)),
        ("legal", ("lawyer",)),
    ]


ALARM = Scorer(
    {
        "complaint": Question(("yes",), (1.0,), (5.0,)),
        "category": Question(labels.CATEGORIES, (1.0,) * 7, (0.0,) * 7),
        "severity": Question(labels.SEVERITIES, (1.0,) * 3, (0.0,) * 3),
        "alarm": Question(("yes",), (10.0,), (-4.0,)),
        "risk": Question(labels.RISKS, (1.0,) * 10, (0.0,) * 10),
    },
    [{"crib": ((11, 1.0), (12 + labels.RISKS.index("privacy"), 1.0))}, {}, {}],
)
"""Hears a breach of privacy in the word `crib` and nothing else; calls everything a complaint."""


@pytest.mark.parametrize(
    ("text", "signals", "flags", "severity"),
    [
        ("the crib", ["data_breach"], ["data_breach"], Severity.SERIOUS),  # heard: surely not critical
        ("the cot", [], [], Severity.MODERATE),  # nothing to hear
        ("the crib burned his hand", ["injury"], ["safety"], Severity.CRITICAL),  # a rule found one: rules come first
    ],
)
def test_a_risk_that_no_rule_finds_may_be_heard(
    text: str, signals: list[str], flags: list[str], severity: Severity
) -> None:
    found = Triager(RiskFinder(RULES), ALARM).triage(text)
    assert ([each.value for each in found.signals], [each.value for each in found.risks]) == (signals, flags)
    assert found.severity.value == severity


def test_a_risk_that_was_heard_names_its_words_and_is_not_sure() -> None:
    (heard,) = Triager(RiskFinder(RULES), ALARM).triage("the crib").risks
    (found,) = Triager(RiskFinder(RULES), ALARM).triage("it burned his hand").risks
    assert heard.words == ("crib",)
    assert HEARD <= heard.sure < found.sure == 1.0


def test_a_risk_is_not_heard_where_no_word_can_be_shown_for_it() -> None:
    in_the = replace(ALARM, tables=[{"the": ALARM.tables[0]["crib"]}, {}, {}])
    found = Triager(RiskFinder(RULES), in_the).triage("the crib")
    assert found.alarm >= HEARD
    assert (found.signals, found.risks) == ((), ())


def test_leaving_us_is_a_signal_and_no_flag() -> None:
    found = triage("they are pulling the contract")
    assert ([signal.value for signal in found.signals], found.risks) == (["churn"], ())
    assert triage("they are not pulling the contract").signals == ()


@pytest.mark.parametrize("quoted", ["> my lawyer writes", "`my lawyer`", '"my lawyer"', "«my lawyer»", "*my* _lawyer_"])
def test_what_the_customer_said_counts_however_it_is_quoted(quoted: str) -> None:
    assert [risk.value for risk in triage(quoted).risks] == ["legal"]


PAPERS = RiskFinder(
    [
        RiskRule(
            "papers",
            "data_breach",
            together=(("{letter/letters}", "{ex/stranger}"), ("{pin}", "{label}", "{printed}")),
            unless=("ex {works/libris}",),
        )
    ]
)


@pytest.mark.parametrize(
    ("fires", "rests"),
    [
        ("we sent her letter to her ex", "we sent her letter to her"),
        ("her ex has got the letter", "her ex has got the sofa"),
        (
            "We sent a letter. It went to a stranger.",
            "We sent a letter." + " All is well now." * 8 + " A stranger came.",
        ),
        ("the letter went to her ex", "the letter is ex works"),
        ("the pin is printed on the label", "the pin is on the label"),
        ("letter for ex works went to a stranger", "letter for a sale ex works"),
    ],
)
def test_words_that_are_harmless_alone_count_together(fires: str, rests: str) -> None:
    assert [found.value for found in PAPERS.find(fires)] == ["data_breach"]
    assert PAPERS.find(rests) == ()


def test_words_found_together_are_shown_one_by_one() -> None:
    (found,) = PAPERS.find("a stranger had it, the letter")
    assert found.words == ("stranger", "letter")
    assert PAPERS.rules_that_find("a stranger had it, the letter") == {"papers"}


FEELINGS = [
    ("she is furious and let down", ["angry", "disappointed"]),
    ("she is not angry", []),
    ("he isn't really upset, only confused", ["confused"]),
    ("not happy with it", ["disappointed"]),
    ("his mother is worried", ["anxious"]),
    ("Kundin ist wütend", ["angry"]),
    ("the parcel is late", []),
]


@pytest.mark.parametrize(("text", "feelings"), FEELINGS)
def test_feelings(text: str, feelings: list[str]) -> None:
    assert [feeling.value for feeling in triage(text).feelings] == feelings


LANGUAGES = [
    ("the customer is not happy with us", "en"),
    ("die Kundin ist nicht zufrieden mit der Lieferung", "de"),
    ("le client n'est pas content de la livraison", "fr"),
    ("la clienta no está contenta con el pedido", "es"),
    ("荷物がまだ届かない", "ja"),
    ("客户投诉包裹两周还没到", "zh"),
    ("посылка не пришла", "ru"),
    ("parcel abhi tak nahi aaya hai", "hi-Latn"),
    ("xyzzy", "other"),
    ("", "other"),
]


@pytest.mark.parametrize(("text", "language"), LANGUAGES)
def test_language(text: str, language: str) -> None:
    assert triage(text).language == language


NAMES = [
    ("customer Jane Doe is upset", "Jane Doe"),
    ("Customer: Jane Doe. Parcel lost", "Jane Doe"),
    ("customer Jane Doe's parcel is lost", "Jane Doe"),
    ("client: Ana Souza", "Ana Souza"),
    ("Mr Kim wants an answer", "Mr Kim"),
    ("mrs. o'neill", None),
    ("Mrs. O'Neill called", "Mrs. O'Neill"),
    ("customer Mr Kim called", "Mr Kim"),
    ("Complaint from Jane Doe about a lamp", "Jane Doe"),
    ("Complaint from Berlin about a lamp", None),
    ("Bought from Best Buy", None),
    ("Jane Doe (order 123) never got it", "Jane Doe"),
    ("Best Regards (see below)", None),
    ("customer Anne-Marie van Dyk is upset", "Anne-Marie van Dyk"),
    ("spoke to Priya N. about it", "Priya N"),
    ("listened to Priya N. about it", None),
    ("Jane Doe's order 1042 is three days late", "Jane Doe"),
    ("Jane Doe's birthday order is late", None),
    ("Mia Berg, order 4711: five days late", "Mia Berg"),
    ("Mia Berg, our colleague: five days late", None),
    ("Lea Roth says the technician was rude", "Lea Roth"),
    ("Support Team says the technician was rude", None),
    ("customer is upset", None),
    ("customer Is upset", None),
    ("CUSTOMER VERY UPSET", None),
    ("customer Very Upset", "Very Upset"),
    ("Customer Service is slow", None),
    ("customer <@U012ABCDEF> is upset", None),
    ("customer <@U012ABCDEF> Jane", None),
    ("customer 5512 is upset", None),
    ("my name is Jane Doe", "Jane Doe"),
    ("Customer Order 123", None),
    ("the customer. Monday again", None),
    ("customer Łukasz Żak wrote", "Łukasz Żak"),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_customer(text: str, name: str | None) -> None:
    customer = triage(text).customer
    assert (customer and customer.value) == name


def test_the_words_for_a_customer_hold_the_cue() -> None:
    customer = triage("Upset: customer Jane Doe, order 12345").customer
    assert customer
    assert customer.words == ("customer Jane Doe",)


REFERENCES = [
    ("order 12345 is late", "12345"),
    ("order 14 days ago", None),
    ("order 145 days ago", None),
    ("#A-1042 is late", "A-1042"),
    ("#complaints is loud", None),
    ("order no. 77-1", "77-1"),
    ("order number 77-1", "77-1"),
    ("Order: #10412", "10412"),
    ("booking ABC123", "ABC123"),
    ("booking ABCDEF", None),
    ("invoice INV-9", "INV-9"),
    ("account 4711", "4711"),
    ("ticket 55", "55"),
    ("ticket 55, order 12345", "12345"),
    ("ticket for two", None),
    ("reorder 12345", None),
    ("in order to fix 12345", None),
    ("<#C012ABC345|orders> is loud", None),
    ("order 12345.", "12345"),
]


@pytest.mark.parametrize(("text", "reference"), REFERENCES)
def test_reference(text: str, reference: str | None) -> None:
    found = triage(text).reference
    assert (found and found.value) == reference


WILD = [
    "\ud800",
    "customer \udfff Jane",
    "مرحبا الطرد لم يصل",
    "\u202eCustomer Jane Doe",
    "\u200b" * 50,
    "\x00",
    "<@" * 50,
    "😀" * 9,
]


@pytest.mark.parametrize("text", WILD)
def test_any_text_is_read_without_an_error(text: str) -> None:
    result = triage(text)
    assert result.category.value in category_keys()
    for guess in (result.category, result.severity, result.customer, result.reference, *result.risks):
        for words in (guess.value, *guess.words) if guess else ():
            words.encode()


@given(st.text(st.characters() | st.sampled_from("customer order # <@>*_~'-. 12"), max_size=300))
@settings(max_examples=200, deadline=None)
def test_whatever_the_text_the_guesses_are_from_the_closed_lists(text: str) -> None:
    result = triage(text)
    assert result.category.value in category_keys()
    assert result.severity.value in list(Severity)
    assert all(risk.value in RISKS and risk.words for risk in result.risks)


LONG = [
    "the parcel was late and not delivered, sick of waiting for a refund. ",
    "not ",
    "order no ",
    "customer ",
    "A-",
    "<@",
    "'a",
    "http://|",
    "<https:",
    " ",
    "ticket \t no \t",
]


@pytest.mark.parametrize("piece", LONG)
def test_the_longest_texts_are_guessed_without_going_back_and_forth(piece: str) -> None:
    """A pattern that backtracks badly would not come to an end here."""
    assert triage(("ticket" + piece * 40_000)[:40_000]).category.value in category_keys()


@pytest.mark.parametrize(
    ("score", "alarm", "language", "alarming"),
    [
        (0.9, 0.9, "en", ["self_harm", "legal"]),
        (0.9, 0.05, "de", ["self_harm", "legal"]),  # how it sounds is known of English only
        (0.9, 0.05, "en", ["self_harm"]),  # nothing else sounds like a risk: a joke about a lawyer, but a life counts
        (0.1, 0.9, "en", []),  # nothing sounds like a complaint
    ],
)
def test_what_alarms_in_a_message_that_nobody_reported(
    score: float, alarm: float, language: str, alarming: list[str]
) -> None:
    signals = Guess("self_harm", (), 1.0), Guess("legal", (), 1.0)
    found = Triage(Guess("other"), Guess("S2"), score=score, alarm=alarm, language=language, signals=signals)
    assert [signal.value for signal in found.alarming] == alarming
