"""Columns whose names Polars would read as a pattern, `^…$`, are columns like others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.metrics.evaluate import evaluate

ROWS = 200


def patterned(columns: dict[str, object]) -> pl.DataFrame:
    frame = pl.DataFrame(columns)
    frame.columns = [f"^{name}$" for name in frame.columns]
    return frame


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    other = frame.clone()
    other.columns = [name.strip("^$") for name in frame.columns]
    return other


@pytest.fixture
def frame() -> pl.DataFrame:
    k = np.arange(ROWS)
    return patterned(
        {
            "t": [datetime(2026, 1, 1 + i % 20, tzinfo=UTC) for i in range(ROWS)],
            "x": [None if i % 50 == 0 else float(i % 7) for i in range(ROWS)],
            "c": ["a", "b"] * (ROWS // 2),
            "i": [str(i) for i in range(ROWS)],
            "w": 1.0 + k % 3,
            "s": (k % 100) / 100,
            "p": (k % 5).astype(float),
            "y": [float(i % 2) for i in range(ROWS)],
        }
    )


def schemas(task: str) -> tuple[bg.Schema, bg.Schema]:
    """One for the names as they are, one for plain names."""
    roles = {"t": "timestamp", "i": "id", "w": "weight", "y": "label", "x": "feature", "c": "feature"}
    roles |= {
        "regression": {"p": "prediction"},
        "binary": {"s": "score"},
        "ranking": {"s": "score", "p": "group"},
    }[task]
    kinds = {"t": "datetime", "c": "categorical", "i": "categorical"}
    if task == "ranking":
        del roles["w"]
        kinds["p"] = "categorical"
    if task == "binary":
        kinds["y"] = "categorical"
    made = [
        bg.Schema(
            task=task,
            positive="1" if task == "binary" else None,
            columns=tuple(
                bg.Column(name=form.format(name), role=role, kind=kinds.get(name, "numeric"))
                for name, role in roles.items()
            ),
        )
        for form in ("^{}$", "{}")
    ]
    return made[0], made[1]


@pytest.mark.parametrize("timezone", ["UTC", "Europe/Berlin"])
@pytest.mark.parametrize("task", ["regression", "binary", "ranking"])
def test_they_are_counted_as_others_are(frame, task, timezone):
    own, others = (replace(schema, timezone=timezone) for schema in schemas(task))
    found = bg.profile(frame, own, every="1d", by=["^c$"])
    known = bg.profile(plain(frame), others, every="1d", by=["c"])
    assert (found.rows, len(found.cells)) == (known.rows, len(known.cells))
    address = {
        "regression": "performance.mae",
        "binary": "performance.log_loss",
        "ranking": "performance.ndcg(k=3)",
    }
    assert evaluate(address[task], found) == evaluate(address[task], known)
    assert evaluate('quality.null_share(column="^x$")', found) == evaluate(
        'quality.null_share(column="x")', known
    )


def test_they_are_compared_and_explained(frame):
    schema, _ = schemas("regression")
    schema = replace(schema, columns=tuple(c for c in schema.columns if c.role != "weight"))
    reference = bg.profile(frame, schema, every="1d")
    current = bg.profile(frame.filter(pl.int_range(pl.len()) % 3 > 0), like=reference, every="1d")
    assert "^x$" in bg.compare(reference, current).to_html()
    assert bg.explain(reference, current).to_dict()["metric"] == "performance.mae"
    why = bg.explain_row(reference, frame[3:4, [c.name for c in schema.columns]])
    assert "^x$" in str(why.to_dict())
