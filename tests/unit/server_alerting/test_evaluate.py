"""From rows to alerts, incidents and what people are told."""

from __future__ import annotations

import polars as pl
import pytest

from barograph.alerts.state_json import read_state
from barograph.server.alerting import judging, late
from barograph.server.alerting.evaluate import Evaluator
from barograph.server.alerting.seen import seen_of
from barograph.store.monitor_series import series_of_model


def series_of(office, model):
    with office.database.reading() as conn:
        return series_of_model(conn, model.id)


def test_a_window_over_the_limit_becomes_an_alert_and_an_incident(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    office.hour(model, shift=3.0)
    (alert,), (incident,) = office.alerts(), office.incidents()
    assert office.kinds(alert_id=alert.id) == ["fired"]
    assert (alert.phase, alert.severity, alert.incident_id) == ("firing", "critical", incident.id)
    assert (incident.status, incident.severity) == ("new", "critical")
    assert incident.title == "credit: Mean of x"
    assert alert.summary.startswith("credit: Mean of x: ")


def test_it_is_resolved_after_two_windows_that_are_fine(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    for shift in (3.0, 0.0, 0.0):
        office.hour(model, shift=shift)
    (alert,), (incident,) = office.alerts(), office.incidents()
    assert office.kinds(alert_id=alert.id) == ["fired", "recovering", "resolved"]
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
    (series,) = series_of(office, model)
    assert series.window_end == office.clock.time - 1


def test_a_window_waits_for_its_lateness_and_its_labels(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(lateness="10m", needs={"label_age": "50m"}))
    office.hour(model)
    assert series_of(office, model)[0].status == ""
    office.hour(model)
    assert series_of(office, model)[0].status == "ok"


def test_a_window_waits_until_its_rows_are_counted(office, one_monitor, monkeypatch):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    monkeypatch.setattr(office, "work", lambda: None)
    office.hour(model, shift=3.0)
    assert office.alerts() == []
    monkeypatch.undo()
    office.work()
    office.clock.time += 2_000_000
    office.judge()
    assert len(office.alerts()) == 1


def test_a_restart_resets_nothing_and_tells_nobody_twice(office, one_monitor):
    model = office.model()
    office.channel()
    office.monitors(one_monitor(**{"for": 2}))
    office.hour(model)
    for _ in range(3):
        office.evaluator = Evaluator(office.store)
        office.hour(model, shift=3.0)
    assert [a.phase for a in office.alerts()] == ["firing"]
    assert office.told() == [("new", "waiting")]


def test_what_another_process_has_judged_is_not_judged_again(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    other = Evaluator(office.store)
    office.hour(model, shift=3.0)
    other.step(now=office.clock.time + 1_000_000)
    (alert,) = office.alerts()
    assert office.kinds(alert_id=alert.id) == ["fired"]


def test_what_is_mild_is_told_to_nobody_at_once(office, one_monitor):
    model = office.model()
    office.channel()
    office.monitors(one_monitor(severity="info"))
    office.hour(model)
    office.hour(model, shift=3.0)
    assert (len(office.incidents()), office.told()) == (1, [])


def test_resolved_is_told_where_firing_was(office, one_monitor):
    model = office.model()
    office.channel()
    office.monitors(one_monitor())
    office.hour(model)
    for shift in (3.0, 0.0, 0.0):
        office.hour(model, shift=shift)
    assert office.told() == [("new", "waiting"), ("resolved", "waiting")]


def test_rows_of_long_ago_are_history_and_told_to_nobody(office, one_monitor):
    model = office.model()
    office.channel()
    office.monitors(one_monitor())
    office.hour(model)
    noon = office.clock.time
    for _ in range(3):
        office.hour(model, shift=3.0, judged=False)
    office.clock.time = noon + 72 * 3_600_000_000
    office.judge()
    (alert,) = office.alerts()
    assert alert.backfilled
    assert office.told() == []
    office.hour(model, shift=3.0)
    assert (office.alerts()[0].backfilled, office.told()) == (False, [("new", "waiting")])


def test_a_fault_that_was_over_in_an_imported_past_is_told_to_nobody_nor_is_its_end(office, one_monitor):
    model = office.model()
    office.channel()
    office.monitors(one_monitor())
    office.hour(model)
    noon = office.clock.time
    for shift in (3.0, 3.0, 0.0, 0.0, 0.0):
        office.hour(model, shift=shift, judged=False)
    office.clock.time = noon + 72 * 3_600_000_000
    office.judge()
    (alert,) = office.alerts()
    assert (alert.backfilled, alert.resolved_why) == (True, "recovered")
    assert office.told() == []


@pytest.mark.parametrize("failure", [ZeroDivisionError("by zero"), pl.exceptions.PanicException("no")])
def test_one_monitor_that_fails_is_an_error_and_the_others_go_on(office, one_monitor, monkeypatch, failure):
    def failing(conn, held, watch, window, **more):
        if watch.monitor.name == "broken":
            raise failure
        return seen_of(conn, held, watch, window, **more)

    model = office.model()
    office.monitors(one_monitor(), one_monitor(name="broken"))
    for module in (judging, late):
        monkeypatch.setattr(module, "seen_of", failing)
    office.hour(model)
    office.hour(model, shift=3.0)
    assert {s.status for s in series_of(office, model)} == {"breach", "error"}
    assert {(a.monitor, a.kind) for a in office.alerts()} == {("x high", "breach"), ("broken", "blind")}


@pytest.mark.parametrize(("policy", "kinds"), [("alert", ["blind"]), ("keep", []), ("ok", [])])
def test_hours_without_rows_are_an_alert_where_the_monitor_says_so(office, one_monitor, policy, kinds):
    model = office.model()
    office.monitors(one_monitor(no_data=policy))
    office.hour(model)
    office.hour(model, n=0)
    assert series_of(office, model)[0].status == "no_data"
    assert [a.kind for a in office.alerts()] == kinds


def test_a_monitor_writes_out_columns_versions_and_models(office, one_monitor):
    models = [office.model(), office.model("churn")]
    wide = one_monitor(metric="quality.null_share(column=*)", version="each", when={"above": 0.5})
    office.monitors(wide)
    for model in models:
        office.hour(model)
    found = {(s.model_id, s.address, s.version_id > 0) for m in models for s in series_of(office, m)}
    columns = [f'quality.null_share(column="{name}")' for name in ("c", "p", "x")]
    assert found >= {(m.id, address, True) for m in models for address in columns}
    assert all(of_version for _, _, of_version in found)


def test_the_state_of_a_series_is_kept_between_windows(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(**{"for": 3}))
    office.hour(model)
    office.hour(model, shift=3.0)
    (series,) = series_of(office, model)
    state = read_state(series.state)
    assert (state.phase, state.breaches, series.status) == ("pending", 1, "breach")
    assert list(series.breached) == [state.since]


def test_a_series_that_nobody_watches_any_more_ends_with_its_alert(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    office.hour(model, shift=3.0)
    office.monitors(one_monitor(models=["other"]))
    office.hour(model, shift=3.0)
    (alert,) = office.alerts()
    assert (alert.resolved_why, series_of(office, model)) == ("no longer watched", [])


def test_an_alert_without_an_answer_is_titled_as_that_and_says_why_to_its_end(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(unknown="alert", needs={"rows": 100}))
    office.hour(model, n=50)
    for _ in range(2):
        office.hour(model, n=150)
    (alert,), (incident,) = office.alerts(), office.incidents()
    assert (alert.kind, alert.resolved_why) == ("blind", "recovered")
    assert alert.summary.startswith("credit: nothing can be said of mean of x: too few rows: 50")
    assert incident.title == "credit: nothing can be said of mean of x"
