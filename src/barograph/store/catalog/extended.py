"""A model's grid extended, its references with it."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from barograph.profile.codec import load, save
from barograph.profile.grid import Grid
from barograph.store.catalog.models import set_grid
from barograph.store.tables.catalog import model_references as table


def extend_grid(conn: sa.Connection, model_id: int, grid: Grid) -> None:
    """Give a model a grid that knows more than before, and put its references on it.

    Parameters
    ----------
    grid : with the bins of the model's present one, and others beside them: to the references these are columns
        and an outcome that their rows did not have.
    """
    set_grid(conn, model_id, grid)
    asked = sa.select(table.c.id, table.c.body).where(table.c.model_id == model_id)
    for reference_id, body in conn.execute(asked).all():
        held = load(bytes(body))
        profile = replace(held, grid=replace(grid, every=held.grid.every, by=held.grid.by))
        changed = {"body": save(profile), "profile_hash": profile.hash}
        conn.execute(sa.update(table).where(table.c.id == reference_id).values(**changed))
