"""Both sides of a comparison, column by column and window by window, as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.faults.scan import Counted, Hit
from barograph.explain.sampled import column_of
from barograph.profile.algebra import Sparse
from barograph.profile.grid import ColumnGrid, Grid, NumericGrid
from barograph.profile.value import ALL, Profile
from barograph.schema.model import Column
from barograph.windows import parse_every

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Roles whose columns are looked at: what the model is given, and what that is made of.
ROLES = ("feature", "raw_input")
#: Questions asked of every column, for the correction of p-values.
QUESTIONS = 40
#: Reference windows that show how much windows differ.
_FEWEST_WINDOWS = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One column of one profile.

    Attributes
    ----------
    counts : rows per window and code of the grid.
    low, high : smallest and largest finite value of each window; infinite where there is none.
    zeros : rows per window that hold 0.
    tails : rows beyond the range; keys (window, side, bin), see `profile.tails`.
    """

    counts: Ints
    low: Floats
    high: Floats
    zeros: Ints
    tails: Sparse
    names: dict[int, str]

    @property
    def rows(self) -> Floats:
        """Rows of each window that have the column."""
        rows: Floats = self.counts.sum(axis=1).astype(np.float64)
        return rows

    def of(self, codes: Ints | list[int]) -> Floats:
        """Rows of each window with one of some codes."""
        rows: Floats = self.counts[:, codes].sum(axis=1).astype(np.float64)
        return rows


@dataclass(frozen=True, kw_only=True)
class Look:
    """One column on both sides; `valued` are the codes of rows that hold a value."""

    column: Column
    grid: ColumnGrid
    reference: Side
    current: Side

    @property
    def name(self) -> str:
        """The column's."""
        return self.column.name

    @cached_property
    def valued(self) -> NDArray[np.intp]:
        """Codes of rows that hold a finite value or a category."""
        return np.flatnonzero(self.grid.valued)

    @cached_property
    def rows(self) -> tuple[Floats, Floats]:
        """Rows of each window that hold a value, of the reference and of the current side."""
        return self.reference.of(self.valued), self.current.of(self.valued)

    @cached_property
    def spread(self) -> float:
        """Overdispersion of the reference's windows, over all cells: above 1 where rows of a window are alike."""
        rows, _ = self.rows
        held = rows > 0
        if held.sum() < _FEWEST_WINDOWS:
            return 1.0
        cross = self.grid.cross[self.valued]
        order = np.argsort(cross, kind="stable")
        first = np.flatnonzero(np.diff(cross[order], prepend=-1))
        ordered = self.reference.counts[np.ix_(held, self.valued[order])]
        counts = np.add.reduceat(ordered, first, axis=1).astype(np.float64)
        share = counts.sum(axis=0) / counts.sum()
        expected = rows[held][:, None] * share
        chance = (expected * (1.0 - share)).sum() * (1.0 - 1.0 / held.sum())
        return max(float(((counts - expected) ** 2).sum() / chance), 1.0) if chance > 0 else 1.0

    def counted(self, reference: Floats, current: Floats) -> tuple[Counted, Counted]:
        """Hits of either side among the rows that hold a value."""
        return Counted(hits=reference, rows=self.rows[0]), Counted(hits=current, rows=self.rows[1])


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What faults are looked for in.

    Attributes
    ----------
    held : positions of the cells of the segment, by window, of the reference and of the current profile.
    segment : `ALL`, or the one in which they are looked for.
    """

    reference: Profile
    current: Profile
    held: tuple[Ints, Ints]
    segment: str = ALL

    @staticmethod
    def of(reference: Profile, current: Profile, segment: str = ALL) -> Scene:
        """Set two profiles, or one segment of both, side by side."""
        cells = (_cells(reference, segment), _cells(current, segment))
        return Scene(reference=reference, current=current, held=cells, segment=segment)

    @cached_property
    def tests(self) -> int:
        """Questions asked over all columns, and over all segments where it is one's."""
        segments = 1 if self.segment == ALL else max(len(self.current.segments), 1)
        return QUESTIONS * max(len(self.names), 1) * segments

    @cached_property
    def within(self) -> tuple[str, str] | None:
        """Column and value of the segment, where it is one category column's."""
        return one_column(self.current, self.segment)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Columns that are looked at."""
        return tuple(
            c.name
            for c in self.reference.schema.columns
            if c.role in ROLES and c.name in self.reference.grid.columns and c.name in self.reference.columns
        )

    @cached_property
    def rows(self) -> Floats:
        """Current rows of each window."""
        rows: Floats = self.current.table.rows[self.held[1]].astype(np.float64)
        return rows

    @cached_property
    def starts(self) -> tuple[datetime, ...]:
        """Starts of the current windows; empty without windows."""
        found = [self.current.cells[i].window for i in self.held[1]]
        return tuple(_EPOCH + timedelta(microseconds=w) for w in found if w is not None)

    @property
    def timestamp(self) -> str | None:
        """Name of the column that places rows in windows."""
        column = self.current.schema.one("timestamp")
        return None if column is None else column.name

    @cached_property
    def ends(self) -> tuple[datetime, ...]:
        """Ends of the current windows."""
        return ends_of(self.starts, self.current.grid)

    def spans(self, runs: tuple[tuple[int, int], ...]) -> tuple[tuple[datetime, datetime], ...]:
        """Times of some runs of windows; empty without windows."""
        return tuple((self.starts[a], self.ends[b - 1]) for a, b in runs if self.starts)

    def look(self, name: str) -> Look | None:
        """One column on both sides; None where a side lacks it."""
        if name not in self.current.columns:
            return None
        return Look(
            column=self.reference.schema.column(name),
            grid=self.reference.grid.columns[name],
            reference=side_of(self.reference, name, self.held[0]),
            current=side_of(self.current, name, self.held[1]),
        )

    def looks(self) -> Iterator[Look]:
        """All columns that both sides have."""
        for name in self.names:
            look = self.look(name)
            if look is not None and look.rows[0].sum():
                yield look

    def sampled(self, name: str, hit: Hit) -> tuple[Floats, Floats]:
        """Sampled finite current numbers of a column in the windows hit, and the rows each stands for."""
        values, count = self._numbers(self.current, name)
        at = self.sampled_times
        if at is not None and len(values) and not self.covers(hit):
            micros = [(a.timestamp() * 1e6, b.timestamp() * 1e6) for a, b in self.spans(hit.runs)]
            within = np.logical_or.reduce([(at >= a) & (at < b) for a, b in micros])
            values, count = values[within], count[within]
        finite = np.isfinite(values)
        return values[finite], count[finite]

    def sampled_before(self, name: str) -> tuple[Floats, Floats]:
        """Sampled reference numbers of a column, and the rows each stands for."""
        return self._numbers(self.reference, name)

    def _numbers(self, profile: Profile, name: str) -> tuple[Floats, Floats]:
        """Sampled numbers of a column, NaN where there is none; only the segment's rows, as far as these are told."""
        inside = self._inside[profile is self.current]
        if profile.sample is None or name not in profile.sample.frame.columns or inside is None:
            return np.empty(0), np.empty(0)
        series = column_of(profile.sample.frame, name)
        if not series.dtype.is_float():
            return np.empty(0), np.empty(0)
        return series.to_numpy()[inside], profile.sample.counts.to_numpy()[inside].astype(np.float64)

    @cached_property
    def _inside(self) -> tuple[Ints | slice | None, Ints | slice | None]:
        """Sampled rows of the segment, of the reference and of the current profile; None where these are not told."""
        if self.segment == ALL:
            return slice(None), slice(None)
        return _of_segment(self.reference, self.within), _of_segment(self.current, self.within)

    @cached_property
    def sampled_times(self) -> Floats | None:
        """Times of the sampled current rows in microseconds; None where they tell none."""
        sample, name = self.current.sample, self.timestamp
        if not self.starts or sample is None or name not in sample.frame.columns:
            return None
        inside = self._inside[1]
        times: Floats = sample.frame.get_column(name).to_numpy()
        return None if inside is None else times[inside]

    def covers(self, hit: Hit) -> bool:
        """Whether the windows hit are all that hold rows."""
        held = hit.held(len(self.rows))
        return not self.rows[~held].any()


def side_of(profile: Profile, name: str, cells: Ints) -> Side:
    """One column of some cells of a profile."""
    sums, grid = profile.columns[name], profile.grid.columns[name]
    names: dict[int, str] = {}
    if sums.names is not None and not isinstance(grid, NumericGrid):
        for cell in cells.tolist():
            for bucket, text in sums.names.named(cell).items():
                names.setdefault(bucket, text)
    return Side(
        counts=sums.counts[cells],
        low=sums.minimum[cells],
        high=sums.maximum[cells],
        zeros=sums.facts[cells, 0],
        tails=sums.tails.selected(cells),
        names=names,
    )


def _cells(profile: Profile, segment: str) -> Ints:
    """Cells of a segment; those without a time only where no row has one."""
    held = [i for i, c in enumerate(profile.cells) if c.segment == segment]
    timed = [i for i in held if profile.cells[i].window is not None]
    return np.array(timed or held, np.int64)


def ends_of(starts: tuple[datetime, ...], grid: Grid) -> tuple[datetime, ...]:
    """Where windows end."""
    if not starts or grid.every is None:
        return ()
    local = pl.Series(starts).dt.convert_time_zone(grid.timezone).dt.offset_by(parse_every(grid.every).text)
    micros = local.dt.convert_time_zone("UTC").dt.epoch("us").to_list()
    return tuple(_EPOCH + timedelta(microseconds=m) for m in micros)


def one_column(profile: Profile, segment: str) -> tuple[str, str] | None:
    """The category column and the value that make a segment; None where it is made otherwise."""
    for by in profile.grid.by:
        if len(by) == 1 and segment.startswith(f"{by[0]}=") and by[0] in profile.columns:
            named = profile.grid.columns[by[0]].kind == "categorical"
            return (by[0], segment[len(by[0]) + 1 :]) if named else None
    return None


def _of_segment(profile: Profile, within: tuple[str, str] | None) -> Ints | None:
    if profile.sample is None or within is None or within[0] not in profile.sample.frame.columns:
        return None
    return np.flatnonzero(
        (column_of(profile.sample.frame, within[0]) == within[1]).fill_null(False).to_numpy()
    )
