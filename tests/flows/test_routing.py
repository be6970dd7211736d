"""Who can mend a cause hears of it once for each cause and period; the message counts on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.case import Case, Status
from bot.domain.routing import Route, Routing
from bot.flows import cases, details, routing
from bot.flows.outcome import Refused
from bot.store.tables import notices, routings
from tests.builders import NOW, WORKSPACE, a_complaint
from tests.flows.story import ANA, Story
from tests.opened import open_case

LATE = "Customer Jane Doe is upset: order 10412 is three days late."
WRONG = "Customer Jane Doe is upset: she was charged twice on order 10412."
PLACES = {"warehouse": "C0WAREHOUSE", "leads": "C0LEADS"}
POLICY = Routing(
    {"carrier": "Carrier", "people": "People"},
    (
        Route("warehouse", "warehouse", ("delivery",), ("carrier",)),
        Route("often", "leads", (), ("people",), timedelta(days=30), 3),
    ),
)


@pytest.fixture
def story(story: Story) -> Story:
    story.content = replace(story.content, routing=POLICY)
    return story


def opened(story: Story, text: str = LATE) -> Case:
    return story.do(open_case, story.content, WORKSPACE, a_complaint(text=text), places=PLACES).case


def resolve(story: Story, case: Case, cause: str, **more: Any) -> Any:
    given = {"outcome": "fixed", "resolution": "Sent a new one.", "places": PLACES, "by": ANA, **more}
    return story.do(cases.resolve, story.content, WORKSPACE, case.id, cause=cause, **given)


def told(story: Story) -> dict[tuple[str, str], tuple[int, int]]:
    """Route and topic → how many cases the message counts, and how often it was asked for."""

    def look(session: Any) -> dict[tuple[str, str], tuple[int, int]]:
        found = {}
        for row in session.execute(sa.select(routings).order_by(routings.c.id)):
            shown = routing.shown(session, WORKSPACE, row.id)
            assert shown is not None
            asked = sa.select(notices.c.revision).where(
                notices.c.kind == routing.ROUTE, notices.c.subject == str(row.id)
            )
            found[row.route, row.topic] = (shown.count, session.execute(asked).scalar() or 0)
        return found

    return story.look(look)


def test_a_category_is_told_when_a_case_opens_and_the_next_case_is_counted_in(story: Story) -> None:
    for count in (1, 2, 3):
        opened(story)
        assert told(story) == {("warehouse", "category:delivery"): (count, count)}
    assert story.count(routings) == 1


def test_a_category_that_no_route_names_is_not_told(story: Story) -> None:
    opened(story, WRONG)
    assert told(story) == {}


def test_a_cause_is_told_when_a_case_is_resolved(story: Story) -> None:
    case = opened(story, WRONG)
    assert resolve(story, case, "carrier").cause == "carrier"
    assert told(story) == {("warehouse", "cause:carrier"): (1, 1)}


def test_a_route_that_wants_several_cases_waits_for_them(story: Story) -> None:
    for count, asked in ((1, 0), (2, 0), (3, 1), (4, 2)):
        resolve(story, opened(story, WRONG), "people")
        assert told(story) == {("often", "cause:people"): (count, asked)}


def test_a_case_whose_category_is_put_right_is_counted_where_it_belongs(story: Story) -> None:
    case = opened(story)
    story.change(case, category="billing", places=PLACES)
    assert told(story) == {("warehouse", "category:delivery"): (0, 2)}
    story.change(case, category="delivery.missing", places=PLACES)
    assert told(story) == {("warehouse", "category:delivery"): (1, 3)}


def test_a_case_whose_edited_report_says_something_else_is_counted_where_it_belongs(story: Story) -> None:
    case = opened(story)
    story.do(details.report_edited, story.content, WORKSPACE, case.complaint.source, WRONG, agent="Ana", places=PLACES)
    assert told(story) == {("warehouse", "category:delivery"): (0, 2)}


def test_after_the_period_a_new_message_begins(story: Story) -> None:
    opened(story)
    with story.database.transaction() as session:
        session.execute(sa.update(routings).values(started_at=NOW - timedelta(days=8)))
    opened(story)
    assert story.count(routings) == 2


def test_the_same_report_again_counts_once(story: Story) -> None:
    complaint = a_complaint(text=LATE)
    for _ in range(2):
        story.do(open_case, story.content, WORKSPACE, complaint, places=PLACES)
    assert told(story) == {("warehouse", "category:delivery"): (1, 1)}


def test_new_cases_that_no_route_hears_of_ask_the_database_nothing_about_it(story: Story) -> None:
    asked: list[str] = []
    event = (story.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    sa.event.listen(*event)
    opened(story, WRONG)
    sa.event.remove(*event)
    assert asked
    assert [each for each in asked if "routed" in each or "routings" in each] == []


def test_a_channel_that_is_not_known_is_stood_in_for_by_the_leads(story: Story) -> None:
    story.do(open_case, story.content, WORKSPACE, a_complaint(text=LATE), places={"leads": "C0LEADS"})
    rows = story.look(lambda session: list(session.execute(sa.select(routings.c.channel)).scalars()))
    assert rows == ["C0LEADS"]


@pytest.mark.parametrize("said", [1, 2])
def test_an_unhappy_customer_keeps_a_case_open(story: Story, said: int) -> None:
    case = opened(story)
    after = resolve(story, case, "carrier", satisfaction=said)
    assert (after.status, after.satisfaction, after.cause) == (Status.OPEN, said, None)
    assert story.actions(case)[-1] == "case:customer_answered"


@pytest.mark.parametrize(
    ("said", "outcome"), [(3, "fixed"), (5, "fixed"), (1, "declined_with_reason"), (None, "fixed")]
)
def test_any_other_answer_lets_it_close(story: Story, said: int | None, outcome: str) -> None:
    after = resolve(story, opened(story), "carrier", satisfaction=said, outcome=outcome)
    assert (after.status, after.satisfaction) == (Status.RESOLVED, said)


def test_an_unhappy_answer_later_opens_the_case_again_and_a_happy_one_does_not(story: Story) -> None:
    case = resolve(story, opened(story), "carrier")
    answered = lambda said: story.do(  # noqa: E731
        cases.customer_answered, story.content, WORKSPACE, case.id, satisfaction=said, by=ANA
    )
    happy = answered(4)
    assert (happy.status, happy.satisfaction) == (Status.RESOLVED, 4)
    unhappy = answered(1)
    assert (unhappy.status, unhappy.satisfaction, unhappy.cause) == (Status.OPEN, 1, "carrier")
    assert story.actions(case)[-3:] == ["case:customer_answered", "case:reopened", "case:customer_answered"]
    assert story.broken_link() is None


def test_an_answer_about_nothing_is_refused(story: Story) -> None:
    gone = story.do(cases.customer_answered, story.content, WORKSPACE, 99, satisfaction=1, by=ANA)
    assert isinstance(gone, Refused)
