"""Which response template fits a case, and which recovery parts a reply contains."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.taxonomy import RISKS, Severity, category_words


class RecoveryStep(NamedTuple):
    """One step of a recovery as the card shows it."""

    key: str
    label: str


RECOVERY_STEPS: tuple[RecoveryStep, ...] = (
    RecoveryStep("acknowledge", "Acknowledge"),
    RecoveryStep("apologise", "Apologise"),
    RecoveryStep("own", "Own"),
    RecoveryStep("offer_options", "Offer options"),
    RecoveryStep("make_amends", "Make amends"),
    RecoveryStep("follow_up", "Follow up"),
    RecoveryStep("document", "Document"),
)
"""The steps of every recovery, in order. A sent reply can tick the first four."""


@dataclass(frozen=True, slots=True)
class Value:
    """Something a template needs to know. `ask` is the question put to the agent when it is not known.

    A `required` value has no way around it: without it the template cannot be rendered.
    """

    name: str
    ask: str
    required: bool = False


ASKED_VALUES: dict[str, Value] = {
    value.name: value
    for value in (
        Value("customer", "What is the customer's name?"),
        Value("reference", "Which order, booking or account is it about?"),
        Value("agent", "Which name signs the reply?"),
    )
}
"""Values every template may use without listing them: optional, and asked for when the text uses them."""

GIVEN_VALUES = ("category_words", "update_within")
"""Values every template may use that are never asked for: `standard_values` works them out from the case."""


@dataclass(frozen=True, slots=True)
class ResponseTemplate:
    """One file of `responses/templates/`; its id is its file name.

    `categories` holds keys of the taxonomy, a first level standing for all below it; `for_risk` marks
    the playbooks shown when a risk flag is up; `severities` empty means any. `values` are the ones
    the form can ask for, in the order to ask.
    """

    id: str
    title: str
    categories: tuple[str, ...]
    values: tuple[Value, ...]
    severities: tuple[Severity, ...] = ()
    for_risk: tuple[str, ...] = ()
    channels: tuple[str, ...] = ("email",)


class MissingValues(Exception):
    """A template cannot be rendered before these values are known. `names` is in the order to ask."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(f"values still needed: {', '.join(self.names)}")


_UPDATE_WITHIN = {
    Severity.MINOR: "within three working days",
    Severity.MODERATE: "within two working days",
    Severity.SERIOUS: "within one working day",
    Severity.CRITICAL: "today",
}


def standard_values(
    *, category: str, severity: Severity, customer: str | None = None, reference: str | None = None, agent: str = ""
) -> dict[str, str]:
    """The values a case gives to any template. What is not known is left out.

    `update_within` is ready to follow a verb: "I will write to you within two working days", or "today".
    `category_words` is ready to follow "the": "the late delivery"; it is left out for `other`.
    """
    values = {
        "customer": customer,
        "reference": reference,
        "agent": agent,
        "category_words": category_words(category),
        "update_within": _UPDATE_WITHIN[severity],
    }
    return {name: value for name, value in values.items() if value}


def choose(
    templates: Sequence[ResponseTemplate],
    *,
    category: str,
    severity: Severity,
    risks: Sequence[str] = (),
    known: frozenset[str] = frozenset(),
) -> list[ResponseTemplate]:
    """The templates that fit, best first; never empty as long as there is a template for `other`.

    While a risk flag is up only the playbooks for it come, the gravest flag first; ordinary templates
    come again only where no playbook exists. Otherwise a template for the very category goes before
    one for its first level, and that before one for `other`; one for this severity before one for any.
    `known` names the values already at hand: a template whose required values are all known goes before its equals.
    """
    fitting = [template for template in templates if not template.severities or severity in template.severities]
    playbooks = [template for template in fitting if set(template.for_risk) & set(risks)]
    if playbooks:
        return sorted(playbooks, key=lambda each: (_gravest(each, risks), _closeness(each, category) or 0, each.id))
    ordinary = [(_closeness(template, category), template) for template in fitting if not template.for_risk]
    ranked = [
        (distance, not template.severities, _lacks(template, known), template.id, template)
        for distance, template in ordinary
        if distance is not None
    ]
    return [template for *_, template in sorted(ranked, key=lambda row: row[:4])]


def _closeness(template: ResponseTemplate, category: str) -> int | None:
    for distance, key in enumerate((category, category.partition(".")[0], "other")):
        if key in template.categories:
            return distance
    return None


def _gravest(template: ResponseTemplate, risks: Sequence[str]) -> int:
    order = list(RISKS)
    return min((order.index(risk) for risk in template.for_risk if risk in risks and risk in order), default=len(order))


def _lacks(template: ResponseTemplate, known: frozenset[str]) -> bool:
    return any(value.required and value.name not in known for value in template.values)


_TIME = (
    r"\b(?:today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|noon|midday|midnight"
    r"|minutes?|hours?|days?|weeks?|morning|afternoon|evening|at \d|by \d|by the end of)\b"
)
_PERSON_ACTS = r"\b(?:i|we) (?:will|shall|(?:am|are) \w+ing)\b"

_PARTS: dict[str, tuple[re.Pattern[str], ...]] = {
    "acknowledge": (
        re.compile(
            r"\b(?:i|we) (?:can )?(?:see|understand|hear|imagine|know) (?:why|how|that|what)\b(?! exactly| just)"
            r"|\byou (?:were right|are right|have every reason|had every reason)\b"
            r"|\byou (?:waited|lost|expected|planned|counted|relied|paid|trusted|spent|needed|were left|were waiting"
            r"|had to|have had to|have been waiting|have waited|should not have had|were let down|went without)\b"
            r"|\b(?:frustrat|annoy|upset|disappoint|worr|distress|unsettl|tiring|let down|hurtful|alarming|maddening"
            r"|unpleasant|frightening|exhausting|stressful|galling|painful)\w*"
        ),
    ),
    "apologise": (
        re.compile(
            r"\b(?:am|are|is|be|so|very|truly|deeply|really) sorry\b(?! if\b| but\b| you feel| you felt)"
            r"|^\W*sorry (?:for|that|about)\b"
            r"|\b(?:i|we)(?: do| want to| would like to| must)? apologi[sz]e\b(?! if\b| but\b)"
            r"|\b(?:my|our)(?: \w+)? apolog(?:y|ies)\b"
        ),
    ),
    "own": (
        re.compile(
            r"\bi (?:will|shall|have|am)(?: now| already| also| personally| myself)? "
            r"(?!not\b|no\b|never\b|sorry\b|so\b|very\b|truly\b|deeply\b|really\b|afraid\b|unable\b|sure\b|grateful\b"
            r"|glad\b|hearing\b|here\b|a\b|an\b|the\b|had\b|been\b|to\b)\w+"
            r"|\bi take (?:responsibility|this|it|full|your)\b|\b(?:is|are) (?:now )?(?:in my hands|mine to)\b"
            r"|\bmy (?:responsibility|job|task)\b|\bi own\b|\bi take\b"
        ),
    ),
    "offer_options": (
        re.compile(
            r"\b(?:two|three|2|3)(?: \w+)? (?:options|ways|choices|possibilities)\b|\byou can choose\b|\byour choice\b"
            r"|\bchoose (?:between|the one|which|what)\b|\bwhichever\b|\beither\b.{1,200}?\bor\b"
            r"|\bif you (?:would )?(?:prefer|rather)\b|\bwould you (?:prefer|rather|like)\b"
            r"|\bwhich (?:one |of |would |suits )|\bwe can (?:also )?.{1,120}? or (?:we|i) can\b"
        ),
    ),
    "next_step": (
        re.compile(_PERSON_ACTS + r".{0,200}?" + _TIME),
        re.compile(r"\b(?:you will (?:hear|have|get|receive)|next step|will (?:write|call|reply)).{0,200}?" + _TIME),
        re.compile(_TIME + r".{0,80}?\b(?:i|we) will\b"),
    ),
    "thanks": (re.compile(r"\bthank(?:s| you)\b|\b(?:i|we) appreciate\b|\bgrateful\b"),),
}

_LONG_FORMS = (("’", "'"), ("i'll", "i will"), ("i'm", "i am"), ("i've", "i have"), ("we'll", "we will"))
_SENTENCE = re.compile(r"[^.!?\n]{1,1000}")


def part_positions(text: str) -> dict[str, int]:
    """Recovery parts found in a reply → number of the sentence where each first stands, counted from 0.

    Parts are `acknowledge`, `apologise`, `own`, `offer_options`, `next_step` and `thanks`, recognised by simple cues;
    a conditional apology does not count. Linear in the length of the text.
    """
    found: dict[str, int] = {}
    for number, sentence in enumerate(_sentences(text)):
        for part, patterns in _PARTS.items():
            if part not in found and any(pattern.search(sentence) for pattern in patterns):
                found[part] = number
        if len(found) == len(_PARTS):
            break
    return found


def recovery_parts(text: str) -> frozenset[str]:
    """The recovery parts a reply contains; the ones that are also steps tick those steps when it was sent."""
    return frozenset(part_positions(text))


def _sentences(text: str) -> Iterator[str]:
    for match in _SENTENCE.finditer(text):
        sentence = match.group().lower()
        for short, long in _LONG_FORMS:
            sentence = sentence.replace(short, long)
        yield sentence
