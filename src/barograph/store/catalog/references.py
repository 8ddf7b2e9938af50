"""References: profiles a model is compared with."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.profile.codec import load, save
from barograph.profile.value import Profile
from barograph.store.catalog.kept_grids import grid_of
from barograph.store.catalog.models import set_grid
from barograph.store.catalog.names import check_name, not_found
from barograph.store.catalog.values import Reference
from barograph.store.errors import Conflict, NotFound
from barograph.store.tables.catalog import model_references as table
from barograph.store.tables.catalog import models
from barograph.store.upsert import insert_missing

_SELECT = sa.select(*(column for column in table.c if column is not table.c.body))
#: Made once, for it is asked for every model that is judged.
_OF_MODEL = _SELECT.where(table.c.model_id == sa.bindparam("of_model")).order_by(table.c.id)
#: Origins of rows the model has not learned from.
_HELD_OUT = ("hold-out", "out-of-bag")


def add_reference(
    conn: sa.Connection,
    model_id: int,
    name: str,
    profile: Profile,
    *,
    now: int,
    make_default: bool = False,
) -> Reference:
    """Keep a profile as a reference of a model.

    The first one gives the model its grid, and is its default. Later ones must be on that grid.

    Parameters
    ----------
    make_default : compare with it from now on.
    now : microseconds UTC.

    Raises
    ------
    Conflict
        Where there is a reference of that name, or the profile is not on the model's grid.
    InvalidName
        For a name that cannot be one.
    """
    check_name("reference", name)
    key = conn.execute(sa.select(models.c.grid_key).where(models.c.id == model_id)).scalar_one()
    if key is None:
        set_grid(conn, model_id, profile.grid)
    elif grid_of(conn, key).hash != profile.grid.hash:
        raise Conflict(
            f"reference {name!r} is on grid {profile.grid.hash[:12]}, the model on {grid_of(conn, key).hash[:12]}. "
            "Profile its rows with like=a reference of the model, or send the rows."
        )
    row = {
        "model_id": model_id,
        "name": name,
        "origin": profile.origin,
        "created_at": now,
        "profile_hash": profile.hash,
        "body": save(profile),
    }
    if not insert_missing(conn, table, row, ["model_id", "name"]):
        raise Conflict(f"the model has a reference {name!r} already; choose another name.")
    made = reference(conn, model_id, name)
    if make_default or key is None:
        set_default_reference(conn, made)
    return made


def set_default_reference(conn: sa.Connection, reference: Reference) -> None:
    """Compare its model with this reference from now on."""
    conn.execute(sa.update(models).where(models.c.id == reference.model_id).values(reference_id=reference.id))


def reference(conn: sa.Connection, model_id: int, name: str) -> Reference:
    """The reference of a name; raises NotFound."""
    found = conn.execute(_SELECT.where(table.c.model_id == model_id, table.c.name == name)).one_or_none()
    if found is None:
        raise not_found("reference", name, (r.name for r in references(conn, model_id)))
    return Reference(**found._mapping)


def references(conn: sa.Connection, model_id: int) -> list[Reference]:
    """The references of a model, oldest first."""
    return [Reference(**row._mapping) for row in conn.execute(_OF_MODEL, {"of_model": model_id})]


def reference_profile(conn: sa.Connection, reference_id: int) -> Profile:
    """The profile of a reference; raises NotFound."""
    return load(reference_file(conn, reference_id), f"reference {reference_id}")


def held_out_profile(conn: sa.Connection, model_id: int, *, beside: int) -> Profile | None:
    """The latest reference of rows the model has not learned from, beside the one it is compared with.

    Parameters
    ----------
    beside : id of the reference that the model is compared with.
    """
    held = [r.id for r in references(conn, model_id) if r.origin in _HELD_OUT and r.id != beside]
    return reference_profile(conn, held[-1]) if held else None


def reference_file(conn: sa.Connection, reference_id: int) -> bytes:
    """The profile of a reference as `barograph.save_profile` writes it; raises NotFound."""
    body = conn.execute(sa.select(table.c.body).where(table.c.id == reference_id)).scalar_one_or_none()
    if body is None:
        raise NotFound(f"no reference of id {reference_id}; the model's own are listed under its references.")
    return bytes(body)
