"""The code in the documents runs as it stands there."""

from __future__ import annotations

import doctest
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from barograph.demo.bike.rides import load_rides
from barograph.metrics.performance.arrays import outcome_of
from barograph.schema.yaml import parse_schema

ROOT = Path(__file__).parents[2]
BAROGRAPH = Path(sysconfig.get_path("scripts")) / "barograph"


def code_of(document: str, language: str) -> str:
    blocks = re.findall(
        rf"^```{language}\n(.*?)^```", (ROOT / document).read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return "\n".join(blocks)


def run(document: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "document"}
    exec(compile(code_of(document, "python"), document, "exec"), names)
    return names


@pytest.fixture
def sales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files the README speaks of: two months of rides, yesterday's as a prediction."""
    rides = (
        load_rides()
        .with_columns(predicted=pl.col("bikers").shift(24))
        .rename({"bikers": "sold"})
        .drop_nulls()
    )
    for month, name in ((1, "january"), (2, "february")):
        rides.filter(pl.col("time").dt.month() == month).write_csv(tmp_path / f"{name}.csv")
    for quarter in (1, 2):
        churned = rides["sold"].gather_every(quarter, 0) > 40
        scored = pl.DataFrame({"churned": churned, "p": [i % 100 / 100 for i in range(len(churned))]})
        scored.with_columns(churned=pl.when("churned").then(pl.lit("yes")).otherwise(pl.lit("no"))).write_csv(
            tmp_path / f"customers_q{quarter}.csv"
        )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_readme_in_python(sales):
    run("README.md")
    assert (sales / "report.html").stat().st_size > 1_000
    assert (sales / "january.baro").stat().st_size > 1_000


def test_readme_on_your_own_csv(sales):
    lines = code_of("README.md", "console")
    commands = re.findall(r"^\$ barograph ((?:schema|compare|profile) .*)$", lines, re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        subprocess.run([BAROGRAPH, *command.split()], cwd=sales, check=True, capture_output=True)
    assert (sales / "report.html").exists()


def test_readme_schema():
    (income,) = parse_schema(code_of("README.md", "yaml")).columns
    assert (income.null_values, income.range) == (("-999",), (0, 1_000_000))


def test_tutorial(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = run("docs/tutorial.md")
    assert names["mae"]["change"]["verdict"] == "worse"
    assert "temp" in names["told"]["drift"]["columns"]


def test_contributing_metric():
    names = run("CONTRIBUTING.md")
    (spec,) = names["METRICS"]
    assert spec.compute(outcome_of("regression", [1.0, 2.0], [0.0, 4.0])).value == pytest.approx(2.0)
    finder = doctest.DocTestFinder()
    (example, *_) = finder.find(spec.compute, globs=names, module=False)
    assert doctest.DocTestRunner().run(example).failed == 0
