"""Which response template fits a case and a channel, and which recovery parts a reply contains."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from bot.domain.taxonomy import RISKS, Severity, category_label, category_words


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
class Length:
    """How long a reply is in one channel: words in all, and how many pieces of how many words (0: any number)."""

    words: range
    piece: str
    pieces: int
    piece_words: int = 0
    fewest_in_playbook: int = 0


APOLOGY_WORDS = 17
"""Words of apology in a phone script: about seven seconds of speech."""


class Channel(StrEnum):
    """How a reply reaches the customer."""

    EMAIL = "email"
    CHAT = "chat"
    PHONE = "phone"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        """The channel as a menu shows it."""
        return {"email": "Email", "chat": "Live chat", "phone": "Phone script", "public": "Public reply"}[self.value]

    @property
    def length(self) -> Length:
        """The length rule of this channel."""
        return _LENGTHS[self]

    @property
    def length_hint(self) -> str:
        """The length rule in words, for under a field."""
        rule = self.length
        each = f" of at most {rule.piece_words} words" if rule.piece_words else ""
        return f"{rule.words[0]} to {rule.words[-1]} words, at most {rule.pieces} {rule.piece}s{each}"

    def pieces(self, text: str) -> list[str]:
        """A reply in the pieces the length rule counts: paragraphs, messages, or lines to speak."""
        parts = text.split("\n") if self is Channel.PHONE else _BLANK_LINE.split(text)
        return [part.strip() for part in parts if part.strip()]


_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_LENGTHS = {
    Channel.EMAIL: Length(range(90, 181), "paragraph", 8, fewest_in_playbook=60),
    Channel.CHAT: Length(range(15, 121), "message", 3, 40),
    Channel.PHONE: Length(range(30, 161), "line", 16, 15),
    Channel.PUBLIC: Length(range(40, 81), "paragraph", 4),
}


class LengthFault(NamedTuple):
    """What is too long or too short, as advice, and the words it is about; no words when it is the whole reply."""

    message: str
    words: str = ""


def length_faults(text: str, channel: Channel, *, playbook: bool = False) -> list[LengthFault]:
    """Where a reply leaves the length its channel has. A playbook's email may be shorter."""
    rule, pieces = channel.length, channel.pieces(text)
    count, fewest = len(text.split()), (playbook and rule.fewest_in_playbook) or rule.words[0]
    faults = []
    if not fewest <= count <= rule.words[-1]:
        faults.append(LengthFault(f"{count} words: keep it from {fewest} to {rule.words[-1]}"))
    if len(pieces) > rule.pieces:
        faults.append(LengthFault(f"{len(pieces)} {rule.piece}s: keep it to {rule.pieces}"))
    for piece in pieces:
        if rule.piece_words and len(piece.split()) > rule.piece_words:
            message = f"a {rule.piece} of {len(piece.split())} words: keep each to {rule.piece_words}"
            faults.append(LengthFault(message, piece))
    if channel is Channel.PHONE:
        apology = [piece for piece in pieces if _SORRY.search(piece.lower())]
        words = len(" ".join(apology).split())
        if words > APOLOGY_WORDS:
            message = f"{words} words of apology: keep it to {APOLOGY_WORDS}, about seven seconds"
            faults.append(LengthFault(message, apology[0]))
    return faults


_SORRY = re.compile(r"\b(?:sorry|apologi[sz]e|apolog(?:y|ies))\b")


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
        Value("cause", "What was the cause, if it is confirmed?"),
    )
}
"""Values every template may use without listing them: optional, and asked for when the text uses them."""

NEVER_MISSING = ("cause",)
"""Values that are asked for last, and without which a draft is complete: a first reply is often sent before."""

GIVEN_VALUES = ("category_words", "update_within", "serious", "repeated", "amends")
"""Values every template may use that are never asked for: `standard_values` works them out from the case."""

PUBLIC_VALUES = ("customer", "agent", "category_words", "update_within", "serious", "repeated")
"""The only values a public reply may use; of the customer's name it gets the first name."""

TONES = ("warm", "plain", "formal", "calm")
"""How a template speaks, as its head says it."""


class When(StrEnum):
    """At which point of a case a template is for."""

    FIRST = "first"
    UPDATE = "update"
    UNFIXED = "unfixed"
    DELAY = "delay"
    FIXED = "fixed"

    @property
    def label(self) -> str:
        """The point of a case as a menu shows it."""
        return {
            "first": "First reply",
            "update": "Progress update",
            "unfixed": "Still not fixed",
            "delay": "It takes longer",
            "fixed": "After the fix",
        }[self.value]


LATER_REPLIES = (When.UPDATE, When.UNFIXED, When.DELAY, When.FIXED, When.FIRST)
"""Which templates come after the first reply was sent, in this order."""


@dataclass(frozen=True, slots=True)
class ResponseTemplate:
    """One file of `responses/templates/`; its id is its file name.

    `categories` holds keys of the taxonomy, a first level standing for all below it; `for_risk` marks
    the playbooks shown when a risk flag is up; `severities` empty means any. `values` are the ones
    the form can ask for, in the order to ask; `uses` says which values the words of each channel use; `when` at which
    point of a case it is for.
    """

    id: str
    title: str
    categories: tuple[str, ...]
    values: tuple[Value, ...]
    severities: tuple[Severity, ...] = ()
    for_risk: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = (Channel.EMAIL,)
    uses: Mapping[Channel, frozenset[str]] = field(default_factory=dict, hash=False, repr=False)
    tone: str = "warm"
    when: When = When.FIRST

    def asks(self, channel: Channel | str = Channel.EMAIL) -> tuple[Value, ...]:
        """The values that the words of this channel need, in the order to ask."""
        used = self.uses.get(Channel(channel), frozenset())
        return tuple(value for value in self.values if value.name in used)


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
    *,
    category: str,
    severity: Severity,
    customer: str | None = None,
    reference: str | None = None,
    agent: str = "",
    repeated: bool = False,
    amends: str = "",
) -> dict[str, str]:
    """The values a case gives to any template. What is not known is left out.

    `update_within` is ready to follow a verb: "I will write to you within two working days", or "today".
    `category_words` is ready to follow "the": "the late delivery"; it is left out for `other`.
    `serious` is set from S3 up, `repeated` when this customer was let down before. `amends` names what is approved
    on the case, ready to follow "I have arranged": "a refund of 20.00 EUR".
    """
    values = {
        "customer": customer,
        "reference": reference,
        "agent": agent,
        "category_words": category_words(category),
        "update_within": _UPDATE_WITHIN[severity],
        "serious": "yes" if severity in (Severity.SERIOUS, Severity.CRITICAL) else "",
        "repeated": "yes" if repeated else "",
        "amends": amends,
    }
    return {name: value for name, value in values.items() if value}


_TITLES = ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "madam", "lady", "lord", "herr", "frau")


def first_name(name: str) -> str:
    """The part of a name that may stand in public: `Jane Doe` → `Jane`; nothing where it cannot be told."""
    words = name.split()
    if not words or words[0].rstrip(".").lower() in _TITLES or not all(_is_name(word) for word in words):
        return ""
    return "" if words[0].endswith(".") or len(words[0]) == 1 else words[0]


def _is_name(word: str) -> bool:
    """Whether this is a word of a name, in a script in which the first name comes first."""
    letters = word.rstrip(".").replace("'", "").replace("’", "").replace("-", "")
    return letters.isalpha() and max(letters) < "\u0530"


def choose(
    templates: Sequence[ResponseTemplate],
    *,
    category: str,
    severity: Severity,
    risks: Sequence[str] = (),
    known: frozenset[str] = frozenset(),
    channel: Channel | str = Channel.EMAIL,
    repeated: bool = False,
    used: Sequence[str] = (),
    when: Sequence[When] = (When.FIRST,),
) -> list[ResponseTemplate]:
    """The templates that have words for this channel and fit, best first.

    While a risk flag is up only the playbooks for it come, the gravest flag first; ordinary templates come again only
    where no playbook exists in any channel. So in public there may be none: then a person decides. By email there is
    always one, as long as there is a template for `other`.

    Otherwise those for the points of a case in `when`, in that order. A template for the very category goes before one
    for its first level, and that before one for `other`; one for this severity before one for any. Among equals come
    first those whose required values are all `known`; then, for a customer let down before (`repeated`), those that say
    so; then those not in `used`, the ids of the templates this agent used before, most recent first.
    """
    channel = Channel(channel)
    fitting = [template for template in templates if not template.severities or severity in template.severities]
    playbooks = [template for template in fitting if set(template.for_risk) & set(risks)]
    recency = {id: len(used) - place for place, id in reversed(list(enumerate(used)))}
    if playbooks:
        return sorted(
            (playbook for playbook in playbooks if channel in playbook.channels),
            key=lambda each: (_gravest(each, risks), _closeness(each, category) or 0, recency.get(each.id, 0), each.id),
        )
    rows = [
        (
            when.index(template.when),
            distance,
            not template.severities,
            _lacks(template, known, channel),
            repeated and "repeated" not in template.uses.get(channel, ()),
            recency.get(template.id, 0),
            template.id,
            template,
        )
        for template in fitting
        if not template.for_risk and channel in template.channels and template.when in when
        if (distance := _closeness(template, category)) is not None
    ]
    return [template for *_, template in sorted(rows, key=lambda row: row[:-1])]


_WORD = re.compile(r"\w+")


def search(templates: Sequence[ResponseTemplate], words: str) -> list[ResponseTemplate]:
    """The templates with these words in title, category, risk or id, best first; all of them for no words.

    Finding more of the words goes before finding fewer; a word of the title counts most, the beginning of one less.
    """
    wanted = list(dict.fromkeys(_WORD.findall(words.casefold())))[:20]
    if not wanted:
        return sorted(templates, key=lambda each: (each.title.casefold(), each.id))
    rows = []
    for template in templates:
        labels = [category_label(key) for key in template.categories] + [RISKS[risk] for risk in template.for_risk]
        labels.append(template.when.label)
        places = [_WORD.findall(place.casefold()) for place in (template.title, template.id, " ".join(labels))]
        scores = [
            max(_likeness(word, place) * weight for place, weight in zip(places, (4, 3, 2), strict=True))
            for word in wanted
        ]
        if any(scores):
            rows.append((-sum(map(bool, scores)), -sum(scores), template.title.casefold(), template.id, template))
    return [template for *_, template in sorted(rows, key=lambda row: row[:-1])]


def _likeness(word: str, place: Sequence[str]) -> int:
    """2 when the word stands there, 1 when one there begins like it: "deliv", or "deliveries" for "delivery"."""
    if word in place:
        return 2
    stem = word[: max(5, len(word) - 3)]
    return int(any(other.startswith(word) or (len(word) > 4 and other.startswith(stem)) for other in place))


def _closeness(template: ResponseTemplate, category: str) -> int | None:
    for distance, key in enumerate((category, category.partition(".")[0], "other")):
        if key in template.categories:
            return distance
    return None


def _gravest(template: ResponseTemplate, risks: Sequence[str]) -> int:
    order = list(RISKS)
    return min((order.index(risk) for risk in template.for_risk if risk in risks and risk in order), default=len(order))


def _lacks(template: ResponseTemplate, known: frozenset[str], channel: Channel) -> bool:
    values = template.asks(channel) if template.uses else template.values
    return any(value.required and value.name not in known for value in values)


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
            r"|unpleasant|tiresome|frightening|exhausting|stressful|galling|painful)\w*"
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


def sentences_of(text: str) -> list[str]:
    """A reply in the sentences its parts are counted in."""
    return _SENTENCE.findall(text)


def part_positions(text: str) -> dict[str, int]:
    """Recovery parts found in a reply → number of the sentence where each first stands, counted from 0.

    Parts are `acknowledge`, `apologise`, `own`, `offer_options`, `next_step` and `thanks`, recognised by simple cues;
    a conditional apology does not count. Linear in the length of the text.
    """
    return _positions([_plain(sentence) for sentence in sentences_of(text)])


def _positions(lines: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, line in enumerate(lines):
        for part, patterns in _PARTS.items():
            if part not in found and any(pattern.search(line) for pattern in patterns):
                found[part] = number
        if len(found) == len(_PARTS):
            break
    return found


def recovery_parts(text: str) -> frozenset[str]:
    """The recovery parts a reply contains; the ones that are also steps tick those steps when it was sent."""
    return frozenset(part_positions(text))


def _plain(sentence: str) -> str:
    sentence = sentence.lower()
    for short, long in _LONG_FORMS:
        sentence = sentence.replace(short, long)
    return sentence


_AMENDS = re.compile(
    r"[€$£¥] ?\d[\d.,]*|\b(?:eur|usd|gbp|chf) ?\d[\d.,]*"
    r"|\b\d[\d.,]{0,15} ?(?:[€$£¥%]|(?:eur|usd|gbp|chf|euros?|dollars?|pounds?|francs?|cents?|pence|per ?cent)\b)"
    r"|\b(?<!late )refund\w*|\b(?:reimburs|compensat|recompens)\w*|\b(?:voucher|discount|rebate|gift)s?\b"
    r"|\bgoodwill\b|\bwaiv(?:e|ed|es|ing)\b|\bcredit(?:s|ed)?\b(?! ?cards?\b)|\breplac(?:e|ed|es|ing|ements?)\b"
    r"|\bfree of charge\b|\bfor free\b|\bat no (?:extra )?(?:cost|charge)\b|\bmoney back\b|\bon the house\b"
    r"|\bfree (?:\w{1,20} )?(?:month|night|week|delivery|shipping|meal|return|collection|upgrade)s?\b"
)


def amends_in(text: str) -> tuple[str, ...]:
    """The words of a text that state a sum of money or a kind of amends."""
    return tuple(match.group() for match in _AMENDS.finditer(text.lower()))


PART_LABELS: dict[str, str] = {
    "apologise": "Apology that names what went wrong",
    "acknowledge": "Feeling or impact acknowledged",
    "own": "Somebody owns it (“I”)",
    "offer_options": "Options to choose from",
    "next_step": "Next step with a time",
    "make_amends": "Amends",
    "thanks": "Thanks and a way back",
}
"""Recovery parts of a reply, in the order of a good one → what a form says beside the tick."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply holds of a recovery. `parts` are the keys of `PART_LABELS`, each with whether it is there.

    `advice` says what to mend, in sentences for the agent; `order` holds the keys as they first stand in the reply.
    """

    parts: tuple[tuple[str, bool], ...]
    advice: tuple[str, ...]
    order: tuple[str, ...]

    @property
    def labelled(self) -> tuple[tuple[str, bool], ...]:
        """The parts by their labels, for ticks in a form."""
        return tuple((PART_LABELS[part], present) for part, present in self.parts)


_CONDITIONAL = re.compile(
    r"\b(?:sorry|apologi[sz]e|apolog(?:y|ies))(?: to you)?,? (?:if|in case|should (?:you|this|that|it|we|there|any))\b"
    r"|\b(?:sorry|apologi[sz]e|apolog(?:y|ies)) (?:for|about) any\b|\b(?:sorry|apologi[sz]e)(?: \w+){0,3},? but\b"
    r"|\bsorry (?:that )?you (?:feel|felt)\b(?! (?:unwell|ill|sick|unsafe))"
)
_APOLOGY = re.compile(_SORRY.pattern + r"(.*)", re.DOTALL)
_EMPTY_OBJECT = re.compile(
    r"(?: sincerely| deeply| again| to you)*(?: (?:for|about))?(?: (?:the|this|that|it|all|everything|your))*"
    r"(?: (?:inconveniences?|trouble|situation|issue|matter|problem))?\W*"
)
_POINTS_BACK = re.compile(r"(?: (?:for|about) (?:this|that|it))?\W*(?:\(.*)?", re.DOTALL)
_ABOUT_US = re.compile(r"\b(?:we|ours?|us|yours?|you)\b")


def read_reply(text: str) -> Reading:
    """Which parts of a recovery a reply holds, in what order, and advice where empathy does not come first.

    Advice is given when the solution comes before the acknowledgement or there is none, when the apology is
    conditional, and when nobody owns the case. A good reply gets none; so does an empty one.
    """
    lines = [_plain(sentence) for sentence in sentences_of(text)]
    found = _positions(lines)
    solution = min((found[part] for part in ("offer_options", "next_step") if part in found), default=None)
    empathy = min((found[part] for part in ("acknowledge", "apologise") if part in found), default=None)
    apology = next(
        (number for number in range(found.get("apologise", 0), len(lines)) if _is_named(lines, number)), None
    )
    amends = next((number for number, line in enumerate(lines) if amends_in(line)), None)
    for part, place in (("apologise", apology), ("make_amends", amends)):
        if place is not None:
            found[part] = place
        else:
            found.pop(part, None)
    advice = []
    if any(_CONDITIONAL.search(line) for line in lines):
        advice.append("The apology has a condition. Say what went wrong, without “if”, “any” or “but”.")
    if solution is not None and empathy is None:
        advice.append("Nothing says what this meant for the customer. Say it before the solution.")
    elif solution is not None and empathy is not None and empathy > solution:
        advice.append("The solution comes before the acknowledgement. Turn them round.")
    if "own" not in found and any(_WORD.search(line) for line in lines):
        advice.append("Nobody looks after it. Say what you do yourself: “I am asking …”, “I will …”.")
    labels = list(PART_LABELS)
    order = sorted(found, key=lambda part: (found[part], labels.index(part)))
    return Reading(tuple((part, part in found) for part in labels), tuple(advice), tuple(order))


_LEAD_IN = re.compile(r"\b(?:i|we)(?: am| are)?(?: \w+ly| so| very)?\W*$")


def _is_named(lines: Sequence[str], number: int) -> bool:
    """Whether this sentence apologises for something: after "sorry", before it, or in the sentence before."""
    line = lines[number]
    match = _APOLOGY.search(line)
    if match is None or not any(pattern.search(line) for pattern in _PARTS["apologise"]):
        return False
    if not _EMPTY_OBJECT.fullmatch(match[1]) or len(_LEAD_IN.sub("", line[: match.start()]).split()) >= 4:
        return True
    before = lines[number - 1] if number else ""
    return bool(_POINTS_BACK.fullmatch(match[1])) and len(before.split()) >= 4 and bool(_ABOUT_US.search(before))
