"""What is kept beside profiles goes when its time is over, and the files of a model with the model."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from barograph.store.database import Database
from barograph.store.errors import StoreUnavailable
from barograph.store.tables.catalog import models
from barograph.store.tables.dead_letters import dead_letters
from barograph.store.tables.worker import feedback


def row_days(model: int | None, server: int | None, profiles: int | None) -> int | None:
    """Days for which raw rows of a model are kept; None: for good.

    Parameters
    ----------
    model, server : `retention_days` of the model, which holds where it is set, and of the server.
    profiles : `profile_days`; a day's rows leave with its profile at the latest.

    Examples
    --------
    >>> row_days(None, 30, 365), row_days(400, 30, 365), row_days(None, None, None)
    (30, 365, None)
    """
    asked = server if model is None else model
    return min((days for days in (asked, profiles) if days is not None), default=None)


def drop_old_texts(conn: sa.Connection, model_id: int, *, before: int) -> int:
    """Delete feedback and refused rows of before a time, and return how many; both stay counted.

    Parameters
    ----------
    before : microseconds UTC.
    """
    dropped = 0
    for table in (feedback, dead_letters):
        old = (table.c.model_id == model_id) & (table.c.at < before)
        dropped += conn.execute(sa.delete(table).where(old)).rowcount
    return dropped


def remove_deleted_models(database: Database, folders: Sequence[Path]) -> list[int]:
    """Remove the folders of models that were deleted, and return their ids.

    Parameters
    ----------
    folders : of lakes and ids, each with one folder a model, named by its id. Ids are never used again.

    Raises
    ------
    StoreUnavailable
        Where a folder cannot be removed.
    """
    present = {int(p.name) for f in folders if f.is_dir() for p in f.iterdir() if p.name.isdigit()}
    # Looked up after the folders were: a model that is made meanwhile is among those that are there.
    with database.reading() as conn:
        known = set(conn.scalars(sa.select(models.c.id)))
    gone = sorted(present - known)
    for folder in (folder / str(model_id) for model_id in gone for folder in folders):
        try:
            if folder.is_dir():
                shutil.rmtree(folder)
        except OSError as error:
            raise StoreUnavailable(
                f"the rows of a deleted model in {str(folder)!r} cannot be removed ({error}). Make the folder "
                "writable; it is tried again."
            ) from error
    return gone
