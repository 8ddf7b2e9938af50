"""A project with an incident, written as the server writes one."""

from __future__ import annotations

from barograph.schema.model import Schema
from barograph.store.alerts import StoredAlert, add_alert
from barograph.store.catalog import create_model, create_project
from barograph.store.database import Database
from barograph.store.incidents import StoredIncident, add_incident

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
