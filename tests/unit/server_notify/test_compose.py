"""What a message says of an incident, from what is stored of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from barograph.alerts.facts import facts_document, facts_of
from barograph.metrics.address import parse_address
from barograph.schema.model import Column, Schema
from barograph.server.notify.compose import incident_letter
from barograph.server.notify.letter import read_letter
from barograph.store import catalog
from barograph.store.alerts import StoredAlert, add_alert
from barograph.store.errors import NotFound
from barograph.store.events import record
from barograph.store.tables.alerts import incidents
from barograph.store.tables.monitors import monitor_series, monitors

from .conftest import NOON

DAY = 86_400_000_000
ADDRESS = 'quality.null_share(column="income")'


@pytest.fixture
def troubled(any_post):
    """An incident: nulls in a column, for two days."""
    with any_post.database.writing() as conn:
        schema = Schema(columns=(Column(name="income"),), timezone="Europe/Berlin")
        model = catalog.create_model(conn, "bank", "credit", schema, now=NOON)
        monitor = {
            "project_id": any_post.project_id, "name": "nulls", "revision": 1, "created_at": 0, "changed_at": 0,
            "document": {"name": "nulls", "metric": ADDRESS, "when": {"above": 0.05}, "window": "1d"},
        }  # fmt: skip
        monitor_id = conn.execute(monitors.insert().values(**monitor).returning(monitors.c.id)).scalar_one()
        series = {
            "monitor_id": monitor_id, "model_id": model.id, "version_id": 0, "address": ADDRESS, "state": {},
            "blind": {},
            "breached": [NOON - 2 * DAY, NOON - DAY], "status": "breach", "verdict": {}, "figures": "",
        }  # fmt: skip
        made = conn.execute(monitor_series.insert().values(**series).returning(monitor_series.c.id))
        series_id = made.scalar_one()
        record(conn, model_id=model.id, kind="deployment", at=NOON - 2 * DAY, name="v7 went live")
        record(conn, model_id=model.id, kind="retention", at=NOON - 2 * DAY, name="not worth telling")
        record(conn, model_id=model.id, kind="segments_searched", at=NOON - 2 * DAY, name="nor is this")
    facts = facts_of(
        parse_address(ADDRESS),
        model="credit",
        started_at=NOON - 2 * DAY,
        window_us=DAY,
        sources=["warehouse.people"],
    )
    incident = any_post.incident(facts=facts_document(facts), started_at=NOON - 2 * DAY)
    alert = StoredAlert(
        project_id=any_post.project_id, model_id=model.id, incident_id=incident, monitor_id=monitor_id,
        series_id=series_id, monitor="nulls", configuration=1, fingerprint="f", kind="breach", address=ADDRESS,
        version="", phase="firing", severity="critical", peak_severity="critical", started_at=NOON - 2 * DAY,
        fired_at=NOON, summary="credit: 12 % of income are null, limit 5 %.", window_end=NOON,
        details={
            "model": "credit", "title": "Share of nulls", "unit": "", "runbook": "Ask the warehouse team.",
            "verdict": {"value": 0.12, "limits": [None, 0.05], "n": 100, "detail": "…"},
        },
    )  # fmt: skip
    with any_post.database.writing() as conn:
        add_alert(conn, alert)
    any_post.channel()
    any_post.put(incident_id=incident)
    return any_post


def composed(post):
    (row,) = post.rows()
    with post.database.reading() as conn:
        return incident_letter(conn, row, now=post.now, public_url="https://b.example.org")


def test_all_questions_are_answered(troubled):
    said = composed(troubled).document
    assert said["what"].startswith("credit: 12 % of income are null")
    assert "Sunday 12 November 2023, 23:13 Europe/Berlin" in said["since_when"]
    assert "warehouse.people" in said["why"]
    assert "Ask the warehouse team." in said["what_to_do"]
    assert said["how_bad"]
    assert said["links"] == {"incident": "https://b.example.org/incidents/1"}


def test_the_incident_before_is_a_link_too(troubled):
    with troubled.database.writing() as conn:
        conn.execute(sa.update(incidents).values(previous_id=incidents.c.id))
    assert composed(troubled).document["links"]["earlier"] == "https://b.example.org/incidents/1"


def test_what_happened_then_is_told_and_what_always_happens_is_not(troubled):
    events = composed(troubled).document["details"]["related_events"]
    assert [event["name"] for event in events] == ["v7 went live"]


def test_without_figures_there_is_no_chart(troubled):
    assert composed(troubled).document["chart"] is None


def test_a_letter_is_kept_as_it_is(troubled):
    letter = composed(troubled)
    assert read_letter(letter.written()) == letter


def test_of_an_incident_whose_models_are_gone_nothing_is_told(troubled):
    incident = troubled.incident()
    troubled.put("other", incident_id=incident)
    row = troubled.rows()[-1]
    with troubled.database.reading() as conn, pytest.raises(NotFound, match="no alerts any more"):
        incident_letter(conn, row, now=troubled.now)
