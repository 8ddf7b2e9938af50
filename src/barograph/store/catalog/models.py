"""Models: made, found, changed, deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from barograph.profile.codec import decode, encode
from barograph.profile.grid import Grid
from barograph.schema.model import Schema
from barograph.store.catalog.kept_grids import grid_of, keep_grid
from barograph.store.catalog.names import check_name, not_found
from barograph.store.catalog.projects import project as project_of
from barograph.store.catalog.values import LABEL_HORIZON_DAYS, Model
from barograph.store.errors import Conflict
from barograph.store.incidents import drop_empty_incidents
from barograph.store.tables.catalog import models as table
from barograph.store.tables.catalog import projects as project_table
from barograph.store.upsert import insert_missing
from barograph.windows import parse_every

_SELECT = sa.select(table, project_table.c.name.label("project")).join(project_table)
#: Made once, for it is asked with every batch of rows.
_BY_NAMES = _SELECT.where(
    project_table.c.name == sa.bindparam("project"), table.c.name == sa.bindparam("model")
)
#: Made once, for it is asked for every model that is judged.
_BY_IDS = _SELECT.where(table.c.id.in_(sa.bindparam("ids", expanding=True)))


def create_model(
    conn: sa.Connection,
    project: str,
    name: str,
    schema: Schema,
    *,
    now: int,
    every: str = "1h",
    by: Sequence[Sequence[str]] = (),
    retention_days: int | None = None,
    label_horizon_days: int = LABEL_HORIZON_DAYS,
    owner: str | None = None,
) -> Model:
    """Make a model in a project.

    Parameters
    ----------
    every, by : its windows and segments, as of `barograph.profile`.
    now : microseconds UTC.

    Raises
    ------
    NotFound, Conflict, InvalidName
        Where there is no such project, a model of that name already, or the name cannot be one.
    SchemaError
        Where `every` is no length of windows.
    """
    check_name("model", name)
    row = {
        "project_id": project_of(conn, project).id,
        "name": name,
        "schema": encode(schema),
        "every": parse_every(every).text,
        "by": [list(expressions) for expressions in by],
        "retention_days": retention_days,
        "label_horizon_days": label_horizon_days,
        "owner": owner,
        "flags": {},
        "created_at": now,
    }
    if not insert_missing(conn, table, row, ["project_id", "name"]):
        raise Conflict(f"model {name!r} exists already in project {project!r}; choose another name.")
    return model(conn, project, name)


def model(conn: sa.Connection, project: str, name: str) -> Model:
    """The model of a name in a project; raises NotFound, with the nearest name that is there."""
    found = conn.execute(_BY_NAMES, {"project": project, "model": name}).one_or_none()
    if found is None:
        project_of(conn, project)
        names = conn.scalars(
            sa.select(table.c.name)
            .join(project_table)
            .where(project_table.c.name == project)
            .order_by(table.c.name)
        )
        raise not_found("model", name, names, f" in project {project!r}")
    return _read(conn, found)


def model_by_id(conn: sa.Connection, model_id: int) -> Model:
    """The model of an id; raises NotFound."""
    found = conn.execute(_SELECT.where(table.c.id == model_id)).one_or_none()
    if found is None:
        raise not_found("model of id", str(model_id), ())
    return _read(conn, found)


def models_by_id(conn: sa.Connection, ids: Collection[int]) -> dict[int, Model]:
    """The models of some ids, those that are there."""
    return {row.id: _read(conn, row) for row in conn.execute(_BY_IDS, {"ids": list(ids)}).all()}


def models(conn: sa.Connection, project: str | None = None) -> list[Model]:
    """All models, or those of a project, by project and name; raises NotFound for a project that is not there."""
    asked = _SELECT.order_by(project_table.c.name, table.c.name)
    if project is not None:
        project_of(conn, project)
        asked = asked.where(project_table.c.name == project)
    return [_read(conn, row) for row in conn.execute(asked).all()]


def model_names(conn: sa.Connection) -> list[tuple[str, str]]:
    """Names of all models with their project's before them, in order."""
    asked = sa.select(project_table.c.name, table.c.name).join_from(table, project_table)
    return [(row[0], row[1]) for row in conn.execute(asked.order_by(project_table.c.name, table.c.name))]


def set_grid(conn: sa.Connection, model_id: int, grid: Grid) -> None:
    """Give a model its grid, with the model's own windows and segments; what it has counted is not recounted."""
    key = keep_grid(conn, grid)
    conn.execute(sa.update(table).where(table.c.id == model_id).values(grid_key=key))


def set_schema(conn: sa.Connection, model_id: int, schema: Schema) -> None:
    """Give a model another schema; rows that are there are read by it from now on."""
    conn.execute(sa.update(table).where(table.c.id == model_id).values(schema=encode(schema)))


def set_flags(conn: sa.Connection, model_id: int, flags: Mapping[str, Sequence[str]]) -> None:
    """Say what was found in columns, in place of what was said before."""
    written = {column: list(found) for column, found in flags.items()}
    conn.execute(sa.update(table).where(table.c.id == model_id).values(flags=written))


def change_model(conn: sa.Connection, model_id: int, **changed: int | str | None) -> None:
    """Set some of `retention_days`, `label_horizon_days`, `owner`, `every`; raises Conflict for anything else."""
    allowed = ("retention_days", "label_horizon_days", "owner", "every")
    other = sorted(set(changed) - set(allowed))
    if other:
        raise Conflict(f"{other} of a model cannot be changed; expected some of: {', '.join(allowed)}.")
    if changed.get("every") is not None:
        changed["every"] = parse_every(str(changed["every"])).text
    if changed:
        conn.execute(sa.update(table).where(table.c.id == model_id).values(**changed))


def delete_model(conn: sa.Connection, model_id: int) -> None:
    """Delete a model and all that hangs on it in this database; the log, the lake and the runs have their own."""
    project_id = conn.execute(sa.select(table.c.project_id).where(table.c.id == model_id)).scalar()
    conn.execute(sa.delete(table).where(table.c.id == model_id))
    if project_id is not None:
        drop_empty_incidents(conn, project_id)


def _read(conn: sa.Connection, row: sa.Row[Any]) -> Model:
    return Model(
        id=row.id,
        project=row.project,
        name=row.name,
        schema=_schema(row.schema),
        every=row.every,
        by=tuple(tuple(expressions) for expressions in row.by),
        grid=None if row.grid_key is None else grid_of(conn, row.grid_key),
        reference=row.reference_id,
        retention_days=row.retention_days,
        label_horizon_days=row.label_horizon_days,
        owner=row.owner,
        flags=MappingProxyType({column: tuple(found) for column, found in row.flags.items()}),
        created_at=row.created_at,
    )


@lru_cache(maxsize=1024)
def _schema(body: bytes) -> Schema:
    """Decoded once: every request asks for its model's."""
    schema = decode(body)
    assert isinstance(schema, Schema)
    return schema
