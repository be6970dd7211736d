"""An offer in a few words, as a lead types it to try the limits: "80 EUR refund on a late delivery, S2, agent"."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.authority.model import Offer
from bot.domain.authority.policy import Gives, Policy
from bot.domain.money import Money, MoneyError, parse
from bot.domain.promise.currencies import COMMON_CODES, CURRENCY_WORDS
from bot.domain.promise.words import word_set
from bot.domain.taxonomy import RISKS, Severity, category_keys, category_label
from bot.domain.team import ROLES, Role
from bot.domain.triage import Triage

_CODE = rf"(?:[A-Z]{{3}}|(?i:{'|'.join(sorted(COMMON_CODES))}))"
_SUM = rf"-?\s?(?:(?:{_CODE}|[€$£¥])\s?[0-9][0-9.,']*|[0-9][0-9.,']*(?:\s?(?:{_CODE}\b|[€$£¥]))?)"
_LOSS = re.compile(
    rf"(?i:\b(?:loss|lost|paid|price)(?:\s+(?:of|is|was))?:?)\s+({_SUM})|({_SUM})\s+(?i:lost|loss|paid)\b"
)
_AMOUNT = re.compile(rf"(?<![\w.-])({_SUM})(?!\w)")
_SEVERITY = re.compile(r"(?i)\bS([1-4])\b")
_ROLE = re.compile(rf"(?i)(?:by |as |for )?(?:an? |the )?({'|'.join(role.value for role in ROLES)}|nobody)")
_BY_ROLE = re.compile(rf"(?i)\b(?:by|as) (?:an? |the )?({'|'.join(role.value for role in ROLES)})\b")
_ABOUT = re.compile(r"(?i)\babout (?:me|you|the requester|the (?:person|agent) who offers)\b")
_NO_CUSTOMER = re.compile(r"(?i)\b(?:unknown customer|customer (?:is )?(?:not known|unknown))\b")
_REASON = re.compile(r"(?i)\breason:? ([a-z_]+)\b")
_CATEGORY = re.compile(r"\b[a-z_]+\.[a-z_]+\b")
_NAMED = re.compile(rf"(?i)(?<=[0-9])\s+({'|'.join(sorted(CURRENCY_WORDS, key=len, reverse=True))})\b")
_SMALL = word_set("a an and as at by for from in of on the to was were with is it case customer offer offers")


class WordsError(ValueError):
    """The words do not say enough for an offer; the message says what to add."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The offer behind some words, how it was understood, and words that meant nothing."""

    offer: Offer
    says: str
    ignored: tuple[str, ...]


def offer_in_words(text: str, policy: Policy, triage: Callable[[str], Triage]) -> Understood:
    """Read an offer from words; `triage` guesses at the rest. Raises WordsError, also for a sum that is none."""
    rest = _NAMED.sub(lambda name: f" {CURRENCY_WORDS[name[1].lower()][0]}", text)
    loss, rest = _taken(_LOSS, rest)
    kind, amount, rest = _kind_and_amount(rest, policy)
    severity, rest = _taken(_SEVERITY, rest)
    about, rest = _taken(_ABOUT, rest)
    stranger, rest = _taken(_NO_CUSTOMER, rest)
    reason, rest = _taken(_REASON, rest)
    category, rest = _taken(_CATEGORY, rest)
    if category and category not in category_keys():
        raise WordsError(f"{category!r} is no category: write one such as delivery.late, or say what happened")
    role, risks, rest = _parts(rest)
    guess = triage(rest)
    offer = Offer(
        kind=kind,
        amount=amount,
        item="" if policy.kinds[kind].gives is Gives.MONEY else policy.kinds[kind].label,
        loss=_money(loss, policy) if loss else None,
        reason=reason or "",
        category=category or guess.category.value,
        severity=Severity(f"S{severity}") if severity else Severity.MODERATE,
        risks=tuple(dict.fromkeys([*risks, *(risk.value for risk in guess.risks)])),
        by="you",
        role=role,
        about="you" if about else None,
        customer_known=not stranger,
    )
    known = {word for words in guess.category.words for word in _words(words)} | _SMALL
    ignored = [word for word in _words(rest) if word not in known] if offer.category == "other" or category else []
    return Understood(offer, describe(offer, policy), tuple(dict.fromkeys(ignored)))


def describe(offer: Offer, policy: Policy) -> str:
    """An offer in one line, with every fact the rules look at."""
    label = policy.kinds[offer.kind].label.lower() if offer.kind in policy.kinds else offer.kind
    what = f"{offer.amount} as {label}" if offer.amount else label
    facts = [
        f"{what}, offered by {offer.role.value if offer.role else 'somebody without a role'}",
        category_label(offer.category) if offer.category in category_keys() else offer.category,
        f"{offer.severity.value} {offer.severity.label}",
        f"loss {offer.loss}" if offer.loss else "loss not known",
        "customer known" if offer.customer_known else "customer not known",
    ]
    if offer.risks:
        facts.append(f"risk: {', '.join(RISKS.get(risk, risk) for risk in offer.risks)}")
    if offer.about is not None and offer.about == offer.by:
        facts.append("the complaint is about the person who offers")
    if offer.reason:
        facts.append(f"reason: {policy.reasons.get(offer.reason, offer.reason)}")
    return "; ".join(facts)


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str | None, str]:
    """The first thing a pattern finds, and the text without it."""
    match = pattern.search(text)
    if match is None:
        return None, text
    found = next((group for group in match.groups() if group), match.group())
    return found, f"{text[: match.start()]} {text[match.end() :]}"


def _kind_and_amount(text: str, policy: Policy) -> tuple[str, Money | None, str]:
    """The kind that stands nearest to the sum, the sum, and the text without both."""
    sum = _AMOUNT.search(text)
    near = sum.start() if sum else 0
    names = {
        name: kind.key for kind in policy.kinds.values() for name in (kind.label.lower(), kind.key.replace("_", " "))
    }
    found = [
        (min(abs(match.end() - near), abs(match.start() - (sum.end() if sum else 0))), match, key)
        for name, key in names.items()
        for match in re.finditer(rf"(?i)\b{re.escape(name)}s?\b", text)
    ]
    if not found:
        known = ", ".join(kind.label.lower() for kind in policy.kinds.values())
        raise WordsError(f"no kind of amends is named: write one of {known}")
    _, match, key = min(found, key=lambda one: one[0])
    spans = sorted([match.span(), *([sum.span()] if sum else [])], reverse=True)
    rest = text
    for start, end in spans:
        rest = f"{rest[:start]} {rest[end:]}"
    return key, _money(sum.group(1), policy) if sum else None, rest


def _money(text: str, policy: Policy) -> Money:
    try:
        money = parse(text.rstrip(".,"), policy.currency)
    except MoneyError as error:
        raise WordsError(str(error)) from None
    if not money.amount:
        raise WordsError(f"{money} is nothing: write more than zero")
    return money


def _parts(text: str) -> tuple[Role | None, list[str], str]:
    """Role and risks that stand between commas, or after "by"; an agent where no role is named."""
    role: Role | None = Role.AGENT
    risks: list[str] = []
    rest: list[str] = []
    labels = {label.lower(): risk for risk, label in RISKS.items()} | {risk.replace("_", " "): risk for risk in RISKS}
    for part in re.split(r"[,;]", text):
        words = " ".join(part.split())
        risk = labels.get(words.lower().removeprefix("risk: ").removeprefix("risk ").replace("_", " "))
        match = _ROLE.fullmatch(words)
        if match:
            role = None if match[1].lower() == "nobody" else Role(match[1].lower())
        elif risk:
            risks.append(risk)
        else:
            by, left = _taken(_BY_ROLE, part)
            role = Role(by.lower()) if by else role
            rest.append(left)
    return role, risks, ", ".join(rest)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]{2,}", text.lower())
