"""The code of the pages on checks runs as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import polars as pl
import pytest
import yaml

from barograph.checks.yaml import parse_checks
from barograph.demo.bike.rides import load_rides

DOCS = Path(__file__).parents[2] / "docs"
BAROGRAPH = str(Path(sysconfig.get_path("scripts")) / "barograph")


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def sales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files that the page speaks of."""
    rides = load_rides().with_columns(predicted=pl.col("bikers").shift(24))
    rides = rides.rename({"bikers": "sold"}).drop_nulls()
    for month, name in ((1, "january"), (2, "february")):
        rides.filter(pl.col("time").dt.month() == month).write_csv(tmp_path / f"{name}.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def called(line: str) -> int:
    """Exit code of a line of the page."""
    words = [text or bare for text, bare in re.findall(r'"([^"]*)"|(\S+)', line)]
    assert words[0] == "barograph"
    return subprocess.run([BAROGRAPH, *words[1:]], capture_output=True, check=False).returncode


def test_reference_page_in_python(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile("\n".join(blocks("reference/checks.md", "python")), "checks.md", "exec"), {})
    assert (tmp_path / "checks.yml").exists()


def test_reference_page_file():
    first, second = parse_checks(*blocks("reference/checks.md", "yaml"))
    assert (first.severity, first.confident) == ("warning", 0.999)
    assert (second.name, second.unknown, second.confident) == ("zips are there", "fail", False)


def test_ci_page_on_the_command_line_and_in_actions(sales):
    lines = re.findall(r"^\$ (.*)$", "\n".join(blocks("how-to/ci.md", "console")), re.MULTILINE)
    assert [called(line) for line in lines] == [0, 0, 1, 0]
    (workflow,) = map(yaml.safe_load, blocks("how-to/ci.md", "yaml"))
    steps = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
    assert steps[0] == "pip install barograph"
    assert [called(step) for step in steps[1:]] == [1]
    assert (sales / "checks.xml").read_text().startswith("<?xml")


def test_ci_page_in_pytest(sales):
    profile = blocks("how-to/ci.md", "console")[0].splitlines()[0].removeprefix("$ ")
    assert called(profile) == 0
    (sales / "test_rows.py").write_text("\n".join(blocks("how-to/ci.md", "python")))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "test_rows.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "2 passed" in done.stdout, done.stdout
