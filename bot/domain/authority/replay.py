"""Past decisions made again under other limits: which would have come out differently."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.domain.authority.model import NOTHING, Decision, Verdict
from bot.domain.authority.policy import Policy
from bot.domain.authority.receipts import ReceiptError, decide_again, verdict_of


@dataclass(frozen=True, slots=True)
class Flip:
    """One decision that would come out differently. `name` is what the reader calls it."""

    name: str
    before: Verdict
    after: Decision


@dataclass(slots=True)
class Replayed:
    """What other limits would have decided on the same facts, with the sums as they were then.

    Sums are in the policy's currency: `free_before` and `free_after` are goodwill that needed nobody.
    """

    currency: str
    decisions: int = 0
    flips: list[Flip] = field(default_factory=list)
    free_before: Decimal = NOTHING
    free_after: Decimal = NOTHING
    unreadable: list[str] = field(default_factory=list)

    @property
    def moves(self) -> Counter[tuple[Verdict, Verdict]]:
        """How many decisions went from which verdict to which."""
        return Counter((flip.before, flip.after.verdict) for flip in self.flips)

    @property
    def approvals_saved(self) -> int:
        """How many approvals fewer would be asked for; below zero, how many more."""
        asked = Verdict.NEEDS_APPROVAL
        fewer = sum(count for (before, _), count in self.moves.items() if before is asked)
        return fewer - sum(count for (_, after), count in self.moves.items() if after is asked)


def replay(receipts: Iterable[tuple[str, Mapping[str, Any]]], policy: Policy) -> Replayed:
    """Decide on each receipt again. A receipt that cannot be read is named with the reason, and the others go on."""
    found = Replayed(policy.currency)
    for name, receipt in receipts:
        try:
            after, before = decide_again(receipt, policy), verdict_of(receipt)
        except ReceiptError as error:
            found.unreadable.append(f"{name}: {error}")
            continue
        found.decisions += 1
        if before is not after.verdict:
            found.flips.append(Flip(name, before, after))
        goodwill = after.goodwill.amount if after.goodwill else NOTHING
        if before is Verdict.ALLOWED:
            found.free_before += goodwill
        if after.verdict is Verdict.ALLOWED:
            found.free_after += goodwill
    return found
