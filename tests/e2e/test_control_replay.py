"""The story's control: January against itself wakes nobody, however its days are drawn, whichever week is left out."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from barograph.alerts.backtest.backtest import backtest
from barograph.api import profile
from barograph.demo.bike.forest import answered
from barograph.demo.bike.rides import TIMESTAMP, TRAINING, rows_of
from barograph.demo.served.bikes import make_year, references
from barograph.monitors.suggest import suggest_monitors

FIRST, WEEKS = date(2011, 1, 1), 4


@pytest.fixture(scope="module")
def january():
    """The out-of-bag reference, and its rows with the number of their day."""
    year = make_year()
    reference, _ = references(year)
    rows = answered(rows_of(year.rides, TRAINING).drop("at"), year.forests["1"].out_of_bag)
    day = (pl.col(TIMESTAMP).dt.date() - FIRST).dt.total_days()
    return reference, rows.with_columns(day.alias("day"))


def pages(reference, rows):
    """What monitors as suggested for the reference would have woken somebody with."""
    current = profile(rows.drop("day"), like=reference, every="1d")
    file = suggest_monitors(reference, operations=False)
    waking = {monitor.name for monitor in file.monitors if monitor.severity != "info"}
    found = backtest(file, current, reference)
    assert waking <= {series.monitor for series in found.series} | found.left_out.keys()
    return [(s.monitor, alert.detail) for s in found.series if s.monitor in waking for alert in s.alerts]


def drawn(rows, rng):
    """Four weeks of blocks of seven days each, drawn from January and set into February."""
    days = [start + i for start in rng.integers(0, 7 * (WEEKS - 1) + 1, WEEKS) for i in range(7)]
    moved = []
    for at, day in enumerate(days):
        by = timedelta(days=31 + at - int(day))
        moved.append(rows.filter(pl.col("day") == int(day)).with_columns(pl.col(TIMESTAMP) + by))
    return pl.concat(moved)


@pytest.mark.parametrize("seed", range(6))
def test_days_drawn_from_january_wake_nobody(january, seed):
    reference, rows = january
    assert pages(reference, drawn(rows, np.random.default_rng(seed))) == []


@pytest.mark.parametrize("week", range(WEEKS))
def test_a_week_against_the_other_three_wakes_nobody(january, week):
    whole, rows = january
    rest = rows.filter(pl.col("day") // 7 != week).drop("day")
    reference = profile(rest, whole.schema, every="1d", origin="out-of-bag")
    assert pages(reference, rows.filter(pl.col("day") // 7 == week)) == []
