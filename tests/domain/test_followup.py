"""Which follow-ups a case has and when they are due, and the laws that planning keeps whatever happens."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain import followup
from bot.domain.cadence import SAME_DAY, Cadence, Clock, Wait
from bot.domain.followup import (
    Facts,
    FollowUp,
    Kind,
    State,
    has_stopped,
    keeps_by_writing,
    plan,
    settled_by_reply,
    warning_at,
)
from bot.domain.hours import Calendar
from bot.domain.taxonomy import Severity
from tests.builders import NOW
from tests.cadences import NINE_TO_FIVE, a_cadence, a_rhythm, facts, hours, on

S1, S2, S3, S4 = Severity
CADENCE = a_cadence()


def open_case(**given: Any) -> Facts:
    return facts(**{"opened_at": on(2), **given})


def live(have: tuple[FollowUp, ...]) -> dict[Kind, FollowUp]:
    return {each.kind: each for each in have if not each.is_over}


def stored(have: tuple[FollowUp, ...]) -> tuple[FollowUp, ...]:
    """As the store gives them back: each with an id."""
    return tuple(replace(each, id=each.id or number + 1) for number, each in enumerate(have))


def test_a_new_case_owes_a_first_reply() -> None:
    (reply,) = plan(open_case(), CADENCE, now=on(2))
    assert (reply.kind, reply.due_at, reply.state) == (Kind.FIRST_REPLY, on(2, 14), State.OPEN)
    assert reply.id is None
    assert reply.owed("Jane Doe") == "a first reply to Jane Doe"


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        (on(6, 16), on(9, 12)),  # Friday afternoon: one hour is left, three are Monday's
        (on(7, 3), on(9, 13)),
        (on(2, 8), on(2, 13)),
    ],
)
def test_a_first_reply_is_counted_in_working_time(opened: datetime, due: datetime) -> None:
    (reply,) = plan(open_case(opened_at=opened), CADENCE, now=opened)
    assert reply.due_at == due


def test_a_critical_one_is_counted_around_the_clock() -> None:
    (reply,) = plan(open_case(opened_at=on(7, 3), severity=S4), CADENCE, now=on(7, 3))
    assert reply.due_at == on(7, 3.25)


def test_a_category_may_have_a_rhythm_of_its_own() -> None:
    quick, quicker = a_rhythm(first_reply=hours(2)), a_rhythm(first_reply=hours(1))
    rhythms = {**CADENCE.rhythms, ("trust", S2): quick, ("trust.privacy", S2): quicker}
    cadence = a_cadence(rhythms=rhythms)
    for category, severity, due in (
        ("trust.privacy", S2, 11),
        ("trust.fraud_victim", S2, 12),
        ("trust.privacy", S1, 14),
        ("delivery.late", S2, 14),
    ):
        (reply,) = plan(open_case(category=category, severity=severity), cadence, now=on(2))
        assert reply.due_at == on(2, due)


def test_a_reply_settles_the_first_reply_and_calls_for_an_update() -> None:
    have = stored(plan(open_case(), CADENCE, now=on(2)))
    after = plan(open_case(replied_at=on(2, 12)), CADENCE, have, now=on(2, 12))
    assert [(each.kind, each.state) for each in after] == [
        (Kind.FIRST_REPLY, State.DONE),
        (Kind.UPDATE, State.OPEN),
    ]
    assert after[0].ended_at == on(2, 12)
    assert after[1].due_at == on(4, 12)
    again = plan(open_case(replied_at=on(3, 12)), CADENCE, stored(after), now=on(3, 12))
    assert [each.state for each in again] == [State.DONE, State.DONE, State.OPEN]
    assert again[2].due_at == on(5, 12)


def test_an_update_by_phone_counts_as_contact() -> None:
    known = open_case(replied_at=on(2, 12))
    have = stored(plan(known, CADENCE, now=on(2, 12)))
    told = tuple(followup.done(each, at=on(3)) if each.kind is Kind.UPDATE else each for each in have)
    assert live(plan(known, CADENCE, told, now=on(3)))[Kind.UPDATE].due_at == on(5)


def test_the_clock_stops_while_the_customer_must_answer_and_runs_on_with_what_was_left() -> None:
    known = open_case(replied_at=on(2, 10))
    have = stored(plan(known, CADENCE, now=on(2, 10)))
    assert live(have)[Kind.UPDATE].due_at == on(4, 10)
    waiting = plan(replace(known, waiting_since=on(2, 14)), CADENCE, have, now=on(2, 14))
    update = live(waiting)[Kind.UPDATE]
    assert (update.state, update.left) == (State.PAUSED, timedelta(hours=12))
    assert live(waiting)[Kind.ASK_AGAIN].due_at == on(5, 14)
    going = plan(replace(known, answered_at=on(9, 9)), CADENCE, stored(waiting), now=on(9, 9))
    assert live(going).keys() == {Kind.UPDATE}
    assert live(going)[Kind.UPDATE].due_at == on(10, 13)
    assert plan(replace(known, answered_at=on(9, 9)), CADENCE, stored(going), now=on(20)) == stored(going)


def test_a_duty_that_was_late_already_is_due_at_once_when_the_customer_has_answered() -> None:
    have = stored(plan(open_case(), CADENCE, now=on(2)))
    waiting = stored(plan(open_case(waiting_since=on(3)), CADENCE, have, now=on(3)))
    assert live(waiting)[Kind.FIRST_REPLY].left == timedelta(0)
    going = plan(open_case(answered_at=on(4)), CADENCE, waiting, now=on(4))
    assert live(going)[Kind.FIRST_REPLY].due_at == on(4)


@pytest.mark.parametrize(("severity", "due"), [(S1, on(2, 14)), (S3, on(2, 11))])
def test_another_severity_counts_what_is_not_done_anew(severity: Severity, due: datetime) -> None:
    cadence = a_cadence(rhythms={**CADENCE.rhythms, ("", S3): a_rhythm(first_reply=hours(1))})
    have = stored(plan(open_case(severity=S2), cadence, now=on(2)))
    (reply,) = plan(open_case(severity=severity), cadence, have, now=on(2, 10.5))
    assert (reply.id, reply.due_at) == (1, due)


def test_another_severity_counts_what_was_used_up_before_the_customer_was_asked() -> None:
    cadence = a_cadence(rhythms={**CADENCE.rhythms, ("", S3): a_rhythm(first_reply=hours(2))})
    have = stored(plan(open_case(), cadence, now=on(2)))
    have = stored(plan(open_case(waiting_since=on(2, 11)), cadence, have, now=on(2, 11)))
    back = open_case(answered_at=on(3))
    have = stored(plan(back, cadence, have, now=on(3)))
    assert live(have)[Kind.FIRST_REPLY].due_at == on(3, 13)  # three of four hours
    graver = plan(replace(back, severity=S3), cadence, have, now=on(3))
    assert live(graver)[Kind.FIRST_REPLY].due_at == on(3, 11)  # one of two hours


def test_another_severity_leaves_what_is_done() -> None:
    known = open_case(replied_at=on(2, 12))
    have = stored(plan(known, CADENCE, stored(plan(open_case(), CADENCE, now=on(2))), now=on(2, 12)))
    after = plan(replace(known, severity=S4), CADENCE, have, now=on(2, 13))
    assert after[0] == have[0]


def test_other_hours_count_what_is_not_done_anew() -> None:
    have = stored(plan(open_case(opened_at=on(2, 16)), CADENCE, now=on(2, 16)))
    longer = a_cadence(calendar=Calendar("Europe/London", NINE_TO_FIVE, closed=frozenset({on(3).date()})))
    (reply,) = plan(open_case(opened_at=on(2, 16)), longer, have, now=on(2, 16))
    assert (have[0].due_at, reply.due_at) == (on(3, 12), on(4, 12))


def test_a_resolved_case_owes_only_the_checks_counted_from_the_fix() -> None:
    known = open_case(replied_at=on(2, 12))
    have = stored(plan(known, CADENCE, now=on(2, 12)))
    after = plan(replace(known, resolved_at=on(5, 10)), CADENCE, have, now=on(5, 10))
    assert after[0].state is State.CANCELLED
    assert live(after).keys() == {Kind.CHECK}
    assert live(after)[Kind.CHECK].due_at == on(9, 10)


def test_a_critical_case_is_checked_twice_and_the_second_check_falls_on_a_working_day() -> None:
    known = open_case(severity=S4, replied_at=on(2, 12), resolved_at=on(6, 10))
    checks = plan(known, CADENCE, now=on(6, 10))
    assert [(each.kind, each.number, each.due_at) for each in checks] == [
        (Kind.CHECK, 1, on(9, 10)),
        (Kind.SECOND_CHECK, 2, on(13, 10)),
    ]
    moved = plan(replace(known, resolved_at=on(8, 10)), CADENCE, now=on(8, 10))
    assert moved[1].due_at == on(16, 9)  # seven days after a Sunday


@pytest.mark.parametrize(
    ("resolved", "due"), [(on(2, 10), on(2, 17)), (on(2, 16.5), on(3, 17)), (on(7, 12), on(9, 17))]
)
def test_the_same_day_ends_with_the_hours_of_the_team(resolved: datetime, due: datetime) -> None:
    cadence = a_cadence(rhythms={**CADENCE.rhythms, ("", S2): a_rhythm(checks=(SAME_DAY,))})
    known = open_case(replied_at=on(2, 10), resolved_at=resolved)
    assert live(plan(known, cadence, now=resolved))[Kind.CHECK].due_at == due


def test_nobody_is_asked_how_a_duplicate_went() -> None:
    known = open_case(resolved_at=on(5), outcome="fixed")
    assert plan(known, CADENCE, now=on(5)) != ()
    assert plan(replace(known, outcome="duplicate"), CADENCE, now=on(5)) == ()


def test_a_customer_who_says_all_is_well_is_not_asked_again() -> None:
    known = open_case(replied_at=on(2, 12), resolved_at=on(5, 10))
    have = stored(plan(known, CADENCE, now=on(5)))
    before = plan(replace(known, answered_at=on(5, 9)), CADENCE, have, now=on(5, 11))
    after = plan(replace(known, answered_at=on(5, 11)), CADENCE, have, now=on(5, 11))
    assert live(before).keys() == {Kind.CHECK}
    assert live(after) == {}


def test_reopening_arms_a_reply_and_resolving_again_a_fresh_check() -> None:
    known = open_case(replied_at=on(2, 12), resolved_at=on(5, 10))
    have = stored(plan(known, CADENCE, now=on(5, 10)))
    opened = replace(known, resolved_at=None, reopened_at=on(6, 10))
    have = stored(plan(opened, CADENCE, have, now=on(6, 10)))
    assert {kind: each.due_at for kind, each in live(have).items()} == {Kind.FIRST_REPLY: on(6, 14)}
    answered = replace(opened, replied_at=on(6, 11))
    have = stored(plan(answered, CADENCE, have, now=on(6, 11)))
    have = plan(replace(answered, resolved_at=on(9, 10)), CADENCE, have, now=on(9, 10))
    assert {kind: each.due_at for kind, each in live(have).items()} == {Kind.CHECK: on(11, 10)}


@pytest.mark.parametrize(
    ("known", "stops"),
    [
        ({}, False),
        ({"opted_out": True}, True),
        ({"outcome": "withdrawn", "resolved_at": on(3)}, True),
        ({"outcome": "fixed", "resolved_at": on(3)}, False),
        ({"tries": 1}, False),
        ({"tries": 2}, True),
        ({"closed_at": on(3)}, True),
        ({"severity": S4, "opted_out": True}, False),
        ({"severity": S4, "outcome": "withdrawn", "resolved_at": on(3)}, False),
        ({"severity": S4, "tries": 5}, False),
        ({"severity": S4, "closed_at": on(3)}, True),
    ],
)
def test_it_stops_when_the_cadence_says_so(known: dict[str, Any], stops: bool) -> None:
    case = open_case(**known)
    assert has_stopped(case, CADENCE.rhythm(case.category, case.severity)) is stops
    have = stored(plan(open_case(severity=case.severity), CADENCE, now=on(2)))
    assert (live(plan(case, CADENCE, have, now=on(3))) == {}) is stops


def test_two_questions_without_an_answer_are_enough_until_the_customer_answers() -> None:
    known = open_case(replied_at=on(2, 10), waiting_since=on(2, 10))
    have = stored(plan(known, CADENCE, now=on(2, 10)))
    for day in (5, 10):
        asked = tuple(
            followup.done(each, at=on(day)) if each.id == live(have)[Kind.ASK_AGAIN].id else each for each in have
        )
        have = stored(plan(known, CADENCE, asked, now=on(day)))
        assert (live(have) == {}) is (day == 10)
    back = replace(known, waiting_since=None, answered_at=on(12))
    assert live(plan(back, CADENCE, have, now=on(12))).keys() == {Kind.UPDATE}
    assert live(plan(back, CADENCE, have, now=on(12)))[Kind.UPDATE].due_at == on(16)  # and is not late at once


def test_a_promise_keeps_its_day_and_is_kept_by_writing_near_it() -> None:
    known = open_case(replied_at=on(2, 12))
    promised = followup.promise(
        known, CADENCE, "I will write to you by Friday", on(6, 17), by_reply=True, now=on(2, 12)
    )
    have = stored((*plan(known, CADENCE, now=on(2, 12)), promised))
    assert warning_at(promised, CADENCE) == on(5, 15.75)  # 37 working hours, of which 9.25 are left
    paused = plan(replace(known, waiting_since=on(3)), CADENCE, have, now=on(3))
    assert live(paused)[Kind.PROMISE].due_at == on(6, 17)
    early = plan(replace(known, replied_at=on(3)), CADENCE, have, now=on(3))
    assert live(early)[Kind.PROMISE].due_at == on(6, 17)
    near = replace(known, replied_at=on(6, 10))
    assert Kind.PROMISE not in live(plan(near, CADENCE, have, now=on(6, 10)))
    deed = (*have[:-1], replace(have[-1], by_reply=False))
    assert Kind.PROMISE in live(plan(near, CADENCE, deed, now=on(6, 10)))
    left = plan(replace(known, opted_out=True), CADENCE, have, now=on(3))
    assert live(left) == {}


def test_what_a_reply_would_settle_is_known_before_it_is_sent() -> None:
    known = open_case(replied_at=on(2, 12))
    promised = followup.promise(known, CADENCE, "you hear from me", on(3, 12), by_reply=True, now=on(2, 12))
    have = stored((*plan(known, CADENCE, now=on(2, 12)), promised))
    assert [each.kind for each in settled_by_reply(known, CADENCE, have, now=on(2, 13))] == [Kind.UPDATE]
    assert [each.kind for each in settled_by_reply(known, CADENCE, have, now=on(3, 11))] == [Kind.UPDATE, Kind.PROMISE]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("I will write to you by Friday", True),
        ("I'll get back to you tomorrow", True),
        ("you will hear from me", True),
        ("the refund will be with you by Friday", False),
        ("a replacement ships on Monday", False),
    ],
)
def test_only_a_promise_to_get_in_touch_is_kept_by_a_reply(words: str, kept: bool) -> None:
    assert keeps_by_writing(words) is kept


def test_what_was_granted_is_handed_over_even_to_somebody_who_wants_no_more_letters() -> None:
    known = open_case(replied_at=on(2, 12))
    owed = followup.fulfilment(known, CADENCE, "a refund of 40 EUR", number=7, now=on(2, 12))
    assert (owed.due_at, owed.owed("Jane Doe")) == (on(4, 12), "a refund of 40 EUR for Jane Doe")
    after = plan(replace(known, opted_out=True), CADENCE, stored((owed,)), now=on(3))
    assert live(after).keys() == {Kind.FULFILMENT}
    assert live(plan(replace(known, resolved_at=on(3)), CADENCE, stored((owed,)), now=on(3)))[Kind.FULFILMENT].id == 1


def test_a_customer_who_cannot_be_reached_is_tried_again_later() -> None:
    known = open_case(replied_at=on(2, 12), resolved_at=on(3, 10))
    (check,) = stored(plan(known, CADENCE, now=on(3, 10)))
    assert check.due_at == on(5, 10)
    missed = followup.unreachable(check, known, CADENCE, at=on(5, 10))
    assert missed.due_at == missed.snoozed_until == on(10, 10)
    tried = replace(known, tries=1)
    assert plan(tried, CADENCE, [missed], now=on(5, 10)) == (missed,)
    assert live(plan(replace(known, tries=2), CADENCE, [missed], now=on(10, 10))) == {}


@pytest.mark.parametrize(("share", "at"), [(75, on(2, 13)), (50, on(2, 12)), (100, on(2, 14))])
def test_the_warning_comes_after_its_share_of_the_working_time(share: int, at: datetime) -> None:
    cadence = a_cadence(warn_share=share)
    (reply,) = plan(open_case(), cadence, now=on(2))
    assert warning_at(reply, cadence) == at


def test_a_promise_for_a_weekend_is_warned_of_on_the_wall_clock() -> None:
    made = followup.promise(open_case(), CADENCE, "I call on Sunday", on(8, 18), by_reply=True, now=on(7, 18))
    assert made.wait == Wait(timedelta(days=1), Clock.ALWAYS)
    assert warning_at(made, CADENCE) == on(8, 12)


class Case(RuleBasedStateMachine):
    """Anything may happen to a case, in any order, and its follow-ups keep the laws."""

    def __init__(self) -> None:
        super().__init__()
        self.cadences: list[Cadence] = [
            CADENCE,
            a_cadence(calendar=Calendar("Asia/Kolkata", NINE_TO_FIVE), warn_share=50),
        ]
        self.now = NOW
        self.facts = facts()
        self.have: tuple[FollowUp, ...] = ()
        self.plan()

    @property
    def cadence(self) -> Cadence:
        return self.cadences[0]

    def plan(self) -> None:
        before = {each.id: each for each in self.have}
        planned = plan(self.facts, self.cadence, self.have, now=self.now)
        for each in planned:
            was = before.get(each.id)
            if was is not None and was.state is State.DONE:
                assert each == was
        assert [each.id for each in planned if each.id] == [each.id for each in self.have]
        self.have = stored(planned)
        assert plan(self.facts, self.cadence, self.have, now=self.now + timedelta(minutes=1)) == self.have

    def happens(self, **given: Any) -> None:
        self.facts = replace(self.facts, **given)
        self.plan()

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def reply(self) -> None:
        self.now += timedelta(minutes=1)
        self.happens(replied_at=self.now)

    @precondition(lambda self: self.facts.resolved_at is None)
    @rule()
    def ask_customer(self) -> None:
        self.happens(waiting_since=self.facts.waiting_since or self.now)

    @rule()
    def customer_answers(self) -> None:
        self.happens(answered_at=self.now, waiting_since=None, tries=0)

    @precondition(lambda self: self.facts.resolved_at is None)
    @rule()
    def resolve(self) -> None:
        self.happens(resolved_at=self.now, waiting_since=None, outcome="fixed")

    @precondition(lambda self: self.facts.resolved_at is not None)
    @rule()
    def reopen(self) -> None:
        self.now += timedelta(minutes=1)
        self.happens(reopened_at=self.now, resolved_at=None)

    @rule(severity=st.sampled_from(Severity))
    def change_severity(self, severity: Severity) -> None:
        self.happens(severity=severity)

    @rule(opted_out=st.booleans())
    def opt_out(self, opted_out: bool) -> None:
        self.happens(opted_out=opted_out)

    @rule()
    def change_cadence(self) -> None:
        self.cadences.reverse()
        self.plan()

    @rule(days=st.integers(1, 9))
    def promise(self, days: int) -> None:
        self.now += timedelta(minutes=1)
        made = followup.promise(
            self.facts, self.cadence, "I will write", self.now + timedelta(days=days), by_reply=True, now=self.now
        )
        self.have = stored((*self.have, made))
        self.plan()

    @rule(which=st.integers(0, 20), how=st.sampled_from(["done", "snooze", "unreachable"]))
    def press(self, which: int, how: str) -> None:
        here = [each for each in self.have if not each.is_over]
        if not here:
            return
        self.now += timedelta(minutes=1)
        each = here[which % len(here)]
        if how == "done":
            changed = followup.done(each, at=self.now)
        elif how == "snooze":
            changed = followup.snoozed(each, self.now + timedelta(hours=1))
        else:
            changed = followup.unreachable(each, self.facts, self.cadence, at=self.now)
            self.facts = replace(self.facts, tries=self.facts.tries + 1)
        self.have = tuple(changed if other.id == each.id else other for other in self.have)
        self.plan()

    @invariant()
    def nobody_is_forgotten(self) -> None:
        stopped = has_stopped(self.facts, self.cadence.rhythm(self.facts.category, self.facts.severity), self.have)
        now_live = live(self.have)
        if self.facts.resolved_at is None and not stopped:
            turn = [each for kind, each in now_live.items() if kind in (Kind.FIRST_REPLY, Kind.UPDATE)]
            assert len(turn) == 1
            assert turn[0].state is (State.PAUSED if self.facts.waiting_since else State.OPEN)
            assert (Kind.ASK_AGAIN in now_live) is (self.facts.waiting_since is not None)
        if stopped:
            assert now_live.keys() <= {Kind.FULFILMENT}

    @invariant()
    def each_is_itself(self) -> None:
        assert len({each.key for each in self.have}) == len(self.have)
        assert [each.id for each in self.have] == list(range(1, len(self.have) + 1))
        for each in self.have:
            assert each.left >= timedelta(0)
            assert each.due_at >= each.started_at or each.kind is Kind.PROMISE
            assert warning_at(each, self.cadence) <= each.due_at
            assert (each.ended_at is not None) is each.is_over


TestAnythingMayHappen = Case.TestCase
