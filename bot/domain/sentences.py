"""Text → sentences of plain words, each with its exact place in the original.

Two spellings of the same words give the same words: case, accents, curly quotes, full-width and zero-width characters,
kinds of space, and contractions ("can't", "cannot", "cant" and "can not" are all `can`, `not`). What is not the
writer's own wording (quotations, `>` lines, code, links, addresses) becomes one `MASK`. Time is linear in the text, and
no text makes these functions raise.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence, Set
from functools import cached_property, lru_cache, partial

PAUSE = ","
"""Stands among the words for a comma, semicolon, colon, dash or bracket."""

END = "."
"""Stands among the words for the end of the sentence, however it is written."""

MASK = "\x00"
"""Stands among the words for something that is not judged, such as a quotation or a link."""


class Sentence:
    """One sentence: its words in lower case, `PAUSE`, `MASK`, and `END` as the last one.

    `openings` are the indices at which the sentence may be said to begin: its first word, the word after a greeting
    ("Hi Anna, ..."), a capital at the start of a line. `is_greeting` marks "Hi Anna!" standing alone.
    """

    def __init__(
        self, words: Sequence[str], openings: Set[int], is_greeting: bool, place: "Callable[[], _Places]"
    ) -> None:
        self.words, self.openings, self.is_greeting, self._place = words, openings, is_greeting, place

    @property
    def starts(self) -> Sequence[int]:
        """`words[i]` begins at `starts[i]`, in characters of the original; words of one contraction share a place."""
        return self._places[0]

    @property
    def ends(self) -> Sequence[int]:
        """`words[i]` ends before `ends[i]`."""
        return self._places[1]

    @cached_property
    def _places(self) -> "_Places":
        """Looked up when first asked for: most sentences break no rule, and nobody asks."""
        return self._place()


_Places = tuple[list[int], list[int]]


def sentences(text: str, *, quotations: bool = False) -> list[Sentence]:
    """The sentences of a text, in order; those without a single word are left out.

    With `quotations` the words of quotations, `>` lines and code are words like any other: reports quote customers.
    """
    return _Splitter(text, quotations=quotations).split()


def places_not_judged(text: str) -> frozenset[int]:
    """The places of all characters that are not the writer's own wording, in characters of the original text."""
    folded, places = _fold(text)
    masked = _mask(folded)
    if masked == folded:
        return frozenset()
    covered = (MASK, "\n")
    return frozenset(
        place for place, was, now in zip(places, folded, masked, strict=True) if was != now and now in covered
    )


@lru_cache(maxsize=4096)
def plain_words(text: str) -> tuple[str, ...]:
    """The words of a short phrase as they appear in `Sentence.words`, without punctuation; nothing is masked."""
    return tuple(word for match in _WORD.finditer(_fold(text)[0]) for word in _long_form(match.group()))


def is_number(word: str) -> bool:
    """Whether a word of a sentence is a number: "3", "3pm", "5th", "two"."""
    return word[0].isdigit() or word in _NUMBER_WORDS


# --- Folding: one spelling for each character -----------------------------------------------------------------------

_NUMBER_WORDS = frozenset(
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
)
_APOSTROPHES = "\u2018\u2019\u201a\u201b\u02bc\u02b9\u00b4\u2032\uff07"
_SPECIAL = {
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", None),
    **dict.fromkeys("\u115f\u1160\u3164\uffa0", ""),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    "\uff02": '"',
    "\u2800": " ",
    "\u3002": ".",
    "\u2010": "-",
    "\u2011": "-",
}
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character] or character
    kind = unicodedata.category(character)
    if character in "\t\n\v\f\r":
        return character
    if kind in ("Cf", "Cc", "Mn", "Me"):
        return ""
    if kind == "Zs":
        return " "
    folded = unicodedata.normalize("NFKD", character).casefold()
    if folded.isascii():
        return folded
    return "".join(part for part in folded if not unicodedata.combining(part))


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters the place in the original."""
    if text.isascii() and not _CONTROLS.search(text):
        return text.lower(), range(len(text))
    table = {ord(character): _fold_character(character) for character in set(text)}
    folded = text.translate(table)
    if all(len(replacement) == 1 for replacement in table.values()):
        return folded, range(len(text))
    places: list[int] = []
    for place, character in enumerate(text):
        width = len(table[ord(character)])
        if width == 1:
            places.append(place)
        elif width:
            places += [place] * width
    return folded, places


# --- Contractions: one spelling for each word ------------------------------------------------------------------------

_CLITICS = {"'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "'d": "would"}
_IRREGULAR = {"can't": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not"), "ain't": ("is", "not")}
_IS_AFTER = frozenset(
    [
        "it",
        "that",
        "what",
        "there",
        "here",
        "he",
        "she",
        "who",
        "where",
        "how",
        "when",
        "why",
        "this",
        "everything",
        "something",
        "nothing",
    ]
)
_WITHOUT_APOSTROPHE = (
    "can't don't won't didn't doesn't isn't aren't wasn't weren't haven't hasn't hadn't couldn't shouldn't wouldn't "
    "mustn't needn't you'll you're you've you'd they'll they're they've i'm i've we've that's what's there's here's "
    "it'll that'll who's he's she's"
)
_OTHER_SPELLINGS = {
    "cannot": ("can", "not"),
    "gonna": ("going", "to"),
    "gotta": ("got", "to"),
    "dunno": ("do", "not", "know"),
    "let's": ("let", "us"),
}


@lru_cache(maxsize=4096)
def _expand(word: str) -> tuple[str, ...]:
    """The long form of a word that holds an apostrophe."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    head, apostrophe, tail = word.rpartition("'")
    tail = apostrophe + tail
    if tail in _CLITICS:
        return (*_expand(head), _CLITICS[tail])
    if tail == "'t" and head.endswith("n") and len(head) > 1:
        return (*_expand(head[:-1]), "not")
    if tail == "'s" and head in _IS_AFTER:
        return (head, "is")
    return (word,)


_KNOWN = {**_OTHER_SPELLINGS, **{word.replace("'", ""): _expand(word) for word in _WITHOUT_APOSTROPHE.split()}}


def _long_form(word: str) -> tuple[str, ...]:
    return _KNOWN.get(word) or (_expand(word) if "'" in word else (word,))


# --- Masking: what is not the writer's own wording --------------------------------------------------------------------

_MAY_NEED_MASK = re.compile("[\"'`<>@:&\u201c-\u201f\u00ab\u00bb]")
_FENCE = re.compile(r"```.*?```", re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_QUOTED_LINE = re.compile(r"^[ \t]*(?:>|&gt;)[^\n]*", re.MULTILINE)
_LINK = re.compile(r"(?:https?://|www\.|mailto:)[^\s<>|]*[^\s<>|.,!?;:)'\"]")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]+)+")
_MENTION = re.compile(r"<[@#!][^<>\s]*>")
_EMOJI = re.compile(r":(?<!\w:)[a-z][a-z0-9_+-]*:(?!\w)")
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp);")
_ANY_QUOTE = re.compile("[\"'\u201c-\u201f\u00ab\u00bb]")
_QUOTE = re.compile(r"[\"'\u201c-\u201f\u00ab\u00bb]|\n[ \t\r]*\n")
_ELISION = re.compile(r"(?:bout|cause|til|till|em|tis|twas|n|round|cuz|coz|kay|\d+s?)\b")


def _mask(folded: str, *, quotations: bool = False) -> str:
    """The folded text, equally long, with what is not judged overwritten by `MASK` (quoted lines by line breaks)."""
    if not _MAY_NEED_MASK.search(folded) and "www." not in folded:
        return folded
    if "`" in folded and not quotations:
        folded = _CODE.sub(_cover, _FENCE.sub(_cover, folded))
    if not quotations and (">" in folded or "&gt;" in folded):
        folded = _QUOTED_LINE.sub(lambda match: "\n" * len(match.group()), folded)
    if "://" in folded or "www." in folded or "mailto:" in folded:
        folded = _LINK.sub(_cover, folded)
    if "@" in folded:
        folded = _ADDRESS.sub(_cover, folded)
    if "<" in folded:
        folded = _MENTION.sub(_cover, folded)
    if not quotations:
        folded = _mask_quotations(folded)
    if ":" in folded:
        folded = _EMOJI.sub(_blank, folded)
    if "&" in folded:
        folded = _ENTITY.sub(_blank, folded)
    return folded


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _cover(match: re.Match[str]) -> str:
    return MASK * len(match.group())


def _mask_quotations(folded: str) -> str:
    """Covers what stands between an opening and a closing quotation mark.

    A mark opens before a word and closes after one, so an inch sign, an apostrophe or a forgotten mark hides nothing.
    Straight marks pair within one paragraph only; a second opening mark means that the first was never closed.
    """
    if not _ANY_QUOTE.search(folded):
        return folded
    opened: dict[str, int] = {}
    covered: list[tuple[int, int]] = []
    for match in _QUOTE.finditer(folded):
        mark, at = match.group(), match.start()
        if mark[0] == "\n":
            opened.pop('"', None)
            opened.pop("'", None)
            continue
        kind = mark if mark in "\"'" else "\u201c"
        before = folded[at - 1] if at else " "
        after = folded[at + 1] if at + 1 < len(folded) else " "
        opens = not before.isalnum() and not after.isspace()
        closes = not before.isspace() and not after.isalnum()
        if kind == "'" and _ELISION.match(folded, at + 1):
            continue
        if closes and kind in opened:
            covered.append((opened.pop(kind), at + 1))
        elif opens and mark != "\u201d":
            opened[kind] = at
    return _covered(folded, covered)


def _covered(folded: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if end > done:
            first = max(start, done)
            pieces += [folded[done:first], MASK * (end - first)]
            done = end
    return "".join([*pieces, folded[done:]])


# --- Splitting --------------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]++(?:'[^\W_]++)*+")
_WORD_OR_COMMA = re.compile(rf"{_WORD.pattern}|,")


def _token(letter: str) -> re.Pattern[str]:
    """What a text is made of, in the order of the `_IS_…` numbers; `letter` is what words are made of."""
    return re.compile(
        rf"({letter}(?:{letter}|[', ])*+)"
        r"|([,;:()\u2013\u2014]|--+|(?<=\s)-(?=\s))"
        r"|([.!?]+)"
        r"|(\n[ \t\r]*\n\s*|\n[ \t]*(?:[-*\u2022]|\d{1,2}[.)])[ \t]+)"
        r"|(\n)"
        rf"|({MASK}+)"
    )


_TOKEN, _ASCII_TOKEN = _token(r"[^\W_]"), _token("[a-z0-9]")
_IS_WORDS, _IS_PAUSE, _IS_STOP, _IS_BREAK, _IS_LINE = 1, 2, 3, 4, 5
_STOPS = (".", "!", "?")
_SIGNS = frozenset([PAUSE, MASK, END])
_LIST_MARKER = re.compile(r"\s*(?:[-*\u2022]|\d{1,2}[.)])[ \t]+")
_SPACE = re.compile(r"\s*")

_TITLES = frozenset(["mr", "mrs", "ms", "mx", "dr", "prof", "messrs", "vs", "approx"])
_BEFORE_NUMBER = frozenset(["no", "nos", "nr", "art", "fig", "vol", "p", "pp", "ref", "ext", "tel", "order"])
_SHORTENED = frozenset(
    [
        "etc",
        "inc",
        "ltd",
        "co",
        "corp",
        "dept",
        "est",
        "min",
        "max",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "st",
        "rd",
        "ave",
    ]
)
_GREETINGS = frozenset(["hi", "hello", "hey", "dear"])
_DAYTIMES = frozenset(["morning", "afternoon", "evening", "day"])
_LONGEST_GREETING = 6


class _Splitter:
    """One pass over one text."""

    def __init__(self, text: str, *, quotations: bool) -> None:
        self.text = text
        self.unmasked, self.places = _fold(text)
        self.folded = _mask(self.unmasked, quotations=quotations)
        self.done: list[Sentence] = []
        self._clear()

    def _clear(self) -> None:
        self.words: list[str] = []
        self.pieces: list[tuple[int, int]] = []
        self.openings: set[int] = set()

    def split(self) -> list[Sentence]:
        folded = self.folded
        marker = _LIST_MARKER.match(folded)
        fresh_line = False
        token = _ASCII_TOKEN if folded.isascii() else _TOKEN
        for match in token.finditer(folded, marker.end() if marker else 0):
            kind = match.lastindex
            start, end = match.span()
            if kind == _IS_WORDS:
                run = match[1]
                words = run.replace(",", " , ").split() if "'" not in run else _WORD_OR_COMMA.findall(run)
                if not self.words or (fresh_line and self.text[self.places[start]].isupper()):
                    self.openings.add(len(self.words))
                fresh_line = False
                if "'" in run or not _KNOWN.keys().isdisjoint(words):
                    words = [part for word in words for part in _long_form(word)]
                self.words += words
                self.pieces.append((start, end))
            elif kind == _IS_LINE:
                fresh_line = True
            elif kind == _IS_BREAK:
                self._finish(start)
            elif kind == _IS_STOP:
                self._stop(start, end)
            elif kind == _IS_PAUSE:
                if self.words:
                    self._mark(PAUSE, start, end)
            else:
                self._mark(MASK, start, end)
                if self.unmasked[end - 2 : end - 1] in _STOPS and self._next_is_capital(end):
                    self._finish(end)
        self._finish(len(folded))
        return self.done

    def _mark(self, mark: str, start: int, end: int) -> None:
        self.words.append(mark)
        self.pieces.append((start, end))

    def _stop(self, start: int, end: int) -> None:
        """Full stops and their like: the end of the sentence, a pause, or part of an abbreviation."""
        if not self.words:
            return
        marks = self.folded[start:end]
        if "!" in marks or "?" in marks:
            self._finish(start, end)
        elif len(marks) > 1:
            if self._next_is_capital(end):
                self._finish(start, end)
            else:
                self._mark(PAUSE, start, end)
        elif self._ends_sentence(start, end):
            self._finish(start, end)

    def _ends_sentence(self, start: int, end: int) -> bool:
        folded = self.folded
        if not folded[start - 1].isalnum() or end >= len(folded):
            return True
        word = self.words[-1]
        if folded[end].isalnum():
            return len(word) > 1 and word.isalpha() and self.text[self.places[end]].isupper() and self._was_lower(start)
        if word in _TITLES:
            return False
        if word in _BEFORE_NUMBER:
            at = _after_space(folded, end)
            return at >= len(folded) or not (folded[at].isdigit() or folded[at] == "#")
        if len(word) == 1 and word.isalpha():
            dotted = start >= 2 and folded[start - 2] == "."
            if dotted:
                return self._next_is_capital(end) and folded[max(start - 3, 0) : start] not in ("e.g", "i.e")
            return word == "i" or self._was_lower(start)
        return word not in _SHORTENED or self._next_is_capital(end)

    def _was_lower(self, start: int) -> bool:
        return self.text[self.places[start - 1]].islower()

    def _next_is_capital(self, end: int) -> bool:
        """Whether the text ends here, or goes on with a capital letter."""
        at = _after_space(self.folded, end)
        return at >= len(self.folded) or self.text[self.places[at]].isupper()

    def _finish(self, start: int, end: int | None = None) -> None:
        words = self.words
        if not words:
            return
        self.pieces.append((start, start if end is None else end))
        words.append(END)
        greeting = self._greeting_length()
        if greeting:
            self.openings.add(greeting)
        if words[0] not in _SIGNS or not _SIGNS.issuperset(words):
            alone = bool(greeting) and words[greeting] == END
            place = partial(_look_up, self.pieces, self.folded, self.places, len(self.text))
            self.done.append(Sentence(words, self.openings, alone, place))
        self._clear()

    def _greeting_length(self) -> int:
        """How many words a greeting such as "Hi Anna," takes up; 0 when there is none."""
        words = self.words
        if words[0] not in _GREETINGS and not (words[0] == "good" and words[1] in _DAYTIMES):
            return 0
        for index, word in enumerate(words[:_LONGEST_GREETING]):
            if word == PAUSE:
                return index + 1
            if word == END:
                return index
            if index and index in self.openings:
                return 0
        return 0


def _look_up(pieces: Sequence[tuple[int, int]], folded: str, places: Sequence[int], length: int) -> _Places:
    """Where the words of these pieces of a folded text stand in the original; the last piece is the end."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in pieces:
        words = [match.span() for match in _WORD_OR_COMMA.finditer(folded, start, end)]
        for first, after in words or [(start, end)]:
            here = places[first] if first < len(places) else length
            behind = places[after - 1] + 1 if after > first else here
            for _ in _long_form(folded[first:after]):
                starts.append(here)
                ends.append(behind)
    return starts, ends


def _after_space(folded: str, at: int) -> int:
    match = _SPACE.match(folded, at)
    return match.end() if match else at
