"""One pass over rows: a block of typed rows becomes a profile, and profiles are added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.frames.batch import Batch
from barograph.profile.algebra import Ints, merge
from barograph.profile.buckets import bucket_names
from barograph.profile.columns import ColumnSums, sum_column
from barograph.profile.custom import sum_custom, sum_labelled
from barograph.profile.custom_rows import CustomRows, custom_rows
from barograph.profile.division import SQUARE_STEPS, WEIGHT_STEPS, Division, weight_sums, window_starts
from barograph.profile.grid import Grid
from barograph.profile.hashing import Words
from barograph.profile.learn import counted
from barograph.profile.outcome import Features, Judged, sum_outcome
from barograph.profile.outcome_sums import OutcomeSums
from barograph.profile.ranking import RankedRows, sum_queries
from barograph.profile.reading import RawColumn, Room, Unseen, read_column
from barograph.profile.rows import hash_ids, judged_rows, weights_of, windows_of
from barograph.profile.sample import sample_of
from barograph.profile.segments import Partition, segment_of_rows
from barograph.profile.sketch import SmallestHashes
from barograph.profile.value import ALL, Cell, Profile, TableSums, added_profiles
from barograph.schema.model import Schema

#: Roles whose columns get cross tables.
FEATURE_ROLES = frozenset({"feature", "raw_input", "segment"})
#: Profiles of blocks that are held before they are added up.
_ADDED_AT_ONCE = 9
#: Hash of a row before its columns are added.
_ROW_SALT = 0xB1A5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to count, fixed before the first block.

    Attributes
    ----------
    by : how rows are divided into segments, each division on its own.
    cross : keep cross tables of labelled rows.
    sampled : keep the coordinated sample.
    fraction : share of rows that were logged; totals are scaled by its inverse.
    extra : columns of the data that the schema does not name.
    """

    schema: Schema
    grid: Grid
    by: tuple[Partition, ...] = ()
    cross: bool = True
    sampled: bool = True
    fraction: float = 1.0
    origin: str = "production"
    name: str = ""
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """One division of a block's rows: the cells, and which row falls in which."""

    names: list[Cell]
    division: Division
    rows: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """A block's columns: sums by name for every division, codes for cross tables, and the rows' hashes."""

    sums: list[dict[str, ColumnSums]]
    codes: dict[str, NDArray[np.int16]]
    row_words: Words


def profile_block(batch: Batch, plan: Plan) -> Profile:
    """Profile one block of at most 2²⁰ typed rows."""
    time = windows_of(batch.frame, plan.schema, plan.grid)
    weight = weights_of(batch.frame, plan.schema, plan.grid)
    judged = judged_rows(batch.frame, plan.schema, plan.grid)
    parts: list[tuple[list[str], Ints | None]] = [segment_of_rows(batch.frame, p) for p in plan.by]
    divisions = [_cells(batch.rows, time, part, weight) for part in parts or [([ALL], None)]]
    crossed = isinstance(judged, Judged) and plan.cross
    ids = hash_ids(batch.frame, plan.schema)
    columns = _count_columns(batch, plan, divisions, ids=ids, coded=crossed)
    features = _features(columns, batch.rows, plan) if crossed else None
    custom = None if plan.grid.custom is None else custom_rows(batch.frame, plan.schema, 1.0 / plan.fraction)
    pieces = [
        _piece(plan, cells, sums, (judged, features), custom=custom)
        for cells, sums in zip(divisions, columns.sums, strict=True)
    ]
    whole = [_collapsed(pieces[0], time[0]), *pieces] if parts else pieces
    if parts and isinstance(judged, RankedRows):
        # A query whose rows are in several segments is one query among all rows.
        every = _cells(batch.rows, time, ([ALL], None), weight)
        held = whole[0].outcome
        sums = _outcome(plan, every, (judged, None), None)
        if sums is not None and held is not None:
            sums = replace(sums, label=held.label, custom=held.custom)
        whole[0] = replace(whole[0], outcome=sums)
    row_words = columns.row_words if ids is None else columns.row_words + ids
    words = (row_words if ids is None else ids, row_words)
    return replace(
        add_up(whole, plan),
        sample=sample_of(batch.frame, _kinds(batch.frame, plan.grid), words) if plan.sampled else None,
        duplicates=SmallestHashes.of(row_words),
        queries=SmallestHashes.of(judged.words) if isinstance(judged, RankedRows) else None,
    )


def _cells(
    rows: int,
    time: tuple[list[int | None], Ints | None],
    part: tuple[list[str], Ints | None],
    weight: NDArray[np.float64] | None,
) -> _Cells:
    (windows, window), (names, segment) = time, part
    segment = None if len(names) == 1 else segment
    cell = window if segment is None else segment if window is None else window * len(names) + segment
    cells = [Cell(s, w) for w in windows for s in names]
    held = np.array([rows], np.int64) if cell is None else np.bincount(cell, minlength=len(cells))
    starts = window_starts(window, len(windows)) if segment is None else ()
    division = Division(cell=cell, cells=len(cells), weight=weight, starts=starts)
    return _Cells(names=cells, division=division, rows=held)


def _count_columns(
    batch: Batch, plan: Plan, divisions: list[_Cells], *, ids: Words | None, coded: bool
) -> _Columns:
    """Read each column once and add it up at once, so that its arrays are still in the processor's cache."""
    frame, grid = batch.frame, plan.grid
    features = set(features_of(plan.schema, grid)) if coded else set()
    sums: list[dict[str, ColumnSums]] = [{} for _ in divisions]
    codes: dict[str, NDArray[np.int16]] = {}
    unseen: dict[str, Unseen] = {}
    row_words = np.full(batch.rows, _ROW_SALT, np.uint64)
    label_words = np.zeros(batch.rows, np.uint64)
    present = set(frame.columns)
    room = Room.of(batch.rows)
    for name, column_grid in grid.columns.items():
        if name not in present:
            continue
        raw = RawColumn(
            series=frame.get_column(name), mismatched=batch.mismatched.get(name), timezone=grid.timezone
        )
        read = read_column(raw, column_grid, room)
        row_words += read.words
        if plan.schema.column(name).role == "label":
            label_words += read.words
        for into, cells in zip(sums, divisions, strict=True):
            into[name] = sum_column(read, plan.schema.column(name), column_grid, cells.division)
        if name in features:
            codes[name] = read.codes.astype(np.int16)
        if read.unseen is not None:
            unseen[name] = read.unseen
    keys = row_words - label_words if ids is None else ids
    for name, found in unseen.items():
        for into, cells in zip(sums, divisions, strict=True):
            into[name] = replace(into[name], names=bucket_names(found, cells.division, keys))
    return _Columns(sums=sums, codes=codes, row_words=row_words)


def add_up(parts: Iterable[Profile], plan: Plan) -> Profile:
    """Add the profiles of blocks, some at a time; of no block at all, an empty profile."""
    waiting: list[Profile] = []
    for part in parts:
        waiting.append(part)
        if len(waiting) == _ADDED_AT_ONCE:
            waiting = [added_profiles(waiting)]
    return added_profiles(waiting) if waiting else _empty(plan)


def _empty(plan: Plan) -> Profile:
    none = np.empty(0, np.int64)
    return Profile(
        schema=plan.schema,
        grid=plan.grid,
        cells=(),
        table=TableSums(rows=none, weight=none, weight_2=none),
        columns={},
        outcome=None,
        sample=None,
        duplicates=SmallestHashes(np.empty(0, np.uint64), none),
        origin=plan.origin,
        name=plan.name,
        extra=plan.extra,
    )


def _piece(
    plan: Plan,
    cells: _Cells,
    columns: dict[str, ColumnSums],
    outcome: tuple[Judged | RankedRows | None, Features | None],
    *,
    custom: CustomRows | None,
) -> Profile:
    """The profile of one division."""
    label = None if plan.schema.task == "multilabel" else plan.schema.one("label")
    sums = _outcome(plan, cells, outcome, None if label is None else columns.get(label.name))
    whole = replace(
        _empty(plan), cells=tuple(cells.names), table=_table(plan, cells), columns=columns, outcome=sums
    )
    return _sorted(whole if custom is None else _with_custom(whole, custom, cells.division), cells.rows)


def _with_custom(profile: Profile, rows: CustomRows, division: Division) -> Profile:
    """The profile with the user's own sums, of rows alone and of labelled rows."""
    grid = profile.grid.custom
    assert grid is not None
    outcome = profile.outcome
    if outcome is not None:
        outcome = replace(outcome, custom=sum_labelled(rows, grid, division))
    return replace(profile, custom=sum_custom(rows, grid, division), outcome=outcome)


def _outcome(
    plan: Plan,
    cells: _Cells,
    outcome: tuple[Judged | RankedRows | None, Features | None],
    label: ColumnSums | None,
) -> OutcomeSums | None:
    """The judged rows, or queries, of one division."""
    (judged, features), grid = outcome, plan.grid.outcome
    if judged is None or grid is None:
        return None
    if isinstance(judged, RankedRows):
        return sum_queries(judged, grid, cells.division, names=cells.names, label=label)
    return sum_outcome(judged, grid, cells.division, label=label, features=features)


def _sorted(profile: Profile, rows: Ints) -> Profile:
    order = sorted(np.flatnonzero(rows).tolist(), key=lambda i: profile.cells[i].order)
    if order == list(range(len(profile.cells))):
        return profile
    return profile.at(*(profile.cells[i] for i in order))


def _table(plan: Plan, cells: _Cells) -> TableSums:
    weight, rows = cells.division.weight, cells.rows
    if weight is None:
        each = 1.0 / plan.fraction
        sums = rows * int(np.rint(each * WEIGHT_STEPS)), rows * int(np.rint(each * each * SQUARE_STEPS))
    else:
        sums = weight_sums(weight, cells.division.cell, len(rows))
    return TableSums(rows=rows, weight=sums[0], weight_2=sums[1])


def features_of(schema: Schema, grid: Grid) -> tuple[str, ...]:
    """Columns that get cross tables, in the grid's order."""
    return tuple(c.name for c in counted(schema) if c.role in FEATURE_ROLES and c.name in grid.columns)


def _features(columns: _Columns, rows: int, plan: Plan) -> Features:
    """Cross-table cell of each code, and the codes, of every feature."""
    out = []
    for name in features_of(plan.schema, plan.grid):
        grid = plan.grid.columns[name]
        # A column these rows lack counts as null in its cross table.
        codes = columns.codes.get(name, np.full(rows, grid.code("null"), np.int16))
        out.append((grid.cross, codes))
    return out


def _collapsed(piece: Profile, windows: list[int | None]) -> Profile:
    """All rows per window, from the sums of a division into segments."""
    kept = [w for w in windows if any(c.window == w for c in piece.cells)]
    to = np.array([kept.index(c.window) for c in piece.cells], np.int64)

    def one(record: Any) -> Any:
        return None if record is None else merge([(record, to)], len(kept))

    return replace(
        piece,
        cells=tuple(Cell(ALL, w) for w in kept),
        table=one(piece.table),
        columns={n: one(c) for n, c in piece.columns.items()},
        outcome=one(piece.outcome),
        custom=one(piece.custom),
    )


def _kinds(frame: pl.DataFrame, grid: Grid) -> dict[str, str]:
    """Kind of each column that the rows and the grid have."""
    present = set(frame.columns)
    return {n: g.kind for n, g in grid.columns.items() if n in present}
