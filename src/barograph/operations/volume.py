"""How many rows came, against the same hours of earlier weeks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from barograph.locale.said import say
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.operations.arrival import BY_DAY
from barograph.operations.view import Operations

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEAST_WEEKS = 3
_MOST_WEEKS = 8
#: Median absolute deviation of a normal distribution, in standard deviations, inverted.
_TO_SD = 1.482602218505602


@dataclass(frozen=True, slots=True, kw_only=True)
class _Season:
    rows: int
    earlier: tuple[int, ...]

    @property
    def usual(self) -> float:
        return float(median(self.earlier))

    @property
    def spread(self) -> float:
        """Standard deviation by the median absolute deviation, no less than that of a Poisson count."""
        mad = float(median(abs(n - self.usual) for n in self.earlier))
        return max(_TO_SD * mad, math.sqrt(max(self.usual, 1.0)))


def volume(view: Operations) -> Result:
    """Rows of the span.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> volume(operations_of(seconds=7200, rows={0: 5, 1: 2})).value
    7.0
    """
    if not view.rows.tells(view.start, view.end):
        return BY_DAY
    rows = view.rows.between(view.start, view.end)
    return Value(value=float(rows), n=rows)


def volume_ratio(view: Operations) -> Result:
    """Rows of the span divided by the median of the same hours in up to 8 earlier weeks.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> volume_ratio(operations_of(rows={0: 50, -168: 100, -336: 110, -504: 90})).value
    0.5
    """
    season = _season(view)
    if isinstance(season, Undefined):
        return season
    if season.usual == 0.0:
        return Undefined(reason="constant", detail=say("no row came at these hours in earlier weeks"))
    low, high = (max(season.rows + side * 1.959963984540054 * season.spread, 0.0) for side in (-1.0, 1.0))
    ends = low / season.usual, high / season.usual
    return Value(value=season.rows / season.usual, n=len(season.earlier), interval=ends)


def volume_deviation(view: Operations) -> Result:
    """How many usual deviations the rows of the span are above the median of the same hours in earlier weeks.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> round(volume_deviation(operations_of(rows={0: 50, -168: 100, -336: 110, -504: 90})).value, 2)
    -3.37
    """
    season = _season(view)
    if isinstance(season, Undefined):
        return season
    return Value(value=(season.rows - season.usual) / season.spread, n=len(season.earlier))


def _season(view: Operations) -> _Season | Undefined:
    if not view.rows.tells(view.start, view.end):
        return BY_DAY
    first = view.rows.first
    zone = ZoneInfo(view.rows.timezone)
    earlier = []
    for weeks in range(1, _MOST_WEEKS + 1):
        start, end = (_weeks_before(at, weeks, zone) for at in (view.start, view.end))
        if first is None or start < first or not view.rows.tells(start, end):
            break
        earlier.append(view.rows.between(start, end))
    if len(earlier) < _LEAST_WEEKS:
        detail = say(
            "the same hours of {least_weeks} earlier weeks are needed; there are {n}",
            least_weeks=_LEAST_WEEKS,
            n=len(earlier),
        )
        return Undefined(reason="too_little_history", detail=detail)
    return _Season(rows=view.rows.between(view.start, view.end), earlier=tuple(earlier))


def _weeks_before(at: int, weeks: int, zone: ZoneInfo) -> int:
    """The same time on the clock, so many weeks before."""
    local = (_EPOCH + timedelta(microseconds=at)).astimezone(zone) - timedelta(weeks=weeks)
    return (local.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


_SAME = (
    "the median of the same hours of the week (on the clock of the model's time zone) in up to 8 earlier weeks, at "
    "least 3"
)
_MISLEADS = (
    "Holidays and campaigns are no fault. Eight weeks say little of rare deviations; a trend looks like one."
)
METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="operations.volume", title="Rows", scope="readings", applies_to=("rows",), compute=volume,
        unit="rows", range=(0.0, None), minimum_rows=0, definition="Rows whose time lies in the span.",
        misleads="The last window is still filling. " + _MISLEADS, source="exact arithmetic",
    ),
    MetricSpec(
        name="operations.volume_ratio", title="Rows against the season", scope="readings",
        applies_to=("rows",), compute=volume_ratio, range=(0.0, None),
        definition=f"Rows of the span divided by {_SAME}. The interval is ± 1.96 deviations of those weeks: "
        "1.4826·MAD, no less than that of a Poisson count.",
        misleads=_MISLEADS, source="Hampel, J. Am. Stat. Assoc. 69 (1974) 383",
    ),
    MetricSpec(
        name="operations.volume_deviation", title="Deviation from the season", scope="readings",
        applies_to=("rows",), compute=volume_deviation, direction="zero_is_best", unit="deviations",
        definition=f"(rows − usual)/(1.4826·MAD), usual being {_SAME}; the divisor is no less than √usual.",
        misleads=_MISLEADS, source="Hampel, J. Am. Stat. Assoc. 69 (1974) 383",
    ),
)  # fmt: skip
