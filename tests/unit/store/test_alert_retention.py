"""Alerts that ended long ago are forgotten, with what was pinned for them."""

from __future__ import annotations

import polars as pl
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
    keep_alerts(database, now=NOW, history_days=KEPT_DAYS)
    with database.reading() as conn:
        assert sorted(a.id for a in list_alerts(conn, project)) == [number for number, _ in kept[1:]]
        assert sorted(i.id for i in list_incidents(conn, project)) == [held for _, held in kept[1:]]
        cited = sorted(conn.scalars(sa.select(pins.c.cited_by)))
        assert cited == [f"alert/{number}" for number, _ in kept[1:]]
        assert conn.execute(sa.select(sa.func.count()).select_from(pinned_profiles)).scalar() == 1
        # The first of the three is gone, and so is what it alone was judged with.
        assert list(conn.scalars(sa.select(removed_monitors.c.first_alert))) == [2]
