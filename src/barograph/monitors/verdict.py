"""What a condition is given, and what it says of one window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result

#: `near`: no breach, but not past the value at which a firing alert recovers. `unknown`: there are rows, but it
#: cannot be told; `no_data`: there are none; `error`: it could not be computed.
Status = Literal["ok", "near", "breach", "unknown", "no_data", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A metric in one window; times in microseconds UTC, the end not included."""

    start: int
    end: int
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All a condition is judged from: figures, never rows.

    Attributes
    ----------
    spec : of the metric.
    current : the window that is judged.
    history : earlier windows of the same series, ascending; those that count as good for learning are in `good`.
    compared : the other side's figure, by what the monitor is compared with.
    reference : the metric in each of the reference's windows, against its other windows where it compares.
    p_value, ratio : of drift metrics, the window against the reference's own windows.
    rows : of the window; coverage: labelled share of them.
    missing : whether the segment has no row, and others have; ``version`` where its whole version has none.
    level : p-value that spends the budget, for one window of this series.
    timezone : in which hours and weekdays are told.
    breached : starts of windows in `history` that were breached: nothing is learned from them.
    parts : figures of the other metrics of a composite condition, by their written address.
    """

    spec: MetricSpec
    current: Figure
    history: tuple[Figure, ...] = ()
    compared: Result | None = None
    reference: tuple[Figure, ...] = ()
    p_value: Result | None = None
    ratio: Result | None = None
    rows: int = 0
    coverage: float | None = None
    missing: bool | Literal["version"] = False
    level: float | None = None
    timezone: str = "UTC"
    breached: frozenset[int] = frozenset()
    parts: Mapping[str, Seen] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of one window.

    Attributes
    ----------
    value, interval, n : of the metric, where there is one.
    expected : what was expected: the compared figure, the band's middle, the reference's value.
    limits : lower and upper limit in the metric's unit, each None where there is none; drawn in charts.
    p_value : where it was tested.
    score : how many times the limit, or what is usual, the figure is: 1 at the limit; orders alerts.
    detail : one sentence for people, with the figures.
    severity : where the condition itself knows it, such as a burn rate.
    """

    status: Status
    detail: str
    value: float | None = None
    interval: tuple[float, float] | None = None
    n: int = 0
    expected: float | None = None
    limits: tuple[float | None, float | None] = (None, None)
    p_value: float | None = None
    score: float | None = None
    severity: Literal["info", "warning", "critical", "emergency"] | None = None
