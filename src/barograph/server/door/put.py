"""Batches of a file put into the log by the server itself, through the checks of every row that comes in."""

from __future__ import annotations

from collections import Counter
from typing import Final

import polars as pl

from barograph.frames.batch import Source
from barograph.frames.row_batches import Kind, RowBatch, Taken, nothing, row_batches
from barograph.server.door.headers import read_headers
from barograph.server.door.limits import limits_of
from barograph.server.door.receive import Received, has_notes, note, prepare
from barograph.server.errors import RequestRefused
from barograph.server.state import Server

_SOURCE: Final = "file"
_TIME: Final = "barograph_time"


def put_rows(here: Server, names: tuple[str, str], rows: Source, kind: Kind, *, version: str = "") -> Taken:
    """Put all rows of a source into the log, a batch after the other.

    Parameters
    ----------
    names : of project and model.
    version : of rows that name none.

    Returns
    -------
    Taken
        What was accepted is on the disk. Sent again unchanged, it counts once.

    Raises
    ------
    RequestRefused
        Where a batch cannot be taken at all; those before it are.
    """
    taken = nothing()
    for batch in row_batches(rows, kind):
        taken.add(put(here, names, batch, version=version))
    return taken


def put(here: Server, names: tuple[str, str], batch: RowBatch, *, version: str = "") -> Taken:
    """Put one batch into the log, in halves where it is too large for a request; see `put_rows`."""
    received = Received(
        kind=batch.kind, body=batch.body, form="arrow_stream", packing="none",
        headers=read_headers({"idempotency-key": batch.key}), version=version,
        received_at=here.clock.now(), skew_us=0,
    )  # fmt: skip
    try:
        prepared = prepare(here.database, here.door, limits_of(here.settings), names, received)
    except RequestRefused as error:
        if error.status != 413 or batch.frame.height < 2:
            raise
        taken = nothing()
        for half in batch.halves():
            taken.add(put(here, names, half, version=version))
        return taken
    duplicate = prepared.entry is not None and here.commits.submit(prepared.entry).result().duplicate
    if not duplicate and has_notes(here.door, prepared, received):
        note(here.database, prepared, received)
    rows = 0 if prepared.entry is None else prepared.entry.rows
    reasons = Counter((r.reason, r.field) for r in prepared.checked.rejected)
    for outcome, count in (
        ("duplicate" if duplicate else "accepted", rows),
        ("rejected", reasons.total()),
    ):
        if count:
            here.measured.records.labels(project=names[0], source=_SOURCE, outcome=outcome).inc(count)
    first, last = _ends(prepared.checked.frame) if batch.kind == "predictions" else (None, None)
    return Taken(
        0 if duplicate else rows, rows if duplicate else 0, reasons.total(), reasons,
        0 if duplicate else prepared.labelled, first, last,
    )  # fmt: skip


def _ends(frame: pl.DataFrame) -> tuple[int | None, int | None]:
    """Times of the first and the last row, µs UTC."""
    if not frame.height:
        return None, None
    first, last = frame.select(pl.col(_TIME).min().alias("first"), pl.col(_TIME).max().alias("last")).row(0)
    return int(first), int(last)
