"""`routing.yml`: read, and refused with the exact message."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.content.files import ContentError
from bot.content.routing import load_routing
from bot.domain.routing import Route, Routing

GOOD = """\
causes:
  partner.carrier: Carrier
  people: People
routes:
  - route: warehouse
    channel: warehouse
    categories: [delivery, product.wrong_item]
    causes: [partner.carrier]
    every_days: 14
    from_cases: 3
  - route: everything
    channel: C0123ABCD
    causes: all
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(text: str) -> Routing:
    Path("routing.yml").write_text(text, encoding="utf-8")
    return load_routing(Path("routing.yml"))


def test_causes_and_routes_are_read() -> None:
    warehouse = Route(
        "warehouse",
        "warehouse",
        ("delivery", "product.wrong_item"),
        ("partner.carrier",),
        timedelta(days=14),
        3,
    )
    everything = Route("everything", "C0123ABCD", (), None)
    assert read(GOOD) == Routing({"partner.carrier": "Carrier", "people": "People"}, (warehouse, everything))


def test_without_the_file_nothing_is_asked_and_nobody_is_told() -> None:
    assert load_routing(Path("routing.yml")) == Routing()


@pytest.mark.parametrize(
    ("category", "cause", "topics"),
    [
        ("delivery", None, ["category:delivery"]),
        ("delivery.late", None, ["category:delivery"]),
        ("delivery.late", "people", ["category:delivery", "cause:people"]),
        ("product", "partner.carrier", ["cause:partner.carrier", "cause:partner.carrier"]),
        ("product.wrong_item", None, ["category:product.wrong_item"]),
        ("product", None, []),
        ("deliveryish", None, []),
        ("billing", "gone", ["cause:gone"]),
    ],
)  # fmt: skip
def test_what_of_a_case_is_told(category: str, cause: str | None, topics: list[str]) -> None:
    assert [topic for _, topic in read(GOOD).topics(category, cause)] == topics


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("routes:", "rotues:", "routing.yml:4: rotues: unknown field: did you mean routes?"),
        (
            "route: everything",
            "route: warehouse",
            "routing.yml:11: routes[2].route: warehouse is listed",
        ),
        ("route: everything", "route: All of it", "routing.yml:11: routes[2].route: 'All of it' is not a name"),
        ("[partner.carrier]", "[partner.ship]", "routing.yml:8: routes[1].causes[1]: 'partner.ship' is not one of the"),
        ("causes: all", "every_days: 7", "routing.yml:11: routes[2]: hears of nothing: give categories or causes"),
        ("[delivery,", "[delivry,", "routing.yml:7: routes[1].categories[1]: 'delivry' is not a category"),
        ("every_days: 14", "every_days: 0", "routing.yml:9: routes[1].every_days: input should be greater than or"),
        ("  people: People\n", "  People: People\n", "routing.yml:3: causes"),
    ],
)
def test_a_fault_is_named_with_file_and_line(was: str, now: str, message: str) -> None:
    assert was in GOOD
    with pytest.raises(ContentError) as error:
        read(GOOD.replace(was, now, 1))
    assert any(line.startswith(message) for line in str(error.value).splitlines()), str(error.value)
