"""What a flow answers when it did not do what was asked: a value with a reason, not an exception."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed. `why` is for the person who asked: what is the matter and what to do next."""

    why: str


GONE = Refused("This case is not here any more. Nothing was changed.")
