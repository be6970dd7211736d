"""The decision on an offer: every rule is asked, and the strictest wins."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.domain.authority.caps import (
    NAMES,
    NOBODY,
    Cap,
    caps_of,
    in_sum,
    loss_of,
    lowest_of,
    share_of,
    total_of,
    who_may,
)
from bot.domain.authority.model import (
    NOTHING,
    Alternative,
    Decision,
    Effect,
    Instead,
    Left,
    Offer,
    Reason,
    Rule,
    Spent,
    Verdict,
)
from bot.domain.authority.policy import AlwaysAsk, Entitlement, Gives, Kind, Policy
from bot.domain.money import Money
from bot.domain.team import ROLES, Role

NO_POLICY = Rule("policy", "policies/authority.yml", 1)
NO_ROLE = Rule("role", "policies/team.yml", 1)

_TOP = len(ROLES) - 1
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class _Due:
    """What is still due by right under one entitlement, and how much of it needs nobody."""

    of: Entitlement
    due: Decimal
    free: Decimal


@dataclass(frozen=True, slots=True)
class _Room:
    """What limits one kind of amends on one case: the caps on goodwill, and what is due by right apart from them."""

    kind: Kind
    caps: list[Cap]
    owed: list[_Due]


def decide(offer: Offer, spent: Spent, policy: Policy | None, now: datetime) -> Decision:
    """May this person offer this now? Every rule of the policy is asked and the strictest wins.

    Anything missing or unreadable is never allowed: without a policy, or in a currency without a rate, the offer is
    refused; outside the policy's dates, or where past sums cannot be added up, somebody else has to decide.
    """
    if policy is None:
        return _refused(NO_POLICY, "There are no rules in force, so nothing can be offered: ask an admin to mend them.")
    if not policy.is_in_force(now):
        return _out_of_force(policy)
    kind = policy.kinds.get(offer.kind)
    wrong = _unfit(offer, kind, policy)
    if wrong is not None or kind is None:
        return wrong or _refused(policy.currency_rule, "There is no such kind.")
    worth = _worth(offer, kind, policy)
    room = _room(offer, kind, spent, policy)
    rank = offer.role.rank if offer.role else -1
    reasons, else_rank = _whatever_thein_sum(offer, spent, policy)
    alone = -1 if reasons or offer.role is None else rank
    kept: list[Rule] = []
    owed: list[tuple[str, Money]] = []
    goodwill, asked, people = worth, -1, 1
    if worth is None:
        reasons.append(_unknown_worth(kind, policy))
        else_rank = max(else_rank, policy.unknown.worth_to.rank)
    else:
        owed, goodwill, granted, confirmer = _split(room, worth, policy)
        reasons += granted
        else_rank = max(else_rank, confirmer)
    if goodwill:
        spoken, kept, asked = _ask_limits(room, goodwill, rank, policy)
        budget, asked = _ask_budget(goodwill, asked, rank, spent, policy)
        two = _two_people(goodwill, spent, policy)
        reasons += [*spoken, *budget, *two, *_split_warning(offer, spent, policy)]
        if two:
            people, else_rank = 2, max(else_rank, policy.approvals.lowest_role.rank)
    if offer.role is None:
        lowest = policy.approvals.lowest_role
        else_rank = max(else_rank, lowest.rank)
        reasons.append(_asks(NO_ROLE, lowest, "You have no role in team.yml"))
    refused = any(one.effect is Effect.FORBIDS for one in reasons)
    asks = not refused and (else_rank >= 0 or asked > rank)
    approver = ROLES[max(else_rank, asked, policy.approvals.lowest_role.rank)] if asks else None
    return Decision(
        verdict=Verdict.REFUSED if refused else Verdict.NEEDS_APPROVAL if asks else Verdict.ALLOWED,
        approver=approver,
        people=people if asks else 0,
        reasons=tuple(reasons),
        kept=tuple(kept),
        left=_left(room, rank, spent, policy),
        instead=_instead(offer, room, spent, policy, alone, others=refused or asks),
        goodwill=policy.money(goodwill) if goodwill is not None else None,
        owed=tuple(owed),
    )


def most_for(offer: Offer, spent: Spent, policy: Policy, now: datetime, *, role: Role) -> Money | None:
    """The most of this offer's kind that a person of this role may give on the case alone; None for any amount.

    For a counter-offer: what always asks for somebody else is not looked at, because somebody else is here. A sum of
    zero means that this role may give nothing. `spent` is what the person of this role has spent.
    """
    kind = policy.kinds.get(offer.kind)
    nothing = Money(NOTHING, _currency(offer, policy))
    if kind is None or not policy.is_in_force(now) or _forbidden(offer, policy):
        return nothing
    room = _room(replace(offer, role=role), kind, spent, policy)
    return _largest(offer, room, spent, policy, role.rank)


def _refused(rule: Rule, says: str) -> Decision:
    return Decision(Verdict.REFUSED, reasons=(Reason(rule, Effect.FORBIDS, says),))


def _out_of_force(policy: Policy) -> Decision:
    days = f"from {policy.first_day or 'ever'} to {policy.last_day or 'ever'}"
    says = f"The rules of {policy.file} are in force {days}, not today, so a manager decides."
    reason = Reason(policy.effective_rule, Effect.ASKS, says, Role.MANAGER)
    return Decision(Verdict.NEEDS_APPROVAL, approver=Role.MANAGER, people=1, reasons=(reason,))


def _unfit(offer: Offer, kind: Kind | None, policy: Policy) -> Decision | None:
    """The refusal of an offer that says nothing the rules could look at."""
    if kind is None:
        known = ", ".join(one.label.lower() for one in policy.kinds.values())
        return _refused(policy.currency_rule, f"{offer.kind[:40]!r} is no kind of amends here: choose {known}.")
    if offer.reason and offer.reason not in policy.reasons:
        return _refused(kind.rule, f"{offer.reason[:40]!r} is no reason here: choose {', '.join(policy.reasons)}.")
    if offer.amount is None and kind.gives is Gives.MONEY:
        return _refused(kind.rule, f"{kind.label} needs an amount: write one, such as 40.00 {policy.currency}.")
    if kind.gives is Gives.THING and not offer.item.strip():
        return _refused(kind.rule, f"{kind.label} needs a name: write what the customer gets.")
    if offer.amount is not None and not offer.amount.amount:
        return _refused(kind.rule, f"{offer.amount} is nothing: write more than zero.")
    if offer.amount is not None and policy.counted(offer.amount) is None:
        says = f"{offer.amount} cannot be counted in {policy.currency}: write the sum in {policy.currency}."
        return _refused(policy.currency_rule, says)
    return None


def _worth(offer: Offer, kind: Kind, policy: Policy) -> Decimal | None:
    """What the offer counts for, in the policy's currency; None for a thing of which nobody knows."""
    stated = policy.counted(offer.amount) if offer.amount is not None else None
    if kind.gives is Gives.MONEY:
        return stated
    if kind.worth is not None:
        return kind.worth if stated is None else max(stated, kind.worth)
    return stated if stated is not None or not kind.worth_is_loss else loss_of(offer, policy)


def _asks(rule: Rule, to: Role, because: str) -> Reason:
    return Reason(rule, Effect.ASKS, f"{because.rstrip('.')}: {NAMES[to]} decides.", to)


def _whatever_thein_sum(offer: Offer, spent: Spent, policy: Policy) -> tuple[list[Reason], int]:
    """What the facts say whatever the sum is, and the rank of the role somebody else must have; -1 for none."""
    reasons = _forbidden(offer, policy)
    rank = -1
    for one in policy.always_ask:
        if _always_asks(one, offer):
            because = "The complaint is about you" if one.about_requester else "Somebody else decides on such cases"
            reasons.append(_asks(one.rule, one.to, one.why or because))
            rank = max(rank, one.to.rank)
    unreadable = sorted({*spent.other_currencies, *([spent.currency] if spent.currency != policy.currency else [])})
    if unreadable:
        to = policy.approvals.lowest_role
        because = f"Earlier offers in {', '.join(unreadable)} cannot be counted in {policy.currency}"
        reasons.append(_asks(policy.currency_rule, to, because))
        rank = max(rank, to.rank)
    return reasons, rank


def _always_asks(one: AlwaysAsk, offer: Offer) -> bool:
    if one.about_requester:
        return offer.about is not None and offer.about == offer.by
    return one.when.is_about(offer.kind, offer.category, offer.severity, offer.risks, offer.reason)


def _unknown_worth(kind: Kind, policy: Policy) -> Reason:
    because = f"What this {kind.label.lower()} costs is not known (write it, if you know it)"
    return _asks(policy.unknown.worth_rule, policy.unknown.worth_to, because)


def _two_people(goodwill: Decimal, spent: Spent, policy: Policy) -> list[Reason]:
    over = policy.approvals.two_people_over
    total = total_of(spent.case) + goodwill
    if over is None or total <= over:
        return []
    says = f"This makes {in_sum(total, policy)} on one case; over {in_sum(over, policy)} two people must say yes."
    return [Reason(policy.approvals.two_people_rule, Effect.ASKS, says, policy.approvals.lowest_role)]


def _forbidden(offer: Offer, policy: Policy) -> list[Reason]:
    facts = (offer.kind, offer.category, offer.severity, offer.risks, offer.reason)
    return [Reason(one.rule, Effect.FORBIDS, one.why) for one in policy.never if one.when.is_about(*facts)]


def _room(offer: Offer, kind: Kind, spent: Spent, policy: Policy) -> _Room:
    return _Room(kind, caps_of(offer, kind, spent, policy), _entitled(offer, kind.key, spent, policy))


def _entitled(offer: Offer, kind: str, spent: Spent, policy: Policy) -> list[_Due]:
    """What is due by right on this case and was not given yet."""
    found = []
    for one in policy.entitlements:
        if one.when.is_about(kind, offer.category, offer.severity, offer.risks, offer.reason):
            pays = one.pays if one.pays is not None else share_of(loss_of(offer, policy), one.percent_of_loss, policy)
            given = spent.owed.get(one.rule.id, NOTHING)
            due = (pays or NOTHING) - given
            if due > 0:
                free = due if one.ask_over is None else min(max(one.ask_over - given, NOTHING), due)
                found.append(_Due(one, due, free))
    return sorted(found, key=lambda due: due.of.rule.id)


def _split(room: _Room, worth: Decimal, policy: Policy) -> tuple[list[tuple[str, Money]], Decimal, list[Reason], int]:
    """The sum in what is due by right, by entitlement, and the goodwill that remains; what entitlements say about it.

    Last comes the rank of the role that confirms the facts behind a large sum; -1 for none.
    """
    parts, rest = _parts(room.owed, worth)
    owed: list[tuple[str, Money]] = []
    reasons: list[Reason] = []
    rank = -1
    for one, part in zip(room.owed, parts, strict=True):
        if not part:
            continue
        paid, rule = policy.money(part), one.of.rule
        owed.append((rule.id, paid))
        reasons.append(Reason(rule, Effect.GRANTS, f"{paid} is due by right ({one.of.label}) and uses up no limit."))
        if part > one.free:
            to = policy.approvals.lowest_role
            rank = max(rank, to.rank)
            because = (
                f"More than {in_sum(one.of.ask_over or NOTHING, policy)} by right ({one.of.label}) is confirmed first"
            )
            reasons.append(_asks(rule, to, because))
    return owed, rest, reasons, rank


def _parts(owed: list[_Due], worth: Decimal) -> tuple[list[Decimal], Decimal]:
    """How much of a sum falls under each right, and what remains: first all that needs nobody, then the rest."""
    parts = [NOTHING] * len(owed)
    for limits in ([one.free for one in owed], [one.due for one in owed]):
        for place, limit in enumerate(limits):
            more = min(limit - parts[place], worth)
            parts[place] += more
            worth -= more
    return parts, worth


def _ask_limits(room: _Room, goodwill: Decimal, rank: int, policy: Policy) -> tuple[list[Reason], list[Rule], int]:
    """What the limits say, the rules that were kept, and the rank of the lowest role all of them let through."""
    reasons: list[Reason] = []
    kept: list[Rule] = []
    needed, mine = 0, max(rank, 0)
    asked = in_sum(goodwill, policy)
    for cap in room.caps:
        total = cap.used + goodwill
        lowest = cap.lowest(total)
        needed = max(needed, lowest)
        if lowest <= mine:
            kept += cap.rules
            continue
        begin = f"{asked} is too much"
        if cap.used:
            given = f"with the {in_sum(cap.used, policy)} given before this makes {in_sum(total, policy)}"
            begin = f"{asked} more is too much ({given})"
        for place, limit in enumerate(cap.limits):
            reaches = lowest_of(limit.most, total)
            if reaches <= mine:
                kept.append(limit.rule)
                continue
            role = None if reaches == NOBODY else ROLES[reaches]
            says = begin + cap.too_much(place, mine if role else _TOP, reaches, policy)
            if cap.refusal:
                says = f"{cap.refusal}{who_may(reaches, policy)}" if role else cap.refusal
            reasons.append(Reason(limit.rule, Effect.ASKS if role else Effect.FORBIDS, says, role, cap.leads_only))
    return reasons, kept, needed


def _ask_budget(goodwill: Decimal, needed: int, rank: int, spent: Spent, policy: Policy) -> tuple[list[Reason], int]:
    """What the team's month says, and the rank that is needed once it was looked at."""
    budget = policy.budget
    if budget is None or budget.per_month is None or needed >= NOBODY:
        return [], needed
    total = spent.month + goodwill
    made = f"{in_sum(total, policy)} of the team's {in_sum(budget.per_month, policy)} for this month"
    if total > budget.per_month:
        raised = min(needed + 1, _TOP)
        says = f"This makes {made}: over it, every offer goes one role higher."
        effect = Effect.ASKS if raised > rank else Effect.WARNS
        return [Reason(budget.rule, effect, says, ROLES[raised] if raised > rank else None)], raised
    if total * _HUNDRED >= budget.per_month * budget.warn_at:
        return [Reason(budget.rule, Effect.WARNS, f"This makes {made}.")], needed
    return [], needed


def _split_warning(offer: Offer, spent: Spent, policy: Policy) -> list[Reason]:
    warning = policy.split_warning
    if warning is None or spent.near + 1 < warning.offers:
        return []
    says = (
        f"This is offer {spent.near + 1} by the same person for this customer or case in {warning.days} days: "
        f"look whether one offer was cut in pieces."
    )
    return [Reason(warning.rule, Effect.WARNS, says, None, leads_only=True)]


def _left(room: _Room, rank: int, spent: Spent, policy: Policy) -> tuple[Left, ...]:
    """What is left of each budget for this person; of several rules of one sort, the tightest."""
    found: dict[tuple[str, int | None, bool], Left] = {}
    for cap in room.caps:
        most = cap.least[max(rank, 0)]
        counts = cap.offers_left is not None
        if cap.name in ("kind", "unknown customer") or (most is None and not counts):
            continue
        left = None if counts or most is None else max(most - cap.used, NOTHING)
        key = (cap.name, cap.days, counts)
        known = found.get(key)
        if known is None or (left is not None and known.left is not None and left < known.left):
            limit = None if counts else most
            rule = next((one.rule for one in cap.limits if one.most[max(rank, 0)] == most), cap.rules[0])
            found[key] = Left(cap.name, rule, limit, cap.used, left, cap.days, cap.offers_left, cap.leads_only)
    budget = policy.budget
    if budget is not None and budget.per_month is not None:
        left = max(budget.per_month - spent.month, NOTHING)
        found["month", None, False] = Left("month", budget.rule, budget.per_month, spent.month, left)
    return tuple(found.values())


def _instead(offer: Offer, room: _Room, spent: Spent, policy: Policy, rank: int, *, others: bool) -> Instead:
    """What a person of this rank may give alone; rank -1 is nobody."""
    if rank < 0:
        return Instead(Money(NOTHING, _currency(offer, policy)))
    largest = _largest(offer, room, spent, policy, rank)
    if not others:
        return Instead(largest, largest is None)
    kinds = []
    for kind in policy.kinds.values():
        other = replace(offer, kind=kind.key, item=offer.item or kind.label)
        worth = _worth(other, kind, policy) if kind.key != offer.kind and not _forbidden(other, policy) else None
        if worth is None or any(_always_asks(one, other) for one in policy.always_ask):
            continue
        space = _room(other, kind, spent, policy)
        most = _most_counted(space, spent, policy, rank)
        if most is None or worth <= most:
            kinds.append(Alternative(kind.key, _largest(other, space, spent, policy, rank)))
    return Instead(largest, largest is None, tuple(kinds))


def _largest(offer: Offer, room: _Room, spent: Spent, policy: Policy, rank: int) -> Money | None:
    most = _most_counted(room, spent, policy, rank)
    if most is not None and room.kind.worth is not None and most < room.kind.worth:
        most = NOTHING
    return None if most is None else policy.largest_in(_currency(offer, policy), most)


def _most_counted(room: _Room, spent: Spent, policy: Policy, rank: int) -> Decimal | None:
    """The most this rank may give alone, what is due by right and goodwill together; None for any amount."""
    by_right = sum((one.free for one in room.owed), NOTHING)
    if any(one.free < one.due for one in room.owed):
        return by_right
    own = _least(room, spent, policy, rank)
    budget = policy.budget
    if budget is not None and budget.per_month is not None and rank < _TOP:
        below = _least(room, spent, policy, rank - 1) if rank else NOTHING
        month = max(budget.per_month - spent.month, NOTHING)
        if below is not None:
            roof = max(below, month)
            own = roof if own is None else min(own, roof)
    return None if own is None else own + by_right


def _least(room: _Room, spent: Spent, policy: Policy, rank: int) -> Decimal | None:
    """The most goodwill the caps leave this rank, never below zero; None for any amount."""
    spaces = [most - cap.used for cap in room.caps if (most := cap.least[rank]) is not None]
    if policy.approvals.two_people_over is not None:
        spaces.append(policy.approvals.two_people_over - total_of(spent.case))
    return max(min(spaces), NOTHING) if spaces else None


def _currency(offer: Offer, policy: Policy) -> str:
    """The currency to answer in: the offer's where it can be counted, else the policy's."""
    named = offer.amount.currency if offer.amount else policy.currency
    return named if named in policy.rates else policy.currency
