"""A model that is deleted takes its alerts with it; people are told that what they heard of is over."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from barograph.server.alerting.ending import end_alerts
from barograph.server.alerting.standing import retitle
from barograph.server.notify.compose import incident_letter
from barograph.store.alerts import open_alerts
from barograph.store.catalog import Model, delete_model, project
from barograph.store.incidents import hold_project, incidents_of_model
from barograph.store.outbox import freeze
from barograph.store.unsent import ends_of_model, outlive_incident

#: Incidents shared with other models whose titles are counted anew, the latest.
_MOST_RETITLED: Final = 1_000


def delete_with_alerts(conn: sa.Connection, model: Model, *, now: int) -> None:
    """End the alerts of a model and delete it, with the incidents that are of it alone.

    What is to be told of their end is made before: nothing is left to make it of when it is sent.

    Parameters
    ----------
    now : microseconds UTC.
    """
    hold_project(conn, project(conn, model.project).id)
    end_alerts(conn, open_alerts(conn, model_id=model.id), "model deleted", now=now)
    for row in ends_of_model(conn, model.id):
        # No page is left that it could lead to.
        freeze(conn, row, incident_letter(conn, row, now=now).written())
        outlive_incident(conn, row)
    held = [incident.id for incident in incidents_of_model(conn, model.id, limit=_MOST_RETITLED)]
    delete_model(conn, model.id)
    retitle(conn, held)
