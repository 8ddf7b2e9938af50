"""The ids of one model: files of entries, listed in the state database.

A file is written and synced before the transaction that lists it is committed, and removed some time after the one
that unlists it; so ids are known exactly where that transaction's other changes are. Files are merged so that each
is at least as large as all younger ones together (O'Neil et al. 1996, "The log-structured merge-tree", Acta
Informatica 33): there are few, and an entry is written again a few times only.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import sqlalchemy as sa

from barograph.store.database import Database
from barograph.store.errors import Conflict, Damaged
from barograph.store.ids.entries import Entries, together
from barograph.store.ids.file import Keep, Run, merge_runs, open_run, write_run
from barograph.store.ids.keys import Keys
from barograph.store.ids.search import Found, found_in
from barograph.store.lake.durable import make_folder
from barograph.store.tables.ids import id_runs

RunKind = Literal["predictions", "labels"]
#: Files of together at most so many entries are merged where entries are added: 28 MB. Larger ones are left to
#: `IdRuns.merge`, outside of the transaction.
_MERGED_IN_PASSING: Final = 1 << 20
#: A file that is listed no more, or not yet, stays as long: a reader may be about to open it, or its transaction open.
_GRACE_SECONDS: Final = 3_600
#: Share of entries of a file that must have expired before it is written again without them.
_EXPIRED_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file as the database lists it."""

    id: int
    file: str
    entries: int
    first_seq: int
    last_seq: int
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdRuns:
    """The ids of one model's predictions, or of its labels.

    Attributes
    ----------
    folder : of the ids of all models; this model's files are in ``<folder>/<model_id>``.
    """

    folder: Path
    model_id: int
    kind: RunKind

    def find(self, conn: sa.Connection, keys: Keys) -> Found:
        """Look keys up.

        Returns
        -------
        Found
            One element a hit. A row matches the same row; a key or an entry for every row matches any. Entries older
            than the horizon are found until `expire` ran: compare their days.

        Raises
        ------
        Damaged
            Where a file is lost; `rebuild` makes it again.

        Notes
        -----
        Cost: 50,000 keys in 60 million entries take about 0.1 s; memory: the pages that are touched.
        """
        runs = [self._open(listed) for listed in self.listed(conn)]
        return found_in([run.entries for run in runs], keys)

    def add(self, conn: sa.Connection, entries: Entries, *, seqs: tuple[int, int]) -> None:
        """Add entries, known where the transaction of `conn` is committed.

        Parameters
        ----------
        entries : younger than all that are there.
        seqs : first and last sequence number of the log's entries they are from.

        Raises
        ------
        OSError
            Where the disk is full or broken; the transaction must be taken back.
        """
        if not len(entries):
            return
        young = _young(self.listed(conn), len(entries))
        parts = [self._open(listed).entries for listed in young]
        inside = together([*parts, entries])
        path = self._new_path()
        write_run(path, inside)
        self._unlist(conn, young)
        first = min([seqs[0], *(listed.first_seq for listed in young)])
        self._list(conn, path, _Content.of(inside), seqs=(first, seqs[1]))

    def listed(self, conn: sa.Connection) -> list[Listed]:
        """The files, the oldest entries first."""
        names = list(Listed.__dataclass_fields__)
        rows = conn.execute(
            sa.select(*(id_runs.c[n] for n in names))
            .where(id_runs.c.model_id == self.model_id, id_runs.c.kind == self.kind)
            .order_by(id_runs.c.first_seq, id_runs.c.id)
        )
        return [Listed(**row._mapping) for row in rows]

    def merge(self, database: Database) -> bool:
        """Merge files that are smaller than all younger ones together, and say whether any was.

        Raises
        ------
        Conflict
            Where another changed the files meanwhile; nothing was changed.
        """
        with database.reading() as conn:
            listed = self.listed(conn)
        start = _first_to_merge([one.entries for one in listed])
        if start is None:
            return False
        self._replace(database, listed[start:], None)
        return True

    def expire(self, database: Database, *, before_day: int) -> None:
        """Leave out entries of days before one, where they are a tenth of a file; `find` may give others longer."""
        with database.reading() as conn:
            listed = [one for one in self.listed(conn) if one.first_day < before_day]
        for one in listed:
            days = self._open(one).entries.days
            old = sum(int((days[i : i + (1 << 20)] < before_day).sum()) for i in range(0, len(days), 1 << 20))
            if old >= _EXPIRED_SHARE * one.entries:
                self._replace(database, [one], lambda part: part.days >= before_day)

    def forget(self, database: Database, keys: Keys) -> int:
        """Leave out the entries of keys, and say how many there were; the old files go with `sweep`."""
        gone = 0
        with database.reading() as conn:
            listed = self.listed(conn)
        for one in listed:
            hits = found_in([self._open(one).entries], keys)
            if len(hits):
                gone += len(hits)
                self._replace(database, [one], lambda part: _without(part, keys))
        return gone

    def replace_lost(self, database: Database, lost: Listed, entries: Entries) -> None:
        """List a file of these entries instead of one that is lost."""
        path = self._new_path()
        write_run(path, entries)
        with database.writing() as conn:
            self._unlist(conn, [lost])
            self._list(conn, path, _Content.of(entries), seqs=(lost.first_seq, lost.last_seq))

    def lost(self, conn: sa.Connection) -> list[Listed]:
        """Files that are listed and not whole."""
        lost = []
        for listed in self.listed(conn):
            try:
                self._open(listed)
            except Damaged:
                lost.append(listed)
        return lost

    def sweep(self, database: Database, *, grace_seconds: float = _GRACE_SECONDS) -> int:
        """Remove files that no transaction lists, and return how many there were.

        Parameters
        ----------
        grace_seconds : younger ones stay. 0 needs the model's lease: a transaction may be about to list one.
        """
        folder = self.folder / str(self.model_id)
        present = list(folder.glob(f"{self.kind}-*.ids"))
        with database.reading() as conn:
            kept = {listed.file for listed in self.listed(conn)}
        before = time.time() - grace_seconds
        old = [path for path in present if path.name not in kept and path.stat().st_mtime <= before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _open(self, listed: Listed) -> Run:
        return open_run(self._path(listed), listed.entries)

    def _path(self, listed: Listed) -> Path:
        return self.folder / str(self.model_id) / listed.file

    def _new_path(self) -> Path:
        folder = self.folder / str(self.model_id)
        make_folder(folder)
        return folder / f"{self.kind}-{uuid.uuid4().hex}.ids"

    def _replace(self, database: Database, old: Sequence[Listed], keep: Keep | None) -> None:
        """Write some files as one, outside of the transaction that then lists it."""
        path = self._new_path()
        merged = merge_runs(path, [self._open(one) for one in old], keep)
        content = _Content.of(open_run(path, merged).entries)
        seqs = (min(one.first_seq for one in old), max(one.last_seq for one in old))
        with database.writing() as conn:
            self._unlist(conn, old)
            if merged:
                self._list(conn, path, content, seqs=seqs)

    def _unlist(self, conn: sa.Connection, old: Sequence[Listed]) -> None:
        ids = [one.id for one in old]
        if ids and conn.execute(sa.delete(id_runs).where(id_runs.c.id.in_(ids))).rowcount != len(ids):
            raise Conflict(f"the ids of model {self.model_id} were changed by another meanwhile. Try again.")
        # `sweep` counts from here.
        for one in old:
            self._path(one).touch()

    def _list(self, conn: sa.Connection, path: Path, content: _Content, *, seqs: tuple[int, int]) -> None:
        row = {
            "model_id": self.model_id, "kind": self.kind, "file": path.name, "entries": content.entries,
            "first_seq": seqs[0], "last_seq": seqs[1], "first_day": content.first_day, "last_day": content.last_day,
        }  # fmt: skip
        conn.execute(sa.insert(id_runs), [row])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What the list says of a file's entries."""

    entries: int
    first_day: int
    last_day: int

    @staticmethod
    def of(entries: Entries) -> _Content:
        if not len(entries):
            return _Content(entries=0, first_day=0, last_day=0)
        days = entries.days
        return _Content(entries=len(entries), first_day=int(days.min()), last_day=int(days.max()))


def _young(listed: Sequence[Listed], entries: int) -> list[Listed]:
    """The youngest files, to be merged with so many new entries in passing."""
    start, total = len(listed), entries
    while (
        start
        and listed[start - 1].entries <= total
        and total + listed[start - 1].entries <= _MERGED_IN_PASSING
    ):
        start -= 1
        total += listed[start].entries
    return list(listed[start:])


def _first_to_merge(sizes: Sequence[int]) -> int | None:
    """The oldest file that is smaller than all younger ones together."""
    younger = sum(sizes)
    for i, size in enumerate(sizes):
        younger -= size
        if size < younger:
            return i
    return None


def _without(part: Entries, keys: Keys) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """True for entries of no key, whatever their row."""
    held = np.isin(part.keys.words, keys.words)
    held[held] = np.isin(part.keys.checks[held], keys.checks)
    return ~held
