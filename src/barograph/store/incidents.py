"""Incidents: alerts of one cause, and who has seen them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from barograph.store.errors import NotFound
from barograph.store.monitors import Document
from barograph.store.tables.alerts import alerts, incidents
from barograph.store.tables.catalog import projects

#: Made once, for it is asked before every model that is judged is written. Who only refers to the project need not
#: wait: events that are posted, and the sender, which holds its message.
_HELD = (
    sa.select(projects.c.id).where(projects.c.id == sa.bindparam("project")).with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIncident:
    """An incident; times in microseconds UTC.

    Attributes
    ----------
    status : new, escalating, regressed, ongoing or resolved.
    severity, peak_severity : the highest of its alerts now, and ever.
    facts : what its alerts have in common or one by one, as `alerts.facts` writes them.
    started_at : start of the first breached window.
    opened_at : when its first alert fired, by the server's clock.
    changed_at : when its alerts last changed.
    previous_id : of the incident it is the return of.
    explanation : why, once it is known.
    acknowledged_by, snoozed_until, assignee : attention; `mark` is useful or noise.
    """

    id: int = 0
    project_id: int
    status: str = "new"
    title: str
    severity: str
    peak_severity: str
    facts: Document = field(default_factory=dict)
    started_at: int
    opened_at: int
    changed_at: int
    resolved_at: int | None = None
    previous_id: int | None = None
    explanation: Document | None = None
    explained_at: int | None = None
    acknowledged_by: str | None = None
    acknowledged_at: int | None = None
    snoozed_until: int | None = None
    assignee: str | None = None
    mark: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is not resolved."""
        return self.resolved_at is None


def hold_project(conn: sa.Connection, project_id: int) -> None:
    """Let no other transaction change alerts and incidents of a project until this one ends."""
    conn.execute(_HELD, {"project": project_id})


def add_incident(conn: sa.Connection, incident: StoredIncident) -> int:
    """Write a new incident; returns its id."""
    row = {name: getattr(incident, name) for name in StoredIncident.__dataclass_fields__ if name != "id"}
    row["facts"] = dict(incident.facts)
    row["explanation"] = sa.null() if incident.explanation is None else dict(incident.explanation)
    return int(conn.execute(sa.insert(incidents).values(row).returning(incidents.c.id)).scalar_one())


def change_incident(conn: sa.Connection, incident_id: int, **changed: object) -> None:
    """Set some columns of an incident."""
    conn.execute(sa.update(incidents).where(incidents.c.id == incident_id).values(changed))


def incident_of(
    conn: sa.Connection, project_id: int, incident_id: int, *, held: bool = False
) -> StoredIncident:
    """An incident of a project; raises NotFound.

    Parameters
    ----------
    held : no other transaction changes it until this one ends.
    """
    asked = sa.select(incidents).where(incidents.c.project_id == project_id, incidents.c.id == incident_id)
    found = conn.execute(asked.with_for_update(key_share=True) if held else asked).mappings().one_or_none()
    if found is None:
        raise NotFound(
            f"no incident {incident_id} in this project; its incidents are listed under /incidents."
        )
    return StoredIncident(**found)


def incidents_of(conn: sa.Connection, ids: Collection[int]) -> list[StoredIncident]:
    """Some incidents, by id; those that are gone are left out."""
    asked = sa.select(incidents).where(incidents.c.id.in_(list(ids))).order_by(incidents.c.id)
    return [StoredIncident(**row) for row in conn.execute(asked).mappings()]


def open_incidents(
    conn: sa.Connection,
    project_id: int | None = None,
    *,
    resolved_since: int | None = None,
    held: bool = False,
) -> list[StoredIncident]:
    """Incidents that are not resolved, by id.

    Parameters
    ----------
    resolved_since : also those that were resolved from then on, µs UTC.
    held : no other transaction changes them until this one ends.
    """
    key = incidents.c
    is_open = key.resolved_at.is_(None)
    asked = sa.select(incidents).order_by(key.id)
    asked = asked.where(is_open if resolved_since is None else is_open | (key.resolved_at >= resolved_since))
    if project_id is not None:
        asked = asked.where(key.project_id == project_id)
    asked = asked.with_for_update(key_share=True) if held else asked
    return [StoredIncident(**row) for row in conn.execute(asked).mappings()]


def list_incidents(
    conn: sa.Connection,
    project_id: int,
    *,
    state: str = "all",
    opened: tuple[int | None, int | None] = (None, None),
    before: tuple[int, int] | None = None,
    limit: int = 100,
) -> list[StoredIncident]:
    """Incidents of a project, the latest first.

    Parameters
    ----------
    state : open, resolved or all.
    opened : not before, and before, µs UTC.
    before : time at which it was opened and id of the last one that was shown.
    """
    key = incidents.c
    asked = sa.select(incidents).where(key.project_id == project_id)
    if state != "all":
        asked = asked.where(key.resolved_at.is_(None) if state == "open" else key.resolved_at.is_not(None))
    if opened[0] is not None:
        asked = asked.where(key.opened_at >= opened[0])
    if opened[1] is not None:
        asked = asked.where(key.opened_at < opened[1])
    if before is not None:
        at, last = before
        asked = asked.where((key.opened_at < at) | ((key.opened_at == at) & (key.id < last)))
    asked = asked.order_by(key.opened_at.desc(), key.id.desc()).limit(limit)
    return [StoredIncident(**row) for row in conn.execute(asked).mappings()]


def useful_incidents(
    conn: sa.Connection, project_id: int, *, opened: tuple[int, int]
) -> list[StoredIncident]:
    """All incidents opened in a span (µs UTC) that somebody marked as useful, by id."""
    key = incidents.c
    asked = sa.select(incidents).where(
        key.project_id == project_id,
        key.mark == "useful",
        key.opened_at >= opened[0],
        key.opened_at < opened[1],
    )
    return [StoredIncident(**row) for row in conn.execute(asked.order_by(key.id)).mappings()]


def incidents_of_model(conn: sa.Connection, model_id: int, *, limit: int = 100) -> list[StoredIncident]:
    """Incidents in which a model has alerts, those that are open first, then the latest."""
    mine = sa.select(alerts.c.incident_id).where(alerts.c.model_id == model_id)
    asked = sa.select(incidents).where(incidents.c.id.in_(mine))
    asked = asked.order_by(incidents.c.resolved_at.is_not(None), incidents.c.started_at.desc()).limit(limit)
    return [StoredIncident(**row) for row in conn.execute(asked).mappings()]


def drop_empty_incidents(conn: sa.Connection, project_id: int) -> int:
    """Delete incidents none of whose alerts are left, since their models were deleted; returns how many."""
    empty = ~sa.exists().where(alerts.c.incident_id == incidents.c.id)
    return conn.execute(sa.delete(incidents).where(incidents.c.project_id == project_id, empty)).rowcount


def forget_explanations(conn: sa.Connection, model_id: int, days: Collection[int]) -> int:
    """Take away explanations that rest on rows of some local days of a model; returns how many.

    An explanation says which days it rests on: ``{"model_id": 3, "days": [19000, 19006], …}``.
    """
    of_model = sa.select(alerts.c.incident_id).where(alerts.c.model_id == model_id)
    asked = sa.select(incidents.c.id, incidents.c.explanation).where(incidents.c.id.in_(of_model))
    hit = []
    for row in conn.execute(asked):
        held = row.explanation or {}
        first, last = held.get("days", (None, None))
        if first is not None and any(first <= day <= last for day in days):
            hit.append(row.id)
    conn.execute(sa.update(incidents).where(incidents.c.id.in_(hit)).values(explanation=sa.null()))
    return len(hit)
