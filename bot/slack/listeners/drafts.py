"""Buttons of a draft."""

from slack_bolt import App

from bot.flows import drafts
from bot.flows.cards import find_draft
from bot.slack.house import House
from bot.slack.ids import Press
from bot.slack.listeners.presses import Pressed, Presses
from bot.slack.listeners.replies import form_of


def register(app: App, house: House) -> None:
    """Listen for what people do with a draft."""
    on = Presses(app, house)

    @on.button(Press.USE)
    def use(press: Pressed) -> object:
        if _is_missing_something(press):
            return form_of(press, press.id)
        name = press.name
        with press.transaction() as session:
            return drafts.use(
                session, press.content, press.workspace, press.id, agent=name, by=press.user, now=press.now
            )

    @on.button(Press.EDIT)
    def edit(press: Pressed) -> object:
        return form_of(press, press.id)

    @on.button(Press.ANOTHER)
    def another(press: Pressed) -> object:
        name = press.name
        with press.transaction() as session:
            return drafts.another(
                session, press.content, press.workspace, press.id, agent=name, by=press.user, now=press.now
            )


def _is_missing_something(press: Pressed) -> bool:
    with press.reading() as session:
        draft = find_draft(session, press.workspace, press.id)
    return draft is not None and draft.is_live and bool(draft.missing)
