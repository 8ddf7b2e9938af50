"""New territory against the reference's own days, each expected value with its source."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from barograph.api import profile
from barograph.metrics.evaluate import evaluate
from barograph.schema.model import Column, Schema

TABLE = Path(__file__).with_name("drift_beyond.csv")
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))
SCHEMA = Schema(
    columns=(Column(name="x"), Column(name="at", role="timestamp", kind="datetime")), timezone="UTC"
)


def frame_of(days):
    start = datetime(2024, 1, 1, tzinfo=UTC)
    rows = [(start + timedelta(days=i), float(x)) for i, day in enumerate(days) for x in day]
    return pl.DataFrame(rows, schema=["at", "x"], orient="row")


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_metric_has_its_expected_value(row):
    reference = profile(frame_of(json.loads(row["reference"])), SCHEMA, every="1d")
    current = profile(frame_of([json.loads(row["current"])]), like=reference)
    found = evaluate(row["metric"], current, reference)
    assert found.value == pytest.approx(float(row["expected"]), rel=float(row["tolerance"]))
    assert row["source"]
