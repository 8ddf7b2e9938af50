"""A user's way with a CSV file of their own: schema, profile, compare, report; no flag but roles."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path

import polars as pl
import pytest

from barograph.demo.bike.rides import load_rides

BAROGRAPH = Path(sysconfig.get_path("scripts")) / "barograph"


def call(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BAROGRAPH, *words], cwd=folder, capture_output=True, text=True, check=True, timeout=600
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """January and August, with yesterday's rides at the same hour as a prediction."""
    folder = tmp_path_factory.mktemp("rides")
    rides = load_rides().with_columns(pl.col("bikers").shift(24).alias("yesterday")).drop_nulls()
    rides.filter(pl.col("time").dt.month() == 1).write_csv(folder / "january.csv")
    rides.filter(pl.col("time").dt.month() == 8).write_csv(folder / "august.csv")
    return folder


def test_schema_to_profile_to_report(folder):
    roles = ("--prediction", "yesterday", "--label", "bikers", "--timestamp", "time")
    call(folder, "schema", "january.csv", *roles, "-o", "schema.yml")
    call(folder, "profile", "january.csv", "--schema", "schema.yml", "-o", "january.baro")
    done = call(folder, "compare", "january.baro", "august.csv", "-o", "report.html")
    assert done.stdout.splitlines()[-1] == "report.html"
    assert "temp" in (folder / "report.html").read_text()


def test_august_is_warmer_than_january(folder):
    done = call(folder, "compare", "january.csv", "august.csv", "--timestamp", "time", "--json")
    temp = json.loads(done.stdout)["drift"]["columns"]["temp"]
    assert temp["detected"]
    assert temp["size"] == "large"
