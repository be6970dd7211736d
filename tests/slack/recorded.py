"""Recorded payloads, as Slack sends them, and the door they go through: the real Bolt app on a real database."""

import copy
import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.content.bundle import Content
from bot.domain.case import Case
from bot.domain.draft import Draft
from bot.flows.reading import Reader
from bot.flows.session import Session
from bot.flows.together import Together
from bot.slack import bolt
from bot.slack.deliver import Deliverer
from bot.slack.directory import Directory
from bot.slack.house import House
from bot.slack.http import dispatcher
from bot.slack.payloads import Payload
from bot.store import cases, drafts
from bot.store.db import Database
from bot.store.tables import audit, lanes, notices, pauses
from tests.slack.fake_slack import TEAM, TOKEN, FakeSlack, Server

SECRET = "the-signing-secret-of-the-tests"
NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
NOBODY = "http://127.0.0.1:9/nobody-listens-here"
PICKED = {"datepicker": "date", "timepicker": "time", "users_select": "user"}
_PAYLOADS = Path(__file__).parent / "payloads"


def recorded(name: str, **event: Any) -> Payload:
    """A recorded payload; `event` changes fields of its event, or of the payload where it has no event."""
    payload: Payload = json.loads((_PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    if "response_url" in payload:
        payload["response_url"] = NOBODY  # Slack's own address has no place in a test
    payload.get("event", payload).update(event)
    return payload


def press(action: str, value: object, *, by: str | None = None) -> Payload:
    """Somebody presses a button of a card."""
    payload = recorded("press")
    payload["actions"][0] |= {"action_id": str(action), "value": str(value)}
    if by:
        payload["user"] |= {"id": by}
    return payload


def submit(view: dict[str, Any], *, by: str | None = None, **values: Any) -> Payload:
    """Somebody fills in a form that we opened and submits it. `values` are by block_id; a dot is written `__`.

    A box is ticked with True and unticked with False; what is not given stays as the form opened with it.
    """
    payload = recorded("view_submission")
    names = ("callback_id", "private_metadata", "blocks", "title", "submit", "close")
    state = filled_in(view, **values)
    payload["view"] |= {**{name: copy.deepcopy(view[name]) for name in names}, "state": {"values": state}}
    if by:
        payload["user"] |= {"id": by}
    return payload


def act_in(view: dict[str, Any], action: str, *, by: str | None = None, **values: Any) -> Payload:
    """Somebody acts in an open form: the field or button whose action_id is, or begins with, `action` tells us."""
    payload = recorded("press_in_form")
    names = ("id", "hash", "callback_id", "private_metadata", "blocks", "title", "submit", "close")
    payload["view"] |= {name: copy.deepcopy(view[name]) for name in names if name in view}
    payload["view"]["state"] = {"values": filled_in(view, **values)}
    found = [
        (block.get("block_id", "Zk3aP"), element)
        for block in view["blocks"]
        for element in (block.get("element"), *block.get("elements", []))
        if element and element.get("action_id", "").startswith(str(action))
    ]
    assert found, f"nothing in the form has an action_id like {action}"
    block_id, element = found[0]
    payload["actions"][0] |= {"action_id": element["action_id"], "block_id": block_id, "type": element["type"]}
    payload["actions"][0]["value"] = element.get("value")
    if by:
        payload["user"] |= {"id": by}
    return payload


def filled_in(view: dict[str, Any], **values: Any) -> dict[str, Any]:
    """What Slack sends of a form's fields, as somebody filled them in."""
    given = {name.replace("__", "."): value for name, value in values.items()}
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, name = block["element"], block["block_id"]
        kind = element["type"]
        if kind == "plain_text_input":
            filled = {"value": given.pop(name, element.get("initial_value")) or None}
        elif kind == "checkboxes":
            ticked = given.pop(name, "initial_options" in element)
            names = (
                {option["value"] for option in element["options"]} if ticked is True else {*str(ticked or "").split()}
            )
            filled = {"selected_options": [{"value": each} for each in sorted(names)]}
        elif kind in PICKED:
            picked = PICKED[kind]
            filled = {f"selected_{picked}": given.pop(name, element.get(f"initial_{picked}")) or None}
        else:
            value = given.pop(name, (element.get("initial_option") or {}).get("value"))
            filled = {"selected_option": {"value": value}}
        state[name] = {element["action_id"]: {"type": kind, **filled}}
    assert not given, f"the form has no such fields: {sorted(given)}"
    return state


def typing(view: dict[str, Any], at: str, *, by: str | None = None, hash: str = "", **values: str) -> Payload:
    """Somebody changes the field `at` of an open form; the other fields hold what they hold, or `values`."""
    payload = submit(view, by=by, **values)
    payload["view"] |= {"id": view["id"], "hash": hash or view["hash"]}
    payload |= {"type": "block_actions", "container": {"type": "view", "view_id": view["id"]}}
    [element] = [block["element"] for block in view["blocks"] if block.get("block_id") == at]
    payload["actions"] = [{"action_id": at, "block_id": at, "type": element["type"], "action_ts": "1772800200.000000"}]
    return payload


def signed(body: str, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """The headers that Slack would send with this body."""
    timestamp = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    assert signature is not None
    kind = "application/json" if body[:1] in "{[" else "application/x-www-form-urlencoded"
    return {"content-type": kind, "x-slack-request-timestamp": timestamp, "x-slack-signature": signature}


def body_of(payload: Payload) -> str:
    """The body that carries a payload: JSON for events, a form for the rest."""
    if payload.get("type") in ("event_callback", "url_verification"):
        return json.dumps(payload)
    if "command" in payload:
        return urlencode(payload)
    return urlencode({"payload": json.dumps(payload)})


@dataclass
class Answer:
    """What Slack hears from us."""

    status: int
    text: str

    @property
    def json(self) -> dict[str, Any]:
        """The body as JSON."""
        return dict(json.loads(self.text))


@dataclass
class Door:
    """The whole door, joined as `app.py` joins it."""

    app: App
    house: House
    slack: FakeSlack
    server: Server
    deliverer: Deliverer
    reader: Reader
    database: Database
    wakes: list[float] = field(default_factory=list)
    database_away: bool = False
    reads: bool = True
    """Whether the reader has its turn after each payload, as it has in the bot a moment later."""

    def send(self, payload: Payload, **headers: str) -> Answer:
        """Slack sends a payload."""
        body = body_of(payload)
        values = {name: [value] for name, value in {**signed(body), **headers}.items()}
        status, _, text = dispatcher(self.app)(body, values)
        if self.reads and not self.database_away:
            self.read()
        return Answer(status, text)

    def read(self) -> None:
        """The reader's turn: everything that is to be read now is read."""
        while self.reader.read_some() is not None:
            pass

    def report(self, text: str | None = None, *, ts: str | None = None, channel: str | None = None) -> Case:
        """Somebody reports a complaint in a channel; its case."""
        changed = {"text": text, "ts": ts, "event_ts": ts, "channel": channel}
        payload = recorded("message", **{name: value for name, value in changed.items() if value is not None})
        event = payload["event"]
        source = f"message:{event['channel']}:{event['ts']}"
        assert self.send(payload).status == 200
        with self.database.reading() as session:
            case = cases.by_source(session, TEAM, source)
        assert case is not None
        return case

    def cases(self) -> list[Case]:
        """Every case, by number."""
        with self.database.reading() as session:
            found = [cases.by_number(session, TEAM, number) for number in range(1001, 1030)]
        return [case for case in found if case is not None]

    def case(self) -> Case:
        """The only case."""
        [case] = self.cases()
        return case

    def draft(self, case: Case | None = None) -> Draft:
        """The draft on the card of a case."""
        with self.database.reading() as session:
            draft = drafts.live(session, (case or self.case()).id)
        assert draft is not None
        return draft

    def rows(self, table: sa.Table) -> list[Any]:
        """All rows of a table."""
        with self.database.reading() as session:
            return list(session.execute(sa.select(table)))

    def happened(self) -> list[str]:
        """The actions in the audit log, in order."""
        return [row.action for row in sorted(self.rows(audit), key=lambda row: row.seq)]

    def deliver(self) -> None:
        """One round of the loop: what is due now goes to Slack."""
        for lane in self.deliverer.claim(16):
            self.deliverer.run(lane, Event())

    def later(self) -> None:
        """Time passes: every pause and every waiting time is over."""
        past = datetime(2026, 1, 1, tzinfo=UTC)
        with self.database.transaction() as session:
            session.execute(sa.update(notices).values(due_at=past))
            session.execute(sa.update(lanes).values(post_at=past))
            session.execute(sa.delete(pauses))


@contextmanager
def door(database: Database, slack: FakeSlack, server: Server, content: Content, away: Database) -> Iterator[Door]:
    """Join the parts around a database; `away` is one that cannot be reached."""
    logger = bolt_logger()

    def client(seconds: float) -> WebClient:
        return WebClient(TOKEN, base_url=server.url, timeout=seconds, retry_handlers=[], logger=logger)  # type: ignore[arg-type]

    def opened(kind: str) -> AbstractContextManager[Session]:
        return getattr(away if joined.database_away else database, kind)()  # type: ignore[no-any-return]

    def wake() -> None:
        joined.wakes.append(time.monotonic())

    asking = client(2)
    me = bolt.who_are_we(asking)
    directory = Directory(asking)
    house = House(
        me=me,
        client=asking,
        directory=directory,
        transaction=lambda: opened("transaction"),
        reading=lambda: opened("looking"),
        open_report=Together(lambda: opened("transaction"), me.workspace, lambda: NOW, wake).open,
        content=lambda: content,
        now=lambda: NOW,
        wake=wake,
    )
    app = bolt.build(house, SECRET, logger)
    reader = Reader(
        lambda: opened("transaction"),
        lambda: opened("looking"),
        lambda: content,
        me.workspace,
        lambda: NOW,
        places=house.places,
    )
    joined = Door(app, house, slack, server, Deliverer(house, client(3)), reader, database)
    yield joined


def bolt_logger() -> Any:
    """The logger that the bot gives to Slack's libraries."""
    from bot.logs import quiet_library_logger

    return quiet_library_logger()
