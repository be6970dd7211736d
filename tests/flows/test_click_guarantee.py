"""The click guarantee: whatever is pressed, by whomever, twice, late or out of order, while policies and roles change.

At every moment: an offer has one final decision at most, the running sums are those of the offers, no limit was passed
without somebody's yes, every press was answered, and the log grew exactly when something changed and is whole.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from bot.content.bundle import Content
from bot.domain.authority import Budget, Policy
from bot.domain.case import Case
from bot.domain.offer import Offered, OfferState
from bot.domain.team import Role
from bot.flows import deadlines
from bot.flows.offers import Made, NotAllowed
from bot.flows.outcome import Refused
from bot.store import tables
from bot.store.db import Database
from tests.builders import a_complaint, a_policy, a_rule, by_role
from tests.flows.money import LUIS, MARA, SAM, TEAM, Till
from tests.flows.story import ANA, BEN, LENA
from tests.opened import open_case

PEOPLE = st.sampled_from([ANA, BEN, SAM, LENA, LUIS, MARA, "U0STRANGER"])
DECIDERS = st.sampled_from([LENA, LUIS, MARA, LENA, LUIS, MARA, ANA, BEN, "U0STRANGER"])
SUMS = st.sampled_from(["1 EUR", "20 EUR", "50 EUR", "50.01 EUR", "80 EUR", "300 EUR", "900 EUR", "2001 EUR"])
ELSEWHERE = "T0ELSEWHERE"
ROWS = (tables.cases, tables.offers, tables.approvals, tables.spendings, tables.drafts)
FINAL = {OfferState.DECLINED, OfferState.WITHDRAWN, OfferState.EXPIRED}
_examples = count(1)
tried = {"interleavings": 0, "presses": 0}


def policies() -> list[Policy]:
    """Limits that are changed for each other while offers wait."""
    approvals_ = a_policy().approvals
    strict = a_policy().limits[0]
    return [
        a_policy(hash="usual"),
        a_policy(hash="strict", limits=(replace(strict, most=by_role("1", "1", "1", None)),)),
        a_policy(hash="managers", approvals=replace(approvals_, lowest_role=Role.MANAGER)),
        a_policy(hash="two", approvals=replace(approvals_, two_people_over=Decimal(60))),
        a_policy(hash="poor", budget=Budget(a_rule("month"), Decimal(100), Decimal(80))),
    ]


class Desk(RuleBasedStateMachine):
    """One workspace, its cases and offers, and everything that can happen to them."""

    cases_seen, offers_seen = Bundle("cases_seen"), Bundle("offers_seen")

    def __init__(self, database: Database, content: Content) -> None:
        super().__init__()
        self.till = Till(database, content, policies()[0])
        self.workspace = f"T{next(_examples)}"
        self.decided: dict[int, Any] = {}
        self.rows = self.look()
        tried["interleavings"] += 1

    def look(self) -> dict[str, list[Any]]:
        """Every row of this workspace, by table."""

        def read(session: Any) -> dict[str, list[Any]]:
            return {
                table.name: session.execute(
                    sa.select(table).where(table.c.workspace_id == self.workspace).order_by(*table.primary_key)
                ).all()
                for table in (*ROWS, tables.audit)
            }

        return dict(self.till.look(read))

    def press(self, deed: Callable[[], Any]) -> Any:
        """Do it; every press is answered, and the log grows exactly when something changed."""
        tried["presses"] += 1
        before = self.rows
        answer = deed()
        assert answer is None or isinstance(answer, Offered | Made | NotAllowed | Refused | Case)
        if isinstance(answer, Refused):
            assert answer.why.strip()
        self.rows = self.look()
        changed = any(self.rows[table.name] != before[table.name] for table in ROWS)
        grew = len(self.rows["audit"]) > len(before["audit"])
        assert grew == (changed or isinstance(answer, NotAllowed))
        if isinstance(answer, Refused) and changed:
            assert {row.action for row in self.rows["audit"][len(before["audit"]) :]} == {"offer:expired"}
        return answer

    @initialize(target=cases_seen)
    def first_case(self) -> Any:
        return self.report("Jane Doe")

    @rule(target=cases_seen, customer=st.sampled_from(["Jane Doe", "John Roe", ""]))
    def report(self, customer: str) -> Any:
        complaint = a_complaint(text="Late.", customer=customer, reference="")
        opened = self.till.do(open_case, self.till.content, self.workspace, complaint)
        self.rows = self.look()
        return opened.case

    @rule(target=offers_seen, case=cases_seen, by=PEOPLE, amount=SUMS, kind=st.sampled_from(["refund", "credit"]))
    def offer(self, case: Case, by: str, amount: str, kind: str) -> Any:
        made = self.press(lambda: self.till.offer(case, amount, by=by, kind=kind, loss="3000 EUR"))
        return made.offered if isinstance(made, Made) else multiple()

    @rule(target=offers_seen, case=cases_seen, by=PEOPLE)
    def offer_again_by_the_same_form(self, case: Case, by: str) -> Any:
        form = f"{self.workspace}-{case.id}"
        made = [self.press(lambda: self.till.offer(case, "20 EUR", by=by, form=form)) for _ in range(2)]
        ids = {each.offered.id for each in made if isinstance(each, Made)}
        assert len(ids) <= 1
        return made[0].offered if isinstance(made[0], Made) else multiple()

    @rule(offered=offers_seen, by=DECIDERS, times=st.integers(1, 2))
    def approve(self, offered: Offered, by: str, times: int) -> None:
        for _ in range(times):
            self.press(lambda: self.till.approve(offered, by=by))

    @rule(offered=offers_seen, by=DECIDERS)
    def decline(self, offered: Offered, by: str) -> None:
        self.press(lambda: self.till.decline(offered, by=by))

    @rule(offered=offers_seen, by=DECIDERS, amount=SUMS)
    def counter(self, offered: Offered, by: str, amount: str) -> None:
        self.press(lambda: self.till.counter(offered, amount, by=by))

    @rule(offered=offers_seen, by=PEOPLE)
    def accept(self, offered: Offered, by: str) -> None:
        self.press(lambda: self.till.accept(offered, by=by))

    @rule(offered=offers_seen, by=PEOPLE)
    def turn_down(self, offered: Offered, by: str) -> None:
        self.press(lambda: self.till.turn_down(offered, by=by))

    @rule(offered=offers_seen, by=PEOPLE)
    def withdraw(self, offered: Offered, by: str) -> None:
        self.press(lambda: self.till.withdraw(offered, by=by))

    @rule(offered=offers_seen, by=PEOPLE)
    def mark_done(self, offered: Offered, by: str) -> None:
        self.press(lambda: self.till.mark_done(offered, by=by))

    @rule(offered=offers_seen, by=DECIDERS)
    def press_from_elsewhere(self, offered: Offered, by: str) -> None:
        for flow in (self.till.approve, self.till.decline, self.till.withdraw, self.till.mark_done, self.till.accept):
            assert isinstance(self.press(lambda flow=flow: flow(offered, by=by, workspace=ELSEWHERE)), Refused)

    @rule(offered=offers_seen)
    def the_hour_comes(self, offered: Offered) -> None:
        self.press(lambda: self.till.expire(offered))
        for role in (Role.MANAGER, Role.LEAD):
            self.press(lambda role=role: self.till.do(deadlines.call_higher, self.workspace, offered.id, role))

    @rule(hours=st.sampled_from([1, 5, 23, 25, 24 * 40]))
    def time_passes(self, hours: int) -> None:
        self.till.wait(hours=hours)

    @rule(policy=st.sampled_from(range(5)))
    def the_limits_change(self, policy: int) -> None:
        self.till.content = replace(self.till.content, policy=policies()[policy])

    @rule(person=PEOPLE, role=st.sampled_from([None, *Role]))
    def a_role_changes(self, person: str, role: Role | None) -> None:
        self.till.roles[person] = role

    @rule()
    def roles_are_as_they_were(self) -> None:
        self.till.roles = dict(TEAM)

    @rule(case=cases_seen)
    def a_risk_comes_up(self, case: Case) -> None:
        text = "Late. She was hurt and will call her lawyer."
        self.press(lambda: self.till.edit_report(case, text))

    @rule(case=cases_seen, by=PEOPLE)
    def take(self, case: Case, by: str) -> None:
        self.press(lambda: self.till.take(case, by=by, workspace=self.workspace))

    @invariant()
    def what_is_final_stays_as_it_is(self) -> None:
        for row in self.rows["offers"]:
            known = self.decided.get(row.id)
            if known is not None:
                assert row == known
            if OfferState(row.state) in FINAL or row.done_at is not None:
                self.decided[row.id] = row

    @invariant()
    def the_log_tells_one_decision_of_each_offer(self) -> None:
        import json

        ends: dict[int, list[str]] = {}
        for entry in self.rows["audit"]:
            if entry.action.startswith("offer:"):
                details = json.loads(entry.details)
                ends.setdefault(details["offer"], []).append(entry.action)
        for row in self.rows["offers"]:
            told = ends[row.id]
            yes = [one for one in told if one in ("offer:approved", "offer:accepted")]
            assert told[0] == "offer:decided"
            assert told.count("offer:decided") == 1
            # A yes may be followed by a freeze, and only then by another yes.
            assert len(yes) <= 1 + told.count("offer:frozen")
            ended = [one for one in told if one in ("offer:declined", "offer:expired", "offer:withdrawn")]
            assert len(ended) == (OfferState(row.state) in FINAL)

    @invariant()
    def the_running_sums_are_those_of_the_offers(self) -> None:
        offers = [row for row in self.rows["offers"] if OfferState(row.state).counts]
        assert sum(row.goodwill for row in self.rows["spendings"]) == sum(row.goodwill for row in offers)
        assert sum(row.done for row in self.rows["spendings"]) == sum(row.goodwill for row in offers if row.done_at)

    @invariant()
    def nobody_decided_on_their_own_offer_and_two_said_yes_where_two_were_needed(self) -> None:
        said = {(row.offer_id, row.by) for row in self.rows["approvals"]}
        assert len(said) == len(self.rows["approvals"])
        for row in self.rows["offers"]:
            assert (row.id, row.by) not in said
            if row.state == "approved" and row.waits_for is not None:
                yes = {one.by for one in self.rows["approvals"] if one.offer_id == row.id and one.answer != "no"}
                assert len(yes) >= 1

    def teardown(self) -> None:
        assert self.till.broken_link() is None


def test_exactly_one_decision_whatever_is_pressed(database: Database, content: Content) -> None:
    run_state_machine_as_test(
        lambda: Desk(database, content),
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # a failure is told at once; add Phase.shrink to make it shorter
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{tried['interleavings']} interleavings with {tried['presses']} presses")
