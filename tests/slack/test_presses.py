"""Buttons, forms and the command: what each does, what the person hears, and what they hear when it cannot be done."""

from typing import Any

import pytest
from slack_bolt import Ack
from structlog.testing import capture_logs

from bot.domain.case import Status
from bot.domain.draft import DraftState
from bot.slack.ids import Press
from bot.store.tables import cases, drafts, replies
from tests.slack.fake_slack import ANA, BEN, COMPLAINTS, GENERAL, LENA, cut, error
from tests.slack.recorded import Door, press, recorded, submit

FORBIDDEN = "Thank you for writing. I am sorry if you were upset. I will write to you today."


@pytest.fixture
def bot(bot: Door) -> Door:
    """The door, with one case behind it."""
    bot.report()
    return bot


def opened(bot: Door) -> dict:  # type: ignore[type-arg]
    """The form that was opened last."""
    return bot.slack.views[-1]


def test_take_case_makes_the_presser_the_owner(bot: Door) -> None:
    assert bot.send(press(Press.TAKE, bot.case().id)).status == 200
    assert bot.case().owner == ANA
    assert bot.slack.whispers == []


def test_a_press_is_committed_then_answered_then_acknowledged(bot: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[object] = []
    say, acknowledge = bot.slack.answer, Ack.__call__

    def saying(method: str, args: dict[str, Any]) -> Any:
        if method == "chat.postEphemeral":
            order.append(("answered", bot.case().owner))
        return say(method, args)

    def acknowledging(ack: Ack, **response: Any) -> Any:
        order.append("acknowledged")
        return acknowledge(ack, **response)

    monkeypatch.setattr(bot.slack, "answer", saying)
    monkeypatch.setattr(Ack, "__call__", acknowledging)
    bot.send(press(Press.ASSIGN, bot.case().id, by=LENA))
    assert order == [("answered", ANA), "acknowledged"]


def test_a_second_press_on_take_case_is_answered_and_changes_nothing(bot: Door) -> None:
    for _ in range(2):
        assert bot.send(press(Press.TAKE, bot.case().id)).status == 200
    assert [whisper["text"] for whisper in bot.slack.whispers] == ["You already have R-1001."]
    assert bot.happened().count("case:taken") == 1


def test_take_case_from_a_colleague_takes_it_over(bot: Door) -> None:
    for person in (ANA, BEN):
        bot.send(press(Press.TAKE, bot.case().id, by=person))
    assert bot.case().owner == BEN


def test_the_card_suggests_an_owner_and_assign_gives_them_the_case(bot: Door) -> None:
    other = bot.report("Customer Joe Bloggs: order 20413 is late again.", ts="1772800009.000100")
    bot.send(press(Press.TAKE, other.id, by=ANA))
    bot.deliver()
    drawn = [str(card["blocks"]) for card in bot.slack.messages[COMPLAINTS] if "blocks" in card]
    assert [("Suggested owner: Ben Agent (0 open cases)" in each, "'Assign'" in each) for each in drawn] == [
        (True, True),
        (False, False),
    ]
    [first, _] = bot.cases()
    assert bot.send(press(Press.ASSIGN, first.id, by=LENA)).status == 200
    assert [case.owner for case in bot.cases()] == [BEN, ANA]
    [whisper] = bot.slack.whispers
    assert (whisper["user"], whisper["text"]) == (LENA, f"R-1001 is with <@{BEN}> now.")
    assert bot.send(press(Press.ASSIGN, first.id, by=LENA)).status == 200
    assert bot.slack.whispers[-1]["text"] == f"<@{BEN}> already has R-1001."
    assert bot.happened().count("case:assigned") == 1


@pytest.mark.parametrize("value", ["999", "0", "-1", "", "1; drop table cases", "1" * 40, "²", "None"])
def test_a_press_with_an_id_that_is_not_ours_is_answered_and_changes_nothing(bot: Door, value: str) -> None:
    before = bot.rows(cases), bot.rows(drafts)
    for action in Press:
        bot.slack.whispers.clear()
        assert bot.send(press(action, value)).status == 200
        assert len(bot.slack.whispers) == 1, action
    assert (bot.rows(cases), bot.rows(drafts)) == before
    assert bot.slack.views == []


def test_every_refusal_is_seen_only_by_the_presser_and_in_the_thread(bot: Door) -> None:
    bot.send(press(Press.TAKE, 999, by=LENA))
    [whisper] = bot.slack.whispers
    assert (whisper["channel"], whisper["user"], whisper["thread_ts"]) == (COMPLAINTS, LENA, "1772800001.000100")


def test_use_this_settles_on_the_draft_and_takes_the_case(bot: Door) -> None:
    bot.send(press(Press.USE, bot.draft().id))
    if bot.slack.views:
        bot.send(submit(opened(bot)))
    assert bot.draft().state is DraftState.CHOSEN
    assert bot.case().owner == ANA


def test_another_shows_a_different_template(bot: Door) -> None:
    before = bot.draft()
    assert bot.send(press(Press.ANOTHER, before.id)).status == 200
    after = bot.draft()
    assert after.id != before.id
    assert after.template_id != before.template_id


def test_a_press_on_a_draft_that_was_replaced_says_so(bot: Door) -> None:
    old = bot.draft().id
    bot.send(press(Press.ANOTHER, old))
    for action in (Press.USE, Press.EDIT, Press.ANOTHER, Press.SENT):
        bot.send(press(action, old))
    assert ["replaced" in whisper["text"] for whisper in bot.slack.whispers] == [True] * 4


def test_edit_opens_the_draft_in_a_form_and_saving_keeps_the_new_words(bot: Door) -> None:
    draft = bot.draft()
    bot.send(press(Press.EDIT, draft.id))
    form = opened(bot)
    [field] = [block for block in form["blocks"] if block.get("block_id") == "reply"]
    assert field["element"]["initial_value"] == draft.text
    answer = bot.send(submit(form, reply=draft.text + "\n\nP.S. I have asked the depot myself."))
    assert (answer.status, answer.text) == (200, "")
    assert bot.draft().text.endswith("P.S. I have asked the depot myself.")
    assert bot.draft().edited


def test_forbidden_words_keep_the_form_open_and_say_what_instead(bot: Door) -> None:
    bot.send(press(Press.EDIT, bot.draft().id))
    before = bot.draft()
    answer = bot.send(submit(opened(bot), reply=FORBIDDEN)).json
    assert answer["response_action"] == "errors"
    assert "sorry if" in answer["errors"]["reply"]
    assert "Say instead" in answer["errors"]["reply"]
    assert bot.draft() == before


def test_the_words_of_an_error_under_a_field_are_not_markup(bot: Door) -> None:
    """Slack shows them as plain text, so entities would be read out literally."""
    bot.send(press(Press.EDIT, bot.draft().id))
    said = bot.send(submit(opened(bot), reply="I am sorry if <you> & yours were upset.")).json["errors"]["reply"]
    assert "&lt;" not in said
    assert "&amp;" not in said


def test_what_is_missing_is_asked_for_and_goes_into_the_reply(bot: Door) -> None:
    bot.send(press(Press.USE, bot.draft().id))
    asked = [block["block_id"] for block in opened(bot)["blocks"] if block.get("block_id", "").startswith("answer.")]
    assert "answer.promised" in asked
    bot.send(submit(opened(bot), **{name.replace(".", "__"): "Friday 6 March" for name in asked}))
    assert "Friday 6 March" in bot.draft().text
    assert bot.draft().missing == ()


def test_mark_as_sent_records_the_reply_once(bot: Door) -> None:
    draft = bot.draft()
    assert bot.send(press(Press.SENT, draft.id)).status == 200
    form = opened(bot)
    assert bot.send(submit(form)).text == ""
    assert "already marked as sent" in bot.send(submit(form)).json["errors"]["reply"]
    assert bot.send(press(Press.SENT, draft.id)).status == 200
    assert [row.draft_id for row in bot.rows(replies)] == [draft.id]
    assert bot.case().status is Status.ANSWERED
    assert "already marked as sent" in bot.slack.whispers[-1]["text"]


def test_draft_reply_opens_a_form_with_a_draft(bot: Door) -> None:
    assert bot.send(press(Press.DRAFT, bot.case().id)).status == 200
    assert opened(bot)["callback_id"] == "drafts.reply"


def test_draft_reply_after_a_reply_was_sent_starts_a_new_one(bot: Door) -> None:
    first = bot.draft().id
    bot.send(press(Press.SENT, first))
    bot.send(submit(opened(bot)))
    bot.send(press(Press.DRAFT, bot.case().id))
    assert bot.draft().id != first


def test_change_details_changes_the_case(bot: Door) -> None:
    bot.send(press(Press.CHANGE, bot.case().id))
    answer = bot.send(submit(opened(bot), category="billing.double_charge", severity="S3", customer="Mia Wong"))
    assert answer.text == ""
    details = bot.case().details
    assert (details.category, details.severity, details.customer) == ("billing.double_charge", "S3", "Mia Wong")


def test_a_category_that_is_not_in_the_list_keeps_the_form_open(bot: Door) -> None:
    bot.send(press(Press.CHANGE, bot.case().id))
    answer = bot.send(submit(opened(bot), category="delivery.nonsense")).json
    assert list(answer["errors"]) == ["category"]


@pytest.mark.parametrize(("person", "severity"), [(ANA, "S4"), (LENA, "S2")])
def test_a_critical_case_is_lowered_by_a_lead_only(bot: Door, person: str, severity: str) -> None:
    for by, wanted in ((ANA, "S4"), (person, "S2")):
        bot.send(press(Press.CHANGE, bot.case().id, by=by))
        bot.send(submit(opened(bot), by=by, severity=wanted))
    assert bot.case().details.severity == severity


def test_resolve_and_reopen(bot: Door) -> None:
    bot.send(press(Press.RESOLVE, bot.case().id))
    bot.send(submit(opened(bot), cause="partner.carrier", outcome="refunded", resolution="Sent a new one"))
    assert (bot.case().status, bot.case().outcome) == (Status.RESOLVED, "refunded")
    bot.send(press(Press.REOPEN, bot.case().id))
    assert bot.case().status is Status.OPEN


def test_a_form_submitted_twice_resolves_once_and_says_so(bot: Door) -> None:
    bot.send(press(Press.RESOLVE, bot.case().id))
    first, second = (
        bot.send(submit(opened(bot), cause="partner.carrier", outcome=outcome)) for outcome in ("refunded", "fixed")
    )
    assert first.text == ""
    assert "already resolved" in second.json["errors"]["outcome"]
    assert bot.case().outcome == "refunded"


def test_while_the_database_is_away_a_press_is_answered_with_a_code_that_is_in_the_log(bot: Door) -> None:
    bot.database_away = True
    for action in Press:
        bot.slack.whispers.clear()
        with capture_logs() as logs:
            answer = bot.send(press(action, 1))
        assert answer.status == 500, action
        [whisper] = bot.slack.whispers
        assert (whisper["user"], whisper["channel"]) == (ANA, COMPLAINTS)
        assert "nothing was changed" in whisper["text"]
        [failed] = [entry for entry in logs if entry["event"] == "request.failed"]
        assert f"({failed['code']})" in whisper["text"]


@pytest.mark.parametrize(
    ("action", "field", "chosen"),
    [
        (Press.EDIT, "reply", {}),
        (Press.CHANGE, "category", {}),
        (Press.RESOLVE, "outcome", {"cause": "partner.carrier"}),
    ],
)
def test_while_the_database_is_away_a_form_stays_open_and_says_so_under_a_field(
    bot: Door, action: Press, field: str, chosen: dict[str, str]
) -> None:
    bot.send(press(action, 1))
    form = opened(bot)
    bot.database_away = True
    with capture_logs() as logs:
        answer = bot.send(submit(form, **chosen))
    assert answer.status == 200
    assert answer.json["response_action"] == "errors"
    assert list(answer.json["errors"]) == [field]
    assert logs[-1]["code"] in answer.json["errors"][field]
    bot.database_away = False
    assert bot.send(submit(form, **chosen)).text == ""


@pytest.mark.parametrize("text", ["report the parcel is late", "case R-1001", "mine"])
def test_while_the_database_is_away_the_command_is_answered(bot: Door, text: str) -> None:
    bot.database_away = True
    with capture_logs() as logs:
        answer = bot.send(recorded("command", text=text))
    assert answer.status == 200
    assert answer.json["response_type"] == "ephemeral"
    assert logs[-1]["code"] in answer.json["text"]


def test_a_fault_of_ours_is_told_with_a_code_and_not_with_its_inside(
    bot: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("secret-inside")

    monkeypatch.setattr("bot.flows.cases.take", fail)
    with capture_logs() as logs:
        assert bot.send(press(Press.TAKE, 1)).status == 500
    [whisper] = bot.slack.whispers
    assert logs[-1]["code"] in whisper["text"]
    assert "secret-inside" not in whisper["text"]


def test_an_expired_trigger_is_told_in_plain_words(bot: Door) -> None:
    bot.slack.next("views.open", error("expired_trigger_id"))
    bot.send(press(Press.CHANGE, 1))
    assert "press again" in bot.slack.whispers[-1]["text"]


def test_when_slack_takes_no_private_message_the_answer_goes_by_the_presss_own_address(bot: Door) -> None:
    bot.slack.always("chat.postEphemeral", error("user_not_in_channel"))
    payload = press(Press.TAKE, 999)
    payload["response_url"] = f"{bot.server.root}/response/1"
    assert bot.send(payload).status == 200
    [said] = bot.slack.by_url
    assert (said["response_type"], said["replace_original"]) == ("ephemeral", False)
    assert "not here any more" in said["text"]


def test_when_slack_hears_nothing_at_all_a_press_that_worked_is_still_acknowledged(bot: Door) -> None:
    bot.send(press(Press.TAKE, 1))
    bot.slack.always("chat.postEphemeral", cut(works=False))
    payload = press(Press.TAKE, 1)
    payload["response_url"] = f"{bot.server.root}/nowhere"
    assert bot.send(payload).status == 200


def test_a_press_from_another_workspace_changes_nothing(bot: Door) -> None:
    payload = press(Press.TAKE, bot.case().id)
    payload["team"]["id"] = payload["user"]["team_id"] = "T0STRANGER"
    assert bot.send(payload).status == 200
    assert bot.case().owner is None


def test_a_button_of_an_older_version_is_no_fault(bot: Door) -> None:
    assert bot.send(press("offers.approve", 1)).status in (200, 404)
    assert bot.slack.whispers == []


@pytest.mark.parametrize("text", ["", "help", "HELP", "  help  "])
def test_the_command_alone_lists_the_verbs(bot: Door, text: str) -> None:
    said = bot.send(recorded("command", text=text)).json
    assert said["response_type"] == "ephemeral"
    for verb in ("report", "draft", "check", "case", "mine", "help"):
        assert f"/amends {verb}" in said["text"]


def test_report_with_words_opens_a_case_whose_card_opens_its_thread(bot: Door) -> None:
    said = bot.send(recorded("command", text="report the fridge of Omar Haddad leaks")).json
    assert said["text"] == f"R-1002 is open. Its card is in <#{COMPLAINTS}>."
    complaint = bot.cases()[-1].complaint
    assert (complaint.thread_ts, complaint.text) == (None, "the fridge of Omar Haddad leaks")


def test_the_same_command_delivered_twice_opens_one_case(bot: Door) -> None:
    for _ in range(2):
        bot.send(recorded("command"))
    assert len(bot.cases()) == 2


def test_a_command_in_a_channel_that_is_not_listened_to_puts_the_card_where_reports_go(bot: Door) -> None:
    bot.send(recorded("command", channel_id=GENERAL))
    assert bot.cases()[-1].complaint.channel == COMPLAINTS


def test_report_without_words_opens_a_form_that_opens_a_case(bot: Door) -> None:
    answer = bot.send(recorded("command", text="report"))
    assert (answer.status, answer.text) == (200, "")
    form = opened(bot)
    assert form["callback_id"] == "cases.report"
    for _ in range(2):
        bot.send(submit(form, text="They lost my coat", customer="Mia Wong", reference="C-7"))
    case = bot.cases()[-1]
    assert len(bot.cases()) == 2
    assert case.complaint.text == "They lost my coat"
    assert (case.details.customer, case.details.reference) == ("Mia Wong", "C-7")


def test_an_empty_report_form_stays_open(bot: Door) -> None:
    bot.send(recorded("command", text="report"))
    assert bot.send(submit(opened(bot), text="  ")).json["errors"] == {"text": "Write what happened."}
    assert len(bot.cases()) == 1


def test_draft_answers_with_a_reply_and_opens_no_case(bot: Door) -> None:
    said = bot.send(recorded("command", text="draft the parcel arrived broken")).json["text"]
    assert said.startswith("*Reply draft*")
    assert len(bot.cases()) == 1


@pytest.mark.parametrize(("text", "words"), [("check I am sorry if you were upset", "*Stop*"), ("check Hello", "✓")])
def test_check_says_what_the_phrase_rules_find(bot: Door, text: str, words: str) -> None:
    assert words in bot.send(recorded("command", text=text)).json["text"]


def test_case_shows_a_case_with_a_link_to_its_card(bot: Door) -> None:
    bot.deliver()
    said = bot.send(recorded("command", text="case r-1001")).json["text"]
    assert said.startswith("*<https://tests.slack.com/archives/C0COMPLAIN/p")
    assert "|R-1001>*" in said


def test_case_without_a_link_when_slack_gives_none(bot: Door) -> None:
    bot.deliver()
    bot.slack.next("chat.getPermalink", error("message_not_found"))
    said = bot.send(recorded("command", text="case R-1001")).json["text"]
    assert "*R-1001*" in said


@pytest.mark.parametrize("text", ["case", "case R-9999", "case Jane", "case R-99999999999999"])
def test_case_that_is_not_there_says_what_to_do(bot: Door, text: str) -> None:
    assert "/amends" in bot.send(recorded("command", text=text)).json["text"]


def test_mine_lists_my_open_cases(bot: Door) -> None:
    assert "no open cases" in bot.send(recorded("command", text="mine")).json["text"]
    bot.send(press(Press.TAKE, 1))
    assert "R-1001" in bot.send(recorded("command", text="mine")).json["text"]


@pytest.mark.parametrize(
    ("typed", "near"), [("reprot it", "/amends report"), ("chek", "/amends check"), ("xyzzy", "/amends help")]
)
def test_an_unknown_verb_is_answered_with_the_nearest(bot: Door, typed: str, near: str) -> None:
    assert near in bot.send(recorded("command", text=typed)).json["text"]


def test_whom_a_complaint_is_about_is_said_in_the_details_and_taken_back_by_a_lead(bot: Door) -> None:
    case = bot.case()
    bot.send(press(Press.CHANGE, case.id))
    assert bot.send(submit(opened(bot), about=BEN)).text == ""
    assert bot.case().details.about == BEN
    for by, kept in ((BEN, True), (LENA, False)):
        bot.send(press(Press.CHANGE, case.id, by=by))
        answer = bot.send(submit(opened(bot), by=by, about_nobody=True))
        assert ("about_nobody" in answer.text) is kept
        assert (bot.case().details.about is not None) is kept


def test_a_complaint_is_not_about_the_bot(bot: Door) -> None:
    bot.send(press(Press.CHANGE, bot.case().id))
    assert bot.send(submit(opened(bot), about=bot.house.me.user)).json["errors"] == {"about": "Choose a colleague."}
