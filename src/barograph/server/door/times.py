"""When a row happened: read, and held against the server's time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from barograph.frames.typed import typed_column
from barograph.schema.model import Column
from barograph.schema.readings import UTC_TIME
from barograph.server.door.rejections import Fault, fault
from barograph.server.door.series import constant

#: How far ahead of the server's clock a row may be, µs.
MOST_AHEAD_US: Final = 600_000_000
_ISO_UTC: Final = "%Y-%m-%dT%H:%M:%S%.fZ"
_YEAR_1000_US, _YEAR_9999_US = -30_610_224_000_000_000, 253_402_300_799_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Times of rows.

    Attributes
    ----------
    column : in UTC, null where a row gives none.
    times : the same, with the time of receipt where a row gives none; µs UTC, Int64.
    """

    column: pl.Series
    times: pl.Series
    faults: list[Fault]


def times_of(raw: pl.Series, column: Column, timezone: str, *, received_at: int, ahead_us: int) -> Times:
    """Read the times of rows.

    Parameters
    ----------
    raw : as sent.
    timezone : in which times without a zone are read.
    received_at : µs UTC.
    ahead_us : how far the sender's clock is ahead of the server's, as far as is known. A row that would lie too far
        ahead is set back by it: the sender stamped it with that clock.

    Examples
    --------
    >>> times_of(pl.Series(["1970-01-01T00:00:01Z"]), Column(name="t"), "UTC", received_at=0, ahead_us=0).times[0]
    1000000
    """
    # Series look themselves up by name, and Polars reads `^…$` as a pattern.
    name, raw = raw.name, raw.alias("values")
    values, wrong = _read(raw, column, timezone)
    faults = fault(wrong, name, "unreadable_time")
    micros = values.to_physical()
    latest = received_at + MOST_AHEAD_US
    if len(micros) > micros.null_count() and int(micros.max()) > latest:  # type: ignore[arg-type]
        late = micros > latest
        if ahead_us > 0:
            back = late & (micros - ahead_us <= latest)
            micros = micros.zip_with(~back.fill_null(False), micros - ahead_us)
            values = micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
            late = micros > latest
        faults += fault(late, name, "future_timestamp")
    return Times(
        column=values.alias(name),
        times=(micros.fill_null(received_at) if micros.null_count() else micros).alias("barograph_time"),
        faults=faults,
    )


def received(height: int, received_at: int) -> pl.Series:
    """The time of receipt for every row, µs UTC."""
    return constant("barograph_time", received_at, pl.Int64, height)


def _read(raw: pl.Series, column: Column, timezone: str) -> tuple[pl.Series, pl.Series | None]:
    quick = None
    if not column.null_values:
        quick = raw if raw.dtype == UTC_TIME else _iso_utc(raw, column)
    if quick is not None and _are_usual(quick):
        return quick, None
    datetime = column if column.kind == "datetime" else Column(name=column.name, kind="datetime")
    values, wrong = typed_column(raw, datetime, timezone)
    return values.cast(UTC_TIME), None if wrong is None else pl.Series(wrong)


def _iso_utc(raw: pl.Series, column: Column) -> pl.Series | None:
    """Times as clients write them, in one pass; None where some value is written otherwise."""
    if raw.dtype != pl.String or column.reading not in ("plain", "year_first"):
        return None
    times = raw.str.to_datetime(_ISO_UTC, time_unit="us", strict=False)
    return None if times.null_count() != raw.null_count() else times.dt.replace_time_zone("UTC")


def _are_usual(times: pl.Series) -> bool:
    """Whether there are some, all in years of four digits: "%Y" also accepts two, which are read otherwise."""
    micros = times.to_physical()
    ends = micros.min(), micros.max()
    return all(isinstance(end, int) and _YEAR_1000_US <= end <= _YEAR_9999_US for end in ends)
