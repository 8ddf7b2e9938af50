"""An address in the labels of a series."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from barograph.metrics.address import Address, parse_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """What the labels say of an address.

    Attributes
    ----------
    metric : the address without its segment.
    segment : empty for all rows.
    """

    metric: str
    segment: str
    column: str | None

    def is_told(self, columns: Collection[str]) -> bool:
        """Whether it is of whole rows, or of a column that is asked for; ``*`` is every one."""
        return self.column is None or "*" in columns or self.column in columns


@lru_cache(maxsize=10_000)
def addressed(address: str) -> Addressed:
    """Read an address; models share most of theirs.

    Examples
    --------
    >>> addressed('performance.mae(segment="country=DE")')
    Addressed(metric='performance.mae', segment='country=DE', column=None)
    """
    read = parse_address(address)
    alone = Address(read.metric, tuple((name, value) for name, value in read.arguments if name != "segment"))
    column = read.get("column")
    return Addressed(
        metric=str(alone),
        segment=str(read.get("segment") or ""),
        column=None if column is None else str(column),
    )
