"""How much the worker takes on at a time, and when."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When the worker does what.

    Attributes
    ----------
    chunk_rows : rows applied in one transaction.
    move_rows, move_seconds : rows of a model that wait in the log, and the age of the oldest, from which they move.
    lease_seconds : after which another worker may take a model over; of the machine's time.
    rollup_days : age in days from which windows are kept by day.
    retention_days : days after which rows leave the lake unless the model says otherwise; None: never.
    profile_days : days after which profiles and figures go, and rows at the latest; None: never.
    history_days : days after which alerts that are over go, and what was said of windows.
    vacuum_hours : files that left a table of the lake less long ago stay, for readers that opened it before; of the
        machine's time.
    audited_days : days counted again each night, of each model.
    retry_seconds : before a job that failed is tried again.
    """

    chunk_rows: int = 50_000
    move_rows: int = 50_000
    move_seconds: float = 900.0
    lease_seconds: float = 60.0
    rollup_days: int = 30
    retention_days: int | None = None
    profile_days: int | None = None
    history_days: int = 400
    vacuum_hours: int = 24
    audited_days: int = 3
    retry_seconds: float = 10.0


def limits_of(settings: Settings) -> Limits:
    """The worker's limits as the server's settings say."""
    return Limits(
        move_rows=settings.move_rows,
        move_seconds=settings.move_seconds,
        lease_seconds=settings.lease_seconds,
        rollup_days=settings.rollup_days,
        retention_days=settings.retention_days,
        profile_days=settings.profile_days,
        history_days=settings.history_days,
    )
