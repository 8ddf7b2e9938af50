"""The ranks between which a quantile lies."""

import pytest

from barograph.metrics.rank_limits import rank_limits


@pytest.mark.parametrize(("n", "low", "high"), [(100, 40, 61), (50, 18, 33), (20, 6, 15)])
def test_limits_of_the_median_lie_between_the_published_ranks(n, low, high):
    # Conover (1999), §3.2: order statistics whose coverage is at least 95 %; ranks count to a row's middle.
    found = rank_limits(0.5, n)
    assert low - 0.5 <= found[0] * n <= low + 0.5
    assert high - 1.5 <= found[1] * n <= high - 0.5


def test_a_high_quantile_has_more_room_above_than_wilson_gives():
    low, high = rank_limits(0.95, 200)
    assert (low, high) == pytest.approx((0.9179, 0.9778), abs=1e-4)


@pytest.mark.parametrize(("q", "n"), [(0.95, 20), (0.0, 1000), (1.0, 1000), (0.5, 5)])
def test_no_limits_where_no_row_may_lie_beyond(q, n):
    assert rank_limits(q, n) is None
