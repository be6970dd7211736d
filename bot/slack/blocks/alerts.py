"""The message to the leads about a risk.

It names the risk, never the customer's words: the channel may be open to many.
"""

from collections.abc import Sequence

from bot.domain.case import Case, Status
from bot.domain.taxonomy import RISKS, category_label
from bot.flows.alerts import Raised
from bot.slack.blocks.common import Block, actions, button, context, date, section
from bot.slack.ids import Press


def alert(
    raised: Raised, *, link: str | None, leads: Sequence[str], waits: bool, again: bool, marker: str
) -> tuple[str, list[Block]]:
    """Fallback text and blocks. `leads` are mentions of those to be called while it `waits` for one of them.

    `again` is the second call; `marker` is the first block's id.
    """
    case, still = raised.case, raised.still
    name = f"<{link}|{case.reference}>" if link else f"{case.reference} in <#{case.complaint.channel}>"
    if not still:
        gone = _names(raised.alert.risks)
        text = f"Risk taken back on {case.reference}: {gone}."
        return text, [section(f":white_check_mark: *{name}*: risk taken back ({gone}).", block_id=marker)]
    what = "No lead has answered yet. Risk" if again and waits else "Risk"
    text = f"{what} on {case.reference}: {_names(still)}. {_standing(case, plain=True)}"
    calls = f"{' '.join(leads)} " if leads and waits else ""
    head = (
        f":rotating_light: *{what} on {name}: {_names(still)}*\n{calls}{category_label(case.details.category)}, "
        f"{case.details.severity} {case.details.severity.label}. {_standing(case)}"
    )
    blocks = [section(head, block_id=marker), context(*_notes(raised, waits=waits, again=again))]
    buttons = []
    if case.owner is None and case.status is not Status.RESOLVED:
        buttons.append(button("Take case", Press.TAKE, case.id, style="primary"))
    if waits:
        buttons.append(button("I look after this", Press.ACKNOWLEDGE, raised.alert.id))
    if buttons:
        blocks.append(actions(*buttons))
    return text, blocks


def _notes(raised: Raised, *, waits: bool, again: bool) -> list[str]:
    alert = raised.alert
    notes = [f"Raised {date(alert.raised_at)}. The card shows the playbook; nothing is to be offered or admitted."]
    if gone := [risk for risk in alert.risks if risk not in raised.still]:
        notes.append(f"Taken back: {_names(gone)}.")
    if alert.acknowledged_by and alert.acknowledged_at:
        notes.append(f"<@{alert.acknowledged_by}> looks after it since {date(alert.acknowledged_at)}.")
    elif waits and not again:
        notes.append(f"All leads are called {date(alert.calls_again_at)} unless one of them looks after it by then.")
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
