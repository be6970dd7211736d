"""A sender's JSON → Complaint: our own form, and what Zendesk and Freshdesk send."""

import difflib
import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.complaint import MAX_TEXT, Complaint, Door, clean
from bot.domain.intake import Form, Source
from bot.domain.taxonomy import category_keys

LONGEST_ID, LONGEST_VALUE, LONGEST_URL = 120, 150, 500
"""Characters of the sender's own id, of a name or reference, and of a link."""

CLOCKS_DIFFER = timedelta(minutes=5)

FIELDS = ("id", "text", "customer", "reference", "category", "url", "created_at")
"""What our own form may hold; `docs/intake.md` explains each."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What the sender has to mend: field → what is wrong and what to do. The empty field is the whole body."""

    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ignored:
    """Understood, and nothing to open a case for."""

    why: str


Read = Complaint | Faults | Ignored


def read(source: Source, body: bytes, channel: str, *, now: datetime) -> Read:
    """The complaint in a body, for the card's channel (an id)."""
    try:
        given = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        return Faults((("", "is not UTF-8: encode the JSON as UTF-8"),))
    except (ValueError, RecursionError):
        return Faults((("", "is not JSON, or is nested too deeply: send one JSON object"),))
    if not isinstance(given, dict):
        return Faults((("", "is not a JSON object: send {…}"),))
    return _READERS[source.form](source, given, channel, now)


def _json(source: Source, given: dict[str, Any], channel: str, now: datetime) -> Read:
    faults = {name: _unknown(name) for name in given if name not in FIELDS}
    found: dict[str, str] = {}
    for name in FIELDS:
        value = given.get(name)
        if value is None or value == "":
            if name in ("id", "text"):
                faults[name] = "missing: add it"
            continue
        if name == "id" and isinstance(value, int) and not isinstance(value, bool):
            value = _digits(value)
        if not isinstance(value, str):
            faults[name] = f"must be text, not {_kind(value)}"
        elif fault := _fault(name, clean(value).strip(), now):
            faults[name] = fault
        else:
            found[name] = clean(value).strip()
    if faults:
        return Faults(tuple(sorted(faults.items())))
    return _complaint(source, found, channel)


def _zendesk(source: Source, given: dict[str, Any], channel: str, now: datetime) -> Read:
    """A ticket event of Zendesk: `{"type": "zen:event-type:ticket.created", "detail": {…}}`."""
    kind, detail = given.get("type"), given.get("detail")
    if not isinstance(kind, str) or not kind.startswith("zen:event-type:"):
        return Faults((("type", "is not an event of Zendesk: subscribe the webhook to Ticket created"),))
    if kind != "zen:event-type:ticket.created":
        return Ignored("only zen:event-type:ticket.created opens a case")
    if not isinstance(detail, dict):
        return Faults((("detail", f"must be an object, not {_kind(detail)}"),))
    return _ticket(
        source, detail, ("detail.id", "detail.subject", "detail.description", "", "", "detail.created_at"), channel, now
    )


def _freshdesk(source: Source, given: dict[str, Any], channel: str, now: datetime) -> Read:
    """What a Freshdesk automation sends: `{"freshdesk_webhook": {"ticket_id": …}}`."""
    ticket = given.get("freshdesk_webhook")
    if not isinstance(ticket, dict):
        fault = "missing: choose JSON and the ticket's fields in the automation's webhook"
        return Faults((("freshdesk_webhook", fault),))
    at = "freshdesk_webhook.ticket_"
    names = (f"{at}id", f"{at}subject", f"{at}description", f"{at}contact_name", f"{at}url", f"{at}created_at")
    return _ticket(source, ticket, names, channel, now)


def _ticket(source: Source, ticket: Mapping[str, Any], names: tuple[str, ...], channel: str, now: datetime) -> Read:
    """A help desk's ticket. What is not essential and does not fit is left out: nobody there can mend it."""
    values = [_plain(ticket.get(name.rpartition(".")[2])) if name else "" for name in names]
    number, subject, description, customer, url, created_at = values
    faults = []
    if fault := _fault("id", number, now) if number else "missing: add it":
        faults.append((names[0], fault))
    text = description if description.startswith(subject) else f"{subject}\n\n{description}".strip()
    if not text:
        faults.append((names[2], "missing: add it"))
    if faults:
        return Faults(tuple(faults))
    found = {"id": number, "text": text[:MAX_TEXT], "customer": customer[:LONGEST_VALUE]}
    found |= {
        name: value
        for name, value in (("url", url), ("created_at", created_at))
        if value and not _fault(name, value, now)
    }
    return _complaint(source, found, channel)


_READERS: dict[Form, Callable[[Source, dict[str, Any], str, datetime], Read]] = {
    Form.JSON: _json,
    Form.ZENDESK: _zendesk,
    Form.FRESHDESK: _freshdesk,
}


def _complaint(source: Source, found: Mapping[str, str], channel: str) -> Complaint:
    written = found.get("created_at")
    return Complaint(
        source=f"intake:{source.name}:{found['id']}",
        door=Door.WEBHOOK,
        text=found["text"],
        channel=channel,
        thread_ts=None,
        reporter=None,
        customer=" ".join(found.get("customer", "").split()),
        reference=" ".join(found.get("reference", "").split()),
        category=found.get("category", ""),
        link=found.get("url") or source.link_to(found["id"]),
        said_at=datetime.fromisoformat(written) if written else None,
    )


def _fault(name: str, value: str, now: datetime) -> str | None:
    """What is wrong with one value, and what to do."""
    limits = {"id": LONGEST_ID, "customer": LONGEST_VALUE, "reference": LONGEST_VALUE, "url": LONGEST_URL}
    if name in limits and len(value) > limits[name]:
        return f"is {len(value):,} characters long: at most {limits[name]}"
    if not value:
        return "is blank: fill it or leave it out"
    if name == "id" and not re.fullmatch(r"[A-Za-z0-9._:@/+=#-]+", value):
        return "must be of letters, digits and . _ : @ / + = # -: send the id your system uses"
    if name == "category" and value not in category_keys():
        near = difflib.get_close_matches(value, category_keys(), 1, cutoff=0.5)
        return f"{value[:60]!r} is not one of ours: " + (f"did you mean {near[0]}?" if near else "leave it out")
    if name == "url" and not re.fullmatch(r"https?://[!-;=?-{}~]+", value):
        return "is not an address: it starts with https://, without spaces, <, > or |"
    return _fault_of_time(value, now) if name == "created_at" else None


def _fault_of_time(value: str, now: datetime) -> str | None:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return "is not a time: write it like 2026-03-02T09:30:00Z"
    if at.tzinfo is None:
        return "has no zone: write it like 2026-03-02T09:30:00Z"
    if at.timestamp() > (now + CLOCKS_DIFFER).timestamp():
        return "is in the future: send the time at which the customer wrote"
    return "is before 1970: send the time at which the customer wrote" if at.timestamp() < 0 else None


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_ENDS_LINE = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol"}


def without_markup(text: str) -> str:
    """The words of an HTML text, a line for each paragraph; what is no HTML stays as it is."""
    spaced = _TAG.sub(lambda tag: "\n" if tag[2].lower() in _ENDS_LINE else "", text)
    lines = (" ".join(line.split()) for line in html.unescape(spaced).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _plain(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return _digits(value)
    return without_markup(clean(value)) if isinstance(value, str) else ""


def _digits(value: int) -> str:
    return str(value) if abs(value) < 10**LONGEST_ID else "9" * (LONGEST_ID + 1)


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name[:60], FIELDS, 1)
    return "unknown field: " + (f"did you mean {near[0]}?" if near else "remove it")


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), "nothing")
