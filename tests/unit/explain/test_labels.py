"""How sentences name the values of a column."""

import numpy as np
import pytest

from barograph.explain.labels import cells_label
from barograph.explain.sampled import ABOVE, BELOW, NULL
from barograph.explain.words import quoted
from barograph.metrics.quality.arrays import profile_of


@pytest.fixture
def grid():
    return profile_of(np.linspace(0.0, 1.0, 5_000)).grid.columns["x"]


def test_values_beyond_the_range_are_compared_as_in_sql(grid):
    assert cells_label(grid, np.array([ABOVE])) == "x > 1"
    assert cells_label(grid, np.array([BELOW])) == "x < 0"


def test_missing_values_are_told_beside_others(grid):
    assert cells_label(grid, np.array([ABOVE, NULL])) == "x > 1 or x without a value"


@pytest.mark.parametrize("name", ["missing", "Rows", "net income", "a.b"])
def test_a_name_that_reads_as_words_is_quoted(name):
    assert quoted(name) == repr(name)


@pytest.mark.parametrize("name", ["income", "temp", "num_05", "收入"])
def test_any_other_name_stands_as_it_is(name):
    assert quoted(name) == name
