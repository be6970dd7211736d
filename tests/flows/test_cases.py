"""A case from its report to its end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest

from bot.domain.case import FIRST_NUMBER, Case, Status
from bot.domain.complaint import Complaint
from bot.domain.taxonomy import Severity
from bot.domain.team import Role
from bot.flows import cards, cases
from bot.flows.guess import LONGEST_VALUE
from bot.flows.outcome import GONE, Refused
from bot.flows.together import Together
from bot.store import feedback, tables
from tests.builders import CHANNEL, LATE, NOW, WORKSPACE, a_complaint
from tests.flows.story import ANA, BEN, LENA, Story

CRITICAL = "Customer Jane Doe: the heater on order 10412 caught fire and she was taken to hospital with burns."

# Opening


def test_a_report_becomes_a_case_with_a_draft_two_entries_and_a_card_to_be_posted(story: Story) -> None:
    complaint = a_complaint()
    opened = story.do(cases.open_case, story.content, WORKSPACE, complaint)
    assert opened.is_new
    case = story.card(opened.case).case
    assert case == opened.case
    assert case.complaint == complaint
    assert (case.reference, case.status, case.owner) == (f"R-{FIRST_NUMBER}", Status.OPEN, None)
    assert (case.details.category, case.details.customer, case.details.reference) == (
        "delivery.late",
        "Jane Doe",
        "10412",
    )
    assert story.draft(case).text
    assert story.actions(case) == ["case:opened", "draft:suggested"]
    assert {entry.who for entry in story.log()} == {"U0ANA"}
    assert story.card_revision(case) == 1
    assert [story.count(table) for table in (tables.cases, tables.drafts, tables.follow_ups, tables.lanes)] == [1] * 4
    assert story.cards() == 1


def test_the_log_holds_no_word_of_the_customer(story: Story) -> None:
    story.open(text="Customer Zebulon Quux is upset: order 77123 is late.")
    said = " ".join(entry.details for entry in story.log())
    assert not [word for word in ("Zebulon", "Quux", "77123", "upset") if word in said]


def test_the_same_report_twice_is_one_case(story: Story) -> None:
    complaint = a_complaint()
    first = story.do(cases.open_case, story.content, WORKSPACE, complaint)
    before = story.everything()
    second = story.do(cases.open_case, story.content, WORKSPACE, complaint)
    assert (second.case, second.is_new) == (first.case, False)
    assert story.everything() == before
    assert story.card_revision(first.case) == 1


def test_the_same_words_in_two_messages_are_two_cases(story: Story) -> None:
    assert story.open().reference != story.open().reference


def test_reports_that_come_together_are_answered_each_and_opened_once(story: Story) -> None:
    known = story.open()
    new, other = a_complaint(), a_complaint(channel="C0OTHER")
    reports = [cases.prepare(story.content, one) for one in (new, known.complaint, other, new)]
    opened = story.do(cases.open_cases, story.content, WORKSPACE, reports)
    assert [one.is_new for one in opened] == [True, False, True, False]
    assert opened[0].case == opened[3].case
    assert opened[1].case == known
    assert story.numbers() == [1001, 1002, 1003]
    for one in opened:
        assert story.card(one.case).case == one.case
        assert story.draft(one.case).case_id == one.case.id
        assert story.actions(one.case) == ["case:opened", "draft:suggested"]
    assert story.broken_link() is None


def test_sixteen_deliveries_of_one_report_at_once_are_one_case(story: Story) -> None:
    complaint, together = a_complaint(), Barrier(16)

    def deliver(_: int) -> cases.Opened:
        together.wait()
        return story.do(cases.open_case, story.content, WORKSPACE, complaint)

    with ThreadPoolExecutor(16) as pool:
        opened = list(pool.map(deliver, range(16)))
    assert sum(one.is_new for one in opened) == 1
    assert len({one.case.id for one in opened}) == 1
    assert (story.count(tables.cases), story.count(tables.drafts), story.count(tables.audit)) == (1, 1, 2)
    assert story.card_revision(opened[0].case) == 1


def test_many_reports_at_once_get_numbers_without_gaps_and_a_whole_log(story: Story) -> None:
    complaints = [a_complaint(channel=f"C{number % 3}") for number in range(24)]

    def deliver(complaint: Complaint) -> None:
        story.do(cases.open_case, story.content, WORKSPACE, complaint)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(deliver, [*complaints, *complaints]))
    assert sorted(story.numbers()) == list(range(FIRST_NUMBER, FIRST_NUMBER + 24))
    assert story.broken_link() is None
    assert story.cards() == 24


def test_callers_in_many_threads_are_opened_together_and_each_hears_of_its_own(story: Story) -> None:
    desk = Together(story.database.transaction, lambda: story.content, WORKSPACE, lambda: NOW)
    complaints = [a_complaint() for _ in range(20)]
    with ThreadPoolExecutor(10) as pool:
        opened = list(pool.map(desk.open, [*complaints, *complaints]))
    assert [one.case.complaint.source for one in opened] == [one.source for one in [*complaints, *complaints]]
    assert sum(one.is_new for one in opened) == 20
    assert sorted(story.numbers()) == list(range(FIRST_NUMBER, FIRST_NUMBER + 20))


def test_a_report_that_cannot_be_stored_does_not_take_others_with_it(story: Story) -> None:
    desk = Together(story.database.transaction, lambda: story.content, WORKSPACE, lambda: NOW)
    unstorable = a_complaint(reporter=object())
    with ThreadPoolExecutor(8) as pool:
        answers = [
            pool.submit(desk.open, one) for one in [a_complaint(), unstorable, *(a_complaint() for _ in range(6))]
        ]
        failed = [answer for answer in answers if answer.exception()]
    assert failed == [answers[1]]
    assert sorted(story.numbers()) == list(range(FIRST_NUMBER, FIRST_NUMBER + 7))


def test_an_opening_that_fails_takes_no_number(story: Story) -> None:
    with pytest.raises(ZeroDivisionError), story.database.transaction() as session:
        cases.open_case(session, story.content, WORKSPACE, a_complaint(), now=NOW)
        raise ZeroDivisionError
    assert story.open().number == FIRST_NUMBER


def test_each_workspace_counts_its_own_cases(story: Story) -> None:
    complaint = a_complaint()
    here = story.do(cases.open_case, story.content, WORKSPACE, complaint).case
    there = story.do(cases.open_case, story.content, "T0OTHER", complaint).case
    assert (here.number, there.number) == (FIRST_NUMBER, FIRST_NUMBER)
    assert here.id != there.id
    assert story.broken_link() is None


def test_what_the_reporter_gave_counts_more_than_a_guess(story: Story) -> None:
    case = story.open(customer="Joan Dough", reference="")
    assert (case.details.customer, case.details.reference) == ("Joan Dough", "10412")
    assert case.details.words_for("customer") is None
    assert case.details.words_for("reference") is not None


def test_a_text_that_looks_like_an_endless_name_still_opens_a_case(story: Story) -> None:
    case = story.open(text="Customer Jane " + "A" + "a" * 39_000 + " is upset, order " + "1" * 500)
    assert len(case.details.customer) <= LONGEST_VALUE
    assert len(story.draft(case).text) <= 3000


@pytest.mark.parametrize("text", ["\u200f\u202eקיבלתי חבילה שבורה 😡", "x" * 40_000, "<!channel> <@U1> *&amp;*", "ok"])
def test_any_text_opens_a_case_and_is_kept_to_the_letter(story: Story, text: str) -> None:
    case = story.open(text=text)
    assert story.card(case).case.complaint.text == text
    assert story.draft(case).text


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
    assert story.do(cases.report_edited, story.content, "T0OTHER", other, "Changed", agent=None) is None


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
    "resolve": (lambda story, case: story.resolve(case), ["case:resolved"]),
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
    "send": (lambda story, case: story.send(story.draft(case).id), ["reply:sent"]),
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


# Details


@pytest.mark.parametrize(
    ("role", "severity", "may"),
    [
        (Role.LEAD, "S3", True),
        (Role.MANAGER, "S1", True),
        (Role.AGENT, "S3", False),
        (None, "S3", False),
        (Role.AGENT, "S4", True),
    ],
)
def test_a_critical_case_is_lowered_only_by_a_lead(story: Story, role: Role | None, severity: str, may: bool) -> None:
    case = story.open(text=CRITICAL)
    assert case.details.severity is Severity.CRITICAL
    before = story.everything()
    answer = story.change(case, severity=severity, role=role)
    assert isinstance(answer, Case) is may
    assert (story.everything() == before) is not may


def test_details_that_people_set_are_no_guesses_any_more(story: Story) -> None:
    case = story.change(story.open(), customer="Joan Dough", category="billing.double_charge")
    assert case.details.guessed == ()
    assert (case.details.customer, case.details.category) == ("Joan Dough", "billing.double_charge")
    entry = story.log()[-2]
    assert entry.action == "case:details_changed"
    assert '"confirmed":["reference","severity"]' in entry.details


def test_details_saved_a_second_time_change_nothing(story: Story) -> None:
    case = story.change(story.open())
    before = story.everything()
    assert story.change(case) == case
    assert story.everything() == before


def test_a_value_that_is_not_given_stays_as_it_is(story: Story) -> None:
    case = story.change(story.open(), customer=None, reference="99")
    assert (case.details.customer, case.details.reference) == ("Jane Doe", "99")


def test_an_untouched_suggestion_follows_the_details_and_a_chosen_one_stays(story: Story) -> None:
    first, second = story.open(), story.open()
    story.use(story.draft(second).id)
    for case in (first, second):
        story.change(case, category="billing.double_charge")
    assert story.draft(first).template_id == "double-charge"
    assert story.draft(second).template_id == "late-delivery"
    assert story.drafts_in(first, "passed over") == 1


# The report's own message


def test_an_edited_report_is_guessed_anew(story: Story) -> None:
    case = story.open()
    edited = story.edit_report(case, "Customer Max Moser was charged twice for order 99123.")
    assert edited.complaint.text == "Customer Max Moser was charged twice for order 99123."
    assert (edited.details.category, edited.details.customer, edited.details.reference) == (
        "billing.double_charge",
        "Max Moser",
        "99123",
    )
    assert edited.report_edited_at is not None
    assert story.draft(case).template_id == "double-charge"


def test_an_edit_leaves_alone_what_people_have_set(story: Story) -> None:
    case = story.open()
    story.change(case, customer="Joan Dough", category="delivery.missing")
    edited = story.edit_report(case, "Customer Max Moser was charged twice for order 99123.")
    assert (edited.details.customer, edited.details.category, edited.details.reference) == (
        "Joan Dough",
        "delivery.missing",
        "10412",
    )


def test_an_edit_fills_what_nobody_knew(story: Story) -> None:
    case = story.open(text="The parcel is late.")
    story.change(case)
    edited = story.edit_report(case, "The parcel is late. Customer Max Moser, order 99123.")
    assert (edited.details.customer, edited.details.reference) == ("Max Moser", "99123")


def test_an_edit_takes_no_risk_flag_back_and_does_not_lower_a_critical_case(story: Story) -> None:
    case = story.open(text=CRITICAL)
    assert case.details.risks
    edited = story.edit_report(case, "Order 10412 is a bit late.")
    assert edited.details.risks == case.details.risks
    assert edited.details.severity is Severity.CRITICAL
    assert edited.details.words_for("severity") == case.details.words_for("severity")
    assert edited.details.words_for("risks") == case.details.words_for("risks")


def test_an_edit_may_raise_the_severity_and_add_a_risk(story: Story) -> None:
    case = story.open()
    edited = story.edit_report(case, CRITICAL)
    assert edited.details.severity is Severity.CRITICAL
    assert edited.details.risks


def test_an_edit_that_changes_nothing_does_nothing(story: Story) -> None:
    case = story.open()
    before = story.everything()
    assert story.edit_report(case, case.complaint.text) is None
    assert story.everything() == before


def test_an_edit_delivered_many_times_at_once_is_logged_once(story: Story) -> None:
    case, together = story.open(), Barrier(8)

    def deliver(_: int) -> None:
        together.wait()
        story.edit_report(case, "Order 10412 came broken.")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(deliver, range(8)))
    assert story.actions(case).count("report:edited") == 1
    assert story.drafts_in(case, "suggested") == 1


def test_an_edit_keeps_the_draft_somebody_chose(story: Story) -> None:
    case = story.open()
    chosen = story.use(story.draft(case).id)
    story.edit_report(case, "Customer Max Moser was charged twice for order 99123.")
    assert story.draft(case) == chosen


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
    assert story.do(cases.report_edited, story.content, WORKSPACE, source, "Hello", agent=None) is None
    assert story.everything() == before


def test_the_place_of_a_card_is_unknown_before_it_is_posted(story: Story) -> None:
    case = story.open()
    assert story.look(lambda session: cards.place_of(session, case)) is None


def test_a_corrected_guess_and_one_that_was_left_are_feedback(story: Story) -> None:
    case = story.open(text="Jane Doe is upset: her order 4711 is five days late.")
    story.change(case, category="delivery.missing", customer="Jane Do")
    rows = story.look(lambda session: list(feedback.all_of(session)))
    assert [(row.field, row.guessed, row.label) for row in rows] == [
        ("category", "delivery.late", "delivery.missing"),
        ("severity", case.details.severity, case.details.severity),
    ]
    assert {row.text for row in rows} == {case.complaint.text}
    assert {"Ana", "Jane Doe", "Jane Do", "4711"} <= {*rows[0].names}
    story.change(story.card(case).case)
    assert len(story.look(lambda session: list(feedback.all_of(session)))) == 2


def test_what_people_said_is_forgotten_by_day(story: Story) -> None:
    story.change(story.open(), category="billing")
    assert story.do(lambda session, now: feedback.forget(session, before=NOW))["feedback"] == 0
    assert story.do(lambda session, now: feedback.forget(session, before=now))["feedback"] == 2
    assert story.look(lambda session: list(feedback.all_of(session))) == []
