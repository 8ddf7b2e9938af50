"""`barograph demo` as a user runs it: in a process of its own, without a terminal."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path

import pytest

BAROGRAPH = Path(sysconfig.get_path("scripts")) / "barograph"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    folder = tmp_path_factory.mktemp("demo")
    return subprocess.run([BAROGRAPH, "demo"], cwd=folder, capture_output=True, text=True, check=True)


def test_ends_with_the_path_of_a_report(told):
    assert told.stdout.splitlines()[-1] == "barograph-demo/week-3.html"


def test_nothing_is_on_stderr(told):
    assert told.stderr == ""


def test_says_that_the_in_sample_reference_flatters(told):
    assert "The first figure flatters" in " ".join(told.stdout.split())


def test_json_holds_the_figures_and_the_reports(tmp_path):
    done = subprocess.run(
        [BAROGRAPH, "demo", "--output", tmp_path / "demo", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(done.stdout)
    assert [w["hours"] for w in answer["weeks"]] == [235, 187, 165]
    for report in answer["reports"]:
        assert Path(report["path"]).read_text().startswith("<!doctype html>")
