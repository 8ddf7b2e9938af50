"""Data files of a table: read, and chosen by what is in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import polars as pl

from barograph.store.lake.about import DAY
from barograph.store.lake.delta import DataFile

#: Files of fewer rows are put together.
_SMALL_ROWS: Final = 1 << 19


def read_file(folder: Path, file: DataFile) -> pl.DataFrame:
    """All rows of a file, with their day."""
    rows = pl.read_parquet(folder / file.path, hive_partitioning=False)
    return rows.with_columns(pl.lit(file.day, dtype=pl.Int32).alias(DAY))


def files_with(
    folder: Path, files: Sequence[DataFile], ids: pl.Series, days: Collection[int] | None
) -> Iterator[DataFile]:
    """Files in which some of the ids are."""
    for file in files:
        if days is None or file.day in days:
            held = pl.read_parquet(folder / file.path, columns=["barograph_id"], hive_partitioning=False)
            if held.get_column("barograph_id").is_in(ids.implode()).any():
                yield file


def small_together(files: Sequence[DataFile]) -> Iterator[list[DataFile]]:
    """Groups of small files of one day, none beyond a size that is worth its memory."""
    group: list[DataFile] = []
    for file in files:
        if file.rows >= _SMALL_ROWS:
            continue
        if group and (file.day != group[0].day or sum(f.rows for f in group) + file.rows > 2 * _SMALL_ROWS):
            if len(group) > 1:
                yield group
            group = []
        group.append(file)
    if len(group) > 1:
        yield group


def remove_empty_days(folder: Path, *, before: float) -> None:
    """Remove folders of days that hold no file and have not changed since a time (seconds since 1970).

    delta-rs leaves them: one for each day, table and model, for good.
    """
    for day in folder.glob(f"{DAY}=*"):
        if day.stat().st_mtime <= before:
            # Of one that holds a file the system refuses it.
            with suppress(OSError):
                day.rmdir()
