"""A fault: an edit of the content that cannot be used while the bot runs."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """One spell of broken content, from the first broken edit until all files are right again.

    `channel` is where it is told. `problems` are what is wrong with the files now, each `file:line: field: what to do`.
    `mended_at` is None while the last good version is in force.
    """

    id: int
    channel: str
    problems: tuple[str, ...]
    found_at: datetime
    mended_at: datetime | None = None
