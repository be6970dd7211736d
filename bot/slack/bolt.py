"""The Bolt app: whose request it is, and what a person hears when something goes wrong."""

import secrets
from collections.abc import Callable
from logging import Logger
from typing import Any

import structlog
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.flows.session import Unavailable
from bot.slack.directory import error_code
from bot.slack.house import House
from bot.slack.ids import Field
from bot.slack.listeners import (
    alerts,
    approvals,
    cases,
    channels,
    commands,
    detect,
    drafts,
    followups,
    home,
    offers,
    replies,
    reports,
    team,
)
from bot.slack.payloads import Payload, Self

log = structlog.get_logger(__name__)


def build(house: House, signing_secret: str, bolt_logger: Logger) -> App:
    """The app with every listener. It acknowledges a request only after its listener has committed."""
    app = App(
        client=house.client,
        signing_secret=signing_secret,
        authorize=_authorize(house),
        process_before_response=True,
        logger=bolt_logger,
        raise_error_for_unhandled_request=False,
    )
    app.use(_of_our_workspace(house.me))
    app.error(_tell_and_log(house))
    reports.register(app, house)
    detect.register(app, house)
    cases.register(app, house)
    alerts.register(app, house)
    drafts.register(app, house)
    replies.register(app, house)
    followups.register(app, house)
    offers.register(app, house)
    approvals.register(app, house)
    home.register(app, house)
    commands.register(app, house)
    team.register(app, house)
    channels.register(app, house)
    return app


def who_are_we(client: WebClient) -> Self:
    """Ask Slack whom the bot token belongs to. Raises SlackApiError when it is refused."""
    answer = client.auth_test()
    return Self(
        workspace=str(answer["team_id"]),
        enterprise=answer.get("enterprise_id"),
        user=str(answer["user_id"]),
        bot=answer.get("bot_id"),
    )


def _authorize(house: House) -> Callable[..., AuthorizeResult]:
    result = AuthorizeResult(
        enterprise_id=house.me.enterprise,
        team_id=house.me.workspace,
        bot_user_id=house.me.user,
        bot_id=house.me.bot,
        bot_token=house.client.token,
    )

    def authorize(**_: Any) -> AuthorizeResult:
        return result

    return authorize


def _of_our_workspace(me: Self) -> Callable[..., BoltResponse | None]:
    """Turn away what another workspace sent: nothing of ours is for it."""

    def middleware(body: Payload, next: Callable[[], Any], context: Any) -> BoltResponse | None:
        team, enterprise = context.team_id, context.enterprise_id
        if team in (None, me.workspace) or (enterprise and enterprise == me.enterprise):
            next()
            return None
        log.warning("request.other_workspace", team=team)
        return BoltResponse(status=200)

    return middleware


def _tell_and_log(house: House) -> Callable[..., BoltResponse]:
    """One answer for everything that goes wrong: a code for the person, the same code in the log."""

    def handle(error: Exception, body: Payload) -> BoltResponse:
        code = secrets.token_hex(3).upper()
        reason = error_code(error) if isinstance(error, SlackApiError) else None
        away = isinstance(error, Unavailable)
        log.error("request.failed", code=code, kind=body.get("type"), reason=reason, exc_info=error)
        text = _apology(error, code, away=away)
        if body.get("type") == "view_submission":
            return BoltResponse(status=200, body=_errors_in_form(body, text))
        if body.get("command"):
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text})
        if body.get("type") != "event_callback":
            house.tell(body, text)
        return BoltResponse(status=500)

    return handle


def _apology(error: Exception, code: str, *, away: bool) -> str:
    if away:
        return f"The database cannot be reached, so nothing was changed. Please try again in a minute. ({code})"
    expired = isinstance(error, SlackApiError) and error.response.get("error") in (
        "expired_trigger_id",
        "exchanged_trigger_id",
    )
    if expired:
        return f"That took too long for Slack to open a form. Please press again. ({code})"
    return (
        f"Something went wrong on our side and nothing was changed. Please try again; if it stays, report code {code}."
    )


def _errors_in_form(body: Payload, text: str) -> dict[str, Any]:
    blocks = [block["block_id"] for block in body["view"]["blocks"] if block.get("type") == "input"]
    field = next((name for name in (Field.REPLY, Field.TEXT) if name in blocks), blocks[0])
    return {"response_action": "errors", "errors": {field: text}}
