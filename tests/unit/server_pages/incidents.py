"""A project with an incident, written as the server writes one."""

from __future__ import annotations

from barograph.alerts.facts import facts_document, facts_of
from barograph.alerts.sentences import summary
from barograph.locale.said import say, word
from barograph.metrics.address import parse_address
from barograph.schema.model import Schema
from barograph.store.alerts import (
    AlertEvent,
    StoredAlert,
    add_alert,
    add_events,
    alerts_of_incidents,
    change_alert,
)
from barograph.store.catalog import create_model, create_project
from barograph.store.database import Database
from barograph.store.incidents import StoredIncident, add_incident, change_incident

HOSTILE = "<script>alert(1)</script>"


def troubled(database: Database, now: int) -> int:
    """An incident of missing values in a column with a hostile name; nothing is counted of its model."""
    at = now - 7_200_000_000
    with database.writing() as conn:
        project = create_project(conn, "bank", now=at)
        model = create_model(conn, "bank", "credit", Schema(columns=()), now=at)
        made = add_incident(
            conn,
            StoredIncident(
                project_id=project.id, title="credit", severity="critical", peak_severity="critical",
                facts={
                    "models": ["credit"], "versions": [], "columns": [["model:credit", HOSTILE]], "segments": [],
                    "sources": [HOSTILE], "hosts": [], "deployments": [], "families": ["quality"],
                    "started_at": at, "latest_at": at, "window_us": 3_600_000_000,
                },
                started_at=at, opened_at=at, changed_at=at,
            ),
        )  # fmt: skip
        add_alert(
            conn,
            StoredAlert(
                project_id=project.id, model_id=model.id, incident_id=made, monitor_id=None, series_id=None,
                monitor="nulls", configuration=1, fingerprint="f", kind="breach", address="quality.null_share",
                version="", phase="firing", severity="critical", peak_severity="critical", started_at=at, fired_at=at,
                summary=f"credit: Missing values of {HOSTILE}: 19 %, above the limit 5 %.", window_end=at,
                details={"model": "credit", "title": "Missing values", "runbook": f"ask {HOSTILE}"},
                labels={"model": "credit", "monitor": "nulls", "series": "quality.null_share@all"},
            ),
        )  # fmt: skip
    return made


def spoken_of(database: Database, now: int) -> int:
    """An incident of missing values in a column, in sentences that can be said in another language."""
    made = troubled(database, now)
    address = parse_address('quality.null_share(column="income")')
    detail = say("{figure}, {words}", figure="19 %", words=say("above the limit {limit}", limit="5 %"))
    said = summary("Missing values", address, detail, model="credit")
    facts = facts_of(address, model="credit", started_at=now - 7_200_000_000, window_us=3_600_000_000)
    with database.writing() as conn:
        change_incident(conn, made, title=said, facts=facts_document(facts))
        (alert,) = alerts_of_incidents(conn, [made])[made]
        change_alert(
            conn, alert.id, summary=said, address=str(address),
            details={"model": "credit", "title": "Missing values", "verdict": {"detail": detail}},
            suppressed=[{"sentence": say("Silenced by {who}: {comment}", who="ada", comment="…")}],
        )  # fmt: skip
        events = [
            AlertEvent(
                project_id=alert.project_id, incident_id=made, alert_id=alert.id, at=now, actor="server", kind=kind,
                details=details,
            )
            for kind, details in (
                ("fired", {}), ("escalated", {"severity": "critical"}), ("resolved", {"why": "no longer watched"}),
                ("explained", {"impact": say("{metric}: no change is shown ({how}); the reference has {reference}.",
                                             metric=word("Recall"), how=say("measured on labels"), reference="1")}),
                ("marked", {"as": "noise"}),
            )
        ]  # fmt: skip
        add_events(conn, events)
    return made
