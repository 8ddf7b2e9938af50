"""An alert as Alertmanager takes it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.server.alertmanager.post import batches, checked_labels, is_address, post_of
from barograph.store.alerts import StoredAlert

ALERT = StoredAlert(
    id=7, project_id=1, model_id=3, incident_id=5, monitor_id=1, series_id=1, monitor="income moved", configuration=1,
    fingerprint="f", kind="breach", address="drift.share", version="", phase="firing", severity="critical",
    peak_severity="critical", started_at=0, fired_at=2_000_000, summary="income moved a lot", window_end=0,
    details={"verdict": {"value": 0.41, "detail": "0.41, limit 0.10"}, "runbook": "https://wiki.example.org/x"},
    labels={"project": "bank", "model": "credit", "monitor": "income moved", "column": "income", "team.name": "risk"},
)  # fmt: skip


def test_an_alert_says_what_where_and_what_to_do():
    post = post_of(ALERT, speak=str, link="https://baro.example.org/incidents/5")
    assert post.labels == {
        "alertname": "income moved", "severity": "critical", "project": "bank", "model": "credit",
        "monitor": "income moved", "column": "income", "team_name": "risk",
    }  # fmt: skip
    assert post.annotations == {
        "summary": "income moved a lot", "description": "0.41, limit 0.10", "value": "0.41", "incident": "5",
        "dashboard_url": "https://baro.example.org/incidents/5", "runbook_url": "https://wiki.example.org/x",
    }  # fmt: skip
    document = post.document(ends_at=10_000_000)
    assert (document["startsAt"], document["generatorURL"]) == (
        "1970-01-01T00:00:02.000000Z",
        "https://baro.example.org/incidents/5",
    )


def test_an_alert_never_ends_before_it_starts():
    document = post_of(ALERT, speak=str).document(ends_at=1)
    assert document["startsAt"] == document["endsAt"]
    assert "generatorURL" not in document


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=1_200)))
def test_any_labels_become_such_as_are_taken(labels):
    for name, value in checked_labels(labels).items():
        assert re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", name)
        assert 0 < len(value) <= 1_000


@pytest.mark.parametrize("text", ["see the wiki", "javascript:alert(1)", "https://", "http://[", ""])
def test_what_is_no_address_is_told_as_words(text):
    assert not is_address(text)


def test_requests_have_256_alerts_at_the_most():
    assert [len(some) for some in batches([{}] * 600)] == [256, 256, 88]
