"""Drift statistics of fixed counts, each expected value with its source."""

import csv
import importlib
from pathlib import Path

import pytest

ROWS = list(csv.DictReader(Path(__file__).with_name("drift.csv").read_text("utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['statistic']} {row['reference']}" for row in ROWS])
def test_statistic_has_its_published_value(row):
    name = row["statistic"]
    statistic = getattr(importlib.import_module(f"barograph.metrics.drift.{name}"), name)
    result = statistic(*([int(x) for x in row[side].split()] for side in ("reference", "current")))
    value = getattr(result, "statistic", result)
    assert value == pytest.approx(float(row["expected"]), abs=float(row["tolerance"]))
    assert row["source"]
