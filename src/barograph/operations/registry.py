"""Every operational metric, by explicit list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from barograph.errors import AddressError, did_you_mean
from barograph.metrics.address import Address
from barograph.metrics.spec import MetricSpec
from barograph.operations import (
    arrival,
    availability,
    feedback,
    happened,
    latency,
    leak,
    levels,
    traffic,
    volume,
)

#: In the order of the reference page.
METRICS: tuple[MetricSpec, ...] = (
    *latency.METRICS,
    *traffic.METRICS,
    *availability.METRICS,
    *levels.METRICS,
    *leak.METRICS,
    *arrival.METRICS,
    *volume.METRICS,
    *feedback.METRICS,
    *happened.METRICS,
)
_BY_NAME: Mapping[str, MetricSpec] = MappingProxyType({spec.name: spec for spec in METRICS})
#: Readings a metric looks at; those of `value` are named in its address.
_READINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "operations.latency": ("latency",),
        "operations.throughput": ("requests", "latency"),
        "operations.error_rate": ("requests", "errors", "latency"),
        "operations.cpu": ("process_cpu",),
        "operations.memory": ("process_memory",),
        "operations.disk": ("disk_used",),
        "operations.io": ("disk_read", "disk_written"),
        "operations.memory_leak": ("process_memory",),
        "operations.hours_to_limit": ("process_memory", "host_memory_limit"),
    }
)
#: Figures of readings and heartbeats can be asked for by host and version.
_BY_HOST = ("readings", "heartbeats")


def operational_metric(name: str) -> MetricSpec:
    """The metric called `name`.

    Raises
    ------
    AddressError
        With the nearest names, where there is none.

    Examples
    --------
    >>> operational_metric("operations.latency").unit
    'seconds'
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    hint = did_you_mean(name, _BY_NAME) or "."
    raise AddressError(f"no metric {name!r}{hint} Metrics of operations: {', '.join(_BY_NAME)}.")


def operational_arguments(spec: MetricSpec) -> tuple[str, ...]:
    """Arguments an operational metric takes, in the order they are written.

    Examples
    --------
    >>> operational_arguments(operational_metric("operations.latency"))
    ('q', 'host', 'version')
    """
    by_host = any(what in _BY_HOST for what in spec.applies_to)
    return (*spec.parameters, *(("host", "version") if by_host else ()))


def readings_of(address: Address) -> tuple[str, ...]:
    """Names of the readings an address looks at.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> readings_of(parse_address('operations.value(name="revenue")'))
    ('revenue',)
    """
    name = address.get("name")
    if address.metric == "operations.value" and isinstance(name, str):
        return (name,)
    return _READINGS.get(address.metric, ())
