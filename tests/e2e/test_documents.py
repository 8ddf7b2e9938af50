"""The code in the documents runs as it stands there, and prints what they show."""

from __future__ import annotations

import doctest
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

import barograph_client
from barograph.checks.yaml import parse_checks
from barograph.demo.bike.rides import load_rides
from barograph.metrics.performance.arrays import outcome_of
from barograph.monitors.yaml import parse_monitors

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def script(name: str) -> Any:
    """A script of the docs folder, which is no package."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def documents() -> Any:
    return script("run_pages")


@pytest.fixture(autouse=True)
def no_client_is_left() -> Iterator[None]:
    """End the client that a page began: its thread would look for a server for as long as this process lives."""
    yield
    barograph_client.init(url="")


PAGES = sorted(DOCS.rglob("*.md"))


def code_of(documents: Any, page: Path, language: str) -> list[str]:
    return [b.text for b in documents.blocks(page) if b.language == language]


@pytest.mark.parametrize("page", PAGES, ids=[p.relative_to(DOCS).as_posix() for p in PAGES])
def test_page_runs_and_shows_what_it_prints(page, documents, tmp_path):
    differ = [o for o in documents.run_page(page, tmp_path) if not o.agrees]
    shown = "\n".join(f"line {o.lines[0] + 1} should show:\n{o.real}" for o in differ)
    assert not differ, f"{shown}\nrun: uv run python docs/run_pages.py --write {page.relative_to(ROOT)}"


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    """The files the README speaks of: two months of rides, yesterday's as a prediction."""
    rides = (
        load_rides()
        .with_columns(predicted=pl.col("bikers").shift(24))
        .rename({"bikers": "sold"})
        .drop_nulls()
    )
    for month, name in ((1, "january"), (2, "february")):
        rides.filter(pl.col("time").dt.month() == month).write_csv(tmp_path / f"{name}.csv")
    return tmp_path


def test_readme_runs(sales, documents):
    assert list(documents.run_page(ROOT / "README.md", sales)) == []
    assert (sales / "report.html").stat().st_size > 1_000
    assert (sales / "january.baro").stat().st_size > 1_000
    assert (sales / "why.html").stat().st_size > 1_000


def test_readme_monitor(documents):
    (monitors,) = code_of(documents, ROOT / "README.md", "yaml")
    (monitor,) = parse_monitors(monitors).monitors
    assert (monitor.name, monitor.for_windows, monitor.severity) == ("inputs moved", 2, "from impact")


def test_contributing_metric(documents, tmp_path):
    names: dict[str, Any] = {}
    assert list(documents.run_page(ROOT / "CONTRIBUTING.md", tmp_path, names)) == []
    (spec,) = names["METRICS"]
    assert spec.compute(outcome_of("regression", [1.0, 2.0], [0.0, 4.0])).value == pytest.approx(1.0)
    (example, *_) = doctest.DocTestFinder().find(spec.compute, globs=names, module=False)
    assert doctest.DocTestRunner().run(example).failed == 0


def test_file_of_the_checks_page_is_read(documents):
    first, second = parse_checks(*code_of(documents, DOCS / "reference/checks.md", "yaml"))
    assert (first.severity, first.confident) == ("warning", 0.999)
    assert (second.name, second.unknown, second.confident) == ("zips are there", "fail", False)


def test_workflow_of_the_ci_page_makes_the_same_call(documents):
    page = DOCS / "how-to/ci.md"
    (workflow,) = map(yaml.safe_load, code_of(documents, page, "yaml"))
    steps = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
    assert steps[0] == "pip install barograph"
    shown = "\n".join(code_of(documents, page, "console"))
    assert [f"$ {step}" in shown for step in steps[1:]] == [True]


def test_report_page_is_as_generated():
    generator = script("generate_report")
    assert generator.PAGE.read_text("utf-8") == generator.render(), (
        "run: uv run python docs/generate_report.py"
    )


def test_every_page_is_in_the_navigation():
    named = re.findall(r"^ +- .*: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == [p.relative_to(DOCS).as_posix() for p in PAGES]


def test_coverage_told_is_the_one_measured():
    told = re.search(r"\d+ of \d+(?= figures)", (DOCS / "explanation/intervals.md").read_text("utf-8"))
    assert told is not None
    assert f"{told[0]} are within 93% to 97%" in (ROOT / "benchmarks/RESULTS.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("shown", "real", "agree"),
    [
        ("a\nb", "a  \nb\n", True),
        ("a\n…\nd", "a\nb\nc\nd\n", True),
        ("5 %", "5\u202f%", True),
        ("a\nb", "a\n", False),
        ("a\n…\nd", "a\nb\n", False),
    ],
)
def test_output_is_compared_line_by_line(documents, shown, real, agree):
    assert documents.Shown(page=DOCS, lines=(0, 1), shown=shown, real=real).agrees is agree


def test_failing_command_is_told(documents, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```console\n$ barograph schema nowhere.csv\n```\n")
    with pytest.raises(RuntimeError, match="ended with 2"):
        list(documents.run_page(page, tmp_path))
