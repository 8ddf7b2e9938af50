import pandas as pd
import polars as pl
import pytest

from barograph.errors import ColumnMissing, DataError
from barograph.frames.row import typed_row
from barograph.schema.model import Column, Schema

SCHEMA = Schema(
    columns=(
        Column(name="age"), Column(name="zip", kind="categorical"), Column(name="y", role="label", kind="categorical"),
    ),
    task="binary", positive="1", not_profiled={"blob": "bytes"},
)  # fmt: skip


@pytest.mark.parametrize("make", [dict, lambda r: pl.DataFrame([r]), lambda r: pd.DataFrame([r])])
def test_mapping_and_frames_are_typed_alike(make):
    assert typed_row(make({"age": 41, "zip": "007"}), SCHEMA).to_dicts() == [{"age": 41, "zip": "007"}]


def test_text_is_read_as_the_schema_says():
    assert typed_row({"age": "41.5"}, SCHEMA).row(0) == (41.5,)


def test_missing_value_stays_missing():
    assert typed_row({"age": None, "zip": "1"}, SCHEMA).row(0) == (None, "1")


def test_column_that_is_not_profiled_is_left_out():
    assert typed_row({"age": 1, "blob": "x"}, SCHEMA).columns == ["age"]


def test_unknown_column_is_refused_with_the_nearest():
    with pytest.raises(ColumnMissing, match="no column 'agee' in the schema; did you mean 'age'"):
        typed_row({"agee": 1}, SCHEMA)


def test_value_that_does_not_fit_is_refused():
    with pytest.raises(DataError, match="column 'age' is 'many', which cannot be read as numeric"):
        typed_row({"age": "many"}, SCHEMA)


def test_several_values_in_a_column_are_refused():
    with pytest.raises(DataError, match="column 'age' holds a list; one row has one value a column"):
        typed_row({"age": [1, 2]}, SCHEMA)


def test_column_not_named_by_text_is_refused():
    with pytest.raises(DataError, match="named by text; 0 is int"):
        typed_row({0: 1}, SCHEMA)


def test_several_rows_are_refused():
    with pytest.raises(DataError, match="one row is explained at a time, and these are 3 rows"):
        typed_row(pl.DataFrame({"age": [1, 2, 3]}), SCHEMA)


def test_no_row_is_refused():
    with pytest.raises(DataError, match="these are no row"):
        typed_row(pl.DataFrame({"age": []}), SCHEMA)


def test_label_of_another_name_than_the_reference_s_classes_is_refused():
    with pytest.raises(DataError, match="holds maybe, of which the reference knows none"):
        typed_row({"age": 1, "y": "maybe"}, SCHEMA, classes=("0", "1"))
