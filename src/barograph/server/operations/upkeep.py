"""Readings and heartbeats kept in order: minutes become hours, and what is past its time goes."""

from __future__ import annotations

from typing import Final

from barograph.operations.view import HOUR_US
from barograph.store.answered import forget_answers
from barograph.store.database import Database
from barograph.store.dropped import forget_dropped
from barograph.store.heartbeats import drop_heartbeats
from barograph.store.readings import drop_readings, roll_readings

_DAY_US: Final = 24 * HOUR_US
_MINUTE_DAYS: Final = 7
_ANSWER_DAYS: Final = 7


def keep_operations(database: Database, *, now: int, retention_days: int | None) -> None:
    """Do what is due once a day.

    Parameters
    ----------
    now : µs UTC.
    retention_days : of readings, heartbeats and what clients dropped; None: for ever.
    """
    before = now - _MINUTE_DAYS * _DAY_US
    before -= before % HOUR_US
    rolled = 1
    while rolled:
        with database.writing() as conn:
            rolled = roll_readings(conn, before=before)
    with database.writing() as conn:
        forget_answers(conn, before=now - _ANSWER_DAYS * _DAY_US)
        if retention_days is not None:
            drop_readings(conn, before=now - retention_days * _DAY_US)
            drop_heartbeats(conn, before=now - retention_days * _DAY_US)
            forget_dropped(conn, before=now - retention_days * _DAY_US)
