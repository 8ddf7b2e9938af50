"""Columns stuck at one value, against a reference whose windows never were."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from barograph.api import profile
from barograph.metrics.evaluate import evaluate, evaluate_windows
from barograph.schema.model import Column, Schema

SCHEMA = Schema(
    columns=(
        Column(name="temp"), Column(name="season"), Column(name="city", kind="categorical"),
        Column(name="at", role="timestamp", kind="datetime"),
    ),
    timezone="UTC",
)  # fmt: skip


def days(count, *, rows=24, **held):
    start, size = datetime(2024, 1, 1, tzinfo=UTC), count * rows
    columns = {
        "temp": [float(i % 7) for i in range(size)], "season": [1.0] * size,
        "city": [("oslo", "rome")[i % 2] for i in range(size)],
    }  # fmt: skip
    at = [start + timedelta(hours=24 * i / rows) for i in range(size)]
    return pl.DataFrame({**columns, **{name: [value] * size for name, value in held.items()}, "at": at})


REFERENCE = profile(days(6), SCHEMA, every="1d")


@pytest.mark.parametrize(
    ("held", "stuck"),
    [
        ({}, 0), ({"temp": 0.0}, 1), ({"temp": None}, 1), ({"city": "oslo"}, 1), ({"city": "paris"}, 0),
        ({"temp": 0.0, "city": "oslo"}, 2), ({"season": 2.0}, 0),
    ],
    ids=str,
)  # fmt: skip
def test_counts_inputs_that_hold_one_value_as_they_never_did(held, stuck):
    current = profile(days(1, **held), like=REFERENCE)
    assert evaluate("drift.stuck_count", current, REFERENCE).value == stuck


def test_windows_are_judged_each_by_itself():
    current = profile(pl.concat([days(2).head(24), days(2, temp=3.0).tail(24)]), like=REFERENCE)
    assert [found.value for _, found in evaluate_windows("drift.stuck_count", current, REFERENCE)] == [0, 1]


def test_a_few_rows_are_no_proof():
    current = profile(days(1, rows=6, temp=0.0), like=REFERENCE)
    assert evaluate("drift.stuck_count", current, REFERENCE).reason == "too_few_rows"


def test_a_reference_of_three_days_is_too_little_history():
    short = profile(days(3), SCHEMA, every="1d")
    assert evaluate("drift.stuck_count", profile(days(1), like=short), short).reason == "too_little_history"
