"""Expressions are true for exactly the rows of their cells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.explain.sampled import ABOVE
from barograph.explain.slices.columns import cell_columns, cells_of_rows, predicates_of
from barograph.explain.slices.expressions import expression_of
from barograph.frames.batch import Batch
from barograph.profile.grid import CROSS_CELLS
from barograph.profile.learn import learn_grid
from barograph.schema.expressions import row_values
from barograph.schema.model import Column, Schema


def column_and_frame(values, kind="numeric", *, learned=None):
    """One column's cells, on a grid learned from its first rows, and the rows."""
    frame = pl.DataFrame({"order": values})
    schema = Schema(columns=(Column(name="order", kind=kind),))
    grid = learn_grid(Batch(frame=frame.head(learned or frame.height), mismatched={}), schema)
    return cell_columns(cells_of_rows(frame, schema, grid), grid)[0], frame


def cells_between(column, first, last):
    """The cells from that of one row to that of another."""
    cells = np.arange(CROSS_CELLS)
    return (cells >= column.cells[first]) & (cells <= column.cells[last])


def mixed_numbers(rng):
    return [
        *rng.normal(size=300),
        *[0.0] * 40,
        None,
        float("nan"),
        float("inf"),
        -float("inf"),
        1e300,
        -1e300,
    ]


CASES = {
    "numbers": (lambda rng: (mixed_numbers(rng), "numeric")),
    "integers": (lambda rng: ([None, *rng.integers(-5, 30, 300).tolist(), 500], "numeric")),
    "categories": (lambda rng: ([None, *rng.choice(["a'b", "c", "ü"], 300).tolist(), "new", "newer"], "categorical")),
    "many": (lambda rng: ([None, *rng.choice([f"k{i}" for i in range(60)], 900).tolist(), "new"], "categorical")),
    "texts": (lambda rng: ([None, *("x" * int(n) for n in rng.integers(0, 50, 300))], "text")),
    "times": (
        lambda rng: ([datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=float(h)) for h in range(400)], "datetime")
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_every_predicate_is_true_for_its_rows(case, rng):
    values, kind = CASES[case](rng)
    column, frame = column_and_frame(values, kind, learned=len(values) - 2)
    mass = np.bincount(column.cells, minlength=CROSS_CELLS).astype(float)
    masks = predicates_of(column, mass, 9, 1.0)
    assert len(masks) > 3
    for mask in masks:
        true = row_values(frame, expression_of(column, mask), "by").fill_null(value=False).to_numpy()
        np.testing.assert_array_equal(true, mask[column.cells])


def test_a_name_that_sql_reads_otherwise_is_quoted():
    column, _ = column_and_frame([1.0, 2.0])
    assert expression_of(column, cells_between(column, 1, 1)) == '"order" = 2'


def test_an_edge_is_written_in_the_shorter_of_two_ways(rng):
    column, _ = column_and_frame([*range(10), *rng.integers(0, 10, 200).tolist()])
    assert expression_of(column, cells_between(column, 3, 5)) == '"order" >= 3 AND "order" <= 5'


def test_a_range_without_end_is_open(rng):
    column, _ = column_and_frame([*range(10), *rng.integers(0, 10, 200).tolist()])
    mask = cells_between(column, 7, 9) | (np.arange(CROSS_CELLS) == ABOVE)
    assert expression_of(column, mask) == '"order" >= 7'


def test_a_profile_divided_by_the_expression_has_the_same_rows(rng):
    column, frame = column_and_frame(mixed_numbers(rng))
    mass = np.bincount(column.cells, minlength=CROSS_CELLS).astype(float)
    for mask in predicates_of(column, mass, 4, 1.0):
        expression = expression_of(column, mask)
        profile = bg.profile(frame, bg.Schema.infer(frame), by=[expression])
        assert profile.of_segment(f"{expression}=true").rows == mask[column.cells].sum()


def test_hours_in_another_zone_are_left_out():
    frame = pl.DataFrame({"t": [datetime(2024, 1, 1, tzinfo=UTC)] * 3})
    schema = Schema(columns=(Column(name="t", kind="datetime"),), timezone="Europe/Berlin")
    grid = learn_grid(Batch(frame=frame, mismatched={}), schema)
    assert cell_columns(cells_of_rows(frame, schema, grid), grid) == ()
