"""Performance metrics agree with scikit-learn, on random rows and on degenerate ones."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from barograph.metrics.performance import METRICS
from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import OutcomeView

FUNCTIONS = {m.name.partition(".")[2]: m.compute for m in METRICS}
NAN = {"zero_division": np.nan}


def ours(name: str, view: OutcomeView, **parameters: object) -> Result:
    return FUNCTIONS[name](view, **parameters)


def agree(result: Result, expected: float, tolerance: float = 1e-9) -> None:
    if not math.isfinite(expected):
        assert isinstance(result, Undefined), (result, expected)
    else:
        assert isinstance(result, Value), (result, expected)
        assert result.value == pytest.approx(expected, rel=tolerance, abs=tolerance)


def theirs(function: object, *args: object, **options: object) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(function(*args, **options))  # type: ignore[operator]


numbers = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-3)
pairs = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=60)


@settings(max_examples=60)
@given(pairs)
def test_regression_sums(rows):
    y, p = (np.array(c) for c in zip(*rows, strict=True))
    view = outcome_of("regression", y, p)
    agree(ours("mae", view), sk.mean_absolute_error(y, p))
    agree(ours("mse", view), sk.mean_squared_error(y, p))
    agree(ours("rmse", view), sk.root_mean_squared_error(y, p))
    agree(ours("quantile_loss", view, q=0.9), sk.mean_pinball_loss(y, p, alpha=0.9))
    agree(ours("me", view), float(np.mean(p - y)), 1e-8)
    agree(ours("me_sd", view), float(np.std(p - y, ddof=1)), 1e-6 * max(1.0, float(np.abs(p - y).max())))


@settings(max_examples=60)
@given(pairs)
def test_r2(rows):
    y, p = (np.array(c) for c in zip(*rows, strict=True))
    expected = sk.r2_score(y, p) if np.ptp(y) > 1e-4 * np.abs(y).max() else math.nan
    if np.ptp(y) == 0 or math.isfinite(expected):
        agree(ours("r2", outcome_of("regression", y, p)), expected, 1e-6)


@settings(max_examples=60)
@given(pairs)
def test_mape_over_labels_that_are_not_zero(rows):
    y, p = (np.array(c) for c in zip(*rows, strict=True))
    some = y != 0
    expected = sk.mean_absolute_percentage_error(y[some], p[some]) if some.any() else math.nan
    agree(ours("mape", outcome_of("regression", y, p)), expected)


def class_rows(classes: str, others: str = "") -> st.SearchStrategy[list[tuple[str, str]]]:
    return st.lists(
        st.tuples(st.sampled_from(classes + others), st.sampled_from(classes + others)),
        min_size=1,
        max_size=50,
    )


@settings(max_examples=100)
@given(class_rows("np"))
def test_binary_decisions(rows):
    y, p = (list(c) for c in zip(*rows, strict=True))
    view = outcome_of("binary", y, p, positive="p")
    agree(ours("accuracy", view), sk.accuracy_score(y, p))
    agree(ours("balanced_accuracy", view), theirs(sk.balanced_accuracy_score, y, p))
    for name, function in (
        ("precision", sk.precision_score),
        ("recall", sk.recall_score),
        ("f1", sk.f1_score),
    ):
        agree(ours(name, view), theirs(function, y, p, pos_label="p", **NAN))
    agree(ours("specificity", view), theirs(sk.recall_score, y, p, pos_label="n", **NAN))
    agree(ours("npv", view), theirs(sk.precision_score, y, p, pos_label="n", **NAN))


@settings(max_examples=100)
@given(class_rows("abc", "xy"))
def test_values_that_are_no_known_class_are_right_where_they_agree(rows):
    y, p = (list(c) for c in zip(*rows, strict=True))
    known = outcome_of("multiclass", list("abc"), list("abc"))
    view = outcome_of("multiclass", y, p, like=known)
    agree(ours("accuracy", view), sk.accuracy_score(y, p))
    differ = [a not in "abc" and b not in "abc" and a != b for a, b in zip(y, p, strict=True)]
    y = [v if v in "abc" else "?other" if d else "?" for v, d in zip(y, differ, strict=True)]
    p = [v if v in "abc" else "?" for v in p]
    constant = len(set(y)) == 1 or len(set(p)) == 1
    agree(ours("mcc", view), math.nan if constant else sk.matthews_corrcoef(y, p))
    same = set(y) == set(p) and len(set(y)) == 1
    agree(ours("cohen_kappa", view), math.nan if same else theirs(sk.cohen_kappa_score, y, p))


@settings(max_examples=100)
@given(class_rows("abcd"), st.sampled_from(["macro", "weighted"]))
def test_multiclass_averages(rows, average):
    y, p = (list(c) for c in zip(*rows, strict=True))
    view = outcome_of("multiclass", y, p)
    for name, function in (
        ("precision", sk.precision_score),
        ("recall", sk.recall_score),
        ("f1", sk.f1_score),
    ):
        expected = theirs(function, y, p, average=average, **NAN)
        # Where no labelled class is ever predicted, scikit-learn's weighted precision is 0; here it is 0/0.
        if name != "precision" or average != "weighted" or set(y) & set(p):
            agree(ours(name, view, average=average), expected)
        for one in sorted({*y, *p}):
            expected = theirs(function, y, p, labels=[one], average="macro", **NAN)
            agree(ours(name, view, class_name=one), expected)


proba = st.floats(0, 1).map(lambda s: round(s, 6))
scored = st.lists(
    st.tuples(st.integers(0, 1), st.one_of(proba, st.sampled_from([0.0, 0.25, 0.5, 1.0]))),
    min_size=1, max_size=60,
)  # fmt: skip


@settings(max_examples=100)
@given(scored)
def test_binary_scores(rows):
    y, s = (np.array(c) for c in zip(*rows, strict=True))
    view = outcome_of("binary", y, scores=s, positive="1")
    agree(ours("log_loss", view), theirs(sk.log_loss, y, s, labels=[0, 1]))
    agree(ours("brier", view), theirs(sk.brier_score_loss, y, s, labels=[0, 1], pos_label=1))
    both = 0 < y.sum() < len(y)
    agree(ours("roc_auc", view), sk.roc_auc_score(y, s) if both else math.nan, 1e-9)
    agree(ours("pr_auc", view), sk.average_precision_score(y, s) if both else math.nan, 1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_many_scores_on_another_sample_s_bins(seed):
    rng = np.random.default_rng(seed)
    views, truth = [], ([], [])
    for spread in (1.0, 2.5):
        y = (rng.random(50_000) < 0.2).astype(int)
        s = 1 / (1 + np.exp(-spread * (rng.normal(0, 1, len(y)) + 1.5 * y - 1.5)))
        truth = y, s
        views.append(outcome_of("binary", y, scores=s, positive="1", like=views[0] if views else None))
    agree(ours("roc_auc", views[1]), sk.roc_auc_score(*truth), 1e-4)
    agree(ours("pr_auc", views[1]), sk.average_precision_score(*truth), 1e-3)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(3, 60))
def test_multiclass_scores(seed, rows):
    rng = np.random.default_rng(seed)
    y, s = rng.integers(0, 3, rows), rng.dirichlet((1, 1, 1), rows)
    y[:3] = 0, 1, 2
    view = outcome_of("multiclass", y, scores={str(k): s[:, k] for k in range(3)})
    agree(ours("log_loss", view), sk.log_loss(y, s, labels=[0, 1, 2]))
    agree(ours("brier", view), sk.brier_score_loss(y, s, labels=[0, 1, 2]))
    agree(ours("roc_auc", view), sk.roc_auc_score(y, s, multi_class="ovr"))
    agree(ours("pr_auc", view), sk.average_precision_score(y, s))
    agree(ours("roc_auc", view, class_name="2"), sk.roc_auc_score(y == 2, s[:, 2]))


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 1), proba, st.integers(0, 8)),
        min_size=4,
        max_size=40,
    )
)
def test_weights(rows):
    y, s, w = (np.array(c) for c in zip(*rows, strict=True))
    p = (s > 0.5).astype(int)
    if not w.sum():
        return
    view = outcome_of("binary", y, p, scores=s, positive="1", weight=w)
    agree(ours("accuracy", view), sk.accuracy_score(y, p, sample_weight=w))
    agree(ours("log_loss", view), sk.log_loss(y, s, sample_weight=w, labels=[0, 1]))
    if 0 < y[w > 0].sum() < (w > 0).sum():
        agree(ours("roc_auc", view), sk.roc_auc_score(y, s, sample_weight=w))
        agree(ours("pr_auc", view), sk.average_precision_score(y, s, sample_weight=w))
