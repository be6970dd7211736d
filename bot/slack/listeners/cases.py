"""Buttons and forms about a case."""

from slack_bolt import App

from bot.domain.case import Case, Status
from bot.domain.taxonomy import OUTCOMES, Severity, category_keys
from bot.flows import cases, details, drafts, duty
from bot.flows.cards import find_case
from bot.flows.outcome import GONE, Refused
from bot.slack import payloads
from bot.slack.blocks import cases as blocks
from bot.slack.house import House
from bot.slack.ids import Field, Form, Press
from bot.slack.listeners.opening import open_case
from bot.slack.listeners.presses import Faults, Pressed, Presses, Say, Show
from bot.slack.listeners.replies import form_of

STAYS_OPEN = (
    "The customer's answer is kept. {} stays open, because they are unhappy: put it right with them, then resolve it."
)


def register(app: App, house: House) -> None:
    """Listen for what people do with a case."""
    on = Presses(app, house)
    _buttons(on)
    _forms(on)


def _buttons(on: Presses) -> None:
    @on.button(Press.TAKE)
    def take(press: Pressed) -> object:
        with press.redrawing() as session:
            return cases.take(session, press.workspace, press.id, by=press.user, now=press.now)

    @on.button(Press.ASSIGN)
    def assign(press: Pressed) -> object:
        on_duty = press.house.on_duty()
        with press.transaction() as session:
            result = duty.assign_suggested(
                session, press.content, press.workspace, press.id, on_duty=on_duty, by=press.user, now=press.now
            )
        if isinstance(result, Refused):
            return result
        return Say(f"{result.reference} is with <@{result.owner}> now.")

    @on.button(Press.REOPEN)
    def reopen(press: Pressed) -> object:
        with press.transaction() as session:
            return cases.reopen(session, press.content, press.workspace, press.id, by=press.user, now=press.now)

    @on.button(Press.DRAFT)
    def draft(press: Pressed) -> object:
        name = press.name
        with press.transaction() as session:
            result = drafts.draft_again(
                session, press.content, press.workspace, press.id, agent=name, by=press.user, now=press.now
            )
        return result if isinstance(result, Refused) else form_of(press, result[1].id)

    @on.button(Press.SATISFACTION)
    def ask_satisfaction(press: Pressed) -> object:
        case = _case(press)
        return Show(blocks.satisfaction_form(case)) if case else GONE

    @on.button(Press.CHANGE)
    def change(press: Pressed) -> object:
        case = _case(press)
        return Show(blocks.details_form(case)) if case else GONE

    @on.button(Press.RESOLVE)
    def resolve(press: Pressed) -> object:
        case = _case(press)
        return Show(blocks.resolution_form(case, press.content.routing.causes)) if case else GONE


def _forms(on: Presses) -> None:
    @on.form(Form.DETAILS, refused_at=Field.SEVERITY)
    def correct(press: Pressed) -> object:
        house, body = press.house, press.body
        category, severity = press.field(Field.CATEGORY), press.field(Field.SEVERITY)
        if category not in category_keys() or severity not in list(Severity):
            return Faults({Field.CATEGORY: "Choose one from the list."})
        about, about_nobody = press.field(Field.ABOUT), bool(payloads.chosen(body, Field.ABOUT_NOBODY))
        if about == house.me.user:
            return Faults({Field.ABOUT: "Choose a colleague."})
        role, name, places = house.role_of(press.user), press.name, house.places()
        with press.transaction() as session:
            result = details.change_details(
                session,
                press.content,
                press.workspace,
                press.id,
                category=category,
                severity=Severity(severity),
                customer=payloads.correction(body, Field.CUSTOMER),
                reference=payloads.correction(body, Field.REFERENCE),
                raised=[*payloads.chosen(body, Field.RISKS), *payloads.chosen(body, Field.MORE_RISKS)],
                cleared=payloads.chosen(body, Field.CLEARED_RISKS),
                about=about or None,
                about_nobody=about_nobody,
                by=press.user,
                role=role,
                agent=name,
                places=places,
                now=press.now,
            )
        if result == details.KEEP_RISKS:
            return Faults({Field.CLEARED_RISKS: result.why})
        if result == details.KEEP_ABOUT:
            return Faults({Field.ABOUT_NOBODY if about_nobody else Field.ABOUT: result.why})
        return result

    @on.form(Form.RESOLUTION, refused_at=Field.OUTCOME)
    def resolution(press: Pressed) -> object:
        outcome, cause, content = press.field(Field.OUTCOME), press.field(Field.CAUSE), press.content
        if outcome not in OUTCOMES:
            return Faults({Field.OUTCOME: "Choose one from the list."})
        if content.routing.causes and cause not in content.routing.causes:
            return Faults({Field.CAUSE: "Choose the cause that comes closest."})
        places = press.house.places()
        with press.transaction() as session:
            result = cases.resolve(
                session,
                content,
                press.workspace,
                press.id,
                outcome=outcome,
                resolution=press.field(Field.RESOLUTION),
                cause=cause or None,
                satisfaction=payloads.satisfaction(press.body),
                by=press.user,
                places=places,
                now=press.now,
            )
        if isinstance(result, Refused) or result.status is Status.RESOLVED:
            return result
        return Say(STAYS_OPEN.format(result.reference), beside=result)

    @on.form(Form.SATISFACTION, refused_at=Field.SATISFACTION)
    def satisfaction(press: Pressed) -> object:
        said = payloads.satisfaction(press.body)
        if said is None:
            return Faults({Field.SATISFACTION: "Choose one from the list."})
        with press.transaction() as session:
            return cases.customer_answered(
                session, press.content, press.workspace, press.id, satisfaction=said, by=press.user, now=press.now
            )

    @on.form(Form.REPORT, refused_at=Field.TEXT)
    def report(press: Pressed) -> object:
        complaint = payloads.complaint_from_form(press.body, reporter_name=press.name)
        if complaint is None:
            return Faults({Field.TEXT: "Write what happened."})
        return open_case(press.house, complaint)


def _case(press: Pressed) -> Case | None:
    with press.reading() as session:
        return find_case(session, press.workspace, press.id)
