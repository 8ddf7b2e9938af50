"""Figures of a profile's windows, and what each is judged from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Final

from barograph.alerts.backtest.over import windows_over
from barograph.alerts.carrying import STUCK, OfColumn, carrying, is_input, of_columns
from barograph.errors import BarographError
from barograph.locale.said import say
from barograph.metrics.address import Address
from barograph.metrics.drift.prepared import PreparedReference, prepared_reference
from barograph.metrics.evaluate import evaluate, evaluate_windows
from barograph.metrics.own_figures import own_figures
from barograph.metrics.sides import division, part_of
from barograph.metrics.values import Result, Undefined, Value
from barograph.monitors.addressed import spec_of
from barograph.monitors.figures import is_paired, need_of, others_of, p_value_and_ratio
from barograph.monitors.monitor import Monitor
from barograph.monitors.verdict import Figure, Seen
from barograph.profile.coarser import coarser
from barograph.profile.value import ALL, Profile, added_profiles
from barograph.windows import edges_between, parse_every

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_COVERAGE: Final = Address("performance.coverage")
ByStart = dict[int, Result]


@dataclass(frozen=True)
class WindowFigures:
    """A profile cut into windows of one length, its reference, and the figures that were asked for so far.

    Attributes
    ----------
    every : length of the windows.
    until : end of what the rows are of, microseconds UTC; None: of the last window.
    """

    profile: Profile
    reference: Profile
    every: str
    until: int | None = None
    kept: dict[Address, ByStart] = field(default_factory=dict)
    own: dict[Address, tuple[Figure, ...]] = field(default_factory=dict)
    whole: dict[Address, Result] = field(default_factory=dict)
    ready: dict[tuple[str, str | None], PreparedReference] = field(default_factory=dict)

    @property
    def edges(self) -> list[int]:
        """Starts of all windows from the first with rows to the last, and the last one's end, microseconds UTC."""
        starts = self.profile.windows
        return edges_between(starts[0], starts[-1] + 1, parse_every(self.every), self.profile.grid.timezone)

    @cached_property
    def rows(self) -> dict[tuple[str, int | None], int]:
        """Rows of each window, by segment and start."""
        cells, rows = self.profile.cells, self.profile.table.rows.tolist()
        return {(cell.segment, cell.window): count for cell, count in zip(cells, rows, strict=True)}

    @cached_property
    def over(self) -> int:
        """How many of the windows are over."""
        return windows_over(self.profile, self.reference, self.edges, every=self.every, until=self.until)

    def of(self, address: Address) -> ByStart:
        """A metric in each window that has rows, by its start."""
        if address not in self.kept:
            try:
                found = evaluate_windows(address, self.profile, self.reference, prepare=self.prepared)
            except BarographError as error:
                failed = Undefined(reason="evaluation_error", detail=str(error))
                self.kept[address] = dict.fromkeys(self.profile.windows, failed)
            else:
                self.kept[address] = {_time_us(moment): result for moment, result in found}
        return self.kept[address]

    def at(self, address: Address, start: int) -> Result:
        """A metric in one window."""
        return self.of(address).get(start, _no_rows())

    def own_of(self, address: Address) -> tuple[Figure, ...]:
        """A metric in the reference's own windows, of the same length; empty where it has none."""
        if address not in self.own:
            self.own[address] = tuple(self._own(address))
        return self.own[address]

    def of_reference(self, address: Address) -> Result:
        """A metric of all rows of the reference together."""
        if address not in self.whole:
            self.whole[address] = _evaluated(address, self.reference, self.reference)
        return self.whole[address]

    def prepared(self, segment: str, every: str | None) -> PreparedReference:
        """A segment of the reference made ready, once for all metrics that compare with it."""
        if (segment, every) not in self.ready:
            self.ready[segment, every] = prepared_reference(part_of(self.reference, segment), every=every)
        return self.ready[segment, every]

    def _own(self, address: Address) -> Iterator[Figure]:
        if self.reference.grid.every is None or not self.reference.windows:
            return
        try:
            found = own_figures(address, coarser(self.reference, self.every))
        except BarographError:
            return
        starts = [_time_us(moment) for moment, _ in found]
        if not starts:
            return
        edges = edges_between(
            starts[0], starts[-1] + 1, parse_every(self.every), self.reference.grid.timezone
        )
        ends = dict(pairwise(edges))
        for start, (_, result) in zip(starts, found, strict=True):
            yield Figure(start=start, end=ends[start], result=result)


def seen_windows(figures: WindowFigures, monitor: Monitor, *, level: float | None) -> list[Seen]:
    """What each window of a series is judged from; the history is made where they are run through.

    Parameters
    ----------
    monitor : of one series.
    level : p-value that spends the budget, for one window.
    """
    edges = figures.edges
    return [_seen(figures, monitor, (edges, place), level) for place in range(figures.over)]


def carrying_columns(figures: WindowFigures, address: Address, start: int) -> list[str]:
    """Columns that carry a figure over all of them in one window; none of any other figure."""
    schema = figures.profile.schema
    inputs = [name for name in figures.profile.grid.columns if is_input(schema.column(name).role)]
    if address.metric == STUCK:
        inputs = [name for name in inputs if name in figures.prepared(ALL, figures.every).restless]
    held = [(figures.at(each, start), each) for each in of_columns(address, inputs)]
    found = [OfColumn(result.value, each) for result, each in held if isinstance(result, Value)]
    return [str(each.address.get("column")) for each in carrying(address.metric, found)] if found else []


def _seen(figures: WindowFigures, monitor: Monitor, at: tuple[list[int], int], level: float | None) -> Seen:
    (edges, place), address, wanted = at, monitor.metric, need_of(monitor)
    start, end = edges[place], edges[place + 1]
    schema = figures.profile.schema
    segment = str(address.get("segment") or ALL)
    rows = figures.rows.get((segment, start), 0)
    both = p_value_and_ratio(address, schema) if wanted.p_value else None
    return Seen(
        spec=spec_of(address, schema),
        current=Figure(
            start=start,
            end=end,
            result=_paired(figures, monitor, at)
            if is_paired(monitor, schema)
            else figures.at(address, start),
        ),
        compared=_compared(figures, monitor, at) if wanted.compared else None,
        reference=figures.own_of(address) if wanted.reference else (),
        p_value=None if both is None else figures.at(both[0], start),
        ratio=None if both is None else figures.at(both[1], start),
        rows=rows,
        missing=segment != ALL and not rows and figures.rows.get((ALL, start), 0) > 0,
        coverage=_coverage(figures, segment, start),
        level=level,
        timezone=figures.profile.grid.timezone,
        parts={name: _seen(figures, part, at, level) for name, part in others_of(monitor)},
    )


def _compared(figures: WindowFigures, monitor: Monitor, at: tuple[list[int], int]) -> Result:
    """The figure on the other side."""
    (edges, place), address, against = at, monitor.metric, monitor.against
    match against.kind:
        case "reference":
            return figures.of_reference(address)
        case "previous" if place == 0:
            return Undefined(reason="too_few_rows", detail=say("there is no window before"))
        case "previous" if against.windows == 1:
            return figures.at(address, edges[place - 1])
        case "previous":
            before = set(edges[max(place - against.windows, 0) : place])
            cells = [cell for cell in figures.profile.cells if cell.window in before]
            return _evaluated(address, figures.profile.at(*cells), figures.reference)
        case "season" if against.season is not None:
            windows = _windows_in(figures, against.season)
            if windows > place:
                return Undefined(
                    reason="too_few_rows",
                    detail=say("there is no window {season} earlier", season=against.season),
                )
            return figures.at(address, edges[place - windows])
        case "segment" if against.name not in (None, "rest"):
            return figures.at(address.with_argument("segment", str(against.name)), edges[place])
        case "segment":
            return _rest(figures, address, edges[place])
        case _:
            return Undefined(reason="not_applicable", detail=say("a profile does not know versions"))


def _paired(figures: WindowFigures, monitor: Monitor, at: tuple[list[int], int]) -> Result:
    """How far the rows of a window lie from those its monitor compares them with; see `is_paired`."""
    (edges, place), address = at, monitor.metric
    segment = str(address.get("segment") or ALL)
    mine = _part(figures, {segment}, {edges[place]})
    if monitor.against.kind == "version":
        return Undefined(reason="not_applicable", detail=say("a profile does not know versions"))
    other = _other_rows(figures, monitor, at, segment)
    if mine is None or other is None:
        return Undefined(reason="too_few_rows", detail=say("there are no rows to compare with"))
    return _evaluated(_undivided(address), mine, other)


def _other_rows(
    figures: WindowFigures, monitor: Monitor, at: tuple[list[int], int], segment: str
) -> Profile | None:
    (edges, place), against = at, monitor.against
    if against.kind == "segment":
        named = {against.name} if against.name not in (None, "rest") else None
        return _part(figures, named or _alike(figures, segment), {edges[place]})
    if against.kind == "season" and against.season is not None:
        windows = _windows_in(figures, against.season)
        return _part(figures, {segment}, {edges[place - windows]} if windows <= place else set())
    return _part(figures, {segment}, set(edges[max(place - against.windows, 0) : place]))


def _part(
    figures: WindowFigures, segments: Collection[str | None], starts: Collection[int]
) -> Profile | None:
    """Rows of some segments and windows added up; None where there are none."""
    profile = figures.profile
    cells = [cell for cell in profile.cells if cell.window in starts and cell.segment in segments]
    held = [profile.at(cell).of_segment(cell.segment).total() for cell in cells]
    return added_profiles(held) if held else None


def _rest(figures: WindowFigures, address: Address, start: int) -> Result:
    """All rows outside the segment, among those that are divided alike."""
    segment, profile = str(address.get("segment") or ALL), figures.profile
    if segment == ALL:
        return Undefined(
            reason="not_applicable", detail=say("the rest is of a segment, and the metric is of all rows")
        )
    alike = _alike(figures, segment)
    cells = [cell for cell in profile.cells if cell.window == start and cell.segment in alike]
    if not cells:
        return Undefined(
            reason="too_few_rows", detail=say("there are no rows outside of {segment}", segment=repr(segment))
        )
    parts = [profile.at(cell).of_segment(cell.segment) for cell in cells]
    return _evaluated(_undivided(address), added_profiles(parts), figures.reference)


def _windows_in(figures: WindowFigures, season: str) -> int:
    """How many windows a season lasts."""
    return round(parse_every(season).approximate_seconds / parse_every(figures.every).approximate_seconds)


def _alike(figures: WindowFigures, segment: str) -> set[str]:
    """The other segments that are divided as one is."""
    known = figures.profile.segments
    return {s for s in known if s not in (segment, ALL) and division(s) == division(segment)}


def _undivided(address: Address) -> Address:
    """The same of all rows."""
    return Address(address.metric, tuple((n, v) for n, v in address.arguments if n != "segment"))


def _evaluated(address: Address, profile: Profile, reference: Profile) -> Result:
    try:
        return evaluate(address, profile, reference)
    except BarographError as error:
        return Undefined(reason="evaluation_error", detail=str(error))


def _coverage(figures: WindowFigures, segment: str, start: int) -> float | None:
    """Share of the rows that is labelled; None of a model without labels."""
    if figures.profile.grid.outcome is None:
        return None
    found = figures.of(_within(_COVERAGE, segment)).get(start)
    return found.value if isinstance(found, Value) else None


def _within(address: Address, segment: str) -> Address:
    return address if segment == ALL else address.with_argument("segment", segment)


def _no_rows() -> Result:
    return Undefined(reason="too_few_rows", detail=say("the window has no rows"))


def _time_us(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
