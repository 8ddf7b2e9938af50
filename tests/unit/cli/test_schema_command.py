from __future__ import annotations

import json
import shlex

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


def test_one_line_to_copy_has_all_flags_and_a_day(run, tmp_path):
    path = tmp_path / "all rows.csv"
    lines = [f"2026-01-{1 + i // 10:02},{'yes' if i % 3 else 'no'},{i % 5 or -1}" for i in range(200)]
    path.write_text("time,churned,calls\n" + "\n".join(lines))
    line = next(text for text in run("schema", path).out.splitlines() if "barograph compare" in text)
    words = shlex.split(line)[1:]
    assert words[2:4] == ["--since", "2026-01-11"]
    shown = run(*words[:-1], tmp_path / "report.html")
    assert shown.code == 0
    assert "--label churned --timestamp time --positive yes --null-value calls=-1" in line


def payments(path, label, score):
    lines = [
        f"2026-01-{1 + i // 10:02},{'fine' if i % 3 else 'lost'},{i % 97 / 97:.3f},{i % 7}"
        for i in range(300)
    ]
    path.write_text(f"time,{label},{score},calls\n" + "\n".join(lines))
    return path


def test_a_label_in_words_has_its_positive_class_in_the_line_which_runs_as_it_is(run, tmp_path):
    path = payments(tmp_path / "rows.csv", "chargeback", "risk")
    line = next(text for text in run("schema", path).out.splitlines() if "barograph compare" in text)
    assert "--label chargeback --timestamp time --score risk --positive lost" in line
    assert run(*shlex.split(line)[1:-1], tmp_path / "report.html").code == 0
    said = run("schema", path, "--label", "chargeback", "--score", "risk", "--positive", "fine").out
    assert "--positive lost" not in said


def test_what_the_line_does_not_name_is_said_with_columns_that_may_be_it(run, tmp_path):
    told = run("schema", payments(tmp_path / "rows.csv", "state", "m1")).err
    assert "No label and no score or prediction is named" in told
    assert "--label COLUMN (perhaps state) and --score COLUMN (perhaps m1)" in told
    told = run("schema", tmp_path / "rows.csv", "--score", "m1").err
    assert "No label is named" in told


def test_flags_that_were_given_are_in_the_line_to_copy(run, csv):
    line = run("schema", csv, "--label", "label", "--positive", "no").out.splitlines()[-1]
    assert line.endswith("--label label --positive no --prediction prediction -o reference.baro")


def test_values_that_mean_missing_are_set_by_a_flag(run, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("calls\n" + "\n".join(str(i % 5 - 1) for i in range(100)))
    told = json.loads(run("schema", path, "--null-value", "calls=-1", "--json").out)
    assert told["columns"]["calls"]["null_values"] == ["-1"]
    assert told["columns"]["calls"]["reason"].endswith("'-1' read as missing")
    assert told["suggestions"] == []
    assert "did you mean 'calls'" in run("schema", path, "--null-value", "call=-1").err
