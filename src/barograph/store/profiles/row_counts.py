"""How many rows came, window by window, read from stored parts."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import sqlalchemy as sa

from barograph.profile.algebra import Ints
from barograph.store.profiles.body import decoded
from barograph.store.profiles.part import TABLE
from barograph.store.tables.profiles import profiles as table

#: Days of versions whose counts are remembered, eight weeks of 290 models, and the longest body of such a day: 1 KB for
#: hours, 2.5 KB at most. Days of minutes are read anew.
_REMEMBERED: Final = 16_384
_LONGEST: Final = 512
_BODIES: Final = sa.select(table.c.body).where(
    table.c.model_id == sa.bindparam("of_model"), table.c.grain == "window", table.c.part == TABLE,
    table.c.day.between(sa.bindparam("first"), sa.bindparam("last")),
)  # fmt: skip
_BODIES_OF_VERSION: Final = _BODIES.where(table.c.version_id == sa.bindparam("of_version"))
_FIRST: Final = sa.select(sa.func.min(table.c.day)).where(
    table.c.model_id == sa.bindparam("of_model"), table.c.grain == "window", table.c.part == TABLE
)
_LAST: Final = _FIRST.with_only_columns(sa.func.max(table.c.day))
_FIRST_OF_VERSION: Final = _FIRST.where(table.c.version_id == sa.bindparam("of_version"))


def first_day(conn: sa.Connection, model_id: int, *, version_id: int | None) -> int | None:
    """The first local day with a row, of all versions or of one; None where there is none."""
    if version_id is None:
        return conn.execute(_FIRST, {"of_model": model_id}).scalar()
    return conn.execute(_FIRST_OF_VERSION, {"of_model": model_id, "of_version": version_id}).scalar()


def last_day(conn: sa.Connection, model_id: int) -> int | None:
    """The last local day with a row, of all versions; None where there is none."""
    return conn.execute(_LAST, {"of_model": model_id}).scalar()


def row_counts(
    conn: sa.Connection, model_id: int, *, span: tuple[int, int], version_id: int | None
) -> tuple[Ints, Ints]:
    """Starts of the windows with a row, µs UTC and ascending, and the rows of each.

    Parameters
    ----------
    span : first and last local day.
    version_id : None: all versions added up.

    Notes
    -----
    Cost: 5 µs a day that was read before, 50 µs another.
    """
    asked = {"of_model": model_id, "first": span[0], "last": span[1]}
    if version_id is None:
        bodies = conn.scalars(_BODIES, asked)
    else:
        bodies = conn.scalars(_BODIES_OF_VERSION, asked | {"of_version": version_id})
    held = [_remembered(bytes(body)) if len(body) <= _LONGEST else _counts(body) for body in bodies]
    if not held:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    starts, place = np.unique(np.concatenate([windows for windows, _ in held]), return_inverse=True)
    counts = np.zeros(len(starts), np.int64)
    np.add.at(counts, place, np.concatenate([rows for _, rows in held]))
    return starts[counts > 0], counts[counts > 0]


@lru_cache(maxsize=_REMEMBERED)
def _remembered(body: bytes) -> tuple[Ints, Ints]:
    """`_counts`; days that are over are read again and again."""
    return _counts(body)


def _counts(body: bytes) -> tuple[Ints, Ints]:
    """Starts of the windows of a day, and the rows of each."""
    part = decoded(body)
    timed = [(c.window, n) for c, n in zip(part.cells, part.record.rows.tolist(), strict=True)]
    found = np.array([(window, n) for window, n in timed if window is not None], np.int64).reshape(-1, 2).T
    windows, rows = found.copy()
    windows.setflags(write=False)
    rows.setflags(write=False)
    return windows, rows
