"""What stands around every page: where one is, what there is, what needs somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from barograph.server.pages.who import Visitor
from barograph.store import catalog
from barograph.store.news import last_event
from barograph.store.tables.alerts import incidents
from barograph.store.tables.catalog import projects

#: The parts of the product, in the order of the navigation: address, name, the key that leads there after `g`.
PARTS: Final = (
    ("/", "Inbox", "i"),
    ("/models", "Models", "m"),
    ("/compare", "Compare", "c"),
    ("/monitors", "Monitors", "o"),
    ("/silences", "Silences", "s"),
    ("/events", "Events", "e"),
    ("/system", "System", "y"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Beside the page's own content.

    Attributes
    ----------
    models : (project, model) pairs that may be seen, for the picker.
    open_incidents : of the projects that may be seen.
    last_event : id of the last event of alerts and incidents that the page knows of.
    """

    models: tuple[tuple[str, str], ...]
    projects: tuple[str, ...]
    open_incidents: int
    last_event: int


def shell(conn: sa.Connection, visitor: Visitor) -> Shell:
    """Read what stands around a page.

    Notes
    -----
    Cost: 1 ms for 300 models.
    """
    seen = {id_: name for id_, name in _projects(conn).items() if visitor.principal.sees(name)}
    open_ones = conn.execute(
        sa.select(sa.func.count())
        .select_from(incidents)
        .where(incidents.c.resolved_at.is_(None), incidents.c.project_id.in_(seen))
    ).scalar_one()
    return Shell(
        models=tuple(
            (project, name) for project, name in catalog.model_names(conn) if project in seen.values()
        ),
        projects=tuple(sorted(seen.values())),
        open_incidents=open_ones,
        last_event=last_event(conn),
    )


def _projects(conn: sa.Connection) -> Mapping[int, str]:
    return {row.id: row.name for row in conn.execute(sa.select(projects.c.id, projects.c.name))}
