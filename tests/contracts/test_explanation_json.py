"""Explanations against their JSON Schema, which is strict and describes every field."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import numpy as np
import polars as pl
import pytest
from jsonschema import Draft202012Validator

import barograph as bg
from barograph.explain.explanation import Advice, Cause, EventKind

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "reference" / "explanation.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
START = datetime(2024, 1, 1, tzinfo=UTC)


def rows(seed: int, *, day: int, shift: float, binary: bool = False) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(size=480) + shift, rng.normal(size=480)
    group = rng.choice(["a", "b"], 480)
    worse = 1.5 * shift * (group == "b")
    frame = pl.DataFrame(
        {
            "x": x,
            "group": group,
            "at": [START + timedelta(days=day, hours=i) for i in range(480)],
            "guess": x,
            "real": x + noise + worse,
        }
    )
    if not binary:
        return frame
    score = 1.0 / (1.0 + np.exp(-x))
    said = np.where(rng.random(480) < np.clip(score - 0.2 * worse, 0.0, 1.0), "yes", "no")
    return frame.drop("guess", "real").with_columns(score=pl.Series(score), said=pl.Series(said))


@pytest.fixture(scope="module", params=["regression", "binary", "segments", "unchanged"])
def told(request: pytest.FixtureRequest) -> dict[str, Any]:
    binary, shift = request.param == "binary", 0.0 if request.param == "unchanged" else 1.0
    roles = (
        {"score": "score", "label": "said", "positive": "yes"}
        if binary
        else {"prediction": "guess", "label": "real"}
    )
    before = rows(0, day=0, shift=0.0, binary=binary)
    schema = bg.Schema.infer(before, task="binary" if binary else "regression", timestamp="at", **roles)
    by = "group" if request.param == "segments" else ()
    reference = bg.profile(before, schema, every="1d", by=by)
    current = bg.profile(rows(1, day=20, shift=shift, binary=binary), like=reference)
    event = bg.Event(at=START + timedelta(days=20), kind="deployment", name="v7")
    return json.loads(json.dumps(bg.explain(reference, current, events=[event]).to_dict(), allow_nan=False))


def test_explanation_is_as_its_schema_says(told):
    assert [f"{e.json_path}: {e.message[:200]}" for e in VALIDATOR.iter_errors(told)] == []


def test_parts_add_up(told):
    assert sum(part["value"] for part in told["parts"]) == pytest.approx(told["change"]["value"], abs=1e-9)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("verdict"),
        lambda d: d.update(surprise=1),
        lambda d: d["parts"][0].update(cause="weather"),
        lambda d: d["columns"][0].update(rank_x=0),
        lambda d: d["change"].update(value=None),
    ],
)
def test_a_broken_explanation_is_found(told, change):
    broken = json.loads(json.dumps(told))
    change(broken)
    assert not VALIDATOR.is_valid(broken)


def test_words_are_those_of_the_code():
    defs = SCHEMA["$defs"]
    assert defs["cause"]["properties"]["cause"]["enum"] == list(get_args(Cause))
    assert defs["action"]["properties"]["action"]["enum"] == list(get_args(Advice))
    assert defs["event"]["properties"]["kind"]["enum"] == list(get_args(EventKind))


def parts(node: Any, path: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every subschema that describes a field, with its place."""
    if isinstance(node, dict):
        for key in ("properties", "$defs"):
            for name, inner in node.get(key, {}).items():
                yield f"{path}.{name}", inner
                yield from parts(inner, f"{path}.{name}")
        for key in ("items", "anyOf"):
            inner = node.get(key)
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, dict):
                    yield from parts(one, f"{path}/{key}")


def test_every_field_is_described():
    Draft202012Validator.check_schema(SCHEMA)
    assert [path for path, node in parts(SCHEMA) if not node.get("description", "").endswith(".")] == []


def test_pages_and_the_schema_of_reports_are_as_generated():
    spec = importlib.util.spec_from_file_location("generate_report", DOCS / "generate_report.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    hint = "run: uv run python docs/generate_report.py"
    assert made.EXPLANATION_PAGE.read_text("utf-8") == made.render_explanation(), hint
    assert json.loads(made.SCHEMA.read_text("utf-8")) == made.with_explanation(), hint
