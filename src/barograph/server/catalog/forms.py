"""What is sent and told about models and their references."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from barograph.server.catalog.schemas import told
from barograph.server.times import as_datetime
from barograph.server.worker.cursor import Cursor
from barograph.store.catalog import Model, Reference, Version

_MOST_DAYS = 36_500
Name = Annotated[
    str, Field(description="1 to 200 printable characters without '/'.", min_length=1, max_length=200)
]
Every = Annotated[str, Field(description="Length of windows, such as 1h or 1d.", min_length=1, max_length=20)]
Days = Annotated[int, Field(ge=1, le=_MOST_DAYS)]
Owner = Annotated[str, Field(description="Whom to ask about the model.", max_length=200)]


class NewModel(BaseModel):
    """A model to make from its schema."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    schema_: dict[str, Any] | str = Field(
        alias="schema",
        description="The keys of schema.yml, or its text.",
        examples=[{"columns": {"x": {"role": "feature"}}}],
    )
    every: Every | None = Field(default=None, description="Length of windows; default: 1h.")
    by: list[str | list[str]] = Field(
        default=[],
        max_length=20,
        description="Segments: columns or SQL expressions; a list is an intersection.",
    )
    retention_days: Days | None = Field(
        default=None, description="Days after which raw rows go; null: the server's."
    )
    label_horizon_days: Days | None = Field(
        default=None, description="Days for which labels are awaited; default: 90."
    )
    owner: Owner | None = None


class ModelChanges(BaseModel):
    """What to change of a model; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    every: Every | None = None
    retention_days: Days | None = None
    label_horizon_days: Days | None = None
    owner: Owner | None = None
    reference: Name | None = Field(
        default=None, description="Name of the reference to compare with by default."
    )


class ReceivedAnswer(BaseModel):
    """Predictions so far, as the worker has counted them; those of sources are told with the source."""

    rows: int = Field(description="Those that counted when they came, deleted ones too.")
    duplicates: int = Field(description="Those whose id had come before, with the same values.")
    conflicts: int = Field(description="Those whose id had come before, with others; the first counts.")


class ModelAnswer(BaseModel):
    """One model."""

    project: str
    name: str
    schema_: dict[str, Any] = Field(alias="schema", description="The keys of schema.yml, values as text.")
    every: str
    by: list[list[str]]
    timezone: str
    task: str | None
    grid: str | None = Field(description="Hash of its grid; null until a reference is given or learned.")
    reference: str | None = Field(description="Name of the reference it is compared with by default.")
    retention_days: int | None
    label_horizon_days: int
    owner: str | None
    flags: dict[str, list[str]] = Field(
        description="By column, what its values look like: personal data, secrets."
    )
    received: ReceivedAnswer
    created_at: datetime


class ModelsAnswer(BaseModel):
    """Models, by name."""

    models: list[ModelAnswer]


class PastRows(BaseModel):
    """Rows of a model's own past that become its reference."""

    model_config = ConfigDict(extra="forbid")

    first: str = Field(alias="from", description="Time or date, in the model's time zone.", max_length=60)
    end: str = Field(alias="to", description="The same; a date means that day's end.", max_length=60)
    name: Name | None = Field(None, description="Null: it is named by its days.")
    comment: str = Field("", description="Why.", max_length=2_000)


class ReferenceAnswer(BaseModel):
    """One reference of a model."""

    name: str
    origin: str = Field(description="training, hold-out, out-of-bag, production or another word.")
    hash: str = Field(description="Hash of its profile.")
    default: bool = Field(description="Whether the model is compared with it by default.")
    created_at: datetime


class ReferencesAnswer(BaseModel):
    """References, the oldest first."""

    references: list[ReferenceAnswer]


class VersionAnswer(BaseModel):
    """One version of a model; the name is empty where rows name none."""

    name: str
    created_at: datetime


class VersionsAnswer(BaseModel):
    """Versions, first seen first."""

    versions: list[VersionAnswer]


def model_answer(model: Model, reference: Reference | None, cursor: Cursor) -> ModelAnswer:
    """What is told of a model; `reference` is its default one, `cursor` its place in the log."""
    held: dict[str, Any] = {
        "project": model.project,
        "name": model.name,
        "schema": told(model.schema),
        "every": model.every,
        "by": [list(expressions) for expressions in model.by],
        "timezone": model.schema.timezone,
        "task": model.schema.task,
        "grid": None if model.grid is None else model.grid.hash,
        "reference": None if reference is None else reference.name,
        "retention_days": model.retention_days,
        "label_horizon_days": model.label_horizon_days,
        "owner": model.owner,
        "flags": {column: list(found) for column, found in model.flags.items()},
        "received": {"rows": cursor.rows, "duplicates": cursor.duplicates, "conflicts": cursor.conflicts},
        "created_at": as_datetime(model.created_at),
    }
    return ModelAnswer.model_validate(held)


def reference_answer(reference: Reference, model: Model) -> ReferenceAnswer:
    """What is told of a reference."""
    return ReferenceAnswer(
        name=reference.name,
        origin=reference.origin,
        hash=reference.profile_hash,
        default=reference.id == model.reference,
        created_at=as_datetime(reference.created_at),
    )


def version_answer(version: Version) -> VersionAnswer:
    """What is told of a version."""
    return VersionAnswer(name=version.name, created_at=as_datetime(version.created_at))
