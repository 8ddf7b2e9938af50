"""Lineage: what the features of models are made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from barograph.store.tables.catalog import models, projects
from barograph.store.tables.events import lineage


def set_lineage(
    conn: sa.Connection, model_id: int, features: Mapping[str, Iterable[str]], *, at: int
) -> None:
    """Say what features of a model are made from, in place of what was said of the model before.

    Parameters
    ----------
    features : sources of each feature.
    at : µs UTC.
    """
    conn.execute(lineage.delete().where(lineage.c.model_id == model_id))
    rows = [
        {"model_id": model_id, "feature": feature, "source": source, "told_at": at}
        for feature, sources in features.items()
        for source in dict.fromkeys(sources)
    ]
    if rows:
        conn.execute(lineage.insert(), rows)


def read_lineage(conn: sa.Connection, model_id: int) -> dict[str, tuple[str, ...]]:
    """Sources of each feature of a model."""
    asked = sa.select(lineage.c.feature, lineage.c.source).where(lineage.c.model_id == model_id)
    found: dict[str, list[str]] = {}
    for feature, source in conn.execute(asked.order_by(lineage.c.feature, lineage.c.source)):
        found.setdefault(feature, []).append(source)
    return {feature: tuple(sources) for feature, sources in found.items()}


def fed_by(conn: sa.Connection, project: str, source: str) -> dict[str, tuple[str, ...]]:
    """Features that are made from a source, by the name of their model."""
    asked = (
        sa.select(models.c.name, lineage.c.feature)
        .select_from(lineage.join(models, models.c.id == lineage.c.model_id).join(projects))
        .where(projects.c.name == project, lineage.c.source == source)
        .order_by(models.c.name, lineage.c.feature)
    )
    found: dict[str, list[str]] = {}
    for model, feature in conn.execute(asked):
        found.setdefault(model, []).append(feature)
    return {model: tuple(features) for model, features in found.items()}
