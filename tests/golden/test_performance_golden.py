"""Performance metrics of fixed rows, each expected value with its source."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from barograph.metrics.performance import METRICS
from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.performance.multilabel.arrays import labels_of
from barograph.metrics.performance.ranking.arrays import lists_of

ROWS = list(csv.DictReader(Path(__file__).with_name("performance.csv").read_text("utf-8").splitlines()))
SPECS = {m.name.partition(".")[2]: m for m in METRICS}


def view_of(row):
    if row["metric"] == "mase":
        label, prediction, baseline = (
            [float(v) for v in row[c].split()] for c in ("label", "prediction", "scores")
        )
        return outcome_of(row["task"], label, prediction, baseline=baseline)
    if row["task"] == "multilabel":
        sides = [[one.split() for one in row[name].split("|")] for name in ("label", "prediction", "scores")]
        label, prediction, scores = (
            {f"c{i}": [float(v) for v in one] for i, one in enumerate(s)} for s in sides
        )
        return labels_of(label, prediction, scores=scores if row["scores"] else None)
    if row["task"] == "ranking":
        labels, scores = (
            [[float(v) for v in one.split()] for one in row[name].split("|")] for name in ("label", "scores")
        )
        return lists_of(labels, scores=scores)
    values = [float(v) if row["task"] == "regression" else v for v in row["label"].split()]
    predictions = [float(v) if row["task"] == "regression" else v for v in row["prediction"].split()]
    scores = [[float(v) for v in one.split()] for one in row["scores"].split(";")] if row["scores"] else None
    if scores is not None:
        scores = scores[0] if row["task"] == "binary" else dict(zip(sorted(set(values)), scores, strict=True))
    positive = "1" if row["task"] == "binary" else None
    return outcome_of(row["task"], values, predictions or None, scores=scores, positive=positive)


@pytest.mark.parametrize("row", ROWS, ids=[f"{r['task']} {r['metric']} {r['parameter']}" for r in ROWS])
def test_metric_has_its_published_value(row):
    name, _, value = row["parameter"].partition("=")
    parameters = {"class_name" if name == "class" else name: float(value) if name in ("q", "k") else value}
    result = SPECS[row["metric"]].compute(view_of(row), **(parameters if name else {}))
    assert result.value == pytest.approx(float(row["expected"]), abs=float(row["tolerance"]))
    assert row["source"]


def test_every_metric_has_a_golden_value():
    held = {(r["metric"], r["task"]) for r in ROWS}
    held |= {
        (metric, "forecast") for metric, task in held if task == "regression"
    }  # the same function of the same sums
    tasks = {(name, task) for name, spec in SPECS.items() for task in spec.applies_to if name != "coverage"}
    assert not tasks - held
