from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import barograph as bg
from barograph.errors import DataError
from barograph.pytest_plugin import check_rows

ROWS = pl.DataFrame({"age": [float(20 + i % 50) for i in range(400)]})


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return bg.save_profile(bg.profile(ROWS, bg.Schema.infer(ROWS)), tmp_path / "reference.baro")


def test_plug_in_imports_nothing_but_itself():
    code = (
        "import sys, pytest; before = set(sys.modules); import barograph.pytest_plugin; "
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600
    )
    assert done.stdout.strip() == "['barograph', 'barograph.pytest_plugin']"


def test_fixture_fails_the_test_with_the_verdicts(tmp_path, saved):
    ROWS.write_csv(tmp_path / "good.csv")
    ROWS.with_columns(pl.col("age") * 10).write_csv(tmp_path / "bad.csv")
    (tmp_path / "checks.yml").write_text('checks: [quality.mean(column="age") <= 1.1 * reference]')
    (tmp_path / "test_rows.py").write_text(
        'def test_good(assert_checks):\n    assert_checks("reference.baro", "good.csv", "checks.yml")\n'
        'def test_bad(assert_checks):\n    assert_checks("reference.baro", "bad.csv", "checks.yml")\n'
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:xdist", "test_rows.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600)
    assert "1 failed, 1 passed" in done.stdout
    assert 'fail: quality.mean(column="age") is 445' in done.stdout
    assert "Traceback" not in done.stdout


def test_fixture_returns_the_results(assert_checks, saved):
    assert assert_checks(saved, ROWS, "quality.row_count == 400")[0].value == 400


def test_without_checks_those_of_the_reference_are_taken(saved):
    assert check_rows(saved, ROWS).passed
    assert not check_rows(saved, ROWS * 3).passed


def test_profiles_saved_or_not_are_taken(saved):
    profile = bg.load_profile(saved)
    assert check_rows(profile, saved, bg.Check("quality.row_count == 400")).passed
    assert check_rows(profile, profile, bg.Checks((bg.Check("quality.row_count == 400"),))).passed


def test_reference_that_is_rows_is_refused():
    with pytest.raises(DataError, match="the reference is a DataFrame; expected a profile"):
        check_rows(ROWS, ROWS)
