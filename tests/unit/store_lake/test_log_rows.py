"""Rows of the log, typed."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from barograph.schema.model import Column, Schema
from barograph.store.errors import Damaged
from barograph.store.lake.log_rows import labels_of, predictions_of
from barograph.store.log.entry import EntryKind, Stored

SCHEMA = Schema(
    columns=(
        Column(name="x"),
        Column(name="pred", role="prediction"),
        Column(name="y", role="label"),
        Column(name="told", role="label_timestamp", kind="datetime"),
    ),
    task="regression",
    timezone="Europe/Berlin",
)
HOUR_US = 3_600_000_000


def entry(seq: int, kind: EntryKind = "predictions", *, received: int = 0, **columns: list[object]) -> Stored:
    height = len(columns["barograph_id"])
    about = {"barograph_row": [0] * height, "barograph_time": [HOUR_US * 23] * height}
    body = pl.DataFrame(about | columns, strict=False).write_ipc_stream(None).getvalue()
    return Stored(
        seq=seq, batch_id=str(seq), model_id=1, kind=kind, body=body, rows=height, received_at=received
    )


def test_predictions_have_all_columns_but_labels() -> None:
    rows = predictions_of([entry(3, barograph_id=["a"], x=[1], y=[2.0])], SCHEMA)
    assert rows.batch.frame.to_dict(as_series=False) == {"x": [1.0], "pred": [None]}


def test_each_row_knows_its_place_and_its_local_day() -> None:
    rows = predictions_of([entry(3, barograph_id=["a", "b"], x=[1, 2])], SCHEMA)
    names = ["barograph_seq", "barograph_position", "barograph_day"]
    assert rows.about.select(names).rows() == [(3, 0, 1), (3, 1, 1)]


def test_losers_are_left_out() -> None:
    entries = [entry(3, barograph_id=["a", "b"], x=[1, 2]), entry(4, barograph_id=["c"], x=[3])]
    lost = pl.DataFrame({"seq": [3, 4], "position": [1, 7]})
    assert predictions_of(entries, SCHEMA, losers=lost).about["barograph_id"].to_list() == ["a", "c"]


def test_batches_of_other_forms_keep_the_order_of_the_log() -> None:
    entries = [
        entry(1, barograph_id=["a"], x=[1]),
        entry(2, barograph_id=["b"], x=["many"]),
        entry(3, barograph_id=["c"], x=[2]),
    ]
    rows = predictions_of(entries, SCHEMA)
    assert rows.batch.frame["x"].to_list() == [1.0, None, 2.0]
    assert rows.batch.mismatched["x"].tolist() == [False, True, False]


def test_no_entries_are_no_rows() -> None:
    rows = predictions_of([], SCHEMA)
    assert (rows.rows, rows.batch.frame.schema) == (0, {"x": pl.Float64, "pred": pl.Float64})


def test_labels_come_alone_and_with_predictions() -> None:
    entries = [
        entry(1, barograph_id=["a", "b"], x=[1, 2], y=[None, 5.0]),
        entry(2, "labels", barograph_id=["a"], barograph_row=[None], y=[7.0]),
        entry(3, "feedback", barograph_id=["a"]),
    ]
    rows = labels_of(entries, SCHEMA)
    assert rows.about.select("barograph_id", "barograph_row").rows() == [("b", 0), ("a", None)]
    assert rows.batch.frame["y"].to_list() == [5.0, 7.0]


def test_a_label_has_its_own_time_or_that_of_receipt() -> None:
    told = [datetime(1970, 1, 2, tzinfo=UTC), None]
    rows = labels_of([entry(1, received=5, barograph_id=["a", "b"], y=[1.0, 2.0], told=told)], SCHEMA)
    assert rows.about["barograph_time"].to_list() == [24 * HOUR_US, 5]


def test_a_label_is_of_the_day_on_which_it_was_received() -> None:
    rows = labels_of([entry(1, "labels", received=HOUR_US * 23, barograph_id=["a"], y=[1.0])], SCHEMA)
    assert rows.about["barograph_day"].to_list() == [1]


def test_times_of_receipt_never_go_back() -> None:
    entries = [entry(1, received=9, barograph_id=["a"]), entry(2, received=7, barograph_id=["b"])]
    assert predictions_of(entries, SCHEMA).about["barograph_received"].to_list() == [9, 9]


def test_an_entry_that_cannot_be_read_is_named() -> None:
    broken = Stored(seq=9, batch_id="b", model_id=1, kind="predictions", body=b"?", rows=1, received_at=0)
    with pytest.raises(Damaged, match="entry 9 of the log cannot be read"):
        predictions_of([broken], SCHEMA)
