"""Reminders in Slack: posted in their thread, edited in place by every press, silent once nothing is owed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.content.bundle import Content
from bot.domain.case import Case, Status
from bot.domain.followup import Stage, State
from bot.domain.team import Duty
from bot.flows import followups
from bot.flows.reminders import digest_of, nudge_of
from bot.slack.blocks import followups as blocks
from bot.slack.ids import NOTICE_MARK, Press
from bot.store import followups as store
from bot.store.db import Database
from bot.store.followups import Owed
from bot.store.tables import follow_ups, notices
from tests.slack.fake_slack import ANA, BEN, COMPLAINTS, LENA, TEAM, FakeSlack, Server, cut, error
from tests.slack.limits import message_faults, view_faults
from tests.slack.recorded import NOW, Door, door, press, recorded, submit

REMINDERS = True
LEADS = "C0LEADS001"


@pytest.fixture
def case(bot: Door) -> Case:
    """A moderate case of a Friday noon that Ana has. By the database's clock all of its reminders are due by now."""
    case = bot.report()
    bot.send(press(Press.TAKE, case.id))
    return case


def owed(bot: Door, case: Case) -> Owed:
    with bot.database.reading() as session:
        [found] = [each for each in store.of_case(session, case.id) if not each.follow_up.is_over][:1]
        kept = store.get(session, TEAM, found.id)
    assert kept is not None
    return kept


def messages(bot: Door, channel: str = COMPLAINTS) -> list[dict[str, Any]]:
    """What we posted besides cards."""
    return [message for message in bot.slack.ours(channel) if "Reply draft" not in str(message["blocks"][-3:])]


def reminders(bot: Door, channel: str = COMPLAINTS) -> list[str]:
    return [text for text in said(bot, channel) if text.startswith(("Due", "Back", "For a lead"))]


def said(bot: Door, channel: str = COMPLAINTS) -> list[str]:
    return [str(message["text"]) for message in bot.slack.ours(channel)]


def run(bot: Door, rounds: int = 6) -> None:
    """The loop turns until nothing is left that the database calls due."""
    for _ in range(rounds):
        bot.deliver()
        with bot.database.transaction() as session:
            session.execute(sa.text("UPDATE lanes SET post_at = '2026-01-01 00:00:00.000000'"))


def the(bot: Door, start: str) -> dict[str, Any]:
    """The reminder whose fallback text begins so."""
    [message] = [message for message in bot.slack.ours() if message["text"].startswith(start)]
    return message


def pressed(message: dict[str, Any], action: Press, *, by: str = ANA) -> dict[str, Any]:
    """A press on a button of a message that stands in Slack."""
    [value] = [
        element["value"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == action
    ][:1]
    payload = press(action, value, by=by)
    payload["message"] = {**payload.get("message", {}), "ts": message["ts"], "blocks": message["blocks"]}
    return payload


def test_warning_deadline_and_lead_come_in_the_thread_once_each_and_name_the_owner(bot: Door, case: Case) -> None:
    run(bot)
    assert [text.partition(":")[0] for text in reminders(bot)] == ["Due soon", "Due now", "For a lead"]
    for start in ("Due soon", "Due now"):
        message = the(bot, start)
        assert message["thread_ts"] == case.complaint.thread_ts
        assert f"<@{ANA}>" in message["blocks"][0]["text"]["text"]
        assert message_faults(message["text"], message["blocks"]) == []
    run(bot)
    assert len(reminders(bot)) == 3


def test_a_reminder_says_what_is_owed_to_whom_and_holds_the_draft(bot: Door, case: Case) -> None:
    bot.deliver()
    words = str(the(bot, "Due soon")["blocks"])
    assert "A first reply to Jane Doe" in words
    assert "is due <!date^" in words
    assert bot.draft(case).text[:12] in words


def test_the_lead_hears_in_the_leads_channel_with_a_link_to_the_case(bot: Door, case: Case) -> None:
    bot.slack.channels[LEADS] = "leads"
    bot.house.directory._ids.doubt("")
    run(bot)
    assert [text.partition(":")[0] for text in reminders(bot)] == ["Due soon", "Due now"]
    [message] = bot.slack.ours(LEADS)
    assert "thread_ts" not in message
    assert "https://tests.slack.com/archives/" in message["blocks"][0]["text"]["text"]
    assert f"<@{LENA}>" in message["blocks"][0]["text"]["text"]
    assert "Owner: Ana Agent" in str(message["blocks"])
    assert ANA not in str(message["blocks"]), "the owner may be asleep: the lead reads who it is"


def test_nobody_is_named_where_nobody_has_the_case(bot: Door) -> None:
    bot.report()
    bot.deliver()
    message = the(bot, "Due soon")
    assert "<@" not in message["blocks"][0]["text"]["text"]
    assert "Nobody has this case yet" in str(message["blocks"])


@pytest.fixture
def desk(sqlite: Database, slack: FakeSlack, server: Server, content: Content, tmp_path: Path) -> Iterator[Door]:
    """The door of a team that has written down who is on duty: Ben, and a user group."""
    team = replace(content.team, duties=(Duty("ben@example.com"), Duty("@leads")))
    away = Database(f"sqlite:///{tmp_path}")
    with door(sqlite, slack, server, replace(content, team=team), away) as opened:
        yield opened
    away.close()


def test_those_on_duty_are_called_where_nobody_has_the_case(desk: Door) -> None:
    desk.report()
    desk.deliver()
    message = the(desk, "Due soon")
    assert f"<@{BEN}>, <!subteam^S0LEADS001>: A first reply" in message["blocks"][0]["text"]["text"]
    assert "Nobody has this case yet" in str(message["blocks"])
    desk.send(pressed(message, Press.TAKE))
    desk.deliver()
    [edited] = [one for one in desk.slack.ours() if one["ts"] == message["ts"]]
    assert f"<@{ANA}>" in edited["blocks"][0]["text"]["text"]
    assert BEN not in str(edited["blocks"])
    assert Press.REASSIGN in str(edited["blocks"])


def test_a_reminder_that_called_those_on_duty_still_says_so_when_it_is_drawn_again(desk: Door) -> None:
    desk.report()
    desk.deliver()
    message = dict(the(desk, "Due soon"))
    with desk.database.transaction() as session:
        session.execute(sa.delete(notices).where(notices.c.state == "pending"))
        only_the_warning = {"reminder": "warning", "called": f"{BEN} S0LEADS001"}
        session.execute(sa.update(follow_ups).values(only_the_warning))
        notice = message["blocks"][0]["block_id"].removeprefix(NOTICE_MARK)
        followups.redraw_pressed(session, TEAM, int(notice))
    desk.deliver()
    [edited] = [one for one in desk.slack.ours() if one["ts"] == message["ts"]]
    assert edited["text"] != message["text"], "by the database's clock it is late by now"
    assert f"<@{BEN}>, <!subteam^S0LEADS001>" in edited["blocks"][0]["text"]["text"]


def is_about(bot: Door, who: str) -> None:
    """Somebody says whom the complaint is about."""
    bot.send(press(Press.CHANGE, bot.case().id))
    assert bot.send(submit(bot.slack.views[-1], about=who)).text in ("", "{}")
    assert bot.case().details.about == who


@pytest.mark.parametrize(("about", "called"), [(LENA, []), (BEN, [LENA])])
def test_a_reminder_for_leads_calls_none_whom_the_complaint_is_about(
    bot: Door, case: Case, about: str, called: list[str]
) -> None:
    is_about(bot, about)
    run(bot)
    message = the(bot, "For a lead")
    assert [who for who in (LENA, BEN) if f"<@{who}>" in str(message["blocks"])] == called


def test_one_that_has_named_them_already_names_them_no_more(bot: Door, case: Case) -> None:
    run(bot)
    assert f"<@{LENA}>" in str(the(bot, "For a lead")["blocks"])
    is_about(bot, LENA)
    run(bot)
    assert LENA not in str(the(bot, "For a lead")["blocks"])


@pytest.mark.parametrize(
    ("about", "called"),
    [
        (None, f"<@{BEN}>, <!subteam^S0LEADS001>"),
        (BEN, "<!subteam^S0LEADS001>"),
        (LENA, f"<@{BEN}>, <@{ANA}>"),
    ],
)
def test_those_on_duty_are_called_without_whom_the_complaint_is_about(
    desk: Door, about: str | None, called: str
) -> None:
    desk.slack.groups["S0LEADS001"] = {LENA, ANA}
    desk.report()
    if about:
        is_about(desk, about)
    desk.deliver()
    assert f"\n{called}: A first reply" in the(desk, "Due soon")["blocks"][0]["text"]["text"]


def test_a_group_whose_members_nobody_knows_is_not_called_for_a_complaint_about_a_colleague(desk: Door) -> None:
    desk.slack.always("usergroups.users.list", error("internal_error"))
    desk.report()
    is_about(desk, ANA)
    desk.deliver()
    assert f"\n<@{BEN}>: A first reply" in the(desk, "Due soon")["blocks"][0]["text"]["text"]


def test_an_owner_whom_the_complaint_is_about_is_not_named_and_another_is_wanted(desk: Door) -> None:
    case = desk.report()
    desk.send(press(Press.TAKE, case.id, by=ANA))
    is_about(desk, ANA)
    run(desk)
    for start in ("Due soon", "Due now", "For a lead"):
        words = str(the(desk, start)["blocks"])
        assert "The complaint is about whoever has this case" in words
        assert Press.REASSIGN in words
        assert ANA not in words
        assert "Ana Agent" not in words
    assert f"<@{BEN}>, <!subteam^S0LEADS001>: A first reply" in the(desk, "Due soon")["blocks"][0]["text"]["text"]


def test_somebody_on_duty_whom_slack_does_not_know_is_not_called(desk: Door) -> None:
    desk.slack.always("users.lookupByEmail", error("users_not_found"))
    desk.report()
    desk.deliver()
    assert the(desk, "Due soon")["blocks"][0]["text"]["text"].count("<@") == 0


def test_nothing_goes_out_for_what_was_done_meanwhile(bot: Door, case: Case) -> None:
    bot.send(press(Press.DONE, owed(bot, case).kept.id))
    bot.send(submit(bot.slack.views[-1]))
    with bot.database.transaction() as session:  # what comes after it is another matter
        session.execute(sa.delete(follow_ups).where(follow_ups.c.state == "open"))
    run(bot)
    assert reminders(bot) == []
    states = {row.state for row in bot.rows(notices) if row.kind == "reminder" and row.subject.startswith("1:")}
    assert states == {"withdrawn"}


def test_done_while_the_message_is_on_its_way_is_shown_in_it_at_once(bot: Door, case: Case) -> None:
    real = bot.slack._chat_postMessage

    def slow(args: dict) -> dict:  # type: ignore[type-arg]
        if args["text"].startswith("Due soon: R-1001: A first"):
            with bot.database.transaction() as session:
                key = owed(bot, case).kept.id
                followups.done(session, bot.house.content(), TEAM, key, words="", by=ANA, now=NOW)
        return real(args)

    bot.slack._chat_postMessage = slow  # type: ignore[method-assign]
    run(bot, 1)
    assert [one["text"] for one in bot.slack.ours() if "A first reply" in one["text"]] == [
        "R-1001: A first reply to Jane Doe is done."
    ]


def test_done_asks_what_was_said_and_edits_the_reminder_in_place(bot: Door, case: Case) -> None:
    bot.deliver()
    message = the(bot, "Due soon")
    bot.send(pressed(message, Press.DONE))
    form = bot.slack.views[-1]
    assert view_faults(form) == []
    answer = bot.send(submit(form, said="I called and said that I am sorry. The parcel comes tomorrow."))
    assert (answer.status, answer.text) == (200, "")
    bot.deliver()
    [edited] = [one for one in bot.slack.ours() if one["ts"] == message["ts"]]
    assert "is done" in edited["text"]
    assert "actions" not in [block["type"] for block in edited["blocks"]]
    assert f"<@{ANA}>" in str(edited["blocks"])
    assert "followup:done" in bot.happened()


def test_words_that_would_stop_a_reply_keep_the_form_open(bot: Door, case: Case) -> None:
    bot.deliver()
    bot.send(pressed(the(bot, "Due soon"), Press.DONE))
    answer = bot.send(submit(bot.slack.views[-1], said="I am sorry if you were upset.")).json
    assert "sorry if" in answer["errors"]["said"]
    assert owed(bot, case).follow_up.state is State.OPEN


@pytest.mark.parametrize("action", [Press.DONE, Press.SNOOZE, Press.UNREACHABLE])
def test_a_press_on_an_old_reminder_says_how_things_stand_and_brings_it_up_to_date(
    bot: Door, case: Case, action: Press
) -> None:
    bot.deliver()
    message = dict(the(bot, "Due soon"))
    bot.send(pressed(message, Press.DONE))
    bot.send(submit(bot.slack.views[-1]))
    bot.deliver()
    bot.slack.messages[COMPLAINTS][-1] |= {}  # an old client still shows what was there
    views = len(bot.slack.views)
    bot.send(pressed(message, action, by=BEN))
    [whisper] = bot.slack.whispers
    assert f"is done by <@{ANA}>" in whisper["text"]
    assert len(bot.slack.views) == views


def test_a_snooze_edits_the_reminder_and_says_until_when(bot: Door, case: Case) -> None:
    bot.deliver()
    message = the(bot, "Due soon")
    bot.send(pressed(message, Press.SNOOZE))
    form = bot.slack.views[-1]
    assert view_faults(form) == []
    bot.send(submit(form, snooze="hour"))
    assert owed(bot, case).follow_up.snoozed_until == NOW + timedelta(hours=1)
    assert "followup:snoozed" in bot.happened()
    with bot.database.reading() as session:
        nudge = nudge_of(session, TEAM, owed(bot, case).kept.id)
    assert nudge is not None
    for hours, words, hidden in ((0, "Snoozed until <!date^", "Ready to send"), (1, "Ready to send", "Snoozed until")):
        now = NOW + timedelta(hours=hours)
        _, drawn = blocks.reminder(nudge, Stage.WARNING, call="", link=None, now=now, marker="one")
        assert words in str(drawn)
        assert hidden not in str(drawn)
        assert Press.DONE in str(drawn)


def test_a_snooze_to_a_day_is_in_the_zone_of_whoever_snoozes(bot: Door, case: Case) -> None:
    bot.deliver()
    bot.slack.people[ANA] |= {"tz": "Asia/Kolkata"}
    bot.house.directory._people.doubt(ANA)
    bot.send(pressed(the(bot, "Due soon"), Press.SNOOZE))
    bot.send(submit(bot.slack.views[-1], snooze="date", day="2026-03-09", time="14:30"))
    assert owed(bot, case).follow_up.snoozed_until == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("day", "where"), [("", "day"), ("2026-03-01", "snooze")])
def test_a_snooze_to_no_day_or_to_the_past_keeps_the_form_open(bot: Door, case: Case, day: str, where: str) -> None:
    bot.deliver()
    bot.send(pressed(the(bot, "Due soon"), Press.SNOOZE))
    answer = bot.send(submit(bot.slack.views[-1], snooze="date", day=day)).json
    assert set(answer["errors"]) == {where}
    assert owed(bot, case).follow_up.snoozed_until is None


def test_reassign_gives_the_case_to_somebody_else_and_names_them(bot: Door, case: Case) -> None:
    bot.deliver()
    message = the(bot, "Due soon")
    bot.send(pressed(message, Press.REASSIGN))
    form = bot.slack.views[-1]
    assert view_faults(form) == []
    bot.send(submit(form, owner=BEN))
    assert bot.case().owner == BEN
    bot.deliver()
    [edited] = [one for one in bot.slack.ours() if one["ts"] == message["ts"]]
    assert f"<@{BEN}>" in str(edited["blocks"])


def test_reassigning_to_the_bot_itself_is_refused(bot: Door, case: Case) -> None:
    bot.deliver()
    bot.send(pressed(the(bot, "Due soon"), Press.REASSIGN))
    answer = bot.send(submit(bot.slack.views[-1], owner=bot.house.me.user)).json
    assert set(answer["errors"]) == {"owner"}


def card(bot: Door) -> str:
    """The blocks of the only card."""
    [shown] = [message for message in bot.slack.ours() if str(Press.SENT) in str(message["blocks"])]
    return str(shown["blocks"])


def found(bot: Door, what: str, *, by: str = ANA) -> Any:
    """Somebody presses Customer unreachable on the first reminder and says what they found."""
    bot.send(pressed(the(bot, "Due soon"), Press.UNREACHABLE, by=by))
    form = bot.slack.views[-1]
    assert view_faults(form) == []
    return bot.send(submit(form, by=by, found=what))


def test_a_customer_who_was_not_reached_is_tried_again_later(bot: Door, case: Case) -> None:
    bot.deliver()
    before = owed(bot, case).follow_up.due_at
    assert found(bot, "not_reached").text == ""
    assert bot.case().tries == 1
    assert owed(bot, case).follow_up.due_at > before
    bot.deliver()
    assert "Not reached 1 time since" in card(bot)
    bot.send(press(Press.UNREACHABLE, owed(bot, case).kept.id))
    assert "this is try 2" in str(bot.slack.views[-1]["blocks"])


def test_a_customer_who_wants_no_more_messages_is_said_on_the_card_until_they_write(bot: Door, case: Case) -> None:
    bot.deliver()
    assert found(bot, "no_more").text == ""
    assert bot.case().opted_out_at == NOW
    bot.deliver()
    assert "wants no more messages" in card(bot)
    assert Press.ANSWERED in card(bot)
    assert any("is not needed any more" in text for text in said(bot))
    bot.send(press(Press.ANSWERED, case.id))
    assert bot.case().opted_out_at is None


def test_only_a_lead_is_offered_to_end_the_checks_and_only_a_lead_can(bot: Door, case: Case) -> None:
    bot.send(press(Press.RESOLVE, case.id))
    bot.send(submit(bot.slack.views[-1], cause="promise.unclear"))
    key = owed(bot, case).kept.id
    choices = []
    for who in (ANA, LENA):
        bot.send(press(Press.UNREACHABLE, key, by=who))
        assert view_faults(bot.slack.views[-1]) == []
        choices.append([one["value"] for one in bot.slack.views[-1]["blocks"][1]["element"]["options"]])
    assert choices == [["not_reached", "no_more"], ["not_reached", "no_more", "close"]]
    refused = bot.send(submit(bot.slack.views[-1], by=ANA, found="close")).json
    assert "Only a lead" in refused["errors"]["found"]
    assert bot.case().closed_at is None
    assert bot.send(submit(bot.slack.views[-1], by=LENA, found="close")).text == ""
    assert bot.case().closed_at == NOW
    assert "case:closed" in bot.happened()
    again = bot.send(submit(bot.slack.views[-1], by=LENA, found="close")).json
    assert "not needed any more" in again["errors"]["found"]


def test_a_lead_ends_the_checks_on_the_card_and_an_agent_reads_why_not(bot: Door, case: Case) -> None:
    def shown() -> dict[str, Any]:
        bot.deliver()
        return next(one for one in bot.slack.ours() if one["text"].startswith(f"{case.reference} for"))

    bot.send(press(Press.RESOLVE, case.id))
    bot.send(submit(bot.slack.views[-1], cause="promise.unclear"))
    bot.send(pressed(shown(), Press.END_CHECKS, by=ANA))
    assert "Only a lead ends the checks" in bot.slack.whispers[-1]["text"]
    assert bot.case().closed_at is None
    bot.send(pressed(shown(), Press.END_CHECKS, by=LENA))
    assert bot.case().closed_at == NOW
    assert Press.END_CHECKS not in str(shown()["blocks"])
    assert "A lead ended the checks" in str(shown()["blocks"])


def test_a_critical_customer_who_opts_out_leaves_the_case_going_and_the_presser_hears_it(bot: Door) -> None:
    case = bot.report(text="The kettle gave me an electric shock and my daughter is in hospital. Order 10412")
    with bot.database.reading() as session:
        [first] = [each for each in store.of_case(session, case.id) if not each.follow_up.is_over]
    bot.send(press(Press.UNREACHABLE, first.id))
    assert bot.send(submit(bot.slack.views[-1], found="no_more")).text == ""
    assert "only a lead ends" in bot.slack.whispers[-1]["text"]
    assert owed(bot, case).follow_up.state is State.OPEN


def test_what_is_none_of_the_choices_keeps_the_form_open(bot: Door, case: Case) -> None:
    bot.deliver()
    assert set(found(bot, "nonsense").json["errors"]) == {"found"}
    assert owed(bot, case).follow_up.state is State.OPEN


def test_done_with_a_check_asks_what_the_customer_says(bot: Door, case: Case) -> None:
    bot.send(press(Press.DONE, owed(bot, case).kept.id))
    assert "satisfaction" not in [block.get("block_id") for block in bot.slack.views[-1]["blocks"]]
    bot.send(press(Press.RESOLVE, case.id))
    bot.send(submit(bot.slack.views[-1], cause="promise.unclear"))
    bot.send(press(Press.DONE, owed(bot, case).kept.id))
    assert view_faults(bot.slack.views[-1]) == []
    assert bot.send(submit(bot.slack.views[-1], satisfaction="1")).text == ""
    assert (bot.case().status, bot.case().satisfaction) == (Status.OPEN, 1)


def test_waiting_for_the_customer_stops_the_clock_and_shows_on_card_and_reminder(bot: Door, case: Case) -> None:
    bot.deliver()
    message = the(bot, "Due soon")
    bot.send(press(Press.WAITING, case.id))
    assert owed(bot, case).follow_up.state is State.PAUSED
    bot.deliver()
    [card] = [one for one in bot.slack.ours() if "drafts.sent" in str(one["blocks"])]
    assert "Waiting for the customer" in str(card["blocks"])
    assert "Customer answered" in str(card["blocks"])
    [edited] = [one for one in bot.slack.ours() if one["ts"] == message["ts"]]
    assert "waits for the customer" in edited["text"]
    bot.send(press(Press.ANSWERED, case.id))
    assert owed(bot, case).follow_up.state is State.OPEN


@pytest.mark.parametrize(
    "rest",
    [
        {"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": NOW.timestamp() + 3000},
        {"dnd_enabled": False, "snooze_enabled": True, "snooze_endtime": NOW.timestamp() + 3000},
    ],
    ids=["hours", "pause"],
)
def test_somebody_who_is_not_to_be_disturbed_is_left_alone_until_then(
    bot: Door, case: Case, rest: dict[str, Any]
) -> None:
    bot.slack.rest[ANA] = rest
    assert bot.house.directory.undisturbed_until(ANA, NOW) == NOW + timedelta(seconds=3000)
    assert bot.house.directory.undisturbed_until(ANA, NOW + timedelta(seconds=3000)) is None
    assert bot.house.directory.undisturbed_until(BEN, NOW) is None
    assert len(bot.slack.asked("dnd.info")) == 2


def test_while_slack_does_not_tell_of_do_not_disturb_the_reminder_goes_out(bot: Door, case: Case) -> None:
    bot.slack.always("dnd.info", error("missing_scope"))
    bot.deliver()
    assert the(bot, "Due soon")


def test_a_reminder_that_was_posted_unheard_is_found_again_and_counted_once(bot: Door, case: Case) -> None:
    bot.deliverer.run(bot.deliverer.claim(1)[0], _after(bot, "chat.postMessage"))
    bot.slack.next("chat.postMessage", cut(works=True))
    for _ in range(4):
        bot.later()
        bot.deliver()
    assert len([text for text in reminders(bot) if text.startswith("Due soon")]) == 1
    with bot.database.reading() as session:
        assert session.execute(sa.text("SELECT sum(count) FROM reminded")).scalar() <= 2


def _after(bot: Door, method: str) -> Any:
    """Set once a method was called."""

    class Once:
        def is_set(self) -> bool:
            return bool(bot.slack.asked(method))

    return Once()


def test_the_digest_does_not_name_an_owner_whom_the_complaint_is_about(bot: Door, case: Case) -> None:
    is_about(bot, ANA)
    with bot.database.reading() as session:
        shown = digest_of(session, bot.house.content(), TEAM, f"{COMPLAINTS}:2026-03-06", now=NOW)
    text, drawn = blocks.digest(shown, name=bot.house.full_name, link=bot.house.link_to, now=NOW, marker="m")
    assert "needs another owner" in str(drawn)
    assert ANA not in str(drawn)
    assert "Ana Agent" not in text + str(drawn)


def test_the_digest_lists_what_is_owed_with_buttons_and_names_without_calling(bot: Door, case: Case) -> None:
    with bot.database.transaction() as session:
        from bot.store import outbox

        outbox.ask(session, TEAM, outbox.Wish(COMPLAINTS, "digest", f"{COMPLAINTS}:2026-03-06"))
        session.execute(sa.delete(notices).where(notices.c.kind == "reminder"))
    bot.deliver()
    [message] = [one for one in bot.slack.ours() if one["text"].startswith("Follow-ups")]
    words = str(message["blocks"])
    assert "Ana Agent" in words
    assert f"<@{ANA}>" not in words
    assert message_faults(message["text"], message["blocks"]) == []
    bot.send(pressed(message, Press.DONE))
    bot.send(submit(bot.slack.views[-1]))
    with bot.database.transaction() as session:
        session.execute(sa.delete(follow_ups).where(follow_ups.c.state == "open"))
        session.execute(sa.delete(notices).where(notices.c.kind == "reminder"))
    bot.deliver()
    [message] = [one for one in bot.slack.ours() if one["text"].startswith("Follow-ups")]
    assert "all done" in message["text"]


def test_the_shortcut_report_of_a_command_is_reminded_of_in_the_cards_own_thread(bot: Door) -> None:
    bot.send(recorded("command", text="report Jane Doe's order 10412 is three days late"))
    with bot.database.transaction() as session:
        session.execute(sa.update(notices).where(notices.c.kind == "card").values(due_at=NOW))
    run(bot, 2)
    card, first = bot.slack.ours()[:2]
    assert first["thread_ts"] == card["ts"]


def test_everybody_may_press_and_every_press_is_answered(bot: Door, case: Case) -> None:
    bot.deliver()
    bot.send(pressed(the(bot, "Due soon"), Press.UNREACHABLE, by=LENA))
    bot.send(press(Press.ANSWERED, case.id, by=LENA))
    assert [whisper["user"] for whisper in bot.slack.whispers] == [LENA]
