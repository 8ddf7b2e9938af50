"""How many series a scrape may have: what is left out is counted, and always the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

#: Series of figures in one scrape, and of one model.
MOST_IN_SCRAPE: Final = 10_000
MOST_OF_MODEL: Final = 200
#: Which limit a series was left out for.
Limit = Literal["model", "scrape"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Series that are told or left out together, such as a figure, its rows and its window.

    Attributes
    ----------
    project, model : of whom they are.
    rank : what is told first has the smallest.
    samples : name of the family, values of its labels, and the value.
    """

    project: str
    model: str
    rank: tuple[int, ...]
    samples: tuple[tuple[str, tuple[str, ...], float], ...]


def capped(
    found: Iterable[Told], *, in_scrape: int = MOST_IN_SCRAPE, of_model: int = MOST_OF_MODEL
) -> tuple[list[Told], dict[Limit, int]]:
    """What is told within the limits, and how many series are left out for each.

    Every model's first figures come before any model's second ones, so that a large model leaves room for others. The
    order hangs on names and ranks alone: a series does not come and go from one scrape to the next.

    Examples
    --------
    >>> both = [Told(project="p", model="m", rank=(i,), samples=(("f", (str(i),), 1.0),)) for i in (1, 0)]
    >>> kept, dropped = capped(both, of_model=1)
    >>> [told.rank for told in kept], dropped
    ([(0,)], {'model': 1, 'scrape': 0})
    """
    size: Counter[tuple[str, str]] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    dropped: dict[Limit, int] = {"model": 0, "scrape": 0}
    within: list[tuple[int, Told]] = []
    for told in sorted(found, key=lambda t: (t.project, t.model, t.rank, t.samples[0][1])):
        owner = told.project, told.model
        if size[owner] + len(told.samples) > of_model:
            dropped["model"] += len(told.samples)
            continue
        size[owner] += len(told.samples)
        within.append((places[owner], told))
        places[owner] += 1
    kept: list[Told] = []
    held = 0
    # Sorting is stable: within a place models stand by name.
    for _, told in sorted(within, key=lambda placed: placed[0]):
        if held + len(told.samples) > in_scrape:
            dropped["scrape"] += len(told.samples)
            continue
        held += len(told.samples)
        kept.append(told)
    return kept, dropped
