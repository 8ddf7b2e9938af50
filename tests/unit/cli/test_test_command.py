"""`barograph test`: exit codes, text, JSON and JUnit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

Run = Callable[..., Any]
MONITORS = "monitors: [{name: moved, metric: drift.share, when: {above: 20%}, window: 1h}]\n"
PASSES = "- {monitor: moved, series: {drift.share: [0.1, 0.3]}, expect: [ok, firing]}\n"
FAILS = "- {test: it calms, monitor: moved, series: {drift.share: [0.1, 0.3]}, expect: [ok, ok]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "monitors.yml").write_text(MONITORS)
    return tmp_path


def written(folder: Path, text: str, name: str = "rules.test.yml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_monitors_beside_the_tests_are_tested(run: Run, folder: Path):
    done = run("test", written(folder, PASSES))
    assert (done.code, done.out) == (0, "pass  1: moved\n1 of 1 rule tests passed.\n")


def test_a_miss_says_where_what_and_why_and_is_exit_code_1(run: Run, folder: Path):
    done = run("test", written(folder, PASSES + FAILS))
    assert done.code == 1
    assert "FAIL  it calms (rules.test.yml, line 2)" in done.out
    assert (
        "moved, model: drift.share: window 2 (2026-01-05T01:00:00): expected ok, found firing (0.3"
        in done.out
    )
    assert "1 of 2 rule tests passed." in done.out


def test_a_file_that_cannot_be_read_is_exit_code_2(run: Run, folder: Path):
    done = run("test", written(folder, "- {monitor: mooved, series: {drift.share: [0.1]}}"))
    assert done.code == 2
    assert "rules.test.yml, line 1: tests.1.monitor: no monitor 'mooved'; did you mean 'moved'?" in (
        done.err.replace("\n", " ")
    )


def test_without_monitors_it_says_where_they_could_be(run: Run, tmp_path: Path):
    done = run("test", written(tmp_path, PASSES))
    assert done.code == 2
    assert "give --monitors monitors.yml" in done.err.replace("\n", " ")


def test_monitors_can_be_named(run: Run, tmp_path: Path):
    monitors = written(tmp_path, MONITORS, "others.yml")
    assert run("test", written(tmp_path, PASSES), "--monitors", monitors).code == 0


def test_json_holds_every_test_of_every_file(run: Run, folder: Path):
    done = run("test", written(folder, PASSES), written(folder, FAILS, "more.test.yml"), "--json")
    told = json.loads(done.out)
    assert (done.code, told["passed"]) == (1, False)
    assert [(one["file"], one["passed"]) for one in told["tests"]] == [
        ("rules.test.yml", True), ("more.test.yml", False),
    ]  # fmt: skip
    assert told["tests"][1]["misses"][0]["expected"] == "ok"


def test_junit_counts_failures(run: Run, folder: Path):
    report = folder / "report.xml"
    run("test", written(folder, PASSES + FAILS), "--junit", report)
    suite = ET.fromstring(report.read_text("utf-8"))[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert suite[1][0].tag == "failure"
