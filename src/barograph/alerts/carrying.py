"""Which columns stand behind a figure over all columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from barograph.metrics.address import Address

#: Metric that names only columns which no window of the reference holds still.
STUCK: Final = "drift.stuck_count"
#: By a figure over all columns that of one column, whether small ones are the worst, and from where on one carries it;
#: None: from a part of the worst on.
_OF_COLUMNS: Final[dict[str, tuple[str, bool, float | None]]] = {
    "drift.inputs_p_value": ("drift.windows_p_value", True, 0.01),
    "drift.beyond_p_value": ("drift.beyond_range", False, None),
    STUCK: ("quality.top_share", False, 1.0),
}
_MOST_COLUMNS: Final = 5
#: A column that moved less than this part of the one that moved most does not carry a change.
_PART: Final = 0.25
_INPUTS: Final = ("feature", "raw_input")


class OfColumn(NamedTuple):
    """The figure of one column that stands behind one over all of them."""

    value: float
    address: Address


def is_input(role: str) -> bool:
    """Whether a figure over all columns looks at one of this role.

    Examples
    --------
    >>> is_input("feature"), is_input("label")
    (True, False)
    """
    return role in _INPUTS


def of_columns(address: Address, columns: Iterable[str]) -> list[Address]:
    """The figures of columns that may stand behind one over all of them; none where it is of no such kind.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> [str(each) for each in of_columns(parse_address("drift.inputs_p_value"), ["income"])]
    ['drift.windows_p_value(column="income")']
    >>> of_columns(parse_address("drift.share"), ["income"])
    []
    """
    named, segment = _OF_COLUMNS.get(address.metric), address.get("segment")
    if named is None:
        return []
    found = [Address(named[0], (("column", column),)) for column in columns]
    return found if segment is None else [each.with_argument("segment", segment) for each in found]


def carrying(metric: str, found: Iterable[OfColumn]) -> list[OfColumn]:
    """Those of some columns that carry a figure over all of them, the worst first, five at the most.

    Parameters
    ----------
    metric : over all columns.
    found : the figures of `of_columns` in the same window.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> still, moved = of_columns(parse_address("drift.inputs_p_value"), ["a", "b"])
    >>> held = [OfColumn(0.4, still), OfColumn(1e-9, moved)]
    >>> [each.address.get("column") for each in carrying("drift.inputs_p_value", held)]
    ['b']
    """
    _, small, enough = _OF_COLUMNS[metric]
    ordered = sorted(found, key=lambda each: each.value if small else -each.value)
    worst = ordered[0].value if ordered else 0.0
    limit = worst * _PART if enough is None else enough
    return [
        each
        for each in ordered[:_MOST_COLUMNS]
        if (each.value <= max(limit, worst) if small else each.value >= limit and each.value > 0.0)
    ]
