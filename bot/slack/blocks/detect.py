"""The question that only the author of a message sees."""

from collections.abc import Sequence

from bot.domain.feedback import Question
from bot.slack.blocks.common import Block, actions, button, context, escape, one_line, section
from bot.slack.ids import Press

ASKED = "This reads like a complaint. Open a case?"


def question(asked: Question, because: Sequence[str]) -> tuple[str, list[Block]]:
    """Fallback text and blocks. `because` are the words of the message that made us ask."""
    blocks = [
        section(f"*{ASKED}* The card with a reply draft will be in the thread of your message."),
        actions(
            button("Open case", Press.OPEN, asked.id, style="primary"),
            button("Not a complaint", Press.NOT_A_COMPLAINT, asked.id),
            button("Don't ask me for a while", Press.QUIET, asked.id),
        ),
    ]
    if because:
        words = ", ".join(f"“{escape(one_line(word, 40))}”" for word in because[:4])
        blocks.insert(1, context(f"Asked because of {words}. Only you see this."))
    return ASKED, blocks
