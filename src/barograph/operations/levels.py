"""Levels a host reads off itself, and any figure of one's own."""

from __future__ import annotations

from functools import partial

from barograph.errors import AddressError, did_you_mean
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.operations.figures import figure
from barograph.operations.in_time import level_interval
from barograph.operations.quantile import DEFINITION, quantile
from barograph.operations.view import Operations, sums_of, windows_of

STATISTICS = ("mean", "sum", "count", "last", "min", "max")


def level(view: Operations, name: str) -> Result:
    """Mean of the readings called `name`, with an interval from how its windows differ.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> level(operations_of(load=[0.25, 0.75]), "load").value
    0.5
    """
    windows = windows_of(view, name)
    sums = sums_of(view, name)
    if isinstance(windows, Undefined):
        return windows
    if isinstance(sums, Undefined):
        return sums
    return figure(sums.mean, sums.n, level_interval(windows))


def _level(view: Operations, *, name: str, q: float | None = None) -> Result:
    """A reading's mean, or its q-quantile."""
    return level(view, name) if q is None else value(view, name=name, q=q)


def value(view: Operations, *, name: str, statistic: str = "mean", q: float | None = None) -> Result:
    """Readings of any name: their mean, sum, count, last, min or max, or their q-quantile.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> value(operations_of(revenue=[10.0, 20.0]), name="revenue", statistic="sum").value
    30.0
    """
    if statistic not in STATISTICS:
        hint = did_you_mean(statistic, STATISTICS) or "."
        raise AddressError(
            f"operations.value: statistic {statistic!r} is not known{hint} Expected one of: {', '.join(STATISTICS)}."
        )
    sums = sums_of(view, name)
    if isinstance(sums, Undefined):
        return sums
    if q is not None:
        return quantile(sums, q)
    if statistic == "mean":
        return level(view, name)
    found = {
        "sum": float(sums.total), "count": float(sums.n), "last": sums.last,
        "min": sums.lowest, "max": sums.highest,
    }  # fmt: skip
    return figure(found[statistic], sums.n)


def _compute(name: str) -> partial[Result]:
    made = partial(_level, name=name)
    made.__doc__ = f"Mean of the readings `{name}`, or their q-quantile."
    return made


_HOW = (
    "Mean of the readings `{name}`; with `q=` their quantile. The mean's interval is Student's over windows, their "
    "number reduced by how much each is like the one before; none below eight windows. "
)
_MISLEADS = (
    "Readings seconds apart say little of the moments between them; a mean hides short peaks: ask for q=0.99."
)
_LEVELS = (
    (
        "cpu",
        "process_cpu",
        "Processor",
        "cores",
        (0.0, None),
        "Processor time the process takes, 1 being a core.",
    ),
    ("memory", "process_memory", "Memory", "bytes", (0.0, None), "Memory the process holds."),
    ("disk", "disk_used", "Disk", "ratio", (0.0, 1.0), "Share of the disk in use."),
)

METRICS: tuple[MetricSpec, ...] = (
    *(
        MetricSpec(
            name=f"operations.{name}", title=title, scope="readings", applies_to=("readings",),
            compute=_compute(reading), direction="lower_is_better", unit=unit, range=limits, parameters=("q",),
            definition=f"{what} {_HOW.format(name=reading)}", misleads=_MISLEADS, source="Bartlett (1935)",
        )
        for name, reading, title, unit, limits, what in _LEVELS
    ),
    MetricSpec(
        name="operations.value", title="A figure of your own", scope="readings", applies_to=("readings",),
        compute=value, unit="reading", parameters=("name", "statistic", "q"),
        definition="Mean of the readings `name`, any business or technical figure that is sent; `statistic` takes "
        f"another of {', '.join(STATISTICS)}, `q` a quantile. Sums are exact. " + DEFINITION,
        misleads="A mean or a sum of running totals means nothing: send increments.",
        source="exact arithmetic; Conover (1999), §3.2",
    ),
)  # fmt: skip
