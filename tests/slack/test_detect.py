"""Channels of mode `detect`: who is asked, what each answer does, and what is remembered of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.content.bundle import Content
from bot.domain.channels import Listened, Mode
from bot.domain.complaint import Door as Way
from bot.slack.ids import Press
from bot.store.db import Database
from bot.store.tables import cases as case_rows
from bot.store.tables import feedback, notices, questions, silences
from tests.slack.fake_slack import ANA, ARCHIVED, BEN, BOT_ID, COMPLAINTS, GENERAL, FakeSlack, Server, error
from tests.slack.recorded import NOW, Door, door, press, recorded

UPSET = "Customer Jane Doe is furious: her parcel arrived broken and nobody answers her."
CHATTER = "Who is in the office on Monday?"


@pytest.fixture
def listening(content: Content) -> Content:
    """The shipped content, where #general is of mode detect."""
    strict = Listened("old-complaints", Mode.DETECT, 1.0)
    listened = (*content.channels.listened, Listened("general", Mode.DETECT, 0.5), strict)
    return replace(content, channels=replace(content.channels, listened=listened, quiet=timedelta(days=3)))


@pytest.fixture
def bot(sqlite: Database, slack: FakeSlack, server: Server, listening: Content, tmp_path: Any) -> Iterator[Door]:
    folder = tmp_path / "a-folder-is-no-database"
    folder.mkdir()
    away = Database(f"sqlite:///{folder}")
    with door(sqlite, slack, server, listening, away) as opened:
        yield opened
    away.close()


def say(bot: Door, text: str, *, user: str = ANA, ts: str | None = None, **event: Any) -> dict[str, Any]:
    """Somebody writes in #general, in Slack and in the event that Slack sends; the event."""
    ts = ts or bot.slack.say(GENERAL, text, user=user)
    event = {"channel": GENERAL, "text": text, "user": user, "ts": ts, "event_ts": ts, "blocks": [], **event}
    payload = recorded("message", **event)
    assert bot.send(payload).status == 200
    return dict(payload["event"])


def asked(bot: Door) -> list[dict[str, Any]]:
    """The questions Slack was told to show."""
    return [whisper for whisper in bot.slack.whispers if whisper.get("blocks")]


def answer(bot: Door, action: str, *, by: str = ANA, number: int = 1) -> str:
    """The person presses a button of the question; what they are told."""
    payload = press(action, number, by=by)
    payload["response_url"] = f"{bot.server.root}/response/1"
    payload["container"] = {"type": "message", "message_ts": "1.0", "channel_id": GENERAL, "is_ephemeral": True}
    payload["channel"] = {"id": GENERAL, "name": "general"}
    whispers = len(bot.slack.whispers)
    assert bot.send(payload).status == 200
    told = [*(each["text"] for each in bot.slack.by_url), *(each["text"] for each in bot.slack.whispers[whispers:])]
    bot.slack.by_url.clear()
    return "\n".join(told)


def test_the_author_alone_is_asked_and_nothing_is_opened(bot: Door) -> None:
    say(bot, UPSET)
    [question] = asked(bot)
    assert (question["channel"], question["user"]) == (GENERAL, ANA)
    assert "thread_ts" not in question
    buttons = [button["action_id"] for button in question["blocks"][-1]["elements"]]
    assert buttons == [Press.OPEN, Press.NOT_A_COMPLAINT, Press.QUIET]
    assert question["text"] == "This reads like a complaint. Open a case?"
    assert bot.rows(case_rows) == bot.rows(notices) == []


def test_the_question_names_the_words_that_led_to_it(bot: Door) -> None:
    say(bot, UPSET)
    assert "Asked because of “" in str(asked(bot)[0]["blocks"])


def test_the_words_of_a_message_without_a_case_are_not_kept(bot: Door) -> None:
    say(bot, UPSET)
    [row] = bot.rows(questions)
    assert (row.channel, row.author, row.answer) == (GENERAL, ANA, None)
    assert not any("Jane" in str(value) for value in row)


LEFT_ALONE: dict[str, dict[str, Any]] = {
    "chatter": {"text": CHATTER},
    "a thread reply": {"thread_ts": "1772800000.000001"},
    "an integration": {"subtype": "bot_message", "bot_id": "B0HELPDESK", "user": None},
    "another bot": {"bot_id": "B0HELPDESK"},
    "ourselves": {"bot_id": BOT_ID},
    "a join": {"subtype": "channel_join"},
    "no words": {"text": "", "files": []},
}


@pytest.mark.parametrize("what", LEFT_ALONE)
def test_nobody_is_asked_about(bot: Door, what: str) -> None:
    say(bot, **{"text": UPSET, "ts": "1772800001.000100", **LEFT_ALONE[what]})
    assert asked(bot) == []
    assert bot.rows(questions) == []


def test_the_threshold_of_the_channel_decides(bot: Door) -> None:
    say(bot, UPSET, channel=ARCHIVED)
    assert asked(bot) == []
    say(bot, UPSET)
    assert len(asked(bot)) == 1


RISKY = "Customer says the heater caught fire and burned her hand."
AT_EASE = "Customer says the heater came in the wrong colour and she sent it back."


@pytest.mark.parametrize(("text", "asks"), [(RISKY, True), (AT_EASE, False)])
def test_a_risk_is_asked_about_whatever_the_threshold(bot: Door, text: str, *, asks: bool) -> None:
    say(bot, text, channel=ARCHIVED)
    assert [question["text"] for question in asked(bot)] == (
        ["This reads like a risk: Injury or safety. Open a case?"] if asks else []
    )


def test_a_message_that_slack_delivers_again_is_asked_about_once(bot: Door) -> None:
    event = say(bot, UPSET)
    say(bot, UPSET, ts=event["ts"])
    assert len(asked(bot)) == len(bot.rows(questions)) == 1


def test_a_question_that_does_not_reach_its_author_is_not_asked_again(bot: Door) -> None:
    bot.slack.next("chat.postEphemeral", error("user_not_in_channel"))
    event = say(bot, UPSET)
    say(bot, UPSET, ts=event["ts"])
    assert asked(bot) == []


def test_a_message_that_has_its_case_is_not_asked_about(bot: Door) -> None:
    ts = bot.slack.say(GENERAL, UPSET)
    bot.send(recorded("app_mention_elsewhere", channel=GENERAL, text=f"<@U0AMENDSBT> {UPSET}", ts=ts, event_ts=ts))
    say(bot, UPSET, ts=ts)
    assert len(bot.cases()) == 1
    assert asked(bot) == []


def test_open_case_opens_it_in_the_thread_of_the_message(bot: Door) -> None:
    event = say(bot, UPSET)
    told = answer(bot, Press.OPEN)
    case = bot.case()
    assert told == "R-1001 is open. Its card is in the thread of your message."
    assert (case.complaint.door, case.complaint.text) == (Way.DETECTED, UPSET)
    assert (case.complaint.channel, case.complaint.thread_ts) == (GENERAL, event["ts"])
    assert (case.complaint.reporter, case.complaint.reporter_name) == (ANA, "Ana")
    assert case.complaint.source == f"message:{GENERAL}:{event['ts']}"
    bot.deliver()
    assert [card["thread_ts"] for card in bot.slack.ours(GENERAL)] == [event["ts"]]
    assert bot.happened() == ["case:opened", "case:read", "draft:suggested"]


def test_pressing_twice_and_a_mention_too_open_one_case(bot: Door) -> None:
    event = say(bot, UPSET)
    first, second = answer(bot, Press.OPEN), answer(bot, Press.OPEN)
    assert "R-1001 is open" in first
    assert "R-1001 has this complaint already" in second
    bot.send(recorded("app_mention_elsewhere", channel=GENERAL, text=UPSET, ts=event["ts"], event_ts=event["ts"]))
    assert len(bot.cases()) == len(bot.rows(feedback)) == 1


def test_an_edit_of_the_message_reaches_its_case(bot: Door) -> None:
    event = say(bot, UPSET)
    answer(bot, Press.OPEN)
    changed = recorded("message_changed", channel=GENERAL)
    changed["event"]["message"] |= {"ts": event["ts"], "text": f"{UPSET} Order 4711.", "user": ANA, "blocks": []}
    assert bot.send(changed).status == 200
    assert bot.case().complaint.text.endswith("Order 4711.")


def test_what_was_pressed_is_kept_with_the_words_for_the_next_training(bot: Door) -> None:
    say(bot, UPSET)
    answer(bot, Press.OPEN)
    say(bot, f"{UPSET} Just kidding.")
    answer(bot, Press.NOT_A_COMPLAINT, number=2)
    yes, no = bot.rows(feedback)
    assert (yes.field, yes.label, yes.text, yes.case_id, yes.said_by) == ("complaint", "yes", UPSET, bot.case().id, ANA)
    assert (no.field, no.label, no.case_id) == ("complaint", "no", None)
    assert 0.5 <= float(no.guessed) <= 1
    assert "Jane Doe" in no.names
    assert [row.answer for row in bot.rows(questions)] == ["opened", "not a complaint"]


def test_not_a_complaint_opens_nothing(bot: Door) -> None:
    say(bot, UPSET)
    assert "no case" in answer(bot, Press.NOT_A_COMPLAINT)
    assert bot.rows(case_rows) == []


def test_who_does_not_want_to_be_asked_is_left_alone_for_a_while(bot: Door) -> None:
    say(bot, UPSET)
    assert "I will not ask you before <!date^" in answer(bot, Press.QUIET)
    [silence] = bot.rows(silences)
    assert (silence.person, silence.until) == (ANA, NOW + timedelta(days=3))
    say(bot, f"{UPSET} Again!")
    assert len(asked(bot)) == 1
    say(bot, f"{UPSET} Really!", user=BEN)
    assert [each["user"] for each in asked(bot)] == [ANA, BEN]
    with bot.database.transaction() as session:
        session.execute(silences.update().values(until=NOW))
    say(bot, f"{UPSET} And again!")
    assert len(asked(bot)) == 3
    assert bot.rows(feedback) == []


def test_another_person_can_not_answer(bot: Door) -> None:
    say(bot, UPSET)
    for action in (Press.OPEN, Press.NOT_A_COMPLAINT, Press.QUIET):
        assert "Only the author" in answer(bot, action, by=BEN)
    assert bot.rows(case_rows) == bot.rows(feedback) == bot.rows(silences) == []


def test_a_question_that_was_forgotten_says_what_to_do(bot: Door) -> None:
    assert "Report complaint" in answer(bot, Press.OPEN, number=99)


@pytest.mark.parametrize("why", ["deleted", "slack says no"])
def test_a_message_that_can_not_be_read_again_opens_nothing_and_says_so(bot: Door, why: str) -> None:
    say(bot, UPSET)
    if why == "deleted":
        bot.slack.messages[GENERAL].clear()
    else:
        bot.slack.next("conversations.history", error("missing_scope"))
    assert "I could not read your message again" in answer(bot, Press.OPEN)
    assert bot.rows(case_rows) == bot.rows(feedback) == []
    assert bot.rows(questions)[0].answer is None


def test_not_a_complaint_counts_even_when_the_message_is_gone(bot: Door) -> None:
    say(bot, UPSET)
    bot.slack.messages[GENERAL].clear()
    assert "no case" in answer(bot, Press.NOT_A_COMPLAINT)
    assert (bot.rows(questions)[0].answer, bot.rows(feedback)) == ("not a complaint", [])


def test_without_an_address_to_answer_at_the_person_is_told_all_the_same(bot: Door) -> None:
    say(bot, UPSET)
    assert bot.send(press(Press.NOT_A_COMPLAINT, 1)).status == 200
    assert "no case" in bot.slack.whispers[-1]["text"]


def test_a_database_that_is_away_has_slack_deliver_the_message_again(bot: Door) -> None:
    bot.database_away = True
    ts = bot.slack.say(GENERAL, UPSET)
    payload = recorded("message", channel=GENERAL, text=UPSET, ts=ts, event_ts=ts, blocks=[])
    assert bot.send(payload).status == 500
    bot.database_away = False
    assert bot.send(payload).status == 200
    assert len(asked(bot)) == 1


def test_a_channel_that_reports_still_reports(bot: Door) -> None:
    assert bot.report(UPSET).complaint.channel == COMPLAINTS
    assert asked(bot) == []
