"""The message to the leads about a risk.

It names the risk, never the customer's words: the channel may be open to many.
"""

from collections.abc import Sequence

from bot.domain.case import Case, Status
from bot.domain.taxonomy import RISKS, category_label
from bot.flows.alerts import Raised
from bot.slack.blocks.common import Block, actions, button, context, date, mention_of, section
from bot.slack.ids import Press


def alert(
    raised: Raised, number: int, *, link: str | None, waits: bool, is_next_alone: bool, marker: str
) -> tuple[str, list[Block]]:
    """Fallback text and blocks of a call, 0 for the first, which names those it called while it `waits` for a lead.

    `is_next_alone` says that the next call is one lead's, not that of all; `marker` is the first block's id.
    """
    case, still, call = raised.case, raised.still, raised.call(number)
    name = f"<{link}|{case.reference}>" if link else f"{case.reference} in <#{case.complaint.channel}>"
    if not still:
        gone = _names(raised.alert.risks)
        text = f"Risk taken back on {case.reference}: {gone}."
        return text, [section(f":white_check_mark: *{name}*: risk taken back ({gone}).", block_id=marker)]
    what = "No lead has answered yet. Risk" if number and waits else "Risk"
    text = f"{what} on {case.reference}: {_names(still)}. {_standing(case, plain=True)}"
    called = [who for who in call.called if who != case.details.about] if call and waits else []
    calls = "".join(f"{mention_of(who)} " for who in called)
    head = (
        f":rotating_light: *{what} on {name}: {_names(still)}*\n{calls}{category_label(case.details.category)}, "
        f"{case.details.severity} {case.details.severity.label}. {_standing(case)}"
    )
    blocks = [
        section(head, block_id=marker),
        context(*_notes(raised, number, waits=waits, is_next_alone=is_next_alone)),
    ]
    buttons = []
    if case.owner is None and case.status is not Status.RESOLVED:
        buttons.append(button("Take case", Press.TAKE, case.id, style="primary"))
    if waits:
        buttons.append(button("I look after this", Press.ACKNOWLEDGE, raised.alert.id))
    if buttons:
        blocks.append(actions(*buttons))
    return text, blocks


def _notes(raised: Raised, number: int, *, waits: bool, is_next_alone: bool) -> list[str]:
    alert = raised.alert
    notes = [f"Raised {date(alert.raised_at)}. The card shows the playbook; nothing is to be offered or admitted."]
    if gone := [risk for risk in alert.risks if risk not in raised.still]:
        notes.append(f"Taken back: {_names(gone)}.")
    if alert.acknowledged_by and alert.acknowledged_at and alert.acknowledged_by != raised.case.details.about:
        notes.append(f"<@{alert.acknowledged_by}> looks after it since {date(alert.acknowledged_at)}.")
    elif waits and (call := raised.call(number)) and call.next_at and call == raised.calls[-1]:
        who = "The next lead is" if is_next_alone else "All leads are"
        notes.append(f"{who} called {date(call.next_at)} unless one looks after it by then.")
    return notes


def _standing(case: Case, *, plain: bool = False) -> str:
    """Who is on it."""
    if case.status is Status.RESOLVED:
        return "Resolved."
    if case.owner is None:
        return "Nobody has it yet."
    return "Somebody has it." if plain else f"<@{case.owner}> has it."


def _names(risks: Sequence[str]) -> str:
    return ", ".join(RISKS.get(risk, risk) for risk in risks)
