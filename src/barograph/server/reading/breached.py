"""For how long incidents went on: from their onset to the end of the last window that was breached."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from barograph.store.tables.alerts import alerts, incidents
from barograph.store.tables.monitors import evaluations

#: Told to nobody: what is worth a look at leisure costs nothing by itself.
_QUIET = "info"


def breached_stretches(
    conn: sa.Connection, *, ids: Collection[int] | None = None, projects: Collection[int] = (), first: int = 0
) -> dict[tuple[int, int], tuple[int, int]]:
    """By incident and model from its first breached window to the end of its last one, µs UTC.

    Parameters
    ----------
    ids : of incidents; None: those of `projects` that were open since `first`, µs UTC, but for those of severity info.
    """
    key, of, said = incidents.c, alerts.c, evaluations.c
    breached = (
        (said.series_id == of.series_id) & (said.status == "breach") & (said.window_end >= of.started_at)
        & (of.resolved_at.is_(None) | (said.window_start < of.resolved_at))
    )  # fmt: skip
    asked = (
        sa.select(key.id, of.model_id, sa.func.min(of.started_at), sa.func.max(said.window_end))
        .join(alerts, of.incident_id == key.id)
        .join(evaluations, breached)
        .where(of.kind == "breach", of.peak_severity != _QUIET)
        .group_by(key.id, of.model_id)
    )
    if ids is not None:
        asked = asked.where(key.id.in_(list(ids)))
    else:
        asked = asked.where(
            key.project_id.in_(list(projects)), key.peak_severity != _QUIET,
            key.resolved_at.is_(None) | (key.resolved_at >= first),
        )  # fmt: skip
    return {(row[0], row[1]): (int(row[2]), int(row[3])) for row in conn.execute(asked)}
