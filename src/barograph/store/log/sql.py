"""The log as a table, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from barograph.store.database import Database
from barograph.store.errors import StoreUnavailable
from barograph.store.log.entry import Entry, Logged, Stored, Waiting
from barograph.store.scrub import scrub
from barograph.store.tables.log import batches, log
from barograph.store.unavailable import is_io_error

#: Any number that nothing else locks: `barogr` in ASCII.
_APPEND_LOCK = 0x6261726F6772
_Key = tuple[int, str, str]
_BATCH_KEY = sa.tuple_(batches.c.model_id, batches.c.kind, batches.c.batch_id)
_STORED = [log.c[name] for name in Stored.__dataclass_fields__]
_INSERT = sa.insert(log).returning(log.c.seq)
_REMEMBER = sa.insert(batches)
_LATEST = sa.select(sa.func.max(batches.c.received_at))
_KNOWN = sa.select(*(batches.c[name] for name in ("model_id", "kind", "batch_id", "seq", "digest"))).where(
    _BATCH_KEY.in_(sa.bindparam("keys", expanding=True))
)
#: Keys asked for at a time: three variables each, of the 32,766 SQLite has.
_KEYS_AT_ONCE = 1_000
#: Entries removed in one transaction: appending waits for it, and SQLite visits every page of a body it frees.
_TRIMMED_AT_ONCE = 50


class SqlLog:
    """A log in a database; see `Log` for what its methods do."""

    def __init__(self, *, database: Database) -> None:
        self.database = database
        self._broken = ""

    def append(self, entries: Sequence[Entry]) -> list[Logged]:
        """Write entries in one transaction, on the disk when it returns.

        Raises
        ------
        StoreUnavailable
            None of them is logged then. After a failed write or sync nothing more is, until a restart: what the
            disk holds is not known, and trying again would not tell.
        """
        if self._broken:
            raise StoreUnavailable(self._broken)
        try:
            with self.database.writing() as conn:
                return self._append(conn, entries)
        except StoreUnavailable as error:
            if is_io_error(error.__cause__):
                self._broken = (
                    f"the log could not be written to the disk ({error.__cause__}); nothing is accepted until the "
                    "server is started again. Check the disk first."
                )
            raise

    def _append(self, conn: sa.Connection, entries: Sequence[Entry]) -> list[Logged]:
        if not self.database.is_sqlite:
            # Numbers are given before a transaction ends: without the lock a reader could see a later one first,
            # move its cursor past it, and never see the earlier.
            conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_APPEND_LOCK)))
        known = _known(conn, [_key(entry) for entry in entries])
        # Arrival never goes back along the log, whatever the clock does: what had arrived by then is a stretch of it.
        latest = conn.scalar(_LATEST) or 0
        logged: list[Logged] = []
        new: list[dict[str, Any]] = []
        for entry in entries:
            held = known.get(_key(entry))
            if held is None:
                latest = max(latest, entry.received_at)
                row = _entry_row(entry, latest)
                seq = conn.execute(_INSERT, row | {"body": entry.body}).scalar_one()
                known[_key(entry)] = (seq, entry.digest)
                new.append(row | {"seq": seq, "digest": entry.digest})
                logged.append(Logged(seq=seq, duplicate=False))
            else:
                logged.append(Logged(seq=held[0], duplicate=True, differs=held[1] != entry.digest))
        if new:
            conn.execute(_REMEMBER, new)
        return logged

    def read(self, model_id: int, *, after: int, rows: int) -> list[Stored]:
        """Whole entries of a model with ``seq > after``, in order, until `rows` rows are reached: at least one."""
        with self.database.reading() as conn:
            last = _reached(conn, model_id, after, rows)
            if last is None:
                return []
            asked = (
                sa.select(*_STORED)
                .where(log.c.model_id == model_id, log.c.seq > after, log.c.seq <= last)
                .order_by(log.c.seq)
            )
            return [Stored(**row._mapping) for row in conn.execute(asked)]

    def waiting(self) -> list[Waiting]:
        """What is held of each model that has entries."""
        asked = sa.select(
            log.c.model_id,
            sa.func.min(log.c.seq).label("first_seq"),
            sa.func.max(log.c.seq).label("last_seq"),
            sa.cast(sa.func.sum(log.c.rows), sa.BigInteger).label("rows"),
            sa.func.min(log.c.received_at).label("oldest_received_at"),
        ).group_by(log.c.model_id)
        with self.database.reading() as conn:
            return [Waiting(**row._mapping) for row in conn.execute(asked.order_by(log.c.model_id))]

    def beyond(self, applied: Mapping[int, int]) -> list[Waiting]:
        """What is held of each model after the number it was applied through; models without such entries are left out.

        Parameters
        ----------
        applied : sequence numbers by model; 0 where a model is not in it.
        """
        late = [held for held in self.waiting() if held.last_seq > applied.get(held.model_id, 0)]
        with self.database.reading() as conn:
            found = [self._after(conn, held, applied.get(held.model_id, 0)) for held in late]
        return [each for each in found if each.rows]

    def _after(self, conn: sa.Connection, held: Waiting, seq: int) -> Waiting:
        """The part of what is held of a model that comes after an entry."""
        asked = sa.select(
            sa.func.min(log.c.seq), sa.func.sum(log.c.rows), sa.func.min(log.c.received_at)
        ).where(log.c.model_id == held.model_id, log.c.seq > seq)
        first, rows, oldest = conn.execute(asked).one()
        if first is None:
            # The worker has moved it meanwhile.
            return replace(held, rows=0)
        return replace(held, first_seq=first, rows=int(rows), oldest_received_at=oldest)

    def trim(self, model_id: int, *, through: int) -> None:
        """Remove entries of a model with ``seq ≤ through``; their batch ids stay known."""
        some = (
            sa.select(log.c.seq)
            .where(log.c.model_id == model_id, log.c.seq <= through)
            .order_by(log.c.seq)
            .limit(_TRIMMED_AT_ONCE)
        )
        removed = _TRIMMED_AT_ONCE
        while removed == _TRIMMED_AT_ONCE:
            with self.database.writing() as conn:
                removed = conn.execute(sa.delete(log).where(log.c.seq.in_(some))).rowcount

    def rewrite(self, bodies: Mapping[int, tuple[bytes, int]]) -> None:
        """Give entries other bodies and numbers of rows, and leave nothing in the files of what was ever removed."""
        with self.database.writing() as conn:
            for seq, (body, rows) in bodies.items():
                conn.execute(sa.update(log).where(log.c.seq == seq).values(body=body, rows=rows))
        scrub(self.database, [log])

    def forget(self, model_id: int, *, before: int) -> int:
        """Forget the ids of batches received before a time, microseconds UTC, and no longer held; returns how many."""
        held = sa.select(log.c.seq).where(log.c.model_id == model_id)
        old = (batches.c.model_id == model_id, batches.c.received_at < before, batches.c.seq.not_in(held))
        with self.database.writing() as conn:
            return conn.execute(sa.delete(batches).where(*old)).rowcount

    def close(self) -> None:
        """Close its connections."""
        self.database.close()


def _key(entry: Entry) -> _Key:
    return (entry.model_id, entry.kind, entry.batch_id)


def _known(conn: sa.Connection, keys: Sequence[_Key]) -> dict[_Key, tuple[int, bytes]]:
    """Sequence number and digest of the batches that were logged before."""
    known: dict[_Key, tuple[int, bytes]] = {}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        found = conn.execute(_KNOWN, {"keys": keys[start : start + _KEYS_AT_ONCE]})
        known |= {
            (model_id, kind, batch_id): (seq, bytes(digest))
            for model_id, kind, batch_id, seq, digest in found
        }
    return known


def _entry_row(entry: Entry, received_at: int) -> dict[str, Any]:
    names = ("model_id", "kind", "batch_id", "rows")
    return {name: getattr(entry, name) for name in names} | {"received_at": received_at}


def _reached(conn: sa.Connection, model_id: int, after: int, rows: int) -> int | None:
    """The sequence number at which the rows after another one reach `rows`; the last one where they do not."""
    asked = (
        sa.select(log.c.seq, log.c.rows)
        .where(log.c.model_id == model_id, log.c.seq > after)
        .order_by(log.c.seq)
    )
    last, held = None, 0
    for seq, count in conn.execute(asked):
        last, held = seq, held + count
        if held >= rows:
            break
    return last
