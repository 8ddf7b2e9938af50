"""Rows over HTTP: what is acknowledged is in the log, what is not is nowhere."""

from __future__ import annotations

import gzip
import io
import json
from typing import Any

import polars as pl
import pytest
from fastapi import FastAPI

from barograph.server.state import Server
from barograph.store.dead_letters import dead_letter_counts, dead_letters
from barograph.store.dropped import read_dropped
from barograph.store.errors import QueueFull, StoreUnavailable
from barograph.store.events import read_events
from barograph.store.log import Stored

_SCHEMA = {
    "task": "regression",
    "columns": {
        "x": {}, "city": {"kind": "categorical"}, "mail": {"kind": "text", "redact": "mask"},
        "when": {"role": "timestamp"},
        "p": {"role": "prediction"}, "y": {"role": "label"},
    },
}  # fmt: skip
_ROW = {"x": 1.5, "city": "Köln", "mail": "a", "p": 2.0}
_NDJSON = {"Content-Type": "application/x-ndjson"}
_HOUR = 3_600_000_000


class Sender:
    """Sends rows to one model, and looks what the server keeps of them."""

    def __init__(self, http: Any, app: FastAPI) -> None:
        self.http, self.app = http, app
        http.post("/v1/projects", json={"name": "bank"})
        made = http.post("/v1/projects/bank/models", json={"name": "credit", "schema": _SCHEMA})
        assert made.status_code == 201

    @property
    def here(self) -> Server:
        return self.app.state.server

    def post(self, body: Any, kind: str = "predictions", query: str = "", **headers: str) -> Any:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json", **told}
        return self.http.post(
            f"/v1/projects/bank/models/credit/{kind}{query}", content=content, headers=given
        )

    def logged(self) -> list[Stored]:
        return self.here.log.read(1, after=0, rows=10_000)

    def frame(self) -> pl.DataFrame:
        return pl.read_ipc_stream(io.BytesIO(self.logged()[-1].body))

    def events(self) -> list[str]:
        with self.here.database.reading() as conn:
            return [e.name for e in read_events(conn, model_id=1)]


@pytest.fixture
def sender(http: Any, app: FastAPI) -> Sender:
    return Sender(http, app)


def test_an_acknowledged_row_is_in_the_log(sender: Sender) -> None:
    answer = sender.post([_ROW], query="?version=v7")
    assert answer.status_code == 200
    assert answer.json() == {
        "accepted": 1, "labelled": 0, "duplicates": 0, "rejected": [], "rejected_rows": 0,
        "batch_id": answer.json()["batch_id"], "request_id": answer.headers["x-request-id"],
    }  # fmt: skip
    assert sender.frame().row(0, named=True)["barograph_version"] == "v7"


@pytest.mark.parametrize("kind", ["predictions", "labels", "feedback"])
def test_each_kind_is_logged_as_itself(sender: Sender, kind: str) -> None:
    row = {
        "predictions": _ROW,
        "labels": {"prediction_id": "a", "label": 1},
        "feedback": {"prediction_id": "a", "kind": "k"},
    }
    assert sender.post([row[kind]], kind).json()["accepted"] == 1
    assert [entry.kind for entry in sender.logged()] == [kind]


def test_a_batch_sent_again_counts_once(sender: Sender) -> None:
    first, again = (sender.post([_ROW], Idempotency_Key="k").json() for _ in range(2))
    assert (first["accepted"], first["duplicates"]) == (1, 0)
    assert (again["accepted"], again["duplicates"]) == (0, 1)
    assert len(sender.logged()) == 1


def test_a_batch_packed_otherwise_is_the_same(sender: Sender) -> None:
    body = json.dumps([_ROW]).encode()
    sender.post(body, Idempotency_Key="k")
    again = sender.post(gzip.compress(body), Idempotency_Key="k", Content_Encoding="gzip")
    assert again.json()["duplicates"] == 1


def test_another_batch_under_the_same_key_is_refused(sender: Sender) -> None:
    sender.post([_ROW], Idempotency_Key="k")
    other = sender.post([{**_ROW, "x": 2}], Idempotency_Key="k")
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "batch_differs"
    assert len(sender.logged()) == 1


def test_one_key_may_name_a_batch_of_each_kind(sender: Sender) -> None:
    sender.post([_ROW], Idempotency_Key="k")
    labels = sender.post([{"prediction_id": "a", "label": 1}], "labels", Idempotency_Key="k")
    assert labels.json()["accepted"] == 1


def test_refused_rows_are_told_and_kept_as_dead_letters(sender: Sender) -> None:
    rows = [_ROW, {**_ROW, "when": "2099-01-01", "mail": "ann@example.org"}, {**_ROW, "row": -1}]
    answer = sender.post(rows).json()
    assert answer["rejected"] == [
        {"index": 1, "field": "when", "reason": "future_timestamp"},
        {"index": 2, "field": "row", "reason": "bad_row"},
    ]
    with sender.here.database.reading() as conn:
        kept = dead_letters(conn, 1)
        counts = {(c.reason, c.rows) for c in dead_letter_counts(conn, 1)}
    assert counts == {("future_timestamp", 1), ("bad_row", 1)}
    assert not any("ann@example.org" in each.letter.row for each in kept)


def test_a_batch_with_no_good_row_is_refused(sender: Sender) -> None:
    answer = sender.post([{**_ROW, "row": -1}])
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "nothing_accepted"
    assert answer.json()["error"]["details"] == [{"index": 0, "field": "row", "reason": "bad_row"}]
    assert sender.logged() == []


def test_a_text_too_long_is_413_where_it_is_the_only_row(sender: Sender) -> None:
    assert sender.post([{**_ROW, "city": "x" * 65_537}]).status_code == 413
    assert (
        sender.post([_ROW, {**_ROW, "city": "x" * 65_537}]).json()["rejected"][0]["reason"] == "text_too_long"
    )


def test_many_refused_rows_are_counted_and_a_thousand_named(sender: Sender) -> None:
    answer = sender.post([_ROW] + [{**_ROW, "row": -1}] * 1_500).json()
    assert (len(answer["rejected"]), answer["rejected_rows"]) == (1_000, 1_500)
    with sender.here.database.reading() as conn:
        assert [c.rows for c in dead_letter_counts(conn, 1)] == [1_500]
        assert len(dead_letters(conn, 1, rows=1_000)) <= 100


def test_what_is_redacted_is_not_in_the_log(sender: Sender) -> None:
    sender.post([{**_ROW, "mail": "Ann@example.org"}])
    assert sender.frame()["mail"].to_list() == ["Aaa@aaaaaaa.aaa"]


def test_private_data_flags_the_model_and_is_an_event(sender: Sender) -> None:
    sender.post([{**_ROW, "city": f"ann{i}@example.org"} for i in range(5)])
    assert "column 'city' holds what looks like email" in sender.events()
    flags = sender.http.get("/v1/projects/bank/models/credit").json()
    assert "email" in json.dumps(flags)


def test_schema_changes_are_events(sender: Sender) -> None:
    sender.post([{"x": "high", "colour": "red", "p": 1, "city": "K", "mail": "m"}] * 3)
    assert sender.events() == [
        "new column 'colour' (text)",
        "column 'x' (text) no longer of the kind in the schema",
    ]
    sender.post([{"x": "high", "colour": "red", "p": 1, "city": "K", "mail": "m"}] * 3)
    assert len(sender.events()) == 2


def test_rows_a_client_lost_are_kept_with_their_hour(sender: Sender, clock: Any) -> None:
    lost_at = clock.now() - 5 * _HOUR
    told = {"Barograph-Dropped": f"overflow=12, sampling=0.5, from={lost_at}, to={clock.now()}"}
    for _ in range(2):
        sender.http.post(
            "/v1/projects/bank/models/credit/predictions",
            json=[_ROW],
            headers={**told, "Idempotency-Key": "k"},
        )
    with sender.here.database.reading() as conn:
        held = read_dropped(conn, 1, first=0, end=2**62)
    assert held == {(lost_at - lost_at % _HOUR, "overflow"): 12}


def test_a_clock_an_hour_ahead_loses_no_row_and_is_an_event(sender: Sender, clock: Any) -> None:
    ahead = clock.now() + _HOUR
    answer = sender.post([{**_ROW, "when": "2011-03-13T08:06:40Z"}], Barograph_Sent_At=str(ahead))
    assert answer.json()["accepted"] == 1
    assert sender.frame()["barograph_time"].to_list() == [clock.now()]
    assert "a sender's clock is 3,600 s ahead of the server's" in sender.events()


def test_a_clock_an_hour_behind_changes_no_time(sender: Sender, clock: Any) -> None:
    behind = clock.now() - _HOUR
    sender.post([{**_ROW, "when": "2011-03-13T06:06:40Z"}], Barograph_Sent_At=str(behind))
    assert sender.frame()["barograph_time"].to_list() == [behind]


def test_an_unknown_model_names_those_there_are(sender: Sender) -> None:
    answer = sender.http.post("/v1/projects/bank/models/credti/predictions", json=[_ROW])
    assert answer.status_code == 404
    assert "did you mean 'credit'" in answer.json()["error"]["message"]


def test_a_full_queue_is_429_and_nothing_is_stored(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise QueueFull("500 rows wait to be written.")

    monkeypatch.setattr(sender.here.commits, "submit", full)
    answer = sender.post([_ROW])
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def test_a_full_disk_is_503_and_nothing_is_acknowledged(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise StoreUnavailable("the disk is full.")

    monkeypatch.setattr(sender.here.log, "append", fails)
    answer = sender.post([_ROW])
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    monkeypatch.undo()
    assert sender.logged() == []


def test_what_cannot_be_noted_does_not_undo_what_is_stored(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StoreUnavailable("the disk is full.")

    monkeypatch.setattr("barograph.server.door.receive.add_dead_letters", fails)
    assert sender.post([_ROW, {**_ROW, "row": -1}]).status_code == 200
    assert len(sender.logged()) == 1


def test_bodies_beyond_what_may_be_held_are_429(sender: Sender) -> None:
    sender.here.door._most_bytes = 10
    answer = sender.post([_ROW])
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert sender.here.door.held_bytes == 0


def test_nothing_is_held_once_requests_are_answered(sender: Sender) -> None:
    for body in (json.dumps([_ROW]).encode(), b"no json", b"[]"):
        sender.post(body)
    assert sender.here.door.held_bytes == 0


def test_rows_are_counted_by_outcome(sender: Sender) -> None:
    sender.post([_ROW, {**_ROW, "row": -1}], Idempotency_Key="k")
    sender.post([_ROW, {**_ROW, "row": -1}], Idempotency_Key="k")
    told = sender.http.get("/metrics").text
    for outcome, rows in (("accepted", 1), ("duplicate", 1), ("rejected", 2)):
        assert (
            f'barograph_ingest_records_total{{outcome="{outcome}",project="bank",source="http"}} {rows}.0'
            in told
        )


def test_rows_that_bring_a_label_are_counted(sender: Sender) -> None:
    answer = sender.post([_ROW | {"label": 1.0}, _ROW | {"label": None}, _ROW])
    assert (answer.json()["accepted"], answer.json()["labelled"]) == (3, 1)
