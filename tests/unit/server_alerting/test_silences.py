"""Silences of keys without a name, and projects of which one cannot be brought to now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from barograph.server.access.keyring import new_key
from barograph.server.alerting import tick
from barograph.server.alerting.tick import Watching
from barograph.store import catalog
from barograph.store.incidents import StoredIncident, add_incident
from barograph.store.keys import add_key
from barograph.store.silences import StoredSilence, add_silence

DAY = 86_400_000_000


def test_a_silence_of_a_key_without_a_name_says_which_key_made_it(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    now = office.clock.time
    _, key = new_key(name="x", role="editor", projects=None, created_by="x", now=now)
    silence = StoredSilence(
        project_id=office.project_id, matchers=[{"name": "model", "how": "=", "value": "credit"}],
        starts_at=now, ends_at=now + DAY, comment="upgrade", created_by=key.key_id, created_at=now,
    )  # fmt: skip
    with office.database.writing() as conn:
        add_key(conn, replace(key, name=" "))
        add_silence(conn, silence)
    office.hour(model, shift=3.0)
    ((by,),) = (alert.suppressed for alert in office.alerts())
    assert key.key_id in by["sentence"]


def test_a_project_that_cannot_be_brought_to_now_holds_up_no_other(office, monkeypatch):
    settled, first = [], office.project_id

    def settle(_conn, project_id, **_more):
        settled.append(project_id)
        if project_id == first:
            raise ValueError("what nobody foresaw")

    with office.database.writing() as conn:
        second = catalog.create_project(conn, "shop", now=0).id
        for each in (first, second):
            grave = {"severity": "critical", "peak_severity": "critical"}
            add_incident(
                conn,
                StoredIncident(project_id=each, title="x", started_at=0, opened_at=0, changed_at=0, **grave),
            )
    monkeypatch.setattr(tick, "settle_project", settle)
    with pytest.raises(ValueError, match="nobody foresaw"):
        Watching(office.database).step(now=office.clock.time)
    assert settled == [first, second]
