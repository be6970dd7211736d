"""Buttons and forms of the approval card, and what is typed under it."""

import re

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.domain.authority import read_amount
from bot.domain.money import MoneyError
from bot.domain.offer import Offered
from bot.domain.team import Role
from bot.flows import approvals
from bot.flows.cards import find_case
from bot.flows.decisions import NO_OFFER
from bot.flows.offers import find_offer
from bot.flows.outcome import Refused
from bot.flows.telling import approval_at
from bot.slack import payloads
from bot.slack.blocks import approvals as blocks
from bot.slack.house import House
from bot.slack.ids import Field, Form, Press
from bot.slack.listeners.answers import answer
from bot.slack.listeners.offers import roles_of
from bot.slack.payloads import Payload, field

_YES = re.compile(
    r"\W*(?:(?:that(?:'s| is)|looks|it's|is)\s+)?"
    r"(?:approved?|ok(?:ay)?|yes|yep|yeah|sure|fine|agreed|granted|confirmed|lgtm|go ahead|do it|:\+1:"
    r"|:white_check_mark:|👍|✅)(?:\W+(?:from|by|with|for|go|do|me|my|side|it|that|this|then|please|thanks|ok|approved?|good|ahead))*\W*",
    re.IGNORECASE,
)
"""Short words of consent. A longer sentence is conversation."""


def register(app: App, house: House) -> None:
    """Listen for what approvers do."""

    @app.action(Press.APPROVE)
    def approve(body: Payload, ack: Ack) -> None:
        user, offer_id = body["user"]["id"], payloads.pressed_id(body) or 0
        presser, roles = house.presser(user), roles_of(house, offer_id)
        with house.reading() as session:
            offered = find_offer(session, house.me.workspace, offer_id)
        agent = house.name_of(offered.by) if offered else None
        with house.transaction() as session:
            result = approvals.approve(
                session,
                house.content(),
                house.me.workspace,
                offer_id,
                by=presser,
                roles=roles,
                agent=agent,
                now=house.now(),
            )
        answer(house, body, result)
        ack()

    @app.action(Press.DECLINE)
    def ask_why(body: Payload, ack: Ack, client: WebClient) -> None:
        found = _shown(house, body)
        if found is None:
            answer(house, body, NO_OFFER)
        else:
            client.views_open(trigger_id=body["trigger_id"], view=blocks.decline_form(*found))
        ack()

    @app.action(Press.COUNTER)
    def ask_sum(body: Payload, ack: Ack, client: WebClient) -> None:
        found = _shown(house, body)
        if found is None:
            answer(house, body, NO_OFFER)
        else:
            client.views_open(trigger_id=body["trigger_id"], view=blocks.counter_form(*found))
        ack()

    @app.view(Form.DECLINE)
    def decline(body: Payload, ack: Ack) -> None:
        offer_id = payloads.number(payloads.about(body)) or 0
        why = field(body, Field.WHY)
        if not why:
            ack(response_action="errors", errors={Field.WHY: "Write why, so that who offered can do better."})
            return
        presser, roles = house.presser(body["user"]["id"]), roles_of(house, offer_id)
        with house.transaction() as session:
            result = approvals.decline(
                session,
                house.content(),
                house.me.workspace,
                offer_id,
                why=why,
                by=presser,
                roles=roles,
                now=house.now(),
            )
        _close(house, ack, result, Field.WHY)

    @app.view(Form.COUNTER)
    def counter(body: Payload, ack: Ack) -> None:
        offer_id = payloads.number(payloads.about(body)) or 0
        why = field(body, Field.WHY)
        if not why:
            ack(response_action="errors", errors={Field.WHY: "Write why, so that who offered can answer."})
            return
        try:
            amount = read_amount(field(body, Field.AMOUNT), house.content().policy)
        except MoneyError as error:
            ack(response_action="errors", errors={Field.AMOUNT: f"{error}."})
            return
        presser, roles = house.presser(body["user"]["id"]), roles_of(house, offer_id)
        with house.transaction() as session:
            result = approvals.counter_offer(
                session,
                house.content(),
                house.me.workspace,
                offer_id,
                amount=amount,
                why=why,
                by=presser,
                roles=roles,
                now=house.now(),
            )
        _close(house, ack, result, Field.AMOUNT)


def typed(house: House, event: Payload, body: Payload) -> None:
    """Words under an approval card: a lead who types consent is told, in private, to press."""
    text, thread = str(event.get("text") or ""), event.get("thread_ts")
    if not thread or len(text) > 80 or not _YES.fullmatch(text) or event.get("subtype") or event.get("bot_id"):
        return
    with house.reading() as session:
        is_card = approval_at(session, house.me.workspace, str(event.get("channel")), str(thread))
    if not is_card:
        return
    role = house.role_of(str(event.get("user")))
    if role is not None and role >= Role.LEAD:
        house.tell(body, blocks.PRESS)


def _close(house: House, ack: Ack, result: Offered | Refused, at: Field) -> None:
    house.wake()
    if isinstance(result, Refused):
        ack(response_action="errors", errors={at: house.in_plain_words(result.why)[:1900]})
    else:
        ack()


def _shown(house: House, body: Payload) -> tuple[str, Offered] | None:
    """The offer of the pressed card with its case's reference."""
    with house.reading() as session:
        offered = find_offer(session, house.me.workspace, payloads.pressed_id(body) or 0)
        case = find_case(session, house.me.workspace, offered.case_id) if offered else None
    return (case.reference, offered) if offered and case else None
