import gzip
import json

import pytest

MINUTE = 60_000_000


@pytest.fixture
def shop(http):
    """A project with one model."""
    assert http.post("/v1/projects", json={"name": "shop"}).status_code == 201
    body = {"name": "churn", "schema": {"columns": {"age": {}}}}
    assert http.post("/v1/projects/shop/models", json=body).status_code == 201
    return http


def post(http, resource, items, **headers):
    answer = http.post(f"/v1/projects/shop/{resource}", json={resource: items}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_readings_are_taken_and_shown_by_minute(shop, clock):
    items = [
        {"name": "latency", "unit": "s", "model": "churn", "value": 0.25},
        {"name": "latency", "model": "churn", "histogram": {"edges": [0.5, 1.0], "counts": [3], "max": 0.75}},
    ]
    taken = post(shop, "readings", items)
    assert (taken["accepted"], taken["rejected"]) == (2, [])
    shown = shop.get("/v1/projects/shop/readings?name=latency&model=churn").json()
    [window] = shown["readings"]
    assert (window["n"], window["min"], window["max"], window["unit"]) == (4, 0.25, 0.75, "s")
    assert shown["names"] == {"latency": "s"}


@pytest.mark.parametrize(
    ("item", "field", "reason"),
    [
        ({"name": "x"}, "value", "no value and no histogram"),
        ({"name": "x", "value": "high"}, "value", "valid integer"),
        ({"name": "", "value": 1}, "name", "at least 1 character"),
        ({"name": "x", "value": 1, "model": "chrun"}, "model", "did you mean 'churn'"),
        ({"name": "x", "value": 1, "time": 1_400_000_000_000_000}, "time", "10 minutes ahead"),
        ({"name": "x", "value": 1, "time": "2011-01-01"}, "time", "ISO 8601 with a zone"),
        ({"name": "x", "histogram": {"edges": [1], "counts": [1]}}, "histogram", "one edge more"),
        ({"name": "x", "value": 1, "colour": "red"}, "colour", "not permitted"),
        ("x", "", "valid dictionary"),
    ],
)
def test_a_reading_that_cannot_be_taken_is_named_and_the_others_are_kept(shop, item, field, reason):
    taken = post(shop, "readings", [{"name": "a", "value": 1}, item])
    assert taken["accepted"] == 1
    [rejected] = taken["rejected"]
    assert rejected["index"] == 1
    assert rejected["field"].startswith(field)
    assert reason in rejected["reason"]


def test_where_nothing_can_be_taken_the_request_is_refused_with_the_reasons(shop):
    answer = shop.post("/v1/projects/shop/events", json={"events": [{"kind": "party"}, {"kind": 7}]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "nothing_accepted")
    assert [fault["index"] for fault in answer.json()["error"]["details"]] == [0, 1]
    assert shop.get("/v1/projects/shop/models/churn/events").json()["events"] == []


def test_the_same_request_again_changes_nothing(shop):
    items = [{"name": "a", "value": 1}, {"name": "a"}]
    first = post(shop, "readings", items, **{"Idempotency-Key": "k"})
    again = post(shop, "readings", items, **{"Idempotency-Key": "k"})
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    assert again["rejected"] == first["rejected"]
    [window] = shop.get("/v1/projects/shop/readings?name=a").json()["readings"]
    assert window["n"] == 1
    other = shop.post("/v1/projects/shop/readings", json={"readings": []}, headers={"Idempotency-Key": "k"})
    assert other.status_code == 409


def test_bodies_may_be_packed(shop):
    body = gzip.compress(json.dumps({"readings": [{"name": "a", "value": 1}]}).encode())
    answer = shop.post("/v1/projects/shop/readings", content=body, headers={"Content-Encoding": "gzip"})
    assert answer.json()["accepted"] == 1


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"readings": {}}', "application/json", 422),
        (b'{"readings": [], "more": 1}', "application/json", 422),
        (json.dumps({"readings": [1] * 5_001}).encode(), "application/json", 413),
        (b"a,b", "text/csv", 415),
    ],
)
def test_a_body_that_is_no_list_is_refused(shop, body, kind, status):
    answer = shop.post("/v1/projects/shop/readings", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message", "details", "request_id"}


def test_no_project_no_readings(http):
    assert http.post("/v1/projects/none/readings", json={"readings": []}).status_code == 404


def test_heartbeats_are_taken(shop):
    beats = [{"model": "churn", "host": "a", "process": 3, "every_seconds": 20}, {"host": "a"}]
    assert post(shop, "heartbeats", beats)["accepted"] == 2


def test_an_environment_that_changes_is_an_event(shop, clock):
    said = {"model": "churn", "version": "3", "host": "a", "python": "3.11", "libraries": {"numpy": "1.26"}}
    post(shop, "environments", [said])
    clock.pass_seconds(60)
    post(shop, "environments", [{**said, "libraries": {"numpy": "2.1"}}])
    [held] = shop.get("/v1/projects/shop/models/churn/environments").json()["environments"]
    assert held["details"] == {"python": "3.11", "libraries": {"numpy": "2.1"}}
    [event] = shop.get("/v1/projects/shop/models/churn/events").json()["events"]
    assert event["name"] == "libraries.numpy changed on a without a deployment"


def test_events_are_told_and_shown(shop, clock):
    events = [
        {"kind": "deployment", "model": "churn", "version": "7", "text": "blue", "details": {"by": "ci"}},
        {"kind": "note", "name": "holiday", "time": "2011-03-12T00:00:00Z"},
        {"kind": "party"},
    ]
    taken = post(shop, "events", events)
    assert [r["field"] for r in taken["rejected"]] == ["kind"]
    shown = shop.get("/v1/projects/shop/events").json()["events"]
    assert [(e["kind"], e["name"], e["model"]) for e in shown] == [
        ("note", "holiday", None),
        ("deployment", "blue", "churn"),
    ]
    only = shop.get("/v1/projects/shop/models/churn/events?kind=note&limit=5").json()["events"]
    assert [e["name"] for e in only] == ["holiday"]
    assert shop.get("/v1/projects/shop/events?kind=party").status_code == 400


def test_a_probe_whose_answers_change_is_an_event(shop, clock):
    probe = {"kind": "probe", "model": "churn", "version": "3"}
    for answers in ([0.25, 0.5], [0.25, 0.75]):
        post(shop, "events", [{**probe, "details": {"probe": "golden", "answers": answers}}])
        clock.pass_seconds(60)
    [event] = shop.get("/v1/projects/shop/models/churn/events").json()["events"]
    assert event["details"]["examples"] == [{"row": "golden/1", "before": "0.5", "after": "0.75"}]


def test_lineage_is_read_both_ways(shop):
    post(shop, "lineage", [{"model": "churn", "features": {"age": ["crm.customers"]}}])
    assert shop.get("/v1/projects/shop/models/churn/lineage").json()["features"] == {"age": ["crm.customers"]}
    sourced = shop.get("/v1/projects/shop/lineage", params={"source": "crm.customers"}).json()
    assert sourced["models"] == {"churn": ["age"]}


def test_details_are_neither_deep_nor_large_nor_cut(shop):
    deep: object = 1
    for _ in range(900):
        deep = [deep]
    events = [
        {"kind": "note", "details": {"a": deep}},
        {"kind": "note", "details": {"a": "x" * 70_000}},
        {"kind": "note", "details": {"a": "\0"}},
        {"kind": "note", "details": {"a": [{"b": 1}]}},
    ]
    taken = post(shop, "events", events)
    assert [r["reason"].split(";")[0] for r in taken["rejected"]] == [
        "nested deeper than 20", "70,008 bytes of details", "a NUL character in a text",
    ]  # fmt: skip
