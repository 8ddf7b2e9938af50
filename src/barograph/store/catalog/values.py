"""The values of the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from barograph.profile.grid import Grid
from barograph.schema.model import Schema

#: Days after which a label no longer finds its prediction, unless the model says otherwise.
LABEL_HORIZON_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What keys are scoped to: its models are seen by those who hold one of its keys."""

    id: int
    name: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model as the server knows it.

    Attributes
    ----------
    every : length of its windows, such as ``"1h"``.
    by : expressions that divide its rows into segments.
    grid : None until a reference is given or the first day is whole.
    reference : id of the reference that is compared with unless another is asked for.
    retention_days : after which rows leave the lake; None: never.
    label_horizon_days : after which a label no longer finds its prediction, and an id may come again.
    flags : by column what was found in its values that should be looked at, such as ``("email",)``.
    created_at : microseconds UTC.
    """

    id: int
    project: str
    name: str
    schema: Schema
    every: str
    by: tuple[tuple[str, ...], ...]
    grid: Grid | None
    reference: int | None
    retention_days: int | None
    label_horizon_days: int = LABEL_HORIZON_DAYS
    owner: str | None
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a model, made when a row first names it."""

    id: int
    model_id: int
    name: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A profile a model is compared with; its body is read by `reference_profile`."""

    id: int
    model_id: int
    name: str
    origin: str
    created_at: int
    profile_hash: str
