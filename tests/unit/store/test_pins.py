"""Pins, on SQLite and PostgreSQL."""

import polars as pl
import pytest

import barograph as bg
from barograph.store import catalog
from barograph.store.errors import NotFound
from barograph.store.pins import empty_pins, pin, pinned, pins_of, unpin

ROWS = pl.DataFrame({"x": [1.0, 2.0, 3.0, 4.0]})
SCHEMA = bg.Schema.infer(ROWS)


@pytest.fixture
def first():
    return bg.profile(ROWS, SCHEMA)


@pytest.fixture
def conn(database):
    with database.writing() as conn:
        catalog.create_project(conn, "bank", now=1)
        catalog.create_model(conn, "bank", "credit", SCHEMA, now=1)
        yield conn


def test_a_cited_profile_comes_back_as_it_was(conn, first):
    key = pin(conn, 1, first, cited_by=["alert/1"], configuration={"revision": 3}, now=1)
    assert pinned(conn, 1, key) == first
    assert pins_of(conn, 1, "alert/1") == {key: {"revision": 3}}


def test_a_profile_stays_while_something_cites_it(conn, first):
    for alert in ("alert/1", "alert/2", "alert/2"):
        key = pin(conn, 1, first, cited_by=[alert], now=1)
    unpin(conn, 1, "alert/1")
    assert pinned(conn, 1, key) == first
    unpin(conn, 1, "alert/2")
    with pytest.raises(NotFound, match="nothing cites it any more"):
        pinned(conn, 1, key)


@pytest.mark.parametrize(("days", "emptied"), [((1, 9), 0), ((9, 10), 1), ((12, 99), 1), ((13, 99), 0)])
def test_deletion_of_rows_overrides_a_pin(conn, first, days, emptied):
    key = pin(conn, 1, first, cited_by=["alert/1"], days=(10, 12), now=1)
    assert empty_pins(conn, 1, days, now=2) == emptied
    if emptied:
        with pytest.raises(NotFound, match="cannot be replayed: rows in it were deleted"):
            pinned(conn, 1, key)


def test_a_profile_that_was_given_is_not_emptied(conn, first):
    key = pin(conn, 1, first, cited_by=["alert/1"], now=1)
    assert empty_pins(conn, 1, (0, 99_999), now=2) == 0
    assert pinned(conn, 1, key) == first
