"""A model made from its schema, or from a profile that will be its first reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa

from barograph.errors import SchemaError
from barograph.frames.typed import typed
from barograph.profile.segments import partition, segment_of_rows
from barograph.profile.value import Profile
from barograph.schema.model import Schema
from barograph.server.catalog.forms import NewModel
from barograph.server.catalog.schemas import schema_of, servable
from barograph.store.catalog import Model, add_reference, create_model, model

_USUAL_EVERY = "1h"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A model to make: its name, what its columns mean, and the rest as `create_model` takes it."""

    name: str
    schema: Schema
    rest: dict[str, Any]


def wanted(form: NewModel) -> Wanted:
    """Read a form; raises SchemaError where the schema is none or the segments cannot be made of its columns."""
    schema = schema_of(form.schema_)
    by = tuple((each,) if isinstance(each, str) else tuple(each) for each in form.by)
    check_segments(schema, by)
    rest: dict[str, Any] = {
        "every": form.every or _USUAL_EVERY,
        "by": by,
        "retention_days": form.retention_days,
        "owner": form.owner,
    }
    if form.label_horizon_days is not None:
        rest["label_horizon_days"] = form.label_horizon_days
    return Wanted(name=form.name, schema=schema, rest=rest)


def check_segments(schema: Schema, by: tuple[tuple[str, ...], ...]) -> None:
    """Raise an error where rows of the schema cannot be divided so."""
    empty = typed(pl.DataFrame(schema=dict.fromkeys(schema.names, pl.String)), schema).frame
    for expressions in by:
        if not expressions:
            raise SchemaError("by: a list is empty; expected columns or SQL expressions.")
        segment_of_rows(empty, partition(expressions))


def make_from_profile(conn: sa.Connection, project: str, name: str, found: Profile, *, now: int) -> Model:
    """Make a model with a profile's schema, windows and segments; the profile is its first reference."""
    made = create_model(
        conn, project, name, servable(found.schema), now=now,
        every=found.grid.every or _USUAL_EVERY, by=found.grid.by,
    )  # fmt: skip
    add_reference(conn, made.id, found.name or found.origin, found, now=now, make_default=True)
    return model(conn, project, name)
