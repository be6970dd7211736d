"""What is wrong with words for a customer: phrase rules they break, and amends they state that nobody decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.case import Case
from bot.domain.draft import Override
from bot.domain.phrases import Level, Violation
from bot.domain.promise import Unapproved
from bot.flows.promised import given_on, unapproved_in
from bot.store.db import Session


@dataclass(frozen=True, slots=True)
class Blocked:
    """The text breaks phrase rules that stop it, or states amends that nobody decided. Nothing was saved."""

    violations: tuple[Violation, ...] = ()
    unapproved: tuple[Unapproved, ...] = ()


def errors_in(content: Content, text: str) -> tuple[Violation, ...]:
    """The places in a text that may not be sent."""
    return tuple(violation for violation in content.check(text) if violation.rule.level is Level.ERROR)


def advice_on(content: Content, text: str) -> tuple[Violation, ...]:
    """The places in a text that could be said better, though they do not stop it."""
    return tuple(violation for violation in content.check(text) if violation.rule.level is not Level.ERROR)


def stopped(
    session: Session, content: Content, case: Case, text: str, *, override: Override | None = None, now: datetime
) -> Blocked | None:
    """Why this text may not be sent, if it may not. A lead's override covers phrase rules, never money."""
    covered = override.broken if override else ()
    violations = tuple(each for each in errors_in(content, text) if (each.rule.id, each.words) not in covered)
    unapproved = unapproved_in(text, case, given_on(session, case), now=now)
    return Blocked(violations, unapproved) if violations or unapproved else None


def places(violations: Sequence[Violation]) -> tuple[tuple[str, str], ...]:
    """Which rules a text breaks with which words."""
    return tuple(dict.fromkeys((violation.rule.id, violation.words) for violation in violations))
