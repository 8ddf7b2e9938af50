"""From rows to alerts and incidents."""

from __future__ import annotations

from barograph.store.alerts import events_of, list_alerts
from barograph.store.incidents import list_incidents
from barograph.store.monitor_series import series_of_model


def test_a_window_over_the_limit_becomes_an_alert_and_an_incident(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    office.hour(model, shift=3.0)
    with office.database.reading() as conn:
        (alert,) = list_alerts(conn, office.project_id)
        (incident,) = list_incidents(conn, office.project_id)
        assert [e.kind for e in events_of(conn, alert_id=alert.id)] == ["fired"]
    assert (alert.phase, alert.severity, alert.incident_id) == ("firing", "critical", incident.id)
    assert (incident.status, incident.severity) == ("new", "critical")


def test_it_is_resolved_after_two_windows_that_are_fine(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    for shift in (3.0, 0.0, 0.0):
        office.hour(model, shift=shift)
    with office.database.reading() as conn:
        (alert,) = list_alerts(conn, office.project_id)
        (incident,) = list_incidents(conn, office.project_id)
        kinds = [e.kind for e in events_of(conn, alert_id=alert.id)]
    assert kinds == ["fired", "recovering", "resolved"]
    assert (alert.resolved_why, incident.status) == ("recovered", "resolved")


def test_nothing_due_judges_nothing_and_a_window_is_judged_once(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    assert office.judge() == 0
    office.hour(model, judged=False)
    office.clock.time += 1
    assert office.judge() > 0
    assert office.judge() == 0
    with office.database.reading() as conn:
        (series,) = series_of_model(conn, model.id)
    assert series.window_end == office.clock.time - 1
