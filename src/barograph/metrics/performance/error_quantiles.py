"""Quantiles of the error, and the mean error of its two ends."""

from __future__ import annotations

import math

from barograph.errors import AddressError
from barograph.locale.said import say
from barograph.metrics.intervals import student
from barograph.metrics.performance.figures import figure
from barograph.metrics.performance.residuals import Residuals, residuals
from barograph.metrics.rank_limits import rank_limits
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView
from barograph.schema.model import REGRESSION_TASKS

#: Share of the rows in each end.
_END = 0.05
_MINIMUM_ROWS = 20


def error_quantile(view: OutcomeView, *, q: float = 0.5) -> Result:
    """The q-quantile of ``ŷ − y``, in the label's unit, interpolated inside the residual's bins.

    Parameters
    ----------
    q : between 0 and 1.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> error_quantile(outcome_of("regression", [0.0] * 5, [1.0, 2.0, 3.0, 4.0, 5.0]), q=0.5).value
    3.0
    """
    if not 0.0 <= q <= 1.0:
        raise AddressError(f"error_quantile: q is {q}; expected a number from 0 to 1, such as q=0.95.")
    found = residuals(view)
    if isinstance(found, Undefined):
        return found
    value = found.quantile(q)
    limits = rank_limits(q, found.n)
    if limits is None:
        return figure(value, found.n, None)
    low, high = limits
    return figure(value, found.n, (min(found.quantile(low), value), max(found.quantile(high), value)))


def me_underestimated(view: OutcomeView) -> Result:
    """Mean error of the 5 % of rows that were under-estimated most, in the label's unit.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> me_underestimated(outcome_of("regression", range(20), [-9.0, *range(1, 20)])).value
    -9.0
    """
    return _end(view, upper=False)


def me_overestimated(view: OutcomeView) -> Result:
    """Mean error of the 5 % of rows that were over-estimated most, in the label's unit.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> me_overestimated(outcome_of("regression", range(20), [9.0, *range(1, 20)])).value
    9.0
    """
    return _end(view, upper=True)


def me_majority(view: OutcomeView) -> Result:
    """Mean error of the 90 % of rows between the two ends, in the label's unit.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> me_majority(outcome_of("regression", [0.0] * 20, [-9.0] + [1.0] * 18 + [50.0])).value
    1.0
    """
    found = _enough(view)
    if isinstance(found, Undefined):
        return found
    mean, variance = found.between(_END, 1.0 - _END)
    inner = 1.0 - 2.0 * _END
    low, high = found.quantile(_END), found.quantile(1.0 - _END)
    centre = inner * mean + _END * (low + high)
    square = inner * (variance + mean * mean) + _END * (low * low + high * high)
    half = student(inner * found.n - 1.0) * math.sqrt(max(square - centre * centre, 0.0) / found.n) / inner
    return figure(mean, found.n, (mean - half, mean + half))


def _end(view: OutcomeView, *, upper: bool) -> Result:
    found = _enough(view)
    if isinstance(found, Undefined):
        return found
    edge = found.quantile(1.0 - _END if upper else _END)
    mean, variance = found.between(1.0 - _END, 1.0) if upper else found.between(0.0, _END)
    rows = _END * found.n
    if rows < 2.0:
        return figure(mean, found.n, None)
    gap = edge - mean
    spread = variance + (1.0 - _END) * gap * gap  # a power would raise where it overflows
    half = student(rows - 1.0) * math.sqrt(spread / (rows - 1.0))
    return figure(mean, found.n, (mean - half, mean + half))


def _enough(view: OutcomeView) -> Residuals | Undefined:
    """The residuals, where the ends hold a row."""
    found = residuals(view)
    if isinstance(found, Residuals) and found.n < _MINIMUM_ROWS:
        detail = say(
            "the ends of 5 % need {minimum_rows} rows; there are {n}", minimum_rows=_MINIMUM_ROWS, n=found.n
        )
        return Undefined(reason="too_few_rows", detail=detail)
    return found


_BINS = "From the residual's bins: even density inside a bin, exact sums beyond the reference's range; no weights."

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.error_quantile", title="Error quantile", scope="outcome", applies_to=REGRESSION_TASKS,
        compute=error_quantile, direction="zero_is_best", unit="label", parameters=("q",),
        definition=f"The q-quantile of ŷ − y. {_BINS} Interval: the rows between whose ranks the quantile lies, "
        "from the binomial distribution; none where too few rows lie beyond it.",
        misleads="Far quantiles of few rows are the largest errors by another name.",
        source="numpy.quantile, within a bin's width; Conover, Practical Nonparametric Statistics (1999), §3.2",
    ),
    MetricSpec(
        name="performance.me_underestimated", title="Mean error of the most under-estimated 5 %", scope="outcome",
        applies_to=REGRESSION_TASKS, compute=me_underestimated, direction="higher_is_better", unit="label",
        minimum_rows=_MINIMUM_ROWS,
        definition=f"Mean of ŷ − y below its 5 % quantile. {_BINS} Interval: Student's with the variance of a "
        "tail mean.",
        misleads="One mistaken label can make all of it when there are few rows.",
        source="Evidently's error groups; Brazauskas et al., J. Stat. Plan. Inference 138 (2008) 3590",
    ),
    MetricSpec(
        name="performance.me_majority", title="Mean error of the majority", scope="outcome",
        applies_to=REGRESSION_TASKS, compute=me_majority, direction="zero_is_best", unit="label",
        minimum_rows=_MINIMUM_ROWS,
        definition=f"Mean of ŷ − y between its 5 % and 95 % quantiles. {_BINS} Interval: Student's with the "
        "winsorised variance.",
        misleads="It leaves out the rows that may cost most.",
        source="Evidently's error groups; Tukey & McLaughlin, Sankhyā A 25 (1963) 331",
    ),
    MetricSpec(
        name="performance.me_overestimated", title="Mean error of the most over-estimated 5 %", scope="outcome",
        applies_to=REGRESSION_TASKS, compute=me_overestimated, direction="lower_is_better", unit="label",
        minimum_rows=_MINIMUM_ROWS,
        definition=f"Mean of ŷ − y above its 95 % quantile. {_BINS} Interval: Student's with the variance of a "
        "tail mean.",
        misleads="One mistaken label can make all of it when there are few rows.",
        source="Evidently's error groups; Brazauskas et al., J. Stat. Plan. Inference 138 (2008) 3590",
    ),
)  # fmt: skip
