"""What names a row: the id of its prediction, the row among several of one id, the version that made it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from barograph.frames.typed import typed_column
from barograph.schema.model import Column
from barograph.server.door.rejections import Fault, fault
from barograph.server.door.series import constant

LONGEST_ID_BYTES, _LONGEST_VERSION = 1_024, 200
_MAX_EXACT: Final = 2**53
_MAX_ROW: Final = 2**31 - 1
_PLAIN: Final = Column(name="id", role="id", kind="categorical")


def ids_of(raw: pl.Series | None, column: Column | None, height: int) -> tuple[pl.Series, list[Fault]]:
    """Ids as text, null where a row has none; their length is checked with that of other texts.

    Parameters
    ----------
    raw : as sent; whole numbers are written without a fraction, so that 7 and 7.0 are one id.
    column : the schema's, for its reading and null values.

    Examples
    --------
    >>> ids_of(pl.Series([7.0, None]), None, 2)[0].to_list()
    ['7', None]
    """
    if raw is None or raw.dtype == pl.Null:
        return constant("barograph_id", None, pl.String, height), []
    # Series look themselves up by name, and Polars reads `^…$` as a pattern.
    field, raw = raw.name, raw.alias("values")
    faults: list[Fault] = []
    if raw.dtype == pl.String:
        ids = raw if column is None else _text(raw, column)
    elif raw.dtype == pl.Int64:
        ids = _text(raw, column or _PLAIN)
    elif raw.dtype == pl.Float64:
        whole = (raw == raw.floor()) & (raw.abs() < _MAX_EXACT) | raw.is_nan()
        faults += fault(~whole, field, "bad_id")
        ids = _text(raw, column or _PLAIN)
    else:
        faults += fault(raw.is_not_null(), field, "bad_id")
        ids = constant("values", None, pl.String, height)
    ids = ids.alias("barograph_id")
    blank = ids == ""
    if blank.any():
        ids = ids.zip_with(~blank.fill_null(False), constant("barograph_id", None, pl.String, 1))
    return ids, faults


def _text(raw: pl.Series, column: Column) -> pl.Series:
    """As the library names categories, whatever kind the schema gives the column."""
    values = typed_column(raw, replace(column, kind="categorical"), "UTC")[0]
    return values if values.dtype == pl.String else values.cast(pl.String)


def derived_ids(ids: pl.Series, batch_id: str) -> tuple[pl.Series, pl.Series]:
    """Give rows without an id one made of the batch's and their place in it.

    Returns
    -------
    The ids, and where they were derived.

    Examples
    --------
    >>> derived_ids(pl.Series(["a", None]), "b7")[0].to_list()
    ['a', 'b7/1']
    """
    if not ids.null_count():
        return ids, constant("barograph_derived", False, pl.Boolean, len(ids))
    derived = ids.is_null().alias("barograph_derived")
    made = pl.Series([f"{batch_id}/{index}" for index in range(len(ids))], dtype=pl.String)
    return ids.zip_with(~derived, made.alias(ids.name)), derived


def rows_of(raw: pl.Series | None, height: int, absent: int | None) -> tuple[pl.Series, list[Fault]]:
    """Rows among several of one id, as Int32; `absent` where none is given.

    Examples
    --------
    >>> rows_of(pl.Series([1, None]), 2, 0)[0].to_list()
    [1, 0]
    """
    if raw is None or raw.dtype == pl.Null:
        return constant("barograph_row", absent, pl.Int32, height), []
    field, raw = raw.name, raw.alias("values")
    numbers = raw.cast(pl.Int64, strict=False)
    fits = numbers.is_between(0, _MAX_ROW).fill_null(False)
    if raw.dtype == pl.Float64:
        fits &= raw == raw.floor()
    elif raw.dtype not in (pl.Int64, pl.String):
        fits = constant("values", False, pl.Boolean, height)
    faults = fault(raw.is_not_null() & ~fits, field, "bad_row")
    rows = numbers.zip_with(fits, pl.Series([absent], dtype=pl.Int64))
    return rows.cast(pl.Int32).alias("barograph_row"), faults


def versions_of(
    raw: pl.Series | None, column: Column | None, height: int, absent: str
) -> tuple[pl.Series, list[Fault]]:
    """Versions as text; `absent` where none is given.

    Examples
    --------
    >>> versions_of(pl.Series([2, None]), None, 2, "1")[0].to_list()
    ['2', '1']
    """
    if raw is None or raw.dtype == pl.Null:
        return constant("barograph_version", absent, pl.String, height), []
    texts = _text(raw, column or _PLAIN).alias("barograph_version")
    different = texts.unique()
    bad = [v for v in different if v is not None and (len(v) > _LONGEST_VERSION or not v.isprintable())]
    faults = fault(texts.is_in(bad), raw.name, "bad_version") if bad else []
    return texts.fill_null(absent), faults


def is_version(name: str) -> bool:
    """Whether a text can name a version.

    Examples
    --------
    >>> is_version("2026-01"), is_version("a" * 201)
    (True, False)
    """
    return len(name) <= _LONGEST_VERSION and name.isprintable()
