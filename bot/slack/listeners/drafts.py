"""Buttons of a draft."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.flows import drafts
from bot.flows.cards import find_draft
from bot.slack import payloads
from bot.slack.house import House
from bot.slack.ids import Press
from bot.slack.listeners.answers import answer
from bot.slack.listeners.replies import open_form
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
        open_form(house, body, client, payloads.pressed_id(body) or 0)
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


def _ask_what_is_missing(house: House, body: Payload, client: WebClient, draft_id: int) -> bool:
    with house.reading() as session:
        draft = find_draft(session, house.me.workspace, draft_id)
    if draft is None or not draft.is_live or not draft.missing:
        return False
    open_form(house, body, client, draft_id)
    return True
