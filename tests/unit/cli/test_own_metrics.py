"""Metrics and rules of a schema on the command line."""

import json

import polars as pl
import pytest

SCHEMA = """
columns: {x: {}, z: {}}
metrics: {lost: {sum: "x * z", unit: EUR}}
rules: {small: "x <= z"}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pl.DataFrame({"x": [1.0, 5.0], "z": [2.0, 3.0]}).write_parquet("rows.parquet")
    (tmp_path / "schema.yml").write_text(SCHEMA)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_the_schema_shows_them(run):
    told = json.loads(run("schema", "rows.parquet", "--schema", "schema.yml", "--json").out)
    assert told["metrics"] == {"lost": {"sum": "x * z", "unit": "EUR"}}
    assert told["rules"] == {"small": "x <= z"}


@pytest.mark.usefixtures("folder")
def test_checks_take_them_from_the_saved_reference(run):
    assert run("profile", "rows.parquet", "--schema", "schema.yml", "-o", "r.baro").code == 0
    assert run("check", "r.baro", "rows.parquet", "-c", "custom.lost == 17").code == 0
    assert run("check", "r.baro", "rows.parquet", "-c", "quality.violation_share(rule=*) <= 10%").code == 1


def test_an_unknown_column_is_said_with_its_line(run, folder):
    (folder / "schema.yml").write_text(SCHEMA.replace("x * z", "x * zz"))
    done = run("schema", "rows.parquet", "--schema", "schema.yml")
    assert done.code == 2
    assert "schema.yml, line 3: metrics.lost: 'x * zz' needs a column 'zz'" in " ".join(done.err.split())
