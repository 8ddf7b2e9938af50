"""Associations of the sampled rows agree with SciPy, and say why where there is none."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy import stats

from barograph.frames.typed import typed
from barograph.metrics.association import correlation_ratio, cramers_v, midranks, pearson
from barograph.metrics.association_table import association_table
from barograph.metrics.correlation import associations, feature_associations, target_associations
from barograph.metrics.values import Value
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.profile.sample import Sample
from barograph.schema.model import Column, Schema

RNG = np.random.default_rng(7)
N = 300
A = RNG.normal(size=N)
B = np.round(A + RNG.normal(size=N), 1)
G = RNG.choice(["u", "v", "w"], N)
H = np.where(RNG.random(N) < 0.5, G, RNG.choice(["u", "v"], N))
C = (G == "u") * 2.0 + RNG.normal(size=N)
ROWS = pl.DataFrame({"a": A, "b": B, "g": G, "h": H, "c": C, "y": A + 0.3 * C})


def profiled(frame=ROWS, learned=None, sampled=True):
    kinds = {n: "categorical" if t == pl.String else "numeric" for n, t in ROWS.schema.items()}
    columns = [Column(name=n, kind=k, role="label" if n == "y" else "feature") for n, k in kinds.items()]
    schema = Schema(columns=tuple(columns), task="regression")
    grid = learn_grid(typed(ROWS if learned is None else learned, schema), schema)
    return profile_block(typed(frame, schema), Plan(schema=schema, grid=grid, sampled=sampled))


def found(left, right, method, frame=ROWS):
    every = {(a.left, a.right, a.method): a.current for a in associations(None, profiled(frame))}
    return every[left, right, method]


def test_pearson_is_scipys_with_its_interval():
    expected = stats.pearsonr(A, B)
    result = found("a", "b", "pearson")
    interval = expected.confidence_interval()
    assert result.value == pytest.approx(expected.statistic, abs=1e-12)
    assert result.interval == pytest.approx((interval.low, interval.high), abs=1e-9)
    assert result.n == N


def test_spearman_is_scipys():
    assert found("a", "b", "spearman").value == pytest.approx(stats.spearmanr(A, B).statistic, abs=1e-12)


def test_the_correlation_ratio_follows_from_scipys_f():
    f = stats.f_oneway(*(C[np.equal(G, g)] for g in "uvw")).statistic
    eta = np.sqrt(f * 2 / (f * 2 + N - 3))
    assert found("g", "c", "correlation_ratio").value == pytest.approx(eta, abs=1e-12)


def test_cramers_v_is_scipys_chi2_with_bergsmas_correction():
    table = stats.contingency.crosstab(G, H).count
    phi = max(0, stats.chi2_contingency(table, correction=False).statistic / N - 4 / (N - 1))
    expected = np.sqrt(phi / (3 - 4 / (N - 1) - 1))
    assert found("g", "h", "cramers_v").value == pytest.approx(expected, abs=1e-12)


def test_without_rows_to_correct_the_v_of_independent_columns_is_near_0(rng):
    one, other = rng.integers(0, 20, (2, 500))
    raw = stats.contingency.association(stats.contingency.crosstab(one, other).count)
    assert raw > 0.15
    assert cramers_v(one, other[None, :], np.ones(500))[0][0] < 0.08


def test_a_pair_uses_the_rows_that_have_both():
    gaps = ROWS.with_columns(
        pl.when(pl.int_range(N) % 5 == 0).then(None).otherwise("a").name.keep(),
        pl.when(pl.int_range(N) % 7 == 0).then(float("nan")).otherwise("b").name.keep(),
    )
    held = (np.arange(N) % 5 != 0) & (np.arange(N) % 7 != 0)
    result = found("a", "b", "pearson", gaps)
    assert result.value == pytest.approx(np.corrcoef(A[held], B[held])[0, 1], abs=1e-12)
    assert result.n == held.sum()


def test_equal_rows_count_as_often_as_they_occur(rng):
    weights = rng.integers(1, 5, N).astype(float)
    repeated = [np.repeat(v, weights.astype(int)) for v in (A, B, C)]
    x, y, c = (v[None, :] for v in (A, B, C))
    codes = np.unique(G, return_inverse=True)[1]
    assert pearson(x, y, weights)[0][0, 0] == pytest.approx(np.corrcoef(*repeated[:2])[0, 1], abs=1e-12)
    ranks = midranks(y, weights)[0]
    assert np.repeat(ranks, weights.astype(int)) == pytest.approx(stats.rankdata(repeated[1]))
    once = correlation_ratio(c, codes[None, :], weights)[0][0, 0]
    twice = correlation_ratio(
        repeated[2][None, :], np.repeat(codes, weights.astype(int))[None, :], np.ones(len(repeated[2]))
    )[0][0, 0]
    assert once == pytest.approx(twice, abs=1e-12)


def test_huge_and_far_numbers_do_not_overflow():
    for scale, shift in ((1e300, 0.0), (1e-300, 0.0), (1.0, 1e9)):
        r = pearson((A * scale + shift)[None, :], (B * scale + shift)[None, :], np.ones(N))[0][0, 0]
        assert r == pytest.approx(np.corrcoef(A, B)[0, 1], abs=1e-6)


@pytest.mark.parametrize("constant", [0.1, -3e200, 0.0])
def test_a_constant_column_goes_with_nothing(constant):
    flat = ROWS.with_columns(pl.lit(constant).alias("a"))
    assert found("a", "b", "pearson", flat).reason == "constant"
    assert found("g", "h", "cramers_v", ROWS.with_columns(pl.lit("u").alias("g"))).reason == "constant"


def test_columns_without_a_number_go_with_nothing_and_warn_of_nothing():
    x = np.array([[np.nan, np.nan, np.inf], [1.0, 2.0, 3.0]])
    assert np.isnan(pearson(x, x, np.ones(3))[0]).tolist() == [[True, True], [True, False]]


def test_names_that_polars_reads_as_patterns_are_names():
    names = {"a": "^x$", "g": "^x.*$", "h": "*"}
    told = profiled()
    odd = replace(
        told,
        sample=Sample(told.sample.frame.rename(names)),
        grid=replace(told.grid, columns={names.get(n, n): c for n, c in told.grid.columns.items()}),
    )
    renamed = association_table(odd, ["^x$", "*"], ["^x.*$"]).primary
    assert renamed.tolist() == association_table(told, ["a", "h"], ["g"]).primary.tolist()


def test_a_column_goes_perfectly_with_itself():
    result = found("a", "b", "spearman", ROWS.with_columns(pl.col("a").alias("b")))
    assert result == Value(value=1.0, n=N, interval=(1.0, 1.0))


def test_both_sides_are_told():
    turned = profiled(ROWS.with_columns(-pl.col("a")))
    pair = next(a for a in target_associations(profiled(), turned) if (a.left, a.method) == ("a", "pearson"))
    assert (pair.right, pair.reference.value > 0.5, pair.current.value < -0.5) == ("y", True, True)


def test_without_a_sample_there_is_none():
    result = target_associations(None, profiled(sampled=False))[0].current
    assert result.reason == "no_sample"
    assert "sample=True" in result.detail


def test_a_column_that_is_gone_says_so():
    pairs = target_associations(profiled(), profiled(ROWS.drop("a")))
    gone = [a for a in pairs if a.left == "a"]
    assert [a.method for a in gone] == ["spearman", "pearson"]
    assert {a.current.reason for a in gone} == {"column_missing"}
    assert all(isinstance(a.reference, Value) for a in gone)


def test_three_rows_are_too_few():
    assert target_associations(None, profiled(ROWS[:3]))[0].current.reason == "too_few_rows"


def test_features_pair_by_pair_strongest_first():
    pairs = feature_associations(None, profiled(), pairs=4)
    ranked = [abs(a.current.value) for a in pairs if a.method != "pearson"]
    assert ranked == sorted(ranked, reverse=True)
    assert len(ranked) == 4
    assert not any("y" in (a.left, a.right) for a in pairs)


def test_of_many_features_those_that_go_with_the_label_are_compared():
    pairs = feature_associations(None, profiled(), features=2)
    assert {(a.left, a.right) for a in pairs} == {("a", "b")}


def test_the_interval_covers_the_truth():
    rng, covered = np.random.default_rng(8), 0
    for _ in range(400):
        x = rng.normal(size=60)
        y = 0.5 * x + np.sqrt(0.75) * rng.normal(size=60)
        frame = pl.DataFrame({"a": x, "y": y})
        schema = Schema(columns=(Column(name="a"), Column(name="y", role="label")), task="regression")
        grid = learn_grid(typed(frame, schema), schema)
        rows = profile_block(typed(frame, schema), Plan(schema=schema, grid=grid))
        low, high = target_associations(None, rows)[1].current.interval
        covered += low <= 0.5 <= high
    assert 0.92 <= covered / 400 <= 0.98
