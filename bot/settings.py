"""Settings from the environment, or from a `.env` file. The only reader of environment variables."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSetting

ROOT = Path(__file__).resolve().parent.parent

_BOT_TOKEN = re.compile(r"(xoxb|xoxe\.xoxb)-[!-~]+")
_APP_TOKEN = re.compile(r"xapp-[!-~]+")
_PORT_OF_SERVER = re.compile(r"(?:[^:/]*(?::[^@]*)?@)?(?:\[[^/?]+\]|[^/:?]+)?(?::(?P<port>[^/?]*))?")
"""What stands before the name of a database, as SQLAlchemy reads it."""


SHORTEST_SECRET = 16
"""Characters of a secret that webhooks are signed with."""


class SettingsError(Exception):
    """A setting is missing or wrong. The message is one line: which, why, what to do."""


class Settings(BaseSettings):
    """Every setting Amends has. Names in the environment are the same in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, env_nested_delimiter="_", env_nested_max_split=1
    )

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    database_url: str = "sqlite:///amends.db"
    port: int = 3000
    intake_secret: dict[str, SecretStr] = {}
    """The secret of each source in `policies/intake.yml`: INTAKE_SECRET_HELP_DESK is that of `help-desk`."""
    amends_responses: Path = ROOT / "responses"
    amends_policies: Path = ROOT / "policies"

    @field_validator("*", mode="before")
    @classmethod
    def _without_blanks(cls, value: Any) -> Any:
        return value.strip() if isinstance(value, str) else value

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _BOT_TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("a bot token starts with xoxb-: copy it whole from OAuth & Permissions in your Slack app")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _APP_TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError(
                "an app-level token starts with xapp-: copy it whole from Basic Information in your Slack app"
            )
        return value

    @field_validator("intake_secret")
    @classmethod
    def _intake_secret(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, secret in value.items():
            if len(secret.get_secret_value().strip()) < SHORTEST_SECRET:
                raise ValueError(
                    f"that of {name.upper()} has fewer than {SHORTEST_SECRET} characters: "
                    "correct it, for example with one made by `openssl rand -hex 32`"
                )
        return {name.lower(): SecretStr(secret.get_secret_value().strip()) for name, secret in value.items()}

    @field_validator("slack_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("must start with https:// (or http:// for a local workspace): correct it or remove it")
        if not urlsplit(value).hostname:
            raise ValueError("has no host name: correct it or remove it")
        return value if value.endswith("/") else value + "/"

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, value: str) -> str:
        for given in ("postgres://", "postgresql://", "postgresql+psycopg://"):
            if value.startswith(given):
                server = value.removeprefix(given)
                port = (_PORT_OF_SERVER.match(server) or {"port": None})["port"] or "5432"
                if not (port.isascii() and port.isdigit() and 0 < int(port[:9]) < 65536):
                    raise ValueError("its port is not a number from 1 to 65535: correct it or remove it")
                return "postgresql+psycopg://" + server
        if value.startswith("sqlite:///"):
            return value
        raise ValueError("must start with sqlite:/// or postgresql://: correct it or remove it")

    @field_validator("port")
    @classmethod
    def _port(cls, value: int) -> int:
        if not 1 <= value <= 65535:
            raise ValueError("must be a number from 1 to 65535: choose a free one")
        return value

    @field_validator("amends_responses", "amends_policies")
    @classmethod
    def _folder(cls, value: Path) -> Path:
        if not value.is_dir():
            raise ValueError(f"there is no folder {value}: correct it or remove it")
        return value

    def intake_secret_of(self, source: str) -> str:
        """The secret of a source of `policies/intake.yml`; empty when none is set."""
        secret = self.intake_secret.get(source.replace("-", "_"))
        return secret.get_secret_value() if secret else ""

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached over a socket (an app token is set) rather than by HTTP requests to us."""
        return bool(self.slack_app_token.get_secret_value())

    @property
    def port_given(self) -> bool:
        """Whether somebody chose the port."""
        return "port" in self.model_fields_set


def read(*, needs_slack: bool = False, needs_door: bool = False) -> Settings:
    """Read the settings. `needs_slack` asks for a bot token, `needs_door` also for a way in. Raises SettingsError."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError(_first(error)) from None
    except UnreadableSetting:
        raise SettingsError(
            "INTAKE_SECRET: names no source: correct it, for the source help-desk to INTAKE_SECRET_HELP_DESK"
        ) from None
    except (UnicodeDecodeError, OSError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise SettingsError(f".env: cannot be read ({reason}): correct it or remove it") from None
    if needs_slack and not settings.slack_bot_token.get_secret_value():
        raise SettingsError(
            "SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token (xoxb-…) of your Slack app "
            "into the environment or .env"
        )
    if needs_door and not settings.socket_mode and not settings.slack_signing_secret.get_secret_value():
        raise SettingsError(
            "SLACK_SIGNING_SECRET is not set: copy it from Basic Information in your Slack app, "
            "or set SLACK_APP_TOKEN to use Socket Mode"
        )
    return settings


def _first(error: ValidationError) -> str:
    item: Any = error.errors()[0]
    name = str(item["loc"][0]).upper()
    if item["type"] == "value_error":
        return f"{name}: {item['ctx']['error']}"
    if item["type"].startswith("int_"):
        return f"{name}: must be a whole number: correct it or remove it"
    return f"{name}: {item['msg'][0].lower()}{item['msg'][1:]}: correct it or remove it"
