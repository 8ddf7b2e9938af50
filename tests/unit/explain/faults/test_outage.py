from __future__ import annotations

from datetime import UTC, timedelta

import numpy as np
import polars as pl

from .planted import CURRENT, START, day, faults_of


def test_a_source_that_is_gone_for_days_is_an_outage(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, lambda rows: rows.filter(~(day(5) & ~day(8) & (pl.col("channel") == "web"))))
    assert (fault.kind, fault.name) == ("outage", "channel 'web' gone")
    assert 400 <= fault.rows <= 640


def test_no_row_of_a_frame_is_missing(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, lambda rows: rows.filter(~(day(5) & ~day(8))))
    assert fault.name == "rows missing"
    assert not fault.hits(pl.DataFrame({"share": [0.1]})).any()


def test_hours_without_rows_inside_a_day_are_found(rng: np.random.Generator) -> None:
    hour = pl.col("at").dt.hour()
    (fault,) = faults_of(rng, lambda rows: rows.filter(~(day(5) & ~day(6) & hour.is_between(10, 14))))
    assert fault.start == (START + timedelta(days=CURRENT + 5, hours=10)).replace(tzinfo=UTC)


def test_a_source_that_never_comes_is_a_change_of_mix(rng: np.random.Generator) -> None:
    assert faults_of(rng, lambda rows: rows.filter(pl.col("channel") != "broker")) == ()
