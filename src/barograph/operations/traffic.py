"""How many calls came, how many failed, and how many rows were lost on the way."""

from __future__ import annotations

import math

from barograph.locale.said import say
from barograph.metrics.counts import garwood
from barograph.metrics.intervals import wilson
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.operations.arrival import BY_DAY
from barograph.operations.figures import figure
from barograph.operations.view import Operations, sums_of


def throughput(view: Operations) -> Result:
    """Calls per second: ``Σ requests / seconds of the span``.

    Where no `requests` are sent, each reading of `latency` is a call.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> throughput(operations_of(seconds=120, requests=[30.0, 90.0])).value
    1.0
    """
    calls = _calls(view)
    if isinstance(calls, Undefined):
        return calls
    if view.end <= view.start:
        return _NO_LENGTH
    return figure(calls / view.seconds, round(calls), _per_second(garwood(calls), view.seconds))


def error_rate(view: Operations) -> Result:
    """Share of calls that failed: ``Σ errors / Σ requests``, with Wilson's interval.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> error_rate(operations_of(requests=[200.0], errors=[1.0])).value
    0.005
    """
    calls = _calls(view)
    if isinstance(calls, Undefined):
        return calls
    if calls < 1.0:
        return Undefined(reason="too_few_rows", detail=say("no call in this span"))
    errors = sums_of(view, "errors")
    failed = 0.0 if isinstance(errors, Undefined) else float(errors.total)
    if not 0.0 <= failed <= calls:
        return Undefined(
            reason="evaluation_error",
            detail=say(
                "{failed} errors of {calls} calls: send both as increments, errors among the requests",
                failed=f"{failed:g}",
                calls=f"{calls:g}",
            ),
        )
    return figure(failed / calls, round(calls), wilson(failed, calls))


def dropped_share(view: Operations) -> Result:
    """Share of rows that clients had to drop: ``dropped / (dropped + rows received)``.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> dropped_share(operations_of(dropped=1, rows={0: 3})).value
    0.25
    """
    if not view.rows.tells(view.start, view.end):
        return BY_DAY
    received = view.rows.between(view.start, view.end)
    dropped = view.dropped.between(view.start, view.end)
    total = dropped + received
    if total == 0:
        return Undefined(reason="too_few_rows", detail=say("no row was sent or dropped in this span"))
    return Value(value=dropped / total, n=total)


def io(view: Operations) -> Result:
    """Bytes read from and written to disk per second: ``(Σ disk_read + Σ disk_written) / seconds of the span``.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> io(operations_of(seconds=60, disk_read=[500.0], disk_written=[100.0])).value
    10.0
    """
    found = [sums_of(view, name) for name in ("disk_read", "disk_written")]
    held = [sums for sums in found if not isinstance(sums, Undefined)]
    if not held or view.end <= view.start:
        return found[0] if isinstance(found[0], Undefined) else _NO_LENGTH
    rate = sum(float(sums.total) for sums in held) / view.seconds
    return figure(rate, sum(sums.n for sums in held))


_NO_LENGTH = Undefined(reason="too_few_rows", detail=say("the span has no length"))


def _calls(view: Operations) -> float | Undefined:
    requests = sums_of(view, "requests")
    if not isinstance(requests, Undefined):
        calls = float(requests.total)
        if 0.0 <= calls < math.inf:
            return calls
        return Undefined(
            reason="evaluation_error",
            detail=say("{calls} requests: send counts as increments", calls=f"{calls:g}"),
        )
    latency = sums_of(view, "latency")
    return requests if isinstance(latency, Undefined) else float(latency.n)


def _per_second(ends: tuple[float, float], seconds: float) -> tuple[float, float]:
    return ends[0] / seconds, ends[1] / seconds


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="operations.throughput", title="Calls per second", scope="readings", applies_to=("readings",),
        compute=throughput, unit="per_second", range=(0.0, None),
        definition="Σ of the readings `requests` (else the number of readings `latency`), divided by the seconds of "
        "the span. The interval is Garwood's of a Poisson count.",
        misleads="Calls that come in bursts vary more than a Poisson count: the interval is then too short.",
        source="Garwood, Biometrika 28 (1936) 437",
    ),
    MetricSpec(
        name="operations.error_rate", title="Failed calls", scope="readings", applies_to=("readings",),
        compute=error_rate, direction="lower_is_better", range=(0.0, 1.0),
        definition="Σ of the readings `errors` divided by Σ `requests` (else the number of readings `latency`); no "
        "reading `errors` is no error. Wilson's interval.",
        misleads="An outage fails all calls at once: they are not independent, and the interval is too short.",
        source="Wilson (1927)",
    ),
    MetricSpec(
        name="operations.dropped_share", title="Rows lost by clients", scope="readings", applies_to=("rows",),
        compute=dropped_share, direction="lower_is_better", range=(0.0, 1.0),
        definition="Rows that clients report they could not keep, divided by these and the rows received. A count of "
        "all rows: no interval.",
        misleads="A client that died before it could report is not counted.",
        source="exact arithmetic",
    ),
    MetricSpec(
        name="operations.io", title="Input and output", scope="readings", applies_to=("readings",), compute=io,
        unit="bytes_per_second",
        definition="Σ of the readings `disk_read` and `disk_written`, increments in bytes, divided by the seconds of "
        "the span. A count of all bytes: no interval.",
        misleads="Of several processes on one host each counts its own bytes.",
        source="exact arithmetic",
    ),
)  # fmt: skip
