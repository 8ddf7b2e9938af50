"""Hashes of prediction ids."""

import polars as pl

from barograph.profile.rows import hash_ids
from barograph.schema.model import Column, Schema

SCHEMA = Schema(columns=(Column(name="i", role="id"),))


def hashed(values: list[object], dtype: pl.DataType) -> list[int]:
    words = hash_ids(pl.DataFrame({"i": pl.Series(values, dtype=dtype)}), SCHEMA)
    assert words is not None
    return words.tolist()


def test_whole_floats_hash_as_the_integers_they_are():
    assert hashed([1.0, -7.0, None, 0.0], pl.Float64()) == hashed([1, -7, None, 0], pl.Int64())


def test_other_floats_hash_apart():
    assert len(set(hashed([0.5, 1e300, float("nan"), 0.0, None], pl.Float64()))) == 5
