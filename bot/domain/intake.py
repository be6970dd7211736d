"""Who may send complaints by webhook: a name, a channel for the cards, and the form in which they write."""

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """What a sender's JSON looks like; `docs/intake.md` describes each."""

    JSON = "json"
    ZENDESK = "zendesk"
    FRESHDESK = "freshdesk"


@dataclass(frozen=True, slots=True)
class Source:
    """One sender. `link` is the address of a ticket with `{id}` in it, for senders that do not give one."""

    name: str
    channel: str
    form: Form
    link: str = ""

    def link_to(self, ticket: str) -> str:
        """The address of a ticket; empty when nobody said where tickets are."""
        return self.link.replace("{id}", ticket)


@dataclass(frozen=True, slots=True)
class Intake:
    """Everybody who may send."""

    sources: tuple[Source, ...] = ()

    def source(self, name: str) -> Source | None:
        """The sender of this name."""
        return next((source for source in self.sources if source.name == name), None)
