"""Weights and sampling fractions: rows are counted as logged, sums and totals scaled, exactly."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.errors import DataError
from barograph.metrics.views import column_view, effective_rows
from barograph.profile.codec import content
from barograph.schema.model import Column, Schema

SCHEMA = Schema(
    columns=(
        Column(name="x"), Column(name="w", role="weight"), Column(name="y", role="label"),
        Column(name="p", role="prediction"),
    ),
    task="regression",
)  # fmt: skip
N = 3000


def drawn(scale: float, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    columns = {name: rng.normal(size=N) for name in ("x", "y", "p")}
    return pl.DataFrame(columns | {"w": rng.exponential(size=N) * scale})


@pytest.fixture(params=[1e-6, 1e-3, 1.0, 30.0, 1e5, 1e12])
def rows(request) -> pl.DataFrame:
    return drawn(request.param)


def test_parts_add_up_at_any_scale(rows):
    whole = bg.profile(rows, SCHEMA)
    parts = [bg.profile(rows[i::5], like=whole, origin=whole.origin) for i in range(5)]
    assert content(parts[3] + parts[1] + parts[4] + parts[0] + parts[2]) == content(whole)


def test_means_are_weighted(rows):
    whole = bg.profile(rows, SCHEMA).total()
    x, error, w = rows["x"], (rows["y"] - rows["p"]).abs(), rows["w"]
    assert column_view(whole, "x").moments().mean == pytest.approx((x * w).sum() / w.sum(), abs=1e-7)
    assert bg.evaluate("performance.mae", whole).value == pytest.approx((error * w).sum() / w.sum(), rel=1e-6)


def test_intervals_rest_on_the_effective_rows(rows):
    w = rows["w"]
    assert effective_rows(bg.profile(rows, SCHEMA).total()) == pytest.approx(
        w.sum() ** 2 / (w * w).sum(), rel=1e-4
    )


def test_totals_are_in_the_users_weights(rows):
    counted = bg.evaluate("quality.row_count", bg.profile(rows, SCHEMA).total())
    assert counted.value == pytest.approx(rows["w"].sum(), rel=1e-5)
    assert counted.n == N


@pytest.mark.parametrize("fraction", [1.0, 0.3, 1e-2, 1e-4])
def test_a_sampling_fraction_scales_totals_only(fraction):
    rows = pl.DataFrame({"x": np.zeros(200_000)})
    profile = bg.profile(rows, Schema(columns=(Column(name="x"),)), sampling_fraction=fraction).total()
    assert bg.evaluate("quality.row_count", profile).value == pytest.approx(200_000 / fraction, rel=1e-6)
    assert effective_rows(profile) == pytest.approx(200_000, rel=1e-4)
    assert profile.rows == 200_000


@pytest.mark.parametrize("fraction", [0.0, -1.0, 1.5, float("nan")])
def test_a_fraction_that_is_none_is_refused(fraction):
    with pytest.raises(DataError, match=r"expected a share in \(0, 1\]"):
        bg.profile(
            pl.DataFrame({"x": [1.0]}), Schema(columns=(Column(name="x"),)), sampling_fraction=fraction
        )


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf"), None])
def test_a_weight_that_is_none_is_refused(weight):
    reference = bg.profile(drawn(1.0), SCHEMA)
    rows = drawn(1.0)[:1].with_columns(pl.lit(weight, pl.Float64).alias("w"))
    with pytest.raises(DataError, match=r"weight column 'w': 1 rows hold no finite weight ≥ 0"):
        bg.profile(rows, like=reference)


def test_a_weight_that_drowns_all_others_is_refused():
    reference = bg.profile(drawn(1.0), SCHEMA)
    with pytest.raises(DataError, match=r"holds 1e.06, over 4,096 times what is usual"):
        bg.profile(drawn(1.0).with_columns(pl.lit(1e6).alias("w")), like=reference)


def test_missing_weights_are_refused():
    reference = bg.profile(drawn(1.0), SCHEMA)
    with pytest.raises(DataError, match="the weight column 'w' is missing"):
        bg.profile(drawn(1.0).drop("w"), like=reference)
