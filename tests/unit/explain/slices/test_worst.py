"""Segments found on one half of the rows and confirmed on the other."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from barograph.explain.slices.columns import CellColumn, cell_columns, cells_of_rows
from barograph.explain.slices.confirm import higher, rose
from barograph.explain.slices.worst import worst_segments
from barograph.frames.batch import Batch
from barograph.profile.learn import learn_grid
from barograph.schema.model import Column, Schema


def drawn(rng: np.random.Generator, rows: int, *, numbers: int = 3) -> pl.DataFrame:
    """Rows of unrelated columns: numbers, a country with awkward names, an age in years."""
    values = {f"x{i}": rng.normal(size=rows) for i in range(numbers)}
    country = rng.choice(["DE", "Côte d'Ivoire", "US"], rows, p=[0.25, 0.35, 0.4])
    return pl.DataFrame({**values, "country": country, "age": rng.integers(18, 90, rows)})


def schema_of(frame: pl.DataFrame) -> Schema:
    """Text columns are categories."""
    return Schema(
        columns=tuple(
            Column(name=c.name, kind="categorical" if c.dtype == pl.String else "numeric") for c in frame
        )
    )


def columns_of(frame: pl.DataFrame) -> tuple[CellColumn, ...]:
    """The frame's features as cells of a grid learned from it."""
    schema = schema_of(frame)
    grid = learn_grid(Batch(frame=frame, mismatched={}), schema)
    return cell_columns(cells_of_rows(frame, schema, grid), grid)


def planted(frame: pl.DataFrame) -> NDArray[np.bool_]:
    """About 5 % of drawn rows."""
    return frame.select((pl.col("country") == "DE") & (pl.col("age") < 32)).to_series().to_numpy()


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_segment_is_found_and_named(seed):
    rng = np.random.default_rng(seed)
    frame = drawn(rng, 10_000)
    loss = rng.exponential(size=10_000) * np.where(planted(frame), 2.0, 1.0)
    first = worst_segments(columns_of(frame), loss, rng=rng)[0]
    held = frame.select(pl.sql_expr(first.expression)).to_series().to_numpy()
    assert first.expression.startswith("country = 'DE' AND age ")
    assert (held & planted(frame)).sum() / (held | planted(frame)).sum() > 0.85
    assert first.loss.interval[0] < 2.0 < first.loss.interval[1]


def test_without_a_segment_at_most_one_run_in_twenty_reports_one():
    reported = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        frame = drawn(rng, 500, numbers=2)
        reported += bool(worst_segments(columns_of(frame), np.exp(1.2 * rng.normal(size=500)), rng=rng))
    assert reported <= 3  # 5 % of 60


def test_two_segments_are_told_apart(rng):
    frame = drawn(rng, 12_000)
    cold = (frame["x0"] < -1.3).to_numpy()
    loss = rng.exponential(size=12_000) * np.where(planted(frame), 3.0, 1.0) * np.where(cold, 2.0, 1.0)
    found = [s.expression for s in worst_segments(columns_of(frame), loss, rng=rng)]
    starts = ("country = 'DE' AND age ", "x0 <")
    assert all(any(e.startswith(start) for e in found) for start in starts)


def test_segment_among_many_columns_is_named_by_its_own(rng):
    frame = pl.DataFrame({f"x{i}": rng.normal(size=2_000) for i in range(40)})
    loss = rng.exponential(size=2_000) * np.where(frame["x31"].to_numpy() > 1.0, 4.0, 1.0)
    found = [s.expression for s in worst_segments(columns_of(frame), loss, rng=rng)]
    assert found[0].startswith("x31 >")


def test_categories_of_one_column_are_joined(rng):
    code = rng.choice(list("abcdefgh"), 8_000)
    loss = rng.exponential(size=8_000) * np.where(np.isin(code, ["a", "b"]), 2.0, 1.0)
    found = worst_segments(columns_of(pl.DataFrame({"code": code})), loss, rng=rng)
    assert [set(s.expression) >= set("IN('a''b')") for s in found] == [True]


def test_one_high_loss_makes_no_segment(rng):
    frame = drawn(rng, 2_000)
    loss = rng.exponential(size=2_000)
    loss[0] = 1e6
    assert worst_segments(columns_of(frame), loss, rng=rng) == ()


def test_equal_losses_have_no_segments(rng):
    assert worst_segments(columns_of(drawn(rng, 500)), np.full(500, 0.1), rng=rng) == ()


def test_rows_that_stand_for_several_count_as_several(rng):
    frame = drawn(rng, 6_000)
    loss = rng.exponential(size=6_000) * np.where(planted(frame), 3.0, 1.0)
    found = worst_segments(columns_of(frame), loss, count=np.full(6_000, 2.0), rng=rng)[0]
    held = frame.select(pl.sql_expr(found.expression)).to_series().sum()
    assert found.rows == 2 * held


def test_a_few_rows_that_are_alike_show_nothing(rng):
    coin = rng.integers(0, 2, 400).astype(float)
    assert higher((np.ones(8), np.ones(8)), (coin, np.ones(400))) > 0.001


def test_p_value_equals_scipys_where_variances_rise(rng):
    from scipy.stats import ttest_ind

    inside, outside = rng.normal(0.3, 2.0, 60), rng.normal(size=300)
    expected = ttest_ind(inside, outside, equal_var=False, alternative="greater").pvalue
    assert higher((inside, np.ones(60)), (outside, np.ones(300))) == pytest.approx(expected)


def test_one_row_does_not_make_the_loss_rise(rng):
    before, now = rng.exponential(size=(2, 400))
    inside = np.arange(400) < 60
    now[0] = 1e4
    assert rose((now, np.ones(400), inside), (before, np.ones(400), inside)) > 0.05


def test_loss_that_was_as_high_before_did_not_rise(rng):
    inside = np.arange(800) < 200
    before, now = rng.exponential(size=(2, 800)) * np.where(inside, 3.0, 1.0)
    sides = ((side, np.ones(800), inside) for side in (now, before))
    assert rose(*sides) > 0.05
    assert rose((now + 2.0 * inside, np.ones(800), inside), (before, np.ones(800), inside)) < 1e-4


def test_nothing_speaks_against_a_segment_the_reference_has_not(rng):
    loss, none = rng.exponential(size=100), np.zeros(100, bool)
    assert rose((loss, np.ones(100), np.arange(100) < 40), (loss, np.ones(100), none)) == 0.0
