"""The forms about a reply: opened, redrawn while somebody writes, saved, marked as sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from slack_bolt import App

from bot.content.bundle import Content
from bot.domain.draft import Promised
from bot.domain.promise import DatePromise
from bot.domain.team import Role
from bot.domain.template import Channel
from bot.flows import desk as desks
from bot.flows import replies
from bot.flows.desk import Desk
from bot.flows.drafts import NO_WORDS
from bot.flows.outcome import GONE, Refused
from bot.flows.replies import NotYours
from bot.flows.violations import Blocked
from bot.slack import payloads
from bot.slack.blocks import drafts as draft_blocks
from bot.slack.blocks import replies as blocks
from bot.slack.blocks.common import Block, one_line
from bot.slack.house import House
from bot.slack.ids import DAY, KEEP, TIME, Field, Form, Live, Press
from bot.slack.listeners.presses import Faults, Pressed, Presses, Redraw, Show
from bot.slack.payloads import Payload, Shown, digest

ONCE_MORE = "These are the words of the response you chose. *Save* once more to keep them."
FOUND = "These responses have your words. Choose one of them, or *Save* to keep the reply as it is."
CONFIRM_DATES = "The reply promises days that were not asked about yet. Look at them below, then mark it as sent."
SHOULD_NOT_LEAVE = "Some of these words should not reach the customer. If they have not left yet, mend them."


def register(app: App, house: House) -> None:
    """Listen for what people do in the forms about a reply."""
    on = Presses(app, house)
    _writing(on)
    _sending(on)


def _writing(on: Presses) -> None:
    @on.button(re.compile("^" + re.escape(Live.FORM)))
    def redraw(press: Pressed) -> object:
        drawn = _drawn_again(press)
        return Redraw(blocks.reply_form(drawn.form)) if drawn else None

    @on.button(Live.REWORD)
    def reword(press: Pressed) -> object:
        drawn = _drawn_again(press, reword=True)
        return Redraw(blocks.reply_form(drawn.form)) if drawn else None

    @on.button(Live.PREVIEW)
    def preview(press: Pressed) -> object:
        desk = _desk_of(press)
        if desk is None:
            return None
        return Show(blocks.preview(press.field(Field.REPLY), payloads.channel(press.body), desk.case))

    @on.form(Form.REPLY, refused_at=Field.REPLY)
    def save(press: Pressed) -> object:
        drawn = _drawn_again(press)
        if drawn is None:
            return GONE
        if drawn.wants_a_look:
            notice = drawn.form.notice or (ONCE_MORE if drawn.is_reworded else FOUND)
            return Show(blocks.reply_form(replace(drawn.form, notice=notice)))
        given, reason = drawn.given, press.field(Field.REASON)
        if not given.text and not any(given.answers.values()):
            return Faults({Field.REPLY: "Write the reply, or answer the questions above it."})
        name, role = press.name, press.house.role_of(press.user) if reason else None
        with press.transaction() as session:
            result = replies.revise(
                session,
                press.content,
                press.workspace,
                drawn.form.shown.draft,
                text=given.text,
                answers=given.answers,
                template_id=drawn.form.shown.template,
                channel=given.channel,
                untouched=drawn.is_untouched,
                reason=reason,
                role=role,
                agent=name,
                by=press.user,
                now=press.now,
            )
        if isinstance(result, Blocked):
            return Faults({Field.REPLY: draft_blocks.blocked(result.violations, result.unapproved)})
        return Faults({Field.REASON: result.why}) if isinstance(result, NotYours) else result


def form_of(press: Pressed, draft_id: int) -> Show | Refused:
    """The form behind Edit for the person who pressed, or why there is nothing to edit."""
    with press.reading() as session:
        desk = desks.desk_of(session, press.workspace, draft_id, by=press.user)
    if desk is None or desk.trouble:
        return (desk and desk.trouble) or GONE
    draft = desk.draft
    shown = Shown(draft.id, draft.template_id, draft.channel, "" if draft.edited else digest(draft.text))
    given = _Given(draft.channel, draft.template_id, "", {}, draft.text, "")
    return Show(blocks.reply_form(_draw(press, desk, shown, given).form))


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


def _drawn_again(press: Pressed, *, reword: bool = False) -> _Drawn | None:
    """The form for what stands in it now; None when its draft is not in the database, or it is no form of ours."""
    body, desk = press.body, _desk_of(press)
    shown = payloads.shown(body)
    if shown is None or desk is None:
        return None
    given = _Given(
        payloads.channel(body),
        press.field(Field.RESPONSE) or shown.template,
        press.field(Field.FIND),
        payloads.answers(body),
        press.field(Field.REPLY),
        press.field(Field.REASON),
    )
    return _draw(press, desk, shown, given, reword=reword)


def _draw(press: Pressed, desk: Desk, shown: Shown, given: _Given, *, reword: bool = False) -> _Drawn:
    """Work out what the form shows next. Words that somebody typed give way only to the button that says so."""
    content, name = press.content, press.name
    responses = desks.offered(content, desk, given.channel, agent=name, words=given.find)
    template = _template_of(content, desk, given, shown, agent=name)
    answers = {key: "" if text in ("-", "–", "—") else text for key, text in given.answers.items() if text}
    wording = desks.wording(content, desk, template, given.channel, answers, agent=name)
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
            for value, before in desks.asked(content, desk, template, given.channel, agent=name)
        ],
        text=text,
        checked=desks.checked(content, desk, text, given.channel, today=_today(press)),
        may_override=press.house.role_of(press.user) in (Role.LEAD, Role.MANAGER),
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
    fitting = desks.offered(content, desk, given.channel, agent=agent)
    return fitting[0].id if fitting else shown.template


def _notice(desk: Desk, given: _Given, *, has_words: bool) -> str:
    if desk.trouble:
        return f":warning: {desk.trouble.why} Your words are still below: copy them, they cannot be saved any more."
    return "" if has_words else f":warning: {NO_WORDS.format(channel=given.channel.label.lower())}"


def _today(press: Pressed) -> datetime:
    """Now, on the clock of the presser."""
    return press.now.astimezone(press.zone)


def _sending(on: Presses) -> None:
    @on.button(Press.SENT)
    def sent(press: Pressed) -> object:
        with press.reading() as session:
            desk = desks.desk_of(session, press.workspace, press.id, by=press.user)
        if desk is None or desk.trouble:
            return (desk and desk.trouble) or GONE
        return Show(_sent_view(press, desk, _Sent(desk.draft.text, desk.draft.channel)))

    @on.button(re.compile("^" + re.escape(Live.SENT_FORM)))
    def redraw(press: Pressed) -> object:
        desk = _desk_of(press)
        return Redraw(_sent_view(press, desk, _sent(press))) if desk else None

    @on.form(Form.SENT, refused_at=Field.REPLY)
    def mark(press: Pressed) -> object:
        desk, sent, today = _desk_of(press), _sent(press), _today(press)
        if desk is None:
            return GONE
        dates, there = desks.dates_in(press.content, sent.whole, today=today), payloads.blocks_of(press.body)
        if any(KEEP + blocks.date_key(date) not in there for date in dates):
            return Show(_sent_view(press, desk, sent, notice=CONFIRM_DATES))
        promised, errors = _promised(press.body, dates, today)
        if errors:
            return Faults(errors)
        already = payloads.is_ticked(press.body, Field.ALREADY)
        with press.transaction() as session:
            result = replies.mark_sent(
                session,
                press.content,
                press.workspace,
                desk.draft.id,
                text=sent.whole,
                channel=sent.channel,
                promised=promised,
                already=already,
                by=press.user,
                now=press.now,
            )
        if not isinstance(result, Blocked):
            return result
        if Field.ALREADY in there:
            return Faults({Field.ALREADY: "Mend the words above, or tick this."})
        return Show(_sent_view(press, desk, sent, notice=SHOULD_NOT_LEAVE))


def _desk_of(press: Pressed) -> Desk | None:
    """The draft that an open form is about; None when it is not in the database, or the form is none of ours."""
    shown = payloads.shown(press.body) if press.body.get("view") else None
    if shown is None:
        return None
    with press.reading() as session:
        return desks.desk_of(session, press.workspace, shown.draft, by=press.user)


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


def _sent(press: Pressed) -> _Sent:
    return _Sent(press.field(Field.REPLY), payloads.channel(press.body), press.field(Field.REST))


def _sent_view(press: Pressed, desk: Desk, sent: _Sent, *, notice: str = "") -> Block:
    today = _today(press)
    checked = desks.checked(press.content, desk, sent.whole, sent.channel, today=today)
    if desk.trouble:
        notice = f":warning: {desk.trouble.why}"
    form = blocks.SentForm(desk.case, desk.draft, sent.channel, sent.text, checked, notice, sent.rest)
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
