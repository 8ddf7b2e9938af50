from __future__ import annotations

from barograph.metrics.drift.chi2 import chi2


def test_ranges_with_few_rows_join_their_neighbours():
    # 60 rows beside 1,000: each of 20 ranges expects 3, all of them below 5.
    reference, current = [50] * 20, [6] * 10 + [0] * 10
    assert chi2(reference, current).p_value == 1.0
    assert chi2(reference, current, ordered=20).p_value < 1e-6
    assert chi2(reference, current, ordered=20).degrees_of_freedom == 9


def test_one_range_is_left_where_there_are_too_few_rows_for_two():
    assert chi2([50] * 20, [3] + [0] * 19, ordered=20).p_value == 1.0
