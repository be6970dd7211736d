"""The message to the leads about a risk.

It names the risk, never the customer's words: the channel may be open to many.
"""

from collections.abc import Sequence

from bot.domain.case import Case, Status
from bot.domain.taxonomy import RISKS, category_label
from bot.flows.alerts import Raised
from bot.slack.blocks.common import Block, actions, button, context, date, section
from bot.slack.ids import Press


def alert(raised: Raised, *, link: str | None, leads: Sequence[str], marker: str) -> tuple[str, list[Block]]:
    """Fallback text and blocks. `leads` are mentions of those to be called; `marker` is the first block's id."""
    case, then = raised.case, raised.alert.risks
    still = [risk for risk in then if risk in case.details.risks]
    name = f"<{link}|{case.reference}>" if link else f"{case.reference} in <#{case.complaint.channel}>"
    if not still:
        text = f"Risk taken back on {case.reference}: {_names(then)}."
        blocks = [section(f":white_check_mark: *{name}*: risk taken back ({_names(then)}).", block_id=marker)]
        return text, blocks
    text = f"Risk on {case.reference}: {_names(still)}. {_standing(case, plain=True)}"
    calls = f"{' '.join(leads)} " if leads and _waits(case) else ""
    head = (
        f":rotating_light: *Risk on {name}: {_names(still)}*\n{calls}{category_label(case.details.category)}, "
        f"{case.details.severity} {case.details.severity.label}. {_standing(case)}"
    )
    blocks = [section(head, block_id=marker)]
    notes = [
        f"Raised {date(raised.alert.raised_at)}. The card shows the playbook; nothing is to be offered or admitted."
    ]
    if gone := [risk for risk in then if risk not in still]:
        notes.append(f"Taken back: {_names(gone)}.")
    blocks.append(context(*notes))
    if _waits(case):
        blocks.append(actions(button("Take case", Press.TAKE, case.id, style="primary")))
    return text, blocks


def _waits(case: Case) -> bool:
    return case.owner is None and case.status is not Status.RESOLVED


def _standing(case: Case, *, plain: bool = False) -> str:
    """Who is on it."""
    if case.status is Status.RESOLVED:
        return "Resolved."
    if case.owner is None:
        return "Nobody has it yet."
    return "Somebody has it." if plain else f"<@{case.owner}> has it."


def _names(risks: Sequence[str]) -> str:
    return ", ".join(RISKS.get(risk, risk) for risk in risks)
