"""Drift against the reference's own days, through its address, each expected value with its source."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from barograph.frames.typed import typed
from barograph.metrics.address import Address
from barograph.metrics.arguments import required_parameters
from barograph.metrics.evaluate import evaluate, evaluate_windows
from barograph.metrics.registry import metric
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.schema.model import Column, Schema

TABLE = Path(__file__).with_name("drift_windows.csv")
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))
SCHEMA = Schema(
    columns=(Column(name="x", kind="categorical"), Column(name="t", kind="datetime", role="timestamp"))
)


def frame_of(days, first=0):
    """A row for every one counted, by category and day."""
    rows = [
        (name, first + day)
        for day, counts in enumerate(days)
        for name, n in zip("abc"[: len(counts)], counts, strict=True)
        for _ in range(n)
    ]
    frame = pl.DataFrame(rows, schema=["x", "day"], orient="row")
    return frame.select("x", t=(pl.col("day") * 86_400_000_000).cast(pl.Datetime("us", "UTC")))


@pytest.mark.parametrize("row", ROWS, ids=[f"{i} {r['metric']}" for i, r in enumerate(ROWS)])
def test_metric_has_its_expected_value(row):
    frames = frame_of(json.loads(row["reference"])), frame_of([json.loads(row["current"])], first=100)
    grid = replace(learn_grid(typed(frames[0], SCHEMA), SCHEMA), every="1d")
    reference, current = (profile_block(typed(f, SCHEMA), Plan(schema=SCHEMA, grid=grid)) for f in frames)
    column = (("column", "x"),) if "column" in required_parameters(metric(row["metric"])) else ()
    address = Address(row["metric"], column)
    result = evaluate(address, current, reference)
    assert result.value == pytest.approx(float(row["expected"]), rel=float(row["tolerance"]))
    assert [figure for _, figure in evaluate_windows(address, current, reference)] == [result]
    assert row["source"]
