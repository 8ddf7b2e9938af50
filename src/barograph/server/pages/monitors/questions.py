"""Questions of the catalogue that a new monitor can begin with, in the words and columns of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from barograph.metrics.address import Address
from barograph.metrics.registry import metrics
from barograph.monitors.catalogue import TYPES
from barograph.monitors.catalogue.kind import MonitorType
from barograph.monitors.document import written
from barograph.schema.model import Role
from barograph.store import catalog
from barograph.store.catalog import Model

_ANSWERS: Final[tuple[Role, ...]] = ("prediction", "score")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRow:
    """A type of monitor to begin with, and the question it answers."""

    name: str
    question: str
    metric: str


def begun(conn: sa.Connection, project: str, kind: str, model: str) -> dict[str, Any]:
    """The document a new monitor begins with: a type's example without its name and limits' reasons, or nothing."""
    found = next((each for each in TYPES if each.name == kind), None)
    document = {} if found is None else written(found.monitor)
    if model:
        document |= {"models": [model]} | ({"name": f"{model}: {found.name}"} if found else {})
    if found is not None:
        document["metric"] = str(_of_model(found.monitor.metric, catalog.models(conn, project), model))
    return document


def types_for(known: Sequence[Model], of_model: str) -> dict[str, tuple[TypeRow, ...]]:
    """Types by group, those left out whose metric is of other tasks than the model's."""
    tasks = {model.schema.task for model in known if of_model in ("", model.name)}
    found: dict[str, list[TypeRow]] = {}
    for each in TYPES:
        if _is_for(each, tasks):
            metric = str(_of_model(each.monitor.metric, known, of_model))
            row = TypeRow(name=each.name, question=each.question, metric=metric)
            found.setdefault(each.group, []).append(row)
    return {group: tuple(rows) for group, rows in found.items()}


def _of_model(metric: Address, known: Sequence[Model], name: str) -> Address:
    """An address of answers, which examples call prediction and score, with the model's own column."""
    schema = next((model.schema for model in known if model.name == name), None)
    column = metric.get("column")
    if schema is None or column not in _ANSWERS or column in schema.names:
        return metric
    wanted = _ANSWERS if column == "prediction" else _ANSWERS[::-1]
    answers = [each.name for role in wanted for each in schema.with_role(role)]
    return metric.with_argument("column", answers[0]) if answers else metric


def _is_for(each: MonitorType, tasks: set[Any]) -> bool:
    spec = metrics().get(each.monitor.metric.metric)
    return spec is None or spec.scope != "outcome" or bool(tasks & set(spec.applies_to))
