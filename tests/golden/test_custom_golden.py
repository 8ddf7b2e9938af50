"""Metrics and rules of a schema on a few rows, each expected figure with its source."""

import csv
import json
from pathlib import Path

import pytest

from barograph.metrics.address import Address
from barograph.metrics.custom.arrays import profile_of
from barograph.metrics.evaluate import evaluate

TABLE = Path(__file__).with_name("custom.csv")
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=[f"{i} {r['metric']} {r['declared']}" for i, r in enumerate(ROWS)])
def test_metric_has_its_expected_value(row):
    given = json.loads(row["arguments"]) if row["arguments"] else {}
    rows = profile_of(
        json.loads(row["columns"]),
        {"own": json.loads(row["declared"])} if row["declared"] else None,
        {rule: rule for rule in given.values()},
        task=row["task"] or None,
        fraction=float(row["fraction"] or 1),
    )
    result = evaluate(Address(row["metric"], tuple(given.items())), rows)
    assert result.value == pytest.approx(float(row["expected"]), abs=float(row["tolerance"]), rel=1e-12)
    assert row["source"]
