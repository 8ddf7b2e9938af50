"""Deletion by id, from everything that is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from barograph.schema.model import Column, Schema
from barograph.store import catalog, deletion
from barograph.store.database import Database
from barograph.store.dead_letters import DeadLetter, add_dead_letters, dead_letters
from barograph.store.deletion import ModelData, ask_deletion, delete_asked, models_with_deletions
from barograph.store.ids.keys import keys_of
from barograph.store.ids.rebuild import entries_of
from barograph.store.ids.runs import IdRuns
from barograph.store.lake.lake import Lake
from barograph.store.lake.log_rows import labels_of, predictions_of
from barograph.store.lake.rows import Rows
from barograph.store.lake.stored import stored
from barograph.store.log import Entry, open_log
from barograph.store.rebuilds import asked_rebuilds
from barograph.store.tables.losers import losers
from barograph.store.tables.worker import cursors, feedback

SCHEMA = Schema(
    columns=(Column(name="x"), Column(name="p", role="prediction"), Column(name="y", role="label")),
    task="regression",
)
SECRET = "secret-person-1"
NOW = 99


@pytest.fixture
def data(database: Database, log_url: str, tmp_path: Path) -> Iterator[ModelData]:
    """One day in the lake, the next in the log, a row of each of the secret one's; all of it applied."""
    with database.writing() as conn:
        catalog.create_project(conn, "p", now=0)
        model = catalog.create_model(conn, "p", "m", SCHEMA, now=0)
        catalog.version_id(conn, model.id, "v", now=0)
    log = open_log(log_url)
    lake = Lake(folder=tmp_path / "lake", model_id=model.id)
    rows = Rows(model_id=model.id, schema=SCHEMA, lake=lake, log=log)
    runs = [IdRuns(folder=tmp_path / "ids", model_id=model.id, kind=k) for k in ("predictions", "labels")]
    made = ModelData(database=database, rows=rows, predictions=runs[0], labels=runs[1])
    for day in (1, 2):
        columns = {
            "barograph_id": [SECRET, f"other{day}"],
            "barograph_row": [day, 0],
            "barograph_version": ["v"] * 2,
        }
        columns |= {"barograph_time": [day * 86_400_000_000] * 2, "x": [1.0, 2.0], "y": [3.0, 4.0]}
        body = pl.DataFrame(columns).write_ipc_stream(None).getvalue()
        log.append(
            [
                Entry(
                    batch_id=f"{day}", model_id=model.id, kind="predictions", body=body, rows=2, received_at=0
                )
            ]
        )
    read = log.read(model.id, after=0, rows=9)
    lake.append("predictions", stored(predictions_of(read[:1], SCHEMA), SCHEMA), through=read[0].seq)
    lake.append("labels", stored(labels_of(read[:1], SCHEMA), SCHEMA), through=read[0].seq)
    log.trim(model.id, through=read[0].seq)
    with database.writing() as conn:
        version = {v.name: v.id for v in catalog.versions(conn, model.id)}
        seqs = (read[0].seq, read[-1].seq)
        runs[0].add(conn, entries_of(predictions_of(read, SCHEMA), version), seqs=seqs)
        runs[1].add(conn, entries_of(labels_of(read, SCHEMA), None), seqs=seqs)
        zeros = {c.name: 0 for c in cursors.c}
        conn.execute(sa.insert(cursors).values(zeros | {"model_id": model.id, "applied_seq": seqs[1]}))
        said = {"model_id": model.id, "seq": 9, "kind": "complaint", "at": 0}
        conn.execute(
            sa.insert(feedback), [said | {"position": i, "id": n} for i, n in enumerate([SECRET, "other1"])]
        )
        refused = [
            DeadLetter(batch_id="b", kind="predictions", index=0, reason="r", row=n, prediction_id=n)
            for n in (SECRET, "other1")
        ]
        add_dead_letters(conn, model.id, refused, at=0)
    yield made
    log.close()


def ask(data: ModelData, *ids: str) -> None:
    with data.database.writing() as conn:
        ask_deletion(conn, data.model_id, ids, at=1)


def kept(data: ModelData) -> list[list[str]]:
    """Ids that are known to each part of the store."""
    every = pl.Series([SECRET, "other1", "other2"])
    with data.database.reading() as conn:
        found = [
            every.gather(runs.find(conn, keys_of(every)).index) for runs in (data.predictions, data.labels)
        ]
        return [
            data.rows.predictions(conn).about["barograph_id"].to_list(),
            data.rows.labels(conn).about["barograph_id"].to_list(),
            *(ids.unique().sort().to_list() for ids in found),
            list(conn.scalars(sa.select(feedback.c.id))),
            [one.letter.prediction_id or "" for one in dead_letters(conn, data.model_id)],
        ]


OTHERS = [["other1", "other2"]] * 4 + [["other1"]] * 2


def test_a_deleted_id_is_nowhere_and_others_stay(data: ModelData) -> None:
    ask(data, SECRET)
    assert delete_asked(data, now=NOW) == 1
    assert kept(data) == OTHERS


def test_no_file_holds_a_byte_of_it(data: ModelData, tmp_path: Path) -> None:
    assert {path.suffix for path in _holding(tmp_path)} >= {".parquet", ".ids"}
    ask(data, SECRET)
    delete_asked(data, now=NOW)
    assert _holding(tmp_path) == []


def _holding(folder: Path) -> list[Path]:
    """Files with the id or its hash."""
    traces = (SECRET.encode(), keys_of(pl.Series([SECRET])).words.tobytes())
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(trace in path.read_bytes() for trace in traces)]


def test_days_that_change_are_counted_again(data: ModelData) -> None:
    ask(data, SECRET, "unknown")
    assert delete_asked(data, now=NOW) == 2
    with data.database.reading() as conn:
        assert [day for _, day in asked_rebuilds(conn, data.model_id)] == [1, 2]


def test_rows_that_stay_keep_their_position(data: ModelData) -> None:
    ask(data, SECRET)
    delete_asked(data, now=NOW)
    (entry,) = data.rows.log.read(data.model_id, after=0, rows=9)
    lost = pl.DataFrame({"seq": [entry.seq], "position": [1]})
    assert predictions_of([entry], SCHEMA).about["barograph_position"].to_list() == [1]
    assert (entry.rows, predictions_of([entry], SCHEMA, losers=lost).rows) == (1, 0)


def test_the_request_is_gone_when_it_is_done(data: ModelData) -> None:
    ask(data, SECRET)
    with data.database.reading() as conn:
        assert models_with_deletions(conn) == [data.model_id]
    delete_asked(data, now=NOW)
    with data.database.reading() as conn:
        assert models_with_deletions(conn) == []
    assert delete_asked(data, now=NOW) == 0


@pytest.mark.parametrize("step", ["_without", "_forget", "_from_tables", "keys_of", "erasing"])
def test_interrupted_anywhere_it_is_finished_the_next_time(
    data: ModelData, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    ask(data, SECRET)
    _interrupt(monkeypatch, step, getattr(deletion, step))
    with pytest.raises(InterruptedError):
        delete_asked(data, now=NOW)
    monkeypatch.undo()
    assert delete_asked(data, now=NOW) == 1
    assert kept(data) == OTHERS
    with data.database.reading() as conn:
        assert [day for _, day in asked_rebuilds(conn, data.model_id)] == [1, 2]


def _interrupt(monkeypatch: pytest.MonkeyPatch, step: str, work: Callable[..., object]) -> None:
    """The step stops half-way: of its calls the second is not made, of one call what follows it."""
    calls: list[int] = []

    def stopped(*given: object, **how: object) -> object:
        calls.append(1)
        if step != "_forget" or len(calls) == 2:
            raise InterruptedError
        return work(*given, **how)

    monkeypatch.setattr(deletion, step, stopped)


def test_losers_of_the_id_are_deleted_too(data: ModelData) -> None:
    (entry,) = data.rows.log.read(data.model_id, after=0, rows=9)
    with data.database.writing() as conn:
        conn.execute(sa.insert(losers).values(model_id=data.model_id, seq=entry.seq, position=0))
    ask(data, SECRET)
    delete_asked(data, now=NOW)
    (left,) = data.rows.log.read(data.model_id, after=0, rows=9)
    assert pl.read_ipc_stream(left.body)["barograph_id"].to_list() == ["other2"]
