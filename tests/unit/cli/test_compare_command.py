from __future__ import annotations

import json

import polars as pl
import pytest

ROLES = ("--label", "label", "--prediction", "prediction", "--positive", "yes")


@pytest.fixture
def moved(tmp_path, rows):
    """The rows with an income far from what it was."""
    path = tmp_path / "moved.csv"
    rows.with_columns(pl.col("income") + 40).write_csv(path)
    return path


def test_json_is_all_there_is_on_stdout(run, csv, moved):
    told = json.loads(run("compare", csv, moved, *ROLES, "--json").out)
    assert told["rows"] == {"reference": 60, "current": 60}
    assert told["drift"]["columns"]["income"]["detected"]
    assert not told["drift"]["columns"]["country"]["detected"]


def test_shows_verdict_changes_and_performance(run, csv, moved):
    shown = run("compare", csv, moved, *ROLES)
    assert shown.code == 0
    assert "income" in shown.out.splitlines()[0]
    assert "What changed most" in shown.out
    assert "accuracy" in shown.out


def test_report_ends_with_its_path(run, csv, moved, tmp_path):
    shown = run("compare", csv, moved, "-o", tmp_path / "report.html")
    assert shown.out.splitlines()[-1] == str(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text().startswith("<!doctype html>")


def test_saved_reference_gives_what_its_rows_give(run, csv, moved, tmp_path):
    run("profile", csv, "-o", tmp_path / "reference.baro", *ROLES)
    saved = json.loads(run("compare", tmp_path / "reference.baro", moved, "--json").out)
    assert saved == json.loads(run("compare", csv, moved, *ROLES, "--json").out)


def test_two_saved_profiles_refuse_flags_on_columns(run, csv, tmp_path):
    run("profile", csv, "-o", tmp_path / "a.baro")
    refused = run("compare", tmp_path / "a.baro", tmp_path / "a.baro", "--label", "label")
    assert refused.code == 2
    assert "Leave these out" in refused.err


def test_report_of_another_format_is_refused(run, csv):
    refused = run("compare", csv, csv, "-o", "report.pdf")
    assert refused.code == 2
    assert "expected a name ending in .html or .json" in refused.err


def test_labels_and_predictions_that_name_classes_differently_are_refused(run, tmp_path, rows):
    path = tmp_path / "odd.csv"
    rows.with_columns(pl.col("prediction").replace_strict({"yes": "1", "no": "0"})).write_csv(path)
    refused = run("compare", path, path, *ROLES)
    assert refused.code == 2
    assert "'yes'" in refused.err or "yes" in refused.err
    assert "1" in refused.err


def test_origin_of_the_reference_is_kept(run, csv, moved, tmp_path):
    told = json.loads(run("compare", csv, moved, "--origin", "hold-out", "--json").out)
    assert told["profiles"]["reference"]["origin"] == "hold-out"


def test_saved_current_gives_its_grid_to_the_reference(run, csv, moved, tmp_path):
    run("profile", moved, "-o", tmp_path / "current.baro")
    told = json.loads(run("compare", csv, tmp_path / "current.baro", "--json").out)
    assert told["profiles"]["reference"]["origin"] == "reference"
    assert told["profiles"]["reference"]["grid"] == told["profiles"]["current"]["grid"]
