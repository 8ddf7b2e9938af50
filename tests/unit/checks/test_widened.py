from __future__ import annotations

import pytest
from scipy.stats import binomtest

from barograph.checks.widened import widened
from barograph.metrics.intervals import wilson
from barograph.metrics.registry import metric
from barograph.metrics.values import Value

SHARE = metric("quality.null_share")


def share(k: int, n: int) -> Value:
    return Value(value=k / n, n=n, interval=wilson(k, n))


@pytest.mark.parametrize(("k", "n"), [(0, 50), (1, 1000), (30, 90), (89, 90), (90, 90)])
def test_share_has_the_exact_interval(k, n):
    exact = binomtest(k, n).proportion_ci(0.9995, method="exact")
    assert widened(share(k, n), SHARE, 0.9995) == pytest.approx((exact.low, exact.high), abs=1e-9)


def test_shown_level_is_the_shown_interval():
    assert widened(share(3, 90), SHARE, 0.95) == wilson(3, 90)


def test_figure_without_interval_is_certain():
    assert widened(Value(value=3.0, n=9), metric("quality.minimum"), 0.999) == (3.0, 3.0)


def test_positive_figure_is_widened_on_the_logarithm():
    figure = Value(value=4.0, n=90, interval=(2.0, 8.0))
    low, high = widened(figure, metric("performance.mae"), 0.9999)
    assert low * high == pytest.approx(16.0)
    assert 0.0 < low < 2.0


def test_signed_figure_is_widened_by_the_normal_quantile():
    figure = Value(value=0.0, n=90, interval=(-1.96, 1.96))
    assert widened(figure, metric("performance.me"), 0.99) == pytest.approx((-2.576, 2.576), abs=1e-3)
