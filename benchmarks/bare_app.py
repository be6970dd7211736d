"""The reference: a Bolt app that acknowledges each message and does nothing, behind exactly the server of Amends."""

import sys
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult

from benchmarks.workspace import BOT, BOT_USER, SECRET, TOKEN, WORKSPACE
from bot import web
from bot.slack.http import dispatcher


def build() -> App:
    """A Bolt app with one listener that only acknowledges."""
    result = AuthorizeResult(enterprise_id=None, team_id=WORKSPACE, bot_user_id=BOT_USER, bot_id=BOT, bot_token=TOKEN)

    def authorize(**_: Any) -> AuthorizeResult:
        return result

    app = App(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    @app.event("message")
    def message(ack: Ack) -> None:
        ack()

    return app


if __name__ == "__main__":
    web.serve(web.build(dispatcher(build()), lambda: {"ready": True}), int(sys.argv[1])).run()
