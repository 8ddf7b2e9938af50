"""What a condition says must be possible: its metric exists, and it can both pass and fail."""

from __future__ import annotations

import math
from typing import Final

from barograph.checks.condition import Condition
from barograph.checks.expression import value_of
from barograph.errors import AddressError, CheckError
from barograph.metrics.address import ANY, check_arguments
from barograph.metrics.arguments import allowed_arguments, required_parameters
from barograph.metrics.custom.specs import is_custom
from barograph.metrics.registry import metric
from barograph.metrics.spec import MetricSpec
from barograph.schema.model import Schema

#: Arguments that may be ``*``.
EXPANDED: Final = ("column", "class", "rule", "segment")


def check_meaning(condition: Condition, schema: Schema | None = None) -> None:
    """Raise CheckError for a metric or argument that does not exist, and for limits that decide nothing.

    Parameters
    ----------
    schema : declares the metrics of the family `custom`; without it nothing is said of these.

    Examples
    --------
    >>> from barograph.checks.parse import parse_condition
    >>> parse_condition("performance.mae >= 1.1 * reference")
    Traceback (most recent call last):
    ...
    barograph.errors.CheckError: check 'performance.mae >= 1.1 * reference' could never fail: a lower value \
is better, and an improvement on the reference never fails. Write <=, or a number instead of reference.
    """
    if schema is None and is_custom(condition.metric.metric):
        return
    try:
        spec = metric(condition.metric.metric, schema)
        check_arguments(condition.metric, allowed_arguments(spec), required_parameters(spec))
    except AddressError as error:
        place = condition.span[0] + 1
        raise CheckError(f"check {condition.text!r}: at character {place}: {error}") from None
    for name, value in condition.metric.arguments:
        if value is ANY and name not in EXPANDED:
            raise CheckError(
                f"check {condition.text!r}: {name}=* has no list to run over; "
                f"expected a value (only {', '.join(EXPANDED)} may be *)."
            )
    if condition.mentions_reference:
        _check_reference(condition, spec)
    else:
        _check_numbers(condition, spec)


def _check_reference(condition: Condition, spec: MetricSpec) -> None:
    if spec.needs_reference:
        raise CheckError(
            f"check {condition.text!r}: {spec.name} compares with the reference already, which has no value of "
            "its own. Compare it with a number."
        )
    if condition.lower is not None and condition.upper is not None:
        return
    if (spec.direction == "lower_is_better" and condition.upper is None) or (
        spec.direction == "higher_is_better" and condition.lower is None
    ):
        word, sign = ("lower", "<=") if condition.upper is None else ("higher", ">=")
        raise CheckError(
            f"check {condition.text!r} could never fail: a {word} value is better, and an improvement on the "
            f"reference never fails. Write {sign}, or a number instead of reference."
        )


def _check_numbers(condition: Condition, spec: MetricSpec) -> None:
    """Constant limits must leave something in and something out of the metric's range."""
    low, high = (math.nan if x is None else x.expression for x in (condition.lower, condition.upper))
    lower = -math.inf if isinstance(low, float) else value_of(low, math.nan)
    upper = math.inf if isinstance(high, float) else value_of(high, math.nan)
    if math.isnan(lower) or math.isnan(upper):
        raise CheckError(f"check {condition.text!r}: the limit is no number; it divides by 0. Correct it.")
    first, last = spec.range
    first, last = -math.inf if first is None else first, math.inf if last is None else last
    strict = any(limit.strict for limit in condition.limits)
    if lower > upper or (lower == upper and strict):
        raise CheckError(f"check {condition.text!r} could never pass: nothing lies between its limits.")
    within = f"{spec.name} lies within [{first:g}, {last:g}]"
    if lower > last or upper < first:
        raise CheckError(f"check {condition.text!r} could never pass: {within}.{_percent(condition, last)}")
    if lower <= first and upper >= last and not strict:
        raise CheckError(f"check {condition.text!r} could never fail: {within}.{_percent(condition, last)}")


def _percent(condition: Condition, last: float) -> str:
    """A share's limit of 5 was most likely meant as 5%."""
    limits = [value_of(limit.expression, math.nan) for limit in condition.limits]
    if last == 1.0 and all(1.0 < x <= 100.0 for x in limits):
        return f" Did you mean {limits[0]:g}%?"
    return ""
