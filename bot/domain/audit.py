"""The audit log: a closed list of actions, and the hash chain that shows tampering.

An action reads `subject:what-happened`. Retired actions stay in the list, so that old entries can still be read.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

START = "0" * 64
"""What the first entry of a workspace chains to."""


class Action(StrEnum):
    """Everything that can happen to a case and leaves an entry."""

    CASE_OPENED = "case:opened"
    CASE_READ = "case:read"
    CASE_TAKEN = "case:taken"
    CASE_DETAILS_CHANGED = "case:details_changed"
    CASE_RESOLVED = "case:resolved"
    CASE_REOPENED = "case:reopened"
    CASE_ASSIGNED = "case:assigned"
    CASE_WAITING = "case:waiting"
    CASE_RESUMED = "case:resumed"
    FOLLOW_UP_DONE = "followup:done"
    FOLLOW_UP_SNOOZED = "followup:snoozed"
    CUSTOMER_UNREACHABLE = "followup:customer_unreachable"
    CUSTOMER_ANSWERED = "case:customer_answered"
    CUSTOMER_OPTED_OUT = "case:customer_opted_out"
    CASE_CLOSED = "case:closed"
    ALERT_CALLED = "alert:called"
    ALERT_ACKNOWLEDGED = "alert:acknowledged"
    REPORT_EDITED = "report:edited"
    REPORT_DELETED = "report:deleted"
    DRAFT_SUGGESTED = "draft:suggested"
    DRAFT_CHOSEN = "draft:chosen"
    DRAFT_EDITED = "draft:edited"
    DRAFT_OVERRIDDEN = "draft:overridden"
    REPLY_SENT = "reply:sent"
    OFFER_DECIDED = "offer:decided"
    OFFER_FIRST_YES = "offer:first_yes"
    OFFER_APPROVED = "offer:approved"
    OFFER_DECLINED = "offer:declined"
    OFFER_COUNTERED = "offer:countered"
    OFFER_ACCEPTED = "offer:accepted"
    OFFER_WITHDRAWN = "offer:withdrawn"
    OFFER_PASSED_ON = "offer:passed_on"
    OFFER_EXPIRED = "offer:expired"
    OFFER_FROZEN = "offer:frozen"
    OFFER_DONE = "offer:done"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `seq` counts from 1 in each workspace; `who` is a Slack user id, empty for the bot itself.

    `details` is JSON text. It holds ids, values and hashes of texts, never the customer's words.
    """

    workspace: str
    seq: int
    at: datetime
    who: str
    action: Action
    subject: str
    details: str
    previous: str
    hash: str


def canonical(details: dict[str, Any]) -> str:
    """Details as JSON text that is the same for the same content."""
    return json.dumps(details, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def text_hash(text: str) -> str:
    """What the log keeps of a text: enough to prove which text it was, not to read it."""
    return hashlib.sha256(text.encode()).hexdigest()


def chained(
    previous: str, *, workspace: str, seq: int, at: datetime, who: str, action: Action, subject: str, details: str
) -> Entry:
    """The entry with its hash over everything in it and the hash before it."""
    content = json.dumps(
        [workspace, seq, at.isoformat(timespec="microseconds"), who, action, subject, details, previous]
    )
    return Entry(
        workspace, seq, at, who, action, subject, details, previous, hashlib.sha256(content.encode()).hexdigest()
    )


def first_broken(entries: Iterable[Entry], *, last_seq: int, last_hash: str) -> str | None:
    """The first broken link of one workspace's entries, in words; None when the chain is whole.

    `last_seq` and `last_hash` are what the workspace itself remembers, so that cutting off the end shows too.
    """
    previous, seq = START, 0
    for entry in entries:
        seq += 1
        name = f"entry {entry.seq} ({entry.action}, {entry.subject})"
        if entry.seq != seq:
            return f"entry {seq} is missing: the log goes on with {name}"
        if entry.previous != previous:
            return f"{name} does not follow the entry before it"
        expected = chained(
            entry.previous,
            workspace=entry.workspace,
            seq=entry.seq,
            at=entry.at,
            who=entry.who,
            action=entry.action,
            subject=entry.subject,
            details=entry.details,
        )
        if expected.hash != entry.hash:
            return f"{name} was changed after it was written"
        previous = entry.hash
    if seq < last_seq:
        return f"entry {seq + 1} is missing: the log should end with entry {last_seq}"
    if seq > last_seq or previous != last_hash:
        return f"entry {seq} is not the one the workspace remembers as its last"
    return None
