"""Channels of mode `detect`: the question to the author, and its three buttons."""

import structlog
from slack_bolt import Ack, App

from bot.domain.channels import Listened
from bot.domain.complaint import Door
from bot.domain.feedback import Answer, Question
from bot.flows import detect
from bot.flows.outcome import Refused
from bot.slack import payloads
from bot.slack.blocks import detect as blocks
from bot.slack.blocks.common import date
from bot.slack.directory import FAILURES, error_code
from bot.slack.house import House
from bot.slack.ids import Press
from bot.slack.listeners.opening import open_case
from bot.slack.payloads import Payload

log = structlog.get_logger(__name__)

UNREADABLE = (
    "I could not read your message again, so nothing was done. It may have been deleted. "
    "If it is still there, use its menu: *More actions*, then *Report complaint*."
)


def ask(house: House, event: Payload, entry: Listened) -> None:
    """Ask the author of a message that reads like a complaint whether it is to be a case. A bot is not asked."""
    author = payloads.author(event)
    if author is None:
        return
    guesses = house.content().triage(payloads.message_text(event, house.me))
    if guesses.score < entry.threshold:
        return
    channel, ts = str(event["channel"]), str(event["ts"])
    with house.transaction() as session:
        asked = detect.ask(session, house.me.workspace, channel, ts, score=guesses.score, by=author, now=house.now())
    if asked is None:
        return
    text, drawn = blocks.question(asked, guesses.because)
    try:
        house.client.chat_postEphemeral(channel=channel, user=author, text=text, blocks=drawn)
    except FAILURES as error:
        log.warning("detect.not_asked", question=asked.id, reason=error_code(error))


def register(app: App, house: House) -> None:
    """Listen for the answers."""

    @app.action(Press.OPEN)
    def open_(body: Payload, ack: Ack) -> None:
        asked = _asked(house, body)
        message = _message(house, asked) if asked else None
        if asked and message:
            name = house.name_of(asked.author)
            complaint = payloads.complaint_from_message(message, house.me, Door.DETECTED, reporter_name=name)
            if complaint is None:
                house.tell(body, UNREADABLE)
            else:
                opened = open_case(house, complaint)
                _keep(house, asked, Answer.OPENED, complaint.text, opened.case.details.customer)
                state = "is open" if opened.is_new else "has this complaint already"
                house.replace(body, f"{opened.case.reference} {state}. Its card is in the thread of your message.")
        elif asked:
            house.tell(body, UNREADABLE)
        ack()

    @app.action(Press.NOT_A_COMPLAINT)
    def not_a_complaint(body: Payload, ack: Ack) -> None:
        asked = _asked(house, body)
        if asked:
            message = _message(house, asked)
            text = payloads.message_text(message, house.me) if message else None
            guess = house.content().triage(text).customer if text else None
            _keep(house, asked, Answer.NOT_A_COMPLAINT, text, guess.value if guess else "")
            house.replace(body, "Thank you: no case. Your answer helps to ask less next time.")
        ack()

    @app.action(Press.QUIET)
    def quiet(body: Payload, ack: Ack) -> None:
        asked = _asked(house, body)
        if asked:
            with house.transaction() as session:
                until = detect.be_quiet(
                    session,
                    house.me.workspace,
                    asked,
                    quiet=house.content().channels.quiet,
                    by=asked.author,
                    now=house.now(),
                )
            house.replace(
                body, f"I will not ask you before {date(until)}. *Report complaint* in a message's menu always works."
            )
        ack()


def _asked(house: House, body: Payload) -> Question | None:
    """The question behind a press; a refusal is told."""
    with house.reading() as session:
        found = detect.find(session, house.me.workspace, payloads.pressed_id(body) or 0, by=body["user"]["id"])
    if isinstance(found, Refused):
        house.tell(body, found.why)
        return None
    return found


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


def _keep(house: House, asked: Question, answer: Answer, text: str | None, customer: str) -> None:
    with house.transaction() as session:
        detect.answered(
            session,
            house.me.workspace,
            asked,
            answer,
            text=text,
            names=(customer,) if customer else (),
            by=asked.author,
            now=house.now(),
        )
