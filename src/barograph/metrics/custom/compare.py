"""What the change of a metric of the user's own is."""

from __future__ import annotations

from barograph.metrics.custom.average import average
from barograph.metrics.custom.specs import custom_spec
from barograph.metrics.intervals import Change, change
from barograph.metrics.values import Undefined
from barograph.profile.value import Profile
from barograph.schema.custom.model import CustomMetric, Ratio


def custom_change(metric: CustomMetric, reference: Profile, current: Profile) -> Change | None:
    """Current minus reference, of a total at equal numbers of rows; None where a side is undefined.

    A total grows with the rows, so that a longer period would be a change. It is compared with what the
    reference's mean per row gives for as many rows as the current ones.

    Parameters
    ----------
    reference, current : profiles of one cell.

    Examples
    --------
    >>> from barograph.metrics.custom.arrays import profile_of
    >>> before = profile_of({"x": [1.0, 2.0] * 50}, {"lost": {"sum": "x", "better": "lower"}})
    >>> after = profile_of({"x": [2.0, 3.0] * 20}, like=before)
    >>> found = custom_change(before.schema.metrics[0], before, after)
    >>> found.value, found.verdict
    (40.0, 'worse')
    """
    spec = custom_spec(metric)
    if metric.per_row or isinstance(metric.formula, Ratio):
        before, now = spec.compute(reference), spec.compute(current)
        if isinstance(before, Undefined) or isinstance(now, Undefined):
            return None
        return change(before, now, spec.direction)
    return extra_total(metric, reference, current)


def extra_total(metric: CustomMetric, reference: Profile, current: Profile) -> Change | None:
    """What the rows sum to beyond what the reference's mean gives for as many rows; None where a side is undefined.

    Parameters
    ----------
    metric : no ratio; of a mean per row its sum is meant.
    reference, current : profiles of one cell.

    Examples
    --------
    >>> from barograph.metrics.custom.arrays import profile_of
    >>> before = profile_of({"x": [1.0, 2.0] * 50}, {"lost": {"sum": "x", "per": "row", "better": "lower"}})
    >>> after = profile_of({"x": [2.0, 3.0] * 20}, like=before)
    >>> found = extra_total(before.schema.metrics[0], before, after)
    >>> found.value, found.interval is not None
    (40.0, True)
    """
    base, found = average(reference, metric), average(current, metric)
    if isinstance(base, Undefined) or isinstance(found, Undefined):
        return None
    each = change(base.mean, found.mean, custom_spec(metric).direction)
    ends = each.interval
    return Change(
        value=each.value * found.weight,
        interval=None if ends is None else (ends[0] * found.weight, ends[1] * found.weight),
        verdict=each.verdict,
    )
