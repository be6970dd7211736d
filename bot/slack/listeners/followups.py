"""Buttons and forms about follow-ups, and about whose turn it is."""

from datetime import datetime, time

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.flows import followups
from bot.flows.cards import find_case
from bot.flows.drafts import Blocked
from bot.flows.followups import Snooze
from bot.flows.outcome import GONE, Refused
from bot.slack import payloads
from bot.slack.blocks import drafts as draft_blocks
from bot.slack.blocks import followups as blocks
from bot.slack.house import House
from bot.slack.ids import Field, Form, Press
from bot.slack.listeners.answers import answer
from bot.slack.listeners.home import refresh
from bot.slack.payloads import Payload, field

MORNING = time(9)


def register(app: App, house: House) -> None:
    """Listen for what people do with follow-ups."""
    _buttons(app, house)
    _forms(app, house)


def _buttons(app: App, house: House) -> None:
    @app.action(Press.DONE)
    def done(body: Payload, ack: Ack, client: WebClient) -> None:
        owed = _open(house, body)
        if owed is not None:
            view = blocks.done_form(owed, payloads.pressed_place(body))
            client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(Press.SNOOZE)
    def snooze(body: Payload, ack: Ack, client: WebClient) -> None:
        owed = _open(house, body)
        if owed is not None:
            view = blocks.snooze_form(owed, payloads.pressed_place(body))
            client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(Press.REASSIGN)
    def reassign(body: Payload, ack: Ack, client: WebClient) -> None:
        with house.reading() as session:
            case = find_case(session, house.me.workspace, payloads.pressed_id(body) or 0)
        if case is None:
            answer(house, body, GONE)
        else:
            view = blocks.owner_form(case, payloads.pressed_place(body))
            client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(Press.UNREACHABLE)
    def unreachable(body: Payload, ack: Ack) -> None:
        with house.transaction() as session:
            result = followups.unreachable(
                session,
                house.content(),
                house.me.workspace,
                payloads.pressed_id(body) or 0,
                by=body["user"]["id"],
                now=house.now(),
            )
            _redraw(session, house, payloads.pressed_notice(body))
        answer(house, body, result)
        ack()

    @app.action(Press.WAITING)
    def waiting(body: Payload, ack: Ack) -> None:
        with house.transaction() as session:
            result = followups.wait_for_customer(
                session,
                house.content(),
                house.me.workspace,
                payloads.pressed_id(body) or 0,
                by=body["user"]["id"],
                now=house.now(),
            )
            _redraw(session, house, payloads.pressed_notice(body))
        answer(house, body, result)
        ack()

    @app.action(Press.ANSWERED)
    def answered(body: Payload, ack: Ack) -> None:
        with house.transaction() as session:
            result = followups.customer_answered(
                session,
                house.content(),
                house.me.workspace,
                payloads.pressed_id(body) or 0,
                by=body["user"]["id"],
                now=house.now(),
            )
            _redraw(session, house, payloads.pressed_notice(body))
        answer(house, body, result)
        ack()


def _forms(app: App, house: House) -> None:
    @app.view(Form.DONE)
    def done(body: Payload, ack: Ack) -> None:
        key, notice = _about(body)
        with house.transaction() as session:
            result = followups.done(
                session,
                house.content(),
                house.me.workspace,
                key,
                words=field(body, Field.SAID),
                by=body["user"]["id"],
                now=house.now(),
            )
            _redraw(session, house, notice)
        house.wake()
        refresh(house, body)
        if isinstance(result, Blocked):
            ack(response_action="errors", errors={Field.SAID: draft_blocks.blocked(result.violations)})
        else:
            _close(ack, result, Field.SAID)

    @app.view(Form.SNOOZE)
    def snooze(body: Payload, ack: Ack) -> None:
        key, notice = _about(body)
        until = _until(house, body)
        if until is None:
            ack(response_action="errors", errors={Field.DAY: "Choose the day on which you want to be reminded."})
            return
        with house.transaction() as session:
            result = followups.snooze(
                session,
                house.content(),
                house.me.workspace,
                key,
                until=until,
                by=body["user"]["id"],
                now=house.now(),
            )
            _redraw(session, house, notice)
        house.wake()
        refresh(house, body)
        _close(ack, result, Field.SNOOZE)

    @app.view(Form.OWNER)
    def owner(body: Payload, ack: Ack) -> None:
        key, notice = _about(body)
        to = field(body, Field.OWNER)
        if not to or to == house.me.user:
            ack(response_action="errors", errors={Field.OWNER: "Choose a colleague."})
            return
        with house.transaction() as session:
            result = followups.reassign(
                session, house.content(), house.me.workspace, key, to=to, by=body["user"]["id"], now=house.now()
            )
            _redraw(session, house, notice)
        house.wake()
        refresh(house, body)
        _close(ack, result, Field.OWNER)


def _open(house: House, body: Payload) -> followups.Owed | None:
    """The follow-up a button is about; says how things stand when there is nothing more to do."""
    with house.reading() as session:
        owed = followups.find(session, house.me.workspace, payloads.pressed_id(body) or 0)
    if owed is None:
        answer(house, body, GONE)
        return None
    if owed.follow_up.is_over:
        with house.transaction() as session:
            _redraw(session, house, payloads.pressed_notice(body))
        answer(house, body, Refused(followups.stands_now(owed)))
        return None
    return owed


def _until(house: House, body: Payload) -> datetime | None:
    user, chosen = body["user"]["id"], field(body, Field.SNOOZE)
    zone = house.zone_of(user)
    if chosen in list(Snooze):
        return followups.until(house.content(), Snooze(chosen), zone, now=house.now())
    day, hour = field(body, Field.DAY), field(body, Field.TIME)
    try:
        at = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=zone)
        moment = datetime.strptime(hour, "%H:%M").time() if hour else MORNING  # noqa: DTZ007
    except ValueError:
        return None
    return at.replace(hour=moment.hour, minute=moment.minute)


def _redraw(session: followups.Session, house: House, notice: int | None) -> None:
    """Have the message somebody pressed on, a digest perhaps, show how things stand now."""
    if notice is not None:
        followups.redraw_message(session, house.me.workspace, notice)


def _about(body: Payload) -> tuple[int, int | None]:
    key, _, notice = payloads.about(body).partition(":")
    return payloads.number(key) or 0, payloads.number(notice)


def _close(ack: Ack, result: object, where: Field) -> None:
    if isinstance(result, Refused):
        ack(response_action="errors", errors={where: _bare(result.why)})
    else:
        ack()


def _bare(text: str) -> str:
    """Plain text for under a field: Slack shows no mentions there."""
    return text.replace(" by <@", " by ").replace("<@", "").replace(">", "")
