"""What is said to be true of the replayed year."""

from __future__ import annotations

import polars as pl

from barograph.demo.bike.rides import TIMESTAMP, load_rides
from barograph.demo.served.plan import STILL_DAY


def test_one_day_of_the_year_holds_one_temperature_and_nobody_planted_it():
    day = pl.col(TIMESTAMP).dt.date().alias("day")
    temperatures = [pl.col("temp").n_unique(), pl.col("atemp").n_unique(), pl.len()]
    still = load_rides().filter(day.dt.year() == 2011).group_by(day).agg(temperatures)
    assert still.filter(pl.col("temp") == 1).rows() == [(STILL_DAY, 1, 1, 23)]
