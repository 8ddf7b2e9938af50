"""Multi-label metrics agree with scikit-learn on label indicators, random and degenerate."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from barograph.metrics.performance.multilabel.arrays import labels_of
from barograph.metrics.performance.multilabel.whole_rows import hamming_loss, jaccard, subset_accuracy
from barograph.metrics.performance.pr_auc import pr_auc
from barograph.metrics.performance.precision_recall import f1, precision, recall
from barograph.metrics.performance.probability_losses import brier, log_loss
from barograph.metrics.performance.roc_auc import roc_auc
from barograph.metrics.values import Undefined

CLASSES = ["a", "b", "c"]
rows = st.lists(
    st.tuples(*[st.integers(0, 1)] * 6, *[st.sampled_from([0.0, 0.2, 0.5, 0.75, 1.0])] * 3),
    min_size=1,
    max_size=40,
)
many = settings(max_examples=80)
each_score = pytest.mark.parametrize(
    ("ours", "theirs"), [(precision, sk.precision_score), (recall, sk.recall_score), (f1, sk.f1_score)]
)


def sides(given_rows):
    table = np.array(given_rows)
    return table[:, :3].astype(int), table[:, 3:6].astype(int), table[:, 6:]


def by_class(table):
    return {name: table[:, i].tolist() for i, name in enumerate(CLASSES)}


def agree(result, expected, tolerance=1e-9):
    if np.isnan(expected):
        assert isinstance(result, Undefined)
    else:
        assert result.value == pytest.approx(expected, abs=tolerance)
        assert result.interval[0] - 1e-9 <= result.value <= result.interval[1] + 1e-9


@each_score
@many
@given(given_rows=rows, average=st.sampled_from(["macro", "micro", "weighted"]))
def test_averages(ours, theirs, given_rows, average):
    y, p, _ = sides(given_rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one = np.array([theirs(y[:, i], p[:, i], zero_division=np.nan) for i in range(3)])
        expected = theirs(y, p, average="micro", zero_division=np.nan)
    if average != "micro":
        weight = np.where(np.isnan(one), 0.0, 1.0 if average == "macro" else y.sum(axis=0))
        expected = np.nansum(one * weight) / weight.sum() if weight.sum() else np.nan
    agree(ours(labels_of(by_class(y), by_class(p)), average=average), expected)


@each_score
@many
@given(given_rows=rows)
def test_one_class(ours, theirs, given_rows):
    y, p, _ = sides(given_rows)
    result = ours(labels_of(by_class(y), by_class(p)), class_name="b")
    agree(result, theirs(y[:, 1], p[:, 1], zero_division=np.nan))


@many
@given(rows)
def test_whole_rows(given_rows):
    y, p, _ = sides(given_rows)
    view = labels_of(by_class(y), by_class(p))
    agree(subset_accuracy(view), sk.accuracy_score(y, p))
    agree(hamming_loss(view), sk.hamming_loss(y, p))
    agree(jaccard(view), sk.jaccard_score(y, p, average="samples", zero_division=1))


@many
@given(rows)
def test_scores(given_rows):
    y, _, s = sides(given_rows)
    view = labels_of(by_class(y), scores=by_class(s))
    both = [i for i in range(3) if 0 < y[:, i].sum() < len(y)]
    agree(roc_auc(view), np.mean([sk.roc_auc_score(y[:, i], s[:, i]) for i in both]) if both else np.nan)
    agree(
        pr_auc(view),
        np.mean([sk.average_precision_score(y[:, i], s[:, i]) for i in both]) if both else np.nan,
    )


@pytest.mark.parametrize(("ours", "theirs"), [(log_loss, sk.log_loss), (brier, sk.brier_score_loss)])
@many
@given(given_rows=rows)
def test_losses(ours, theirs, given_rows):
    y, _, s = sides(given_rows)
    view = labels_of(by_class(y), scores=by_class(s))
    more = {"labels": [0, 1]} if theirs is sk.log_loss else {}
    each = [theirs(y[:, i], s[:, i], **more) for i in range(3)]
    for i, name in enumerate(CLASSES):
        assert ours(view, class_name=name).value == pytest.approx(each[i], abs=1e-9)
    assert ours(view).value == pytest.approx(np.mean(each), abs=1e-9)
