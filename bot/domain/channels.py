"""How each channel is listened to, and where approvals and news for the leads go."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.triage.guesses import COMPLAINT

QUIET = timedelta(days=7)
"""How long "Don't ask me for a while" is, where the policy does not say."""


class Mode(StrEnum):
    """How a channel is listened to.

    `report`: each new message is a complaint. `detect`: who writes what reads like one is asked whether to open a case.
    """

    REPORT = "report"
    DETECT = "detect"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Listened:
    """One channel of `policies/channels.yml`: a name with or without `#`, or an id, as written there.

    `threshold` is the score (0 to 1) from which a message of a `detect` channel reads like a complaint.
    """

    channel: str
    mode: Mode
    threshold: float = COMPLAINT

    def is_channel(self, channel_id: str, channel_name: str | None) -> bool:
        """Whether this entry means the channel of this id and name."""
        written = self.channel.removeprefix("#")
        return written == channel_id or (channel_name is not None and written == channel_name.removeprefix("#"))


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels of one company, as written: what is listened to, where approvals go, and where leads hear of
    what concerns them all.

    `quiet` is how long somebody who does not want to be asked is left alone in channels of mode `detect`.
    """

    listened: tuple[Listened, ...]
    approvals: str
    leads: str
    quiet: timedelta = QUIET

    def entry_of(self, channel_id: str, channel_name: str | None = None) -> Listened | None:
        """The entry that means this channel; one by id goes before one by name."""
        by_id = [entry for entry in self.listened if entry.channel == channel_id]
        by_name = [entry for entry in self.listened if entry.is_channel(channel_id, channel_name)]
        return next(iter(by_id or by_name), None)

    def mode_of(self, channel_id: str, channel_name: str | None = None) -> Mode:
        """How this channel is listened to: off when it is not named."""
        entry = self.entry_of(channel_id, channel_name)
        return entry.mode if entry else Mode.OFF

    @property
    def intake(self) -> str:
        """The first channel in which each message is a report, as written: where to send people who want to report."""
        return next(entry.channel for entry in self.listened if entry.mode is Mode.REPORT)
