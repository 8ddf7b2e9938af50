import numpy as np
import pytest
from scipy import stats

from barograph.metrics.drift.expected_scores import Wander, expected_scores, wander_of

STILL = Wander(mean=0.0, nodes=np.zeros(13))


def test_without_wander_scores_are_chi_squared():
    found = expected_scores(np.array([3.0, 19.0]), STILL).p_values(np.array([9.0, 45.0]))
    assert found == pytest.approx(stats.chi2.sf([9.0, 45.0], [3, 19]))


@pytest.mark.parametrize("k_eff", [5.0, 9.0, 28.0])
def test_of_two_cells_the_test_is_that_of_student(k_eff):
    expected = expected_scores(np.ones(3), wander_of(6.0, free=1.0, k_eff=k_eff))
    scores = 6.0 * stats.f.isf([0.05, 0.0037, 0.0001], 1, k_eff - 1)
    assert expected.p_values(scores) == pytest.approx([0.05, 0.0037, 0.0001], rel=0.1)


def test_the_tail_is_that_of_noise_and_one_direction_that_wanders():
    rng = np.random.default_rng(8)
    drawn = 11.0 * rng.chisquare(1, 400_000) + rng.chisquare(18, 400_000)
    expected = expected_scores(np.array([19.0]), Wander(mean=10.0, nodes=np.full(13, 10.0)))
    # Three moments leave up to a third too many far out.
    for level, off in ((0.05, 0.1), (0.0037, 0.2), (0.0005, 0.4)):
        assert np.mean(drawn > expected.limits(level)) == pytest.approx(level, rel=off)


def test_few_windows_leave_more_possible_than_many():
    few, many = (
        expected_scores(np.array([9.0]), wander_of(12.0, free=9.0, k_eff=k)).limits(0.001)
        for k in (5.0, 500.0)
    )
    assert few > 2 * many


def test_a_constant_column_does_not_wander():
    assert wander_of(0.0, free=0.0, k_eff=28.0).nodes.tolist() == [0.0] * 13
