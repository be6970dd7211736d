"""The forms about a reply: opened, redrawn while somebody writes, saved, marked as sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

import structlog
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.content.bundle import Content
from bot.domain.draft import Promised
from bot.domain.promise import DatePromise
from bot.domain.team import Role
from bot.domain.template import Channel
from bot.flows import drafts, replies
from bot.flows.drafts import NO_WORDS, Blocked, NotYours
from bot.flows.outcome import GONE, Refused
from bot.flows.replies import Desk
from bot.slack import payloads
from bot.slack.blocks import drafts as draft_blocks
from bot.slack.blocks import replies as blocks
from bot.slack.blocks.common import Block, one_line
from bot.slack.directory import FAILURES, error_code
from bot.slack.house import House
from bot.slack.ids import DAY, KEEP, TIME, Field, Form, Live, Press
from bot.slack.listeners.answers import answer
from bot.slack.payloads import Payload, Shown, digest

log = structlog.get_logger(__name__)

ONCE_MORE = "These are the words of the response you chose. *Save* once more to keep them."
FOUND = "These responses have your words. Choose one of them, or *Save* to keep the reply as it is."
CONFIRM_DATES = "The reply promises days that were not asked about yet. Look at them below, then mark it as sent."
SHOULD_NOT_LEAVE = "Some of these words should not reach the customer. If they have not left yet, mend them."


def register(app: App, house: House) -> None:
    """Listen for what people do in the forms about a reply."""
    _writing(app, house)
    _sending(app, house)


def _writing(app: App, house: House) -> None:
    @app.action(re.compile("^" + re.escape(Live.FORM)))
    def redraw(body: Payload, ack: Ack, client: WebClient) -> None:
        drawn = _drawn_again(house, body)
        if drawn is not None:
            _update(client, body, blocks.reply_form(drawn.form))
        ack()

    @app.action(Live.REWORD)
    def reword(body: Payload, ack: Ack, client: WebClient) -> None:
        drawn = _drawn_again(house, body, reword=True)
        if drawn is not None:
            _update(client, body, blocks.reply_form(drawn.form))
        ack()

    @app.action(Live.PREVIEW)
    def preview(body: Payload, ack: Ack, client: WebClient) -> None:
        shown = payloads.shown(body) if body.get("view") else None
        if shown is not None:
            with house.reading() as session:
                desk = replies.desk_of(session, house.me.workspace, shown.draft, by=body["user"]["id"])
            if desk is not None:
                view = blocks.preview(payloads.field(body, Field.REPLY), payloads.channel(body), desk.case)
                client.views_push(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.view(Form.REPLY)
    def save(body: Payload, ack: Ack) -> None:
        drawn = _drawn_again(house, body)
        if drawn is None:
            ack(response_action="errors", errors={Field.REPLY: GONE.why})
            return
        if drawn.wants_a_look:
            notice = ONCE_MORE if drawn.is_reworded else FOUND
            view = blocks.reply_form(replace(drawn.form, notice=drawn.form.notice or notice))
            ack(response_action="update", view=view)
            return
        text, answers, reason = drawn.given.text, drawn.given.answers, payloads.field(body, Field.REASON)
        if not text and not any(answers.values()):
            ack(response_action="errors", errors={Field.REPLY: "Write the reply, or answer the questions above it."})
            return
        user = body["user"]["id"]
        name, role = house.name_of(user), house.role_of(user) if reason else None
        with house.transaction() as session:
            result = drafts.revise(
                session,
                house.content(),
                house.me.workspace,
                drawn.form.shown.draft,
                text=text,
                answers=answers,
                template_id=drawn.form.shown.template,
                channel=drawn.given.channel,
                untouched=drawn.is_untouched,
                reason=reason,
                role=role,
                agent=name,
                by=user,
                now=house.now(),
            )
        house.wake()
        if isinstance(result, Blocked):
            said = draft_blocks.blocked(result.violations, result.unapproved)
            ack(response_action="errors", errors={Field.REPLY: said})
        elif isinstance(result, NotYours):
            ack(response_action="errors", errors={Field.REASON: result.why})
        elif isinstance(result, Refused):
            ack(response_action="errors", errors={Field.REPLY: result.why})
        else:
            ack()


def open_form(house: House, body: Payload, client: WebClient, draft_id: int) -> None:
    """Open the form behind Edit for the person who pressed, or tell them why there is nothing to edit."""
    user = body["user"]["id"]
    with house.reading() as session:
        desk = replies.desk_of(session, house.me.workspace, draft_id, by=user)
    if desk is None or desk.trouble:
        answer(house, body, desk.trouble if desk else GONE)
        return
    draft = desk.draft
    shown = Shown(draft.id, draft.template_id, draft.channel, "" if draft.edited else digest(draft.text))
    given = _Given(draft.channel, draft.template_id, "", {}, draft.text, "")
    drawn = _draw(house, desk, shown, given, user=user)
    client.views_open(trigger_id=body["trigger_id"], view=blocks.reply_form(drawn.form))


@dataclass(frozen=True, slots=True)
class _Given:
    """What stands in an open form."""

    channel: Channel
    template: str
    find: str
    answers: Mapping[str, str]
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A form to show next. `wants_a_look` says that it holds something the person has not seen."""

    form: blocks.ReplyForm
    given: _Given
    is_untouched: bool
    is_reworded: bool
    wants_a_look: bool


def _drawn_again(house: House, body: Payload, *, reword: bool = False) -> _Drawn | None:
    """The form for what stands in it now; None when its draft is not in the database, or it is no form of ours."""
    shown = payloads.shown(body) if body.get("view") else None
    if shown is None:
        return None
    user = body["user"]["id"]
    with house.reading() as session:
        desk = replies.desk_of(session, house.me.workspace, shown.draft, by=user)
    if desk is None:
        return None
    given = _Given(
        payloads.channel(body),
        payloads.field(body, Field.RESPONSE) or shown.template,
        payloads.field(body, Field.FIND),
        payloads.answers(body),
        payloads.field(body, Field.REPLY),
        payloads.field(body, Field.REASON),
    )
    return _draw(house, desk, shown, given, user=user, reword=reword)


def _draw(house: House, desk: Desk, shown: Shown, given: _Given, *, user: str, reword: bool = False) -> _Drawn:
    """Work out what the form shows next. Words that somebody typed give way only to the button that says so."""
    content, name = house.content(), house.name_of(user)
    responses = replies.offered(content, desk, given.channel, agent=name, words=given.find)
    template = _template_of(content, desk, given, shown, agent=name)
    answers = {key: "" if text in ("-", "–", "—") else text for key, text in given.answers.items() if text}
    wording = replies.wording(content, desk, template, given.channel, answers, agent=name)
    is_untouched = not given.text or digest(given.text) == shown.words
    is_new_search = given.find != shown.find
    has_moved = (template, given.channel) != (shown.template, shown.channel)
    text, offer = given.text, ""
    if wording is not None and (is_untouched or reword):
        is_new = digest(wording.text) != digest(given.text)
        text = wording.text if is_new else given.text
        shown = Shown(shown.draft, template, given.channel, digest(wording.text), shown.turn + is_new, given.find)
    elif has_moved and wording is not None and wording.text:
        title = next(each.title for each in content.templates if each.id == template)
        offer = f"Use “{one_line(title, 40)}” instead"
        shown = replace(shown, find=given.find)
    else:
        shown = replace(shown, find=given.find)
    current = next((each for each in content.templates if each.id == shown.template), None)
    if current is not None and current not in responses and responses and not given.find:
        responses = [current, *responses]
    form = blocks.ReplyForm(
        case=desk.case,
        draft=desk.draft,
        shown=shown,
        channel=given.channel,
        chosen=template,
        responses=responses,
        find=given.find,
        questions=[
            (value, answers.get(value.name, before))
            for value, before in replies.asked(content, desk, template, given.channel, agent=name)
        ],
        text=text,
        checked=replies.checked(content, desk, text, given.channel, today=_today(house, user)),
        may_override=house.role_of(user) in (Role.LEAD, Role.MANAGER),
        reason=given.reason,
        notice=_notice(desk, given, has_words=bool(responses or given.find)),
        offer=offer,
    )
    is_reworded = has_moved and wording is not None and is_untouched
    wants_a_look = is_reworded or (is_new_search and is_untouched and not answers)
    return _Drawn(
        form, replace(given, answers=answers), is_untouched and wording is not None, is_reworded, wants_a_look
    )


def _template_of(content: Content, desk: Desk, given: _Given, shown: Shown, *, agent: str | None) -> str:
    """The response the form is about: the chosen one, or the best for a channel in which that one has no words."""
    chosen = content.template(given.template)
    if chosen is not None and given.channel in chosen.channels:
        return chosen.id
    fitting = replies.offered(content, desk, given.channel, agent=agent)
    return fitting[0].id if fitting else shown.template


def _notice(desk: Desk, given: _Given, *, has_words: bool) -> str:
    if desk.trouble:
        return f":warning: {desk.trouble.why} Your words are still below: copy them, they cannot be saved any more."
    return "" if has_words else f":warning: {NO_WORDS.format(channel=given.channel.label.lower())}"


def _today(house: House, user: str) -> datetime:
    """Now, on the clock of this person."""
    return house.now().astimezone(house.zone_of(user))


def _update(client: WebClient, body: Payload, view: Block) -> None:
    """Redraw an open form, unless a later one is there already, or it would say the same: Slack counts our calls.

    What cannot be redrawn is still checked on saving.
    """
    before, after = payloads.shown(body), payloads.shown({"view": view})
    if before and after and before.said == after.said:
        return
    try:
        client.views_update(view_id=body["view"]["id"], hash=body["view"].get("hash"), view=view)
    except FAILURES as error:
        log.info("form.not_redrawn", reason=error_code(error))


def _sending(app: App, house: House) -> None:
    @app.action(Press.SENT)
    def sent(body: Payload, ack: Ack, client: WebClient) -> None:
        user = body["user"]["id"]
        with house.reading() as session:
            desk = replies.desk_of(session, house.me.workspace, payloads.pressed_id(body) or 0, by=user)
        if desk is None or desk.trouble:
            answer(house, body, desk.trouble if desk else GONE)
        else:
            view = _sent_view(house, desk, _Sent(desk.draft.text, desk.draft.channel), user=user)
            client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(re.compile("^" + re.escape(Live.SENT_FORM)))
    def redraw(body: Payload, ack: Ack, client: WebClient) -> None:
        desk = _desk_of(house, body)
        if desk is not None:
            _update(client, body, _sent_view(house, desk, _sent(body), user=body["user"]["id"]))
        ack()

    @app.view(Form.SENT)
    def mark(body: Payload, ack: Ack) -> None:
        user, desk = body["user"]["id"], _desk_of(house, body)
        if desk is None:
            ack(response_action="errors", errors={Field.REPLY: GONE.why})
            return
        sent, today = _sent(body), _today(house, user)
        dates, there = replies.dates_in(sent.whole, today=today), payloads.blocks_of(body)
        if any(KEEP + blocks.date_key(date) not in there for date in dates):
            view = _sent_view(house, desk, sent, user=user, notice=CONFIRM_DATES)
            ack(response_action="update", view=view)
            return
        promised, errors = _promised(body, dates, today)
        if errors:
            ack(response_action="errors", errors=errors)
            return
        already = payloads.is_ticked(body, Field.ALREADY)
        with house.transaction() as session:
            result = drafts.mark_sent(
                session,
                house.content(),
                house.me.workspace,
                desk.draft.id,
                text=sent.whole,
                channel=sent.channel,
                promised=promised,
                already=already,
                by=user,
                now=house.now(),
            )
        house.wake()
        if isinstance(result, Blocked) and Field.ALREADY in there:
            ack(response_action="errors", errors={Field.ALREADY: "Mend the words above, or tick this."})
        elif isinstance(result, Blocked):
            view = _sent_view(house, desk, sent, user=user, notice=SHOULD_NOT_LEAVE)
            ack(response_action="update", view=view)
        elif isinstance(result, Refused):
            ack(response_action="errors", errors={Field.REPLY: result.why})
        else:
            ack()


def _desk_of(house: House, body: Payload) -> Desk | None:
    """The draft that the form behind Mark as sent is about."""
    shown = payloads.shown(body) if body.get("view") else None
    with house.reading() as session:
        return replies.desk_of(session, house.me.workspace, shown.draft if shown else 0, by=body["user"]["id"])


@dataclass(frozen=True, slots=True)
class _Sent:
    """What stands in the form behind Mark as sent: the reply, and the rest of it where one field is too short."""

    text: str
    channel: Channel
    rest: str = ""

    @property
    def whole(self) -> str:
        """The reply as the customer has it."""
        return f"{self.text}\n{self.rest}" if self.rest else self.text


def _sent(body: Payload) -> _Sent:
    return _Sent(payloads.field(body, Field.REPLY), payloads.channel(body), payloads.field(body, Field.REST))


def _sent_view(house: House, desk: Desk, sent: _Sent, *, user: str, notice: str = "") -> Block:
    today = _today(house, user)
    checked = replies.checked(house.content(), desk, sent.whole, sent.channel, today=today)
    if desk.trouble:
        notice = f":warning: {desk.trouble.why}"
    form = blocks.SentForm(desk.case, desk.draft, sent.channel, sent.text, checked, today, notice, sent.rest)
    return blocks.sent_form(form)


def _promised(body: Payload, dates: tuple[DatePromise, ...], today: datetime) -> tuple[list[Promised], dict[str, str]]:
    """The promises that are ticked, each with its moment, and what is wrong with any, by field."""
    promised, errors = [], {}
    for date in dates:
        key = blocks.date_key(date)
        if not payloads.is_ticked(body, KEEP + key):
            continue
        day, at = payloads.kept(body, DAY + key), payloads.kept(body, TIME + key)
        try:
            due = datetime.combine(datetime.fromisoformat(day).date(), time.fromisoformat(at), today.tzinfo)
        except ValueError:
            errors[DAY + key] = "Choose the day that is meant, or untick the promise."
            continue
        if due <= today:
            errors[DAY + key] = "This time has passed. Choose a later one, or untick the promise."
        else:
            promised.append(Promised(date.words, due.astimezone(UTC)))
    return promised, errors
