from __future__ import annotations

from datetime import UTC, datetime

import pytest

from barograph.demo.credit.periods import looks_of, periods_of
from barograph.demo.credit.scenario import Scenario
from barograph.errors import DataError


def test_history_ends_before_the_wait_for_its_labels():
    scenario = Scenario(training_days=10, holdout_days=5, waiting_days=20)
    assert scenario.training.end == scenario.holdout.start
    assert scenario.holdout.end == scenario.at(-20)


def test_days_are_counted_from_the_first_in_production():
    assert Scenario().fault.start == datetime(2025, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("knob", "value", "told"),
    [
        ("fault_kind", "hundreds", "fault_kind is 'hundreds'; expected one of none, thousands, nulls"),
        ("fault_column", "age", "fault_column is 'age'; expected one of income, "),
        ("labelled_share", 1.1, "labelled_share is 1.1; expected a share between 0 and 1"),
        ("applications_a_day", 0.0, "applications_a_day is 0.0; expected more than 0"),
        ("age_bias", -0.1, "age_bias is -0.1; expected 0 or more"),
        ("concept_strength", float("nan"), "concept_strength is nan; expected a finite number"),
    ],
)
def test_knob_out_of_range_is_named(knob, value, told):
    with pytest.raises(DataError, match=told):
        Scenario(**{knob: value})


def test_periods_follow_the_knobs():
    periods = periods_of(Scenario(fault_day=24, fault_days=3, concept_day=40))
    scenario = Scenario()
    assert periods.quiet.span == scenario.between(0, 21)
    assert periods.fault_week.span == scenario.between(21, 7)
    assert periods.repaired.span == scenario.between(28, 7)
    assert periods.risen.span == scenario.between(40, 14)


@pytest.mark.parametrize(
    "knobs", [{"fault_kind": "none"}, {"fault_day": 3}, {"concept_day": 45}, {"days": 83}, {"fault_days": 0}]
)
def test_scenario_without_the_story_is_refused(knobs):
    with pytest.raises(DataError, match="the story needs a data fault after a week in production"):
        periods_of(Scenario(**knobs))


def test_looks_are_a_week_apart_and_end_with_production():
    assert looks_of(Scenario(days=21)) == tuple(Scenario().at(day) for day in (7, 14, 21))
