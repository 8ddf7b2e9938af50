"""Rows by id: every id that is taken can be read and deleted, and a deletion is in the audit log."""

from __future__ import annotations

import pytest

from barograph.server.worker import Worker

MODEL = "/v1/projects/shop/models/demand"
SCHEMA = {"columns": {"id": {"role": "id"}, "x": {}}}


@pytest.fixture
def served(http):
    http.post("/v1/projects", json={"name": "shop"})
    http.post("/v1/projects/shop/models", json={"name": "demand", "schema": SCHEMA})
    return http


def work(served, clock):
    worker = Worker(served.app.state.server.store, clock)
    while worker.step():
        pass


@pytest.mark.parametrize("name", ["..", "a\nb", "a/b", "^x$", "ü" * 512])
def test_any_id_that_is_taken_can_be_read_and_deleted(served, clock, name):
    assert served.post(f"{MODEL}/predictions", json=[{"id": name, "x": 1}]).status_code == 200
    found = served.get(f"{MODEL}/predictions", params={"id": name})
    assert [row["values"]["x"] for row in found.json()["predictions"]] == [1.0]
    assert served.delete(f"{MODEL}/predictions", params={"id": name}).status_code == 202
    Worker(served.app.state.server.store, clock).step()
    assert served.get(f"{MODEL}/predictions", params={"id": name}).status_code == 404


def test_rows_are_shown_before_bins_are_learned(served):
    served.post(f"{MODEL}/predictions", json=[{"id": "7", "x": 1}])
    assert served.get(f"{MODEL}/predictions/7").status_code == 200


def test_a_deletion_is_in_the_audit_log_without_the_id(served):
    served.delete(f"{MODEL}/predictions/anna")
    newest = served.get("/v1/audit").json()["entries"][0]
    assert (newest["action"], newest["subject"]) == ("prediction.delete", "shop/demand")
    assert "anna" not in str(newest)


def test_feedback_is_shown_with_the_row_it_was_said_of(served, clock):
    served.post(f"{MODEL}/predictions", json=[{"id": "7", "x": 1}])
    said = [{"id": "7", "kind": "override", "value": "no"}, {"id": "8", "kind": "complaint", "row": 2}]
    assert served.post(f"{MODEL}/feedback", json=said).status_code == 200
    clock.pass_seconds(8 * 86_400)  # after a week bins are learned from few rows too
    work(served, clock)
    shown = [served.get(f"{MODEL}/predictions/{i}").json()["feedback"] for i in (7, 8)]
    assert [(f["row"], f["kind"], f["value"]) for [f] in shown] == [
        (None, "override", "no"),
        (2, "complaint", None),
    ]


def test_ids_that_came_again_are_told_of_the_model(served, clock):
    served.post(f"{MODEL}/predictions", json=[{"id": "7", "x": 1}, {"id": "7", "x": 1}, {"id": "7", "x": 2}])
    clock.pass_seconds(8 * 86_400)  # after a week bins are learned from few rows too
    work(served, clock)
    assert served.get(MODEL).json()["received"] == {"rows": 1, "duplicates": 1, "conflicts": 1}
