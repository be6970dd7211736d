"""Response templates: files of `responses/templates/` → templates that render, in a sandbox that reaches nothing.

A template file is a YAML head between two `---` lines, then the words in Jinja2; a line such as `=== chat` begins the
words for a channel, and without any they are an email. Files whose name starts with `_` hold sentences that templates
share, as macros; those of `_parts.j2` are at hand as `parts`. Of Jinja2 only values, `if`, calls of shared sentences
and comments are allowed: no loops, filters, attributes or arithmetic, so a render is short and bounded.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Annotated

from jinja2 import BaseLoader, DictLoader, StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

from bot.content.files import ContentError, Document, Problem, Strict, parse_yaml, read_text, shown, validate
from bot.domain.taxonomy import RISKS, Severity, category_keys
from bot.domain.template import (
    ASKED_VALUES,
    GIVEN_VALUES,
    NEVER_MISSING,
    PUBLIC_VALUES,
    TONES,
    Channel,
    MissingValues,
    ResponseTemplate,
    Value,
    When,
    first_name,
)

MAX_SOURCE = 20_000
"""Longest template file, in characters."""

Macros = dict[str, dict[str, range] | None]
"""File of shared sentences → its sentences, each with how many values it takes; None for a file that is broken."""

Text = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


def _near(given: str, known: list[str]) -> str:
    near = difflib.get_close_matches(given, known, 1)
    return f"{given!r} is not known: " + (f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}")


def _category(key: str) -> str:
    if key not in category_keys():
        raise ValueError(_near(key, category_keys()))
    return key


def _risk(key: str) -> str:
    if key not in RISKS:
        raise ValueError(_near(key, list(RISKS)))
    return key


def _tone(tone: str) -> str:
    if tone not in TONES:
        raise ValueError(_near(tone, list(TONES)))
    return tone


def _when(when: object) -> When:
    if when not in list(When):
        raise ValueError(_near(str(when), list(When)))
    return When(str(when))


def _one_of(known: Iterable[str]) -> WithJsonSchema:
    """What an editor offers for a field."""
    return WithJsonSchema({"type": "string", "enum": [*known]})


class ValueHead(Strict):
    """One value a template needs, as written in its head."""

    name: Name
    ask: Text
    required: bool = False


class Head(Strict):
    """The YAML head of a template file."""

    title: Annotated[Text, Field(description="What the agent sees in the list of drafts, and can search for.")]
    categories: Annotated[
        tuple[Annotated[str, AfterValidator(_category), _one_of(category_keys())], ...],
        Field(description="Which complaints it answers; a first level stands for all below it, other for everything."),
    ] = ()
    severities: Annotated[tuple[Severity, ...], Field(description="Only for these; leave it out for any.")] = ()
    for_risk: Annotated[
        tuple[Annotated[str, AfterValidator(_risk), _one_of(RISKS)], ...],
        Field(description="Makes it a playbook, shown while one of these flags is up."),
    ] = ()
    tone: Annotated[str, AfterValidator(_tone), _one_of(TONES)] = "warm"
    when: Annotated[When, BeforeValidator(_when)] = When.FIRST
    values: tuple[ValueHead, ...] = ()
    examples: Annotated[dict[Text, dict[Name, Text]], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_something(self) -> "Head":
        if not self.categories and not self.for_risk:
            raise ValueError("name at least one category, or the risk it is a playbook for")
        return self


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a template's head: the values an agent might give."""

    name: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a template came from, so that a fault in its words can be shown with its line.

    `sections` holds the lines of each channel's words, counted from 1; `shared` the files of shared sentences.
    """

    path: Path
    text: str
    head: Document = field(repr=False)
    examples: tuple[Example, ...]
    sections: Mapping[Channel, range]
    shared: Mapping[Path, str] = field(repr=False)

    def problem(self, message: str, words: str = "", channel: Channel | None = None) -> Problem:
        """A problem at the line these words of a reply come from, or at the first line of the words.

        The words may hold values, and may stand in a shared sentence or in an example of the head: the longest run of
        them that is found counts.
        """
        lines = self.text.splitlines()
        section = self.sections[channel] if channel else range(self.head_end + 1, len(lines) + 1)
        own = [(number, lines[number - 1].casefold()) for number in section if lines[number - 1].strip()]
        places = [(self.path, own)] + [
            (path, [*enumerate(text.casefold().splitlines(), 1)]) for path, text in self.shared.items()
        ]
        places.append((self.path, [*enumerate((line.casefold() for line in lines[: self.head_end]), 1)]))
        long, short = _runs(words.casefold().split())
        for runs, (path, numbered) in product((long, short), places):
            for run in runs:
                for number, line in numbered:
                    if run in line:
                        return Problem(shown(path), number, "", message)
        return Problem(shown(self.path), own[0][0] if own else section.start, "", message)

    @property
    def head_end(self) -> int:
        """The line with the three hyphens after the head."""
        return min(section.start for section in self.sections.values()) - 1


def _runs(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Runs of words that stand side by side, the longest first: four words and more, or all of them; then shorter."""
    words = words[:60]
    runs = [words[start : start + size] for size in range(len(words), 0, -1) for start in range(len(words) - size + 1)]
    long = [" ".join(run) for run in runs if len(run) >= min(4, len(words))]
    return long, [" ".join(run) for run in runs if len(run) < 4 and (len(run) > 1 or len(run[0]) > 4)]


@dataclass(frozen=True, slots=True)
class LoadedTemplates:
    """Every template of a folder, checked, and compiled when it is first used.

    `sources` holds the file of each, by template id.
    """

    templates: tuple[ResponseTemplate, ...]
    sources: Mapping[str, Source] = field(repr=False)
    _bodies: Mapping[tuple[str, Channel], str] = field(repr=False)
    _sandbox: ImmutableSandboxedEnvironment = field(repr=False)
    _compiled: dict[tuple[str, Channel], Template] = field(repr=False, default_factory=dict, compare=False)

    def template(self, template_id: str) -> ResponseTemplate | None:
        """The template of this id, or None."""
        return next((template for template in self.templates if template.id == template_id), None)

    def render(self, template_id: str, values: Mapping[str, str], channel: Channel | str = Channel.EMAIL) -> str:
        """The reply for a channel, tidied. What a value holds appears literally; it is never read as a template.

        Values the template does not know are left aside, optional ones that are missing count as empty. In public only
        the customer's first name appears. Raises MissingValues when one that these words require is missing or blank,
        KeyError for an unknown template id, and for a channel the template has no words for.
        """
        channel = Channel(channel)
        compiled, template = self._compile(template_id, channel), self.template(template_id)
        assert template is not None  # noqa: S101
        given = {name: text for name, text in values.items() if text.strip()}
        missing = [value.name for value in template.asks(channel) if value.required and value.name not in given]
        if missing:
            raise MissingValues(missing)
        for name in _WITHOUT_STOP & given.keys():
            given[name] = given[name].strip().removesuffix(".")
        if channel is Channel.PUBLIC:
            given["customer"] = first_name(given.get("customer", ""))
        return tidy(compiled.render({name: given.get(name, "") for name in template.uses[channel]}), channel)

    def _compile(self, template_id: str, channel: Channel) -> Template:
        compiled = self._compiled.get((template_id, channel))
        if compiled is None:
            compiled = self._sandbox.from_string(self._bodies[template_id, channel])
            self._compiled[template_id, channel] = compiled
        return compiled


_WITHOUT_STOP = {"customer", "cause", "amends"}
"""Values that may end a sentence of ours: a full stop that was typed after them is dropped."""

_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")


def tidy(text: str, channel: Channel = Channel.EMAIL) -> str:
    """No spaces at line ends, at most one blank line in a row (none in a phone script), nothing around the whole."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return (
        _BLANK_LINES.sub("\n\n", _TRAILING.sub("", text)).strip()
        if channel is not Channel.PHONE
        else "\n".join(line.strip() for line in text.split("\n") if line.strip())
    )


def load_templates(folder: Path) -> LoadedTemplates:
    """Read and check `responses/templates/`. Raises ContentError with the problems of all files."""
    problems: list[Problem] = []
    paths = sorted(folder.glob("*.j2"))
    shared: dict[Path, str] = {}
    macros: Macros = {}
    for path in (path for path in paths if path.name.startswith("_")):
        macros[path.name] = None
        try:
            shared[path] = _read(path)
            macros[path.name] = _shared_sentences(path, shared[path])
        except ContentError as error:
            problems += error.problems
    templates, sources = [], {}
    bodies: dict[tuple[str, Channel], str] = {}
    for path in (path for path in paths if not path.name.startswith("_")):
        try:
            template, source, own = _read_template(path, macros, shared)
            bodies |= {(template.id, channel): body for channel, body in own.items()}
            templates.append(template)
            sources[template.id] = source
        except ContentError as error:
            problems += error.problems
    if not problems and not any(_is_last_resort(template) for template in templates):
        problems.append(Problem(shown(folder), 1, "", "no template for other: add one, so that every case has a draft"))
    if problems:
        raise ContentError(problems)
    sandbox = _sandbox(DictLoader({path.name: text for path, text in shared.items()}))
    return LoadedTemplates(tuple(templates), sources, bodies, sandbox)


def _is_last_resort(template: ResponseTemplate) -> bool:
    is_first = template.when is When.FIRST and not template.for_risk
    return "other" in template.categories and is_first and Channel.EMAIL in template.channels


def _sandbox(loader: BaseLoader | None = None) -> ImmutableSandboxedEnvironment:
    """An environment with nothing in it: no globals, filters or tests; an unknown value is an error."""
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, loader=loader)
    sandbox.globals.clear()
    sandbox.filters.clear()
    sandbox.tests.clear()
    return sandbox


def _read(path: Path) -> str:
    text = read_text(path)
    if len(text) > MAX_SOURCE:
        raise ContentError([Problem(shown(path), 1, "", f"longer than {MAX_SOURCE} characters: shorten it")])
    return text


_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _read_template(
    path: Path, macros: Macros, shared: Mapping[Path, str]
) -> tuple[ResponseTemplate, Source, dict[Channel, str]]:
    text = _read(path)
    if not _ID.fullmatch(path.stem):
        message = "the file name is the template's id: use small letters, digits and single hyphens"
        raise ContentError([Problem(shown(path), 1, "", message)])
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---":
        raise ContentError([Problem(shown(path), 1, "", "start with a line of three hyphens, then the head")])
    end = next((number for number, line in enumerate(lines) if number and line.strip() == "---"), None)
    if end is None:
        raise ContentError([Problem(shown(path), 1, "", "the head does not end: add a line of three hyphens after it")])
    document = parse_yaml(path, "\n".join(lines[1:end]) + "\n", first_line=2)
    head = validate(document, Head)

    own = {value.name: Value(value.name, value.ask, value.required) for value in head.values}
    sections, bodies = _sections(path, lines, first=end + 1, macros=macros)
    problems: list[Problem] = []
    uses: dict[Channel, frozenset[str]] = {}
    for channel, body in bodies.items():
        checker = _BodyCheck(
            path, first_line=sections[channel].start, macros=macros, known={*own, *ASKED_VALUES, *GIVEN_VALUES}
        )
        checker.forbid(_forbidden(channel, playbook=bool(head.for_risk), own=own))
        checker.check(body)
        problems += checker.problems
        uses[channel] = frozenset(checker.used)
    used = frozenset[str]().union(*uses.values())
    problems += _head_problems(document, head, own, used)
    if problems:
        raise ContentError(problems)
    standard = [value for name, value in ASKED_VALUES.items() if name in used and name not in own]
    asked = [value for value in standard if value.name not in NEVER_MISSING]
    last = [value for value in standard if value.name in NEVER_MISSING]
    template = ResponseTemplate(
        id=path.stem,
        title=head.title,
        categories=head.categories,
        values=(*asked, *own.values(), *last),
        severities=head.severities,
        for_risk=head.for_risk,
        channels=tuple(channel for channel in Channel if channel in uses),
        uses=uses,
        tone=head.tone,
        when=head.when,
    )
    examples = tuple(Example(name, values) for name, values in head.examples.items())
    return template, Source(path, text, document, examples, sections, shared), bodies


_SECTION = re.compile(r"={2,}\s*(.*?)\s*=*\s*")
_OPENING = re.compile(r"\s*(?:\{%[^{}]*\bimport\b[^{}]*%\}|\{#.*?#\})?\s*")


def _sections(
    path: Path, lines: Sequence[str], *, first: int, macros: Macros
) -> tuple[dict[Channel, range], dict[Channel, str]]:
    """The words of each channel: the lines they stand on, counted from 1, and the text to compile, lines in place.

    Imports and notes above the first `===` hold for every channel.
    """
    problems: list[Problem] = []
    starts: list[tuple[int, Channel]] = []
    for number in range(first, len(lines)):
        if not (match := _SECTION.fullmatch(lines[number])):
            continue
        known = [channel.value for channel in Channel]
        if match[1] not in known:
            problems.append(Problem(shown(path), number + 1, "", f"channel {_near(match[1], known)}"))
        elif match[1] in [channel for _, channel in starts]:
            problems.append(Problem(shown(path), number + 1, "", f"{match[1]} is given twice: keep one"))
        else:
            starts.append((number, Channel(match[1])))
    opening = range(first, starts[0][0] if starts else first)
    problems += [
        Problem(shown(path), number + 1, "", "words above the first === line: move them below it")
        for number in opening
        if not _OPENING.fullmatch(lines[number])
    ]
    ends = [*(number for number, _ in starts[1:]), len(lines)][: len(starts)]
    sections = {channel: range(start + 2, end + 1) for (start, channel), end in zip(starts, ends, strict=True)}
    for channel, section in sections.items():
        if not any(lines[number - 1].strip() for number in section):
            message = f"no words for {channel}: write them, or remove the line"
            problems.append(Problem(shown(path), section.start - 1, "", message))
    if problems:
        raise ContentError(problems)
    sections = sections or {Channel.EMAIL: range(first + 1, len(lines) + 1)}
    kept = {number: lines[number] for number in opening}
    bodies = {}
    for channel, section in sections.items():
        own = kept | {number - 1: lines[number - 1] for number in section}
        body = "\n".join(own.get(number, "") for number in range(len(lines)))
        if PARTS in macros and not any(" as parts" in line for line in own.values()):
            body = f'{{% import "{PARTS}" as parts %}}{body}'
        bodies[channel] = body
    return sections, bodies


PARTS = "_parts.j2"
"""The file of shared sentences that every template has at hand as `parts`, without importing it."""


def _forbidden(channel: Channel, *, playbook: bool, own: Mapping[str, Value]) -> dict[str, str]:
    """Values that these words may not use → why."""
    forbidden: dict[str, str] = {}
    if playbook:
        forbidden |= {
            "cause": "a playbook names no cause: take it out",
            "amends": "a playbook offers no amends: take it out",
        }
    if channel is Channel.PUBLIC:
        for name in {*own, *ASKED_VALUES, *GIVEN_VALUES} - {*PUBLIC_VALUES}:
            forbidden[name] = f"{name} has no place in public: leave it out, or say it in private"
    return forbidden


def _head_problems(document: Document, head: Head, own: Mapping[str, Value], used: frozenset[str]) -> list[Problem]:
    problems = []
    for number, value in enumerate(head.values):
        where = ("values", number, "name")
        if value.name in [earlier.name for earlier in head.values[:number]]:
            problems.append(document.problem(where, f"{value.name} is listed twice: keep one"))
        elif value.name in GIVEN_VALUES:
            problems.append(document.problem(where, f"{value.name} is always known: do not list it"))
        elif value.name not in used:
            problems.append(document.problem(where, f"{value.name} is not used in the text: use it, or remove it"))
        elif value.name in ASKED_VALUES and value.required:
            message = f"{value.name} is optional in every reply: remove required, and write the text for both"
            problems.append(document.problem(("values", number, "required"), message))
    may_give = [*ASKED_VALUES, *(name for name in own if name not in ASKED_VALUES)]
    for example, values in head.examples.items():
        for name in values:
            if name not in may_give:
                problems.append(document.problem(("examples", example, name), _near(name, may_give)))
        for needed in own.values():
            if needed.required and needed.name not in values:
                problems.append(document.problem(("examples", example), f"add {needed.name}: it is required"))
    return problems


_PLAIN = (
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
)
_NAMES = {
    nodes.For: "loops",
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Filter: "filters",
    nodes.Getattr: "attributes of values",
    nodes.Getitem: "parts of values",
    nodes.Mul: "arithmetic",
    nodes.Call: "calls other than of shared sentences",
    nodes.Test: "tests",
    nodes.Macro: "macros outside the files that start with _",
}


DEEPEST = 30
"""Conditions and expressions within each other that a text may have; Python compiles three times as many."""

_TOO_DEEP = "nested too deeply: make it simpler"


class _BodyCheck:
    """Walks a parsed text and collects what is not allowed, with its line, before anything is compiled."""

    def __init__(
        self,
        path: Path,
        *,
        first_line: int,
        macros: Mapping[str, dict[str, range] | None],
        known: set[str],
        plain: bool = False,
    ) -> None:
        self.problems: list[Problem] = []
        self.used: set[str] = set()
        self._path, self._first_line, self._macros, self._known = path, first_line, macros, known
        self._aliases: dict[str, str] = {}
        self._may_call = not plain
        self._forbidden: Mapping[str, str] = {}

    def forbid(self, values: Mapping[str, str]) -> None:
        """Refuse these values, each with its message."""
        self._forbidden = values

    def check(self, body: str) -> None:
        """Parse and walk a whole text."""
        for child in _parse(self._path, body, self._first_line).body:
            if isinstance(child, nodes.Import):
                self._import(child)
            else:
                self.visit(child)

    def visit(self, node: nodes.Node, depth: int = 0) -> None:
        """Walk one node and all below it."""
        if depth > DEEPEST:
            self._problem(node, _TOO_DEEP)
        elif isinstance(node, nodes.Call):
            self._call(node, depth)
        elif not isinstance(node, _PLAIN):
            what = next((name for kind, name in _NAMES.items() if isinstance(node, kind)), type(node).__name__.lower())
            self._problem(node, f"{what} cannot be used here: use values, if, and shared sentences")
        else:
            if isinstance(node, nodes.Name):
                self._value(node)
            for child in node.iter_child_nodes():
                self.visit(child, depth + 1)

    def _import(self, node: nodes.Import) -> None:
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        if name not in self._macros:
            self._problem(node, f"cannot import {name!r}: one of {', '.join(self._macros) or 'no file'}")
        elif node.with_context:
            self._problem(node, "leave out with context: give shared sentences their values")
        self._aliases[node.target] = str(name)

    def _value(self, node: nodes.Name) -> None:
        self.used.add(node.name)
        if node.name in self._aliases:
            self._problem(node, f"{node.name} is an imported file: call one of its sentences")
        elif node.name in self._forbidden:
            self._problem(node, self._forbidden[node.name])
        elif node.name not in self._known:
            near = difflib.get_close_matches(node.name, self._known, 1)
            hint = f"did you mean {near[0]}?" if near else "list it under values"
            self._problem(node, f"unknown value {node.name}: {hint}")

    def _call(self, node: nodes.Call, depth: int) -> None:
        target = node.node
        alias = target.node.name if isinstance(target, nodes.Getattr) and isinstance(target.node, nodes.Name) else ""
        if not self._may_call or not isinstance(target, nodes.Getattr) or alias not in self._aliases:
            self._problem(node, f"{_NAMES[nodes.Call]} cannot be used here: use values, if, and shared sentences")
            return
        sentences = self._macros.get(self._aliases[alias])
        if sentences is not None and target.attr not in sentences:
            self._problem(node, f"shared sentence {_near(target.attr, list(sentences))}")
        elif sentences is not None and (
            len(node.args) not in sentences[target.attr] or node.kwargs or node.dyn_args or node.dyn_kwargs
        ):
            counts = " or ".join(str(count) for count in sentences[target.attr])
            self._problem(node, f"{target.attr} takes {counts} values, not {len(node.args)}")
        self._may_call = False
        for argument in node.args:
            self.visit(argument, depth + 1)
        self._may_call = True

    def _problem(self, node: nodes.Node, message: str) -> None:
        self.problems.append(Problem(shown(self._path), _line_of(node, self._first_line), "", message))


def _line_of(node: nodes.Node, first: int) -> int:
    """A node's line. Jinja2 gives some none, such as the scope that autoescape opens: what stands in them has one."""
    inside = (child.lineno for child in node.find_all(nodes.Node) if child.lineno)
    return node.lineno or next(inside, first)


def _in_plain_words(reason: str) -> str:
    """What Jinja2 says of a template it cannot read, where its words are no help to somebody who writes letters."""
    if reason.startswith("Unexpected end of template") and "'endif'" in reason:
        return "an {% if … %} has no end: add {% endif %}"
    if reason in ("unexpected '}'", "unexpected end of template, expected 'end of print statement'."):
        return "a value is written with two braces on each side, such as {{ customer }}"
    if reason.startswith("Encountered unknown tag 'endif'") or reason.startswith("Encountered unknown tag 'else'"):
        return f"{reason.split(chr(39))[1]} without its {{% if … %}}: add that before it, or remove this"
    return reason


def _parse(path: Path, text: str, first_line: int = 1) -> nodes.Template:
    try:
        return _sandbox().parse(text)
    except TemplateSyntaxError as error:
        message = f"not a valid template: {_in_plain_words(error.message or '')}"
        raise ContentError([Problem(shown(path), error.lineno, "", message)]) from None
    except RecursionError:
        raise ContentError([Problem(shown(path), first_line, "", _TOO_DEEP)]) from None


def _shared_sentences(path: Path, text: str) -> dict[str, range]:
    """Macro name → how many values it takes. Raises ContentError for anything but macros, and for unfit macros."""
    found: dict[str, range] = {}
    problems: list[Problem] = []
    for node in _top_level(_parse(path, text)):
        if not isinstance(node, nodes.Macro):
            message = "only macros stand in a file that starts with _"
            problems.append(Problem(shown(path), _line_of(node, 1), "", message))
            continue
        names = {argument.name for argument in node.args}
        checker = _BodyCheck(path, first_line=1, macros={}, known=names, plain=True)
        for child in [*node.body, *node.defaults]:
            checker.visit(child)
        problems += checker.problems
        found[node.name] = range(len(node.args) - len(node.defaults), len(node.args) + 1)
    if problems:
        raise ContentError(problems)
    return found


def _top_level(tree: nodes.Template) -> Iterator[nodes.Node]:
    """What stands in a file, without the blank lines between; stray text with the line it really begins on."""
    for node in tree.body:
        for part in node.nodes if isinstance(node, nodes.Output) else [node]:
            if not isinstance(part, nodes.TemplateData):
                yield part
            elif text := part.data.lstrip():
                part.lineno += part.data[: len(part.data) - len(text)].count("\n")
                yield part
