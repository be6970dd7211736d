"""An order, booking, invoice or account number, where the text has it."""

import re

from bot.domain.triage.guesses import Guess

_NUMBER = r"(?P<number>[A-Za-z]{0,6}[-_]?[0-9][A-Za-z0-9_-]{0,29}|[A-Za-z]{1,6}-[A-Za-z0-9-]{1,24})"
_COUNTED = "minutes?|hours?|days?|weeks?|months?|years?|times?|people|items?|pieces?|am|pm"
_NOT_A_COUNT = rf"(?![\w%€$£])(?!\s*(?:{_COUNTED})\b)"
_THING = "order|booking|reservation|invoice|account|acct|acc|reference|ref|confirmation|contract|customer|cust|client"
_NR = r"(?:no\.?|nr\.?|number|num|id|code)"
_REFERENCES = tuple(
    re.compile(rule, re.IGNORECASE | re.ASCII)
    for rule in (
        rf"\b(?:{_THING})\b(?:(?:[ \t]*{_NR})?[ \t]*[:#.][ \t]*#?|[ \t]+{_NR}[ \t]+(?:is[ \t]+)?){_NUMBER}",
        rf"\b(?:{_THING})[ \t]+(?=[A-Za-z0-9_-]{{3}}){_NUMBER}{_NOT_A_COUNT}",
        rf"(?<![\w&#])#{_NUMBER}",
        rf"\b(?:ticket|case|complaint)\b[ \t]*{_NR}?[ \t]*[:#]?[ \t]*{_NUMBER}{_NOT_A_COUNT}",
    )
)


def reference_in(clean: str) -> Guess | None:
    """An order, booking, invoice or account number; a bare number after # next; a ticket last."""
    for pattern in _REFERENCES:
        for match in pattern.finditer(clean):
            value = match["number"].rstrip("-_")
            if any(letter.isdigit() for letter in value):
                return Guess(value, (" ".join(match.group().rstrip("-_").split()),))
    return None
