"""A ranking's profiles add up byte for byte wherever the rows are cut between queries."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import barograph as bg
from barograph import api
from barograph.profile.codec import content, encode, load, save
from barograph.schema.model import Column, Schema

QUERIES = 40


@cache
def pool() -> tuple[pl.DataFrame, bg.Profile]:
    """Hostile lists: ties, no labels, no scores, no query, infinite values, weights, queries across midnight."""
    rng = np.random.default_rng(0)
    query = np.repeat(np.arange(QUERIES), rng.integers(1, 13, QUERIES))
    n = len(query)
    start = datetime(2024, 3, 30, 22)
    rows = pl.DataFrame(
        {
            "q": [None if q == 7 else f"request {q}" for q in query],
            "y": rng.choice(
                np.array([0.0, 1.0, 3.0, 1e300, 5e-324, np.inf, np.nan, None], object), n
            ).tolist(),
            "s": rng.choice(np.array([0.0, -0.0, 0.5, np.inf, -np.inf, np.nan, None], object), n).tolist(),
            "w": (query % 3 + 0.7).tolist(),
            "t": [None if i % 11 == 0 else start + timedelta(minutes=9 * i) for i in range(n)],
            "shelf": rng.choice(["a", "b", None], n).tolist(),
            "part": (query % 5).tolist(),
        },
        strict=False,
    )
    schema = Schema(
        columns=(
            Column(name="q", role="group", kind="categorical"), Column(name="y", role="label"),
            Column(name="s", role="score"), Column(name="w", role="weight"),
            Column(name="t", role="timestamp", kind="datetime"), Column(name="shelf", kind="categorical"),
        ),
        task="ranking",
    )  # fmt: skip
    return rows, bg.profile(rows, schema, every="1d", by=["shelf", "q"])


def counted(rows: pl.DataFrame) -> bg.Profile:
    return bg.profile(rows.drop("part"), like=pool()[1])


parts = st.sets(st.integers(0, 4))


@settings(max_examples=30)
@given(parts, st.integers(0, 2**32 - 1))
def test_parts_that_share_no_query_add_up(chosen, seed):
    rows, _ = pool()
    first = rows["part"].is_in(list(chosen))
    shuffled = rows.filter(~first).sample(fraction=1.0, shuffle=True, seed=seed)
    added = counted(shuffled) + counted(rows.filter(first))
    assert content(added) == content(counted(rows))


@pytest.mark.parametrize(("threads", "rows_at_once"), [(1, 5), (2, 17), (3, 64)])
def test_batches_and_threads_are_nothing(threads, rows_at_once, monkeypatch):
    rows, reference = pool()
    whole = content(counted(rows))
    monkeypatch.setattr(api, "_block_rows", lambda columns: rows_at_once)
    cut = bg.profile(rows.drop("part"), like=reference, threads=threads)
    assert content(cut) == whole


def test_all_rows_do_not_depend_on_segments():
    rows, reference = pool()
    plain = bg.profile(rows.drop("part"), like=reference, by=[])
    assert encode(counted(rows).at(*plain.cells).outcome) == encode(plain.outcome)


def test_a_segment_is_the_profile_of_its_rows_alone():
    rows, reference = pool()
    alone = bg.profile(rows.drop("part").filter(pl.col("shelf") == "a"), like=reference, by=[])
    segment = counted(rows).of_segment("shelf=a")
    assert encode(segment.outcome) == encode(alone.outcome)


def test_a_corrected_query_equals_counting_again():
    rows, _ = pool()
    one, rest = rows.filter(pl.col("part") == 2), rows.filter(pl.col("part") != 2)
    corrected = one.with_columns(y=pl.lit(1.0))
    after = (counted(rows) - counted(one) + counted(corrected)).outcome
    expected = counted(pl.concat([rest, corrected], how="vertical_relaxed")).outcome
    assert encode(after) == encode(expected)


def test_saved_and_loaded_it_is_the_same():
    profile = counted(pool()[0])
    assert content(load(save(profile))) == content(profile)
