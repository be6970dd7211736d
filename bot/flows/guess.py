"""From what the words seem to say to what a case is about."""

from dataclasses import replace

from bot.domain.case import Details
from bot.domain.complaint import Complaint
from bot.domain.taxonomy import Severity
from bot.domain.triage import Guess, Triage, triage


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
            found[field] = guess.value
            guessed[field] = guess.words
    return Details(
        category=guesses.category.value,
        severity=Severity(guesses.severity.value),
        risks=tuple(risk.value for risk in guesses.risks),
        customer=found.get("customer", ""),
        reference=found.get("reference", ""),
        guessed=tuple(guessed.items()),
    )


def details_of(complaint: Complaint) -> Details:
    """What a new case is about. What the reporter gave apart from the text counts more than a guess."""
    guessed = details_from(triage(complaint.text))
    given = {
        name: value for name, value in (("customer", complaint.customer), ("reference", complaint.reference)) if value
    }
    words = tuple((field, found) for field, found in guessed.guessed if field not in given)
    return replace(guessed, **given, guessed=words)  # type: ignore[arg-type]


def guess_again(before: Details, fresh: Details) -> Details:
    """Fresh guesses for what was a guess or unknown; risk flags are only added, never dropped by an edit."""
    were_guesses = dict(before.guessed)
    fields = ("category", "severity", "customer", "reference")
    settled = {name: getattr(before, name) for name in fields if name not in were_guesses and getattr(before, name)}
    guessed = tuple((field, words) for field, words in fresh.guessed if field not in settled)
    risks = tuple(dict.fromkeys((*before.risks, *fresh.risks)))
    return replace(fresh, **settled, guessed=guessed, risks=risks)
