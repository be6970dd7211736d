"""A report is read after it was stored: by one reader, as it is then, and without holding up others when it fails."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.content.bundle import Content
from bot.domain.case import Case
from bot.domain.complaint import Complaint
from bot.domain.followup import Kind
from bot.domain.offer import OfferState
from bot.domain.triage import Triage
from bot.flows import housekeeping, opening, reading
from bot.flows.cards import CARD
from bot.flows.reading import MOST_AT_ONCE, Reader
from bot.store import cases, tables
from tests.builders import LATE, WORKSPACE, a_complaint
from tests.flows.money import Till
from tests.flows.story import ANA, Story

RISKY = "Customer Jane Doe was injured by the heater of order 10412 and her lawyer will write to us."
WRONG = "Customer Tom Baker got the wrong item with order 20555."


def stored(story: Story, **complaint: Any) -> Case:
    """A report that was acknowledged and not read yet."""
    [opened] = story.do(opening.open_cases, WORKSPACE, [a_complaint(**complaint)])
    return opened.case


def now_of(story: Story, case: Case) -> Case:
    return story.look(lambda session: cases.get(session, WORKSPACE, case.id))


def reader(story: Story, content: Content | None = None, **given: Any) -> Reader:
    database = story.database
    return Reader(
        database.transaction, database.looking, lambda: content or story.content, WORKSPACE, story.now, **given
    )


def stumbling(content: Content, text: str) -> Content:
    """Content whose triage fails for one text."""

    def triage(given: str) -> Triage:
        if given == text:
            raise ZeroDivisionError
        return content.triage(given)

    return replace(content, _triage=triage, _triage_again=triage)


def a_while_later(story: Story) -> None:
    past = datetime(2026, 1, 1, tzinfo=UTC)
    with story.database.transaction() as session:
        session.execute(sa.update(tables.cases).where(tables.IS_UNREAD).values(to_read_at=past))


def test_what_is_stored_is_numbered_and_logged_and_nothing_is_told_before_it_is_read(story: Story) -> None:
    case = stored(story)
    assert now_of(story, case) == case
    assert (case.reference, case.is_read, case.complaint.text) == ("R-1001", False, LATE)
    assert (case.details.category, case.details.customer, case.details.risks) == ("other", "", ())
    assert story.actions(case) == ["case:opened"]
    assert [story.count(table) for table in (tables.drafts, tables.follow_ups, tables.notices)] == [0, 0, 0]

    assert reader(story).read_some() is not None
    after = now_of(story, case)
    assert (after.is_read, after.details.category, after.details.customer) == (True, "delivery.late", "Jane Doe")
    assert story.actions(case) == ["case:opened", "case:read", "draft:suggested"]
    assert [story.count(table) for table in (tables.drafts, tables.follow_ups)] == [1, 1]
    assert story.card_revision(case) == 1
    assert reader(story).read_some() is None


def test_health_counts_what_is_not_read_yet(story: Story) -> None:
    stored(story)
    stored(story)
    ask = lambda: housekeeping.health(story.database.looking, connected=True, trouble=None)  # noqa: E731
    assert (ask()["unread"], ask()["outbox"]["due"]) == (2, 0)
    story.read()
    assert (ask()["unread"], ask()["outbox"]["due"]) == (0, 4)


def test_the_longest_waiting_are_read_first_and_a_few_at_once(story: Story) -> None:
    waiting = [stored(story) for _ in range(MOST_AT_ONCE + 2)]
    read = [case.id for case in waiting]
    one = reader(story)
    assert one.read_some() == 0
    assert [now_of(story, case).is_read for case in waiting] == [True] * MOST_AT_ONCE + [False] * 2
    assert one.read_some()
    assert one.read_some() is None
    query = sa.select(tables.drafts.c.case_id).order_by(tables.drafts.c.id)
    assert story.look(lambda session: list(session.execute(query).scalars())) == read


def test_others_go_first_before_each_report_for_a_bounded_time(story: Story) -> None:
    asked: list[float] = []
    for _ in range(3):
        stored(story)
    reader(story, let_pass=asked.append).read_some()
    assert asked == [reading.LET_PASS_SECONDS] * 3


def test_a_report_that_is_edited_before_it_is_read_is_read_as_it_is_then(story: Story) -> None:
    case = stored(story)
    story.edit_report(case, WRONG)
    assert story.count(tables.notices) == 0
    story.read()
    after = now_of(story, case)
    assert (after.complaint.text, after.details.category, after.details.customer) == (
        WRONG,
        "product.wrong_item",
        "Tom Baker",
    )
    assert after.report_edited_at is not None
    assert story.actions(case) == ["case:opened", "report:edited", "case:read", "draft:suggested"]
    assert story.draft(after).template_id == "wrong-item"


def test_a_report_that_is_edited_while_it_is_read_is_read_once_more(story: Story) -> None:
    case = stored(story)
    before = reading.read(story.content, now_of(story, case))
    story.edit_report(case, WRONG)
    assert story.do(reading.record, story.content, WORKSPACE, [before]) == []
    assert story.count(tables.drafts) == 0
    story.read()
    assert now_of(story, case).details.category == "product.wrong_item"


def test_a_report_that_is_deleted_before_it_is_read_keeps_its_case_and_gets_its_card(story: Story) -> None:
    case = stored(story)
    story.delete_report(case)
    story.read()
    after = now_of(story, case)
    assert after.is_read
    assert after.report_deleted_at is not None
    assert story.card_revision(case) == 1
    assert story.actions(case) == ["case:opened", "report:deleted", "case:read", "draft:suggested"]


def test_two_readers_at_once_read_each_report_once(story: Story) -> None:
    waiting = [stored(story, text=RISKY if number % 3 == 0 else LATE) for number in range(20)]

    def drain(_: int) -> None:
        one = reader(story)
        while any(not now_of(story, case).is_read for case in waiting):
            one.read_some()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(drain, range(3)))
    assert [story.count(table) for table in (tables.drafts, tables.follow_ups, tables.alerts)] == [20, 20, 7]
    assert all(story.card_revision(case) == 1 for case in waiting)
    assert [entry.action for entry in story.log()].count("case:read") == 20
    assert story.broken_link() is None


@pytest.fixture
def unreadable(story: Story) -> Case:
    """A report whose triage fails, between two others that were read meanwhile."""
    broken = RISKY
    first, case, last = stored(story), stored(story, text=broken), stored(story)
    one = reader(story, stumbling(story.content, broken))
    with capture_logs() as logs:
        while one.read_some() is not None:
            pass
    assert [entry["case"] for entry in logs if entry["event"] == "report.not_read"] == [case.reference]
    assert [now_of(story, other).is_read for other in (first, last)] == [True, True]
    return case


def test_a_report_that_cannot_be_read_has_its_card_and_its_duty_and_is_tried_again_later(
    story: Story, unreadable: Case
) -> None:
    after = now_of(story, unreadable)
    assert not after.is_read
    assert after.to_read_at > unreadable.to_read_at
    card = story.card(unreadable)
    assert (card.draft, card.duty.kind) == (None, Kind.FIRST_REPLY)
    assert story.cards(tables.notices.c.subject == str(unreadable.id)) == 1
    assert reader(story).read_some() is None, "not before its time"

    a_while_later(story)
    story.read()
    after = now_of(story, unreadable)
    assert after.is_read
    assert after.details.customer == "Jane Doe"
    assert after.details.risks
    assert story.draft(after).text
    assert story.count(tables.alerts) == 1
    query = sa.select(sa.func.count()).where(tables.follow_ups.c.case_id == unreadable.id)
    assert story.look(lambda session: session.execute(query).scalar_one()) == 1
    assert story.actions(unreadable) == ["case:opened", "case:read", "draft:suggested"]
    assert story.broken_link() is None


def test_what_people_did_on_a_case_that_could_not_be_read_stays(story: Story, unreadable: Case) -> None:
    story.change(unreadable, category="product.defective", severity="S3", customer="Joan Dough")
    story.take(unreadable, by=ANA)
    mine = story.draft_again(unreadable)[1]
    story.use(mine.id)
    a_while_later(story)
    story.read()
    after = now_of(story, unreadable)
    assert (after.details.category, after.details.customer, after.owner) == ("product.defective", "Joan Dough", ANA)
    assert after.details.reference == "10412"
    assert after.details.risks
    assert story.draft(after).id != mine.id, "a playbook takes the place of any draft"
    assert story.broken_link() is None


def test_saving_the_form_of_a_case_that_could_not_be_read_says_yes_to_no_guess(story: Story, unreadable: Case) -> None:
    story.change(unreadable, customer="Joan Dough")
    assert story.count(tables.feedback) == 0
    assert "confirmed" not in story.log()[-1].details
    a_while_later(story)
    story.read()
    after = now_of(story, unreadable)
    assert (after.details.category, str(after.details.severity), after.details.customer) == (
        "product.safety",
        "S4",
        "Joan Dough",
    )


def test_a_risk_that_people_knew_already_changes_nothing_when_it_is_read(story: Story, unreadable: Case) -> None:
    found = story.content.triage(RISKY).risks
    story.change(unreadable, raised=[risk.value for risk in found])
    mine = story.draft_again(now_of(story, unreadable))[1]
    story.use(mine.id)
    a_while_later(story)
    story.read()
    after = now_of(story, unreadable)
    assert after.is_read
    assert story.draft(after).id == mine.id


def test_a_case_that_was_resolved_before_it_was_read_gets_no_draft(story: Story, unreadable: Case) -> None:
    story.resolve(unreadable)
    a_while_later(story)
    story.read()
    assert now_of(story, unreadable).is_read
    query = sa.select(sa.func.count()).where(tables.drafts.c.case_id == unreadable.id)
    assert story.look(lambda session: session.execute(query).scalar_one()) == 0


def test_a_report_that_cannot_even_be_shown_holds_up_no_other(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = stored(story, text=RISKY), stored(story)

    def fails(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(reading, "show_unread", fails)
    with capture_logs() as logs:
        assert reader(story, stumbling(story.content, RISKY)).read_some() is not None
    assert [now_of(story, case).is_read for case in (bad, good)] == [False, True]
    assert [entry["event"] for entry in logs] == ["report.not_read", "report.not_shown"]


def test_an_offer_on_a_case_that_could_not_be_read_freezes_when_a_risk_is_found(till: Till, content: Content) -> None:
    story = Story(till.database, content)
    case = stored(story, text=RISKY)
    reader(story, stumbling(content, RISKY)).read_some()
    made = till.offer(now_of(story, case), "20 EUR")
    assert made.offered.state is not OfferState.FROZEN
    a_while_later(story)
    story.read()
    query = sa.select(tables.offers.c.state)
    assert story.look(lambda session: session.execute(query).scalar_one()) == OfferState.FROZEN.value


@pytest.mark.parametrize("where", ["new_draft", "suggested"])
def test_a_report_whose_reading_cannot_be_stored_does_not_take_others_with_it(
    story: Story, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    good, bad = [stored(story) for _ in range(3)], stored(story, text=WRONG)
    real: Callable[..., Any] = getattr(reading, where)

    def fails(*given: Any) -> Any:
        if any(isinstance(one, Case) and one.id == bad.id for one in given):
            raise ZeroDivisionError
        return real(*given)

    monkeypatch.setattr(reading, where, fails)
    one = reader(story)
    while one.read_some() is not None:
        pass
    assert [now_of(story, case).is_read for case in good] == [True] * 3
    assert not now_of(story, bad).is_read
    assert story.cards() == 4
    assert story.card(bad).duty is not None
    monkeypatch.undo()
    a_while_later(story)
    story.read()
    assert now_of(story, bad).is_read
    assert story.card_revision(bad) == 2
    assert [story.count(table) for table in (tables.drafts, tables.follow_ups)] == [4, 4]
    assert story.broken_link() is None


def test_a_case_that_is_not_read_yet_has_no_card_whatever_happens_to_it(story: Story) -> None:
    case = stored(story)
    story.take(case)
    assert story.cards() == 0
    story.read()
    assert story.card_revision(case) == 1
    assert now_of(story, case).owner == ANA
    query = sa.select(tables.notices.c.channel).where(tables.notices.c.kind == CARD)
    assert story.look(lambda session: session.execute(query).scalar_one()) == case.complaint.channel


def test_a_report_that_comes_again_while_it_waits_opens_nothing(story: Story) -> None:
    complaint: Complaint = a_complaint()
    [first] = story.do(opening.open_cases, WORKSPACE, [complaint])
    before = story.everything()
    [again] = story.do(opening.open_cases, WORKSPACE, [complaint])
    assert (again.is_new, again.case) == (False, first.case)
    assert story.everything() == before
