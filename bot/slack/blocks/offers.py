"""Offers of amends: the form, what the rules say to it, an offer on the case's card, and what became of it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.domain.authority import Decision, Effect, Gives, Left, Policy, Reason, Verdict
from bot.domain.case import Case
from bot.domain.offer import Offered, OfferState, Wanted, in_words
from bot.domain.taxonomy import category_label
from bot.domain.team import Role
from bot.slack.blocks.common import (
    Block,
    actions,
    button,
    confirm,
    context,
    date,
    escape,
    form,
    label,
    one_line,
    section,
    select_input,
    shorten,
    text_input,
)
from bot.slack.ids import OFFERING, Field, Form, Press

MOST_SHOWN = 4
"""Offers that a case's card shows in full; a message holds 50 blocks."""

DECISION = "decision"
"""The block of the form that says what the rules say."""

_STATES = {
    OfferState.PENDING: ":hourglass_flowing_sand: waits for approval",
    OfferState.ALLOWED: ":white_check_mark: allowed",
    OfferState.APPROVED: ":white_check_mark: approved",
    OfferState.DECLINED: ":x: declined",
    OfferState.COUNTERED: ":left_right_arrow: another sum offered",
    OfferState.WITHDRAWN: "withdrawn",
    OfferState.EXPIRED: ":alarm_clock: expired without an answer",
    OfferState.FROZEN: ":snowflake: frozen",
}
_ROLES = {Role.AGENT: "an agent", Role.SENIOR: "a senior", Role.LEAD: "a lead", Role.MANAGER: "a manager"}
_BUDGETS = {"offer": "this kind", "case": "this case", "day": "today", "loss": "of the loss", "month": "team's month"}


def what(offered: Offered | Wanted) -> str:
    """An offer in a few words, as mrkdwn: `refund of 40.00 EUR`, `gift: a voucher (15.00 EUR)`."""
    return escape(in_words(offered))


def offer_form(
    case: Case, policy: Policy, wanted: Mapping[str, str], decision: Decision | str, role: Role | None
) -> Block:
    """The form behind Offer amends. `wanted` holds what is in its fields, `decision` what the rules say, or a hint."""
    chosen = wanted.get(Field.KIND) or next(iter(policy.kinds))
    kind = policy.kinds.get(chosen)
    is_thing = kind is not None and kind.gives is Gives.THING
    kinds = [(one.key, one.label) for one in policy.kinds.values()]
    fields = [
        context(f"*{case.reference}*  ·  {category_label(case.details.category)}  ·  {case.details.severity}"),
        select_input(Field.KIND, "What", kinds, chosen=chosen),
    ]
    if is_thing:
        item = wanted.get(Field.ITEM, "")
        fields.append(text_input(Field.ITEM, "Which", value=item, limit=200, hint="What the customer gets."))
    fields += [
        text_input(
            Field.AMOUNT,
            "What it costs us" if is_thing else "Amount",
            value=wanted.get(Field.AMOUNT, ""),
            optional=is_thing,
            limit=60,
            hint=f"Such as 40 or 40.00 {policy.currency}." + (" Leave it empty if nobody knows." if is_thing else ""),
        ),
        *_said(decision, role),
        text_input(
            Field.LOSS,
            "What the customer lost or paid",
            value=wanted.get(Field.LOSS, ""),
            optional=True,
            limit=60,
            hint="Some limits are a share of it.",
        ),
        select_input(Field.OFFER_REASON, "Reason", policy.reasons.items(), chosen=wanted.get(Field.OFFER_REASON, "")),
        text_input(
            Field.NOTE,
            "Why, in your own words",
            value=wanted.get(Field.NOTE, ""),
            multiline=True,
            optional=True,
            limit=1000,
            hint="Whoever decides reads this.",
        ),
    ]
    for block in fields:
        if block.get("block_id") in OFFERING:
            block["dispatch_action"] = True
            if block["element"]["type"] == "plain_text_input":
                block["element"]["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    return form(Form.OFFER, "Offer amends", fields, submit="Offer", about=case.id)


def _said(decision: Decision | str, role: Role | None) -> list[Block]:
    if isinstance(decision, str):
        return [section(shorten(f":grey_question: {escape(decision)}", 2900), block_id=DECISION)]
    blocks = [section(shorten(f"{verdict(decision)}\n{reasons(decision.reasons_for(role))}", 2900), block_id=DECISION)]
    notes = [*_instead(decision), *left(decision.left_for(role))]
    return [*blocks, context(shorten("  ·  ".join(notes), 1900))] if notes else blocks


def verdict(decision: Decision) -> str:
    """What the rules say, in one line of mrkdwn."""
    if decision.verdict is Verdict.ALLOWED:
        return ":white_check_mark: *Allowed.* You may give this without asking."
    if decision.verdict is Verdict.REFUSED:
        return ":no_entry: *Not possible.*"
    who = "two people" if decision.people > 1 else _ROLES[decision.approver or Role.LEAD]
    lowest = f" ({_ROLES[decision.approver or Role.LEAD]} or above)" if decision.people > 1 else ""
    return f":hourglass_flowing_sand: *Needs the yes of {who}*{lowest}. You can offer it; it waits until then."


def reasons(several: Sequence[Reason]) -> str:
    """The rules that spoke, a line each, with where they are written."""
    marks = {Effect.GRANTS: "•", Effect.ASKS: "•", Effect.FORBIDS: "•", Effect.WARNS: ":warning:"}
    return "\n".join(
        f"{marks[one.effect]} {escape(one.says)}  `{escape(one.rule.file)}:{one.rule.line}`" for one in several
    )


def _instead(decision: Decision) -> list[str]:
    """What would be allowed, where this is not."""
    if decision.verdict is Verdict.ALLOWED:
        return []
    largest = decision.instead.largest
    found = []
    if largest is not None:
        found.append(
            f"*Without asking:* up to {largest}" if largest.amount else "*Without asking:* nothing of this kind"
        )
    others = [
        f"{one.kind.replace('_', ' ')}{f' up to {one.largest}' if one.largest else ''}"
        for one in decision.instead.kinds
    ]
    if others:
        found.append(f"*Needs nobody:* {', '.join(others)}")
    return found


def left(several: Sequence[Left]) -> list[str]:
    """What is left of each budget."""
    found = []
    for one in several:
        name = f"customer, {one.days} days" if one.name == "customer" else _BUDGETS.get(one.name, one.name)
        if one.offers_left is not None:
            found.append(f"{name}: {one.offers_left} offers left")
        elif one.left is not None and one.limit is not None:
            found.append(f"{name}: {figure(one.left)} of {figure(one.limit)} left")
    return found


def figure(amount: Decimal) -> str:
    """A sum without its currency, without coins where there are none."""
    return f"{int(amount)}" if amount == int(amount) else f"{amount:f}"


def outcome_view(text: str) -> Block:
    """What the form turns into once the offer was made."""
    return {
        "type": "modal",
        "title": label("Offer amends"),
        "close": label("Close"),
        "blocks": [section(shorten(text, 2900))],
    }


def made(reference: str, offered: Offered, decision: Decision | None, role: Role | None) -> str:
    """The answer to somebody who offered, as mrkdwn."""
    name = f"*{what(offered)}* on {reference}"
    if offered.state is OfferState.ALLOWED:
        said = (
            f":white_check_mark: {name} is allowed. The draft on the card may name it now. When the customer has it, "
        )
        return said + "press *Mark as done* on the card."
    if offered.state is OfferState.PENDING:
        until = f" until {date(offered.deadline)}" if offered.deadline else ""
        why = f"\n{reasons(decision.reasons_for(role))}" if decision else ""
        return f":hourglass_flowing_sand: {name} waits for approval{until}. You hear of it in the case's thread.{why}"
    return f"{name} is {offered.state} already."


def not_allowed(decision: Decision, role: Role | None) -> str:
    """Why an offer was not made, as plain text for under a field."""
    said = " ".join(f"{one.says} ({one.rule.file}:{one.rule.line})" for one in decision.reasons_for(role))
    instead = "; ".join(part.replace("*", "") for part in _instead(decision))
    return shorten(f"{said} {instead}".strip(), 1900)


def on_card(several: Sequence[Offered]) -> list[Block]:
    """The offers of a case on its card: those that count with their buttons, the last ones of the rest in a line."""
    counting = [each for each in several if each.state.counts][-MOST_SHOWN:]
    others = [each for each in several if each not in counting]
    blocks: list[Block] = []
    for each in counting:
        blocks.append(section(f"*Amends*  ·  {line(each)}"))
        if buttons := _buttons(each):
            blocks.append(actions(*buttons))
    if others:
        blocks.append(context(shorten("Amends before: " + "; ".join(line(each) for each in others[-3:]), 1900)))
    return blocks


def line(offered: Offered) -> str:
    """One offer and where it stands, as mrkdwn."""
    return f"{what(offered)}  ·  {stand(offered)}  ·  asked by <@{offered.by}>"


def stand(offered: Offered) -> str:
    """Where an offer stands, who decided it and when, as mrkdwn."""
    parts = [_STATES[offered.state]]
    if offered.asked and offered.amount and offered.asked != offered.amount:
        parts[0] += f" ({offered.asked} was asked for)"
    if offered.decided_by and offered.state is not OfferState.ALLOWED:
        parts.append(f"by <@{offered.decided_by}>{f' {date(offered.decided_at)}' if offered.decided_at else ''}")
    if offered.state.is_open and offered.deadline:
        parts.append(f"until {date(offered.deadline)}")
    if offered.is_done and offered.done_at:
        reference = f" ({escape(one_line(offered.done_reference, 60))})" if offered.done_reference else ""
        parts.append(f"done by <@{offered.done_by}> {date(offered.done_at)}{reference}")
    return "  ·  ".join(parts)


def _buttons(offered: Offered) -> list[Block]:
    if offered.is_done:
        return []
    take_back = button(
        "Withdraw",
        Press.WITHDRAW,
        offered.id,
        confirm=confirm("Withdraw?", f"The {_plain(offered)} is taken back.", yes="Withdraw", no="Keep"),
    )
    if offered.state.is_given:
        return [button("Mark as done", Press.GIVEN, offered.id, style="primary"), take_back]
    if offered.state is OfferState.COUNTERED:
        return answers(offered)
    return [take_back]


def answers(offered: Offered) -> list[Block]:
    """The buttons of somebody who was offered another sum."""
    return [
        button(
            f"Take {offered.amount}",
            Press.ACCEPT,
            offered.id,
            style="primary",
            confirm=confirm("Take this sum?", f"The customer gets a {_plain(offered)}.", yes="Take it"),
        ),
        button("Do without", Press.TURN_DOWN, offered.id),
    ]


def _plain(offered: Offered) -> str:
    return one_line(in_words(offered), 200)


def news(case: Case, offered: Offered) -> tuple[str, list[Block]]:
    """What became of an offer, told to who made it: text and buttons."""
    name, why = (
        f"*{what(offered)}* on {case.reference}",
        f"\n>{escape(one_line(offered.why, 500))}" if offered.why else "",
    )
    by = f" by <@{offered.decided_by}>" if offered.decided_by else ""
    told = {
        OfferState.APPROVED: f"{name} was approved{by}. The draft on the card may name it now. When the customer "
        "has it, press *Mark as done* there.",
        OfferState.DECLINED: f"{name} was declined{by}.{why}\nOffer something else on the card, or talk to them.",
        OfferState.COUNTERED: f"For {case.reference}, <@{offered.decided_by}> offers a *{what(offered)}* in place of "
        f"{offered.asked or 'what you asked for'}.{why}\nTake it or do without"
        f"{f' until {date(offered.deadline)}' if offered.deadline else ''}.",
        OfferState.EXPIRED: f"Nobody answered in time, so {name} has expired. Offer it again if it is still "
        "needed, and tell a lead that it waits.",
        OfferState.FROZEN: f"{name} is frozen, because {why_frozen(case, offered)}. Do not give it or write of it "
        "before a lead has decided.",
        OfferState.WITHDRAWN: f"{name} was withdrawn{by}. Do not give it or write of it.",
    }
    text = f"<@{offered.by}> {told.get(offered.state, f'{name} is {offered.state}.')}"
    return text, answers(offered) if offered.state is OfferState.COUNTERED else []


def why_frozen(case: Case, offered: Offered) -> str:
    """Why an offer that was decided needs a lead's yes again."""
    about = case.details.about
    if about and (about in (offered.by, offered.decided_by) or not case.details.risks):
        return "the complaint is about who made it or decided on it"
    return "a risk came up on the case"


def settled(case: Case, offered: Offered) -> str:
    """What a message that asked about another sum says once that is answered."""
    return f"*{what(offered)}* on {case.reference}: {stand(offered)}"


def done_form(case: Case, offered: Offered, place: str) -> Block:
    """The form behind Mark as done."""
    return form(
        Form.GIVEN,
        "Mark as done",
        [
            section(f"*{what(offered)}* on {case.reference}: the customer has it."),
            text_input(
                Field.PAYMENT,
                "Reference",
                optional=True,
                limit=200,
                hint="Of the payment, the credit or the shipment, so that others find it.",
            ),
        ],
        submit="Done",
        about=f"{offered.id}:{place}",
    )
