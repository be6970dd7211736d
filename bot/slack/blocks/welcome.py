"""The first word in a channel: what Amends does there, and what it does not."""

from dataclasses import dataclass

from bot.domain.channels import Mode
from bot.slack.blocks.common import Block, context, section


@dataclass(frozen=True, slots=True)
class Place:
    """What the policies say of a channel. `intake` is the id of the one for reports, None when we are not in it."""

    mode: Mode
    approvals: bool = False
    leads: bool = False
    causes: bool = False
    intake: str | None = None


_MODES = {
    Mode.REPORT: "Each new message here opens a case: write what a customer is upset about, one message for each "
    "customer, with their name and order number if you know them. The thread gets a card with a reply draft. What is "
    "written in threads opens no case.",
    Mode.DETECT: "Write as always. When a message reads like a complaint, its author alone is asked whether to open a "
    "case. What nobody makes a case of is not kept.",
}


def welcome(place: Place, *, marker: str) -> tuple[str, list[Block]]:
    """Fallback text and blocks. `marker` is the first block's id."""
    said = [_MODES[place.mode]] if place.mode in _MODES else []
    if place.approvals:
        said.append(
            "Offers of amends that need somebody's yes come here. The buttons decide; typing an answer does not."
        )
    if place.leads:
        said.append("Leads hear of risks here, and of edits of `responses/` and `policies/` that cannot be used.")
    if place.causes:
        said.append("Why customers had to complain is told here, in one message for each cause.")
    if not said:
        cards = f" The card appears in <#{place.intake}>." if place.intake else ""
        said.append(
            "`policies/channels.yml` does not name this channel, so what you write here is left alone. To report a "
            f"complaint, type `/amends report` and what happened.{cards}"
        )
    text = f"Amends is here. {' '.join(said)}"
    lines = "\n".join(f"• {one}" for one in said) if len(said) > 1 else said[0]
    help_ = "`/amends help` lists what you can type. Nothing is sent to customers from Slack."
    return text, [section(f"*Amends is here.*\n{lines}", block_id=marker), context(help_)]
