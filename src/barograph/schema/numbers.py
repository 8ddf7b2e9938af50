"""Numbers: amounts or flags, stand-ins for missing values, times since 1970."""

from __future__ import annotations

from typing import Final

import polars as pl

from barograph.errors import SchemaError
from barograph.schema.model import Reading
from barograph.schema.readings import canonical_numbers, read_epoch
from barograph.schema.settled import FITS, Settled

_SENTINELS: Final = (-9, -99, -999, -9999, -99999, 999, 9999, 99999)
_FEW: Final = 20
_EPOCHS: Final[tuple[tuple[Reading, str, float], ...]] = (
    ("epoch_s", "seconds", 1e8),
    ("epoch_ms", "milliseconds", 1e11),
    ("epoch_us", "microseconds", 1e14),
    ("epoch_ns", "nanoseconds", 1e17),
)


def settle_numbers(raw: pl.Series, *, weights: pl.Series | None = None) -> Settled:
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
    counted = _counted(raw, weights)
    values = counted["value"]
    if len(values) == 0:
        return Settled(kind="numeric", reason=f"{name} by type; no value in the rows read")
    whole = raw.dtype.is_integer() or bool((values == values.floor()).all())
    shown = canonical_numbers(values)
    if whole and _is_flag(counted, raw.dtype):
        named = f"{shown[0]} and {shown[1]}"
        return Settled(
            kind="categorical", reading="number", reason=f"two values ({named}): a flag, not an amount"
        )
    if not raw.dtype.is_integer() and whole and name == "floats":
        name = "whole numbers"
    notes = [name]
    rows = int(counted["rows"].sum())
    if whole and 2 < len(values) <= _FEW and rows > 5 * len(values):
        notes.append(f"{len(values)} distinct values; if they are codes, set kind: categorical")
    if whole and len(values) == rows and rows > _FEW:
        notes.append("every value is different; if they identify rows, give the role id")
    notes += [note for note in (sentinel_note(counted), epoch_note(values)) if note]
    return Settled(kind="numeric", reason="; ".join(notes))


def sentinel_note(counted: pl.DataFrame) -> str:
    """Say that a value such as -999 looks like a stand-in for missing, or return an empty string.

    Parameters
    ----------
    counted : sorted column `value` and its `rows`, as from `_counted`.

    Examples
    --------
    >>> sentinel_note(pl.DataFrame({"value": [-999.0, 1.0, 5.0], "rows": [3, 9, 9]}))
    '-999 in 3 rows, far from every other value; if it means missing, set null_values: [-999]'
    """
    values = counted["value"]
    if len(values) < 3:
        return ""
    first, last = values[0], values[-1]
    below = (first, values[1] - first, last - values[1], counted["rows"][0])
    above = (last, last - values[-2], values[-2] - first, counted["rows"][-1])
    for value, gap, spread, rows in (below, above):
        if value in _SENTINELS and gap > spread and rows > 1:
            text = f"{int(value)}"
            return (
                f"{text} in {rows:,} rows, far from every other value; "
                f"if it means missing, set null_values: [{text}]"
            )
    return ""


def epoch_reading(raw: pl.Series) -> Reading:
    """Choose the unit in which numbers count time since 1970, from their size.

    Parameters
    ----------
    raw : numbers; nulls, NaN and infinities are left out.

    Raises
    ------
    SchemaError
        Where the numbers are no time of the years 1973 to 2286 in any unit.

    Examples
    --------
    >>> epoch_reading(pl.Series([1704412800000]))
    'epoch_ms'
    """
    numbers = raw.drop_nulls().cast(pl.Float64)
    numbers = numbers.filter(numbers.is_finite())
    if len(numbers) == 0:
        return "epoch_s"
    for reading, _, least in _EPOCHS:
        if int(numbers.is_between(least, least * 100).sum()) >= FITS * len(numbers):
            return reading
    shown = ", ".join(str(v) for v in canonical_numbers(numbers.head(2)))
    raise SchemaError(
        f"column {raw.name!r} holds numbers ({shown}) that are no time since 1970 in seconds, milliseconds, "
        "microseconds or nanoseconds of the years 1973 to 2286; expected such numbers, or times as text "
        "(2024-01-31T10:00). Convert the column, or take another one as timestamp."
    )


def epoch_note(values: pl.Series) -> str:
    """Say that numbers look like times since 1970, or return an empty string.

    Examples
    --------
    >>> epoch_note(pl.Series("t", [1704412800, 1704412801]))
    'could be seconds since 1970 (2024-01-05): then set kind: datetime, reading: epoch_s'
    """
    first = values[0]
    for reading, unit, least in _EPOCHS:
        # Seconds to nanoseconds of 1973 to 2286 only; a cheap look at the ends spares most columns the rest.
        if least <= float(first) <= float(values[-1]) <= least * 30:
            day = read_epoch(values.head(1), reading).dt.to_string("%Y-%m-%d").item()
            return f"could be {unit} since 1970 ({day}): then set kind: datetime, reading: {reading}"
    return ""


def _counted(raw: pl.Series, weights: pl.Series | None) -> pl.DataFrame:
    """Distinct finite values in order, with their rows."""
    if raw.dtype.is_decimal():
        raw = raw.cast(pl.Float64)
    frame = pl.DataFrame(
        {"value": raw, "rows": pl.repeat(1, len(raw), eager=True) if weights is None else weights}
    )
    if raw.dtype.is_float():
        frame = frame.filter(pl.col("value").is_finite())
    return frame.drop_nulls("value").group_by("value").agg(pl.col("rows").sum()).sort("value")


def _is_flag(counted: pl.DataFrame, dtype: pl.DataType) -> bool:
    """0 and 1 are a flag (floats too: pandas turns integers with gaps into floats), other pairs if seen again."""
    values = counted["value"].to_list()
    return values == [0, 1] or (len(values) == 2 and dtype.is_integer() and bool((counted["rows"] > 1).all()))
