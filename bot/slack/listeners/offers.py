"""Buttons and forms about offers of amends, from the wish to its reference."""

import re

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.authority import Gives, Policy, read_amount
from bot.domain.case import Case, Status
from bot.domain.money import Money, MoneyError
from bot.domain.offer import Wanted
from bot.flows import offers
from bot.flows.approvals import Roles, accept, people_of, turn_down
from bot.flows.cards import find_case
from bot.flows.decisions import NO_OFFER
from bot.flows.offers import Made, NotAllowed, Preview
from bot.flows.outcome import GONE, Refused
from bot.slack import payloads
from bot.slack.blocks import offers as blocks
from bot.slack.blocks.common import Block
from bot.slack.directory import SlackAway, error_code
from bot.slack.house import House
from bot.slack.ids import OFFERING, Field, Form, Press
from bot.slack.listeners.answers import answer
from bot.slack.payloads import Payload, field

_FIELDS = (*OFFERING, Field.NOTE)
_TOO_LATE = {"hash_conflict", "not_found", "view_not_found", "expired_trigger_id"}
"""What Slack says to a form that was typed in, or closed, while it was being drawn anew."""


def register(app: App, house: House) -> None:
    """Listen for what people do with offers."""
    _making(app, house)
    _afterwards(app, house)


def _making(app: App, house: House) -> None:
    @app.action(Press.OFFER)
    def offer(body: Payload, ack: Ack, client: WebClient) -> None:
        with house.reading() as session:
            case = find_case(session, house.me.workspace, payloads.pressed_id(body) or 0)
        if case is None:
            answer(house, body, GONE)
        elif case.status is Status.RESOLVED:
            answer(
                house, body, Refused(f"{case.reference} is resolved. Reopen it first if there is more to put right.")
            )
        else:
            open_form(house, body, client, case, {})
        ack()

    @app.action(re.compile(r"offer\.(kind|amount|item|loss|reason)"))
    def typing(body: Payload, ack: Ack, client: WebClient) -> None:
        view = body.get("view") or {}
        with house.reading() as session:
            case = find_case(session, house.me.workspace, payloads.number(payloads.about(body)) or 0)
        if case is not None and view.get("callback_id") == Form.OFFER:
            drawn = _form(house, case, {name: field(body, name) for name in _FIELDS}, by=body["user"]["id"])
            try:
                client.views_update(view_id=view["id"], hash=view.get("hash"), view=drawn)
            except SlackApiError as error:
                if error_code(error) not in _TOO_LATE:
                    raise
        ack()

    @app.view(Form.OFFER)
    def submit(body: Payload, ack: Ack) -> None:
        user, policy = body["user"]["id"], house.content().policy
        wanted, errors = read(policy, {name: field(body, name) for name in _FIELDS})
        if errors:
            ack(response_action="errors", errors=errors)
            return
        role, name = house.role_of(user), house.name_of(user)
        try:
            channel = house.approvals_channel()
        except SlackAway:
            channel = None
        with house.transaction() as session:
            result = offers.make_offer(
                session,
                house.content(),
                house.me.workspace,
                payloads.number(payloads.about(body)) or 0,
                wanted,
                source=f"form:{body['view'].get('root_view_id') or body['view']['id']}"[:200],
                approvals=channel,
                agent=name,
                by=user,
                role=role,
                now=house.now(),
            )
        house.wake()
        if isinstance(result, Made):
            said = blocks.made(result.case.reference, result.offered, result.decision, role)
            ack(response_action="update", view=blocks.outcome_view(said))
        elif isinstance(result, NotAllowed):
            ack(response_action="errors", errors={_at(body): blocks.not_allowed(result.decision, role)})
        else:
            ack(response_action="errors", errors={_at(body): result.why})


def _afterwards(app: App, house: House) -> None:
    @app.action(Press.WITHDRAW)
    def withdraw(body: Payload, ack: Ack) -> None:
        user = body["user"]["id"]
        role = house.role_of(user)
        with house.transaction() as session:
            result = offers.withdraw(
                session, house.me.workspace, payloads.pressed_id(body) or 0, by=user, role=role, now=house.now()
            )
        answer(house, body, result)
        ack()

    @app.action(Press.ACCEPT)
    def take(body: Payload, ack: Ack) -> None:
        user, offer_id = body["user"]["id"], payloads.pressed_id(body) or 0
        name = house.name_of(user)
        roles = roles_of(house, offer_id)
        with house.transaction() as session:
            result = accept(
                session,
                house.content(),
                house.me.workspace,
                offer_id,
                by=user,
                roles=roles,
                agent=name,
                now=house.now(),
            )
        answer(house, body, result)
        ack()

    @app.action(Press.TURN_DOWN)
    def do_without(body: Payload, ack: Ack) -> None:
        with house.transaction() as session:
            result = turn_down(
                session, house.me.workspace, payloads.pressed_id(body) or 0, by=body["user"]["id"], now=house.now()
            )
        answer(house, body, result)
        ack()

    @app.action(Press.GIVEN)
    def done(body: Payload, ack: Ack, client: WebClient) -> None:
        with house.reading() as session:
            offered = offers.find_offer(session, house.me.workspace, payloads.pressed_id(body) or 0)
            case = find_case(session, house.me.workspace, offered.case_id) if offered else None
        if offered is None or case is None:
            answer(house, body, NO_OFFER)
        else:
            client.views_open(trigger_id=body["trigger_id"], view=blocks.done_form(case, offered))
        ack()

    @app.view(Form.GIVEN)
    def mark_done(body: Payload, ack: Ack) -> None:
        with house.transaction() as session:
            result = offers.mark_done(
                session,
                house.me.workspace,
                payloads.number(payloads.about(body)) or 0,
                reference=field(body, Field.PAYMENT),
                by=body["user"]["id"],
                now=house.now(),
            )
        house.wake()
        if isinstance(result, Refused):
            ack(response_action="errors", errors={Field.PAYMENT: house.in_plain_words(result.why)})
        else:
            ack()


def roles_of(house: House, offer_id: int) -> Roles:
    """The roles of everybody whom a decision on this offer looks at, asked now."""
    with house.reading() as session:
        people = people_of(session, house.me.workspace, offer_id)
    return {person: house.role_of(person) for person in people}


def open_form(house: House, body: Payload, client: WebClient, case: Case, given: dict[str, str]) -> None:
    """Open the form for a case, with what is known already in its fields."""
    user = body.get("user_id") or body["user"]["id"]
    client.views_open(trigger_id=body["trigger_id"], view=_form(house, case, given, by=user))


def _form(house: House, case: Case, given: dict[str, str], *, by: str) -> Block:
    """The form with what the rules say to what is in it now."""
    content, role = house.content(), house.role_of(by)
    wanted, errors = read(content.policy, given)
    said = next(iter(errors.values()), "")
    if said:
        return blocks.offer_form(case, content.policy, given, said, role)
    with house.reading() as session:
        result = offers.preview(
            session, content, house.me.workspace, case.id, wanted, by=by, role=role, now=house.now()
        )
    decision = result.decision if isinstance(result, Preview) else result.why
    return blocks.offer_form(case, content.policy, given, decision, role)


def read(policy: Policy, given: dict[str, str]) -> tuple[Wanted, dict[str, str]]:
    """What the fields of the form say, and what is wrong with them, by field."""
    errors: dict[str, str] = {}

    def money(name: Field) -> Money | None:
        text = given.get(name, "")
        if not text:
            return None
        try:
            return read_amount(text, policy)
        except MoneyError as error:
            errors[name] = f"{error}."
            return None

    kind = given.get(Field.KIND) or next(iter(policy.kinds))
    known = policy.kinds.get(kind)
    if known is None:
        errors[Field.KIND] = "Choose one from the list."
    amount, loss = money(Field.AMOUNT), money(Field.LOSS)
    is_thing = known is not None and known.gives is Gives.THING
    item = given.get(Field.ITEM, "") if is_thing else ""
    if amount is None and not is_thing:
        errors.setdefault(Field.AMOUNT, f"Write an amount, such as 40.00 {policy.currency}.")
    if is_thing and not item:
        errors[Field.ITEM] = "Write what the customer gets."
    reason = given.get(Field.OFFER_REASON, "")
    if amount is not None and loss is not None and loss.currency != amount.currency:
        errors[Field.LOSS] = f"Write the loss in {amount.currency}, like the amount."
    return Wanted(kind, amount, item, loss, reason, given.get(Field.NOTE, "")), errors


def _at(body: Payload) -> str:
    """The field under which a refusal is shown: the amount, which every form of an offer has."""
    return str(Field.AMOUNT)
