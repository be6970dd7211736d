"""Several people press whatever they like, in any order, on cards old and new: what must hold holds all the time."""

from collections.abc import Callable
from itertools import count
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from bot.domain.case import FIRST_NUMBER, Case
from bot.domain.draft import Draft
from bot.domain.team import Role
from bot.flows.cards import CARD
from bot.flows.outcome import Refused
from bot.flows.violations import Blocked
from bot.store import tables
from tests.builders import LATE, a_complaint
from tests.flows.story import ANA, BEN, LENA, Story
from tests.opened import open_case

TEXTS = [LATE, "I was charged twice for order 77123.", "The heater caught fire, Mrs Smith was hurt.", "hm"]
REPLIES = ["I am sorry. I will write to you today.", "I don't know where your parcel is.", "", "You can choose."]
PEOPLE = st.sampled_from([ANA, BEN, LENA])
WHOLE = (tables.cases, tables.drafts, tables.replies)
_examples = count(1)


class Desk(RuleBasedStateMachine):
    """One workspace, and everything its people can press."""

    cases_seen = Bundle("cases_seen")
    drafts_seen = Bundle("drafts_seen")

    def __init__(self, story: Story) -> None:
        super().__init__()
        self.story, self.workspace = story, f"T{next(_examples)}"
        self.opened: dict[str, Case] = {}
        self.rows = self.look()

    def look(self) -> dict[str, list[Any]]:
        """Every row of this workspace, by table."""

        def read(session: Any) -> dict[str, list[Any]]:
            return {
                table.name: session.execute(
                    sa.select(table).where(table.c.workspace_id == self.workspace).order_by(*table.primary_key)
                ).all()
                for table in (*WHOLE, tables.audit, tables.notices)
            }

        return dict(self.story.look(read))

    def press(self, deed: Callable[[], Any]) -> Any:
        """Do it, and see that the log grew exactly when something changed."""
        before = self.rows
        answer = deed()
        self.rows = self.look()
        changed = any(self.rows[table.name] != before[table.name] for table in WHOLE)
        assert changed == (len(self.rows["audit"]) > len(before["audit"]))
        if isinstance(answer, Refused | Blocked):
            assert not changed
        return answer

    def seen(self, answer: Any) -> Any:
        return answer.id if isinstance(answer, Draft) else multiple()

    @rule(target=cases_seen, text=st.sampled_from(TEXTS))
    def report(self, text: str) -> Case:
        complaint = a_complaint(text=text)
        opened = self.press(lambda: self.story.do(open_case, self.story.content, self.workspace, complaint))
        assert opened.is_new
        self.opened[complaint.source] = opened.case
        return opened.case

    @rule(case=cases_seen)
    def report_again(self, case: Case) -> None:
        known = case.complaint
        opened = self.press(lambda: self.story.do(open_case, self.story.content, self.workspace, known))
        assert (opened.case.id, opened.is_new) == (case.id, False)

    @rule(target=drafts_seen, case=cases_seen)
    def look_at_the_card(self, case: Case) -> Any:
        return self.seen(self.story.card(case).draft)

    @rule(case=cases_seen, by=PEOPLE)
    def take(self, case: Case, by: str) -> None:
        self.press(lambda: self.story.take(case, by=by, workspace=self.workspace))

    @rule(case=cases_seen, by=PEOPLE)
    def resolve(self, case: Case, by: str) -> None:
        self.press(lambda: self.story.resolve(case, by=by, workspace=self.workspace))

    @rule(case=cases_seen, by=PEOPLE)
    def reopen(self, case: Case, by: str) -> None:
        self.press(lambda: self.story.reopen(case, by=by, workspace=self.workspace))

    @rule(
        case=cases_seen,
        category=st.sampled_from(["delivery.late", "other"]),
        severity=st.sampled_from(["S1", "S4"]),
        role=st.sampled_from([Role.AGENT, Role.LEAD]),
    )
    def change(self, case: Case, role: Role, **wanted: str) -> None:
        self.press(lambda: self.story.change(case, role=role, workspace=self.workspace, **wanted))

    @rule(case=cases_seen, text=st.sampled_from(TEXTS))
    def edit_report(self, case: Case, text: str) -> None:
        self.press(lambda: self.story.edit_report(case, text))

    @rule(case=cases_seen)
    def delete_report(self, case: Case) -> None:
        self.press(lambda: self.story.delete_report(case))

    @rule(target=drafts_seen, case=cases_seen, by=PEOPLE)
    def draft_again(self, case: Case, by: str) -> Any:
        _, draft = self.press(lambda: self.story.draft_again(case, by=by, workspace=self.workspace))
        return self.seen(draft)

    @rule(target=drafts_seen, draft=drafts_seen, by=PEOPLE)
    def another(self, draft: int, by: str) -> Any:
        return self.seen(self.press(lambda: self.story.another(draft, by=by, workspace=self.workspace)))

    @rule(draft=drafts_seen, by=PEOPLE)
    def use(self, draft: int, by: str) -> None:
        self.press(lambda: self.story.use(draft, by=by, workspace=self.workspace))

    @rule(draft=drafts_seen, by=PEOPLE, text=st.sampled_from(REPLIES), promised=st.sampled_from(["", "Friday"]))
    def revise(self, draft: int, by: str, text: str, promised: str) -> None:
        self.press(lambda: self.story.revise(draft, text, by=by, workspace=self.workspace, promised=promised))

    @rule(draft=drafts_seen, by=PEOPLE)
    def send(self, draft: int, by: str) -> None:
        answer = self.press(lambda: self.story.send(draft, by=by, workspace=self.workspace))
        if isinstance(answer, Case):
            assert answer.first_replied_at is not None

    @invariant()
    def a_case_has_at_most_one_live_draft(self) -> None:
        live = [row.case_id for row in self.rows["drafts"] if row.state in ("suggested", "chosen")]
        assert len(live) == len(set(live))

    @invariant()
    def a_sent_draft_is_one_reply_with_words(self) -> None:
        sent = sorted(row.id for row in self.rows["drafts"] if row.state == "sent")
        replies = self.rows["replies"]
        assert sorted(row.draft_id for row in replies) == sent
        assert all(row.text for row in replies)

    @invariant()
    def a_case_has_exactly_one_card(self) -> None:
        cards = [row.subject for row in self.rows["notices"] if row.kind == CARD]
        assert sorted(cards) == sorted(str(case.id) for case in self.opened.values())

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        numbers = [row.number for row in self.rows["cases"]]
        assert numbers == list(range(FIRST_NUMBER, FIRST_NUMBER + len(self.opened)))

    def teardown(self) -> None:
        assert self.story.broken_link() is None


def test_what_must_hold_holds_in_any_order(story: Story) -> None:
    run_state_machine_as_test(
        lambda: Desk(story),
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # a failure is told at once; add Phase.shrink to make it shorter
            suppress_health_check=list(HealthCheck),
        ),
    )
