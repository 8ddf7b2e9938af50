"""The story of the bikes: one bad day, the first warm hours, the damage that lasts."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from barograph.api import profile
from barograph.demo.bike.forest import answered, train
from barograph.demo.bike.rides import FEATURES, Period, load_rides, rows_of
from barograph.demo.bike.rides import TRAINING as TRAINED
from barograph.demo.bike.run import make_profiles
from barograph.explain.since.since import since_of

pytest.importorskip("sklearn", reason="the demo needs scikit-learn: pip install 'barograph[ml]'")


@pytest.fixture(scope="module")
def bikes():
    """Both references, and 29 January to 21 February by day."""
    told = make_profiles()
    rides = load_rides()
    forest = train(rows_of(rides, TRAINED))
    weeks = rows_of(rides, Period(name="weeks", first=date(2011, 1, 29), last=date(2011, 2, 21)))
    current = profile(answered(weeks, forest.predict(weeks)), like=told.out_of_bag, name="weeks")
    return {"out of bag": told.out_of_bag, "in sample": told.in_sample, "current": current}


@pytest.fixture(scope="module", params=["out of bag", "in sample"])
def since(request, bikes):
    return since_of(
        bikes[request.param],
        bikes["current"],
        "performance.mae",
        columns=FEATURES,
        rng=np.random.default_rng(0),
    )


def february(day):
    return datetime(2011, 2, day, 5, tzinfo=UTC)


def test_sixth_of_february_is_a_single_bad_day(since):
    assert since.bad_windows == (february(6),)


def test_damage_that_lasts_begins_on_the_seventeenth(since):
    assert since.metric.window == february(17)
    low, high = since.metric.interval
    assert february(15) <= low <= february(17) <= high <= february(20)


def test_first_hours_warmer_than_any_in_training_come_on_the_fourteenth(since):
    onsets = {o.series: o.window for o in since.columns}
    assert (onsets["temp"], onsets["atemp"]) == (february(14), february(14))


def test_last_day_does_not_end_the_damage(since):
    assert "2011-02-21 (11.3), is nearer to what was before; one window does not tell" in since.sentence
