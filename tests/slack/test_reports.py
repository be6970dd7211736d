"""Messages, mentions, direct messages, the shortcut: which opens a case, and what becomes of the report later."""

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from bot.domain.complaint import Door as Way
from bot.slack.deliver import Deliverer
from bot.store.tables import audit, cases, drafts, notices
from tests.slack.fake_slack import ANA, COMPLAINTS, GENERAL, LENA, broken, error
from tests.slack.recorded import Door, recorded

OPENS = {
    "message": (Way.MESSAGE, COMPLAINTS, "three days late"),
    "message_with_mention": (Way.MESSAGE, COMPLAINTS, "three days late"),
    "bot_message_attachments": (Way.MESSAGE, COMPLAINTS, "The fridge arrived with a broken door"),
    "bot_message_blocks": (Way.MESSAGE, COMPLAINTS, "Charged twice"),
    "file_share": (Way.MESSAGE, COMPLAINTS, "My parcel looks like this"),
    "file_share_without_words": (Way.MESSAGE, COMPLAINTS, "Crushed parcel"),
    "app_mention": (Way.MENTION, COMPLAINTS, "three days late"),
    "app_mention_elsewhere": (Way.MENTION, GENERAL, "three days late"),
    "direct_message": (Way.DIRECT, "D0ANADIREC", "The engineer never came"),
    "shortcut": (Way.SHORTCUT, GENERAL, "nobody answered his calls"),
}
LEAVES_ALONE = [
    "app_mention_in_thread",
    "app_mention_without_words",
    "channel_join",
    "channel_topic",
    "message_changed",
    "message_changed_by_first_reply",
    "message_changed_by_link_preview",
    "message_changed_to_tombstone",
    "message_deleted",
    "message_elsewhere",
    "message_of_another_workspace",
    "own_message",
    "own_message_changed",
    "thread_broadcast",
    "thread_reply",
]


@pytest.mark.parametrize("name", OPENS)
def test_it_opens_a_case(bot: Door, name: str) -> None:
    assert bot.send(recorded(name)).status == 200
    way, channel, words = OPENS[name]
    case = bot.case()
    assert (case.complaint.door, case.complaint.channel) == (way, channel)
    assert words in case.complaint.text
    assert [(row.kind, row.channel) for row in bot.rows(notices)] == [("card", channel)]
    assert bot.happened() == ["case:opened", "case:read", "draft:suggested"]
    assert bot.wakes


@pytest.mark.parametrize("name", LEAVES_ALONE)
def test_it_is_acknowledged_and_left_alone(bot: Door, name: str) -> None:
    assert bot.send(recorded(name)).status == 200
    for table in (cases, drafts, notices, audit):
        assert bot.rows(table) == []


def test_every_recorded_event_is_in_one_of_the_two_lists() -> None:
    from tests.slack.recorded import _PAYLOADS

    others = {"press", "press_in_form", "view_submission", "command", "url_verification"}
    others |= {"subteam_updated", "subteam_members_changed"}  # test_directory.py
    others |= {"app_home_opened"}  # test_home.py
    others |= {"member_joined_channel"}  # test_welcome.py
    assert {path.stem for path in _PAYLOADS.glob("*.json")} == {*OPENS, *LEAVES_ALONE, *others}


def test_a_report_names_its_reporter_and_its_thread(bot: Door) -> None:
    complaint = bot.report().complaint
    assert (complaint.reporter, complaint.reporter_name, complaint.thread_ts) == (ANA, "Ana", "1772800001.000100")


def test_a_report_of_an_integration_has_no_reporter(bot: Door) -> None:
    bot.send(recorded("bot_message_attachments"))
    assert bot.case().complaint.reporter is None


def test_a_mention_at_the_start_is_not_part_of_the_complaint(bot: Door) -> None:
    bot.send(recorded("app_mention"))
    assert bot.case().complaint.text.startswith("Jane Doe's order")


@pytest.mark.parametrize("first", ["message_with_mention", "app_mention"])
def test_a_mention_that_is_also_a_message_opens_one_case(bot: Door, first: str) -> None:
    second = {"message_with_mention": "app_mention", "app_mention": "message_with_mention"}[first]
    assert [bot.send(recorded(name)).status for name in (first, second)] == [200, 200]
    assert len(bot.cases()) == len(bot.rows(notices)) == 1


def test_a_repeated_delivery_opens_no_second_case(bot: Door) -> None:
    again = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}
    assert [bot.send(recorded("message"), **headers).status for headers in ({}, again, again)] == [200] * 3
    assert len(bot.cases()) == 1
    assert bot.happened() == ["case:opened", "case:read", "draft:suggested"]


def test_the_shortcut_on_a_message_that_has_its_case_says_so(bot: Door) -> None:
    bot.send(recorded("message"))
    payload = recorded("shortcut", channel={"id": COMPLAINTS, "name": "complaints"})
    payload["message"] |= {"ts": "1772800001.000100", "thread_ts": None}
    bot.send(payload)
    assert len(bot.cases()) == 1
    assert bot.slack.whispers[-1]["text"] == "R-1001 has this complaint already."


def test_the_shortcut_puts_the_card_in_the_thread_that_the_message_stands_in(bot: Door) -> None:
    bot.send(recorded("shortcut"))
    complaint = bot.case().complaint
    assert (complaint.thread_ts, complaint.reporter) == ("1772800149.001490", LENA)
    assert bot.slack.whispers[-1] | {"text": ""} == {"channel": GENERAL, "user": LENA, "text": ""}


def test_the_shortcut_on_our_own_card_opens_no_case_about_the_card(bot: Door) -> None:
    payload = recorded("shortcut", channel={"id": COMPLAINTS, "name": "complaints"})
    payload["message"] = recorded("own_message")["event"]
    assert bot.send(payload).status == 200
    assert bot.cases() == []
    assert "card" in bot.slack.whispers[-1]["text"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("app_mention_in_thread", "More actions"), ("app_mention_without_words", "Tell me what happened")],
)
def test_a_mention_that_opens_no_case_is_answered(bot: Door, name: str, words: str) -> None:
    bot.send(recorded(name))
    [whisper] = bot.slack.whispers
    assert words in whisper["text"]
    assert whisper["user"] == ANA


def test_an_edited_report_changes_the_case(bot: Door) -> None:
    bot.send(recorded("message"))
    assert bot.send(recorded("message_changed")).status == 200
    case = bot.case()
    assert "damaged in transit" in case.complaint.text
    assert case.details.category == "delivery.damaged_in_transit"
    assert case.report_edited_at is not None
    assert "report:edited" in bot.happened()


@pytest.mark.parametrize("name", ["message_changed_by_link_preview", "message_changed_by_first_reply"])
def test_an_edit_that_changes_no_words_changes_nothing(bot: Door, name: str) -> None:
    bot.send(recorded("message"))
    before = bot.rows(notices), bot.rows(cases)
    bot.send(recorded(name))
    assert (bot.rows(notices), bot.rows(cases)) == before


@pytest.mark.parametrize("name", ["message_deleted", "message_changed_to_tombstone"])
def test_a_deleted_report_is_noted_and_its_words_are_kept(bot: Door, name: str) -> None:
    """Slack tells of a deleted message that has replies, such as our card, by putting a tombstone in its place."""
    bot.send(recorded("message"))
    bot.send(recorded(name))
    case = bot.case()
    assert case.report_deleted_at is not None
    assert "three days late" in case.complaint.text
    assert bot.happened()[-1] == "report:deleted"


def test_a_tombstone_that_is_deleted_in_turn_changes_nothing_more(bot: Door) -> None:
    for name in ("message", "message_changed_to_tombstone", "message_deleted"):
        assert bot.send(recorded(name)).status == 200
    assert bot.happened().count("report:deleted") == 1


def test_the_handshake_of_the_request_url_is_answered(bot: Door) -> None:
    answer = bot.send(recorded("url_verification"))
    assert (answer.status, answer.json["challenge"]) == (200, recorded("url_verification")["challenge"])


def test_a_flow_that_fails_is_not_acknowledged_and_stores_nothing(bot: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the last thing a report does")

    monkeypatch.setattr("bot.store.audit.append", fail)
    assert bot.send(recorded("message")).status == 500
    for table in (cases, drafts, notices, audit):
        assert bot.rows(table) == []
    monkeypatch.undo()
    assert bot.send(recorded("message")).status == 200
    assert len(bot.cases()) == 1


def test_while_the_database_is_away_an_event_is_not_acknowledged_and_the_next_try_opens_the_case(bot: Door) -> None:
    bot.database_away = True
    assert bot.send(recorded("message")).status == 500
    assert bot.slack.whispers == []
    bot.database_away = False
    assert bot.send(recorded("message")).status == 200
    assert len(bot.cases()) == 1


def test_it_is_acknowledged_only_after_the_commit(bot: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    from slack_bolt.context.ack.ack import Ack

    seen = []
    real = Ack.__call__

    def ack(self: Ack, *args: object, **kwargs: object) -> object:
        seen.append(len(bot.rows(cases)))
        return real(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Ack, "__call__", ack)
    bot.send(recorded("message"))
    assert seen == [1]


def test_slack_away_when_the_channels_name_is_not_known_means_try_again(bot: Door) -> None:
    bot.slack.always("conversations.info", broken(works=False))
    assert bot.send(recorded("message")).status == 500
    bot.slack.always("conversations.info", None)
    assert bot.send(recorded("message")).status == 200
    assert len(bot.cases()) == 1


def test_slack_away_does_not_stop_a_report_whose_channel_is_known(bot: Door) -> None:
    bot.house.directory.warm_up()
    bot.slack.away = True
    assert bot.send(recorded("message")).status == 200
    assert bot.case().complaint.reporter_name is None


def test_a_reporter_who_has_left_is_no_obstacle(bot: Door) -> None:
    bot.slack.next("users.info", error("user_not_found"))
    assert bot.send(recorded("message")).status == 200
    assert bot.case().complaint.reporter == ANA


def test_a_channel_that_slack_does_not_show_us_is_not_listened_to(bot: Door) -> None:
    assert bot.send(recorded("message", channel="C0SECRET01")).status == 200
    assert bot.cases() == []


def test_another_workspaces_payload_is_named_in_the_log_and_nothing_else_happens(bot: Door) -> None:
    with capture_logs() as logs:
        assert bot.send(recorded("message_of_another_workspace")).status == 200
    assert [entry["event"] for entry in logs] == ["request.other_workspace"]
    assert bot.slack.whispers == []


def test_two_deliveries_at_the_same_moment_open_one_case(bot: Door) -> None:
    from concurrent.futures import ThreadPoolExecutor

    send: Callable[[int], int] = lambda _: bot.send(recorded("message")).status  # noqa: E731
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(16))) == {200}
    assert len(bot.rows(cases)) == len(bot.rows(notices)) == 1


def test_the_card_of_a_report_is_drawn_once_delivered(bot: Door) -> None:
    assert isinstance(bot.deliverer, Deliverer)
    bot.report()
    bot.deliver()
    [card] = bot.slack.ours()
    assert card["thread_ts"] == "1772800001.000100"


def test_the_card_says_how_the_customer_seems_to_feel_and_by_which_words(bot: Door) -> None:
    bot.report("Customer Mia Berg is furious and worried: order 4711 is five days late")
    bot.report("Customer Mia Berg: order 4712 is five days late", ts="1772800009.000100")
    bot.deliver()
    upset, calm = (str(card["blocks"]) for card in bot.slack.messages[COMPLAINTS] if "blocks" in card)
    assert "The customer seems angry (“furious”), anxious (“worried”)" in upset
    assert "seems" not in calm
