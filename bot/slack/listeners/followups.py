"""Buttons and forms about follow-ups, and about whose turn it is."""

from datetime import datetime, time

from slack_bolt import App

from bot.domain.case import may_close
from bot.flows import followups
from bot.flows.cards import find_case
from bot.flows.followups import Owed, Snooze
from bot.flows.outcome import GONE, Refused
from bot.flows.violations import Blocked
from bot.slack import payloads
from bot.slack.blocks import followups as blocks
from bot.slack.blocks.drafts import blocked
from bot.slack.house import House
from bot.slack.ids import Field, Form, Press
from bot.slack.listeners.presses import Faults, Pressed, Presses, Say, Show

MORNING = time(9)


def register(app: App, house: House) -> None:
    """Listen for what people do with follow-ups."""
    on = Presses(app, house)
    _buttons(on)
    _forms(on)


def _buttons(on: Presses) -> None:
    @on.button(Press.DONE)
    def done(press: Pressed) -> object:
        owed = _open(press)
        return Show(blocks.done_form(owed, press.place)) if isinstance(owed, Owed) else owed

    @on.button(Press.SNOOZE)
    def snooze(press: Pressed) -> object:
        owed = _open(press)
        return Show(blocks.snooze_form(owed, press.place)) if isinstance(owed, Owed) else owed

    @on.button(Press.REASSIGN)
    def reassign(press: Pressed) -> object:
        with press.reading() as session:
            case = find_case(session, press.workspace, press.id)
        return Show(blocks.owner_form(case, press.place)) if case else GONE

    @on.button(Press.UNREACHABLE)
    def unreachable(press: Pressed) -> object:
        owed = _open(press)
        if not isinstance(owed, Owed):
            return owed
        ends = may_close(owed.case, press.house.role_of(press.user))
        tries = followups.most_tries(press.content, owed.case)
        return Show(blocks.unreachable_form(owed, press.place, most_tries=tries, may_close=ends))

    @on.button(Press.END_CHECKS)
    def end_checks(press: Pressed) -> object:
        role = press.house.role_of(press.user)
        with press.transaction() as session:
            return followups.end_checks(
                session, press.content, press.workspace, press.id, by=press.user, role=role, now=press.now
            )

    @on.button(Press.WAITING)
    def waiting(press: Pressed) -> object:
        with press.redrawing() as session:
            return followups.wait_for_customer(
                session, press.content, press.workspace, press.id, by=press.user, now=press.now
            )

    @on.button(Press.ANSWERED)
    def answered(press: Pressed) -> object:
        with press.redrawing() as session:
            return followups.customer_answered(
                session, press.content, press.workspace, press.id, by=press.user, now=press.now
            )


def _forms(on: Presses) -> None:
    @on.form(Form.DONE, refused_at=Field.SAID)
    def done(press: Pressed) -> object:
        words, happy = press.field(Field.SAID), payloads.satisfaction(press.body)
        with press.redrawing() as session:
            result = followups.done(
                session,
                press.content,
                press.workspace,
                press.id,
                words=words,
                satisfaction=happy,
                by=press.user,
                now=press.now,
            )
        return Faults({Field.SAID: blocked(result.violations)}) if isinstance(result, Blocked) else result

    @on.form(Form.UNREACHABLE, refused_at=Field.FOUND)
    def unreachable(press: Pressed) -> object:
        found, user = press.field(Field.FOUND), press.user
        what = (press.content, press.workspace, press.id)
        if found == blocks.CLOSE:
            role = press.house.role_of(user)
            with press.redrawing() as session:
                return followups.close(session, *what, by=user, role=role, now=press.now)
        if found == blocks.NO_MORE:
            with press.redrawing() as session:
                result = followups.opted_out(session, *what, by=user, now=press.now)
            if isinstance(result, Owed) and (more := followups.goes_on(result)):
                return Say(more, beside=result.case)
            return result
        if found != blocks.NOT_REACHED:
            return Faults({Field.FOUND: "Choose one from the list."})
        with press.redrawing() as session:
            return followups.unreachable(session, *what, by=user, now=press.now)

    @on.form(Form.SNOOZE, refused_at=Field.SNOOZE)
    def snooze(press: Pressed) -> object:
        until = _until(press)
        if until is None:
            return Faults({Field.DAY: "Choose the day on which you want to be reminded."})
        with press.redrawing() as session:
            return followups.snooze(
                session, press.content, press.workspace, press.id, until=until, by=press.user, now=press.now
            )

    @on.form(Form.OWNER, refused_at=Field.OWNER)
    def owner(press: Pressed) -> object:
        to = press.field(Field.OWNER)
        if not to or to == press.house.me.user:
            return Faults({Field.OWNER: "Choose a colleague."})
        with press.redrawing() as session:
            return followups.reassign(
                session, press.content, press.workspace, press.id, to=to, by=press.user, now=press.now
            )


def _open(press: Pressed) -> Owed | Refused:
    """The follow-up a button is about, or how things stand when there is nothing more to do."""
    with press.reading() as session:
        owed = followups.find(session, press.workspace, press.id)
    if owed is None:
        return GONE
    if not owed.follow_up.is_over:
        return owed
    with press.redrawing():
        return Refused(followups.stands_now(owed))


def _until(press: Pressed) -> datetime | None:
    chosen, zone = press.field(Field.SNOOZE), press.zone
    if chosen in list(Snooze):
        return followups.until(press.content, Snooze(chosen), zone, now=press.now)
    day, hour = press.field(Field.DAY), press.field(Field.TIME)
    try:
        at = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=zone)
        moment = datetime.strptime(hour, "%H:%M").time() if hour else MORNING  # noqa: DTZ007
    except ValueError:
        return None
    return at.replace(hour=moment.hour, minute=moment.minute)
