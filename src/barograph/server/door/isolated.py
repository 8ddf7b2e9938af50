"""Files of Parquet and Arrow, read by a process of their own; see `reader`."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import polars as pl

from barograph.server.door.errors import malformed, too_large
from barograph.server.door.limits import Limits
from barograph.server.door.media import Form
from barograph.server.errors import RequestRefused

_READER: Final = str(Path(__file__).with_name("reader.py"))
_SECONDS: Final = 30
_MEMORY_BYTES: Final = 2 << 30
_FRAME_TIMES: Final = 4


def read_isolated(body: bytes, form: Form, limits: Limits) -> pl.DataFrame:
    """Read a file in a process of its own: about 0.4 s beside the reading.

    Raises
    ------
    RequestRefused
        400 where it cannot be read, or reading it takes too much memory or time; 413 for too many rows or columns.
    """
    held = {
        "rows": limits.rows, "columns": limits.columns, "cells": limits.cells, "seconds": _SECONDS,
        "memory_bytes": _MEMORY_BYTES, "frame_bytes": _FRAME_TIMES * limits.binary_bytes,
    }  # fmt: skip
    environment = {**os.environ, "POLARS_MAX_THREADS": "1", "RUST_BACKTRACE": "0"}
    try:
        done = subprocess.run(  # noqa: S603  both arguments are ours
            [sys.executable, "-I", _READER, form, json.dumps(held)],
            input=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_SECONDS, env=environment,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise malformed(f"the file could not be read in {_SECONDS} s; send fewer rows at a time.") from error
    if done.returncode == 0:
        return pl.read_ipc_stream(io.BytesIO(done.stdout))
    raise _refusal(done)


def _refusal(done: subprocess.CompletedProcess[bytes]) -> RequestRefused:
    code, _, message = done.stdout.decode(errors="replace").partition("\n")
    if done.returncode == 1 and message:
        return too_large(message) if code == "too_large" else malformed(message)
    return malformed(
        "reading the file took more memory or time than it may; write it again, or send fewer rows."
    )
