"""Decisions proved afterwards: every receipt decided again, and every offer held against what the log says of it."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.content.authority import policy_of_text
from bot.content.files import ContentError
from bot.domain.audit import Action, Entry
from bot.domain.authority import Policy, ReceiptError, decide_again, is_same
from bot.store import approvals, audit, receipts
from bot.store.db import Session

_ANSWERS = (Action.OFFER_FIRST_YES, Action.OFFER_APPROVED, Action.OFFER_DECLINED, Action.OFFER_COUNTERED)


class Proof:
    """Goes through one workspace's log. `faults` names each entry or row that does not hold; `receipts` counts."""

    def __init__(self, session: Session, workspace: str) -> None:
        self._session, self._workspace = session, workspace
        self._policies: dict[tuple[str, str], Policy | str] = {}
        self.receipts = 0
        self.faults = [*self._entries(), *self._rows()]

    def _entries(self) -> Iterator[str]:
        """Faults of entries; remembers the last word on each offer, and who answered."""
        self._last: dict[int, dict[str, Any]] = {}
        self._answered: set[tuple[int, str]] = set()
        for entry in audit.entries_of(self._session, self._workspace):
            if not entry.action.startswith("offer:"):
                continue
            name = f"entry {entry.seq} ({entry.action}, {entry.subject})"
            try:
                details = json.loads(entry.details)
            except ValueError:
                yield f"{name} cannot be read"
                continue
            if details.get("offer"):
                self._last[details["offer"]] = details
                if entry.action in _ANSWERS:
                    self._answered.add((details["offer"], entry.who))
                self._answered -= {(details["offer"], person) for person in details.get("taken_back", ())}
            if "receipt" in details:
                self.receipts += 1
                why = self._why_not(details["receipt"], entry)
                if why:
                    yield f"{name}: {why}"

    def _why_not(self, receipt: dict[str, Any], entry: Entry) -> str | None:
        """Why a receipt does not hold."""
        policy = self._policy(receipt)
        if isinstance(policy, str):
            return policy
        try:
            decision = decide_again(receipt, policy)
        except ReceiptError as error:
            return f"its receipt cannot be read ({error})"
        return None if is_same(receipt, decision) else "its decision is not what the rules and sums in its receipt give"

    def _policy(self, receipt: dict[str, Any]) -> Policy | str:
        """The policy a receipt names, or why there is none."""
        try:
            digest = str(receipt["policy"]["hash"])
            reasons = receipt["decision"]["reasons"]
            file = next((str(one["file"]) for one in reasons if one["file"].endswith("authority.yml")), "")
        except (KeyError, TypeError, AttributeError):
            return "its receipt cannot be read"
        key = (digest, file)
        if key not in self._policies:
            self._policies[key] = self._read(digest, file or "policies/authority.yml")
        return self._policies[key]

    def _read(self, digest: str, file: str) -> Policy | str:
        text = receipts.policy_text(self._session, digest)
        if text is None:
            return f"the policy {digest[:12]} it was decided by is missing"
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            return f"the policy {digest[:12]} it was decided by was changed after it was written"
        try:
            return policy_of_text(Path(file), text)
        except ContentError as error:
            return f"the policy {digest[:12]} it was decided by cannot be read ({error.problems[0]})"

    def _rows(self) -> Iterator[str]:
        """Faults of offers and answers: what the tables say and the log does not."""
        for row in receipts.facts_of_all(self._session, self._workspace):
            known = self._last.pop(row.id, None)
            if known is None:
                yield f"offer {row.id}: the log knows nothing of it"
                continue
            said = {name: known.get(name) for name in ("kind", "amount", "state")}
            stands = {"kind": row.kind, "amount": row.amount, "state": row.state}
            for name, value in stands.items():
                if said[name] != value:
                    yield f"offer {row.id}: its {name} is {value}, and the log says {said[name]}"
        for missing in self._last:
            yield f"offer {missing}: the log tells of it, and it is missing"
        answered = approvals.answers_of_all(self._session, self._workspace)
        for offer, person in sorted(answered ^ self._answered):
            where = "the log knows nothing of it" if (offer, person) in answered else "it is missing"
            yield f"the answer of {person} to offer {offer}: {where}"
        for currency, running, added in receipts.sums_of_all(self._session, self._workspace):
            if running != added:
                yield f"running sums in {currency}: they come to {running}, and the offers to {added}"
