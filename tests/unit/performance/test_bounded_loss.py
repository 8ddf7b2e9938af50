import numpy as np
import pytest

from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.performance.bounded_loss import bounded_loss
from barograph.metrics.values import Undefined


@pytest.fixture
def reference():
    return outcome_of("regression", np.zeros(4_000), np.random.default_rng(5).normal(size=4_000))


def shifted(reference, by, n=2_000):
    return outcome_of("regression", np.zeros(n), np.random.default_rng(6).normal(size=n) * by, like=reference)


def test_agrees_with_clipped_errors_to_the_width_of_a_bin(reference):
    errors = np.random.default_rng(6).normal(size=2_000)
    largest = np.abs(np.random.default_rng(5).normal(size=4_000)).max()
    assert bounded_loss(shifted(reference, 1.0)).value == pytest.approx(
        np.minimum(np.abs(errors) / largest, 1.0).mean(), abs=0.01
    )


def test_is_no_less_than_the_clipped_errors(reference):
    errors = np.abs(np.random.default_rng(6).normal(size=2_000))
    largest = np.abs(np.random.default_rng(5).normal(size=4_000)).max()
    assert bounded_loss(shifted(reference, 1.0)).value >= np.minimum(errors / largest, 1.0).mean()


def test_errors_beyond_the_reference_count_as_its_largest(reference):
    assert bounded_loss(shifted(reference, 1e6)).value == pytest.approx(1.0, abs=1e-3)


def test_grows_with_the_error(reference):
    losses = [bounded_loss(shifted(reference, by)).value for by in (0.5, 1.0, 1.5, 3.0, 10.0)]
    assert losses == sorted(losses)


def test_interval_covers_the_loss_of_more_rows(reference):
    many = bounded_loss(shifted(reference, 1.0, n=40_000)).value
    low, high = bounded_loss(shifted(reference, 1.0, n=400)).interval
    assert low < many < high


def test_a_few_rows_beyond_the_short_side_count_as_far_as_they_are():
    reference = outcome_of("regression", np.zeros(1_000), np.linspace(-1.0, 100.0, 1_000))
    current = outcome_of("regression", [0.0] * 10, [-2.0] * 10, like=reference)
    assert bounded_loss(current).value < 0.03


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (outcome_of("binary", ["a", "b"], ["a", "a"], positive="a"), "not_applicable"),
        (outcome_of("regression", [1.0, 2.0], [1.0, 3.0], weight=[1.0, 2.0]), "not_applicable"),
        (outcome_of("regression", [1.0, 2.0], [1.0, 2.0]), "constant"),
    ],
)
def test_says_why_there_is_none(view, reason):
    found = bounded_loss(view)
    assert isinstance(found, Undefined)
    assert found.reason == reason
