"""A series that gives no answer has a state of its own: nobody is told that all is well."""

from __future__ import annotations

from barograph.alerts.machine import Judged
from barograph.monitors.monitor import Monitor
from barograph.monitors.verdict import Status


def blinded(window: Judged, monitor: Monitor) -> Judged:
    """The window as the second state of its series sees it: a breach where it gave no answer and that is an alert.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.monitors.condition import Limit
    >>> monitor = Monitor(
    ...     name="m", metric=parse_address("quality.row_count"), when=Limit(below=1), no_data="alert"
    ... )
    >>> blinded(Judged(start=0, end=1, status="no_data"), monitor).status
    'breach'
    """
    policy = {"no_data": monitor.no_data, "error": monitor.error, "unknown": monitor.unknown}
    status: Status = "breach" if policy.get(window.status) == "alert" else "ok"
    return Judged(start=window.start, end=window.end, status=status, severity=window.severity)
