"""Distance beyond the reference's range, and whether the reference's own windows went as far."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from barograph.api import profile
from barograph.metrics.drift.beyond_range import beyond_p_value, beyond_p_values, beyond_range
from barograph.metrics.drift.prepared import prepared_reference
from barograph.metrics.drift.reach import reaches
from barograph.metrics.quality.arrays import column_of
from barograph.metrics.values import Undefined
from barograph.schema.model import Column, Schema

SCHEMA = Schema(
    columns=(Column(name="x"), Column(name="at", role="timestamp", kind="datetime")), timezone="UTC"
)
QUIET = [[0.0, 1.0, 2.0, 3.0]] * 10


def days(values, like=None):
    """A profile by day of lists of values, one list a day."""
    start = datetime(2024, 1, 1, tzinfo=UTC)
    rows = [(start + timedelta(days=i), x) for i, day in enumerate(values) for x in day]
    frame = pl.DataFrame({"at": [at for at, _ in rows], "x": [x for _, x in rows]})
    return profile(frame, SCHEMA, every="1d") if like is None else profile(frame, like=like)


def test_distance_is_the_mean_over_all_rows_in_the_references_sds():
    reference, current = column_of([0.0, 10.0]), column_of([-5.0, 5.0, 15.0, 20.0], reference=[0.0, 10.0])
    assert beyond_range(reference, current).value == pytest.approx((5 + 0 + 5 + 10) / 4 / 5)


def test_inside_the_range_it_is_zero_however_the_rows_moved():
    assert (
        beyond_range(column_of([0.0, 5.0, 10.0]), column_of([10.0, 10.0], reference=[0.0, 5.0, 10.0])).value
        == 0.0
    )


def test_a_constant_reference_has_no_scale():
    found = beyond_range(column_of([1.0, 1.0]), column_of([2.0], reference=[1.0, 1.0]))
    assert isinstance(found, Undefined)
    assert found.reason == "constant"


def test_a_window_within_the_range_has_p_value_one():
    reference = days(QUIET)
    assert beyond_p_values(reaches(reference, lag=0), days([[1.0, 2.0]], like=reference).total()) == {
        "x": [1.0]
    }


def test_p_value_is_two_over_windows_to_the_power_of_the_ratio():
    reference = days(QUIET)
    reach = reaches(reference, lag=0)["x"]
    current = days([[3.0 + 0.25 * reach.sd] * 4], like=reference).total()
    # Never beyond itself, the reference is taken to have been so by an eighth: twice that is a ratio of 2.
    assert beyond_p_values({"x": reach}, current)["x"] == [pytest.approx(2.0 / 10**2)]


def test_a_reference_that_was_beyond_itself_by_as_much_says_little():
    wild = days([*QUIET, [0.0, 1.0, 2.0, 9.0]])
    reach = reaches(wild, lag=0)["x"]
    assert reach.above == pytest.approx(6.0 / 4 / reach.sd)
    quiet = beyond_p_values(
        reaches(days(QUIET), lag=0), days([[3.0, 3.0, 3.0, 9.0]], like=days(QUIET)).total()
    )
    again = beyond_p_values({"x": reach}, days([[9.0, 9.0, 9.0, 15.0]], like=wild).total())
    assert again["x"] > quiet["x"]


def test_sides_are_judged_each_by_its_own_past():
    wild = days([*QUIET, [-6.0, 1.0, 2.0, 3.0]])
    reach = reaches(wild, lag=0)["x"]
    assert reach.below > 0.0 == reach.above


def test_neighbours_are_no_measure_of_a_window():
    spell = days([*QUIET, [0.0, 1.0, 2.0, 9.0], [0.0, 1.0, 2.0, 9.0], *QUIET])
    assert reaches(spell, lag=0)["x"].above == 0.0
    assert reaches(spell, lag=1)["x"].above > 0.0


def test_three_windows_are_too_little_history():
    short = days(QUIET[:3])
    found = beyond_p_value(prepared_reference(short), days([[9.0]], like=short).total())
    assert found.reason == "too_little_history"


def test_days_joined_to_be_judged_are_neighbours_of_each_other():
    # Days of 24 rows are joined by three: two on each side are part of the same joined window.
    rng = np.random.default_rng(3)
    reference = days([rng.normal(size=24).tolist() for _ in range(28)])
    assert (prepared_reference(reference).lag + 1) % 3 == 0
