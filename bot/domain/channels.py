"""How each channel is listened to, and where approvals and news for the leads go."""

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How a channel is listened to."""

    REPORT = "report"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Listened:
    """One channel of `policies/channels.yml`: a name with or without `#`, or an id, as written there."""

    channel: str
    mode: Mode

    def is_channel(self, channel_id: str, channel_name: str | None) -> bool:
        """Whether this entry means the channel of this id and name."""
        written = self.channel.removeprefix("#")
        return written == channel_id or (channel_name is not None and written == channel_name.removeprefix("#"))


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels of one company, as written: what is listened to, where approvals go, and where leads hear of
    what concerns them all."""

    listened: tuple[Listened, ...]
    approvals: str
    leads: str

    def mode_of(self, channel_id: str, channel_name: str | None = None) -> Mode:
        """How this channel is listened to: off when it is not named; an entry by id goes before one by name."""
        by_id = [entry for entry in self.listened if entry.channel == channel_id]
        by_name = [entry for entry in self.listened if entry.is_channel(channel_id, channel_name)]
        return (by_id or by_name)[0].mode if by_id or by_name else Mode.OFF

    @property
    def intake(self) -> str:
        """The first channel in which each message is a report, as written: where to send people who want to report."""
        return next(entry.channel for entry in self.listened if entry.mode is Mode.REPORT)
