"""Socket Mode: Slack's requests over a connection that we open."""

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackClientError

log = structlog.get_logger(__name__)

REQUESTS_AT_ONCE = 10


class Socket:
    """A connection to Slack that mends itself."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(
            app, app_token, web_client=app.client, concurrency=REQUESTS_AT_ONCE, ping_interval=10
        )

    def connect(self) -> None:
        """Open the connection. Raises SlackClientError or OSError when Slack does not let us."""
        self._handler.connect()  # type: ignore[no-untyped-call]

    @property
    def is_connected(self) -> bool:
        """Whether the connection stands now."""
        try:
            return self._handler.client.is_connected()
        except (SlackClientError, OSError):
            return False

    def close(self) -> None:
        """Take no more requests, and let go."""
        self._handler.client.auto_reconnect_enabled = False
        self._handler.close()  # type: ignore[no-untyped-call]
