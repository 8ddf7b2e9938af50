"""Quantiles of the error against normal ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.performance.normality import normal_quantiles
from barograph.metrics.values import Undefined

ERRORS = np.random.default_rng(8).normal(3.0, 2.0, 2000)


def found(errors: np.ndarray):
    return normal_quantiles(outcome_of("regression", np.zeros(len(errors)), errors))


def test_normal_errors_lie_on_the_line():
    q = found(ERRORS)
    inner = np.abs(q.normal) < 2
    assert q.error[inner] == pytest.approx(q.mean + q.sd * q.normal[inner], abs=0.25)
    assert q.correlation > 0.995


def test_points_are_quantiles_of_the_rows():
    q = found(ERRORS)
    levels = stats.norm.cdf(q.normal)
    assert q.error == pytest.approx(np.quantile(ERRORS, levels), abs=0.1)


def test_correlation_is_close_to_that_of_scipys_probability_plot():
    skewed = np.random.default_rng(2).exponential(5.0, 2000)
    (_, _), (_, _, r) = stats.probplot(skewed)
    assert found(skewed).correlation == pytest.approx(r, abs=0.02)


def test_equal_errors_have_no_quantiles_to_compare():
    assert isinstance(found(np.ones(50)), Undefined)


def test_too_few_rows():
    assert "quantiles of the error need 20 rows; there are 19" in found(ERRORS[:19]).detail
