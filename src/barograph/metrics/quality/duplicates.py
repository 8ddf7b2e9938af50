"""Rows that repeat another row."""

from __future__ import annotations

import math

from barograph.locale.said import say
from barograph.metrics.intervals import Interval, Z, wilson
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.sketch import SmallestHashes
from barograph.profile.value import Profile


def duplicate_share(cell: Profile) -> Result:
    """Share of the logged rows that are equal to another one already counted; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> duplicate_share(profile_of([1.0, 1.0, 1.0, 2.0])).value
    0.5
    """
    held = cell.duplicates
    if not len(held.hashes):
        return Undefined(
            reason="no_sample",
            detail=say(
                "hashes of rows are kept for all rows of a profile together, not for its windows or segments; "
                "to count duplicates there, profile the rows you mean by themselves"
            ),
        )
    value = 1.0 - held.distinct_share()
    return Value(value=value, n=int(cell.table.rows[0]), interval=_interval(held, value))


def _interval(held: SmallestHashes, value: float) -> Interval | None:
    """Interval of the mean number of equal rows; None where all different rows are held.

    The normal one of the mean, and no less than Wilson's of the different rows that repeat: few may be none by chance.
    """
    k = len(held.hashes)
    if k < SmallestHashes.K:
        return None
    half = Z * float(held.counts.std(ddof=1)) / math.sqrt(k)
    mean = float(held.counts.mean())
    repeated = held.counts > 1
    surplus = float((held.counts[repeated] - 1).mean()) if repeated.any() else 1.0
    ends = [1.0 + surplus * share for share in wilson(float(repeated.sum()), float(k))]
    low, high = min(mean - half, ends[0]), max(mean + half, ends[1])
    return min(_share(low), value), max(_share(high), value)


def _share(mean: float) -> float:
    """Of rows that repeat another, where different rows are there so many times on average."""
    return 1.0 - 1.0 / max(mean, 1.0)


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="quality.duplicate_share", title="Duplicate rows", scope="table", applies_to=(), compute=duplicate_share,
        direction="lower_is_better", unit="share of rows", range=(0.0, 1.0),
        definition="1 − different rows/rows, rows being equal where all counted columns (nulls too) and the id are, "
        "whatever their weight. Exact, without an interval, up to 1,023 different rows; beyond, over the 1,024 with "
        "the smallest hashes, a uniform sample of the different rows, with a normal interval of their mean number, no "
        "narrower than Wilson's of those that repeat. "
        "Undefined for a window or a segment: hashes are kept for all rows of a profile together.",
        misleads="Without an id, rows of a few coarse columns are equal by chance. A handful of rows repeated very "
        "often may be missed by the sample.",
        source="Bar-Yossef et al. (2002); Cochran, Sampling Techniques (1977), §6",
    ),
)  # fmt: skip
