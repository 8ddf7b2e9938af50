"""Until when all that was received is in the stored profiles: windows wait for their rows."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.server.worker.cursor import cursor_of
from barograph.server.worker.store import Store
from barograph.store.tables.log import log


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
