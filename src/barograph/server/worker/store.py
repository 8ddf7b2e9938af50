"""Where the worker reads and writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.database import Database
from barograph.store.deletion import ModelData, delete_asked
from barograph.store.ids.rebuild import make_again
from barograph.store.ids.runs import IdRuns
from barograph.store.lake.lake import Lake
from barograph.store.lake.rows import Rows
from barograph.store.log.sql import SqlLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The whole store: state, log, lake and runs of ids.

    Attributes
    ----------
    lake_folder, ids_folder : of all models.
    """

    database: Database
    log: SqlLog
    lake_folder: Path
    ids_folder: Path

    def of(self, model: Model) -> ModelStore:
        """What of it is one model's."""
        lake = Lake(folder=self.lake_folder, model_id=model.id)
        return ModelStore(
            model=model,
            lake=lake,
            rows=Rows(model_id=model.id, schema=model.schema, lake=lake, log=self.log),
            predictions=IdRuns(folder=self.ids_folder, model_id=model.id, kind="predictions"),
            labels=IdRuns(folder=self.ids_folder, model_id=model.id, kind="labels"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStore:
    """One model's rows and ids.

    Attributes
    ----------
    rows : those that have been applied, wherever they are.
    predictions, labels : their ids.
    """

    model: Model
    lake: Lake
    rows: Rows
    predictions: IdRuns
    labels: IdRuns

    def delete_asked(self, database: Database, *, now: int) -> bool:
        """Delete the predictions that were asked for, see `deletion`; returns whether there were any."""
        data = ModelData(database=database, rows=self.rows, predictions=self.predictions, labels=self.labels)
        done = False
        while delete_asked(data, now=now):
            done = True
        return done

    def make_ids_again(self, database: Database) -> bool:
        """Make files of ids that are lost again from the rows; returns whether there were any."""
        with database.reading() as conn:
            version_ids = {version.name: version.id for version in catalog.versions(conn, self.model.id)}
        lost = [
            make_again(database, runs, self.rows, version_ids) for runs in (self.predictions, self.labels)
        ]
        return any(lost)
