"""`barograph demo` as a user runs it: a server of its own, a year replayed, and it ends without a terminal."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

BAROGRAPH = Path(sysconfig.get_path("scripts")) / "barograph"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def told(data: Path) -> dict[str, Any]:
    command = [BAROGRAPH, "demo", "--models", "6", "--data", data, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    assert done.stderr == ""
    held: dict[str, Any] = json.loads(done.stdout)
    return held


def test_every_hour_is_counted_with_its_label(told):
    assert (told["rows"], told["labelled"]) == (8027, 8027)


def test_three_versions_answered(told):
    assert {name: v["n"] for name, v in told["versions"].items()} == {"1": 563, "2": 2349, "3": 5115}


def test_the_fault_shows(told):
    assert told["fault"]["mae"] > 1.5 * told["fault"]["mae_before"]


def test_the_explanation_names_the_fault(told):
    assert "temp" in told["why"][0] + told["why"][1]


def test_the_first_incident_is_new_territory_of_the_temperature(told):
    first = told["incidents"][0]
    assert first["monitors"][-1].endswith("new territory") or first["monitors"][0].endswith("new territory")
    assert "temp and atemp" in first["title"]
    assert "2011-02-14" <= first["started"][:10] <= "2011-02-17"
    # Its window's end is the next midnight in Washington, and nobody had a label of that day by then.
    assert first["opened"] < "2011-02-18T12"
    assert first["told"] >= 1


def test_nobody_is_woken_before_nor_by_the_bad_day_of_6_february(told):
    assert all(each["started"] >= "2011-02-14" for each in told["incidents"])


def test_realised_error_is_no_earlier_than_17_february(told):
    worse = [each for each in told["incidents"] if any("error worse" in name for name in each["monitors"])]
    assert worse
    assert min(each["started"] for each in worse) >= "2011-02-17"


def test_the_fault_wakes_somebody_the_day_it_begins(told):
    stuck = [each for each in told["incidents"] if any("column stuck" in name for name in each["monitors"])]
    # On 10 March the rides' own humidity is 0 all day, on 6 September their temperature stands still.
    assert [each["started"][:10] for each in stuck] == ["2011-03-10", "2011-09-06", "2011-09-12"]
    assert "stuck at one value: temp" in stuck[-1]["title"]


def test_what_was_known_then_was_less(told):
    assert told["as_known"] == {"then": 0, "now": 24}


def test_the_file_holds_address_key_models_and_truth(told, data):
    held = json.loads((data / "demo.json").read_text())
    assert held["address"].startswith("http://127.0.0.1:")
    assert held["token"].startswith("bg_")
    assert [m["simulated"] for m in held["models"]] == [False, *[True] * 6]
    assert {m["task"] for m in held["models"]} == {
        "regression", "binary", "multiclass", "multilabel", "ranking", "forecast",
    }  # fmt: skip
    assert any(t["kind"] == "fault" and t["columns"] == ["temp", "atemp"] for t in held["models"][0]["truth"])


def test_the_key_is_for_its_owner_alone(told, data):
    assert (data / "demo.json").stat().st_mode & 0o077 == 0
