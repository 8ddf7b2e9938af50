"""What could never be judged, or never say anything, is refused where it is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

from barograph.errors import AddressError
from barograph.metrics.address import Address, Wildcard
from barograph.metrics.spec import MetricSpec
from barograph.monitors.addressed import spec_of
from barograph.monitors.against import Against, Comparison
from barograph.monitors.condition import Anytime, Burn, Calibrated, Change, Composite, Condition, Limit
from barograph.monitors.entries import written_number
from barograph.monitors.judge.anytime import why_never
from barograph.monitors.monitor import Monitor
from barograph.monitors.needed import is_p_value
from barograph.schema.document import Document, Path
from barograph.windows import LONGEST_SECONDS, parse_every

#: Of a season, each of which is looked for.
_MOST_WINDOWS: Final = 100_000


def require_possible(document: Document, path: Path, monitor: Monitor) -> None:
    """Refuse a monitor that could never be judged, or never say anything.

    Parameters
    ----------
    document, path : where it is written.

    Raises
    ------
    MonitorError
        Says what, and what was expected.
    """
    for side in sides_of(monitor):
        _require_reached(document, path, side, monitor.window)
    starred = {name for name, value in monitor.metric.arguments if isinstance(value, Wildcard)}
    for metric, against, when in _conditions(monitor.when, monitor.metric, monitor):
        told = str(metric)
        missing = {n for n, value in metric.arguments if isinstance(value, Wildcard)} - starred
        if missing:
            raise document.wrong(
                (*path, "when"),
                told,
                f"a * only where {monitor.metric} has one: {min(missing)}=* says nothing",
            )
        if isinstance(when, Change) and against == "none":
            raise document.wrong(
                (*path, "against"), "none", "something to compare with: the condition is a change"
            )
        sides = _compares_with(when, metric, alone=when is monitor.when)
        if against not in sides:
            raise document.wrong(
                (*path, "against"),
                against,
                f"{' or '.join(sides)}, or a condition that compares, such as change: 10%: this one would never look "
                "at the other side",
            )
        if isinstance(when, Limit) and (beyond := _why_beyond(when, _known(metric))):
            raise document.error(f"{document.at((*path, 'when'))}: {metric.metric} {beyond}.")
        if isinstance(when, Anytime) and (never := why_never(metric.metric, _known(metric))):
            raise document.error(f"{document.at((*path, 'when'))}: {never}.")
        if isinstance(when, Burn) and not _is_share(metric):
            raise document.wrong(
                (*path, "when"),
                told,
                "a share of good or bad events, such as operations.error_rate, for a burn rate",
            )


def sides_of(monitor: Monitor) -> list[Against]:
    """What a monitor and the parts of its condition are against.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> [side.kind for side in sides_of(Monitor(name="m", metric=parse_address("drift.share"), when=Limit(above=1.0)))]
    ['reference']
    """
    sides = [monitor.against]
    parts = list(monitor.when.parts) if isinstance(monitor.when, Composite) else []
    while parts:
        part = parts.pop()
        sides += [] if part.against is None else [part.against]
        parts += part.when.parts if isinstance(part.when, Composite) else ()
    return sides


def _conditions(
    when: Condition, metric: Address, monitor: Monitor
) -> Iterator[tuple[Address, str, Condition]]:
    """Every single condition, with its metric and the kind of its comparison."""
    if not isinstance(when, Composite):
        yield metric, monitor.against.kind, when
        return
    for part in when.parts:
        for inner_metric, kind, inner in _conditions(part.when, part.metric or metric, monitor):
            own = kind if part.against is None or isinstance(part.when, Composite) else part.against.kind
            yield inner_metric, own, inner


def _compares_with(when: Condition, metric: Address, *, alone: bool) -> tuple[str, ...]:
    """What a condition can be against; the reference is what it is against where nothing is said.

    A limit on a metric that compares, such as one of drift, may be against other rows too, where it is the only
    condition.
    """
    match when:
        case Change():
            return get_args(Comparison)
        case Anytime() | Calibrated():
            return ("reference",)
        case Limit() if alone and _compares(metric):
            return tuple(kind for kind in get_args(Comparison) if kind != "none")
        case _:
            return ("none", "reference")


def _compares(metric: Address) -> bool:
    return (spec := _known(metric)) is not None and spec.needs_reference


def _is_share(metric: Address) -> bool:
    spec = _known(metric)
    return spec is None or (spec.range == (0.0, 1.0) and not is_p_value(metric))


def _why_beyond(limit: Limit, spec: MetricSpec | None) -> str | None:
    """Why a limit lies beyond all that its metric can be, at whose ends it may lie; None where it does not."""
    first, last = (None, None) if spec is None else spec.range
    is_one = limit.above is None or limit.below is None
    asked = {"above": limit.above, "below": limit.below, "clear": limit.clear if is_one else None}
    for key, value in asked.items():
        if value is None:
            continue
        if last is not None and value > last:
            end, always = f"at most {last:g}", key == "below"
        elif first is not None and value < first:
            end, always = f"at least {first:g}", key == "above"
        else:
            continue
        found = f"{key if is_one else 'outside'}: {written_number(value)}"
        # Of a share 5 was most likely meant as 5%.
        such = f", such as {written_number(value)}%" if last == 1.0 < value <= 100.0 else ""
        comes = "is always breached" if always else "is never reached"
        return f"{_range(first, last)}; {found} {comes}; expected {end}{such}"
    return None


def _range(first: float | None, last: float | None) -> str:
    if first is None or last is None:
        return f"is at most {last:g}" if first is None else f"is at least {first:g}"
    return f"lies between {first:g} and {last:g}"


def _known(metric: Address) -> MetricSpec | None:
    """The metric; None where it is one of a schema, known where that is."""
    try:
        return spec_of(metric)
    except AddressError:
        return None


def _require_reached(document: Document, path: Path, side: Against, window: str) -> None:
    """Refuse a comparison with windows that no window of the monitor is, or that lie too far away."""
    length = parse_every(window).approximate_seconds
    if side.kind == "season":
        season = side.season or "1w"
        if not _fits(season, window):
            raise document.wrong(
                (*path, "against"),
                f"season({season})",
                f"a season of one or more whole windows, which are {window} long",
            )
        if parse_every(season).approximate_seconds > _MOST_WINDOWS * length:
            raise document.wrong(
                (*path, "against"),
                f"season({season})",
                f"a season of at most {_MOST_WINDOWS:,} windows, which are {window} long",
            )
    if side.kind == "previous" and side.windows * length > LONGEST_SECONDS:
        raise document.wrong(
            (*path, "against"),
            f"previous({side.windows})",
            f"fewer windows, of a century together at most: they are {window} long",
        )


def _fits(season: str, window: str) -> bool:
    """Whether a season is whole windows; a calendar month is as many days and weeks as it has."""
    length, every = parse_every(season), parse_every(window)
    windows = length.approximate_seconds / every.approximate_seconds
    return windows.is_integer() if (length.unit == "mo") == (every.unit == "mo") else windows >= 1.0
