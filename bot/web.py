"""The one web app: Slack's requests, handed to Bolt in a thread, and health."""

import logging
import re
import socket
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

log = structlog.get_logger(__name__)

LARGEST_BODY = 2_000_000
"""Bytes of a request from Slack that we read; its own are far smaller."""

LARGEST_WEBHOOK = 256_000
"""Bytes of a complaint sent to /intake."""

EXPOSITION = "text/plain; version=0.0.4"
"""The text format of Prometheus."""

_TIMESTAMP = re.compile(r"[0-9]{1,15}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")

Dispatch = Callable[[str, dict[str, list[str]]], tuple[int, dict[str, list[str]], str]]
"""Body and headers → status, headers and body: Bolt, without this module knowing it."""

Health = Callable[[], dict[str, Any]]


Intake = Callable[[str, Mapping[str, str], bytes], tuple[int, dict[str, Any]]]
"""Source, headers with names in small letters, and body → status and JSON: the side door."""


def build(dispatch: Dispatch | None, health: Health, intake: Intake | None = None) -> Starlette:
    """The web app. `dispatch` is None where Slack is reached by socket; `health` has a `ready` of true or false."""

    async def events(request: Request) -> Response:
        try:
            raw = await _body(request)
        except ClientDisconnect:
            return PlainTextResponse("", 400)
        if raw is None:
            return PlainTextResponse("The request is too large.", 413)
        fault = _fault(raw, request)
        if fault is not None:
            return fault
        headers = {name: request.headers.getlist(name) for name in set(request.headers.keys())}
        assert dispatch is not None  # noqa: S101
        status, answered, body = await run_in_threadpool(dispatch, raw.decode("utf-8"), headers)
        response = Response(body, status)
        for name, values in answered.items():
            for value in values:
                response.headers.append(name, value)
        return response

    async def webhook(request: Request) -> Response:
        try:
            raw = await _body(request, LARGEST_WEBHOOK)
        except ClientDisconnect:
            return JSONResponse({"error": "The body ended too early: send all of it."}, 400)
        if raw is None:
            fault = f"The body is too large: at most {LARGEST_WEBHOOK:,} bytes."
            return JSONResponse({"error": fault}, 413, {"Connection": "close"})
        assert intake is not None  # noqa: S101
        headers = dict(request.headers)
        status, answer = await run_in_threadpool(intake, request.path_params["source"], headers, raw)
        return JSONResponse(answer, status, {"Retry-After": "60"} if status >= 500 else None)

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(request: Request) -> Response:
        state = await run_in_threadpool(health)
        return JSONResponse(state, 200 if state["ready"] else 503)

    async def metrics(request: Request) -> Response:
        return PlainTextResponse(exposition(await run_in_threadpool(health)), media_type=EXPOSITION)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    if dispatch is not None:
        routes.append(Route("/slack/events", events, methods=["POST"]))
    if intake is not None:
        routes.append(Route("/intake/{source}", webhook, methods=["POST"]))
    return Starlette(routes=routes)


def exposition(state: Mapping[str, Any]) -> str:
    """What `/readyz` says, as numbers in the text format that Prometheus reads. What is not known is left out."""
    gauges = {
        "amends_ready": ("Whether the bot can do its work.", {"": int(bool(state["ready"]))}),
        "amends_up": (
            "Whether a part answers.",
            {f'{{part="{part}"}}': int(state[part] == "ok") for part in ("database", "slack")},
        ),
        "amends_outbox_notices": (
            "Messages that are due and not posted yet, and those that can never be posted.",
            {f'{{state="{name}"}}': count for name, count in state["outbox"].items()},
        ),
        "amends_reports_unread": (
            "Reports that are stored and have no card yet, or one that says that they could not be read.",
            {"": state["unread"]} if "unread" in state else {},
        ),
    }
    lines = []
    for name, (meaning, values) in gauges.items():
        lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
        lines += [f"{name}{labels} {value}" for labels, value in values.items()]
    return "\n".join(lines) + "\n"


def serve(app: Starlette, port: int) -> Any:
    """A server for the app on all addresses of this machine. Call `run()` on it; it ends on SIGTERM or Ctrl-C."""
    import uvicorn

    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host="0.0.0.0",  # noqa: S104
            port=port,
            access_log=False,
            log_config=None,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=5,
            backlog=2048,
        )
    )


async def _body(request: Request, largest: int = LARGEST_BODY) -> bytes | None:
    """The request's body; None when it is larger than we read."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            return None
        parts.append(part)
    return b"".join(parts)


def _fault(raw: bytes, request: Request) -> Response | None:
    """What Bolt would stumble over before it has checked who asks: headers of another shape, text that is not UTF-8."""
    if not _TIMESTAMP.fullmatch(request.headers.get("x-slack-request-timestamp", "")):
        return PlainTextResponse("The timestamp is missing or not a number.", 401)
    if not _SIGNATURE.fullmatch(request.headers.get("x-slack-signature", "")):
        return PlainTextResponse("The signature is missing or not one of Slack's.", 401)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return PlainTextResponse("The body is not UTF-8.", 400)
    return None


class PortError(Exception):
    """The port cannot be used. The message is one line: which, why, what to do."""


def check_port(port: int) -> None:
    """Raises PortError when somebody else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104
        except OSError as error:
            raise PortError(f"PORT: {port} cannot be used ({error.strerror}): choose another") from None
