"""Whom a risk calls, one call after the other until somebody looks after it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.alert import CLOCKS, Alert, Call, Reach, shortest_clock, whom_to_call

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def calls(*several: tuple[str, ...]) -> list[Call]:
    return [Call(1, number, called, AT, None) for number, called in enumerate(several)]


DUTY, LUIS, MARA, ALL = ("U0LENA",), ("U0LUIS",), ("U0MARA",), ("U0LENA", "U0LUIS", "U0MARA")
ORDER = ("U0LENA", "U0LUIS", "U0MARA")


@pytest.mark.parametrize(
    ("before", "reach", "called", "is_last"),
    [
        ([], Reach(DUTY, ORDER), DUTY, False),
        ([], Reach(("U0LENA", "U0LUIS"), ORDER), ("U0LENA", "U0LUIS"), False),
        ([], Reach((), ORDER), ("U0LENA",), False),
        ([], Reach((), (), leads=ALL), ALL, False),
        (calls(DUTY), Reach(DUTY, ORDER, everybody=ALL), LUIS, False),
        (calls(DUTY, LUIS), Reach(DUTY, ORDER, everybody=ALL), MARA, False),
        (calls(DUTY, LUIS, MARA), Reach(DUTY, ORDER, everybody=ALL), ALL, True),
        (calls(DUTY), Reach(DUTY, (), everybody=ALL), ALL, True),
        (calls(DUTY, MARA), Reach(DUTY, ORDER, everybody=ALL), LUIS, False),
        (calls(()), Reach((), (), everybody=()), (), True),
    ],
)
def test_those_on_duty_then_each_of_the_order_once_then_all(
    before: list[Call], reach: Reach, called: tuple[str, ...], is_last: bool
) -> None:
    assert whom_to_call(len(before), before, reach) == (called, is_last)


@pytest.mark.parametrize(
    ("number", "called"),
    [(0, (("U0LENA", "U0LUIS"), False)), (1, (ALL, True))],
)
def test_where_the_alert_itself_called_nobody_the_next_call_is_no_first_one(
    number: int, called: tuple[tuple[str, ...], bool]
) -> None:
    reach = Reach((), (), leads=("U0LENA", "U0LUIS"), everybody=ALL)
    assert whom_to_call(number, [], reach) == called


@pytest.mark.parametrize(
    ("risks", "clock"),
    [
        (("legal",), timedelta(hours=1)),
        (("legal", "press"), timedelta(minutes=30)),
        (("legal", "safety"), timedelta(minutes=15)),
        (("regulator",), timedelta(hours=4)),
        (("one that has no clock yet",), timedelta(minutes=15)),
    ],
)
def test_the_shortest_clock_of_several_risks_counts(risks: tuple[str, ...], clock: timedelta) -> None:
    assert shortest_clock(risks) == clock
    alert = Alert(1, 1, risks, "C0LEADS", AT)
    assert (alert.clock, alert.calls_again_at) == (clock, AT + clock)


def test_danger_to_people_has_the_shortest_clock() -> None:
    assert {risk for risk, clock in CLOCKS.items() if clock == timedelta(minutes=15)} == {
        "self_harm",
        "harm_to_others",
        "safety",
        "harassment",
        "data_breach",
    }
