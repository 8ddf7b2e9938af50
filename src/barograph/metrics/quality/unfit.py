"""Rows that hold no value, or none of the column's kind: nulls, mismatches, NaN, infinities."""

from __future__ import annotations

from barograph.metrics.quality.share import share
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result
from barograph.metrics.views import ColumnView


def null_share(view: ColumnView) -> Result:
    """Share of rows whose value is null or a declared null value; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> null_share(column_of([1.0, None, 3.0, 4.0])).value
    0.25
    """
    return _coded(view, "null")


def mismatch_share(view: ColumnView) -> Result:
    """Share of rows whose value cannot be read as the column's kind; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> mismatch_share(column_of(["1", "2", "many", "4"])).value
    0.25
    """
    return _coded(view, "mismatched")


def nan_share(view: ColumnView) -> Result:
    """Share of rows whose value is NaN, which is not null; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> nan_share(column_of([1.0, float("nan")])).value
    0.5
    """
    return _coded(view, "nan")


def infinite_share(view: ColumnView) -> Result:
    """Share of rows whose value is +∞ or −∞; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> infinite_share(column_of([1.0, float("inf"), float("-inf"), 2.0])).value
    0.5
    """
    return _coded(view, "neg_inf", "pos_inf")


def _coded(view: ColumnView, *extras: str) -> Result:
    weights = view.weights
    return share(view, float(sum(weights[view.grid.code(extra)] for extra in extras)))


_EVERY_KIND = ("numeric", "categorical", "datetime", "text")

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="quality.null_share", title="Missing values", scope="column", applies_to=_EVERY_KIND, compute=null_share,
        direction="lower_is_better", unit="share of rows", range=(0.0, 1.0),
        definition="Weight of the rows whose value is null, or one of the schema's `null_values`, over the weight "
        "of all rows that have the column. NaN and mismatches are not null. Interval: Wilson's.",
        misleads="A default such as -999 or \"unknown\" is a missing value that is not counted until the schema "
        "names it in `null_values`.",
        source="pandas.isna, without NaN; Wilson (1927)",
    ),
    MetricSpec(
        name="quality.mismatch_share", title="Values of the wrong type", scope="column", applies_to=_EVERY_KIND,
        compute=mismatch_share, direction="lower_is_better", unit="share of rows", range=(0.0, 1.0),
        definition="Weight of the rows whose raw value does not fit the column's kind and reading, over the weight "
        "of all rows that have the column; nulls fit every kind. Interval: Wilson's.",
        misleads="Every text fits a categorical column, so a type that changed there shows as unseen categories.",
        source="Elementary; Wilson (1927)",
    ),
    MetricSpec(
        name="quality.nan_share", title="NaN", scope="column", applies_to=("numeric",), compute=nan_share,
        direction="lower_is_better", unit="share of rows", range=(0.0, 1.0),
        definition="Weight of the rows whose value is NaN over the weight of all rows that have the column; nulls "
        "are not NaN. Interval: Wilson's.",
        misleads="pandas writes a missing number as NaN; frames read from it have nulls instead.",
        source="numpy.isnan; Wilson (1927)",
    ),
    MetricSpec(
        name="quality.infinite_share", title="Infinite values", scope="column", applies_to=("numeric",),
        compute=infinite_share, direction="lower_is_better", unit="share of rows", range=(0.0, 1.0),
        definition="Weight of the rows whose value is +∞ or −∞ over the weight of all rows that have the column; "
        "nulls and NaN are not infinite. Interval: Wilson's.",
        misleads="A number near the largest one is not infinite, and does the same harm.",
        source="numpy.isinf; Wilson (1927)",
    ),
)  # fmt: skip
