from __future__ import annotations

from dataclasses import replace
from datetime import date

from barograph.demo.bike import sentences
from barograph.demo.bike.error_bias import FeatureBias
from barograph.demo.bike.story import DayFigures, PeriodFigures, Story


def period(name: str, mae: float, **other: float) -> PeriodFigures:
    held = dict.fromkeys(("me", "me_sd", "mae_sd", "mape", "mape_sd", "majority", "under", "over"), 1.0)
    held |= {"ks_p_label": 0.5, "ks_p_prediction": 0.5, "mae": mae} | other
    return PeriodFigures(name=name, hours=24, warmer=0, **held)


def days(*errors: float, warm: tuple[int, ...] = ()) -> tuple[DayFigures, ...]:
    return tuple(
        DayFigures(day=date(2011, 2, 1 + i), hours=24, mae=mae, warmer=3 if i in warm else 0)
        for i, mae in enumerate(errors)
    )


def story(*errors: float, warm: tuple[int, ...] = ()) -> Story:
    weeks = (period("week 1", 12.0), period("week 2", 15.0), period("week 3", 24.0, me=-22.0))
    return Story(
        in_sample=period("in sample", 4.0),
        out_of_bag=period("out of bag", 10.0),
        weeks=weeks,
        days=days(*errors, warm=warm),
        error_bias=(bias("atemp", 0.6), bias("windspeed", 0.1)),
        warmth_and_rides=(0.2, 0.4),
        rides_against_windows="2.0 times what reference windows differ from each other.",
    )


def bias(feature: str, apart: float) -> FeatureBias:
    return FeatureBias(feature=feature, under=0.2 + apart, over=0.2, range_ratio=apart)


def test_longest_run_of_bad_days_is_found():
    assert [d.day.day for d in story(20.0, 5.0, 16.0, 30.0, 15.0).worst_run] == [3, 4]


def test_no_bad_day_is_no_run():
    assert story(5.0, 15.0).worst_run == ()


def test_opening_says_that_the_in_sample_figure_flatters():
    told = sentences.opening(story(5.0))
    assert "off by 4.0 rides" in told
    assert "out of bag), by 10.0. The first figure flatters" in told


def test_first_warm_day_is_named():
    told = sentences.first_warmth(story(5.0, 5.0, warm=(1,)))
    assert told == "The first hours warmer than any in training come on 2 February: 3 of 24."


def test_no_warm_day_is_said():
    assert sentences.first_warmth(story(5.0)) == "No hour is warmer than the warmest in training."


def test_lasting_damage_counts_warm_hours_of_the_run():
    told = sentences.lasting_damage(story(5.0, 16.0, 30.0, warm=(1, 2)))
    assert "2–3 February: 6 of 48 hours are warmer" in told
    assert "on 3 February the forest is off by 30.0" in told


def test_no_lasting_damage_is_said():
    assert "No run of bad days" in sentences.lasting_damage(story(5.0))


def test_prediction_that_moves_is_not_called_silent():
    held = story(5.0)
    loud = replace(held, weeks=(*held.weeks[:2], period("week 3", 24.0, ks_p_prediction=0.001)))
    assert "sees nothing" in sentences.label_and_prediction(held)
    assert "sees it too" in sentences.label_and_prediction(loud)


def test_what_the_report_says_of_the_rides_is_told():
    held = story(5.0)
    assert sentences.label_and_prediction(held).endswith(f"the rides moved {held.rides_against_windows}")
    untold = replace(held, rides_against_windows="")
    assert sentences.label_and_prediction(untold).endswith("sees nothing.")


def test_worst_hours_name_the_widest_and_the_narrowest_feature():
    told = sentences.worst_hours(story(5.0))
    assert "is warmth: by atemp," in told
    assert "lie 60 % of the range apart, by windspeed 10 %." in told


def test_worst_hours_parted_by_another_feature_are_not_called_warm():
    told = sentences.worst_hours(replace(story(5.0), error_bias=(bias("hum", 0.6), bias("temp", 0.1))))
    assert "apart is hum: by hum," in told
    assert "warmth" not in told


def test_correlation_that_falls_is_not_called_more():
    assert "no more than they did (r 0.40 → 0.20)" in sentences.worst_hours(
        replace(story(5.0), warmth_and_rides=(0.4, 0.2))
    )


def test_warm_days_are_marked_under_their_bar():
    held = days(2.0, 8.0, 4.0, warm=(1,))
    assert (sentences.course(held), sentences.warm_days(held)) == ("▃█▅", " ▲ ")


def test_early_weeks_stand_beside_both_references():
    told = sentences.beside_both(story(5.0))
    assert "off by 12.0 and 15.0 rides" in told
    assert "3.0 to 3.8 times as much" in told
    assert "the out-of-bag one 1.2 to 1.5 times." in told


def test_worst_day_of_the_first_week_stands_between_its_neighbours():
    told = sentences.one_bad_day(story(*[5.0] * 4, 6.0, 30.0, 7.0, *[5.0] * 8))
    assert (
        told
        == "6 February is one bad day, not a trend: off by 30.0 rides, the day before by 6.0, the day after by 7.0."
    )
