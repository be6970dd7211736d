"""Masking: what tells who a text is about is gone, and the complaint is still there."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.masking import mask

GONE = {
    "an e-mail": ("Write to mia.berg+shop@example.co.uk today", "Write to <email> today"),
    "an e-mail as Slack writes it": ("Write to <mailto:mia@example.com|mia@example.com>.", "Write to <email>."),
    "a link": ("See https://shop.example.com/o?id=77&m=mia now", "See <url> now"),
    "a link as Slack writes it": ("See <https://shop.example.com/77|the order>", "See <url>"),
    "a link without scheme": ("See www.example.com/mia", "See <url>"),
    "a mention": ("<@U0ANAAGENT> she waits", "@user she waits"),
    "a mention with a name": ("<@U0ANAAGENT|ana> she waits", "@user she waits"),
    "a group": ("<!subteam^S0LEADS001|@leads> look", "@user look"),
    "a channel": ("in <#C0COMPLAIN|complaints> too", "in #channel too"),
    "a handle": ("said @mia_berg, angry", "said @user, angry"),
    "a phone": ("call +49 (0)170 123-4567 back", "call <phone> back"),
    "a phone without signs": ("call 01701234567 back", "call <phone> back"),
    "a phone as Slack writes it": ("call <tel:+491701234567|+49 170 1234567>", "call <phone>"),
    "a card": ("paid with 4111 1111 1111 1111 twice", "paid with <phone> twice"),
    "an order": ("order 10412 is late", "order <number> is late"),
    "digits of another script": ("order ١٢٣٤٥ is late", "order <number> is late"),
    "wide digits": ("order １０４１２ is late", "order <number> is late"),
    "digits with nothing between": ("order 1\u200b0\u200b4\u200b1\u200b2 is late", "order <number> is late"),
    "a booking code": ("booking BK-2291 is gone", "booking <ref> is gone"),
    "an account": ("IBAN DE89370400440532013000 charged", "IBAN <ref> charged"),
}


@pytest.mark.parametrize("what", GONE)
def test_it_is_masked(what: str) -> None:
    text, masked = GONE[what]
    assert mask(text) == masked


STAYS = [
    "She waited 45 minutes and paid 20 euros for 3 parcels.",
    "5 days late, and nobody called back at 9.",
    "The 2nd time this month: 100 % rude!",
    "<name> called <phone> about <ref>, see <url>; @user in #channel wrote to <email> on <number>.",
]


@pytest.mark.parametrize("text", STAYS)
def test_it_stays(text: str) -> None:
    assert mask(text) == text


NAMES = {
    "the whole name": ("Mia Berg is upset", ["Mia Berg"], "<name> is upset"),
    "the first name alone": ("mia called, then MIA wrote", ["Mia Berg"], "<name> called, then <name> wrote"),
    "with more space": ("Mia   Berg is upset", ["Mia Berg"], "<name> is upset"),
    "of one": ("Mia's parcel", ["Mia"], "<name>'s parcel"),
    "with a hyphen": ("Ms Lopez called", ["Ana Garcia-Lopez"], "Ms <name> called"),
    "composed otherwise": ("Andre\u0301 called", ["Andr\u00e9"], "<name> called"),
    "in an address": ("Mia Berg (mia.berg@example.com)", ["Mia Berg"], "<name> (<email>)"),
    "several": ("Mia told Ana", ["Mia", "Ana"], "<name> told <name>"),
    "not inside a word": ("Marking the market", ["Mark"], "Marking the market"),
    "not a title": ("Dr Berg and the dr", ["Dr Berg"], "<name> and the dr"),
    "with signs of patterns": ("A.B (C) called", ["A.B (C)"], "<name> called"),
    "nobody's": ("Mia called", ["", " "], "Mia called"),
}


@pytest.mark.parametrize("what", NAMES)
def test_a_known_name_is_masked(what: str) -> None:
    text, names, masked = NAMES[what]
    assert mask(text, names) == masked


PIECES = st.one_of(
    st.text(),
    st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.[a-z]{2,3}", fullmatch=True),
    st.from_regex(r"\+?[0-9][0-9 ()/-]{3,20}", fullmatch=True),
    st.from_regex(r"<[@#!]?[a-z|:/]{0,12}>", fullmatch=True),
    st.from_regex(r"https?://[a-z/.]{1,12}", fullmatch=True),
    st.sampled_from([" ", "@", "<", ">", "Mia", "BERG", "\u200b", "<name>", "@user"]),
)
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@given(TEXTS)
@example("@" * 50)
@example("1" * 50)
@example("<@" * 50)
def test_no_text_keeps_an_address_or_a_long_number_or_a_name(text: str) -> None:
    masked = mask(text, ["Mia Berg"])
    rest = re.sub(r"<(?:email|url|phone|number|ref|name)>|@user|#channel", " ", masked)
    assert not re.search(r"\d{4}", rest)
    assert not re.search(r"[a-z]+@[a-z]+\.[a-z]{2}", rest)
    assert not re.search(r"(?<!\w)@\w", rest)
    assert not re.search(r"\bhttps?://[a-z]", rest)
    assert not re.search(r"(?<!\w)(?:mia|berg)(?!\w)", rest, re.IGNORECASE)


@given(TEXTS)
@example("00/0MIA")
@example("mia_berg 00/0")
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text, ["Mia Berg"])
    assert mask(once, ["Mia Berg"]) == once
