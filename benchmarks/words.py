"""The phrase rules: beside proselint, with ten times the rules, their memory, and a hundred thousand hostile texts."""

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import zip_longest
from random import Random

from benchmarks.reports import complaint
from benchmarks.servers import Place
from benchmarks.table import Row, median, ms
from bot.domain.phrases import Checker, PhraseRule, Violation
from bot.flows.suggestions import for_text

REPLY, HUGE = 1_200, 40_000
TEXTS, TEXTS_QUICK = 100_000, 5_000
EXTRA_WORDS = ("zebra", "quartz", "walnut", "saffron", "harbour", "lantern", "meadow", "pepper", "violin")


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """References of the same run, by turns with Amends, so that a busy minute meets both."""
    content, times = place.content, 60 if quick else 300
    one = for_text(content, complaint(0), agent="Ana").text
    reply, huge = (((one + "\n\n") * (size // len(one) + 1))[:size] for size in (REPLY, HUGE))
    mine = content.check
    yield from _beside_proselint(mine, reply, times // 3)
    many = Checker([*content.phrase_rules, *_nine_more(content.phrase_rules)])
    few, ten = _by_turns(lambda: mine(reply), lambda: many.check(reply), times)
    yield Row(
        f"phrase check, {len(many.rules)} rules",
        ms(ten),
        f"{len(content.phrase_rules)} rules {ms(few)}",
        ten / few,
        "ratio < 2",
        ten / few < 2,
    )
    took = _by_turns(lambda: mine(huge), lambda: mine(reply), max(times // 10, 5))[0]
    yield Row(f"phrase check of {HUGE:,} characters", ms(took), "", None, "< 30 ms", took < 0.03)
    yield Row(f"memory of {len(content.phrase_rules)} compiled rules", f"{_memory(content.phrase_rules):.1f} MB")
    yield _hostile(mine, content.phrase_rules, TEXTS_QUICK if quick else TEXTS)
    yield _longer(mine)


def _beside_proselint(check: Callable[[str], object], reply: str, times: int) -> Iterator[Row]:
    try:
        from proselint.checks import __register__
        from proselint.config import DEFAULT
        from proselint.registry import CheckRegistry
        from proselint.tools import LintFile
    except ImportError:
        yield Row(f"phrase check of {REPLY:,} characters", "", "proselint is not installed: make bench brings it")
        return
    CheckRegistry().register_many(__register__)
    mine, theirs = _by_turns(lambda: check(reply), lambda: LintFile("reply", reply).lint(DEFAULT), times)
    yield Row(
        f"phrase check of {REPLY:,} characters",
        ms(mine),
        f"proselint {ms(theirs)}, {theirs / mine:.1f} times as long",
        mine / theirs,
        "p50 < 1 ms, ratio ≤ 0.05",
        mine < 0.001 and mine <= theirs / 20,
    )


def _by_turns(first: Callable[[], object], second: Callable[[], object], times: int) -> tuple[float, float]:
    """The median time of two things that are done in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    for what, times_of in ((first, found[0]), (second, found[1])) * times:
        begin = time.perf_counter()
        what()
        times_of.append(time.perf_counter() - begin)
    return median(found[0]), median(found[1])


def _nine_more(rules: tuple[PhraseRule, ...]) -> Iterator[PhraseRule]:
    """Nine more of each rule, which begin with the same words and go on differently."""
    for extra in EXTRA_WORDS:
        for rule in rules:
            patterns = tuple(f"{pattern} {extra}" for pattern in rule.patterns if pattern[-1] not in ".,")
            if patterns:
                yield replace(rule, id=f"{rule.id}-{extra}", patterns=patterns, unless=(), marks=())


def _memory(rules: tuple[PhraseRule, ...]) -> float:
    gc.collect()
    tracemalloc.start()
    checker = Checker(rules)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    assert checker.rules
    return held


_PIECES = [
    *("\"'`<>@:&*_-–—.,;:!?()[]{}#/\\|~^%$€"),
    *(" ", "  ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u200b", "\u200d", "\u2028", "\ufeff", "\x00", "\ud800"),
    *("é", "ß", "ﬁ", "İ", "Ａ", "ａ", "ء", "字", "👩‍👩‍👧", "🙂", "e\u0301"),
    *("```", "&gt;", "&amp;", "https://", "www.", "a@b.co", "<@U1>", ":smile:", "\n> ", "\n- ", "“", "”", "’", "«"),
    *("Hi Anna,", "No. 5", "e.g.", "Mr.", "can't", "cannot", "I'm", "we'll", "12,50", "3pm", "you must", "sorry if"),
]


def _texts(rules: tuple[PhraseRule, ...], count: int) -> Iterator[str]:
    """Random mixtures of signs, odd characters, and words of the rules; one in a hundred is one piece many times."""
    random = Random(20)
    words = [word for rule in rules for pattern in rule.patterns for word in pattern.replace("/", " ").split()]
    words = [word.strip("{}()^…") for word in words]
    for number in range(count):
        if number % 100 == 0:
            yield random.choice([*_PIECES, *words[:50]]) * random.randint(1, 2_000)
            continue
        parts = random.choices(words, k=random.randint(0, 25))
        between = random.choices([" ", " ", " ", *_PIECES], k=len(parts) + random.randint(0, 6))
        yield "".join(part for pair in zip_longest(parts, between, fillvalue="") for part in pair)


def _hostile(check: Callable[[str], list[Violation]], rules: tuple[PhraseRule, ...], count: int) -> Row:
    crashed = outside = characters = 0
    begin = time.perf_counter()
    for text in _texts(rules, count):
        characters += len(text)
        try:
            found = check(text)
        except Exception:
            crashed += 1
            continue
        for one in found:
            outside += not (0 <= one.start < one.end <= len(text) and text[one.start : one.end] == one.words)
    took = time.perf_counter() - begin
    return Row(
        f"{count:,} random and hostile texts",
        f"{crashed} crashed, {outside} places outside the text",
        f"{characters / 1e6:.1f} million characters in {took:.0f} s",
        None,
        "none, none",
        not crashed and not outside,
    )


def _longer(check: Callable[[str], object]) -> Row:
    """The piece for which a text four times as long takes longest, beside four times the time."""
    worst, piece = 0.0, ""
    for one in (*_PIECES, "you ", "a" * 50, "I am sorry ", "if ", "NOT ", '"a ', "you must … "):
        size = 40_000 // len(one)
        short, long = (min(_once(check, one * (size * factor)) for _ in range(4)) for factor in (1, 4))
        if long / max(short, 0.0002) > worst:
            worst, piece = long / max(short, 0.0002), one
    name = "one piece over and over, 160,000 characters"
    return Row(name, f"× {worst:.1f} ({piece!r})", "40,000 characters", None, "≤ × 8", worst <= 8)


def _once(check: Callable[[str], object], text: str) -> float:
    gc.disable()
    begin = time.process_time()
    check(text)
    took = time.process_time() - begin
    gc.enable()
    return took
