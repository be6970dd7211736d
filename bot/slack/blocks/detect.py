"""The question that only the author of a message sees."""

from collections.abc import Sequence

from bot.domain.feedback import Question
from bot.domain.taxonomy import RISKS
from bot.domain.triage import Guess
from bot.slack.blocks.common import Block, actions, button, context, escape, one_line, section
from bot.slack.ids import Press

ASKED = "This reads like a complaint. Open a case?"


def question(asked: Question, because: Sequence[str], risks: Sequence[Guess] = ()) -> tuple[str, list[Block]]:
    """Fallback text and blocks. `because` are the words that made us ask, `risks` what leads are to hear of."""
    names = ", ".join(RISKS[risk.value] for risk in risks)
    text = f"This reads like a risk: {names}. Open a case?" if risks else ASKED
    told = "The leads will hear of it, and the card" if risks else "The card with a reply draft"
    blocks = [
        section(f"*{text}* {told} will be in the thread of your message."),
        actions(
            button("Open case", Press.OPEN, asked.id, style="primary"),
            button("Not a complaint", Press.NOT_A_COMPLAINT, asked.id),
            button("Don't ask me for a while", Press.QUIET, asked.id),
        ),
    ]
    if because:
        words = ", ".join(f"“{escape(one_line(word, 40))}”" for word in because[:4])
        blocks.insert(1, context(f"Asked because of {words}. Only you see this."))
    return text, blocks
