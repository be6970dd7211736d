"""How often each response template was suggested, and what became of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """One template's drafts, counted. `chosen` counts the sent ones too; `edited` those sent in other words."""

    template_id: str
    suggested: int = 0
    chosen: int = 0
    passed_over: int = 0
    sent: int = 0
    edited: int = 0

    @property
    def edited_share(self) -> float | None:
        """The share of its sent replies that were edited first, from 0 to 1; None when none was sent."""
        return self.edited / self.sent if self.sent else None
