"""Which response fits a case, and its words with what is known in them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.content.bundle import Content
from bot.domain.audit import Action, text_hash
from bot.domain.case import Case, Details
from bot.domain.template import (
    NEVER_MISSING,
    Channel,
    MissingValues,
    ResponseTemplate,
    choose,
    first_name,
    standard_values,
)
from bot.flows.guess import LONGEST_VALUE, details_from
from bot.flows.history import Setting
from bot.flows.violations import errors_in
from bot.store import audit, drafts

FRESH = Setting()
"""A first reply by email, to a customer and from an agent of whom nothing is known."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A template rendered for a case. `text` is empty while a required value is missing."""

    template_id: str
    text: str
    missing: tuple[str, ...]
    channel: Channel = Channel.EMAIL


def fitting(
    content: Content, details: Details, *, agent: str | None, setting: Setting = FRESH
) -> list[ResponseTemplate]:
    """The templates for a case like this, best first. In public there may be none: then a person decides."""
    known = frozenset(name for name, value in values_for(details, agent=agent, setting=setting).items() if value)
    return choose(
        content.templates,
        category=details.category,
        severity=details.severity,
        risks=details.risks,
        known=known,
        channel=setting.channel,
        repeated=setting.repeated,
        used=setting.used,
        when=setting.when,
    )


def best(content: Content, details: Details, *, agent: str | None, setting: Setting = FRESH) -> Suggestion:
    """The first fitting template whose text, with what is known, passes the phrase rules; an email where none fits."""
    first: Suggestion | None = None
    for template in fitting(content, details, agent=agent, setting=setting)[:3]:
        suggestion = render(content, template, details, agent=agent, setting=setting)
        if suggestion.text and _is_clean(content, suggestion, details, agent=agent, setting=setting):
            return suggestion
        first = first or suggestion
    if first is None and setting.channel is not Channel.EMAIL:
        return best(content, details, agent=agent, setting=replace(setting, channel=Channel.EMAIL))
    assert first is not None, "there is a template for everything else"  # noqa: S101
    return first


def _is_clean(
    content: Content, suggestion: Suggestion, details: Details, *, agent: str | None, setting: Setting
) -> bool:
    """Whether a rendered text may be sent. Texts of one shape differ only in names and numbers; amends are read."""
    if setting.given:
        return not errors_in(content, suggestion.text)
    known = values_for(details, agent=agent, setting=setting)
    if setting.channel is Channel.PUBLIC:
        known["customer"] = first_name(known.get("customer", ""))
    filled = frozenset(name for name, value in known.items() if value)
    shape = (suggestion.template_id, setting.channel, details.category, details.severity, filled)
    return content.is_clean(suggestion.text, shape)


def for_text(content: Content, text: str, *, agent: str | None) -> Suggestion:
    """A draft for a complaint text, with no case and no database."""
    return best(content, details_from(content.triage(text)), agent=agent)


def render(
    content: Content,
    template: ResponseTemplate,
    details: Details,
    *,
    agent: str | None,
    setting: Setting = FRESH,
    answers: Mapping[str, str] | None = None,
) -> Suggestion:
    """One template with what is known about the case and what was answered. Raises KeyError for a channel it lacks."""
    known = {**(answers or {}), **values_for(details, agent=agent, setting=setting)}
    unknown = (value.name for value in template.asks(setting.channel) if not known.get(value.name))
    missing = tuple(name for name in unknown if name not in NEVER_MISSING)
    try:
        text = content.render(template.id, known, setting.channel)
    except MissingValues:
        text = ""
    return Suggestion(template.id, text, missing, setting.channel)


def values_for(details: Details, *, agent: str | None, setting: Setting = FRESH) -> dict[str, str]:
    """What a template can be told without asking anybody."""
    return standard_values(
        category=details.category,
        severity=details.severity,
        customer=details.customer,
        reference=details.reference,
        agent=agent or "",
        repeated=setting.repeated,
        amends=setting.amends,
    )


def with_answers(details: Details, given: Mapping[str, str]) -> Details:
    """The case's details with what somebody answered about the customer."""
    return replace(
        details,
        customer=(given.get("customer") or details.customer)[:LONGEST_VALUE],
        reference=(given.get("reference") or details.reference)[:LONGEST_VALUE],
    )


def new_draft(case: Case, suggestion: Suggestion) -> drafts.NewDraft:
    """A suggestion as the draft of a case."""
    return drafts.NewDraft(case.id, suggestion.template_id, suggestion.text, suggestion.missing, suggestion.channel)


def suggested(content: Content, case: Case, suggestion: Suggestion) -> audit.Happened:
    """What the audit log keeps of a suggestion."""
    entry = {"template": suggestion.template_id, "text": text_hash(suggestion.text), "content": content.hash}
    return Action.DRAFT_SUGGESTED, case.reference, entry
