"""The story of the bikes: 15:00 on 18 February 2011 is warmer than any hour the model was trained on."""

from datetime import datetime

import polars as pl
import pytest

from barograph.demo.bike.forest import answered, train
from barograph.demo.bike.rides import TRAINING as TRAINED
from barograph.demo.bike.rides import load_rides, rows_of
from barograph.demo.bike.run import make_profiles

from .conftest import explained

pytest.importorskip("sklearn", reason="the demo needs scikit-learn: pip install 'barograph[ml]'")


@pytest.fixture(scope="module")
def warm_hour():
    told, rides = make_profiles(), load_rides()
    forest = train(rows_of(rides, TRAINED))
    hour = rides.filter(pl.col("time") == datetime(2011, 2, 18, 15))
    row = answered(hour, forest.predict(hour))
    return explained(told.out_of_bag, row, current=told.weeks[2], predict=forest.predict)


def test_it_is_warmer_than_any_hour_of_training(warm_hour):
    assert [place.column for place in warm_hour.places[:2]] == ["temp", "atemp"]
    assert warm_hour.places[0].status == "above"
    assert "temp 0.66 is higher than in all 618 rows of the reference, whose highest is 0.46" in str(
        warm_hour
    )


def test_it_is_new_as_a_whole_and_mostly_by_its_warmth(warm_hour):
    assert warm_hour.novelty.p_value < 0.01
    assert set(list(warm_hour.novelty.parts)[:2]) == {"temp", "atemp"}


def test_it_was_under_estimated_and_so_were_the_hours_like_it(warm_hour):
    reference, week = warm_hour.likes
    assert "under-estimated by 95.9" in warm_hour.verdict
    assert week.error.interval[1] < 0.0
    assert week.loss.interval[0] > reference.loss.interval[1]


def test_model_makes_little_of_the_warmth(warm_hour):
    effects = {effect.columns: effect.change for effect in warm_hour.attributions[0].effects}
    assert 0.0 < effects["temp", "atemp"].value < 20.0
