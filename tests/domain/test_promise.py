"""What a reply promises. In most pairs the yes and the no differ by one fact."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import Calendar, Span
from bot.domain.promise import KINDS, Approved, Promises, describe, held_against, promises
from bot.domain.promise.stated import stated
from tests.builders import lines_run

TUESDAY_IN_LONDON = datetime(2026, 3, 10, 10, 0, tzinfo=ZoneInfo("Europe/London"))
TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def read(text: str, currency: str | None = None) -> Promises:
    return promises(text, today=TUESDAY, currency=currency)


def money(text: str, currency: str | None = None) -> str:
    """The promises of money in one line: "40.00 EUR refund", "20% discount", "free month free_service"."""
    stated = []
    for promise in read(text, currency).money:
        if promise.amount is not None:
            what = f"{promise.amount} {promise.currency}"
        elif promise.percent is not None:
            what = f"{promise.percent.normalize():f}%"
        else:
            what = str(promise.item)
        stated.append(f"{what} {promise.kind}")
    return "; ".join(stated)


def days(text: str, today: datetime = TUESDAY) -> str:
    """The promised days in one line; a question mark stands behind one that must be asked."""
    found = promises(text, today=today)
    assert found.ambiguous == any(day.ambiguous for day in found.dates)
    return "; ".join(day.iso + "?" * day.ambiguous for day in found.dates)


# --- Sums: how they are written ---------------------------------------------------------------------------------------

WRITTEN = [
    ("40 euros", "40.00 EUR"),
    ("40 Euro", "40.00 EUR"),
    ("€40", "40.00 EUR"),
    ("€ 40", "40.00 EUR"),
    ("40€", "40.00 EUR"),
    ("40 €", "40.00 EUR"),
    ("EUR 40", "40.00 EUR"),
    ("40 EUR", "40.00 EUR"),
    ("40,- EUR", "40.00 EUR"),
    ("CHF 40.–", "40.00 CHF"),
    ("EUR40", "40.00 EUR"),
    ("40EUR", "40.00 EUR"),
    ("eur 40", "40.00 EUR"),
    ("€40.50", "40.50 EUR"),
    ("€40,50", "40.50 EUR"),
    ("€1,234.50", "1234.50 EUR"),
    ("1.234,50 EUR", "1234.50 EUR"),
    ("1 234,50 EUR", "1234.50 EUR"),
    ("1\u00a0234,50 EUR", "1234.50 EUR"),
    ("CHF 1'234.50", "1234.50 CHF"),
    ("CHF 1’234.50", "1234.50 CHF"),
    ("€1,234", "1234.00 EUR"),
    ("€1.234", "1234.00 EUR"),
    ("₹1,00,000", "100000.00 INR"),
    ("1.234 KWD", "1.234 KWD"),
    ("¥5,000", "5000 JPY"),
    ("$40", "40.00 USD"),
    ("US$ 40", "40.00 USD"),
    ("US$40", "40.00 USD"),
    ("A$40", "40.00 AUD"),
    ("$40 CAD", "40.00 CAD"),
    ("40 US dollars", "40.00 USD"),
    ("40 Canadian dollars", "40.00 CAD"),
    ("40 bucks", "40.00 USD"),
    ("£40", "40.00 GBP"),
    ("40 pounds", "40.00 GBP"),
    ("40 pounds sterling", "40.00 GBP"),
    ("50p", "0.50 GBP"),
    ("99 pence", "0.99 GBP"),
    ("400 kr", "400.00 SEK"),
    ("400kr", "400.00 SEK"),
    ("kr 400", "400.00 SEK"),
    ("40 zł", "40.00 PLN"),
    ("40 zlotys", "40.00 PLN"),
    ("₹500", "500.00 INR"),
    ("Rs. 500", "500.00 INR"),
    ("SEK 400", "400.00 SEK"),
    ("TRY 40", "40.00 TRY"),
    ("40 Swiss francs", "40.00 CHF"),
    ("forty euros", "40.00 EUR"),
    ("forty-five euros", "45.00 EUR"),
    ("a hundred pounds", "100.00 GBP"),
    ("one hundred and twenty euros", "120.00 EUR"),
    ("two thousand three hundred dollars", "2300.00 USD"),
    ("fifty dollars and fifty cents", "50.50 USD"),
    ("50 dollars 5 cents", "50.05 USD"),
    ("fifty cents", "0.50 EUR"),
    ("2 thousand euros", "2000.00 EUR"),
    ("€2k", "2000.00 EUR"),
    ("20-30 EUR", "30.00 EUR"),
    ("20–30 EUR", "30.00 EUR"),
    ("20 to 30 euros", "30.00 EUR"),
    ("between 20 and 30 euros", "30.00 EUR"),
    ("between €20 and €30", "30.00 EUR"),
    ("€20-€30", "30.00 EUR"),
    ("€20-30", "30.00 EUR"),
    ("up to 40 euros", "40.00 EUR"),
    ("*40 euros*", "40.00 EUR"),
    ("４０ euros", "40.00 EUR"),
    ("€0", ""),
    ("€" + "9" * 30, ""),
]


@pytest.mark.parametrize(("written", "total"), WRITTEN)
def test_how_sums_are_written(written: str, total: str) -> None:
    assert money(f"We will refund {written} to you.") == (f"{total} refund" if total else "refund refund")


@pytest.mark.parametrize(
    ("text", "currency", "stated"),
    [
        ("We will refund $40.", None, "40.00 USD refund"),
        ("We will refund $40.", "AUD", "40.00 AUD refund"),
        ("We will refund $40.", "EUR", "40.00 USD refund"),
        ("We will refund 400 kr.", "DKK", "400.00 DKK refund"),
        ("We will refund ¥40.", "CNY", "40.00 CNY refund"),
        ("We will refund 40 dollars.", "NZD", "40.00 NZD refund"),
        ("We will refund 50 cents.", "USD", "0.50 USD refund"),
        ("We will refund 40.", "EUR", "40.00 EUR refund"),
        ("We will refund 40.", None, "40.00 None refund"),
        ("We will refund order 40.", "EUR", "refund refund"),
        ("We will refund 40 of the shirts.", "EUR", "refund refund"),
    ],
)
def test_the_currency_we_are_told_settles_shared_signs(text: str, currency: str | None, stated: str) -> None:
    assert money(text, currency) == stated


def test_of_a_range_both_ends_are_known() -> None:
    (promise,) = read("We can give you between 20 and 30 euros.").money
    assert (promise.lowest, promise.amount, promise.words) == (Decimal("20.00"), Decimal("30.00"), "20 and 30 euros")
    assert promise.note == "A range from 20.00 to 30.00: the upper end counts."


# --- Sums: given or not -----------------------------------------------------------------------------------------------

SUMS = [
    ("I have applied a $50 credit to your account.", "50.00 USD credit"),
    ("I've gone ahead and refunded the £12.99 delivery charge to your card.", "12.99 GBP refund"),
    ("I can refund half of the €120 you paid.", "50% refund"),
    ("The tickets cost €240 and we'll give you the full price back.", "100% refund"),
    ("You were billed $29 instead of $19, so I am refunding the $10 difference.", "10.00 USD refund"),
    ("You were told you would get $100; I can't offer that, but I can give you $30.", "30.00 USD None"),
    ("We owe you a refund of 40 euros.", "40.00 EUR refund"),
    ("You owe us 40 euros.", ""),
    ("You are entitled to 40 euros.", "40.00 EUR None"),
    ("You can claim up to 40 euros back.", "40.00 EUR refund"),
    ("You claimed up to 40 euros back.", ""),
    ("The delivery fee of 5 euros is on us.", "5.00 EUR fee_waiver"),
    ("The delivery fee of 5 euros is on the bill.", ""),
    ("You paid 80 euros, and 20 euros are on their way back.", "20.00 EUR refund"),
    ("You paid 80 euros, and 20 euros are missing.", ""),
    ("The voucher of 20 euros is on its way.", "20.00 EUR gift"),
    ("The voucher of 20 euros you bought is void.", ""),
    ("I refund 12.50 and add a credit of 20 euros.", "12.50 EUR refund; 20.00 EUR credit"),
    ("I refund 12.50 today.", "12.50 None refund"),
    ("The voucher (worth 20 euros) will reach you tomorrow.", "20.00 EUR gift"),
    ("We will meet you halfway and pay 50 euros.", "50.00 EUR None"),
    ("I have taken the $35 fee off your bill.", "35.00 USD discount"),
    ("We will refund about 40 euros.", "40.00 EUR refund"),
    ("I will write to you about the refund of 40 euros.", ""),
    ("I'd be glad to send a voucher for 40 euros.", "40.00 EUR gift"),
    ("40 EUR will be credited to your account.", "40.00 EUR credit"),
    ("You have been refunded €40.", "40.00 EUR refund"),
    ("You were refunded €40 last week.", ""),
    ("We will refund your 80 euros.", "80.00 EUR refund"),
    ("You paid 80 euros.", ""),
    ("I will refund the 80 euros you paid.", "80.00 EUR refund"),
    ("I see the 80 euros you paid.", ""),
    ("The 80 euros you paid will be refunded.", "80.00 EUR refund"),
    ("The 80 euros you paid will not be refunded.", ""),
    ("The 80 euros you paid should have been refunded.", ""),
    ("You were charged $40 twice.", ""),
    ("We charged you $40 twice.", ""),
    ("I have refunded the $40 we charged you.", "40.00 USD refund"),
    ("You were charged $40 twice, and we will refund it.", "40.00 USD refund"),
    ("You were charged $40, which I have refunded.", "40.00 USD refund"),
    ("You were charged $40, which I am sorry about.", ""),
    ("I am sorry about the 25 EUR fee you saw.", ""),
    ("The 25 EUR fee you saw will be refunded.", "25.00 EUR refund"),
    ("We will waive the 25 EUR fee.", "25.00 EUR fee_waiver"),
    ("We will check the 25 EUR fee.", ""),
    ("You will not be charged the 25 EUR fee.", "25.00 EUR fee_waiver"),
    ("You will be charged the 25 EUR fee.", ""),
    ("You do not have to pay the 25 EUR fee.", "25.00 EUR fee_waiver"),
    ("You have not paid the 25 EUR fee.", ""),
    ("We will reverse the $40 charge.", "40.00 USD refund"),
    ("We will review the $40 charge.", ""),
    ("We cannot refund 40 euros.", ""),
    ("We can refund 40 euros.", "40.00 EUR refund"),
    ("I am not able to offer 20 euros.", ""),
    ("I am able to offer 20 euros.", "20.00 EUR None"),
    ("I am unable to give you a credit of 20 euros.", ""),
    ("We can't refund the order or give you 20 euros.", ""),
    ("We can't refund the order, but we can give you 20 euros.", "20.00 EUR None"),
    ("I do not think we can refund 40 euros.", ""),
    ("Nobody here can give you 40 euros.", ""),
    ("We will not only refund 40 euros but also call you.", "40.00 EUR refund"),
    ("Instead of a refund of 40 euros we have to say no.", ""),
    ("We will never refund 40 euros.", ""),
    ("No refund of 40 euros is possible.", ""),
    ("We will refund the taxi, 40 euros.", "40.00 EUR refund"),
    ("You paid for the taxi, 40 euros.", ""),
    ("We'll pay you back the taxi, $28.", "28.00 USD refund"),
    ("You'll pay us back the taxi, $28.", ""),
    ("We'll pay you back for the taxi, $28.", "28.00 USD refund"),
    ("We'll wait for you at the taxi, $28.", ""),
    ("I'll pay you back the taxi ($28).", "28.00 USD refund"),
    ("You paid back the taxi ($28).", ""),
    ("We cannot pay you back the taxi, $28.", ""),
    ("We can pay you back the taxi, $28.", "28.00 USD refund"),
    ("We asked you to pay back the taxi, $28.", ""),
    ("We are here to pay back the taxi, $28.", "28.00 USD refund"),
    ("Please pay us back the taxi, $28.", ""),
    ("You will be paid back the taxi, $28.", "28.00 USD refund"),
    ("You have paid back the taxi, $28.", ""),
    ("The taxi, $28, will be paid back.", "28.00 USD refund"),
    ("The taxi, $28, will not be paid back.", ""),
    ("We will pay you back the 25 EUR fee.", "25.00 EUR refund"),
    ("You will pay us back the 25 EUR fee.", ""),
    ("I have issued a refund for both tickets, 40 euros in total.", "40.00 EUR refund"),
    ("I have issued an invoice for both tickets, 40 euros in total.", ""),
    ("Your money, 40 euros, is on its way back to you.", "40.00 EUR refund"),
    ("Your money, 40 euros, is not on its way back to you.", ""),
    ("Please transfer 40 euros to us.", ""),
    ("We will transfer 40 euros to you.", "40.00 EUR None"),
    ("I would love to give you 40 euros, but I may not.", ""),
    ("I would love to give you 40 euros, and I may.", "40.00 EUR None"),
    ("I am afraid a refund of 40 euros is not something I can do.", ""),
    ("I am glad that a refund of 40 euros is on its way.", "40.00 EUR refund"),
    ("A refund of 40 euros is possible.", "40.00 EUR refund"),
    ("Would a credit of 20 euros suit you?", "20.00 EUR credit"),
    ("May I offer you 20 euros?", "20.00 EUR None"),
    ("Would you like a refund of 20 euros?", "20.00 EUR refund"),
    ("Do you want a refund of 20 euros?", "20.00 EUR refund"),
    ("Did you get a refund of 20 euros?", ""),
    ("Have you received the refund of 20 euros?", ""),
    ("Has the refund of 20 euros arrived?", ""),
    ("Who promised you 20 euros?", ""),
    ("How about a credit of 20 euros?", "20.00 EUR credit"),
    ("You asked for 40 euros back.", ""),
    ("You will get 40 euros back.", "40.00 EUR refund"),
    ("You asked us to refund 40 euros.", ""),
    ("I have asked our accounts team to refund 40 euros.", "40.00 EUR refund"),
    ("I have asked for a refund of 40 euros.", ""),
    ("Your request for a refund of 40 euros is with us.", ""),
    ("You were promised a credit of 40 euros.", ""),
    ("You said that we would refund 40 euros.", ""),
    ("My colleague told you that you would get 40 euros.", ""),
    ("As promised I have refunded 40 euros.", "40.00 EUR refund"),
    ("As you asked, I have refunded 40 euros.", "40.00 EUR refund"),
    ("I will check whether we can refund 40 euros.", ""),
    ("If we can refund 40 euros, I will tell you.", ""),
    ("If you return the shoes, we will refund 40 euros.", "40.00 EUR refund"),
    ("We would have refunded 40 euros.", ""),
    ("We wish we could refund 40 euros.", ""),
    ("We normally refund 40 euros.", ""),
    ("Our policy is a refund of 40 euros.", ""),
    ("I have added a credit of 20 euros to your account.", "20.00 EUR credit"),
    ("I have added 20 euros to your account.", "20.00 EUR credit"),
    ("You have added 20 euros to your account.", ""),
    ("You sent us 20 euros.", ""),
    ("We sent you 20 euros.", "20.00 EUR None"),
    ("We will send you 20 euros.", "20.00 EUR None"),
    ("We will send you the 20 euro invoice.", ""),
    ("We will pay you 20 euros.", "20.00 EUR None"),
    ("You will pay 20 euros.", ""),
    ("You will be paid 20 euros.", "20.00 EUR None"),
    ("You will receive 20 euros.", "20.00 EUR None"),
    ("You received 20 euros.", ""),
    ("You can have 20 euros back.", "20.00 EUR refund"),
    ("Please accept a 15 euro voucher.", "15.00 EUR gift"),
    ("Please accept a 15-euro gift card.", "15.00 EUR gift"),
    ("You bought a 15 euro voucher.", ""),
    ("Here is a voucher worth 15 euros.", "15.00 EUR gift"),
    ("The voucher for 15 euros has not arrived.", ""),
    ("You are still waiting for the refund of 45 dollars.", ""),
    ("A refund of $45 has been issued.", "45.00 USD refund"),
    ("The refund of $45 is late.", ""),
    ("The refund of $45 is on its way.", "45.00 USD refund"),
    ("40 euros will be back on your card.", "40.00 EUR refund"),
    ("40 euros are missing on your card.", ""),
    ("40 euros will be paid to you.", "40.00 EUR None"),
    ("We will take 10 euros off your next bill.", "10.00 EUR discount"),
    ("We took 10 euros from your card.", ""),
    ("You get 10 euros off.", "10.00 EUR discount"),
    ("We have deducted 10 euros from your account.", ""),
    ("We have deducted 10 euros from your bill.", "10.00 EUR discount"),
    ("The price is 40 euros.", ""),
    ("Your refund is 40 euros.", "40.00 EUR refund"),
    ("Refund: 40 euros", "40.00 EUR refund"),
    ("Price: 40 euros", ""),
    ("The repair costs 40 euros.", ""),
    ("The repair costs 40 euros, which we will cover.", "40.00 EUR None"),
    ("We will cover the repair cost of 40 euros.", "40.00 EUR None"),
    ("Delivery is free on orders over 50 euros.", "free delivery free_service"),
    ("My lead has approved 40 euros for you.", "40.00 EUR None"),
    ("As an apology, 40 euros will be refunded.", "40.00 EUR refund"),
    ("I will refund 40 euros as a credit on your account.", "40.00 EUR credit"),
    ("We will compensate you with 40 euros.", "40.00 EUR None"),
    ("We will give you compensation of 40 euros.", "40.00 EUR None"),
    ("We can offer a refund of 40 euros or a credit of 50 euros.", "40.00 EUR refund; 50.00 EUR credit"),
    ("I refunded 15 euros, and you still have to pay 5 euros.", "15.00 EUR refund"),
    ("I will write to you about the 40 euros.", ""),
    ("The bill shows 40 euros.", ""),
    ("Call us on +44 20 7946 0000 about order 1042.", ""),
    ("I will call you on 3 March 2026 about the $ sign.", ""),
]


@pytest.mark.parametrize(("text", "stated"), SUMS)
def test_sums_that_are_given_and_sums_that_are_not(text: str, stated: str) -> None:
    assert money(text) == stated


@pytest.mark.parametrize(
    "text",
    [
        'You wrote "please refund 40 euros".',
        "You wrote “We will refund 40 euros”.",
        "> We will refund 40 euros.\nThank you for this.",
        "&gt; We will refund 40 euros.\nThank you for this.",
        "The code is `We will refund 40 euros`.",
        "See https://example.com/we-will-refund-40-euros for more.",
    ],
)
def test_words_that_are_not_the_writers_own_promise_nothing(text: str) -> None:
    assert read(text) == Promises()


# --- Shares and things ------------------------------------------------------------------------------------------------

SHARES = [
    ("You get 20% off your next order.", "20% discount"),
    ("Your next order comes with 20% off.", "20% discount"),
    ("You ordered with 20% off.", ""),
    ("You get 20 % off your next order.", "20% discount"),
    ("You get 20\u00a0% off your next order.", "20% discount"),
    ("20 % of our customers write to us.", ""),
    ("You get 20 percent off.", "20% discount"),
    ("You get twenty per cent off.", "20% discount"),
    ("20% of our customers write to us.", ""),
    ("I am 100% sure.", ""),
    ("You asked for 20% off.", ""),
    ("We cannot give you 20% off.", ""),
    ("We can give you 12.5% off.", "12.5% discount"),
    ("We will give you a discount of 20%.", "20% discount"),
    ("We will give you a 20% discount.", "20% discount"),
    ("We will reduce the bill by 20%.", "20% discount"),
    ("We will refund 20% of the price.", "20% refund"),
    ("We will refund half the price.", "50% refund"),
    ("You can have it for half the price.", "50% discount"),
    ("We will refund half of what you paid.", "50% refund"),
    ("You will get half your money back.", "50% refund"),
    ("It took half an hour.", ""),
    ("We will refund a third of the price.", "33.33% refund"),
    ("We will refund two thirds of the price.", "66.67% refund"),
    ("You will receive a full refund.", "100% refund"),
    ("You asked for a full refund.", ""),
    ("We cannot give you a full refund.", ""),
    ("Would you like a full refund?", "100% refund"),
    ("We will refund you in full.", "100% refund"),
    ("We will pay you back in full.", "100% refund"),
    ("You will pay us back in full.", ""),
    ("Please read it in full.", ""),
    ("We will refund the full amount.", "100% refund"),
    ("Please send us the full amount.", ""),
    ("We will refund the full amount of 40 euros.", "40.00 EUR refund"),
    ("You will get your money back.", "100% refund"),
    ("You want your money back.", ""),
    ("We have a money back guarantee.", ""),
    ("We will refund what you paid.", "100% refund"),
    ("I have checked what you paid.", ""),
    ("I am refunding your order in full.", "100% refund"),
    ("Please order it in full.", ""),
    ("You will get every cent back.", "100% refund"),
    ("Every cent counts.", ""),
]


@pytest.mark.parametrize(("text", "stated"), SHARES)
def test_shares_of_a_price(text: str, stated: str) -> None:
    assert money(text) == stated


THINGS = [
    ("I will send you a credit card.", ""),
    ("I will give you a credit.", "credit credit"),
    ("The next meal is on the house.", "free meal free_service"),
    ("I will extend your membership by one month.", "extension free_service"),
    ("You can extend your membership by one month.", ""),
    ("We will give you a free month.", "free month free_service"),
    ("You will get one month free.", "free month free_service"),
    ("You get a month for free.", "free month free_service"),
    ("You will get two free months.", "2 free months free_service"),
    ("You will get 3 months free.", "3 free months free_service"),
    ("Your next month is on us.", "free month free_service"),
    ("You asked for a free month.", ""),
    ("Your next haircut is free.", "free haircut free_service"),
    ("Your next haircut is booked.", ""),
    ("Your next slot is free.", ""),
    ("I have ordered you a new pair of boots.", "replacement replacement"),
    ("You have ordered a new pair of boots.", ""),
    ("We will repair it free of charge.", "free repair free_service"),
    ("You asked us to repair it free of charge.", ""),
    ("I will have it cleaned again for free.", "free cleaning free_service"),
    ("We cannot clean it again for free.", ""),
    ("Your next two months are free.", "2 free months free_service"),
    ("Your next two months are busy.", ""),
    ("We will swap the chair for you.", "replacement replacement"),
    ("Did you swap the chair?", ""),
    ("A new headset ships today.", "new headset replacement"),
    ("A new headset was what you asked for.", ""),
    ("Two options: a new lamp or a call.", "new lamp replacement"),
    ("We cannot give you a free month.", ""),
    ("Please feel free to call this month.", ""),
    ("We will send it with free delivery.", "free delivery free_service"),
    ("You signed up for free delivery, you said.", ""),
    ("I will send you a replacement.", "replacement replacement"),
    ("The replacement arrived broken.", ""),
    ("A replacement will arrive on Friday.", "replacement replacement"),
    ("A replacement is not possible.", ""),
    ("Would you prefer a replacement?", "replacement replacement"),
    ("Did you order a replacement?", ""),
    ("We will replace it.", "replacement replacement"),
    ("We cannot replace it.", ""),
    ("It will be replaced.", "replacement replacement"),
    ("I will send you a new one.", "replacement replacement"),
    ("We will send you a new lamp.", "new lamp replacement"),
    ("We will not send you a new lamp.", ""),
    ("Could you send us the new lamp?", ""),
    ("We have shipped a new desk lamp today.", "new desk lamp replacement"),
    ("You bought a new desk lamp today.", ""),
    ("A new kettle is on its way to you.", "new kettle replacement"),
    ("You will have the new kettle by Friday.", "new kettle replacement"),
    ("You have the new kettle now.", ""),
    ("A replacement kettle leaves us today.", "replacement replacement"),
    ("A replacement kettle costs 30 euros.", ""),
    ("A new kettle is what you asked for.", ""),
    ("We will send you a new link.", ""),
    ("I will send you a new delivery date.", ""),
    ("I will send you a brand new phone.", "replacement replacement"),
    ("I will send you a brand new payment link.", ""),
    ("You will need a new one.", ""),
    ("I will send you a new link.", ""),
    ("I will send you a gift card.", "gift card gift"),
    ("I will send you a voucher.", "voucher gift"),
    ("Your voucher has expired.", ""),
    ("We will waive the delivery fee.", "delivery fee fee_waiver"),
    ("We cannot waive the delivery fee.", ""),
    ("The late fee will be waived.", "late fee fee_waiver"),
    ("The late fee will be charged.", ""),
    ("We will refund the delivery fee.", "delivery fee refund"),
    ("We will check the delivery fee.", ""),
    ("We will refund your order.", "refund refund"),
    ("We have refunded your order.", "refund refund"),
    ("We cannot refund your order.", ""),
    ("Our refund team is looking at it.", ""),
    ("You will receive a refund.", "refund refund"),
    ("You asked for a refund.", ""),
    ("We will compensate you.", "compensation None"),
    ("I will add 500 points to your account.", "500 points credit"),
    ("You have 500 points.", ""),
    ("I will upgrade you.", "upgrade free_service"),
    ("We will send you flowers.", "flowers gift"),
    ("We will send you flowers as a gift.", "flowers gift"),
    ("The delivery fee is on us.", "delivery fee fee_waiver"),
    ("The delivery fee is on page two.", ""),
    ("A free month worth 20 euros is yours.", "free month free_service"),
    ("You can choose a replacement or a refund of 40 euros.", "replacement replacement; 40.00 EUR refund"),
]


@pytest.mark.parametrize(("text", "stated"), THINGS)
def test_things(text: str, stated: str) -> None:
    assert money(text) == stated


def test_a_kind_said_once_holds_for_the_same_sum_elsewhere() -> None:
    assert money("You will receive 40 euros. The refund of 40 euros will be with you soon.") == (
        "40.00 EUR refund; 40.00 EUR refund"
    )


def test_a_bare_refund_gives_way_to_the_one_that_says_how_much() -> None:
    assert money("We will refund your order. You will get 40 euros back.") == "40.00 EUR refund"


def test_every_kind_is_a_known_one() -> None:
    stated = [promise.kind for text, _ in SUMS + SHARES + THINGS for promise in read(text).money]
    assert set(stated) <= {None, *KINDS}


# --- Days -------------------------------------------------------------------------------------------------------------

DAYS = [
    ("Between Monday and Wednesday you will receive the new one.", "2026-03-11"),
    ("I will get back to you in the next couple of days.", "2026-03-12"),
    ("I will update you by tomorrow end of day.", "2026-03-11"),
    ("We aim to have this fixed by the end of Thursday.", "2026-03-12"),
    ("Tomorrow at 9 our driver comes.", "2026-03-11T09:00"),
    ("Our technician is booked for Monday 16 March between 8 and 12.", "2026-03-16T12:00"),
    ("Next update: Thursday 12 March, 10:00.", "2026-03-12T10:00"),
    ("Last update: Thursday 5 March, 10:00.", ""),
    ("Your order was placed on 2 March and will arrive on 12 March.", "2026-03-12"),
    ("I know that you called us on Monday.", ""),
    ("I will be on holiday until Friday.", ""),
    ("I've scheduled a call for Thursday at 10:00.", "2026-03-12T10:00"),
    ("Would Thursday at 10 am suit you?", "2026-03-12T10:00"),
    ("Your appointment is on Friday at 2 pm.", "2026-03-13T14:00"),
    ("Your appointment was on Friday at 2 pm.", ""),
    ("I will write to you by Friday.", "2026-03-13"),
    ("I will write to you by Fri.", "2026-03-13"),
    ("I wrote to you on Friday.", ""),
    ("We missed Friday.", ""),
    ("I am sorry we missed Friday, and I will call you by Thursday.", "2026-03-12"),
    ("Please send the form by Friday.", ""),
    ("Please send the form, and I will answer by Friday.", "2026-03-13"),
    ("Let me know by Friday.", ""),
    ("Let me come back to you by Friday.", "2026-03-13"),
    ("You can reply by Friday.", ""),
    ("You have until Friday.", ""),
    ("You need to reply by Friday.", ""),
    ("If you reply by Friday, I will call you.", ""),
    ("If it has not arrived by Friday, I will send another.", ""),
    ("If it is lost, I will send another by Friday.", "2026-03-13"),
    ("Reply by Friday and I will book it.", ""),
    ("By Friday you will have an answer.", "2026-03-13"),
    ("By Friday, you will have an answer.", "2026-03-13"),
    ("You will hear from me by Friday.", "2026-03-13"),
    ("You will have to pay by Friday.", ""),
    ("You will need it by Friday.", ""),
    ("You should receive it by Friday.", "2026-03-13"),
    ("You should have received it by Friday.", ""),
    ("It should arrive by Friday.", "2026-03-13"),
    ("It should have arrived by Friday.", ""),
    ("It will be delivered by Friday.", "2026-03-13"),
    ("It will not be delivered by Friday.", ""),
    ("It was due on Friday.", ""),
    ("It is due to arrive on Friday.", "2026-03-13"),
    ("Your payment is due on Friday.", ""),
    ("It arrives on Friday.", "2026-03-13"),
    ("It arrived on Friday.", ""),
    ("We promised delivery by Friday.", ""),
    ("I have booked the courier for Friday.", "2026-03-13"),
    ("The courier was booked for Friday.", ""),
    ("The new delivery date is Friday.", "2026-03-13"),
    ("The offer is valid until Friday.", ""),
    ("We are open on Friday.", ""),
    ("We will be open on Friday.", ""),
    ("We are open Monday to Friday from 9 to 5.", ""),
    ("I can call you on Friday.", "2026-03-13"),
    ("I cannot call you on Friday.", ""),
    ("Can I call you on Friday?", "2026-03-13"),
    ("Can you call me on Friday?", ""),
    ("Shall I call you on Friday?", "2026-03-13"),
    ("Will you be at home on Friday?", ""),
    ("I am calling the carrier on Friday.", "2026-03-13"),
    ("I am going to call you on Friday.", "2026-03-13"),
    ("My colleague will call you on Friday.", "2026-03-13"),
    ("I will find out where it stopped by Friday.", "2026-03-13"),
    ("I will look into what happened on Friday.", ""),
    ("I will answer your message of Friday.", ""),
    ("We call every Friday.", ""),
    ("Expect a call by Friday.", "2026-03-13"),
    ("I will call you by Thursday and write by Friday.", "2026-03-12; 2026-03-13"),
    ("I will refund you, send a new one, and call you by Friday.", "2026-03-13"),
    ("I will call you before Friday.", "2026-03-13"),
    ("I will not call you before Friday.", ""),
    ("I will call you after Friday.", ""),
    ("I will call you soon.", ""),
    ("I will call you shortly, as soon as possible.", ""),
    ("I will call you this Friday.", "2026-03-13"),
    ("I will call you on Tuesday.", "2026-03-17?"),
    ("I will call you next Tuesday.", "2026-03-17"),
    ("I will call you next Monday.", "2026-03-16"),
    ("I will call you next Friday.", "2026-03-20?"),
    ("I will call you on Friday next week.", "2026-03-20"),
    ("I will call you next week.", "2026-03-20?"),
    ("I will call you on 14 March.", "2026-03-14"),
    ("I will call you on March 14th.", "2026-03-14"),
    ("I will call you on March 14.", "2026-03-14"),
    ("I will call you on the 14th of March.", "2026-03-14"),
    ("I will call you on 14 March 2026.", "2026-03-14"),
    ("I will call you on March 14, 2026.", "2026-03-14"),
    ("I will call you on Saturday, 14 March.", "2026-03-14"),
    ("I will call you on Friday, 14 March.", "2026-03-14?"),
    ("I will call you on 14. March.", "2026-03-14"),
    ("I will call you on the 14th.", "2026-03-14"),
    ("I will call you on the 9th.", "2026-04-09"),
    ("I will call you the 2nd time.", ""),
    ("I will call you on 2026-03-14.", "2026-03-14"),
    ("I will call you on 14/03.", "2026-03-14"),
    ("I will call you on 14/03/2026.", "2026-03-14"),
    ("I will call you on 14.03.2026.", "2026-03-14"),
    ("I will write by 16.3.", "2026-03-16"),
    ("I will write by 16.3", ""),
    ("I will write by 36.3.", ""),
    ("I will write by 3.16.", ""),
    ("I will write on 31.2.", ""),
    ("I will write page 16.3.", ""),
    ("I will write on the 16.3. at 5 pm.", "2026-03-16T17:00"),
    ("I will write at 16.3. at 5 pm.", "2026-03-10T17:00"),
    ("I will call you on 16.03. Kind regards", "2026-03-16"),
    ("I will call you by 16.03. Kind regards", "2026-03-16?"),
    ("I will call you on Monday, 16.3.", "2026-03-16"),
    ("I will call you on Friday, 16.3.", "2026-03-16?"),
    ("I called you on Monday, 16.3.", ""),
    ("By 16.3. you will hear from me.", "2026-03-16"),
    ("By 16.3. I will write to you.", "2026-03-16"),
    ("Of 16.3. I will write to you.", ""),
    ("By 16.3. you have to write to me.", ""),
    ("Your order of 16.3. will arrive on 18.3.", "2026-03-18"),
    ("I will cut the price by 16.3.", ""),
    ("I will check the price by 16.3.", "2026-03-16"),
    ("I will call you on 03/14.", "2026-03-14"),
    ("I will call you on 11/04.", "2026-04-11?"),
    ("I will call you on 04/04.", "2026-04-04"),
    ("I will call you on 04/03.", "2026-04-03?"),
    ("I will call you on 31/31.", ""),
    ("I will help you 24/7.", ""),
    ("I will call you on 2 January.", "2027-01-02?"),
    ("I will call you on 2 September.", "2026-09-02"),
    ("You ordered on 3 March.", ""),
    ("I will look at the order of 3 March.", ""),
    ("I will call you on 30 February.", ""),
    ("I will write within 48 hours.", "2026-03-12"),
    ("I will write within 48h.", "2026-03-12"),
    ("I will write within the next 48 hours.", "2026-03-12"),
    ("I have waited 48 hours.", ""),
    ("I will be with you for 48 hours.", ""),
    ("I will write within two working days.", "2026-03-12"),
    ("I will write within 4 working days.", "2026-03-16"),
    ("I will write within 3-5 business days.", "2026-03-17"),
    ("I will write within 3 to 5 business days.", "2026-03-17"),
    ("The refund will take up to five working days.", "2026-03-17"),
    ("I will write in three days.", "2026-03-13"),
    ("The money is going back to you today.", "2026-03-10"),
    ("I will call between 10 and 11 tomorrow.", "2026-03-11T11:00"),
    ("I am going between 10 and 11 shops.", ""),
    ("We deliver it on Saturday between 9 and 11.", "2026-03-14T11:00"),
    ("If we deliver it on Saturday, somebody has to be there.", ""),
    ("I gladly call you on Friday.", "2026-03-13"),
    ("You call me on Friday.", ""),
    ("The money takes three days to reach you.", "2026-03-13"),
    ("The paint takes three days to dry.", ""),
    ("The credit shows on Friday.", "2026-03-13"),
    ("The slip shows Friday.", ""),
    ("I wrote three days ago.", ""),
    ("It will be three days late.", ""),
    ("I will write within 14 days of receiving it.", ""),
    ("You can return it within 14 days.", ""),
    ("I will write in a week.", "2026-03-17"),
    ("I will write in two weeks.", "2026-03-24"),
    ("I will write within a month.", "2026-04-10"),
    ("I will write within the week.", "2026-03-17?"),
    ("I will call in an hour.", "2026-03-10T11:00"),
    ("I will call in half an hour.", "2026-03-10T10:30"),
    ("I will call within the hour.", "2026-03-10T11:00"),
    ("I will call in 90 minutes.", "2026-03-10T11:30"),
    ("I will call in 9999999 hours.", ""),
    ("I'm on it today.", "2026-03-10"),
    ("You're on it today.", ""),
    ("I'm not on it today.", ""),
    ("I was on it today.", ""),
    ("I'm on it.", ""),
    ("We are already on the case today.", "2026-03-10"),
    ("We are already on the train today.", ""),
    ("I'm right on this today.", "2026-03-10"),
    ("I'm right on this train today.", ""),
    ("My team is on it first thing tomorrow.", "2026-03-11"),
    ("My name is on it first thing tomorrow.", ""),
    ("If I am on it today, you are lucky.", ""),
    ("I'm on it today, so please send the photo by Friday.", "2026-03-10"),
    ("I will call today.", "2026-03-10"),
    ("I called today.", ""),
    ("Today I am asking the carrier.", "2026-03-10"),
    ("I will call this afternoon.", "2026-03-10"),
    ("I will call tonight.", "2026-03-10"),
    ("I will call by the end of the day.", "2026-03-10"),
    ("I will call by end of day tomorrow.", "2026-03-11"),
    ("I will call by close of business.", "2026-03-10"),
    ("I will call by close of business on Thursday.", "2026-03-12"),
    ("I will call by EOD.", "2026-03-10"),
    ("I will call by the end of the week.", "2026-03-13"),
    ("I will call by the end of next week.", "2026-03-20"),
    ("I will call by the end of the month.", "2026-03-31"),
    ("I will call by the end of April.", "2026-04-30"),
    ("I will call tomorrow.", "2026-03-11"),
    ("I will call the day after tomorrow.", "2026-03-12"),
    ("I will call on the next working day.", "2026-03-11"),
    ("I will call tomorrow morning.", "2026-03-11"),
    ("I will call tomorrow at 5.", "2026-03-11T17:00"),
    ("I will call tomorrow at 8.", "2026-03-11T08:00?"),
    ("I will call tomorrow at 7.", "2026-03-11T19:00?"),
    ("I will call tomorrow at 8:30.", "2026-03-11T08:30"),
    ("I will call tomorrow at 9.30.", "2026-03-11T09:30"),
    ("I will call tomorrow at 9.30 euros.", "2026-03-11"),
    ("I will call at half past four.", "2026-03-10T16:30"),
    ("I will call tomorrow at quarter to six.", "2026-03-11T17:45"),
    ("I will call tomorrow at a quarter past nine in the morning.", "2026-03-11T09:15"),
    ("I will pay a quarter to you.", ""),
    ("I will call before the weekend.", "2026-03-13"),
    ("I will call at the weekend.", ""),
    ("I will call on the first of April.", "2026-04-01"),
    ("I will call on the twenty-third of March.", "2026-03-23"),
    ("I will call the second time.", ""),
    ("I will let you know by Friday.", "2026-03-13"),
    ("Let us know by Friday.", ""),
    ("Ida calls you on Friday.", "2026-03-13"),
    ("I had your two calls on Friday.", ""),
    ("Ida has your file and she writes by Friday.", "2026-03-13"),
    ("You write by Friday.", ""),
    ("I cannot promise you an answer by Friday.", ""),
    ("I promise you an answer by Friday.", "2026-03-13"),
    ("I will call tomorrow at 17:00.", "2026-03-11T17:00"),
    ("I will call tomorrow at 5 pm.", "2026-03-11T17:00"),
    ("I will call tomorrow at 5pm.", "2026-03-11T17:00"),
    ("I will call tomorrow at 5 p.m. and listen.", "2026-03-11T17:00"),
    ("I will call tomorrow at 5.30 pm.", "2026-03-11T17:30"),
    ("I will call tomorrow at 5:30.", "2026-03-11T17:30"),
    ("I will call tomorrow at five o'clock.", "2026-03-11T17:00"),
    ("I will call tomorrow at 5 in the afternoon.", "2026-03-11T17:00"),
    ("I will call tomorrow at 9 am.", "2026-03-11T09:00"),
    ("I will call tomorrow at 12 am.", "2026-03-11T00:00"),
    ("I will call tomorrow at noon.", "2026-03-11T12:00"),
    ("I will call tomorrow at 10:30.", "2026-03-11T10:30"),
    ("I will call tomorrow between 2 and 4 pm.", "2026-03-11T16:00"),
    ("I will call tomorrow, at 17:00.", "2026-03-11T17:00"),
    ("I will call tomorrow at 20 Main Street.", "2026-03-11"),
    ("I will call tomorrow at 17:00 CET.", "2026-03-11T17:00?"),
    ("I will call at 5 p.m. on Friday.", "2026-03-13T17:00"),
    ("I will call at 17:00 tomorrow.", "2026-03-11T17:00"),
    ("I will call on Friday, 13 March, at 17:00.", "2026-03-13T17:00"),
    ("I will call by 17:00.", "2026-03-10T17:00"),
    ("I will call by 9:00.", "2026-03-11T09:00?"),
    ("I will cut the price by 10.", ""),
    ("I will call by noon.", "2026-03-10T12:00"),
    ("You may call me tomorrow at 17:00.", ""),
    ('He said "I will call by Friday".', ""),
    ("> I will call by Friday\nThank you.", ""),
]


@pytest.mark.parametrize(("text", "promised"), DAYS)
def test_days_a_reply_promises(text: str, promised: str) -> None:
    assert days(text) == promised


@pytest.mark.parametrize(
    ("today", "text", "promised"),
    [
        ("2026-03-13T16:00:00+01:00", "I will write by Friday.", "2026-03-20?"),
        ("2026-03-13T16:00:00+01:00", "I will write this Friday.", "2026-03-13"),
        ("2026-03-13T16:00:00+01:00", "I will write within one working day.", "2026-03-16"),
        ("2026-03-13T16:00:00+01:00", "I will write within two working days.", "2026-03-17"),
        ("2026-03-13T16:00:00+01:00", "I will write by the end of the week.", "2026-03-13"),
        ("2026-03-14T16:00:00+01:00", "I will write by the end of the week.", "2026-03-20?"),
        ("2026-03-14T16:00:00+01:00", "I will write within one working day.", "2026-03-16"),
        ("2026-03-15T16:00:00+01:00", "I will write next Monday.", "2026-03-16"),
        ("2026-03-09T16:00:00+01:00", "I will write next Tuesday.", "2026-03-17?"),
        ("2026-03-10T23:30:00+01:00", "I will write in an hour.", "2026-03-11T00:30"),
        ("2026-03-10T23:30:00-05:00", "I will write tomorrow.", "2026-03-11"),
        ("2026-12-31T10:00:00+00:00", "I will write tomorrow.", "2027-01-01"),
        ("2026-12-30T10:00:00+00:00", "I will write on 2 January.", "2027-01-02"),
        ("2026-01-31T10:00:00+00:00", "I will write within a month.", "2026-02-28"),
        ("2026-03-10T10:00:00+00:00", "I will write on 29 February.", "2028-02-29"),
        ("9999-12-31T10:00:00+00:00", "I will write tomorrow.", ""),
    ],
)
def test_days_depend_on_today(today: str, text: str, promised: str) -> None:
    assert days(text, datetime.fromisoformat(today)) == promised


@pytest.mark.parametrize(
    ("today", "team", "promised"),
    [
        ("Europe/Berlin", None, "2026-03-16"),
        ("Europe/London", None, "2026-03-16"),
        ("America/New_York", None, ""),
        ("UTC", None, ""),
        ("America/New_York", "Europe/Berlin", "2026-03-16"),
        ("Europe/Berlin", "America/New_York", ""),
    ],
)
def test_a_day_with_dots_is_one_where_the_team_writes_days_like_this(
    today: str, team: str | None, promised: str
) -> None:
    at = datetime(2026, 3, 10, 10, tzinfo=ZoneInfo(today))
    calendar = Calendar(team, ((Span(540, 1020),),) * 7) if team else None
    found = promises("I will write by 16.3. at the latest.", today=at, calendar=calendar)
    assert [(day.iso, day.words) for day in found.dates] == ([(promised, "by 16.3")] if promised else [])


NINE_TO_HALF_PAST_FIVE = (Span(540, 1050),)
LONDON = Calendar(
    "Europe/London", (NINE_TO_HALF_PAST_FIVE,) * 4 + ((Span(540, 900),), (), ()), country="GB", region="ENG"
)
NIGHTS = Calendar("Europe/London", ((Span(1320, 1800),),) * 7)


@pytest.mark.parametrize(
    ("today", "text", "due"),
    [
        # Easter 2026: Friday 3 April and Monday 6 April are holidays in England.
        ("2026-03-10T10:00+00:00", "I will write by Thursday.", "2026-03-12T17:30"),
        ("2026-03-10T10:00+00:00", "I will write by Friday.", "2026-03-13T15:00"),
        ("2026-03-10T10:00+00:00", "I will write by Thursday at noon.", "2026-03-12T12:00"),
        ("2026-03-10T10:00+01:00", "I will write by Thursday.", "2026-03-12T18:30"),
        ("2026-03-10T10:00+09:00", "I will write by Thursday.", "2026-03-12T17:30"),
        ("2026-03-10T16:00+00:00", "I will write today.", "2026-03-10T17:30"),
        ("2026-03-10T18:10+00:00", "I will write today.", "2026-03-10T19:30"),
        ("2026-03-10T23:40+00:00", "I will write today.", "2026-03-10T23:30"),
        ("2026-03-10T10:00+00:00", "I will write within two working days.", "2026-03-12T17:30"),
        ("2026-04-01T10:00+01:00", "I will write within two working days.", "2026-04-07T17:30"),
        ("2026-04-02T10:00+01:00", "I will write on the next working day.", "2026-04-07T17:30"),
        ("2026-04-04T10:00+01:00", "I will write within one working day.", "2026-04-07T17:30"),
        ("2026-04-01T10:00+01:00", "I will write by the end of the week.", "2026-04-02T17:30"),
        ("2026-03-10T10:00+00:00", "I will write by the end of the week.", "2026-03-13T15:00"),
        ("2026-05-20T10:00+01:00", "I will write by the end of the month.", "2026-05-31T17:30"),
        ("2026-04-01T10:00+01:00", "I will write by Friday.", "2026-04-03T17:30"),
    ],
)
def test_a_promise_is_due_when_the_team_closes_that_day(today: str, text: str, due: str) -> None:
    (found,) = promises(text, today=datetime.fromisoformat(today), calendar=LONDON).dates
    assert found.due.isoformat()[:16] == due
    assert found.due.date() == found.day


@pytest.mark.parametrize(
    ("calendar", "due", "note"),
    [
        (None, "17:00", ""),
        (LONDON, "17:30", "The team does not work on Saturday 14 March."),
        (NIGHTS, "23:30", ""),
    ],
)
def test_a_day_off_is_said_and_never_moved(calendar: Calendar | None, due: str, note: str) -> None:
    (found,) = promises("I will write by Saturday.", today=TUESDAY_IN_LONDON, calendar=calendar).dates
    assert (found.iso, f"{found.due:%H:%M}", found.note) == ("2026-03-14", due, note)


def test_an_hour_is_an_hour_when_the_clocks_change() -> None:
    before = datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert days("I will call in an hour.", before) == "2026-03-29T03:30"


def test_today_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        promises("I will call.", today=datetime(2026, 3, 10))


def test_notes_say_what_was_read_into_the_words() -> None:
    (day,) = read("I will write within two working days.").dates
    assert day.note == "Working days were counted Monday to Friday, without holidays."
    (day,) = read("I will call you on 11/04.").dates
    assert day.note == "It could be 2026-04-11 or 2026-11-04."


def test_positions_hold_the_words() -> None:
    text = "Dear Anna,\n\nwe’ll refund €1.234,50 in full, and I will call you by Friday at 5 p.m. Thank you."
    found = read(text)
    assert [promise.words for promise in found.money] == ["€1.234,50"]
    assert [day.words for day in found.dates] == ["by Friday at 5 p.m"]
    for promise in (*found.money, *found.dates):
        assert text[promise.start : promise.end] == promise.words


def test_a_whole_reply() -> None:
    text = (
        "Hello Jane,\n\nI am sorry that your order 10412 did not reach you on Friday 6 March. You paid 84.90 euros, "
        "and you were charged €4.95 for express delivery, which I have refunded.\n\nIf you would rather not wait, I "
        "can send you a replacement with free delivery, and it will be with you within three working days.\n\nAs an "
        "apology, please accept a voucher of 20 euros. It will be in your account by the end of "
        "this week.\n\nKind regards,\nAna"
    )
    assert money(text) == ("4.95 EUR refund; replacement replacement; free delivery free_service; 20.00 EUR gift")
    assert days(text) == "2026-03-13; 2026-03-13"


# --- Held against what is decided -------------------------------------------------------------------------------------

REFUND_40 = Approved("refund", amount=Decimal(40), currency="EUR")


@pytest.mark.parametrize(
    ("text", "approved", "stopped"),
    [
        ("We will refund 40 euros.", [REFUND_40], []),
        ("We will refund 40.01 euros.", [REFUND_40], ["40.01 euros"]),
        ("We will refund 40 euros.", [], ["40 euros"]),
        ("We will refund 40 dollars.", [REFUND_40], ["40 dollars"]),
        ("We will refund 40.", [REFUND_40], ["40"]),
        ("We will credit 40 euros.", [REFUND_40], ["40 euros"]),
        ("We will give you 40 euros.", [REFUND_40], []),
        ("We will give you 41 euros.", [REFUND_40], ["41 euros"]),
        ("We will refund 40 euros. The 40 euros will be back on your card soon.", [REFUND_40], []),
        ("We will refund 30 euros. We will also refund 20 euros.", [REFUND_40], ["20 euros"]),
        ("We will refund 40 euros: a refund of 30 euros and a refund of 10 euros.", [REFUND_40], []),
        ("We will refund 60 euros.", [REFUND_40, Approved("refund", amount=Decimal(20), currency="EUR")], []),
        ("We can refund between 20 and 50 euros.", [REFUND_40], ["20 and 50 euros"]),
        ("You get 20% off.", [Approved("discount", percent=Decimal(20))], []),
        ("You get 21% off.", [Approved("discount", percent=Decimal(20))], ["21%"]),
        ("You get 20% off.", [Approved("discount", amount=Decimal(20), currency="EUR")], ["20%"]),
        ("You will get a full refund.", [Approved("refund", percent=Decimal(100))], []),
        ("You will get a full refund.", [REFUND_40], ["full refund"]),
        ("You will get a refund.", [REFUND_40], []),
        ("You will get a refund.", [Approved("credit", amount=Decimal(40), currency="EUR")], ["refund"]),
        ("You get a free month.", [Approved("free_service", item="free month")], []),
        ("You get one month free.", [Approved("free_service", item="a free month")], []),
        ("You get two free months.", [Approved("free_service", item="free month")], ["free months"]),
        ("You get free delivery.", [Approved("free_service", item="free month")], ["free delivery"]),
        ("You get free delivery.", [Approved("free_service")], []),
        ("I will send you a replacement.", [Approved("replacement", item="replacement")], []),
        ("I will send you a replacement.", [REFUND_40], ["replacement"]),
        ("You paid 80 euros.", [], []),
        ("Thank you.", [], []),
    ],
)
def test_what_the_decisions_do_not_cover(text: str, approved: list[Approved], stopped: list[str]) -> None:
    found = held_against(read(text), approved)
    assert [one.words for one in found] == stopped
    assert all(text[one.start : one.end] == one.words for one in found)


@pytest.mark.parametrize(
    ("text", "approved", "why"),
    [
        (
            "We will refund 80 euros.",
            [],
            "Nothing is decided on this case, and the reply states 80.00 EUR as a refund: offer it as amends first, "
            "or take it out.",
        ),
        (
            "We will refund 80 euros.",
            [REFUND_40],
            "The reply states 80.00 EUR as a refund, but only 40.00 EUR is decided: write that sum, or offer the rest "
            "as amends first.",
        ),
        (
            "You get a free month.",
            [REFUND_40],
            "The reply states free month (free service), but decided is 40.00 EUR as a refund: write what is decided, "
            "or offer this as amends first.",
        ),
        (
            "We will refund 80.",
            [REFUND_40],
            "The reply states 80.00 as a refund without a currency: name it, so that the sum can be held against the "
            "decision.",
        ),
    ],
)
def test_why_and_what_to_do(text: str, approved: list[Approved], why: str) -> None:
    assert [one.why for one in held_against(read(text), approved)] == [why]


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        (Approved("refund", percent=Decimal("12.50")), "12.5 percent as a refund"),
        (Approved("free_service", item="free month"), "free month (free service)"),
        (Approved("replacement"), "replacement"),
    ],
)
def test_describe(decided: Approved, words: str) -> None:
    assert describe(decided) == words


# --- Any text ---------------------------------------------------------------------------------------------------------

PIECES = [text for text, *_ in SUMS + SHARES + THINGS + DAYS] + [written for written, _ in WRITTEN]
WORDS = sorted({word for piece in PIECES for word in piece.split()})
mixed = st.lists(st.sampled_from([*WORDS, "\n", "\n\n> ", '"', "(", "½", "²", "٤٠", "e\u0301", "\u200b"])).map(" ".join)
moments = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-11)), ZoneInfo("Asia/Kolkata")]))


@given(st.one_of(mixed, st.text(), st.lists(st.sampled_from(PIECES)).map("".join)), moments)
def test_any_text_is_read_without_a_fault(text: str, today: datetime) -> None:
    found = promises(text, today=today)
    for promise in (*found.money, *found.dates):
        assert 0 <= promise.start < promise.end <= len(text)
        assert text[promise.start : promise.end] == promise.words
    for promise in found.money:
        assert [promise.amount, promise.percent, promise.item].count(None) == 2
        assert promise.amount is None or promise.amount > 0
        assert promise.percent is None or 0 < promise.percent <= 100
    assert len(held_against(found, [])) == len(found.money)
    assert held_against(found, [Approved(kind) for kind in KINDS]) == ()


REPEATED = [
    "options new lamp ",
    "repair it your next ",
    "taxi, 40 euros, ",
    "I call between 10 and ",
    "20-",
    "between 20 and ",
    "€ ",
    "within ",
    "one hundred ",
    "40 euros and ",
    "by Friday and ",
    "tomorrow at 5 ",
    "1,",
    "1.234.",
    "free ",
    "refund ",
    "not ",
    "next week ",
    "14/03 ",
    "Rs. 5 ",
    "you will get ",
    "the end of the ",
    "half the ",
    "on 14. March ",
    "refund 40, ",
    "9",
]


@pytest.mark.parametrize("piece", REPEATED)
def test_the_work_is_linear_in_the_text(piece: str) -> None:
    def work(length: int) -> int:
        text = piece * (length // len(piece))
        return lines_run(lambda: promises(text, today=TUESDAY))

    work(500)
    assert work(4_000) < 12 * work(500)


# Decided amends in words

DECIDED = [
    *(Approved(kind, Decimal(20), "EUR") for kind in KINDS),
    *(Approved(kind) for kind in KINDS),
    Approved("discount", percent=Decimal(15)),
    Approved("replacement", item="new lamp"),
    Approved("free_service", item="a free month"),
    Approved("gift", item="box of chocolates"),
]


@pytest.mark.parametrize("decided", DECIDED, ids=lambda each: stated([each]))
def test_what_is_decided_is_put_in_words_that_the_decision_covers(decided: Approved) -> None:
    said = read(f"To put this right, I have arranged {stated([decided])}.")
    assert held_against(said, [decided]) == ()


def test_several_decisions_are_one_list_in_words() -> None:
    both = [Approved("refund", Decimal("20"), "EUR"), Approved("free_service", item="a free month"), Approved("gift")]
    assert stated(both) == "a refund of 20.00 EUR, a free month and a gift"
    assert stated(both[:2]) == "a refund of 20.00 EUR and a free month"
    assert stated([]) == ""


def test_a_thing_named_by_its_kind_alone_is_covered_by_any_decision_of_that_kind() -> None:
    said = read("I have arranged a replacement for you.")
    assert held_against(said, [Approved("replacement", Decimal(20), "EUR")]) == ()
    assert held_against(said, [Approved("refund", Decimal(20), "EUR")]) != ()
