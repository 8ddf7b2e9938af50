"""Take a backup while the server runs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa

from barograph import __version__
from barograph.store.backup import sqlite
from barograph.store.backup.archive import Progress, Writer, written
from barograph.store.backup.linked import link_files
from barograph.store.backup.manifest import Manifest
from barograph.store.database import Database, open_database
from barograph.store.errors import NotFound
from barograph.store.lock import held
from barograph.store.migrate import LOG, STATE, Branch, revision_of

_WORK = ".backup-"


def _silent(_done: int, _total: int | None) -> None:
    """Report nothing."""


def backup(data: Path, database: Database, to: Path, *, now: int, progress: Progress = _silent) -> Manifest:
    """Write all that a server keeps into one file; the server may run.

    It shows one moment: workers wait while it is fixed, well below a second, and requests go on. Beside the file it
    needs room for a copy of the databases in the data directory for a while.

    Parameters
    ----------
    data : the data directory.
    database : the state; with SQLite the log is ``log.db`` in `data`.
    to : the file to write, by convention ``….tar.zst``.
    now : microseconds UTC.
    progress : called with the bytes read so far.

    Raises
    ------
    NotFound
        Where the directory or the database holds no server's data.
    Conflict, InUse
        Where the file is there already, or another backup runs.
    StoreUnavailable
        Where something cannot be read or written; no file is left then.
    """
    if not data.is_dir():
        raise NotFound(f"no data directory {str(data)!r}; name the server's with --data.")
    with _work_folder(data) as work, written(to, progress) as writer:
        # Most files now, so that workers wait only for those that come meanwhile.
        linked = link_files(data, work)
        fix = _of_sqlite if database.is_sqlite else _of_postgres
        revisions, counters = fix(data, database, work, linked)
        _add_files(writer, work)
        made = Manifest(
            barograph=__version__,
            created_at=now,
            database=database.engine.dialect.name,
            revisions=revisions,
            counters=counters,
            files=writer.files,
        )
        writer.finish(made)
    return made


@contextmanager
def _work_folder(data: Path) -> Iterator[Path]:
    """A folder in the data directory, where files can be linked; one that was left by a kill is removed."""
    with held(data / "backup.lock", "another backup of this data directory runs, process {}; wait for it."):
        for left in data.glob(f"{_WORK}*"):
            shutil.rmtree(left, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix=_WORK, dir=data))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _of_sqlite(
    data: Path, database: Database, work: Path, linked: Collection[str]
) -> tuple[dict[str, str], dict[str, int]]:
    state, log = sqlite.path_of(database), data / sqlite.LOG_NAME
    for path in (state, log):
        if not path.is_file():
            raise NotFound(f"no database {str(path)!r} of a server; name its data directory with --data.")
    beside = open_database(f"sqlite:///{log}")
    revisions = {STATE.folder: _revision(database, STATE), LOG.folder: _revision(beside, LOG)}
    beside.close()
    with ExitStack() as stack:
        # Nothing is applied meanwhile, so that the lake holds no row that the state does not know.
        with database.writing():
            connections = stack.enter_context(sqlite.snapshots(state, log))
            link_files(data, work, linked)
        for connection, name in zip(connections, (sqlite.STATE_NAME, sqlite.LOG_NAME), strict=True):
            sqlite.copy_snapshot(connection, work / name)
    return revisions, {}


def _of_postgres(
    data: Path, database: Database, work: Path, linked: Collection[str]
) -> tuple[dict[str, str], dict[str, int]]:
    from barograph.store.backup import postgres

    tables = work / postgres.FOLDER
    tables.mkdir()
    revisions = {branch.folder: _revision(database, branch) for branch in (STATE, LOG)}
    with ExitStack() as stack:
        with postgres.held_still(database):
            conn = stack.enter_context(database.reading())
            # The snapshot is taken by the first reading.
            conn.execute(sa.select(1))
            link_files(data, work, linked)
        for table in postgres.table_names(conn):
            postgres.copy_out(conn, table, tables / f"{table}.csv")
        return revisions, postgres.counters(conn)


def _revision(database: Database, branch: Branch) -> str:
    with database.reading() as conn:
        revision = revision_of(conn, branch)
    if revision is None:
        raise NotFound(
            f"the database holds no {branch.folder} of a server; name the server's data directory with --data, and "
            "its database where it has one of its own."
        )
    return revision


def _add_files(writer: Writer, work: Path) -> None:
    for path in sorted(work.rglob("*")):
        if path.is_file():
            writer.add(path.relative_to(work).as_posix(), path)
