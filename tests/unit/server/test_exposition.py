"""What /metrics tells of models, monitors and what they raised."""

from __future__ import annotations

import shutil
import subprocess

import polars as pl
import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

import barograph as bg
from barograph.metrics.values import Value
from barograph.server.clock import SystemClock
from barograph.server.exposition.remembered import Remembered
from barograph.store import catalog
from barograph.store.channels import put_channel
from barograph.store.points import Course, keep
from barograph.store.tables.alerts import alerts, incidents
from barograph.store.tables.monitors import monitor_series, monitors
from barograph.store.tallies import tally
from barograph.store.workers import mark_alive

DAY = 86_400_000_000
#: Midnight, some days before the tests' clock stands still.
MONDAY = 1_299_456_000_000_000


@pytest.fixture
def model_id(app, http):
    """A model with two days of figures and a monitor that fires."""
    rows = pl.DataFrame({"income": [1.0, 2.0], "y": [1.0, 2.0], "p": [1.0, 2.5]})
    schema = bg.Schema.infer(rows, task="regression", label="y", prediction="p")
    with app.state.server.database.writing() as conn:
        catalog.create_project(conn, "bank", now=1)
        made = catalog.create_model(conn, "bank", "credit", schema, now=1, every="1d").id
        mae = Course(model_id=made, address="performance.mae", every="1d")
        keep(
            conn,
            mae,
            {MONDAY: ("s", Value(value=2.5, n=70)), MONDAY + 60 * DAY: ("s", Value(value=9.0, n=1))},
        )
        shares = Course(model_id=made, address='quality.null_share(column="income")', every="1d")
        keep(conn, shares, {MONDAY: ("s", Value(value=0.25, n=70))})
        monitor(conn, made, "income moved", 'drift.total_variation(column="income")')
        monitor(conn, made, "mae of Germany", 'performance.mae(segment="country=DE")')
        raised(conn, made)
    return made


def monitor(conn, model_id, name, address):
    document = {"name": name, "metric": address, "window": "1d"}
    row = {
        "project_id": 1,
        "name": name,
        "document": document,
        "revision": 1,
        "created_at": 1,
        "changed_at": 1,
    }
    monitor_id = conn.execute(monitors.insert().values(row).returning(monitors.c.id)).scalar_one()
    verdict = {"status": "breach", "detail": "", "value": 0.3, "limits": [None, 0.1], "n": 70}
    conn.execute(
        monitor_series.insert().values(
            monitor_id=monitor_id, model_id=model_id, version_id=0, address=address, state={}, blind={},
            breached=[], status="breach", window_start=MONDAY, window_end=MONDAY + DAY, verdict=verdict,
            figures="", judged_at=MONDAY + DAY,
        )
    )  # fmt: skip


def raised(conn, model_id):
    incident = incidents.insert().values(
        project_id=1, status="new", title="t", severity="critical", peak_severity="critical", facts={},
        started_at=MONDAY, opened_at=MONDAY, changed_at=MONDAY,
    )  # fmt: skip
    conn.execute(incident)
    for fingerprint, resolved_at in (("a", None), ("b", None), ("c", MONDAY)):
        conn.execute(
            alerts.insert().values(
                project_id=1, model_id=model_id, monitor="income moved", configuration=1, kind="breach",
                fingerprint=fingerprint, address="drift.share", version="all", phase="firing", severity="warning",
                peak_severity="warning", started_at=MONDAY, fired_at=MONDAY, resolved_at=resolved_at,
                flapping=False, backfilled=False, summary="", details={}, labels={}, suppressed={},
                window_end=MONDAY,
            )
        )  # fmt: skip
    tally(conn, "evaluations", 1, {("", "ok"): 5, ("", "error"): 1}, now=MONDAY)
    tally(conn, "evaluations", 1, {("", "error"): 1}, now=MONDAY + DAY)
    tally(conn, "notifications", 1, {("email", "sent"): 3}, now=MONDAY)


def told(http) -> dict[str, float]:
    """Every series of a scrape, its labels by name."""
    families = text_string_to_metric_families(http.get("/metrics").text)
    return {
        sample.name
        + "{"
        + ",".join(f'{k}="{v}"' for k, v in sorted(sample.labels.items()))
        + "}": sample.value
        for family in families
        for sample in family.samples
    }


def test_the_latest_complete_window_is_told_with_its_rows_and_end(http, model_id):
    found = told(http)
    labels = '{metric="performance.mae",model="credit",project="bank",segment="",version="all"}'
    assert found[f"barograph_metric{labels}"] == 2.5
    assert found[f"barograph_metric_rows{labels}"] == 70
    assert found[f"barograph_metric_window_end_timestamp_seconds{labels}"] == (MONDAY + DAY) / 1e6


def test_columns_are_told_where_the_settings_name_them_alone(http, model_id):
    assert not [series for series in told(http) if "income" in series.replace("income moved", "")]


@pytest.mark.parametrize("named", ["income", "*"])
def test_a_column_that_is_named_is_told(app, http, model_id, named):
    object.__setattr__(app.state.server.settings, "metrics_columns", (named,))
    found = told(http)
    assert [v for s, v in found.items() if s.startswith("barograph_metric{") and "null_share" in s] == [0.25]
    assert [v for s, v in found.items() if s.startswith("barograph_monitor_value{") and "income" in s] == [
        0.3
    ]


def test_what_a_monitor_judged_is_told_with_its_limit(http, model_id):
    found = told(http)
    labels = (
        'metric="performance.mae",model="credit",monitor="mae of Germany",project="bank",segment="country=DE"'
    )
    assert found[f'barograph_monitor_value{{{labels},version="all"}}'] == 0.3
    assert found[f'barograph_monitor_limit{{{labels},side="upper",version="all"}}'] == 0.1
    assert not [
        series for series in found if "barograph_monitor_limit" in series and 'side="lower"' in series
    ]


def test_open_alerts_and_incidents_are_counted(http, model_id):
    found = told(http)
    assert found['barograph_alerts{phase="firing",project="bank",severity="warning"}'] == 2
    assert found['barograph_incidents{project="bank",severity="critical",status="new"}'] == 1
    assert found['barograph_monitor_series{project="bank",status="breach"}'] == 2


def test_evaluations_and_notifications_are_counted_and_an_error_is_no_success(http, model_id):
    found = told(http)
    assert found['barograph_evaluations_total{status="error"}'] == 2
    assert found['barograph_evaluation_last_success_timestamp_seconds{project="bank"}'] == MONDAY / 1e6
    assert found['barograph_notifications_total{channel_kind="email",outcome="sent"}'] == 3


def test_what_has_not_happened_yet_is_told_as_0(app, http, model_id):
    with app.state.server.database.writing() as conn:
        put_channel(conn, project_id=1, name="ops", kind="webhook", sealed=b"x", now=MONDAY)
    found = told(http)
    ends = ("sent", "failed", "refused", "dead")
    of_webhooks = 'barograph_notifications_total{{channel_kind="webhook",outcome="{}"}}'
    assert [found[of_webhooks.format(end)] for end in ends] == [0, 0, 0, 0]
    assert found['barograph_evaluations_total{status="unknown"}'] == 0


def test_the_watchdog_is_still_while_no_worker_is_alive(app, http):
    assert told(http)["barograph_watchdog{}"] == 0
    here = app.state.server
    with here.database.writing() as conn:
        mark_alive(conn, "host/1", now=SystemClock().now(), seconds=60)
    here.measured.told = Remembered()
    assert told(http)["barograph_watchdog{}"] == 1


def test_figures_are_read_once_for_scrapers_that_come_together(app, http, model_id):
    first = told(http)
    with app.state.server.database.writing() as conn:
        conn.execute(sa.delete(alerts))
    assert told(http)['barograph_alerts{phase="firing",project="bank",severity="warning"}'] == 2
    assert first.keys() >= {"barograph_watchdog{}"}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="apt-get install prometheus")
def test_promtool_finds_nothing_to_say(http, model_id):
    page = http.get("/metrics").content
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=page, capture_output=True, check=False, timeout=600
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
    assert b"barograph_monitor_limit{" in page
