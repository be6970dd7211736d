"""Buttons and forms about offers of amends, from the wish to its reference."""

import re
from collections.abc import Mapping

from slack_bolt import App

from bot.domain.authority import Gives, Policy, read_amount
from bot.domain.case import Case, Status
from bot.domain.money import Money, MoneyError
from bot.domain.offer import Wanted
from bot.flows import offers
from bot.flows.approvals import people_of
from bot.flows.cards import find_case
from bot.flows.counter_offers import accept, turn_down
from bot.flows.decisions import NO_OFFER, Roles
from bot.flows.offers import NotAllowed, Preview
from bot.flows.outcome import GONE, Refused
from bot.slack import payloads
from bot.slack.blocks import offers as blocks
from bot.slack.blocks.common import Block
from bot.slack.directory import SlackAway
from bot.slack.house import House
from bot.slack.ids import OFFERING, Field, Form, Press
from bot.slack.listeners.presses import Faults, Pressed, Presses, Redraw, Show


def register(app: App, house: House) -> None:
    """Listen for what people do with offers."""
    on = Presses(app, house)
    _making(on)
    _afterwards(on)


def _making(on: Presses) -> None:
    @on.button(Press.OFFER)
    def offer(press: Pressed) -> object:
        with press.reading() as session:
            case = find_case(session, press.workspace, press.id)
        if case is None:
            return GONE
        if case.status is Status.RESOLVED:
            return Refused(f"{case.reference} is resolved. Reopen it first if there is more to put right.")
        return Show(form_of(press.house, case, {}, by=press.user))

    @on.button(re.compile(r"offer\.(kind|amount|item|loss|reason)"))
    def typing(press: Pressed) -> object:
        view = press.body.get("view") or {}
        if view.get("callback_id") != Form.OFFER:
            return None
        with press.reading() as session:
            case = find_case(session, press.workspace, payloads.form_id(press.body) or 0)
        return Redraw(form_of(press.house, case, _given(press), by=press.user)) if case else None

    @on.form(Form.OFFER, refused_at=Field.AMOUNT)
    def submit(press: Pressed) -> object:
        house, view = press.house, press.body["view"]
        wanted, errors = read(press.content.policy, _given(press))
        if errors:
            return Faults(errors)
        role, name = house.role_of(press.user), press.name
        try:
            channel = house.approvals_channel()
        except SlackAway:
            channel = None
        with press.transaction() as session:
            result = offers.make_offer(
                session,
                press.content,
                press.workspace,
                press.id,
                wanted,
                source=f"form:{view.get('root_view_id') or view['id']}"[:200],
                approvals=channel,
                agent=name,
                by=press.user,
                role=role,
                now=press.now,
            )
        if isinstance(result, NotAllowed):
            return Faults({Field.AMOUNT: blocks.not_allowed(result.decision, role)})
        if isinstance(result, Refused):
            return result
        said = blocks.made(result.case.reference, result.offered, result.decision, role)
        return Show(blocks.outcome_view(said))


def _afterwards(on: Presses) -> None:
    @on.button(Press.WITHDRAW)
    def withdraw(press: Pressed) -> object:
        role = press.house.role_of(press.user)
        with press.redrawing() as session:
            return offers.withdraw(session, press.workspace, press.id, by=press.user, role=role, now=press.now)

    @on.button(Press.ACCEPT)
    def take(press: Pressed) -> object:
        name, roles = press.name, roles_of(press)
        with press.redrawing() as session:
            return accept(
                session,
                press.content,
                press.workspace,
                press.id,
                by=press.user,
                roles=roles,
                agent=name,
                now=press.now,
            )

    @on.button(Press.TURN_DOWN)
    def do_without(press: Pressed) -> object:
        with press.redrawing() as session:
            return turn_down(session, press.workspace, press.id, by=press.user, now=press.now)

    @on.button(Press.GIVEN)
    def done(press: Pressed) -> object:
        with press.reading() as session:
            offered = offers.find_offer(session, press.workspace, press.id)
            case = find_case(session, press.workspace, offered.case_id) if offered else None
        return Show(blocks.done_form(case, offered, press.place)) if offered and case else NO_OFFER

    @on.form(Form.GIVEN, refused_at=Field.PAYMENT)
    def mark_done(press: Pressed) -> object:
        reference = press.field(Field.PAYMENT)
        with press.redrawing() as session:
            return offers.mark_done(
                session, press.workspace, press.id, reference=reference, by=press.user, now=press.now
            )


def roles_of(press: Pressed) -> Roles:
    """The roles of everybody whom a decision on the pressed offer looks at, asked now."""
    with press.reading() as session:
        people = people_of(session, press.workspace, press.id)
    return {person: press.house.role_of(person) for person in people}


def form_of(house: House, case: Case, given: Mapping[str, str], *, by: str) -> Block:
    """The form for a case, with what is known already in its fields, and what the rules say to that now."""
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


def _given(press: Pressed) -> dict[str, str]:
    return {name: press.field(name) for name in (*OFFERING, Field.NOTE)}


def read(policy: Policy, given: Mapping[str, str]) -> tuple[Wanted, dict[str, str]]:
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
