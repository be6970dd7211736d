"""The `amends` command: what each verb prints, how it ends, and that no fault of a person's ends in a traceback."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from bot.cli import main
from bot.settings import Settings
from bot.store import migrations
from bot.store import outbox as store
from bot.store.db import Database
from bot.store.tables import audit, cases
from tests.slack.conftest import bot as door_with_nothing_behind  # noqa: F401
from tests.slack.conftest import (  # noqa: F401
    other_messages_alone,
    server,
    short_logs,
    slack,
    sqlite,
)
from tests.slack.fake_slack import TOKEN, FakeSlack, Server, error, limited
from tests.slack.recorded import Door, recorded

COMPLAINT = "Customer Jane Doe is upset: order 10412 is three days late"


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from outside, and a database of this test alone."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'amends.db'}")


def amends(*words: str, stdin: str | None = None) -> Result:
    """Type `amends …`."""
    return CliRunner().invoke(main, words, input=stdin, catch_exceptions=False)


def commands(group: click.Command = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command, by its words; a group counts through its commands."""
    if not isinstance(group, click.Group):
        yield path
        return
    for name, command in group.commands.items():
        yield from commands(command, (*path, name))


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_has_help_with_an_example(words: tuple[str, ...]) -> None:
    result = amends(*words, "--help")
    assert result.exit_code == 0
    assert "Example: " in result.stdout
    assert f"amends {' '.join(words)}" in result.stdout


PROMISED = {
    *("run", "web", "worker", "demo"),
    *("check", "draft", "promises", "simulate", "schemas"),
    *("responses list", "responses show", "responses stats"),
    *("db upgrade", "outbox", "due", "reminders"),
    *("policy test", "policy explain", "policy replay"),
    *("audit verify", "audit export", "intake sign"),
    *("triage export", "triage forget", "triage guess", "triage evaluate"),
}


def test_the_commands_are_the_ones_promised() -> None:
    assert {" ".join(words) for words in commands()} == PROMISED


def test_amends_alone_says_how_to_try_it() -> None:
    assert "amends draft" in amends("--help").stdout
    assert "amends demo" in amends("-h").stdout
    assert "version " in amends("--version").stdout


@pytest.mark.parametrize("words", [("reprot",), ("draft",), ("outbox", "--retry", "x"), ("demo", "--port", "x")])
def test_a_wrong_call_says_what_is_wrong_and_ends_with_code_2(words: tuple[str, ...]) -> None:
    result = amends(*words)
    assert result.exit_code == 2
    assert "Error: " in result.stderr


def test_draft_prints_what_was_found_and_the_reply(tmp_path: Path) -> None:
    result = amends("draft", COMPLAINT, "--agent", "Ana")
    assert result.exit_code == 0
    for line in ("category: Delivery: late", "customer: Jane Doe", "reference: 10412", "template: late-delivery"):
        assert line in result.stdout.splitlines()
    assert "Jane Doe" in result.stdout.partition("template:")[2]
    assert "Ana" in result.stdout
    assert list(tmp_path.iterdir()) == [], "a draft needs no database"


def test_draft_reads_standard_input_where_a_dash_stands() -> None:
    assert amends("draft", "-", stdin=COMPLAINT).stdout == amends("draft", COMPLAINT).stdout


def test_draft_asks_for_what_is_missing_beside_the_reply() -> None:
    result = amends("draft", "the parcel arrived broken")
    assert "Still to ask: " in result.stderr
    assert "Still to ask: " not in result.stdout


def test_draft_of_a_risk_names_it_and_takes_the_playbook() -> None:
    result = amends("draft", "she got an electric shock from the kettle and is in hospital")
    assert "risk: Injury or safety" in result.stdout
    assert "template: playbook-safety" in result.stdout


@pytest.mark.parametrize("text", ["", " ", "x", "<!channel>", "\u200b", "late " * 9000])
def test_draft_takes_any_text(text: str) -> None:
    assert amends("draft", "-", stdin=text).exit_code == 0


def test_check_counts_what_it_proved() -> None:
    result = amends("check")
    assert result.exit_code == 0
    assert result.stdout.startswith("All good: ")


def test_check_names_file_and_line_of_every_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "channels.yml").write_text("listen:\n  - channel: complaints\n    mode: shout\napprovals: approvals\n")
    (policies / "team.yml").write_text("people: 7\n")
    monkeypatch.setenv("AMENDS_POLICIES", str(policies))
    result = amends("check")
    assert result.exit_code == 1
    assert "channels.yml:3: " in result.stderr
    assert "team.yml:1: " in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("name", ["AMENDS_RESPONSES", "AMENDS_POLICIES"])
def test_a_folder_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "/nowhere")
    for words in (("check",), ("draft", COMPLAINT)):
        result = amends(*words)
        assert result.exit_code == 1
        assert result.stderr == f"{name}: there is no folder /nowhere: correct it or remove it\n"


def test_db_upgrade_makes_the_tables_and_may_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        result = amends("db", "upgrade")
        assert result.exit_code == 0
        assert result.stdout.startswith("The database is at revision ")
    database = Database(f"sqlite:///{tmp_path / 'amends.db'}")
    with database.reading() as session:
        assert sa.inspect(session).has_table("cases")
    database.close()


@pytest.mark.parametrize("words", [("db", "upgrade"), ("outbox",), ("audit", "verify")])
def test_a_database_that_is_away_is_one_line(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/x")
    result = amends(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith("DATABASE_URL: postgresql+psycopg://u:***@127.0.0.1:1/x cannot be used")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [("outbox",), ("outbox", "--retry", "1"), ("audit", "verify")])
def test_a_database_without_tables_is_one_line_and_no_file_is_made(words: tuple[str, ...], tmp_path: Path) -> None:
    result = amends(*words)
    assert result.exit_code == 1
    assert result.stderr == (
        f"DATABASE_URL: sqlite:///{tmp_path}/amends.db has no tables yet: run `amends db upgrade`, or correct it\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("outbox",), ("due",), ("audit", "export")])
def test_a_database_of_an_older_version_is_one_line_until_upgraded(words: tuple[str, ...], tmp_path: Path) -> None:
    older, newest = migrations.known()[-2:]
    database = Database(f"sqlite:///{tmp_path}/amends.db")
    migrations.upgrade(database, older)
    database.close()
    result = amends(*words)
    assert result.exit_code == 1
    assert result.stderr == (
        f"DATABASE_URL: sqlite:///{tmp_path}/amends.db is of an older version of Amends (revision {older}, this one "
        f"needs {newest}): back it up, then run `amends db upgrade`\n"
    )
    assert amends("db", "upgrade").exit_code == 0
    assert amends(*words).exit_code == 0


@pytest.mark.parametrize("words", [("web",), ("worker",)])
def test_several_processes_on_sqlite_are_refused(words: tuple[str, ...]) -> None:
    result = amends(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith("DATABASE_URL: ")
    assert "amends run" in result.stderr


# a database with a case in it


@pytest.fixture
def bot(door_with_nothing_behind: Door) -> Door:  # noqa: F811
    """The bot's door with one case behind it, whose card cannot be posted, on the database that the command reads."""
    door = door_with_nothing_behind
    door.report()
    door.slack.next("chat.postMessage", error("invalid_blocks"))
    door.deliver()
    return door


def test_outbox_lists_what_was_set_aside_and_why(bot: Door) -> None:
    [line] = amends("outbox").stdout.splitlines()
    for part in ("1  set aside", "card 1 → C0COMPLAIN", "invalid_blocks"):
        assert part in line


def test_outbox_retry_puts_it_back_once(bot: Door) -> None:
    assert amends("outbox", "--retry", "1").stdout == "Notice 1 will be tried again.\n"
    again = amends("outbox", "--retry", "1")
    assert again.exit_code == 1
    assert "was not set aside" in again.stderr
    bot.deliver()
    assert amends("outbox").stdout.startswith("The outbox is empty")
    assert len(bot.slack.ours()) == 1


def test_outbox_shows_what_still_waits(bot: Door) -> None:
    bot.report(ts="1772800009.000100")
    lines = amends("outbox").stdout.splitlines()
    assert ["set aside" in line for line in lines] == [True, False]
    with bot.database.reading() as session:
        assert len(store.waiting(session)) == 2


def test_audit_verify_says_a_whole_chain_is_whole(bot: Door) -> None:
    result = amends("audit", "verify")
    assert (result.exit_code, result.stdout) == (0, "T0AMENDS01: 3 entries, chain whole\n")


TAMPERED = {
    "a detail": (sa.update(audit).where(audit.c.seq == 1).values(details="{}"), "entry 1 (case:opened, R-1001) was ch"),
    "who it was": (sa.update(audit).where(audit.c.seq == 3).values(who="U0EVIL"), "entry 3 (draft:suggested"),
    "the first entry": (sa.delete(audit).where(audit.c.seq == 1), "entry 1 is missing"),
    "the last entry": (sa.delete(audit).where(audit.c.seq == 4), "entry 4 is missing"),
    "all entries": (sa.delete(audit), "entry 1 is missing"),
    "a link": (sa.update(audit).where(audit.c.seq == 2).values(previous="0" * 64), "does not follow the entry before"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_audit_verify_names_the_first_broken_link(bot: Door, what: str) -> None:
    bot.send(recorded("message_changed"))
    statement, words = TAMPERED[what]
    with bot.database.transaction() as session:
        session.execute(statement)
    result = amends("audit", "verify")
    assert result.exit_code == 1
    assert words in result.stderr


def test_a_change_of_the_case_alone_leaves_the_chain_whole(bot: Door) -> None:
    with bot.database.transaction() as session:
        session.execute(sa.update(cases).values(customer="somebody else"))
    assert amends("audit", "verify").exit_code == 0


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch, slack: FakeSlack, server: Server) -> FakeSlack:  # noqa: F811
    """A workspace in which everything that the shipped policies name is there."""
    slack.channels |= {f"C0MORE{number}": name for number, name in enumerate(("support", "approvals", "leads"))}
    slack.people |= {f"U0{name}": {"profile": {"email": f"{name}@example.com"}} for name in ("mara", "luis", "cleo")}
    monkeypatch.setenv("SLACK_API_URL", server.url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setattr("bot.logs.configure", lambda: None)  # it would stay for all tests
    return slack


def test_check_asks_slack_when_it_is_told_to(workspace: FakeSlack) -> None:
    result = amends("check", "--slack")
    assert result.stdout.endswith("Slack lets us in, and knows every channel and person that the policies name.\n")
    assert (result.stderr, result.exit_code) == ("", 0)


def test_check_names_what_slack_does_not_know(workspace: FakeSlack) -> None:
    workspace.channels = {"C1": "complaints", "C2": "suport", "C3": "approvals", "C4": "leads"}
    del workspace.people["U0cleo"]
    result = amends("check", "--slack")
    assert result.stderr.splitlines() == [
        "channels.yml: listen: Amends is in no channel 'support': correct the name, or type /invite @Amends there",
        "team.yml: 'cleo@example.com' is nobody in this workspace: correct it, or write the Slack id",
    ]
    assert result.exit_code == 1


def test_check_does_not_ask_slack_unasked(workspace: FakeSlack) -> None:
    assert amends("check").exit_code == 0
    assert workspace.calls == []


@pytest.mark.parametrize(
    ("method", "app_token", "expected"),
    [
        ("auth.test", "", "SLACK_BOT_TOKEN: Slack refuses it (invalid_auth): copy it again from your Slack app"),
        ("apps.connections.open", "xapp-1", "SLACK_APP_TOKEN: Slack refuses it (invalid_auth): copy it again"),
        ("users.conversations", "", "Slack cannot be asked (invalid_auth): try again in a minute"),
    ],
)
def test_check_says_which_token_slack_refuses(
    workspace: FakeSlack, monkeypatch: pytest.MonkeyPatch, method: str, app_token: str, expected: str
) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", app_token)
    workspace.always(method, error("invalid_auth"))
    result = amends("check", "--slack")
    assert result.stderr.splitlines()[-1].startswith(expected)
    assert result.exit_code == 2


def test_check_waits_when_slack_asks_it_to_slow_down(workspace: FakeSlack) -> None:
    workspace.next("users.lookupByEmail", limited(0))
    assert amends("check", "--slack").exit_code == 0


def test_check_of_slack_needs_a_token_and_takes_no_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert amends("check", "--slack").stderr.startswith("SLACK_BOT_TOKEN is not set")
    assert amends("check", "--slack", "reply.txt").exit_code == 2
