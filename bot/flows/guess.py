"""From what the words seem to say to what a case is about."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.case import Details, may_lower_severity
from bot.domain.complaint import Complaint
from bot.domain.taxonomy import Severity
from bot.domain.triage import Guess, Triage

UNKNOWN = "other"
"""The category of a case until its report is read."""

LONGEST_VALUE = 150
"""Longest name or reference, in characters: what a form takes."""


def details_from(guesses: Triage) -> Details:
    """What a case is about, as guessed from its text."""
    guessed: dict[str, tuple[str, ...]] = {
        "category": guesses.category.words,
        "severity": guesses.severity.words,
    }
    if guesses.risks:
        guessed["risks"] = tuple(word for risk in guesses.risks for word in risk.words)
    found: dict[str, str] = {}
    named: tuple[tuple[str, Guess | None], ...] = (("customer", guesses.customer), ("reference", guesses.reference))
    for field, guess in named:
        if guess is not None:
            found[field] = guess.value[:LONGEST_VALUE]
            guessed[field] = guess.words
    return Details(
        category=guesses.category.value,
        severity=Severity(guesses.severity.value),
        risks=tuple(risk.value for risk in guesses.risks),
        customer=found.get("customer", ""),
        reference=found.get("reference", ""),
        guessed=tuple(guessed.items()),
    )


def unread(complaint: Complaint) -> Details:
    """What is known of a case before its report is read: what the reporter gave apart from the text."""
    guessed = tuple((field, ()) for field in ("category", "severity") if not getattr(complaint, field, ""))
    category = complaint.category or UNKNOWN
    return Details(category, Severity.MODERATE, (), complaint.customer, complaint.reference, guessed)


def guess_again(before: Details, fresh: Details, *, seen: Iterable[str] = ()) -> Details:
    """Fresh guesses for what was a guess or unknown.

    An edit only adds risk flags, and does not lower a critical case: both are for people to take back. `seen` are the
    risks of the text before the edit: one of them that a lead took back does not come again.
    """
    were_guesses = dict(before.guessed)
    fields = ("category", "severity", "customer", "reference", "about")
    settled = {name: getattr(before, name) for name in fields if name not in were_guesses and getattr(before, name)}
    words = {field: found for field, found in fresh.guessed if field not in settled}
    if "severity" in words and not may_lower_severity(before.severity, fresh.severity, None):
        settled["severity"], words["severity"] = before.severity, were_guesses["severity"]
    risks = tuple(dict.fromkeys((*before.risks, *(risk for risk in fresh.risks if risk not in {*seen}))))
    if risks:
        words["risks"] = tuple(dict.fromkeys((*were_guesses.get("risks", ()), *words.get("risks", ()))))
    return replace(fresh, **settled, guessed=tuple(words.items()), risks=risks)
