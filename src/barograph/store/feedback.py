"""What people said of a prediction, as it was told."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from barograph.store.tables.worker import feedback as table


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One thing that was said.

    Attributes
    ----------
    row : None where it was said of every row of the id.
    kind : `override`, `rejection`, `complaint` or another word.
    at : when it was said, µs UTC.
    """

    row: int | None
    kind: str
    value: str | None
    at: int


def feedback_of(conn: sa.Connection, model_id: int, prediction_id: str) -> list[Feedback]:
    """What was said of an id, which is as it is stored, in the order in which it came."""
    found = conn.execute(
        sa.select(table.c.row, table.c.kind, table.c.value, table.c.at)
        .where(table.c.model_id == model_id, table.c.id == prediction_id)
        .order_by(table.c.seq, table.c.position)
    )
    return [Feedback(**row._mapping) for row in found]
