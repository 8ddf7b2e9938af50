"""How many series a model has, and of how many nothing good can be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from barograph.store.tables.alerts import alerts
from barograph.store.tables.monitors import monitor_series

_NO_ANSWER: Final = ("unknown", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesCounts:
    """The series of a model, counted.

    Attributes
    ----------
    unanswered : of `watched`, those of whose last window nothing can be said.
    judged_at : when the last of them was judged, µs UTC.
    quality : those of `watched` that are of the model's quality; breached: how many of these are, or have an alert that
        is not resolved though no window has told more since.
    """

    watched: int = 0
    unanswered: int = 0
    judged_at: int | None = None
    quality: int = 0
    breached: int = 0


def count_series(conn: sa.Connection, *, model_id: int | None = None) -> dict[int, SeriesCounts]:
    """The series of every model that has some, or of one, counted."""
    key = monitor_series.c
    of_quality = key.address.startswith("quality.")
    alerted = sa.select(alerts.c.series_id).where(
        alerts.c.resolved_at.is_(None), alerts.c.series_id.is_not(None)
    )
    asked = sa.select(
        key.model_id,
        sa.func.count(),
        _rows_where(key.status.in_(_NO_ANSWER)),
        sa.func.max(key.judged_at),
        _rows_where(of_quality),
        _rows_where(of_quality & ((key.status == "breach") | key.id.in_(alerted))),
    ).group_by(key.model_id)
    if model_id is not None:
        asked = asked.where(key.model_id == model_id)
    return {
        of: SeriesCounts(
            watched=watched, unanswered=int(unanswered), judged_at=judged_at, quality=int(quality),
            breached=int(breached),
        )
        for of, watched, unanswered, judged_at, quality, breached in conn.execute(asked).all()
    }  # fmt: skip


def _rows_where(holds: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((holds, 1), else_=0))
