"""Bring stored tables to those of this version."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from barograph.store.database import Database
from barograph.store.errors import LaterVersion

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"
#: Any number that nothing else locks: `migrat` in ASCII.
_LOCK = 0x6D6967726174


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Tables that are migrated together: the folder of their revisions, and the table that tells the revision."""

    folder: str
    version_table: str


STATE = Branch(folder="state", version_table="alembic_version")
LOG = Branch(folder="log", version_table="alembic_version_log")


def migrate(database: Database, branch: Branch = STATE) -> None:
    """Make the tables, or change those of an earlier version, in one transaction.

    A file of SQLite is copied first, to ``NAME.before-REVISION``, where it holds tables of an earlier version. Of
    processes that migrate at the same time one does it and the others wait.

    Raises
    ------
    LaterVersion
        Where a later version of Barograph has written it.
    StoreUnavailable
        Where it cannot be reached or written.
    """
    pending = pending_revisions(database, branch)
    if not pending:
        return
    with database.reading() as conn:
        is_new = revision_of(conn, branch) is None
    if database.is_sqlite and not is_new:
        _copy(Path(str(database.engine.url.database)), pending[-1])
    with database.writing() as conn:
        upgrade_to(conn, branch, "head")


def upgrade_to(conn: sa.Connection, branch: Branch, revision: str) -> None:
    """Run the revisions up to one, within the transaction of `conn`."""
    # Alembic is loaded where something is to be done: at most starts nothing is.
    from alembic import command

    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    config = _config(branch)
    config.attributes["connection"] = conn
    command.upgrade(config, revision)


def pending_revisions(database: Database, branch: Branch = STATE) -> list[str]:
    """Revisions that are still to be run, in order; raises LaterVersion as `migrate` does."""
    with database.reading() as conn:
        held = revision_of(conn, branch)
    known = known_revisions(branch)
    if held is None:
        return known
    check_known_revision(branch, held, "the database")
    return known[known.index(held) + 1 :]


def known_revisions(branch: Branch) -> list[str]:
    """The revisions this version knows, oldest first, by the names of their files: ``v0001_first.py``."""
    files = sorted((_FOLDER / branch.folder).glob("v*_*.py"))
    return [file.name[1:].partition("_")[0] for file in files]


def check_known_revision(branch: Branch, revision: str, what: str) -> None:
    """Raise LaterVersion where `what` is at a revision this version does not know."""
    known = known_revisions(branch)
    if revision not in known:
        raise LaterVersion(
            f"{what} is at revision {revision} of its {branch.folder}, written by a later version of Barograph; "
            f"this one knows revisions up to {known[-1]}. Start that version, or restore a backup made by this one."
        )


def revision_of(conn: sa.Connection, branch: Branch) -> str | None:
    """The revision of the tables; None where there are none."""
    if not sa.inspect(conn).has_table(branch.version_table):
        return None
    held: str | None = conn.execute(
        sa.select(sa.column("version_num")).select_from(sa.table(branch.version_table))
    ).scalar_one_or_none()
    return held


def _config(branch: Branch) -> Config:
    from alembic.config import Config

    config = Config()
    # Alembic reads a percent sign as the start of a name.
    folder = str(_FOLDER).replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("version_locations", f"{folder}/{branch.folder}")
    config.set_main_option("path_separator", "newline")
    config.attributes["version_table"] = branch.version_table
    return config


def _copy(path: Path, revision: str) -> None:
    """A copy of the file as it is, complete before it has its name."""
    to = path.with_name(f"{path.name}.before-{revision}")
    unfinished = to.with_name(to.name + ".part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.replace(to)
