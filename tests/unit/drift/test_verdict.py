import numpy as np
import pytest

from barograph.errors import DataError
from barograph.metrics.drift.counts import pair, scale_to
from barograph.metrics.drift.effect import effect, size_of
from barograph.metrics.drift.verdict import Matters, changed_cell, judge, weigh_evidence


def evidence(reference, current, **options):
    return weigh_evidence(reference, current, **options)


def test_a_clear_change_is_detected_with_its_size():
    verdict = judge({"plan": evidence([500, 300, 200], [400, 300, 300])})["plan"]
    assert verdict.detected
    assert verdict.size == "moderate"
    assert verdict.basis == "rows"


def test_equal_counts_are_not_detected():
    verdict = judge({"plan": evidence([500, 300, 200], [500, 300, 200])})["plan"]
    assert (verdict.detected, verdict.effect, verdict.p_value) == (False, 0.0, 1.0)


def test_a_real_but_tiny_change_does_not_matter():
    verdict = judge({"x": evidence([5_000_000, 5_000_000], [5_020_000, 4_980_000])})["x"]
    assert verdict.significant
    assert not verdict.detected


def test_a_rare_class_that_doubles_matters_though_few_rows_move():
    verdict = judge({"x": evidence([997_500, 2_500], [995_500, 4_500])})["x"]
    assert verdict.effect < 0.005
    assert (verdict.detected, verdict.cell) == (True, 1)


def test_a_column_that_turns_null_is_detected():
    assert judge({"x": evidence([100, 100, 0], [10, 10, 180])})["x"].size == "large"


def test_one_change_among_many_still_columns_needs_a_smaller_p_value():
    weak = evidence([500, 500], [555, 445])
    still = {f"s{i}": evidence([500, 500], [500, 500]) for i in range(40)}
    assert judge({"x": weak})["x"].significant
    assert not judge({"x": weak, **still})["x"].significant


def test_weights_count_as_effective_rows():
    heavy = [50_000, 50_000], [52_000, 48_000]
    assert judge({"x": evidence(*heavy)})["x"].significant
    assert not judge({"x": evidence(*heavy, effective_n=(400, 400))})["x"].significant


def test_a_p_value_of_windows_replaces_that_of_rows():
    verdict = judge({"x": evidence([500, 500], [300, 700], windows_p_value=0.4)})["x"]
    assert (verdict.detected, verdict.p_value, verdict.basis) == (False, 0.4, "windows")


def test_limits_are_configurable():
    e = evidence([500, 300, 200], [400, 300, 300], matters=Matters(cell_change=9.0))
    assert judge({"x": e})["x"].matters
    assert not judge({"x": e}, matters=Matters(effect=0.5, cell_change=9.0))["x"].matters


def test_one_row_more_in_a_small_cell_does_not_matter():
    assert changed_cell([199, 1], [198, 2]) is None


def test_the_same_generator_gives_the_same_interval():
    first, again = (effect([50, 30, 20], [30, 30, 40]) for _ in range(2))
    assert first == again


@pytest.mark.parametrize(
    ("value", "word"), [(0.0199, "slight"), (0.02, "small"), (0.05, "moderate"), (0.15, "large")]
)
def test_sizes_in_words(value, word):
    assert size_of(value) == word


@pytest.mark.parametrize(
    ("reference", "current", "text"),
    [
        ([1, 2], [1, 2, 3], "count both on one grid"),
        ([1, -1], [1, 1], "reference holds a negative"),
        ([1, 1], [1, np.nan], "current holds a negative or non-finite"),
        ([1, 1], [0, 0], "current has no rows"),
    ],
)
def test_counts_that_cannot_be_compared_are_refused(reference, current, text):
    with pytest.raises(DataError, match=text):
        pair(reference, current)


def test_scaling_needs_rows():
    with pytest.raises(DataError, match="expected both above 0"):
        scale_to([0.0, 0.0], 5.0)
