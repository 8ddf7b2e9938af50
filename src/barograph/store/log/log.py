"""What a log can do, whatever it is kept in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from barograph.store.database import open_database
from barograph.store.log.entry import Entry, Logged, Stored, Waiting
from barograph.store.log.sql import SqlLog
from barograph.store.migrate import LOG, migrate


class Log(Protocol):
    """Batches in the order they were acknowledged."""

    def append(self, entries: Sequence[Entry]) -> list[Logged]:
        """Write entries in one transaction, on the disk when it returns; raises StoreUnavailable, and then none is."""
        ...

    def read(self, model_id: int, *, after: int, rows: int) -> list[Stored]:
        """Whole entries of a model with ``seq > after``, in order, until `rows` rows are reached: at least one."""
        ...

    def waiting(self) -> list[Waiting]:
        """What is held of each model that has entries."""
        ...

    def trim(self, model_id: int, *, through: int) -> None:
        """Remove entries of a model with ``seq ≤ through``; their batch ids stay known."""
        ...

    def rewrite(self, bodies: Mapping[int, tuple[bytes, int]]) -> None:
        """Give entries other bodies and numbers of rows, and leave nothing in the files of what was ever removed."""
        ...


def open_log(url: str) -> SqlLog:
    """Open the log, making its tables, or changing those of an earlier version.

    Parameters
    ----------
    url : of an SQLite file of its own, or of the PostgreSQL database it shares with the state.

    Raises
    ------
    StoreUnavailable
        Where it cannot be reached or written.
    LaterVersion
        Where a later version has written it.
    """
    database = open_database(url)
    migrate(database, LOG)
    return SqlLog(database=database)
