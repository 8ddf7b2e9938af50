"""Until when all that was received is in the stored profiles: windows wait for their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from barograph.server.alerting.windows import Window
from barograph.server.worker.cursor import cursor_of
from barograph.store.log.sql import SqlLog
from barograph.store.profiles.row_counts import last_day, row_counts
from barograph.store.tables.log import log as table

#: A model whose rows wait to be counted is looked at again so soon.
AGAIN_US: Final = 1_000_000
#: Rows of a window that are not there are looked for at least so often.
_LONGEST_WAIT_US: Final = 3_600_000_000
#: Made once, for it is asked for every model that is judged.
_WAITING: Final = (
    sa.select(table.c.received_at)
    .where(table.c.model_id == sa.bindparam("of_model"), table.c.seq > sa.bindparam("applied"))
    .order_by(table.c.seq)
    .limit(1)
)


def applied_until(conn: sa.Connection, log: SqlLog, model_id: int, *, now: int) -> int:
    """The time before which everything received is counted, µs UTC; `now` where nothing waits.

    Notes
    -----
    Cost: two look-ups by key.
    """
    cursor = cursor_of(conn, model_id)
    with log.database.reading() as conn_of_log:
        asked = {"of_model": model_id, "applied": cursor.applied_seq}
        waiting = conn_of_log.execute(_WAITING, asked).scalar()
    return now if waiting is None else min(now, waiting)


def whose_rows_are_counted(conn: sa.Connection, model_id: int, windows: Sequence[Window]) -> list[Window]:
    """Those of some windows of which it can be told how many rows came.

    That is where rows of the window or of a later time are counted. After the last row there is silence, which
    `operations.freshness` is for: a file of the past that was imported ends somewhere, and a service may have stopped.

    Notes
    -----
    Cost: a look-up, and one stored value for each version.
    """
    latest = _latest_window(conn, model_id)
    return [w for w in windows if latest is not None and w.start <= latest]


def looked_for_again(over: int, now: int) -> int:
    """When a window that is over is looked for again: after as long as it has waited already, an hour at most.

    Examples
    --------
    >>> looked_for_again(over=0, now=60_000_000)
    120000000
    """
    return now + min(max(now - over, AGAIN_US), _LONGEST_WAIT_US)


def _latest_window(conn: sa.Connection, model_id: int) -> int | None:
    """Start of the latest window with a row, µs UTC."""
    day = last_day(conn, model_id)
    if day is None:
        return None
    starts, _ = row_counts(conn, model_id, span=(day, day), version_id=None)
    return int(starts[-1]) if len(starts) else None
