"""Maps from what a model says to what comes true."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from barograph.explain.actions.calibrators import isotonic, line, platt


def scores(rng, n, slope=0.6, add=0.5):
    z = rng.normal(0.0, 1.5, n)
    return expit(z), (rng.random(n) < expit(slope * z + add)).astype(float)


def test_line_is_least_squares(rng):
    x = rng.normal(size=100)
    y = 2.0 * x + 1.0 + rng.normal(size=100)
    slope, intercept = np.polyfit(x, y, 1)
    assert line(x, y, np.ones(100)).of(x) == pytest.approx(intercept + slope * x)


def test_line_of_least_absolute_errors_beats_least_squares_at_them(rng):
    x = rng.normal(size=200)
    y = 2.0 * x + rng.exponential(3.0, 200)
    count = np.ones(200)
    absolute = np.abs(line(x, y, count, absolute=True).of(x) - y).mean()
    assert absolute < np.abs(line(x, y, count).of(x) - y).mean()


def test_predictions_that_are_all_alike_are_only_moved():
    assert line(np.full(3, 5.0), np.array([6.0, 7.0, 8.0]), np.ones(3)).of(np.array([5.0, 9.0])).tolist() == [
        7.0,
        11.0,
    ]


def test_platt_is_logistic_regression_on_the_logit(rng):
    score, came = scores(rng, 3000)
    z = np.log(score / (1.0 - score))
    model = LogisticRegression(C=1e9).fit(z[:, None], came)
    assert platt(score, came, np.ones(3000)).of(score) == pytest.approx(
        model.predict_proba(z[:, None])[:, 1], abs=2e-3
    )


def test_platt_of_rows_that_a_score_parts_is_finite():
    found = platt(np.array([0.1, 0.2, 0.8, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]), np.ones(4))
    assert 0.0 < found.of(np.array([0.1]))[0] < found.of(np.array([0.9]))[0] < 1.0


def test_isotonic_is_near_scikit_learns_and_never_certain(rng):
    score, came = scores(rng, 2000)
    found = isotonic(score, came, np.ones(2000)).of(score)
    model = IsotonicRegression().fit(score, came)
    assert np.abs(found - model.predict(score)).mean() < 0.02
    assert found.min() > 0.0
    assert found.max() < 1.0
    assert (np.diff(found[np.argsort(score)]) >= 0.0).all()


def test_a_row_that_stands_for_two_counts_as_two(rng):
    score, came = scores(rng, 100)
    count = rng.integers(1, 3, 100)
    repeated = np.repeat(score, count), np.repeat(came, count), np.ones(count.sum())
    assert platt(score, came, count.astype(float)).of(score) == pytest.approx(platt(*repeated).of(score))
