"""A process of its own that reads one file of Parquet or Arrow, and ends.

Such a file can ask for any memory and time; asked here, they end this process and not the server. Run by its path, it
imports nothing but Polars. Standard input: the file. Standard output, where it ends with 0: an Arrow stream; with 1:
a word and a sentence, why it is refused.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import polars as pl


def main() -> int:
    """Read the file under the limits given as JSON on the command line."""
    form, limits = sys.argv[1], json.loads(sys.argv[2])
    _bound(limits)
    body = sys.stdin.buffer.read()
    try:
        frame = _read(form, body, limits)
    except (
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
        OSError,
        ValueError,
        MemoryError,
    ) as error:
        told = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return _refuse("malformed", f"the file cannot be read ({told[:200]}); write it again.")
    if isinstance(frame, str):
        return _refuse("too_large", frame)
    frame.write_ipc_stream(sys.stdout.buffer, compression="uncompressed")
    return 0


def _refuse(code: str, message: str) -> int:
    sys.stdout.buffer.write(f"{code}\n{message}".encode())
    return 1


def _bound(limits: dict[str, int]) -> None:
    """Hold this process to its memory and time, where the system can."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_DATA, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
    ):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(form: str, body: bytes, limits: dict[str, int]) -> pl.DataFrame | str:
    """The rows, or why they are too many."""
    file: Any = io.BytesIO(body)
    lazy = pl.scan_parquet(file, glob=False) if form == "parquet" else pl.scan_ipc(file, glob=False)
    columns = len(lazy.collect_schema())
    if columns > limits["columns"]:
        return (
            f"the batch has {columns:,} columns; expected at most {limits['columns']:,}. Send it in several."
        )
    rows = int(lazy.select(pl.len()).collect().item())
    if rows > limits["rows"] or rows * columns > limits["cells"]:
        return (
            f"the batch has {rows:,} rows of {columns:,} columns; expected at most {limits['rows']:,} rows and "
            f"{limits['cells']:,} values. Send it in several."
        )
    frame = lazy.head(limits["rows"]).collect()
    if frame.estimated_size() > limits["frame_bytes"]:
        return f"the rows take more than {limits['frame_bytes']:,} bytes. Send them in several."
    return frame


if __name__ == "__main__":
    sys.exit(main())
