"""The date of a change's cause, which tells the change's own date better than the metric's noisy windows do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from barograph.explain.explanation import Onset


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseDate:
    """When what makes most of a change came.

    Attributes
    ----------
    name : of a column.
    window : start of the first window it is in; None where the column's own windows are to tell.
    """

    name: str
    window: datetime | None = None


def dated_by_cause(
    onset: Onset, causes: Sequence[CauseDate], columns: Sequence[Onset]
) -> tuple[Onset, str | None]:
    """The onset with its cause's date, and the cause; as it is where no cause is dated within its interval.

    Parameters
    ----------
    causes : likeliest first.
    columns : dated columns.

    Examples
    --------
    >>> from datetime import UTC
    >>> days = [datetime(2024, 5, d, tzinfo=UTC) for d in range(1, 9)]
    >>> metric = Onset(series="metric", window=days[4], interval=(days[1], days[6]), before=1.0, after=2.0)
    >>> found, cause = dated_by_cause(metric, [CauseDate(name="x", window=days[2])], [])
    >>> found.window.day, [at.day for at in found.interval], cause
    (3, [3, 3], 'x')
    """
    own = {column.series: column for column in columns}
    low, high = onset.interval
    for cause in causes:
        column = own.get(cause.name)
        if cause.window is not None:
            window, interval = cause.window, (cause.window, cause.window)
        elif column is not None:
            window, interval = column.window, column.interval
        else:
            continue
        if low <= window <= high:
            both = max(low, interval[0]), min(high, interval[1])
            return replace(onset, window=window, interval=both), cause.name
    return onset, None
