"""Who hears of which cause or kind of complaint, so that it is mended where it comes from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Route:
    """One channel that hears of some causes or categories, with one message for each of them and period.

    A category stands for all below it. `causes` is None for every cause. The message is posted from `least` cases on.
    """

    id: str
    channel: str
    categories: tuple[str, ...] = ()
    causes: tuple[str, ...] | None = ()
    every: timedelta = timedelta(days=7)
    least: int = 1

    def topics(self, category: str, cause: str | None) -> Iterator[str]:
        """What of a case this route tells about: `cause:<key>` and `category:<key>`."""
        if cause and (self.causes is None or cause in self.causes):
            yield f"cause:{cause}"
        for key in self.categories:
            if category == key or category.startswith(f"{key}."):
                yield f"category:{key}"
                return


@dataclass(frozen=True, slots=True)
class Routing:
    """`policies/routing.yml`: the causes Resolve offers, key → label, and the routes."""

    causes: dict[str, str] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()

    def topics(self, category: str, cause: str | None) -> list[tuple[Route, str]]:
        """Every route that hears of a case, with what it hears it about."""
        return [(route, topic) for route in self.routes for topic in route.topics(category, cause)]

    def route(self, id: str) -> Route | None:
        """The route of this id."""
        return next((route for route in self.routes if route.id == id), None)

    def cause_label(self, key: str) -> str:
        """A cause in words; its key when the policy does not name it any more."""
        return self.causes.get(key, key)
