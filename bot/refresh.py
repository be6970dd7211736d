"""Edited content taken up while the bot runs; the leads are told of an edit that cannot be used."""

import structlog

from bot.content.bundle import Library
from bot.flows.faults import mend_fault, report_fault
from bot.slack.house import House

log = structlog.get_logger(__name__)

MOST_LOGGED = 10
"""Problems of one edit that the log names."""


class Refresh:
    """Looks for edits. One for each process; not for several threads."""

    def __init__(self, library: Library, house: House) -> None:
        self._library, self._house = library, house
        self._seen: tuple[str, ...] = ()
        self._told: tuple[str, ...] | None = None

    def look(self) -> None:
        """Take up what was edited since the last look.

        The leads are told when an edit is still broken at the next look: a file that was being written is not news.
        Raises what the database and Slack raise; the next look tries again.
        """
        if problems := self._library.refresh():
            shown = [str(problem) for problem in problems[:MOST_LOGGED]]
            log.error("content.kept_last_good", count=len(problems), problems=shown)
        before, self._seen = self._seen, self._library.problems
        if self._seen != self._told and (self._seen == before or not self._seen):
            self._tell(self._seen)

    def _tell(self, problems: tuple[str, ...]) -> None:
        house, workspace = self._house, self._house.me.workspace
        if problems:
            channel = house.leads_channel()
            if channel is None:
                log.warning("content.nobody_told", reason="Amends is in no channel that policies/channels.yml names")
            else:
                with house.transaction() as session:
                    done = report_fault(session, workspace, problems, channel=channel, now=house.now())
                if done is None:
                    return
        else:
            with house.transaction() as session:
                mend_fault(session, workspace, now=house.now())
        self._told = problems
        house.wake()
