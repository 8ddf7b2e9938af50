"""The profile: a table of cells, one per (window, segment), whose integers add up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np

from barograph.errors import GridMismatch, ProfileError
from barograph.profile.algebra import Ints, added, merge, select
from barograph.profile.columns import ColumnSums
from barograph.profile.custom import CustomSums
from barograph.profile.division import SQUARE_STEPS, WEIGHT_STEPS
from barograph.profile.grid import Grid
from barograph.profile.made_of import MadeOf
from barograph.profile.outcome_sums import OutcomeSums
from barograph.profile.sample import Sample
from barograph.profile.sketch import SmallestHashes
from barograph.profile.values import Floats
from barograph.schema.model import Schema
from barograph.windows import parse_every, window_label

#: Segment name of all rows together.
ALL = ""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Where rows belong: a segment, and the start of a window in microseconds UTC (None: no time)."""

    segment: str = ALL
    window: int | None = None

    @property
    def order(self) -> tuple[str, int]:
        """Sort key: by segment, then time, rows without a time first."""
        return (self.segment, -(1 << 63) if self.window is None else self.window)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSums:
    """Rows per cell, Σ weight and Σ weight² in the grid's unit and their steps (one where rows have none)."""

    rows: Ints = added()
    weight: Ints = added()
    weight_2: Ints = added()


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """What one pass over rows keeps: small integers that add up exactly.

    ``profile(a) + profile(b)`` equals ``profile(a ∥ b)`` byte for byte, for any split, order, batch
    size and number of threads, on one grid.

    Attributes
    ----------
    cells : sorted; segment ``""`` holds all rows.
    columns : per counted column that at least one block had.
    outcome : None where the rows have nothing to judge.
    sample : the coordinated sample over all cells; None where switched off.
    duplicates : the smallest row hashes over all cells.
    queries : the smallest hashes of a ranking's query ids over all cells, with how often each was counted as a
        query; None for other tasks.
    custom : sums of the user's own that rows alone give, and rules; None where the schema has none.
    made_of : the shorter windows that were added up into these; None where they were not. It is not written: a profile
        of the same rows made with longer windows is the same profile.
    extra : columns of the rows that the schema does not name, so that nothing was left out unsaid.
    origin : `training`, `hold-out`, `out-of-bag`, `production` or another word of the user's.
    """

    schema: Schema
    grid: Grid
    cells: tuple[Cell, ...]
    table: TableSums
    columns: Mapping[str, ColumnSums]
    outcome: OutcomeSums | None
    sample: Sample | None
    duplicates: SmallestHashes
    origin: str = "production"
    name: str = ""
    extra: tuple[str, ...] = ()
    queries: SmallestHashes | None = None
    custom: CustomSums | None = None
    made_of: MadeOf | None = field(default=None, repr=False, metadata={"written": False})

    def __eq__(self, other: object) -> bool:
        """Whether the other has the same content, byte for byte."""
        return self.hash == other.hash if isinstance(other, Profile) else NotImplemented

    def __hash__(self) -> int:
        """From the content's hash."""
        return hash(self.hash)

    def __repr__(self) -> str:
        """What it is of, in a line; its sums are thousands of numbers."""
        told = [f"rows: {self.rows:,}", f"columns: {len(self.columns):,}"]
        if self.grid.every and self.windows:
            every, ends = parse_every(self.grid.every), (self.windows[0], self.windows[-1])
            first, last = (
                window_label(datetime.fromtimestamp(start / 1e6, UTC), every, self.grid.timezone)
                for start in ends
            )
            told.append(f"windows of {every.text}: {len(self.windows):,}, {first} to {last}")
        if self.segments:
            told.append(f"segments: {len(self.segments):,}")
        return f"<Profile {self.name or self.origin}; {'; '.join(told)}>"

    def __add__(self, other: Profile) -> Profile:
        """All rows of both; raises GridMismatch where the grids differ."""
        if not isinstance(other, Profile):
            return NotImplemented
        return added_profiles((self, other))

    def __sub__(self, other: Profile) -> Profile:
        """Take the other's outcome sums away, as when a label is corrected; cells must be held here."""
        self.require_same_grid(other, "subtracted")
        if other.outcome is None:
            return self
        position = self._places
        absent = [c for c in other.cells if c not in position]
        if self.outcome is None or absent:
            raise ProfileError(f"cannot take away outcomes of cells that are not held: {absent[:3]}")
        to = np.array([position[c] for c in other.cells], np.int64)
        parts = [(self.outcome, np.arange(len(self.cells))), (other.outcome.negated(), to)]
        return replace(self, outcome=merge(parts, len(self.cells)))

    def require_same_grid(self, other: Profile, verb: str) -> None:
        """Raise GridMismatch unless the other is on this grid; `verb` says what was to be done with both."""
        if self.grid.hash != other.grid.hash:
            raise GridMismatch(
                f"profiles on grids {self.grid.hash[:12]} and {other.grid.hash[:12]} cannot be {verb}. "
                "Profile both with like=the same reference."
            )

    @property
    def rows(self) -> int:
        """Rows in all windows together."""
        return int(sum(r for r, c in zip(self.table.rows, self.cells, strict=True) if c.segment == ALL))

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns of the grid that no row had."""
        return tuple(n for n in self.grid.columns if n not in self.columns)

    @property
    def segments(self) -> tuple[str, ...]:
        """Names of the segments, without the one of all rows."""
        return tuple(dict.fromkeys(c.segment for c in self.cells if c.segment != ALL))

    @property
    def windows(self) -> tuple[int, ...]:
        """Starts of the windows, microseconds UTC."""
        return tuple(sorted({c.window for c in self.cells if c.window is not None}))

    def at(self, *cells: Cell) -> Profile:
        """The profile of some cells only; sample and row hashes, kept for the whole, are left out."""
        index = np.array([self._places[c] for c in cells], np.int64)
        return replace(
            self,
            cells=tuple(cells),
            table=select(self.table, index),
            columns={n: select(c, index) for n, c in self.columns.items()},
            outcome=None if self.outcome is None else select(self.outcome, index),
            sample=None,
            duplicates=SmallestHashes(np.empty(0, np.uint64), np.empty(0, np.int64)),
            queries=None,
            custom=None if self.custom is None else select(self.custom, index),
            made_of=None if self.made_of is None else self.made_of.at(index),
        )

    def of_segment(self, segment: str) -> Profile:
        """The rows of one segment as a profile of their own, its windows kept."""
        index = np.array([i for i, c in enumerate(self.cells) if c.segment == segment], np.int64)
        part = self.at(*(self.cells[i] for i in index))
        return replace(part, cells=tuple(Cell(ALL, c.window) for c in part.cells))

    def total(self, segment: str = ALL) -> Profile:
        """All windows of one segment added into one cell."""
        if self.cells == (Cell(segment, None),):
            return self
        held = [i for i, c in enumerate(self.cells) if c.segment == segment]
        index, to = np.array(held, np.int64), np.zeros(len(held), np.int64)
        alone = held == [0] and len(self.cells) == 1

        def one(record: Any) -> Any:
            return record if record is None or alone else merge([(select(record, index), to)], 1)

        whole = segment == ALL
        return replace(
            self,
            cells=(Cell(segment, None),),
            table=one(self.table),
            columns={n: one(c) for n, c in self.columns.items()},
            outcome=one(self.outcome),
            sample=self.sample if whole else None,
            duplicates=self.duplicates
            if whole
            else SmallestHashes(np.empty(0, np.uint64), np.empty(0, np.int64)),
            queries=self.queries if whole else None,
            custom=one(self.custom),
            made_of=None,
        )

    @cached_property
    def effective_rows(self) -> Floats:
        """Kish's (Σw)²/Σw² of each cell; kept, for all columns have the same."""
        weight, square = self.table.weight / WEIGHT_STEPS, self.table.weight_2 / SQUARE_STEPS
        held = np.divide(weight * weight, square, out=np.zeros_like(square), where=square > 0)
        held.setflags(write=False)
        return held

    @cached_property
    def _places(self) -> Mapping[Cell, int]:
        """Where each cell stands; kept, for windows are asked for one at a time."""
        return {c: i for i, c in enumerate(self.cells)}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical content, in hexadecimal."""
        from barograph.profile.codec import content

        return hashlib.sha256(content(self)).hexdigest()


def added_profiles(parts: Sequence[Profile]) -> Profile:
    """All rows of several profiles on one grid; raises GridMismatch where the grids differ."""
    first, others = parts[0], parts[1:]
    if not others:
        return first
    for other in others:
        first.require_same_grid(other, "added")
        if first.grid.every != other.grid.every:
            raise GridMismatch(
                f"profiles with windows of {first.grid.every} and {other.grid.every} cannot be added. "
                "Profile both with the same every=."
            )
    cells = sorted({c for part in parts for c in part.cells}, key=lambda c: c.order)
    position = {c: i for i, c in enumerate(cells)}
    places = [np.array([position[c] for c in part.cells], np.int64) for part in parts]

    def together(records: Iterable[Any]) -> Any:
        held = [(record, to) for record, to in zip(records, places, strict=True) if record is not None]
        return merge(held, len(cells)) if held else None

    names = [n for n in first.grid.columns if any(n in part.columns for part in parts)]
    queries = [part.queries for part in parts if part.queries is not None]
    samples = [part.sample for part in parts if part.sample is not None]
    return replace(
        first,
        cells=tuple(cells),
        table=together(part.table for part in parts),
        columns={n: together(part.columns.get(n) for part in parts) for n in names},
        outcome=together(part.outcome for part in parts),
        sample=Sample.union(samples, names) if len(samples) == len(parts) else None,
        duplicates=SmallestHashes.union([part.duplicates for part in parts]),
        extra=tuple(sorted({name for part in parts for name in part.extra})),
        queries=SmallestHashes.union(queries) if queries else None,
        custom=together(part.custom for part in parts),
        made_of=None,
    )
