"""The level of a window: a share of the budget, of several in a row that of a run."""

import math

import numpy as np
import pytest

from barograph.monitors.budget import ALIKE, budget_level, chance_of_run, level_of_run
from barograph.monitors.condition import Budget

DAY = 86_400.0


def test_one_window_has_its_share():
    assert budget_level(Budget(count=2.0, days=100.0), window_seconds=DAY, series=4) == pytest.approx(0.005)


def test_nobody_else_watching_is_one_series():
    assert budget_level(Budget(), window_seconds=DAY, series=0) == 1 / 91.3125


def test_chance_of_more_than_one_in_twenty_is_no_alarm_however_few_windows_there_are():
    assert budget_level(Budget(), window_seconds=30 * DAY, series=1) == 0.05
    assert budget_level(Budget(), window_seconds=DAY, series=1, in_a_row=9) == pytest.approx(0.05)


@pytest.mark.parametrize("windows", [2, 3, 5])
def test_a_run_at_its_level_comes_as_often_as_its_share(windows):
    level = level_of_run(1e-4, windows)
    assert 1e-4 < level < 0.05
    assert chance_of_run(level, windows) == pytest.approx(1e-4, rel=1e-6)


@pytest.mark.parametrize("windows", [2, 3])
def test_windows_as_alike_as_that_come_in_runs_so_often(windows):
    rng, draws, level = np.random.default_rng(5), 400_000, 0.05
    score = rng.normal(size=draws)
    held = score <= -1.6448536
    for _ in range(windows - 1):
        score = ALIKE * score + math.sqrt(1.0 - ALIKE**2) * rng.normal(size=draws)
        held &= score <= -1.6448536
    due = chance_of_run(level, windows)
    assert abs(held.mean() - due) < 4.0 * math.sqrt(due / draws)


def test_a_longer_run_has_a_higher_level():
    levels = [level_of_run(1e-4, windows) for windows in (1, 2, 3, 4)]
    assert levels == sorted(levels)
    assert levels[0] == 1e-4
