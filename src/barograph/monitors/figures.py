"""Which figures a verdict is made from, beside the window's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from barograph.metrics.address import Address
from barograph.metrics.registry import metric
from barograph.monitors.addressed import spec_of
from barograph.monitors.condition import Limit
from barograph.monitors.monitor import Monitor
from barograph.monitors.needed import Needed, needed, parts_of
from barograph.schema.model import Schema

#: Earlier windows that are looked at, at the most.
MOST_HISTORY: Final = 2_000
_P_VALUE: Final = "drift.windows_p_value"
_RATIO: Final = "drift.windows_ratio"


def need_of(monitor: Monitor) -> Needed:
    """What the verdict needs, of no more earlier windows than are looked at.

    Parts of a composite condition that are of the monitor's own metric are judged from the same figures.
    """
    wanted = needed(monitor)
    for part in (need_of(part) for name, part in parts_of(monitor) if name == str(monitor.metric)):
        wanted = replace(
            wanted,
            history=max(wanted.history, part.history),
            reference=wanted.reference or part.reference,
            p_value=wanted.p_value or part.p_value,
            compared=wanted.compared or part.compared,
        )
    return wanted if wanted.history <= MOST_HISTORY else replace(wanted, history=MOST_HISTORY)


def others_of(monitor: Monitor) -> Iterator[tuple[str, Monitor]]:
    """The parts of a composite condition that have figures of their own, by their name in `Seen.parts`."""
    for name, part in parts_of(monitor):
        if name == str(monitor.metric):
            yield from others_of(part)
        else:
            yield name, part


def p_value_and_ratio(address: Address, schema: Schema) -> tuple[Address, Address] | None:
    """Of a drift metric: its p-value against the reference's own windows, and how many times what is usual it is.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.schema.model import Column
    >>> schema = Schema(columns=(Column(name="age"),))
    >>> [str(a) for a in p_value_and_ratio(parse_address('drift.psi(column="age")'), schema)]
    ['drift.windows_p_value(column="age")', 'drift.windows_ratio(column="age")']
    """
    if metric(address.metric, schema).scope != "drift":
        return None
    kept = tuple((n, v) for n, v in address.arguments if n in ("column", "segment"))
    return Address(_P_VALUE, kept), Address(_RATIO, kept)


def is_paired(monitor: Monitor, schema: Schema | None = None) -> bool:
    """Whether the metric itself is to compare a window with other rows than the reference's.

    Those are the windows before, of a season ago, of another segment or version. A condition that compares compares two
    figures instead.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.monitors.against import Against
    >>> from barograph.monitors.condition import Limit
    >>> psi, before = parse_address('drift.psi(column="age")'), Against(kind="previous")
    >>> is_paired(Monitor(name="m", metric=psi, against=before, when=Limit(above=0.2)))
    True
    """
    return (
        isinstance(monitor.when, Limit)
        and monitor.against.kind not in ("none", "reference")
        and spec_of(monitor.metric, schema).needs_reference
    )
