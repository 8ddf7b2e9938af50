"""A backup taken while rows come in and a worker works is restored to exactly what it knew: no row less, none twice."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from queue import Queue

import polars as pl
import pytest
import sqlalchemy as sa

import barograph as bg
from barograph.profile.codec import content
from barograph.server.worker import Worker
from barograph.server.worker.limits import Limits
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.backup import backup, restore
from barograph.store.database import open_database
from barograph.store.log import Entry, open_log
from barograph.store.migrate import migrate
from barograph.store.profiles import read
from barograph.store.tables.log import batches

ROWS = 40
START = datetime(2024, 3, 30, 9, tzinfo=UTC)
START_US = int(START.timestamp()) * 1_000_000
MINUTE_US = 60_000_000
SCHEMA = bg.Schema(
    task="regression",
    columns=(
        bg.Column(name="i", role="id", kind="categorical"),
        bg.Column(name="t", role="timestamp", kind="datetime"),
        bg.Column(name="x"),
        bg.Column(name="p", role="prediction"),
        bg.Column(name="y", role="label"),
    ),
)


def rows_of(number):
    """The rows of a batch, labels in them."""
    at = START_US + number * 7 * MINUTE_US
    return pl.DataFrame(
        {
            "i": [f"{number}-{k}" for k in range(ROWS)],
            "t": pl.Series([at + k for k in range(ROWS)]).cast(pl.Datetime("us", "UTC")),
            "x": [float((number * 31 + k * 17) % 101) for k in range(ROWS)],
            "p": [float((number + k) % 13) for k in range(ROWS)],
            "y": [float(k % 11) for k in range(ROWS)],
        }
    )


REFERENCE = bg.profile(pl.concat([rows_of(n) for n in range(20)]), SCHEMA, every="1h")


def entry(number):
    body = rows_of(number).select(
        pl.col("i").alias("barograph_id"),
        pl.lit(0, pl.Int32).alias("barograph_row"),
        pl.lit("1").alias("barograph_version"),
        pl.col("t").cast(pl.Int64).alias("barograph_time"),
        pl.lit(value=False).alias("barograph_derived"),
        pl.all(),
    )
    return Entry(
        batch_id=f"{number}", model_id=1, kind="predictions", rows=ROWS, received_at=START_US,
        body=body.write_ipc_stream(None, compression="lz4").getvalue(),
    )  # fmt: skip


class Now:
    def now(self):
        return START_US


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request, tmp_path):
    """A function that opens the store of a new or a restored server."""
    stores = []

    def open_store(name):
        data = tmp_path / name
        url = f"sqlite:///{data / 'barograph.db'}"
        if request.param == "postgresql":
            url = request.getfixturevalue("new_postgres_url")(empty=True)
        database = open_database(url)

        def store():
            log = open_log(url.replace("barograph.db", "log.db"))
            made = Store(database=database, log=log, lake_folder=data / "lake", ids_folder=data / "ids")
            stores.append(made)
            return made

        return data, database, store

    yield open_store
    for store in stores:
        store.log.close()
        store.database.close()


def test_a_restored_server_knows_each_acknowledged_row_once(opened, tmp_path):
    data, database, store_of = opened("first")
    data.mkdir()
    migrate(database)
    with database.writing() as conn:
        catalog.create_project(conn, "bank", now=0)
        catalog.create_model(conn, "bank", "m", SCHEMA, now=0)
        catalog.add_reference(conn, 1, "training", REFERENCE, now=0)
    store, stop, sent = store_of(), threading.Event(), Queue()
    worker = Worker(store, Now(), limits=Limits(chunk_rows=100, move_rows=200), name="one")

    def send():
        for number in range(100_000):
            if stop.is_set():
                break
            store.log.append([entry(number)])
            sent.put(number)

    def work():
        while not stop.is_set():
            worker.step()

    threads = [threading.Thread(target=job, daemon=True) for job in (send, work)]
    for thread in threads:
        thread.start()
    try:
        for i in range(3):
            for _ in range(15):
                sent.get(timeout=60)
            backup(data, database, tmp_path / f"{i}.tar.zst", now=START_US)
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert worker.failures == {}
    for i in range(3):
        check_restored(*opened(f"restored-{i}"), tmp_path / f"{i}.tar.zst")


def check_restored(data, database, store_of, archive):
    restore(archive, data, database)
    store = store_of()
    worker = Worker(store, Now(), limits=Limits(move_rows=200), name="two")
    with store.log.database.reading() as conn:
        known = conn.scalars(sa.select(batches.c.batch_id)).all()
    while worker.step():
        pass
    assert worker.failures == {}
    made = bg.profile(
        pl.concat([rows_of(int(n)) for n in known]), like=REFERENCE, every="1h", cross_tables=False
    )
    with database.reading() as conn:
        model = catalog.model_by_id(conn, 1)
        served = read(conn, model, None, first_day=19_000, last_day=25_000)
        assert store.of(model).rows.predictions(conn).about.height == len(known) * ROWS
    of_cells = replace(made.at(*made.cells), origin=served.origin, name=served.name, extra=())
    assert content(served) == content(of_cells)
