from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

ROLES = ("--label", "real", "--prediction", "guess", "--timestamp", "at", "--every", "1d")


def rows(seed: int, day: int, shift: float) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=240) + shift
    start = pl.datetime(2024, 1, 1 + day)
    return pl.DataFrame({"x": x, "guess": x, "real": x + rng.normal(size=240) * (1 + shift)}).with_columns(
        at=start + pl.duration(hours=pl.int_range(240)), other=pl.Series(rng.normal(size=240))
    )


@pytest.fixture
def before(tmp_path: Path) -> Path:
    path = tmp_path / "before.csv"
    rows(0, 0, 0.0).write_csv(path)
    return path


@pytest.fixture
def after(tmp_path: Path) -> Path:
    path = tmp_path / "after.csv"
    rows(1, 10, 1.0).write_csv(path)
    return path


def test_sentences_come_first_then_tables(run, before, after):
    shown = run("explain", before, after, *ROLES)
    assert shown.code == 0
    assert shown.out.startswith("Mean absolute error went from ")
    headings = ["Parts, which add up", "Columns, each a view", "Actions"]
    places = [shown.out.index(heading) for heading in headings]
    assert places == sorted(places)


def test_answer_fits_eighty_columns(run, before, after, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = run("explain", before, after, *ROLES)
    assert max(map(len, shown.out.splitlines())) <= 80
    assert "…" not in shown.out.replace("(−", "").split("Parts")[0]


def test_json_is_all_there_is_on_stdout(run, before, after):
    told = json.loads(run("explain", before, after, *ROLES, "--json").out)
    assert told["metric"] == "performance.mae"
    assert sum(part["value"] for part in told["parts"]) == pytest.approx(told["change"]["value"])


def test_another_metric_is_explained_where_asked(run, before, after):
    told = json.loads(run("explain", before, after, *ROLES, "--metric", "performance.me", "--json").out)
    assert told["metric"] == "performance.me"


def test_page_ends_the_answer(run, before, after, tmp_path):
    shown = run("explain", before, after, *ROLES, "-o", tmp_path / "why.html")
    assert shown.out.splitlines()[-1] == str(tmp_path / "why.html")
    assert (tmp_path / "why.html").read_text("utf-8").startswith("<!doctype html>")


def test_held_out_rows_make_the_optimism_a_part(run, before, after, tmp_path):
    held = tmp_path / "held.csv"
    rows(2, 0, 0.2).write_csv(held)
    told = json.loads(run("explain", before, after, *ROLES, "--held-out", held, "--json").out)
    assert "optimism" in [part["cause"] for part in told["parts"]]


def test_events_are_read_from_words_and_file(run, before, after, tmp_path):
    run("profile", before, "-o", tmp_path / "a.baro", *ROLES)
    events = tmp_path / "events.csv"
    pl.DataFrame({"at": ["2024-01-11T00:00"], "kind": ["version"], "name": ["v8"]}).write_csv(events)
    said = run(
        "explain", tmp_path / "a.baro", after, "--event", "2024-01-11T00:00 deployment v7", "--events", events,
        "-o", tmp_path / "why.html",
    )  # fmt: skip
    page = (tmp_path / "why.html").read_text("utf-8")
    assert said.code == 0
    assert "v7 (deployment)" in page
    assert "v8 (version)" in page


def test_no_change_leaves_with_0(run, before):
    shown = run("explain", before, before, *ROLES)
    assert shown.code == 0
    assert shown.out.startswith("No change of mean absolute error is shown")
    assert "Actions" not in shown.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--event", "tomorrow"), "is not a time, a kind and a name"),
        (("--event", "tomorrow note x"), "'tomorrow' is no time"),
        (("--event", "2024-01-11 deploy v7"), "did you mean 'deployment'?"),
        (("--metric", "performance.f1"), "performance.f1"),
        (("-o", "why.pdf"), "expected a name ending in .html or .json"),
    ],
)
def test_what_is_wrong_leaves_with_2(run, before, after, words, said):
    refused = run("explain", before, after, *ROLES, *words)
    assert refused.code == 2
    assert said in refused.err


def test_events_without_their_columns_are_refused(run, before, after, tmp_path):
    events = tmp_path / "events.csv"
    pl.DataFrame({"time": ["2024-01-11"], "kind": ["note"]}).write_csv(events)
    refused = run("explain", before, after, *ROLES, "--events", events)
    assert refused.code == 2
    assert "events.csv has no column 'at', 'name'" in refused.err


def test_few_judged_rows_are_a_data_error(run, before, after, tmp_path):
    few = tmp_path / "few.csv"
    rows(3, 10, 1.0).head(5).write_csv(few)
    refused = run("explain", before, few, *ROLES)
    assert refused.code == 2
    assert "judged rows" in refused.err


def test_comparison_takes_what_the_explanation_does(run, before, after, tmp_path):
    words = ("--event", "2024-01-11T00:00 deployment v7", "--json")
    told = json.loads(run("compare", before, after, *ROLES, *words).out)
    assert told["why"]["metric"] == "performance.mae"
    assert json.loads(run("compare", before, after, *ROLES, "--no-why", "--json").out)["why"] is None


@pytest.mark.parametrize("command", ["compare", "explain"])
def test_the_page_is_written_in_another_language_and_the_terminal_in_english(
    run, before, after, tmp_path, command
):
    page = tmp_path / "page.html"
    shown = run(command, before, after, *ROLES, "-o", page, "--language", "zh-CN")
    assert "Mean absolute error" in shown.out or "The model is worse" in shown.out
    assert "平均绝对误差" in page.read_text("utf-8")


@pytest.mark.parametrize("command", ["compare", "explain"])
def test_a_language_there_is_none_of_is_told_before_rows_are_read(run, before, after, command):
    refused = run(command, before, after, *ROLES, "--language", "zh_CN")
    assert refused.code == 2
    assert "language 'zh_CN' is not known; did you mean 'zh-CN'?" in refused.err
