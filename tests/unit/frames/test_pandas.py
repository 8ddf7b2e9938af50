from datetime import UTC, date, datetime, time
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest

from barograph.errors import DataError
from barograph.frames.source import source
from barograph.schema.model import Schema


def read(frame, rows=1_000):
    return pl.concat(list(source(frame).batches(rows)))


def column(values, dtype=None):
    """The raw column and its type as the schema sees it."""
    frame = pd.DataFrame({"c": pd.Series(values, dtype=dtype)})
    return read(frame)["c"].to_list(), source(frame).types["c"]


@pytest.mark.parametrize(
    ("values", "dtype", "expected", "kind"),
    [
        ([1.5, np.nan], "float64", [1.5, None], pl.Float64),
        ([1.5, np.nan], "float32", [1.5, None], pl.Float32),
        ([1, 2], "uint8", [1, 2], pl.UInt8),
        ([2**62 + 1, None], "Int64", [2**62 + 1, None], pl.Int64),
        ([1.5, None], "Float64", [1.5, None], pl.Float64),
        ([True, None], "boolean", [True, None], pl.Boolean),
        ([True, False], "bool", [True, False], pl.Boolean),
        ([1, 0, 2], pd.SparseDtype("int64", 0), [1, 0, 2], pl.Int64),
        (["a", None, "a"], "str", ["a", None, "a"], pl.String),
        (["a", None, "a"], "string[python]", ["a", None, "a"], pl.String),
        (["a", None, "a"], "string[pyarrow]", ["a", None, "a"], pl.String),
        (["a", None, "a"], object, ["a", None, "a"], pl.String),
        (["a", np.nan, pd.NA], object, ["a", None, None], pl.String),
        ([1, 2.5, None], object, [1.0, 2.5, None], pl.Float64),
        ([1, 2, None], object, [1, 2, None], pl.Int64),
        ([True, None], object, [True, None], pl.Boolean),
        ([Decimal("1.5"), None], object, [Decimal("1.5"), None], pl.Decimal),
        ([date(2024, 1, 1), None], object, [date(2024, 1, 1), None], pl.Date),
        ([time(1), None], object, [time(1), None], pl.Time),
        ([None, None], object, [None, None], pl.Null),
        ([b"x", None], object, [b"x", None], pl.Binary),
        (["a", 1, 2.0, True, None], object, ["a", "1", "2", "true", None], pl.String),
        ([2**70, 1], object, [str(2**70), "1"], pl.String),
        (["a", "b", None], "category", ["a", "b", None], pl.Enum),
        ([3, 1, None], "category", ["3", "1", None], pl.Enum),
        ([1, None], "int64[pyarrow]", [1, None], pl.Int64),
        ([1.5, None], "double[pyarrow]", [1.5, None], pl.Float64),
        (pd.interval_range(0, 2), None, ["(0, 1]", "(1, 2]"], pl.String),
        (pd.period_range("2024", periods=2, freq="M"), None, ["2024-01", "2024-02"], pl.String),
        ([1 + 2j], "complex128", ["(1+2j)"], pl.String),
    ],
)
def test_every_kind_of_column(values, dtype, expected, kind):
    found, seen = column(values, dtype)
    assert found == expected
    assert seen == kind


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_every_resolution(unit):
    found, _ = column(pd.Series([datetime(2024, 1, 1), None], dtype=f"datetime64[{unit}]"))
    assert found == [datetime(2024, 1, 1), None]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "+01:00", "UTC"])
def test_zoned_times_keep_their_moment(zone):
    found, seen = column(pd.Series([pd.Timestamp("2024-01-01", tz=zone), pd.NaT]))
    assert found == [pd.Timestamp("2024-01-01", tz=zone).to_pydatetime().astimezone(UTC), None]
    assert seen.time_zone == ("UTC" if zone.startswith("+") else zone)


def test_a_zone_is_told_in_the_reason():
    times = pd.date_range("2024-03-30", periods=9, freq="6h", tz="Europe/Berlin")
    assert Schema.infer(pd.DataFrame({"t": times})).column("t").reason == "times in Europe/Berlin"


def test_durations():
    found, _ = column(pd.to_timedelta([1, None], unit="s"))
    assert [None if v is None else v.total_seconds() for v in found] == [1.0, None]


@pytest.mark.parametrize("values", [[[1], None], [{"a": 1}, {"a": 2}], [{1}, "x"], [np.array([1, 2]), None]])
def test_containers_are_objects(values):
    series = pd.Series(values, dtype=object)
    assert source(pd.DataFrame({"c": series})).types["c"] == pl.Object


def test_repeating_text_comes_coded_in_batches_and_as_text_in_samples():
    rows = source(pd.DataFrame({"c": pd.Series(["red", "green"] * 50, dtype=object)}))
    assert next(rows.batches(100))["c"].dtype == pl.Enum(["red", "green"])
    assert rows.sample(100)["c"].dtype == pl.String


def test_named_index_levels_are_columns():
    frame = pd.DataFrame(
        {"x": [1, 2]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["k", None])
    )
    assert read(frame).rows() == [("a", 1), ("b", 2)]


def test_an_index_level_named_like_a_column():
    frame = pd.DataFrame({"x": [1]}, index=pd.Index([5], name="x"))
    with pytest.raises(DataError, match="index level 'x' has the name of a column"):
        source(frame)


def test_duplicate_names():
    with pytest.raises(DataError, match="columns named twice: 'a'; expected every name once"):
        source(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_labels_that_are_no_text():
    frame = pd.DataFrame([[1, 2, 3]], columns=pd.Index([0, ("p", "max"), "🎈<b>"], dtype=object))
    assert list(source(frame).types) == ["0", "p.max", "🎈<b>"]


@pytest.mark.parametrize(
    "frame", [pd.DataFrame(), pd.DataFrame({"x": pd.Series([], dtype=float), "s": pd.Series([], dtype=str)})]
)
def test_no_rows(frame):
    rows = source(frame)
    assert rows.rows == 0
    assert list(rows.batches(10)) == []
    assert rows.sample(5).columns == list(frame.columns)


def test_batches_and_samples_are_cut_as_asked():
    rows = source(pd.DataFrame({"x": range(10)}))
    assert [b.height for b in rows.batches(4)] == [4, 4, 2]
    assert rows.sample(4)["x"].to_list() == [0, 3, 6, 9]


def test_only_some_columns():
    rows = source(pd.DataFrame([[1, 2, 3]], columns=["a", "b", "c"])).only(["c", "a"])
    assert (next(rows.batches(1)).columns, list(rows.types)) == (["c", "a"], ["c", "a"])


def test_strided_columns_of_one_array():
    values = np.arange(12.0).reshape(4, 3)
    assert read(pd.DataFrame(values, columns=list("abc")))["b"].to_list() == [1.0, 4.0, 7.0, 10.0]


def test_text_that_no_file_could_hold():
    found, _ = column(["\ud800", "a"], object)
    assert found == ["?", "a"]


@pytest.mark.parametrize(
    "values", [[1, 2, "x", "y"], [True, 1.0, "a", None], [{1}, {2}, "a", "b"], ["1", "2", 3, 4]]
)
def test_cutting_batches_changes_nothing_in_mixed_columns(values):
    frame = pd.DataFrame({"c": pd.Series(values, dtype=object)})
    whole, parts = read(frame)["c"], read(frame, rows=2)["c"]
    assert whole.dtype == parts.dtype
    assert whole.to_list() == parts.to_list()
