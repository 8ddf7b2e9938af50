"""Files of rows, and folders of them, as a source: read file by file, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from barograph.errors import DataError, did_you_mean
from barograph.frames.formats import (
    longest_line,
    parquet_types_unheld,
    scan_csv,
    scan_ndjson,
    scan_parquet,
)
from barograph.frames.memory import spread, stride
from barograph.frames.names import named
from barograph.frames.stream import rebatched, thinned

FORMATS: Final[Mapping[str, str]] = {
    ".parquet": "Parquet", ".pq": "Parquet", ".csv": "CSV", ".tsv": "CSV", ".txt": "CSV",
    ".ndjson": "NDJSON", ".jsonl": "NDJSON",
}  # fmt: skip
_SCANS: Final[Mapping[str, Callable[[Path], pl.LazyFrame]]] = {
    "Parquet": scan_parquet,
    "CSV": scan_csv,
    "NDJSON": scan_ndjson,
}
#: Up to this many rows a Parquet sample is every n-th row; beyond, it is slices, which skip row groups.
_EVERY_NTH_ROWS: Final = 4_000_000
_SLICES: Final = 32
#: Polars streams whole row groups, several at once: 700 MB for 1 M × 20. Beyond this many values Parquet is read
#: in pieces instead, which takes 1.8 times as long and 290 MB.
_STREAMED_VALUES: Final = 80_000_000
_PIECE_VALUES: Final = 20 << 18
_LEAST_PIECE_ROWS: Final = 1 << 10
_SAMPLED_FILES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file and the columns its folders name (`country=DE/…`)."""

    path: Path
    format: str
    partition: Mapping[str, str]

    def scan(self, columns: Sequence[str] | None = None) -> pl.LazyFrame:
        """The file's rows, unread; with `columns`, those of them it has."""
        rows = _SCANS[self.format](self.path)
        parts = [pl.lit(value).alias(key) for key, value in self.partition.items()]
        rows = rows.with_columns(parts) if parts else rows
        return (
            rows
            if columns is None
            else rows.select(named([c for c in columns if c in rows.collect_schema()]))
        )

    def batches(
        self, rows: int, columns: Sequence[str] | None = None, *, slices: int | None = None
    ) -> Iterator[pl.DataFrame]:
        """The file's rows in order, at most `rows` at a time; with `slices`, read in pieces of that length."""
        with reading(self.path):
            scan = self.scan(columns)
            for batch in _streamed(scan, rows) if slices is None else _sliced(scan, slices):
                yield from batch.iter_slices(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSource:
    """One file or the files of a folder, of one format, in the order of their paths.

    A column that some files do not have is null in their rows; a column whose type differs between
    files keeps each file's type in its batches.
    """

    files: tuple[File, ...]
    types: Mapping[str, pl.DataType]
    rows: int | None
    columns: tuple[str, ...] | None = None

    def sample(self, rows: int) -> pl.DataFrame:
        """Rows spread over all files (text formats: over at most 32 of them), about `rows` of them."""
        if self.rows is None:
            chosen = self.files[:: stride(len(self.files), _SAMPLED_FILES)]
            share = max(1, rows // len(chosen))
            parts = [thinned(file.batches(100_000, self.columns), share) for file in chosen]
        elif self.rows <= _EVERY_NTH_ROWS:
            step = stride(self.rows, rows)
            parts = [self._picked(file, lambda scan: scan.gather_every(step)) for file in self.files]
        else:
            parts = self._slices(rows)
        frame = pl.concat(parts, how="diagonal_relaxed") if parts else pl.DataFrame()
        return spread(self._complete(frame), rows) if frame.width else pl.DataFrame(schema=dict(self.types))

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """All rows in order, at most `rows` at a time."""
        pieces = self._pieces()
        read = (
            self._complete(batch)
            for file in self.files
            for batch in file.batches(rows, self.columns, slices=pieces)
        )
        yield from rebatched(read, rows) if len(self.files) > 1 else read

    def _pieces(self) -> int | None:
        """Length of the pieces of a large Parquet source; None to let Polars stream."""
        width = max(len(self.types), 1)
        if self.rows is None or self.rows * width <= _STREAMED_VALUES:
            return None
        return max(_LEAST_PIECE_ROWS, _PIECE_VALUES // width)

    def only(self, columns: Sequence[str]) -> FileSource:
        """The same rows with these columns alone; others are not read."""
        types = {name: self.types[name] for name in columns}
        return replace(self, types=types, columns=tuple(columns))

    def _picked(self, file: File, pick: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
        with reading(file.path):
            return pick(file.scan(self.columns)).collect(engine="streaming")

    def _complete(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add the columns that only other files have, as nulls, and put all in one order."""
        absent = [pl.lit(None).alias(name) for name in self.types if name not in frame.columns]
        return (
            frame.with_columns(absent).select(named(list(self.types)))
            if absent or len(self.files) > 1
            else frame
        )

    def _slices(self, rows: int) -> list[pl.DataFrame]:
        """Evenly spaced slices of the whole, each read without the row groups around it."""
        total, length = self.rows or 0, max(1, rows // _SLICES)
        starts = [i * (total - length) // (_SLICES - 1) for i in range(_SLICES)]
        parts: list[pl.DataFrame] = []
        before = 0
        for file in self.files:
            height = _height(file)
            inside = [s - before for s in starts if before <= s < before + height]
            parts += [self._picked(file, partial(_slice, start=s, length=length)) for s in inside]
            before += height
        return parts


def file_source(path: str | Path) -> FileSource:
    r"""Make a source of a Parquet, CSV or NDJSON file, or of a folder of files of one of these formats.

    Parameters
    ----------
    path : file or folder. Folders are searched to any depth; names starting with `.` or `_` are left out,
        and folders named `key=value` give a column.

    Returns
    -------
    FileSource; CSV columns are all String, so that the schema settles their kinds.

    Raises
    ------
    DataError
        Where the path does not exist, has an unknown ending, is empty or damaged.

    Notes
    -----
    Opening reads the files' headers (NDJSON: the rows, for their types); memory while reading is a few batches.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "a.csv").write_text("zip;x\n007;1,5\n")
    ...     file_source(folder).sample(10).rows()
    [('007', '1,5')]
    """
    path = Path(path)
    if not path.exists():
        near = (
            did_you_mean(path.name, [p.name for p in path.parent.iterdir()]) if path.parent.is_dir() else ""
        )
        raise DataError(
            f"no file or folder {str(path)!r}{near or '.'} Expected a path to Parquet, CSV or NDJSON."
        )
    files = _folder_files(path) if path.is_dir() else (File(path=path, format=_format(path), partition={}),)
    types: dict[str, pl.DataType] = {}
    for file in files:
        with reading(file.path):
            for name, dtype in file.scan().collect_schema().items():
                types.setdefault(name, dtype)
    rows = sum(map(_height, files)) if files[0].format == "Parquet" else None
    return FileSource(files=files, types=types, rows=rows)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what goes wrong while a file is read into one clear error."""
    try:
        yield
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        kind = FORMATS.get(path.suffix.lower(), "data")
        _name_column(path, kind, error)
        told = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if kind == "CSV" and told.startswith("found more fields"):
            told = longest_line(path) or told
        raise DataError(
            f"cannot read {str(path)!r}: {told.rstrip('.')}. Expected a whole {kind} file{_ADVICE.get(kind, '.')}"
        ) from error
    except pl.exceptions.PanicException as error:
        _name_column(path, FORMATS.get(path.suffix.lower(), "data"), error)
        raise DataError(f"cannot read {str(path)!r}: the file is damaged. Write or copy it again.") from error


def _name_column(path: Path, kind: str, error: BaseException) -> None:
    """Refuse a Parquet file by the column that Polars cannot hold, where that is the cause."""
    for name, told in parquet_types_unheld(path).items() if kind == "Parquet" else ():
        raise DataError(
            f"cannot read {str(path)!r}: column {name!r} holds {told}, which cannot be read. Expected numbers, "
            "text or times; write the file without it, or with another type."
        ) from error


_ADVICE: Final[Mapping[str, str]] = {
    "Parquet": "; write or copy it again.",
    "CSV": " in UTF-8 with a header and equally many fields in every row; save it again so.",
    "NDJSON": " with one JSON object a line; write it again.",
}


def _format(path: Path) -> str:
    found = FORMATS.get(path.suffix.lower())
    if path.suffix.lower() == ".baro":
        raise DataError(
            f"file {path.name!r} is a saved profile by its name; expected rows. "
            "Give the rows it was made from, or compare it: barograph compare."
        )
    if found is None:
        raise DataError(
            f"file {path.name!r} ends in {path.suffix or 'nothing'!r}, which is not known; "
            f"expected one of {', '.join(FORMATS)}. Rename the file, or read it yourself and pass the frame."
        )
    return found


def _folder_files(folder: Path) -> tuple[File, ...]:
    inside = sorted(p for p in folder.rglob("*") if p.is_file())
    paths = [p for p in inside if not any(part[0] in "._" for part in p.relative_to(folder).parts)]
    known = [p for p in paths if p.suffix.lower() in FORMATS]
    if not known:
        raise DataError(
            f"folder {str(folder)!r} holds no file ending in {', '.join(FORMATS)}; "
            "give a folder of Parquet, CSV or NDJSON files."
        )
    found = sorted({_format(p) for p in known})
    if len(found) > 1:
        raise DataError(
            f"folder {str(folder)!r} holds {' and '.join(found)} files; expected one format. Split it."
        )
    return tuple(File(path=p, format=found[0], partition=_partition(p.relative_to(folder))) for p in known)


def _partition(path: Path) -> dict[str, str]:
    pairs = (part.partition("=") for part in path.parts[:-1] if "=" in part)
    return {key: value for key, _, value in pairs}


def _height(file: File) -> int:
    with reading(file.path):
        return int(file.scan().select(pl.len()).collect().item())


def _streamed(scan: pl.LazyFrame, rows: int) -> Iterator[pl.DataFrame]:
    yield from scan.collect_batches(chunk_size=rows, maintain_order=True, engine="streaming")


def _sliced(scan: pl.LazyFrame, rows: int) -> Iterator[pl.DataFrame]:
    height = int(scan.select(pl.len()).collect().item())
    for start in range(0, height, rows):
        yield scan.slice(start, rows).collect()


def _slice(rows: pl.LazyFrame, start: int, length: int) -> pl.LazyFrame:
    return rows.slice(start, length)
