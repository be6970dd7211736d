"""Buttons and forms of the approval card, and what is typed under it."""

import re

from slack_bolt import App

from bot.domain.authority import read_amount
from bot.domain.money import MoneyError
from bot.domain.offer import Offered
from bot.domain.team import Role
from bot.flows import approvals
from bot.flows.cards import find_case
from bot.flows.decisions import NO_OFFER
from bot.flows.offers import find_offer
from bot.flows.telling import approval_at
from bot.slack.blocks import approvals as blocks
from bot.slack.house import House
from bot.slack.ids import Field, Form, Press
from bot.slack.listeners.offers import roles_of
from bot.slack.listeners.presses import Faults, Pressed, Presses, Show
from bot.slack.payloads import Payload

_YES = re.compile(
    r"\W*(?:(?:that(?:'s| is)|looks|it's|is)\s+)?"
    r"(?:approved?|ok(?:ay)?|yes|yep|yeah|sure|fine|agreed|granted|confirmed|lgtm|go ahead|do it|:\+1:"
    r"|:white_check_mark:|👍|✅)(?:\W+(?:from|by|with|for|go|do|me|my|side|it|that|this|then|please|thanks|ok|approved?|good|ahead))*\W*",
    re.IGNORECASE,
)
"""Short words of consent. A longer sentence is conversation."""


def register(app: App, house: House) -> None:
    """Listen for what approvers do."""
    on = Presses(app, house)

    @on.button(Press.APPROVE)
    def approve(press: Pressed) -> object:
        presser, roles, agent = house.presser(press.user), roles_of(press), _agent(press)
        with press.redrawing() as session:
            return approvals.approve(
                session,
                press.content,
                press.workspace,
                press.id,
                by=presser,
                roles=roles,
                agent=agent,
                now=press.now,
            )

    @on.button(Press.DECLINE)
    def ask_why(press: Pressed) -> object:
        found = _shown(press)
        return Show(blocks.decline_form(*found, press.place)) if found else NO_OFFER

    @on.button(Press.COUNTER)
    def ask_sum(press: Pressed) -> object:
        found = _shown(press)
        return Show(blocks.counter_form(*found, press.place)) if found else NO_OFFER

    @on.form(Form.DECLINE, refused_at=Field.WHY)
    def decline(press: Pressed) -> object:
        why = press.field(Field.WHY)
        if not why:
            return Faults({Field.WHY: "Write why, so that who offered can do better."})
        presser, roles = house.presser(press.user), roles_of(press)
        with press.redrawing() as session:
            return approvals.decline(
                session, press.content, press.workspace, press.id, why=why, by=presser, roles=roles, now=press.now
            )

    @on.form(Form.COUNTER, refused_at=Field.AMOUNT)
    def counter(press: Pressed) -> object:
        why = press.field(Field.WHY)
        if not why:
            return Faults({Field.WHY: "Write why, so that who offered can answer."})
        try:
            amount = read_amount(press.field(Field.AMOUNT), press.content.policy)
        except MoneyError as error:
            return Faults({Field.AMOUNT: f"{error}."})
        presser, roles = house.presser(press.user), roles_of(press)
        with press.redrawing() as session:
            return approvals.counter_offer(
                session,
                press.content,
                press.workspace,
                press.id,
                amount=amount,
                why=why,
                by=presser,
                roles=roles,
                now=press.now,
            )


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


def _agent(press: Pressed) -> str | None:
    """The first name of the person who offered, who signs the reply."""
    with press.reading() as session:
        offered = find_offer(session, press.workspace, press.id)
    return press.house.name_of(offered.by) if offered else None


def _shown(press: Pressed) -> tuple[str, Offered] | None:
    """The offer of the pressed card with its case's reference."""
    with press.reading() as session:
        offered = find_offer(session, press.workspace, press.id)
        case = find_case(session, press.workspace, offered.case_id) if offered else None
    return (case.reference, offered) if offered and case else None
