"""From when on windows shorter than a day are kept apart."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from barograph.server.reading.span import start_of_day
from barograph.server.worker.cursor import NO_DAY, cursor_of
from barograph.store.catalog import Model
from barograph.windows import parse_every

_DAY_SECONDS: Final = 86_400
#: Before any time.
NEVER: Final = -(1 << 63)


def kept_since(conn: sa.Connection, model: Model, every: str) -> int:
    """The time from which on windows of a length are kept, µs UTC: shorter ones of earlier days are a day by now.

    What stands at the start of such a day is all of it, and no window of an hour.
    """
    if parse_every(every).approximate_seconds >= _DAY_SECONDS:
        return NEVER
    rolled = cursor_of(conn, model.id).rolled_day
    return NEVER if rolled == NO_DAY else start_of_day(rolled + 1, model.schema.timezone)
