"""What /metrics and Alertmanager are told of is read alike from SQLite and PostgreSQL."""

from __future__ import annotations

import polars as pl

import barograph as bg
from barograph.metrics.values import Value
from barograph.server.exposition.attention import attention
from barograph.server.exposition.figures import figures
from barograph.server.exposition.watched import watched
from barograph.store import catalog
from barograph.store.alerts import AlertEvent, StoredAlert, add_alert, add_events, change_alert, ended_alerts
from barograph.store.monitors import put_monitor
from barograph.store.points import Course, keep
from barograph.store.tables.monitors import monitor_series

DAY = 86_400_000_000
MONITOR = {"name": "error by country", "metric": 'performance.mae(segment="country=DE")', "window": "1d"}


def model_of(conn) -> int:
    catalog.create_project(conn, "bank", now=1)
    rows = pl.DataFrame({"income": [1.0, 2.0], "y": [1.0, 2.0], "p": [1.0, 2.5]})
    schema = bg.Schema.infer(rows, task="regression", label="y", prediction="p")
    return catalog.create_model(conn, "bank", "credit", schema, now=1, every="1h").id


def test_figures_in_the_windows_of_a_monitor_and_what_it_judged(database):
    with database.writing() as conn:
        model_id = model_of(conn)
        version_id, _ = catalog.version_id(conn, model_id, "7", now=1)
        course = Course(
            model_id=model_id,
            version_id=version_id,
            segment="country=DE",
            address="performance.mae",
            every="1d",
        )
        keep(conn, course, {0: ("s", Value(value=2.5, n=70)), DAY: ("s", Value(value=3.5, n=7))})
        monitor_id = put_monitor(conn, 1, "error by country", MONITOR, now=1, actor="test")
        row = {
            "monitor_id": monitor_id, "model_id": model_id, "version_id": version_id, "address": MONITOR["metric"],
            "state": {}, "blind": {}, "breached": [], "status": "breach", "window_start": 0, "window_end": DAY,
            "verdict": {"value": 2.5, "limits": [None, 2.0]}, "figures": "", "judged_at": DAY,
        }  # fmt: skip
        conn.execute(monitor_series.insert().values(row))
    with database.reading() as conn:
        models = catalog.models(conn)
        [told] = figures(conn, models, columns=(), now=DAY + 5)
        labels = ("bank", "credit", "7", "performance.mae", "country=DE")
        assert told.samples[0] == ("barograph_metric", labels, 2.5)
        [judged] = watched(conn, models, columns=())
        assert {(name, value) for name, _, value in judged.samples} == {
            ("barograph_monitor_value", 2.5),
            ("barograph_monitor_limit", 2.0),
            ("barograph_monitor_window_end_timestamp_seconds", 86_400.0),
        }
        assert len({family.name for family in attention(conn, alive=True)}) == 8


def test_alerts_that_ended_lately(database):
    with database.writing() as conn:
        model_id = model_of(conn)
        for number, resolved_at in enumerate((10, 20, None)):
            alert_id = add_alert(
                conn,
                StoredAlert(
                    project_id=1, model_id=model_id, monitor_id=None, series_id=None, monitor="m", configuration=1,
                    fingerprint=str(number), kind="breach", address="drift.share", version="", phase="firing",
                    severity="warning", peak_severity="warning", started_at=1, fired_at=1, summary="", window_end=1,
                ),
            )  # fmt: skip
            if resolved_at is not None:
                change_alert(conn, alert_id, resolved_at=resolved_at)
                ended = AlertEvent(
                    project_id=1,
                    incident_id=None,
                    alert_id=alert_id,
                    at=resolved_at,
                    actor="server",
                    kind="resolved",
                )
                add_events(conn, [ended])
    with database.reading() as conn:
        assert [alert.resolved_at for alert in ended_alerts(conn, 1, since=15)] == [20]
        assert ended_alerts(conn, 2, since=0) == []
