"""Labels and feedback belong to predictions by their id."""

from __future__ import annotations

import polars as pl
import pytest

from barograph.schema.model import Column, Schema
from barograph.server.door.check import Checked, Sent, check
from barograph.server.errors import RequestRefused

_NOW = 1_700_000_000_000_000
_SCHEMA = Schema(
    task="binary",
    positive="1",
    columns=(
        Column(name="key", role="id", kind="categorical"), Column(name="p", role="score"),
        Column(name="paid", role="label", kind="categorical"),
        Column(name="paid_on", role="label_timestamp", kind="datetime"),
    ),
)  # fmt: skip


def checked(kind: str, rows: dict[str, list[object]]) -> Checked:
    return check(pl.DataFrame(rows, strict=False), _SCHEMA, kind, Sent(batch_id="b", received_at=_NOW))


def reasons(found: Checked) -> list[str]:
    return [r.reason for r in found.rejected]


def test_a_label_has_its_own_names_or_the_reserved_ones() -> None:
    own = checked("labels", {"key": ["a"], "paid": [1], "paid_on": ["2023-11-01T00:00:00Z"]})
    reserved = checked(
        "labels", {"prediction_id": ["a"], "label": [1], "label_timestamp": ["2023-11-01T00:00:00Z"]}
    )
    assert own.frame.equals(reserved.frame)
    assert own.frame["barograph_time"].to_list() == [1_698_796_800_000_000]


def test_a_label_without_time_has_that_of_receipt_and_without_row_is_for_all() -> None:
    found = checked("labels", {"key": ["a"], "paid": [1]})
    assert found.frame.row(0) == ("a", None, _NOW, 1)


def test_other_columns_of_labels_are_left_out() -> None:
    assert "p" not in checked("labels", {"key": ["a"], "paid": [1], "p": [0.5]}).frame.columns


def test_labels_without_id_or_value_are_refused() -> None:
    found = checked("labels", {"key": [None, "", "c", "d"], "paid": [1, 1, None, 0]})
    assert reasons(found) == ["missing_id", "missing_id", "no_label"]
    assert found.frame["barograph_id"].to_list() == ["d"]


def test_a_label_from_the_future_is_refused() -> None:
    found = checked("labels", {"key": ["a"], "paid": [1], "paid_on": ["2099-01-01"]})
    assert reasons(found) == ["future_timestamp"]


def test_labels_without_a_label_column_say_which_it_is() -> None:
    with pytest.raises(RequestRefused, match=r"is one of the model's: 'paid'"):
        checked("labels", {"key": ["a"]})


def test_a_model_without_label_column_says_so() -> None:
    frame = pl.DataFrame({"prediction_id": ["a"], "label": [1]})
    with pytest.raises(RequestRefused, match="the model has no label column"):
        check(frame, Schema(columns=(Column(name="x"),)), "labels", Sent(batch_id="b", received_at=_NOW))


def test_feedback_is_kept_as_it_is() -> None:
    found = checked(
        "feedback",
        {
            "prediction_id": ["a", "b"],
            "kind": ["override", "complaint"],
            "value": ["no", None],
            "row": [1, None],
        },
    )
    assert found.frame.rows() == [("a", 1, _NOW, "override", "no"), ("b", None, _NOW, "complaint", None)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"prediction_id": [None], "kind": ["override"]}, "missing_id"),
        ({"prediction_id": ["a"], "kind": [None]}, "bad_kind"),
        ({"prediction_id": ["a"], "kind": [""]}, "bad_kind"),
        ({"prediction_id": ["a"], "kind": ["k" * 101]}, "bad_kind"),
        ({"prediction_id": ["a"], "kind": ["k"], "value": ["v" * 1_001]}, "bad_value"),
        ({"prediction_id": ["a"], "kind": ["k"], "timestamp": ["2099-01-01"]}, "future_timestamp"),
        ({"prediction_id": ["a"], "kind": ["k"], "timestamp": ["soon"]}, "unreadable_time"),
    ],
)
def test_feedback_at_fault_is_refused(row: dict[str, list[object]], reason: str) -> None:
    assert reasons(checked("feedback", row)) == [reason]


def test_feedback_without_kind_says_so() -> None:
    with pytest.raises(RequestRefused, match="'kind'"):
        checked("feedback", {"prediction_id": ["a"]})
