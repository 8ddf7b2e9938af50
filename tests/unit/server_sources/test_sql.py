from collections import Counter

import pytest
import sqlalchemy as sa

from barograph.server.sources.forms import SqlForm
from barograph.server.sources.increment import SourceError
from barograph.server.sources.overlap import unpacked
from barograph.server.sources.places import read_place, written
from barograph.server.sources.sql import SqlReader, _Near

START, HOUR = 1_704_067_200, 3_600


@pytest.fixture(params=["sqlite", "postgresql"])
def warehouse(request, tmp_path):
    """A database with a table of rows: its address and an engine that may write."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/warehouse.db"
    else:
        url = request.getfixturevalue("new_postgres_url")(empty=True)
    engine = sa.create_engine(url)
    with engine.begin() as conn:
        kind = "TIMESTAMP" if request.param == "sqlite" else "TIMESTAMPTZ"
        conn.exec_driver_sql(
            f'CREATE TABLE scored (id INTEGER, at {kind}, x NUMERIC(10, 2), "City Name" TEXT, guess FLOAT, '
            '"real" FLOAT)'
        )
    yield url, engine
    engine.dispose()


def put(warehouse, ids, *, at=START):
    with warehouse[1].begin() as conn:
        for i in ids:
            moment = sa.text("datetime(:t, 'unixepoch')" if "sqlite" in warehouse[0] else "to_timestamp(:t)")
            conn.execute(
                sa.text(f"INSERT INTO scored VALUES (:i, {moment.text}, :x, :c, :g, :r)"),
                {"i": i, "t": at + i, "x": i / 4, "c": "Bern: 'a'", "g": 1.0, "r": 2.0},
            )


QUERY = """SELECT id AS key, at, x, "City Name" AS city, guess, "real" FROM scored WHERE "City Name" LIKE 'B%: %';"""


def test_rows_are_read_from_where_the_cursor_stands(shop, warehouse):
    put(warehouse, range(5))
    shop.source("sql", url=warehouse[0], query=QUERY, cursor="key")
    assert shop.run() == 5
    assert shop.run() == 0
    put(warehouse, range(5, 8))
    assert shop.run() == 3
    assert shop.profile().rows == 8
    assert shop.held().cursor == {"last": {"type": "int", "value": "7"}}


def test_rows_that_appear_late_are_read_within_the_overlap_and_none_twice(shop, warehouse):
    put(warehouse, [1, 2, 5, 5])
    shop.source("sql", url=warehouse[0], query=QUERY, cursor="key", overlap=3)
    assert shop.run() == 4
    put(warehouse, [1, 3, 4, 5, 6])
    assert shop.run() == 4  # 3, 4, the third 5 and 6; the second 1 lies before the overlap
    assert shop.run() == 0
    assert shop.profile().rows == 8


def test_times_are_cursors_too(shop, warehouse):
    put(warehouse, range(5))
    shop.source("sql", url=warehouse[0], query=QUERY, cursor="at", overlap_seconds=2)
    assert shop.run() == 5
    put(warehouse, [0, 3, 7])
    assert shop.run() == 2
    assert shop.profile().rows == 7


def test_a_query_cannot_write(shop, warehouse):
    put(warehouse, range(2))
    query = 'WITH gone AS (DELETE FROM scored RETURNING id) SELECT id AS "key" FROM gone'
    shop.source("sql", url=warehouse[0], query=query, cursor="key")
    with pytest.raises(SourceError, match="the query failed"):
        shop.run()
    with warehouse[1].connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM scored").scalar() == 2


def test_a_cursor_that_is_not_there_is_named(shop, warehouse):
    put(warehouse, range(2))
    shop.source("sql", url=warehouse[0], query=QUERY, cursor="keys")
    with pytest.raises(SourceError, match=r"keys"):
        shop.run()


def reader(tmp_path, **more):
    form = SqlForm(url=f"sqlite:///{tmp_path}/w.db", query="SELECT * FROM t", cursor="id", **more)
    return SqlReader(form=form, environment={})


def test_rows_of_one_cursor_value_are_never_divided(tmp_path, monkeypatch):
    monkeypatch.setattr("barograph.server.sources.sql.BATCH_ROWS", 3)
    engine = sa.create_engine(f"sqlite:///{tmp_path}/w.db")
    with engine.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE t (id INTEGER)")
        for i in [1, 1, 2, 2, 2, 2, 2, 2, 3]:
            conn.exec_driver_sql(f"INSERT INTO t VALUES ({i})")
    engine.dispose()
    found = [[f["id"].to_list() for f in i.frames] for i in reader(tmp_path).increments({})]
    assert [ids for frames in found for ids in frames] == [[1, 1], [2] * 6, [3]]


def test_rows_come_in_large_increments(warehouse):
    put(warehouse, range(40))
    form = SqlForm(url=warehouse[0], query=QUERY, cursor="key")
    found = [i.frames[0].height for i in SqlReader(form=form, environment={}).increments({})]
    assert found == [39, 1]  # the last value might have gone on


def test_a_stop_between_increments_counts_no_row_twice():
    form = SqlForm(url="sqlite:///w.db", query="SELECT", cursor="id", overlap=10)
    first = _Near(form, None, Counter())
    first.new([(1,), (2,), (3,)], 0)
    again = _Near(form, 3, unpacked(first.cursor["seen"]))
    assert again.new([(1,), (2,)], 0) == []  # and here it stops
    third = _Near(form, 3, unpacked(again.cursor["seen"]))
    assert third.new([(1,), (2,), (3,), (4,)], 0) == [(4,)]
    assert unpacked(third.cursor["seen"]).total() == 4


@pytest.mark.parametrize("url", ["postgresql://me:secret@db/x", "postgresql+psycopg://me:p%40@db/x"])
def test_a_password_in_the_address_is_refused(url):
    with pytest.raises(ValueError, match="BAROGRAPH_SOURCE_"):
        SqlForm(url=url, query="SELECT 1 AS id", cursor="id")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///${HOME}/x.db", "begin with BAROGRAPH_SOURCE_"),
        ("sqlite:///${BAROGRAPH_SOURCE_X}/x.db", "BAROGRAPH_SOURCE_X is not set"),
        ("mysql://db/x", "expected postgresql or an sqlite file"),
        ("no address", "cannot be used"),
        ("sqlite:////nowhere/x.db", "the query failed"),
    ],
)
def test_an_address_that_cannot_be_used_says_why(shop, url, said):
    shop.source("sql", url=url, query="SELECT 1 AS id", cursor="id")
    with pytest.raises(SourceError, match=said):
        shop.run()


@pytest.mark.parametrize("place", [3, 2.5, "a"])
def test_a_place_is_written_and_read(place):
    assert read_place(written(place)) == place
