"""One of everything that pages show, each text that a user gives made to be run where it is not kept text."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
import sqlalchemy as sa

import barograph as bg
from barograph.alerts.matchers import Matcher, matcher_document
from barograph.config.settings import Settings
from barograph.frames.typed import typed
from barograph.monitors.document import read_monitor, written
from barograph.monitors.suggest import suggest_monitors
from barograph.schema.model import Column, Schema
from barograph.server.alerting.evaluate import Evaluator
from barograph.server.alerting.explain import Explaining
from barograph.server.notify.letter import Letter
from barograph.server.worker.store import Store
from barograph.store.alerts import StoredAlert, add_alert
from barograph.store.audit import append_audit
from barograph.store.catalog import Model, add_reference, create_model, create_project, version_id
from barograph.store.catalog import model as model_of
from barograph.store.channels import note_attempt, put_channel
from barograph.store.database import open_database
from barograph.store.dead_letters import DeadLetter, add_dead_letters
from barograph.store.events import record
from barograph.store.incidents import StoredIncident, add_incident
from barograph.store.leases import claim
from barograph.store.log import open_log
from barograph.store.monitors import put_monitor
from barograph.store.outbox import put
from barograph.store.profiles.add import add_rows
from barograph.store.silences import StoredSilence, add_silence
from barograph.store.sources import add_source, note_run
from barograph.store.worker_failures import note_failure
from barograph.store.worker_runs import JobRuns, add_runs

HOSTILE: Final = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
#: What may name what has no slash.
IMAGE: Final = "<img src=x onerror=alert(1)>"
#: A second column: its values, and so the segments, are hostile as well.
KIND: Final = f"kind {HOSTILE}"
SCHEMA: Final = Schema(
    task="regression",
    columns=(
        Column(name="id", role="id", kind="categorical"), Column(name="t", role="timestamp", kind="datetime"),
        Column(name=HOSTILE, kind="numeric"), Column(name=KIND, kind="categorical"),
        Column(name="p", kind="numeric", role="prediction"), Column(name="y", kind="numeric", role="label"),
    ),
)  # fmt: skip
#: Suggestions that were kept, with the reasons they were made for.
SUGGESTED: Final = ("answers moved", "labels missing", "mean absolute error worse", "no rows")
DAYS: Final = 8
BROKEN_DAYS: Final = 3
_DAY_US: Final = 86_400_000_000
_ROWS_A_DAY: Final = 40
_REFERENCE_DAYS: Final = 28


def write_hostile(conn: sa.Connection, now: int) -> None:
    """One of everything, each text a user gives made to be run."""
    at = now - 7_200_000_000
    began = at // _DAY_US * _DAY_US - BROKEN_DAYS * _DAY_US
    project = create_project(conn, "theirs", now=at)
    model, reference = _write_counted(conn, at)
    # One that waits for its first rows.
    create_model(conn, "theirs", "later", Schema(columns=SCHEMA.columns[2:]), now=at)
    document = {
        "name": "nulls", "metric": "quality.null_share(column=*)", "when": {"above": "5%"}, "runbook": HOSTILE,
        "owner": HOSTILE, "reason": HOSTILE, "labels": {"team": HOSTILE},
    }  # fmt: skip
    document = written(read_monitor(document, where="test"), whole=True)
    put_monitor(conn, project.id, "nulls", document, actor=HOSTILE, now=at)
    for each in suggest_monitors(reference, model="credit").monitors:
        if each.name.removeprefix("credit: ") in SUGGESTED:
            put_monitor(conn, project.id, each.name, written(each), actor=HOSTILE, now=at)
    incident = add_incident(
        conn,
        StoredIncident(
            project_id=project.id, title=HOSTILE, severity="critical", peak_severity="critical", assignee=HOSTILE,
            facts={
                "models": ["credit"], "versions": [HOSTILE], "columns": [["model:credit", HOSTILE]], "segments": [],
                "sources": [HOSTILE], "hosts": [HOSTILE], "deployments": [HOSTILE], "families": ["quality"],
                "started_at": began, "latest_at": began, "window_us": _DAY_US,
            },
            started_at=began, opened_at=at, changed_at=at,
        ),
    )  # fmt: skip
    add_alert(
        conn,
        StoredAlert(
            project_id=project.id, model_id=model.id, incident_id=incident, monitor_id=None, series_id=None,
            monitor=HOSTILE, configuration=1, fingerprint="f", kind="breach", address="quality.null_share", version="",
            phase="firing", severity="critical", peak_severity="critical", started_at=began, fired_at=began,
            window_end=at, summary=HOSTILE, labels={"model": "credit", "monitor": HOSTILE, "series": HOSTILE},
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
            conn, model_id=model.id, kind=kind, at=began, name=HOSTILE, version=HOSTILE, source=HOSTILE,
            project_id=project.id, details={"text": HOSTILE},
        )  # fmt: skip
    _write_system(conn, project.id, model.id, at)
    append_audit(conn, actor=HOSTILE, action=HOSTILE, subject=HOSTILE, outcome="done", at=at)


def judge(settings: Settings, now: int) -> None:
    """Judge what is counted with the monitors there are, and explain what fires."""
    database, log = open_database(settings.database_url), open_log(settings.log_url)
    store = Store(database=database, log=log, lake_folder=settings.lake_path, ids_folder=settings.ids_path)
    evaluator, explaining = Evaluator(store), Explaining(store)
    while evaluator.step(now=now) or explaining.step(now=now):
        pass
    log.close()
    database.close()


def _rows(rng: np.random.Generator, first_us: int, days: int, *, broken: bool) -> pl.DataFrame:
    """Rows of whole days; where they are broken, much of a column is missing and the answers are worse."""
    n = days * _ROWS_A_DAY
    label = rng.normal(size=n)
    missing = rng.random(n) < (0.4 if broken else 0.0)
    return pl.DataFrame(
        {
            "id": [f"{first_us}-{i}" for i in range(n)],
            "t": pl.Series(first_us + np.arange(n) * (_DAY_US // _ROWS_A_DAY)).cast(pl.Datetime("us", "UTC")),
            HOSTILE: pl.Series(rng.normal(size=n)).zip_with(
                pl.Series(~missing), pl.Series([None] * n, dtype=pl.Float64)
            ),
            KIND: rng.choice([HOSTILE, "b"], n),
            "p": label + rng.normal(0, 3.0 if broken else 0.5, n),
            "y": label,
        }
    )


def _write_counted(conn: sa.Connection, at: int) -> tuple[Model, bg.Profile]:
    """A model with a reference and the whole days before `at` counted, the last of them broken."""
    rng, end = np.random.default_rng(7), at // _DAY_US * _DAY_US
    made = create_model(conn, "theirs", "credit", SCHEMA, now=at, every="1d", by=[[KIND]])
    before = _rows(rng, end - (_REFERENCE_DAYS + DAYS) * _DAY_US, _REFERENCE_DAYS, broken=False)
    reference = bg.profile(before, SCHEMA, every="1d", by=[KIND], name="training")
    add_reference(conn, made.id, IMAGE, reference, now=at)
    model = model_of(conn, "theirs", "credit")  # with the grid of its reference
    for version, first, days in ((HOSTILE, DAYS, DAYS - BROKEN_DAYS), ("2", BROKEN_DAYS, BROKEN_DAYS)):
        rows = _rows(rng, end - first * _DAY_US, days, broken=version == "2")
        number, _ = version_id(conn, model.id, version, now=at)
        add_rows(conn, model, number, typed(rows, SCHEMA), received_at=at)
    return model, reference


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
    letter_of = Letter(
        kind="incident", project="theirs", reason="new", incident_id=1,
        document={"title": HOSTILE, "what": HOSTILE, "why": HOSTILE, "links": {"incident": f"javascript:{HOSTILE}"}},
    )  # fmt: skip
    put(
        conn, project_id=project, channel="on call", reason="new", key=HOSTILE, now=at, incident_id=1,
        body=letter_of.written(),
    )  # fmt: skip
    claim(conn, HOSTILE, HOSTILE, at, 1e9)
