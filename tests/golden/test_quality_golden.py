"""Quality metrics of a few values, each expected figure with its source."""

import csv
import json
from pathlib import Path

import pytest

from barograph.metrics.address import Address
from barograph.metrics.arguments import allowed_arguments
from barograph.metrics.evaluate import evaluate
from barograph.metrics.quality.arrays import profile_of
from barograph.metrics.registry import metric

TABLE = Path(__file__).with_name("quality.csv")
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))
FLOATS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def values(text):
    return [FLOATS.get(v, v) if isinstance(v, str) else v for v in json.loads(text)] if text else None


@pytest.mark.parametrize("row", ROWS, ids=[f"{r['metric']} {r['values']} {r['arguments']}" for r in ROWS])
def test_metric_has_its_expected_value(row):
    given = json.loads(row["arguments"]) if row["arguments"] else {}
    if "column" in allowed_arguments(metric(row["metric"])):
        given["column"] = "x"
    limits = json.loads(row["limits"]) if row["limits"] else None
    rows = profile_of(
        values(row["values"]), kind=row["kind"], reference=values(row["reference"]), limits=limits
    )
    result = evaluate(Address(row["metric"], tuple(given.items())), rows)
    assert result.value == pytest.approx(float(row["expected"]), abs=float(row["tolerance"]))
    assert row["source"]
