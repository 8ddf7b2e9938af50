"""A lost file of ids is made again from log and lake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.database import Database
from barograph.store.ids.keys import keys_of
from barograph.store.ids.rebuild import entries_of, make_again
from barograph.store.ids.runs import IdRuns, RunKind
from barograph.store.ids.search import Found
from barograph.store.lake.lake import Lake
from barograph.store.lake.log_rows import labels_of, predictions_of
from barograph.store.lake.rows import Rows
from barograph.store.lake.stored import stored
from barograph.store.log import Entry, open_log

SCHEMA = Schema(
    columns=(Column(name="x"), Column(name="y", role="label"), Column(name="p", role="prediction")),
    task="regression",
)
IDS = pl.Series(["1a", "1b", "2a", "2b"])


@pytest.fixture
def rows(database: Database, log_url: str, tmp_path: Path) -> Iterator[Rows]:
    """Two entries of predictions with labels, the first in the lake."""
    with database.writing() as conn:
        catalog.create_project(conn, "p", now=0)
        model = catalog.create_model(conn, "p", "m", SCHEMA, now=0)
    log = open_log(log_url)
    made = Rows(model_id=model.id, schema=SCHEMA, lake=Lake(folder=tmp_path, model_id=model.id), log=log)
    for day in (1, 2):
        columns = {
            "barograph_id": [f"{day}a", f"{day}b"],
            "barograph_row": [0, 0],
            "barograph_version": ["v", "w"],
        }
        columns |= {"barograph_time": [day * 86_400_000_000] * 2, "x": [1.0, None], "y": [3.0, 4.0]}
        body = pl.DataFrame(columns).write_ipc_stream(None).getvalue()
        log.append(
            [
                Entry(
                    batch_id=f"{day}", model_id=model.id, kind="predictions", body=body, rows=2, received_at=0
                )
            ]
        )
    read = log.read(model.id, after=0, rows=1)
    made.lake.append("predictions", stored(predictions_of(read, SCHEMA), SCHEMA), through=read[0].seq)
    made.lake.append("labels", stored(labels_of(read, SCHEMA), SCHEMA), through=read[0].seq)
    yield made
    log.close()


def told(found: Found) -> list[list[int]]:
    return [getattr(found, n).tolist() for n in ("index", "rows", "payloads", "days", "versions")]


@pytest.mark.parametrize("kind", ["predictions", "labels"])
def test_a_lost_file_comes_back_as_it_was(
    database: Database, rows: Rows, tmp_path: Path, kind: RunKind
) -> None:
    runs = IdRuns(folder=tmp_path / "ids", model_id=rows.model_id, kind=kind)
    read = rows.log.read(rows.model_id, after=0, rows=9)
    of, names = (predictions_of, {"v": 11, "w": 12}) if kind == "predictions" else (labels_of, None)
    with database.writing() as conn:
        runs.add(conn, entries_of(of(read, SCHEMA), names), seqs=(read[0].seq, read[-1].seq))
    with database.reading() as conn:
        before = told(runs.find(conn, keys_of(IDS)))
    next(tmp_path.rglob("*.ids")).unlink()
    assert make_again(database, runs, rows, {"v": 11, "w": 12}) == 1
    with database.reading() as conn:
        assert told(runs.find(conn, keys_of(IDS))) == before
        assert len(before[0]) == 4


def test_where_nothing_is_lost_nothing_is_made(database: Database, rows: Rows, tmp_path: Path) -> None:
    runs = IdRuns(folder=tmp_path / "ids", model_id=rows.model_id, kind="predictions")
    assert make_again(database, runs, rows, {}) == 0
