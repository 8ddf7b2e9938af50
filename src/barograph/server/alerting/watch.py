"""What is judged: one series of a monitor, of one model and version, with the figures its verdict needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from barograph.metrics.address import Address
from barograph.monitors.condition import Calibrated
from barograph.monitors.figures import is_paired, need_of, others_of, p_value_and_ratio
from barograph.monitors.monitor import Monitor
from barograph.schema.model import Schema
from barograph.store.monitor_series import StoredSeries
from barograph.windows import parse_every


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One series, as it is judged.

    Attributes
    ----------
    monitor : with the series' address as its metric.
    configuration : the monitor's revision.
    version : name; empty for all versions.
    before : the version before it, for comparisons of versions.
    """

    series: StoredSeries
    monitor: Monitor
    configuration: int
    version: str = ""
    before: int | None = None

    @property
    def delay_us(self) -> int:
        """How long after its end a window is judged."""
        return (self.monitor.lateness_seconds + self.monitor.needs.label_age_seconds) * 1_000_000

    @property
    def window_us(self) -> int:
        """Usual length of its windows."""
        return round(parse_every(self.monitor.window).approximate_seconds * 1_000_000)

    @property
    def asked(self) -> tuple[Ask, ...]:
        """Its metric, and those of the parts of its condition."""
        return (self.main, *(ask_of(self, part) for _, part in others_of(self.monitor)))

    @property
    def main(self) -> Ask:
        """The metric itself."""
        return ask_of(self, self.monitor)


def ask_of(watch: Watch, monitor: Monitor) -> Ask:
    """The metric of a monitor, or of a part of one."""
    against = monitor.against
    named = against.name if against.kind == "reference" else None
    return Ask(version_id=watch.series.version_id, address=monitor.metric, reference=named)


def p_values(ask: Ask, schema: Schema) -> tuple[Ask, Ask] | None:
    """The p-value of a drift metric against the reference's own windows, and how many times what is usual it is."""
    found = p_value_and_ratio(ask.address, schema)
    return None if found is None else (replace(ask, address=found[0]), replace(ask, address=found[1]))


def other_side(watch: Watch, monitor: Monitor) -> Ask | None:
    """What stands on the other side of a comparison, where it is a figure of the same window."""
    ask, against = ask_of(watch, monitor), monitor.against
    if against.kind == "segment" and against.name is not None and against.name != "rest":
        return replace(ask, address=ask.address.with_argument("segment", against.name))
    if against.kind == "version" and watch.before is not None:
        return replace(ask, version_id=watch.before)
    return None


def asks_of(watch: Watch, schema: Schema, *, has_own: Callable[[Ask], bool]) -> Iterator[tuple[Ask, int]]:
    """Figures that judging windows of a series takes, and how many windows before the first of them each.

    Parameters
    ----------
    has_own : whether the reference has windows in which the metric is known: no earlier ones are needed then.
    """
    yield from _asks_of(watch, watch.monitor, schema, has_own)


def _asks_of(
    watch: Watch, monitor: Monitor, schema: Schema, has_own: Callable[[Ask], bool]
) -> Iterator[tuple[Ask, int]]:
    wanted, ask = need_of(monitor), ask_of(watch, monitor)
    if is_paired(monitor, schema):
        # Both sides are read with the verdict: asked for are the rows of the window alone.
        yield ask, 0
        return
    learned = isinstance(monitor.when, Calibrated) and wanted.reference and has_own(ask)
    yield ask, max(0 if learned else wanted.history, _windows_before(monitor))
    if wanted.p_value and (both := p_values(ask, schema)) is not None:
        yield from ((each, 0) for each in both)
    if (other := other_side(watch, monitor)) is not None:
        yield other, 0
    for _, part in others_of(monitor):
        yield from _asks_of(watch, part, schema, has_own)


def _windows_before(monitor: Monitor) -> int:
    """How far back the other side of a comparison lies, in windows."""
    against = monitor.against
    if against.kind == "previous":
        return against.windows
    if against.kind == "season" and against.season is not None:
        length = parse_every(monitor.window).approximate_seconds
        return round(parse_every(against.season).approximate_seconds / length) + 1
    return 0
