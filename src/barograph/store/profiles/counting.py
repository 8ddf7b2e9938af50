"""Rows of one version counted into stored parts: what they add of themselves, and what their labels add."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import polars as pl

from barograph.errors import DataError
from barograph.frames.batch import Batch
from barograph.frames.typed import typed
from barograph.profile.algebra import Ints
from barograph.profile.count import Plan, features_of, profile_block
from barograph.profile.grid import CROSS_CELLS, Grid
from barograph.profile.outcome import cross_measures
from barograph.profile.segments import partition
from barograph.profile.value import ALL, Cell, Profile
from barograph.schema.model import REGRESSION_TASKS, Schema
from barograph.store.catalog.values import Model
from barograph.store.profiles.part import (
    CROSS,
    CUSTOM,
    OUTCOME,
    TABLE,
    CrossSums,
    Grain,
    Part,
    chosen,
    column_part,
    taken_away,
    together,
)
from barograph.store.profiles.rows import counted_schema, days_of, grid_of, some, sound
from barograph.windows import parse_every

_logger = logging.getLogger(__name__)
#: Parts by grain, name and day.
Parts = dict[tuple[Grain, str, int], Part]
DAY: Final = "1d"
_DAY_SECONDS: Final = 86_400
#: Rows of one block.
MOST_ROWS: Final = 1 << 18
_MOST_HELD: Final = 1024


@dataclass(frozen=True, kw_only=True)
class Counting:
    """How the rows of a model are counted; made of the model alone, and kept while it stays the same."""

    model: Model

    @cached_property
    def schema(self) -> Schema:
        """The columns that are counted; see `counted_schema`."""
        return counted_schema(self.model)

    @cached_property
    def grid(self) -> Grid:
        """The model's grid with the windows that are stored: its own, of a day at most."""
        return replace(grid_of(self.model), every=stored_every(self.model.every), by=())

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Counted columns that are kept over labelled rows alone; those of other rows are nulls."""
        return tuple(c.name for c in self.schema.with_role("label") if c.name in self.grid.columns)

    def plan(self, grain: Grain, *, cross: bool = False, columns: tuple[str, ...] | None = None) -> Plan:
        """What to count in one pass; `columns`: only these."""
        grid, by = self.grid, self.model.by if grain == "day" else ()
        if columns is not None:
            grid = replace(grid, columns={n: g for n, g in grid.columns.items() if n in columns})
        if grain == "day":
            grid = replace(grid, every=DAY, by=by)
        return Plan(
            schema=self.schema,
            grid=grid,
            by=tuple(partition(expressions) for expressions in by),
            cross=cross,
            sampled=False,
        )

    @cached_property
    def blank(self) -> Profile:
        """One row without a value, of which label columns and outcome are told: what cells without labels hold."""
        plan = self.plan("window", columns=self.labels)
        empty = pl.DataFrame({c.name: [None] for c in self.schema.columns})
        unit = [pl.lit(plan.grid.weight_unit).alias(c.name) for c in self.schema.with_role("weight")]
        return profile_block(typed(empty.with_columns(unit), self.schema), plan)

    @cached_property
    def blank_cross(self) -> CrossSums | None:
        """Cross tables of a cell without labels; None for a task without."""
        grid = self.grid
        if grid.outcome is None or self.blank.outcome is None or self.schema.task in (None, "ranking"):
            return None
        measures = 1 + len(cross_measures(grid.outcome, str(_judged_as(self.schema))))
        features = len(features_of(self.schema, grid))
        return CrossSums(sums=np.zeros((1, features, CROSS_CELLS, measures), np.int64))


def _judged_as(schema: Schema) -> str:
    return "regression" if schema.task in REGRESSION_TASKS else str(schema.task)


@lru_cache(maxsize=1)
def _held() -> dict[int, Counting]:
    return {}


def counting_of(model: Model) -> Counting:
    """How the rows of a model are counted; made again only where the model has changed."""
    counting, kept = _held().get(model.id), _held()
    if counting is None or not counted_alike(counting.model, model):
        while len(kept) >= _MOST_HELD:
            kept.pop(next(iter(kept)), None)
        counting = kept[model.id] = Counting(model=model)
    return counting


def counted_alike(one: Model, other: Model) -> bool:
    """Whether rows of both are counted by the same schema, grid, windows and segments."""
    return (
        (one.name, one.every, one.by) == (other.name, other.every, other.by)
        and (one.schema is other.schema or one.schema == other.schema)
        and _same_grid(one.grid, other.grid)
    )


def _same_grid(one: Grid | None, other: Grid | None) -> bool:
    # Mostly one object, as the catalog keeps what it decoded.
    return one is other or (one is not None and other is not None and one.hash == other.hash)


def stored_every(every: str) -> str:
    """Length of the windows that are stored: as given, a day at most.

    Examples
    --------
    >>> stored_every("1h"), stored_every("1w")
    ('1h', '1d')
    """
    return every if parse_every(every).approximate_seconds < _DAY_SECONDS else DAY


def input_parts(counting: Counting, batch: Batch) -> Parts:
    """What rows add of themselves: rows, columns but labels, and the user's own sums of rows.

    Parameters
    ----------
    batch : complete rows (see `rows.complete`) of one version, with label columns that are null.
    """
    out: Parts = {}
    for rows in _blocks(counting, batch):
        profile = profile_block(rows, counting.plan("window"))
        _add(out, _daily(profile, counting, "window", _input_records(profile, counting)))
        if counting.model.by:
            segments = _without_all(_by_segment(counting, rows, cross=False))
            _add(out, _daily(segments, counting, "day", _input_records(segments, counting)))
    return out


def label_parts(counting: Counting, batch: Batch) -> Parts:
    """What labelled rows add by their labels: outcome with the user's own sums, cross tables, label columns.

    Parameters
    ----------
    batch : complete rows of one version, each with some label. The outcome of a ranking is not among it: see
        `query_parts`.
    """
    out: Parts = {}
    for rows in _blocks(counting, batch):
        # Without ids the name of a bucket hangs on all columns of its row.
        few = counting.labels if counting.schema.one("id") is not None else None
        profile = profile_block(rows, counting.plan("window", columns=few))
        _add(out, _daily(profile, counting, "window", _label_records(profile, counting)))
        crossed = _by_segment(counting, rows, cross=True)
        if crossed.outcome is not None and crossed.outcome.cross is not None:
            tables = {CROSS: CrossSums(sums=crossed.outcome.cross)}
            _add(out, _daily(crossed, counting, "day", tables))
        if counting.model.by:
            segments = _without_all(crossed)
            _add(out, _daily(segments, counting, "day", _label_records(segments, counting)))
    return {place: part for place, part in out.items() if len(part.cells)}


def outcome_parts(counting: Counting, batch: Batch) -> Parts:
    """Only the outcome by window of labelled rows, as it is kept by day of arrival."""
    out: Parts = {}
    for rows in _blocks(counting, batch):
        profile = profile_block(rows, counting.plan("window", columns=counting.labels))
        _add(out, _daily(profile, counting, "window", {OUTCOME: profile.outcome}))
    return out


def table_parts(counting: Counting, batch: Batch) -> Parts:
    """Only the number of rows by window, as it is kept by day of arrival."""
    out: Parts = {}
    for rows in _blocks(counting, batch):
        profile = profile_block(rows, counting.plan("window", columns=()))
        _add(out, _daily(profile, counting, "window", {TABLE: profile.table}))
    return out


def query_parts(counting: Counting, batch: Batch) -> Parts:
    """The outcome of a ranking, of all rows of a day: those of one query are measured together."""
    rows = sound(batch, counting.schema, weight_unit=counting.grid.weight_unit)
    profile = profile_block(rows, counting.plan("window", columns=counting.labels))
    out = _daily(profile, counting, "window", {OUTCOME: profile.outcome})
    if counting.model.by:
        segments = _without_all(profile_block(rows, counting.plan("day", columns=counting.labels)))
        _add(out, _daily(segments, counting, "day", {OUTCOME: segments.outcome}))
    return out


def added(into: Parts, more: Parts) -> Parts:
    """Both, part by part."""
    out = dict(into)
    _add(out, more)
    return out


def subtracted(parts: Parts) -> Parts:
    """The parts that only add, with every sign changed; columns cannot be taken away and are left out."""
    return {
        (grain, name, day): taken_away(part)
        for (grain, name, day), part in parts.items()
        if not name.startswith(column_part(""))
    }


def _input_records(profile: Profile, counting: Counting) -> Mapping[str, Any]:
    columns = {column_part(n): c for n, c in profile.columns.items() if n not in counting.labels}
    return {TABLE: profile.table, CUSTOM: profile.custom, **columns}


def _label_records(profile: Profile, counting: Counting) -> Mapping[str, Any]:
    columns = {column_part(n): profile.columns[n] for n in counting.labels}
    outcome = profile.outcome
    if outcome is None or counting.schema.task == "ranking":
        return columns
    return {OUTCOME: replace(outcome, cross=None), **columns}


def _by_segment(counting: Counting, rows: Batch, *, cross: bool) -> Profile:
    """Days and segments of a block; without segments where rows, which are acknowledged, cannot be divided so."""
    plan = counting.plan("day", cross=cross)
    try:
        return profile_block(rows, plan)
    except DataError as error:
        if not plan.by:
            raise
        _logger.warning("model %s: %s Its segments are not counted.", counting.model.name, error)
        return profile_block(rows, replace(plan, grid=replace(plan.grid, by=()), by=()))


def _without_all(profile: Profile) -> Profile:
    return profile.at(*(cell for cell in profile.cells if cell.segment != ALL))


def _blocks(counting: Counting, batch: Batch) -> Iterator[Batch]:
    whole = sound(batch, counting.schema, weight_unit=counting.grid.weight_unit)
    if batch.rows <= MOST_ROWS:
        yield whole
        return
    for start in range(0, batch.rows, MOST_ROWS):
        yield some(whole, np.arange(start, min(start + MOST_ROWS, batch.rows)))


def _daily(profile: Profile, counting: Counting, grain: Grain, records: Mapping[str, Any]) -> Parts:
    """Cut records of cells into days."""
    out: Parts = {}
    for day, index in _by_day(profile.cells, counting.grid.timezone):
        whole = len(index) == len(profile.cells)
        for name, record in records.items():
            if record is not None:
                part = Part(cells=profile.cells, record=record)
                out[grain, name, day] = part if whole else chosen(part, index)
    return out


def _by_day(cells: tuple[Cell, ...], timezone: str) -> Iterator[tuple[int, Ints]]:
    """The days of the cells, and which cells are of each."""
    if not cells:
        return
    days = days_of(pl.Series([cell.window for cell in cells], dtype=pl.Int64), timezone)
    for day in np.unique(days).tolist():
        yield day, np.flatnonzero(days == day)


def _add(into: Parts, more: Parts) -> None:
    for place, part in more.items():
        into[place] = together([into[place], part]) if place in into else part
