"""Transactions, on SQLite and PostgreSQL."""

import pytest
import sqlalchemy as sa

from barograph.store import catalog
from barograph.store import database as store_database
from barograph.store.database import open_database
from barograph.store.errors import NotFound
from barograph.store.tables.catalog import projects, versions
from barograph.store.upsert import insert_missing, upsert


def test_what_an_error_leaves_is_taken_back(database):
    def fail():
        with database.writing() as conn:
            catalog.create_project(conn, "bank", now=1)
            raise KeyError("x")

    with pytest.raises(KeyError):
        fail()
    with database.reading() as conn:
        assert catalog.projects(conn) == []


def test_a_reader_sees_one_moment(database):
    with database.reading() as reading:
        assert catalog.projects(reading) == []
        with database.writing() as writing:
            catalog.create_project(writing, "bank", now=1)
        assert catalog.projects(reading) == []
    with database.reading() as reading:
        assert [p.name for p in catalog.projects(reading)] == ["bank"]


def test_what_hangs_on_nothing_is_refused(database):
    with pytest.raises(sa.exc.IntegrityError), database.writing() as conn:
        conn.execute(sa.insert(versions).values(model_id=99, name="v", created_at=1))


def test_upsert_changes_what_is_there_and_adds_the_rest(database):
    with database.writing() as conn:
        upsert(conn, projects, [{"name": "a", "created_at": 1}, {"name": "b", "created_at": 1}], ["name"])
        upsert(conn, projects, [{"name": "b", "created_at": 2}, {"name": "c", "created_at": 2}], ["name"])
        assert [(p.name, p.created_at) for p in catalog.projects(conn)] == [("a", 1), ("b", 2), ("c", 2)]


def test_insert_missing_leaves_what_is_there(database):
    with database.writing() as conn:
        assert insert_missing(conn, projects, {"name": "a", "created_at": 1}, ["name"])
        assert not insert_missing(conn, projects, {"name": "a", "created_at": 2}, ["name"])
        assert catalog.project(conn, "a").created_at == 1


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "barograph.db"])
def test_urls_of_nothing_that_keeps(url):
    with pytest.raises(NotFound, match="expected sqlite:////path/"):
        open_database(url)


def test_the_write_ahead_log_is_small_again_once_a_long_look_is_over(tmp_path, monkeypatch):
    monkeypatch.setattr(store_database, "_AHEAD_BYTES", 100_000)
    opened, ahead = open_database(f"sqlite:///{tmp_path}/a.db"), tmp_path / "a.db-wal"

    def write(size: int) -> None:
        with opened.writing() as conn:
            conn.exec_driver_sql("INSERT INTO held VALUES (zeroblob(?))", (size,))

    with opened.writing() as conn:
        conn.exec_driver_sql("CREATE TABLE held (body BLOB)")
    with opened.reading() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM held").scalar() == 0
        for _ in range(3):
            write(2_000_000)
        assert ahead.stat().st_size > 6_000_000
    # The first copies what was written, the second begins the file anew.
    write(10)
    write(10)
    assert ahead.stat().st_size <= 100_000
    opened.close()
