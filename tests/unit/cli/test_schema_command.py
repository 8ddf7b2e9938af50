from __future__ import annotations

import json

from barograph.schema.model import Schema


def test_shows_kind_and_reason_of_every_column(run, csv):
    shown = run("schema", csv)
    assert shown.code == 0
    assert "country" in shown.out
    assert "text with 3 different values" in shown.out


def test_suggests_a_role_with_its_flag_and_sets_none(run, csv):
    told = json.loads(run("schema", csv, "--json").out)
    assert {"label", "prediction"} == {s["column"] for s in told["suggestions"]}
    assert "--label label" in [s["flag"] for s in told["suggestions"]]
    assert {c["role"] for c in told["columns"].values()} == {"feature"}


def test_flags_set_roles_task_and_positive_class(run, csv):
    told = json.loads(
        run(
            "schema", csv, "--label", "label", "--prediction", "prediction", "--positive", "yes", "--json"
        ).out
    )
    assert (told["task"], told["positive"]) == ("binary", "yes")
    assert told["columns"]["label"]["role"] == "label"


def test_kind_can_be_set(run, csv):
    told = json.loads(run("schema", csv, "--kind", "income=categorical", "--json").out)
    assert told["columns"]["income"]["kind"] == "categorical"


def test_written_schema_reads_back(run, csv, tmp_path):
    path = tmp_path / "schema.yml"
    shown = run("schema", csv, "--label", "label", "--positive", "yes", "-o", path)
    assert shown.out.splitlines()[-1] == str(path)
    assert Schema.from_yaml(path).one("label").name == "label"


def test_schema_file_and_flags_contradict_each_other(run, csv, tmp_path):
    run("schema", csv, "-o", tmp_path / "schema.yml")
    refused = run("schema", csv, "--schema", tmp_path / "schema.yml", "--label", "label")
    assert refused.code == 2
    assert "--schema says what the columns mean, and so do --label." in refused.err


def test_ambiguous_dates_are_settled_by_a_flag(run, tmp_path):
    path = tmp_path / "dates.csv"
    path.write_text("when\n" + "\n".join(f"0{d}/0{m}/2024" for d in range(1, 10) for m in range(1, 10)))
    assert "day and month cannot be told apart" in run("schema", path).err
    told = json.loads(run("schema", path, "--reading", "when=day_first", "--json").out)
    assert told["columns"]["when"]["reading"] == "day_first"
