"""Weeks against a reference's days: false alarms no more than the level says, and what no day shows is found."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import poisson

import barograph as bg
from barograph.metrics.drift.prepared import prepared_reference
from barograph.metrics.drift.windows import inputs_p_values, windows_p_values
from barograph.profile.coarser import coarser

ROWS, DAYS, WEEKS, COLUMNS, MODELS = 100, 42, 5, 6, 10
#: Levels of a window, where four series share the budget of one false alarm a quarter.
DAY, WEEK = 1 / 91.3125 / 4, 7 / 91.3125 / 4


def rows_of(rng, days, *, sd=0.0, rho=0.0, season=0.0):
    """Days of rows: numbers whose means wander or follow the week, and 60 categories of unlike shares."""
    columns = {}
    for i in range(COLUMNS):
        means = [rng.normal(0.0, sd)]
        while len(means) < days:
            means.append(rho * means[-1] + rng.normal(0.0, sd * (1 - rho * rho) ** 0.5))
        means = np.array(means) + season * np.sin(2 * np.pi * (np.arange(days) + i) / 7)
        columns[f"x{i}"] = rng.normal(means[:, None], 1.0, (days, ROWS)).ravel()
    share = 1.0 / np.arange(1, 61)
    columns["c"] = rng.choice([f"v{i}" for i in range(60)], days * ROWS, p=share / share.sum())
    monday = np.datetime64("2026-01-05T00:00:00", "us")
    times = pl.Series(monday + np.arange(days).repeat(ROWS) * np.timedelta64(86_400_000_000, "us"))
    return pl.DataFrame({"t": times.dt.replace_time_zone("UTC"), **columns})


def sides(rows):
    """The days that are the reference, and those after them."""
    before, after = rows[: DAYS * ROWS], rows[DAYS * ROWS :]
    reference = bg.profile(before, bg.Schema.infer(before, timestamp="t"), every="1d", sample=False)
    return reference, bg.profile(after, like=reference, every="1d", sample=False)


def inputs(reference, current, every):
    """p-values of all inputs together, of windows of a length."""
    prepared = prepared_reference(reference, every=every)
    return np.array([result.value for result in inputs_p_values(prepared, coarser(current, every))])


@pytest.mark.parametrize(
    "world", [{}, {"sd": 0.15, "rho": 0.7}, {"sd": 0.05, "season": 0.5}], ids=["rows", "wandering", "weekly"]
)
def test_weeks_alarm_no_more_often_than_the_level_says(world):
    columns, together = [], []
    for seed in range(MODELS):
        reference, current = sides(rows_of(np.random.default_rng([seed, 11]), DAYS + 7 * WEEKS, **world))
        together += inputs(reference, current, "1w").tolist()
        prepared, weeks = prepared_reference(reference, every="1w"), coarser(current, "1w")
        for name in prepared.inputs:
            columns += [result.value for result in windows_p_values(prepared, weeks, column=name)]
    assert len(columns) == MODELS * WEEKS * (COLUMNS + 1)
    for level in (0.077, 0.02):
        for found in (columns, together):
            most = poisson.isf(0.01, 1.5 * level * len(found))
            assert np.count_nonzero(np.array(found) <= level) <= most, (level, len(found))


WEEKDAY = pl.col("t").dt.weekday()


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(WEEKDAY <= 5, id="no weekends"),
        pytest.param(WEEKDAY <= 2, id="two days"),
        pytest.param(WEEKDAY != 3, id="a day is missing"),
        pytest.param((WEEKDAY >= 6) | (pl.col("t").cum_count() % 4 == 0), id="weekends have most rows"),
    ],
)
def test_weeks_of_other_days_alarm_no_more_often(kept):
    columns, together = [], []
    for seed in range(MODELS):
        rows = rows_of(np.random.default_rng([seed, 13]), DAYS + 7 * WEEKS, sd=0.05, season=0.5)
        before, after = rows[: DAYS * ROWS], rows[DAYS * ROWS :]
        reference, current = sides(pl.concat([before, after.filter(kept)]))
        together += inputs(reference, current, "1w").tolist()
        prepared, weeks = prepared_reference(reference, every="1w"), coarser(current, "1w")
        for name in prepared.inputs:
            columns += [result.value for result in windows_p_values(prepared, weeks, column=name)]
    assert len(together) == MODELS * WEEKS
    for level in (0.077, 0.02):
        for found in (columns, together):
            most = poisson.isf(0.01, 1.5 * level * len(found))
            assert np.count_nonzero(np.array(found) <= level) <= most, (level, len(found))


def test_a_week_that_lacks_days_is_not_judged_by_whole_weeks():
    rows = rows_of(np.random.default_rng(5), 7 * 30, season=0.5)
    reference = bg.profile(
        rows[: 7 * 28 * ROWS], bg.Schema.infer(rows, timestamp="t"), every="1d", sample=False
    )
    after = rows[7 * 28 * ROWS :]
    current = bg.profile(after.filter(pl.col("t") < after["t"][12 * ROWS]), like=reference, every="1d")
    prepared = prepared_reference(reference, every="1w")
    whole, five_days = windows_p_values(prepared, coarser(current, "1w"), column="x0")
    assert whole.value > 0.01
    assert "lacks some of its days" in five_days.detail


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            pl.when(pl.col("u") < 0.04).then(pl.lit("v21")).otherwise("c").alias("c"), id="a rare category"
        ),
        pytest.param(pl.col("x0") + (pl.col("c") == "v1").cast(pl.Float64) * 1.5, id="a segment of a tenth"),
    ],
)
def test_weeks_show_what_no_day_does(change):
    by_week, by_day = [], []
    for seed in range(MODELS):
        rng = np.random.default_rng([seed, 12])
        reference, current = sides(_changed(rows_of(rng, DAYS + 7 * WEEKS), change, rng))
        by_week.append(inputs(reference, current, "1w").min() <= WEEK)
        by_day.append(inputs(reference, current, "1d").min() <= DAY)
    assert np.mean(by_week) >= 0.8
    assert np.mean(by_day) <= 0.4


def _changed(rows, change, rng):
    """Rows of which those after the reference are changed."""
    later = rows[DAYS * ROWS :].with_columns(u=pl.Series(rng.random(len(rows) - DAYS * ROWS)))
    return pl.concat([rows[: DAYS * ROWS], later.with_columns(change).drop("u")])
