"""What an action would have brought, and what it leaves."""

import math

import numpy as np
import pytest

from barograph.explain.actions.gain import Trial, badness, paired_gain, remaining, standard_error
from barograph.metrics.intervals import Z
from barograph.metrics.values import Value


def trial(before, after, count=None):
    before, after = np.asarray(before, float), np.asarray(after, float)
    return Trial(
        before=before, after=after, count=np.ones(len(before)) if count is None else np.asarray(count, float)
    )


def test_equal_answers_gain_nothing_for_certain():
    assert paired_gain(trial([1, 2, 3], [1, 2, 3]), "lower_is_better").interval == (0.0, 0.0)


@pytest.mark.parametrize(("direction", "gain"), [("lower_is_better", 1.0), ("higher_is_better", -1.0)])
def test_positive_is_better_whatever_the_metric(direction, gain):
    assert paired_gain(trial([3, 4, 2], [2, 3, 1]), direction).value == gain


def test_where_zero_is_best_the_distance_from_it_counts():
    assert paired_gain(trial([-3, -3, -3.5, -2.5], [1, 1, 1.5, 0.5]), "zero_is_best").value == 2.0


def test_a_row_that_stands_for_three_counts_as_three(rng):
    before, after, count = rng.normal(size=40), rng.normal(size=40), rng.integers(1, 4, 40)
    repeated = trial(np.repeat(before, count), np.repeat(after, count))
    alike = paired_gain(trial(before, after, count), "lower_is_better")
    assert alike.interval == pytest.approx(paired_gain(repeated, "lower_is_better").interval)


def test_few_rows_that_differ_are_not_certain():
    """Three of 100 rows answered right where they were wrong: no narrower than Bonett and Price's interval."""
    low, high = paired_gain(trial([1] * 3 + [0] * 97, [0] * 100), "lower_is_better").interval
    p, q = (3 + 1) / 102, 1 / 102
    half = Z * math.sqrt((p + q - (p - q) ** 2) / 102)
    assert low < 0.0
    assert 2.0 * half < high - low < 3.0 * half


def test_as_many_rows_better_as_worse_give_bonett_and_prices_interval():
    found = paired_gain(trial([1] * 20 + [0] * 80, [0] * 20 + [1] * 20 + [0] * 60), "lower_is_better")
    half = Z * math.sqrt(42 / 102 / 102)
    assert found.interval == pytest.approx((-half, half), rel=0.03)


@pytest.mark.parametrize("share", [0.2, 0.5, 1.0])
def test_interval_covers_the_gain_of_few_skewed_rows(share, rng):
    held = 0
    for _ in range(400):
        gain = (rng.random(60) < share) * (rng.exponential(1.0, 60) - 0.5)
        low, high = paired_gain(trial(gain, np.zeros(60)), "lower_is_better").interval
        held += low <= share * 0.5 <= high
    assert 0.88 <= held / 400 <= 0.99


def test_what_is_left_is_the_change_less_the_gain(rng):
    before = rng.exponential(2.0, 300)
    tried = trial(before, before / 2.0)
    gain = paired_gain(tried, "lower_is_better")
    sides = (
        Value(value=1.0, n=500, interval=(0.9, 1.1)),
        Value(value=before.mean(), n=300, interval=(1.8, 2.2)),
    )
    change = Value(value=before.mean() - 1.0, n=300, interval=(before.mean() - 1.25, before.mean() - 0.75))
    left = remaining(tried, sides, change, "lower_is_better", gain=gain)
    assert left.value == pytest.approx(before.mean() / 2.0 - 1.0)
    assert 0.05 < standard_error(left) < standard_error(change)


def test_what_is_left_of_two_large_figures_is_as_certain_as_the_answered_rows_themselves(rng):
    """A fault of 500, of which an action leaves 5: their difference would hold 0, the rows' own mean does not."""
    before, after = rng.normal(500.0, 300.0, 400), rng.normal(6.0, 1.0, 400)
    tried = trial(before, after)
    sides = Value(value=1.0, n=500, interval=(0.9, 1.1)), Value(value=before.mean(), n=400, interval=None)
    change = Value(value=before.mean() - 1.0, n=400, interval=(before.mean() - 40.0, before.mean() + 38.0))
    left = remaining(tried, sides, change, "lower_is_better", gain=paired_gain(tried, "lower_is_better"))
    assert left.interval[0] > 0.0


def test_later_rows_are_held_against_the_reference_alone(rng):
    later = Trial(
        before=rng.normal(9.0, 1.0, 50), after=rng.normal(2.0, 1.0, 50), count=np.ones(50), later=True
    )
    sides = Value(value=1.5, n=500, interval=(1.4, 1.6)), Value(value=5.0, n=200, interval=(4.5, 5.5))
    change = Value(value=3.5, n=200, interval=(3.0, 4.0))
    left = remaining(later, sides, change, "lower_is_better", gain=paired_gain(later, "lower_is_better"))
    assert left.value == pytest.approx(later.after.mean() - 1.5)


def test_badness_of_a_metric_where_more_is_better_is_its_negative():
    assert badness(np.array([1.0, 2.0]), np.ones(2), "higher_is_better").tolist() == [-1.0, -2.0]
