"""The figures of "How to break a model in 20 days", reproduced from its rows.

Published: scikit-learn 1.9.1 and an in-sample reference. Tolerances: errors and their spreads are exact sums, so 0.5
rides (1 point of MAPE) covers other versions of the forest; ends are read from bins, 4 rides; p-values of binned
distances, a fifth of themselves. A Range hangs on which nine hours are at each end alone: it is the published one to
the last digit, or another hour is among them; so is the correlation, in which the forest has no part.
"""

from __future__ import annotations

import pytest

from barograph.demo.bike.run import make_profiles, tell_figures
from barograph.demo.bike.story import PeriodFigures, Story

PERIODS = ("in sample", "week 1", "week 2", "week 3")
ERRORS = {
    "hours": ((618, 235, 187, 165), 0.0),
    "me": ((-0.03, -6.14, -9.53, -22.49), 0.5),
    "me_sd": ((6.37, 19.93, 20.15, 30.70), 0.5),
    "mae": ((4.10, 13.38, 14.98, 24.69), 0.5),
    "mae_sd": ((4.87, 15.97, 16.49, 28.96), 0.5),
    "mape": ((0.161, 0.408, 0.312, 0.414), 0.01),
    "mape_sd": ((0.368, 0.733, 0.398, 0.627), 0.02),
    "majority": ((0.08, -4.8, -8.6, -19.2), 1.0),
    "under": ((-16.0, -64.0, -61.0, -111.1), 4.0),
    "over": ((14.0, 28.2, 25.7, 12.6), 4.0),
}
P_VALUES = {
    "ks_p_label": (0.646, 0.012, 2.2e-6),
    "ks_p_prediction": (0.684, 0.432, 0.095),
}
RANGES_PERCENT = {"atemp": 60.7, "temp": 58.3, "weekday": 40.7, "hr": 17.4, "hum": 11.5, "windspeed": 9.8}


@pytest.fixture(scope="module")
def story() -> Story:
    return tell_figures(make_profiles())


def period(story: Story, name: str) -> PeriodFigures:
    return next(p for p in (story.in_sample, *story.weeks) if p.name == name)


@pytest.mark.parametrize("figure", ERRORS)
@pytest.mark.parametrize("name", PERIODS)
def test_errors_are_as_published(story, name, figure):
    values, tolerance = ERRORS[figure]
    expected = values[PERIODS.index(name)]
    assert getattr(period(story, name), figure) == pytest.approx(expected, abs=tolerance, rel=0)


@pytest.mark.parametrize("figure", P_VALUES)
@pytest.mark.parametrize("week", [0, 1, 2])
def test_p_values_are_as_published(story, week, figure):
    assert getattr(story.weeks[week], figure) == pytest.approx(P_VALUES[figure][week], rel=0.2)


@pytest.mark.parametrize("feature", RANGES_PERCENT)
def test_error_bias_of_week_3_is_as_published(story, feature):
    ranges = {bias.feature: 100 * bias.range_ratio for bias in story.error_bias}
    assert ranges[feature] == pytest.approx(RANGES_PERCENT[feature], abs=0.0501, rel=0)


def test_error_bias_holds_the_published_features_widest_first(story):
    assert [bias.feature for bias in story.error_bias] == list(RANGES_PERCENT)


def test_rides_go_with_warmth_as_published(story):
    assert story.warmth_and_rides == pytest.approx((0.20, 0.44), abs=0.00501, rel=0)


def test_in_sample_figure_flatters(story):
    assert story.in_sample.mae == pytest.approx(4.1, abs=0.3)
    assert story.out_of_bag.mae == pytest.approx(11.4, abs=0.6)


def test_sixth_of_february_is_one_bad_day(story):
    bad = {d.day.isoformat(): d.mae for d in story.days}
    assert bad["2011-02-06"] == pytest.approx(30.0, abs=1.5)
    assert max(bad["2011-02-05"], bad["2011-02-07"]) < 16


def test_first_hours_warmer_than_any_in_training_come_on_the_fourteenth(story):
    first = next(d for d in story.days if d.warmer)
    assert (first.day.isoformat(), first.warmer, first.hours) == ("2011-02-14", 6, 24)


def test_damage_lasts_from_the_seventeenth_to_the_twentieth(story):
    assert [d.day.day for d in story.worst_run] == [17, 18, 19, 20]
