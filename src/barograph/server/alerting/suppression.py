"""What suppresses the alerts of a project, brought up to now in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from barograph.alerts.inhibition import FiringAlert, Inhibition, all_rules, read_inhibition
from barograph.alerts.labels import with_severity
from barograph.alerts.matchers import read_matchers
from barograph.alerts.recurrence import read_recurrence
from barograph.alerts.silences import Silence, SilenceKind
from barograph.alerts.suppression import suppressed_by
from barograph.server.alerting.standing import severity_of
from barograph.store.actors import name_of, names_of_keys
from barograph.store.alerts import AlertEvent, OpenAlert, add_events, open_in_short, set_suppressed
from barograph.store.monitors import settings_of
from barograph.store.silences import StoredSilence, list_silences


def suppress(conn: sa.Connection, project_id: int, *, now: int) -> set[int]:
    """Say of every open alert by what it is suppressed now; returns the incidents of those of which that changed.

    Parameters
    ----------
    now : microseconds UTC.

    Notes
    -----
    Reads all open alerts of the project.
    """
    opened = open_in_short(conn, project_id)
    if not opened:
        return set()
    firing = [
        FiringAlert(id=a.id, labels=with_severity(a.labels, severity_of(a.severity)), started_at=a.started_at)
        for a in opened
    ]
    names = names_of_keys(conn)
    silences = [
        replace(silence_of_stored(each), created_by=name_of(names, each.created_by))
        for each in list_silences(conn, project_id, over_since=now)
    ]
    found = suppressed_by(firing, silences, now=now, rules=rules_of_project(conn, project_id))
    changed = [a for a in opened if list(a.suppressed) != found.get(a.id, [])]
    set_suppressed(conn, {a.id: found.get(a.id, []) for a in changed})
    add_events(conn, [_event(project_id, a, found.get(a.id, []), now) for a in changed if _turns(a, found)])
    add_events(conn, list(_lifted(project_id, opened, found, now)))
    return {a.incident_id for a in changed if a.incident_id is not None}


def rules_of_project(conn: sa.Connection, project_id: int) -> tuple[Inhibition, ...]:
    """A project's inhibitions, and the usual ones."""
    return rules_with(conn, project_id, {})


def rules_with(
    conn: sa.Connection, project_id: int, others: Mapping[str, Mapping[str, Any]]
) -> tuple[Inhibition, ...]:
    """A project's inhibitions, with others in place of those of the same name, and the usual ones."""
    held = {**settings_of(conn, project_id).get("inhibitions", {}), **others}
    return all_rules([read_inhibition(name, document) for name, document in held.items()])


def silence_of_stored(stored: StoredSilence) -> Silence:
    """A silence as it is judged by."""
    kind: SilenceKind = "maintenance" if stored.kind == "maintenance" else "silence"
    return Silence(
        id=stored.id, kind=kind, matchers=read_matchers(stored.matchers), starts_at=stored.starts_at,
        ends_at=stored.ends_at, comment=stored.comment, created_by=stored.created_by, ended_at=stored.ended_at,
        recurrence=None if stored.recurrence is None else read_recurrence(stored.recurrence),
    )  # fmt: skip


def _lifted(
    project_id: int, opened: Sequence[OpenAlert], found: Mapping[int, Sequence[Any]], now: int
) -> Iterator[AlertEvent]:
    """Incidents of which every alert was suppressed, and some are no more."""
    quiet = {a.incident_id for a in opened} - {a.incident_id for a in opened if not a.suppressed}
    loud = {a.incident_id for a in opened if a.id not in found}
    for incident_id in sorted(i for i in quiet & loud if i is not None):
        yield AlertEvent(
            project_id=project_id, incident_id=incident_id, at=now, actor="server", kind="lifted"
        )


def _turns(alert: OpenAlert, found: Mapping[int, Sequence[Any]]) -> bool:
    """Whether it begins or ceases to be suppressed; by what else is no news."""
    return bool(alert.suppressed) != bool(found.get(alert.id))


def _event(project_id: int, alert: OpenAlert, by: Sequence[Mapping[str, Any]], now: int) -> AlertEvent:
    kind = "suppressed" if by else "unsuppressed"
    return AlertEvent(
        project_id=project_id, incident_id=alert.incident_id, alert_id=alert.id, at=now, actor="server", kind=kind,
        details={"by": [dict(each) for each in by]},
    )  # fmt: skip
