"""What is shown of readings, environments, lineage and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from barograph.operations.view import Window
from barograph.server.times import as_datetime
from barograph.store.events import StoredEvent


class ReadingWindow(BaseModel):
    """Readings of one name, host and version in a minute or an hour."""

    name: str
    unit: str
    host: str
    version: str
    start: datetime
    seconds: int
    n: int
    mean: float | None = Field(description="Null where the sum is beyond the largest number.")
    min: float
    max: float
    last: float


class ReadingsAnswer(BaseModel):
    """Windows of readings, in order of time."""

    readings: list[ReadingWindow]
    names: dict[str, str] = Field(description="All names there are, with their units.")


class EnvironmentAnswer(BaseModel):
    """What a version runs in, or was trained in."""

    version: str
    host: str
    stage: str
    since: datetime
    seen_at: datetime
    fingerprint: str
    details: dict[str, Any]


class EnvironmentsAnswer(BaseModel):
    """The latest environment of every version, host and stage."""

    environments: list[EnvironmentAnswer]


class LineageAnswer(BaseModel):
    """Sources of each feature of a model."""

    features: dict[str, list[str]]


class SourcedAnswer(BaseModel):
    """Features made from a source, by model."""

    models: dict[str, list[str]]


class EventAnswer(BaseModel):
    """Something that happened."""

    id: int
    kind: str
    at: datetime
    received_at: datetime
    name: str
    model: str | None
    version: str | None
    source: str
    details: dict[str, Any]


class EventsAnswer(BaseModel):
    """Events, in order of time; the latest where there are more than asked for."""

    events: list[EventAnswer]


def readings_answer(found: Mapping[str, Sequence[Window]], units: Mapping[str, str]) -> ReadingsAnswer:
    """Windows as they are shown."""
    windows = [_window(name, units.get(name, ""), window) for name, held in found.items() for window in held]
    return ReadingsAnswer(readings=sorted(windows, key=lambda w: (w.start, w.name)), names=dict(units))


def environments_answer(found: Sequence[Mapping[str, Any]]) -> EnvironmentsAnswer:
    """Environments as they are shown."""
    return EnvironmentsAnswer(
        environments=[
            EnvironmentAnswer(
                version=row["version"], host=row["host"], stage=row["stage"], details=row["details"],
                fingerprint=row["fingerprint"], since=as_datetime(row["since"]),
                seen_at=as_datetime(row["seen_at"]),
            )
            for row in found
        ]
    )  # fmt: skip


def events_answer(found: Sequence[StoredEvent], models: Mapping[int, str]) -> EventsAnswer:
    """Events as they are shown.

    Parameters
    ----------
    models : names by id.
    """
    return EventsAnswer(
        events=[
            EventAnswer(
                id=event.id, kind=event.kind, at=as_datetime(event.at),
                received_at=as_datetime(event.received_at), name=event.name,
                model=None if event.model_id is None else models.get(event.model_id), version=event.version,
                source=event.source, details=dict(event.details),
            )
            for event in found
        ]
    )  # fmt: skip


def _window(name: str, unit: str, window: Window) -> ReadingWindow:
    sums = window.sums
    mean = sums.mean
    return ReadingWindow(
        name=name, unit=unit, host=window.host, version=window.version, start=as_datetime(window.start),
        seconds=window.seconds, n=sums.n, mean=mean if abs(mean) < float("inf") else None, min=sums.lowest,
        max=sums.highest, last=sums.last,
    )  # fmt: skip
