"""The drift statistics equal SciPy's, on bins and on rows expanded from them."""

import warnings

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial import distance
from scipy.stats import contingency

from barograph.metrics.drift.anderson import anderson
from barograph.metrics.drift.cdf import OrderedCells
from barograph.metrics.drift.chi2 import chi2
from barograph.metrics.drift.cramer_von_mises import cramer_von_mises
from barograph.metrics.drift.cramers_v import cramers_v
from barograph.metrics.drift.energy import energy
from barograph.metrics.drift.g_test import g_test
from barograph.metrics.drift.hellinger import hellinger
from barograph.metrics.drift.jensen_shannon import jensen_shannon
from barograph.metrics.drift.kl import kl
from barograph.metrics.drift.ks import ks
from barograph.metrics.drift.l_infinity import l_infinity
from barograph.metrics.drift.mann_whitney import mann_whitney
from barograph.metrics.drift.moments import Moments
from barograph.metrics.drift.psi import psi
from barograph.metrics.drift.total_variation import total_variation
from barograph.metrics.drift.wasserstein import wasserstein
from barograph.metrics.drift.welch_t import welch_t
from barograph.metrics.drift.z import z

counts = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=12).filter(
    lambda rows: min(sum(a for a, _ in rows), sum(b for _, b in rows)) > 0
)
full = st.lists(st.tuples(st.integers(11, 90), st.integers(11, 90)), min_size=2, max_size=12)
samples = st.lists(st.integers(-20, 20), min_size=3, max_size=60)


def sides(rows):
    return np.array([a for a, _ in rows]), np.array([b for _, b in rows])


def expand(rows):
    a, b = sides(rows)
    return np.repeat(np.arange(len(a)), a), np.repeat(np.arange(len(b)), b)


def points(count):
    at = np.arange(count, dtype=float)
    return OrderedCells(lower=at, upper=np.nextafter(at, np.inf))


@given(counts)
def test_jensen_shannon_is_scipys(rows):
    a, b = sides(rows)
    expected = distance.jensenshannon(a, b, base=2)
    assert jensen_shannon(a, b) == pytest.approx(0.0 if np.isnan(expected) else expected, abs=1e-7)


@given(counts)
def test_total_variation_is_half_the_city_block_distance(rows):
    a, b = sides(rows)
    assert total_variation(a, b) == pytest.approx(distance.cityblock(a / a.sum(), b / b.sum()) / 2)


@given(counts)
def test_l_infinity_is_scipys_chebyshev(rows):
    a, b = sides(rows)
    assert l_infinity(a, b) == pytest.approx(distance.chebyshev(a / a.sum(), b / b.sum()))


@given(counts)
def test_hellinger_is_one_minus_bhattacharyya(rows):
    a, b = sides(rows)
    affinity = np.sqrt(a / a.sum() * b / b.sum()).sum()
    assert hellinger(a, b) ** 2 == pytest.approx(max(1 - affinity, 0), abs=1e-12)


@given(counts)
def test_kl_and_psi_are_entropies_of_smoothed_counts(rows):
    a, b = sides(rows)
    held = (a + b) > 0
    p, q = a[held] + 0.5, b[held] + 0.5
    assert kl(a, b) == pytest.approx(stats.entropy(q, p), abs=1e-12)
    assert psi(a, b) == pytest.approx(stats.entropy(q, p) + stats.entropy(p, q), abs=1e-12)


@given(full)
def test_chi2_and_g_are_scipys_contingency_tests(rows):
    table = np.array(sides(rows))
    a, b = table
    if (stats.contingency.expected_freq(table) < 5).any():
        return
    for ours, name in ((chi2(a, b), "pearson"), (g_test(a, b), "log-likelihood")):
        theirs = stats.chi2_contingency(table, correction=False, lambda_=name)
        assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue), abs=1e-9)
        assert ours.degrees_of_freedom == theirs.dof


@given(full)
def test_cramers_v_is_scipys(rows):
    table = np.array(sides(rows))
    assert cramers_v(*table) == pytest.approx(contingency.association(table, method="cramer"), abs=1e-9)


@given(counts)
def test_ks_on_atoms_is_scipys(rows):
    a, b = sides(rows)
    ours = ks(a, b, atoms=np.ones(len(a), dtype=bool))
    theirs = stats.ks_2samp(*expand(rows), method="asymp")
    assert ours.statistic == pytest.approx(theirs.statistic)
    assert ours.error == 0


def scipys_exact_p_value(x, y):
    """SciPy's exact p-value; the draw is passed over where SciPy itself falls back to a limit."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return stats.ks_2samp(x, y, method="exact").pvalue
        except RuntimeWarning:
            reject()


@given(st.integers(1, 400), st.floats(0, 1))
def test_ks_p_value_is_scipys_exact_one_for_equal_rows(n, part):
    steps = max(round(part * n), 1)
    rows = np.zeros(n), np.repeat([0.0, 1.0], [n - steps, steps])
    theirs = scipys_exact_p_value(*rows)
    assert ks([n, 0], [n - steps, steps]).p_value == pytest.approx(theirs, rel=1e-9, abs=1e-300)


@given(st.integers(100, 500), st.integers(100, 500), st.floats(0.02, 0.3))
def test_ks_p_value_is_near_scipys_exact_one_for_unequal_rows(n, m, part):
    k = round(part * m)
    theirs = scipys_exact_p_value(np.zeros(n), np.repeat([0.0, 1.0], [m - k, k]))
    assert ks([n, 0], [m - k, k]).p_value == pytest.approx(theirs, abs=0.02)


@given(st.integers(0, 10_000))
@settings(max_examples=30)
def test_ks_of_the_rows_lies_within_the_stated_error(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=300), rng.normal(0.3, 1.2, size=200)
    edges = np.concatenate([[-np.inf], np.quantile(x, np.linspace(0.1, 0.9, 9)), [np.inf]])
    ours = ks(np.histogram(x, edges)[0], np.histogram(y, edges)[0])
    assert ours.statistic - 1e-12 <= stats.ks_2samp(x, y).statistic <= ours.statistic + ours.error + 1e-12


@given(counts)
def test_wasserstein_and_energy_on_atoms_are_scipys(rows):
    a, b = sides(rows)
    assert wasserstein(a, b, cells=points(len(a))) == pytest.approx(
        stats.wasserstein_distance(*expand(rows)), abs=1e-9
    )
    assert energy(a, b, cells=points(len(a))) == pytest.approx(stats.energy_distance(*expand(rows)), abs=1e-6)


@given(samples, samples)
def test_cells_drawn_at_their_means_are_two_points(x, y):
    cells = OrderedCells(
        lower=np.array([-30.0, 30.0]),
        upper=np.array([30.0, 31.0]),
        reference_means=np.array([np.mean(x), np.nan]),
        current_means=np.array([np.mean(y), np.nan]),
    )
    assert wasserstein([len(x), 0], [len(y), 0], cells=cells) == pytest.approx(
        abs(np.mean(x) - np.mean(y)), abs=1e-9
    )


@given(counts)
@settings(max_examples=50)
def test_wasserstein_spreads_rows_over_their_bins(rows):
    a, b = sides(rows)
    edges = OrderedCells(lower=np.arange(len(a), dtype=float), upper=np.arange(1.0, len(a) + 1.0))
    spread = (np.arange(len(a))[:, None] + (np.arange(200) + 0.5) / 200).ravel()
    theirs = stats.wasserstein_distance(spread, spread, np.repeat(a, 200), np.repeat(b, 200))
    assert wasserstein(a, b, cells=edges) == pytest.approx(theirs, abs=3e-3)
    theirs = stats.energy_distance(spread, spread, np.repeat(a, 200), np.repeat(b, 200))
    assert energy(a, b, cells=edges) == pytest.approx(theirs, abs=5e-3)


@given(counts)
def test_mann_whitney_is_scipys(rows):
    a, b = expand(rows)
    ours, theirs = mann_whitney(*sides(rows)), stats.mannwhitneyu(b, a, method="asymptotic")
    assert ours.statistic == pytest.approx(theirs.statistic)
    if len(np.unique(np.concatenate([a, b]))) > 1:
        assert ours.p_value == pytest.approx(theirs.pvalue, abs=1e-12)


@given(counts)
def test_cramer_von_mises_is_scipys(rows):
    a, b = expand(rows)
    if min(len(a), len(b)) < 2:
        return
    ours, theirs = cramer_von_mises(*sides(rows)), stats.cramervonmises_2samp(a, b, method="asymptotic")
    assert ours.statistic == pytest.approx(theirs.statistic, abs=1e-9)
    assert ours.p_value == pytest.approx(theirs.pvalue, abs=1e-7)


@given(counts)
@pytest.mark.filterwarnings("ignore")
def test_anderson_is_scipys(rows):
    a, b = expand(rows)
    if len(a) + len(b) < 4 or len(np.unique(np.concatenate([a, b]))) < 2:
        return
    ours, theirs = anderson(*sides(rows)), stats.anderson_ksamp([a, b])
    assert ours.statistic == pytest.approx(theirs.statistic, abs=1e-6)
    assert ours.p_value == pytest.approx(theirs.pvalue, abs=1e-3)


@given(samples, samples)
@pytest.mark.filterwarnings("ignore:Precision loss")
def test_welch_t_and_z_are_scipys(x, y):
    if np.var(x) + np.var(y) == 0:
        return
    old, new = (Moments(n=len(v), mean=np.mean(v), variance=np.var(v, ddof=1)) for v in (x, y))
    theirs = stats.ttest_ind(y, x, equal_var=False)
    ours = welch_t(old, new)
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue), abs=1e-7)
    assert z(old, new).p_value == pytest.approx(2 * stats.norm.sf(abs(theirs.statistic)), abs=1e-9)
