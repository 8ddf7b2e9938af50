from __future__ import annotations

import json

from barograph.api import load_profile


def test_saves_a_profile_and_ends_with_its_path(run, csv, tmp_path):
    path = tmp_path / "out.baro"
    shown = run(
        "profile", csv, "-o", path, "--label", "label", "--prediction", "prediction", "--positive", "yes"
    )
    assert shown.code == 0
    assert shown.out.strip().endswith(str(path))
    assert load_profile(path).rows == 60


def test_hints_at_roles_on_stderr_only(run, csv, tmp_path):
    shown = run("profile", csv, "-o", tmp_path / "out.baro", "--json")
    assert "hint: 'label' may be the label" in shown.err
    assert json.loads(shown.out)["task"] is None


def test_like_takes_schema_and_grid_of_the_reference(run, csv, tmp_path):
    run("profile", csv, "-o", tmp_path / "reference.baro")
    told = json.loads(
        run(
            "profile", csv, "-o", tmp_path / "current.baro", "--like", tmp_path / "reference.baro", "--json"
        ).out
    )
    assert told["grid"] == load_profile(tmp_path / "reference.baro").grid.hash


def test_like_and_flags_on_columns_contradict_each_other(run, csv, tmp_path):
    run("profile", csv, "-o", tmp_path / "reference.baro")
    refused = run(
        "profile", csv, "-o", tmp_path / "x.baro", "--like", tmp_path / "reference.baro", "--label", "label"
    )
    assert refused.code == 2
    assert "the saved profile says what the columns mean, and so do --label." in refused.err


def test_by_gives_segments(run, csv, tmp_path):
    told = json.loads(run("profile", csv, "-o", tmp_path / "x.baro", "--by", "country", "--json").out)
    assert told["segments"] == ["country=DE", "country=FR", "country=IT"]


def test_column_with_the_role_of_segment_gives_segments(run, csv, tmp_path):
    told = json.loads(run("profile", csv, "-o", tmp_path / "x.baro", "--segment", "country", "--json").out)
    assert told["segments"] == ["country=DE", "country=FR", "country=IT"]


def test_missing_folder_is_refused_before_any_work(run, tmp_path):
    refused = run("profile", "absent.csv", "-o", tmp_path / "absent" / "out.baro")
    assert refused.code == 2
    assert "does not exist; make it, or write somewhere else." in refused.err
