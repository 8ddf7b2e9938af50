"""`barograph story` as a user runs it: in a process of its own, without a terminal."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

BAROGRAPH = Path(sysconfig.get_path("scripts")) / "barograph"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    folder = tmp_path_factory.mktemp("story")
    return subprocess.run(
        [BAROGRAPH, "story"], cwd=folder, capture_output=True, text=True, check=True, timeout=600
    )


def test_ends_with_the_path_of_a_report(told):
    assert told.stdout.splitlines()[-1] == "barograph-story/week-3.html"


def test_nothing_is_on_stderr(told):
    assert told.stderr == ""


def test_says_that_the_in_sample_reference_flatters(told):
    assert "The first figure flatters" in " ".join(told.stdout.split())


def test_tells_the_worst_hours_apart_by_warmth(told):
    words = " ".join(told.stdout.split())
    assert "What tells its worst hours apart is warmth" in words
    assert "apart, % of range 60.7 58.3 40.7 17.4 11.5 9.8" in words
    assert "Rides go with temp more than they did (r 0.20 → 0.44)" in words


def test_no_sentence_is_told_twice(told):
    bullets = " ".join(told.stdout.split()).split("• ")[1:]
    sentences = [s for bullet in bullets for s in bullet.split(". ") if len(s) > 20]
    assert len(sentences) == len(set(sentences))


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("json") / "story"
    command = [BAROGRAPH, "story", "--output", folder, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    held: dict[str, Any] = json.loads(done.stdout)
    return held


def test_json_holds_error_bias_and_correlation(answer):
    assert answer["error_bias"][0]["feature"] == "atemp"
    assert answer["error_bias"][0].keys() == {"feature", "under", "over", "range_ratio"}
    assert answer["warmth_and_rides"].keys() == {"in_sample", "last_week"}


def test_story_and_report_say_the_same_of_the_rides(answer):
    page = Path(answer["reports"][-1]["path"]).read_text()
    assert answer["rides_against_windows"]
    assert answer["rides_against_windows"] in page


def test_json_holds_the_figures_and_the_reports(answer):
    assert [w["hours"] for w in answer["weeks"]] == [235, 187, 165]
    for report in answer["reports"]:
        assert Path(report["path"]).read_text().startswith("<!doctype html>")
