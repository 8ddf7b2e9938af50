from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from barograph.frames.typed import typed, typed_column
from barograph.schema.model import Column, Schema


def read(values, dtype=None, timezone="UTC", **column):
    raw = values if isinstance(values, pl.Series) else pl.Series("c", values, dtype=dtype, strict=False)
    out, wrong = typed_column(raw.alias("c"), Column(name="c", **column), timezone)
    return out.to_list(), None if wrong is None else wrong.tolist()


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        (["1.5", None, "2"], None, [1.5, None, 2.0]),
        ([Decimal("1.50")], None, [1.5]),
        ([timedelta(hours=1, milliseconds=500)], None, [3600.5]),
        ([time(0, 1)], None, [60.0]),
        ([True, False], None, [1.0, 0.0]),
        ([2**70], pl.Int128, [2.0**70]),
        (["2", "3"], pl.Categorical, [2.0, 3.0]),
        (["2", "3"], pl.Enum(["3", "2"]), [2.0, 3.0]),
        ([None, None], pl.Null, [None, None]),
    ],
)
def test_numeric(values, dtype, expected):
    assert read(values, dtype) == (expected, None)


@pytest.mark.parametrize("dtype", [pl.Float64, pl.Int64, pl.UInt8])
def test_numbers_pass_through_without_a_copy(dtype):
    raw = pl.Series("c", [1, 2], dtype=dtype)
    assert typed_column(raw, Column(name="c"), "UTC")[0] is raw or raw.dtype == dtype
    assert read(raw)[0] == [1, 2]


def test_nan_is_not_null():
    values, _ = read([float("nan"), None])
    assert np.isnan(values[0])
    assert values[1] is None


@pytest.mark.parametrize(
    ("values", "dtype", "reading", "expected"),
    [
        ([1.0, 2.5, None], None, "plain", ["1", "2.5", None]),
        ([1, 0], None, "number", ["1", "0"]),
        ([1, 0], None, "boolean", ["true", "false"]),
        ([True, None], None, "boolean", ["true", None]),
        (["True", "FALSE"], None, "boolean", ["true", "false"]),
        (["1.0", "A"], None, "number", ["1", "A"]),
        (["007"], None, "plain", ["007"]),
        ([date(2024, 1, 5)], None, "plain", ["2024-01-05"]),
        ([float("nan")], None, "plain", [None]),
        (["1.0", "x"], pl.Categorical, "number", ["1", "x"]),
        (["1.0", None], pl.Enum(["x", "1.0"]), "number", ["1", None]),
    ],
)
def test_categorical(values, dtype, reading, expected):
    assert read(values, dtype, kind="categorical", reading=reading) == (expected, None)


@pytest.mark.parametrize(
    ("values", "reading", "expected"),
    [
        ([datetime(2024, 7, 1, 12)], "plain", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        ([date(2024, 7, 1)], "plain", datetime(2024, 6, 30, 22, tzinfo=UTC)),
        (["2024-07-01 12:00"], "year_first", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        (["01.07.2024 12:00"], "day_first", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        ([1719828000], "epoch_s", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        ([1719828000000], "epoch_ms", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        ([1719828000000000], "epoch_us", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        ([1719828000000000000], "epoch_ns", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        ([1719828000.0], "epoch_s", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        (["1719828000"], "epoch_s", datetime(2024, 7, 1, 10, tzinfo=UTC)),
    ],
)
def test_datetime(values, reading, expected):
    assert read(values, timezone="Europe/Berlin", kind="datetime", reading=reading) == ([expected], None)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_every_resolution_becomes_microseconds(unit):
    raw = pl.Series("c", [datetime(2024, 7, 1)], dtype=pl.Datetime(unit, "Asia/Tokyo"))
    out, _ = typed_column(raw, Column(name="c", kind="datetime"), "UTC")
    assert out.dtype == pl.Datetime("us", "UTC")


@pytest.mark.parametrize(
    ("values", "dtype", "column"),
    [
        (["many"], None, {}),
        ([[1]], None, {}),
        ([b"x"], None, {"kind": "categorical"}),
        ([date(2024, 1, 1)], None, {}),
        (["soon"], None, {"kind": "datetime", "reading": "year_first"}),
        ([2**62], pl.Int64, {"kind": "datetime", "reading": "epoch_s"}),
        ([5], None, {"kind": "datetime", "reading": "year_first"}),
        (["many"], pl.Categorical, {}),
    ],
)
def test_what_does_not_fit_is_null_and_flagged(values, dtype, column):
    assert read(values, dtype, **column) == ([None], [True])


def test_milliseconds_beyond_microseconds_are_flagged():
    raw = pl.Series([2**62, 0]).cast(pl.Datetime("ms"))
    values, wrong = read(raw, kind="datetime")
    assert values[0] is None
    assert wrong == [True, False]


def test_python_objects_are_flagged():
    assert read(pl.Series("c", [{1}, None], dtype=pl.Object)) == ([None, None], [True, False])


@pytest.mark.parametrize(
    ("values", "dtype", "kind", "expected"),
    [
        ([-999, 5], None, "numeric", [None, 5]),
        ([-999.0, 5.5], None, "numeric", [None, 5.5]),
        (["-999.0", "5", "NA"], None, "numeric", [None, 5.0, None]),
        (["-999", "x", "NA"], None, "categorical", [None, "x", None]),
        (["-999", "x"], pl.Categorical, "categorical", [None, "x"]),
        (["x", "-999"], pl.Enum(["x", "-999"]), "categorical", ["x", None]),
        ([-999, 5], None, "categorical", [None, "5"]),
    ],
)
def test_null_values_are_null_and_no_mismatch(values, dtype, kind, expected):
    assert read(values, dtype, kind=kind, null_values=("-999", "NA")) == (expected, None)


def test_columns_absent_are_missing_and_others_left_out():
    schema = Schema(columns=(Column(name="x"), Column(name="gone")))
    batch = typed(pl.DataFrame({"x": [1.5], "extra": [1]}), schema)
    assert (batch.frame.columns, batch.missing, batch.mismatched) == (["x"], ("gone",), {})


def test_rows_are_kept_where_every_column_is_missing():
    assert typed(pl.DataFrame({"a": [1, 2]}), Schema(columns=(Column(name="x"),))).rows == 2


@pytest.mark.parametrize("kind", ["numeric", "categorical", "datetime", "text"])
@pytest.mark.parametrize(
    "dtype", [pl.Float64, pl.String, pl.Null, pl.Datetime("ns"), pl.Categorical, pl.List(pl.Int8)]
)
def test_no_rows_of_any_type_pass(kind, dtype):
    assert read([], dtype, kind=kind) == ([], None)


def test_cutting_batches_changes_nothing():
    raw = pl.DataFrame({"t": ["2024-01-05", "x", "2024-01-05T10:00Z", None, "2024/1/6 10:00:00.5", "5"] * 20})
    schema = Schema(columns=(Column(name="t", kind="datetime", reading="year_first"),), timezone="Asia/Tokyo")
    whole = typed(raw, schema)
    parts = [typed(part, schema) for part in raw.iter_slices(7)]
    assert pl.concat([p.frame for p in parts]).equals(whole.frame)
    none = np.zeros(7, bool)
    flags = np.concatenate([p.mismatched.get("t", none[: p.rows]) for p in parts])
    assert (flags == whole.mismatched["t"]).all()


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum(["NA", " ", "NaN", "5"])])
def test_tokens_the_sample_did_not_hold_are_missing_in_numbers(dtype):
    assert read(["NA", " ", "NaN", "5"], dtype) == ([None, None, None, 5.0], None)


@pytest.mark.parametrize("far", [datetime(9999, 12, 31, 23, 59, 59), "9999-12-31"])
def test_a_time_that_means_never_is_a_value_of_a_feature_and_no_time_of_a_row(far):
    usual = datetime(2026, 1, 1) if isinstance(far, datetime) else "2026-01-01"
    assert read([usual, far], kind="datetime")[1] is None
    values, wrong = read([usual, far], kind="datetime", role="timestamp")
    assert values == [datetime(2026, 1, 1, tzinfo=UTC), None]
    assert wrong == [False, True]
