"""The approval card, its forms, and the reminders about it."""

from bot.domain.approval import Step
from bot.domain.authority import Effect
from bot.domain.case import Case
from bot.domain.money import Money
from bot.domain.offer import Answer, Comparable, History, Offered, OfferState, in_words
from bot.domain.taxonomy import RISKS, category_label
from bot.domain.team import Role
from bot.flows.approval_card import AGENT_DAYS, CUSTOMER_DAYS, ApprovalCard
from bot.flows.waiting import Waiting
from bot.slack.blocks.common import (
    Block,
    Name,
    actions,
    button,
    confirm,
    context,
    date,
    escape,
    form,
    literal,
    mrkdwn,
    one_line,
    section,
    shorten,
    text_input,
)
from bot.slack.blocks.offers import answers, left, reasons, stand, what, why_frozen
from bot.slack.ids import Field, Form, Press

COMPLAINT_SHOWN = 300

_HEADS = {
    OfferState.PENDING: "Approval wanted",
    OfferState.FROZEN: "Frozen",
    OfferState.COUNTERED: "Another sum offered",
    OfferState.APPROVED: "Approved",
    OfferState.ALLOWED: "Allowed",
    OfferState.DECLINED: "Declined",
    OfferState.WITHDRAWN: "Withdrawn",
    OfferState.EXPIRED: "Expired: nobody answered in time",
}


def card(shown: ApprovalCard, link: str | None, *, marker: str) -> tuple[str, list[Block]]:
    """The approval card's fallback text and blocks: all the facts while it waits, who decided what afterwards."""
    case, offered = shown.case, shown.offered
    reference = f"<{link}|{case.reference}>" if link else case.reference
    heading = _HEADS[offered.state]
    if offered.state is OfferState.FROZEN:
        heading += f": {why_frozen(case, offered)}"
    head = f"*{heading}*  ·  {reference}  ·  *{what(offered)}*  ·  asked by <@{offered.by}>"
    blocks: list[Block] = [section(head, block_id=marker)]
    fallback = escape(f"{heading}: {case.reference}, ") + what(offered)
    if offered.state not in (OfferState.PENDING, OfferState.FROZEN):
        why = f"\n>{escape(one_line(offered.why, 500))}" if offered.why else ""
        if offered.state is OfferState.COUNTERED:
            why += f"\n<@{offered.by}> takes this sum or does without."
        return fallback, [*blocks, section(stand(offered) + why), *_answers(shown)]
    blocks += [*_risks(shown), _facts(shown), *literal(shorten(case.complaint.text, COMPLAINT_SHOWN))]
    if offered.note:
        blocks += literal(shorten(f"In the agent's words: {offered.note}", 1000))
    spoke = [one for one in shown.decision.reasons if one.effect is not Effect.GRANTS] or shown.decision.reasons
    if spoke:
        blocks.append(section(shorten(reasons(spoke), 2900)))
    blocks.append(context(shorten("\n".join(_background(shown)), 1900)))
    return fallback, [*blocks, *_answers(shown), _buttons(case, offered)]


def _risks(shown: ApprovalCard) -> list[Block]:
    risks = shown.case.details.risks
    names = ", ".join(RISKS.get(risk, risk) for risk in risks)
    return [section(f":warning: *Risk: {names}*")] if risks else []


def _facts(shown: ApprovalCard) -> Block:
    case, offered, decision = shown.case, shown.offered, shown.decision
    needs = (decision.approver or Role.LEAD).value
    people = f"two people, {needs} or above" if decision.people > 1 else f"{needs} or above"
    fields = [
        ("Customer", escape(one_line(case.details.customer or case.details.reference, 100)) or "not known"),
        ("Case", f"{category_label(case.details.category)}, {case.details.severity} {case.details.severity.label}"),
        ("Lost or paid", str(offered.loss) if offered.loss else "not known"),
        ("Reason", escape(shown.reason) or "not said"),
        ("Who decides", people),
        ("Answer by", date(offered.deadline) if offered.deadline and offered.state.is_open else "as soon as you can"),
    ]
    if case.details.about:
        fields.append(("About a colleague", f"<@{case.details.about}>"))
    return {"type": "section", "fields": [mrkdwn(f"*{name}*\n{value}") for name, value in fields]}


def _background(shown: ApprovalCard) -> list[str]:
    found = [
        f"*Customer, {CUSTOMER_DAYS} days:* {_history(shown.customer)}",
        f"*<@{shown.offered.by}>, {AGENT_DAYS} days:* {_history(shown.agent)}",
        f"*Like cases:* {_comparable(shown.comparable)}",
    ]
    if budgets := left(shown.decision.left):
        found.append(f"*Left:* {'  ·  '.join(budgets)}")
    return found


def _history(history: History) -> str:
    if not history.offers and not history.declined:
        return "nothing before"
    declined = f", {history.declined} declined" if history.declined else ""
    offers = "1 offer" if history.offers == 1 else f"{history.offers} offers"
    return f"{offers}, {history.total} of goodwill{declined}"


def _comparable(found: Comparable) -> str:
    if not found.offers:
        return "none yet of this category and severity"
    if found.offers == 1:
        return f"one, {found.median}"
    return f"{found.offers}, median {found.median}, from {found.least} to {found.most}"


def _answers(shown: ApprovalCard) -> list[Block]:
    words = {Answer.YES: "yes", Answer.NO: "no", Answer.COUNTER: "another sum"}
    said = [
        f"{words[each.answer]} of <@{each.by}>{f', who stood in for <@{each.lent_by}>,' if each.lent_by else ''} "
        f"{date(each.at)}"
        for each in shown.answers
    ]
    is_news = len(said) > 1 or any(each.lent_by for each in shown.answers) or shown.offered.state is OfferState.PENDING
    return [context("  ·  ".join(said))] if said and is_news else []


def waiting(each: Waiting, *, name: Name, link: str | None) -> list[Block]:
    """An offer that waits for an answer, in a list: one line that calls nobody, and the buttons that answer it.

    `link` leads to its approval card, which holds the facts.
    """
    case, offered = each.case, each.offered
    reference = f"<{link}|{case.reference}>" if link else case.reference

    def called(person: str) -> str:
        if person == case.details.about:
            return "the colleague whom the complaint is about"
        return escape(one_line(name(person), 60))

    stands = _WAITS[offered.state]
    if offered.state is OfferState.FROZEN:
        stands += f", because {why_frozen(case, offered)}; a lead decides"
    parts = [f"*{reference}*", what(offered), stands]
    if offered.state is OfferState.COUNTERED and offered.decided_by:
        parts[-1] += f" by {called(offered.decided_by)}"
    if offered.deadline and offered.state.is_open:
        parts.append(f"until {date(offered.deadline)}")
    parts.append(f"asked by {called(offered.by)}")
    about = f"{case.reference}: {in_words(offered)}"
    if offered.state is OfferState.COUNTERED:
        return [section("  ·  ".join(parts)), actions(*answers(offered), about=about)]
    return [section("  ·  ".join(parts)), _buttons(case, offered, about=about)]


_WAITS = {
    OfferState.PENDING: "waits for approval",
    OfferState.FROZEN: ":snowflake: frozen",
    OfferState.COUNTERED: "another sum offered",
}


def _buttons(case: Case, offered: Offered, *, about: str = "") -> Block:
    question = confirm(
        "Approve?",
        one_line(f"{_sum(offered.amount)} for {case.reference} may be given to the customer.", 290),
        yes="Approve",
    )
    buttons = [
        button("Approve", Press.APPROVE, offered.id, style="primary", confirm=question),
        button("Decline", Press.DECLINE, offered.id, style="danger"),
    ]
    if offered.amount is not None:
        buttons.append(button("Counter-offer", Press.COUNTER, offered.id))
    return actions(*buttons, about=about)


def _sum(amount: Money | None) -> str:
    return str(amount) if amount else "This"


def decline_form(reference: str, offered: Offered, place: str) -> Block:
    """The form behind Decline."""
    return form(
        Form.DECLINE,
        "Decline",
        [
            section(f"*{what(offered)}* on {reference}"),
            text_input(Field.WHY, "Why", multiline=True, limit=1000, hint="Who offered reads this."),
        ],
        submit="Decline",
        about=f"{offered.id}:{place}",
    )


def counter_form(reference: str, offered: Offered, place: str) -> Block:
    """The form behind Counter-offer."""
    return form(
        Form.COUNTER,
        "Counter-offer",
        [
            section(f"*{what(offered)}* on {reference}"),
            text_input(
                Field.AMOUNT,
                "Your sum",
                limit=60,
                hint=f"No more than {offered.amount}, and no more than you may give yourself.",
            ),
            text_input(
                Field.WHY, "Why", multiline=True, limit=1000, hint="Who offered reads this, and takes it or not."
            ),
        ],
        submit="Offer this",
        about=f"{offered.id}:{place}",
    )


def reminder(reference: str, offered: Offered, step: Step, approvers: str) -> str:
    """A reminder under the approval card, as mrkdwn."""
    until = f" Answer by {date(offered.deadline)}." if offered.deadline else ""
    called = "nobody has answered yet, so this comes to you" if step is Step.CALL_HIGHER else "this still waits"
    return f"{approvers or 'Approvers'}: {called}: *{what(offered)}* on {reference}.{until}"


PRESS = "Typing does not decide on an offer, because nobody could prove it later. Press *Approve* on the card above."
