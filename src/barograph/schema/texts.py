"""Text columns: the values a CSV file holds, settled by their content and not by their reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from barograph.errors import SchemaError
from barograph.schema.model import Kind, Reading
from barograph.schema.numbers import epoch_reading, settle_numbers
from barograph.schema.readings import NULL_TOKENS, read_numbers, read_times
from barograph.schema.settled import FITS, Settled
from barograph.schema.spelled import spelled_alike

_DAY_MONTH: Final = r"^\s*(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})(?:[ T].*)?$"
_YES_NO: Final = (("y", "n"), ("yes", "no"), ("t", "f"))
_MIN_TEXTS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """Distinct texts of a column with their rows; tokens for a missing value set apart."""

    name: str
    values: pl.Series
    rows: pl.Series
    tokens: tuple[str, ...]

    def share(self, fits: pl.Series) -> float:
        """Share of the rows whose text fits."""
        return float(self.rows.filter(fits).sum()) / float(self.rows.sum())


def settle_text(raw: pl.Series, timezone: str) -> Settled:
    """Settle a column of text: numbers, times, flags, codes, or prose.

    Parameters
    ----------
    raw : String series.
    timezone : named in the reason of times without a zone.

    Raises
    ------
    SchemaError
        Where two readings fit every value: days and months, thousands and decimals.

    Examples
    --------
    >>> settle_text(pl.Series(["12", "7.5", "NA"]), "UTC").null_values
    ('NA',)
    """
    texts = _texts(raw)
    if len(texts.values) == 0:
        return Settled(
            kind="categorical", null_values=texts.tokens, reason=_told("text by type; no value read", texts)
        )
    found = _flags(texts) or _codes(texts) or _numbers(texts) or _times(texts, timezone) or _words(texts)
    kind, reading, reason = found
    return Settled(kind=kind, reading=reading, null_values=texts.tokens, reason=_told(reason, texts))


def text_reading(raw: pl.Series, kind: Kind) -> tuple[Reading, tuple[str, ...], str]:
    """Find the reading and null values with which a text column is read as a kind already decided.

    Returns
    -------
    Reading, null values, and a note for the reason (empty where there is nothing to say).

    Raises
    ------
    SchemaError
        Where no reading fits, naming a value that does not, or where two fit.

    Examples
    --------
    >>> text_reading(pl.Series(["3,5", "4,25"]), "numeric")
    ('decimal_comma', (), 'numbers with a decimal comma')
    """
    texts = _texts(raw)
    if len(texts.values) == 0 or kind == "text":
        return "year_first" if kind == "datetime" else "plain", texts.tokens, _told("", texts)
    if kind == "categorical":
        flags = _flags(texts)
        whole = flags is None and texts.share(read_numbers(texts.values).is_not_null()) == 1.0
        reading = flags[1] if flags else "number" if whole and _codes(texts) is None else "plain"
        return reading, texts.tokens, _told("", texts)
    if kind == "numeric":
        number = _number_reading(texts)
        if number is not None:
            return number[0], texts.tokens, _told(number[1], texts)
    else:
        time = _time_reading(texts)
        if time is not None:
            return time, texts.tokens, _told(_TIME_NOTES[time], texts)
        numbers = read_numbers(texts.values)
        if texts.share(numbers.is_not_null()) >= FITS:
            epoch = epoch_reading(numbers, texts.name)
            return epoch, texts.tokens, _told("numbers counting time since 1970", texts)
    raise SchemaError(
        f"column {raw.name!r} cannot be {kind}: {_example(texts, kind)!r} is no "
        f"{'number' if kind == 'numeric' else 'time'}, as are more than {1 - FITS:.0%} of its values. "
        "Expected "
        + (
            "numbers such as 12.5"
            if kind == "numeric"
            else "times such as 2024-01-31T10:00, or seconds since 1970"
        )
        + "; add stand-ins for a missing value to null_values, or choose another column or kind."
    )


def missing_tokens(raw: pl.Series) -> tuple[str, ...]:
    """Return the texts in a column that stand for a missing value; none for other types.

    Examples
    --------
    >>> missing_tokens(pl.Series(["1", "NA", ""]))
    ('', 'NA')
    """
    return _texts(raw).tokens if raw.dtype == pl.String else ()


_TIME_NOTES: Final[dict[Reading, str]] = {
    "year_first": "times as text, year first",
    "day_first": "times as text, day before month, as some day is above 12",
    "month_first": "times as text, month before day, as some day is above 12",
}


def _texts(raw: pl.Series) -> _Texts:
    counted = (
        pl.DataFrame({"value": raw.alias("value").cast(pl.String)})
        .drop_nulls()
        .group_by("value", maintain_order=True)
        .agg(rows=pl.len())
    )
    is_token = counted["value"].str.strip_chars().is_in(list(NULL_TOKENS))
    tokens = counted.filter(is_token)["value"].to_list()
    rest = counted.filter(~is_token)
    # Two capitals beside "NA" are codes of countries or states, among which NA is Namibia.
    if "NA" in tokens and len(rest) > 1 and rest["value"].str.contains(r"^[A-Z]{2}$").all():
        tokens.remove("NA")
        rest = counted.filter(~is_token | (counted["value"] == "NA"))
    return _Texts(name=raw.name, values=rest["value"], rows=rest["rows"], tokens=tuple(sorted(tokens)))


def _told(reason: str, texts: _Texts) -> str:
    if not texts.tokens:
        return reason
    shown = ", ".join(repr(t) for t in texts.tokens)
    told = f"{shown} read as missing"
    return f"{reason}; {told}" if reason else told


def _flags(texts: _Texts) -> tuple[Kind, Reading, str] | None:
    lower = {str(v).strip().lower() for v in texts.values.head(50)}
    if len(texts.values) > 50:
        return None
    if lower <= {"true", "false"}:
        return "categorical", "boolean", "true or false, as text"
    if any(lower <= set(pair) for pair in _YES_NO):
        return "categorical", "plain", "yes or no, as text"
    return None


def _codes(texts: _Texts) -> tuple[Kind, Reading, str] | None:
    if not texts.values.str.contains(r"^\d+$").any():
        return None
    zeros = texts.values.filter(texts.values.str.contains(r"^0\d+$"))
    if len(zeros) and texts.share(read_numbers(texts.values).is_not_null()) >= FITS:
        return (
            "categorical",
            "plain",
            f"numbers with leading zeros ({zeros[0]!r}), as in ZIP codes: codes, not amounts",
        )
    long = texts.values.filter(texts.values.str.contains(r"^\d{17,}$"))
    if len(long):
        return "categorical", "plain", f"digits too many for a number ({long[0]!r}): codes, not amounts"
    return None


def _number_reading(texts: _Texts) -> tuple[Reading, str] | None:
    """The reading under which nearly all rows are numbers, with a note."""
    if texts.share(read_numbers(texts.values).is_not_null()) >= FITS:
        return "plain", "numbers as text"
    if not texts.values.str.contains(",", literal=True).any():
        return None
    fits: dict[Reading, pl.Series] = {
        r: read_numbers(texts.values, r).is_not_null() for r in ("decimal_comma", "thousands_comma")
    }
    shares = {r: texts.share(f) for r, f in fits.items()}
    best = max(shares.values())
    if best < FITS:
        return None
    if shares["decimal_comma"] == shares["thousands_comma"]:
        shown = texts.values.filter(texts.values.str.contains(",", literal=True)).head(2).to_list()
        raise SchemaError(
            f"column {texts.name!r} holds numbers with a comma before three digits in every row, such as "
            f"{' and '.join(map(repr, shown))}: thousands or decimals? Say which: reading: decimal_comma or "
            f"reading: thousands_comma (in schema.yml; in Python readings={{{texts.name!r}: 'decimal_comma'}})."
        )
    if shares["decimal_comma"] > shares["thousands_comma"]:
        return "decimal_comma", "numbers with a decimal comma"
    return "thousands_comma", "numbers with commas between thousands"


def _numbers(texts: _Texts) -> tuple[Kind, Reading, str] | None:
    found = _number_reading(texts)
    if found is None:
        return None
    reading, note = found
    numbers = read_numbers(texts.values, reading)
    integers = bool(texts.values.str.contains(r"^\s*[+-]?\d{1,16}\s*$").all())
    settled = settle_numbers(
        numbers.cast(pl.Int64) if integers else numbers, weights=texts.rows.cast(pl.Int64).to_numpy()
    )
    misfits = texts.values.filter(numbers.is_null())
    if settled.kind == "categorical" and reading == "plain" and len(misfits) == 0:
        return "categorical", "number", settled.reason
    rest = settled.reason.partition("; ")[2]
    reason = f"{note}; {rest}" if rest else note
    if len(misfits):
        reason += (
            f"; {misfits[0]!r} and other texts that are no number count as mismatches; "
            "if they mean missing, add them to null_values"
        )
    return "numeric", reading, reason


def _time_reading(texts: _Texts) -> Reading | None:
    """The order of year, month and day under which nearly all rows are times."""
    parts = texts.values.str.extract_groups(_DAY_MONTH).struct
    first, second = (parts.field(p).cast(pl.Int64, strict=False) for p in ("1", "2"))
    if texts.share(first.is_not_null()) < FITS:
        year_first = texts.values.str.contains(r"^\s*\d{4}[-/]\d")
        if texts.share(year_first) < FITS:
            return None
        times = read_times(texts.values, "year_first", "UTC")
        return "year_first" if texts.share(times.is_not_null()) >= FITS else None
    above_first, above_second = bool((first > 12).any()), bool((second > 12).any())
    if not above_first and not above_second:
        shown = texts.values.filter(first.is_not_null()).head(2).to_list()
        raise SchemaError(
            f"column {texts.name!r} holds dates in which day and month cannot be told apart in any row, such as "
            f"{' and '.join(map(repr, shown))}. Say which comes first: reading: day_first or reading: month_first "
            f"(--reading {texts.name}=day_first, in Python readings={{{texts.name!r}: 'day_first'}})."
        )
    for reading, possible in (("day_first", above_first), ("month_first", above_second)):
        order: Reading = "day_first" if reading == "day_first" else "month_first"
        if possible and texts.share(read_times(texts.values, order, "UTC").is_not_null()) >= FITS:
            return order
    return None


def _times(texts: _Texts, timezone: str) -> tuple[Kind, Reading, str] | None:
    reading = _time_reading(texts)
    if reading is None:
        return None
    zoned = reading == "year_first" and bool(
        texts.values.str.contains(r"(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$").all()
    )
    where = "with their zone" if zoned else f"without a zone, read in {timezone}"
    return "datetime", reading, f"{_TIME_NOTES[reading]}; {where}"


def _words(texts: _Texts) -> tuple[Kind, Reading, str]:
    distinct, rows = len(texts.values), int(texts.rows.sum())
    spaced = texts.values.str.strip_chars().str.contains(r"\s").mean()
    if distinct > _MIN_TEXTS and 2 * distinct > rows and isinstance(spaced, float) and spaced > 0.5:
        return (
            "text",
            "plain",
            f"several words a value and {distinct:,} different ones in {rows:,} rows: prose",
        )
    reason = f"text with {distinct:,} different values{spelled_alike(texts.values)}"
    if distinct == rows and rows > _MIN_TEXTS:
        reason = "text, every value is different; if they identify rows, give the role id"
    return "categorical", "plain", reason


def _example(texts: _Texts, kind: Kind) -> str:
    """A value that does not fit, for an error."""
    numbers = read_numbers(texts.values)
    fits = numbers if kind == "numeric" else read_times(texts.values, "year_first", "UTC")
    return str(texts.values.filter(fits.is_null())[0])
