"""What the product says, unasked, of why the two stories' models broke."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from barograph.demo.bike.run import make_profiles as bike_profiles
from barograph.demo.bike.why import Why, explain_warm_days
from barograph.demo.credit.run import make_profiles as credit_profiles
from barograph.demo.credit.why import explain_periods
from barograph.explain.explanation import Explanation


@pytest.fixture(scope="module")
def bike() -> Why:
    return explain_warm_days(bike_profiles())


@pytest.fixture(scope="module")
def credit() -> dict[str, Explanation]:
    return explain_periods(credit_profiles())


def part(explanation: Explanation, cause: str) -> float:
    return next(p.amount.value for p in explanation.parts if p.cause == cause)


def dates(*windows: datetime) -> list[str]:
    return [f"{w.astimezone(UTC):%Y-%m-%d}" for w in windows]


def test_part_of_the_rise_is_an_in_sample_reference(bike):
    assert part(bike.explanation, "optimism") == pytest.approx(7.3, abs=0.4)


def test_the_rest_is_mostly_hours_unlike_any_in_training(bike):
    first = bike.explanation.parts[0]
    assert first.cause == "new_territory"
    assert "under-estimates" in first.sentence


def test_warmth_is_one_cause_under_two_names(bike):
    warmth = bike.explanation.columns[0]
    assert set(warmth.columns) == {"temp", "atemp"}
    assert warmth.new_territory.value == pytest.approx(7.6, abs=1.5)
    assert warmth.unseen_share == pytest.approx(0.17, abs=0.03)


def test_the_bad_day_the_first_warm_hours_and_the_lasting_damage_are_dated(bike):
    since = bike.explanation.since
    assert dates(since.metric.window) == ["2011-02-17"]
    assert dates(*since.bad_windows) == ["2011-02-06"]
    assert {c.series for c in since.columns if dates(c.window) == ["2011-02-14"]} == {"temp", "atemp"}


def test_retraining_after_week_one_would_have_saved_a_part(bike):
    gain = bike.retraining.gain
    assert gain.interval[0] > 0.0
    assert gain.value < part(bike.explanation, "new_territory")


def test_the_fault_is_named_with_its_column_channel_and_event(credit):
    fault = credit["the days of the fault"]
    assert (fault.parts[0].cause, fault.parts[0].name) == ("fault", "income divided by 1,000")
    assert "channel=web" in fault.parts[0].sentence
    assert part(fault, "fault") > 0.9 * fault.change.value
    assert [e.name for e in fault.since.events] == ["the new intake form"]
    assert fault.actions[0].action == "repair"


def test_the_concept_its_segment_and_both_starts_are_found_in_all_of_production(credit):
    whole = credit["all of production"]
    assert {p.cause for p in whole.parts[:2]} == {"concept", "fault"}
    assert whole.columns[0].columns == ("rate",)
    assert whole.segments[0].segment == "rate=variable"
    early, late = whole.since.metric.interval
    assert early <= datetime(2025, 4, 21, tzinfo=UTC) <= late
    assert "2025-04-08" in whole.since.sentence
