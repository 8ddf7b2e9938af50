"""Texts that are too long, or hold what no database holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from barograph.server.door.rejections import Fault, fault


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of one column, the most bytes each may have, and the words for what is refused."""

    values: pl.Series
    field: str
    longest_bytes: int
    too_long: str = "text_too_long"
    nul: str = "nul_character"


def texts_of(frame: pl.DataFrame, longest_bytes: int) -> list[Texts]:
    """The columns of text.

    Examples
    --------
    >>> [t.field for t in texts_of(pl.DataFrame({"a": ["x"], "b": [1]}), 10)]
    ['a']
    """
    return [Texts(s, s.name, longest_bytes) for s in frame.iter_columns() if s.dtype == pl.String]


def check_texts(columns: Sequence[Texts]) -> list[Fault]:
    """Rows with a text beyond its limit, or with the character NUL.

    Cost: one pass over all text at once; where some is at fault, more by column.

    Examples
    --------
    >>> check_texts([Texts(pl.Series(["xx", "x"]), "a", 1)])[0].rows.tolist()
    [True, False]
    """
    if not columns:
        return []
    if _are_sound(pl.concat([column.values.alias("") for column in columns]), columns):
        return []
    held = pl.DataFrame([column.values.alias(str(at)) for at, column in enumerate(columns)])
    told = held.select(
        pl.all().str.len_bytes().max().name.suffix(".bytes"),
        pl.all().str.contains("\0", literal=True).any().name.suffix(".nul"),
    ).row(0, named=True)
    faults: list[Fault] = []
    for at, column in enumerate(columns):
        values = held.get_column(str(at))
        if (told[f"{at}.bytes"] or 0) > column.longest_bytes:
            faults += fault(values.str.len_bytes() > column.longest_bytes, column.field, column.too_long)
        if told[f"{at}.nul"]:
            faults += fault(values.str.contains("\0", literal=True), column.field, column.nul)
    return faults


def _are_sound(texts: pl.Series, columns: Sequence[Texts]) -> bool:
    """Whether no text is longer than the least of the limits, and none holds NUL."""
    longest, has_nul = (
        texts.to_frame()
        .select(
            pl.first().str.len_bytes().max().alias("bytes"),
            pl.first().str.contains("\0", literal=True).any().alias("nul"),
        )
        .row(0)
    )
    return not has_nul and (longest or 0) <= min(column.longest_bytes for column in columns)
