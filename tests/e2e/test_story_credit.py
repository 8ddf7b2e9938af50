"""`barograph story credit` as a user runs it: in a process of its own, without a terminal."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

BAROGRAPH = Path(sysconfig.get_path("scripts")) / "barograph"
PAGES = ["quiet-weeks.html", "fault-week.html", "after-the-rise.html"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("story")


@pytest.fixture(scope="module")
def told(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [BAROGRAPH, "story", "credit", "--output", "loans"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=600)


def test_ends_with_the_paths_of_its_pages(told, folder):
    assert told.stdout.splitlines()[-3:] == [f"loans/{page}" for page in PAGES]
    for page in PAGES:
        assert (folder / "loans" / page).read_text("utf-8").startswith("<!doctype html>")


def test_pages_are_small(told, folder):
    assert max((folder / "loans" / page).stat().st_size for page in PAGES) < 500_000


def test_nothing_is_on_stderr(told):
    assert told.stderr == ""


def test_every_step_is_told_with_its_truth(told):
    words = " ".join(told.stdout.split())
    steps = (
        "quiet weeks.",
        "a deployment.",
        "after the repair:",
        "interest rates rise.",
        "is first worse on",
        "the age.",
    )
    places = [words.index(step) for step in steps]
    assert places == sorted(places)
    assert words.count("ruth: ") == 4
    assert "the truth is known: " in words


def test_no_sentence_is_told_twice_in_one_step(told):
    for step in " ".join(told.stdout.split()).split("• ")[1:]:
        sentences = [s for s in step.split(". ") if len(s) > 20]
        assert len(sentences) == len(set(sentences))


def test_json_holds_the_figures_and_the_reports(tmp_path):
    command = [BAROGRAPH, "story", "credit", "--output", tmp_path / "loans", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    answer: dict[str, Any] = json.loads(done.stdout)
    assert {"scenario", "opening", "stages", "fault", "rise", "groups", "why", "reports"} == answer.keys()
    assert [Path(report["path"]).name for report in answer["reports"]] == PAGES
    assert answer["stages"]["fault_day"]["labelled"] == 0


def test_story_that_is_not_known_is_refused(tmp_path):
    done = subprocess.run(
        [BAROGRAPH, "story", "cars"], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=600
    )
    assert done.returncode == 2
    assert "'cars' is not one of 'bike', 'credit'" in done.stderr
