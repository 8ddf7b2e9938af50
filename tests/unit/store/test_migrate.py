"""Migrations, on SQLite and PostgreSQL."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from barograph.store.database import open_database
from barograph.store.errors import LaterVersion
from barograph.store.migrate import LOG, STATE, _config, known_revisions, migrate, pending_revisions
from barograph.store.tables import log_metadata, metadata

BRANCHES = [pytest.param(STATE, metadata, id="state"), pytest.param(LOG, log_metadata, id="log")]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """A database without tables."""
    sqlite = request.param == "sqlite"
    database = open_database(
        f"sqlite:///{tmp_path / 'new.db'}"
        if sqlite
        else request.getfixturevalue("new_postgres_url")(empty=True)
    )
    yield database
    database.close()


@pytest.mark.parametrize(("branch", "tables"), BRANCHES)
def test_revisions_make_the_tables_of_the_code(empty, branch, tables):
    migrate(empty, branch)
    with empty.reading() as conn:
        context = MigrationContext.configure(conn, opts={"version_table": branch.version_table})
        assert compare_metadata(context, tables) == []


@pytest.mark.parametrize(("branch", "tables"), BRANCHES)
def test_sqlite_tables_are_made_alike_to_the_letter(tmp_path, branch, tables):
    def made(name, make):
        database = open_database(f"sqlite:///{tmp_path / name}")
        make(database)
        with database.reading() as conn:
            asked = sa.text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%'")
            found = {name: " ".join((sql or "").split()) for name, sql in conn.execute(asked)}
        database.close()
        return {name: sql for name, sql in found.items() if "alembic" not in name}

    by_revisions = made("a.db", lambda database: migrate(database, branch))
    assert by_revisions == made("b.db", lambda database: tables.create_all(database.engine))


def test_state_and_log_share_a_database(empty):
    migrate(empty, STATE)
    migrate(empty, LOG)
    assert (pending_revisions(empty, STATE), pending_revisions(empty, LOG)) == ([], [])


def test_migrating_again_changes_nothing(empty):
    migrate(empty)
    migrate(empty)
    assert pending_revisions(empty) == []


def test_of_many_at_a_time_one_migrates(empty):
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: migrate(empty), range(4)))
    assert pending_revisions(empty) == []


def test_a_later_version_is_refused(empty):
    migrate(empty)
    with empty.writing() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LaterVersion, match=r"is at revision 9999 .* written by a later version"):
        migrate(empty)


@pytest.mark.parametrize("branch", [STATE, LOG])
def test_revisions_are_known_by_the_names_of_their_files(branch):
    script = ScriptDirectory.from_config(_config(branch))
    assert known_revisions(branch) == [one.revision for one in script.walk_revisions()][::-1]


def test_going_back_is_refused_and_changes_nothing(empty):
    migrate(empty)
    config = _config(STATE)
    with empty.writing() as conn:
        config.attributes["connection"] = conn
        with pytest.raises(LaterVersion, match=r"cannot be undone\. Restore the backup"):
            command.downgrade(config, "base")
    assert pending_revisions(empty) == []


def test_a_migration_that_fails_changes_nothing(empty):
    with empty.writing() as conn:
        conn.exec_driver_sql("CREATE TABLE versions (x BIGINT)")
    with pytest.raises(sa.exc.DBAPIError, match="already exists"):
        migrate(empty)
    with empty.reading() as conn:
        assert sa.inspect(conn).get_table_names() == ["versions"]


def test_a_file_of_an_earlier_version_is_copied_first(tmp_path, monkeypatch):
    path = tmp_path / "barograph.db"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    with database.writing() as conn:
        conn.exec_driver_sql("INSERT INTO projects (name, created_at) VALUES ('bank', 1)")
    monkeypatch.setattr("barograph.store.migrate.pending_revisions", lambda *_: ["0002"])
    migrate(database)
    database.close()
    with sqlite3.connect(tmp_path / "barograph.db.before-0002") as copy:
        assert copy.execute("SELECT name FROM projects").fetchall() == [("bank",)]
    copy.close()
