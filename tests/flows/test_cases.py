"""A case from its report to its end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.case import Case, Status
from bot.domain.complaint import Complaint
from bot.flows import cards, cases, details, followups
from bot.flows.outcome import GONE, Refused
from bot.flows.planning import REMINDER, plan_again
from bot.store.tables import notices
from tests.builders import CHANNEL, LATE, WORKSPACE
from tests.flows.story import ANA, BEN, LENA, Story

# Only in its own workspace

DEEDS: dict[str, Callable[[Story, Case], Any]] = {
    "take": lambda story, case: story.take(case, workspace="T0OTHER"),
    "resolve": lambda story, case: story.resolve(case, workspace="T0OTHER"),
    "reopen": lambda story, case: story.reopen(case, workspace="T0OTHER"),
    "change_details": lambda story, case: story.change(case, workspace="T0OTHER", customer="Mallory"),
    "draft_again": lambda story, case: story.draft_again(case, workspace="T0OTHER"),
    "another": lambda story, case: story.another(story.draft(case).id, workspace="T0OTHER"),
    "use": lambda story, case: story.use(story.draft(case).id, workspace="T0OTHER"),
    "revise": lambda story, case: story.revise(story.draft(case).id, "Hello.", workspace="T0OTHER"),
    "mark_sent": lambda story, case: story.send(story.draft(case).id, workspace="T0OTHER"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_case_of_another_workspace_is_out_of_reach(story: Story, deed: str) -> None:
    story.open("T0OTHER")
    case = story.open()
    before = story.everything()
    assert DEEDS[deed](story, case) == GONE
    assert story.everything() == before


def test_nothing_of_another_workspace_is_found(story: Story) -> None:
    case = story.open()
    draft = story.draft(case)
    assert story.look(lambda session: cards.card_of(session, "T0OTHER", case.id)) is None
    assert story.look(lambda session: cards.find_case(session, "T0OTHER", case.id)) is None
    assert story.look(lambda session: cards.find_draft(session, "T0OTHER", draft.id)) is None
    assert story.look(lambda session: cards.find_by_number(session, "T0OTHER", case.number)) is None
    assert story.look(lambda session: cards.find_by_number(session, WORKSPACE, case.number)) == case
    other = case.complaint.source
    assert story.do(cases.report_deleted, "T0OTHER", other) is None
    assert story.do(details.report_edited, story.content, "T0OTHER", other, "Changed", agent=None) is None


@pytest.mark.parametrize("missing_id", [0, 999, 2**62])
def test_a_case_that_is_not_there_is_said_to_be_gone(story: Story, missing_id: int) -> None:
    story.open()
    assert story.do(cases.take, WORKSPACE, missing_id, by=ANA) == GONE
    assert story.use(missing_id) == GONE


# Every deed: one entry, one card asked for

CHANGES: dict[str, tuple[Callable[[Story, Case], Any], list[str]]] = {
    "take": (lambda story, case: story.take(case), ["case:taken"]),
    "take over": (lambda story, case: story.take(case, by=LENA), ["case:taken"]),
    "confirm details": (lambda story, case: story.change(case), ["case:details_changed"]),
    "change details": (
        lambda story, case: story.change(case, category="billing.double_charge"),
        ["case:details_changed", "draft:suggested"],
    ),
    "resolve": (lambda story, case: story.resolve(case), ["case:resolved", "case:taken"]),
    "edit the report": (
        lambda story, case: story.edit_report(case, "I was charged twice for order 10412."),
        ["report:edited", "draft:suggested"],
    ),
    "edit the report's manners": (lambda story, case: story.edit_report(case, LATE + " Thanks!"), ["report:edited"]),
    "delete the report": (lambda story, case: story.delete_report(case), ["report:deleted"]),
    "another": (lambda story, case: story.another(story.draft(case).id), ["draft:suggested"]),
    "use and so take": (lambda story, case: story.use(story.draft(case).id), ["draft:chosen", "case:taken"]),
    "revise and so take": (
        lambda story, case: story.revise(story.draft(case).id, "I am sorry. I will write to you today."),
        ["draft:edited", "case:taken"],
    ),
    "send": (lambda story, case: story.send(story.draft(case).id), ["reply:sent", "case:taken"]),
}


@pytest.mark.parametrize("deed", CHANGES)
def test_every_deed_leaves_its_entry_and_asks_for_the_card_anew(story: Story, deed: str) -> None:
    case = story.open()
    do, expected = CHANGES[deed]
    revision, entries = story.card_revision(case), len(story.log())
    assert not isinstance(do(story, case), Refused)
    assert [str(entry.action) for entry in story.log()[entries:]] == expected
    assert story.card_revision(case) > revision
    assert story.broken_link() is None


# Taking


def test_whoever_takes_a_case_owns_it_and_the_log_says_from_whom(story: Story) -> None:
    case = story.open()
    assert story.take(case, by=ANA).owner == ANA
    assert story.take(case, by=BEN).owner == BEN
    assert [entry.details for entry in story.log()[-2:]] == [
        '{"before":null,"owner":"U0ANA"}',
        '{"before":"U0ANA","owner":"U0BEN"}',
    ]


def test_taking_what_one_has_changes_nothing_and_says_so(story: Story) -> None:
    case = story.open()
    story.take(case)
    before = story.everything()
    assert story.take(case) == Refused("You already have R-1001.")
    assert story.everything() == before


WAYS: dict[str, Callable[[Story, Case], Any]] = {
    "Take case": lambda story, case: story.take(case),
    "Use this": lambda story, case: story.use(story.draft(case).id),
    "Edit": lambda story, case: story.revise(story.draft(case).id, "I am sorry. I will write to you today."),
    "Mark as sent": lambda story, case: story.send(story.draft(case).id),
    "Waiting for customer": lambda story, case: on_duty(story, followups.wait_for_customer, case.id),
    "Customer unreachable": lambda story, case: on_duty(story, followups.unreachable, owed(story, case)),
    "No more messages": lambda story, case: on_duty(story, followups.opted_out, owed(story, case)),
    "Done": lambda story, case: on_duty(story, followups.done, owed(story, case), words=""),
    "Resolve": lambda story, case: story.resolve(case),
    "Reassign": lambda story, case: on_duty(story, followups.reassign, case.id, to=ANA),
}
"""Everything by which Ana becomes the owner of a case that nobody has."""


def on_duty(story: Story, verb: Callable[..., Any], key: int, **given: Any) -> Any:
    return story.do(verb, story.content, WORKSPACE, key, by=ANA, **given)


def owed(story: Story, case: Case) -> int:
    duty = story.card(case).duty
    assert duty is not None
    assert duty.id is not None
    return duty.id


def reminded_of_a_grant(story: Story) -> Case:
    """A case whose duties were reminded of; one of them, something granted, is settled by no reply."""
    case = story.open()
    story.do(plan_again, story.content, case, granted=[(7, "refund of 40.00 EUR")])
    with story.database.transaction() as session:
        session.execute(
            sa.update(notices).where(notices.c.kind == REMINDER).values(message_ts="1.0", state="delivered")
        )
    return case


@pytest.mark.parametrize("way", WAYS)
def test_however_a_case_gets_its_owner_the_log_says_so_and_every_reminder_names_them(story: Story, way: str) -> None:
    case = reminded_of_a_grant(story)
    assert not isinstance(WAYS[way](story, case), Refused)
    assert story.card(case).case.owner == ANA
    [given] = [entry for entry in story.log() if '"owner":' in entry.details]
    assert (given.action, given.details) == (
        "case:assigned" if way == "Reassign" else "case:taken",
        '{"before":null,"owner":"U0ANA"}',
    )
    query = sa.select(notices.c.state).where(notices.c.kind == REMINDER, notices.c.message_ts.is_not(None))
    assert story.look(lambda session: [*session.execute(query).scalars()]) == ["pending", "pending"]
    assert story.broken_link() is None


@pytest.mark.parametrize("way", WAYS)
def test_a_case_about_somebody_does_not_become_theirs_whatever_they_press(story: Story, way: str) -> None:
    case = story.open()
    story.change(case, about=ANA, by=BEN)
    answer = WAYS[way](story, case)
    assert story.card(case).case.owner is None
    assert isinstance(answer, Refused) is (way in ("Take case", "Reassign"))
    assert "case:taken" not in story.actions(case)


@pytest.mark.parametrize("way", [way for way in WAYS if way not in ("Take case", "Reassign")])
def test_a_case_that_somebody_has_stays_theirs(story: Story, way: str) -> None:
    case = story.open()
    story.take(case, by=BEN)
    assert not isinstance(WAYS[way](story, case), Refused)
    assert story.card(case).case.owner == BEN
    assert story.actions(case).count("case:taken") == 1


def test_a_resolved_case_is_not_taken(story: Story) -> None:
    case = story.open()
    story.resolve(case, by=ANA)
    assert "is resolved" in story.take(case, by=BEN).why
    assert story.card(case).case.owner == ANA


def test_of_many_who_take_a_case_at_once_each_is_logged_after_the_one_before(story: Story) -> None:
    case, together = story.open(), Barrier(8)

    def take(number: int) -> None:
        together.wait()
        story.take(case, by=f"U{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, range(8)))
    taken = [entry for entry in story.log() if entry.action == "case:taken"]
    assert len(taken) == 8
    assert taken[-1].who == story.card(case).case.owner
    for before, after in pairwise(taken):
        assert f'"before":"{before.who}"' in after.details


def test_a_person_sees_the_cases_they_have_that_are_not_resolved(story: Story) -> None:
    first, second, third = story.open(), story.open(), story.open()
    for case in (second, first, third):
        story.take(case, by=ANA)
    story.resolve(third)
    story.take(story.open(), by=BEN)
    assert [case.id for case in story.look(lambda session: cases.mine(session, WORKSPACE, ANA))] == [
        first.id,
        second.id,
    ]


# Resolving and reopening


def test_resolving_keeps_the_outcome_and_documents_the_case(story: Story) -> None:
    case = story.resolve(story.open(), by=ANA)
    assert (case.status, case.outcome, case.resolution) == (Status.RESOLVED, "resolved", "Sent a new one.")
    assert (case.owner, case.steps, case.resolved_at is not None) == (ANA, {"document"}, True)
    assert "Sent a new one" not in story.log()[-1].details


def test_whoever_has_a_case_keeps_it_when_another_resolves_it(story: Story) -> None:
    case = story.open()
    story.take(case, by=BEN)
    assert story.resolve(case, by=ANA).owner == BEN


def test_a_case_is_resolved_once(story: Story) -> None:
    case = story.open()
    story.resolve(case)
    before = story.everything()
    assert story.resolve(case, by=BEN) == Refused("R-1001 is already resolved.")
    assert story.everything() == before


@pytest.mark.parametrize(("replied", "status"), [(False, Status.OPEN), (True, Status.ANSWERED)])
def test_a_reopened_case_is_as_it_was_before(story: Story, replied: bool, status: Status) -> None:
    case = story.open()
    if replied:
        story.send(story.draft(case).id)
    story.take(case)
    before = story.card(case).case
    story.resolve(case)
    assert replace(story.reopen(case), reopened_at=None) == before
    assert before.status is status


def test_an_open_case_is_not_reopened(story: Story) -> None:
    case = story.open()
    before = story.everything()
    assert story.reopen(case) == Refused("R-1001 is open.")
    assert story.everything() == before


def test_of_many_who_resolve_a_case_at_once_one_does(story: Story) -> None:
    case, together = story.open(), Barrier(6)

    def resolve(number: int) -> Any:
        together.wait()
        return story.resolve(case, by=f"U{number}")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(resolve, range(6)))
    assert sum(isinstance(answer, Case) for answer in answers) == 1
    assert story.actions(case).count("case:resolved") == 1


# The report's own message


def test_a_deleted_report_is_noted_once_and_its_case_stays(story: Story) -> None:
    case = story.open()
    assert story.delete_report(case).report_deleted_at is not None
    before = story.everything()
    assert story.delete_report(case) is None
    assert story.everything() == before
    assert story.card(case).case.complaint.text == LATE


def test_news_of_a_message_that_is_no_report_does_nothing(story: Story) -> None:
    story.open()
    before = story.everything()
    source = Complaint.message_source(CHANNEL, "9.9")
    assert story.do(cases.report_deleted, WORKSPACE, source) is None
    assert story.do(details.report_edited, story.content, WORKSPACE, source, "Hello", agent=None) is None
    assert story.everything() == before


def test_the_place_of_a_card_is_unknown_before_it_is_posted(story: Story) -> None:
    case = story.open()
    assert story.look(lambda session: cards.place_of(session, case)) is None
