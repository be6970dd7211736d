"""Settings: each wrong one ends in one line that says which, why and what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT, Settings, SettingsError, read

NAMES = [name.upper() for name in Settings.model_fields]
GOOD = {"SLACK_BOT_TOKEN": "xoxb-1-2-secret", "SLACK_SIGNING_SECRET": "shhh"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from outside: an empty environment and a folder with no .env."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_with_nothing_set_everything_but_slack_has_a_default() -> None:
    settings = read()
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url == "sqlite:///amends.db"
    assert (settings.port, settings.port_given) == (3000, False)
    assert (settings.amends_responses, settings.amends_policies) == (ROOT / "responses", ROOT / "policies")


WRONG = {
    "SLACK_BOT_TOKEN": ["xoxp-1-2", "xapp-1", "secret", "xoxb-1 2", "xoxb-é"],
    "SLACK_APP_TOKEN": ["xoxb-1-2", "secret", "xapp-1 2", "xapp-é"],
    "SLACK_API_URL": ["slack.com/api", "ftp://slack.com", "//slack.com", "https://", "http:///api"],
    "DATABASE_URL": [
        "mysql://localhost/x",
        "amends.db",
        "sqlite:amends.db",
        "postgresql:/x",
        "postgresql://a:b@host:port/x",
        "postgresql://a:b@host:99999/x",
    ],
    "PORT": ["0", "65536", "-1", "http", "3000.5", "1e3"],
    "AMENDS_RESPONSES": ["not/there", str(Path(__file__))],
    "AMENDS_POLICIES": ["not/there"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_is_one_line_with_its_name_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    given(monkeypatch, **{**GOOD, name: value})
    with pytest.raises(SettingsError) as error:
        read(needs_slack=True, needs_door=True)
    message = str(error.value)
    assert message.startswith(f"{name}: ")
    assert "\n" not in message
    assert any(advice in message for advice in ("correct it", "copy it", "choose"))
    if "TOKEN" in name:
        assert value not in message


@pytest.mark.parametrize(
    ("set_", "missing"),
    [
        ({}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "  "}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": " "}, "SLACK_SIGNING_SECRET"),
    ],
)
def test_a_missing_one_is_one_line_that_says_where_to_find_it(
    monkeypatch: pytest.MonkeyPatch, set_: dict[str, str], missing: str
) -> None:
    given(monkeypatch, **set_)
    with pytest.raises(SettingsError) as error:
        read(needs_slack=True, needs_door=True)
    assert str(error.value).startswith(f"{missing} is not set: copy ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("token", ["xoxb-1-2\n", " xoxb-1-2 ", "xoxb-1-2\r\n"])
def test_blanks_around_a_token_do_no_harm(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    """A file with a secret often ends with a newline, and no HTTP header may hold one."""
    given(monkeypatch, SLACK_BOT_TOKEN=token, SLACK_APP_TOKEN=token.replace("xoxb", "xapp"))
    settings = read(needs_slack=True, needs_door=True)
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1-2"
    assert settings.slack_app_token.get_secret_value() == "xapp-1-2"


def test_with_an_app_token_no_signing_secret_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1")
    assert read(needs_slack=True, needs_door=True).socket_mode


def test_a_worker_needs_no_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SLACK_BOT_TOKEN="xoxb-1")
    assert not read(needs_slack=True).socket_mode


@pytest.mark.parametrize(
    ("url", "read_as"),
    [
        ("postgres://a:b@h/x", "postgresql+psycopg://a:b@h/x"),
        ("postgresql://a:b@h:5433/x?sslmode=require", "postgresql+psycopg://a:b@h:5433/x?sslmode=require"),
        ("postgresql+psycopg://h/x", "postgresql+psycopg://h/x"),
        ("postgresql:///x?host=/var/run", "postgresql+psycopg:///x?host=/var/run"),
        ("sqlite:////var/amends.db", "sqlite:////var/amends.db"),
    ],
)
def test_a_database_is_named_as_hosters_name_it(monkeypatch: pytest.MonkeyPatch, url: str, read_as: str) -> None:
    given(monkeypatch, DATABASE_URL=url)
    assert read().database_url == read_as


@pytest.mark.parametrize("url", ["https://slack.com/api", "https://slack.com/api/"])
def test_slacks_address_may_end_with_a_slash_or_not(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    given(monkeypatch, SLACK_API_URL=url)
    assert read().slack_api_url == "https://slack.com/api/"


def test_a_dot_env_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-file\nPORT=4000\nSOMETHING_ELSE=1\n# a comment\n")
    given(monkeypatch, PORT="5000")
    settings = read(needs_slack=True)
    assert (settings.slack_bot_token.get_secret_value(), settings.port) == ("xoxb-file", 5000)


def test_an_empty_line_of_the_example_counts_as_not_set(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_APP_TOKEN=\nPORT=\n")
    settings = read()
    assert (settings.socket_mode, settings.port) == (False, 3000)


def test_a_dot_env_file_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SLACK_BOT_TOKEN=xoxb-\xff\xfe\x00")
    with pytest.raises(SettingsError) as error:
        read()
    assert str(error.value).startswith(".env: ")
    assert "\n" not in str(error.value)


def test_no_secret_is_shown_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **GOOD, SLACK_APP_TOKEN="xapp-secret")
    shown = f"{read()!r} {read()}"
    assert "secret" not in shown.replace("slack_signing_secret", "").replace("intake_secret", "")
    assert "shhh" not in shown


RUN = {
    "a missing token": ({}, "SLACK_BOT_TOKEN is not set"),
    "a wrong token": ({"SLACK_BOT_TOKEN": "hello"}, "SLACK_BOT_TOKEN: a bot token starts with xoxb-"),
    "no way in": ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET is not set"),
    "a wrong port": ({**GOOD, "PORT": "http"}, "PORT: "),
    "a wrong database": ({**GOOD, "DATABASE_URL": "postgresql://u:p@h:p/x"}, "DATABASE_URL: "),
    "a database in a folder that cannot be": ({**GOOD, "DATABASE_URL": "sqlite:////dev/null/a.db"}, "DATABASE_URL: "),
    "a database that nobody serves": (
        {**GOOD, "DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"},
        "DATABASE_URL: postgresql+psycopg://u:***@127.0.0.1:1/x cannot be used",
    ),
    "no responses": ({**GOOD, "AMENDS_RESPONSES": "/nowhere"}, "AMENDS_RESPONSES: there is no folder /nowhere"),
    "no policies": ({**GOOD, "AMENDS_POLICIES": "/nowhere"}, "AMENDS_POLICIES: there is no folder /nowhere"),
}


@pytest.mark.parametrize("what", RUN)
def test_a_start_with_wrong_settings_ends_with_one_line_and_code_1(what: str, tmp_path: Path) -> None:
    values, begins = RUN[what]
    environment = {name: value for name, value in os.environ.items() if name not in NAMES}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT), **values},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(begins)
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_each_source_has_the_secret_of_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("INTAKE_SECRET_WEB_SHOP=sixteen-or-more-letters\n", encoding="utf-8")
    given(monkeypatch, INTAKE_SECRET_DESK=" another-one-that-is-long ")
    settings = read()
    assert settings.intake_secret_of("web-shop") == "sixteen-or-more-letters"
    assert settings.intake_secret_of("desk") == "another-one-that-is-long"
    assert settings.intake_secret_of("shop") == ""
    assert "sixteen" not in repr(settings)


@pytest.mark.parametrize(("name", "value"), [("INTAKE_SECRET_DESK", "short"), ("INTAKE_SECRET", "of-no-source-at-all")])
def test_a_wrong_secret_is_one_line_without_the_secret(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    given(monkeypatch, **{name: value})
    with pytest.raises(SettingsError) as error:
        read()
    assert str(error.value).startswith("INTAKE_SECRET: ")
    assert "correct it" in str(error.value)
    assert value not in str(error.value)
