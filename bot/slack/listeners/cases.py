"""Buttons and forms about a case."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.domain.case import Case, Status
from bot.domain.taxonomy import OUTCOMES, Severity, category_keys
from bot.flows import cases, drafts, duty
from bot.flows.cards import find_case
from bot.flows.outcome import GONE, Refused
from bot.slack import payloads
from bot.slack.blocks import cases as blocks
from bot.slack.house import House
from bot.slack.ids import Field, Form, Press
from bot.slack.listeners.answers import answer
from bot.slack.listeners.opening import open_case
from bot.slack.listeners.replies import open_form
from bot.slack.payloads import Payload, field

STAYS_OPEN = (
    "The customer's answer is kept. {} stays open, because they are unhappy: put it right with them, then resolve it."
)


def register(app: App, house: House) -> None:
    """Listen for what people do with a case."""
    _buttons(app, house)
    _forms(app, house)


def _buttons(app: App, house: House) -> None:
    @app.action(Press.TAKE)
    def take(body: Payload, ack: Ack) -> None:
        with house.transaction() as session:
            result = cases.take(session, house.me.workspace, _id(body), by=body["user"]["id"], now=house.now())
        answer(house, body, result)
        ack()

    @app.action(Press.ASSIGN)
    def assign(body: Payload, ack: Ack) -> None:
        on_duty = house.on_duty()
        with house.transaction() as session:
            result = duty.assign_suggested(
                session,
                house.content(),
                house.me.workspace,
                _id(body),
                on_duty=on_duty,
                by=body["user"]["id"],
                now=house.now(),
            )
        answer(house, body, result)
        if not isinstance(result, Refused):
            house.tell(body, f"{result.reference} is with <@{result.owner}> now.")
        ack()

    @app.action(Press.REOPEN)
    def reopen(body: Payload, ack: Ack) -> None:
        with house.transaction() as session:
            result = cases.reopen(
                session, house.content(), house.me.workspace, _id(body), by=body["user"]["id"], now=house.now()
            )
        answer(house, body, result)
        ack()

    @app.action(Press.SATISFACTION)
    def ask_satisfaction(body: Payload, ack: Ack, client: WebClient) -> None:
        case = _case(house, body)
        if case is None:
            answer(house, body, GONE)
        else:
            client.views_open(trigger_id=body["trigger_id"], view=blocks.satisfaction_form(case))
        ack()

    @app.action(Press.DRAFT)
    def draft(body: Payload, ack: Ack, client: WebClient) -> None:
        user = body["user"]["id"]
        name = house.name_of(user)
        with house.transaction() as session:
            result = drafts.draft_again(
                session, house.content(), house.me.workspace, _id(body), agent=name, by=user, now=house.now()
            )
        answer(house, body, result)
        if not isinstance(result, Refused):
            open_form(house, body, client, result[1].id)
        ack()

    @app.action(Press.CHANGE)
    def change(body: Payload, ack: Ack, client: WebClient) -> None:
        case = _case(house, body)
        if case is None:
            answer(house, body, GONE)
        else:
            client.views_open(trigger_id=body["trigger_id"], view=blocks.details_form(case))
        ack()

    @app.action(Press.RESOLVE)
    def resolve(body: Payload, ack: Ack, client: WebClient) -> None:
        case = _case(house, body)
        if case is None:
            answer(house, body, GONE)
        else:
            client.views_open(
                trigger_id=body["trigger_id"], view=blocks.resolution_form(case, house.content().routing.causes)
            )
        ack()


def _forms(app: App, house: House) -> None:
    @app.view(Form.DETAILS)
    def details(body: Payload, ack: Ack) -> None:
        user = body["user"]["id"]
        category, severity = field(body, Field.CATEGORY), field(body, Field.SEVERITY)
        if category not in category_keys() or severity not in list(Severity):
            ack(response_action="errors", errors={Field.CATEGORY: "Choose one from the list."})
            return
        role, name, places = house.role_of(user), house.name_of(user), house.places()
        with house.transaction() as session:
            result = cases.change_details(
                session,
                house.content(),
                house.me.workspace,
                payloads.number(payloads.about(body)) or 0,
                category=category,
                severity=Severity(severity),
                customer=payloads.correction(body, Field.CUSTOMER),
                reference=payloads.correction(body, Field.REFERENCE),
                raised=[*payloads.chosen(body, Field.RISKS), *payloads.chosen(body, Field.MORE_RISKS)],
                cleared=payloads.chosen(body, Field.CLEARED_RISKS),
                by=user,
                role=role,
                agent=name,
                places=places,
                now=house.now(),
            )
        if isinstance(result, Refused):
            ack(response_action="errors", errors={_field_of(result): result.why})
        else:
            house.wake()
            ack()

    @app.view(Form.RESOLUTION)
    def resolution(body: Payload, ack: Ack) -> None:
        outcome, cause = field(body, Field.OUTCOME), field(body, Field.CAUSE)
        content = house.content()
        if outcome not in OUTCOMES:
            ack(response_action="errors", errors={Field.OUTCOME: "Choose one from the list."})
            return
        if content.routing.causes and cause not in content.routing.causes:
            ack(response_action="errors", errors={Field.CAUSE: "Choose the cause that comes closest."})
            return
        places = house.places()
        with house.transaction() as session:
            result = cases.resolve(
                session,
                content,
                house.me.workspace,
                payloads.number(payloads.about(body)) or 0,
                outcome=outcome,
                resolution=field(body, Field.RESOLUTION),
                cause=cause or None,
                satisfaction=_satisfaction(body),
                by=body["user"]["id"],
                places=places,
                now=house.now(),
            )
        house.wake()
        if isinstance(result, Refused):
            ack(response_action="errors", errors={Field.OUTCOME: result.why})
            return
        if result.status is not Status.RESOLVED:
            _say_in_channel(house, body, result, STAYS_OPEN.format(result.reference))
        ack()

    @app.view(Form.SATISFACTION)
    def satisfaction(body: Payload, ack: Ack) -> None:
        said = _satisfaction(body)
        if said is None:
            ack(response_action="errors", errors={Field.SATISFACTION: "Choose one from the list."})
            return
        with house.transaction() as session:
            result = cases.customer_answered(
                session,
                house.content(),
                house.me.workspace,
                payloads.number(payloads.about(body)) or 0,
                satisfaction=said,
                by=body["user"]["id"],
                now=house.now(),
            )
        house.wake()
        if isinstance(result, Refused):
            ack(response_action="errors", errors={Field.SATISFACTION: result.why})
        else:
            ack()

    @app.view(Form.REPORT)
    def report(body: Payload, ack: Ack) -> None:
        complaint = payloads.complaint_from_form(body, reporter_name=house.name_of(body["user"]["id"]))
        if complaint is None:
            ack(response_action="errors", errors={Field.TEXT: "Write what happened."})
            return
        open_case(house, complaint)
        ack()


def _field_of(refused: Refused) -> Field:
    """The field of the details form that a refusal belongs under."""
    return Field.CLEARED_RISKS if refused == cases.KEEP_RISKS else Field.SEVERITY


def _satisfaction(body: Payload) -> int | None:
    """What the customer said, 1 to 5; None when nobody knows."""
    said = field(body, Field.SATISFACTION)
    return int(said) if said in blocks.SATISFACTION else None


def _say_in_channel(house: House, body: Payload, case: Case, text: str) -> None:
    """Answer a form, which has no channel of its own, where the case is."""
    place = {"channel": {"id": case.complaint.channel}, "container": {"thread_ts": case.complaint.thread_ts}}
    house.tell({**body, **place}, text)


def _id(body: Payload) -> int:
    return payloads.pressed_id(body) or 0


def _case(house: House, body: Payload) -> Case | None:
    with house.reading() as session:
        return find_case(session, house.me.workspace, _id(body))
