"""A score cut in two, and where the logged answers cut it."""

import numpy as np
import pytest

from barograph.explain.actions.cross_chosen import cross_chosen
from barograph.explain.actions.cuts import cuts
from barograph.explain.actions.objective import ACCURACY, F1
from barograph.metrics.performance.arrays import outcome_of


def outcome(rng, n, threshold, like=None):
    score = rng.random(n)
    label = (rng.random(n) < score).astype(int)
    said = (score >= threshold).astype(int)
    return outcome_of("binary", label, said, scores=score, positive="1", like=like), label, said


def test_logged_answers_part_the_bin_they_fall_in(rng):
    """New scores are rarely edges of the reference's bins."""
    like, _, _ = outcome(rng, 100, 0.5)
    view, label, said = outcome(rng, 5000, 0.437, like)
    found = cuts(view)
    table = found.table[found.logged]
    expected = [
        (label & said).sum(),
        ((1 - label) & said).sum(),
        (label & (1 - said)).sum(),
        ((1 - label) & (1 - said)).sum(),
    ]
    assert table == pytest.approx(expected)
    assert found.threshold[found.logged] == pytest.approx(0.437, abs=0.02)
    assert (np.diff(found.threshold[1:]) < 0.0).all()


def test_answers_of_another_score_follow_no_threshold(rng):
    label, score = rng.integers(0, 2, 200), rng.random(200)
    view = outcome_of("binary", label, rng.integers(0, 2, 200), scores=score, positive="1")
    assert cuts(view).logged is None


def test_rows_of_one_kind_have_no_threshold():
    assert cuts(outcome_of("binary", [1, 1], [1, 1], scores=[0.2, 0.4], positive="1")).reason == "constant"


def test_cross_chosen_decisions_hold_every_row_once(rng):
    view, label, said = outcome(rng, 500, 0.9)
    trial = cross_chosen(cuts(view), ACCURACY, rng)
    assert trial.n == 500
    assert trial.before @ trial.count / 500 == pytest.approx((label == said).mean())


def test_cross_chosen_before_is_the_figure_of_the_logged_answers(rng):
    from sklearn.metrics import f1_score

    view, label, said = outcome(rng, 500, 0.7)
    trial = cross_chosen(cuts(view), F1, rng)
    assert trial.before @ trial.count / 500 == pytest.approx(f1_score(label, said))
