"""PostgreSQL's part of a backup: the rows of every table, as COPY writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from barograph.store.database import Database
from barograph.store.errors import StoreUnavailable
from barograph.store.migrate import LOG, STATE, upgrade_to
from barograph.store.tables.worker import cursors

FOLDER = "tables"
_PIECE = 1 << 20
_VERSION_TABLES = (STATE.version_table, LOG.version_table)


@contextmanager
def held_still(database: Database) -> Iterator[None]:
    """Keep workers from applying anything until the end of the block."""
    with database.writing() as conn:
        conn.exec_driver_sql(f"LOCK TABLE {_quoted(cursors.name)} IN SHARE MODE")
        yield


def table_names(conn: sa.Connection) -> list[str]:
    """The tables of the database, each after those it refers to."""
    held = sa.MetaData()
    held.reflect(conn)
    return [table.name for table in held.sorted_tables if table.name not in _VERSION_TABLES]


def copy_out(conn: sa.Connection, table: str, to: Path) -> None:
    """Write the rows of a table to a file; the first line names its columns."""
    with to.open("wb") as file, _cursor(conn) as cursor:
        command = f"COPY {_quoted(table)} TO STDOUT (FORMAT csv, HEADER true, FORCE_QUOTE *)"
        with cursor.copy(command) as rows:
            for piece in rows:
                file.write(piece)


def copy_in(conn: sa.Connection, table: str, path: Path) -> None:
    """Read the rows of a table from a file of `copy_out`."""
    with path.open("rb") as file, _cursor(conn) as cursor:
        names = file.readline().decode().strip().split(",")
        columns = ", ".join(_quoted(name.strip('"')) for name in names)
        with cursor.copy(f"COPY {_quoted(table)} ({columns}) FROM STDIN (FORMAT csv)") as rows:
            while piece := file.read(_PIECE):
                rows.write(piece)


def counters(conn: sa.Connection) -> dict[str, int]:
    """By table, the last number that was given; numbers of rows that have left are not given again."""
    found = {}
    for table, sequence in _sequences(conn):
        name = sa.quoted_name(sequence, quote=False)
        counted: sa.Select[int, bool] = sa.select(sa.column("last_value"), sa.column("is_called"))
        last, is_called = conn.execute(counted.select_from(sa.table(name))).one()
        found[table] = last if is_called else 0
    return found


def set_counters(conn: sa.Connection, last: Mapping[str, int]) -> None:
    """Go on counting after the numbers that were given before."""
    for table, sequence in _sequences(conn):
        if last.get(table, 0) > 0:
            conn.execute(sa.select(sa.func.setval(sequence, last[table])))


def restore_tables(
    database: Database, folder: Path, *, revisions: Mapping[str, str], last: Mapping[str, int]
) -> None:
    """Make the tables of a backup's revisions and fill them, in one transaction."""
    with database.writing() as conn:
        for branch in (STATE, LOG):
            upgrade_to(conn, branch, revisions[branch.folder])
        for table in table_names(conn):
            copy_in(conn, table, folder / f"{table}.csv")
        set_counters(conn, last)


@contextmanager
def _cursor(conn: sa.Connection) -> Iterator[Any]:
    """The driver's own cursor, for SQLAlchemy knows no COPY."""
    driver: Any = conn.connection.driver_connection
    try:
        with driver.cursor() as cursor:
            yield cursor
    except psycopg.Error as error:
        raise StoreUnavailable(
            f"PostgreSQL cannot copy the tables ({str(error).strip()}). See its log."
        ) from error


def _sequences(conn: sa.Connection) -> list[tuple[str, str]]:
    """Tables with a column that counts, and what counts it."""
    asked = (
        "SELECT c.relname AS counted, s.oid::regclass::text AS sequence FROM pg_class s "
        "JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') JOIN pg_class c ON c.oid = d.refobjid "
        "WHERE s.relkind = 'S' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1"
    )
    return [(row.counted, row.sequence) for row in conn.exec_driver_sql(asked)]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
