"""A workspace with the bot at work in it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.demo import bot_process
from bot.local_slack import LocalSlack, Message, Mode, shown
from bot.processes import Child, free_port, wait_until

FIRST_PORT = 20_000 + os.getpid() % 10_000  # test runs side by side look for ports in different places


@dataclass
class Desk:
    """A workspace with the bot at work in it."""

    slack: LocalSlack
    bot: Child

    def report(self, text: str, user: str = "ana") -> Message:
        """Post a complaint in #complaints."""
        return self.slack.post(user, "complaints", text)

    def card(self, report: Message, seconds: float = 10.0) -> Message:
        """Wait for the one message with which the bot answers a report."""
        return wait_until(lambda: self.slack.replies(report), seconds, f"A card under {report['text'][:60]!r}")[0]

    def card_shows(self, report: Message, words: str, seconds: float = 10.0) -> None:
        """Wait until the card under a report holds these words."""
        wait_until(
            lambda: any(words in shown(card) for card in self.slack.replies(report)), seconds, f"{words!r} on the card"
        )


def open_desk(program: Path, folder: Path, mode: Mode, policies: Path | None = None) -> Iterator[Desk]:
    """Start a workspace and the bot in it, by these policies or the shipped ones; stop both."""
    folder.mkdir(exist_ok=True)
    port = free_port(FIRST_PORT)
    bot_port = free_port(port + 1) if mode == "events" else 0
    with LocalSlack(program, folder, port, mode=mode, bot_port=bot_port) as slack:
        bot = bot_process(slack, folder, policies=policies)
        try:
            slack.start_bot(bot)
            yield Desk(slack, bot)
        finally:
            bot.stop()
