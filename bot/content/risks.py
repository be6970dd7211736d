"""`responses/risks/*.yml` → risk rules, proved by the examples written beside them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, model_validator

from bot.content.files import ContentError, Problem
from bot.content.rules import Exemption, Placed, RuleEntry, RuleFile, Wording, read_rules
from bot.domain.triage.risks import SIGNALS, RiskFinder, RiskRule


def _signal(value: str) -> str:
    if value not in SIGNALS:
        raise ValueError(f"{value!r} is not one of {', '.join(SIGNALS)}")
    return value


def _several(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(value) < 2:
        raise ValueError("needs two patterns or more that stand near each other: one alone belongs in patterns")
    return value


class RiskEntry(RuleEntry):
    """One rule as it is written in a file, with the examples that prove it."""

    risk: Annotated[str, AfterValidator(_signal)]
    patterns: tuple[Wording, ...] = ()
    together: tuple[Annotated[tuple[Wording, ...], AfterValidator(_several)], ...] = ()
    unless: tuple[Exemption, ...] = ()

    @model_validator(mode="after")
    def _finds_something(self) -> "RiskEntry":
        if not self.patterns and not self.together:
            raise ValueError("finds nothing: add patterns, or together")
        return self

    def rule(self) -> RiskRule:
        """The rule itself, without its examples."""
        return RiskRule(self.id, self.risk, self.patterns, self.unless, self.together)


class RiskFile(RuleFile[RiskEntry]):
    """One file of `responses/risks/`: what its rules are about, exceptions from all of them, and the rules."""

    unless: tuple[Exemption, ...] = ()

    @model_validator(mode="after")
    def _unless_is_of_every_rule(self) -> "RiskFile":
        rules = tuple(rule.model_copy(update={"unless": rule.unless + self.unless}) for rule in self.rules)
        return self.model_copy(update={"rules": rules})


def load_risks(folder: Path) -> RiskFinder:
    """The rules of every `*.yml` in the folder, made ready to read texts.

    Raises ContentError with all problems of all files: what cannot be read, and what its examples disprove. A rule
    must find its `hits` by itself; its `passes` no rule of the same risk may find.
    """
    placed, problems = read_rules(folder, RiskFile, what="risk rules")
    finder = RiskFinder(one.entry.rule() for one in placed)
    problems += [problem for one in placed for problem in _disproved(one, finder)]
    if problems:
        raise ContentError(problems)
    return finder


def _disproved(one: Placed[RiskEntry], finder: RiskFinder) -> Iterator[Problem]:
    """The examples of a rule that the rules get wrong."""
    for index, text in enumerate(one.entry.hits):
        if one.entry.id not in finder.rules_that_find(text):
            yield one.problem(f"not found by this rule: mend the patterns or the example {text!r}", "hits", index)
    for index, text in enumerate(one.entry.passes):
        for found in finder.find(text):
            if found.value == one.entry.risk:
                advice = f"a rule for {found.value} finds {found.words[0]!r} here: add an unless, or mend the example"
                yield one.problem(advice, "passes", index)
