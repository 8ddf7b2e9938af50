"""What time alone does: reminders, escalations, snoozes and silences that end."""

from __future__ import annotations

import logging
from typing import Final

import sqlalchemy as sa

from barograph.server.alerting.settle import settle_project
from barograph.server.clock import SystemClock
from barograph.server.unforeseen import UNFORESEEN
from barograph.store.database import Database
from barograph.store.incidents import hold_project
from barograph.store.leases import claim
from barograph.store.tables.alerts import incidents

_logger = logging.getLogger(__name__)
_SECOND_US: Final = 1_000_000
_LEASE: Final = "incidents"


class Watching:
    """Looks at the open incidents of all projects every few seconds.

    Parameters
    ----------
    name : tells it from other processes, of which one at a time does it.
    every_seconds : of the server's clock.
    """

    def __init__(self, database: Database, *, name: str = "worker", every_seconds: float = 5.0) -> None:
        self.database, self.name, self.every_us = database, name, round(every_seconds * _SECOND_US)
        self._machine = SystemClock()
        self._next = 0

    def step(self, *, now: int) -> bool:
        """Bring incidents to now where it is time to; returns False: there is nothing more to do at once.

        Parameters
        ----------
        now : microseconds UTC.

        Notes
        -----
        Where one project fails, the others are brought to now all the same; then it is raised.
        """
        if now < self._next:
            return False
        self._next = now + self.every_us
        with self.database.reading() as conn:
            asked = sa.select(incidents.c.project_id).where(incidents.c.resolved_at.is_(None)).distinct()
            projects = sorted(conn.scalars(asked))
        failed: BaseException | None = None
        for project_id in projects:
            try:
                self._settle(project_id, now)
            except UNFORESEEN as error:
                _logger.exception("the incidents of project %s were not brought to now", project_id)
                failed = error
        if failed is not None:
            raise failed
        return False

    def _settle(self, project_id: int, now: int) -> None:
        with self.database.writing() as conn:
            if claim(conn, f"{_LEASE}/{project_id}", self.name, self._machine.now(), 60.0):
                hold_project(conn, project_id)
                settle_project(conn, project_id, now=now)
