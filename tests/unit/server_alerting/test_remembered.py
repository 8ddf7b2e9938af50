"""What an evaluator remembers changes nothing: one that begins anew each time says the same, whatever has changed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest
import sqlalchemy as sa

import barograph as bg
from barograph.server.alerting.evaluate import Evaluator
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.database import open_database
from barograph.store.log import open_log
from barograph.store.migrate import migrate
from barograph.store.tables.alerts import alert_events, alerts, incidents
from barograph.store.tables.monitors import evaluations, monitor_series

HOUR_US = 3_600_000_000
#: What says where all stands: it must be the same.
TABLES = (monitor_series, evaluations, alerts, alert_events, incidents)


@pytest.fixture
def other_store(tmp_path) -> Iterator[Store]:
    database = open_database(f"sqlite:///{tmp_path}/other.db")
    migrate(database)
    log = open_log(f"sqlite:///{tmp_path}/other-log.db")
    with database.writing() as conn:
        catalog.create_project(conn, "bank", now=0)
    yield Store(database=database, log=log, lake_folder=tmp_path / "lake2", ids_folder=tmp_path / "ids2")
    log.close()
    database.close()


def an_hour(office, models, *, version: str = "1", shift: float = 0.0) -> None:
    start = office.clock.time
    office.clock.time += HOUR_US
    for model in models:
        office.send(model, office.rows(40, start, shift=shift), version=version)
    office.clock.time += 1_000_000
    office.judge()
    office.clock.time -= 1_000_000


def other_reference(office, model) -> None:
    """The model's default becomes two days in which x was 3."""
    frames = [office.rows(20, office.clock.time + hour * HOUR_US, shift=3.0) for hour in range(48)]
    grid = bg.profile(pl.concat(frames), like=_reference(office, model), every="1h", origin="training")
    with office.database.writing() as conn:
        made = catalog.add_reference(conn, model.id, "later", grid, now=office.clock.time)
        catalog.set_default_reference(conn, made)


def _reference(office, model):
    with office.database.reading() as conn:
        return catalog.reference_profile(conn, catalog.reference(conn, model.id, "training").id)


def played(office, one_monitor, *, forgets: bool) -> dict[str, list[tuple[object, ...]]]:
    office.rng = np.random.default_rng(11)
    models = [office.model(by=[["c"]])]
    columns = [
        one_monitor(name="nulls", metric="quality.null_share(column=*)", version="each", when={"above": 0.5}),
        one_monitor(name="beyond", metric="drift.beyond_range(column=*)", when={"above": 0.5}),
        one_monitor(
            name="moved", metric="drift.total_variation(column=*)", when={"calibrated": {"level": 0.01}}
        ),
        one_monitor(name="mean against before", against="previous", when={"change": {"above": 2.0}}),
        one_monitor(name="rows", metric="operations.volume", when={"below": 1}),
    ]
    office.monitors(*columns)

    def hour(**of) -> None:
        if forgets:
            # What windows held is no cache: without it they are judged again.
            held = office.evaluator.contents
            office.evaluator = Evaluator(office.store)
            office.evaluator.contents = held
        an_hour(office, models, **of)

    hour()
    hour(shift=3.0)
    models.append(office.model("churn"))
    hour(version="2")
    office.monitors(*columns, one_monitor(name="mean", when={"above": 2.0}))
    hour(version="2", shift=3.0)
    other_reference(office, models[0])
    hour(shift=3.0)
    office.monitors(*columns[1:], one_monitor(name="mean", when={"above": 9.0}))
    hour(version="3", shift=3.0)
    with office.database.reading() as conn:
        return {
            table.name: [tuple(row) for row in conn.execute(sa.select(table).order_by(*table.primary_key))]
            for table in TABLES
        }


def test_one_that_remembers_says_what_one_that_begins_anew_says(
    office, make_office, other_store, clock, one_monitor
):
    begun = clock.time
    remembered = played(office, one_monitor, forgets=False)
    clock.time = begun
    other = make_office(other_store, clock, np.random.default_rng(11))
    forgotten = played(other, one_monitor, forgets=True)
    assert remembered == forgotten
    assert {len(rows) > 0 for rows in remembered.values()} == {True}
