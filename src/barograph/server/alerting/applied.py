"""Until when all that was received is in the stored profiles: windows wait for their rows."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from barograph.server.alerting.windows import Window
from barograph.server.worker.cursor import cursor_of
from barograph.server.worker.store import Store
from barograph.store.profiles.part import TABLE
from barograph.store.profiles.stored import parts_between
from barograph.store.tables.log import log
from barograph.store.tables.profiles import profiles


def applied_until(store: Store, model_id: int, *, now: int) -> int:
    """The time before which everything received is counted, µs UTC; `now` where nothing waits.

    Notes
    -----
    Cost: two look-ups by key.
    """
    with store.database.reading() as conn:
        cursor = cursor_of(conn, model_id)
    with store.log.database.reading() as conn:
        waiting = conn.execute(
            sa.select(log.c.received_at)
            .where(log.c.model_id == model_id, log.c.seq > cursor.applied_seq)
            .order_by(log.c.seq)
            .limit(1)
        ).scalar()
    return now if waiting is None else min(now, waiting)


def whose_rows_are_counted(store: Store, model_id: int, windows: Sequence[Window]) -> list[Window]:
    """Those of some windows of which it can be told how many rows came.

    That is where rows of the window or of a later time are counted. After the last row there is silence, which
    `operations.freshness` is for: a file of the past that was imported ends somewhere, and a service may have stopped.

    Notes
    -----
    Cost: a look-up, and one stored value for each version.
    """
    with store.database.reading() as conn:
        latest = _latest_window(conn, model_id)
    return [w for w in windows if latest is not None and w.start <= latest]


def _latest_window(conn: sa.Connection, model_id: int) -> int | None:
    """Start of the latest window with a row, µs UTC."""
    asked = sa.select(sa.func.max(profiles.c.day)).where(
        profiles.c.model_id == model_id, profiles.c.part == TABLE, profiles.c.grain == "window"
    )
    day = conn.execute(asked).scalar()
    if day is None:
        return None
    parts = parts_between(
        conn, model_id, grain="window", names=(TABLE,), span=(day, day), version_id=None
    ).get(TABLE, ())
    return max(
        (cell.window for part in parts for cell in part.cells if cell.window is not None), default=None
    )
