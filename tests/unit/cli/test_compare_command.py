from __future__ import annotations

import json
from datetime import datetime, timedelta

import polars as pl

ROLES = ("--label", "label", "--prediction", "prediction", "--positive", "yes")


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


def row_of(name, text):
    return next(line.split() for line in text.splitlines() if line.startswith(f"{name} "))


def test_a_column_that_did_not_change_says_so(run, csv, moved):
    shown = run("compare", csv, moved, *ROLES).out
    assert row_of("income", shown)[-2:] == ["◆", "changed"]
    assert row_of("country", shown)[-2:] == ["no", "change"]


def test_a_column_that_history_leaves_open_says_unknown(run, tmp_path):
    # Ten days whose level wanders, then a day a little beyond them: too few to call that unusual.
    level = [0.0, 0.8, -0.7, 0.5, -0.9, 0.9, -0.4, 0.6, -0.8, 0.3]
    start, noise = datetime(2024, 1, 1), [((i * 37) % 101) / 50 - 1 for i in range(200)]

    def day(number, mean):
        times = [start + timedelta(days=number, minutes=i) for i in range(200)]
        return pl.DataFrame({"t": times, "x": [mean + e for e in noise]})

    pl.concat([day(i, mean) for i, mean in enumerate(level)]).write_csv(tmp_path / "a.csv")
    day(11, 1.0).write_csv(tmp_path / "b.csv")
    shown = run("compare", tmp_path / "a.csv", tmp_path / "b.csv", "--timestamp", "t", "--every", "1d").out
    assert row_of("x", shown)[-1] == "unknown"


def test_tables_are_as_wide_as_columns_says(run, csv, moved, monkeypatch):
    wide = run("compare", csv, moved, *ROLES).out
    monkeypatch.setenv("COLUMNS", "60")
    narrow = run("compare", csv, moved, *ROLES).out
    assert 60 < max(map(len, wide.splitlines())) <= 120
    assert max(map(len, narrow.splitlines())) <= 60


def test_labels_without_an_error_are_told(run, tmp_path):
    good = pl.DataFrame({"y": [1.0, 2.0, 3.0, 4.5] * 10, "p": [1.5, 2.0, 3.0, 4.0] * 10})
    good.write_csv(tmp_path / "a.csv")
    good.with_columns(y=pl.when(pl.int_range(40) < 5).then(float("inf")).otherwise("y")).write_csv(
        tmp_path / "b.csv"
    )
    told = run("compare", tmp_path / "a.csv", tmp_path / "b.csv", "--label", "y", "--prediction", "p")
    assert "warning: 5 labelled rows are left out: 5 an infinite label." in told.err


def test_one_file_is_cut_in_two_at_a_day(run, tmp_path, rows):
    days = [datetime(2026, 1, 1) + timedelta(hours=6 * i) for i in range(60)]
    moved = pl.when(pl.int_range(60) < 40).then(0).otherwise(40)
    dated = rows.with_columns(at=pl.Series(days), income=pl.col("income") + moved)
    whole = tmp_path / "all.csv"
    dated.write_csv(whole)
    dated[:40].write_csv(tmp_path / "a.csv")
    dated[40:].write_csv(tmp_path / "b.csv")
    cut = run("compare", whole, "--since", "2026-01-11", "--timestamp", "at", *ROLES, "--json")
    two = run("compare", tmp_path / "a.csv", tmp_path / "b.csv", "--timestamp", "at", *ROLES, "--json")
    assert json.loads(cut.out) == json.loads(two.out)
    assert json.loads(cut.out)["rows"] == {"reference": 40, "current": 20}


def test_one_file_without_a_day_is_told_of_it(run, csv):
    refused = run("compare", csv, *ROLES)
    assert refused.code == 2
    assert "--since TIME where one file holds both" in refused.err


def test_two_files_and_a_day_contradict_each_other(run, csv, moved):
    refused = run("compare", csv, moved, "--since", "2026-01-11")
    assert refused.code == 2
    assert "CURRENT names a second one" in refused.err


def test_a_saved_profile_cannot_be_cut(run, csv, tmp_path):
    run("profile", csv, "-o", tmp_path / "a.baro")
    refused = run("compare", tmp_path / "a.baro", "--since", "2026-01-11")
    assert refused.code == 2
    assert "give the file of its rows" in refused.err


def test_rows_without_a_time_are_told(run, tmp_path):
    days = [f"2026-01-{1 + i // 6:02}" for i in range(59)] + [None]
    pl.DataFrame({"at": days, "x": [float(i % 7) for i in range(60)]}).write_csv(tmp_path / "all.csv")
    told = run("compare", tmp_path / "all.csv", "--since", "2026-01-06", "--timestamp", "at")
    assert "warning: 1 rows have no time that can be read" in told.err
