"""The kind of a column, settled from its raw type and a sample of its values, with the reason.

The rules are listed for readers in docs/reference/kinds.md.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from barograph.errors import SchemaError
from barograph.schema.model import Kind
from barograph.schema.numbers import epoch_reading, settle_numbers
from barograph.schema.settled import Settled
from barograph.schema.texts import settle_text, text_reading
from barograph.schema.unread import unread_name


def settle(raw: pl.Series, timezone: str = "UTC") -> Settled:
    """Settle kind, reading and null values of a column nobody has described.

    Parameters
    ----------
    raw : sample of the column as it was read; text formats give String.
    timezone : named in the reason of a column of times without a zone.

    Returns
    -------
    The kind with a sentence saying why; kind None for types that cannot be profiled.

    Raises
    ------
    SchemaError
        Where two readings fit every value: days and months, thousands and decimals.

    Notes
    -----
    Cost: one pass over the distinct values of the sample.

    Examples
    --------
    >>> settle(pl.Series(["007", "042"])).reason
    "numbers with leading zeros ('007'), as in ZIP codes: codes, not amounts"
    """
    unprofiled = cannot_profile(raw)
    if unprofiled is not None:
        return Settled(kind=None, reason=unprofiled)
    dtype = raw.dtype
    if dtype == pl.Boolean:
        return Settled(kind="categorical", reading="boolean", reason="true or false")
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return Settled(kind="categorical", reason="categories by type")
    if dtype == pl.String:
        return settle_text(raw, timezone)
    if dtype.is_temporal():
        return _temporal(dtype, timezone)
    return settle_numbers(raw)


def settle_as(raw: pl.Series, kind: Kind, reason: str) -> Settled:
    """Settle reading and null values of a column whose kind is already decided.

    Parameters
    ----------
    raw : sample of the column as it was read.
    kind : the kind decided by the user or by the column's role.
    reason : the sentence to keep; what was found is added to it.

    Raises
    ------
    SchemaError
        Where the column cannot be read as `kind` at all, or two readings fit.

    Examples
    --------
    >>> settle_as(pl.Series("t", [1704412800]), "datetime", "role timestamp").reading
    'epoch_s'
    """
    if raw.dtype == pl.Null:
        return Settled(kind=kind, reason=f"{reason}; no value in the rows read")
    unprofiled = cannot_profile(raw)
    if unprofiled is not None:
        raise SchemaError(f"column {raw.name!r} cannot be {kind}: {unprofiled}.")
    found = Settled(kind=kind, reason=reason)
    if isinstance(raw.dtype, pl.Categorical | pl.Enum | pl.String):
        reading, null_values, note = text_reading(raw.cast(pl.String), kind)
        told = f"{reason}; {note}" if note else reason
        return replace(found, reading=reading, null_values=null_values, reason=told)
    if kind == "categorical" and raw.dtype == pl.Boolean:
        return replace(found, reading="boolean")
    if kind == "categorical" and raw.dtype.is_numeric():
        return replace(found, reading="number")
    if kind == "datetime" and raw.dtype.is_numeric():
        reading = epoch_reading(raw, raw.name)
        return replace(found, reading=reading, reason=f"{reason}; counted since 1970 ({reading})")
    own = settle(raw).kind
    if (
        kind in ("numeric", "datetime")
        and own != kind
        and raw.dtype != pl.Boolean
        and not raw.dtype.is_numeric()
    ):
        raise SchemaError(
            f"column {raw.name!r} holds {raw.dtype}, which cannot be {kind}. "
            f"Expected {'numbers' if kind == 'numeric' else 'times'}; leave the kind out to have {own}."
        )
    return found


def cannot_profile(raw: pl.Series) -> str | None:
    """Return why a column of this type cannot be profiled, or None where it can.

    Examples
    --------
    >>> cannot_profile(pl.Series([[1, 2]]))
    'lists have no kind; store each part you need as a column of its own'
    """
    dtype = raw.dtype
    if dtype == pl.Null:
        return "every value is null and the type is unknown"
    if (told := unread_name(dtype)) is not None:
        return f"type {told} cannot be read; store numbers, durations, times or text"
    if dtype == pl.Binary:
        return "binary values have no kind; store text or numbers"
    if dtype == pl.Object:
        kinds = sorted({type(v).__name__ for v in raw.head(1_000).to_list() if v is not None})
        return f"Python objects ({', '.join(kinds) or 'none'}) have no kind; store text or numbers"
    if dtype.is_nested():
        word = {"List": "lists", "Array": "arrays", "Struct": "structs"}.get(
            type(dtype).__name__, "nested values"
        )
        return f"{word} have no kind; store each part you need as a column of its own"
    if not (
        dtype.is_numeric() or dtype.is_temporal() or dtype in (pl.Boolean, pl.String, pl.Categorical, pl.Enum)
    ):
        return f"type {dtype} has no kind; store text or numbers"
    return None


def _temporal(dtype: pl.DataType, timezone: str) -> Settled:
    if dtype == pl.Duration:
        return Settled(kind="numeric", reason="durations, read as seconds")
    if dtype == pl.Time:
        return Settled(kind="numeric", reason="times of day, read as seconds since midnight")
    if dtype == pl.Date:
        return Settled(kind="datetime", reason=f"dates, read as midnight in {timezone}")
    zone = getattr(dtype, "time_zone", None)
    said = f"times in {zone}" if zone else f"times without a zone, read in {timezone}"
    return Settled(kind="datetime", reason=said)
