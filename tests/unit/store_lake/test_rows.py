"""Rows of log and lake as one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.database import Database
from barograph.store.lake.lake import Lake
from barograph.store.lake.log_rows import labels_of, predictions_of
from barograph.store.lake.rows import Rows
from barograph.store.lake.stored import stored
from barograph.store.log import Entry, open_log
from barograph.store.tables.losers import losers
from barograph.store.tables.worker import cursors

SCHEMA = Schema(
    columns=(
        Column(name="x"),
        Column(name="c", kind="categorical"),
        Column(name="y", role="label"),
        Column(name="p", role="prediction"),
    ),
    task="regression",
)
DAY_US = 86_400_000_000


@pytest.fixture
def rows(database: Database, log_url: str, tmp_path: Path) -> Iterator[Rows]:
    """Three entries of two predictions, one a day, and one of labels; all are in the log, none in the lake."""
    with database.writing() as conn:
        catalog.create_project(conn, "p", now=0)
        model = catalog.create_model(conn, "p", "m", SCHEMA, now=0)
    log = open_log(log_url)
    made = Rows(
        model_id=model.id, schema=SCHEMA, lake=Lake(folder=tmp_path / "lake", model_id=model.id), log=log
    )
    for day in (1, 2, 3):
        about = {
            "barograph_id": [f"{day}a", f"{day}b"],
            "barograph_row": [0, 0],
            "barograph_time": [day * DAY_US] * 2,
        }
        append(made, "predictions", about | {"x": [1.0, 2.0], "y": [None, 5.0]})
    append(
        made, "labels", {"barograph_id": ["1a"], "barograph_row": [None], "barograph_time": [0], "y": [3.0]}
    )
    yield made
    log.close()


def append(rows: Rows, kind: str, columns: dict[str, list[object]]) -> None:
    body = pl.DataFrame(columns).write_ipc_stream(None).getvalue()
    entry = Entry(
        batch_id=f"{kind}{columns['barograph_id'][0]}", model_id=rows.model_id, kind=kind, body=body, rows=2,
        received_at=0,
    )  # type: ignore[arg-type]  # fmt: skip
    rows.log.append([entry])


def applied(database: Database, rows: Rows, entries: int, *, lost: int | None = None) -> None:
    """Say that so many entries were applied, the second row of one of them lost."""
    seqs = [entry.seq for entry in rows.log.read(rows.model_id, after=0, rows=1 << 40)]
    zeros = {column.name: 0 for column in cursors.c}
    with database.writing() as conn:
        conn.execute(
            sa.insert(cursors).values(zeros | {"model_id": rows.model_id, "applied_seq": seqs[entries - 1]})
        )
        if lost is not None:
            conn.execute(sa.insert(losers).values(model_id=rows.model_id, seq=seqs[lost], position=1))


def move(database: Database, rows: Rows, entries: int) -> None:
    read = rows.log.read(rows.model_id, after=0, rows=1 << 40)[:entries]
    with database.reading() as conn:
        lost = conn.execute(sa.select(losers.c.seq, losers.c.position)).all()
    frame = pl.DataFrame(
        [tuple(r) for r in lost], schema={"seq": pl.Int64, "position": pl.Int32}, orient="row"
    )
    moved = predictions_of(read, SCHEMA, losers=frame)
    rows.lake.append("predictions", stored(moved, SCHEMA), through=read[-1].seq)
    rows.lake.append("labels", stored(labels_of(read, SCHEMA), SCHEMA), through=read[-1].seq)
    rows.log.trim(rows.model_id, through=read[0].seq)


def ids(database: Database, rows: Rows, **chosen: object) -> list[str]:
    with database.reading() as conn:
        found = rows.predictions(conn, **chosen)  # type: ignore[arg-type]
    return found.about["barograph_id"].to_list()


EVERY = ["1a", "1b", "2a", "2b", "3a", "3b"]


@pytest.mark.parametrize("moved", [0, 1, 2, 4])
def test_every_row_is_there_once_wherever_it_is(database: Database, rows: Rows, moved: int) -> None:
    applied(database, rows, 4)
    if moved:
        move(database, rows, moved)
    assert ids(database, rows) == EVERY


@pytest.mark.parametrize("moved", [0, 1, 2, 4])
def test_losers_are_nowhere(database: Database, rows: Rows, moved: int) -> None:
    applied(database, rows, 4, lost=0)
    if moved:
        move(database, rows, moved)
    assert ids(database, rows) == ["1a", *EVERY[2:]]


def test_rows_that_were_not_applied_do_not_count_yet(database: Database, rows: Rows) -> None:
    applied(database, rows, 1)
    assert ids(database, rows) == ["1a", "1b"]


def test_nothing_is_applied_at_first(database: Database, rows: Rows) -> None:
    assert ids(database, rows) == []


@pytest.mark.parametrize("moved", [0, 2])
def test_days_ids_and_columns_are_chosen(database: Database, rows: Rows, moved: int) -> None:
    applied(database, rows, 4)
    if moved:
        move(database, rows, moved)
    assert ids(database, rows, days=[2, 3], ids=["1a", "2b", "3a"]) == ["2b", "3a"]
    with database.reading() as conn:
        found = rows.predictions(conn, columns=["x"])
    assert found.batch.frame.columns == ["x"]


@pytest.mark.parametrize("moved", [0, 1, 4])
def test_labels_are_given_in_the_order_of_the_log(database: Database, rows: Rows, moved: int) -> None:
    applied(database, rows, 4)
    if moved:
        move(database, rows, moved)
    with database.reading() as conn:
        found = rows.labels(conn)
    assert list(zip(found.about["barograph_id"], found.batch.frame["y"], strict=True)) == [
        ("1b", 5.0),
        ("2b", 5.0),
        ("3b", 5.0),
        ("1a", 3.0),
    ]


@pytest.mark.parametrize("moved", [0, 1, 4])
def test_blocks_hold_every_row_once(database: Database, rows: Rows, moved: int) -> None:
    applied(database, rows, 4)
    if moved:
        move(database, rows, moved)
    with database.reading() as conn:
        blocks = list(rows.prediction_blocks(conn, rows=1))
    assert sorted(i for block in blocks for i in block.about["barograph_id"]) == EVERY


def test_a_move_between_the_looks_at_log_and_lake_loses_nothing(
    database: Database, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(database, rows, 4)
    read = type(rows.log).read

    def then_moved(log: object, model_id: int, **how: int) -> list[object]:
        monkeypatch.undo()
        found = read(log, model_id, **how)
        move(database, rows, 4)
        rows.log.trim(rows.model_id, through=1 << 40)
        return found

    monkeypatch.setattr(type(rows.log), "read", then_moved)
    assert ids(database, rows) == EVERY
