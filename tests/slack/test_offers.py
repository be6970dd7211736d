"""Offering amends and deciding on them at the door: forms, buttons, cards, words in a thread, forged payloads."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.followup import Stage
from bot.domain.offer import Offered
from bot.flows.offers import find_offer
from bot.flows.reminders import nudge_of
from bot.flows.waiting import waiting_in
from bot.slack.blocks import approvals as approval_blocks
from bot.slack.blocks.followups import reminder
from bot.slack.ids import Field, Form, Press
from bot.store import outbox
from bot.store.tables import approvals, audit, follow_ups, lanes, notices, offers
from tests.slack.fake_slack import ANA, BEN, COMPLAINTS, LENA, TEAM, FakeSlack
from tests.slack.limits import message_faults, view_faults
from tests.slack.recorded import Door, press, recorded, submit, typing

APPROVALS = "C0APPROVAL"
forms = iter(range(1, 10_000))


@pytest.fixture
def slack() -> FakeSlack:
    workspace = FakeSlack()
    workspace.channels[APPROVALS] = "approvals"
    return workspace


@pytest.fixture
def bot(bot: Door) -> Door:
    """The door, with one case behind it and its card in Slack; hours that are set lie ahead of the real time."""
    object.__setattr__(bot.house, "now", lambda: datetime.now(UTC))
    bot.report()
    bot.deliver()
    return bot


def soon(bot: Door) -> None:
    """What is due now goes out, whatever the pace of its channel."""
    with bot.database.transaction() as session:
        session.execute(sa.update(lanes).values(post_at=datetime(2026, 1, 1, tzinfo=UTC)))
    bot.deliver()


def much_later(bot: Door) -> None:
    """Every hour that was set has come."""
    for _ in range(9):
        bot.later()
        bot.deliver()


def opened(bot: Door) -> dict[str, Any]:
    return bot.slack.views[-1]


def words(view: dict[str, Any]) -> str:
    return json.dumps(view, ensure_ascii=False)


def offer(bot: Door, amount: str = "40", *, by: str = ANA, loss: str = "200", **values: str) -> Any:
    """Open the form, fill it in, submit it; what Slack hears."""
    bot.send(press(Press.OFFER, bot.case().id, by=by))
    filled = {"offer__amount": amount, "offer__loss": loss, "offer__reason": "late", **values}
    payload = submit(opened(bot), by=by, **filled)
    payload["view"]["id"] = payload["view"]["root_view_id"] = f"V{next(forms):08}"
    return bot.send(payload)


def the_offer(bot: Door) -> Offered:
    key = max(row.id for row in bot.rows(offers))
    with bot.database.reading() as session:
        found = find_offer(session, TEAM, key)
    assert found is not None
    return found


def whisper(bot: Door) -> str:
    return str(bot.slack.whispers[-1]["text"])


def everything(bot: Door) -> list[Any]:
    return [bot.rows(table) for table in (offers, approvals)]


# Offering


def test_the_form_says_while_one_types_what_the_rules_say(bot: Door) -> None:
    bot.send(press(Press.OFFER, bot.case().id))
    form = opened(bot)
    assert view_faults(form) == []
    assert "Write an amount" in words(form)
    for amount, said in [
        ("50", "Allowed"),
        ("50.01", "Needs the yes of a lead"),
        ("fifty", "is no sum"),
        ("-5", "is no sum"),
        ("0", "is nothing"),
        ("1.005", "two ways"),
        ("10 XYZ", "no currency"),
    ]:
        payload = typing(form, Field.AMOUNT, offer__amount=amount, offer__loss="200", offer__reason="late")
        assert bot.send(payload).status == 200
        form = bot.slack.redrawn[-1]
        assert said in words(bot.slack.redrawn[-1]), amount
    assert bot.rows(offers) == []


def test_the_form_names_the_rule_the_line_and_what_is_allowed_instead(bot: Door) -> None:
    bot.send(press(Press.OFFER, bot.case().id))
    bot.send(typing(opened(bot), Field.AMOUNT, offer__amount="80", offer__loss="200", offer__reason="late"))
    said = words(bot.slack.redrawn[-1])
    assert "authority.yml:" in said
    assert "up to 50.00 EUR" in said
    assert "this case: 75" in said


def test_a_thing_asks_which_and_a_sum_does_not(bot: Door) -> None:
    bot.send(press(Press.OFFER, bot.case().id))
    assert Field.ITEM not in [block.get("block_id") for block in opened(bot)["blocks"]]
    bot.send(typing(opened(bot), Field.KIND, offer__kind="gift"))
    assert Field.ITEM in [block.get("block_id") for block in bot.slack.redrawn[-1]["blocks"]]


def test_a_form_that_was_typed_in_meanwhile_is_left_alone(bot: Door) -> None:
    bot.send(press(Press.OFFER, bot.case().id))
    assert bot.send(typing(opened(bot), Field.AMOUNT, hash="old", offer__amount="5")).status == 200
    assert bot.slack.redrawn == []


def test_an_allowed_offer_is_on_the_card_and_in_the_next_draft(bot: Door) -> None:
    answer = offer(bot, "40")
    assert "is allowed" in words(answer.json["view"])
    soon(bot)
    [card] = bot.slack.ours()
    assert "refund of 40.00 EUR" in words(card)
    assert "a refund of 40.00 EUR" in bot.draft().text
    assert message_faults(card["text"], card["blocks"]) == []


def test_what_is_forbidden_keeps_the_form_open_and_says_why(bot: Door) -> None:
    answer = offer(bot, "10", offer__reason="review")
    assert "nothing for a review" in answer.json["errors"][Field.AMOUNT]
    assert bot.rows(offers) == []


@pytest.mark.parametrize(
    ("amount", "loss", "at"), [("", "", Field.AMOUNT), ("ten", "", Field.AMOUNT), ("10", "x", Field.LOSS)]
)
def test_a_slip_is_shown_under_its_field(bot: Door, amount: str, loss: str, at: str) -> None:
    assert list(offer(bot, amount, loss=loss).json["errors"]) == [at]
    assert bot.rows(offers) == []


def test_a_form_sent_twice_by_slack_offers_once(bot: Door) -> None:
    bot.send(press(Press.OFFER, bot.case().id))
    payload = submit(opened(bot), offer__amount="40", offer__loss="200", offer__reason="late")
    for _ in range(3):
        assert bot.send(payload).status == 200
    assert len(bot.rows(offers)) == 1


def test_the_command_opens_the_form_with_what_was_typed(bot: Door) -> None:
    assert bot.send(recorded("command", text="offer R-1001 80 gift")).status == 200
    form = opened(bot)
    assert form["callback_id"] == Form.OFFER
    values = {
        block["block_id"]: block["element"].get("initial_value")
        or (block["element"].get("initial_option") or {}).get("value")
        for block in form["blocks"]
        if block["type"] == "input"
    }
    assert (values[Field.AMOUNT], values[Field.KIND]) == ("80", "gift")


@pytest.mark.parametrize(
    ("text", "said"), [("offer", "Which case"), ("offer R-9", "no case R-9"), ("offer x", "Which")]
)
def test_the_command_without_a_case_says_how(bot: Door, text: str, said: str) -> None:
    assert said in bot.send(recorded("command", text=text)).json["text"]


def test_nobody_offers_without_a_channel_for_approvals(bot: Door) -> None:
    bot.slack.channels.pop(APPROVALS)
    bot.house.directory._ids._answers.clear()
    assert "/invite" in offer(bot, "80").json["errors"][Field.AMOUNT]
    assert bot.rows(offers) == []


# Deciding


@pytest.fixture
def waiting(bot: Door) -> Offered:
    """80 euros that wait for a lead, with their card."""
    offer(bot, "80", offer__note="She wrote <!channel> twice & is *right*")
    soon(bot)
    return the_offer(bot)


def approval_card(bot: Door) -> dict[str, Any]:
    soon(bot)
    card = bot.slack.ours(APPROVALS)[0]
    assert message_faults(card["text"], card["blocks"]) == []
    return card


def test_the_approval_card_has_all_the_facts(bot: Door, waiting: Offered) -> None:
    card = words(approval_card(bot))
    for fact in (
        "refund of 80.00 EUR",
        "R-1001",
        f"<@{ANA}>",
        "200.00 EUR",
        "authority.yml:",
        "Customer, 365 days",
        "Like cases",
        "Answer by",
        "<!date^",
        "She wrote <!channel> twice & is *right*",
    ):
        assert fact in card, fact
    literal = [block for block in approval_card(bot)["blocks"] if "She wrote" in json.dumps(block)]
    assert literal[0]["text"]["type"] == "plain_text", "what people typed pings nobody"


def test_money_is_asked_about_once_more_and_buttons_carry_ids_only(bot: Door, waiting: Offered) -> None:
    [row] = [block for block in approval_card(bot)["blocks"] if block["type"] == "actions"]
    assert [button["value"] for button in row["elements"]] == [str(waiting.id)] * 3
    assert "80.00 EUR" in words(row["elements"][0]["confirm"])


def test_a_lead_approves_and_the_card_says_who_and_when(bot: Door, waiting: Offered) -> None:
    bot.send(press(Press.APPROVE, waiting.id, by=LENA))
    assert bot.slack.whispers == []
    card = approval_card(bot)
    assert f"<@{LENA}>" in words(card)
    assert not [block for block in card["blocks"] if block["type"] == "actions"]
    replies = [message for message in bot.slack.ours() if f"<@{ANA}>" in message["text"]]
    assert "was approved" in replies[-1]["text"]
    assert "a refund of 80.00 EUR" in bot.draft().text


@pytest.mark.parametrize(
    ("by", "said"), [(ANA, "You made this offer"), (BEN, "needs a lead"), ("U0STRANGER", "no role")]
)
def test_a_press_that_is_refused_is_answered_in_private(bot: Door, waiting: Offered, by: str, said: str) -> None:
    before = everything(bot)
    bot.send(press(Press.APPROVE, waiting.id, by=by))
    assert said in whisper(bot)
    assert bot.slack.whispers[-1]["user"] == by
    assert everything(bot) == before


def test_the_second_press_hears_who_was_first(bot: Door, waiting: Offered) -> None:
    for _ in range(2):
        bot.send(press(Press.APPROVE, waiting.id, by=LENA))
    assert f"approved already by <@{LENA}>" in whisper(bot)
    assert bot.happened().count("offer:approved") == 1


def test_declining_asks_why(bot: Door, waiting: Offered) -> None:
    bot.send(press(Press.DECLINE, waiting.id, by=LENA))
    assert opened(bot)["callback_id"] == Form.DECLINE
    assert bot.send(submit(opened(bot), by=LENA, why="")).json["errors"] == {
        Field.WHY: "Write why, so that who offered can do better."
    }
    bot.send(submit(opened(bot), by=LENA, why="He got one last week."))
    assert the_offer(bot).state == "declined"
    soon(bot)
    assert "He got one last week." in bot.slack.ours()[-1]["text"]


def test_a_counter_offer_and_its_answer(bot: Door, waiting: Offered) -> None:
    bot.send(press(Press.COUNTER, waiting.id, by=LENA))
    too_much = submit(opened(bot), by=LENA, offer__amount="81", why="No.")
    assert "more than the 80.00 EUR" in bot.send(too_much).json["errors"][Field.AMOUNT]
    bot.send(submit(opened(bot), by=LENA, offer__amount="60", why="Half is fair."))
    assert (str(the_offer(bot).amount), the_offer(bot).state) == ("60.00 EUR", "countered")
    soon(bot)
    news = bot.slack.ours()[-1]
    assert "Half is fair." in news["text"]
    bot.send(press(Press.ACCEPT, waiting.id, by=BEN))
    assert f"<@{ANA}> made this offer" in whisper(bot)
    assert pressable(news["blocks"]) == {(Press.ACCEPT, str(waiting.id)), (Press.TURN_DOWN, str(waiting.id))}
    bot.send(press(Press.ACCEPT, waiting.id, by=ANA))
    assert the_offer(bot).state == "approved"
    soon(bot)
    [news] = [message for message in bot.slack.ours() if message["ts"] == news["ts"]]
    assert "approved (80.00 EUR was asked for)" in words(news)
    assert pressable(news["blocks"]) == set(), "what is answered is not asked any more"


def test_a_counter_offer_can_be_turned_down_at_the_door(bot: Door, waiting: Offered) -> None:
    bot.send(press(Press.COUNTER, waiting.id, by=LENA))
    bot.send(submit(opened(bot), by=LENA, offer__amount="60", why="Half is fair."))
    bot.send(press(Press.TURN_DOWN, waiting.id, by=ANA))
    assert the_offer(bot).state == "withdrawn"


def test_an_approved_offer_is_marked_as_done_with_its_reference(bot: Door, waiting: Offered) -> None:
    bot.send(press(Press.APPROVE, waiting.id, by=LENA))
    bot.send(press(Press.GIVEN, waiting.id, by=ANA))
    bot.send(submit(opened(bot), by=ANA, payment="PAY-77"))
    assert (the_offer(bot).done_by, the_offer(bot).done_reference) == (ANA, "PAY-77")
    soon(bot)
    assert "PAY-77" in words(bot.slack.ours()[0])
    bot.send(submit(opened(bot), by=BEN, payment="PAY-78"))
    assert the_offer(bot).done_reference == "PAY-77"


def granted(bot: Door) -> int:
    """The follow-up that says what is to be handed over."""
    [row] = [row for row in bot.rows(follow_ups) if row.kind == "fulfilment"]
    return int(row.id)


def pressable(blocks: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """The buttons in these blocks: what they do, and to which row."""
    elements = [element for block in blocks for element in block.get("elements", [])]
    return {(element["action_id"], element["value"]) for element in elements if element["type"] == "button"}


def test_a_reminder_of_what_was_granted_asks_for_its_reference(bot: Door, waiting: Offered) -> None:
    bot.send(press(Press.APPROVE, waiting.id, by=LENA))
    with bot.database.reading() as session:
        nudge = nudge_of(session, TEAM, granted(bot))
    assert nudge is not None
    text, blocks = reminder(nudge, Stage.DEADLINE, call="", link=None, now=datetime.now(UTC), marker="m")
    assert "Refund of 80.00 EUR for " in text
    assert (Press.GIVEN, str(waiting.id)) in pressable(blocks)
    assert {Press.DONE, Press.UNREACHABLE}.isdisjoint(action for action, _ in pressable(blocks))
    assert "Promised" not in json.dumps(blocks)
    assert message_faults(text, blocks) == []


def test_what_was_granted_is_in_the_digest_until_it_is_marked_as_done(bot: Door, waiting: Offered) -> None:
    bot.send(press(Press.APPROVE, waiting.id, by=LENA))
    past = datetime(2026, 3, 2, tzinfo=UTC)
    with bot.database.transaction() as session:
        session.execute(sa.update(follow_ups).where(follow_ups.c.id == granted(bot)).values(due_at=past))
    message = digest_of_the_day(bot)
    assert "Refund of 80.00 EUR for " in words(message)
    assert (Press.GIVEN, str(waiting.id)) in pressable(message["blocks"])
    assert (Press.DONE, str(granted(bot))) not in pressable(message["blocks"])
    bot.send(press(Press.GIVEN, waiting.id, by=ANA))
    bot.send(submit(opened(bot), by=ANA, payment="PAY-77"))
    assert "Refund of 80.00 EUR" not in words(digest_of_the_day(bot))


def digest_of_the_day(bot: Door) -> dict[str, Any]:
    """The digest of the channel, as it stands in Slack after it was asked for."""
    with bot.database.transaction() as session:
        session.execute(sa.delete(notices).where(notices.c.kind == "reminder"))
        outbox.ask(session, TEAM, outbox.Wish(COMPLAINTS, "digest", f"{COMPLAINTS}:2026-03-06"))
    soon(bot)
    [message] = [one for one in bot.slack.ours() if one["text"].startswith("Follow-ups")]
    return message


def test_the_digest_lists_the_offers_that_wait_without_calling_anybody(bot: Door, waiting: Offered) -> None:
    message = digest_of_the_day(bot)
    assert "1 waiting for an answer" in message["text"]
    said = words(message)
    assert f"|{bot.case().reference}>*  ·  refund of 80.00 EUR  ·  waits for approval" in said
    assert "until <!date^" in said
    assert "asked by Ana Agent" in said
    assert f"<@{ANA}>" not in said
    assert message_faults(message["text"], message["blocks"]) == []


def in_digest(message: dict[str, Any], action: Press, value: object, *, by: str) -> dict[str, Any]:
    """A press on a button of the digest."""
    assert (action, str(value)) in pressable(message["blocks"])
    payload = press(action, value, by=by)
    payload["message"] = {**payload.get("message", {}), "ts": message["ts"], "blocks": message["blocks"]}
    return payload


def test_a_lead_answers_from_the_digest_and_the_digest_shows_it(bot: Door, waiting: Offered) -> None:
    message = digest_of_the_day(bot)
    bot.send(in_digest(message, Press.APPROVE, waiting.id, by=ANA))
    assert "somebody else has to decide" in whisper(bot)
    assert the_offer(bot).state == "pending"
    bot.send(in_digest(message, Press.APPROVE, waiting.id, by=LENA))
    assert the_offer(bot).state == "approved"
    soon(bot)
    [message] = [one for one in bot.slack.ours() if one["text"].startswith("Follow-ups")]
    assert "waiting for an answer" not in message["text"]


@pytest.mark.parametrize(
    ("action", "values"), [(Press.DECLINE, {"why": "No."}), (Press.COUNTER, {"offer__amount": "60", "why": "Less."})]
)
def test_a_form_opened_from_the_digest_draws_it_anew(
    bot: Door, waiting: Offered, action: Press, values: dict[str, str]
) -> None:
    message = digest_of_the_day(bot)
    bot.send(in_digest(message, action, waiting.id, by=LENA))
    assert bot.send(submit(opened(bot), by=LENA, **values)).text == ""
    soon(bot)
    [message] = [one for one in bot.slack.ours() if one["text"].startswith("Follow-ups")]
    assert "waits for approval" not in words(message)
    assert ((Press.ACCEPT, str(waiting.id)) in pressable(message["blocks"])) is (action is Press.COUNTER)
    assert message_faults(message["text"], message["blocks"]) == []


def test_withdraw_at_the_door(bot: Door, waiting: Offered) -> None:
    bot.send(press(Press.WITHDRAW, waiting.id, by=BEN))
    assert "can withdraw this" in whisper(bot)
    bot.send(press(Press.WITHDRAW, waiting.id, by=ANA))
    assert the_offer(bot).state == "withdrawn"


# Hours


def test_reminders_name_the_approvers_and_say_nothing_once_it_is_decided(bot: Door, waiting: Offered) -> None:
    much_later(bot)
    thread = bot.slack.ours(APPROVALS)[1:]
    assert len(thread) == 5, "three reminders at most for each role, and the call"
    assert all(message["thread_ts"] == bot.slack.ours(APPROVALS)[0]["ts"] for message in thread)
    assert any(f"<@{LENA}>" in message["text"] for message in thread)
    assert the_offer(bot).state == "pending", "the clock of the door stands still, so the deadline has not come"


@pytest.mark.parametrize(("about", "is_named"), [(LENA, False), (BEN, True)])
def test_reminders_do_not_name_an_approver_whom_the_complaint_is_about(
    bot: Door, waiting: Offered, about: str, is_named: bool
) -> None:
    bot.send(press(Press.CHANGE, bot.case().id))
    bot.send(submit(opened(bot), about=about))
    much_later(bot)
    thread = bot.slack.ours(APPROVALS)[1:]
    assert len(thread) == 5
    assert any(LENA in str(message) for message in thread) is is_named


def test_an_offer_that_is_frozen_for_its_maker_says_why(bot: Door) -> None:
    offer(bot, "40", by=BEN)
    bot.send(press(Press.CHANGE, bot.case().id))
    bot.send(submit(opened(bot), about=BEN))
    much_later(bot)
    assert the_offer(bot).state == "frozen"
    because = "the complaint is about who made it or decided on it"
    assert f"Frozen: {because}" in bot.slack.ours(APPROVALS)[0]["text"]
    assert any(f"is frozen, because {because}" in message["text"] for message in bot.slack.ours())
    with bot.database.reading() as session:
        [waits] = waiting_in(session, TEAM, COMPLAINTS)
    shown = str(approval_blocks.waiting(waits, name=bot.house.full_name, link=None))
    assert f"frozen, because {because}; a lead decides" in shown
    assert "asked by the colleague whom the complaint is about" in shown
    assert "Ben" not in shown


def test_nothing_is_said_about_what_was_decided(bot: Door, waiting: Offered) -> None:
    bot.send(press(Press.APPROVE, waiting.id, by=LENA))
    much_later(bot)
    assert len(bot.slack.ours(APPROVALS)) == 1
    states = {row.subject: row.state for row in bot.rows(notices) if row.kind == "offer-clock"}
    assert set(states.values()) == {"withdrawn"}


# Typed consent


def typed(bot: Door, text: str, *, by: str = LENA, thread: str | None = None) -> None:
    ts = thread or bot.slack.ours(APPROVALS)[0]["ts"]
    bot.send(recorded("thread_reply", channel=APPROVALS, thread_ts=ts, user=by, text=text))


@pytest.mark.parametrize(
    "text", ["approved", "Approved!", "ok from me", "OK", "yes, go ahead", ":+1:", "lgtm", "Fine by me."]
)
def test_a_lead_who_types_consent_is_told_to_press(bot: Door, waiting: Offered, text: str) -> None:
    typed(bot, text)
    assert "Press *Approve*" in whisper(bot)
    assert bot.slack.whispers[-1]["user"] == LENA
    assert the_offer(bot).state == "pending"


@pytest.mark.parametrize("text", ["not approved", "why so much?", "ok but ask him for the invoice first", "no"])
def test_other_words_are_left_alone(bot: Door, waiting: Offered, text: str) -> None:
    typed(bot, text)
    assert bot.slack.whispers == []


def test_an_agent_who_types_ok_is_left_alone_and_so_is_another_thread(bot: Door, waiting: Offered) -> None:
    typed(bot, "ok", by=BEN)
    typed(bot, "ok", thread="1772800001.000100")
    assert bot.slack.whispers == []


# Forged payloads


def test_a_forged_amount_case_or_state_changes_nothing(bot: Door, waiting: Offered) -> None:
    payload = press(Press.APPROVE, waiting.id, by=LENA)
    payload["actions"][0] |= {"amount": "9999", "offer": {"amount": 999900}}
    payload["message"] |= {"text": "refund of 9999.00 EUR", "blocks": []}
    payload["state"] = {"values": {Field.AMOUNT: {Field.AMOUNT: {"value": "9999"}}}}
    bot.send(payload)
    assert str(the_offer(bot).amount) == "80.00 EUR"


@pytest.mark.parametrize("value", ["999", "0", "-1", "", "1; drop table offers", "1.5", '{"id": 1, "amount": 5}'])
def test_an_id_that_is_not_ours_is_answered_and_changes_nothing(bot: Door, waiting: Offered, value: str) -> None:
    before = everything(bot)
    for action in (
        Press.APPROVE,
        Press.DECLINE,
        Press.COUNTER,
        Press.ACCEPT,
        Press.TURN_DOWN,
        Press.WITHDRAW,
        Press.GIVEN,
    ):
        bot.slack.whispers.clear()
        assert bot.send(press(action, value, by=LENA)).status == 200
        assert len(bot.slack.whispers) == 1, action
    assert everything(bot) == before


def test_a_press_from_another_workspace_changes_nothing(bot: Door, waiting: Offered) -> None:
    before = everything(bot)
    payload = press(Press.APPROVE, waiting.id, by=LENA)
    payload["team"] |= {"id": "T0ELSEWHERE"}
    payload["user"] |= {"team_id": "T0ELSEWHERE"}
    bot.send(payload)
    assert everything(bot) == before


def test_a_form_about_another_case_or_with_a_forged_id_changes_nothing(bot: Door) -> None:
    bot.send(press(Press.OFFER, bot.case().id))
    for forged in ("999", "", "R-1001", "-1", "1 or 1=1"):
        payload = submit(opened(bot), offer__amount="40", offer__reason="late")
        payload["view"]["private_metadata"] = forged
        answer = bot.send(payload)
        assert "not here any more" in answer.json["errors"][Field.AMOUNT]
    assert bot.rows(offers) == []


def test_a_forged_kind_or_reason_is_refused(bot: Door) -> None:
    bot.send(press(Press.OFFER, bot.case().id))
    payload = submit(opened(bot), offer__amount="40", offer__kind="gold", offer__reason="late")
    assert Field.KIND in bot.send(payload).json["errors"]
    payload = submit(opened(bot), offer__amount="40", offer__reason="because")
    assert "no reason here" in bot.send(payload).json["errors"][Field.AMOUNT]
    assert bot.rows(offers) == []


def test_no_words_of_people_and_no_sums_are_in_the_log_of_changes_but_the_receipts(bot: Door, waiting: Offered) -> None:
    details = " ".join(row.details for row in bot.rows(audit))
    assert "She wrote" not in details
    assert '"amount":"80.00 EUR"' in details


def test_the_channel_of_complaints_holds_one_card_and_no_direct_message_was_sent(bot: Door, waiting: Offered) -> None:
    bot.send(press(Press.APPROVE, waiting.id, by=LENA))
    soon(bot)
    channels = {call["channel"] for call in bot.slack.asked("chat.postMessage")}
    assert channels == {COMPLAINTS, APPROVALS}
