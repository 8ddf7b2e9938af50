"""One pass over rows: a block of typed rows becomes a profile, and profiles are added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.frames.batch import Batch
from barograph.profile.algebra import Ints, align
from barograph.profile.columns import WEIGHT_STEPS, ColumnSums, Division, ReadColumn, read_column, sum_column
from barograph.profile.grid import Grid
from barograph.profile.hashing import Words, hash_integers, hash_null, hash_texts, salt_of
from barograph.profile.learn import counted
from barograph.profile.measures import outcome_rows
from barograph.profile.outcome import Judged, judge, sum_outcome
from barograph.profile.sample import Sample
from barograph.profile.segments import Partition, segment_of_rows
from barograph.profile.sketch import SmallestHashes
from barograph.profile.value import ALL, Cell, Profile, TableSums
from barograph.schema.model import Schema
from barograph.windows import parse_every, window_starts

#: Roles whose columns get cross tables.
FEATURE_ROLES = frozenset({"feature", "raw_input", "segment"})
#: Windows of at least this many consecutive rows are counted one after the other.
_LONG_RUN = 1 << 13
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
    """

    schema: Schema
    grid: Grid
    by: tuple[Partition, ...] = ()
    cross: bool = True
    sampled: bool = True
    fraction: float = 1.0
    origin: str = "production"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A block with its columns read: everything that does not depend on the division into cells."""

    plan: Plan
    rows: int
    read: dict[str, ReadColumn]
    keys: Words
    row_words: Words
    weight: NDArray[np.float64] | None
    judged: Judged | None


def profile_block(batch: Batch, plan: Plan) -> Profile:
    """Profile one block of at most 2²⁰ typed rows."""
    windows, window = _windows(batch.frame, plan)
    if window is None or len(windows) * _LONG_RUN > batch.rows or (window[1:] < window[:-1]).any():
        return _profile_rows(batch, plan, (windows, window))
    # Rows in order of time: one window after the other needs no table of cells.
    starts = np.searchsorted(window, np.arange(len(windows) + 1))
    runs = zip(windows, starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    return add_up((_profile_rows(batch.sliced(a, b), plan, ([w], None)) for w, a, b in runs), plan)


def _profile_rows(batch: Batch, plan: Plan, time: tuple[list[int | None], Ints | None]) -> Profile:
    """Profile rows whose windows are known: their starts, and each row's among them (None: there is one)."""
    windows, window = time
    block = _read_block(batch, plan)
    pieces = [
        _division_sums(block, windows, window, segment_of_rows(batch.frame, partition))
        for partition in plan.by
    ]
    whole = _collapsed(pieces[0], windows) if pieces else _division_sums(block, windows, window, None)
    profile = _empty(plan)
    for piece in (whole, *pieces):
        profile = profile + piece
    return replace(
        profile,
        sample=_sample(block, batch.frame) if plan.sampled else None,
        duplicates=SmallestHashes.of(block.row_words),
    )


def add_up(parts: Iterable[Profile], plan: Plan) -> Profile:
    """Add the profiles of blocks; of no block at all, an empty profile."""
    out: Profile | None = None
    for part in parts:
        out = part if out is None else out + part
    return _empty(plan) if out is None else out


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
    )


def _read_block(batch: Batch, plan: Plan) -> _Block:
    frame, grid, schema = batch.frame, plan.grid, plan.schema
    read: dict[str, ReadColumn] = {}
    row_words = np.full(frame.height, _ROW_SALT, np.uint64)
    for name, column_grid in grid.columns.items():
        if name in frame.columns:
            column = read_column(
                frame.get_column(name), column_grid, batch.mismatched.get(name), grid.timezone
            )
            row_words += column.words
            read[name] = column
    id_column = schema.one("id")
    keys = row_words
    if id_column is not None and id_column.name in frame.columns:
        keys = _hash_ids(frame.get_column(id_column.name))
        row_words = row_words + keys
    return _Block(
        plan=plan, rows=frame.height, read=read, keys=keys, row_words=row_words,
        weight=_weights(frame, plan), judged=_judged(frame, plan),
    )  # fmt: skip


def _hash_ids(series: pl.Series) -> Words:
    salt = salt_of("id")
    if series.dtype.is_integer():
        words = hash_integers(series.fill_null(0).cast(pl.Int64).to_numpy(), salt)
    else:
        words = hash_texts(series.cast(pl.String), salt)
    if series.null_count():
        words[series.is_null().to_numpy()] = hash_null(salt)
    return words


def _weights(frame: pl.DataFrame, plan: Plan) -> NDArray[np.float64] | None:
    column = plan.schema.one("weight")
    if not plan.grid.weighted or column is None:
        return None
    if column.name not in frame.columns:
        raise DataError(
            f"the weight column {column.name!r} is missing from these rows; add it or drop its role."
        )
    weight = frame.get_column(column.name).cast(pl.Float64).fill_null(np.nan).to_numpy()
    wrong = ~(weight >= 0.0) | ~np.isfinite(weight)
    if wrong.any():
        raise DataError(
            f"weight column {column.name!r}: {int(wrong.sum())} rows hold no finite weight ≥ 0 "
            f"(first: {weight[wrong][0]}). Give every logged row the inverse of its sampling fraction."
        )
    return weight


def _judged(frame: pl.DataFrame, plan: Plan) -> Judged | None:
    outcome = plan.grid.outcome
    label = plan.schema.one("label")
    if outcome is None or label is None:
        return None
    rows = outcome_rows(frame, plan.schema, (outcome.classes, outcome.centre))
    if rows is None:
        return None
    return judge(rows, outcome, frame.get_column(label.name).is_not_null().to_numpy())


def _windows(frame: pl.DataFrame, plan: Plan) -> tuple[list[int | None], Ints | None]:
    """Starts of the block's windows, and the window of each row (None: one window)."""
    column = plan.schema.one("timestamp")
    if plan.grid.every is None or column is None or column.name not in frame.columns:
        return [None], None
    starts = window_starts(frame.get_column(column.name), parse_every(plan.grid.every), plan.grid.timezone)
    micros = starts.to_physical().cast(pl.Int64)
    known = micros.is_not_null().to_numpy()
    values = micros.fill_null(-(1 << 63)).to_numpy()
    changes = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1]))) if len(values) else values
    distinct, inverse = np.unique(values[changes], return_inverse=True)
    window = np.repeat(inverse, np.diff(np.concatenate((changes, [len(values)]))))
    labels: list[int | None] = [int(v) for v in distinct]
    if not known.all():
        labels[0] = None
    if len(labels) == 0:
        return [None], None
    return labels, (None if len(labels) == 1 else window.astype(np.int64))


def _division_sums(
    block: _Block, windows: list[int | None], window: Ints | None, division: tuple[list[str], Ints] | None
) -> Profile:
    """Sums per window, or per window and segment of one division."""
    names, segment = division if division is not None else ([ALL], None)
    cells = [Cell(s, w) for w in windows for s in names]
    cell = window
    if segment is not None:
        cell = segment if window is None else window * len(names) + segment
    plan = block.plan
    rows = np.array([block.rows], np.int64) if cell is None else np.bincount(cell, minlength=len(cells))
    how = Division(cell=cell, cells=len(cells), weight=block.weight, keys=block.row_words)
    label = plan.schema.one("label")
    columns: dict[str, ColumnSums] = {}
    for name, read in block.read.items():
        columns[name] = sum_column(read, plan.schema.column(name), plan.grid.columns[name], how)
    outcome = None
    if block.judged is not None and plan.grid.outcome is not None:
        outcome = sum_outcome(
            block.judged, plan.grid.outcome, how,
            label=None if label is None else columns.get(label.name),
            features=_features(block) if plan.cross else None,
        )  # fmt: skip
    whole = Profile(
        schema=plan.schema, grid=plan.grid, cells=tuple(cells), columns=columns, outcome=outcome,
        table=_table(block, cell, rows),
        sample=None, duplicates=SmallestHashes(np.empty(0, np.uint64), np.empty(0, np.int64)),
        origin=plan.origin, name=plan.name,
    )  # fmt: skip
    return _sorted(whole, rows)


def _sorted(profile: Profile, rows: Ints) -> Profile:
    order = sorted(np.flatnonzero(rows).tolist(), key=lambda i: profile.cells[i].order)
    if order == list(range(len(profile.cells))):
        return profile
    return profile.at(*(profile.cells[i] for i in order))


def _table(block: _Block, cell: Ints | None, rows: Ints) -> TableSums:
    weight = block.weight
    if weight is None:
        each = 1.0 / block.plan.fraction
        steps = [rows * int(np.rint(w * WEIGHT_STEPS)) for w in (each, each * each)]
    else:
        place = np.zeros(block.rows, np.int64) if cell is None else cell
        steps = [
            np.bincount(place, weights=np.rint(w * WEIGHT_STEPS), minlength=len(rows)).astype(np.int64)
            for w in (weight, weight * weight)
        ]
    return TableSums(rows=rows, weight=steps[0], weight_2=steps[1])


def features_of(schema: Schema, grid: Grid) -> tuple[str, ...]:
    """Columns that get cross tables, in the grid's order."""
    return tuple(c.name for c in counted(schema) if c.role in FEATURE_ROLES and c.name in grid.columns)


def _features(block: _Block) -> list[tuple[NDArray[np.int64], Ints]]:
    grid = block.plan.grid
    out = []
    for name in features_of(block.plan.schema, grid):
        column_grid = grid.columns[name]
        read = block.read.get(name)
        # A column these rows lack counts as null in its cross table.
        codes = np.full(block.rows, column_grid.code("null")) if read is None else read.codes
        out.append((column_grid.cross, codes))
    return out


def _collapsed(piece: Profile, windows: list[int | None]) -> Profile:
    """All rows per window, from the sums of a division into segments."""
    kept = [w for w in windows if any(c.window == w for c in piece.cells)]
    to = np.array([kept.index(c.window) for c in piece.cells], np.int64)

    def one(record: Any) -> Any:
        return None if record is None else align(record, to, len(kept))

    return replace(
        piece,
        cells=tuple(Cell(ALL, w) for w in kept),
        table=one(piece.table),
        columns={n: one(c) for n, c in piece.columns.items()},
        outcome=one(piece.outcome),
    )


def _sample(block: _Block, frame: pl.DataFrame) -> Sample:
    columns = [_sampled(n, g.kind) for n, g in block.plan.grid.columns.items() if n in frame.columns]
    return Sample.of(frame, columns, (block.keys, block.row_words))


def _sampled(name: str, kind: str) -> pl.Expr:
    column = pl.col(name)
    if kind == "categorical":
        return column.cast(pl.String)
    if kind == "datetime":
        return column.to_physical().cast(pl.Float64)
    if kind == "text":
        return column.str.len_chars().cast(pl.Float64)
    # One zero and one NaN: rows whose hashes are equal give one sampled row, whichever comes first.
    number = column.cast(pl.Float64)
    return pl.when(number == 0.0).then(0.0).otherwise(number).fill_nan(float("nan")).alias(name)
