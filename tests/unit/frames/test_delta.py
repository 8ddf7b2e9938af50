"""Delta tables as a source."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

import barograph as bg
from barograph.errors import DataError, MissingExtra
from barograph.frames.source import source


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three rows of two commits, partitioned; the second brings a column."""
    path = tmp_path / "table"
    rows = pl.DataFrame({"country": ["DE", "a b/ü"], "day": [1, 2], "x y": [1.0, 2.0]})
    write_deltalake(path, rows, partition_by=["country", "day"])
    more = pl.DataFrame({"country": ["DE"], "day": [1], "x y": [3.0], "new": ["q"]})
    write_deltalake(path, more, mode="append", schema_mode="merge")
    return path


def test_partition_columns_and_columns_that_came_later_are_there(table: Path) -> None:
    rows = source(table)
    frame = pl.concat(rows.batches(2)).sort("x y").select("country", "day", "x y", "new")
    assert frame.rows() == [("DE", 1, 1.0, None), ("a b/ü", 2, 2.0, None), ("DE", 1, 3.0, "q")]


def test_rows_and_types_are_known_before_reading(table: Path) -> None:
    rows = source(str(table))
    assert (rows.rows, rows.only(["day"]).rows) == (3, 3)
    assert rows.types["day"] == pl.Int64
    assert dict(rows.only(["day"]).types) == {"day": pl.Int64}


def test_deleted_rows_are_left_out_though_their_files_are_there(table: Path) -> None:
    DeltaTable(table).delete("country = 'DE'")
    assert source(table).rows == 1
    assert pl.concat(source(table).batches(9))["x y"].to_list() == [2.0]


def test_batches_and_samples_are_no_longer_than_asked(table: Path) -> None:
    rows = source(table)
    assert max(batch.height for batch in rows.batches(1)) == 1
    assert rows.sample(2).height <= 2


def test_a_profile_of_a_table_is_that_of_its_rows(tmp_path: Path) -> None:
    frame = pl.DataFrame({"x": [float(i % 7) for i in range(500)], "c": [f"c{i % 3}" for i in range(500)]})
    write_deltalake(tmp_path / "t", frame, partition_by=["c"])
    reference = bg.profile(frame, bg.Schema.infer(frame))
    assert bg.profile(tmp_path / "t", like=reference) == bg.profile(frame, like=reference)


def test_an_empty_table_has_no_rows(table: Path) -> None:
    DeltaTable(table).delete()
    assert (source(table).rows, list(source(table).batches(5)), source(table).sample(5).width) == (0, [], 4)


def test_without_deltalake_it_says_what_to_install(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "deltalake", None)
    with pytest.raises(MissingExtra, match=r"pip install 'barograph\[delta\]'"):
        source(table)


def test_a_damaged_table_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "_delta_log").mkdir()
    with pytest.raises(DataError, match="cannot read the Delta table"):
        source(tmp_path)


def test_files_that_are_gone_are_one_clear_error(table: Path) -> None:
    rows = source(table)
    for path in table.rglob("*.parquet"):
        path.unlink()
    with pytest.raises(DataError, match="read it again"):
        list(rows.batches(5))
