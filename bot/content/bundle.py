"""All content, read once, frozen, with its hash; a broken edit keeps the last good one."""

import hashlib
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from bot.content.files import ContentError, Problem, shown
from bot.content.phrases import load_phrase_rules
from bot.content.policies import load_channels, load_team
from bot.content.templates import Example, LoadedTemplates, Source, load_templates
from bot.domain.channels import Channels
from bot.domain.phrases import Checker, Level, PhraseRule, Violation
from bot.domain.taxonomy import RISKS, Severity, category_keys
from bot.domain.team import Team
from bot.domain.template import ResponseTemplate, choose, part_positions, standard_values

EMAIL_WORDS = range(90, 181)
"""How many words a reply by e-mail has."""
PLAYBOOK_WORDS = range(60, 181)
"""How many words the holding text of a playbook has."""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything content owners and leads wrote, as it was at one moment. `hash` names that moment's files."""

    templates: tuple[ResponseTemplate, ...]
    phrase_rules: tuple[PhraseRule, ...]
    channels: Channels
    team: Team
    hash: str
    _loaded: LoadedTemplates = field(repr=False)
    _checker: Checker = field(repr=False)
    _clean: dict[Hashable, bool] = field(repr=False, default_factory=dict, compare=False)

    def template(self, id: str) -> ResponseTemplate | None:
        """The template of this id, or None."""
        return self._loaded.template(id)

    def render(self, template_id: str, values: Mapping[str, str]) -> str:
        """The reply of a template with these values. Raises MissingValues, and KeyError for an unknown id."""
        return self._loaded.render(template_id, values)

    def check(self, text: str) -> list[Violation]:
        """The places in a text that break a phrase rule, in reading order."""
        return self._checker.check(text)

    def is_clean(self, text: str, shape: Hashable) -> bool:
        """Whether a rendered text breaks no rule that stops it.

        The answer is remembered for texts of the same `shape`, which differ only in names and numbers.
        What a person typed is always checked anew, by `check`.
        """
        known = self._clean.get(shape)
        if known is None:
            known = self._clean[shape] = all(violation.rule.level is not Level.ERROR for violation in self.check(text))
        return known

    def source(self, template_id: str) -> Source:
        """The file a template came from, with its examples. Raises KeyError for an unknown id."""
        return self._loaded.sources[template_id]


def load(responses: Path, policies: Path) -> Content:
    """Read both folders. Raises one ContentError with the problems of all files."""
    problems: list[Problem] = []
    templates = rules = channels = team = None
    try:
        templates = load_templates(responses / "templates")
    except ContentError as error:
        problems += error.problems
    try:
        rules = tuple(load_phrase_rules(responses / "phrases"))
    except ContentError as error:
        problems += error.problems
    try:
        channels = load_channels(policies / "channels.yml")
    except ContentError as error:
        problems += error.problems
    try:
        team = load_team(policies / "team.yml")
    except ContentError as error:
        problems += error.problems
    if templates is None or rules is None or channels is None or team is None:
        raise ContentError(problems)
    return Content(
        templates=templates.templates,
        phrase_rules=rules,
        channels=channels,
        team=team,
        hash=_hash(responses, policies),
        _loaded=templates,
        _checker=Checker(rules),
    )


def content_files(responses: Path, policies: Path) -> list[Path]:
    """Every file content is read from, in a fixed order."""
    return [
        *sorted((responses / "templates").glob("*.j2")),
        *sorted((responses / "phrases").glob("*.yml")),
        policies / "channels.yml",
        policies / "team.yml",
    ]


def _hash(responses: Path, policies: Path) -> str:
    digest = hashlib.sha256()
    for path in content_files(responses, policies):
        data = path.read_bytes()
        digest.update(f"{path.parent.name}/{path.name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


class Library:
    """Holds the content in force for a running bot. Reading `content` is safe from any thread."""

    def __init__(self, responses: Path, policies: Path) -> None:
        """Read both folders. Raises ContentError: a bot does not start on broken content."""
        self._responses, self._policies = responses, policies
        self._seen = self._signature()
        self._content = load(responses, policies)

    @property
    def content(self) -> Content:
        """The last content that was without faults."""
        return self._content

    def refresh(self) -> list[Problem]:
        """Read again if a file's time or size changed. Cheap when none did.

        A broken edit keeps the content in force and returns its problems, once for each change.
        """
        signature = self._signature()
        if signature == self._seen:
            return []
        self._seen = signature
        try:
            self._content = load(self._responses, self._policies)
        except ContentError as error:
            return error.problems
        except OSError as error:
            return [Problem(shown(Path(error.filename or self._responses)), 1, "", f"cannot be read: {error.strerror}")]
        return []

    def _signature(self) -> tuple[tuple[str, int, int], ...]:
        rows = []
        for path in content_files(self._responses, self._policies):
            try:
                status = path.stat()
            except OSError:
                rows.append((str(path), 0, -1))
            else:
                rows.append((str(path), status.st_mtime_ns, status.st_size))
        return tuple(rows)


def prove(content: Content) -> int:
    """Render every reply the templates can make from their examples, and check each; how many were proved.

    Each example is rendered with every combination of its optional values, and whole with every severity and category
    it serves. Checked are phrase rules (errors and warnings), left-over marks, length, and the parts of a
    recovery with the apology before the solution. Also proved: every category gets a draft and every risk a
    playbook. Raises ContentError with one problem per template and fault.
    """
    problems: list[Problem] = []
    proved = 0
    for template in content.templates:
        source = content.source(template.id)
        lengths: list[int] = []
        for example in source.examples:
            for values in _variants(template, example):
                reply, faults = _reply(content, template, source, values)
                proved += not faults
                problems += faults
                lengths.append(len(reply.split()))
        allowed = PLAYBOOK_WORDS if template.for_risk else EMAIL_WORDS
        if wrong := sorted(length for length in lengths if length and length not in allowed):
            proved -= len(wrong)
            count = f"{wrong[0]} to {wrong[-1]}" if wrong[0] < wrong[-1] else f"{wrong[0]}"
            problems.append(source.problem(f"replies of {count} words: keep them from {allowed[0]} to {allowed[-1]}"))
    problems += _gaps(content)
    if problems:
        raise ContentError(problems)
    return proved


def _variants(template: ResponseTemplate, example: Example) -> Iterator[dict[str, str]]:
    severities = template.severities or tuple(Severity)
    fitting = [key for key in category_keys() if {key, key.partition(".")[0]} & {*template.categories}] or ["other"]
    if "other" in template.categories:
        fitting = category_keys()
    for severity in severities:
        yield standard_values(category=fitting[0], severity=severity) | example.values
    for category in fitting[1:]:
        yield standard_values(category=category, severity=severities[0]) | example.values
    base = standard_values(category=fitting[0], severity=severities[0])
    required = {value.name for value in template.values if value.required}
    optional = [name for name in example.values if name not in required]
    for kept in product((True, False), repeat=len(optional)):
        left_out = {name for name, keep in zip(optional, kept, strict=True) if not keep}
        if left_out:
            yield base | {name: text for name, text in example.values.items() if name not in left_out}


_LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}|\[[a-z ]+\]|\bNone\b|\b(?:TODO|TBD|XXX)\b| ,| \.(?=\s|$)|,,|  ")
_SOLUTION = ("offer_options", "next_step")


def _reply(
    content: Content, template: ResponseTemplate, source: Source, values: Mapping[str, str]
) -> tuple[str, list[Problem]]:
    try:
        reply = content.render(template.id, values)
    except Exception as error:
        return "", [source.problem(f"cannot be rendered: {error}")]
    return reply, list(_faults(content, template, source, reply))


def _faults(content: Content, template: ResponseTemplate, source: Source, reply: str) -> Iterator[Problem]:
    for violation in content.check(reply):
        if violation.rule.level is not Level.SUGGESTION:
            instead = f" ({violation.rule.instead[0]})" if violation.rule.instead else ""
            yield source.problem(
                f"{violation.words!r} breaks {violation.rule.id}: say it differently{instead}", violation.words
            )
    if left := _LEFT_OVER.search(reply):
        line = reply[: left.end()].rpartition("\n")[2]
        yield source.problem(f"{left.group()!r} is left over after {line[-40:]!r}: mend the text around the value")
    parts = part_positions(reply)
    needed = (
        ("acknowledge", "own", "next_step") if template.for_risk else ("acknowledge", "apologise", "own", "next_step")
    )
    for part in needed:
        if part not in parts:
            yield source.problem(f"the reply has no {part.replace('_', ' ')}: add a sentence for it")
    solution = min((parts[part] for part in _SOLUTION if part in parts), default=None)
    empathy = min((parts[part] for part in ("acknowledge", "apologise") if part in parts), default=None)
    if solution is not None and empathy is not None and empathy > solution:
        yield source.problem("the solution comes before the acknowledgement: turn them round")


def _gaps(content: Content) -> Iterator[Problem]:
    folder = content.source(content.templates[0].id).path.parent
    for category, severity in product(category_keys(), Severity):
        if not choose(content.templates, category=category, severity=severity):
            yield Problem(shown(folder), 1, "", f"no template for {category} at {severity.value}: add one")
    covered = {risk for template in content.templates for risk in template.for_risk}
    for risk in RISKS:
        if risk not in covered:
            yield Problem(
                shown(folder), 1, "", f"no playbook for the risk {risk}: add a template with for_risk: [{risk}]"
            )
