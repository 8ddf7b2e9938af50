"""What is judged: one series of a monitor, of one model and version, with the figures its verdict needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from barograph.metrics.address import Address
from barograph.metrics.spec import MetricSpec
from barograph.monitors.addressed import spec_of
from barograph.monitors.condition import Calibrated
from barograph.monitors.figures import is_paired, need_of, others_of, p_value_and_ratio
from barograph.monitors.monitor import Monitor
from barograph.monitors.needed import Needed
from barograph.schema.model import Schema
from barograph.server.reading.series import is_of_readings
from barograph.store.monitor_series import StoredSeries
from barograph.windows import parse_every

#: Metrics of how many rows came.
_ROWS_COUNTED: Final = ("operations.volume", "operations.volume_ratio", "operations.volume_deviation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A metric of a version, against a reference.

    Attributes
    ----------
    version_id : 0: all versions.
    reference : name of a kept reference; None: the model's default.
    """

    version_id: int
    address: Address
    reference: str | None = None
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Figures are looked up by it, dozens of times a window.
        object.__setattr__(self, "_hash", hash((self.version_id, self.address, self.reference)))

    def __hash__(self) -> int:
        """That of its parts, computed once."""
        return self._hash


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What judging a series takes, the same for all its windows; found out once, when it is first asked for.

    Attributes
    ----------
    monitor : with the series' address as its metric, or a part of one.
    version_id : of the series.
    before : the version before it, for comparisons of versions.
    schema : of the model.
    """

    monitor: Monitor
    version_id: int
    before: int | None
    schema: Schema

    @cached_property
    def main(self) -> Ask:
        """The metric itself."""
        against = self.monitor.against
        named = against.name if against.kind == "reference" else None
        return Ask(version_id=self.version_id, address=self.monitor.metric, reference=named)

    @cached_property
    def spec(self) -> MetricSpec:
        """Of the metric; raises AddressError where the model has none of its name."""
        return spec_of(self.monitor.metric, self.schema)

    @cached_property
    def need(self) -> Needed:
        """Which figures a verdict is made from."""
        return need_of(self.monitor)

    @cached_property
    def parts(self) -> Mapping[str, Wanted]:
        """The parts of the condition that have figures of their own, by name."""
        return {name: replace(self, monitor=part) for name, part in others_of(self.monitor)}

    @cached_property
    def is_paired(self) -> bool:
        """Whether the metric compares the window with other rows than the reference's."""
        return is_paired(self.monitor, self.schema)

    @cached_property
    def is_of_readings(self) -> bool:
        """Whether the metric is of readings, not of rows."""
        return is_of_readings(self.monitor.metric.metric)

    @cached_property
    def counts_rows(self) -> bool:
        """Whether it is of how many rows came: a window waits until its rows are counted, however long it is over."""
        return any(ask.address.metric in _ROWS_COUNTED for ask in self.asked)

    @cached_property
    def p_values(self) -> tuple[Ask, Ask] | None:
        """The p-value of a drift metric against the reference's own windows, and how many times what is usual it is."""
        found = p_value_and_ratio(self.monitor.metric, self.schema)
        return None if found is None else (self._also(found[0]), self._also(found[1]))

    @cached_property
    def other_side(self) -> Ask | None:
        """What stands on the other side of a comparison, where it is a figure of the same window."""
        against = self.monitor.against
        if against.kind == "segment" and against.name is not None and against.name != "rest":
            return self._also(self.monitor.metric.with_argument("segment", against.name))
        if against.kind == "version" and self.before is not None:
            return replace(self.main, version_id=self.before)
        return None

    @cached_property
    def asked(self) -> tuple[Ask, ...]:
        """Its metric, and those of the parts of its condition."""
        return (self.main, *(part.main for part in self.parts.values()))

    @cached_property
    def compared(self) -> frozenset[str | None]:
        """Names of the references that its metric and those of its parts are compared with."""
        return frozenset({self.main.reference}).union(*(part.compared for part in self.parts.values()))

    @cached_property
    def every(self) -> str:
        """Length of its windows, as it is written."""
        return parse_every(self.monitor.window).text

    @cached_property
    def delay_us(self) -> int:
        """How long after its end a window is judged."""
        return (self.monitor.lateness_seconds + self.monitor.needs.label_age_seconds) * 1_000_000

    def _also(self, address: Address) -> Ask:
        return replace(self.main, address=address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One series, as it is judged.

    Attributes
    ----------
    wanted : what that takes.
    configuration : the monitor's revision.
    version : name; empty for all versions.
    """

    series: StoredSeries
    wanted: Wanted
    configuration: int
    version: str = ""

    @property
    def monitor(self) -> Monitor:
        """With the series' address as its metric."""
        return self.wanted.monitor

    @property
    def delay_us(self) -> int:
        """How long after its end a window is judged."""
        return self.wanted.delay_us

    @property
    def window_us(self) -> int:
        """Usual length of its windows."""
        return round(parse_every(self.monitor.window).approximate_seconds * 1_000_000)

    @property
    def asked(self) -> tuple[Ask, ...]:
        """Its metric, and those of the parts of its condition."""
        return self.wanted.asked

    @property
    def main(self) -> Ask:
        """The metric itself."""
        return self.wanted.main


def asks_of(wanted: Wanted, *, has_own: Callable[[Ask], bool]) -> Iterator[tuple[Ask, int]]:
    """Figures that judging windows of a series takes, and how many windows before the first of them each.

    Parameters
    ----------
    has_own : whether the reference has windows in which the metric is known: no earlier ones are needed then.
    """
    need, ask, monitor = wanted.need, wanted.main, wanted.monitor
    if wanted.is_paired:
        # Both sides are read with the verdict: asked for are the rows of the window alone.
        yield ask, 0
        return
    learned = isinstance(monitor.when, Calibrated) and need.reference and has_own(ask)
    yield ask, max(0 if learned else need.history, _windows_before(monitor))
    if need.p_value and (both := wanted.p_values) is not None:
        yield from ((each, 0) for each in both)
    if (other := wanted.other_side) is not None:
        yield other, 0
    for part in wanted.parts.values():
        yield from asks_of(part, has_own=has_own)


def _windows_before(monitor: Monitor) -> int:
    """How far back the other side of a comparison lies, in windows."""
    against = monitor.against
    if against.kind == "previous":
        return against.windows
    if against.kind == "season" and against.season is not None:
        length = parse_every(monitor.window).approximate_seconds
        return round(parse_every(against.season).approximate_seconds / length) + 1
    return 0
