"""A report becomes a case, once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot.domain.case import FIRST_NUMBER, Status
from bot.domain.complaint import Complaint
from bot.flows import opening
from bot.flows.guess import LONGEST_VALUE
from bot.flows.together import Together
from bot.store import tables
from tests.builders import NOW, WORKSPACE, a_complaint
from tests.flows.story import Story
from tests.opened import open_case


def test_a_report_becomes_a_case_with_a_draft_three_entries_and_a_card_to_be_posted(story: Story) -> None:
    complaint = a_complaint()
    opened = story.do(open_case, story.content, WORKSPACE, complaint)
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
    assert story.actions(case) == ["case:opened", "case:read", "draft:suggested"]
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
    first = story.do(open_case, story.content, WORKSPACE, complaint)
    before = story.everything()
    second = story.do(open_case, story.content, WORKSPACE, complaint)
    assert (second.case, second.is_new) == (first.case, False)
    assert story.everything() == before
    assert story.card_revision(first.case) == 1


def test_the_same_words_in_two_messages_are_two_cases(story: Story) -> None:
    assert story.open().reference != story.open().reference


def test_reports_that_come_together_are_answered_each_and_opened_once(story: Story) -> None:
    known = story.open()
    new, other = a_complaint(), a_complaint(channel="C0OTHER")
    opened = story.do(opening.open_cases, WORKSPACE, [new, known.complaint, other, new])
    assert [one.is_new for one in opened] == [True, False, True, False]
    assert opened[0].case == opened[3].case
    assert opened[1].case == known
    assert story.numbers() == [1001, 1002, 1003]
    story.read()
    for one in opened:
        assert story.card(one.case).case.complaint == one.case.complaint
        assert story.draft(one.case).case_id == one.case.id
        assert story.actions(one.case) == ["case:opened", "case:read", "draft:suggested"]
    assert story.broken_link() is None


def test_sixteen_deliveries_of_one_report_at_once_are_one_case(story: Story) -> None:
    complaint, together = a_complaint(), Barrier(16)

    def deliver(_: int) -> opening.Opened:
        together.wait()
        [answer] = story.do(opening.open_cases, WORKSPACE, [complaint])
        return answer

    with ThreadPoolExecutor(16) as pool:
        opened = list(pool.map(deliver, range(16)))
    story.read()
    assert sum(one.is_new for one in opened) == 1
    assert len({one.case.id for one in opened}) == 1
    assert (story.count(tables.cases), story.count(tables.drafts), story.count(tables.audit)) == (1, 1, 3)
    assert story.card_revision(opened[0].case) == 1


def test_many_reports_at_once_get_numbers_without_gaps_and_a_whole_log(story: Story) -> None:
    complaints = [a_complaint(channel=f"C{number % 3}") for number in range(24)]

    def deliver(complaint: Complaint) -> None:
        story.do(opening.open_cases, WORKSPACE, [complaint])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(deliver, [*complaints, *complaints]))
    story.read()
    assert sorted(story.numbers()) == list(range(FIRST_NUMBER, FIRST_NUMBER + 24))
    assert story.broken_link() is None
    assert story.cards() == 24


def test_callers_in_many_threads_are_opened_together_and_each_hears_of_its_own(story: Story) -> None:
    desk = Together(story.database.transaction, WORKSPACE, lambda: NOW, lambda: None)
    complaints = [a_complaint() for _ in range(20)]
    with ThreadPoolExecutor(10) as pool:
        opened = list(pool.map(desk.open, [*complaints, *complaints]))
    assert [one.case.complaint.source for one in opened] == [one.source for one in [*complaints, *complaints]]
    assert sum(one.is_new for one in opened) == 20
    assert sorted(story.numbers()) == list(range(FIRST_NUMBER, FIRST_NUMBER + 20))


def test_a_report_that_cannot_be_stored_does_not_take_others_with_it(story: Story) -> None:
    desk = Together(story.database.transaction, WORKSPACE, lambda: NOW, lambda: None)
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
        open_case(session, story.content, WORKSPACE, a_complaint(), now=NOW)
        raise ZeroDivisionError
    assert story.open().number == FIRST_NUMBER


def test_each_workspace_counts_its_own_cases(story: Story) -> None:
    complaint = a_complaint()
    here = story.do(open_case, story.content, WORKSPACE, complaint).case
    there = story.do(open_case, story.content, "T0OTHER", complaint).case
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
