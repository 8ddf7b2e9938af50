from __future__ import annotations

from datetime import datetime
from importlib import resources

import pytest

from barograph.demo.bike.rides import FEATURES, TRAINING, WEEKS, load_rides, rows_of


def test_hours_are_in_order_and_occur_once():
    times = load_rides()["time"]
    assert times.is_sorted()
    assert times.is_unique().all()


def test_first_and_last_hour():
    times = load_rides()["time"]
    assert times[0] == datetime(2011, 1, 1, 0)
    assert times[-1] == datetime(2011, 12, 31, 23)


def test_nothing_is_missing():
    assert load_rides().null_count().row(0) == (0,) * (len(FEATURES) + 2)


@pytest.mark.parametrize(
    ("period", "hours"), list(zip((TRAINING, *WEEKS), (618, 235, 187, 165), strict=True))
)
def test_periods_have_the_published_rows(period, hours):
    assert rows_of(load_rides(), period).height == hours


def test_citation_and_licence_stand_beside_the_rows():
    text = resources.files("barograph.demo.bike").joinpath("data", "README.md").read_text("utf-8")
    assert "Fanaee-T, H. and Gama, J. (2013)" in text
    assert "CC BY 4.0" in text
