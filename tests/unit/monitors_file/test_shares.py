"""A budget is shared by monitors, and what a monitor has of it by its series."""

from __future__ import annotations

import pytest

from barograph.metrics.address import parse_address
from barograph.monitors.budget import budget_level
from barograph.monitors.condition import Budget, Calibrated, Composite, Limit, Part
from barograph.monitors.monitor import Monitor
from barograph.monitors.shares import shares_of

DAY = 86_400.0
CALIBRATED = Calibrated()


def series(name, address, when=CALIBRATED, **more):
    return Monitor(name=name, metric=parse_address(address), when=when, **more)


def columns(name, number, **more):
    return [series(name, f'drift.total_variation(column="x{i}")', **more) for i in range(number)]


def of_a_day(parts):
    return budget_level(Budget(), window_seconds=DAY, series=parts)


def several(how, *conditions):
    return Composite(how=how, parts=tuple(Part(metric=None, against=None, when=when) for when in conditions))


def test_columns_of_one_monitor_share_what_it_has_and_take_nothing_more_from_others():
    inputs, income = series("inputs", "drift.inputs_p_value"), columns("income moved", 60)
    shares = shares_of([inputs, *income])
    assert shares.level(inputs) == of_a_day(2)
    assert {shares.level(each) for each in income} == {of_a_day(120)}


def test_the_answers_column_is_a_monitor_like_others():
    inputs = series("inputs", "drift.inputs_p_value")
    answers = series("answers", 'drift.total_variation(column="prediction")')
    assert shares_of([inputs, answers]).level(answers) == of_a_day(2)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(series("other", "drift.share", when=Limit(above=0.3)), id="a limit"),
        pytest.param(series("other", "drift.share", when=Calibrated(level=0.001)), id="a level of its own"),
        pytest.param(series("other", "drift.share", severity="info"), id="for the digest"),
    ],
)
def test_what_spends_nothing_of_it_has_no_share(other):
    inputs = series("inputs", "drift.inputs_p_value")
    assert shares_of([inputs, other]).level(inputs) == of_a_day(1)


def test_what_is_for_the_digest_spends_its_own():
    quiet = columns("quiet", 5, severity="info")
    shares = shares_of([series("inputs", "drift.inputs_p_value"), *quiet])
    assert shares.level(quiet[0]) == of_a_day(5)


def test_versions_of_a_monitor_share_too():
    both = [series("inputs", "drift.inputs_p_value", version="each")] * 2
    assert shares_of(both).level(both[0]) == of_a_day(2)


def test_what_is_not_calibrated_needs_no_level():
    limited = series("many", "drift.share", when=Limit(above=0.3))
    assert shares_of([limited]).level(limited) is None


@pytest.mark.parametrize(
    "when",
    [
        pytest.param(several("any", CALIBRATED), id="any"),
        pytest.param(several("all", CALIBRATED, Limit(above=0.01)), id="all"),
        pytest.param(
            several("all", several("any", CALIBRATED), Limit(above=0.01)), id="one inside the other"
        ),
    ],
)
def test_one_among_other_conditions_spends_what_it_would_alone(when):
    inputs, income = series("inputs", "drift.inputs_p_value"), columns("income moved", 30, when=when)
    shares = shares_of([inputs, *income])
    assert shares.level(inputs) == of_a_day(2)
    assert {shares.level(each) for each in income} == {of_a_day(60)}


def test_conditions_of_which_any_is_a_breach_share_what_one_would_have():
    both = series(
        "inputs", "drift.inputs_p_value", when=several("any", CALIBRATED, CALIBRATED), for_windows=2
    )
    alone = series("inputs", "drift.inputs_p_value", for_windows=2)
    assert shares_of([both]).level(both) == shares_of([alone]).level(alone) / 2


def test_conditions_that_all_have_to_be_breached_do_not_share():
    both = series("inputs", "drift.inputs_p_value", when=several("all", CALIBRATED, CALIBRATED))
    assert shares_of([both]).level(both) == of_a_day(1)


def test_of_several_budgets_the_smallest_is_spent():
    small = Calibrated(budget=Budget(count=1.0, days=365.25))
    both = series("inputs", "drift.inputs_p_value", when=several("all", CALIBRATED, small))
    assert shares_of([both]).level(both) == of_a_day(4)
