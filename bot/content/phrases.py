"""`responses/phrases/*.yml` → phrase rules, proved by the examples written beside them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from bot.content.files import ContentError, Problem
from bot.content.rules import Exemption, Line, Lines, Placed, RuleEntry, RuleFile, RuleId, Wording, read_rules
from bot.domain.marks import Mark
from bot.domain.phrases import Checker, Level, PhraseRule, Scope


class PhraseEntry(RuleEntry):
    """One rule as it is written in a file, with the examples that prove it."""

    id: Annotated[RuleId, Field(description="A name of its own: small letters, digits, hyphens.")]
    level: Annotated[Level, Field(description="error blocks the reply; warning and suggestion only advise.")]
    patterns: Annotated[
        tuple[Wording, ...], Field(description="The words to find, in the notation of the README.")
    ] = ()
    marks: Annotated[tuple[Mark, ...], Field(description="In place of patterns, signs of tone.")] = ()
    why: Annotated[Line, Field(description="One sentence the agent reads.")]
    instead: Annotated[Lines, Field(description="Better sentences; they break no rule themselves.")]
    hits: Annotated[Lines, Field(description="Sentences the rule must find.")]
    passes: Annotated[Lines, Field(description="Similar sentences the rule must let stand.")]
    scope: Annotated[Scope, Field(description="Where the patterns count.")] = Scope.ANYWHERE
    unless: Annotated[tuple[Exemption, ...], Field(description="Exceptions, in the notation of patterns.")] = ()

    @model_validator(mode="after")
    def _finds_something(self) -> "PhraseEntry":
        if not self.patterns and not self.marks:
            raise ValueError("no patterns: give at least one, or marks")
        if self.marks and (self.unless or self.scope is not Scope.ANYWHERE):
            raise ValueError("unless and scope are for patterns: give the marks a rule of their own")
        return self

    def rule(self) -> PhraseRule:
        """The rule itself, without its examples."""
        return PhraseRule(
            self.id, self.level, self.patterns, self.why, self.instead, self.scope, self.unless, self.marks
        )


class PhraseFile(RuleFile[PhraseEntry]):
    """One file of `responses/phrases/`: what its rules are about, and the rules."""


def load_checker(folder: Path) -> Checker:
    """Every rule of every `*.yml` in the folder, by file name and then in the order written, ready to check texts.

    Raises ContentError with all problems of all files: what cannot be read, and what its examples disprove. A rule
    must find its `hits` and let its `passes` stand; its `instead` no rule may find that is more than a suggestion.
    """
    placed, problems = read_rules(folder, PhraseFile, what="phrase rules")
    checker = Checker([one.entry.rule() for one in placed])
    for one, rule in zip(placed, checker.rules, strict=True):
        problems += [*_disproved(one, rule, checker), *_bad_advice(one, checker)]
    if problems:
        raise ContentError(problems)
    return checker


def _disproved(one: Placed[PhraseEntry], rule: PhraseRule, checker: Checker) -> Iterator[Problem]:
    """The examples that the rule itself gets wrong; `checker` holds it among all others."""

    def found_in(text: str) -> list[str]:
        return [found.words for found in checker.check(text) if found.rule is rule]

    for index, text in enumerate(one.entry.hits):
        if not found_in(text):
            yield one.problem(f"not found by this rule: mend the patterns or the example {text!r}", "hits", index)
    for index, text in enumerate(one.entry.passes):
        if found := found_in(text):
            advice = f"this rule finds {found[0]!r} here: add an unless, or mend the example"
            yield one.problem(advice, "passes", index)


def _bad_advice(one: Placed[PhraseEntry], checker: Checker) -> Iterator[Problem]:
    """The suggested replacements that themselves break a rule of the set; style hints are no obstacle."""
    for index, text in enumerate(one.entry.instead):
        for found in checker.check(text):
            if found.rule.level is not Level.SUGGESTION:
                advice = f"{found.words!r} breaks the rule {found.rule.id}: say it another way"
                yield one.problem(advice, "instead", index)
