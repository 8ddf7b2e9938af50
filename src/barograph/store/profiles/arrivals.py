"""How many rows and labels of a day came when."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from barograph.store.profiles.body import decoded
from barograph.store.profiles.part import ARRIVED_OUTCOME, ARRIVED_TABLE
from barograph.store.tables.profiles import profiles as table


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came on one day of the rows of another.

    Attributes
    ----------
    day, arrival : local calendar days, days since 1970-01-01.
    labelled : rows that were labelled on `arrival`; a label that is corrected later counts once.
    """

    day: int
    arrival: int
    rows: int
    labelled: int


def arrivals(
    conn: sa.Connection, model_id: int, *, span: tuple[int, int], version_id: int | None = None
) -> list[Arrival]:
    """Arrivals of the rows of some days, in order.

    Parameters
    ----------
    span : first and last day of the rows.
    version_id : None: of every version.
    """
    asked = sa.select(table.c.day, table.c.arrival, table.c.part, table.c.body).where(
        table.c.model_id == model_id,
        table.c.grain == "window",
        table.c.part.in_((ARRIVED_TABLE, ARRIVED_OUTCOME)),
        table.c.day.between(*span),
    )
    if version_id is not None:
        asked = asked.where(table.c.version_id == version_id)
    found: dict[tuple[int, int], list[int]] = {}
    for day, arrival, part, body in conn.execute(asked):
        record = decoded(body).record
        counts = found.setdefault((day, arrival), [0, 0])
        if part == ARRIVED_TABLE:
            counts[0] += int(record.rows.sum())
        else:
            counts[1] += int(record.labelled.sum())
    return [
        Arrival(day=day, arrival=arrival, rows=rows, labelled=labelled)
        for (day, arrival), (rows, labelled) in sorted(found.items())
    ]
