"""The forms about a reply: what they show while somebody writes, what is saved, and what marking as sent asks."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.draft import DraftState
from bot.domain.template import Channel
from bot.slack.ids import Press
from bot.slack.listeners.replies import CONFIRM_DATES, FOUND, ONCE_MORE, SHOULD_NOT_LEAVE
from bot.store import drafts as stored
from bot.store.tables import promises, replies
from tests.slack.fake_slack import ANA, BEN, LENA, error, limited
from tests.slack.limits import view_faults
from tests.slack.recorded import Door, act_in, press, submit

Form = dict[str, Any]
GOOD = "I am sorry that your order is late. You planned around it. I am looking for it myself."
BAD = GOOD + " Sorry if you were upset."
REFUND = GOOD + " I will refund 80 euros."


@pytest.fixture
def bot(bot: Door) -> Door:
    """The door, with one case behind it."""
    bot.report()
    return bot


def edit(bot: Door, *, by: str | None = None) -> Form:
    bot.send(press(Press.EDIT, bot.draft().id, by=by))
    return bot.slack.views[-1]


def mark(bot: Door) -> Form:
    bot.send(press(Press.SENT, bot.draft().id))
    return bot.slack.views[-1]


def act(bot: Door, form: Form, action: str, **values: Any) -> Form:
    """Act in an open form; how it is redrawn, which is as it was when nothing changed."""
    before = len(bot.slack.redrawn)
    assert bot.send(act_in(form, action, **values)).status == 200
    return bot.slack.redrawn[-1] if len(bot.slack.redrawn) > before else form


def field(form: Form, name: str) -> Form:
    [block] = [block for block in form["blocks"] if block.get("block_id") == name]
    return block


def value(form: Form, name: str) -> str:
    element = field(form, name)["element"]
    return str(element.get("initial_value") or (element.get("initial_option") or {}).get("value") or "")


def said(form: Form) -> str:
    """Everything a form says outside its fields."""
    return json.dumps([block for block in form["blocks"] if block["type"] != "input"], ensure_ascii=False)


def buttons(form: Form) -> list[str]:
    rows = [block["elements"] for block in form["blocks"] if block["type"] == "actions"]
    return [each["text"]["text"] for row in rows for each in row]


def has_field(form: Form, name: str) -> bool:
    return any(block.get("block_id", "").startswith(name) for block in form["blocks"])


# Writing


def test_the_form_shows_the_draft_its_channel_and_what_it_holds(bot: Door) -> None:
    form = edit(bot)
    assert view_faults(form) == []
    assert value(form, "reply") == bot.draft().text
    assert (value(form, "channel"), value(form, "response")) == ("email", bot.draft().template_id)
    assert "☑ Apology that names what went wrong" in said(form)
    assert "nothing stopped this reply" in said(form)
    assert "90 to 180 words" in field(form, "reply")["hint"]["text"]


def test_the_draft_in_the_form_is_signed_by_whoever_opened_it(bot: Door) -> None:
    assert value(edit(bot, by=BEN), "reply").endswith("Ben")


@pytest.mark.parametrize("action", ["drafts.live.check", "drafts.live.reply"])
def test_words_that_stop_are_shown_while_they_are_written(bot: Door, action: str) -> None:
    form = edit(bot)
    redrawn = act(bot, form, action, reply=BAD)
    assert "This stops the reply" in said(redrawn)
    assert "Sorry if" in said(redrawn)
    assert "This stops the reply" not in said(act(bot, redrawn, action, reply=GOOD))


def test_what_somebody_types_is_in_the_field_after_every_update(bot: Door) -> None:
    form = edit(bot)
    for text in (GOOD, BAD, GOOD + " P.S."):
        before = field(form, "reply")["element"]["action_id"]
        form = act(bot, form, "drafts.live.reply", reply=text)
        assert value(form, "reply") == text
        assert field(form, "reply")["element"]["action_id"] == before, "what is typed hangs on it"


def test_a_promise_that_nobody_approved_is_shown_and_not_saved(bot: Door) -> None:
    form = edit(bot)
    assert "nothing is approved on R-1001" in said(act(bot, form, "drafts.live.reply", reply=REFUND))
    told = bot.send(submit(form, reply=REFUND)).json["errors"]["reply"]
    assert "promises 80.00 EUR as a refund, and nothing is approved on R-1001" in told
    assert bot.draft().state is DraftState.SUGGESTED


def test_a_promised_day_is_shown_with_its_weekday(bot: Door) -> None:
    form = act(bot, edit(bot), "drafts.live.check", reply=GOOD + " I will call you by Tuesday.")
    assert "Tuesday 10 March" in said(form)


def test_the_order_and_the_length_are_advised_on(bot: Door) -> None:
    form = act(bot, edit(bot), "drafts.live.check", reply="I will write to you today. I am sorry that it is late.")
    assert "The solution comes before the acknowledgement" in said(form)
    assert "13 words: keep it from 90 to 180" in said(form)


def test_another_channel_gives_its_own_words(bot: Door) -> None:
    form = edit(bot)
    redrawn = act(bot, form, "drafts.live.channel", channel="chat")
    assert value(redrawn, "reply") != value(form, "reply")
    assert len(value(redrawn, "reply").split("\n\n")) <= 3
    assert field(redrawn, "reply")["element"]["action_id"] != field(form, "reply")["element"]["action_id"]
    assert bot.send(submit(redrawn)).text == ""
    assert (bot.draft().channel, bot.draft().text, bot.draft().edited) == (
        Channel.CHAT,
        value(redrawn, "reply"),
        False,
    )


def test_words_of_ones_own_stay_when_the_channel_changes_until_the_button_replaces_them(bot: Door) -> None:
    form = act(bot, edit(bot), "drafts.live.channel", channel="chat", reply=GOOD)
    assert value(form, "reply") == GOOD
    [offer] = [name for name in buttons(form) if name.startswith("Use ")]
    assert offer.endswith("instead")
    replaced = act(bot, form, "drafts.reword")
    assert GOOD not in value(replaced, "reply")
    assert len(value(replaced, "reply").split("\n\n")) <= 3
    assert not any(name.startswith("Use ") for name in buttons(replaced))


def test_words_of_ones_own_are_saved_for_another_channel(bot: Door) -> None:
    form = act(bot, edit(bot), "drafts.live.channel", channel="chat", reply=GOOD)
    assert bot.send(submit(form)).text == ""
    assert (bot.draft().text, bot.draft().channel) == (GOOD, Channel.CHAT)


def test_another_response_gives_its_words_and_its_questions(bot: Door) -> None:
    form = act(bot, edit(bot), "drafts.live.response", response="wrong-item")
    assert value(form, "response") == "wrong-item"
    assert value(form, "reply") != bot.draft().text
    assert bot.send(submit(form)).text == ""
    assert bot.draft().template_id == "wrong-item"


def test_responses_are_found_by_words(bot: Door) -> None:
    form = act(bot, edit(bot), "drafts.live.find", find="charged twice")
    options = [option["value"] for option in field(form, "response")["element"]["options"]]
    assert options[0] == "double-charge"
    assert len(options) < 20
    everything = [option["value"] for option in field(edit(bot), "response")["element"]["options"]]
    assert len(everything) > 40
    assert everything[0] in ("late-delivery", "late-delivery-waiting")


def test_words_that_find_nothing_say_so_and_lose_nothing(bot: Door) -> None:
    form = act(bot, edit(bot), "drafts.live.find", find="zebra", reply=GOOD)
    assert value(form, "reply") == GOOD
    assert value(form, "find") == "zebra"
    assert has_field(act(bot, form, "drafts.live.find", find=""), "response")


def test_an_answer_goes_into_the_words_at_once_and_stays_with_the_draft(bot: Door) -> None:
    form = edit(bot)
    redrawn = act(bot, form, "drafts.live.answer.promised", answer__promised="Friday 6 March")
    assert "Friday 6 March" in value(redrawn, "reply")
    assert value(redrawn, "answer.promised") == "Friday 6 March"
    bot.send(submit(redrawn))
    assert "Friday 6 March" in bot.draft().text
    assert value(edit(bot), "answer.promised") == "Friday 6 March"
    bot.send(submit(edit(bot), answer__promised="-"))
    assert "Friday 6 March" not in bot.draft().text


def test_the_cause_is_asked_for_without_being_missing(bot: Door) -> None:
    form = edit(bot)
    assert field(form, "answer.cause")["optional"]
    bot.send(submit(form, answer__cause="the van broke down"))
    assert "the van broke down" in bot.draft().text


def test_a_client_that_tells_nothing_while_typing_still_sees_new_words_before_they_are_saved(bot: Door) -> None:
    """Saving a channel that was only just chosen shows its words first; the second press keeps them."""
    answer = bot.send(submit(edit(bot), channel="chat")).json
    assert answer["response_action"] == "update"
    assert ONCE_MORE in said(answer["view"])
    assert view_faults(answer["view"]) == []
    assert bot.draft().state is DraftState.SUGGESTED
    assert bot.send(submit(answer["view"])).text == ""
    assert bot.draft().channel is Channel.CHAT


def test_words_to_find_a_response_by_are_heeded_on_saving_too(bot: Door) -> None:
    answer = bot.send(submit(edit(bot), find="charged twice")).json
    assert FOUND in said(answer["view"])
    assert value(answer["view"], "response") != "double-charge"
    assert bot.send(submit(answer["view"])).text == ""


def test_no_words_for_the_public_are_said_in_words(bot: Door) -> None:
    bot.report("My lawyer will hear about this.", ts="1772800009.000100")
    [_, case] = bot.cases()
    bot.send(press(Press.EDIT, bot.draft(case).id))
    form = act(bot, bot.slack.views[-1], "drafts.live.channel", channel="public")
    assert "No response has words for a public reply" in said(form)
    assert not has_field(form, "response")


def test_while_a_risk_is_up_only_its_playbooks_are_offered(bot: Door) -> None:
    bot.report("My lawyer will hear about this.", ts="1772800009.000100")
    [_, case] = bot.cases()
    bot.send(press(Press.EDIT, bot.draft(case).id))
    form = bot.slack.views[-1]
    assert [option["value"] for option in field(form, "response")["element"]["options"]] == [
        "playbook-legal-or-regulator"
    ]
    assert not has_field(act(bot, form, "drafts.live.find", find="late delivery"), "response")


def test_the_preview_shows_the_words_as_they_stand(bot: Door) -> None:
    form = act(bot, edit(bot), "drafts.live.channel", channel="chat", reply="One.\n\nTwo.")
    assert bot.send(act_in(form, "drafts.preview", reply="One.\n\nTwo.\n\nThree.")).status == 200
    pushed = bot.slack.views[-1]
    assert view_faults(pushed) == []
    assert [block["text"]["text"] for block in pushed["blocks"] if block["type"] == "section"] == [
        "One.",
        "Two.",
        "Three.",
    ]
    assert "submit" not in pushed


def test_while_nothing_new_is_to_be_said_the_form_is_left_alone(bot: Door) -> None:
    """Slack tells us of every letter, and lets a form be redrawn only so often."""
    form = act(bot, edit(bot), "drafts.live.reply", reply=BAD)
    for text in (BAD + "!", BAD.replace("upset", "upsetx")):
        assert bot.send(act_in(form, "drafts.live.reply", reply=text)).status == 200
    assert bot.slack.redrawn == [form]
    sent = act(bot, mark(bot), "sent.live.", reply=TUESDAY)
    assert bot.send(act_in(sent, "sent.live.", reply=TUESDAY + " Ana")).status == 200
    assert bot.slack.redrawn == [form, sent]


@pytest.mark.parametrize("opening", [edit, mark], ids=["edit", "mark as sent"])
def test_while_the_database_is_away_an_open_form_stays_and_says_so_on_saving(bot: Door, opening: Any) -> None:
    form = opening(bot)
    bot.database_away = True
    action = "drafts.live.reply" if opening is edit else "sent.live."
    assert bot.send(act_in(form, action, reply=BAD)).status == 500
    assert "database cannot be reached" in bot.send(submit(form, reply=GOOD)).json["errors"]["reply"]
    bot.database_away = False
    assert bot.send(submit(form, reply=GOOD)).text == ""


def test_a_late_update_never_overwrites_a_newer_one(bot: Door) -> None:
    form = edit(bot)
    newer = act(bot, form, "drafts.live.reply", reply=BAD)
    assert bot.send(act_in(form, "drafts.live.reply", reply=GOOD)).status == 200
    assert bot.slack.redrawn == [newer]
    assert bot.slack.whispers == []


@pytest.mark.parametrize("fault", [limited(30), error("not_found")])
def test_a_form_that_cannot_be_redrawn_troubles_nobody(bot: Door, fault: Any) -> None:
    form = edit(bot)
    bot.slack.next("views.update", fault)
    assert bot.send(act_in(form, "drafts.live.reply", reply=BAD)).status == 200
    assert bot.send(submit(form, reply=BAD)).json["response_action"] == "errors"


def test_a_draft_that_a_colleague_sent_meanwhile_is_said_and_the_words_stay_in_the_field(bot: Door) -> None:
    form, other = edit(bot), mark(bot)
    assert bot.send(submit(other, by=BEN)).text == ""
    redrawn = act(bot, form, "drafts.live.reply", reply=GOOD)
    assert "already marked as sent on R-1001" in said(redrawn)
    assert value(redrawn, "reply") == GOOD
    assert "already marked as sent" in bot.send(submit(redrawn)).json["errors"]["reply"]


@pytest.mark.parametrize("metadata", ["", "11", "[]", "[1, 2]", "{}", '[1,"x","fax","",0,"",""]'])
def test_a_form_that_is_none_of_ours_changes_nothing(bot: Door, metadata: str) -> None:
    form = {**edit(bot), "private_metadata": metadata}
    assert bot.send(act_in(form, "drafts.live.check", reply=GOOD)).status == 200
    assert bot.send(submit(form, reply=GOOD)).json["response_action"] == "errors"
    assert bot.slack.redrawn == []


# A lead's override


def test_a_lead_saves_words_that_the_rules_stop_with_a_reason_and_the_card_says_so(bot: Door) -> None:
    form = edit(bot, by=LENA)
    assert bot.send(submit(form, by=LENA, reply=BAD, reason="She used these words herself")).text == ""
    assert bot.draft().override is not None
    bot.deliver()
    card = json.dumps(bot.slack.ours()[0]["blocks"], ensure_ascii=False)
    assert f"<@{LENA}> lets “Sorry if you” stand: She used these words herself" in card
    assert "draft:overridden" in bot.happened()


def test_an_agent_is_not_asked_for_a_reason_and_a_forged_one_is_refused(bot: Door) -> None:
    assert not has_field(edit(bot, by=ANA), "reason")
    forged = submit(edit(bot, by=LENA), by=ANA, reply=BAD, reason="Please")
    assert "Only a lead or a manager" in bot.send(forged).json["errors"]["reason"]
    assert bot.draft().override is None


def test_a_leads_reason_does_not_lift_the_promise_check(bot: Door) -> None:
    answer = bot.send(submit(edit(bot, by=LENA), by=LENA, reply=REFUND, reason="Trust me")).json
    assert "nothing is approved" in answer["errors"]["reply"]


# Marking as sent


def test_what_really_left_is_recorded_with_its_channel(bot: Door) -> None:
    assert bot.send(submit(mark(bot), reply=GOOD + " I rang the depot.", channel="phone")).text == ""
    [row] = bot.rows(replies)
    assert (row.text, row.channel, row.sent_by) == (GOOD + " I rang the depot.", "phone", ANA)


def promise(form: Form, name: str) -> str:
    """The one date's field of this kind."""
    [found] = [block["block_id"] for block in form["blocks"] if block.get("block_id", "").startswith(f"{name}.")]
    return str(found).replace(".", "__")


TUESDAY = "I am sorry that it is late. You waited for it. I will write to you by Tuesday."


def asked_about(bot: Door, text: str) -> Form:
    """The form behind Mark as sent, once the text was typed into it."""
    form = act(bot, mark(bot), "sent.live.", reply=text)
    assert view_faults(form) == []
    return form


def test_a_promised_day_is_asked_about_and_kept_in_the_senders_zone(bot: Door) -> None:
    bot.slack.people[ANA]["tz"] = "America/New_York"
    bot.house.directory._people._answers.clear()
    form = asked_about(bot, TUESDAY)
    assert "by Tuesday" in field(form, promise(form, "keep").replace("__", "."))["label"]["text"]
    assert bot.send(submit(form)).text == ""
    [row] = bot.rows(promises)
    assert (row.words, row.confirmed_by, row.state) == ("by Tuesday", ANA, "open")
    assert row.due_at == datetime(2026, 3, 10, 17, 30, tzinfo=UTC), "when the team in London closes"


def test_the_day_and_the_time_may_be_changed_and_a_promise_may_be_left_out(bot: Door) -> None:
    form = asked_about(bot, TUESDAY)
    assert bot.send(submit(form, **{promise(form, "day"): "2026-03-11", promise(form, "time"): "09:30"})).text == ""
    assert [row.due_at for row in bot.rows(promises)] == [datetime(2026, 3, 11, 9, 30, tzinfo=UTC)]
    bot.send(press(Press.DRAFT, bot.case().id))
    form = asked_about(bot, TUESDAY)
    assert bot.send(submit(form, **{promise(form, "keep"): False})).text == ""
    assert len(bot.rows(promises)) == 1
    assert len(bot.rows(replies)) == 2


def test_a_day_that_has_passed_is_not_kept(bot: Door) -> None:
    form = asked_about(bot, TUESDAY)
    errors = bot.send(submit(form, **{promise(form, "day"): "2026-03-01"})).json["errors"]
    assert list(errors) == [promise(form, "day").replace("__", ".")]
    assert bot.rows(replies) == []


def test_a_day_that_may_be_another_is_asked_and_never_guessed(bot: Door) -> None:
    form = asked_about(bot, "I am sorry that it is late. You waited. I will write to you by 04/05.")
    name = promise(form, "day")
    assert "initial_date" not in field(form, name.replace("__", "."))["element"]
    assert "Choose the day" in bot.send(submit(form)).json["errors"][name.replace("__", ".")]
    assert bot.send(submit(form, **{name: "2026-05-04"})).text == ""
    assert [row.due_at.date().isoformat() for row in bot.rows(promises)] == ["2026-05-04"]


def test_days_in_a_text_that_was_only_just_pasted_are_asked_about_before_anything_is_recorded(bot: Door) -> None:
    form = mark(bot)
    answer = bot.send(submit(form, reply=TUESDAY)).json
    assert CONFIRM_DATES in said(answer["view"])
    assert value(answer["view"], "reply") == TUESDAY
    assert bot.rows(replies) == []
    assert bot.send(submit(answer["view"])).text == ""
    assert len(bot.rows(promises)) == 1


@pytest.mark.parametrize(("text", "column"), [(BAD, "broken"), (REFUND, "unapproved")])
def test_what_should_not_leave_is_held_back_until_it_is_said_that_it_has(bot: Door, text: str, column: str) -> None:
    answer = bot.send(submit(mark(bot), reply=text)).json
    assert SHOULD_NOT_LEAVE in said(answer["view"])
    assert bot.rows(replies) == []
    assert list(bot.send(submit(answer["view"])).json["errors"]) == ["already"]
    assert bot.send(submit(answer["view"], already=True)).text == ""
    [row] = bot.rows(replies)
    assert row._mapping[column]
    bot.deliver()
    assert ":warning: It" in json.dumps(bot.slack.ours()[0]["blocks"])


def test_a_reply_longer_than_one_field_goes_on_in_a_second(bot: Door) -> None:
    assert not has_field(mark(bot), "rest")
    long = "I am looking for it. " * 140
    form = act(bot, mark(bot), "sent.live.", reply=long)
    assert has_field(form, "rest")
    answer = bot.send(submit(form, reply=long, rest="Sorry if you were upset.")).json
    assert SHOULD_NOT_LEAVE in said(answer["view"])
    assert bot.send(submit(answer["view"], reply=long, rest="That is all.")).text == ""
    assert bot.rows(replies)[0].text == long.strip() + "\nThat is all."


def test_two_people_who_mark_the_same_reply_record_it_once(bot: Door) -> None:
    first, second = mark(bot), mark(bot)
    assert bot.send(submit(first, reply=GOOD)).text == ""
    assert "already marked as sent" in bot.send(submit(second, by=BEN, reply=GOOD)).json["errors"]["reply"]
    assert [row.sent_by for row in bot.rows(replies)] == [ANA]


def test_a_reply_can_be_marked_though_its_draft_was_never_written(bot: Door) -> None:
    with bot.database.transaction() as session:
        stored.change(session, bot.draft(), text="", missing=["new_day"])
    form = mark(bot)
    assert "Write the reply" not in said(form)
    assert bot.send(submit(form, reply=GOOD)).text == ""
