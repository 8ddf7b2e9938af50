"""Dead letters, on SQLite and PostgreSQL."""

from collections import Counter

import pytest

import barograph as bg
from barograph.store import catalog
from barograph.store.dead_letters import (
    KEPT_ROWS,
    DeadLetter,
    add_dead_letters,
    dead_letter_counts,
    dead_letters,
    delete_dead_letters,
)

DAY = 86_400_000_000


def letter(index, *, reason="future_timestamp", field="ts", prediction_id=None):
    return DeadLetter(
        batch_id="b", kind="predictions", index=index, reason=reason, row="{}", field=field, prediction_id=prediction_id
    )  # fmt: skip


@pytest.fixture
def conn(database):
    with database.writing() as conn:
        catalog.create_project(conn, "bank", now=1)
        catalog.create_model(conn, "bank", "credit", bg.Schema(columns=()), now=1)
        yield conn


def test_letters_are_read_newest_first(conn):
    add_dead_letters(conn, 1, [letter(0), letter(1), letter(2)], at=DAY)
    first = dead_letters(conn, 1, rows=1)
    assert [kept.letter for kept in first] == [letter(2)]
    assert [kept.letter.index for kept in dead_letters(conn, 1, before=first[0].id)] == [1, 0]


def test_letters_are_counted_by_day_reason_and_field(conn):
    add_dead_letters(conn, 1, [letter(0), letter(1, field=None)], at=DAY)
    add_dead_letters(conn, 1, [letter(0)], at=DAY, others=Counter({("future_timestamp", "ts"): 7}))
    found = [(c.day, c.reason, c.field, c.rows) for c in dead_letter_counts(conn, 1)]
    assert found == [(1, "future_timestamp", None, 1), (1, "future_timestamp", "ts", 9)]


def test_the_oldest_beyond_the_bound_go_and_stay_counted(conn):
    add_dead_letters(conn, 1, [letter(i) for i in range(KEPT_ROWS + 5)], at=DAY)
    add_dead_letters(conn, 1, [letter(-1)], at=2 * DAY)
    kept = dead_letters(conn, 1, rows=10_000)
    assert (len(kept), kept[0].letter.index, kept[-1].letter.index) == (KEPT_ROWS, -1, 6)
    assert sum(c.rows for c in dead_letter_counts(conn, 1)) == KEPT_ROWS + 6


def test_the_letters_of_an_id_can_be_deleted(conn):
    add_dead_letters(conn, 1, [letter(0, prediction_id="x"), letter(1, prediction_id="y")], at=DAY)
    assert delete_dead_letters(conn, 1, ["x"]) == 1
    assert [kept.letter.prediction_id for kept in dead_letters(conn, 1)] == ["y"]
