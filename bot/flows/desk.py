"""The forms about a reply: which words they start from, what they ask, and what can be said about the words in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.case import Case
from bot.domain.draft import Draft, DraftState
from bot.domain.phrases import Level, Violation
from bot.domain.promise import DatePromise, Unapproved, promises
from bot.domain.template import (
    Channel,
    LengthFault,
    Reading,
    ResponseTemplate,
    Value,
    length_faults,
    read_reply,
    search,
)
from bot.flows.drafts import REPLACED
from bot.flows.history import Setting, setting_of
from bot.flows.outcome import Refused
from bot.flows.promised import unapproved_in
from bot.flows.suggestions import Suggestion, fitting, render, values_for, with_answers
from bot.store import cases, drafts
from bot.store.db import Session

MOST_DATES = 8
"""Dates of one reply that a form asks about."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a form about a draft needs to know. `trouble` says why nothing can be saved any more."""

    case: Case
    draft: Draft
    setting: Setting
    answers: Mapping[str, str]
    trouble: Refused | None = None

    def on(self, channel: Channel) -> Setting:
        """The setting of a reply in this channel."""
        return replace(self.setting, channel=channel)


def desk_of(session: Session, workspace: str, draft_id: int, *, by: str) -> Desk | None:
    """A draft with its case, as this person would go on with it."""
    draft = drafts.get(session, workspace, draft_id)
    case = cases.get(session, workspace, draft.case_id) if draft else None
    if draft is None or case is None:
        return None
    trouble = None
    if not draft.is_live:
        sent = draft.state is DraftState.SENT
        trouble = Refused(f"This reply is already marked as sent on {case.reference}.") if sent else REPLACED
    setting = setting_of(session, case, by=by, channel=draft.channel)
    return Desk(case, draft, setting, drafts.answers_to(session, draft), trouble)


def offered(
    content: Content, desk: Desk, channel: Channel, *, agent: str | None, words: str = ""
) -> list[ResponseTemplate]:
    """The responses with words for this channel: those that fit first, then the others, or those with these words.

    While a risk flag is up only its playbooks come; then, and only then, there may be none.
    """
    best = fitting(content, desk.case.details, agent=agent, setting=desk.on(channel))
    playbooks_only = any(set(each.for_risk) & set(desk.case.details.risks) for each in content.templates)
    others = [each for each in content.templates if channel in each.channels and not each.for_risk]
    pool = best if playbooks_only else list(dict.fromkeys([*best, *search(others, "")]))
    return search(pool, words) if words.strip() else pool


def wording(
    content: Content, desk: Desk, template_id: str, channel: Channel, answers: Mapping[str, str], *, agent: str | None
) -> Suggestion | None:
    """A response's own words with the answers in them; None when it has none for this channel."""
    template = content.template(template_id)
    if template is None or channel not in template.channels:
        return None
    details = with_answers(desk.case.details, answers)
    return render(
        content, template, details, agent=agent, setting=desk.on(channel), answers={**desk.answers, **answers}
    )


def asked(
    content: Content, desk: Desk, template_id: str, channel: Channel, *, agent: str | None
) -> list[tuple[Value, str]]:
    """What the form asks for this response in this channel, each with what was answered before."""
    template = content.template(template_id)
    known = values_for(desk.case.details, agent=agent, setting=desk.on(channel))
    values = template.asks(channel) if template else ()
    return [(value, desk.answers.get(value.name, "")) for value in values if not known.get(value.name)]


@dataclass(frozen=True, slots=True)
class Checked:
    """What can be said about the words in a form. What `stops` and `unapproved` hold keeps them from being saved."""

    reading: Reading
    stops: tuple[Violation, ...]
    advice: tuple[Violation, ...]
    unapproved: tuple[Unapproved, ...]
    dates: tuple[DatePromise, ...]
    lengths: tuple[LengthFault, ...]

    @property
    def may_be_saved(self) -> bool:
        """Whether nothing stops these words."""
        return not self.stops and not self.unapproved


def checked(content: Content, desk: Desk, text: str, channel: Channel, *, today: datetime) -> Checked:
    """Read the words in a form, at the moment and in the zone of `today`. What a lead let stand counts as advice."""
    template = content.template(desk.draft.template_id)
    waived = desk.draft.override.broken if desk.draft.override else ()
    violations = content.check(text)
    stops = [each for each in violations if each.rule.level is Level.ERROR and (each.rule.id, each.words) not in waived]
    playbook = bool(template and template.for_risk)
    return Checked(
        read_reply(text),
        tuple(stops),
        tuple(each for each in violations if each not in stops),
        unapproved_in(text, desk.case, desk.setting.given, now=today),
        dates_in(content, text, today=today),
        tuple(length_faults(text, channel, playbook=playbook)) if text.strip() else (),
    )


def dates_in(content: Content, text: str, *, today: datetime) -> tuple[DatePromise, ...]:
    """The different days and times that a reply promises, on the calendar of the team, in the order of the text."""
    found: dict[tuple[str, str], DatePromise] = {}
    for date in promises(text, today=today, calendar=content.cadence.calendar).dates:
        found.setdefault((date.words.casefold(), date.iso), date)
    return tuple(found.values())[:MOST_DATES]
