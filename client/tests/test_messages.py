"""Labels, feedback, events and readings."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ({"a": 1, "b": 0}, None),
        (["a", "b"], [1, 0]),
        (np.array(["a", "b"]), np.array([1, 0])),
        (pd.Series(["a", "b"]), pd.Series([1, 0])),
        (pl.DataFrame({"prediction_id": ["a", "b"], "label": [1, 0]}), None),
        (pd.DataFrame({"prediction_id": ["a", "b"], "label": [1, 0]}), None),
        ([{"prediction_id": "a", "label": 1}, {"prediction_id": "b", "label": 0}], None),
    ],
    ids=["by id", "lists", "numpy", "series", "polars", "pandas", "records"],
)
def test_labels_come_in_many_forms(client, transport, drive, rows, labels):
    assert client.log_labels(rows, labels) == 2
    drive(client, 1.0)
    assert transport.rows("prediction_id", "labels") == ["a", "b"]
    assert transport.rows("label", "labels") == [1, 0]


def test_one_label(client, transport, drive):
    client.log_labels("a", 1, timestamps=[dt.datetime(2026, 1, 31, tzinfo=dt.timezone.utc)])
    drive(client, 1.0)
    columns = transport.of("labels")[0].columns
    assert columns["label_timestamp"] == ["2026-01-31T00:00:00+00:00"]


def test_labels_that_do_not_match_the_ids_are_counted(client):
    assert client.log_labels(["a", "b"], [1]) == 0
    assert "1 labels for 2 ids" in client.stats().last_error


def test_labels_have_no_version(client, transport, drive):
    client.log_labels({"a": 1})
    drive(client, 1.0)
    assert transport.of("labels")[0].path == "/v1/projects/default/models/credit/labels"


def test_feedback(client, transport, drive):
    client.log_feedback(5, "override", "rejected", row=1)
    drive(client, 1.0)
    columns = transport.of("feedback")[0].columns
    del columns["timestamp"]
    assert columns == {"prediction_id": ["5"], "row": [1], "kind": ["override"], "value": ["rejected"]}


def test_event(client, transport, drive, clock):
    client.log_event("deployment", "third", model="credit", version="3", details={"commit": "abc"})
    drive(client, 1.0)
    [event] = transport.of("events")[0].json["events"]
    del event["time"]
    assert event == {"kind": "deployment", "text": "third", "model": "credit", "version": "3"} | {
        "details": {"commit": "abc"}
    }


@pytest.mark.parametrize(("given", "sent"), [(None, "credit"), ("", None), ("other", "other")])
def test_an_event_is_of_the_clients_own_model_unless_told_otherwise(
    make_client, transport, drive, given, sent
):
    client = make_client(model="credit")
    client.log_event("note", "x", model=given)
    drive(client, 1.0)
    [event] = transport.of("events")[0].json["events"]
    assert event.get("model") == sent


def test_reading(client, transport, drive):
    client.log_reading("queue", np.float64(3.5), unit="1", time=7)
    drive(client, 1.0)
    [reading] = transport.of("readings")[0].json["readings"]
    assert (reading["name"], reading["value"], reading["time"]) == ("queue", 3.5, 7)


@pytest.mark.parametrize("value", ["much", None, object()])
def test_reading_that_is_no_number_is_counted(client, value):
    client.log_reading("queue", value)
    assert client.stats().errors == {"log_reading": 1}


def test_messages_are_bounded_while_the_server_is_away(client, transport, drive):
    transport.answer = lambda _: None
    client.log_reading("queue", 0)
    drive(client, 1.0)
    for i in range(6000):
        client.log_reading("queue", i)
    assert client.stats().dropped == {"messages": 1000}
