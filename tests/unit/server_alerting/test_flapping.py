"""Alerts that come and go: whether an incident is told of as one that does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from barograph.server.alerting.settle import view_of
from barograph.store.alerts import AlertEvent
from barograph.store.incident_counts import AlertsAlike
from barograph.store.incidents import StoredIncident

INCIDENT = StoredIncident(
    id=1, project_id=1, title="m: x", severity="critical", peak_severity="critical", facts={}, started_at=0,
    opened_at=0, changed_at=0, status="ongoing",
)  # fmt: skip
STEADY = AlertsAlike(
    incident_id=1, monitor="steady", severity="critical", peak_severity="critical", loud=True, flapping=False,
    backfilled=False, is_open=True, alerts=1, resolved_at=None,
)  # fmt: skip
FLAPS = AlertEvent(project_id=1, incident_id=1, alert_id=2, at=7, actor="server", kind="flapping")


@pytest.mark.parametrize("severity", ["critical", "info"])
def test_what_stays_is_told_of_whatever_comes_and_goes_beside_it(severity):
    other = replace(STEADY, monitor="other", severity=severity, flapping=True)
    assert view_of(INCIDENT, [STEADY, other], [FLAPS], ()).flapping_since is None


def test_where_all_that_is_as_grave_comes_and_goes_the_incident_does():
    mild = replace(STEADY, monitor="mild", severity="warning")
    found = view_of(INCIDENT, [replace(STEADY, flapping=True), mild], [FLAPS], ())
    assert found.flapping_since == 7
