"""Reports against their JSON Schema, which is strict and describes every field."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import numpy as np
import polars as pl
import pytest
from jsonschema import Draft202012Validator

import barograph as bg
from barograph.metrics.values import Reason
from barograph.report.document import FORMAT_VERSION

PATH = Path(__file__).parents[3] / "docs" / "reference" / "report.schema.json"
SCHEMA = json.loads(PATH.read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
N = 600


def rows(seed: int, *, shift: float = 0.0, label: bool = True) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=N) + shift
    start = datetime(2024, 1, 1)
    score = 1 / (1 + np.exp(-x))
    frame = pl.DataFrame(
        {
            "x": x,
            "group": rng.choice(["a", "b"], N),
            "constant": np.ones(N),
            "empty": pl.Series([None] * N, dtype=pl.Float64),
            "when": [start + timedelta(hours=i) for i in range(N)],
            "number": x + rng.normal(size=N),
            "guess": x,
            "class": rng.choice(["no", "yes"], N),
            "class_guess": np.where(score > 0.5, "yes", "no"),
            "score": score,
            "liked": rng.integers(0, 2, N),
            "query": np.arange(N) // 7,
            "ahead": np.arange(N) % 3,
            "naive": rng.normal(size=N),
        }
    )
    return frame if label else frame.drop("number", "class", "liked")


INPUTS = ("x", "group", "constant", "empty")
ROLES = {
    "none": ({}, INPUTS),
    "regression": ({"label": "number", "prediction": "guess"}, (*INPUTS, "number", "guess")),
    "binary": (
        {"label": "class", "prediction": "class_guess", "score": "score", "positive": "yes"},
        (*INPUTS, "class", "class_guess", "score"),
    ),
    "multiclass": (
        {"label": "class", "prediction": "class_guess", "task": "multiclass"}, (*INPUTS, "class", "class_guess"),
    ),
    "multilabel": (
        {"label": {"a": "liked"}, "score": {"a": "score"}, "task": "multilabel"}, (*INPUTS, "liked", "score"),
    ),
    "ranking": (
        {"label": "liked", "score": "score", "task": "ranking", "roles": {"query": "group"}},
        (*INPUTS, "liked", "score", "query"),
    ),
    "forecast": (
        {
            "label": "number", "prediction": "guess", "task": "forecast",
            "roles": {"ahead": "horizon", "naive": "baseline"},
        },
        (*INPUTS, "number", "guess", "ahead", "naive"),
    ),
}  # fmt: skip


def made(case: str, *, timed: bool, divided: bool, label: bool = True, shift: float = 1.0) -> bg.Report:
    roles, columns = ROLES[case]
    columns = (*columns, "when") if timed else columns
    given = {**roles, "timestamp": "when"} if timed else roles
    reference = rows(0).select(columns)
    current = rows(1, shift=shift, label=label)
    current = current.select(c for c in columns if c in current.columns)
    profile = bg.profile(reference, bg.Schema.infer(reference, **given), by="group" if divided else ())
    return bg.compare(profile, bg.profile(current, like=profile, by="group" if divided else ()))


def check(report: bg.Report) -> None:
    document = json.loads(report.to_json())
    problems = [f"{e.json_path}: {e.message[:200]}" for e in VALIDATOR.iter_errors(document)]
    assert problems == []
    assert document == json.loads(json.dumps(report.to_dict(), allow_nan=False))


@pytest.mark.parametrize("case", ROLES)
@pytest.mark.parametrize(("timed", "divided"), [(False, False), (True, True)])
def test_reports_of_every_task(case, timed, divided):
    check(made(case, timed=timed, divided=divided))


@pytest.mark.parametrize("case", [name for name in ROLES if name != "none"])
def test_reports_without_labels(case):
    check(made(case, timed=True, divided=True, label=False))


@pytest.mark.parametrize("height", [0, 1, 2])
def test_reports_of_few_rows(height):
    reference = rows(0)
    profile = bg.profile(
        reference, bg.Schema.infer(reference, label="number", prediction="guess", task="regression")
    )
    check(bg.compare(profile, bg.profile(rows(1)[:height], like=profile)))


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format_version"]["const"] == FORMAT_VERSION


def parts(node: Any, path: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every subschema that describes a field, with its place."""
    if isinstance(node, dict):
        for key in ("properties", "$defs"):
            for name, inner in node.get(key, {}).items():
                yield f"{path}.{name}", inner
                yield from parts(inner, f"{path}.{name}")
        for key in ("items", "additionalProperties", "anyOf", "prefixItems"):
            inner = node.get(key)
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, dict):
                    yield from parts(one, f"{path}/{key}")


def test_every_field_is_described():
    assert [path for path, node in parts(SCHEMA) if not node.get("description", "").endswith(".")] == []


def test_every_object_is_closed():
    loose = [
        path
        for path, node in parts(SCHEMA)
        if node.get("type") == "object" and "additionalProperties" not in node
    ]
    assert loose == []


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("verdict"),
        lambda d: d.update(surprise=1),
        lambda d: d["drift"]["columns"]["x"].update(effect=2.0),
        lambda d: d["drift"]["columns"]["x"]["statistics"].pop("psi"),
        lambda d: d["performance"]["mae"]["change"].update(verdict="bad"),
        lambda d: d["quality"]["columns"]["x"]["current"].update(null_share="none"),
        lambda d: d["rows"].update(current=-1),
        lambda d: d["windows"][0].update(start="yesterday"),
    ],
)
def test_a_broken_report_is_found(change):
    document = made("regression", timed=True, divided=True).to_dict()
    change(document)
    assert not VALIDATOR.is_valid(document)


def test_the_fields_that_others_rely_on():
    document = made("regression", timed=True, divided=True).to_dict()
    column = document["drift"]["columns"]["x"]
    assert {"detected", "effect", "effect_interval", "p_value", "q_value", "size", "statistics"} <= set(
        column
    )
    distances = {"total_variation", "psi", "jensen_shannon", "hellinger", "ks", "wasserstein", "chi2"}
    assert distances <= set(column["statistics"])
    assert "null_share" in document["quality"]["columns"]["x"]["current"]
    assert {"value", "n", "interval"} == set(document["performance"]["mae"]["reference"])
    assert {"value", "interval", "verdict"} == set(document["performance"]["mae"]["change"])
    assert {"group=a", "group=b"} == set(document["segments"])
    assert document["windows"]
    assert document["correlations"]
    assert {"address", "reason", "detail"} == set(document["undefined"][0])


def test_reasons_are_those_of_the_code():
    assert SCHEMA["$defs"]["undefined"]["properties"]["reason"]["enum"] == list(get_args(Reason))


def numbers(node: Any) -> Iterator[float]:
    if isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from numbers(inner)
    elif isinstance(node, float):
        yield node


@pytest.mark.parametrize("case", ROLES)
def test_every_number_is_finite(case):
    found = list(numbers(made(case, timed=True, divided=True).to_dict()))
    assert len(found) > 50
    assert all(math.isfinite(x) for x in found)
