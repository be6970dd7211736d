"""What the customer feels, by lists of words: a reply acknowledges it before anything else."""

from collections.abc import Sequence

from bot.domain.triage.guesses import Guess
from bot.domain.triage.reading import Reading
from bot.domain.triage.word_lists import Found

FEELING_PHRASES = {
    "angry": """
        angry; angrily; furious; fuming; livid; raging; irate; mad; cross; outraged; enraged; fed up; had enough;
        losing it; heated; boiling; seething; screaming; shouting; yelling; unacceptable; disgrace*; shame on; rage;
        hopping mad; sick of; annoyed; irritated; wütend; sauer; verärgert; furieux; furieuse; enfadad*; furios*;
        arrabbiat*; boos; woedend; wściek*; arg; kızgın; gusse
    """,
    "anxious": """
        worried; worries; anxious; nervous; scared; afraid; frightened; panick*; panic; stressed; beside
        herself/himself/themselves; desperate; shaking; in tears; crying; distraught; overwhelmed; fears; can't sleep;
        besorgt; inquiet; inquiète; preocupad*; preoccupat*; bezorgd; pareshan
    """,
    "disappointed": """
        disappointed; disappointing; disappointment; let down; gutted; sad; heartbroken; devastated; upset; unhappy;
        not happy; expected more/better; expected; underwhelmed; not impressed; unimpressed; saddened; ruined;
        enttäuscht; traurig; déçu*; decepcionad*; delus*; teleurgesteld; rozczarowan*; besviken
    """,
    "confused": """
        confused; confusing; puzzled; baffled; bewildered; doesn't/don't/didn't understand; can't make sense; makes no
        sense; no idea what/why/how; unclear; contradict*; five different things; told different; which is it; lost
        in; verwirrt; perdu; confundid*; confus*; in de war
    """,
}
_NOT = frozenset(["not", "isn't", "wasn't", "aren't", "weren't", "never", "nobody", "no"])
_BACK = 3


def feelings_of(reading: Reading, found: Sequence[Found]) -> tuple[Guess, ...]:
    """The feelings named in a text, in the order of the list, with their words; "not angry" is none."""
    words: dict[str, list[str]] = {}
    for each in found:
        before = reading.words[max(0, each.start - _BACK) : each.start]
        if _NOT.isdisjoint(before) or reading.words[each.start] in _NOT:
            words.setdefault(each.topic, []).append(reading.quote(each.start, each.end))
    return tuple(
        Guess(feeling, tuple(dict.fromkeys(words[feeling])), 0.8) for feeling in FEELING_PHRASES if feeling in words
    )
