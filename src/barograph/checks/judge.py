"""The verdict on one metric of one check."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from barograph.checks.certainty import is_beyond, is_distance, p_value_of
from barograph.checks.check import Check, Status
from barograph.checks.condition import Condition, Limit
from barograph.checks.expression import value_of
from barograph.checks.figures import Figures
from barograph.checks.result import CheckResult, Note
from barograph.locale.said import say
from barograph.metrics.address import Address
from barograph.metrics.registry import metric
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Undefined, Value

#: Limits are met within rounding: 0.1 + 0.2 is no more than 0.3.
_ROUNDING: Final = 1e-12


def judge(check: Check, address: Address, figures: Figures) -> CheckResult:
    """Judge one metric of a check.

    A figure within the limits passes. Beyond one it fails, unless it is no worse than the reference it is
    compared with, or the check is `confident` and chance may be the reason: the interval of how far it lies
    beyond the limit covers 0; of a distance from the reference, its p-value is above (1 − level)/2.

    Examples
    --------
    >>> from barograph.checks.figures import figures_of
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> rows = profile_of([1.0, None])
    >>> check = Check('quality.null_share(column="x") <= 0.2')
    >>> judge(check, check.parsed.metric, figures_of(rows, rows)).status
    'fail'
    """
    condition = check.parsed
    current = figures.of_current(address)
    reference = figures.of_reference(address) if condition.mentions_reference else None
    asked = CheckResult(
        check=check, address=address, status=check.unknown, current=current, reference=reference
    )
    if isinstance(current, Undefined) or isinstance(reference, Undefined):
        return asked
    base = math.nan if reference is None else reference.value
    lower, upper = (
        None if limit is None else value_of(limit.expression, base)
        for limit in (condition.lower, condition.upper)
    )
    if not all(math.isfinite(limit) for limit in (lower, upper) if limit is not None):
        detail = say("the limit divides by 0 or is beyond the largest number")
        return replace(asked, current=Undefined(reason="evaluation_error", detail=detail))
    note: Note = ""
    broken = _broken(condition, current.value, (lower, upper))
    if broken is not None:
        note = _note(broken, asked, figures, (reference, current))
    status: Status = "fail" if broken is not None and not note else "pass"
    return replace(asked, status=status, limits=(lower, upper), note=note)


def _broken(condition: Condition, value: float, limits: tuple[float | None, float | None]) -> Limit | None:
    """The limit that a value does not keep."""
    lower, upper = limits
    if condition.lower and lower is not None and not _kept(value, lower, 1.0, strict=condition.lower.strict):
        return condition.lower
    if condition.upper and upper is not None and not _kept(value, upper, -1.0, strict=condition.upper.strict):
        return condition.upper
    return None


def _note(broken: Limit, asked: CheckResult, figures: Figures, sides: tuple[Value | None, Value]) -> Note:
    """Why a broken limit is no failure, if it is none."""
    spec = metric(asked.address.metric, figures.current.schema)
    reference, current = sides
    if reference is not None and not is_worse(reference.value, current.value, spec):
        return "improvement"
    level = asked.check.level
    if level is None:
        return ""
    if broken is asked.check.parsed.upper and is_distance(spec):
        p_value = figures.of_current(p_value_of(asked.address))
        if isinstance(p_value, Value):
            return "" if p_value.value <= (1.0 - level) / 2.0 else "chance"
    return "" if is_beyond(broken, spec, sides, level) else "chance"


def _kept(value: float, limit: float, side: float, *, strict: bool) -> bool:
    """Whether a value lies above (`side` 1) or below (-1) a limit; the limit itself where not `strict`."""
    at = math.isclose(value, limit, rel_tol=_ROUNDING)
    return (not strict) if at else side * (value - limit) > 0.0


def is_worse(reference: float, current: float, spec: MetricSpec) -> bool:
    """Whether a metric with a direction moved the wrong way; any move of one without counts.

    Examples
    --------
    >>> is_worse(4.0, 3.0, metric("performance.mae")), is_worse(4.0, 3.0, metric("quality.mean"))
    (False, True)
    """
    if spec.direction == "lower_is_better":
        return current > reference
    if spec.direction == "higher_is_better":
        return current < reference
    if spec.direction == "zero_is_best":
        return abs(current) > abs(reference)
    return True
