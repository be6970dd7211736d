"""The `/amends` command. Every answer is seen only by the person who typed it."""

import difflib
import re
from collections.abc import Callable

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.domain.channels import Mode
from bot.flows import cards, cases, followups
from bot.flows.suggestions import for_text
from bot.slack import payloads
from bot.slack.blocks import cases as blocks
from bot.slack.blocks import drafts as draft_blocks
from bot.slack.blocks import followups as followup_blocks
from bot.slack.blocks.common import escape, shorten
from bot.slack.directory import FAILURES, SlackAway
from bot.slack.house import House
from bot.slack.ids import COMMAND, Field
from bot.slack.listeners import offers
from bot.slack.listeners.opening import open_case
from bot.slack.payloads import Payload

HELP = {
    "report": "`/amends report Jane Doe's order 1042 is three days late`: open a case; without words, a form",
    "draft": "`/amends draft the parcel arrived broken`: a reply draft, without opening a case",
    "check": "`/amends check Sorry if you were upset`: check a reply against the phrase rules",
    "case": "`/amends case R-1042`: one case, with a link to its card",
    "offer": "`/amends offer R-1042 40 refund`: offer amends on a case; the form says what is allowed",
    "mine": "`/amends mine`: the cases you have, and what is due on them",
    "due": "`/amends due`: what is owed to customers, and until when",
    "help": "`/amends help`: this list",
}

Verb = Callable[[House, Payload, str, WebClient], str]


def register(app: App, house: House) -> None:
    """Listen for the command."""

    @app.command(COMMAND)
    def command(body: Payload, ack: Ack, client: WebClient) -> None:
        verb, _, rest = payloads.typed(body.get("text") or "").partition(" ")
        run = _VERBS.get(verb.lower())
        text = run(house, body, rest.strip(), client) if run else _unknown(verb)
        ack(text=text, response_type="ephemeral") if text else ack()


def _help(house: House, body: Payload, rest: str, client: WebClient) -> str:
    return "Amends helps you put things right with a customer.\n" + "\n".join(f"• {line}" for line in HELP.values())


def _report(house: House, body: Payload, rest: str, client: WebClient) -> str:
    channel = _card_channel(house, body["channel_id"])
    if not rest:
        client.views_open(trigger_id=body["trigger_id"], view=blocks.report_form(channel))
        return ""
    name = house.name_of(body["user_id"])
    complaint = payloads.complaint_from_command(body, rest, channel=channel, reporter_name=name)
    if complaint is None:
        return HELP["report"]
    opened = open_case(house, complaint)
    return f"{opened.case.reference} is open. Its card is in <#{opened.case.complaint.channel}>."


def _draft(house: House, body: Payload, rest: str, client: WebClient) -> str:
    if not rest:
        return f"A reply to what? For example: {HELP['draft']}"
    suggestion = for_text(house.content(), rest, agent=house.name_of(body["user_id"]))
    words = suggestion.text or f"Needs details that are not in the text: {', '.join(suggestion.missing)}."
    return f"*Reply draft* from `{suggestion.template_id}`\n{escape(words)}"


def _check(house: House, body: Payload, rest: str, client: WebClient) -> str:
    if not rest:
        return f"Which words? For example: {HELP['check']}"
    return draft_blocks.checked(house.content().check(rest))


def _case(house: House, body: Payload, rest: str, client: WebClient) -> str:
    match = re.fullmatch(r"(?:R-?)?(\d{1,9})", rest.strip(), re.IGNORECASE)
    if not match:
        return f"Which case? For example: {HELP['case']}"
    with house.reading() as session:
        found = cards.find_by_number(session, house.me.workspace, int(match[1]))
        place = cards.place_of(session, found) if found else None
    if found is None:
        return f"There is no case R-{match[1]}. `/amends mine` lists yours."
    return blocks.summary(found, _link(client, place))


def _offer(house: House, body: Payload, rest: str, client: WebClient) -> str:
    """Opens the form, with what was typed in its fields: money is never offered by a slip of the keyboard."""
    reference, *words = rest.split() or [""]
    match = re.fullmatch(r"(?:R-?)?(\d{1,9})", reference, re.IGNORECASE)
    if not match:
        return f"Which case? For example: {HELP['offer']}"
    with house.reading() as session:
        found = cards.find_by_number(session, house.me.workspace, int(match[1]))
    if found is None:
        return f"There is no case R-{match[1]}. `/amends mine` lists yours."
    policy = house.content().policy
    names = {key: key for key in policy.kinds} | {
        kind.label.lower().replace(" ", "_"): key for key, kind in policy.kinds.items()
    }
    kind = next((names[word.lower()] for word in words if word.lower() in names), None)
    amount = " ".join(word for word in words if word.lower() not in names)
    given = {Field.AMOUNT: amount, Field.KIND: kind or ""}
    known = {str(name): value for name, value in given.items() if value}
    client.views_open(trigger_id=body["trigger_id"], view=offers.form_of(house, found, known, by=body["user_id"]))
    return ""


def _mine(house: House, body: Payload, rest: str, client: WebClient) -> str:
    user, now = body["user_id"], house.now()
    with house.reading() as session:
        found = cases.mine(session, house.me.workspace, user)
        owed = followups.due(session, house.me.workspace, zone=house.zone_of(user), owner=user, limit=12, now=now)
    if not found and not owed.listed:
        return "You have no open cases. *Take case* on a card makes one yours."
    lines = [f"• {blocks.summary(case, None)}" for case in found]
    due = [followup_blocks.due(owed, name=house.full_name, now=now)] if owed.listed else []
    return shorten("\n\n".join(["\n".join(lines), *due]).strip(), 2900)


def _due(house: House, body: Payload, rest: str, client: WebClient) -> str:
    now = house.now()
    zone = house.zone_of(body["user_id"])
    with house.reading() as session:
        owed = followups.due(session, house.me.workspace, zone=zone, limit=20, now=now)
    return followup_blocks.due(owed, name=house.full_name, now=now)


def _unknown(verb: str) -> str:
    near = difflib.get_close_matches(verb.lower(), HELP, 1, cutoff=0.5)
    hint = f"Did you mean {HELP[near[0]]}?" if near else "`/amends help` lists what I know."
    return f"I do not know `{escape(verb[:40]).replace('`', '')}`. {hint}"


def _card_channel(house: House, typed_in: str) -> str:
    """Where a report without a message gets its card: here when this channel is listened to, else the first that is."""
    if house.mode_of(typed_in) is Mode.REPORT:
        return typed_in
    try:
        return house.directory.channel_id(house.content().channels.intake) or typed_in
    except SlackAway:
        return typed_in


def _link(client: WebClient, place: tuple[str, str] | None) -> str | None:
    if place is None:
        return None
    channel, ts = place
    try:
        return str(client.chat_getPermalink(channel=channel, message_ts=ts)["permalink"])
    except FAILURES:
        return None


_VERBS: dict[str, Verb] = {
    "": _help,
    "help": _help,
    "report": _report,
    "draft": _draft,
    "check": _check,
    "case": _case,
    "offer": _offer,
    "mine": _mine,
    "due": _due,
}
