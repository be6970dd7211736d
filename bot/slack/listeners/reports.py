"""Complaints coming in: messages, mentions, direct messages, the shortcut; and what becomes of the report's message."""

from typing import Any

from slack_bolt import Ack, App

from bot.domain.channels import Mode
from bot.domain.complaint import Complaint, Door
from bot.flows import cases, details
from bot.slack import payloads
from bot.slack.house import House
from bot.slack.ids import SHORTCUT
from bot.slack.listeners import approvals, detect
from bot.slack.listeners.opening import open_case
from bot.slack.payloads import Payload

IN_A_THREAD = (
    "I open cases from messages that start a thread. To report a message inside one, use its menu: "
    "*More actions*, then *Report complaint*."
)
SAY_MORE = "Tell me what happened, for example: `@Amends customer Jane Doe's order 1042 is three days late`."


def register(app: App, house: House) -> None:
    """Listen for reports."""

    @app.event("message")
    def message(event: Payload, body: Payload, ack: Ack) -> None:
        if not payloads.is_ours(event, house.me):
            subtype = event.get("subtype")
            if subtype == "message_deleted" or payloads.is_tombstone(event):
                _deleted(house, event)
            elif subtype == "message_changed":
                _edited(house, event)
            elif payloads.is_report(event):
                _written(house, event)
            else:
                approvals.typed(house, event, body)
        ack()

    @app.event("app_mention")
    def mention(event: Payload, body: Payload, ack: Ack) -> None:
        if not payloads.is_ours(event, house.me) and not event.get("edited"):
            if not payloads.is_report(event):
                house.tell(body, IN_A_THREAD)
            elif not _report(house, event, Door.MENTION):
                house.tell(body, SAY_MORE)
        ack()

    @app.shortcut(SHORTCUT)
    def shortcut(body: Payload, ack: Ack) -> None:
        message = {**(body.get("message") or {}), "channel": body["channel"]["id"]}
        name = house.name_of(body["user"]["id"])
        complaint = payloads.complaint_from_message(message, house.me, Door.SHORTCUT, reporter_name=name)
        if payloads.is_ours(message, house.me):
            house.tell(body, "That is a case's card. Use the shortcut on what the customer or a colleague wrote.")
        elif complaint is None:
            house.tell(
                body, "That message has no words to open a case from. Use `/amends report` and write what happened."
            )
        else:
            thread = message.get("thread_ts") or complaint.thread_ts
            opened = open_case(house, _by(complaint, body["user"]["id"], str(thread)))
            house.tell(body, f"{opened.case.reference} {'is open' if opened.is_new else 'has this complaint already'}.")
        ack()


def _written(house: House, event: Payload) -> None:
    if payloads.is_direct(event):
        _report(house, event, Door.DIRECT)
        return
    entry = house.listened(str(event["channel"]))
    if entry is None:
        return
    if entry.mode is Mode.REPORT:
        _report(house, event, Door.MESSAGE)
    elif entry.mode is Mode.DETECT:
        detect.ask(house, event, entry)


def _report(house: House, event: Payload, door: Door) -> bool:
    name = house.name_of(event.get("user"))
    complaint = payloads.complaint_from_message(event, house.me, door, reporter_name=name)
    if complaint is None:
        return False
    open_case(house, complaint)
    return True


def _edited(house: House, event: Payload) -> None:
    message = payloads.changed_message(event)
    text = payloads.message_text(message, house.me)
    if not message.get("ts") or not text:
        return
    source = Complaint.message_source(str(event["channel"]), str(message["ts"]))
    places = house.places()
    with house.transaction() as session:
        case = details.report_edited(
            session,
            house.content(),
            house.me.workspace,
            source,
            text,
            agent=house.name_of(message.get("user")),
            places=places,
            now=house.now(),
        )
    if case is not None:
        house.wake()


def _deleted(house: House, event: Payload) -> None:
    with house.transaction() as session:
        case = cases.report_deleted(session, house.me.workspace, payloads.deleted_source(event), now=house.now())
    if case is not None:
        house.wake()


def _by(complaint: Complaint, reporter: str, thread_ts: str) -> Complaint:
    """The complaint as reported by whoever used the shortcut, with its card in the message's own thread."""
    values: dict[str, Any] = {
        name: getattr(complaint, name) for name in ("source", "door", "text", "channel", "reporter_name")
    }
    return Complaint(**values, thread_ts=thread_ts, reporter=reporter)
