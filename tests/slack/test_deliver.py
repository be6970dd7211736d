"""The outbox against a Slack on a bad day: everything is posted, nothing is posted twice, nothing blocks the rest."""

from datetime import timedelta
from threading import Event

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.flows import housekeeping
from bot.slack.ids import Press
from bot.store import outbox
from bot.store.tables import db_now, notices, pauses
from tests.slack.fake_slack import (
    ARCHIVED,
    BOT_ID,
    COMPLAINTS,
    GENERAL,
    Fault,
    broken,
    cut,
    error,
    garbage,
    hang,
    limited,
)
from tests.slack.recorded import Door, press, recorded

LISTED, TEXT = b'["a", "list"]', b'"text"'


def posts(bot: Door) -> int:
    """How often a message was posted, whether or not it took effect."""
    return len(bot.slack.asked("chat.postMessage"))


def states(bot: Door) -> list[str]:
    return [row.state for row in sorted(bot.rows(notices), key=lambda row: row.id)]


def settle(bot: Door, rounds: int = 4) -> None:
    """Time passes and the loop turns until all is said."""
    for _ in range(rounds):
        bot.later()
        bot.deliver()


def reports(bot: Door, count: int, channel: str = COMPLAINTS) -> None:
    bot.slack.channels[channel] = "complaints"
    for number in range(count):
        bot.report(ts=f"17728{number:05d}.000100", channel=channel)


def test_a_new_case_gets_its_card_in_the_thread_of_its_report(bot: Door) -> None:
    bot.report()
    bot.deliver()
    [card] = bot.slack.ours()
    [notice] = bot.rows(notices)
    assert (card["thread_ts"], card["blocks"][0]["block_id"]) == ("1772800001.000100", f"notice-{notice.id}")
    assert (notice.state, notice.message_ts, notice.tried_at, notice.attempts) == ("delivered", card["ts"], None, 0)


def test_links_in_a_card_are_not_unfolded(bot: Door) -> None:
    bot.report()
    bot.deliver()
    [asked] = bot.slack.asked("chat.postMessage")
    assert {asked["unfurl_links"], asked["unfurl_media"]} <= {False, "0", "false"}


def test_what_changes_is_edited_in_place(bot: Door) -> None:
    case = bot.report()
    bot.deliver()
    bot.send(press(Press.TAKE, case.id))
    bot.deliver()
    [card] = bot.slack.ours()
    assert "<@U0ANAAGENT>" in str(card["blocks"])
    assert (posts(bot), len(bot.slack.asked("chat.update"))) == (1, 1)


def test_a_change_before_the_first_post_is_in_that_post(bot: Door) -> None:
    bot.send(press(Press.TAKE, bot.report().id))
    bot.deliver()
    [card] = bot.slack.ours()
    assert "<@U0ANAAGENT>" in str(card["blocks"])
    assert bot.slack.asked("chat.update") == []


def test_a_change_while_the_card_is_on_its_way_is_shown_next(bot: Door) -> None:
    case = bot.report()
    [lane] = bot.deliverer.claim(1)
    real = bot.slack._chat_postMessage

    def slow(args: dict) -> dict:  # type: ignore[type-arg]
        bot.send(press(Press.TAKE, case.id))
        return real(args)

    bot.slack._chat_postMessage = slow  # type: ignore[method-assign]
    bot.deliverer.run(lane, Event())
    [card] = bot.slack.ours()
    assert "<@U0ANAAGENT>" in str(card["blocks"])
    assert states(bot) == ["delivered"]


def test_nothing_due_means_nothing_claimed(bot: Door) -> None:
    assert bot.deliverer.claim(16) == []
    bot.report()
    bot.deliver()
    assert bot.deliverer.claim(16) == []


def test_a_burst_goes_at_once_and_the_rest_at_one_a_second(bot: Door) -> None:
    reports(bot, outbox.BURST + 2)
    bot.deliver()
    assert posts(bot) == outbox.BURST
    assert states(bot).count("pending") == 2


def test_one_channels_pace_holds_up_no_other(bot: Door) -> None:
    reports(bot, outbox.BURST + 1)
    reports(bot, 1, "C0COMPLAI2")
    bot.deliver()
    assert len(bot.slack.ours("C0COMPLAI2")) == 1


# 429


@pytest.mark.parametrize(("header", "seconds"), [(7, 7.0), ("30", 30.0), (None, 1.0), ("soon", 1.0), (0, 0.1)])
def test_retry_after_pauses_posts_for_as_long_as_slack_says(bot: Door, header: object, seconds: float) -> None:
    bot.report()
    bot.slack.next("chat.postMessage", limited(header))
    bot.deliver()
    [pause] = bot.rows(pauses)
    with bot.database.reading() as session:
        now = session.execute(sa.select(db_now())).scalar_one()
    assert pause.method == "chat.postMessage"
    assert timedelta(seconds=seconds - 1) < pause.until - now <= timedelta(seconds=seconds)
    assert bot.slack.ours() == []


def test_retry_after_for_posts_does_not_hold_up_edits(bot: Door) -> None:
    first = bot.report()
    bot.deliver()
    bot.report(ts="1772800009.000100")
    bot.slack.next("chat.postMessage", limited(60))
    bot.deliver()
    bot.send(press(Press.TAKE, first.id))
    bot.deliver()
    assert (posts(bot), len(bot.slack.asked("chat.update"))) == (2, 1)
    bot.later()
    bot.deliver()
    assert len(bot.slack.ours()) == 2


def test_retry_after_for_edits_does_not_hold_up_posts(bot: Door) -> None:
    first = bot.report()
    bot.deliver()
    bot.slack.next("chat.update", limited(60))
    bot.send(press(Press.TAKE, first.id))
    bot.deliver()
    bot.report(ts="1772800009.000100")
    bot.deliver()
    assert (len(bot.slack.ours()), len(bot.slack.asked("chat.update"))) == (2, 1)


def test_what_slack_limited_is_posted_later_without_a_search(bot: Door) -> None:
    bot.report()
    bot.slack.next("chat.postMessage", limited(7), limited(7))
    settle(bot)
    assert (posts(bot), len(bot.slack.ours())) == (3, 1)
    assert bot.slack.asked("conversations.replies") == []


# nobody knows whether Slack has it

AMBIGUOUS = {
    "500": broken,
    "cut": cut,
    "a page that is no JSON": garbage,
    "no answer in time": lambda *, works: hang(4, works=works),
    "JSON that is no object": lambda *, works: garbage(LISTED, works=works),
    "JSON that is a text": lambda *, works: garbage(TEXT, works=works),
}


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_a_post_that_worked_unheard_is_found_again_and_not_posted_twice(bot: Door, kind: str) -> None:
    bot.report()
    bot.slack.next("chat.postMessage", AMBIGUOUS[kind](works=True))
    settle(bot)
    assert (posts(bot), len(bot.slack.ours()), states(bot)) == (1, 1, ["delivered"])


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_a_post_that_did_not_work_is_looked_for_and_then_posted_once(bot: Door, kind: str) -> None:
    bot.report()
    bot.slack.next("chat.postMessage", AMBIGUOUS[kind](works=False))
    settle(bot)
    assert (posts(bot), len(bot.slack.ours()), states(bot)) == (2, 1, ["delivered"])
    assert len(bot.slack.asked("conversations.replies")) == 1


@pytest.mark.parametrize("kind", AMBIGUOUS)
@pytest.mark.parametrize("works", [True, False])
def test_an_edit_that_was_not_heard_is_made_again(bot: Door, kind: str, works: bool) -> None:
    case = bot.report()
    bot.deliver()
    bot.slack.next("chat.update", AMBIGUOUS[kind](works=works))
    bot.send(press(Press.TAKE, case.id))
    settle(bot)
    [card] = bot.slack.ours()
    assert "<@U0ANAAGENT>" in str(card["blocks"])
    assert (posts(bot), states(bot)) == (1, ["delivered"])


def test_a_message_found_again_is_brought_up_to_date(bot: Door) -> None:
    case = bot.report()
    bot.slack.next("chat.postMessage", cut(works=True))
    bot.deliver()
    bot.send(press(Press.TAKE, case.id))
    settle(bot)
    [card] = bot.slack.ours()
    assert "<@U0ANAAGENT>" in str(card["blocks"])


def test_a_fresh_message_is_given_time_to_show_before_it_is_looked_for(bot: Door) -> None:
    bot.report()
    bot.slack.next("chat.postMessage", cut(works=True))
    bot.deliver()
    [notice] = bot.rows(notices)
    with bot.database.reading() as session:
        now = session.execute(sa.select(db_now())).scalar_one()
    assert notice.tried_at is not None
    assert notice.due_at - now > timedelta(seconds=2)
    bot.deliver()
    assert posts(bot) == 1


def test_a_press_meanwhile_does_not_shorten_that_time(bot: Door) -> None:
    case = bot.report()
    bot.slack.next("chat.postMessage", cut(works=True))
    bot.deliver()
    bot.send(press(Press.TAKE, case.id))
    bot.deliver()
    assert bot.slack.asked("conversations.replies") == []


@pytest.mark.parametrize("fault", [broken(works=False), cut(works=False), garbage(works=False), error("fatal_error")])
def test_while_the_search_fails_nothing_is_posted(bot: Door, fault: Fault) -> None:
    bot.report()
    bot.slack.next("chat.postMessage", cut(works=True))
    bot.slack.always("conversations.replies", fault)
    settle(bot)
    assert posts(bot) == 1
    bot.slack.always("conversations.replies", None)
    settle(bot)
    assert (posts(bot), len(bot.slack.ours()), states(bot)) == (1, 1, ["delivered"])


def test_a_search_that_slack_limits_waits_as_long_as_slack_says_and_holds_up_no_post(bot: Door) -> None:
    bot.report()
    bot.slack.next("chat.postMessage", cut(works=True))
    bot.deliver()
    bot.later()
    bot.slack.next("conversations.replies", limited(60))
    bot.deliver()
    bot.report(ts="1772800009.000100")
    bot.deliver()
    assert (posts(bot), len(bot.slack.ours())) == (2, 2)
    settle(bot)
    assert (posts(bot), states(bot)) == (2, ["delivered", "delivered"])


def test_a_message_on_a_later_page_is_found(bot: Door) -> None:
    bot.report()
    bot.slack.page_size = 2
    for number in range(5):
        bot.slack.say(COMPLAINTS, f"reply {number}", thread_ts="1772800001.000100")
    bot.slack.next("chat.postMessage", cut(works=True))
    settle(bot)
    assert (posts(bot), len(bot.slack.ours())) == (1, 1)


def test_a_card_that_opens_its_thread_is_looked_for_in_the_channel(bot: Door) -> None:
    bot.send(recorded("command"))
    bot.slack.next("chat.postMessage", cut(works=True))
    settle(bot)
    assert (posts(bot), len(bot.slack.ours())) == (1, 1)
    assert len(bot.slack.asked("conversations.history")) == 1


def test_another_cards_message_is_not_taken_for_it(bot: Door) -> None:
    bot.report()
    bot.deliver()
    payload = recorded("shortcut", channel={"id": COMPLAINTS, "name": "complaints"})
    payload["message"] |= {"ts": "1772800003.000300", "thread_ts": "1772800001.000100"}
    bot.send(payload)
    bot.slack.next("chat.postMessage", cut(works=False))
    settle(bot)
    first, second = bot.slack.ours()
    assert first["thread_ts"] == second["thread_ts"]
    assert first["blocks"][0]["block_id"] != second["blocks"][0]["block_id"]


def test_a_message_of_somebody_else_with_our_marker_is_not_taken_for_it(bot: Door) -> None:
    bot.report()
    bot.slack.next("chat.postMessage", cut(works=False))
    bot.deliver()
    ts = bot.slack.say(COMPLAINTS, "look, a card", thread_ts="1772800001.000100")
    bot.slack.messages[COMPLAINTS][-1]["blocks"] = [{"type": "divider", "block_id": "notice-1"}]
    settle(bot)
    assert len(bot.slack.ours()) == 1
    assert bot.rows(notices)[0].message_ts != ts


def test_when_nothing_listens_it_is_tried_again_without_a_search(bot: Door) -> None:
    bot.report()
    bot.server.stop()
    bot.deliver()
    [notice] = bot.rows(notices)
    assert (notice.state, notice.tried_at, notice.reason) == ("pending", None, "URLError")


def test_a_process_that_died_while_posting_leaves_a_notice_that_is_looked_for_first(bot: Door) -> None:
    bot.report()
    assert len(bot.deliverer.claim(1)) == 1
    housekeeping.after_a_crash(bot.database.transaction)
    bot.later()
    bot.deliver()
    assert len(bot.slack.asked("conversations.replies")) == 1
    assert (posts(bot), len(bot.slack.ours())) == (1, 1)


# places that do not take it


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "is_archived", "restricted_action"])
def test_a_channel_that_takes_no_post_has_its_card_in_the_intake_channel(bot: Door, code: str) -> None:
    bot.send(recorded("shortcut"))
    bot.slack.next("chat.postMessage", error(code))
    settle(bot)
    assert bot.slack.ours(GENERAL) == []
    [card] = bot.slack.ours(COMPLAINTS)
    assert "thread_ts" not in card
    bot.send(press(Press.TAKE, bot.case().id))
    settle(bot)
    assert "<@U0ANAAGENT>" in str(bot.slack.ours(COMPLAINTS)[0]["blocks"])
    assert posts(bot) == 2


def test_a_channel_archived_after_the_post_has_the_next_change_in_the_intake_channel(bot: Door) -> None:
    bot.send(recorded("shortcut"))
    bot.deliver()
    bot.slack.always("chat.update", error("is_archived"))
    bot.send(press(Press.TAKE, bot.case().id))
    settle(bot)
    assert len(bot.slack.ours(COMPLAINTS)) == 1


def test_when_the_intake_channel_takes_nothing_either_it_is_set_aside_and_said(bot: Door) -> None:
    bot.send(recorded("shortcut"))
    bot.slack.always("chat.postMessage", error("is_archived"))
    with capture_logs() as logs:
        settle(bot)
    assert states(bot) == ["set aside"]
    assert [entry["reason"] for entry in logs if entry["event"] == "notice.set_aside"] == ["is_archived"]
    assert posts(bot) == 2


def test_when_no_intake_channel_is_visible_it_is_set_aside(bot: Door) -> None:
    bot.slack.channels = {ARCHIVED: "old-complaints"}
    bot.send(recorded("shortcut"))
    bot.slack.always("chat.postMessage", error("is_archived"))
    settle(bot)
    assert states(bot) == ["set aside"]


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "no_text", "invalid_blocks_format"])
def test_what_can_never_be_posted_is_set_aside_and_blocks_nobody(bot: Door, code: str) -> None:
    reports(bot, 2)
    bot.slack.next("chat.postMessage", error(code))
    with capture_logs() as logs:
        bot.deliver()
    assert states(bot) == ["set aside", "delivered"]
    [said] = [entry for entry in logs if entry["event"] == "notice.set_aside"]
    assert (said["reason"], said["log_level"], said["channel"]) == (code, "error", COMPLAINTS)
    health = housekeeping.health(bot.database.reading, connected=True, trouble=None)
    assert health["outbox"] == {"due": 0, "set_aside": 1}
    settle(bot)
    assert posts(bot) == 2


def test_what_was_set_aside_is_posted_when_it_is_asked_for_again(bot: Door) -> None:
    bot.report()
    bot.slack.next("chat.postMessage", error("invalid_blocks"))
    bot.deliver()
    with bot.database.transaction() as session:
        assert outbox.retry(session, 1)
    bot.deliver()
    assert states(bot) == ["delivered"]


def test_an_answer_nobody_knows_is_tried_a_dozen_times_and_then_set_aside(bot: Door) -> None:
    bot.report()
    bot.slack.always("chat.postMessage", error("some_new_error"))
    settle(bot, 15)
    assert states(bot) == ["set aside"]
    assert posts(bot) == 12


def test_a_card_that_cannot_be_drawn_holds_up_no_other_card_of_its_channel(
    bot: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.slack.blocks import cases as blocks

    reports(bot, 2)
    real = blocks.card

    def card(shown, *args, **kwargs):  # type: ignore[no-untyped-def]
        if shown.case.number == 1001:
            raise KeyError("a category that is no more")
        return real(shown, *args, **kwargs)

    monkeypatch.setattr(blocks, "card", card)
    with capture_logs() as logs:
        settle(bot, 2)
    assert states(bot)[1] == "delivered"
    assert "notice.not_drawn" in [entry["event"] for entry in logs]
    monkeypatch.undo()
    settle(bot)
    assert states(bot) == ["delivered", "delivered"]


# messages that are gone


def test_a_card_that_somebody_deleted_is_posted_anew(bot: Door) -> None:
    case = bot.report()
    bot.deliver()
    bot.slack.messages[COMPLAINTS].clear()
    bot.slack.next("chat.update", error("message_not_found"))
    bot.send(press(Press.TAKE, case.id))
    settle(bot)
    [card] = bot.slack.ours()
    assert card["thread_ts"] == "1772800001.000100"
    assert states(bot) == ["delivered"]


@pytest.mark.parametrize("code", ["cant_update_message", "edit_window_closed"])
def test_a_card_that_stands_but_cannot_be_edited_is_not_doubled(bot: Door, code: str) -> None:
    case = bot.report()
    bot.deliver()
    bot.slack.next("chat.update", error(code))
    bot.send(press(Press.TAKE, case.id))
    settle(bot)
    assert len(bot.slack.ours()) == 1
    assert states(bot) == ["set aside"]


def test_a_deleted_report_is_noted_on_its_card(bot: Door) -> None:
    bot.report()
    bot.deliver()
    bot.send(recorded("message_changed_to_tombstone"))
    bot.deliver()
    [card] = bot.slack.ours()
    assert "Report deleted in Slack" in str(card["blocks"])
    assert "three days late" in str(card["blocks"])


def test_the_card_of_a_report_that_was_deleted_at_once_stands_in_the_channel(bot: Door) -> None:
    bot.report()
    bot.send(recorded("message_deleted"))
    bot.deliver()
    [card] = bot.slack.ours()
    assert "thread_ts" not in card


@pytest.mark.parametrize("code", ["thread_not_found", "message_not_found"])
def test_a_thread_that_is_gone_does_not_lose_the_card(bot: Door, code: str) -> None:
    bot.report()
    bot.slack.next("chat.postMessage", error(code))
    settle(bot)
    assert len(bot.slack.ours()) == 1


def test_a_card_posted_beside_its_lost_thread_is_found_there_again(bot: Door) -> None:
    bot.report()
    bot.slack.gone.add("1772800001.000100")
    bot.slack.next("chat.postMessage", error("thread_not_found"), cut(works=True))
    real = bot.slack._chat_postMessage
    bot.slack._chat_postMessage = lambda args: real({**args, "thread_ts": None})  # type: ignore[method-assign]
    settle(bot)
    assert (len(bot.slack.ours()), states(bot)) == (1, ["delivered"])


def test_a_notice_about_nothing_is_set_aside(bot: Door) -> None:
    with bot.database.transaction() as session:
        from bot.store.audit import ensure_workspace

        ensure_workspace(session, bot.house.me.workspace)
        outbox.ask(session, bot.house.me.workspace, outbox.Wish(COMPLAINTS, "card", "999"))
    bot.deliver()
    assert states(bot) == ["set aside"]


# our own access


def test_a_token_that_slack_refuses_shows_in_health_and_heals_by_itself(bot: Door) -> None:
    bot.report()
    bot.slack.always("chat.postMessage", error("invalid_auth"))
    bot.deliver()
    assert bot.deliverer.trouble == "invalid_auth"
    health = housekeeping.health(bot.database.reading, connected=True, trouble=bot.deliverer.trouble)
    assert (health["ready"], health["slack"]) == (False, "invalid_auth")
    assert states(bot) == ["pending"]
    bot.deliver()
    assert posts(bot) == 1
    bot.slack.always("chat.postMessage", None)
    settle(bot)
    assert bot.deliverer.trouble is None
    assert len(bot.slack.ours()) == 1


# stopping


def test_a_stopping_worker_gives_back_what_it_has_not_tried(bot: Door) -> None:
    bot.report()
    [lane] = bot.deliverer.claim(1)
    stopping = Event()
    stopping.set()
    bot.deliverer.run(lane, stopping)
    [notice] = bot.rows(notices)
    assert (notice.state, notice.tried_at, notice.attempts) == ("pending", None, 0)
    assert posts(bot) == 0
    bot.deliver()
    assert posts(bot) == 1


def test_a_stopping_worker_finishes_the_post_that_is_on_its_way(bot: Door) -> None:
    reports(bot, 2)
    [lane] = bot.deliverer.claim(1)
    stopping = Event()
    real = bot.slack._chat_postMessage

    def last(args: dict) -> dict:  # type: ignore[type-arg]
        stopping.set()
        return real(args)

    bot.slack._chat_postMessage = last  # type: ignore[method-assign]
    bot.deliverer.run(lane, stopping)
    assert posts(bot) == 1
    assert sorted(states(bot)) == ["delivered", "pending"]
    assert len(bot.deliverer.claim(1)) == 1


def test_the_database_going_away_in_the_middle_is_settled_by_a_search(bot: Door) -> None:
    bot.report()
    [lane] = bot.deliverer.claim(1)
    real = bot.slack._chat_postMessage

    def lose(args: dict) -> dict:  # type: ignore[type-arg]
        bot.database_away = True
        return real(args)

    bot.slack._chat_postMessage = lose  # type: ignore[method-assign]
    with pytest.raises(Exception, match="unable to open"):
        bot.deliverer.run(lane, Event())
    bot.database_away = False
    bot.slack._chat_postMessage = real  # type: ignore[method-assign]
    housekeeping.after_a_crash(bot.database.transaction)
    settle(bot)
    assert (posts(bot), len(bot.slack.ours()), states(bot)) == (1, 1, ["delivered"])
    assert all(message["bot_id"] == BOT_ID for message in bot.slack.ours())
