"""The declaration of a metric of the user's own, made from its schema."""

from __future__ import annotations

from functools import partial
from typing import Final

from barograph.errors import AddressError, did_you_mean
from barograph.locale.said import say
from barograph.metrics.custom.ratio import ratio
from barograph.metrics.custom.total import per_row, total
from barograph.metrics.spec import Direction, MetricSpec
from barograph.schema.custom.model import Better, CostMatrix, CustomMetric, ErrorCost, Ratio, Total
from barograph.schema.model import Schema

FAMILY: Final = "custom"
_DIRECTIONS: Final[dict[Better | None, Direction]] = {
    "higher": "higher_is_better", "lower": "lower_is_better", "zero": "zero_is_best", None: "neutral",
}  # fmt: skip
_HALL: Final = "Interval: Hall's for skewed rows, degrees of freedom from the kurtosis."


def is_custom(name: str) -> bool:
    """Whether a metric's name is one that schemas declare.

    Examples
    --------
    >>> is_custom("custom.revenue_lost"), is_custom("performance.mae")
    (True, False)
    """
    return name.startswith(f"{FAMILY}.")


def declared(name: str, schema: Schema) -> CustomMetric:
    """The metric of the schema that an address such as ``custom.revenue_lost`` names.

    Raises
    ------
    AddressError
        With the nearest name, where the schema declares no such metric.

    Examples
    --------
    >>> declared("custom.lost", Schema(columns=()))
    Traceback (most recent call last):
    ...
    barograph.errors.AddressError: no metric 'custom.lost': the schema declares no metrics of its own. Declare it \
there under metrics, and profile the reference again.
    """
    by_address = {m.address: m for m in schema.metrics}
    if name in by_address:
        return by_address[name]
    if not by_address:
        raise AddressError(
            f"no metric {name!r}: the schema declares no metrics of its own. Declare it there under metrics, "
            "and profile the reference again."
        )
    hint = did_you_mean(name, by_address) or "."
    raise AddressError(f"no metric {name!r} in the schema{hint} Its metrics: {', '.join(by_address)}.")


def custom_spec(metric: CustomMetric) -> MetricSpec:
    """The declaration of one metric, as the package's own have one.

    Examples
    --------
    >>> metric = CustomMetric(name="revenue_lost", formula=Total(expression="amount"), unit="EUR", better="lower")
    >>> spec = custom_spec(metric)
    >>> spec.name, spec.title, spec.direction
    ('custom.revenue_lost', 'Revenue lost', 'lower_is_better')
    """
    compute = ratio if isinstance(metric.formula, Ratio) else per_row if metric.per_row else total
    return MetricSpec(
        name=metric.address,
        title=_title(metric),
        scope="custom",
        applies_to=(),
        compute=partial(compute, metric=metric),
        direction=_DIRECTIONS[metric.better],
        unit=metric.unit,
        range=(0.0, None) if _is_never_negative(metric) else (None, None),
        definition=f"{metric.description + ': ' if metric.description else ''}{_formula(metric)}",
        misleads="A total grows with the rows; rows that give null are left out.",
        source="the schema",
    )


def _title(metric: CustomMetric) -> str:
    words = metric.name.replace("_", " ").capitalize()
    return say("{name} per row", name=words) if metric.per_row and not words.endswith(" per row") else words


def _is_never_negative(metric: CustomMetric) -> bool:
    formula = metric.formula
    if isinstance(formula, CostMatrix):
        return all(cost >= 0.0 for _, _, cost in formula.costs)
    return isinstance(formula, ErrorCost) and formula.over >= 0.0 and formula.under >= 0.0


def _formula(metric: CustomMetric) -> str:
    formula = metric.formula
    per = " per row" if metric.per_row else ""
    if isinstance(formula, Total):
        return f"sum{per} of {formula.expression}. {_HALL}"
    if isinstance(formula, Ratio):
        return f"sum of {formula.above} over sum of {formula.below}. Interval: Fieller's with Hall's limits of t."
    if isinstance(formula, ErrorCost):
        return f"{formula.over:g}·max(ŷ − y, 0) + {formula.under:g}·max(y − ŷ, 0), summed{per}. {_HALL}"
    told = ", ".join(f"{label} answered {answer}: {cost:g}" for label, answer, cost in formula.costs)
    return f"costs of answers ({told}; others 0), summed{per}. {_HALL}"
