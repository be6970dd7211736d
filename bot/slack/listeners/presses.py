"""One way of handling a press, for every button and every form.

A listener says what a press does: it calls one flow in `press.transaction()` and gives back what the flow answered, or
one of the answers below. The rest is the same for all of them and written once, in `Presses._listener`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from slack_bolt import Ack, App

from bot.content.bundle import Content
from bot.domain.case import Case
from bot.flows.followups import redraw_pressed
from bot.flows.outcome import Refused
from bot.flows.session import Session
from bot.slack import payloads
from bot.slack.blocks.common import Block
from bot.slack.directory import FAILURES, error_code
from bot.slack.house import House
from bot.slack.ids import Form
from bot.slack.listeners.home import refresh
from bot.slack.payloads import Payload

log = structlog.get_logger(__name__)

LONGEST_ERROR = 1900
"""Characters that fit under a field of a form."""


@dataclass(frozen=True, slots=True)
class Say:
    """Tell the presser alone; where the case is, if one is given, because a form has no place of its own."""

    text: str
    beside: Case | None = None


@dataclass(frozen=True, slots=True)
class Instead:
    """Put this in the place of the private message whose button was pressed."""

    text: str


@dataclass(frozen=True, slots=True)
class Show:
    """Open this form: over the form whose button was pressed, or in place of the form that was submitted."""

    view: Block


@dataclass(frozen=True, slots=True)
class Redraw:
    """Draw the open form anew, unless a later one is there already."""

    view: Block


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a form, by field. It stays open."""

    by_field: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press of a button or the submission of a form: by whom, about what, and the way to a transaction."""

    house: House
    body: Payload

    @property
    def user(self) -> str:
        """The Slack id of the presser."""
        return str(self.body["user"]["id"])

    @property
    def id(self) -> int:
        """What the button or form is about; 0, which nothing is, when it carries no id of ours."""
        found = payloads.pressed_id(self.body) if "actions" in self.body else payloads.form_id(self.body)
        return found or 0

    @property
    def place(self) -> str:
        """Where the button stands, to be kept in the form behind it: a page of somebody's, a notice, or neither."""
        return payloads.pressed_place(self.body)

    @property
    def workspace(self) -> str:
        """The workspace of the press."""
        return self.house.me.workspace

    @property
    def content(self) -> Content:
        """The words and rules in force."""
        return self.house.content()

    @property
    def now(self) -> datetime:
        """This moment, in UTC."""
        return self.house.now()

    @property
    def name(self) -> str | None:
        """The presser's first name, for signing a reply. May ask Slack."""
        return self.house.name_of(self.user)

    @property
    def zone(self) -> ZoneInfo:
        """The presser's time zone. May ask Slack."""
        return self.house.zone_of(self.user)

    def field(self, name: str) -> str:
        """What stands in a field of the form."""
        return payloads.field(self.body, name)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """The one transaction of a press. What Slack must be asked for is asked before it."""
        with self.house.transaction() as session:
            yield session
        self.house.wake()

    @contextmanager
    def redrawing(self) -> Iterator[Session]:
        """The same, after which the message of the press, a digest perhaps, shows how things stand then."""
        notice = payloads.pressed_notice(self.body)
        with self.transaction() as session:
            yield session
            redraw_pressed(session, self.workspace, notice)

    def reading(self) -> AbstractContextManager[Session]:
        """A look at the database."""
        return self.house.reading()


Handle = Callable[[Pressed], object]
"""What a press does. Any other answer than those above needs no words: the card in the channel shows it."""


class Presses:
    """Listens for buttons and forms: each listener is a function below `on.button(…)` or `on.form(…)`."""

    def __init__(self, app: App, house: House) -> None:
        """Listeners are added to this app."""
        self._app, self._house = app, house

    def button(self, action: str | re.Pattern[str]) -> Callable[[Handle], Handle]:
        """Run the function below at each press of this button, or of all whose ids match."""

        def listen(handle: Handle) -> Handle:
            self._app.action(action)(self._listener(handle, _answer))
            return handle

        return listen

    def form(self, form: Form, *, refused_at: str) -> Callable[[Handle], Handle]:
        """Run the function below when this form is submitted. A refusal stands under the field `refused_at`."""

        def listen(handle: Handle) -> Handle:
            self._app.view(form)(self._listener(handle, lambda press, result: _in_form(press, result, refused_at)))
            return handle

        return listen

    def _listener(self, handle: Handle, say: Callable[[Pressed, object], dict[str, Any]]) -> Callable[..., None]:
        """Commit, answer, acknowledge. The acknowledgement is last: after it, an error would lose it.

        When anything fails on the way, the error handler of the app tells the person to press again.
        """

        def listener(body: Payload, ack: Ack) -> None:
            press = Pressed(self._house, body)
            result = handle(press)
            said = say(press, result)
            ack(**said)

        return listener


def _answer(press: Pressed, result: object) -> dict[str, Any]:
    """Answer the person who pressed a button."""
    house, body, client = press.house, press.body, press.house.client
    match result:
        case Show(view) if (body.get("view") or {}).get("type") == "modal":
            client.views_push(trigger_id=body["trigger_id"], view=view)
        case Show(view):
            client.views_open(trigger_id=body["trigger_id"], view=view)
        case Redraw(view):
            _redraw(press, view)
        case Instead(text):
            house.replace(body, text)
        case _:
            refresh(house, body)
            _tell(press, result)
    return {}


def _in_form(press: Pressed, result: object, refused_at: str) -> dict[str, Any]:
    """Answer the person who submitted a form: with the acknowledgement, which can keep it open."""
    match result:
        case Show(view):
            return {"response_action": "update", "view": view}
        case Faults(by_field):
            return {"response_action": "errors", "errors": dict(by_field)}
        case Refused(why):
            refresh(press.house, press.body)
            error = press.house.in_plain_words(why)[:LONGEST_ERROR]
            return {"response_action": "errors", "errors": {refused_at: error}}
    refresh(press.house, press.body)
    _tell(press, result)
    return {}


def _tell(press: Pressed, result: object) -> None:
    match result:
        case Refused(text) | Say(text, None):
            press.house.tell(press.body, text)
        case Say(text, Case(complaint=complaint)):
            place = {"channel": {"id": complaint.channel}, "container": {"thread_ts": complaint.thread_ts}}
            press.house.tell({**press.body, **place}, text)


def _redraw(press: Pressed, view: Block) -> None:
    """Not where it would say the same, because Slack counts our calls. What cannot be redrawn is checked when saved."""
    before, after = payloads.shown(press.body), payloads.shown({"view": view})
    if before and after and before.said == after.said:
        return
    shown = press.body["view"]
    try:
        press.house.client.views_update(view_id=shown["id"], hash=shown.get("hash"), view=view)
    except FAILURES as error:
        log.info("form.not_redrawn", reason=error_code(error))
