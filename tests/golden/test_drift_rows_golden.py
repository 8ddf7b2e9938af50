"""Drift metrics of two profiles of a few rows, through their address, each expected value with its source."""

import csv
import json
from pathlib import Path

import pytest

from barograph.metrics.address import Address
from barograph.metrics.arguments import required_parameters
from barograph.metrics.evaluate import evaluate
from barograph.metrics.quality.arrays import profile_of
from barograph.metrics.registry import metric

TABLE = Path(__file__).with_name("drift_rows.csv")
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=[f"{i} {r['metric']}" for i, r in enumerate(ROWS)])
def test_metric_has_its_expected_value(row):
    before, after = json.loads(row["reference"]), json.loads(row["current"])
    reference = profile_of(before, kind=row["kind"])
    current = profile_of(after, kind=row["kind"], reference=before)
    column = (("column", "x"),) if "column" in required_parameters(metric(row["metric"])) else ()
    result = evaluate(Address(row["metric"], column), current, reference)
    assert result.value == pytest.approx(float(row["expected"]), abs=float(row["tolerance"]))
    assert row["source"]
