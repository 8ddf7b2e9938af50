"""Tails of the beta-binomial distribution, against SciPy's sums."""

import math

import pytest
from scipy.stats import betabinom

from barograph.monitors.judge.beta_binomial import beta_binomial_tail


@pytest.mark.parametrize("x", [1, 2, 7, 20, 130, 400, 900, 1_000])
@pytest.mark.parametrize(("alpha", "beta"), [(0.5, 1_000.0), (0.05, 2.0), (3.0, 40.0), (400.0, 4_000.0)])
def test_agrees_with_scipy(x, alpha, beta):
    expected = math.fsum(betabinom.pmf(k, 1_000, alpha, beta) for k in range(x, 1_001))
    assert beta_binomial_tail(float(x), 1_000.0, alpha, beta) == pytest.approx(expected, rel=1e-4, abs=1e-250)


def test_many_rows_cost_no_more_and_agree():
    assert beta_binomial_tail(2_000.0, 100_000.0, 3.0, 297.0) == pytest.approx(
        float(betabinom.sf(1_999, 100_000, 3.0, 297.0)), rel=1e-4
    )


def test_nothing_is_always_reached():
    assert beta_binomial_tail(0.0, 24.0, 1.0, 1.0) == 1.0


def test_falls_between_whole_numbers():
    tails = [beta_binomial_tail(2.0 + i / 10, 24.0, 0.5, 100.0) for i in range(11)]
    assert tails == sorted(tails, reverse=True)
