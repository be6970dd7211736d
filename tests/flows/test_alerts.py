"""Leads hear of a risk once for each set of risks of a case, at once, and see what becomes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.alert import Alert
from bot.domain.case import Case
from bot.domain.feedback import Field
from bot.domain.team import Role
from bot.flows import details
from bot.flows.alerts import Raised, acknowledge, alert_of
from bot.flows.cards import ALERT, CALL
from bot.flows.outcome import Refused
from bot.store import feedback
from bot.store.tables import alerts, notices
from tests.builders import CHANNEL, WORKSPACE, a_complaint
from tests.flows.story import ANA, BEN, LENA, Story
from tests.opened import open_case

RISKY = "Customer Jane Doe: the heater on order 10412 caught fire and she was taken to hospital with burns."
MORE = f"{RISKY} Her lawyer will sue us."
PLACES = {"leads": "C0LEADS", "complaints": CHANNEL}


def opened(story: Story, text: str = RISKY, **places: str) -> Case:
    return story.do(open_case, story.content, WORKSPACE, a_complaint(text=text), places=places or PLACES).case


def told(story: Story) -> list[tuple[str, int]]:
    """Channel and revision of each alert's notice."""
    query = sa.select(notices.c.channel, notices.c.revision).where(notices.c.kind == ALERT).order_by(notices.c.id)
    return story.look(lambda session: [tuple(row) for row in session.execute(query)])


def raised(story: Story, number: int = 1) -> Raised:
    found = story.look(lambda session: alert_of(session, WORKSPACE, number))
    assert found is not None
    return found


def edit(story: Story, case: Case, text: str) -> None:
    story.do(details.report_edited, story.content, WORKSPACE, case.complaint.source, text, agent="Ana", places=PLACES)


def is_playbook(story: Story, case: Case) -> bool:
    template = story.content.template(story.draft(case).template_id)
    return template is not None and bool(template.for_risk)


def test_a_report_with_a_risk_is_told_to_the_leads_at_once(story: Story) -> None:
    case = opened(story)
    assert told(story) == [("C0LEADS", 1)]
    assert raised(story).alert.risks == tuple(sorted(case.details.risks)) != ()
    assert raised(story).place == (CHANNEL, case.complaint.thread_ts)
    assert is_playbook(story, case)


def test_a_report_without_a_risk_is_not(story: Story) -> None:
    opened(story, "Customer Jane Doe is upset: order 10412 is three days late.")
    assert told(story) == []


def test_the_same_report_again_is_not_told_again(story: Story) -> None:
    complaint = a_complaint(text=RISKY)
    for _ in range(2):
        story.do(open_case, story.content, WORKSPACE, complaint, places=PLACES)
    assert told(story) == [("C0LEADS", 1)]


@pytest.mark.parametrize(
    ("places", "channel"),
    [({"leads": "C0LEADS", "approvals": "C0APPROVALS"}, "C0LEADS"), ({"approvals": "C0APPROVALS"}, "C0APPROVALS")],
)
def test_without_the_leads_channel_the_next_best_is_told(story: Story, places: dict[str, str], channel: str) -> None:
    opened(story, **places)
    assert told(story) == [(channel, 1)]


def test_when_no_channel_is_known_the_reports_own_is_told(story: Story) -> None:
    story.do(open_case, story.content, WORKSPACE, a_complaint(text=RISKY))
    assert told(story) == [(CHANNEL, 1)]


def test_what_is_done_with_the_case_shows_on_the_alert(story: Story) -> None:
    case = opened(story)
    for number, deed in enumerate((story.take, story.resolve, story.reopen), 2):
        deed(case)
        assert told(story) == [("C0LEADS", number)]
    assert raised(story).case.owner == ANA


def test_an_edit_that_brings_another_risk_is_a_second_alert_and_one_that_brings_none_is_not(story: Story) -> None:
    case = opened(story)
    edit(story, case, f"{RISKY} She wrote on Monday.")
    assert len(told(story)) == 1
    edit(story, case, MORE)
    assert len(told(story)) == 2
    assert "legal" in raised(story, 2).alert.risks
    edit(story, case, f"{MORE} She wrote on Monday.")
    assert len(told(story)) == 2


def test_a_person_adds_a_risk_and_the_playbook_takes_the_place_of_a_draft_in_use(story: Story) -> None:
    case = opened(story, "Customer Jane Doe is upset: order 10412 is three days late.")
    story.use(story.draft(case).id)
    assert not is_playbook(story, case)
    assert isinstance(story.change(case, raised=["press"], places=PLACES), Case)
    assert told(story) == [("C0LEADS", 1)]
    assert raised(story).alert.risks == ("press",)
    assert is_playbook(story, case)


def test_only_a_lead_takes_a_risk_back_and_then_an_ordinary_draft_is_suggested(story: Story) -> None:
    case = opened(story)
    refused = story.change(case, cleared=case.details.risks, role=Role.AGENT)
    assert isinstance(refused, Refused)
    assert refused == details.KEEP_RISKS
    assert is_playbook(story, case)
    changed = story.change(case, cleared=case.details.risks, role=Role.LEAD, by=LENA)
    assert changed.details.risks == ()
    assert changed.details.words_for("risks") is None
    assert told(story) == [("C0LEADS", 2)]
    assert not is_playbook(story, case)


def test_a_risk_that_was_taken_back_does_not_come_back_with_an_edit_of_other_words(story: Story) -> None:
    case = opened(story)
    story.change(case, cleared=case.details.risks, role=Role.LEAD, by=LENA)
    edit(story, case, f"{RISKY} She wrote on Monday.")
    assert story.card(case).case.details.risks == ()
    edit(story, case, MORE)
    assert story.card(case).case.details.risks == ("legal",)
    assert len(told(story)) == 2


def test_a_risk_that_is_up_already_is_no_change(story: Story) -> None:
    case = opened(story, MORE)
    before = story.everything()["alerts"]
    assert story.change(case, raised=[*reversed(case.details.risks)]).details.risks == case.details.risks
    assert story.everything()["alerts"] == before


def test_what_others_did_while_the_form_was_open_stays(story: Story) -> None:
    case = opened(story)
    story.change(case, raised=["legal"])
    story.change(case, raised=["press"])
    assert {"legal", "press", *case.details.risks} == {*story.card(case).case.details.risks}


def test_what_is_said_about_risks_is_feedback(story: Story) -> None:
    case = opened(story)
    story.change(case, raised=["press"], cleared=["vulnerable"], role=Role.LEAD, by=LENA)
    said = {row.field: row for row in story.look(lambda session: list(feedback.all_of(session)))}
    assert {*said[Field.RISKS].label.split(",")} == {"safety", "press"}
    assert said[Field.RISKS].guessed == ",".join(case.details.risks)


def test_an_unknown_risk_is_not_taken(story: Story) -> None:
    case = opened(story)
    assert story.change(case, raised=["dragons"]).details.risks == case.details.risks


def test_another_workspace_sees_no_alert(story: Story) -> None:
    opened(story)
    assert story.look(lambda session: alert_of(session, "T0OTHER", 1)) is None
    assert story.count(alerts) == 1


def test_the_risks_of_a_case_are_kept_as_they_were_when_it_was_raised(story: Story) -> None:
    case = opened(story)
    story.change(case, cleared=["vulnerable"], role=Role.LEAD, by=LENA)
    now = raised(story)
    assert set(now.alert.risks) == set(case.details.risks)
    assert now.case.details == replace(now.case.details, risks=("safety",))


def test_a_second_call_waits_for_the_shortest_clock_of_the_risks(story: Story) -> None:
    opened(story, "Customer Jane Doe: her lawyer will sue us.")
    opened(story, f"{MORE} He is a second customer.")
    query = sa.select(notices.c.due_at).where(notices.c.kind == CALL).order_by(notices.c.id)
    due = story.look(lambda session: session.execute(query).scalars().all())
    assert [at - raised(story, number).alert.raised_at for number, at in enumerate(due, 1)] == [
        timedelta(hours=1),
        timedelta(minutes=15),
    ]


def test_a_lead_looks_after_it_once_and_the_log_says_who(story: Story) -> None:
    opened(story)
    assert raised(story).waits(None)
    answered = story.do(acknowledge, WORKSPACE, 1, by=LENA, role=Role.LEAD)
    assert isinstance(answered, Alert)
    assert raised(story).alert.acknowledged_by == LENA
    assert not raised(story).waits(None)
    assert told(story) == [("C0LEADS", 2)]
    again = story.do(acknowledge, WORKSPACE, 1, by=LENA, role=Role.LEAD)
    assert isinstance(again, Refused)
    entries = [entry for entry in story.everything()["audit"] if "alert:acknowledged" in str(entry)]
    assert len(entries) == 1


def test_whom_the_complaint_is_about_looks_after_nothing_and_others_go_on(story: Story) -> None:
    case = opened(story)
    story.change(case, about=LENA)
    refused = story.do(acknowledge, WORKSPACE, 1, by=LENA, role=Role.LEAD)
    assert refused == Refused("The complaint is about you, so another lead has to look after it.")
    story.take(case, by=LENA)
    assert raised(story).waits(Role.LEAD)
    assert isinstance(story.do(acknowledge, WORKSPACE, 1, by=BEN, role=Role.LEAD), Alert)
    assert not raised(story).waits(Role.LEAD)


def test_a_word_of_whom_it_turns_out_to_be_about_stands_no_more(story: Story) -> None:
    case = opened(story)
    story.do(acknowledge, WORKSPACE, 1, by=LENA, role=Role.LEAD)
    story.change(case, about=LENA)
    assert raised(story).waits(None)
    assert isinstance(story.do(acknowledge, WORKSPACE, 1, by=BEN, role=Role.LEAD), Alert)
    assert raised(story).alert.acknowledged_by == BEN


@pytest.mark.parametrize("role", [None, Role.AGENT, Role.SENIOR])
def test_who_is_no_lead_is_told_to_take_the_case(story: Story, role: Role | None) -> None:
    opened(story)
    refused = story.do(acknowledge, WORKSPACE, 1, by=ANA, role=role)
    assert isinstance(refused, Refused)
    assert "Take case" in refused.why
    assert raised(story).alert.acknowledged_by is None


@pytest.mark.parametrize(("role", "waits"), [(Role.AGENT, True), (Role.LEAD, False), (Role.MANAGER, False)])
def test_a_case_that_an_agent_has_still_waits_for_a_lead(story: Story, role: Role, waits: bool) -> None:
    story.take(opened(story))
    assert raised(story).waits(role) is waits


def test_what_is_over_waits_for_nobody(story: Story) -> None:
    case = opened(story)
    story.take(case)
    story.resolve(case)
    assert not raised(story).waits(Role.AGENT)
    story.reopen(case)
    assert raised(story).waits(Role.AGENT)
    story.change(case, cleared=case.details.risks, role=Role.LEAD, by=LENA)
    assert not raised(story).waits(Role.AGENT)
