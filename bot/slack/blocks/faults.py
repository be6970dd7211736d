"""The message to the leads about an edit of the content that cannot be used."""

from bot.domain.faults import Fault
from bot.slack.blocks.common import Block, context, date, literal, one_line, section

MOST_SHOWN = 10
LONGEST_PROBLEM = 280


def fault(shown: Fault, *, marker: str) -> tuple[str, list[Block]]:
    """Fallback text and blocks. `marker` is the first block's id."""
    lines = [one_line(problem, LONGEST_PROBLEM) for problem in shown.problems[:MOST_SHOWN]]
    if len(shown.problems) > MOST_SHOWN:
        lines.append("… and more: amends check lists all of them.")
    problems = literal("\n".join(lines))
    if shown.mended_at is not None:
        text = "Mended: the edited files are in force."
        headline = (
            f":white_check_mark: *Mended {date(shown.mended_at)}.* The edited files are in force. What was wrong:"
        )
        return text, [section(headline, block_id=marker), *problems]
    text = "An edit in responses/ or policies/ cannot be used: the last good version stays in force."
    headline = (
        ":warning: *An edit in `responses/` or `policies/` cannot be used.* The last good version stays in force."
    )
    advice = (
        f"Noticed {date(shown.found_at)}. Mend what is named above, or undo the edit: this message will say when "
        "all is well. To see it before it is live, run `amends check`. A restart needs files without faults."
    )
    return text, [section(headline, block_id=marker), *problems, context(advice)]
