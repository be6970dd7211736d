"""`amends draft`: in the channel that is wanted, for one text and for many."""

import json

import pytest
from click.testing import CliRunner, Result

from bot.cli.draft import draft
from bot.content import bundle
from bot.content.bundle import Content
from bot.settings import Settings

LATE = "Customer Jane Doe is upset: order 10412 is three days late"
SHOCK = "she got an electric shock from the kettle and is in hospital"


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, content: Content) -> None:
    """The shipped content, read once for all tests."""
    monkeypatch.setattr(bundle, "load", lambda *_: content)


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def run(*words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(draft, words, input=stdin, catch_exceptions=False)


def test_the_channel_changes_the_words_and_nothing_else() -> None:
    email, chat = (run(LATE, "--channel", channel).stdout for channel in ("email", "chat"))
    assert email == run(LATE).stdout
    assert email.partition("template:")[0] == chat.partition("template:")[0]
    assert len(chat.split()) < len(email.split()) / 2


def test_a_channel_no_response_has_words_for_is_said_and_the_email_is_shown() -> None:
    result = run("Jane Doe says she will sue us", "--channel", "public")
    assert result.exit_code == 0
    assert "No response has words for a public reply here: this is the email." in result.stderr


@pytest.mark.parametrize("words", [(), ("--jsonl", LATE), (LATE, "--channel", "fax")])
def test_a_wrong_call_ends_with_code_2(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_lines_are_answered_with_all_that_was_decided() -> None:
    lines = [{"id": 1, "text": LATE, "channel": "chat", "agent": "Ana"}, {"id": 2, "text": SHOCK}]
    result = run("--jsonl", stdin="\n".join(json.dumps(line) for line in lines))
    assert (result.exit_code, result.stderr) == (0, "")
    late, shock = (json.loads(line) for line in result.stdout.splitlines())
    assert (late["id"], late["category"], late["channel"]) == (1, "delivery.late", "chat")
    assert (late["customer"], late["reference"], late["risks"]) == ("Jane Doe", "10412", [])
    assert "Ana" in late["text"]
    assert late["missing"] == {} or all(late["missing"].values())
    assert shock["risks"]
    assert shock["template"].startswith("playbook-")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": 4}, "line 1: text: write it as a string"),
        ({"text": "x", "channel": "fax"}, "line 1: channel: 'fax' is none: one of email, chat, phone, public"),
        ({"text": "x", "agent": None}, "line 1: agent: write it as a string"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_answered(fields: dict[str, object], message: str) -> None:
    result = run("--jsonl", stdin=f"{json.dumps({'id': 1, **fields})}\n{json.dumps({'id': 2, 'text': LATE})}")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [message]
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [2]
