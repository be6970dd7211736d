"""The customer's name, where the text has it."""

import re
from collections.abc import Sequence

from bot.domain.triage.guesses import Guess


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _set("""
    dr frau herr madame miss mme monsieur mr mrs ms mx prof señor señora signor signora
""")
_CALLED = _set("""
    buyer caller client customer guest klant kunde member passenger patient subscriber tenant
""")
_SPOKEN = {
    "with": "phone call spoke speaking chat email",
    "to": "spoke speaking talked talking",
    "by": "reported raised",
}
_FROM = _set("""
    call chat complaint contact email feedback heard letter mail message news note report review ticket word
""")
_CUES = _TITLES | _CALLED | set(_SPOKEN) | {"from", "name"}
_PARTICLES = _set("""
    al bin da de del della den der di dos ibn la le van von
""")
_NO_NAMES = _set("""
    a account again also an and april are at august booking but called caller calls care claims client complained
    complains complaint complaints customer date dear december email experience facing february for friday from fw
    fwd got guest had has have he hello her hi his how i id if in invoice is it january july june just march may
    miss monday mr mrs ms my name never new no not november number october of on or order orders our parcel per
    phone please re reference refund relations reported reports said saturday say says september service she so
    still subject success sunday support team that the their these they this those thursday ticket to today
    tuesday urgent via vip want wants was we wednesday were what when who why with yesterday you your
""")


def customer_in(clean: str, tokens: Sequence[re.Match[str]], words: Sequence[str]) -> Guess | None:
    """A name after a word such as "customer" or "Mrs", or a full name before a reference, a thing or a verb."""
    for at in (place for place, word in enumerate(words) if word in _CUES):
        token, word, before = tokens[at], words[at], words[at - 1] if at else ""
        start = at + 1
        if word in _TITLES:
            fits = token.group()[0].isupper()
        elif word in _SPOKEN:
            fits = before in _SPOKEN[word]
        elif word == "from":
            line = clean[max(0, token.start() - 80) : token.start()].rpartition("\n")[2]
            fits = before in _FROM or not line.strip(" >-:")
        elif word == "name":
            fits = before in ("customer", "guest", "client", "my", "full")
            start += words[start : start + 1] == ["is"]
        else:
            fits = True
        name = _name_at(clean, tokens, start) if fits else []
        if name and not (word == "from" and len(name) == 1):
            first = token if word in _TITLES else name[0]
            value, cue = (clean[begin.start() : name[-1].end()].removesuffix("'s") for begin in (first, token))
            return Guess(" ".join(value.split()), (" ".join(cue.split()),))
    for full in _FULL_NAME.finditer(clean):
        if not {word.lower() for word in full.group(1).split()} & _NO_NAMES:
            return Guess(full.group(1), (" ".join(full.group().split()),))
    return None


_FULL_NAME = re.compile(
    r"\b([A-Z][\w-]{1,30} [A-Z][\w-]{1,30})(?:"
    r"(?: \(|, )(?:(?:order|booking|account|acct|invoice|ref|reference|customer)\b|#)"
    r"|['’]s (?:order|parcel|package|delivery|booking|account|invoice|refund|subscription|card)\b"
    r"| (?:says|said|writes|wrote|complains|complained|is (?:upset|angry|furious|unhappy|annoyed))\b)",
    re.ASCII,
)
_CLOSE = re.compile(r"[ \t]*[:#-]?[ \t]*|\. ")
_MAX_NAME = 5


def _name_at(clean: str, tokens: Sequence[re.Match[str]], at: int) -> list[re.Match[str]]:
    """The words of a name that begins with the token `at`; none when what stands there is no name."""
    name: list[re.Match[str]] = []
    for place in range(at, min(at + _MAX_NAME, len(tokens))):
        token, before = tokens[place], tokens[place - 1]
        gap = clean[before.end() : token.start()]
        if not (_goes_on(gap, before.group()) if name else _CLOSE.fullmatch(gap)):
            break
        spelled, word = token.group(), token.group().lower()
        is_title = not name and word in _TITLES and spelled[0].isupper()
        is_particle = bool(name) and word in _PARTICLES
        is_name = word not in _NO_NAMES and spelled[0].isupper() and (len(spelled) == 1 or not spelled.isupper())
        if not (is_title or is_particle or (is_name and spelled.replace("'", "").isalpha())):
            break
        name.append(token)
        if spelled.endswith("'s"):
            break
    while name and name[-1].group().lower() in _PARTICLES | _TITLES:
        name.pop()
    return name


def _goes_on(gap: str, before: str) -> bool:
    """Whether a name may go on over this gap: a space or hyphen, or the dot of a title or an initial."""
    return gap in (" ", "-") or (gap == ". " and (len(before) == 1 or before.lower() in _TITLES))
