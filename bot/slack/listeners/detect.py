"""Channels of mode `detect`: the question to the author, and its three buttons."""

import structlog
from slack_bolt import App

from bot.domain.channels import Listened
from bot.domain.complaint import Door
from bot.domain.feedback import Answer, Question
from bot.domain.triage.risks import flags_of
from bot.flows import detect
from bot.flows.outcome import Refused
from bot.slack import payloads
from bot.slack.blocks import detect as blocks
from bot.slack.blocks.common import date
from bot.slack.directory import FAILURES, error_code
from bot.slack.house import House
from bot.slack.ids import Press
from bot.slack.listeners.opening import open_case
from bot.slack.listeners.presses import Instead, Pressed, Presses, Say
from bot.slack.payloads import Payload

log = structlog.get_logger(__name__)

UNREADABLE = (
    "I could not read your message again, so nothing was done. It may have been deleted. "
    "If it is still there, use its menu: *More actions*, then *Report complaint*."
)


def ask(house: House, event: Payload, entry: Listened) -> None:
    """Ask the author of what reads like a complaint or a risk whether it is to be a case. No bot is asked."""
    author = payloads.author(event)
    if author is None:
        return
    guesses = house.content().triage(payloads.message_text(event, house.me))
    risks = flags_of(guesses.alarming)
    if guesses.score < entry.threshold and not risks:
        return
    channel, ts = str(event["channel"]), str(event["ts"])
    with house.transaction() as session:
        asked = detect.ask(session, house.me.workspace, channel, ts, score=guesses.score, by=author, now=house.now())
    if asked is None:
        return
    text, drawn = blocks.question(asked, guesses.because, risks)
    try:
        house.client.chat_postEphemeral(channel=channel, user=author, text=text, blocks=drawn)
    except FAILURES as error:
        log.warning("detect.not_asked", question=asked.id, reason=error_code(error))


def register(app: App, house: House) -> None:
    """Listen for the answers."""
    on = Presses(app, house)

    @on.button(Press.OPEN)
    def open_(press: Pressed) -> object:
        asked = _asked(press)
        if isinstance(asked, Refused):
            return asked
        message = _message(house, asked)
        if message is None:
            return Say(UNREADABLE)
        name = house.name_of(asked.author)
        complaint = payloads.complaint_from_message(message, house.me, Door.DETECTED, reporter_name=name)
        if complaint is None:
            return Say(UNREADABLE)
        opened = open_case(house, complaint)
        _keep(press, asked, Answer.OPENED, complaint.text)
        state = "is open" if opened.is_new else "has this complaint already"
        return Instead(f"{opened.case.reference} {state}. Its card is in the thread of your message.")

    @on.button(Press.NOT_A_COMPLAINT)
    def not_a_complaint(press: Pressed) -> object:
        asked = _asked(press)
        if isinstance(asked, Refused):
            return asked
        message = _message(house, asked)
        text = payloads.message_text(message, house.me) if message else None
        _keep(press, asked, Answer.NOT_A_COMPLAINT, text)
        return Instead("Thank you: no case. Your answer helps to ask less next time.")

    @on.button(Press.QUIET)
    def quiet(press: Pressed) -> object:
        asked = _asked(press)
        if isinstance(asked, Refused):
            return asked
        silence = press.content.channels.quiet
        with press.transaction() as session:
            until = detect.be_quiet(session, press.workspace, asked, quiet=silence, by=asked.author, now=press.now)
        return Instead(f"I will not ask you before {date(until)}. *Report complaint* in a message's menu always works.")


def _asked(press: Pressed) -> Question | Refused:
    """The question behind a press."""
    with press.reading() as session:
        return detect.find(session, press.workspace, press.id, by=press.user)


def _message(house: House, asked: Question) -> Payload | None:
    """The message as it stands in Slack now: we did not keep its words."""
    try:
        answer = house.client.conversations_history(
            channel=asked.channel, oldest=asked.ts, latest=asked.ts, inclusive=True, limit=1
        )
        messages = [each for each in answer.get("messages") or [] if each.get("ts") == asked.ts]
    except FAILURES as error:
        log.warning("detect.not_read", question=asked.id, reason=error_code(error))
        return None
    if not messages or messages[0].get("user") != asked.author:
        return None
    return {**messages[0], "channel": asked.channel}


def _keep(press: Pressed, asked: Question, answer: Answer, text: str | None) -> None:
    customer = press.content.triage(text).customer if text else None
    with press.transaction() as session:
        detect.answered(
            session,
            press.workspace,
            asked,
            answer,
            text=text,
            names=(customer.value,) if customer else (),
            by=asked.author,
            now=press.now,
        )
