"""A profile put together from its stored parts: byte for byte the one the library makes of the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa

from barograph.profile.algebra import Ints
from barograph.profile.coarser import longer_cells, made_of
from barograph.profile.columns import ColumnSums
from barograph.profile.grid import ColumnGrid, Grid
from barograph.profile.made_of import MadeOf
from barograph.profile.outcome_sums import LabelSums, OutcomeSums
from barograph.profile.sketch import SmallestHashes
from barograph.profile.value import Cell, Profile, TableSums
from barograph.store.catalog.values import Model
from barograph.store.profiles.counting import DAY, Counting, counting_of
from barograph.store.profiles.part import (
    ARRIVED_OUTCOME,
    ARRIVED_TABLE,
    CROSS,
    CUSTOM,
    OUTCOME,
    TABLE,
    CrossSums,
    Grain,
    Part,
    by_day,
    column_part,
    placed,
)
from barograph.store.profiles.stored import parts_between
from barograph.windows import parse_every

Named = Mapping[str, Sequence[Part]]
L = TypeVar("L", ColumnSums, LabelSums)


def read(
    conn: sa.Connection,
    model: Model,
    version_id: int | None = None,
    *,
    first_day: int,
    last_day: int,
    columns: Sequence[str] | None = None,
    grain: Grain = "window",
    as_of: int | None = None,
    every: str | None = None,
    outcome: bool = True,
) -> Profile:
    """The profile of some days.

    Parameters
    ----------
    version_id : None: all versions added up.
    first_day, last_day : local calendar days, days since 1970-01-01, both included.
    columns : only these columns. None: all.
    grain : `window`: the model's windows, no segments and cross tables. `day`: days, with both.
    as_of : only what had arrived by the end of this day: rows and outcome by window, without columns.
    every : length of windows, a multiple of the stored ones; default: as they are stored.
    outcome : read the outcome and the user's own sums too; half of the cost of one column.

    Returns
    -------
    Profile
        Without sample and row hashes. Its cells are byte for byte those of
        ``barograph.profile(rows, like=reference, every=…, by=…).at(…)`` for the rows that count, all columns given.

    Notes
    -----
    Cost: about 70 µs a day and column. Days that were rolled up have one window.
    """
    counting = counting_of(model)
    span = (first_day, last_day)
    if as_of is not None:
        held = parts_between(
            conn, model.id, grain="window", names=(ARRIVED_TABLE, ARRIVED_OUTCOME), span=span,
            version_id=version_id, arrived_by=as_of,
        )  # fmt: skip
        named = {TABLE: held.get(ARRIVED_TABLE, []), OUTCOME: held.get(ARRIVED_OUTCOME, [])}
        return _profile(counting, named, (), every=every)
    names = [n for n in counting.grid.columns if columns is None or n in columns]
    wanted = [TABLE, *((OUTCOME, CUSTOM) if outcome else ()), *(column_part(n) for n in names)]
    held = parts_between(conn, model.id, grain="window", names=wanted, span=span, version_id=version_id)
    if grain == "window":
        return _profile(counting, held, names, outcome=outcome, every=every)
    divided = parts_between(
        conn,
        model.id,
        grain="day",
        names=[*wanted, *((CROSS,) if outcome else ())],
        span=span,
        version_id=version_id,
    )
    whole = {name: [by_day(part, counting.grid.timezone) for part in parts] for name, parts in held.items()}
    both = {name: [*whole.get(name, []), *divided.get(name, [])] for name in {*whole, *divided}}
    days = counting.grid.in_windows(DAY, by=model.by)
    return _profile(counting, both, names, outcome=outcome, days=days, every=every)


def _in_windows(named: Named, grid: Grid, every: str) -> dict[str, list[Part]]:
    """Parts in longer windows: several of their cells may be one and the same."""
    # All columns of a day share their cells, which are known by where they are.
    longer: dict[int, tuple[Cell, ...]] = {}

    def moved(part: Part) -> Part:
        cells = longer.get(id(part.cells))
        if cells is None:
            cells = longer[id(part.cells)] = longer_cells(part.cells, grid, every)
        return Part(cells=cells, record=part.record)

    return {name: [moved(part) for part in parts] for name, parts in named.items()}


def _profile(
    counting: Counting,
    named: Named,
    columns: Sequence[str],
    *,
    outcome: bool = True,
    days: Grid | None = None,
    every: str | None = None,
) -> Profile:
    """Put parts together, in longer windows where they are asked for; rows decide which cells there are.

    Parameters
    ----------
    days : the grid of parts by day, which have cross tables.
    """
    grid = days or counting.grid
    shorter: Sequence[Part] = ()
    if every is not None and parse_every(every).text != grid.every:
        shorter, named = named.get(TABLE, ()), _in_windows(named, grid, every)
        grid = grid.in_windows(parse_every(every).text, by=grid.by)
    cells = sorted({c for part in named.get(TABLE, ()) for c in part.cells}, key=lambda c: c.order)
    table, found = _no_rows(), dict[str, ColumnSums]()
    sums, custom = None, None
    if cells:
        table = placed(named[TABLE], cells)
        for name in columns:
            parts = named.get(column_part(name), ())
            if name in counting.labels:
                found[name] = _label_column(counting, name, (parts, cells), table)
            elif parts:
                found[name] = placed(parts, cells)
        sums = _outcome(counting, named, (cells, table), cross=days is not None) if outcome else None
        custom = placed(named[CUSTOM], cells) if CUSTOM in named else None
    return Profile(
        schema=counting.model.schema,
        grid=grid,
        cells=tuple(cells),
        table=table,
        columns=found,
        outcome=sums,
        sample=None,
        duplicates=SmallestHashes(np.empty(0, np.uint64), np.empty(0, np.int64)),
        custom=custom,
        made_of=_made_of(shorter, named[TABLE], cells) if shorter else None,
    )


def _made_of(shorter: Sequence[Part], longer: Sequence[Part], cells: Sequence[Cell]) -> MadeOf:
    """The stored windows that each cell was added up from."""
    position = {cell: i for i, cell in enumerate(cells)}
    to = np.array([position[cell] for part in longer for cell in part.cells], np.int64)
    rows = np.concatenate([part.record.rows for part in shorter])
    return made_of([cell for part in shorter for cell in part.cells], rows, to)


def _no_rows() -> TableSums:
    none = np.empty(0, np.int64)
    return TableSums(rows=none, weight=none, weight_2=none)


def _on_blank(blank: Any, parts: Sequence[Part], cells: Sequence[Cell]) -> Any:
    """Records over the given cells, those that none of the parts has as in a blank one."""
    return placed([Part(cells=(cells[0],), record=blank), *parts], cells)


def _label_column(
    counting: Counting, name: str, held: tuple[Sequence[Part], Sequence[Cell]], table: TableSums
) -> ColumnSums:
    """A label column, kept over labelled rows: the others are nulls."""
    blank = counting.blank.columns[name]
    empty = replace(blank, counts=np.zeros_like(blank.counts), weighted=_zero(blank.weighted))
    sums: ColumnSums = _on_blank(empty, *held)
    return _with_nulls(sums, counting.grid.columns[name], table)


def _outcome(
    counting: Counting, named: Named, place: tuple[Sequence[Cell], TableSums], *, cross: bool
) -> OutcomeSums | None:
    blank, (cells, table) = counting.blank.outcome, place
    if blank is None:
        return None
    if blank.label is not None:
        label = blank.label
        empty = replace(label, counts=np.zeros_like(label.counts), weighted=_zero(label.weighted))
        blank = replace(blank, label=empty)
    sums: OutcomeSums = _on_blank(blank, named.get(OUTCOME, ()), cells)
    if cross and counting.blank_cross is not None:
        tables: CrossSums = _on_blank(counting.blank_cross, named.get(CROSS, ()), cells)
        sums = replace(sums, cross=tables.sums)
    if sums.label is None:
        return sums
    return replace(sums, label=_with_nulls(sums.label, counting.grid.columns[counting.labels[0]], table))


def _with_nulls(sums: L, grid: ColumnGrid, table: TableSums) -> L:
    """The sums with every row that they lack as a null."""
    null = grid.code("null")
    counts = sums.counts.copy()
    counts[:, null] += table.rows - counts.sum(axis=1)
    weighted = None if sums.weighted is None else sums.weighted.copy()
    if weighted is not None:
        weighted[:, null] += table.weight - weighted.sum(axis=1)
    return replace(sums, counts=counts, weighted=weighted)


def _zero(values: Ints | None) -> Ints | None:
    return None if values is None else np.zeros_like(values)
