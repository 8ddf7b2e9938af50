from __future__ import annotations

from datetime import UTC, timedelta

import numpy as np
import polars as pl

from barograph.explain.faults.find import find_faults

from .planted import CURRENT, START, day, faults_of, profiled, shop, some, where

EMPTY = pl.lit(None, dtype=pl.Float64).alias("income")


def test_a_burst_of_nulls_in_one_in_a_hundred_rows_is_named(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(some(0.01), EMPTY))
    assert (fault.kind, fault.name) == ("nulls", "income missing")
    assert 40 <= fault.rows <= 80


def test_it_begins_with_its_first_window_and_has_no_end_while_it_lasts(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(day(7) & some(0.3), EMPTY))
    assert fault.start == (START + timedelta(days=CURRENT + 7)).replace(tzinfo=UTC)
    assert fault.end is None


def test_two_days_of_fourteen_are_found_though_the_total_dilutes_them(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(day(5) & ~day(7) & some(0.1), EMPTY))
    assert fault.end == (START + timedelta(days=CURRENT + 7)).replace(tzinfo=UTC)


def test_a_fault_of_one_channel_says_so(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(pl.col("channel") == "web", EMPTY))
    assert fault.test.within == ("channel", "web")
    assert "nearly all with channel=web" in fault.evidence


def test_the_rows_hit_are_told_in_a_sample(rng: np.random.Generator) -> None:
    reference = profiled(shop(rng, 12_000, days=40))
    rows = where(day(7), EMPTY)(shop(rng, 1_500, days=14, first=CURRENT))
    (fault,) = find_faults(reference, current := profiled(rows, reference))
    assert current.sample is not None
    assert fault.hits(current.sample.rows).sum() == rows["income"].null_count()


def test_twice_the_share_of_nulls_is_drift(rng: np.random.Generator) -> None:
    assert faults_of(rng, where(some(0.02), EMPTY.alias("holes"))) == ()


def test_a_column_that_no_row_has_is_absent(rng: np.random.Generator) -> None:
    reference = profiled(shop(rng, 2_000, days=40))
    current = profiled(shop(rng, 500, days=14, first=CURRENT), reference)
    columns = {name: sums for name, sums in current.columns.items() if name != "share"}
    (fault,) = find_faults(reference, type(current)(**{**vars(current), "columns": columns}))
    assert (fault.name, fault.rows, fault.share) == ("share absent", 500, 1.0)
