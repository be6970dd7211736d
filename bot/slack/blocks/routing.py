"""The message to those who can mend a cause. It names cases, never the customer's words."""

from collections.abc import Mapping

from bot.domain.case import Status
from bot.domain.routing import Routing
from bot.domain.taxonomy import category_label
from bot.flows.routing import Shown
from bot.slack.blocks.common import Block, context, date, escape, section


def message(shown: Shown, policy: Routing, links: Mapping[int, str], *, marker: str) -> tuple[str, list[Block]]:
    """Fallback text and blocks. `links` are the addresses of cards by the case's id; `marker` finds it again."""
    kind, _, key = shown.told.topic.partition(":")
    name = policy.cause_label(key) if kind == "cause" else category_label(key)
    count = f"{shown.count} {'case' if shown.count == 1 else 'cases'}"
    about = "The cause is" if kind == "cause" else "About"
    text = f"{about}: {escape(name)}. {count}."
    if not shown.count:
        blocks = [section(f"*{escape(name)}*: no case any more. What was counted here was put right.", block_id=marker)]
        return text, blocks
    lines = []
    for case, _ in shown.cases:
        reference = f"<{links[case.id]}|{case.reference}>" if case.id in links else case.reference
        state = "resolved" if case.status is Status.RESOLVED else "open"
        lines.append(f"• {reference}: {category_label(case.details.category)}, {case.details.severity.label}, {state}")
    if shown.count > len(shown.cases):
        lines.append(f"and {shown.count - len(shown.cases)} before these")
    head = f"*{escape(name)}*: {count} since {date(shown.told.started_at)}"
    why = "Root cause, as named when the case was resolved" if kind == "cause" else "Kind of complaint"
    note = f"{why}. You hear of it here once, and this message counts on. Route `{shown.told.route}` in routing.yml."
    return text, [section(head, block_id=marker), section("\n".join(lines)), context(note)]
