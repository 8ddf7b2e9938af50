"""Divide rows into segments: by a column, a combination of columns, or an expression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from barograph.errors import DataError
from barograph.profile.algebra import Ints
from barograph.schema.expressions import row_values

#: More segments in one division are refused: name a coarser one.
MOST_SEGMENTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """One way to divide rows.

    Attributes
    ----------
    name : what segments are called: ``name=value``.
    expressions : columns or SQL expressions whose values, joined, name the segment.
    """

    name: str
    expressions: tuple[str, ...]


def partition(by: str | tuple[str, ...] | list[str]) -> Partition:
    """Read one entry of `by`: a column or SQL expression, or several to be intersected.

    Examples
    --------
    >>> partition(("country", "age < 30")).name
    'country,age < 30'
    """
    parts = (by,) if isinstance(by, str) else tuple(by)
    return Partition(name=",".join(parts), expressions=parts)


def segment_of_rows(frame: pl.DataFrame, division: Partition) -> tuple[list[str], Ints]:
    """Segment names, sorted, and each row's position among them.

    Raises
    ------
    DataError
        For an expression Polars cannot evaluate on these rows, or more than 1,000 segments.
    """
    names, codes = [""], np.zeros(frame.height, np.int64)
    for expression in division.expressions:
        values = _values(frame, expression)
        texts = sorted(values.unique().to_list())
        codes = codes * len(texts) + values.cast(pl.Enum(texts)).to_physical().cast(pl.Int64).to_numpy()
        rows = np.bincount(codes, minlength=1)
        held, codes = np.flatnonzero(rows), (np.cumsum(rows > 0) - 1).take(codes)
        names = [
            f"{names[c // len(texts)]},{expression}={texts[c % len(texts)]}".lstrip(",")
            for c in held.tolist()
        ]
        if len(names) > MOST_SEGMENTS:
            raise DataError(
                f"by={division.name!r} gives {len(names)} segments; at most {MOST_SEGMENTS} are kept. "
                'Divide by a coarser column or an expression, such as "amount > 100".'
            )
    return names, codes


def _values(frame: pl.DataFrame, expression: str) -> pl.Series:
    if expression not in frame.columns:
        # As in business figures: 7 / 2 is 3.5 whether a file held integers or floats.
        frame = frame.with_columns(pl.selectors.integer().cast(pl.Float64))
    values = row_values(frame, expression, "by")
    text = values.cast(pl.String).fill_null("null")
    if values.dtype.is_float():
        # Value by value: what a row's segment is called must not depend on the rows beside it.
        text = text.replace("-0.0", "0.0").str.strip_suffix(".0")
    return text
