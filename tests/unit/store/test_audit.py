"""The audit log, on SQLite and PostgreSQL."""

import pytest
import sqlalchemy as sa

from barograph.store.audit import append_audit, last, read_audit, verify
from barograph.store.errors import Damaged
from barograph.store.tables.audit import audit


@pytest.fixture
def conn(database):
    with database.writing() as conn:
        for i in range(5):
            append_audit(
                conn, at=i, actor="k1", action="model.create", subject=f"bank/m{i}", details={"i": i}
            )
        yield conn


def test_entries_are_read_newest_first(conn):
    read = read_audit(conn, before=5, entries=2)
    assert [(e.number, e.subject, e.details) for e in read] == [
        (4, "bank/m3", {"i": 3}),
        (3, "bank/m2", {"i": 2}),
    ]


def test_an_untouched_chain_holds(conn):
    assert verify(conn, kept=last(conn)) == 5


@pytest.mark.parametrize("change", [{"actor": "k2"}, {"at": 9}, {"details": "{}"}, {"outcome": "denied"}])
def test_a_change_is_found(conn, change):
    conn.execute(sa.update(audit).where(audit.c.number == 3).values(**change))
    with pytest.raises(Damaged, match="entry 3 does not follow"):
        verify(conn)


def test_an_entry_left_out_is_found(conn):
    conn.execute(sa.delete(audit).where(audit.c.number == 2))
    with pytest.raises(Damaged, match="entry 2 does not follow"):
        verify(conn)


def test_an_end_cut_off_is_found_by_what_was_kept(conn):
    kept = last(conn)
    conn.execute(sa.delete(audit).where(audit.c.number == 5))
    assert verify(conn) == 4
    with pytest.raises(Damaged, match="entry 5"):
        verify(conn, kept=kept)


def test_a_chain_written_anew_is_found_by_what_was_kept(conn):
    kept = last(conn)
    conn.execute(sa.delete(audit))
    for i in range(5):
        append_audit(conn, at=i, actor="k2", action="model.create")
    with pytest.raises(Damaged, match="entry 5"):
        verify(conn, kept=kept)


def test_an_entry_is_one_line(conn):
    append_audit(conn, at=9, actor="k1", action="login", subject="a\r\nfake entry")
    assert read_audit(conn, entries=1)[0].subject == r"a\r\nfake entry"
