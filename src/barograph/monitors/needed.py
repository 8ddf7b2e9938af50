"""What a monitor's verdict needs beside the window itself: how much history, and which other figures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from barograph.metrics.address import Address
from barograph.monitors.condition import Anytime, Band, Burn, Calibrated, Change, Composite
from barograph.monitors.monitor import Monitor
from barograph.windows import parse_every

_DAY_SECONDS: Final = 86_400.0
_WEEK_SECONDS: Final = 604_800.0
#: Windows a band looks at where the monitor does not say, and the most that it then looks at.
_BAND_WINDOWS: Final = 200
_MOST_BAND_WINDOWS: Final = 2_000
#: A test that is watched for ever is a product over all windows since the monitor began.
_ALL_WINDOWS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What `judge` is to be given, beside the window itself; most monitors need little of it.

    Attributes
    ----------
    history : earlier windows of the series, at most.
    reference : whether figures of the reference's own windows are needed.
    p_value : whether a drift metric's p-value against the reference's own windows is needed, and its ratio.
    compared : whether the other side's figure is needed.
    metrics : addresses of the parts of a composite condition.
    """

    history: int = 0
    reference: bool = False
    p_value: bool = False
    compared: bool = False
    metrics: tuple[Address, ...] = ()


def needed(monitor: Monitor) -> Needed:
    """What the verdict on a window of a series needs.

    Parameters
    ----------
    monitor : of one series. What the parts of a composite condition need is asked part by part: see `parts_of`.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> needed(Monitor(name="m", metric=parse_address("performance.mae"), when=Band(), window="1h")).history
    1344
    """
    match monitor.when:
        case Change():
            return Needed(compared=True)
        case Band() as band:
            return Needed(history=band.windows or _band_windows(band, monitor))
        case Calibrated() if is_p_value(monitor.metric):
            return Needed()
        case Calibrated() if monitor.metric.family == "drift" and monitor.metric.get("column") is not None:
            return Needed(p_value=True)
        case Calibrated():
            return Needed(history=_BAND_WINDOWS, reference=True)
        case Anytime():
            return Needed(history=_ALL_WINDOWS, reference=True, compared=True)
        case Burn() as burn:
            longest = max(long for _, long, _ in burn.rates)
            return Needed(history=math.ceil(longest / window_seconds(monitor)) - 1)
        case Composite():
            parts = [part for _, part in parts_of(monitor)]
            return Needed(metrics=tuple(part.metric for part in parts if part.metric != monitor.metric))
        case _:
            return Needed()


def is_p_value(metric: Address) -> bool:
    """Whether the metric is itself a p-value, so that its figure is compared with the level.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> is_p_value(parse_address("drift.inputs_p_value")), is_p_value(parse_address('drift.psi(column="x")'))
    (True, False)
    """
    return metric.metric.endswith("p_value")


def parts_of(monitor: Monitor) -> Iterator[tuple[str, Monitor]]:
    """The parts of a composite condition, each as a monitor of its own, by the name it has in `Seen.parts`.

    The name is the written address. Another comparison than the monitor's own is written behind it.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.monitors.condition import Limit, Part
    >>> error = Part(metric=parse_address("performance.mae"), against=None, when=Limit(above=2.0))
    >>> both = Composite(how="all", parts=(error,))
    >>> [name for name, _ in parts_of(Monitor(name="m", metric=parse_address("performance.me"), when=both))]
    ['performance.mae']
    """
    if not isinstance(monitor.when, Composite):
        return
    for part in monitor.when.parts:
        metric, against = part.metric or monitor.metric, part.against or monitor.against
        name = str(metric)
        if against != monitor.against:
            told = (against.kind, against.name, against.season, str(against.windows))
            name += f" against {' '.join(word for word in told if word)}"
        yield name, replace(monitor, metric=metric, against=against, when=part.when)


def window_seconds(monitor: Monitor) -> float:
    """Usual length of the monitor's windows."""
    return parse_every(monitor.window).approximate_seconds


def _band_windows(band: Band, monitor: Monitor) -> int:
    """Windows enough to find the fewest like ones of an hour of the week; 200 of a day or more."""
    length = window_seconds(monitor)
    if length >= _DAY_SECONDS:
        return _BAND_WINDOWS
    return min(max(math.ceil(band.fewest * _WEEK_SECONDS / length), _BAND_WINDOWS), _MOST_BAND_WINDOWS)
