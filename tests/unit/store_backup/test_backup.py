"""Backup and restore, on SQLite and PostgreSQL."""

import os
import threading
from contextlib import contextmanager
from dataclasses import replace

import polars as pl
import pytest
import sqlalchemy as sa

import barograph as bg
from barograph.server.worker.cursor import advance, cursor_of
from barograph.store import catalog
from barograph.store.backup import backup, restore
from barograph.store.database import open_database
from barograph.store.errors import Conflict, Damaged, InUse, LaterVersion, NotFound
from barograph.store.lock import locked
from barograph.store.log import Entry, open_log
from barograph.store.migrate import LOG, STATE, known_revisions, migrate, pending_revisions

ROWS = pl.DataFrame({"x": [1.0, 2.0, 3.0, 4.0]})
SCHEMA = bg.Schema.infer(ROWS)
NOW = 1_700_000_000_000_000


def entry(number):
    return Entry(
        batch_id=f"{number}", model_id=1, kind="predictions", body=os.urandom(300), rows=1, received_at=number
    )  # fmt: skip


class Kept:
    """A server's data: a directory, a database, a log."""

    def __init__(self, data, url):
        self.data, self.url = data, url or f"sqlite:///{data / 'barograph.db'}"
        self.database = open_database(self.url)

    def log(self):
        return open_log(f"sqlite:///{self.data / 'log.db'}" if self.database.is_sqlite else self.url)

    def fill(self):
        self.data.mkdir()
        migrate(self.database)
        with self.database.writing() as conn:
            catalog.create_project(conn, 'ba"nk, \\N λ', now=1)
            made = catalog.create_model(conn, 'ba"nk, \\N λ', "credit", SCHEMA, now=2, owner="")
            catalog.change_model(conn, made.id, owner='a\n"b",\\.\n')
            catalog.create_model(conn, made.project, "empty", SCHEMA, now=2, owner="")
            catalog.add_reference(conn, made.id, "train", bg.profile(ROWS, SCHEMA), now=3)
        with self.opened_log() as log:
            log.append([entry(number) for number in range(5)])
            log.trim(1, through=5)
            log.append([entry(number) for number in range(5, 8)])
        (self.data / "lake" / "1" / "predictions" / "_delta_log").mkdir(parents=True)
        (self.data / "lake" / "1" / "predictions" / "_delta_log" / "0.json").write_text("{}")
        (self.data / "redaction.key").write_bytes(b"secret")

    @contextmanager
    def opened_log(self):
        log = self.log()
        yield log
        log.close()

    def content(self):
        """All rows of all tables but the counters of SQLite, and all files but the databases."""
        found = {}
        urls = {self.url, f"sqlite:///{self.data / 'log.db'}"} if self.database.is_sqlite else {self.url}
        for url in urls:
            database = open_database(url)
            with database.reading() as conn:
                held = sa.MetaData()
                held.reflect(conn)
                for table in held.tables.values():
                    found[table.name] = sorted(map(repr, conn.execute(sa.select(table))))
            database.close()
        files = [p for p in self.data.rglob("*") if p.is_file() and p.suffix not in (".lock", ".zst")]
        names = [p for p in files if "db" not in p.suffix]
        return found, {p.relative_to(self.data).as_posix(): p.read_bytes() for p in names}


@pytest.fixture(params=["sqlite", "postgresql"])
def new(request, tmp_path):
    """A function that gives an empty server's place."""
    made = []

    def make(name):
        postgres = request.param == "postgresql"
        url = request.getfixturevalue("new_postgres_url")(empty=True) if postgres else None
        made.append(Kept(tmp_path / name, url))
        return made[-1]

    yield make
    for kept in made:
        kept.database.close()


@pytest.fixture
def filled(new):
    kept = new("first")
    kept.fill()
    return kept


def taken(kept, name="b.tar.zst"):
    path = kept.data.parent / name
    backup(kept.data, kept.database, path, now=NOW)
    return path


def test_all_that_was_kept_comes_back(filled, new):
    other = new("second")
    manifest = restore(taken(filled), other.data, other.database)
    assert other.content() == filled.content()
    latest = {branch.folder: known_revisions(branch)[-1] for branch in (STATE, LOG)}
    assert (manifest.created_at, manifest.revisions) == (NOW, latest)


def test_what_was_restored_goes_on(filled, new):
    other = new("second")
    restore(taken(filled), other.data, other.database)
    assert pending_revisions(other.database) == []
    with other.opened_log() as log:
        again, later = log.append([entry(2), entry(99)])
    assert (again.seq, again.duplicate, later.seq) == (3, True, 9)
    with other.database.writing() as conn:
        assert catalog.create_project(conn, "shop", now=1).id == 2


def test_numbers_of_rows_that_left_are_not_given_again(filled, new):
    with filled.opened_log() as log:
        log.trim(1, through=100)
    other = new("second")
    restore(taken(filled), other.data, other.database)
    with other.opened_log() as log:
        assert log.append([entry(99)])[0].seq == 9


def test_nothing_is_left_in_the_data_directory(filled):
    before = sorted(p.name for p in filled.data.iterdir())
    taken(filled)
    assert [p.name for p in filled.data.iterdir() if p.name not in before] == ["backup.lock"]


def test_a_backup_is_taken_while_a_server_runs(filled):
    with locked(filled.data):
        assert taken(filled).stat().st_mode & 0o777 == 0o600


def test_what_is_restored_is_readable_by_its_owner_alone(filled, new):
    other = new("second")
    other.data.mkdir(mode=0o755)
    restore(taken(filled), other.data, other.database)
    assert (other.data / "redaction.key").stat().st_mode & 0o777 == 0o600


def test_an_existing_file_is_not_overwritten(filled):
    taken(filled)
    with pytest.raises(Conflict, match="is there already; give the backup another name"):
        taken(filled)


def test_a_directory_without_a_server(new, tmp_path):
    with pytest.raises(NotFound, match="no data directory"):
        taken(new("none"))
    kept = new("empty")
    kept.data.mkdir()
    with pytest.raises(NotFound, match=r"holds no state of a server|no database .* of a server"):
        taken(kept)
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["backup.lock"]


def test_restoring_needs_an_empty_place(filled):
    path = taken(filled)
    with pytest.raises(Conflict, match="is not empty"):
        restore(path, filled.data, filled.database)
    with pytest.raises(Conflict, match=r"there already|has tables already"):
        restore(path, filled.data.parent / "new", filled.database)


def test_restoring_needs_a_place_no_server_uses(filled, new):
    path, other = taken(filled), new("second")
    other.data.mkdir()
    with locked(other.data), pytest.raises(InUse, match="used by another server"):
        restore(path, other.data, other.database)


def test_a_database_of_another_kind_is_refused(filled, tmp_path, request):
    url = f"sqlite:///{tmp_path / 'x.db'}"
    if filled.database.is_sqlite:
        url = request.getfixturevalue("new_postgres_url")(empty=True)
    other = open_database(url)
    with pytest.raises(Conflict, match="the backup is of a server on"):
        restore(taken(filled), tmp_path / "second", other)
    other.close()


@pytest.mark.parametrize("where", [0.2, 0.6, 0.95])
def test_a_damaged_backup_changes_nothing(filled, new, where):
    path, other = taken(filled), new("second")
    body = bytearray(path.read_bytes())
    body[int(len(body) * where)] ^= 0xFF
    path.write_bytes(body)
    with pytest.raises(Damaged, match=r"damaged|cannot be read|no file of a backup"):
        restore(path, other.data, other.database)
    assert [p.name for p in other.data.iterdir()] == ["barograph.lock"]


def test_a_backup_cut_short_is_refused(filled, new):
    path, other = taken(filled), new("second")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(Damaged, match=r"cut short|damaged"):
        restore(path, other.data, other.database)


def test_a_backup_of_a_later_version_is_refused(filled, new, monkeypatch):
    monkeypatch.setattr("barograph.store.backup.take.revision_of", lambda *_: "0999")
    path, other = taken(filled), new("second")
    with pytest.raises(LaterVersion, match="the backup is at revision 0999"):
        restore(path, other.data, other.database)


def test_a_backup_shows_one_moment_while_the_worker_works(filled, new):
    stop = threading.Event()
    folder = filled.data / "lake" / "1"

    def work():
        """As a worker does: apply, then move to the lake, then trim the log."""
        number = 1_000
        with filled.opened_log() as log:
            while not stop.is_set():
                (logged,) = log.append([entry(number)])
                with filled.database.writing() as conn:
                    before = cursor_of(conn, 1)
                    advance(conn, before, replace(before, applied_seq=logged.seq))
                (folder / f"{logged.seq}.parquet").touch()
                log.trim(1, through=logged.seq)
                number += 1

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        paths = [taken(filled, f"{i}.tar.zst") for i in range(4)]
    finally:
        stop.set()
        worker.join(60)
    for i, path in enumerate(paths):
        other = new(f"restored-{i}")
        restore(path, other.data, other.database)
        with other.database.reading() as conn:
            applied = cursor_of(conn, 1).applied_seq
        with other.opened_log() as log:
            logged = {e.seq for e in log.read(1, after=0, rows=10_000)}
        moved = {int(p.stem) for p in (other.data / "lake" / "1").glob("*.parquet")}
        assert max(moved, default=0) <= applied
        assert set(range(9, applied + 1)) <= logged | moved
