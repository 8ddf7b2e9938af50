"""Rows of a small model, as they are appended to a lake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from barograph.store.lake.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(folder=tmp_path / "lake", model_id=1)


@pytest.fixture
def rows() -> Callable[..., pl.DataFrame]:
    """A function that makes prediction rows of one entry: ids, the entry's number, day and further columns."""

    def make(ids: list[str], *, seq: int = 1, day: int = 20_000, **columns: object) -> pl.DataFrame:
        made = {
            "barograph_id": ids,
            "barograph_row": pl.repeat(0, len(ids), dtype=pl.Int32, eager=True),
            "barograph_version": pl.repeat("v1", len(ids), eager=True),
            "barograph_time": pl.repeat(day * 86_400_000_000, len(ids), dtype=pl.Int64, eager=True),
            "barograph_derived": pl.repeat(False, len(ids), eager=True),
            "barograph_seq": pl.repeat(seq, len(ids), dtype=pl.Int64, eager=True),
            "barograph_position": pl.int_range(len(ids), dtype=pl.Int32, eager=True),
            "barograph_received": pl.repeat(0, len(ids), dtype=pl.Int64, eager=True),
            "barograph_day": pl.repeat(day, len(ids), dtype=pl.Int32, eager=True),
            "barograph_mismatched": pl.repeat(None, len(ids), dtype=pl.List(pl.String), eager=True),
            "x": [float(i) for i in range(len(ids))],
        }
        return pl.DataFrame(made | columns)

    return make
