"""Whether the service was there, from its heartbeats."""

from __future__ import annotations

from barograph.locale.said import say
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.operations.view import HOUR_US, MINUTE_US, Beats, Operations

_MINUTES = 60


def availability(view: Operations) -> Result:
    """Share of minutes in which a heartbeat of any host was heard lately enough.

    A minute counts as up where one came in it or up to two announced intervals earlier. Expected are the minutes
    from the first heartbeat, or the span's start where there was one before, to the span's end.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> availability(operations_of(seconds=600, heard=[0, 1, 2, 3, 4, 5])).value
    0.8
    """
    if not view.beats:
        return Undefined(reason="too_few_rows", detail=say("no heartbeat was heard"))
    up = _minutes_up(view.beats)
    first, end = -(-view.start // MINUTE_US), view.end // MINUTE_US
    began = max(first, min(up))
    if end <= began:
        return Undefined(reason="too_few_rows", detail=say("no whole minute since the first heartbeat"))
    seen = sum(1 for minute in up if began <= minute < end)
    return Value(value=seen / (end - began), n=end - began)


def _minutes_up(beats: tuple[Beats, ...]) -> set[int]:
    """Minutes since 1970 that heartbeats cover."""
    up: set[int] = set()
    for one in beats:
        lasting = max(2, -(-2 * one.interval_seconds // 60))
        first = one.hour // HOUR_US * _MINUTES
        for k in range(_MINUTES):
            if one.minutes >> k & 1:
                up.update(range(first + k, first + k + lasting + 1))
    return up


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="operations.availability", title="Availability", scope="readings", applies_to=("heartbeats",),
        compute=availability, direction="higher_is_better", range=(0.0, 1.0),
        definition="Minutes with a heartbeat of any host in them, or in the two announced intervals before (at least "
        "two minutes), divided by the minutes since the first. With `host=` that host's own. All minutes are "
        "counted: no interval.",
        misleads="A service can beat and still fail its calls: look at operations.error_rate beside it. A host taken "
        "away on purpose counts as down under `host=`.",
        source="exact arithmetic",
    ),
)  # fmt: skip
