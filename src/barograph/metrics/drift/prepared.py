"""A reference made ready, once, for any number of windows to be compared with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.drift.cells import CellPlan, cell_plan, mostly_unnamed
from barograph.metrics.drift.column_windows import UnknownVariation, WindowsAgainstVariation
from barograph.metrics.drift.days import days_needed
from barograph.metrics.drift.own_windows import FEWEST_WINDOWS, WindowTable, rows_by_code, window_table
from barograph.metrics.drift.phases import phases_of
from barograph.metrics.drift.reach import Reach, reaches
from barograph.metrics.drift.restless import restless_columns
from barograph.metrics.drift.roles import COMPARED_ROLES, INPUT_ROLES
from barograph.metrics.drift.variation import Variation, reference_variation
from barograph.metrics.drift.window_correlation import (
    neighbours_left_out,
    pooled_rho,
    thinned_rho,
    wander_rho,
    window_memory,
)
from barograph.metrics.values import Undefined
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.coarser import coarser, fits
from barograph.profile.value import ALL, Profile
from barograph.schema.model import Schema
from barograph.windows import parse_every

#: Fewest rows of a reference whose distribution can be compared.
_FEWEST_ROWS: Final = 20
_DAY_SECONDS: Final = 86_400.0
#: Weeks of a reference, or months, that tell what weeks differ by better than its days do.
_MANY_WINDOWS: Final = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVariation:
    """How much a column's reference windows differ, on cells of their own.

    Attributes
    ----------
    plan : the cells, no narrower than one window can fill.
    rows : of the median window.
    joined : windows of the reference that each of these is.
    """

    variation: Variation
    plan: CellPlan
    rows: float
    joined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedColumn:
    """One column of the reference.

    Attributes
    ----------
    view : all its rows; of a label column, those that have one.
    plan : the cells that all rows are compared on.
    own : its windows' variation, or why it is unknown; None where the reference has no windows.
    """

    view: ColumnView
    plan: CellPlan
    own: OwnVariation | UnknownVariation | None


class AtHand:
    """Windows that several metrics look at; what their columns are against the reference's own is found once."""

    def __init__(self, current: Profile) -> None:
        self.current = current
        self.found: dict[str, WindowsAgainstVariation | UnknownVariation] = {}

    def holds(self, current: Profile) -> bool:
        """Whether these are the windows, be it with fewer columns."""
        return current.table is self.current.table and current.cells == self.current.cells


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedReference:
    """All compared columns of a reference.

    Attributes
    ----------
    schema : of the reference.
    every : length of the windows that are judged one at a time; None: all rows are judged together.
    as_long : the reference's own windows are of that length.
    columns, undefined : compared columns, and why the others cannot be.
    lag : neighbours of a window that remember it.
    reaches : of the numeric inputs, how far the windows lie beyond each other.
    restless : inputs that hold more than one value in every window.
    days : that weeks or months need rows on, to be judged by the reference's own; 0 of other windows.
    at_hand : windows that are being judged by several metrics.
    """

    schema: Schema
    every: str | None
    as_long: bool
    columns: Mapping[str, PreparedColumn]
    undefined: Mapping[str, Undefined]
    lag: int
    reaches: Mapping[str, Reach]
    restless: frozenset[str]
    days: float = 0.0
    at_hand: AtHand | None = field(default=None, repr=False, compare=False)

    @property
    def pools_days(self) -> bool:
        """Whether weeks or months are judged by what days differ by."""
        return (
            self.every is not None
            and not self.as_long
            and parse_every(self.every).approximate_seconds > _DAY_SECONDS
        )

    def judging(self, current: Profile) -> PreparedReference:
        """The same, for who asks for several metrics of the same windows: columns are compared once, all together."""
        return replace(self, at_hand=AtHand(current))

    @property
    def inputs(self) -> tuple[str, ...]:
        """Compared columns that are inputs of the model; all compared ones where none is."""
        schema = self.schema
        return tuple(n for n in self.columns if schema.column(n).role in INPUT_ROLES) or tuple(self.columns)


def prepared_reference(reference: Profile, *, every: str | None = None) -> PreparedReference:
    """Make a reference ready to be compared with.

    Parameters
    ----------
    reference : with its windows, if it has any; only cells of all rows are looked at.
    every : length of the windows that will be judged one at a time, such as ``"1h"``: the reference's own windows are
        added up to it where they fit and at least 4 remain, and compared by phase (see `phases_differ`): shorter
        than a day by their place in the day, days by the day of the week. Of weeks and months 26 have to remain: fewer
        are compared with days, each of its own day of the week, and taken for as many days as they are. None: all
        rows will be judged together, and all windows of the reference are taken as they are.

    Notes
    -----
    Cost: O(columns · windows · codes), 5 ms a column of 2,160 windows.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> prepared = prepared_reference(profile_of([float(x) for x in range(40)]))
    >>> prepared.columns["x"].own is None, prepared.inputs
    (True, ('x',))
    """
    whole, windows = replace(reference, outcome=None, custom=None).total(), _windows(reference, every)
    starts = np.array([c.window for c in windows.cells], np.int64)
    phases, pooled = _phases(windows, starts, every), _pooled(windows, every)
    views: dict[str, ColumnView] = {}
    undefined: dict[str, Undefined] = {}
    tables: dict[str, WindowTable | UnknownVariation] = {}
    for column in reference.schema.columns:
        name = column.name
        if column.role not in COMPARED_ROLES or name not in reference.grid.columns:
            continue
        view = comparable(whole, name)
        if isinstance(view, Undefined):
            undefined[name] = view
            continue
        views[name] = view
        if len(starts):
            tables[name] = window_table(rows_by_code(windows, name), view, phases=phases, pooled=pooled)
    own, lag = _own(tables, pooled)
    return PreparedReference(
        schema=reference.schema,
        every=every,
        as_long=every is not None and windows.grid.every == every,
        columns={n: PreparedColumn(view=v, plan=cell_plan(v), own=own.get(n)) for n, v in views.items()},
        undefined=undefined,
        lag=lag,
        reaches=reaches(windows, lag=lag),
        restless=restless_columns(windows),
        days=days_needed(windows) if windows.grid.every == every else 0.0,
    )


def comparable(whole: Profile, name: str) -> ColumnView | Undefined:
    """A reference's column, where its distribution can be compared."""
    found = column_view(whole, name)
    if isinstance(found, Undefined):
        return found
    view = labelled(found)
    unnamed = mostly_unnamed(view)
    if unnamed is not None:
        return unnamed
    if 0 < view.rows < _FEWEST_ROWS:
        detail = say(
            "the reference has {rows} rows; a distribution needs at least {fewest_rows}",
            rows=view.rows,
            fewest_rows=_FEWEST_ROWS,
        )
        return Undefined(reason="too_few_rows", detail=detail)
    return view if view.weights.sum() > 0 else no_rows(view)


def no_rows(view: ColumnView) -> Undefined:
    """Why a column cannot be compared of which one side has no row."""
    missing = view.column.role == "label"
    return Undefined(
        reason="no_labels" if missing else "too_few_rows",
        detail=say(
            "column {column} has no labelled row on one side"
            if missing
            else "column {column} has no row on one side",
            column=repr(view.column.name),
        ),
    )


def labelled(view: ColumnView) -> ColumnView:
    """A label column without its nulls: labels that have not come yet are no value of the label."""
    if view.column.role != "label":
        return view
    null = view.grid.code("null")

    def without(table: NDArray[np.int64]) -> NDArray[np.int64]:
        table = table.copy()
        table[:, null] = 0
        return table

    weighted = None if view.sums.weighted is None else without(view.sums.weighted)
    return replace(view, sums=replace(view.sums, counts=without(view.sums.counts), weighted=weighted))


def _windows(reference: Profile, every: str | None) -> Profile:
    """The windows of all rows, as long as those that are judged where that can be, else no longer than a day."""
    held = [c for c in reference.cells if c.segment == ALL and c.window is not None]
    found = replace(reference, outcome=None, custom=None).at(*held)
    length = reference.grid.every
    if every is None or length is None:
        return found
    asked = [(every, FEWEST_WINDOWS)]
    if parse_every(every).approximate_seconds > _DAY_SECONDS:
        asked = [(every, _MANY_WINDOWS), ("1d", FEWEST_WINDOWS)]
    for longer, fewest in asked:
        if fits(parse_every(length), parse_every(longer)):
            windows = coarser(found, longer)
            if len(windows.cells) >= fewest:
                return windows
    return found


def _phases(windows: Profile, starts: NDArray[np.int64], every: str | None) -> NDArray[np.int64] | None:
    """Phases of the reference's windows, where those that are judged have one, or go through all of them."""
    length = windows.grid.every
    if every is None or length is None or not len(starts):
        return None
    if length != every and parse_every(every).unit != "w":
        return None
    return phases_of(starts, length, windows.grid.timezone)


def _pooled(windows: Profile, every: str | None) -> int:
    """How many windows of the reference one that is judged amounts to."""
    length = windows.grid.every
    if every is None or length is None:
        return 1
    judged, own = (parse_every(each).approximate_seconds for each in (every, length))
    return max(round(judged / own), 1)


def _own(
    tables: Mapping[str, WindowTable | UnknownVariation], pooled: int
) -> tuple[dict[str, OwnVariation | UnknownVariation], int]:
    """Every column's variation, the wander's memory that of all columns together; neighbours left out."""
    known = {n: t for n, t in tables.items() if isinstance(t, WindowTable)}
    unknown = {n: t for n, t in tables.items() if isinstance(t, UnknownVariation)}
    if not known:
        return dict(unknown), 0
    memories = {n: window_memory(t.table, phases=t.phases) for n, t in known.items()}
    rho, wander = pooled_rho(memories.values()), wander_rho(memories.values())
    own = {
        n: OwnVariation(
            variation=reference_variation(
                t.table, rho=thinned_rho(memories[n], wander=wander), wander_rho=wander, phases=t.phases,
                ranges=t.plan.ranges, singles=t.singles,
                together=max(pooled // t.joined, 1),
            ),
            plan=t.plan, rows=t.rows, joined=t.joined,
        )
        for n, t in known.items()
    }  # fmt: skip
    # Of joined windows; their neighbours are those of which they are made.
    joined = max(t.joined for t in known.values())
    return {**unknown, **own}, joined * (neighbours_left_out(rho) + 1) - 1
