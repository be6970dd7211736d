"""Buttons and the form of a draft."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.flows import drafts
from bot.flows.cards import find_draft
from bot.flows.drafts import REPLACED, Blocked
from bot.flows.outcome import Refused
from bot.slack import payloads
from bot.slack.blocks import drafts as blocks
from bot.slack.blocks.common import escape
from bot.slack.house import House
from bot.slack.ids import Field, Form, Press
from bot.slack.listeners.cases import answer
from bot.slack.payloads import Payload


def register(app: App, house: House) -> None:
    """Listen for what people do with a draft."""

    @app.action(Press.USE)
    def use(body: Payload, ack: Ack, client: WebClient) -> None:
        draft_id = payloads.pressed_id(body) or 0
        if not _ask_what_is_missing(house, body, client, draft_id):
            user = body["user"]["id"]
            name = house.name_of(user)
            with house.transaction() as session:
                result = drafts.use(
                    session,
                    house.content(),
                    house.me.workspace,
                    draft_id,
                    agent=name,
                    by=user,
                    now=house.now(),
                )
            answer(house, body, result)
        ack()

    @app.action(Press.EDIT)
    def edit(body: Payload, ack: Ack, client: WebClient) -> None:
        _open_form(house, body, client, payloads.pressed_id(body) or 0)
        ack()

    @app.action(Press.ANOTHER)
    def another(body: Payload, ack: Ack) -> None:
        user = body["user"]["id"]
        name = house.name_of(user)
        with house.transaction() as session:
            result = drafts.another(
                session,
                house.content(),
                house.me.workspace,
                payloads.pressed_id(body) or 0,
                agent=name,
                by=user,
                now=house.now(),
            )
        answer(house, body, result)
        ack()

    @app.action(Press.SENT)
    def sent(body: Payload, ack: Ack) -> None:
        with house.transaction() as session:
            result = drafts.mark_sent(
                session,
                house.content(),
                house.me.workspace,
                payloads.pressed_id(body) or 0,
                by=body["user"]["id"],
                now=house.now(),
            )
        answer(house, body, result)
        if isinstance(result, Blocked):
            house.tell(
                body,
                "Not marked as sent. Press *Edit* and mend these words first:\n"
                + escape(blocks.blocked(result.violations, result.unapproved)),
            )
        ack()

    @app.view(Form.REPLY)
    def reply(body: Payload, ack: Ack) -> None:
        user, answers = body["user"]["id"], payloads.answers(body)
        text = payloads.field(body, Field.REPLY)
        if not text and not any(answers.values()):
            ack(response_action="errors", errors={Field.REPLY: "Write the reply, or answer the questions above it."})
            return
        name = house.name_of(user)
        with house.transaction() as session:
            result = drafts.revise(
                session,
                house.content(),
                house.me.workspace,
                payloads.number(payloads.about(body)) or 0,
                text=text,
                answers=answers,
                agent=name,
                by=user,
                now=house.now(),
            )
        house.wake()
        if isinstance(result, Blocked):
            said = blocks.blocked(result.violations, result.unapproved)
            ack(response_action="errors", errors={Field.REPLY: said})
        elif isinstance(result, Refused):
            ack(response_action="errors", errors={Field.REPLY: result.why})
        else:
            ack()


def _ask_what_is_missing(house: House, body: Payload, client: WebClient, draft_id: int) -> bool:
    with house.reading() as session:
        draft = find_draft(session, house.me.workspace, draft_id)
    if draft is None or not draft.is_live or not draft.missing:
        return False
    _open_form(house, body, client, draft_id)
    return True


def _open_form(house: House, body: Payload, client: WebClient, draft_id: int) -> None:
    with house.reading() as session:
        draft = find_draft(session, house.me.workspace, draft_id)
    if draft is None or not draft.is_live:
        answer(house, body, REPLACED)
        return
    view = blocks.reply_form(draft, drafts.questions(house.content(), draft))
    client.views_open(trigger_id=body["trigger_id"], view=view)
