"""Rows to the codes of named categories, by hash."""

import numpy as np
import polars as pl
import pytest

from barograph.frames.typed import typed
from barograph.profile.codec import load, save
from barograph.profile.count import Plan, profile_block
from barograph.profile.grid import CategoricalGrid
from barograph.profile.hashing import splitmix64
from barograph.profile.learn import learn_grid
from barograph.profile.naming import naming
from barograph.schema.model import Column, Schema


def words(*numbers):
    return np.array(numbers, np.uint64)


def codes(known, rows):
    look_up = naming(known)
    assert look_up is not None
    return look_up.codes(rows, np.empty(len(rows), np.int64)).tolist()


@pytest.mark.parametrize("categories", [1, 2, 7, 200])
def test_every_category_has_its_own_code(categories):
    known = splitmix64(np.arange(categories, dtype=np.uint64))
    assert codes(known, known) == list(range(categories))


def test_a_row_outside_the_categories_has_none():
    known = splitmix64(np.arange(20, dtype=np.uint64))
    others = splitmix64(np.arange(20, 2020, dtype=np.uint64))
    assert set(codes(known, others)) == {-1}


def test_a_hash_that_shares_the_place_of_a_category_is_told_from_it():
    known = words(5)
    look_up = naming(known)
    others = splitmix64(np.arange(2_000, dtype=np.uint64))
    places = (others * look_up.factor) >> look_up.shift
    beside = others[places == (known * look_up.factor) >> look_up.shift]
    assert len(beside) > 10
    assert set(codes(known, beside)) == {-1}


def test_hash_zero_is_a_category_only_where_it_was_given():
    assert codes(words(7, 9), words(0)) == [-1]
    assert codes(words(7, 0), words(0, 7)) == [1, 0]


def test_without_categories_no_row_has_a_code():
    assert codes(words(), words(0, 1, 2**64 - 1)) == [-1, -1, -1]


def test_rows_beyond_one_chunk_are_named_as_the_first_are():
    known = splitmix64(np.arange(5, dtype=np.uint64))
    rows = np.tile(known, 20_000)
    assert codes(known, rows) == [0, 1, 2, 3, 4] * 20_000


def test_categories_of_one_hash_are_not_told_apart_by_it():
    assert naming(words(3, 3)) is None


def test_a_saved_profile_does_not_hang_on_the_hash_it_was_counted_with(monkeypatch):
    frame = pl.DataFrame({"c": ["a", "b", "a", None, "z" * 40]})
    schema = Schema(columns=(Column(name="c", kind="categorical"),))
    batch = typed(frame, schema)
    before = save(profile_block(batch, Plan(schema=schema, grid=learn_grid(batch, schema))))
    whole = pl.Series.hash
    monkeypatch.setattr(pl.Series, "hash", lambda series: whole(series, seed=17))
    after = save(profile_block(batch, Plan(schema=schema, grid=learn_grid(batch, schema))))
    assert before == after
    grid = load(after, "'p'").grid.columns["c"]
    assert isinstance(grid, CategoricalGrid)
    assert grid.categories == ("a", "b", "z" * 40)
