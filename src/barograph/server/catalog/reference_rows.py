"""A reference made from rows that were sent as a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from barograph.api import profile
from barograph.frames.source import source
from barograph.frames.typed import typed
from barograph.profile.count import Plan, profile_block
from barograph.profile.value import Profile
from barograph.server.door.redact import redacted
from barograph.server.routes.sent import CSV, NDJSON, PARQUET
from barograph.store.catalog import Model

#: By type of body, how a file of it is called.
SUFFIXES: Final = {PARQUET: ".parquet", CSV: ".csv", NDJSON: ".ndjson"}
_ROWS_AT_ONCE: Final = 50_000


def profiled(data: bytes, kind: str, model: Model, *, origin: str, name: str, key: bytes) -> Profile:
    """Profile rows for a model: on its grid, or, where it has none yet, one learned from them.

    Parameters
    ----------
    data : the file's bytes.
    kind : its type, one of `SUFFIXES`.
    key : under which values are hashed where the schema asks for it, as those of predictions are.

    Raises
    ------
    DataError, SchemaError, ColumnMissing
        As of `barograph.profile`.
    """
    with TemporaryDirectory(prefix="barograph-reference-") as folder:
        path = Path(folder) / f"rows{SUFFIXES[kind]}"
        path.write_bytes(data)
        rows = _redacted(path, model, key)
        if model.grid is not None:
            like = _nothing_on_grid(model)
            return profile(rows, like=like, every="auto", by=_by(model), origin=origin, name=name)
        every = model.every if model.schema.one("timestamp") is not None else None
        return profile(rows, model.schema, every=every, by=_by(model), origin=origin, name=name)


def _redacted(path: Path, model: Model, key: bytes) -> Path | pl.DataFrame:
    """The rows with what must not be kept taken out; the file itself where that is nothing."""
    if all(column.redact is None for column in model.schema.columns):
        return path
    rows = source(path)
    nothing = pl.DataFrame(schema=dict(rows.types))
    parts = [redacted(raw, model.schema, key) for raw in (nothing, *rows.batches(_ROWS_AT_ONCE))]
    return pl.concat(parts, how="vertical_relaxed")


def _by(model: Model) -> list[tuple[str, ...]]:
    return list(model.by)


def _nothing_on_grid(model: Model) -> Profile:
    """A profile of no rows, which brings the model's grid and windows."""
    assert model.grid is not None
    has_time = model.schema.one("timestamp") is not None
    grid = replace(model.grid, every=model.every if has_time else None, by=model.by)
    empty = typed(pl.DataFrame(schema=dict.fromkeys(model.schema.names, pl.String)), model.schema)
    return profile_block(empty, Plan(schema=model.schema, grid=grid, cross=False, sampled=False))
