"""Text that means harm, or that breaks things without meaning to: shown literally, pings nobody, breaks no limit."""

import json
from typing import Any

import pytest

from bot.domain.complaint import MAX_TEXT
from bot.slack.ids import Press
from tests.slack.limits import message_faults, view_faults
from tests.slack.recorded import Door, act_in, press, recorded, submit

TEXTS = {
    "a ping to everybody": "<!channel> and <!here> and <!everyone|x>: order 10412 is late",
    "a ping to somebody": "<@U0BENAGENT> order 10412 is late, ask <!subteam^S0LEADS001>",
    "a ping typed by hand": "&lt;!channel&gt; order 10412 is late",
    "a link": "order 10412 is late, see <https://example.com/a?b=1&amp;c=2|this &amp; that>",
    "markup": "*order* _10412_ ~is~ `late` ```x``` > quote\n&gt; quote",
    "a date": "<!date^1772800001^{date}|never> order 10412 is late",
    "forty thousand characters": "order 10412 is late " * 2000,
    "more than Slack allows": "late " * 12_000,
    "one word without end": "x" * 40_000,
    "right to left": "الطلب ١٠٤١٢ متأخر جدا \u202eevil\u202c והלקוח כועס",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈 :rage: order late 🤬" * 60,
    "zero width": "or\u200bder\u200d 10412 \ufeffis\u2060 late",
    "nothing to see": "\u200b\u200b\ufeff",
    "a lone surrogate": "order 10412 \ud800 is late \udfff",
    "NUL": "order\x00 10412 is late",
    "control characters": "order 10412\x07\x08\x1b[31m is late\u2028\u2029\x85",
    "templates": "{{ 7*7 }} {% for x in range(10**9) %} ${7*7} %s %(x)s order is late",
    "SQL": "'; DROP TABLE cases; --",
    "only entities": "&amp;&lt;&gt;" * 1000,
    "many paragraphs": "late\n\n" * 2000,
    "many lines": "late\n" * 5000,
    "combining marks": "Z" + "\u0301" * 5000,
}


def texts_in(value: Any, *, markup_only: bool = False) -> list[str]:
    """All texts of some blocks; `markup_only` those in which Slack reads markup."""
    if isinstance(value, list):
        return [text for one in value for text in texts_in(one, markup_only=markup_only)]
    if not isinstance(value, dict):
        return []
    if isinstance(value.get("text"), str):
        return [] if markup_only and value.get("type") != "mrkdwn" else [value["text"]]
    return [text for one in value.values() for text in texts_in(one, markup_only=markup_only)]


def pings(texts: list[str]) -> list[str]:
    """Those in which people's text would be read as markup by Slack: only dates and the owner are ours."""
    ours = ("<!date^", "<@U0ANAAGENT>")
    return [text for text in texts if any(f"<{mark}" in _without(text, ours) for mark in ("!", "@", "#", "http"))]


def _without(text: str, parts: tuple[str, ...]) -> str:
    for part in parts:
        text = text.replace(part, "")
    return text


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_report_becomes_a_card_that_slack_takes_and_that_pings_nobody(bot: Door, name: str) -> None:
    payload = recorded("message", text=TEXTS[name])
    payload["event"].pop("blocks")
    assert bot.send(payload).status == 200
    bot.deliver()
    [card] = bot.slack.ours()
    assert message_faults(card["text"], card["blocks"]) == []
    assert pings([*texts_in(card["blocks"], markup_only=True), card["text"]]) == []
    assert len(bot.case().complaint.text) <= MAX_TEXT
    json.dumps(card, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_command_is_answered(bot: Door, name: str) -> None:
    """Slack sends commands as forms, which hold no lone surrogates."""
    text = TEXTS[name].encode("utf-8", "replace").decode()
    for verb in ("report", "draft", "check", "case", ""):
        answer = bot.send(recorded("command", text=f"{verb} {text}".strip()))
        assert answer.status == 200
        if answer.text:
            assert "went wrong on our side" not in answer.json["text"]
            assert pings([answer.json["text"].replace("<#C0COMPLAIN>", "")]) == []
            assert len(answer.json["text"]) <= 40_000


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_words_in_forms_are_kept_and_shown_literally(bot: Door, name: str) -> None:
    case = bot.report()
    short = TEXTS[name][:140]
    bot.send(press(Press.CHANGE, case.id))
    bot.send(submit(bot.slack.views[-1], customer=short, reference=short))
    bot.send(press(Press.EDIT, bot.draft().id))
    answer = bot.send(submit(bot.slack.views[-1], reply=TEXTS[name][:3000]))
    assert answer.status == 200
    assert bot.send(act_in(bot.slack.views[-1], "drafts.live.check", reply=TEXTS[name][:3000])).status == 200
    assert bot.send(act_in(bot.slack.views[-1], "drafts.preview", reply=TEXTS[name][:3000])).status == 200
    bot.send(press(Press.SENT, bot.draft().id))
    sent = bot.slack.views[-1]
    for _ in range(3):  # what it promises is asked about, and what should not leave
        answer = bot.send(submit(sent, **({"reply": TEXTS[name][:3000]} if TEXTS[name].strip() else {})))
        if not answer.text or "view" not in answer.json:
            break
        sent = answer.json["view"]
        assert view_faults(sent) == []
    forms = [block for view in (*bot.slack.views, *bot.slack.redrawn) for block in view["blocks"]]
    assert pings(texts_in(forms, markup_only=True)) == []
    bot.send(press(Press.RESOLVE, case.id))
    assert bot.send(submit(bot.slack.views[-1], cause="outside", resolution=TEXTS[name][:2000])).text == ""
    bot.deliver()
    [card] = bot.slack.ours()
    assert message_faults(card["text"], card["blocks"]) == []
    assert pings([*texts_in(card["blocks"], markup_only=True), card["text"]]) == []
    assert pings([bot.send(recorded("command", text="case R-1001")).json["text"].replace("<https://tests", "")]) == []


def test_the_words_are_shown_as_they_were_typed(bot: Door) -> None:
    payload = recorded("message", text="order 10412 &lt;late&gt; &amp; <!channel> *bold* :rage:")
    bot.send(payload)
    bot.deliver()
    [card] = bot.slack.ours()
    shown = [block["text"] for block in card["blocks"] if "bold" in str(block.get("text"))]
    assert shown[0]["type"] == "plain_text"
    assert shown[0]["text"] == "order 10412 <late> & <!channel> *bold* :rage:"
    assert shown[0]["emoji"] is False


def test_what_was_cut_is_said(bot: Door) -> None:
    bot.send(recorded("message", text="order late " * 2000))
    bot.deliver()
    assert "(shortened, 21,999 characters in all)" in str(bot.slack.ours()[0]["blocks"])


def test_a_message_of_nothing_but_blanks_opens_no_case(bot: Door) -> None:
    payload = recorded("message", text=" \n\t\u00a0 ")
    payload["event"].pop("blocks")
    assert bot.send(payload).status == 200
    assert bot.cases() == []


def test_blocks_without_end_in_a_message_are_read_as_far_as_it_makes_sense(bot: Door) -> None:
    payload = recorded("bot_message_blocks")
    deep: dict[str, Any] = {"type": "rich_text_section", "text": "the bottom"}
    for _ in range(300):
        deep = {"type": "rich_text_section", "elements": [deep]}
    payload["event"]["blocks"].append(deep)
    assert bot.send(payload).status == 200
    assert "the bottom" not in bot.case().complaint.text


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "<!channel>", "x" * 300, "Ana\ud800", "Ana\x00Banana"])
def test_a_reporters_odd_name_is_no_obstacle(bot: Door, name: str) -> None:
    bot.slack.people["U0ANAAGENT"] = {"name": name, "real_name": name, "profile": {"real_name": name}}
    assert bot.send(recorded("command", text="report order 10412 is late")).status == 200
    bot.deliver()
    [card] = bot.slack.ours()
    assert message_faults(card["text"], card["blocks"]) == []
    assert pings([*texts_in(card["blocks"], markup_only=True), card["text"]]) == []
