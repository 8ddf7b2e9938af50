"""Frames of every kind, logged at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse

from barograph_client.errors import RowsError
from barograph_client.tables.recognise import table_of

FRAMES = {
    "pandas": lambda: pd.DataFrame({"x": [1.5, None], "s": ["a", None]}),
    "polars": lambda: pl.DataFrame({"x": [1.5, None], "s": ["a", None]}),
    "pyarrow table": lambda: pa.table({"x": [1.5, None], "s": ["a", None]}),
    "pyarrow batch": lambda: pa.record_batch({"x": pa.array([1.5, None]), "s": pa.array(["a", None])}),
    "records": lambda: [{"x": 1.5, "s": "a"}, {"x": None, "s": None}],
    "columns": lambda: {"x": [1.5, None], "s": ["a", None]},
    "generator": lambda: ({"x": x, "s": s} for x, s in ((1.5, "a"), (None, None))),
}


class Stream:
    """Something that hands out an Arrow stream and nothing else."""

    def __init__(self, frame):
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema=None):
        return self._frame.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize("kind", FRAMES)
def test_frame_arrives(client, transport, drive, kind):
    ids = client.log_batch(FRAMES[kind](), predictions=[1, 0])
    drive(client, 1.0)
    columns = transport.of("predictions")[0].columns
    assert (columns["x"], columns["s"], columns["prediction"]) == ([1.5, None], ["a", None], [1, 0])
    assert columns["prediction_id"] == ids


def test_arrow_stream_arrives(client, transport, drive):
    client.log_batch(Stream(pl.DataFrame({"x": [1, 2]})))
    drive(client, 1.0)
    assert transport.rows("x") == [1, 2]


def test_arrays_have_names_given_or_made(client, transport, drive):
    client.log_batch(np.array([[1, 2], [3, 4]]), names=["a", "b"])
    client.log_batch(np.array([[5, 6]]))
    drive(client, 1.0)
    columns = transport.of("predictions")[0].columns
    assert columns["a"] == [1, 3, None]
    assert columns["x1"] == [None, None, 6]


def test_sparse_matrix(client, transport, drive):
    client.log_batch(scipy.sparse.csr_matrix([[0, 1], [2, 0]]))
    drive(client, 1.0)
    assert (transport.rows("x0"), transport.rows("x1")) == ([0, 2], [1, 0])


def test_structured_array_and_times(client, transport, drive):
    times = np.array(["2026-01-31T00:00:00", "NaT"], dtype="datetime64[ns]")
    client.log_batch(pd.DataFrame({"t": times}), timestamps=times)
    drive(client, 1.0)
    assert transport.rows("t") == ["2026-01-31T00:00:00", None]
    assert transport.rows("timestamp")[0] == "2026-01-31T00:00:00"


def test_scores_by_class(client, transport, drive):
    client.log_batch([{"x": 1}, {"x": 2}], scores=np.array([[0.25, 0.75], [0.5, 0.5]]), classes=["no", "yes"])
    drive(client, 1.0)
    assert transport.rows("scores") == [{"no": 0.25, "yes": 0.75}, {"no": 0.5, "yes": 0.5}]


def test_ids_in_the_frame_are_the_ids(client, transport, drive):
    assert client.log_batch({"prediction_id": ["a", "b"], "x": [1, 2]}) == []
    drive(client, 1.0)
    assert transport.rows() == ["a", "b"]


def test_ids_beside_the_frame_are_returned_as_text(client):
    assert client.log_batch({"x": [1, 2]}, ids=np.array([7, 8])) == ["7", "8"]


def test_large_frame_goes_in_pieces(client, transport, drive):
    client.log_batch(np.zeros((9_000, 3)))
    drive(client, 1.0)
    assert [len(p.columns["x0"]) for p in transport.of("predictions")] == [5000, 4000]


def test_frame_larger_than_memory_allows_is_sampled_and_told(make_client, transport, drive):
    client = make_client(queue_rows=10_000)
    client.log_batch(np.arange(40_000.0).reshape(-1, 1))
    drive(client, 1.0)
    assert len(transport.rows("x0")) == 5000
    assert client.stats().dropped == {"overflow": 35_000}


def test_frame_is_sent_whole_where_waiting_is_allowed(make_client, transport, clock):
    client = make_client(queue_rows=10_000, interval_seconds=0)
    client.log_batch(np.arange(40_000.0).reshape(-1, 1), wait_seconds=30.0)
    assert client.flush(30.0)
    assert sorted(transport.rows("x0")) == list(range(40_000))


def test_caller_may_change_his_frame(client, transport, drive):
    array, frame, records = np.zeros((1, 1)), pd.DataFrame({"y": [0]}), [{"z": 0}]
    for rows in (array, frame, records):
        client.log_batch(rows)
    array[0, 0] = 5
    frame.loc[0, "y"] = 5
    records[0]["z"] = 5
    drive(client, 1.0)
    columns = transport.of("predictions")[0].columns
    assert (columns["x0"], columns["y"], columns["z"]) == ([0, None, None], [None, 0, None], [None, None, 0])


def test_empty_frame_sends_nothing(client, transport, drive):
    assert client.log_batch([]) == []
    assert client.log_batch(pd.DataFrame({"x": []})) == []
    drive(client, 1.0)
    assert transport.posts == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("text", "str is no rows"),
        (5, "int is no rows"),
        (np.zeros((2, 2, 2)), "an array of 3 dimensions is no rows"),
        ({"a": [1], "b": [1, 2]}, "columns of 1, 2 values"),
        ([[1], [1, 2]], "rows are of several lengths"),
        ([{"a": 1}, 5], "rows are neither dictionaries nor lists"),
        ({"a": 5}, "a column is int; give a list"),
    ],
)
def test_what_is_no_rows_is_named(rows, message):
    with pytest.raises(RowsError, match=message):
        table_of(rows)


def test_values_beside_must_match_the_rows(client):
    assert client.log_batch([{"x": 1}], predictions=[1, 2]) == []
    assert "2 values of prediction for 1 rows; give one a row" in client.stats().last_error
