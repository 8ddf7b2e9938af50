"""Restore a backup into an empty server."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import sqlalchemy as sa

from barograph.store.backup import sqlite
from barograph.store.backup.archive import Progress, unpacked
from barograph.store.backup.manifest import Manifest
from barograph.store.database import Database
from barograph.store.errors import Conflict
from barograph.store.lock import locked
from barograph.store.migrate import LOG, STATE, check_known_revision
from barograph.store.tables.leases import leases


def _silent(_done: int, _total: int | None) -> None:
    """Report nothing."""


def restore(archive: Path, data: Path, database: Database, *, progress: Progress = _silent) -> Manifest:
    """Put a backup into an empty data directory and, where it is PostgreSQL, an empty database.

    Nothing is put in place before the whole archive was read and is what was written. Tables stay those of the version
    that made the backup; the server changes them when it starts.

    Parameters
    ----------
    archive : a file of `backup`.
    data : the data directory, which is made where it is missing.
    database : of the kind that was backed up.
    progress : called with the bytes unpacked so far.

    Raises
    ------
    NotFound, Damaged, LaterVersion
        Where there is no such backup, it is not what was written, or a later version made it.
    Conflict
        Where the directory or the database is not empty, or the database is of another kind.
    InUse
        Where a server uses the directory.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(data):
        _check_empty(data, database)
        folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=data))
        try:
            manifest = unpacked(archive, folder, progress)
            _check_fits(manifest, database)
            _put_in_place(folder, data, database, manifest)
            with database.writing() as conn:
                # The workers that held them are none of this server's.
                conn.execute(sa.delete(leases))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return manifest


def _check_empty(data: Path, database: Database) -> None:
    for left in data.glob(".restore-*"):
        shutil.rmtree(left, ignore_errors=True)
    held = sorted(path.name for path in data.iterdir() if path.suffix != ".lock")
    if held:
        shown = ", ".join(held[:5])
        raise Conflict(
            f"the data directory {str(data)!r} is not empty ({shown}); name an empty one with --data."
        )
    if database.is_sqlite:
        path = sqlite.path_of(database)
        if path.exists():
            raise Conflict(f"the database {str(path)!r} is there already; remove it or name another.")
        return
    with database.reading() as conn:
        tables = sa.inspect(conn).get_table_names()
    if tables:
        raise Conflict(f"the database has tables already ({', '.join(tables[:5])}, …); name an empty one.")


def _check_fits(manifest: Manifest, database: Database) -> None:
    kind = database.engine.dialect.name
    if manifest.database != kind:
        raise Conflict(
            f"the backup is of a server on {manifest.database}, and {kind} was named to restore it into; name a "
            f"database of {manifest.database}."
        )
    for branch in (STATE, LOG):
        check_known_revision(branch, manifest.revisions[branch.folder], "the backup")


def _put_in_place(folder: Path, data: Path, database: Database, manifest: Manifest) -> None:
    """Files first, what refers to them last."""
    last = folder / sqlite.STATE_NAME
    for path in sorted(folder.iterdir()):
        if path not in (last, folder / "tables"):
            path.rename(data / path.name)
    _sync(data)
    if not database.is_sqlite:
        from barograph.store.backup import postgres

        tables = folder / postgres.FOLDER
        postgres.restore_tables(database, tables, revisions=manifest.revisions, last=manifest.counters)
        return
    path = sqlite.path_of(database)
    # The database may be on another disk than the data directory.
    shutil.move(last, path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
