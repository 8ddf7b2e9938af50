"""Windows added up into longer ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from barograph.errors import GridMismatch
from barograph.profile.algebra import Ints, merge
from barograph.profile.grid import Grid
from barograph.profile.made_of import MadeOf
from barograph.profile.value import Cell, Profile
from barograph.schema.readings import UTC_TIME
from barograph.windows import Every, parse_every, window_starts


def coarser(profile: Profile, every: str) -> Profile:
    """Add the windows of a profile up into longer ones.

    Parameters
    ----------
    profile : with windows of a length that divides `every`.
    every : length of the windows wanted, such as ``"1d"`` or ``"1mo"``, in the model's time zone.

    Returns
    -------
    Profile
        Equal, byte for byte, to one of the same rows made with ``every=every``, but for cross tables: they are there
        where the given profile has them.

    Raises
    ------
    GridMismatch
        Where the profile has no windows, or they do not fit into the longer ones: weeks into months, hours into 90
        minutes.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> coarser(profile_of([1.0, 2.0]), "1d").cells
    Traceback (most recent call last):
    barograph.errors.GridMismatch: the profile has no windows to be added up; make it with every=.
    """
    longer = longer_cells(profile.cells, profile.grid, every)
    if longer is profile.cells:
        return profile
    kept = sorted(set(longer), key=lambda c: c.order)
    position = {cell: i for i, cell in enumerate(kept)}
    to = np.array([position[cell] for cell in longer], np.int64)

    def one(record: Any) -> Any:
        return None if record is None else merge([(record, to)], len(kept))

    return replace(
        profile,
        grid=profile.grid.in_windows(parse_every(every).text, by=profile.grid.by),
        cells=tuple(kept),
        table=one(profile.table),
        columns={name: one(sums) for name, sums in profile.columns.items()},
        outcome=one(profile.outcome),
        custom=one(profile.custom),
        made_of=_made_of(profile, to),
    )


def _made_of(profile: Profile, to: Ints) -> MadeOf:
    before = profile.made_of
    if before is not None:
        return replace(before, place=to[before.place])
    return made_of(profile.cells, profile.table.rows, to)


def made_of(cells: Sequence[Cell], rows: Ints, to: Ints) -> MadeOf:
    """Cells that are added up into longer ones, `to` their places; rows without a time are of no window."""
    timed = np.array([c.window is not None for c in cells], np.bool_)
    starts = np.array([c.window for c in cells if c.window is not None], np.int64)
    return MadeOf(place=to[timed], starts=starts, rows=rows[timed])


def longer_cells(cells: tuple[Cell, ...], grid: Grid, every: str) -> tuple[Cell, ...]:
    """The longer window's cell of each cell; the very same cells where windows have that length.

    Raises
    ------
    GridMismatch
        As `coarser`.
    """
    length = grid.every
    if length is None:
        raise GridMismatch("the profile has no windows to be added up; make it with every=.")
    wanted = parse_every(every)
    if wanted.text == length:
        return cells
    if not fits(parse_every(length), wanted):
        raise GridMismatch(
            f"windows of {length} cannot be added up into windows of {every}; take a multiple of {length} that "
            "calendars allow: minutes and hours fit into longer ones they divide and into days, weeks and months, "
            "days into weeks and months."
        )
    return _longer(cells, wanted.text, grid.timezone)


def fits(shorter: Every, longer: Every) -> bool:
    """Whether every longer window is made of whole shorter ones.

    Examples
    --------
    >>> fits(parse_every("6h"), parse_every("1w")), fits(parse_every("1w"), parse_every("1mo"))
    (True, False)
    """
    if shorter.unit in ("m", "h"):
        if longer.unit not in ("m", "h"):
            return True
        return longer.approximate_seconds % shorter.approximate_seconds == 0
    if shorter.unit == longer.unit:
        return longer.count % shorter.count == 0
    return shorter.unit == "d" and shorter.count == 1 and longer.unit in ("w", "mo")


@lru_cache(maxsize=256)
def _longer(cells: tuple[Cell, ...], every: str, timezone: str) -> tuple[Cell, ...]:
    """Remembered, as all columns of a day have the same cells, and models are asked for the same days one by one."""
    starts = pl.Series([c.window for c in cells], dtype=pl.Int64).cast(UTC_TIME)
    longer = window_starts(starts, parse_every(every), timezone).to_physical().to_list()
    return tuple(Cell(c.segment, start) for c, start in zip(cells, longer, strict=True))
