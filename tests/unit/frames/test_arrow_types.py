"""Arrow types that Polars does not hold."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

import barograph.frames.arrow
from barograph.errors import DataError, SchemaError
from barograph.frames.source import source
from barograph.schema.model import Schema

pa = pytest.importorskip("pyarrow")
pc = pytest.importorskip("pyarrow.compute")
GAP = pa.array([pa.MonthDayNano([1, 2, 3])] * 3)
UNHELD = {
    "month_day_nano_interval": GAP,
    "list_view": pa.array([[1]] * 3, pa.list_view(pa.int64())),
    "sparse_union": pa.UnionArray.from_sparse(pa.array([0] * 3, pa.int8()), [pa.array([1, 2, 3])]),
    "struct<gap: month_day_nano_interval>": pa.StructArray.from_arrays([GAP], ["gap"]),
}


@pytest.mark.parametrize("told", UNHELD)
@pytest.mark.parametrize("pandas", [False, True])
def test_a_type_that_cannot_be_held_is_named_and_the_rest_is_read(told, pandas):
    bad = pa.chunked_array([UNHELD[told]])
    x = [1.5, 2.0, 3.0]
    if pandas:
        rows = pd.DataFrame({"x": x, "bad": pd.arrays.ArrowExtensionArray(bad)})
    else:
        rows = pa.table({"x": x, "bad": bad})
    schema = Schema.infer(rows)
    assert schema.names == ("x",)
    assert schema.not_profiled["bad"].startswith(f"type {told}")


@pytest.mark.parametrize(
    "array", [pa.array([Decimal("1.5"), Decimal(2)], pa.decimal256(40, 2)), pc.run_end_encode([1.5, 2.0])]
)
def test_wide_decimals_and_runs_are_read_as_their_values(array):
    assert source(pa.table({"x": array})).sample(5)["x"].to_list() == [1.5, 2.0]


def test_readers_and_record_batches_are_read_as_tables_are():
    table = pa.table({"x": [1, 2, 3], "gap": GAP})
    for rows in (table.to_reader(), table.to_batches()[0]):
        assert source(rows).sample(5)["x"].to_list() == [1, 2, 3]


def test_a_column_that_cannot_be_held_is_no_label():
    with pytest.raises(SchemaError, match="column 'gap' cannot be the label: type month_day_nano_interval"):
        Schema.infer(pa.table({"gap": GAP}), label="gap")


def test_a_duckdb_interval_is_named_and_the_rest_is_read():
    duckdb = pytest.importorskip("duckdb")
    rows = duckdb.sql("select range * 1.5 as x, interval 1 day as gap from range(5)")
    assert "month_day_nano_interval" in Schema.infer(rows).not_profiled["gap"]
    assert sum(b.height for b in source(rows).only(["x"]).batches(2)) == 5


def test_a_duckdb_interval_without_pyarrow_is_refused_by_name(monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.setattr(barograph.frames.arrow, "find_spec", lambda _: None)
    with pytest.raises(DataError, match="column 'gap' holds INTERVAL"):
        source(duckdb.sql("select 1 as x, interval 1 day as gap"))


def test_a_parquet_file_is_refused_by_the_column_that_cannot_be_held(tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    array = pa.array([Decimal("1.5")], pa.decimal256(40, 2))
    pq.write_table(pa.table({"x": [1], "wide": array}), tmp_path / "rows.parquet")
    with pytest.raises(DataError, match=r"column 'wide' holds decimal256\(40, 2\)"):
        Schema.infer(tmp_path / "rows.parquet")
