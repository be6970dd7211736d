"""The draft on a card: suggested, passed over for another, chosen."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest

from bot.content.bundle import Content
from bot.domain.case import Case
from bot.domain.draft import Draft, DraftState
from bot.domain.promise import Approved
from bot.domain.template import Channel
from bot.flows import history, violations
from bot.flows.drafts import REPLACED, questions
from bot.flows.history import used_by
from bot.flows.outcome import Refused
from bot.flows.suggestions import fitting
from bot.flows.violations import Blocked
from bot.store import drafts as stored
from tests.builders import WORKSPACE
from tests.flows.story import ANA, BEN, Story

GOOD = "I am sorry that your order is late. I will write to you today."
NEW_DAY = "late-delivery-new-day"


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
    for module in (history, violations):
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
    for module in (history, violations):
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
    assert story.look(lambda session: stored.get(session, WORKSPACE, story.draft(second).id)) is not None
