"""All content, read once, frozen, with its hash; a broken edit keeps the last good one."""

import gc
import hashlib
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import TypeVar, cast

from bot.content.authority import load_authority
from bot.content.cadence_tests import cadence_test_files, run_cadence_tests
from bot.content.files import ContentError, Problem, shown
from bot.content.followups import load_cadence
from bot.content.intake import load_intake
from bot.content.phrases import load_checker
from bot.content.policies import load_channels, load_team
from bot.content.policy_tests import run_tests, test_files
from bot.content.routing import load_routing
from bot.content.templates import Example, LoadedTemplates, Source, load_templates
from bot.content.triager import load_triager
from bot.domain.authority import Policy
from bot.domain.cadence import Cadence
from bot.domain.channels import Channels
from bot.domain.intake import Intake
from bot.domain.phrases import Checker, Level, PhraseRule, Scope, Violation
from bot.domain.routing import Routing
from bot.domain.taxonomy import RISKS, Severity, category_keys
from bot.domain.team import Team
from bot.domain.template import (
    Channel,
    ResponseTemplate,
    amends_in,
    choose,
    length_faults,
    part_positions,
    sentences_of,
    standard_values,
)
from bot.domain.triage import Triage

TRIAGES_REMEMBERED, LONGEST_REMEMBERED = 200, 2000
"""Texts whose guesses are remembered, and the characters of the longest: a card is drawn soon after its report."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Content:
    """Everything content owners and leads wrote, as it was at one moment. `hash` names that moment's files."""

    templates: tuple[ResponseTemplate, ...]
    phrase_rules: tuple[PhraseRule, ...]
    channels: Channels
    team: Team
    policy: Policy
    intake: Intake
    routing: Routing
    cadence: Cadence
    cadence_hash: str
    hash: str
    _loaded: LoadedTemplates = field(repr=False)
    _checker: Checker = field(repr=False)
    _triage: Callable[[str], Triage] = field(repr=False)
    _triage_again: Callable[[str], Triage] = field(repr=False)
    _clean: dict[Hashable, bool] = field(repr=False, default_factory=dict, compare=False)

    @property
    def told_in(self) -> tuple[str, ...]:
        """The channels that cases are told in beside their own, as written."""
        routes = (route.channel for route in self.routing.routes)
        return (self.channels.leads, self.channels.approvals, self.channels.intake, *routes)

    def template(self, id: str) -> ResponseTemplate | None:
        """The template of this id, or None."""
        return self._loaded.template(id)

    def render(self, template_id: str, values: Mapping[str, str], channel: Channel | str = Channel.EMAIL) -> str:
        """The reply of a template with these values, in a channel.

        Raises MissingValues, and KeyError for an unknown id or a channel the template has no words for.
        """
        return self._loaded.render(template_id, values, channel)

    def check(self, text: str) -> list[Violation]:
        """The places in a text that break a phrase rule, in reading order."""
        return self._checker.check(text)

    def triage(self, text: str) -> Triage:
        """What a text seems to say: complaint or not, category, severity, risks; with the words that led to it."""
        return self._triage_again(text) if len(text) <= LONGEST_REMEMBERED else self._triage(text)

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

    def read(load_one: Callable[[Path], T], path: Path) -> T:
        """What `load_one` makes of a path. Its problems are raised with all others, before anything made is used."""
        try:
            return load_one(path)
        except ContentError as error:
            problems.extend(error.problems)
            return cast("T", None)

    with _collector_at_rest():
        templates = read(load_templates, responses / "templates")
        checker = read(load_checker, responses / "phrases")
        triager = read(load_triager, responses)
        channels = read(load_channels, policies / "channels.yml")
        team = read(load_team, policies / "team.yml")
        intake = read(load_intake, policies / "intake.yml")
        routing = read(load_routing, policies / "routing.yml")
        cadence = read(_proved_cadence, policies)
        policy = read(_proved_policy, policies)
    if problems:
        raise ContentError(problems)
    return Content(
        templates=templates.templates,
        phrase_rules=checker.rules,
        channels=channels,
        team=team,
        policy=policy,
        intake=intake,
        routing=routing,
        cadence=cadence,
        cadence_hash=hashlib.sha256((policies / "followups.yml").read_bytes()).hexdigest()[:16],
        hash=_hash(responses, policies),
        _loaded=templates,
        _checker=checker,
        _triage=triager.triage,
        _triage_again=lru_cache(TRIAGES_REMEMBERED)(triager.triage),
    )


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Reading makes a million small things that stay: looking through them for garbage costs a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _proved_policy(policies: Path) -> Policy:
    """The limits for offers, if they decide as the tests beside them expect. Raises ContentError."""
    policy = load_authority(policies / "authority.yml")
    failures = run_tests(policies, policy).failures
    if failures:
        raise ContentError([*failures])
    return policy


def _proved_cadence(policies: Path) -> Cadence:
    """The cadence of follow-ups, if it plans as the tests beside it expect. Raises ContentError."""
    cadence = load_cadence(policies / "followups.yml")
    _, failures = run_cadence_tests(policies, cadence)
    if failures:
        raise ContentError(failures)
    return cadence


def content_files(responses: Path, policies: Path) -> list[Path]:
    """Every file content is read from, in a fixed order."""
    return [
        *sorted((responses / "templates").glob("*.j2")),
        *sorted((responses / "phrases").glob("*.yml")),
        *sorted((responses / "risks").glob("*.yml")),
        policies / "channels.yml",
        policies / "team.yml",
        policies / "authority.yml",
        policies / "followups.yml",
        *test_files(policies),
        *cadence_test_files(policies),
        *(path for path in (policies / "intake.yml", policies / "routing.yml") if path.exists()),
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
        self._problems: list[Problem] = []

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the files as they were at the last look; nothing while `content` is what they say."""
        return tuple(str(problem) for problem in self._problems)

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
            self._content, self._problems = load(self._responses, self._policies), []
        except ContentError as error:
            self._problems = error.problems
        except OSError as error:
            where = shown(Path(error.filename or self._responses))
            self._problems = [Problem(where, 1, "", f"cannot be read: {error.strerror}")]
        return self._problems

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
    """Render every reply the templates can make from their examples, and check each; how many different ones there are.

    For each channel an example is rendered with every combination of its optional values, with and without a second
    failure and approved amends, for serious cases and others; and whole for every severity and category it serves.
    Checked are phrase rules of every level, left-over marks, length, the parts of a recovery with empathy before
    explanation and solution, amends that were not given, and what has no place in public. Also proved: every
    category gets a draft and every risk a playbook. Raises ContentError with one problem per fault and line.
    """
    prover = _Prover(content)
    proved = sum(prover.prove(template, channel) for template in content.templates for channel in template.channels)
    problems = [*prover.problems, *_gaps(content)]
    if problems:
        raise ContentError(problems)
    return proved


AMENDS = ("a refund of 20.00 EUR", "a replacement", "15 % off your next order")
"""Amends as they may be approved on a case; replies are proved with each of them."""

_LEFT_OVER = re.compile(
    r"\{\{|\}\}|\{%|%\}|\[[a-z ]+\]|\bNone\b|\b(?:TODO|TBD|XXX)\b"
    r"|\S* [,;:](?!\S)|\S* \.(?=\s|$)|,,|\.\.|\(\s*\)|\S*  |^ "
    r"|\b(?!that |had )(\w+) \1\b|[^.][.!?] [a-z]\w*|\A[a-z]\w*"
)
_BETTER = re.compile(
    r"\b(?:never|not) (?:ever )?happen again\b|\bnever again\b|\bdo(?:ing)? better\b|\bbetter (?:next time|in future)\b"
    r"|\bnext time we\b|\bfrom now on we\b|\bmake sure (?:that )?(?:this|it)\b|\bwill improve\b"
)
_AGAIN = re.compile(r"\bagain\b|\bsecond\b|\btwice\b|\bonce more\b|\bmore than once\b|\banother time\b")
_IN_PRIVATE = re.compile(r"\bprivate(?:ly)?\b|\bdirect message\b")
_EMPATHY = ("acknowledge", "apologise")
_SOLUTION = ("offer_options", "next_step")


Fault = tuple[str, str]
"""What is wrong with a reply, and the words of the reply it is about; no words when it is the whole."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one paragraph, message or line says: everything that can be told without the rest of the reply."""

    faults: tuple[Fault, ...]
    parts: Mapping[str, int]
    sentences: tuple[str, ...]


class _Prover:
    """Collects the problems of many replies. Each different piece of text is read once."""

    def __init__(self, content: Content) -> None:
        self.problems: list[Problem] = []
        self._content = content
        self._pieces: dict[tuple[str, bool, str], _Piece] = {}

    def prove(self, template: ResponseTemplate, channel: Channel) -> int:
        """Check every reply of a template in a channel, and say how many are right."""
        source = self._content.source(template.id)
        used = template.uses[channel]
        for value in template.asks(channel):
            if not any(value.name in example.values for example in source.examples):
                message = f"no example gives {value.name}: add it, so that the words for it are checked"
                self.problems.append(source.head.problem(("examples",), message))
        seen: set[str] = set()
        faults: dict[Fault, None] = {}
        wrong: set[str] = set()
        for example in source.examples:
            for values in _variants(template, example, used):
                try:
                    reply = self._content.render(template.id, values, channel)
                except Exception as error:
                    faults[f"cannot be rendered: {error}", ""] = None
                    continue
                if reply not in seen:
                    seen.add(reply)
                    found = [*self._faults(template, channel, reply, values)]
                    faults |= dict.fromkeys(found)
                    wrong |= {reply} if found else set()
        lengths = sorted(int(message.split()[0]) for message, _ in faults if _COUNT.match(message))
        if len(lengths) > 1:
            message = next(message for message, _ in faults if _COUNT.match(message))
            faults = {fault: None for fault in faults if not _COUNT.match(fault[0])}
            faults[f"{lengths[0]} to {lengths[-1]}{message[message.index(' ') :]}", ""] = None
        self.problems += [source.problem(message, words, channel) for message, words in faults]
        return len(seen - wrong)

    def _faults(
        self, template: ResponseTemplate, channel: Channel, reply: str, values: Mapping[str, str]
    ) -> Iterator[Fault]:
        amends = values.get("amends", "") if "amends" in template.uses[channel] else ""
        positions: dict[str, int] = {}
        sentences: list[str] = []
        for number, text in enumerate(channel.pieces(reply)):
            piece = self._read(text, number < 2, amends)
            yield from piece.faults
            for part, place in piece.parts.items():
                positions.setdefault(part, place + len(sentences))
            sentences += piece.sentences
        yield from length_faults(reply, channel, playbook=bool(template.for_risk))
        yield from _faults_of_order(template, channel, positions, sentences, reply=reply, values=values)
        low = reply.lower()
        if channel is Channel.PUBLIC:
            if figure := _DIGITS.search(reply):
                yield f"{figure.group()!r} has no place in public: say it in private", figure.group()
            if not _IN_PRIVATE.search(low):
                yield "the reply stays in public: ask for a private message", ""
        elif channel is Channel.PHONE:
            for line in reply.split("\n"):
                if line[-1] not in ".?!,:":
                    yield f"{line[-30:]!r} does not end the sentence: a line is spoken as it stands", line
        if "repeated" in template.uses[channel] and values.get("repeated") and not _AGAIN.search(low):
            yield "a second failure is not named: say that it happened again", ""
        if amends and amends.removesuffix(".") not in reply:
            yield f"{amends!r} is lost: put the value amends into these words", ""

    def _read(self, text: str, opening: bool, amends: str) -> _Piece:
        key = (text, opening, amends if amends in text else "")
        if key not in self._pieces:
            faults = [*self._faults_of_words(*key)]
            sentences = tuple(sentences_of(text))
            self._pieces[key] = _Piece(tuple(faults), part_positions(text), sentences)
        return self._pieces[key]

    def _faults_of_words(self, text: str, opening: bool, amends: str) -> Iterator[Fault]:
        for violation in self._content.check(text):
            at_start = violation.rule.scope in (Scope.REPLY_START, Scope.WHOLE_REPLY)
            if opening or not at_start:
                instead = f" ({violation.rule.instead[0]})" if violation.rule.instead else ""
                yield f"{violation.words!r} breaks {violation.rule.id}: say it differently{instead}", violation.words
        if left := _LEFT_OVER.search(text):
            words = text[: left.end()].strip()[-40:] if left.end() > 12 else text[:40]
            yield f"{left.group()!r} is left over in {words!r}: mend the words around the value", words
        for words in amends_in(text.replace(amends, "") if amends else text):
            yield f"{words!r} speaks of amends that nobody gave: use the value amends, or leave it out", words
        if better := _BETTER.search(text.lower()):
            yield f"{better.group()!r} is a fresh promise to do better: say what you do now", better.group()


_COUNT = re.compile(r"\d+ words: ")
_DIGITS = re.compile(r"\S*\d\S*")


def _faults_of_order(
    template: ResponseTemplate,
    channel: Channel,
    positions: Mapping[str, int],
    sentences: Sequence[str],
    *,
    reply: str,
    values: Mapping[str, str],
) -> Iterator[Fault]:
    needed = ("acknowledge", "own", "next_step") if template.for_risk else (*_EMPATHY, "own", "next_step")
    for part in needed:
        if part not in positions:
            yield f"the reply has no {part.replace('_', ' ')}: add a sentence for it", ""
    empathy = min((positions[part] for part in _EMPATHY if part in positions), default=None)
    solution = min((positions[part] for part in _SOLUTION if part in positions), default=None)
    if empathy is not None and solution is not None and empathy > solution:
        yield "the solution comes before the acknowledgement: turn them round", sentences[solution].strip()
    if empathy is None:
        return
    first = reply.find(sentences[empathy].strip())
    for name in ("cause", "amends"):
        words = values.get(name, "").removesuffix(".") if name in template.uses[channel] else ""
        if words and 0 <= (place := reply.find(words)) < first:
            around = reply[reply.rfind("\n", 0, place) + 1 : place + len(words) + 60]
            yield f"the {name} comes before the acknowledgement: turn them round", around


def _variants(template: ResponseTemplate, example: Example, used: frozenset[str]) -> Iterator[dict[str, str]]:
    """Values for every reply this example can become in a channel whose words use these values."""
    severities = template.severities or tuple(Severity)
    categories = _categories(template)
    flags = [(), ("repeated",)] if "repeated" in used else [()]
    for severity, category, flag in product(severities, categories, flags):
        if category == categories[0] or (severity == severities[0] and "category_words" in used):
            for amends in AMENDS if "amends" in used else ("",):
                yield _values(category, severity, repeated=bool(flag), amends=amends) | example.values
    required = {value.name for value in template.values if value.required}
    optional = [name for name in example.values if name not in required and name in used]
    grades = {severity in (Severity.SERIOUS, Severity.CRITICAL): severity for severity in severities}
    switches = [name for name in ("repeated", "amends") if name in used]
    ends = dict.fromkeys((categories[0], categories[-1] if "category_words" in used else categories[0]))
    for severity, category in product(grades.values() if "serious" in used else severities[:1], ends):
        for kept in product((True, False), repeat=len(optional) + len(switches)):
            left_out = {name for name, keep in zip([*optional, *switches], kept, strict=True) if not keep}
            yield _values(
                category,
                severity,
                repeated="repeated" not in left_out,
                amends="" if "amends" in left_out else AMENDS[0],
            ) | {name: text for name, text in example.values.items() if name not in left_out}


def _values(category: str, severity: Severity, *, repeated: bool, amends: str) -> dict[str, str]:
    return standard_values(category=category, severity=severity, repeated=repeated, amends=amends)


def _categories(template: ResponseTemplate) -> list[str]:
    """The categories a template may be chosen for, `other` last."""
    if "other" in template.categories or template.for_risk:
        return category_keys()
    return [key for key in category_keys() if {key, key.partition(".")[0]} & {*template.categories}]


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
