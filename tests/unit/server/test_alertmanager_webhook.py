"""What Alertmanager posts becomes events."""

from __future__ import annotations

import pytest

#: As Alertmanager 0.25 posts it.
ALERT = {
    "status": "firing",
    "labels": {"alertname": "NodeDown", "instance": "db1", "severity": "critical"},
    "annotations": {"summary": "db1 does not answer"},
    "startsAt": "2011-03-13T07:00:00.123456789Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prometheus:9090/graph?g0.expr=up",
    "fingerprint": "b9a5d3f2c1e0a4f7",
}
PATH = "/v1/projects/bank/integrations/alertmanager"


def body(*alerts, **more):
    return {
        "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": "firing", "receiver": "barograph",
        "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://am:9093",
        "alerts": list(alerts), **more,
    }  # fmt: skip


@pytest.fixture
def bank(http):
    http.post("/v1/projects", json={"name": "bank"}).raise_for_status()
    made = http.post(
        "/v1/projects/bank/models",
        json={"name": "credit", "schema": {"columns": {"income": {"role": "feature"}}}},
    )
    made.raise_for_status()
    return http


def events(http, path="/v1/projects/bank/events"):
    found = http.get(path, params={"kind": "infrastructure", "from": "2011-01-01"})
    return found.raise_for_status().json()["events"]


def test_an_alert_that_fires_is_an_event_with_its_labels_and_link(bank):
    assert bank.post(PATH, json=body(ALERT)).json() == {"written": 1, "known": 0, "own": 0}
    [event] = events(bank)
    assert (event["name"], event["at"][:26]) == ("NodeDown fires", "2011-03-13T07:00:00.123456")
    assert event["details"]["labels"]["instance"] == "db1"
    assert event["details"]["link"].startswith("http://prometheus")


def test_an_alert_told_again_is_known_and_its_end_is_another_event(bank):
    over = {**ALERT, "status": "resolved", "endsAt": "2011-03-13T07:05:00Z"}
    assert bank.post(PATH, json=body(ALERT, ALERT)).json() == {"written": 1, "known": 1, "own": 0}
    assert bank.post(PATH, json=body(ALERT, over)).json() == {"written": 1, "known": 1, "own": 0}
    assert [event["name"] for event in events(bank)] == ["NodeDown fires", "NodeDown is over"]


def test_an_alert_that_names_a_model_stands_on_its_timeline(bank):
    of_model = {**ALERT, "labels": {**ALERT["labels"], "model": "credit"}, "fingerprint": "1"}
    other = {**ALERT, "labels": {**ALERT["labels"], "model": "unknown"}, "fingerprint": "2"}
    assert bank.post(PATH, json=body(of_model, other)).json()["written"] == 2
    assert {event["model"] for event in events(bank)} == {"credit", None}


def test_this_servers_own_alerts_are_left_out(bank):
    own = {
        **ALERT,
        "labels": {"alertname": "x", "monitor": "x", "series": "drift.share@all", "kind": "breach"},
    }
    watchdog = {**ALERT, "labels": {"alertname": "BarographWatchdog"}}
    assert bank.post(PATH, json=body(own, watchdog)).json() == {"written": 0, "known": 0, "own": 2}


def test_fields_of_later_versions_are_passed_over(bank):
    assert bank.post(PATH, json=body({**ALERT, "mutedBy": []}, notificationReason="x")).status_code == 200


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"startsAt": "yesterday"}, "alerts.0.startsAt"),
        ({"status": "odd"}, "firing"),
        ({"labels": 3}, "labels"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(bank, changed, said):
    answer = bank.post(PATH, json=body({**ALERT, **changed}))
    assert answer.status_code == 422
    assert said in answer.text
    assert events(bank) == []


def test_another_version_of_the_form_is_refused(bank):
    assert bank.post(PATH, json=body(ALERT, version="5")).status_code == 422
