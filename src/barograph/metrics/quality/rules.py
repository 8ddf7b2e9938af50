"""Rows that break a rule of the schema."""

from __future__ import annotations

from barograph.errors import AddressError, did_you_mean
from barograph.locale.said import say
from barograph.metrics.intervals import wilson
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import effective_rows
from barograph.profile.custom_rows import RULE_STATES
from barograph.profile.value import Profile

_KEPT, _BROKEN, _UNCHECKED = (RULE_STATES.index(state) for state in ("kept", "broken", "not_checked"))


def violation_share(cell: Profile, *, rule: str) -> Result:
    """Share of the checked rows that break a rule; 0 is best.

    Parameters
    ----------
    rule : its name in the schema.

    Examples
    --------
    >>> from barograph.metrics.custom.arrays import profile_of
    >>> rows = profile_of({"paid": [1.0, 5.0, None], "due": [3.0, 3.0, 3.0]}, rules={"paid": "paid <= due"})
    >>> violation_share(rows, rule="paid").value
    0.5
    """
    rules = cell.schema.rules
    if rule not in rules:
        hint = did_you_mean(rule, rules) or "."
        known = ", ".join(repr(r) for r in rules) or "none; declare some under rules in the schema"
        raise AddressError(f"violation_share: no rule {rule!r} in the schema{hint} Rules: {known}.")
    sums = None if cell.custom is None else cell.custom.rules.of.get(rule)
    if sums is None:
        return Undefined(
            reason="column_missing", detail=say("no row has all columns of {rules}", rules=repr(rules[rule]))
        )
    rows, weights = sums.rows[0].tolist(), sums.weights[0].tolist()
    n, weight = rows[_KEPT] + rows[_BROKEN], weights[_KEPT] + weights[_BROKEN]
    if not n or not weight:
        detail = say(
            "no row of weight above 0 can be checked: {rows} give null", rows=f"{rows[_UNCHECKED]:,}"
        )
        return Undefined(reason="too_few_rows", detail=detail)
    value = weights[_BROKEN] / weight
    effective = n * effective_rows(cell) / int(cell.table.rows[0])
    low, high = wilson(value * effective, effective)
    return Value(value=value, n=n, interval=(min(low, value), max(high, value)))


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="quality.violation_share", title="Rows that break a rule", scope="custom", applies_to=(),
        compute=violation_share, direction="lower_is_better", unit="share of rows", range=(0.0, 1.0),
        parameters=("rule",),
        definition="Rows for which the rule, an SQL expression over one typed row, is false, over the rows for which "
        "it is true or false; null, as of a comparison with null or NaN, is not checked. Numbers are float64, "
        "categories text. Interval: Wilson's over Kish's effective rows.",
        misleads="A column that became null breaks no rule; see `n` and `quality.null_share`.",
        source="Elementary; Wilson (1927)",
    ),
)  # fmt: skip
