"""How each file format is opened."""

from __future__ import annotations

import csv
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import polars as pl

from barograph.errors import DataError
from barograph.frames.arrow_types import unheld
from barograph.frames.names import check_names

_SEPARATORS: Final = ",;\t|"
_HEAD_BYTES: Final = 1 << 20
#: NDJSON up to this size is read once for its types; beyond, its first rows settle them.
_TYPED_BYTES: Final = 256 << 20
_TYPED_ROWS: Final = 200_000


def scan_parquet(path: Path) -> pl.LazyFrame:
    """Open a Parquet file."""
    return pl.scan_parquet(path, hive_partitioning=False, glob=False)


def scan_csv(path: Path) -> pl.LazyFrame:
    """Open a CSV file with every column as text; `,` `;` tab or `|` is told from the header."""
    with path.open("r", encoding="utf-8-sig", newline="") as file:
        head = file.read(_HEAD_BYTES)
    if not head.strip():
        raise DataError(f"file {str(path)!r} is empty; expected a CSV file with a header. Write it again.")
    separator = separator_of(head)
    header = head.strip().splitlines()[0]
    if path.suffix.lower() == ".txt" and separator not in header:
        raise DataError(
            f"file {str(path)!r} is no table: its first line {header[:40]!r} has no comma, semicolon, tab or bar. "
            "Expected Parquet (.parquet, .pq), CSV (.csv, .tsv, .txt) or NDJSON (.ndjson, .jsonl); "
            "a table of one column is read from a name ending in .csv."
        )
    names = next(csv.reader(head.splitlines(keepends=True), delimiter=separator))
    check_names(names)
    return pl.scan_csv(path, separator=separator, infer_schema=False, glob=False)


def scan_ndjson(path: Path) -> pl.LazyFrame:
    """Open a file with one JSON object a line; keys that come and go are null where they are not."""
    size = path.stat().st_size
    if size == 0:
        raise DataError(f"file {str(path)!r} is empty; expected one JSON object a line. Write it again.")
    return pl.scan_ndjson(path, infer_schema_length=None if size <= _TYPED_BYTES else _TYPED_ROWS)


def longest_line(path: Path) -> str:
    r"""Say which line of a CSV file is the first with more fields than its header; Polars does not.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.csv"
    ...     _ = path.write_text("a,b\n1,2\n1,2,3\n")
    ...     longest_line(path)
    'line 3 has 3 fields, the header 2'
    """
    with path.open("r", encoding="utf-8-sig", errors="replace", newline="") as file:
        separator = separator_of(file.read(_HEAD_BYTES))
        file.seek(0)
        lines = csv.reader(file, delimiter=separator)
        width = len(next(lines, []))
        for fields in lines:
            if len(fields) > width:
                return f"line {lines.line_num:,} has {len(fields)} fields, the header {width}"
    return ""


def parquet_types_unheld(path: Path) -> dict[str, str]:
    """Columns of a Parquet file whose type Polars does not hold, with the type; told by PyArrow, if installed."""
    if find_spec("pyarrow") is None:
        return {}
    import pyarrow.parquet as pq

    try:
        return unheld(pq.read_schema(path))
    except (OSError, ValueError, NotImplementedError):
        return {}


def separator_of(head: str) -> str:
    """Return the separator of a CSV file: the one found most often in the header, outside quotes.

    Examples
    --------
    >>> separator_of('a;"b, c";d')
    ';'
    """
    counts = dict.fromkeys(_SEPARATORS, 0)
    quoted = False
    for char in head:
        if char == '"':
            quoted = not quoted
        elif not quoted and char in "\r\n":
            break
        elif not quoted and char in counts:
            counts[char] += 1
    return max(counts, key=lambda s: counts[s])
