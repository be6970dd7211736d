"""The workspace that everything here plays in: its names, channels and people."""

from dataclasses import dataclass

WORKSPACE = "T0BENCH"
BOT_USER, BOT = "U0AMENDS", "B0AMENDS"
TOKEN, SECRET = "xoxb-benchmark", "a-signing-secret-of-the-benchmarks"
USERS = ("U0ANA", "U0BEN", "U0CLEO", "U0DORA", "U0EMIL")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that Amends is in."""

    id: str
    name: str


CHANNELS = tuple(Channel(f"C{number:05d}", f"reports-{number:03d}") for number in range(300))
LISTENED = 30
"""Amends takes reports in the first of the channels; all of them can receive cards."""
