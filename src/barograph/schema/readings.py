"""Raw values read as numbers, times and categories: every rule looks at one value alone.

A rule that looked at its neighbours would make a profile depend on how rows were cut into batches.
"""

from __future__ import annotations

import itertools
from typing import Final

import polars as pl

from barograph.schema.model import Reading

#: Texts that stand for a missing value wherever they are met in a text column.
NULL_TOKENS: Final = (
    "", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "Null", "null", "None", "NaT",
)  # fmt: skip
UTC_TIME: Final = pl.Datetime("us", "UTC")
_EPOCH_NANOSECONDS: Final[dict[str, int]] = {
    "epoch_s": 1_000_000_000,
    "epoch_ms": 1_000_000,
    "epoch_us": 1_000,
    "epoch_ns": 1,
}
_CLOCKS: Final = (
    "", " %H:%M:%S%.f", "T%H:%M:%S%.f", " %H:%M", "T%H:%M", " %I:%M:%S %p", " %I:%M %p", " %I:%M%p",
)  # fmt: skip
_ZONED_CLOCKS: Final = ("T%H:%M:%S%.f%#z", " %H:%M:%S%.f%#z", " %H:%M:%S%.f %#z", "T%H:%M%#z", " %H:%M%#z")
_MAX_EXACT: Final = 2**53


def read_numbers(text: pl.Series, reading: Reading = "plain") -> pl.Series:
    """Read text as Float64; what is no number becomes null.

    Parameters
    ----------
    text : String series. Blanks around a number are ignored.
    reading : `plain` reads `1234.5` and `1e3`; `decimal_comma` reads `1.234,5`; `thousands_comma`
        reads `1,234.5`.

    Returns
    -------
    Float64 series of the same length and name.

    Examples
    --------
    >>> read_numbers(pl.Series(["1.234,5", "7", "x"]), "decimal_comma").to_list()
    [1234.5, 7.0, None]
    """
    if reading == "decimal_comma":
        fits = text.str.contains(r"^\s*[+-]?(\d+|\d{1,3}(\.\d{3})+)?(,\d*)?([eE][+-]?\d+)?\s*$")
        text = _where(fits, text).str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    elif reading == "thousands_comma":
        fits = text.str.contains(r"^\s*[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?([eE][+-]?\d+)?\s*$")
        text = _where(fits, text).str.replace_all(",", "", literal=True)
    numbers = text.cast(pl.Float64, strict=False)
    if numbers.null_count() > text.null_count():
        numbers = numbers.zip_with(
            numbers.is_not_null(), text.str.strip_chars().cast(pl.Float64, strict=False)
        )
    return numbers


#: From 1 January of the first of these years to that of the year after the last, µs UTC.
_YEARS_US: Final = (-62_135_596_800_000_000, 253_402_300_800_000_000)
_YEARS_OF_ROWS_US: Final = (-59_011_459_200_000_000, 250_246_627_200_000_000)


def read_times(text: pl.Series, reading: Reading, timezone: str) -> pl.Series:
    """Read text as UTC times; what is no time becomes null.

    Parameters
    ----------
    text : String series.
    reading : `year_first` (ISO 8601 and `2024/01/31`), `day_first` or `month_first`, each with an
        optional time of day; year_first may carry a zone (`Z`, `+02:00`).
    timezone : IANA name in which times without a zone are read, see `localised`.

    Returns
    -------
    Datetime("us", "UTC") series of the same length and name; beyond years 1..9999 they are null.

    Examples
    --------
    >>> read_times(pl.Series(["01.02.2024 10:30"]), "day_first", "UTC").dt.to_string("%Y-%m-%d").to_list()
    ['2024-02-01']
    """
    if reading in _EPOCH_NANOSECONDS:
        return read_epoch(read_numbers(text), reading)
    naive = _first_fit(text, _naive_formats(reading), zoned=False)
    times = localised(naive, timezone)
    if reading == "year_first" and times.null_count() > text.null_count():
        rest = text.str.strip_chars().str.replace(r"(?:Z| ?UTC| ?GMT)$", "+00:00")
        zoned = _first_fit(_where(times.is_null(), rest), _zoned_formats(), zoned=True)
        times = times.zip_with(times.is_not_null(), zoned)
    # An offset may lead out of the calendar.
    return in_calendar(times)


def read_epoch(numbers: pl.Series, reading: Reading) -> pl.Series:
    """Read numbers as time since 1970-01-01 UTC; beyond years 1..9999 they become null.

    Examples
    --------
    >>> read_epoch(pl.Series([86400]), "epoch_s").dt.to_string("%Y-%m-%d").to_list()
    ['1970-01-02']
    """
    nanoseconds = _EPOCH_NANOSECONDS[reading]
    if numbers.dtype.is_integer() and nanoseconds <= 1_000:
        whole = numbers.cast(pl.Int64, strict=False)
        micros = whole if nanoseconds == 1_000 else whole // 1_000
    else:
        scaled = (numbers.cast(pl.Float64) * (nanoseconds / 1_000)).round(0)
        micros = _where(scaled.is_finite(), scaled).cast(pl.Int64, strict=False)
    return in_calendar(micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC"))


def in_calendar(times: pl.Series, *, of_rows: bool = False) -> pl.Series:
    """Null out times outside years 1..9999, which no calendar library formats.

    Parameters
    ----------
    of_rows : rows are put into windows by them, whose ends, in any time zone, must be within those years too: times
        outside years 100..9899 become null. 9999-12-31 then stands for "never".
    """
    low, high = _YEARS_OF_ROWS_US if of_rows else _YEARS_US
    return _where(times.to_physical().is_between(low, high - 1), times)


def localised(naive: pl.Series, timezone: str) -> pl.Series:
    """Place naive times in a time zone and return them as Datetime("us", "UTC").

    A local time that occurs twice (clocks set back) is the earlier one; one that does not occur (clocks
    set forward) is read with the offset that held before, so it lands after the gap.

    Examples
    --------
    >>> from datetime import datetime
    >>> gap = pl.Series([datetime(2024, 3, 31, 2, 30)])
    >>> localised(gap, "Europe/Berlin").dt.to_string("%H:%M").to_list()
    ['01:30']
    """
    naive = naive.cast(pl.Datetime("us"), strict=False)
    if timezone == "UTC":
        return naive.dt.replace_time_zone("UTC")
    placed = _placed(naive, timezone)
    if placed.null_count() == naive.null_count():
        return placed
    day = pl.duration(days=1)
    before = _placed(naive.to_frame().select((pl.first() - day).name.keep()).to_series(), timezone)
    shifted = before.to_frame().select((pl.first() + day).name.keep()).to_series()
    return placed.zip_with(placed.is_not_null(), shifted)


def canonical_numbers(numbers: pl.Series) -> pl.Series:
    """Write numbers as text, whole ones without a fraction: 1.0 and 1 are both "1"; NaN is null.

    Examples
    --------
    >>> canonical_numbers(pl.Series([1.0, 2.5])).to_list()
    ['1', '2.5']
    """
    if numbers.dtype.is_integer():
        return numbers.cast(pl.String)
    if numbers.dtype.is_decimal():
        numbers = numbers.cast(pl.Float64)
    whole = (numbers == numbers.floor()) & (numbers.abs() < _MAX_EXACT)
    as_integers = _where(whole, numbers).cast(pl.Int64, strict=False).cast(pl.String)
    return as_integers.zip_with(whole.fill_null(False), _where(numbers.is_not_nan(), numbers).cast(pl.String))


def canonical_text(text: pl.Series, reading: Reading) -> pl.Series:
    """Rewrite text categories so that every origin gives the same name, as `reading` asks.

    Examples
    --------
    >>> canonical_text(pl.Series(["1.0", "A1"]), "number").to_list()
    ['1', 'A1']
    """
    if reading == "boolean":
        lower = text.str.strip_chars().str.to_lowercase()
        named = lower.replace_strict(
            ["true", "false", "1", "0", "1.0", "0.0"],
            ["true", "false"] * 3,
            default=None,
            return_dtype=pl.String,
        )
        return named.zip_with(named.is_not_null(), text)
    if reading == "number":
        written = canonical_numbers(read_numbers(text))
        return written.zip_with(written.is_not_null(), text)
    return text


def _where(mask: pl.Series, values: pl.Series) -> pl.Series:
    """`values` where `mask` is true, null elsewhere."""
    return values.zip_with(mask.fill_null(False), pl.Series(values.name, [None], dtype=values.dtype))


def _placed(naive: pl.Series, timezone: str) -> pl.Series:
    placed = naive.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    return placed.dt.convert_time_zone("UTC")


def _naive_formats(reading: Reading) -> list[str]:
    days = {
        "year_first": ["%Y-%m-%d", "%Y/%m/%d"],
        "day_first": ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d.%m.%y", "%d-%m-%y"],
        "month_first": ["%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y", "%m/%d/%y", "%m.%d.%y", "%m-%d-%y"],
    }[reading]
    return [day + clock for day, clock in itertools.product(days, _CLOCKS)]


def _zoned_formats() -> list[str]:
    return [day + clock for day, clock in itertools.product(("%Y-%m-%d", "%Y/%m/%d"), _ZONED_CLOCKS)]


def _first_fit(text: pl.Series, formats: list[str], *, zoned: bool) -> pl.Series:
    """Parse each value by the first format it fits; values that fit none stay null."""
    probe = text.drop_nulls().head(100)
    # No value means different times in two formats, so trying the likely format first changes only the time taken.
    ordered = sorted(formats, key=lambda f: _parsed(probe, f, zoned).null_count())
    times = _parsed(text, ordered[0], zoned)
    for form in ordered[1:]:
        left = (times.is_null() & text.is_not_null()).arg_true()
        if len(left) == 0:
            break
        found = _parsed(text.gather(left), form, zoned)
        hit = found.is_not_null()
        if hit.any():
            times = times.scatter(left.filter(hit), found.filter(hit))
    return times


def _parsed(text: pl.Series, form: str, zoned: bool) -> pl.Series:
    zone = "UTC" if zoned else None
    times = text.str.to_datetime(form, strict=False, time_unit="us", time_zone=zone)
    if "%Y" in form and len(times) > times.null_count():
        # "%Y" also accepts two digits; 24 then means the year 24, not 2024.
        times = _where(times.dt.year() >= 1000, times)
    return times
