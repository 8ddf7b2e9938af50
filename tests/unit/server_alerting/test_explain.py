"""Why: explanations of incidents, and severities that follow from what a change costs."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from barograph.server.alerting.explain import Explaining
from barograph.server.alerting.tick import Watching
from barograph.server.clock import SystemClock
from barograph.store import catalog
from barograph.store.leases import claim

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000


@pytest.fixture
def worse(office, one_monitor):
    """A model that errs more since inputs are where it never was."""
    model = office.model()
    office.channel()
    office.monitors(one_monitor(severity="from impact"))
    office.hour(model)
    rows = office.rows(300, office.clock.time, shift=6.0)
    office.clock.time += 3_600_000_000
    office.send(model, rows.with_columns(y=rows["y"] + 3.0))
    office.clock.time += 1_000_000
    office.judge()
    return office


def test_an_incident_is_explained_and_its_severity_follows(worse):
    (before,) = worse.incidents()
    assert (before.severity, worse.told()) == ("info", [])
    assert Explaining(worse.store).step(now=worse.clock.time)
    (incident,) = worse.incidents()
    assert incident.explanation["metric"] == "performance.mae"
    assert incident.explanation["model_id"] == worse.alerts()[0].model_id
    assert (incident.severity, worse.told()) == ("emergency", [("new", "waiting")])
    assert "explained" in worse.kinds(incident_id=incident.id)
    assert not Explaining(worse.store).step(now=worse.clock.time)


def test_one_that_another_process_explains_keeps_no_other_waiting(worse):
    with worse.database.writing() as conn:
        assert claim(conn, f"explain/{worse.incidents()[0].id}", "gone", SystemClock().now(), 60.0)
    model = worse.model("other")
    worse.clock.time -= 1_000_000
    worse.hour(model)
    worse.hour(model, shift=6.0)
    assert Explaining(worse.store).step(now=worse.clock.time)
    assert [incident.explained_at is None for incident in worse.incidents()] == [False, True]
    assert not Explaining(worse.store).step(now=worse.clock.time)


def test_once_explained_it_is_free_for_any_process(worse):
    assert Explaining(worse.store, name="one").step(now=worse.clock.time)
    with worse.database.writing() as conn:
        assert claim(conn, f"explain/{worse.incidents()[0].id}", "two", SystemClock().now(), 60.0)


def test_an_incident_that_grows_is_explained_again(worse, one_monitor):
    assert Explaining(worse.store).step(now=worse.clock.time)
    more = one_monitor(name="more", metric="performance.mae", severity="from impact")
    worse.monitors(one_monitor(severity="from impact"), more)
    worse.clock.time += 3_599_000_000
    rows = worse.rows(50, worse.clock.time - 3_600_000_000, shift=6.0)
    with worse.database.reading() as conn:
        (model,) = catalog.models(conn, "bank")
    worse.send(model, rows.with_columns(y=rows["y"] + 3.0))
    worse.judge()
    assert {alert.severity for alert in worse.alerts()} == {"emergency", "info"}
    assert Explaining(worse.store).step(now=worse.clock.time)
    assert {alert.severity for alert in worse.alerts()} == {"emergency"}


def test_an_incident_that_lasts_twice_as_long_is_explained_again(worse):
    assert Explaining(worse.store).step(now=worse.clock.time)
    with worse.database.reading() as conn:
        (model,) = catalog.models(conn, "bank")
    worse.clock.time -= 1_000_000
    rows = []
    for _ in range(3):
        worse.hour(model, shift=6.0)
        worse.clock.time += 1_000_000
        again = Explaining(worse.store).step(now=worse.clock.time)
        worse.clock.time -= 1_000_000
        (incident,) = worse.incidents()
        rows.append((again, incident.explanation["current"]["n"]))
    assert [again for again, _ in rows] == [False, True, False]
    assert rows[0][1] == 300 < rows[1][1]


def test_a_change_that_lasts_is_dated_where_it_began(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(window="1d"))
    first = office.clock.time
    for day in range(24):
        shift = 3.0 if day >= 4 else 0.0
        rows = office.rows(60, office.clock.time, shift=shift)
        office.clock.time += HOUR_US
        office.send(model, rows.with_columns(y=rows["y"] + shift))
        office.clock.time += DAY_US - HOUR_US
    office.judge()
    assert Explaining(office.store).step(now=office.clock.time)
    (incident,) = office.incidents()
    began = datetime.fromtimestamp((first + 4 * DAY_US) / 1e6, UTC).date().isoformat()
    assert incident.explanation["since"]["window"].startswith(began)
    assert incident.explanation["span"][0] > incident.started_at


@pytest.mark.parametrize("failure", [ZeroDivisionError("by zero"), pl.exceptions.PanicException("no")])
def test_what_cannot_be_explained_is_told_all_the_same(worse, monkeypatch, failure):
    def failing(*_args, **_more):
        raise failure

    monkeypatch.setattr("barograph.api.explain", failing)
    assert Explaining(worse.store).step(now=worse.clock.time)
    (incident,) = worse.incidents()
    assert (incident.explanation, incident.severity) == (None, "warning")
    assert worse.told() == [("new", "waiting")]


def test_time_alone_reminds_and_ends_what_was_put_off(office, one_monitor):
    model = office.model()
    office.channel()
    office.monitors(one_monitor())
    office.hour(model)
    office.hour(model, shift=3.0)
    watching = Watching(office.database)
    watching.step(now=office.clock.time + 60_000_000)
    assert office.told() == [("new", "waiting")]
    watching.step(now=office.clock.time + 5 * 3_600_000_000)
    watching.step(now=office.clock.time + 5 * 3_600_000_000 + 9_000_000)
    assert office.told() == [("new", "waiting"), ("reminder", "waiting")]


def test_a_broken_pipeline_silences_the_drift_it_causes(office, one_monitor):
    model = office.model()
    office.channel()
    broken = one_monitor(name="late", metric='quality.mean(column="p")', labels={"about": "pipeline"})
    moved = one_monitor(name="moved", metric='drift.total_variation(column="x")', when={"above": 0.3})
    office.monitors(broken, moved)
    office.hour(model)
    office.hour(model, shift=3.0)
    suppressed = {alert.monitor: [by["by"] for by in alert.suppressed] for alert in office.alerts()}
    assert suppressed == {"late": [], "moved": ["inhibition"]}
    assert (len(office.incidents()), office.told()) == (1, [("new", "waiting")])
