"""The page on the scenario names every knob with its default, and every column."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from barograph.demo.credit.generate import Credit, generate_credit
from barograph.demo.credit.scenario import Scenario

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "credit.md"


@pytest.fixture(scope="module")
def credit() -> Credit:
    return generate_credit(Scenario(days=7, training_days=28, holdout_days=7))


@pytest.mark.parametrize("knob", [f.name for f in fields(Scenario)])
def test_knob_stands_there_with_its_default(knob):
    row = re.search(rf"^\| `{knob}` \| ([^|]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert row is not None
    assert row[1] == str(getattr(Scenario(), knob))


@pytest.mark.parametrize("frame", ["predictions", "labels", "truth"])
def test_columns_stand_there_in_order(credit, frame):
    text = PAGE.read_text("utf-8").split(f"\n### {frame}\n")[1].split("\n#")[0]
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == getattr(credit, frame).columns


def test_code_runs_as_it_stands(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE))
    names: dict[str, Any] = {"__name__": "document"}
    exec(compile(code, PAGE.name, "exec"), names)
    assert names["report"].comparison.detected[0] == "income"
    assert (tmp_path / "report.html").exists()
