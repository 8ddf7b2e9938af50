"""What models are worth a day, and what their incidents cost together, where their schemas say what rows cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from barograph.metrics.values import Value
from barograph.server.pages.landings.times import Seen, Watch, seen_by_model, watch_by_model
from barograph.server.reading.breached import breached_stretches
from barograph.server.reading.costs import Cost, cost_metrics, costs_of
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.latest_points import latest_points
from barograph.store.points import Course

_DAY_US: Final = 86_400_000_000
#: Models whose windows are summed while somebody waits: 20 ms each the first time.
COSTED_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """A business metric of a model on its last day.

    Attributes
    ----------
    title, unit : as the schema declares it.
    day : start of the day, µs UTC.
    """

    title: str
    unit: str
    value: Value
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """What whoever answers for a model's use asks of it, over some days.

    Attributes
    ----------
    costs : what its incidents cost beyond what was expected.
    """

    days: int
    worth: tuple[Worth, ...]
    costs: tuple[Cost, ...]
    watch: Watch
    seen: Seen


def business_of(conn: sa.Connection, model: Model, *, days: int, now: int) -> Business:
    """What a model is worth, what its incidents cost, how long it took to see to them, and when nobody watched.

    Parameters
    ----------
    now : µs UTC.
    """
    first, project_id = now - days * _DAY_US, catalog.project(conn, model.project).id
    return Business(
        days=days, worth=worth_by_model(conn, [model], now=now).get(model.id, ()),
        costs=costs_by_model(conn, [model], first=first, now=now).get(model.id, ()),
        watch=watch_by_model(conn, {model.id: model.created_at}, first=first, now=now)[model.id],
        seen=seen_by_model(conn, [project_id], first=first, only=model.id).get(model.id, Seen()),
    )  # fmt: skip


def worth_by_model(conn: sa.Connection, models: Iterable[Model], *, now: int) -> dict[int, tuple[Worth, ...]]:
    """By model its business metrics on the last day that has them; `now` in µs UTC."""
    declared = {(m.id, metric.address): metric for m in models for metric in m.schema.metrics}
    asked = [
        (Course(model_id=model_id, address=address, every="1d"), now - _DAY_US + 1)
        for model_id, address in declared
    ]
    found: dict[int, tuple[Worth, ...]] = {}
    for each in latest_points(conn, asked):
        metric, model_id = declared[each.course.model_id, each.course.address], each.course.model_id
        worth = Worth(title=metric.name, unit=metric.unit, value=each.value, day=each.window)
        found[model_id] = (*found.get(model_id, ()), worth)
    return found


def costs_by_model(
    conn: sa.Connection, models: Sequence[Model], *, first: int, now: int, most: int = COSTED_AT_ONCE
) -> dict[int, tuple[Cost, ...]]:
    """By model what its incidents cost since a time, windows of several counted once.

    Models that declare no such figure, or had no incident, are left out.

    Parameters
    ----------
    models : those that are asked for first, first.
    first, now : µs UTC.
    most : models that are summed.
    """
    declared = {model.id: model for model in models if cost_metrics(model.schema)}
    if not declared or most <= 0:
        return {}
    projects = {catalog.project(conn, name).id for name in {m.project for m in declared.values()}}
    stretches: dict[int, list[tuple[int, int]]] = {}
    for (_, model_id), (start, end) in breached_stretches(conn, projects=projects, first=first).items():
        if model_id in declared and end > first:
            stretches.setdefault(model_id, []).append((max(start, first), end))
    wanted = [model_id for model_id in declared if model_id in stretches][:most]
    return {
        model_id: costs_of(conn, declared[model_id], sorted(stretches[model_id]), now=now)
        for model_id in wanted
    }
