"""Drafts: suggest, walk on, choose, revise, mark as sent."""

import json
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from bot.content.bundle import Content, load
from bot.domain.case import Case, Status
from bot.domain.draft import MAX_TEXT, Draft, DraftState, Override, Promised
from bot.domain.phrases import Level
from bot.domain.promise import Approved
from bot.domain.team import Role
from bot.domain.template import Channel, recovery_parts
from bot.flows import drafts, history
from bot.flows.drafts import ONLY_A_LEAD, REPLACED, Blocked, best, errors_in, fitting, for_text, questions
from bot.flows.history import used_by
from bot.flows.outcome import Refused
from bot.settings import ROOT
from bot.store.tables import promises
from tests.builders import LATE, NOW, WORKSPACE, details
from tests.flows.story import ANA, BEN, LENA, Story

GOOD = "I am sorry that your order is late. I will write to you today."
FORBIDDEN = "I don't know where your parcel is."
NEW_DAY = "late-delivery-new-day"


def with_rule(folder: Path, pattern: str, level: str = "error") -> Content:
    """The shipped content with one more phrase rule."""
    shutil.copytree(ROOT / "responses", folder)
    (folder / "phrases" / "ours.yml").write_text(
        f"about: Ours.\nrules:\n  - id: ours\n    level: {level}\n    patterns: ['{pattern}']\n    why: Because.\n"
        f"    instead: [Something else.]\n    hits: ['{pattern}']\n    passes: [Something else.]\n"
    )
    return load(folder, ROOT / "policies")


# Suggesting


def test_the_first_suggestion_passes_the_phrase_rules(content: Content) -> None:
    for text in (LATE, "I was charged twice.", "Your driver was rude to Mrs Smith.", "hm", "My lawyer will sue you."):
        suggestion = for_text(content, text, agent="Ana")
        assert suggestion.text
        assert errors_in(content, suggestion.text) == ()


def test_a_template_that_breaks_a_rule_gives_way_to_the_next(content: Content, tmp_path: Path) -> None:
    about = details(customer="Jane Doe")
    first, second = fitting(content, about, agent="Ana")[:2]
    assert best(content, about, agent="Ana").template_id == first.id
    stricter = with_rule(tmp_path / "strict", "listening for the door")
    assert best(stricter, about, agent="Ana").template_id not in (first.id, "")
    milder = with_rule(tmp_path / "mild", "listening for the door", level="warning")
    assert best(milder, about, agent="Ana").template_id == first.id
    assert second.id != first.id


def test_a_template_whose_required_value_is_missing_has_no_text(content: Content) -> None:
    template = content.template(NEW_DAY)
    assert template is not None
    suggestion = drafts.render(content, template, details(), agent="Ana")
    assert suggestion.text == ""
    assert {"new_day", "promised"} <= set(suggestion.missing)


def test_advice_and_errors_are_told_apart(content: Content) -> None:
    text = FORBIDDEN + " I'm not sure why."
    assert {each.rule.level for each in drafts.errors_in(content, text)} == {Level.ERROR}
    assert Level.ERROR not in {each.rule.level for each in drafts.advice_on(content, text)}
    assert len(drafts.errors_in(content, text)) + len(drafts.advice_on(content, text)) == len(content.check(text))


def test_the_form_asks_for_exactly_what_is_missing(content: Content) -> None:
    draft = Draft(1, 1, NEW_DAY, "", DraftState.SUGGESTED, missing=("promised",))
    assert [value.name for value in questions(content, draft)] == ["promised"]
    assert questions(content, replace(draft, template_id="taken-away")) == ()


# Another


def test_another_walks_through_all_that_fit_and_starts_again(story: Story) -> None:
    case = story.open()
    ranked = [template.id for template in fitting(story.content, case.details, agent="Ana")]
    assert len(ranked) > 2
    seen = [story.draft(case).template_id]
    for _ in ranked:
        seen.append(story.another(story.draft(case).id).template_id)
    start = ranked.index(seen[0])
    assert seen == [ranked[(start + step) % len(ranked)] for step in range(len(ranked) + 1)]
    assert story.drafts_in(case, "suggested") == 1
    assert story.drafts_in(case, "passed over") == len(ranked)


def test_another_than_the_only_one_is_refused_and_a_changed_one_is_made_anew(story: Story) -> None:
    only = replace(story.content, templates=tuple(one for one in story.content.templates if one.id == "general"))
    story.content = only
    case = story.open(text="hm")
    draft = story.draft(case)
    before = story.everything()
    assert isinstance(story.another(draft.id), Refused)
    assert story.everything() == before
    story.revise(draft.id, GOOD)
    assert story.another(draft.id).text == draft.text


def test_another_goes_on_when_its_template_was_taken_away(story: Story) -> None:
    case = story.open()
    old = story.draft(case)
    kept = tuple(one for one in story.content.templates if one.id != old.template_id)
    story.content = replace(story.content, templates=kept)
    assert story.another(old.id).template_id == fitting(story.content, case.details, agent="Ana")[0].id


# A button of a draft that was replaced


@pytest.mark.parametrize(
    "deed",
    [
        lambda story, stale: story.another(stale),
        lambda story, stale: story.use(stale),
        lambda story, stale: story.revise(stale, GOOD),
        lambda story, stale: story.send(stale),
    ],
    ids=["another", "use", "revise", "send"],
)
def test_a_draft_that_was_replaced_is_refused_and_the_card_drawn_anew(story: Story, deed: Any) -> None:
    case = story.open()
    stale = story.draft(case)
    story.another(stale.id)
    before, revision = story.everything(), story.card_revision(case)
    assert deed(story, stale.id) == REPLACED
    assert story.everything() == before
    assert story.card_revision(case) == revision + 1


def test_a_draft_that_was_sent_is_refused_by_its_own_words(story: Story) -> None:
    case = story.open()
    draft = story.draft(case)
    story.send(draft.id)
    for answer in (story.another(draft.id), story.use(draft.id), story.revise(draft.id, GOOD), story.send(draft.id)):
        assert answer == Refused("This reply is already marked as sent on R-1001.")
    assert story.replies(case) == [draft.id]


# Use


def test_using_a_draft_settles_it_and_takes_a_case_that_nobody_has(story: Story) -> None:
    case = story.open()
    assert story.use(story.draft(case).id, by=BEN).state is DraftState.CHOSEN
    assert story.card(case).case.owner == BEN


def test_using_a_draft_leaves_the_case_with_its_owner(story: Story) -> None:
    case = story.open()
    story.take(case, by=BEN)
    story.use(story.draft(case).id, by=ANA)
    assert story.card(case).case.owner == BEN
    assert story.actions(case)[-1] == "draft:chosen"


def test_a_draft_is_signed_by_whoever_settles_on_it(story: Story) -> None:
    case = story.open()
    assert story.draft(case).text.endswith("Ana")
    assert story.use(story.draft(case).id, by=BEN, agent="Ben").text.endswith("Ben")


def test_words_that_somebody_edited_keep_their_signature(story: Story) -> None:
    case = story.open()
    edited = story.revise(story.draft(case).id, GOOD)
    assert story.use(edited.id, by=BEN, agent="Ben").text == edited.text


def test_using_a_draft_twice_is_logged_once(story: Story) -> None:
    case = story.open()
    story.use(story.draft(case).id)
    before = story.everything()
    assert story.use(story.draft(case).id).state is DraftState.CHOSEN
    assert story.everything() == before


# Revise


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
    assert drafts.advice_on(story.content, text)
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


# The form: another response, another channel, a lead's override


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


# What was sent before


def test_a_customer_who_was_let_down_before_gets_a_letter_that_says_so(story: Story) -> None:
    story.send(story.draft(story.open(text="Jane Doe is upset: order 555 is late.")).id)
    again = story.open(text="Jane Doe is upset: order 777 is late.")
    assert re.search(r"again|second|once more", story.draft(again).text)
    other = story.open(text="Jane Roe is upset: order 888 is late.")
    assert not re.search(r"again|second|once more", story.draft(other).text)


def test_an_earlier_case_without_an_answer_is_no_earlier_failure(story: Story) -> None:
    """It may be the same complaint, reported twice."""
    story.open(text="Jane Doe is upset: order 555 is late.")
    assert not re.search(r"again|second|once more", story.draft(story.open(text="Jane Doe: order 555 is late.")).text)


@pytest.mark.parametrize(("first", "is_again"), [("Jane", False), ("Jane Doe", True), ("", False)])
def test_a_first_name_alone_is_nobody_we_know(story: Story, first: str, is_again: bool) -> None:
    case = story.change(story.open(text="The parcel is late."), customer=first)
    story.send(story.draft(case).id)
    again = story.change(story.open(text="The parcel is late."), customer=first)
    assert bool(re.search(r"again|second|once more", story.draft(again).text)) is is_again


def test_the_letter_that_was_sent_last_is_not_suggested_again(story: Story) -> None:
    seen = []
    for number in range(4):
        case = story.open(text=f"Order {4700 + number} is late.", reporter=BEN if number == 1 else ANA)
        seen.append(story.draft(case).template_id)
        story.send(story.draft(case).id, by=ANA)
    assert all(before != after for before, after in pairwise(seen))


def test_ones_own_letters_come_back_later_than_a_colleagues() -> None:
    sent = [("a", BEN), ("b", ANA), ("c", BEN), ("b", ANA), ("d", ANA)]
    assert used_by(ANA, sent) == ("b", "d", "a", "c")
    assert used_by(None, sent) == ("a", "b", "c", "d")


def test_another_still_shows_every_letter_when_their_order_changes_in_between(story: Story) -> None:
    case = story.open()
    ranked = {template.id for template in fitting(story.content, case.details, agent="Ana")}
    seen = [story.draft(case).template_id]
    for number in range(len(ranked) - 1):
        story.send(story.draft(story.open(text=f"Order {4800 + number} is late.")).id)
        seen.append(story.another(story.draft(case).id).template_id)
    assert sorted(seen) == sorted(ranked)


def test_the_second_reply_is_no_first_one_again(story: Story) -> None:
    case = story.open()
    story.send(story.draft(case).id)
    _, draft = story.draft_again(case)
    assert draft.template_id == "progress-update"
    assert draft.missing == ("found",)
    walked = [draft.template_id] + [story.another(story.draft(case).id).template_id for _ in range(4)]
    assert walked[:4] == ["progress-update", "still-not-fixed", "takes-longer", "after-the-fix"]
    assert walked[4].startswith("late-delivery"), "the first replies come after them"


def test_before_a_reply_was_sent_no_update_is_suggested(story: Story) -> None:
    case = story.open()
    ids = {template.id for template in fitting(story.content, case.details, agent="Ana")}
    assert ids.isdisjoint({"progress-update", "takes-longer", "after-the-fix", "still-not-fixed"})


EIGHTY = Approved("refund", Decimal(80), "EUR")


def test_what_is_approved_is_stated_in_the_drafts_that_come_after_it(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = story.open()
    assert "EUR" not in story.draft(case).text
    for module in (history, drafts):
        monkeypatch.setattr(module, "given_on", lambda session, case: (EIGHTY,))
    changed = story.change(case, severity="S3")
    draft = story.draft(changed)
    assert "a refund of 80.00 EUR" in draft.text
    assert "a refund of 80.00 EUR" in story.another(draft.id).text
    assert isinstance(story.send(story.draft(case).id), Case)
    assert story.card(case).replies[0][0].unapproved == ()


def test_a_draft_that_states_what_was_taken_back_since_is_stopped(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = story.open()
    for module in (history, drafts):
        monkeypatch.setattr(module, "given_on", lambda session, case: (EIGHTY,))
    draft = story.draft(story.change(case, severity="S3"))
    monkeypatch.undo()
    answer = story.send(draft.id)
    assert isinstance(answer, Blocked)
    assert [each.words for each in answer.unapproved] == ["80.00 EUR"]


def test_the_next_reply_is_for_the_channel_of_the_last(story: Story) -> None:
    case = story.open()
    story.send(story.draft(case).id, channel=Channel.CHAT)
    _, draft = story.draft_again(case)
    assert draft.channel is Channel.CHAT


def test_where_no_response_may_stand_in_public_the_next_draft_is_an_email(story: Story) -> None:
    case = story.open(text="My lawyer will hear about this.")
    story.send(story.draft(case).id, channel=Channel.PUBLIC)
    assert story.draft_again(case)[1].channel is Channel.EMAIL


# Sent


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
            drafts.mark_sent(session, story.content, WORKSPACE, draft.id, by=BEN, now=story.now())
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


def test_what_really_left_is_recorded_with_its_channel(story: Story) -> None:
    case = story.open()
    story.send(story.draft(case).id, text=f"  {GOOD}\n", channel=Channel.CHAT)
    (reply, _), *_ = story.card(case).replies
    assert (reply.text, reply.channel, reply.parts) == (GOOD, Channel.CHAT, recovery_parts(GOOD))
    entry = json.loads(story.log()[-1].details)
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
    entry = json.loads(story.log()[-1].details)
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
    assert json.loads(story.log()[-1].details)["promises"] == [friday.due_at.isoformat()]


def test_a_resolved_case_stays_resolved_when_its_reply_is_sent(story: Story) -> None:
    case = story.open()
    story.resolve(case)
    assert story.send(story.draft(case).id).status is Status.RESOLVED
    assert story.reopen(case).status is Status.ANSWERED


# Draft again


def test_draft_again_gives_the_live_draft_and_changes_nothing(story: Story) -> None:
    case = story.open()
    before = story.everything()
    assert story.draft_again(case) == (case, story.draft(case))
    assert story.everything() == before


def test_after_a_reply_was_sent_there_is_a_fresh_draft(story: Story) -> None:
    case = story.open()
    sent = story.draft(case)
    story.send(sent.id)
    _, fresh = story.draft_again(case)
    assert fresh.id != sent.id
    assert fresh.state is DraftState.SUGGESTED
    assert story.actions(case)[-1] == "draft:suggested"
    assert story.card(case).draft == fresh


def test_many_who_want_a_fresh_draft_at_once_get_the_same(story: Story) -> None:
    case, together = story.open(), Barrier(6)
    story.send(story.draft(case).id)

    def again(_: int) -> int:
        together.wait()
        return int(story.draft_again(case)[1].id)

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(again, range(6)))) == 1
    assert story.drafts_in(case, "suggested", "chosen") == 1


def test_drafts_of_two_cases_do_not_touch_each_other(story: Story) -> None:
    first, second = story.open(), story.open()
    story.another(story.draft(first).id)
    story.send(story.draft(first).id)
    assert story.draft(second).state is DraftState.SUGGESTED
    assert story.look(lambda session: drafts.drafts.get(session, WORKSPACE, story.draft(second).id)) is not None
