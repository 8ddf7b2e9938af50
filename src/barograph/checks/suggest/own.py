"""Suggestions on the rules and metrics that the schema declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from barograph.charts.numbers import count, measured, number
from barograph.checks.check import Check
from barograph.checks.suggest.limits import highest_share, rounded_up, share_limit
from barograph.checks.suggest.variation import metric_between
from barograph.metrics.address import Address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.values import Value
from barograph.profile.value import Profile
from barograph.schema.custom.model import CustomMetric, Ratio

_RULE: Final = "quality.violation_share"
_MARGIN: Final = 0.1
_FEWEST_ROWS: Final = 50
#: Standard deviations of its windows by which a metric may wander.
_ROOM: Final = 1.5


def own_checks(reference: Profile, level: float) -> Iterator[Check]:
    """Checks on every rule, and on means and ratios of which one way is better; totals grow with the rows."""
    whole = reference.total()
    for rule in reference.schema.rules:
        address = str(Address(_RULE, (("rule", rule),)))
        found = evaluate(address, whole)
        if isinstance(found, Value):
            limit = share_limit(highest_share(found, _RULE, level))
            told = f"{number(100 * found.value)} % of {count(found.n)} checked rows break it"
            yield Check(
                f"{address} <= {limit:.6g}", unknown="pass", confident=level,
                reason=told if found.value else f"none of {count(found.n)} checked rows breaks it",
            )  # fmt: skip
    for metric in reference.schema.metrics:
        if metric.better in ("lower", "higher") and (metric.per_row or isinstance(metric.formula, Ratio)):
            yield from _metric_check(metric, reference, whole, level)


def _metric_check(metric: CustomMetric, reference: Profile, whole: Profile, level: float) -> Iterator[Check]:
    found = evaluate(metric.address, whole)
    if not isinstance(found, Value) or found.interval is None or found.n < _FEWEST_ROWS or found.value <= 0.0:
        return
    own = metric_between(metric.address, reference)
    low, high = found.interval
    beyond = high - found.value if metric.better == "lower" else found.value - low
    margin = rounded_up(max(_MARGIN, max(beyond, _ROOM * own) / found.value))
    sign, factor = ("<=", 1.0 + margin) if metric.better == "lower" else (">=", 1.0 - margin)
    wander = f"; its own windows differ by {number(own)} (standard deviation)" if own else ""
    if factor > 0.0:
        yield Check(
            f"{metric.address} {sign} {factor:.6g} * reference", unknown="pass", confident=level,
            reason=f"{measured(found.value, found.interval)} on {count(found.n)} rows of the reference{wander}",
        )  # fmt: skip
