"""The words of a person: saved, and marked as sent."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from bot.domain.case import Case, Status
from bot.domain.draft import MAX_TEXT, Draft, DraftState, Override, Promised
from bot.domain.team import Role
from bot.domain.template import Channel, recovery_parts
from bot.flows import replies
from bot.flows.outcome import Refused
from bot.flows.replies import ONLY_A_LEAD
from bot.flows.violations import Blocked, advice_on
from bot.store.tables import promises
from tests.builders import NOW, WORKSPACE
from tests.flows.story import BEN, LENA, Story, with_rule

GOOD = "I am sorry that your order is late. I will write to you today."
FORBIDDEN = "I don't know where your parcel is."
NEW_DAY = "late-delivery-new-day"


def test_the_agents_words_are_saved_and_chosen(story: Story) -> None:
    case = story.open()
    draft = story.revise(story.draft(case).id, f"\n {GOOD}  ")
    assert (draft.text, draft.edited, draft.state, draft.missing) == (GOOD, True, DraftState.CHOSEN, ())
    assert story.draft(case) == draft
    assert GOOD not in " ".join(entry.details for entry in story.log())


def test_a_forbidden_phrase_is_named_and_nothing_is_saved(story: Story) -> None:
    case = story.open()
    draft = story.draft(case)
    before, revision = story.everything(), story.card_revision(case)
    answer = story.revise(draft.id, f"{GOOD} {FORBIDDEN}", promised="Friday")
    assert isinstance(answer, Blocked)
    assert [violation.rule.id for violation in answer.violations] == ["i-dont-know"]
    assert story.everything() == before
    assert story.card_revision(case) == revision


def test_a_milder_phrase_stops_nothing(story: Story) -> None:
    case = story.open()
    text = GOOD + " I'm not sure why it was sent to the old address."
    assert advice_on(story.content, text)
    assert story.revise(story.draft(case).id, text).text == text


def walk_to(story: Story, case: Case, template_id: str) -> Draft:
    draft = story.draft(case)
    for _ in range(20):
        if draft.template_id == template_id:
            return draft
        draft = story.another(draft.id)
    raise AssertionError(f"{template_id} never came")


def test_answers_alone_write_the_reply_anew(story: Story) -> None:
    case = story.open()
    draft = story.draft(case)
    assert "promised" in draft.missing
    revised = story.revise(draft.id, draft.text, promised="Friday 6 March")
    assert "on Friday 6 March" in revised.text
    assert "promised" not in revised.missing
    assert not revised.edited, "these are the template's words still"


def test_a_required_value_is_asked_for_before_the_reply_can_be_used(story: Story) -> None:
    case = story.open()
    draft = walk_to(story, case, NEW_DAY)
    assert draft.text == ""
    before = story.everything()
    for answer in (story.use(draft.id), story.send(draft.id)):
        assert "needs a few details" in answer.why
    assert "On which day will it arrive now?" in story.revise(draft.id, "", promised="Monday").why
    assert story.everything() == before
    revised = story.revise(draft.id, "", new_day="Thursday")
    assert "Thursday" in revised.text
    assert revised.missing == ("promised",)
    assert isinstance(story.send(revised.id), Case)


def test_a_later_answer_keeps_the_earlier_one(story: Story) -> None:
    draft = walk_to(story, story.open(), NEW_DAY)
    first = story.revise(draft.id, "", new_day="Thursday")
    second = story.revise(draft.id, first.text, promised="Monday")
    assert isinstance(second, Draft), second
    assert "Thursday" in second.text
    assert "Monday" in second.text
    assert second.missing == ()


def test_answers_with_the_text_cleared_write_the_reply_anew(story: Story) -> None:
    case = story.open()
    assert "Friday" in story.revise(story.draft(case).id, "", promised="Friday").text


@pytest.mark.parametrize("answers", [{}, {"promised": ""}, {"no_such_value": "x"}])
def test_an_empty_reply_is_not_saved(story: Story, answers: dict[str, str]) -> None:
    case = story.open()
    before = story.everything()
    assert isinstance(story.revise(story.draft(case).id, "  \n ", **answers), Refused)
    assert story.everything() == before


def test_what_is_answered_about_the_customer_stays_with_the_case(story: Story) -> None:
    case = story.open(text="The parcel is three days late.")
    draft = story.draft(case)
    revised = story.revise(draft.id, draft.text, customer="Jane Doe", reference="10412")
    assert revised.text.startswith("Hello Jane Doe,")
    assert "10412" in revised.text
    known = story.card(case).case.details
    assert (known.customer, known.reference) == ("Jane Doe", "10412")


def test_a_name_that_was_corrected_since_counts_more_than_the_answer(story: Story) -> None:
    case = story.open(text="The parcel is three days late.")
    draft = story.draft(case)
    revised = story.revise(draft.id, draft.text, customer="Jane Doe")
    story.change(story.card(case).case, customer="Joan Dough")
    assert story.revise(draft.id, revised.text, promised="Friday").text.startswith("Hello Joan Dough,")


def test_own_words_count_more_than_answers(story: Story) -> None:
    case = story.open()
    assert story.revise(story.draft(case).id, GOOD, promised="Friday").text == GOOD


def test_an_answer_that_breaks_a_rule_is_stopped_too(story: Story) -> None:
    case = story.open()
    before = story.everything()
    draft = story.draft(case)
    assert isinstance(story.revise(draft.id, draft.text, promised="Friday. " + FORBIDDEN + " So"), Blocked)
    assert story.everything() == before


def test_answers_that_make_the_reply_too_long_for_the_form_are_refused(story: Story) -> None:
    case = story.open()
    draft = story.draft(case)
    assert str(MAX_TEXT) in story.revise(draft.id, draft.text, promised="Friday " * 450).why
    assert story.draft(case) == draft


def test_answers_to_a_template_that_was_taken_away_are_refused(story: Story) -> None:
    case = story.open()
    draft = story.draft(case)
    story.content = replace(story.content, templates=(), _loaded=replace(story.content._loaded, templates=()))
    assert "taken away" in story.revise(draft.id, draft.text, promised="Friday").why
    assert story.revise(draft.id, GOOD).text == GOOD


def test_saving_a_draft_as_it_is_settles_it(story: Story) -> None:
    case = story.open()
    draft = story.draft(case)
    saved = story.revise(draft.id, draft.text)
    assert (saved.text, saved.edited, saved.missing, saved.state) == (draft.text, False, (), DraftState.CHOSEN)


def test_the_same_words_saved_twice_are_logged_once(story: Story) -> None:
    case = story.open()
    story.revise(story.draft(case).id, GOOD)
    before = story.everything()
    assert story.revise(story.draft(case).id, GOOD, by=BEN).text == GOOD
    assert story.everything() == before


def test_the_words_of_a_response_are_saved_with_the_answers_and_its_channel(story: Story) -> None:
    case = story.open()
    draft = story.save(story.draft(case).id, untouched=True, channel=Channel.CHAT, cause="the van broke down")
    assert (draft.channel, draft.edited, draft.state) == (Channel.CHAT, False, DraftState.CHOSEN)
    assert "the van broke down" in draft.text
    assert len(draft.text.split("\n\n")) <= 3
    assert story.draft(case) == draft
    assert story.send(draft.id).status is Status.ANSWERED
    assert story.card(case).replies[0][0].channel is Channel.CHAT


def test_another_response_takes_the_drafts_place_and_is_signed_by_whoever_saves(story: Story) -> None:
    case = story.open()
    draft = story.save(story.draft(case).id, untouched=True, template_id="general", by=BEN, agent="Ben")
    assert (draft.template_id, draft.edited) == ("general", False)
    assert draft.text.endswith("Ben")
    assert story.card(case).case.owner == BEN


def test_own_words_for_another_channel_are_kept_word_for_word(story: Story) -> None:
    case = story.open()
    draft = story.save(story.draft(case).id, GOOD, channel=Channel.PUBLIC)
    assert (draft.text, draft.channel, draft.edited) == (GOOD, Channel.PUBLIC, True)


def test_a_response_without_words_for_the_channel_is_refused(story: Story) -> None:
    case = story.open(text="My lawyer will hear about this.")
    before = story.everything()
    assert isinstance(story.save(story.draft(case).id, untouched=True, channel=Channel.PUBLIC), Refused)
    assert story.everything() == before


def test_an_answer_to_an_edited_draft_leaves_the_agents_words_alone(story: Story) -> None:
    case = story.open()
    story.revise(story.draft(case).id, GOOD)
    assert story.revise(story.draft(case).id, GOOD, promised="Friday").text == GOOD


def test_a_cause_is_asked_for_but_never_missing(story: Story) -> None:
    case = story.open()
    draft = story.draft(case)
    assert "cause" not in draft.missing
    assert "the van broke down" in story.revise(draft.id, draft.text, cause="the van broke down").text


BAD = f"{GOOD} {FORBIDDEN}"


def test_a_lead_overrides_the_phrase_rules_with_a_reason_and_it_is_logged(story: Story) -> None:
    case = story.open()
    draft = story.save(story.draft(case).id, BAD, reason="Her own words", role=Role.LEAD, by=LENA)
    assert (draft.text, draft.override) == (BAD, Override((("i-dont-know", "I don't know"),), LENA, "Her own words"))
    [entry] = [entry for entry in story.log() if entry.action == "draft:overridden"]
    assert json.loads(entry.details)["rules"] == ["i-dont-know"]
    assert (entry.who, "Her own words" in entry.details) == (LENA, False)
    assert isinstance(story.send(draft.id), Case)
    assert story.card(case).replies[0][0].broken == (("i-dont-know", "I don't know"),)


@pytest.mark.parametrize("role", [Role.AGENT, None])
def test_nobody_else_overrides_them(story: Story, role: Role | None) -> None:
    case = story.open()
    before = story.everything()
    assert story.save(story.draft(case).id, BAD, reason="I want to", role=role) == ONLY_A_LEAD
    assert story.everything() == before


def test_a_lead_without_a_reason_is_stopped_like_anybody(story: Story) -> None:
    assert isinstance(story.save(story.draft(story.open()).id, BAD, role=Role.MANAGER), Blocked)


def test_money_is_never_overridden(story: Story) -> None:
    case = story.open()
    before = story.everything()
    text = BAD + " I will refund 80 euros today."
    answer = story.save(story.draft(case).id, text, reason="Trust me", role=Role.MANAGER)
    assert isinstance(answer, Blocked)
    assert (answer.violations, [each.words for each in answer.unapproved]) == ((), ["80 euros"])
    assert story.everything() == before


def test_an_override_covers_the_words_it_was_given_for_and_no_others(story: Story) -> None:
    case = story.open()
    story.save(story.draft(case).id, BAD, reason="Her own words", role=Role.LEAD, by=LENA)
    draft = story.save(story.draft(case).id, BAD + " Thank you.")
    assert draft.override is not None, "an agent may go on writing around them"
    answer = story.save(draft.id, BAD + " You'll have to wait.")
    assert isinstance(answer, Blocked)
    assert [each.words for each in answer.violations] == ["You'll have to"]
    assert story.save(draft.id, GOOD).override is None


def test_sending_keeps_the_reply_and_ticks_the_steps_it_holds(story: Story) -> None:
    case = story.open()
    draft = story.draft(case)
    sent = story.send(draft.id, by=BEN)
    assert (sent.status, sent.owner, sent.first_replied_at is not None) == (Status.ANSWERED, BEN, True)
    (reply, _), *more = story.card(case).replies
    assert more == []
    assert (reply.text, reply.draft_id, reply.sent_by, reply.parts) == (
        draft.text,
        draft.id,
        BEN,
        recovery_parts(draft.text),
    )
    assert sent.steps == reply.parts & {"acknowledge", "apologise", "own", "offer_options"}
    assert story.card(case).draft is None


def test_a_step_that_the_reply_lacks_is_not_ticked(story: Story) -> None:
    case = story.open()
    story.revise(story.draft(case).id, "I am sorry that the order is late.")
    assert story.send(story.draft(case).id).steps == {"apologise"}
    story.draft_again(case)
    story.revise(story.draft(case).id, "I will write to you today. You can choose another day.")
    assert story.send(story.draft(case).id).steps == {"apologise", "own", "offer_options"}


def test_the_first_reply_is_the_first_for_ever(story: Story) -> None:
    case = story.open()
    first = story.send(story.draft(case).id).first_replied_at
    story.draft_again(case)
    assert story.send(story.draft(case).id).first_replied_at == first
    assert len(story.replies(case)) == 2


def test_a_reply_marked_as_sent_by_many_at_once_is_sent_once(story: Story) -> None:
    case, together = story.open(), Barrier(8)
    draft = story.draft(case)

    def send(number: int) -> Any:
        together.wait()
        return story.send(draft.id, by=f"U{number}")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert sum(isinstance(answer, Case) for answer in answers) == 1
    assert story.replies(case) == [draft.id]
    assert story.actions(case).count("reply:sent") == 1


@pytest.mark.parametrize("late", ["another", "use", "revise", "send"])
def test_a_press_that_had_to_wait_for_another_sees_what_it_did(story: Story, late: str) -> None:
    case = story.open()
    draft = story.draft(case)
    more = {"text": GOOD} if late == "revise" else {}
    with ThreadPoolExecutor(1) as pool:
        with story.database.transaction() as session:
            replies.mark_sent(session, story.content, WORKSPACE, draft.id, by=BEN, now=story.now())
            answer = pool.submit(getattr(story, late), draft.id, **more)
            time.sleep(0.15)
            assert not answer.done()
        assert answer.result() == Refused("This reply is already marked as sent on R-1001.")
    assert story.replies(case) == [draft.id]
    assert story.draft_again(case)[1].id != draft.id


def test_a_reply_that_breaks_a_rule_made_since_is_not_sent(story: Story, tmp_path: Path) -> None:
    case = story.open()
    story.revise(story.draft(case).id, GOOD)
    story.content = with_rule(tmp_path / "strict", "write to you today")
    before = story.everything()
    assert isinstance(story.send(story.draft(case).id), Blocked)
    assert story.everything() == before


def logged(story: Story) -> Any:
    """What the log says of the last reply."""
    return [json.loads(entry.details) for entry in story.log() if entry.action == "reply:sent"][-1]


def test_what_really_left_is_recorded_with_its_channel(story: Story) -> None:
    case = story.open()
    story.send(story.draft(case).id, text=f"  {GOOD}\n", channel=Channel.CHAT)
    (reply, _), *_ = story.card(case).replies
    assert (reply.text, reply.channel, reply.parts) == (GOOD, Channel.CHAT, recovery_parts(GOOD))
    entry = logged(story)
    assert (entry["edited"], entry["channel"]) == (True, "chat")


def test_a_reply_is_recorded_though_its_draft_had_no_text_yet(story: Story) -> None:
    case = story.open()
    story.send(walk_to(story, case, NEW_DAY).id, text=GOOD)
    assert story.card(case).replies[0][0].text == GOOD


@pytest.mark.parametrize("words", [FORBIDDEN, "I will refund 80 euros today."], ids=["a forbidden phrase", "a sum"])
def test_what_breaks_a_rule_is_held_back_until_the_agent_says_it_has_left_already(story: Story, words: str) -> None:
    case = story.open()
    draft, text = story.draft(case), f"{GOOD} {words}"
    before = story.everything()
    assert isinstance(story.send(draft.id, text=text), Blocked)
    assert story.everything() == before
    assert isinstance(story.send(draft.id, text=text, already=True), Case)
    (reply, _), *_ = story.card(case).replies
    entry = logged(story)
    if words is FORBIDDEN:
        assert reply.broken == (("i-dont-know", "I don't know"),)
        assert (entry["broken"], "unapproved" in entry) == (["i-dont-know"], False)
    else:
        assert reply.unapproved == ("80 euros",)
        assert (entry["unapproved"], "broken" in entry) == (["80 euros"], False)


def test_a_reply_without_a_fault_is_not_marked_as_one_with(story: Story) -> None:
    case = story.open()
    story.send(story.draft(case).id, text=GOOD, already=True)
    (reply, _), *_ = story.card(case).replies
    assert (reply.broken, reply.unapproved) == ((), ())


def test_promises_are_stored_with_the_reply_and_only_when_it_is(story: Story) -> None:
    case = story.open()
    draft, friday = story.draft(case), Promised("by Friday", NOW + timedelta(days=4))
    assert isinstance(story.send(draft.id, text=FORBIDDEN, promised=[friday]), Blocked)
    assert story.count(promises) == 0
    story.send(draft.id, promised=[friday])
    assert isinstance(story.send(draft.id, promised=[friday]), Refused)
    assert story.count(promises) == 1
    assert logged(story)["promises"] == [friday.due_at.isoformat()]


def test_a_resolved_case_stays_resolved_when_its_reply_is_sent(story: Story) -> None:
    case = story.open()
    story.resolve(case)
    assert story.send(story.draft(case).id).status is Status.RESOLVED
    assert story.reopen(case).status is Status.ANSWERED
