"""Folders of days that have left the lake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from barograph.store.lake.files import remove_empty_days
from barograph.store.lake.lake import Lake

Make = Callable[..., pl.DataFrame]


def days(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("barograph_day=*"))


def test_the_folder_of_a_day_that_was_dropped_goes_with_its_files(lake: Lake, rows: Make) -> None:
    lake.append("predictions", pl.concat([rows(["a"], day=1), rows(["b"], day=2)]), through=1)
    lake.drop_days("predictions", before=2)
    lake.vacuum("predictions", hours=0)
    assert days(lake.path("predictions")) == ["barograph_day=2"]


def test_a_folder_in_which_something_changed_lately_stays_and_takes_late_rows(lake: Lake, rows: Make) -> None:
    lake.append("predictions", pl.concat([rows(["a"], day=1), rows(["b"], day=2)]), through=1)
    lake.drop_days("predictions", before=2)
    lake.vacuum("predictions", hours=24)
    assert days(lake.path("predictions")) == ["barograph_day=1", "barograph_day=2"]
    lake.vacuum("predictions", hours=0)
    lake.append("predictions", rows(["late"], seq=2, day=1), through=2)
    query = lake.scan("predictions")
    assert query is not None
    assert sorted(query.collect()["barograph_id"]) == ["b", "late"]


def test_only_empty_folders_unchanged_since_then_go(tmp_path: Path) -> None:
    for name in ("barograph_day=1", "barograph_day=2", "_delta_log"):
        (tmp_path / name).mkdir()
    (tmp_path / "barograph_day=2" / "rows.parquet").write_bytes(b"rows")
    changed = (tmp_path / "barograph_day=1").stat().st_mtime
    remove_empty_days(tmp_path, before=changed - 1.0)
    assert days(tmp_path) == ["barograph_day=1", "barograph_day=2"]
    remove_empty_days(tmp_path, before=changed + 1.0)
    assert (days(tmp_path), (tmp_path / "_delta_log").is_dir()) == (["barograph_day=2"], True)
