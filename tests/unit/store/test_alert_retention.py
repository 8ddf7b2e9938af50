"""Alerts that ended long ago are forgotten, with what was pinned for them."""

from __future__ import annotations

import polars as pl
import pytest
import sqlalchemy as sa

import barograph as bg
from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.alert_retention import keep_alerts
from barograph.store.alerts import StoredAlert, add_alert, list_alerts
from barograph.store.incidents import StoredIncident, add_incident, list_incidents
from barograph.store.pins import pin
from barograph.store.tables.monitors import removed_monitors
from barograph.store.tables.pins import pinned_profiles, pins

DAY_US = 86_400_000_000
NOW = 1_000 * DAY_US
KEPT_DAYS = 30


def test_what_ended_long_ago_goes_and_the_rest_stays(database):
    schema = Schema(columns=(Column(name="x"),))
    profile = bg.profile(pl.DataFrame({"x": [1.0, 2.0]}), schema)
    with database.writing() as conn:
        project = catalog.create_project(conn, "bank", now=0).id
        catalog.create_model(conn, "bank", "credit", schema, now=0)
        kept = []
        for age in (KEPT_DAYS + 1, KEPT_DAYS - 1, None):
            at = None if age is None else NOW - age * DAY_US
            incident = StoredIncident(
                project_id=project, title="t", severity="info", peak_severity="info", started_at=0, opened_at=0,
                changed_at=0, resolved_at=at,
            )  # fmt: skip
            held = add_incident(conn, incident)
            alert = StoredAlert(
                project_id=project, model_id=1, incident_id=held, monitor_id=None, series_id=None, monitor="m",
                configuration=1, fingerprint=str(age), kind="breach", address="drift.share", version="", phase="ok",
                severity="info", peak_severity="info", started_at=0, fired_at=0, resolved_at=at, summary="s",
                window_end=1,
            )  # fmt: skip
            number = add_alert(conn, alert)
            pin(conn, 1, profile, cited_by=[f"alert/{number}"], now=0)
            kept.append((number, held))
        for first, last in ((1, 1), (2, 3)):
            row = {"first_alert": first, "last_alert": last, "revision": 1, "document": {}, "removed_at": 5}
            conn.execute(sa.insert(removed_monitors).values(row | {"project_id": project, "name": "m"}))
    keep_alerts(database, now=NOW, history_days=KEPT_DAYS, retitle=lambda conn, some: None)
    with database.reading() as conn:
        assert sorted(a.id for a in list_alerts(conn, project)) == [number for number, _ in kept[1:]]
        assert sorted(i.id for i in list_incidents(conn, project)) == [held for _, held in kept[1:]]
        cited = sorted(conn.scalars(sa.select(pins.c.cited_by)))
        assert cited == [f"alert/{number}" for number, _ in kept[1:]]
        assert conn.execute(sa.select(sa.func.count()).select_from(pinned_profiles)).scalar() == 1
        # The first of the three is gone, and so is what it alone was judged with.
        assert list(conn.scalars(sa.select(removed_monitors.c.first_alert))) == [2]


def many_that_ended(conn, name, model_id, n):
    """A project of which so many incidents ended long ago, each by an alert."""
    project = catalog.create_project(conn, name, now=0).id
    catalog.create_model(conn, name, "credit", Schema(columns=(Column(name="x"),)), now=0)
    for number in range(n):
        incident = StoredIncident(
            project_id=project, title="t", severity="info", peak_severity="info", started_at=0, opened_at=0,
            changed_at=0,
        )  # fmt: skip
        alert = StoredAlert(
            project_id=project, model_id=model_id, incident_id=add_incident(conn, incident), monitor_id=None,
            series_id=None, monitor="m", configuration=1, fingerprint=str(number), kind="breach", version="",
            phase="ok", address="drift.share", severity="info", peak_severity="info", started_at=0, fired_at=0,
            resolved_at=0, summary="s", window_end=1,
        )  # fmt: skip
        add_alert(conn, alert)
    return project


def test_incidents_are_titled_anew_by_project_and_some_at_a_time(database):
    with database.writing() as conn:
        made = [
            many_that_ended(conn, name, i, n) for i, (name, n) in enumerate((("bank", 250), ("taxi", 3)), 1)
        ]
        of = {i.id: project for project in made for i in list_incidents(conn, project, limit=300)}
    given = []
    keep_alerts(database, now=NOW, history_days=KEPT_DAYS, retitle=lambda conn, some: given.append(set(some)))
    assert sorted(len(some) for some in given) == [3, 50, 200]
    assert set().union(*given) == of.keys()
    assert [len({of[incident] for incident in some}) for some in given] == [1, 1, 1]


def test_where_titles_cannot_be_written_nothing_is_forgotten(database):
    def stopped(conn, some):
        raise InterruptedError

    with database.writing() as conn:
        project = many_that_ended(conn, "bank", 1, 2)
    with pytest.raises(InterruptedError):
        keep_alerts(database, now=NOW, history_days=KEPT_DAYS, retitle=stopped)
    with database.reading() as conn:
        assert len(list_alerts(conn, project)) == 2
