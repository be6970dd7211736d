"""Sums of money: what is one, how it is typed, how it is written back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import PLACES, Money, MoneyError, code_of, is_double_meaning, parse, read_figure, round_up


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("40 EUR", "40.00 EUR"),
        (" 40 EUR ", "40.00 EUR"),
        ("EUR 40", "40.00 EUR"),
        ("eur40", "40.00 EUR"),
        ("40eur", "40.00 EUR"),
        ("€40", "40.00 EUR"),
        ("40 €", "40.00 EUR"),
        ("€40.5", "40.50 EUR"),
        ("40,50 €", "40.50 EUR"),
        ("1,234.50 USD", "1234.50 USD"),
        ("1.234,50 EUR", "1234.50 EUR"),
        ("1 234,50 PLN", "1234.50 PLN"),
        ("1'234.50 CHF", "1234.50 CHF"),
        ("1,234,567 USD", "1234567.00 USD"),
        ("1,00,000 INR", "100000.00 INR"),
        ("US$ 40", "40.00 USD"),
        ("A$40", "40.00 AUD"),
        ("400 kr", "400.00 SEK"),
        ("40 zł", "40.00 PLN"),
        ("5,000 JPY", "5000 JPY"),
        ("1.234 KWD", "1.234 KWD"),
        ("0.50 GBP", "0.50 GBP"),
        ("0 EUR", "0.00 EUR"),
    ],
)
def test_sums_as_people_type_them(typed: str, written: str) -> None:
    assert str(parse(typed)) == written


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "'' is no sum: write it like 40.00 EUR"),
        ("forty", "'forty' is no sum: write it like 40.00 EUR"),
        ("-40 EUR", "'-40 EUR' is no sum: write it like 40.00 EUR"),
        ("40 EUR and more", "'40 EUR and more' is no sum: write it like 40.00 EUR"),
        ("1,2,3 EUR", "'1,2,3 EUR' is no sum: write it like 40.00 EUR"),
        ("1e9 EUR", "'1e9 EUR' is no sum: write it like 40.00 EUR"),
        ("NaN EUR", "'NaN EUR' is no sum: write it like 40.00 EUR"),
        (" " * 100_000, "'' is no sum: write it like 40.00 EUR"),
        ("40", "40 has no currency: write it like 40 EUR"),
        ("40 XYZ", "'XYZ' is no currency we know: write its code, like 40.00 EUR"),
        ("€40 EUR", "'€40 EUR' names two currencies: write one, like 40.00 EUR"),
        ("1.234 EUR", "1.234 can be read in two ways: write it without the dot or comma, or with two decimals"),
        ("1,234 EUR", "1,234 can be read in two ways: write it without the dot or comma, or with two decimals"),
        ("0.001 EUR", "0.001 EUR is too fine: EUR has 2 digits after the point"),
        ("1.5 JPY", "1.5 JPY is too fine: JPY has 0 digits after the point"),
        ("9" * 16 + " EUR", "the sum has more than 15 digits: write a smaller one"),
    ],
)
def test_what_is_no_sum_is_refused_with_advice(typed: str, message: str) -> None:
    with pytest.raises(MoneyError) as error:
        parse(typed)
    assert str(error.value) == message


def test_a_bare_figure_is_in_the_currency_we_are_told() -> None:
    assert parse("40", "EUR") == Money(Decimal(40), "EUR")
    assert parse("$40", "CAD") == Money(Decimal(40), "CAD")
    assert parse("$40", "EUR") == Money(Decimal(40), "USD")


@pytest.mark.parametrize(
    ("amount", "currency", "message"),
    [
        ("-0.01", "EUR", "-0.01 is negative: write the sum without a minus"),
        ("NaN", "EUR", "NaN is no amount: write a number, such as 40.00"),
        ("Infinity", "EUR", "Infinity is no amount: write a number, such as 40.00"),
        ("0.001", "EUR", "0.001 EUR is too fine: EUR has 2 digits after the point"),
        ("1E+15", "EUR", "the sum has more than 15 digits: write a smaller one"),
        ("1", "eur", "'eur' is no currency code: write one of ISO 4217, such as EUR"),
    ],
)
def test_no_such_money(amount: str, currency: str, message: str) -> None:
    with pytest.raises(MoneyError) as error:
        Money(Decimal(amount), currency)
    assert str(error.value) == message


def test_equal_sums_are_equal_however_they_are_written() -> None:
    assert Money(Decimal("4E+1"), "EUR") == Money(Decimal("40.000"), "EUR") == parse("40 EUR")


@pytest.mark.parametrize(
    ("figure", "places", "value"),
    [
        ("1234", 2, "1234"),
        ("1.234", 2, "1234"),
        ("1.234", 3, "1.234"),
        ("1,234", 3, "1234"),
        ("0.234", 2, "0.234"),
        ("1.234.567,89", 2, "1234567.89"),
        ("1,234,567.89", 2, "1234567.89"),
        ("1.5", 2, "1.5"),
        ("4a", 2, None),
        ("", 2, None),
        ("9" * 16, 2, None),
    ],
)
def test_figures(figure: str, places: int, value: str | None) -> None:
    assert read_figure(figure, places) == (Decimal(value) if value else None)


@pytest.mark.parametrize(("figure", "doubtful"), [("1.234", True), ("1.23", False), ("0.234", False), ("12345", False)])
def test_figures_that_could_mean_two_things(figure: str, doubtful: bool) -> None:
    assert is_double_meaning(figure, 2) is doubtful


def test_prose_is_rounded_up_to_whole_coins() -> None:
    assert round_up(Decimal("0.001"), "EUR") == Decimal("0.01")
    assert round_up(Decimal("1.2"), "JPY") == Decimal(2)


def test_codes() -> None:
    assert (code_of("€"), code_of("usd"), code_of("kr", "NOK"), code_of("nothing")) == ("EUR", "USD", "NOK", None)
    assert {len(code) for code in PLACES} == {3}


@given(st.sampled_from(sorted(PLACES)), st.integers(min_value=0, max_value=10**12))
def test_every_sum_survives_being_written_and_read(currency: str, coins: int) -> None:
    money = Money(Decimal(coins).scaleb(-PLACES[currency]), currency)
    assert parse(str(money)) == money
    assert parse(str(money).lower()) == money


@given(st.one_of(st.text(), st.from_regex(r"[A-Z€$]{0,3} ?[0-9.,' ]{1,30} ?[A-Z€$]{0,3}", fullmatch=True)))
def test_any_text_is_a_sum_or_refused(text: str) -> None:
    try:
        money = parse(text)
    except MoneyError:
        return
    assert money.amount >= 0


@given(st.decimals(), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_any_decimal_is_money_or_refused(amount: Decimal, currency: str) -> None:
    try:
        money = Money(amount, currency)
    except MoneyError:
        return
    assert money.amount == amount
    assert -money.amount.as_tuple().exponent == PLACES[currency]


@given(st.text())
def test_any_figure_is_read_or_not(figure: str) -> None:
    value = read_figure(figure)
    assert value is None or value >= 0
