"""Rows by window, whichever versions they are of."""

from __future__ import annotations

import numpy as np
import pytest

from barograph.profile.value import Cell, TableSums
from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.profiles.part import TABLE, Part, Place
from barograph.store.profiles.row_counts import first_day, row_counts
from barograph.store.profiles.stored import write

HOUR_US = 3_600_000_000


def part_of(rows: dict[int, int]) -> Part:
    """Rows of the windows that begin at some hours, and one of no time beside them."""
    counts = np.array([7, *rows.values()], np.int64)
    cells = (Cell(), *(Cell("", hour * HOUR_US) for hour in rows))
    return Part(cells=cells, record=TableSums(rows=counts, weight=counts, weight_2=counts))


def place(version: int, day: int) -> Place:
    return Place(version_id=version, grain="window", part=TABLE, day=day)


@pytest.fixture
def model_id(database) -> int:
    with database.writing() as conn:
        catalog.create_project(conn, "bank", now=0)
        made = catalog.create_model(conn, "bank", "credit", Schema(columns=(Column(name="x"),)), now=0)
        parts = {
            place(1, 0): part_of({1: 3, 2: 4}),
            place(2, 0): part_of({2: 5, 3: 0}),
            place(1, 1): part_of({24: 6}),
        }
        write(conn, made.id, parts)
    return made.id


def hours(found) -> dict[int, int]:
    starts, counts = found
    return dict(zip((starts // HOUR_US).tolist(), counts.tolist(), strict=True))


@pytest.mark.parametrize(
    ("version", "span", "expected"),
    [
        (None, (0, 1), {1: 3, 2: 9, 24: 6}),
        (1, (0, 0), {1: 3, 2: 4}),
        (2, (0, 1), {2: 5}),
        (None, (1, 1), {24: 6}),
        (None, (5, 9), {}),
    ],
)
def test_rows_of_a_window_are_those_of_all_versions_or_of_one(database, model_id, version, span, expected):
    with database.reading() as conn:
        assert hours(row_counts(conn, model_id, span=span, version_id=version)) == expected


def test_rows_that_come_later_are_seen(database, model_id):
    with database.writing() as conn:
        row_counts(conn, model_id, span=(0, 1), version_id=None)
        write(conn, model_id, {place(1, 1): part_of({24: 8}), place(3, 0): part_of({5: 1})})
        assert hours(row_counts(conn, model_id, span=(0, 1), version_id=None)) == {1: 3, 2: 9, 5: 1, 24: 8}


def test_a_day_of_many_windows_is_read_without_being_remembered(database, model_id):
    minutes = {k: k + 1 for k in range(900)}
    with database.writing() as conn:
        write(conn, model_id, {place(1, 7): part_of(minutes)})
        assert hours(row_counts(conn, model_id, span=(7, 7), version_id=1)) == minutes


@pytest.mark.parametrize(("version", "day"), [(None, 0), (1, 0), (9, None)])
def test_the_first_day_with_a_row(database, model_id, version, day):
    with database.reading() as conn:
        assert first_day(conn, model_id, version_id=version) == day
