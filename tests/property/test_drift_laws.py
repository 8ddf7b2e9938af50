"""Laws of the drift machinery: exact tails, noise, effects, rates, order of cells."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from barograph.metrics.drift.cell_tails import all_on_one_side, cell_tails
from barograph.metrics.drift.counts import pair
from barograph.metrics.drift.effect import effect
from barograph.metrics.drift.multiplicity import benjamini_hochberg, e_bh, simes, tree_bh
from barograph.metrics.drift.null_moments import expected_squared_tv, mean_deviation
from barograph.metrics.drift.psi import psi
from barograph.metrics.drift.significance import drift_p_value
from barograph.metrics.drift.total_variation import total_variation

tables = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), min_size=2, max_size=15).filter(
    lambda rows: min(sum(a for a, _ in rows), sum(b for _, b in rows)) > 0
)
p_lists = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(st.integers(20, 10**6), st.integers(20, 10**6), st.floats(0, 1), st.floats(-6, 6))
@settings(max_examples=300)
def test_cell_tails_are_the_hypergeometric_ones(n, m, size, z):
    cell = int(min(np.exp(size * np.log((n + m) / 2)), n + m - 1))
    share = m / (n + m)
    x = round(cell * share + z * np.sqrt(cell * share * (1 - share) * (1 - cell / (n + m))))
    x = min(max(x, cell - n, 0), cell, m)
    lower, upper = cell_tails([cell - x], [x], totals=(n, m))
    exact = stats.hypergeom.cdf(x, n + m, cell, m), stats.hypergeom.sf(x - 1, n + m, cell, m)
    for ours, theirs in zip((lower[0], upper[0]), exact, strict=True):
        if 1e-12 < theirs < 0.05:
            # Sides of very unequal size are skewed the most.
            assert ours == pytest.approx(theirs, rel=0.1 if max(n, m) < 30 * min(n, m) else 0.3)


@given(st.integers(0, 60), st.integers(1, 300), st.integers(1, 300))
def test_all_on_one_side_is_the_hypergeometric_point(cell, side, other):
    cell = min(cell, side + other)
    exact = stats.hypergeom.pmf(cell, side + other, cell, side) if cell <= side else 0.0
    assert all_on_one_side([cell], side=side, other=other)[0] == pytest.approx(exact, rel=1e-8, abs=1e-300)


@given(st.integers(1, 80), st.integers(20, 200), st.integers(20, 200))
def test_mean_deviation_is_exact(cell, side, other):
    cell = min(cell, side + other - 1)
    k = np.arange(cell + 1)
    pmf = stats.hypergeom.pmf(k, side + other, cell, side)
    exact = np.sum(pmf * np.abs(k - cell * side / (side + other)))
    assert mean_deviation(np.array([float(cell)]), side=side, other=other)[0] == pytest.approx(
        exact, rel=1e-8
    )


@pytest.mark.parametrize(("cells", "n", "m"), [(2, 60, 90), (3, 300, 300), (25, 400, 900), (500, 1000, 1000)])
def test_expected_squared_tv_is_the_permutation_mean(cells, n, m):
    rng = np.random.default_rng([cells, n])
    p = 1 / np.arange(1, cells + 1) ** 0.8
    total = rng.multinomial(n + m, p / p.sum())
    dealt = rng.multivariate_hypergeometric(total, n, size=6000)
    squared = (0.5 * np.abs(dealt / n - (total - dealt) / m).sum(axis=1)) ** 2
    error = squared.std() / np.sqrt(len(squared))
    ours = expected_squared_tv(pair(dealt[0], total - dealt[0]))
    assert abs(ours - squared.mean()) < 0.02 * squared.mean() + 4 * error


@given(tables, st.randoms())
def test_p_value_and_psi_ignore_the_order_of_cells(rows, random):
    shuffled = random.sample(rows, len(rows))
    for measure in (drift_p_value, psi, total_variation):
        once, again = (measure(*np.array(r).T) for r in (rows, shuffled))
        assert once == pytest.approx(again, abs=1e-9)


@given(tables)
def test_p_value_is_symmetric_and_a_probability(rows):
    a, b = np.array(rows).T
    p = drift_p_value(a, b)
    assert 0 <= p <= 1
    assert p == pytest.approx(drift_p_value(b, a), rel=1e-6, abs=1e-12)


@given(tables)
@settings(max_examples=50)
def test_effect_lies_in_its_interval_and_below_total_variation(rows):
    a, b = np.array(rows).T
    e = effect(a, b)
    assert 0 <= e.interval[0] <= e.effect <= e.interval[1] <= 1
    assert e.effect <= e.total_variation + 1e-12


@given(p_lists)
def test_benjamini_hochberg_is_scipys(p):
    np.testing.assert_allclose(benjamini_hochberg(p), stats.false_discovery_control(p), rtol=1e-12)


@given(p_lists)
def test_simes_lies_between_bonferroni_and_the_largest(p):
    assert min(p) - 1e-12 <= simes(p) <= min(len(p) * min(p), max(p)) + 1e-12


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=30), st.floats(0.01, 0.5))
def test_e_bh_on_inverted_p_values_is_benjamini_hochberg(p, level):
    q = benjamini_hochberg(p)
    if (np.abs(q - level) > 1e-9).all():
        np.testing.assert_array_equal(e_bh(1 / np.array(p), level=level), q <= level)


@given(p_lists, st.floats(0.01, 0.5))
def test_tree_of_one_level_is_benjamini_hochberg(p, level):
    names = {str(i): value for i, value in enumerate(p)}
    rejected = tree_bh(names, parents=dict.fromkeys(names), level=level)
    assert list(rejected.values()) == (benjamini_hochberg(p) <= level).tolist()
