# ruff: noqa: F811  (fixtures of the door are named like the arguments that ask for them)
"""The web app as Slack, and as somebody who is not Slack, meets it: signed requests in, health out."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot import web
from bot.slack.http import dispatcher
from bot.store.tables import cases
from tests.slack.conftest import bot, patience, server, short_logs, slack, sqlite  # noqa: F401
from tests.slack.recorded import Door, body_of, press, recorded, signed

READY = {"ready": True, "database": "ok", "slack": "ok", "outbox": {}}


@pytest.fixture
def client(bot: Door) -> TestClient:
    """Somebody with an HTTP client, in front of the whole door."""
    app = web.build(dispatcher(bot.app), lambda: READY)
    return TestClient(app, raise_server_exceptions=True)


def post(client: TestClient, body: str | bytes, headers: dict[str, str]) -> Any:
    return client.post("/slack/events", content=body, headers=headers)


def test_a_signed_event_opens_a_case(client: TestClient, bot: Door) -> None:
    body = body_of(recorded("message"))
    assert post(client, body, signed(body)).status_code == 200
    assert len(bot.cases()) == 1


def test_a_signed_press_and_a_signed_command_are_answered(client: TestClient, bot: Door) -> None:
    bot.report()
    for payload in (press("cases.take", 1), recorded("command", text="help")):
        body = body_of(payload)
        assert post(client, body, signed(body)).status_code == 200
    assert bot.case().owner == "U0ANAAGENT"


def test_the_handshake_is_answered(client: TestClient) -> None:
    body = body_of(recorded("url_verification"))
    answer = post(client, body, signed(body))
    assert answer.json() == {"challenge": recorded("url_verification")["challenge"]}


BODY = body_of(recorded("message"))


def headers(**changed: str | None) -> dict[str, str]:
    given = {**signed(BODY), **{name.replace("_", "-"): value for name, value in changed.items()}}
    return {name: value for name, value in given.items() if value is not None}


NOT_SLACK: dict[str, Callable[[], dict[str, str]]] = {
    "no headers at all": dict,
    "no signature": lambda: headers(x_slack_signature=None),
    "no timestamp": lambda: headers(x_slack_request_timestamp=None),
    "an empty signature": lambda: headers(x_slack_signature=""),
    "a signature by another secret": lambda: signed(BODY, secret="another"),
    "a signature of another body": lambda: signed(BODY + " "),
    "a body older than five minutes": lambda: signed(BODY, at=time.time() - 301),
    "a body from the future": lambda: signed(BODY, at=time.time() + 301),
    "a timestamp in words": lambda: headers(x_slack_request_timestamp="yesterday"),
    "a timestamp below zero": lambda: headers(x_slack_request_timestamp="-1"),
    "a timestamp with a fraction": lambda: headers(x_slack_request_timestamp=f"{time.time()}"),
    "a timestamp in other digits": lambda: {**headers(), "x-slack-request-timestamp": "²²²"},
    "a timestamp beyond every calendar": lambda: headers(x_slack_request_timestamp="9" * 15),
    "a timestamp longer than Python reads": lambda: headers(x_slack_request_timestamp="9" * 5000),
    "a signature that is not ASCII": lambda: headers(x_slack_signature="v0=é"),
    "a signature of another version": lambda: headers(x_slack_signature="v1=" + "0" * 64),
}


@pytest.mark.parametrize("why", NOT_SLACK)
def test_what_slack_did_not_sign_is_refused_and_nothing_is_stored(
    client: TestClient,
    bot: Door,
    why: str,
) -> None:
    encoded = {name: value.encode("latin-1") for name, value in NOT_SLACK[why]().items()}
    answer = client.post("/slack/events", content=BODY, headers=encoded)
    assert answer.status_code == 401
    assert "Traceback" not in answer.text
    assert bot.rows(cases) == []


@pytest.mark.parametrize("why", ["a signature that is not ASCII", "a timestamp longer than Python reads"])
def test_a_stranger_can_not_make_us_write_to_anybody(client: TestClient, bot: Door, why: str) -> None:
    """Whoever makes Bolt stumble must not reach the handler that answers people: the address is theirs."""
    payload = press("cases.take", 1)
    payload["response_url"] = f"{bot.server.root}/response/1"
    encoded = {name: value.encode("latin-1") for name, value in NOT_SLACK[why]().items()}
    client.post("/slack/events", content=body_of(payload), headers=encoded)
    assert (bot.slack.whispers, bot.slack.by_url) == ([], [])


MALFORMED = {
    "not UTF-8": b'{"type": "event_callback", "event": "\xff\xfe"}',
    "not JSON": b'{"type": ',
    "a JSON list": b'[{"type": "event_callback"}]',
    "a JSON text": b'"event_callback"',
    "a JSON number": b"42",
    "JSON null": b"null",
    "a form with a list": b"payload=%5B1%5D",
    "a form with no JSON": b"payload=nonsense",
    "empty": b"",
    "brackets without end": b"[" * 100_000,
    "objects without end": b'{"a":' * 100_000,
    "a number without end": b'{"a": ' + b"9" * 10_000 + b"}",
    "a body of no kind we know": b'{"hello": "there"}',
    "an event of no kind we know": b'{"type": "event_callback", "event": {"type": "star_added"}}',
    "an event that is a text": b'{"type": "event_callback", "event": "x"}',
    "an event without its fields": b'{"type": "event_callback", "event": ["message"]}',
    "a view that is a list": b"payload=%7B%22type%22%3A%22view_submission%22%2C%22view%22%3A%5B%5D%7D",
}


@pytest.mark.parametrize("what", MALFORMED)
@pytest.mark.parametrize("is_signed", [True, False])
def test_a_malformed_body_is_the_senders_fault(
    client: TestClient,
    bot: Door,
    what: str,
    is_signed: bool,
) -> None:
    body = MALFORMED[what]
    given = signed(body.decode("latin-1")) if is_signed else headers()
    if is_signed and what == "not UTF-8":
        given = headers()
    answer = post(client, body, given)
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text
    assert bot.rows(cases) == []
    after = body_of(recorded("message"))
    assert post(client, after, signed(after)).status_code == 200


def test_a_huge_body_is_not_read_to_its_end(client: TestClient) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(200):
            read += 100_000
            yield b"x" * 100_000

    answer = client.post("/slack/events", content=endless(), headers=headers())
    assert answer.status_code == 413


def test_a_body_of_just_the_allowed_size_is_read(client: TestClient) -> None:
    body = "x" * web.LARGEST_BODY
    assert post(client, body, signed(body)).status_code == 404
    assert post(client, body + "x", signed(body + "x")).status_code == 413


def test_only_post_is_answered_at_slacks_address(client: TestClient) -> None:
    assert client.get("/slack/events").status_code == 405
    assert client.post("/slack/else").status_code == 404


def test_a_database_that_is_away_is_a_500_for_an_event(client: TestClient, bot: Door) -> None:
    bot.database_away = True
    body = body_of(recorded("message"))
    assert post(client, body, signed(body)).status_code == 500


def test_an_error_of_the_whole_bolt_app_is_a_500_without_its_inside(bot: Door) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("inside")

    bot.app.dispatch = fail  # type: ignore[method-assign,assignment]
    body = body_of(recorded("message"))
    answer = post(TestClient(web.build(dispatcher(bot.app), lambda: READY)), body, signed(body))
    assert (answer.status_code, answer.text) == (500, "")


def test_requests_are_answered_side_by_side() -> None:
    """A slow listener must not keep others waiting: each runs in a thread of its own."""
    barrier = threading.Barrier(3, timeout=5)

    def dispatch(body: str, headers: dict[str, list[str]]) -> tuple[int, dict[str, list[str]], str]:
        barrier.wait()
        return 200, {}, body

    with TestClient(web.build(dispatch, lambda: READY)) as client:
        answers: list[str] = []
        threads = [
            threading.Thread(target=lambda n=n: answers.append(post(client, f"{{{n}}}", signed(f"{{{n}}}")).text))
            for n in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert sorted(answers) == ["{0}", "{1}", "{2}"]


def test_every_header_of_the_answer_reaches_slack() -> None:
    app = web.build(lambda body, headers: (200, {"x-two": ["a", "b"], "content-type": ["text/x"]}, "ok"), lambda: READY)
    answer = post(TestClient(app), "{}", signed("{}"))
    assert answer.headers.get_list("x-two") == ["a", "b"]
    assert answer.headers["content-type"] == "text/x"


def test_alive_is_said_whatever_else_is_wrong() -> None:
    client = TestClient(web.build(None, lambda: {"ready": False}))
    assert client.get("/healthz").text == "ok"


@pytest.mark.parametrize(("ready", "status"), [(True, 200), (False, 503)])
def test_ready_says_what_is_wrong(ready: bool, status: int) -> None:
    state = {"ready": ready, "database": "away", "slack": "ok", "outbox": {"due": 3, "set_aside": 1}}
    answer = TestClient(web.build(None, lambda: state)).get("/readyz")
    assert (answer.status_code, answer.json()) == (status, state)


def test_behind_a_socket_slacks_address_is_not_there() -> None:
    assert TestClient(web.build(None, lambda: READY)).post("/slack/events").status_code == 404


def test_a_busy_port_is_named_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(web.PortError) as error:
            web.check_port(port)
    assert str(error.value).startswith(f"PORT: {port} cannot be used (")
    assert "choose another" in str(error.value)
    web.check_port(port)


def test_the_real_server_answers_and_stops() -> None:
    import httpx

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    uvicorn = web.serve(web.build(None, lambda: READY), port)
    thread = threading.Thread(target=uvicorn.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 5
    while not uvicorn.started and time.monotonic() < deadline:
        time.sleep(0.01)
    answer = httpx.get(f"http://127.0.0.1:{port}/readyz")
    assert (answer.status_code, "server" in answer.headers) == (200, False)
    uvicorn.should_exit = True
    thread.join(5)
    assert not thread.is_alive()
    assert logging.getLogger("uvicorn.error").level == logging.WARNING


@pytest.mark.parametrize(
    ("state", "numbers"),
    [
        (
            {"ready": True, "database": "ok", "slack": "ok", "outbox": {"due": 3, "set_aside": 1}, "unread": 7},
            ["1", "1", "1", "3", "1", "7"],
        ),
        (
            {"ready": False, "database": "ok", "slack": "away", "outbox": {"due": 3, "set_aside": 0}, "unread": 0},
            [*"0", *"10", *"30", *"0"],
        ),
        ({"ready": False, "database": "away", "slack": "ok", "outbox": {}}, ["0", "0", "1"]),
    ],
    ids=["well", "Slack is away", "the database is away"],
)
def test_metrics_say_the_same_in_numbers(state: dict[str, Any], numbers: list[str]) -> None:
    answer = TestClient(web.build(None, lambda: state)).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    names = [
        "amends_ready",
        'amends_up{part="database"}',
        'amends_up{part="slack"}',
        'amends_outbox_notices{state="due"}',
        'amends_outbox_notices{state="set_aside"}',
        "amends_reports_unread",
    ]
    assert [line for line in lines if not line.startswith("#")] == [
        f"{name} {number}" for name, number in zip(names, numbers, strict=False)
    ]
    assert [line.split()[2] for line in lines if line.startswith("# TYPE")] == [
        "amends_ready",
        "amends_up",
        "amends_outbox_notices",
        "amends_reports_unread",
    ]
