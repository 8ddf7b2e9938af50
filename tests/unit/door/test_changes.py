"""Columns that are not as the schema says are told."""

from __future__ import annotations

import polars as pl
import pytest

from barograph.schema.model import Column, Schema
from barograph.server.door.changes import Deviation, shown
from barograph.server.door.check import Sent, check

_SCHEMA = Schema(
    columns=(
        Column(name="a"), Column(name="b", kind="categorical"), Column(name="t", kind="datetime"),
        Column(name="secret", redact="drop"), Column(name="note", role="metadata", kind="text"),
    )
)  # fmt: skip
_USUAL = {"a": [1.0, 2.0, 3.0], "b": ["x", "y", "z"], "t": ["2024-01-01"] * 3}


def changes(rows: dict[str, list[object]]) -> frozenset[Deviation]:
    frame = pl.DataFrame(rows, strict=False)
    return check(frame, _SCHEMA, "predictions", Sent(batch_id="b", received_at=2**60)).deviations


def test_usual_rows_have_none() -> None:
    assert changes(_USUAL) == frozenset()


def test_a_new_column_and_its_type() -> None:
    found = changes(_USUAL | {"colour": ["r", "g", "b"], "n": [1, 2, 3], "f": [0.5] * 3, "z": [None] * 3})
    assert {(d.column, d.change, d.form) for d in found} == {
        ("colour", "new", "text"), ("n", "new", "integer"), ("f", "new", "numeric"), ("z", "new", ""),
    }  # fmt: skip


def test_a_missing_feature_is_told_and_a_dropped_or_idle_one_is_not() -> None:
    assert changes({"a": [1.0]}) == {Deviation("b", "missing"), Deviation("t", "missing")}


def test_reserved_names_are_not_new() -> None:
    assert (
        changes(_USUAL | {"prediction_id": ["a", "b", "c"], "timestamp": ["2024-01-01"] * 3}) == frozenset()
    )


@pytest.mark.parametrize(
    ("column", "values", "form"),
    [
        ("a", ["low", "high", "3"], "text"),
        ("a", [True, False, True], None),
        ("t", [1.5, 2.5, 3.5], "numeric"),
    ],
)
def test_most_values_of_another_type_are_a_change(
    column: str, values: list[object], form: str | None
) -> None:
    expected = set() if form is None else {Deviation(column, "type", form)}
    assert changes(_USUAL | {column: values}) == expected


def test_single_values_of_another_type_and_numbers_as_text_are_none() -> None:
    assert changes(_USUAL | {"a": ["1", "2.5", "high"]}) == frozenset()


def test_a_hostile_name_is_shown_without_harm() -> None:
    assert shown("a\0b\n\x1b[31m" + "x" * 500) == r"a\x00b\n\x1b[31m" + "x" * (200 - len(r"a\x00b\n\x1b[31m"))
