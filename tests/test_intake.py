# ruff: noqa: F811  (fixtures of the door are named like the arguments that ask for them)
"""Complaints by webhook, over real HTTP: who is believed, what opens a case, and what the sender is told."""

import base64
import hashlib
import hmac
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot import web
from bot.content.bundle import Content
from bot.domain.complaint import MAX_TEXT
from bot.domain.complaint import Door as Way
from bot.domain.intake import Form, Intake, Source
from bot.flows.cards import Card
from bot.flows.reading import Reader
from bot.flows.session import Unavailable
from bot.flows.together import Together
from bot.intake.door import Door as SideDoor
from bot.intake.signature import sign
from bot.settings import ROOT
from bot.slack.blocks import cases as case_blocks
from bot.slack.directory import SlackAway
from bot.store import cases
from bot.store.db import Database
from bot.store.tables import audit, notices
from tests.builders import a_case, a_complaint
from tests.slack.conftest import bot, patience, server, short_logs, slack, sqlite  # noqa: F401
from tests.slack.fake_slack import COMPLAINTS, FakeSlack
from tests.slack.recorded import TEAM
from tests.test_app import Start, free_port, start, until  # noqa: F401

SECRET = "a-secret-of-twenty-four-c"
SOURCES = Intake(
    (
        Source("shop", "complaints", Form.JSON),
        Source("zen", "complaints", Form.ZENDESK, "https://acme.zendesk.com/agent/tickets/{id}"),
        Source("fresh", "complaints", Form.FRESHDESK),
        Source("bare", "complaints", Form.JSON),
        Source("lost", "not-here", Form.JSON),
    )
)
BODY: dict[str, Any] = {"id": "77", "text": "My parcel is five days late and nobody answers."}


class Desk:
    """A help desk in front of the side door, on one database."""

    def __init__(self, database: Database, content: Content) -> None:
        self.database, self.away, self.slack_away = database, False, False
        now = lambda: datetime.now(UTC)  # noqa: E731
        self.reader = Reader(database.transaction, database.looking, lambda: content, TEAM, now)
        together = Together(self._transaction, TEAM, now, lambda: None)
        self.door = SideDoor(
            intake=lambda: SOURCES,
            secret_of=lambda name: "" if name == "bare" else SECRET,
            channel_id=self._channel_id,
            open_report=together.open,
            now=now,
        )
        self.client = TestClient(web.build(None, lambda: {"ready": True}, self.door.receive))

    def _transaction(self) -> Any:
        if self.away:
            raise Unavailable[3]("away")
        return self.database.transaction()

    def _channel_id(self, written: str) -> str | None:
        if self.slack_away:
            raise SlackAway("away")
        return COMPLAINTS if written == "complaints" else None

    def send(self, body: Any, source: str = "shop", **headers: str | None) -> Any:
        """Send a body, signed now; headers given replace those, None leaves one out."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed: dict[str, str | None] = dict(signature(raw))
        signed |= {name.replace("_", "-"): value for name, value in headers.items()}
        given = {name: value.encode("latin-1") for name, value in signed.items() if value is not None}
        answer = self.client.post(f"/intake/{source}", content=raw, headers=given)
        while self.reader.read_some() is not None:
            pass
        return answer

    def cases(self) -> list[cases.Case]:
        with self.database.reading() as session:
            found = [cases.by_number(session, TEAM, number) for number in range(1001, 1010)]
        return [case for case in found if case is not None]


def signature(raw: bytes, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    return {"x-amends-timestamp": stamp, "x-amends-signature": sign(secret, stamp, raw)}


def zendesk_signature(raw: bytes, *, at: str | None = None) -> dict[str, str | None]:
    stamp = at or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.new(SECRET.encode(), stamp.encode() + raw, hashlib.sha256).digest()
    return {
        "x-zendesk-webhook-signature-timestamp": stamp,
        "x-zendesk-webhook-signature": base64.b64encode(digest).decode(),
        "x-amends-timestamp": None,
        "x-amends-signature": None,
    }


@pytest.fixture
def desk(database: Database, content: Content) -> Desk:
    return Desk(database, content)


def test_a_signed_complaint_opens_a_case_whose_card_stands_by_itself(desk: Desk) -> None:
    answer = desk.send(
        {
            **BODY,
            "customer": " Mia  Berg ",
            "reference": "4711",
            "category": "delivery.late",
            "url": "https://desk.example.com/77",
            "created_at": "2026-03-02T09:30:00+01:00",
        }
    )
    assert (answer.status_code, answer.json()) == (201, {"case": "R-1001", "new": True})
    [case] = desk.cases()
    complaint = case.complaint
    assert (complaint.door, complaint.channel, complaint.thread_ts) == (Way.WEBHOOK, COMPLAINTS, None)
    assert (complaint.reporter, complaint.text) == (None, BODY["text"])
    assert complaint.link == "https://desk.example.com/77"
    assert complaint.said_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert (case.details.customer, case.details.reference) == ("Mia Berg", "4711")
    assert case.details.category == "delivery.late"
    assert [field for field, _ in case.details.guessed if field in ("customer", "reference", "category")] == []
    with desk.database.reading() as session:
        assert [row.kind for row in session.execute(notices.select().order_by(notices.c.id))] == ["card", "reminder"]
        assert [row.action for row in session.execute(audit.select())] == [
            "case:opened",
            "case:read",
            "draft:suggested",
        ]


def test_only_an_id_and_words_are_needed_and_the_rest_is_guessed(desk: Desk) -> None:
    assert desk.send(BODY).status_code == 201
    [case] = desk.cases()
    assert case.details.category.startswith("delivery")
    assert case.details.words_for("category")


def test_the_same_id_opens_one_case_however_often_it_comes(desk: Desk) -> None:
    assert [desk.send(BODY).json() for _ in range(3)] == [
        {"case": "R-1001", "new": True},
        {"case": "R-1001", "new": False},
        {"case": "R-1001", "new": False},
    ]
    assert desk.send({**BODY, "text": "Other words."}).status_code == 200
    assert [case.complaint.text for case in desk.cases()] == [BODY["text"]]
    assert desk.send({**BODY, "id": "78"}).json() == {"case": "R-1002", "new": True}


def test_a_number_may_be_the_id_and_is_the_same_id_as_its_digits(desk: Desk) -> None:
    assert desk.send({**BODY, "id": 77}).json()["new"] is True
    assert desk.send({**BODY, "id": "77"}).json()["new"] is False


def test_two_sources_may_use_the_same_id(desk: Desk) -> None:
    assert desk.send(BODY).json()["case"] == "R-1001"
    ticket = {"ticket_id": 77, "ticket_subject": "Late", "ticket_description": "Still not here"}
    assert desk.send({"freshdesk_webhook": ticket}, "fresh").json()["case"] == "R-1002"


RAW = json.dumps(BODY).encode()
STAMP = "1772443815"
NOT_BELIEVED: dict[str, tuple[Callable[[], dict[str, str | None]], str]] = {
    "no signature": (lambda: {"x-amends-signature": None}, "X-Amends-Signature is missing"),
    "an empty signature": (lambda: {"x-amends-signature": ""}, "X-Amends-Signature is missing"),
    "no time": (lambda: {"x-amends-timestamp": None}, "X-Amends-Timestamp is missing"),
    "a time in words": (lambda: {"x-amends-timestamp": "now"}, "X-Amends-Timestamp is missing or not a time"),
    "a time below zero": (lambda: {"x-amends-timestamp": "-1"}, "not a time"),
    "a time in other digits": (lambda: {"x-amends-timestamp": "²"}, "not a time"),
    "a time without end": (lambda: {"x-amends-timestamp": "9" * 4000}, "not a time"),
    "six minutes ago": (lambda: {**signature(RAW, at=time.time() - 301)}, "more than five minutes"),
    "six minutes ahead": (lambda: {**signature(RAW, at=time.time() + 301)}, "more than five minutes"),
    "another secret": (lambda: {**signature(RAW, secret="another-secret-of-others")}, "does not fit the body"),
    "another body": (lambda: {**signature(RAW + b" ")}, "does not fit the body"),
    "another time": (lambda: {"x-amends-timestamp": str(int(time.time()) - 7)}, "does not fit the body"),
    "no version": (lambda: {"x-amends-signature": signature(RAW)["x-amends-signature"][3:]}, "does not fit"),
    "letters that are not ASCII": (lambda: {"x-amends-signature": "é" * 67}, "does not fit the body"),
    "Zendesk, another body": (lambda: zendesk_signature(RAW + b" "), "X-Zendesk-Webhook-Signature does not fit"),
    "Zendesk, an old time": (lambda: zendesk_signature(RAW, at="2026-01-01T00:00:00Z"), "more than five minutes"),
    "Zendesk, no time": (lambda: zendesk_signature(RAW, at="soon"), "is missing or not a time"),
}


@pytest.mark.parametrize("why", NOT_BELIEVED)
def test_what_is_not_signed_now_by_the_source_is_refused_and_nothing_is_stored(desk: Desk, why: str) -> None:
    made, reason = NOT_BELIEVED[why]
    answer = desk.send(RAW, **{name.replace("-", "_"): value for name, value in made().items()})
    assert answer.status_code == 401
    assert reason in answer.json()["error"]
    assert desk.cases() == []


def test_zendesk_signs_in_its_own_way(desk: Desk) -> None:
    headers = {name.replace("-", "_"): value for name, value in zendesk_signature(RAW).items()}
    assert desk.send(RAW, **headers).status_code == 201


FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no id": ({"id": None}, "id", "missing: add it"),
    "an empty text": ({"text": ""}, "text", "missing: add it"),
    "a blank text": ({"text": " \n\x00"}, "text", "is blank"),
    "a text that is a list": ({"text": ["x"]}, "text", "must be text, not a list"),
    "an id that is true": ({"id": True}, "id", "must be text, not true or false"),
    "an id with a space": ({"id": "a b"}, "id", "must be of letters"),
    "an id that breaks out of a link": ({"id": "7|7>"}, "id", "must be of letters"),
    "an id without end": ({"id": "7" * 121}, "id", "is 121 characters long: at most 120"),
    "a number without end": ({"id": 10**200}, "id", "at most 120"),
    "a customer of a novel": ({"customer": "x" * 151}, "customer", "is 151 characters long: at most 150"),
    "a reference that is an object": ({"reference": {}}, "reference", "must be text, not an object"),
    "a category of theirs": ({"category": "delivery.lat"}, "category", "did you mean delivery.late?"),
    "a category of nobody": ({"category": "zzz"}, "category", "is not one of ours: leave it out"),
    "a script for an address": ({"url": "javascript:alert(1)"}, "url", "is not an address"),
    "an address with a pipe": ({"url": "https://x.example/|here"}, "url", "is not an address"),
    "a time in words": ({"created_at": "yesterday"}, "created_at", "is not a time"),
    "a time without zone": ({"created_at": "2026-03-02T09:30:00"}, "created_at", "has no zone"),
    "a time to come": ({"created_at": "2199-01-01T00:00:00Z"}, "created_at", "is in the future"),
    "a time of old": ({"created_at": "1850-01-01T00:00:00Z"}, "created_at", "is before 1970"),
    "a field misspelt": ({"costumer": "Mia"}, "costumer", "did you mean customer?"),
    "a field of nobody": ({"zzzzzz": 1}, "zzzzzz", "unknown field: remove it"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_wrong_field_is_named_with_what_to_do(desk: Desk, what: str) -> None:
    changed, field, words = FAULTS[what]
    answer = desk.send({**BODY, **changed})
    assert answer.status_code == 422
    assert words in answer.json()["fields"][field]
    assert answer.json()["error"].startswith(f"{field}: ")
    assert desk.cases() == []


def test_every_wrong_field_is_named_at_once(desk: Desk) -> None:
    assert {*desk.send({"url": "x", "category": 1}).json()["fields"]} == {"id", "text", "url", "category"}


MALFORMED = {
    "empty": b"",
    "not JSON": b'{"id": ',
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "not UTF-8": b'{"id": "\xff"}',
    "brackets without end": b"[" * 100_000,
    "objects without end": b'{"a":' * 40_000,
    "digits without end": b'{"id": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_body_that_is_no_json_object_is_the_senders_fault(desk: Desk, what: str) -> None:
    answer = desk.send(MALFORMED[what])
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("The body is not")
    assert desk.send(BODY).status_code == 201


def test_a_text_longer_than_we_keep_is_cut(desk: Desk) -> None:
    assert desk.send({**BODY, "text": "late " * 9_000}).status_code == 201
    assert len(desk.cases()[0].complaint.text) <= MAX_TEXT


def test_a_huge_body_is_not_read_to_its_end(desk: Desk) -> None:
    read = 0

    def endless() -> Any:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b"x" * 100_000

    answer = desk.client.post("/intake/shop", content=endless())
    assert (answer.status_code, "error" in answer.json()) == (413, True)
    assert desk.send(b" " * (web.LARGEST_WEBHOOK - len(RAW)) + RAW).status_code == 201


def test_who_is_not_a_source_is_told_where_sources_are_named(desk: Desk) -> None:
    answer = desk.send(BODY, "stranger")
    assert (answer.status_code, "policies/intake.yml" in answer.json()["error"]) == (404, True)
    assert desk.client.get("/intake/shop").status_code == 405


AWAY: dict[str, Callable[[Desk], Any]] = {
    "the database": lambda desk: setattr(desk, "away", True),
    "Slack": lambda desk: setattr(desk, "slack_away", True),
}


@pytest.mark.parametrize("what", AWAY)
def test_while_something_is_away_the_sender_is_asked_to_come_again(desk: Desk, what: str) -> None:
    AWAY[what](desk)
    answer = desk.send(BODY)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "Send the same request again" in answer.json()["error"]
    desk.away = desk.slack_away = False
    assert desk.cases() == []
    assert desk.send(BODY).json() == {"case": "R-1001", "new": True}


@pytest.mark.parametrize("source", ["bare", "lost"])
def test_a_source_without_a_secret_or_a_channel_waits_for_an_admin(desk: Desk, source: str) -> None:
    assert desk.send(BODY, source).status_code == 503


def test_an_answer_holds_nothing_the_customer_wrote(desk: Desk) -> None:
    for changed in ({}, {"customer": "Mia Berg" * 30}, {"created_at": "Mia Berg"}, {"url": "Mia Berg"}):
        assert "Mia" not in desk.send({**BODY, "text": "Mia Berg is upset", **changed}).text


ZENDESK = {
    "type": "zen:event-type:ticket.created",
    "account_id": 22129848,
    "id": "cbe4028c-7239-495d-b020-f22348516046",
    "time": "2026-03-01T11:26:09Z",
    "zendesk_event_version": "2022-11-06",
    "subject": "zen:ticket:5158",
    "detail": {
        "actor_id": "8447388090494",
        "created_at": "2026-03-01T11:26:08Z",
        "description": "The fridge arrived with a broken door.\n\nOmar Haddad",
        "id": "5158",
        "is_public": True,
        "priority": "HIGH",
        "requester_id": "8447388090494",
        "status": "NEW",
        "subject": "Broken fridge",
        "tags": [],
        "via": {"channel": "email"},
    },
    "event": {"meta": {"sequence": {"id": "77", "position": 1}}},
}
FRESHDESK = {
    "freshdesk_webhook": {
        "ticket_id": 4711,
        "ticket_subject": "Charged twice",
        "ticket_description": "<div>Hello,</div><p>You took <b>40 &euro;</b> twice<br>on Monday.</p>",
        "ticket_contact_name": "Mia Wong",
        "ticket_contact_email": "mia@example.com",
        "ticket_url": "https://acme.freshdesk.com/a/tickets/4711",
        "ticket_priority": "Low",
        "triggered_event": "{ticket_action:created}",
    }
}


def test_a_ticket_of_zendesk_is_read(desk: Desk) -> None:
    raw = json.dumps(ZENDESK).encode()
    headers = {name.replace("-", "_"): value for name, value in zendesk_signature(raw).items()}
    assert desk.send(raw, "zen", **headers).status_code == 201
    [case] = desk.cases()
    assert case.complaint.text == "Broken fridge\n\nThe fridge arrived with a broken door.\n\nOmar Haddad"
    assert case.complaint.link == "https://acme.zendesk.com/agent/tickets/5158"
    assert case.complaint.said_at == datetime(2026, 3, 1, 11, 26, 8, tzinfo=UTC)
    again = {**ZENDESK, "id": "another event about the same ticket"}
    assert desk.send(again, "zen").json() == {"case": "R-1001", "new": False}


def test_another_event_of_zendesk_is_taken_and_opens_nothing(desk: Desk) -> None:
    answer = desk.send({**ZENDESK, "type": "zen:event-type:ticket.status_changed"}, "zen")
    assert (answer.status_code, answer.json()["case"]) == (200, None)
    assert desk.cases() == []


def test_a_ticket_of_freshdesk_is_read_without_its_markup(desk: Desk) -> None:
    assert desk.send(FRESHDESK, "fresh").status_code == 201
    [case] = desk.cases()
    assert case.complaint.text == "Charged twice\n\nHello,\n\nYou took 40 € twice\non Monday."
    assert (case.details.customer, case.complaint.link) == ("Mia Wong", "https://acme.freshdesk.com/a/tickets/4711")


def test_the_card_leads_to_the_ticket_and_says_when_the_customer_wrote() -> None:
    complaint = a_complaint(
        source="intake:zen:5158",
        door=Way.WEBHOOK,
        reporter=None,
        link="https://desk.example.com/?a=1&b=2",
        said_at=datetime(2026, 3, 1, 11, 26, 8, tzinfo=UTC),
    )
    _, blocks = case_blocks.card(Card(a_case(complaint=complaint), None, []), [], marker="notice-1")
    assert "From zen: <https://desk.example.com/?a=1&amp;b=2|ticket 5158>, written <!date^1772364368^" in str(blocks)


NOT_THEIRS: dict[str, tuple[str, dict[str, Any], str]] = {
    "no event": ("zen", {"ticket": 1}, "type"),
    "a type of nobody": ("zen", {**ZENDESK, "type": 7}, "type"),
    "no ticket": ("zen", {**ZENDESK, "detail": None}, "detail"),
    "a ticket without a number": ("zen", {**ZENDESK, "detail": {"subject": "x"}}, "detail.id"),
    "a ticket without words": ("zen", {**ZENDESK, "detail": {"id": "1"}}, "detail.description"),
    "no freshdesk_webhook": ("fresh", {"ticket_id": 1}, "freshdesk_webhook"),
    "a ticket of Freshdesk without words": (
        "fresh",
        {"freshdesk_webhook": {"ticket_id": 1}},
        "freshdesk_webhook.ticket_description",
    ),
}


@pytest.mark.parametrize("what", NOT_THEIRS)
def test_a_help_desks_body_of_another_shape_is_named(desk: Desk, what: str) -> None:
    source, body, field = NOT_THEIRS[what]
    answer = desk.send(body, source)
    assert (answer.status_code, [*answer.json()["fields"]]) == (422, [field])


def test_what_a_help_desk_sends_beside_the_ticket_may_be_odd(desk: Desk) -> None:
    ticket = {**FRESHDESK["freshdesk_webhook"], "ticket_url": "javascript:1", "ticket_created_at": "Monday"}
    assert desk.send({"freshdesk_webhook": {**ticket, "ticket_contact_name": "x" * 999}}, "fresh").status_code == 201
    [case] = desk.cases()
    assert (case.complaint.link, case.complaint.said_at, len(case.details.customer)) == ("", None, 150)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ODD = st.one_of(
    JSON,
    st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "text", "customer", "url", "created_at"), JSON)),
    st.fixed_dictionaries({"type": st.just(ZENDESK["type"]), "detail": st.dictionaries(
        st.sampled_from(["id", "subject", "description", "created_at"]), JSON)}),
    st.fixed_dictionaries({"freshdesk_webhook": st.dictionaries(
        st.sampled_from(["ticket_id", "ticket_subject", "ticket_description", "ticket_url"]), JSON)}),
)  # fmt: skip


@pytest.fixture(scope="module")
def sqlite_desk(migrated_sqlite: Path, content: Content, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One desk for many bodies: what was opened before does not matter."""
    path = tmp_path_factory.mktemp("odd") / "amends.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield Desk(database, content)
    database.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=ODD, source=st.sampled_from(["shop", "zen", "fresh"]))
def test_no_json_makes_us_stumble(sqlite_desk: Desk, body: Any, source: str) -> None:
    answer = sqlite_desk.send(body, source)
    assert answer.status_code in (200, 201, 400, 422)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.binary(max_size=200), header=st.text(st.characters(max_codepoint=255), max_size=80))
def test_no_bytes_and_no_header_make_us_stumble(sqlite_desk: Desk, body: bytes, header: str) -> None:
    assert sqlite_desk.door.receive("shop", {"x-amends-signature": header}, body)[0] == 401
    assert sqlite_desk.door.receive("shop", {"x-zendesk-webhook-signature": header}, body)[0] == 401
    assert sqlite_desk.door.receive("shop", signature(body), body)[0] in (201, 400, 422)


def policies(folder: Path, intake: str) -> Path:
    """The shipped policies with another intake.yml."""
    made = folder / "policies"
    made.mkdir()
    for path in (ROOT / "policies").glob("*.yml"):
        (made / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (made / "intake.yml").write_text(intake, encoding="utf-8")
    return made


SHOP = "sources:\n  - source: web-shop\n    channel: complaints\n"


def test_the_running_bot_takes_what_amends_intake_sign_and_curl_send(
    start: Start, slack: FakeSlack, tmp_path: Path
) -> None:
    """The example of docs/intake.md, as somebody types it."""
    folder = policies(tmp_path, SHOP)
    given = {"AMENDS_POLICIES": str(folder), "INTAKE_SECRET_WEB_SHOP": SECRET}
    port = free_port()
    bot = start(port=port, **given)
    bot.said("door.ready")
    signed = subprocess.run(
        [sys.executable, "-m", "bot", "intake", "sign", "web-shop", "--url", f"http://127.0.0.1:{port}"],
        input=json.dumps({**BODY, "text": 'The customer\'s parcel is late; she says "never again".'}),
        env={**os.environ, **given},
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=True,
    )
    words = shlex.split(signed.stdout)
    assert words[0] == "curl"
    answer = subprocess.run(words, text=True, capture_output=True, check=True)
    assert json.loads(answer.stdout) == {"case": "R-1001", "new": True}
    until(slack.ours, "the card")
    [card] = slack.ours()
    assert "thread_ts" not in card
    assert "ticket 77" in str(card["blocks"])
    bot.said('"event": "intake.answered"')
    assert not any("never again" in line for line in bot.lines)


def test_a_source_without_a_secret_stops_the_start(start: Start, tmp_path: Path) -> None:
    bot = start(AMENDS_POLICIES=str(policies(tmp_path, SHOP)))
    assert bot.ended() == 1
    assert any(line.startswith("INTAKE_SECRET_WEB_SHOP is not set: ") for line in bot.lines)
