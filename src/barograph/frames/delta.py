"""A Delta table on disk as a source: the rows of its latest version, streamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from barograph.errors import DataError, MissingExtra
from barograph.frames.memory import LazySource


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaSource:
    """One version of a Delta table: the latest when it was opened, whatever is written meanwhile.

    Columns that the table is partitioned by are columns like others; one that older files lack is null there.
    """

    path: Path
    inner: LazySource

    @property
    def types(self) -> Mapping[str, pl.DataType]:
        """Type of every column."""
        return self.inner.types

    @property
    def rows(self) -> int | None:
        """Number of rows, where the table's log says it."""
        return self.inner.rows

    def sample(self, rows: int) -> pl.DataFrame:
        """Every n-th row, at most `rows` of them."""
        with _reading(self.path):
            return self.inner.sample(rows)

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """All rows, at most `rows` at a time."""
        with _reading(self.path):
            yield from self.inner.batches(rows)

    def only(self, columns: Sequence[str]) -> DeltaSource:
        """The same rows with these columns alone; others are not read."""
        return DeltaSource(path=self.path, inner=self.inner.only(columns))


def is_delta(path: Path) -> bool:
    """Whether a folder is a Delta table.

    Examples
    --------
    >>> is_delta(Path("nowhere"))
    False
    """
    return (path / "_delta_log").is_dir()


def delta_source(path: str | Path) -> DeltaSource:
    """Make a source of a Delta table on disk.

    Parameters
    ----------
    path : folder with `_delta_log`. Files that are no longer of the table are left out.

    Raises
    ------
    MissingExtra
        Where deltalake is not installed.
    DataError
        Where the table is damaged, or needs what cannot be read here.

    Notes
    -----
    Opening reads the table's log; memory while reading is a few row groups.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pl.DataFrame({"x": [1, 2]}).write_delta(folder)
    ...     delta_source(folder).rows
    2
    """
    path = Path(path)
    try:
        from deltalake import DeltaTable
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"{str(path)!r} is a Delta table, which needs deltalake: pip install 'barograph[delta]'."
        ) from error
    with _reading(path):
        table = DeltaTable(path)
        query = pl.scan_delta(table)
        inner = LazySource(query=query, types=query.collect_schema(), rows=_rows(table))
    return DeltaSource(path=path, inner=inner)


def _rows(table: Any) -> int | None:
    """Rows of all files, None where a file does not say, or some of its rows are deleted in place."""
    if "deletionVectors" in (table.protocol().reader_features or ()):
        return None
    actions = pl.DataFrame(table.get_add_actions(flatten=True))
    if actions.is_empty():
        return 0
    counts = actions.get_column("num_records") if "num_records" in actions.columns else None
    return None if counts is None or counts.null_count() else int(counts.sum())


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn what goes wrong while the table is read into one clear error."""
    from deltalake.exceptions import DeltaError

    try:
        yield
    except (DeltaError, pl.exceptions.PolarsError, OSError) as error:
        told = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise DataError(
            f"cannot read the Delta table {str(path)!r}: {told}. Expected a whole table; if its files were removed "
            "while it was read, read it again."
        ) from error
