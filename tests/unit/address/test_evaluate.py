"""From an address to a figure: segments, windows, references, and what is wrong with an address."""

from datetime import UTC, datetime

import polars as pl
import pytest

from barograph.errors import AddressError, GridMismatch
from barograph.frames.typed import typed
from barograph.metrics.evaluate import evaluate, evaluate_windows
from barograph.metrics.values import Undefined, Value
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.profile.segments import partition
from barograph.schema.model import Column, Schema

SCHEMA = Schema(
    columns=(
        Column(name="x"),
        Column(name="land", kind="categorical", role="segment"),
        Column(name="t", kind="datetime", role="timestamp"),
        Column(name="y", role="label"),
        Column(name="p", role="prediction"),
        Column(name="id", role="id"),
    ),
    task="regression",
    not_profiled={"photo": "binary values"},
)
ROWS = pl.DataFrame(
    {
        "x": [1.0, None, 3.0, 4.0],
        "land": ["DE", "DE", "FR", "FR"],
        "t": [datetime(2024, 1, d, 5, tzinfo=UTC) for d in (1, 2, 2, 4)],
        "y": [1.0, 2.0, 3.0, None],
        "p": [1.0, 4.0, 2.0, 9.0],
        "id": ["a", "b", "c", "d"],
    }
)


BY_LAND = (partition("land"),)


def profiled(frame=ROWS, learned=ROWS, schema=SCHEMA, by=BY_LAND):
    grid = learn_grid(typed(learned, schema), schema, every="1d")
    return profile_block(typed(frame, schema), Plan(schema=schema, grid=grid, by=by))


def test_all_windows_are_added_up():
    assert evaluate('quality.null_share(column="x")', profiled()).value == 0.25
    assert evaluate("quality.row_count", profiled()) == Value(value=4.0, n=4)
    assert evaluate("performance.mae", profiled()).value == 1.0


def test_a_segment_is_its_own_rows():
    assert evaluate('quality.null_share(column="x", segment="land=DE")', profiled()).value == 0.5
    assert evaluate('performance.mae(segment="land=FR")', profiled()) == evaluate(
        "performance.mae", profiled(ROWS[2:])
    )


def test_a_segment_without_rows_is_undefined_with_the_nearest():
    result = evaluate('quality.row_count(segment="land=DR")', profiled())
    assert isinstance(result, Undefined)
    assert result.reason == "too_few_rows"
    assert "did you mean 'land=" in result.detail


def test_windows_each_by_themselves_and_in_order():
    found = evaluate_windows('quality.mean(column="x")', profiled())
    assert [start.day for start, _ in found] == [1, 2, 4]
    assert [start.tzinfo for start, _ in found] == [UTC] * 3
    assert [result.value for _, result in found] == [1.0, 3.0, 4.0]


def test_the_share_of_columns_has_one_figure_a_window_whatever_the_segments():
    found = evaluate_windows("drift.share", profiled(), profiled())
    assert [start.day for start, _ in found] == [1, 2, 4]


def test_windows_of_a_segment_with_a_row():
    found = evaluate_windows('quality.row_count(segment="land=FR")', profiled())
    assert [(start.day, result.value) for start, result in found] == [(2, 1.0), (4, 1.0)]


def test_windows_against_the_whole_reference():
    found = evaluate_windows('drift.total_variation(column="land")', profiled(), profiled())
    assert [result.value for _, result in found] == pytest.approx([0.5, 0.0, 0.5])


def test_a_segment_is_compared_with_the_same_segment_of_the_reference():
    later = profiled(ROWS.with_columns(pl.col("x") + pl.when(pl.col("land") == "FR").then(100).otherwise(0)))
    found = evaluate('drift.total_variation(column="x", segment="land=DE")', later, profiled())
    assert found.value == 0.0


def test_a_segment_new_to_the_reference_has_nothing_to_be_compared_with():
    new = profiled(ROWS.with_columns(pl.lit("ES").alias("land")))
    found = evaluate('drift.total_variation(column="x", segment="land=ES")', new, profiled())
    assert found == Undefined(reason="no_reference", detail="segment 'land=ES' is not in the reference")
    assert evaluate('drift.share(segment="land=ES")', new, profiled()) == found


def test_a_segment_is_compared_with_all_of_a_reference_without_segments():
    plain = profiled(by=())
    found = evaluate('drift.total_variation(column="land", segment="land=DE")', profiled(), plain)
    assert found.value == 0.5


def test_a_window_without_labels_is_undefined():
    assert evaluate_windows("performance.mae", profiled())[2][1].reason == "no_labels"


def test_hashes_of_rows_are_not_kept_by_window():
    found = [result for _, result in evaluate_windows("quality.duplicate_share", profiled())]
    assert {result.reason for result in found} == {"no_sample"}
    assert "profile the rows you mean by themselves" in found[0].detail
    assert evaluate('quality.duplicate_share(segment="land=DE")', profiled()) == found[0]


def test_a_comparison_needs_a_reference():
    assert evaluate('drift.psi(column="x")', profiled()).reason == "no_reference"


def test_rows_a_statistic_refuses_leave_it_undefined():
    one = profiled(ROWS[:1])
    result = evaluate('drift.anderson(column="x")', one, one)
    assert isinstance(result, Undefined)
    assert "4" in result.detail


def test_a_comparison_needs_one_grid():
    other = profiled(learned=ROWS.with_columns(pl.col("x") * 2))
    with pytest.raises(GridMismatch, match="Profile both with like=the same reference"):
        evaluate('drift.psi(column="x")', profiled(), other)


def test_a_column_the_rows_lack_is_undefined():
    result = evaluate('quality.mean(column="x")', profiled(ROWS.drop("x")))
    assert result == Undefined(reason="column_missing", detail="no row has a column 'x'")


def test_a_column_that_is_not_counted_is_undefined():
    assert evaluate('quality.null_share(column="id")', profiled()).reason == "column_missing"


def test_a_column_that_cannot_be_profiled_says_why():
    result = evaluate('quality.mean(column="photo")', profiled())
    assert result == Undefined(reason="not_applicable", detail="'photo' is not profiled: binary values")


def test_a_metric_of_another_kind_is_undefined():
    result = evaluate('quality.mean(column="land")', profiled())
    assert result.reason == "not_applicable"
    assert result.detail == "quality.mean is for numeric or text columns; 'land' is categorical"


def test_a_metric_of_another_task_is_undefined():
    assert evaluate("performance.accuracy", profiled()).reason == "not_applicable"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ('quality.men(column="x")', r"no metric 'quality.men'; did you mean 'quality.mean'\?"),
        (
            'quality.mean(colum="x")',
            r"has no argument 'colum'; did you mean 'column'\? It takes: column, segment",
        ),
        ("quality.mean", r'quality.mean needs column=; write quality.mean\(column="…"\)'),
        ('quality.quantile(column="x")', r'needs q=; write quality.quantile\(column="x", q=0.5\)'),
        ('quality.mean(column="land_")', r"no column 'land_' in the schema; did you mean 'land'\?"),
        ("quality.mean(column=*)", r"column=\* names several figures .* each address of expand\(address"),
        ("quality.mean(column=3)", r'column is a text in double quotes; write column="3"'),
        ('quality.quantile(column="x", q="0.5")', r"q is a number without quotes"),
        ('quality.quantile(column="x", q=95)', r"q is 95; expected a number from 0 to 1"),
    ],
)
def test_a_wrong_address_says_what_is_wrong(address, message):
    with pytest.raises(AddressError, match=message):
        evaluate(address, profiled())
