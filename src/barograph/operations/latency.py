"""How long answers take."""

from __future__ import annotations

from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.operations.quantile import DEFINITION, quantile
from barograph.operations.view import Operations, sums_of


def latency(view: Operations, *, q: float) -> Result:
    """The q-quantile of the readings `latency`, in seconds.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> latency(operations_of(latency=[0.01, 0.02, 0.5]), q=1.0).value
    0.5
    """
    sums = sums_of(view, "latency")
    return sums if isinstance(sums, Undefined) else quantile(sums, q)


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="operations.latency", title="Latency", scope="readings", applies_to=("readings",),
        compute=latency, direction="lower_is_better", unit="seconds", range=(0.0, None), parameters=("q",),
        definition="The q-quantile of the readings `latency`. " + DEFINITION,
        misleads="Calls that are slow together are not independent: the interval is then too short. A quantile beyond "
        "1 − 1/n rests on a few calls.",
        source="Conover (1999), §3.2",
    ),
)  # fmt: skip
