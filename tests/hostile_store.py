"""One of everything that pages show, each text that a user gives made to be run where it is not kept text."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from barograph.alerts.matchers import Matcher, matcher_document
from barograph.monitors.document import read_monitor, written
from barograph.schema.model import Column, Schema
from barograph.store.alerts import StoredAlert, add_alert
from barograph.store.audit import append_audit
from barograph.store.catalog import create_model, create_project
from barograph.store.channels import note_attempt, put_channel
from barograph.store.dead_letters import DeadLetter, add_dead_letters
from barograph.store.events import record
from barograph.store.incidents import StoredIncident, add_incident
from barograph.store.leases import claim
from barograph.store.monitors import put_monitor
from barograph.store.silences import StoredSilence, add_silence
from barograph.store.sources import add_source, note_run
from barograph.store.worker_failures import note_failure
from barograph.store.worker_runs import JobRuns, add_runs

HOSTILE: Final = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


def write_hostile(conn: sa.Connection, now: int) -> None:
    """One of everything, each text a user gives made to be run."""
    at = now - 7_200_000_000
    project = create_project(conn, "theirs", now=at)
    columns = (Column(name=HOSTILE, kind="numeric"), Column(name="p", kind="numeric", role="prediction"))
    model = create_model(conn, "theirs", "credit", Schema(columns=columns), now=at)
    document = {
        "name": "nulls", "metric": "quality.null_share(column=*)", "when": {"above": "5%"}, "runbook": HOSTILE,
        "owner": HOSTILE, "reason": HOSTILE, "labels": {"team": HOSTILE},
    }  # fmt: skip
    document = written(read_monitor(document, where="test"), whole=True)
    put_monitor(conn, project.id, "nulls", document, actor=HOSTILE, now=at)
    incident = add_incident(
        conn,
        StoredIncident(
            project_id=project.id, title=HOSTILE, severity="critical", peak_severity="critical", assignee=HOSTILE,
            facts={
                "models": ["credit"], "versions": [HOSTILE], "columns": [["model:credit", HOSTILE]], "segments": [],
                "sources": [HOSTILE], "hosts": [HOSTILE], "deployments": [HOSTILE], "families": ["quality"],
                "started_at": at, "latest_at": at, "window_us": 3_600_000_000,
            },
            started_at=at, opened_at=at, changed_at=at,
        ),
    )  # fmt: skip
    add_alert(
        conn,
        StoredAlert(
            project_id=project.id, model_id=model.id, incident_id=incident, monitor_id=None, series_id=None,
            monitor=HOSTILE, configuration=1, fingerprint="f", kind="breach", address="quality.null_share", version="",
            phase="firing", severity="critical", peak_severity="critical", started_at=at, fired_at=at, window_end=at,
            summary=HOSTILE, labels={"model": "credit", "monitor": HOSTILE, "series": HOSTILE},
            details={"model": "credit", "title": HOSTILE, "runbook": HOSTILE, "owner": HOSTILE},
        ),
    )  # fmt: skip
    add_silence(
        conn,
        StoredSilence(
            project_id=project.id, matchers=[matcher_document(Matcher(name="monitor", value=HOSTILE))], starts_at=at,
            ends_at=now + 86_400_000_000, comment=HOSTILE, created_by=HOSTILE, created_at=at,
        ),
    )  # fmt: skip
    for kind in ("deployment", "note"):
        record(
            conn, model_id=model.id, kind=kind, at=at, name=HOSTILE, version=HOSTILE, source=HOSTILE,
            project_id=project.id, details={"text": HOSTILE},
        )  # fmt: skip
    _write_system(conn, project.id, model.id, at)
    append_audit(conn, actor=HOSTILE, action=HOSTILE, subject=HOSTILE, outcome="done", at=at)


def _write_system(conn: sa.Connection, project: int, model: int, at: int) -> None:
    """What those who run it see: rows that were refused, jobs and sources that failed, messages that were given up."""
    letter = DeadLetter(
        batch_id=HOSTILE, kind="predictions", index=0, reason="mismatch", row=HOSTILE, field=HOSTILE
    )
    add_dead_letters(conn, model, [letter], at=at)
    note_failure(conn, "apply", subject=HOSTILE, told=HOSTILE, at=at)
    done = JobRuns(job="apply", runs=1, busy_us=9, last_us=9, ran_at=at, looked_at=at)
    add_runs(conn, {"apply": done})
    source = add_source(
        conn, project_id=project, model_id=model, name="feed", kind="files", settings={}, schedule_seconds=60, now=at
    )  # fmt: skip
    note_run(conn, source, now=at, error=HOSTILE)
    channel = put_channel(conn, project_id=project, name="on call", kind="webhook", sealed=b"", now=at)
    note_attempt(conn, channel.id, error=HOSTILE, now=at)
    claim(conn, HOSTILE, HOSTILE, at, 1e9)
