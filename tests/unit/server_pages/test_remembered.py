"""What is held of a span is made again as soon as anything that it rests on is different, and not before."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.frames.typed import typed
from barograph.server.pages.model.course import rows_by_window
from barograph.server.reading.asked import asked_of
from barograph.server.reading.remembered import remembered
from barograph.store import catalog
from barograph.store.database import open_database
from barograph.store.profiles.add import add_rows

DAY = 86_400_000_000
NOW = 1_300_000_000_000_000
FIRST = NOW // DAY * DAY - 3 * DAY


def rows_of(count: int, *, seed: int) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    times = FIRST + np.sort(draw.integers(0, 3 * DAY, count))
    label = draw.normal(size=count)
    return pl.DataFrame(
        {
            "id": [f"{seed}-{i}" for i in range(count)],
            "t": pl.Series(times).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            "x": draw.normal(size=count), "p": label, "y": label,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def reference() -> bg.Profile:
    rows = rows_of(400, seed=1)
    schema = bg.Schema.infer(rows, id="id", timestamp="t", prediction="p", label="y", task="regression")
    return bg.profile(rows, schema, every="1d")


@pytest.fixture
def database(settings, token, reference):
    found = open_database(settings.database_url)
    with found.writing() as conn:
        catalog.create_project(conn, "shop", now=NOW)
        made = catalog.create_model(conn, "shop", "demand", reference.schema, now=NOW, every="1d")
        catalog.add_reference(conn, made.id, "training", reference, now=NOW)
    came(found, 30, seed=2)
    yield found
    found.close()


def came(database, count, *, seed):
    """Rows are counted."""
    with database.writing() as conn:
        of = catalog.model(conn, "shop", "demand")
        version, _ = catalog.version_id(conn, of.id, "1", now=NOW)
        add_rows(conn, of, version, typed(rows_of(count, seed=seed), of.schema), received_at=NOW)


def asked_at(conn, now=NOW, window="1d"):
    of = catalog.model(conn, "shop", "demand")
    return asked_of(
        conn, of, span=(None, None), window=window, version=None, reference=None, as_of=None, now=now
    )


@pytest.fixture
def look(database):
    """Looks, and says how often it was made so far."""
    # What other tests made of the same rows is no business of this one.
    made, own = [], object()

    def looked(*what, now=NOW, **changed):
        with database.reading() as conn:
            asked = replace(asked_at(conn, now), **changed)
            remembered(conn, asked, (own, *what), lambda: made.append(1))
        return len(made)

    return looked


def test_it_is_made_once(look):
    assert (look(), look()) == (1, 1)


def test_a_moment_changes_no_window(look):
    assert (look(), look(now=NOW + 1)) == (1, 1)


def test_another_day_does(look):
    assert (look(), look(now=NOW + DAY)) == (1, 2)


def test_rows_that_come_are_seen_at_once(look, database):
    assert look() == 1
    came(database, 1, seed=3)
    assert (look(), look()) == (2, 2)


def test_each_language_has_its_own(look):
    assert (look("en"), look("zh-CN"), look("en")) == (1, 2, 2)


def test_longer_windows_have_their_own(look):
    assert (look(), look(every="1w")) == (1, 2)


def test_without_a_reference_it_is_made_again(look):
    assert (look(), look(compared=None)) == (1, 2)


def test_a_schema_that_says_something_else_is_seen_at_once(look, database, reference):
    assert look() == 1
    columns = tuple(replace(c, unit="EUR") if c.name == "x" else c for c in reference.schema.columns)
    with database.writing() as conn:
        of = catalog.model(conn, "shop", "demand")
        catalog.set_schema(conn, of.id, replace(reference.schema, columns=columns))
    assert look() == 2


def test_rows_of_a_page_are_those_that_are_there(database):
    def seen():
        with database.reading() as conn:
            return sum(rows for rows, _ in rows_by_window(conn, asked_at(conn)).values())

    assert seen() == 30
    came(database, 12, seed=4)
    assert seen() == 42


def test_what_a_page_does_with_its_rows_leaves_them_as_they_were(database):
    with database.reading() as conn:
        rows_by_window(conn, asked_at(conn)).clear()
        assert rows_by_window(conn, asked_at(conn))
