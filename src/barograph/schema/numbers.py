"""Numbers: amounts or flags, stand-ins for missing values, times since 1970."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import SchemaError
from barograph.schema.model import Reading
from barograph.schema.readings import canonical_numbers, read_epoch
from barograph.schema.settled import FITS, Settled
from barograph.schema.stand_ins import stand_in

_FEW: Final = 20
_EPOCHS: Final[tuple[tuple[Reading, str, float], ...]] = (
    ("epoch_s", "seconds", 1e8),
    ("epoch_ms", "milliseconds", 1e11),
    ("epoch_us", "microseconds", 1e14),
    ("epoch_ns", "nanoseconds", 1e17),
)


def settle_numbers(raw: pl.Series, *, weights: NDArray[np.int64] | None = None) -> Settled:
    """Settle numbers as amounts, or as flags: two integers, or the floats 0 and 1 alone.

    Parameters
    ----------
    raw : integers, floats or decimals; NaN counts as no value.
    weights : rows behind each entry of `raw` where it holds distinct values.

    Examples
    --------
    >>> settle_numbers(pl.Series([0, 1, 1, 0])).kind
    'categorical'
    """
    name = "integers" if raw.dtype.is_integer() else "decimals" if raw.dtype.is_decimal() else "floats"
    # Series look themselves up by name, and Polars reads `^…$` as a pattern.
    values, rows = _counted(raw.alias("values"), weights)
    if len(values) == 0:
        return Settled(kind="numeric", reason=f"{name} by type; no value in the rows read")
    whole = raw.dtype.is_integer() or bool((values == np.floor(values)).all())
    if whole and _is_flag(values, rows, raw.dtype):
        first, second = canonical_numbers(pl.Series(values))
        return Settled(
            kind="categorical",
            reading="number",
            reason=f"two values ({first} and {second}): a flag, not an amount",
        )
    notes = ["whole numbers" if whole and name == "floats" else name]
    if whole and 2 < len(values) <= _FEW and rows.sum() > 5 * len(values):
        notes.append(f"{len(values)} distinct values; if they are codes, set kind: categorical")
    if whole and len(values) == rows.sum() and len(values) > _FEW:
        notes.append("every value is different; if they identify rows, give the role id")
    notes += [note for note in (sentinel_note(values, rows), epoch_note(values)) if note]
    return Settled(kind="numeric", reason="; ".join(notes))


def sentinel_note(values: NDArray[Any], rows: NDArray[np.int64]) -> str:
    """Say that a value such as -999 looks like a stand-in for missing, or return an empty string.

    Parameters
    ----------
    values, rows : distinct values in order, and how often each occurs.

    Examples
    --------
    >>> sentinel_note(np.array([-999.0, 1.0, 5.0]), np.array([3, 9, 9]))
    '-999 in 3 rows, the only negative value; if it means missing, set null_values: [-999]'
    """
    found = stand_in(values, rows)
    return f"{found[1]}; if it means missing, set null_values: [{found[0]}]" if found else ""


def epoch_reading(raw: pl.Series, name: str = "") -> Reading:
    """Choose the unit in which numbers count time since 1970, from their size.

    Parameters
    ----------
    raw : numbers; nulls, NaN and infinities are left out.
    name : of the column, for the error.

    Raises
    ------
    SchemaError
        Where the numbers are no time of the years 1973 to 2286 in any unit.

    Examples
    --------
    >>> epoch_reading(pl.Series([1704412800000]))
    'epoch_ms'
    """
    numbers = raw.alias("values").drop_nulls().cast(pl.Float64)
    numbers = numbers.filter(numbers.is_finite())
    if len(numbers) == 0:
        return "epoch_s"
    for reading, _, least in _EPOCHS:
        if int(numbers.is_between(least, least * 100).sum()) >= FITS * len(numbers):
            return reading
    shown = ", ".join(str(v) for v in canonical_numbers(numbers.head(2)))
    raise SchemaError(
        f"column {name!r} holds numbers ({shown}) that are no time since 1970 in seconds, milliseconds, "
        "microseconds or nanoseconds of the years 1973 to 2286; expected such numbers, or times as text "
        "(2024-01-31T10:00). Convert the column, or take another one as timestamp."
    )


def epoch_note(values: NDArray[Any]) -> str:
    """Say that numbers in order look like times since 1970, or return an empty string.

    Examples
    --------
    >>> epoch_note(np.array([1704412800, 1704412801]))
    'could be seconds since 1970 (2024-01-05): then set kind: datetime, reading: epoch_s'
    """
    first, last = float(values[0]), float(values[-1])
    for reading, unit, least in _EPOCHS:
        # 1973 to 2065: narrower than what is read, for this is a guess.
        if least <= first <= last <= least * 30:
            day = read_epoch(pl.Series(values[:1]), reading).dt.to_string("%Y-%m-%d").item()
            return f"could be {unit} since 1970 ({day}): then set kind: datetime, reading: {reading}"
    return ""


def _counted(raw: pl.Series, weights: NDArray[np.int64] | None) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Distinct finite values in order, with their rows."""
    if raw.dtype.is_decimal() or raw.dtype in (pl.Int128, pl.UInt128, pl.Float16):
        raw = raw.cast(pl.Float64)
    values = raw.to_numpy() if raw.dtype.is_float() else raw.fill_null(0).to_numpy()
    known = np.isfinite(values) if raw.dtype.is_float() else raw.is_not_null().to_numpy()
    if weights is None:
        distinct, rows = np.unique(values[known], return_counts=True)
        return distinct, rows.astype(np.int64)
    distinct, inverse = np.unique(values[known], return_inverse=True)
    return distinct, np.bincount(inverse, weights=weights[known]).astype(np.int64)


def _is_flag(values: NDArray[Any], rows: NDArray[np.int64], dtype: pl.DataType) -> bool:
    """0 and 1 are a flag (floats too: pandas turns integers with gaps into floats), other pairs if seen again."""
    if len(values) != 2:
        return False
    return values.tolist() == [0, 1] or (dtype.is_integer() and bool((rows > 1).all()))
