"""Operational metrics of a few values, each expected figure with its source."""

import csv
import json
from pathlib import Path

import pytest

from barograph.metrics.address import Address
from barograph.operations.arrays import operations_of
from barograph.operations.evaluate import evaluate_readings

TABLE = Path(__file__).with_name("operations.csv")
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))


def seen(text):
    given = json.loads(text)
    for name in given.keys() & {"rows", "labels"}:
        given[name] = {int(start): n for start, n in given[name].items()}
    if "probes" in given:
        given["probes"] = tuple(given["probes"])
    return operations_of(**given)


@pytest.mark.parametrize("row", ROWS, ids=[f"{r['metric']} {r['given']} {r['arguments']}" for r in ROWS])
def test_metric_has_its_expected_value(row):
    given = json.loads(row["arguments"]) if row["arguments"] else {}
    result = evaluate_readings(Address(row["metric"], tuple(given.items())), seen(row["given"]))
    tolerance = float(row["tolerance"])
    assert result.value == pytest.approx(float(row["expected"]), abs=tolerance)
    if row["low"]:
        assert result.interval == pytest.approx((float(row["low"]), float(row["high"])), abs=tolerance)
    assert row["source"]
