"""`barograph rebuild`: what is stored wrongly is made anew from its rows."""

from __future__ import annotations

import polars as pl
import pytest
import sqlalchemy as sa

import barograph as bg
from barograph.cli import main
from barograph.server.clock import SystemClock
from barograph.server.worker import Worker
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.database import open_database
from barograph.store.log import open_log
from barograph.store.log.entry import Entry
from barograph.store.migrate import migrate
from barograph.store.profiles import read
from barograph.store.tables.profiles import profiles

DAY = 20_000
AT = DAY * 86_400_000_000 + 1


@pytest.fixture
def store(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'barograph.db'}")
    migrate(database)
    log = open_log(f"sqlite:///{tmp_path / 'log.db'}")
    yield Store(database=database, log=log, lake_folder=tmp_path / "lake", ids_folder=tmp_path / "ids")
    log.close()
    database.close()


@pytest.fixture
def model(store):
    """A model with three rows, counted."""
    rows = pl.DataFrame({"id": ["a", "b", "c"], "x": [1.0, 2.0, 3.0]})
    reference = bg.profile(rows, bg.Schema.infer(rows, id="id"))
    with store.database.writing() as conn:
        catalog.create_project(conn, "shop", now=AT)
        made = catalog.create_model(conn, "shop", "demand", reference.schema, now=AT)
        catalog.add_reference(conn, made.id, "first", reference, now=AT)
    about = {
        "barograph_id": rows["id"], "barograph_row": pl.Series([0, 0, 0], dtype=pl.Int32),
        "barograph_version": ["1"] * 3, "barograph_time": [AT] * 3, "barograph_derived": [False] * 3,
    }  # fmt: skip
    body = pl.DataFrame(about).with_columns(rows).write_ipc_stream(None).getvalue()
    entry = Entry(
        batch_id="one", model_id=made.id, kind="predictions", body=body, rows=3, received_at=AT, digest=b"1"
    )
    store.log.append([entry])
    work(store)
    with store.database.reading() as conn:
        return catalog.model(conn, "shop", "demand")


def work(store):
    worker = Worker(store, SystemClock())
    while worker.step():
        pass


def rows_of(store, model) -> int:
    with store.database.reading() as conn:
        return read(conn, model, first_day=DAY, last_day=DAY).rows


def test_a_lost_day_comes_back(store, model, tmp_path, capsys):
    with store.database.writing() as conn:
        conn.execute(sa.delete(profiles).where(profiles.c.part == "column:x"))
    with store.database.reading() as conn:
        assert "x" not in read(conn, model, first_day=DAY, last_day=DAY).columns
    assert main(["rebuild", "demand", "--project", "shop", "--data", str(tmp_path)]) == 0
    assert "Days of 'demand' to be counted again from their rows: 1." in capsys.readouterr().out
    work(store)
    with store.database.reading() as conn:
        assert read(conn, model, first_day=DAY, last_day=DAY).columns["x"].counts.sum() == 3


def test_what_was_right_stays(store, model, tmp_path):
    assert main(["rebuild", "demand", "--project", "shop", "--data", str(tmp_path)]) == 0
    work(store)
    assert rows_of(store, model) == 3


def test_an_unknown_model_is_told(store, model, tmp_path, capsys):
    assert main(["rebuild", "demnd", "--project", "shop", "--data", str(tmp_path)]) == 2
    assert "did you mean 'demand'" in capsys.readouterr().err
