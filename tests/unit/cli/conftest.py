"""Small files of rows, and the command line called in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from barograph.cli import main


@dataclass(frozen=True)
class Outcome:
    """What a call returned and wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Call the command line."""
    monkeypatch.delenv("COLUMNS", raising=False)

    def call(*words: object) -> Outcome:
        code = main([str(word) for word in words])
        written = capsys.readouterr()
        return Outcome(code=code, out=written.out, err=written.err)

    return call


@pytest.fixture
def rows() -> pl.DataFrame:
    """Sixty scored rows of a binary task."""
    return pl.DataFrame(
        {
            "income": [float(i % 17) for i in range(60)],
            "country": ["DE", "FR", "IT"] * 20,
            "label": ["yes" if i % 3 == 0 else "no" for i in range(60)],
            "prediction": ["yes" if i % 4 == 0 else "no" for i in range(60)],
        }
    )


@pytest.fixture
def csv(tmp_path: Path, rows: pl.DataFrame) -> Path:
    """The rows as a CSV file."""
    path = tmp_path / "rows.csv"
    rows.write_csv(path)
    return path


@pytest.fixture
def moved(tmp_path: Path, rows: pl.DataFrame) -> Path:
    """The rows with an income far from what it was."""
    path = tmp_path / "moved.csv"
    rows.with_columns(pl.col("income") + 40).write_csv(path)
    return path
