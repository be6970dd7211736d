"""Which language a text is in, by its commonest words and its script; enough to say it, not to translate."""

from collections.abc import Sequence

OTHER = "other"

_COMMON = {
    "en": "the and is to of a in was her his has she he it on for with that not we they our my you are this from",
    "de": "der die das und ist nicht ich sie er wir ein eine mit auf für zu den dem hat von im noch kunde seit bei",
    "fr": "le la les et est pas une des du que qui je il elle pour dans avec sur au nous client cliente depuis été ne",
    "es": "el los las es no que una por con para del se su le en al nos cliente clienta desde ha muy está lo y",
    "it": "il lo gli è non che una per con del della di si sono ha da al nel cliente anche più questo le",
    "nl": "de het een en is niet van ik zij hij wij met op voor te dat klant heeft nog geen aan al sinds",
    "pt": "o os as é não que uma por com para do da se em no na cliente foi está desde mais já um",
    "pl": "nie jest się na w z do że i to po od klient klientka za już jak przez była był pan pani",
    "sv": "och är inte det en ett på av för att som har kunden vi jag hon han med till från ingen",
    "tr": "ve bir bu için çok değil müşteri hala var yok ile da de kadar mi ama gibi daha iki",
    "hi-Latn": "hai nahi ka ki ke ko se raha rahi bol kya aur mein tha abhi tak gaya karo bhi yaar kal aaj",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_SMALL = "customer client guest an or so he's she's it's"
SMALL_WORDS = frozenset().union(*_WORDS.values(), _SMALL.split())
"""Words too common to explain a guess."""

_SCRIPTS = (
    ("\u3040", "\u30ff", "ja"),
    ("\u4e00", "\u9fff", "zh"),
    ("\uac00", "\ud7af", "ko"),
    ("\u0400", "\u04ff", "ru"),
    ("\u0600", "\u06ff", "ar"),
    ("\u0900", "\u097f", "hi"),
)
_READ = 200


_LANGUAGES_OF = {word: [code for code, words in _WORDS.items() if word in words] for word in sorted(SMALL_WORDS)}


def _scripts_of(word: str) -> set[str]:
    """The languages whose script a word is written in."""
    return {code for letter in word[:_READ] for first, last, code in _SCRIPTS if first <= letter <= last}


def language_of(words: Sequence[str]) -> str:
    """A language code such as `en`, or OTHER when it cannot be told. Reads the first words only."""
    counts: dict[str, int] = {}
    for word in words[:_READ]:
        for code in _LANGUAGES_OF.get(word, ()) if word.isascii() or word in _LANGUAGES_OF else _scripts_of(word):
            counts[code] = counts.get(code, 0) + 1
    if not counts:
        return OTHER
    if "ja" in counts:
        return "ja"
    return max(counts, key=lambda language: (counts[language], language == "en"))
