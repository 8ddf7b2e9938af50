"""Windows of old days rolled up: kept by day, so that a year of hours does not outgrow its rows."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from barograph.store.profiles.body import decoded
from barograph.store.profiles.part import Part, Place, by_day
from barograph.store.profiles.stored import write
from barograph.store.tables.profiles import profiles as table


def rolled(parts: Mapping[Place, Part], through: int, timezone: str) -> dict[Place, Part]:
    """The parts, those of windows by day for days up to `through`."""
    return {
        place: by_day(part, timezone) if place.grain == "window" and place.day <= through else part
        for place, part in parts.items()
    }


def roll_up(conn: sa.Connection, model_id: int, *, days: tuple[int, int], timezone: str) -> None:
    """Roll the stored windows of some days, first and last, up into days."""
    names = ("version_id", "grain", "part", "day", "arrival")
    for day in range(days[0], days[1] + 1):
        found = sa.select(*(table.c[name] for name in names), table.c.body).where(
            table.c.model_id == model_id, table.c.grain == "window", table.c.day == day
        )
        parts = {
            Place(**{name: getattr(row, name) for name in names}): decoded(row.body)
            for row in conn.execute(found)
        }
        write(conn, model_id, rolled(parts, day, timezone))
