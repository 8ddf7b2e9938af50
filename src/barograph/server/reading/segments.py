"""A segment that is asked for and has no figure: one that never was, or one without rows in the span."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from barograph.errors import did_you_mean
from barograph.server.reading.series import Asked, Series, is_of_readings
from barograph.store.errors import NotFound
from barograph.store.profiles import days, read

_TOLD: Final = 10


def require_segments(conn: sa.Connection, found: Sequence[Series], asked: Asked) -> None:
    """Refuse series without a point whose segment the model never counted.

    Raises
    ------
    NotFound
        With the nearest segments there are.
    """
    empty = {
        str(each.address.get("segment"))
        for each in found
        if not each.points and each.address.get("segment") and not is_of_readings(each.address.metric)
    }
    if not empty:
        return
    known = _segments(conn, asked)
    for segment in sorted(empty - known):
        shown = ", ".join(sorted(known)[:_TOLD]) or "none"
        more = ", …" if len(known) > _TOLD else ""
        raise NotFound(
            f"no segment {segment!r} of model {asked.model.name!r}{did_you_mean(segment, known) or '.'} "
            f"Segments: {shown}{more}. What a model's rows are divided by is its `by`."
        )


def _segments(conn: sa.Connection, asked: Asked) -> set[str]:
    """Segments of all that is stored, and of the reference."""
    counted = [day for _, day in days(conn, asked.model.id)]
    known = set() if asked.compared is None else set(asked.compared.segments)
    if counted:
        whole = read(
            conn, asked.model, None, first_day=min(counted), last_day=max(counted), columns=(), grain="day",
            outcome=False,
        )  # fmt: skip
        known |= set(whole.segments)
    return known
