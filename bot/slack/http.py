"""Slack's HTTP requests → Bolt, without letting a malformed one through."""

from collections.abc import Callable, Sequence

import structlog
from slack_bolt import App, BoltRequest

log = structlog.get_logger(__name__)

Answer = tuple[int, dict[str, list[str]], str]
"""Status, headers and body."""


def dispatcher(app: App) -> Callable[[str, dict[str, list[str]]], Answer]:
    """A function from a request's body and headers to its answer. It never raises."""

    def dispatch(body: str, headers: dict[str, list[str]]) -> Answer:
        try:
            request = BoltRequest(body=body, headers=dict[str, str | Sequence[str]](headers))
            if not _is_slacks_shape(request.body):
                raise TypeError("not of the shape Slack sends")
        except Exception as error:
            log.warning("request.malformed", reason=type(error).__name__)
            return 400, {}, "The body cannot be read: send what Slack sends."
        try:
            answer = app.dispatch(request)
        except Exception as error:
            log.error("request.failed", error=type(error).__name__, exc_info=error)
            return 500, {}, ""
        return answer.status, {name: list(values) for name, values in answer.headers.items()}, answer.body

    return dispatch


def _is_slacks_shape(body: object) -> bool:
    """Whether a body is an object, and what Bolt takes for objects in it are objects."""
    names = ("event", "view", "user", "team", "channel", "container", "message", "enterprise")
    if not isinstance(body, dict):
        return False
    return "type" not in body or all(isinstance(body.get(name), dict | None) for name in names)
