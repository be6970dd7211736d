"""What a case is about: corrected by people, guessed again when its report is edited."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot.domain.case import Case
from bot.domain.taxonomy import Severity
from bot.domain.team import Role
from bot.flows import details
from bot.store import feedback
from tests.builders import NOW
from tests.flows.story import ANA, BEN, LENA, Story

CRITICAL = "Customer Jane Doe: the heater on order 10412 caught fire and she was taken to hospital with burns."


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


def test_whom_a_complaint_is_about_is_kept_and_taken_back_by_a_lead(story: Story) -> None:
    case = story.change(story.open(), about=BEN)
    assert case.details.about == BEN
    assert f'"about":[null,"{BEN}"]' in story.log()[-1].details
    assert story.change(case, customer="Joan Dough").details.about == BEN
    assert story.change(case, about_nobody=True, by=BEN, role=Role.AGENT) == details.KEEP_ABOUT
    assert story.change(case, about=ANA) == details.KEEP_ABOUT
    story.edit_report(case, "I was charged twice for order 10412.")
    assert story.card(case).case.details.about == BEN
    assert story.change(case, about_nobody=True, by=LENA, role=Role.LEAD).details.about is None
