"""The rows a scorer is trained on: own messages, public messages of open licences, and both told second-hand."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.triage import labels

HERE = Path(__file__).parent
_CATEGORIES = {name[0]: name for name in labels.CATEGORIES} | {"?": None}
_SEVERITIES = {name[0]: name for name in labels.SEVERITIES} | {"?": None}


@dataclass(frozen=True)
class Row:
    """One labelled message. `group` keeps a message and its rewritten twin on one side of a split."""

    text: str
    complaint: bool
    category: str | None
    severity: str | None
    risk: tuple[str, ...]
    source: str
    group: str
    weight: float = 1.0


def own_rows(folder: Path = HERE / "messages") -> list[Row]:
    """The messages written for this project: `category severity risks | text`, or `- kind | text` for no complaint."""
    rows = []
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            head, bar, text = line.partition(" | ")
            marks = head.split()
            if not bar or not text.strip() or marks[:1] == [] or (marks[0] != "-" and len(marks) < 2):
                raise SystemExit(f"{path}:{number}: write `category severity | text` or `- kind | text`")
            rows.append(_own(marks, text.replace("\\n", "\n"), f"{path}:{number}"))
    return rows


def _own(marks: list[str], text: str, where: str) -> Row:
    if marks[0] == "-":
        return Row(text, False, None, None, (), "own", _group(text))
    risks = tuple(risk for mark in marks[2:] for risk in mark.split(",") if risk in labels.RISKS)
    try:
        category, severity = _CATEGORIES[marks[0]], _SEVERITIES[marks[1]]
    except KeyError as error:
        raise SystemExit(f"{where}: {error.args[0]!r} is no category or severity") from None
    return Row(text, True, category, severity, risks, "own", _group(text))


def rows_of_file(path: Path) -> list[Row]:
    """Rows of a JSON Lines file with `text`, `complaint`, `category`, `severity` and perhaps `risk` and `source`."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        risk = tuple(row.get("risk") or ())
        source = row.get("source") or "slack"
        rows.append(
            Row(row["text"], row["complaint"], row["category"], row["severity"], risk, source, _group(row["text"]))
        )
    return rows


def _group(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_SHAPES = (
    "customer says {told}",
    "Customer: {text}",
    "> {text}",
    "New ticket #{number} from {name}: {text}",
    "Caller says {told}",
    'just had {name} on the phone: "{text}"',
    "{name} wrote in: {text}",
    "Forwarding this one:\n> {text}",
    "*Zendesk* New ticket #{number}\n*From:* {name}\n{text}",
    "client tells me {told}",
    '"{text}" (email, {name})',
    "Web form: {text}",
)
_NAMES = ("Ana Ruiz", "Mr Holt", "Mrs Osei", "Jun Park", "Lena Vogt", "Sam Adeyemi", "Ms Costa", "Tom Baird")
_TOLD = {
    "i": "she", "i'm": "she's", "i've": "she's", "i'd": "she'd", "i'll": "she'll", "my": "her", "me": "her",
    "mine": "hers", "myself": "herself", "we": "they", "our": "their", "us": "them", "am": "is", "your": "our",
    "you": "we",
}  # fmt: skip
_PRONOUN = re.compile(r"[A-Za-z']+")


def retold(row: Row) -> Row:
    """The same message as a colleague would pass it on. Which shape is chosen depends on the text alone."""
    number = int(row.group[:8], 16)
    shape = _SHAPES[number % len(_SHAPES)]
    told = _PRONOUN.sub(lambda word: _TOLD.get(word.group().lower(), word.group()), row.text)
    name = _NAMES[number // 16 % len(_NAMES)]
    text = shape.format(text=row.text, told=told[:1].lower() + told[1:], name=name, number=number % 90_000 + 10_000)
    return replace(row, text=text)


def training_rows(*, slack: bool = True) -> list[Row]:
    """All rows in a fixed order, weighted: a message as it is seen in Slack counts more than a customer's own words."""
    return list(_weighted(own_rows(), rows_of_file(HERE / "slack.jsonl") if slack else [], public_rows()))


def public_rows() -> list[Row]:
    """The messages of other people's data sets; `README.md` beside them names licences and credits."""
    return rows_of_file(HERE / "public.jsonl")


_OWN, _PUBLIC, RETOLD = 2.0, 3.0, 1.5
"""How much a row counts: our own, of the public ones, and these once more as a colleague would pass them on."""
_RETELLABLE = frozenset({"banking77", "nlupp", "multidogo", "cfpb", "uci-sentences"})


def _weighted(own: list[Row], slack: list[Row], public: list[Row]) -> Iterator[Row]:
    for row in (*own, *slack):
        yield replace(row, weight=_OWN)
    for row in public:
        yield replace(row, weight=_PUBLIC)
        if row.source in _RETELLABLE:
            yield replace(retold(row), weight=RETOLD)
