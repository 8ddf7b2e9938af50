"""A metric as the mean of a loss that every row has."""

from __future__ import annotations

import numpy as np
import pytest

from barograph.errors import DataError
from barograph.explain.losses import RowLoss, row_loss
from barograph.explain.measured import known_metrics
from barograph.explain.sampled import SampledRows, sampled_rows
from barograph.metrics.values import Undefined
from barograph.profile.value import Profile

from .rows import BINARY, binary_rows, profiles, regression_rows

#: Rows of either side: few enough that the sample holds them all.
N = 1000
MEANS = {"performance.mae", "performance.mse", "performance.me", "performance.smape"}


@pytest.fixture
def regression(rng) -> tuple[Profile, Profile]:
    return profiles(regression_rows(rng, N), regression_rows(rng, N, harder=0.3))


@pytest.fixture
def binary(rng) -> tuple[Profile, Profile]:
    return profiles(binary_rows(rng, N), binary_rows(rng, N, concept=0.5), BINARY)


def of_sides(loss: RowLoss, sides: tuple[Profile, Profile]) -> list[float]:
    """The mean loss over the sampled rows of either side."""
    rows = [sampled_rows(side) for side in sides]
    return [np.average(loss.of_rows(r.outcome), weights=r.count) for r in rows if isinstance(r, SampledRows)]


@pytest.mark.parametrize("metric", [m for m in known_metrics("regression") if m != "performance.mase"])
def test_the_reference_loses_its_metric_on_average(regression, metric):
    loss = row_loss(metric, *regression)
    before, after = of_sides(loss, regression)
    assert before == pytest.approx(loss.reference.value, rel=1e-9)
    assert after - before == pytest.approx(loss.means[1] - loss.means[0], abs=1e-9)
    if metric in MEANS:
        assert loss.exact
        assert loss.curvature == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("metric", known_metrics("binary"))
def test_the_losses_of_a_classification_tell_its_change(binary, metric):
    loss = row_loss(metric, *binary)
    before, after = of_sides(loss, binary)
    change = loss.current.value - loss.reference.value
    assert after - before == pytest.approx(loss.means[1] - loss.means[0], abs=2e-3)
    assert abs(loss.curvature) < max(0.2 * abs(change), 0.01)


@pytest.mark.parametrize("metric", ["performance.mae", "performance.me", "performance.rmse"])
def test_the_linear_form_is_the_loss_of_the_rows(regression, metric):
    loss = row_loss(metric, *regression)
    rows = sampled_rows(regression[1])
    assert isinstance(rows, SampledRows)
    error = rows.outcome.prediction - rows.outcome.label
    centre = rows.outcome.centre
    held = {"absolute_error": np.abs(error), "squared_error": error**2, "": np.ones(len(error)),
            "prediction": rows.outcome.prediction - centre, "label": rows.outcome.label - centre}  # fmt: skip
    linear = sum(slope * held[name] for name, slope in loss.linear.items())
    assert linear == pytest.approx(loss.of_rows(rows.outcome), abs=1e-9)


def test_f1_is_linear_in_what_cross_tables_hold(binary):
    assert set(row_loss("performance.f1", *binary).linear) == {"label", "prediction", "misclassified", ""}


def test_a_metric_that_no_row_can_be_blamed_for_is_refused(regression):
    with pytest.raises(DataError, match=r"cannot be explained row by row; expected one of performance\.mae"):
        row_loss("performance.error_quantile(q=0.5)", *regression)


def test_rows_without_labels_have_no_loss(rng):
    rows = regression_rows(rng, 50).drop("y")
    reference = profiles(regression_rows(rng, 50), regression_rows(rng, 50))[0]
    import barograph as bg

    found = row_loss("performance.mae", reference, bg.profile(rows, like=reference))
    assert isinstance(found, Undefined)
    assert found.reason == "no_labels"
