"""What `barograph check --json` writes, against its JSON Schema, which is strict and describes every field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from jsonschema import Draft202012Validator

import barograph as bg
from barograph.checks.check import SEVERITIES, STATUSES
from barograph.checks.result import Note
from barograph.checks.run import run_checks
from barograph.cli import main
from barograph.metrics.values import Reason

PATH = Path(__file__).parents[2] / "docs" / "reference" / "checks.schema.json"
SCHEMA = json.loads(PATH.read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
BEFORE = pl.DataFrame({"age": [*range(20, 70), None], "group": ["a", "b", "c"] * 17})
AFTER = BEFORE.with_columns(pl.col("age") * 2, empty=pl.lit(None, dtype=pl.Float64))
#: Every status, note and kind of limit.
CONDITIONS = (
    'quality.mean(column="age") <= 1.1 * reference',
    '10 <= quality.mean(column="age") <= 1000',
    'quality.null_share(column="age") <= 0.001',
    bg.Check('quality.null_share(column="age") <= 0.015', confident=True, name="ages", severity="info"),
    'quality.null_share(column="age") <= 0.5 * reference',
    "performance.mae <= 3",
    bg.Check("performance.mae <= 3", unknown="pass", reason="labels are late"),
    bg.Check("performance.mae <= 3", unknown="fail"),
    'quality.mean(column="age") <= reference / 0',
    "drift.effect(column=*) <= 0.05",
    "quality.row_count > 50",
)


def profiles() -> tuple[bg.Profile, bg.Profile]:
    reference = bg.profile(BEFORE, bg.Schema.infer(BEFORE))
    return reference, bg.profile(AFTER, like=reference)


def problems(document: Any) -> list[str]:
    return [f"{e.json_path}: {e.message[:200]}" for e in VALIDATOR.iter_errors(document)]


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("fail_on", SEVERITIES)
def test_results_of_every_kind_keep_to_it(fail_on):
    reference, current = profiles()
    document = run_checks(reference, current, CONDITIONS, fail_on=fail_on).to_dict()
    assert problems(json.loads(json.dumps(document, allow_nan=False))) == []
    assert {c["status"] for c in document["checks"]} == set(STATUSES)
    assert {c["note"] for c in document["checks"]} == set(get_args(Note))


def test_suggested_checks_keep_to_it():
    reference, current = profiles()
    assert problems(run_checks(reference, current, [bg.suggest_checks(reference)]).to_dict()) == []


def test_the_command_keeps_to_it(tmp_path, capsys):
    for name, rows in (("before", BEFORE), ("after", AFTER)):
        rows.write_parquet(tmp_path / f"{name}.parquet")
    sides = [str(tmp_path / "before.parquet"), str(tmp_path / "after.parquet")]
    code = main(["check", *sides, "-c", "drift.share <= 0.2", "-c", "performance.mae <= 3", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert problems(document) == []
    assert document["exit_code"] == code == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("passed"),
        lambda d: d.update(surprise=1),
        lambda d: d["checks"][0].update(status="failed"),
        lambda d: d["checks"][0].pop("interval"),
        lambda d: d["checks"][0].update(interval=[1.0]),
        lambda d: d["counts"].update(skipped=0),
    ],
)
def test_a_broken_document_is_found(change):
    document = run_checks(*profiles(), CONDITIONS[:1]).to_dict()
    change(document)
    assert not VALIDATOR.is_valid(document)


def test_words_are_those_of_the_code():
    held = SCHEMA["properties"]["checks"]["items"]["properties"]
    assert held["status"]["enum"] == list(STATUSES)
    assert held["severity"]["enum"] == SCHEMA["properties"]["fail_on"]["enum"] == list(SEVERITIES)
    assert held["note"]["enum"] == list(get_args(Note))
    assert held["undefined"]["anyOf"][0]["properties"]["reason"]["enum"] == list(get_args(Reason))


def described(node: dict[str, Any], path: str = "$") -> list[str]:
    """Places without a sentence."""
    inner = {**node.get("properties", {}), **{f"[{i}]": one for i, one in enumerate(node.get("anyOf", ()))}}
    inner |= {"[]": node["items"]} if "items" in node else {}
    own = [] if node.get("description", "").endswith(".") else [path]
    return own + [found for name, one in inner.items() for found in described(one, f"{path}.{name}")]


def test_every_field_is_described():
    assert described(SCHEMA) == []
