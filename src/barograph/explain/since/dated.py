"""What changed in columns and since when, whether or not a metric is shown to have changed with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from barograph.explain.faults.fault import FaultKind
from barograph.explain.faults.find import find_faults
from barograph.explain.since.since import comes_after, dated_columns
from barograph.explain.words import quoted
from barograph.locale.said import say
from barograph.profile.value import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedChange:
    """A change of one column, and its time.

    Attributes
    ----------
    name : in a few words: ``income divided by 1,000`` of a data fault, else ``income moved``.
    start, end : of its windows, in the time zone of these; `start` is None of a data fault in rows without windows, and
        `end` where it lasts.
    interval : earliest and latest start, with 95 %; None of a data fault.
    is_from_first : whether it is there from the first current window on, so that it may have begun before.
    fault : kind of the data fault it is; None where it looks like drift rather than like an accident.
    """

    column: str
    name: str
    start: datetime | None
    end: datetime | None
    interval: tuple[datetime, datetime] | None = None
    is_from_first: bool = False
    fault: FaultKind | None = None


def dated_changes(
    reference: Profile, current: Profile, columns: Sequence[str], *, rng: np.random.Generator
) -> tuple[DatedChange, ...]:
    """Name and date the changes of columns that are known to have changed, in order of time.

    A column that holds a data fault is told by that. Of the others those are told whose windows show when they
    changed; where the current windows do not come after the reference's, none.

    Parameters
    ----------
    reference, current : profiles on one grid.
    columns : names to look at.
    rng : for the intervals of dates.

    Raises
    ------
    GridMismatch
        Where the grids differ.

    Notes
    -----
    Cost: 5 to 15 ms a column of 90 windows. No scan of rows.

    Examples
    --------
    >>> from barograph.explain.faults.tried import profiles_of
    >>> heights = [1.5 + 0.001 * i for i in range(400)]
    >>> sides = profiles_of(heights, [100.0 * x for x in heights])
    >>> [(c.name, c.start) for c in dated_changes(*sides, ["x"], rng=np.random.default_rng(0))]
    [('x multiplied by 100', None)]
    """
    zone = ZoneInfo(current.grid.timezone)
    first = datetime.fromtimestamp(current.windows[0] / 1e6, zone) if current.windows else None

    def placed(change: DatedChange) -> DatedChange:
        start, end = (None if at is None else at.astimezone(zone) for at in (change.start, change.end))
        is_from_first = start is not None and start == first
        return replace(change, start=start, end=end, is_from_first=is_from_first)

    found = [
        DatedChange(column=fault.column, name=fault.name, start=fault.start, end=fault.end, fault=fault.kind)
        for fault in find_faults(reference, current, columns=columns)
        if fault.column is not None
    ]
    told = {change.column for change in found}
    rest = [name for name in columns if name not in told]
    if current.grid.every and rest and comes_after(reference, current):
        found += [
            DatedChange(
                column=onset.series, name=say("{column} moved", column=quoted(onset.series)), start=onset.window,
                end=None, interval=onset.interval,
            )
            for onset in dated_columns(reference, current, rest, rng=rng)
        ]  # fmt: skip
    return tuple(sorted(map(placed, found), key=_order))


def _order(change: DatedChange) -> tuple[bool, float, bool]:
    """Undated ones last; of one time data faults first."""
    start = change.start
    return (start is None, 0.0 if start is None else start.timestamp(), change.fault is None)
