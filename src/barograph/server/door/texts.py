"""Texts that are too long, or hold what no database holds."""

from __future__ import annotations

import polars as pl

from barograph.server.door.rejections import Fault, fault


def check_texts(frame: pl.DataFrame, longest_bytes: int) -> list[Fault]:
    """Rows with a text beyond the limit, or with the character NUL.

    Cost: one pass over the text; a second over columns at fault.

    Examples
    --------
    >>> check_texts(pl.DataFrame({"a": ["xx", "x"]}), 1)[0].rows.tolist()
    [True, False]
    """
    names = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    if not names:
        return []
    columns = {f"c{at}": frame.get_column(name).alias("values") for at, name in enumerate(names)}
    held = pl.DataFrame(columns)
    told = held.select(
        pl.all().str.len_bytes().max().name.suffix(".bytes"),
        pl.all().str.contains("\0", literal=True).any().name.suffix(".nul"),
    ).row(0, named=True)
    faults: list[Fault] = []
    for name, (key, texts) in zip(names, columns.items(), strict=True):
        if (told[f"{key}.bytes"] or 0) > longest_bytes:
            faults += fault(texts.str.len_bytes() > longest_bytes, name, "text_too_long")
        if told[f"{key}.nul"]:
            faults += fault(texts.str.contains("\0", literal=True), name, "nul_character")
    return faults
