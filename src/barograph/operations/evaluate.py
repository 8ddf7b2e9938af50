"""From an address and what was seen of a service to a figure."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, cast

from barograph.errors import AddressError
from barograph.metrics.address import Address, Wildcard, check_arguments, parse_address
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result
from barograph.operations.registry import operational_arguments, operational_metric
from barograph.operations.view import Operations


def evaluate_readings(address: str | Address, view: Operations) -> Result:
    """Evaluate an operational metric.

    Parameters
    ----------
    address : such as ``operations.latency(q=0.95)`` or ``operations.value(host="a", name="revenue")``.
    view : readings, heartbeats and rows of one model in one span.

    Returns
    -------
    Value, or Undefined with the reason.

    Raises
    ------
    AddressError
        Where the address names no operational metric, an argument the metric does not take, or several figures.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> evaluate_readings("operations.error_rate", operations_of(requests=[50.0], errors=[1.0])).value
    0.02
    """
    asked, spec = resolved_reading(address)
    for name, value in asked.arguments:
        if isinstance(value, Wildcard):
            raise AddressError(f"{asked}: {name}=* names several figures and one is evaluated; name one.")
    given: dict[str, Any] = {n: v for n, v in asked.arguments if n in spec.parameters}
    host, version = (cast("str | None", asked.get(name)) for name in ("host", "version"))
    return spec.compute(view.of(host, version), **given)


def resolved_reading(address: str | Address) -> tuple[Address, MetricSpec]:
    """The address and its metric, known to fit each other; ``*`` may stand.

    Raises
    ------
    AddressError
        As `evaluate_readings`, and where a number stands in place of a text or the reverse.

    Examples
    --------
    >>> resolved_reading("operations.throughput")[1].title
    'Calls per second'
    """
    asked = parse_address(address) if isinstance(address, str) else address
    spec = operational_metric(asked.metric)
    check_arguments(asked, operational_arguments(spec), required_parameters(spec))
    taken = _signature(spec.compute)
    for name, value in asked.arguments:
        if isinstance(value, Wildcard):
            continue
        takes_text = name in ("host", "version") or "str" in str(taken[name].annotation)
        if takes_text and not isinstance(value, str):
            raise AddressError(f'{asked}: {name} is a text in double quotes; write {name}="{value}".')
        if not takes_text and isinstance(value, str):
            raise AddressError(f"{asked}: {name} is a number without quotes; write {name}=0.95 or the like.")
    return asked, spec


def required_parameters(spec: MetricSpec) -> tuple[str, ...]:
    """Arguments an operational metric cannot do without.

    Examples
    --------
    >>> required_parameters(operational_metric("operations.latency"))
    ('q',)
    """
    taken = _signature(spec.compute)
    return tuple(p for p in spec.parameters if taken[p].default is inspect.Parameter.empty)


@cache
def _signature(compute: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(compute).parameters
