"""Quality figures equal NumPy's on any values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.metrics.quality.arrays import column_of
from barograph.metrics.quality.distinct import distinct_count
from barograph.metrics.quality.extremes import maximum, minimum
from barograph.metrics.quality.facts import negative_share, out_of_range_share, zero_share
from barograph.metrics.quality.mean import mean, standard_deviation
from barograph.metrics.quality.quantile import quantile
from barograph.metrics.quality.top_share import top_share
from barograph.metrics.quality.unfit import infinite_share, nan_share, null_share
from barograph.metrics.values import Undefined

finite = st.integers(-50, 50).map(float) | st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
anything = finite | st.none() | st.sampled_from([float("nan"), float("inf"), float("-inf"), -0.0])
columns = st.lists(anything, min_size=1, max_size=60)
laws = settings(max_examples=60)


def numbers(values):
    x = np.array([np.nan if v is None else v for v in values], float)
    return x[np.isfinite(x)]


@laws
@given(columns)
def test_shares_of_rows_are_those_of_the_values(values):
    view, n = column_of(values, reference=[1.0, 2.0]), len(values)
    assert null_share(view).value == pytest.approx(values.count(None) / n)
    assert nan_share(view).value == pytest.approx(sum(v is not None and v != v for v in values) / n)
    assert infinite_share(view).value == pytest.approx(sum(v in (np.inf, -np.inf) for v in values) / n)


@laws
@given(columns, columns)
def test_facts_do_not_depend_on_the_bins(values, learned):
    x = numbers(values)
    if len(x) == 0:
        return
    view = column_of(values, reference=learned, limits=(-3.0, 7.5))
    assert zero_share(view).value == pytest.approx((x == 0).mean())
    assert negative_share(view).value == pytest.approx((x < 0).mean())
    assert out_of_range_share(view).value == pytest.approx(((x < -3) | (x > 7.5)).mean())


@laws
@given(columns, columns)
def test_moments_and_extremes_do_not_depend_on_the_bins(values, learned):
    x = numbers(values)
    if len(x) < 2:
        return
    view = column_of(values, reference=learned)
    # Sums are taken from the centre of the grid, so their precision is that of the distance to it.
    scale = max(np.abs(x).max(), np.abs(numbers(learned)).max(initial=0.0), 1.0)
    assert mean(view).value == pytest.approx(x.mean(), abs=1e-8 * scale)
    assert (minimum(view).value, maximum(view).value) == (x.min() + 0.0, x.max() + 0.0)
    # A value far from the centre the grid learned leaves 30 bits for its square: √2⁻³⁰ of it, a few times over.
    deviation = standard_deviation(view)
    assert isinstance(deviation, Undefined) or deviation.value == pytest.approx(x.std(), abs=2e-4 * scale)


@laws
@given(columns)
def test_few_values_are_told_apart_exactly(values):
    x = numbers(values)
    if len(x) == 0:
        return
    view, (_, rows) = column_of(values), np.unique(x, return_counts=True)
    assert distinct_count(view).value == len(rows)
    assert top_share(view).value == pytest.approx(rows.max() / len(x))


@laws
@given(columns, st.floats(0, 1))
def test_quantiles_of_few_values_are_numpys(values, q):
    x = numbers(values)
    if len(x) == 0 or abs(q * len(x) - round(q * len(x))) < 1e-6:
        return
    expected = np.quantile(x, q, method="inverted_cdf")
    assert quantile(column_of(values), q=q).value == pytest.approx(expected, rel=1e-12)


@laws
@given(columns, columns)
def test_quantiles_rise_and_stay_within_the_extremes(values, learned):
    x = numbers(values)
    if len(x) == 0:
        return
    view = column_of(values, reference=learned)
    found = [quantile(view, q=q).value for q in np.linspace(0, 1, 15)]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (x.min() + 0.0, x.max() + 0.0)
